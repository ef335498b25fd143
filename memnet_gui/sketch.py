"""A drawing while it is made: strokes as the pen moves, undo and redo. Pure NumPy, no Qt."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from memnet_gui.drawing import Points, Stroke, smooth_step

UNDO_STEPS = 200
_SPACING = 0.01
"""Distance between the points of a smoothed stroke, in shares of the canvas side."""


class Sketch:
    """Finished strokes, and the one under the pen.

    The stroke under the pen is smooth up to half way between the pen's last two places; from there
    to the pen, its `tail`, it is straight until the next movement tells how it bends. All points
    are (n, 2) float64 in shares of the canvas side, as in `Stroke`.
    """

    def __init__(self) -> None:
        self._finished: tuple[Stroke, ...] = ()
        self._past: list[tuple[Stroke, ...]] = []
        self._future: list[tuple[Stroke, ...]] = []
        self._pieces: list[Points] = []
        self._tip = np.zeros(2)
        self._diameter = 0.0
        self._erase = False

    @property
    def strokes(self) -> tuple[Stroke, ...]:
        """Everything drawn so far, up to the pen."""
        if not self._pieces:
            return self._finished
        points = np.concatenate([*self._pieces, self._tip[None]])
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
        """The straight end of the stroke under the pen."""
        if not self._pieces:
            return None
        return Stroke(np.stack([self._pieces[-1][-1], self._tip]), self._diameter, self._erase)

    # ── the pen ───────────────────────────────────────────────────────────────────────────────

    def begin(self, point: npt.NDArray[np.float64], diameter: float, erase: bool) -> Stroke:
        """Set the pen down at a point (2,). Returns the first dot."""
        self.end()
        self._tip, self._diameter, self._erase = point, diameter, erase
        self._pieces = [point[None]]
        return Stroke(point[None], diameter, erase)

    def move(self, point: npt.NDArray[np.float64]) -> Stroke:
        """Move the pen to a point (2,). Returns what that added to the smooth part."""
        middle = (self._tip + point) / 2
        piece = self._extend(smooth_step(self._pieces[-1][-1], self._tip, middle, _SPACING))
        self._tip = point
        return piece

    def end(self) -> Stroke | None:
        """Lift the pen: the stroke becomes one step of undo. Returns its last piece, if it was down."""
        if not self._pieces:
            return None
        piece = self._extend(self._tip[None])
        self._step((*self._finished, Stroke(np.concatenate(self._pieces), self._diameter, self._erase)))
        self._pieces = []
        return piece

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
        self._step(())
        return True

    def undo(self) -> bool:
        """Take back the last stroke or clearing. Returns whether there was one."""
        self.end()
        return self._travel(self._past, self._future)

    def redo(self) -> bool:
        """Undo the last undo. Returns whether there was one."""
        self.end()
        return self._travel(self._future, self._past)

    def _step(self, strokes: tuple[Stroke, ...]) -> None:
        self._past.append(self._finished)
        del self._past[:-UNDO_STEPS]
        self._future.clear()
        self._finished = strokes

    def _travel(self, source: list[tuple[Stroke, ...]], target: list[tuple[Stroke, ...]]) -> bool:
        if not source:
            return False
        target.append(self._finished)
        self._finished = source.pop()
        return True
