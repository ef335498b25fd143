"""The mosaic of memories under mouse and keys: point at one, select many, zoom, pan.

Knows nothing of the engine.
"""

from __future__ import annotations

from PySide6.QtCore import QEvent, QPoint, QPointF, QRectF, Qt, Signal, Slot
from PySide6.QtGui import QFocusEvent, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QWheelEvent
from PySide6.QtWidgets import QApplication, QWidget

from memnet_gui.mosaic import Mosaic
from memnet_gui.widgets.mosaic_surface import MosaicSurface
from memnet_gui.widgets.rubber_band import RubberBand

_WHEEL_STEP = 120

_ZOOM_KEYS = {
    Qt.Key.Key_Plus: 1,
    Qt.Key.Key_Equal: 1,
    Qt.Key.Key_Minus: -1,
}
_ARROWS = {
    Qt.Key.Key_Left: (-1, 0),
    Qt.Key.Key_Right: (1, 0),
    Qt.Key.Key_Up: (0, -1),
    Qt.Key.Key_Down: (0, 1),
}
_PAGES = {
    Qt.Key.Key_PageUp: -1.0,
    Qt.Key.Key_PageDown: 1.0,
    Qt.Key.Key_Home: -float("inf"),
    Qt.Key.Key_End: float("inf"),
}
_ENTER = {Qt.Key.Key_Return, Qt.Key.Key_Enter}
_OWN_KEYS = {*_ZOOM_KEYS, *_ARROWS, *_PAGES, *_ENTER, Qt.Key.Key_0, Qt.Key.Key_Insert}
_CONTROL, _SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier


