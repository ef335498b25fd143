"""The map of memories under mouse and keys: point at one, select many, zoom, pan."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QEvent, QPointF, QRectF, Qt, Signal, Slot
from PySide6.QtGui import QFocusEvent, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QWheelEvent
from PySide6.QtWidgets import QApplication, QWidget

from engine.findings import Projection
from memnet_gui.mosaic import Mosaic
from memnet_gui.theme import GRID
from memnet_gui.widgets.map_surface import MapSurface
from memnet_gui.widgets.rubber_band import RubberBand

ZOOM_STEP = 1.25
LARGEST = 64.0
"""How many times as large as the whole map fits."""
ASIDE = 2.0
"""In stepping to a neighbour, how much more what lies off the way counts than what lies along it."""
_WHEEL_STEP = 120
_CONTROL, _SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier
_ZOOM_KEYS = {Qt.Key.Key_Plus: 2, Qt.Key.Key_Equal: 2, Qt.Key.Key_Minus: -2}
_ARROWS = {
    Qt.Key.Key_Left: (-1, 0),
    Qt.Key.Key_Right: (1, 0),
    Qt.Key.Key_Up: (0, -1),
    Qt.Key.Key_Down: (0, 1),
}
_ENTER = {Qt.Key.Key_Return, Qt.Key.Key_Enter}
_OWN_KEYS = {*_ZOOM_KEYS, *_ARROWS, *_ENTER, Qt.Key.Key_0, Qt.Key.Key_Insert}


class MemoryMap(MapSurface):
    """Memories can be pointed at, picked and selected as in `MosaicView`, whose signals these are.

    While `fitted`, everything shows, as large as it goes.
    """

    hovered = Signal(int)
    selected = Signal(int)
    picked = Signal(int)
    selection_changed = Signal()
    fitted_changed = Signal(bool)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._pressed: QPointF | None = None
        self._last: QPointF | None = None
        self._panned = False
        self._band = RubberBand()

    def show_map(self, mosaic: Mosaic | None, projection: Projection | None) -> None:
        """Show the memories of a mosaic where a projection puts them; from the beginning, if it is another
        one."""
        if (mosaic, projection) != (self.mosaic, self.projection):
            self.mosaic, self.projection = mosaic, projection
            self._level = None
            self._set_fitted(True)
        self.refresh()

    # ── pointing ──────────────────────────────────────────────────────────────────────────────

    @Slot(int)
    def select(self, slot: int) -> None:
        """Make a memory the current one (-1: none) and bring it into sight."""
        self._select(slot)
        at = self.place_of(slot) if slot >= 0 else None
        if at is None:
            return
        room = QRectF(self.rect()).adjusted(12 * GRID, 12 * GRID, -12 * GRID, -12 * GRID)
        if not room.contains(at):
            goal = QPointF(
                max(room.left(), min(at.x(), room.right())), max(room.top(), min(at.y(), room.bottom()))
            )
            self._pan(goal - at)

    def _select(self, slot: int) -> None:
        if slot != self.slot:
            self.slot = slot
            self.update()
            self.selected.emit(slot)

    def _hover(self, point: QPointF | None) -> None:
        slot = self.slot_at(point) if point is not None else -1
        if slot != self.hovered_slot:
            self.hovered_slot = slot
            self.update()
            self.hovered.emit(slot)

    def _step(self, dx: int, dy: int) -> None:
        """Make the nearest memory in a direction the current one."""
        looks = self.looks
        rows = np.flatnonzero(looks.shown)
        if rows.size == 0:
            return
        here = looks.places[looks.slots == self.slot]
        if here.size == 0:
            middle = self.sheet.place(self.sheet.width / 2, self.sheet.height / 2)
            self.select(int(looks.slots[rows[((looks.places[rows] - middle) ** 2).sum(axis=1).argmin()]]))
            return
        way = looks.places[rows] - here[0]
        along, aside = way @ (dx, dy), np.abs(way @ (dy, dx))
        ahead = along > 1e-6
        if ahead.any():
            cost = np.where(ahead, along + ASIDE * aside, np.inf)
            self.select(int(looks.slots[rows[cost.argmin()]]))

    # ── selecting many ────────────────────────────────────────────────────────────────────────

    @Slot()
    def select_all(self) -> None:
        """Select every memory that is shown."""
        if self.mosaic is not None:
            self.mosaic.select(self.looks.slots[self.looks.shown])
            self._selection_changed()

    @Slot()
    def deselect_all(self) -> None:
        if self.mosaic is not None:
            self.mosaic.deselect()
            self._selection_changed()

    def _toggle(self, slot: int) -> None:
        assert self.mosaic is not None
        self.mosaic.toggle(slot)
        self._selection_changed()

    def _selection_changed(self) -> None:
        self.refresh()
        self.selection_changed.emit()

    # ── zoom and pan ──────────────────────────────────────────────────────────────────────────

    @Slot()
    def zoom_in(self) -> None:
        self.zoom(2)

    @Slot()
    def zoom_out(self) -> None:
        self.zoom(-2)

    @Slot()
    def fit(self) -> None:
        """Show everything, as large as it goes, and keep it so."""
        self._set_fitted(True)
        self._fit()

    def zoom(self, steps: float, about: QPointF | None = None) -> None:
        """Go up or down in scale; what is at `about` (or current, or central) stays there."""
        if about is None:
            about = self.place_of(self.slot) if self.slot >= 0 else None
            if about is None or not QRectF(self.rect()).contains(about):
                about = QRectF(self.rect()).center()
        ratio = self.devicePixelRatioF()
        whole = self._whole().scale
        scale = max(whole, min(LARGEST * whole, self.sheet.scale * ZOOM_STEP**steps))
        if scale == self.sheet.scale:
            return
        self._set_fitted(False)
        self.sheet = self.sheet.zoomed(scale, about.x() * ratio, about.y() * ratio)
        self.redraw()

    def _pan(self, moved: QPointF) -> None:
        """Move everything, as long as some of it stays in the middle of the view."""
        ratio = self.devicePixelRatioF()
        sheet = self.sheet.moved(moved.x() * ratio, moved.y() * ratio)
        x, y = sheet.place(sheet.width / 2, sheet.height / 2)
        if 0 <= x <= 1 and 0 <= y <= 1:
            self._set_fitted(False)
            self.sheet = sheet
            self.redraw()

    def _set_fitted(self, fitted: bool) -> None:
        if fitted != self.fitted:
            self.fitted = fitted
            self.fitted_changed.emit(fitted)

    # ── events ────────────────────────────────────────────────────────────────────────────────

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.update()

    def leaveEvent(self, event: QEvent) -> None:
        super().leaveEvent(event)
        self._hover(None)

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Zoom about the cursor, as finely as the wheel turns."""
        if event.angleDelta().y():
            self.zoom(event.angleDelta().y() / _WHEEL_STEP, event.position())
        event.accept()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self._pressed = self._last = event.position()
            self._panned = False
            if event.modifiers() & _SHIFT:
                self._band.begin(event.position())

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        at = event.position()
        if self._pressed is None or self._last is None:
            self._hover(at)
        elif self._band.pulling:
            self._band.pull(at)
            self.update()
        elif self._panned or (at - self._pressed).manhattanLength() >= QApplication.startDragDistance():
            self._panned = True
            self.setCursor(Qt.CursorShape.ClosedHandCursor)
            self._pan(at - self._last)
            self._last = at

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if event.button() != Qt.MouseButton.LeftButton or self._pressed is None:
            return
        self._pressed = self._last = None
        self.unsetCursor()
        inside = self._band.end()
        if not inside.isNull():
            if self.mosaic is not None:
                self.mosaic.select(self.slots_inside(inside))
                self._selection_changed()
        elif not self._panned:
            self._click(self.slot_at(event.position()), event.modifiers())

    def _click(self, slot: int, modifiers: Qt.KeyboardModifier) -> None:
        if modifiers & (_CONTROL | _SHIFT):
            if slot >= 0:
                self._select(slot)
                self._toggle(slot)
            return
        self._select(slot)
        if slot >= 0:
            self.picked.emit(slot)

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if not self._band.rect.isNull():
            painter = QPainter(self)
            self._band.draw(painter, self._theme)
            painter.end()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = Qt.Key(event.key())
        control = bool(event.modifiers() & _CONTROL)
        if control and key == Qt.Key.Key_A:
            self.select_all()
        elif key not in _OWN_KEYS:
            event.ignore()
        elif key in _ZOOM_KEYS:
            self.zoom(_ZOOM_KEYS[key])
        elif key in _ARROWS:
            self._step(*_ARROWS[key])
        elif key == Qt.Key.Key_0:
            self.fit()
        elif self.place_of(self.slot) is not None:
            if control or key == Qt.Key.Key_Insert:
                self._toggle(self.slot)
            else:
                self.picked.emit(self.slot)
