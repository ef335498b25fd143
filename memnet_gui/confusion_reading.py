"""What a confusion matrix says: how often each class was known, and which mistakes stand out."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from engine.arrays import Ints

FEWEST = 20
"""A class seen less often counts as seen this often, or its first mistakes would outshine all others."""
WORTH_FULL = 0.005
"""A mistake gets the full colour only from this share of its row on, however rare the others are."""
FAINTEST = 0.08
"""The strength of a single mistake among very many."""


def class_recalls(confusion: Ints) -> npt.NDArray[np.float64]:
    """(C, C) counts → (C,) diagonal over row sum; NaN for a class that has not been seen."""
    sums = confusion.sum(axis=1)
    seen = sums > 0
    recalls = np.full(len(sums), np.nan)
    recalls[seen] = confusion.diagonal()[seen] / sums[seen]
    return recalls


def confusion_shades(confusion: Ints) -> npt.NDArray[np.float64]:
    """(C, C) counts → (C, C) in [0, 1], how strongly to colour each: right on the diagonal, wrong beside it.

    A mistake's strength is its share of its row, relative to the worst one's, so that the worst
    confusions stand out at any stage; one among thousands is still told from none. The diagonal says
    only that there it is right: how often, recall says.
    """
    counts = confusion.astype(np.float64)
    shares = counts / np.maximum(counts.sum(axis=1, keepdims=True), FEWEST)
    diagonal = np.eye(len(confusion), dtype=bool)
    worst = max(WORTH_FULL, shares[~diagonal].max(initial=0.0))
    shade: npt.NDArray[np.float64] = np.where(
        diagonal, 0.2 + 0.4 * np.minimum(1.0, shares), FAINTEST + (1 - FAINTEST) * shares / worst
    )
    shade[confusion == 0] = 0.0
    return shade
