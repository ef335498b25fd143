"""Digits of a data set, picked out to be shown."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from engine.arrays import Bytes, Floats, Ints, freeze
from engine.findings import DigitList


def digit_list(
    images: Bytes,
    labels: Ints,
    sources: Ints,
    answers: npt.NDArray[np.integer],
    most: int,
    *,
    digits: Ints | None = None,
    votes: Floats | None = None,
) -> DigitList:
    """The first `most` of n digits, as they are to be shown.

    images, labels: all of the data set. sources: (n,) int64, indices in it. answers: (n,), what was
    said. digits: (n,) int64, numbers in the stream; None for held-out ones. votes: (n,) float32.
    """
    shown = sources[:most].astype(np.int64)
    nothing = np.zeros(len(sources), np.int64)
    return DigitList(
        total=len(sources),
        sources=freeze(shown),
        digits=freeze((nothing if digits is None else digits)[:most].astype(np.int64)),
        labels=freeze(labels[shown]),
        answers=freeze(answers[:most].astype(np.int64)),
        images=freeze(images[shown]),
        votes=freeze((nothing if votes is None else votes)[:most].astype(np.float32)),
    )
