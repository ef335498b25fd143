"""Small pictures in rows with a few words below each: digits to look into, memories to go to."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import QEvent, QPointF, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QFocusEvent,
    QFontMetrics,
    QHelpEvent,
    QImage,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QResizeEvent,
)
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from engine.arrays import Bytes
from memnet_gui.theme import DARK, GRID, Theme
from memnet_gui.widgets.digit_view import ink_pixels
from memnet_gui.widgets.painting import draw_focus, fitting, pixel_image, sized, stand_on_panel, whole_pixels
from memnet_gui.widgets.section import Section

SMALL_THUMB, LARGE_THUMB = 30, 58
"""Edges in pixels: a digit at one and at two screen pixels to each of its own, and a frame."""
_LINE = 14  # height of a line of words
_GAP = 2 * GRID
_ARROW = 3 * GRID
"""Room between a picture and what became of it."""


@dataclass(frozen=True, slots=True, eq=False)
class Thumb:
    """One picture. key: whose it is, handed back when it is picked. picture: (side, side[, 3]) uint8.
    lines: what stands below it. fact: all that is to be said about it. tone: the theme's token of its words.
    later: what became of it, drawn beside it behind an arrow.
    """

    key: Hashable
    picture: Bytes
    lines: tuple[str, ...]
    fact: str
    tone: str = "secondary"
    later: Bytes | None = None

    def same_as(self, other: Thumb) -> bool:
        """Would the two look and read the same?"""
        return (
            (self.key, self.lines, self.fact, self.tone) == (other.key, other.lines, other.fact, other.tone)
        ) and self.pictures(other)

    def pictures(self, other: Thumb) -> bool:
        """Do both show the same picture, or pictures?"""
        if (self.later is None) != (other.later is None):
            return False
        return _same(self.picture, other.picture) and (
            self.later is None or other.later is None or _same(self.later, other.later)
        )


def _same(picture: Bytes, other: Bytes) -> bool:
    return picture is other or np.array_equal(picture, other)


class ThumbGrid(QWidget):
    """As many rows as its width asks for. A click, Enter or Space picks a picture.

    picked(object): its key. moved(): the user came here, or went to another picture. reached(grid, QRect):
    where that is in this grid, so that a scroll area can follow.
    """

    picked = Signal(object)
    moved = Signal()
    reached = Signal(QWidget, QRect)

    def __init__(
        self,
        name: str,
        edge: int = SMALL_THUMB,
        lines: int = 1,
        *,
        selects: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        """edge: of a picture, in pixels. lines: of words below each one. selects: the current picture
        stays marked when the keyboard has gone elsewhere."""
        super().__init__(parent)
        self.setAccessibleName(name)
        self.setMouseTracking(True)
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        stand_on_panel(self)
        self._edge, self._row = edge, edge + lines * _LINE
        self._selects = selects
        self._theme = DARK
        self._cell = self._span = edge
        self._thumbs: list[Thumb] = []
        self._images: dict[tuple[Hashable, bool], QImage] = {}
        """By key, and whether it is what became of it."""
        self._absence = ""
        self._current = 0

    # ── geometry ──────────────────────────────────────────────────────────────────────────────

    def sizeHint(self) -> QSize:
        width = self.width() or 4 * self._cell
        return QSize(4 * self._cell, self.heightForWidth(width))

    def minimumSizeHint(self) -> QSize:
        return QSize(self._cell, _LINE)

    def heightForWidth(self, width: int) -> int:
        if not self._thumbs:
            return _LINE
        rows = -(-len(self._thumbs) // self._per_row(width))
        return rows * (self._row + _GAP) - _GAP

    def _per_row(self, width: int) -> int:
        return max(1, (width + GRID) // (self._cell + GRID))

    @property
    def per_row(self) -> int:
        return self._per_row(self.width())

    def cell_rect(self, place: int) -> QRectF:
        """Where a picture and its words stand."""
        row, column = divmod(place, self.per_row)
        return QRectF(column * (self._cell + GRID), row * (self._row + _GAP), self._cell, self._row)

    def thumb_at(self, point: QPointF) -> int | None:
        for place in range(len(self._thumbs)):
            if self.cell_rect(place).contains(point):
                return place
        return None

    def resizeEvent(self, event: QResizeEvent) -> None:
        if event.size().width() != event.oldSize().width():
            self.updateGeometry()
        super().resizeEvent(event)

    # ── what is shown ─────────────────────────────────────────────────────────────────────────

    def set_theme(self, theme: Theme) -> None:
        self._theme = theme
        self._images.clear()
        self.update()

    def show_thumbs(self, thumbs: Sequence[Thumb], absence: str = "") -> None:
        """absence: what to say when there are none. The current picture stays current while it is there."""
        same = len(thumbs) == len(self._thumbs) and all(map(Thumb.same_as, thumbs, self._thumbs))
        if same and absence == self._absence:
            return
        before, current = {thumb.key: thumb for thumb in self._thumbs}, self.current
        self._thumbs, self._absence = list(thumbs), absence
        self._images = {
            (thumb.key, later): self._images[thumb.key, later]
            for thumb in thumbs
            for later in (False, True)
            if (thumb.key, later) in self._images and thumb.pictures(before[thumb.key])
        }
        keys = [thumb.key for thumb in thumbs]
        kept = current is not None and current.key in keys
        self._current = keys.index(current.key) if current is not None and kept else 0
        self._measure()
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus if thumbs else Qt.FocusPolicy.NoFocus)
        self._describe()
        self.update()

    def _measure(self) -> None:
        """Make room for the pictures and the longest words, up to twice a picture's width."""
        pairs = any(thumb.later is not None for thumb in self._thumbs)
        self._span = 2 * self._edge + _ARROW if pairs else self._edge
        metrics = QFontMetrics(sized(self))
        widest = max(
            (metrics.horizontalAdvance(line) for thumb in self._thumbs for line in thumb.lines), default=0
        )
        self._cell = max(self._span, min(widest + 1, 2 * max(self._edge, LARGE_THUMB)))
        self.updateGeometry()

    @property
    def count(self) -> int:
        return len(self._thumbs)

    @property
    def current(self) -> Thumb | None:
        """The picture that the keyboard is on, or that was clicked last."""
        return self._thumbs[self._current] if self._thumbs else None

    # ── painting ──────────────────────────────────────────────────────────────────────────────

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setFont(sized(self))
        if not self._thumbs:
            painter.setPen(self._theme.color("tertiary"))
            words = fitting(painter.fontMetrics(), self.width(), self._absence)
            painter.drawText(self.rect(), Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, words)
            return
        exposed = QRectF(event.rect())
        for place, thumb in enumerate(self._thumbs):
            cell = self.cell_rect(place)
            if cell.intersects(exposed):
                self._draw_thumb(painter, cell, thumb)
        ring = QRectF(self.cell_rect(self._current).topLeft(), QSize(self._span, self._edge))
        if self.hasFocus():
            draw_focus(painter, ring, self._theme)
        elif self._selects:
            painter.setPen(self._theme.color("text"))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRect(ring.adjusted(0, 0, -1, -1))

    def _draw_thumb(self, painter: QPainter, cell: QRectF, thumb: Thumb) -> None:
        frame = QRectF(cell.x(), cell.y(), self._edge, self._edge)
        self._draw_picture(painter, frame, self._image(thumb.key, thumb.picture, later=False))
        if thumb.later is not None:
            beside = frame.translated(self._edge + _ARROW, 0)
            self._draw_picture(painter, beside, self._image(thumb.key, thumb.later, later=True))
            between = QRectF(frame.right(), frame.y(), _ARROW, self._edge)
            painter.setPen(self._theme.color("secondary"))
            painter.drawText(between, Qt.AlignmentFlag.AlignCenter, "→")
        painter.setPen(self._theme.color(thumb.tone))
        for number, line in enumerate(thumb.lines):
            room = QRectF(cell.x(), frame.bottom() + number * _LINE, cell.width(), _LINE)
            words = fitting(painter.fontMetrics(), room.width(), line)
            if painter.fontMetrics().horizontalAdvance(words) <= self._span:
                room.setWidth(self._span)  # centred below the picture
            painter.drawText(room, Qt.AlignmentFlag.AlignCenter, words)

    def _draw_picture(self, painter: QPainter, frame: QRectF, image: QImage) -> None:
        painter.setPen(self._theme.color("line"))
        painter.setBrush(self._theme.color("paper"))
        painter.drawRect(frame.adjusted(0.0, 0.0, -1.0, -1.0))
        target = whole_pixels(frame, image.width(), self.devicePixelRatioF())
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, image.width() > target.width())
        painter.drawImage(target, image)

    def _image(self, key: Hashable, picture: Bytes, *, later: bool) -> QImage:
        image = self._images.get((key, later))
        if image is None:
            image = pixel_image(ink_pixels(picture, self._theme))
            self._images[key, later] = image
        return image

    # ── mouse, keyboard, tooltips ─────────────────────────────────────────────────────────────

    def mousePressEvent(self, event: QMouseEvent) -> None:
        place = self.thumb_at(event.position())
        if place is None or event.button() != Qt.MouseButton.LeftButton:
            super().mousePressEvent(event)
            return
        self._go_to(place)
        self.picked.emit(self._thumbs[place].key)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        over = self.thumb_at(event.position()) is not None
        self.setCursor(Qt.CursorShape.PointingHandCursor if over else Qt.CursorShape.ArrowCursor)
        super().mouseMoveEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        last = len(self._thumbs) - 1
        steps = {
            Qt.Key.Key_Left: self._current - 1,
            Qt.Key.Key_Right: self._current + 1,
            Qt.Key.Key_Up: self._current - self.per_row,
            Qt.Key.Key_Down: self._current + self.per_row,
            Qt.Key.Key_Home: 0,
            Qt.Key.Key_End: last,
        }
        key = Qt.Key(event.key())
        if last >= 0 and key in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space):
            self.picked.emit(self._thumbs[self._current].key)
        elif last >= 0 and key in steps:
            if 0 <= steps[key] <= last:
                self._go_to(steps[key])
        else:
            super().keyPressEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        self._describe()
        self.moved.emit()
        super().focusInEvent(event)

    def _go_to(self, place: int) -> None:
        self._current = place
        self._describe()
        self.moved.emit()
        self.reached.emit(self, self.cell_rect(place).toAlignedRect())
        self.update()

    def _describe(self) -> None:
        self.setAccessibleDescription(self.current.fact if self.current is not None else self._absence)

    def changeEvent(self, event: QEvent) -> None:
        if event.type() in (QEvent.Type.FontChange, QEvent.Type.StyleChange):
            self._measure()
        super().changeEvent(event)

    def event(self, event: QEvent) -> bool:
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            place = self.thumb_at(QPointF(event.pos()))
            QToolTip.showText(event.globalPos(), "" if place is None else self._thumbs[place].fact, self)
            return True
        return super().event(event)


class ThumbSection(Section):
    """A grid under a heading, with a note at its right."""

    def __init__(self, title: str, grid: ThumbGrid, tip: str = "", parent: QWidget | None = None) -> None:
        super().__init__(title, grid, tip, parent)
        self.grid = grid

    def set_theme(self, theme: Theme) -> None:
        self.grid.set_theme(theme)

    def show_thumbs(self, thumbs: Sequence[Thumb], absence: str, *notes: str) -> None:
        """absence: what stands there when there are none. notes: the longest that fits is shown."""
        self.note.say(*(notes or ("",)))
        self.grid.show_thumbs(thumbs, absence)