class MosaicView(MosaicSurface):
    """A mosaic in which memories can be pointed at, picked, and selected to do something with many.

    One memory is the current one, framed; any number are selected, ticked. A click makes a memory
    current, Ctrl+click (Ctrl+Enter, Insert) selects it or no longer, Shift+click all up to it, and
    pulling with Shift all that the rectangle touches.
    """

    hovered = Signal(int)
    """The slot under the cursor, -1 for none."""
    selected = Signal(int)
    """The slot that was clicked or moved to, -1 for none."""
    picked = Signal(int)
    """The slot that is to be looked at more closely: clicked, or Enter was pressed on it."""
    selection_changed = Signal()
    """Other memories of the mosaic are selected than before."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._cursor: QPointF | None = None
        self._pressed: QPoint | None = None
        self._pan_from: tuple[int, int] | None = None
        self._band = RubberBand()
        self._wheel = 0
        self.viewport().setMouseTracking(True)

    def show_mosaic(self, mosaic: Mosaic) -> None:
        """Show another mosaic, from its beginning."""
        self.mosaic = mosaic
        self._select(-1)
        self.refresh()

    # Selection and hover.

    @Slot(int)
    def select(self, slot: int) -> None:
        """Select a slot (-1: none) and bring it into sight."""
        self.reveal(slot)
        self._select(slot)

    def _select(self, slot: int) -> None:
        if slot != self.slot:
            self._update_cells(self.slot, slot)
            self.slot = slot
            self.selected.emit(slot)

    def _hover(self) -> None:
        slot = self.slot_at(self._cursor) if self._cursor is not None else -1
        if slot != self.hovered_slot:
            self._update_cells(self.hovered_slot, slot)
            self.hovered_slot = slot
            self.hovered.emit(slot)

    def _update_cells(self, *slots: int) -> None:
        for slot in slots:
            rect = self.slot_rect(slot)
            if not rect.isEmpty():
                self.viewport().update(rect.adjusted(-4, -4, 4, 4).toAlignedRect())

    def _step(self, dx: int, dy: int) -> None:
        """Make the next memory in a direction the current one, across seams and holes."""
        if self.mosaic is None or self._sight is None:
            return
        if self.mosaic.position(self.slot) < 0:
            self.select(self.mosaic.first_slot())
            return
        plan, pitch = self._sight.window.plan, self.scale.pitch
        x, y = (edge + pitch // 2 for edge in plan.corner(self.mosaic.position(self.slot)))
        while 0 <= x < plan.width and 0 <= y < plan.height:
            x, y = x + dx * pitch, y + dy * pitch
            slot = self.mosaic.slot_at(plan, x, y)
            if slot >= 0:
                self.select(slot)
                return

    def content_moved(self) -> None:
        self._hover()

    def content_changed(self) -> None:
        if self.slot >= 0 and self.mosaic is not None and not self.mosaic.holds(self.slot):
            self._select(-1)

    # Selecting many.

    @Slot()
    def select_all(self) -> None:
        """Select every memory that is shown."""
        if self.mosaic is not None:
            self.mosaic.select(self.mosaic.shown())
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
        self.advance()
        self.selection_changed.emit()

    def _choose_with(self, modifiers: Qt.KeyboardModifier, slot: int) -> None:
        """A click with Ctrl or Shift."""
        assert self.mosaic is not None
        if slot < 0:
            return
        start = self.slot
        self._select(slot)
        if modifiers & _SHIFT:
            self.mosaic.select_to(slot, start)
            self._selection_changed()
        else:
            self._toggle(slot)

    def _choose_inside(self, rect: QRectF) -> None:
        if self.mosaic is not None and self._sight is not None:
            self.mosaic.select(self._sight.inside(self.mosaic, rect))
            self._selection_changed()

    # Events.

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.viewport().update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.viewport().update()

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Zoom about the cursor; with Shift, or sideways, scroll."""
        delta = event.angleDelta()
        if event.modifiers() & Qt.KeyboardModifier.ShiftModifier or abs(delta.x()) > abs(delta.y()):
            super().wheelEvent(event)
            return
        self._wheel += delta.y()
        steps = int(self._wheel / _WHEEL_STEP)
        self._wheel -= steps * _WHEEL_STEP
        if steps:
            self.zoom(steps, event.position())
        event.accept()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self._pressed = event.position().toPoint()
            if event.modifiers() & _SHIFT:
                self._band.begin(event.position())

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self._cursor = event.position()
        if self._band.pulling:
            self._band.pull(event.position())
            self.viewport().update()
        elif self._pressed is not None:
            self._pan(event.position().toPoint() - self._pressed)
        else:
            self._hover()

    def _pan(self, moved: QPoint) -> None:
        bars = self.horizontalScrollBar(), self.verticalScrollBar()
        if self._pan_from is None:
            if moved.manhattanLength() < QApplication.startDragDistance():
                return
            self._pan_from = bars[0].value(), bars[1].value()
            self.viewport().setCursor(Qt.CursorShape.ClosedHandCursor)
        for bar, start, distance in zip(bars, self._pan_from, moved.toTuple(), strict=True):
            bar.setValue(start - round(distance * self._ratio() / self.scale.magnify))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if event.button() != Qt.MouseButton.LeftButton or self._pressed is None:
            return
        panned, self._pressed, self._pan_from = self._pan_from is not None, None, None
        self.viewport().unsetCursor()
        inside = self._band.end()
        if not inside.isNull():
            self.viewport().update()
            self._choose_inside(inside)
        elif not panned:
            self._click(self.slot_at(event.position()), event.modifiers())

    def _click(self, slot: int, modifiers: Qt.KeyboardModifier) -> None:
        if modifiers & (_CONTROL | _SHIFT):
            self._choose_with(modifiers, slot)
            return
        self._select(slot)
        if slot >= 0:
            self.picked.emit(slot)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Two clicks are two clicks, however fast."""
        self.mousePressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if not self._band.rect.isNull():
            painter = QPainter(self.viewport())
            self._band.draw(painter, self._theme)
            painter.end()

    def viewportEvent(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Leave:
            self._cursor = None
            self._hover()
        return super().viewportEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = Qt.Key(event.key())
        control = bool(event.modifiers() & _CONTROL)
        if self.mosaic is not None and control and key == Qt.Key.Key_A:
            self.select_all()
        elif self.mosaic is None or key not in _OWN_KEYS:
            event.ignore()
        elif key in _ZOOM_KEYS:
            self.zoom(_ZOOM_KEYS[key])
        elif key in _ARROWS:
            start = self.slot
            self._step(*_ARROWS[key])
            if event.modifiers() & _SHIFT and self.slot >= 0:
                self.mosaic.select_to(self.slot, start)
                self._selection_changed()
        elif key in _PAGES:
            bar = self.verticalScrollBar()
            goal = bar.value() + _PAGES[key] * bar.pageStep()
            bar.setValue(round(max(bar.minimum(), min(bar.maximum(), goal))))
        elif key == Qt.Key.Key_0:
            self.fit()
        elif self.mosaic.position(self.slot) >= 0:
            if control or key == Qt.Key.Key_Insert:
                self._toggle(self.slot)
            else:
                self.picked.emit(self.slot)
