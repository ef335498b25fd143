"""Where the axes of the curves begin and end: in steps, so that they seldom have to be redrawn."""

from __future__ import annotations

import numpy as np

from engine.frame import Curves

FLOORS = (0.0, 0.5, 0.8, 0.9, 0.95)
"""Shares at which an axis up to 100 % may begin."""
UNSETTLED = 100
"""Over so few digits an accuracy still jumps, and its axis shows all of 0–100 %."""
SMALLEST_EXTENT = 100
EXTENT_FACTORS = (1, 2, 3, 4, 6, 8, 10)


def floor_below(share: float) -> float:
    """The highest of `FLOORS` that is not above a share in [0, 1]."""
    return max((floor for floor in FLOORS if floor <= share), default=FLOORS[0])


def accuracy_floor(curves: Curves) -> float:
    """Where the accuracy axis begins, one of `FLOORS`: below everything of the run but its first quarter."""
    if curves.digits.size == 0 or curves.digits[-1] < UNSETTLED:
        return FLOORS[0]
    begin = curves.digits[-1] / 4
    since = int(np.searchsorted(curves.digits, begin))
    tested = curves.test_accuracy[curves.test_digits >= begin]
    lowest = min(
        float(part.min()) for part in (curves.prequential[since:], curves.recent[since:], tested) if part.size
    )
    return floor_below(lowest)


def extent(value: int) -> int:
    """The next of 100, 200, 300, 400, 600, 800, 1,000, 2,000 … that is not below `value`."""
    power = SMALLEST_EXTENT
    while 10 * power < value:
        power *= 10
    return next(factor * power for factor in EXTENT_FACTORS if factor * power >= value)


def digit_extent(seen: int, total: int) -> int:
    """Where the digit axis ends after `seen` of `total` digits: `extent`, but no further than the stream."""
    return min(extent(seen), total) if total >= max(seen, 1) else extent(seen)
