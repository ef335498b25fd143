"""The mosaic of memories under mouse and keys: select, hover, zoom, pan. Knows nothing of the engine."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QPoint, QPointF, Qt, Signal, Slot
from PySide6.QtGui import QFocusEvent, QKeyEvent, QMouseEvent, QWheelEvent
from PySide6.QtWidgets import QApplication, QWidget

from memnet_gui.mosaic import Mosaic
from memnet_gui.widgets.mosaic_surface import MosaicSurface

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
_OWN_KEYS = {*_ZOOM_KEYS, *_ARROWS, *_PAGES, Qt.Key.Key_0, Qt.Key.Key_Return, Qt.Key.Key_Enter}


class MosaicView(MosaicSurface):
    """A mosaic in which memories can be pointed at, selected and picked."""

    hovered = Signal(int)
    """The slot under the cursor, -1 for none."""
    selected = Signal(int)
    """The slot that was clicked or moved to, -1 for none."""
    picked = Signal(int)
    """The slot that is to be looked at more closely: clicked, or Enter was pressed on it."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._cursor: QPointF | None = None
        self._pressed: QPoint | None = None
        self._pan_from: tuple[int, int] | None = None
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

    def _step_selection(self, dx: int, dy: int) -> None:
        """Select the next memory in a direction, across seams and holes."""
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

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self._cursor = event.position()
        if self._pressed is not None:
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
        if not panned:
            slot = self.slot_at(event.position())
            self._select(slot)
            if slot >= 0:
                self.picked.emit(slot)

    def viewportEvent(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Leave:
            self._cursor = None
            self._hover()
        return super().viewportEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = Qt.Key(event.key())
        if self.mosaic is None or key not in _OWN_KEYS:
            event.ignore()
        elif key in _ZOOM_KEYS:
            self.zoom(_ZOOM_KEYS[key])
        elif key in _ARROWS:
            self._step_selection(*_ARROWS[key])
        elif key in _PAGES:
            bar = self.verticalScrollBar()
            goal = bar.value() + _PAGES[key] * bar.pageStep()
            bar.setValue(round(max(bar.minimum(), min(bar.maximum(), goal))))
        elif key == Qt.Key.Key_0:
            self.fit()
        elif self.mosaic.position(self.slot) >= 0:
            self.picked.emit(self.slot)
