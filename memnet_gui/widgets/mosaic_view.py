"""Paints a mosaic of memories; zooms, pans, selects. Knows pixels and keys, nothing of the engine."""

from __future__ import annotations

import time
from math import ceil

from PySide6.QtCore import QEvent, QPoint, QPointF, QRectF, QSize, Qt, QTimer, Signal, Slot
from PySide6.QtGui import (
    QFocusEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QRegion,
    QResizeEvent,
    QShowEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QAbstractScrollArea, QApplication, QFrame, QWidget

from engine.frame import Ints
from memnet_gui.mosaic import Mosaic, Window
from memnet_gui.mosaic_atlas import Scale
from memnet_gui.theme import BODY, DARK, GRID, SMALL, Theme
from memnet_gui.widgets.mosaic_picture import MosaicPicture, Sight, draw_block, draw_names, draw_tile_frame
from memnet_gui.widgets.painting import draw_focus, sized

PATCHED_AT_MOST = 150
"""More changed tiles than this, and drawing everything at once is cheaper."""
BETWEEN_FRAMES_MS = 33
"""When no frame comes, waiting tiles are finished and flashes put out at this pace."""
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


class MosaicView(QAbstractScrollArea):
    """Shows a `Mosaic` at a snapped scale. Scroll bars count level pixels (`Sight` has the geometry).

    While `fitted`, the scale follows the content: everything shows, as large as it goes.
    """

    hovered = Signal(int)
    """The slot under the cursor, -1 for none."""
    selected = Signal(int)
    """The slot that was clicked or moved to, -1 for none."""
    picked = Signal(int)
    """The slot that is to be looked at more closely: clicked, or Enter was pressed on it."""
    fitted_changed = Signal(bool)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.mosaic: Mosaic | None = None
        self.class_names: tuple[str, ...] = ()
        self.message = ""
        """Shown where there is nothing to show."""
        self.outlined_column: int | None = None
        self.fitted = True
        self.scale = Scale(1)
        self.slot = -1
        """The selected slot, -1 for none."""
        self.hovered_slot = -1
        """The slot under the cursor, -1 for none."""
        self._theme = DARK
        self._sight: Sight | None = None
        self._picture = MosaicPicture()
        self._cursor: QPointF | None = None
        self._pressed: QPoint | None = None
        self._pan_from: tuple[int, int] | None = None
        self._wheel = 0
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(BETWEEN_FRAMES_MS)
        self._timer.timeout.connect(self.advance)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setCornerWidget(QWidget())  # bare, where Fusion would draw a box between the scroll bars
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName("Mosaic of memories")
        self.viewport().setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.viewport().setMouseTracking(True)
        self.set_theme(DARK)

    def minimumSizeHint(self) -> QSize:
        return QSize(40 * GRID, 24 * GRID)

    def sizeHint(self) -> QSize:
        return QSize(190 * GRID, 110 * GRID)

    def set_theme(self, theme: Theme) -> None:
        self._theme = theme
        self._picture.set_theme(theme)
        self.viewport().update()

    def show_mosaic(self, mosaic: Mosaic) -> None:
        """Show another mosaic, from its beginning."""
        self.mosaic = mosaic
        self._select(-1)
        self.refresh()

    def refresh(self) -> None:
        """Draw everything again: other memories, another order, other words."""
        self._picture.stale = True
        self._lay_out()
        self.advance()
        self.viewport().update()

    @Slot()
    def advance(self) -> None:
        """Show what the mosaic took in since the last call; a hidden view leaves it waiting."""
        if self.mosaic is None or not self.isVisible():
            return
        changes = self.mosaic.step(time.monotonic())
        self._picture.stale |= changes.moved
        self._lay_out()
        if not self._picture.stale:
            self._patch(self.mosaic, changes.slots)
        if self._picture.stale:
            self.viewport().update()
            self._hover()
        if self.mosaic.busy:
            self._timer.start()

    def _patch(self, mosaic: Mosaic, changed: Ints) -> None:
        """Draw the changed tiles that are in sight, if they are few; else leave it to a full repaint."""
        assert self._sight is not None
        slots, x, y = mosaic.touching(self._sight.window, changed)
        if slots.size > PATCHED_AT_MOST:
            self._picture.stale = True
        elif slots.size:
            self._picture.patch(mosaic, self._sight.window, slots)
            region = QRegion()
            for at_x, at_y in zip(x.tolist(), y.tolist(), strict=True):
                region += self._sight.cell(at_x, at_y).toAlignedRect()
            self.viewport().update(region)

    def catch_up(self) -> None:
        """Finish all waiting tiles now, however many; for a picture of everything."""
        if self.mosaic is not None:
            while self.mosaic.waiting:
                self.mosaic.step(time.monotonic())
            self.refresh()

    # Geometry.

    def _ratio(self) -> float:
        return self.viewport().devicePixelRatioF()

    def _lay_out(self) -> None:
        """Bring scale, plan and scroll ranges in line with content and size."""
        if self.mosaic is None:
            return
        # Content is laid out as if the scroll bar were there, so that its coming and going moves nothing.
        bar_width = self.verticalScrollBar().sizeHint().width()
        width, height = (
            round((self.width() - bar_width) * self._ratio()),
            round(self.height() * self._ratio()),
        )
        if self.fitted:
            self.scale = self.mosaic.fit(width, height)
        magnify = self.scale.magnify
        plan = self.mosaic.plan(self.scale, width // magnify)
        view_width = max(1, ceil(self.viewport().width() * self._ratio() / magnify))
        view_height = max(1, ceil(self.viewport().height() * self._ratio() / magnify))
        for bar, length, view in (
            (self.horizontalScrollBar(), plan.width, view_width),
            (self.verticalScrollBar(), plan.height, view_height),
        ):
            bar.setRange(0, max(0, length - view))
            bar.setPageStep(view)
            bar.setSingleStep(self.scale.pitch)
        left, top = self.horizontalScrollBar().value(), self.verticalScrollBar().value()
        if plan.width <= view_width:
            left = -max(0, width // magnify - plan.width) // 2
        if plan.height <= view_height and self.mosaic.choice.in_place:
            top = -max(0, view_height - plan.height) // 2
        sight = Sight(Window(plan, self.scale, left, top, view_width, view_height), self._ratio())
        if sight != self._sight:
            self._sight = sight
            self._picture.stale = True

    def slot_at(self, point: QPointF) -> int:
        """The slot at a point of the viewport; -1 where there is none."""
        if self.mosaic is None or self._sight is None:
            return -1
        return self.mosaic.slot_at(self._sight.window.plan, *self._sight.level_point(point))

    def slot_rect(self, slot: int) -> QRectF:
        """Where a slot's cell lies in the viewport; empty when it is not in sight."""
        if self.mosaic is None or self._sight is None:
            return QRectF()
        return self._sight.slot_rect(self.mosaic, slot)

    # Zoom and pan.

    @Slot()
    def zoom_in(self) -> None:
        self.zoom(1)

    @Slot()
    def zoom_out(self) -> None:
        self.zoom(-1)

    @Slot()
    def fit(self) -> None:
        """Show everything, as large as it goes, and keep it so while memories are added."""
        self._set_fitted(True)
        self.refresh()

    def zoom(self, steps: int, about: QPointF | None = None) -> None:
        """Go some snapped scales up or down; what is at `about` (or selected, or central) stays there."""
        if self.mosaic is None or self._sight is None:
            return
        known = self.mosaic.scales
        goal = known[max(0, min(len(known) - 1, known.index(self.scale) + steps))]
        self._set_fitted(False)
        if about is None:
            chosen = self.slot_rect(self.slot)
            about = chosen.center() if not chosen.isEmpty() else QRectF(self.viewport().rect()).center()
        old = self._sight.window.plan
        x, y = self._sight.level_point(about)
        slot = self.mosaic.slot_at(old, x, y)
        self.scale = goal
        self._lay_out()
        plan, factor = self._sight.window.plan, self._sight.factor
        if slot >= 0:
            x, y = (edge + goal.pitch // 2 for edge in plan.corner(self.mosaic.position(slot)))
        else:
            x, y = round(x / max(1, old.width) * plan.width), round(y / max(1, old.height) * plan.height)
        self.horizontalScrollBar().setValue(x - round(about.x() / factor))
        self.verticalScrollBar().setValue(y - round(about.y() / factor))
        self.refresh()

    def _set_fitted(self, fitted: bool) -> None:
        if fitted != self.fitted:
            self.fitted = fitted
            self.fitted_changed.emit(fitted)

    def reveal(self, slot: int) -> None:
        """Scroll as little as needed to bring a slot into sight."""
        if self.mosaic is None or self._sight is None or self.mosaic.position(slot) < 0:
            return
        corner = self._sight.window.plan.corner(self.mosaic.position(slot))
        for bar, start in zip((self.horizontalScrollBar(), self.verticalScrollBar()), corner, strict=True):
            earliest = start + self.scale.pitch - bar.pageStep()
            bar.setValue(max(earliest, min(start, bar.value())))

    def scrollContentsBy(self, dx: int, dy: int) -> None:
        self._lay_out()
        self._hover()
        self.viewport().update()

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

    # Painting.

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self.viewport())
        if self.mosaic is None or self._sight is None or self.mosaic.count == 0:
            self._draw_message(painter)
        else:
            self._draw_mosaic(painter, event.region(), self.mosaic, self._sight)
        if self.hasFocus():
            draw_focus(painter, QRectF(self.viewport().rect()), self._theme)
        painter.end()

    def _draw_mosaic(self, painter: QPainter, region: QRegion, mosaic: Mosaic, sight: Sight) -> None:
        theme = self._theme
        self._picture.draw(painter, region, mosaic, sight)
        painter.setFont(sized(self, SMALL, bold=True))
        draw_names(painter, region, mosaic, sight, theme, self.class_names)
        if self.outlined_column is not None and mosaic.choice.in_place:
            draw_block(painter, sight, self.outlined_column, theme)
        draw_tile_frame(painter, sight, mosaic, self.hovered_slot, theme, "secondary", 1)
        draw_tile_frame(painter, sight, mosaic, self.slot, theme, "accent", 2)

    def _draw_message(self, painter: QPainter) -> None:
        area = self.viewport().rect()
        painter.fillRect(area, self._theme.color("paper"))
        painter.setPen(self._theme.color("secondary"))
        painter.setFont(sized(self, BODY))
        margin = 6 * GRID
        wrapped = Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap
        painter.drawText(area.adjusted(margin, margin, -margin, -margin), wrapped, self.message)

    # Events.

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.refresh()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._lay_out()

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
