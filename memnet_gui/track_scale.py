"""Where digits lie on the timeline's track, and how much happened in each of its columns of pixels.

Pure NumPy; runs on the window's thread.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from engine.arrays import Floats, Ints

SHORTEST_SPAN = 1000
"""Digits that the track shows at least, however few were seen."""
FULLEST = 0.75
"""Part of the track that is filled at most before it shows twice as many digits."""


@dataclass(frozen=True, slots=True)
class Scale:
    """Digits 0 … span over `width` units."""

    span: int
    width: float

    def x(self, digit: float) -> float:
        """Where the moment after so many digits lies."""
        return digit / self.span * self.width

    def digit(self, x: float) -> int:
        """The digit count nearest to a place."""
        return round(min(max(x / max(self.width, 1), 0.0), 1.0) * self.span)


def span_for(head: int, total: int) -> int:
    """How many digits to show: the whole stream, or, while little of it was seen, a part that is easy to
    read and doubles from time to time."""
    span = SHORTEST_SPAN
    while span * FULLEST < head:
        span *= 2
    return max(1, min(span, total))


def column_sums(values: npt.NDArray[np.uint8] | npt.NDArray[np.bool_], span: int, columns: int) -> Ints:
    """(n,) numbers, one for each digit from the first → (columns,) int64 sums.

    A column holds the digits whose place on a track of `span` digits falls into it.
    """
    edges = np.arange(columns + 1) * span // max(1, columns)
    until = np.concatenate([[0], np.cumsum(values, dtype=np.int64)])
    sums: Ints = np.diff(until[np.minimum(edges, len(values))])
    return sums


def bar_heights(sums: Ints, digits_a_column: float, most: float) -> Floats:
    """(columns,) sums → (columns,) float32 heights in [0, 1]: the square root of the share of `most` a digit,
    so that what is rare later on is still seen beside the crowd of the beginning."""
    share = sums / max(1.0, digits_a_column * most)
    heights: Floats = np.sqrt(np.minimum(share, 1.0)).astype(np.float32)
    return heights
