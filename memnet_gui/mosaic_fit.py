"""How large the tiles of a mosaic are drawn: as large as all of them fit, or at a stop of the zoom."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from dataclasses import dataclass, replace

from memnet_gui.mosaic import Mosaic
from memnet_gui.mosaic_atlas import Scale
from memnet_gui.mosaic_order import Choice

SHRUNK = 0.9
"""Tiles grow only when there are fewer than this share of those that they were fitted for."""


@dataclass(frozen=True, slots=True)
class _Chosen:
    """A scale, and what it was chosen for: `count` memories in a view of width × height device pixels."""

    scale: Scale
    mosaic: Mosaic
    choice: Choice
    width: int
    height: int
    count: int


class Fit:
    """The scale at which everything shows, as large as it goes.

    It is kept as long as it serves: a memory more or less, where a class filter lets them come and
    go, must not make the tiles jump.
    """

    def __init__(self) -> None:
        self._chosen: _Chosen | None = None

    def scale(self, mosaic: Mosaic, width: int, height: int) -> Scale:
        """For all memories that the mosaic shows now, in a view of that many device pixels."""
        chosen = self._chosen
        if chosen is None or not _still_serves(chosen, mosaic, width, height):
            scale = mosaic.fit(width, height)
            self._chosen = chosen = _Chosen(scale, mosaic, mosaic.choice, width, height, mosaic.count)
        elif mosaic.count > chosen.count:
            self._chosen = replace(chosen, count=mosaic.count)
        return chosen.scale


def _still_serves(chosen: _Chosen, mosaic: Mosaic, width: int, height: int) -> bool:
    return (
        (chosen.mosaic, chosen.choice, chosen.width, chosen.height) == (mosaic, mosaic.choice, width, height)
        and mosaic.count >= SHRUNK * chosen.count
        and mosaic.fits(chosen.scale, width, height)
    )


def zoomed(scale: Scale, steps: int, stops: tuple[Scale, ...]) -> Scale:
    """The stop so many steps up or down from a scale, which may itself lie between two of them."""
    if steps == 0:
        return scale
    sides = [stop.screen for stop in stops]
    here = bisect_right(sides, scale.screen) - 1 if steps > 0 else bisect_left(sides, scale.screen)
    return stops[max(0, min(len(stops) - 1, here + steps))]
