"""Asks how far the memories are from the digit last streamed, or from a drawing, and knows the answer."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal, Slot

from engine.arrays import Floats
from engine.commands import Liken
from engine.findings import Likeness
from engine.frame import Frame
from memnet_gui.mosaic_order import Sort
from memnet_gui.requests import next_request
from memnet_gui.throttle import Throttle

ASKED_MS = 500
"""Distances are asked for at most this often."""


class Likening(QObject):
    """Asks again whenever what the memories are compared with is another one, or they have changed.

    asked(object): a `Liken`.
    """

    asked = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._drawing: Floats | None = None
        self._drawings = 0
        self._about: tuple[object, ...] | None = None
        self._request = 0
        self._newest: Likeness | None = None
        self._throttle = Throttle(ASKED_MS, self)
        self._throttle.due.connect(self._ask)

    @property
    def has_drawing(self) -> bool:
        return self._drawing is not None

    def set_drawing(self, image: Floats | None) -> None:
        """image: (side, side[, 3]) float32 in [0, 1], never written again; None is nothing drawn."""
        self._drawing = image
        self._drawings += 1

    def follow(self, frame: Frame, sort: Sort, layer: int) -> Likeness | None:
        """Ask, if need be, for that order of that layer. → an answer to what was asked last, once."""
        drawn = sort is Sort.LIKE_DRAWING
        if not sort.by_likeness or (self._drawing is None if drawn else frame.trial is None):
            self._about = None
            self._request = 0
            return None
        about = (frame.info.run, layer, frame.score.seen, frame.edits, self._drawings if drawn else None)
        if about != self._about:
            self._about = about
            self._throttle.offer(self._drawing if drawn else None)
        found = frame.findings.likeness
        if found is None or found is self._newest or (found.request, found.layer) != (self._request, layer):
            return None
        self._newest = found
        return found

    @Slot(object)
    def _ask(self, image: Floats | None) -> None:
        if self._about is None:
            return
        self._request = next_request()
        self.asked.emit(Liken(self._request, image))
