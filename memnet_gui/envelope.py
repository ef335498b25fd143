"""Fewer points for the same picture: the smallest and the largest of each stretch of a curve."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

MOST_POINTS = 2000
"""Curves with more points than this are drawn through their envelope."""


def envelope(
    x: npt.NDArray[Any], y: npt.NDArray[Any], most: int = MOST_POINTS
) -> tuple[npt.NDArray[Any], npt.NDArray[Any]]:
    """At most `most` + 2 points of the curve (x, y), none of its peaks lost.

    x, y: (n,), any real dtype, no NaN. A curve of `most` points or fewer comes back as it is.
    Otherwise it is cut into at most `most` / 2 stretches of equally many points, and each is
    reduced to its smallest and its largest value, where and in the order in which they occurred.
    The first and the last point stay, so a growing curve always reaches the present.

    Raises ValueError when x and y differ in shape, are not flat, or `most` is less than 2.
    """
    if x.ndim != 1 or x.shape != y.shape:
        raise ValueError(f"x, y: shapes {x.shape} and {y.shape} are not one curve's")
    if most < 2:
        raise ValueError(f"most: {most} points cannot hold a smallest and a largest value")
    if x.size <= most:
        return x, y
    length = -(-x.size // (most // 2))
    whole = x.size // length * length
    stretches = y[:whole].reshape(-1, length)
    starts = np.arange(0, whole, length)
    kept = [starts + stretches.argmin(axis=1), starts + stretches.argmax(axis=1)]
    if whole < x.size:
        rest = y[whole:]
        kept.append(whole + np.array([rest.argmin(), rest.argmax()]))
    kept.append(np.array([0, x.size - 1]))
    chosen = np.unique(np.concatenate(kept))
    return x[chosen], y[chosen]
