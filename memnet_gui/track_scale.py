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
TICK_FACTORS = (1, 2, 5)


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

    def ticks(self, apart: float) -> range:
        """Round digit counts inside the track, at least so many units from each other and from its ends."""
        power = 1
        while True:
            for factor in TICK_FACTORS:
                step = factor * power
                if self.x(step) >= apart:
                    return range(step, int(self.span * (1 - apart / max(self.width, apart))) + 1, step)
            power *= 10


def span_for(head: int, total: int) -> int:
    """How many digits to show: the whole stream, or, while little of it was seen, a part that is easy to
    read and doubles from time to time."""
    span = SHORTEST_SPAN
    while span * FULLEST < head:
        span *= 2
    return max(1, min(span, total))


def column_edges(span: int, columns: int) -> Ints:
    """(columns + 1,) int64: column i of a track of `span` digits begins with digit edges[i], from 0."""
    edges: Ints = np.arange(columns + 1) * span // max(1, columns)
    return edges


def column_means(values: npt.NDArray[np.uint8] | npt.NDArray[np.bool_], span: int, columns: int) -> Floats:
    """(n,) numbers, one for each digit from the first → (columns,) float32 means of each column's digits.

    Columns narrower than a digit have the number of the digit that they lie in, and those to the right of
    the last digit 0.
    """
    edges = np.minimum(column_edges(span, columns), len(values))
    counts = np.diff(edges)
    means = np.zeros(columns, np.float32)
    full = counts > 0
    starts = edges[:-1][full]
    if starts.size:
        means[full] = np.add.reduceat(values[: edges[-1]], starts, dtype=np.int64) / counts[full]
    within = ~full & (edges[:-1] < len(values))
    means[within] = values[edges[:-1][within]]
    return means


def bar_heights(means: Floats, most: float) -> Floats:
    """(columns,) means → (columns,) float32 heights in [0, 1]: the square root of the share of `most`, so
    that what is rare later on is still seen beside the crowd of the beginning."""
    heights: Floats = np.sqrt(np.minimum(means / most, 1.0)).astype(np.float32)
    return heights


def edge_shares(digits: Ints, shares: Floats, span: int, columns: int) -> Floats:
    """The curve (digits, shares) of (n,) points where the track's columns begin and end.

    As many float32 as there are edges from the track's left to the curve's last point; before its first
    point it has the height of that.
    """
    if not digits.size:
        return np.zeros(0, np.float32)
    edges = column_edges(span, columns)
    known = int(np.searchsorted(edges, digits[-1], side="right"))
    values: Floats = np.interp(edges[:known], digits, shares).astype(np.float32)
    return values
