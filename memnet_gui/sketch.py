"""A drawing while it is made: strokes as the pen moves, undo and redo. Pure NumPy, no Qt."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from memnet_gui.drawing import Points, Stroke, smooth_step

_SPACING = 0.01
"""Distance between the points of a smoothed stroke, in shares of the canvas side."""
_FAST = 0.05
"""From this distance between two places of the pen, in shares of the side, the stroke bends fully."""


@dataclass(frozen=True, slots=True, eq=False)
class _Change:
    """One step of undo: strokes taken from the end, and strokes put there."""

    removed: tuple[Stroke, ...]
    added: tuple[Stroke, ...]


class Sketch:
    """Finished strokes, and the one under the pen.

    Strokes are quadratic B-splines of the pen's places. Such a curve cuts corners: where a fast pen
    left few places, an 8 would become a lens. So a place bends the curve by as much more as the curve
    would fall short of it; but not where the pen was slow, for its places then stagger from pixel to
    pixel, and the curve is to smooth that.

    The stroke under the pen is smooth up to half way between the two places before the last; from
    there to the pen, its `tail`, it is straight until the next movements tell how it bends. All
    points are (n, 2) float64 in shares of the canvas side, as in `Stroke`.
    """

    def __init__(self) -> None:
        self._finished: tuple[Stroke, ...] = ()
        self._past: list[_Change] = []
        self._future: list[_Change] = []
        self._pieces: list[Points] = []
        self._tip = self._before = self._bend = np.zeros(2)
        """Where the pen is, where it was before that, and the control point of the latter place."""
        self._diameter = 0.0
        self._erase = False

    @property
    def strokes(self) -> tuple[Stroke, ...]:
        """Everything drawn so far, up to the pen."""
        if not self._pieces:
            return self._finished
        points = np.concatenate([*self._pieces, self._bend[None], self._tip[None]])
        return (*self._finished, Stroke(points, self._diameter, self._erase))

    @property
    def drawing(self) -> bool:
        """Is the pen down?"""
        return bool(self._pieces)

    @property
    def erasing(self) -> bool:
        """Is the pen down and taking ink away?"""
        return self.drawing and self._erase

    @property
    def empty(self) -> bool:
        """Nothing was drawn, or all of it cleared. (A sheet rubbed clean is not empty.)"""
        return not self._finished and not self._pieces

    @property
    def can_undo(self) -> bool:
        return bool(self._past) or self.drawing

    @property
    def can_redo(self) -> bool:
        return bool(self._future) and not self.drawing

    @property
    def tail(self) -> Stroke | None:
        """The end of the stroke under the pen that is not smooth yet."""
        if not self._pieces:
            return None
        points = np.stack([self._pieces[-1][-1], self._bend, self._tip])
        return Stroke(points, self._diameter, self._erase)

    # ── the pen ───────────────────────────────────────────────────────────────────────────────

    def begin(self, point: npt.NDArray[np.float64], diameter: float, erase: bool) -> Stroke:
        """Set the pen down at a point (2,). Returns the first dot."""
        self.end()
        self._tip = self._before = self._bend = point
        self._diameter, self._erase = diameter, erase
        self._pieces = [point[None]]
        return Stroke(point[None], diameter, erase)

    def move(self, point: npt.NDArray[np.float64]) -> Stroke:
        """Move the pen to a point (2,). Returns what that added to the smooth part."""
        bend = _bend(self._before, self._tip, point)
        piece = self._extend(self._curve_to(bend))
        self._before, self._tip, self._bend = self._tip, point, bend
        return piece

    def end(self) -> Stroke | None:
        """Lift the pen: the stroke becomes one step of undo. Returns its last piece, if it was down."""
        if not self._pieces:
            return None
        piece = self._extend(np.concatenate([self._curve_to(self._tip), self._tip[None]]))
        stroke = Stroke(np.concatenate(self._pieces), self._diameter, self._erase)
        self._pieces = []
        self._make(_Change((), (stroke,)))
        return piece

    def _curve_to(self, control: Points) -> Points:
        """From where the smooth part ends to half way between its next control point and this one."""
        return smooth_step(self._pieces[-1][-1], self._bend, (self._bend + control) / 2, _SPACING)

    def _extend(self, points: Points) -> Stroke:
        start = self._pieces[-1][-1:]
        self._pieces.append(points)
        return Stroke(np.concatenate([start, points]), self._diameter, self._erase)

    # ── history ───────────────────────────────────────────────────────────────────────────────

    def clear(self) -> bool:
        """Take everything away, as one step of undo. Returns whether anything was there."""
        self.end()
        if not self._finished:
            return False
        self._make(_Change(self._finished, ()))
        return True

    def undo(self) -> bool:
        """Take back the last stroke or clearing. Returns whether there was one."""
        self.end()
        if not self._past:
            return False
        change = self._past.pop()
        self._future.append(change)
        self._finished = (*self._finished[: len(self._finished) - len(change.added)], *change.removed)
        return True

    def redo(self) -> bool:
        """Undo the last undo. Returns whether there was one."""
        self.end()
        if not self._future:
            return False
        self._apply(self._future.pop())
        return True

    def _make(self, change: _Change) -> None:
        self._future.clear()
        self._apply(change)

    def _apply(self, change: _Change) -> None:
        self._past.append(change)
        self._finished = (*self._finished[: len(self._finished) - len(change.removed)], *change.added)


def _bend(before: Points, place: Points, after: Points) -> Points:
    """The control point of a place of the pen, (2,): beyond it by what the curve falls short of it.

    Half way past a control point c between controls a and b, the curve is at (a + 6c + b) / 8.
    """
    step = min(np.hypot(*(place - before)), np.hypot(*(after - place)))
    bent: Points = place + min(1.0, step / _FAST) / 3 * (place - (before + after) / 2)
    return bent
