"""Shows a mosaic of memories in a viewport: scale, scrolling, painting. What is done with it is elsewhere."""

from __future__ import annotations

import time
from math import ceil

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QPainter, QPaintEvent, QRegion, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QAbstractScrollArea, QFrame, QWidget

from engine.arrays import Ints
from memnet_gui.mosaic import Mosaic, Window
from memnet_gui.mosaic_atlas import Scale
from memnet_gui.mosaic_fit import Fit, zoomed
from memnet_gui.theme import BODY, DARK, GRID, SMALL, Theme
from memnet_gui.widgets.memory_signs import Signs
from memnet_gui.widgets.mosaic_picture import (
    MosaicPicture,
    Sight,
    draw_block,
    draw_names,
    draw_signs,
    draw_tile_frame,
)
from memnet_gui.widgets.painting import draw_focus, sized

PATCHED_AT_MOST = 150
"""More changed tiles than this, and drawing everything at once is cheaper."""
BEAT_MS = 40
"""Tiles are drawn and flashes put out at this pace, however fast frames come."""


class MosaicSurface(QAbstractScrollArea):
    """Shows a `Mosaic` at a snapped scale. Scroll bars count level pixels (`Sight` has the geometry).

    While `fitted`, the scale follows the content: everything shows, as large as it goes.
    """

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
        self._bar_width = 0
        self._fit = Fit()
        self._laid_out: tuple[object, ...] = ()
        self._sight: Sight | None = None
        self._picture = MosaicPicture()
        self._signs = Signs()
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(BEAT_MS)
        self._timer.timeout.connect(self.advance)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setCornerWidget(QWidget())  # bare, where Fusion would draw a box between the scroll bars
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName("Mosaic of memories")
        self.viewport().setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.set_theme(DARK)

    def minimumSizeHint(self) -> QSize:
        return QSize(40 * GRID, 24 * GRID)

    def sizeHint(self) -> QSize:
        return QSize(190 * GRID, 110 * GRID)

    def set_theme(self, theme: Theme) -> None:
        self._theme = theme
        self._picture.set_theme(theme)
        self.viewport().update()

    def content_moved(self) -> None:
        """Called when memories may stand elsewhere than before; for who knows where the cursor is."""

    def content_changed(self) -> None:
        """Called when memories may have been written or removed; for who holds on to one of them."""

    def refresh(self) -> None:
        """Draw everything again: other memories, another order, other words."""
        self._picture.stale = True
        self._lay_out()
        self.advance()
        self.viewport().update()

    def keep_up(self) -> None:
        """Show what the mosaic took in, now or, if something was shown just before, with the next beat."""
        if not self._timer.isActive():
            self.advance()

    @Slot()
    def advance(self) -> None:
        """Show what the mosaic took in since the last call; a hidden view leaves it waiting."""
        if self.mosaic is None or not self.isVisible():
            return
        changes = self.mosaic.step(time.monotonic())
        self.content_changed()
        self._picture.stale |= changes.moved
        self._lay_out()
        if not self._picture.stale:
            self._patch(self.mosaic, changes.slots)
        if self._picture.stale:
            self.viewport().update()
            self.content_moved()
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
            self.viewport().update(self._sight.region(x, y))

    # Geometry.

    def _ratio(self) -> float:
        return self.viewport().devicePixelRatioF()

    def _room(self) -> tuple[int, int, int, int]:
        """Device pixels for the content, and in the viewport.

        Content is laid out as if the scroll bar were there, so that its coming and going moves nothing.
        """
        ratio, view = self._ratio(), self.viewport()
        return (
            round((self.width() - self._bar_width) * ratio),
            round(self.height() * ratio),
            round(view.width() * ratio),
            round(view.height() * ratio),
        )

    def _lay_out(self) -> None:
        """Bring scale, plan and scroll ranges in line with content and size."""
        mosaic = self.mosaic
        if mosaic is None:
            return
        across, down = self.horizontalScrollBar(), self.verticalScrollBar()
        room, ratio = self._room(), self._ratio()
        mosaic.aspect = round(room[0] / max(1, room[1]), 1)
        if self.fitted:
            self.scale = self._fit.scale(mosaic, *room[:2])
        state = (
            *(mosaic, mosaic.count, mosaic.choice, self.scale),
            *(room, ratio, across.value(), down.value()),
        )
        if state == self._laid_out:
            return
        magnify = self.scale.magnify
        plan = mosaic.plan(self.scale, room[0] // magnify)
        view_width, view_height = (max(1, ceil(pixels / magnify)) for pixels in room[2:])
        for bar, length, view in ((across, plan.width, view_width), (down, plan.height, view_height)):
            steps = max(0, length - view), view, self.scale.pitch
            if steps != (bar.maximum(), bar.pageStep(), bar.singleStep()):
                bar.setRange(0, steps[0])
                bar.setPageStep(view)
                bar.setSingleStep(self.scale.pitch)
        left, top = across.value(), down.value()
        if plan.width <= view_width:
            left = -max(0, room[0] // magnify - plan.width) // 2
        if plan.height <= view_height and mosaic.choice.in_place:
            top = -max(0, view_height - plan.height) // 2
        sight = Sight(Window(plan, self.scale, left, top, view_width, view_height), ratio)
        self._laid_out = (*state[:-2], across.value(), down.value())
        before, self._sight = self._sight, sight
        if before is None or before.ratio != ratio or not sight.window.extends(before.window):
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

    # Zoom.

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
        goal = zoomed(self.scale, steps, self.mosaic.zoom_stops)
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
        self.content_moved()
        self.viewport().update()

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
        draw_signs(painter, region, mosaic, sight, theme, self._signs)
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
        self._measure_bar()
        self.refresh()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.StyleChange:
            self._measure_bar()

    def _measure_bar(self) -> None:
        self._bar_width = self.verticalScrollBar().sizeHint().width()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._lay_out()
