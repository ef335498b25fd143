"""The last digits answered wrongly, newest first, row by row: a thumbnail each, label → answer below."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QPointF, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QFocusEvent,
    QHelpEvent,
    QImage,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPixmap,
    QResizeEvent,
)
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from engine.frame import Mistake
from memnet_gui.theme import DARK, GRID, Theme
from memnet_gui.widgets.digit_view import ink_pixels
from memnet_gui.widgets.painting import draw_focus, fitting, pixel_image, sized, stand_on_panel

_THUMB, _GAP, _CAPTION = 30, 2, 14
_ROW = _THUMB + _CAPTION
_PITCH = _ROW + GRID


class MistakesStrip(QWidget):
    """As many of the last mistakes as fit. `mistake_clicked` carries the `Mistake`.

    While digits stream by, most of what is shown is new each time, so little is kept of a mistake:
    its picture. Captions are kept for each label and answer, frames are drawn all at once.
    """

    mistake_clicked = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName("Last mistakes, newest first")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMouseTracking(True)
        stand_on_panel(self)
        self._theme = DARK
        self._names: tuple[str, ...] = ()
        self._mistakes: list[Mistake] = []
        self._pictures: dict[int, QImage] = {}
        self._captions: dict[tuple[int, int], QPixmap] = {}
        self._current = 0

    def sizeHint(self) -> QSize:
        return QSize(224, _ROW)

    def minimumSizeHint(self) -> QSize:
        return QSize(120, _ROW)

    # ── what is shown ─────────────────────────────────────────────────────────────────────────

    def set_theme(self, theme: Theme) -> None:
        self._theme = theme
        self._pictures.clear()
        self._captions.clear()
        self.update()

    def show_mistakes(self, mistakes: Sequence[Mistake], names: Sequence[str]) -> None:
        """Mistakes of one run, in any order; names of the classes."""
        newest_first = sorted(mistakes, key=lambda mistake: mistake.digit, reverse=True)
        if newest_first == self._mistakes and tuple(names) == self._names:
            return
        if tuple(names) != self._names:
            self._captions.clear()
        self._mistakes, self._names = newest_first, tuple(names)
        kept = {mistake.digit for mistake in self._mistakes}
        self._pictures = {digit: picture for digit, picture in self._pictures.items() if digit in kept}
        self._keep_in_sight()
        self.update()

    def forget(self) -> None:
        """A new run: its digit numbers start again."""
        self._mistakes, self._pictures, self._current = [], {}, 0
        self.update()

    def visible_mistakes(self) -> list[Mistake]:
        """Those that fit, newest first."""
        return self._mistakes[: self.per_row * max(1, (self.height() + _PITCH - _ROW) // _PITCH)]

    @property
    def per_row(self) -> int:
        return max(1, (self.width() + _GAP) // (_THUMB + _GAP))

    def _keep_in_sight(self) -> None:
        self._current = max(0, min(self._current, len(self.visible_mistakes()) - 1))

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._keep_in_sight()
        super().resizeEvent(event)

    def fact(self, mistake: Mistake) -> str:
        """One mistake in words."""
        label, answer = self._names[mistake.label], self._names[mistake.answer]
        return f"digit {mistake.digit:,} · a {label}, answered {answer}"

    # ── painting ──────────────────────────────────────────────────────────────────────────────

    def thumb_rect(self, place: int) -> QRectF:
        """Where a thumbnail stands; a row begins and ends with the strip."""
        row, column = divmod(place, self.per_row)
        left = round(column * (self.width() - _THUMB) / max(1, self.per_row - 1))
        return QRectF(left, row * _PITCH, _THUMB, _THUMB)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        if self._mistakes:
            self._draw_mistakes(painter)
        else:
            painter.setFont(sized(self))
            painter.setPen(self._theme.color("tertiary"))
            painter.drawText(
                self.rect(), Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop, "none so far"
            )
        if self.hasFocus():
            box = self.thumb_rect(self._current) if self._mistakes else QRectF(self.rect())
            draw_focus(painter, box, self._theme)

    def _draw_mistakes(self, painter: QPainter) -> None:
        shown = self.visible_mistakes()
        frames = [self.thumb_rect(place).toRect() for place in range(len(shown))]
        painter.setPen(self._theme.color("line"))
        painter.setBrush(self._theme.color("paper"))
        painter.drawRects([frame.adjusted(0, 0, -1, -1) for frame in frames])
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, shown[0].image.shape[0] > _THUMB - 2)
        for frame, mistake in zip(frames, shown, strict=True):
            painter.drawImage(frame.adjusted(1, 1, -1, -1), self._picture(mistake))
            painter.drawPixmap(frame.bottomLeft(), self._caption(mistake.label, mistake.answer))

    def _picture(self, mistake: Mistake) -> QImage:
        picture = self._pictures.get(mistake.digit)
        if picture is None:
            picture = self._pictures[mistake.digit] = pixel_image(ink_pixels(mistake.image, self._theme))
        return picture

    def _caption(self, label: int, answer: int) -> QPixmap:
        """ "4→9", painted once."""
        ratio = self.devicePixelRatioF()
        caption = self._captions.get((label, answer))
        if caption is None or caption.devicePixelRatioF() != ratio:
            caption = QPixmap(QSize(_THUMB, _CAPTION) * ratio)
            caption.setDevicePixelRatio(ratio)
            caption.fill(Qt.GlobalColor.transparent)
            painter = QPainter(caption)
            painter.setFont(sized(self))
            painter.setPen(self._theme.color("wrong"))
            words = fitting(painter.fontMetrics(), _THUMB, f"{self._names[label]}→{self._names[answer]}")
            painter.drawText(QRect(0, 0, _THUMB, _CAPTION), Qt.AlignmentFlag.AlignCenter, words)
            painter.end()
            self._captions[label, answer] = caption
        return caption

    # ── mouse, keyboard, tooltips ─────────────────────────────────────────────────────────────

    def mistake_at(self, point: QPointF) -> int | None:
        for place in range(len(self.visible_mistakes())):
            if self.thumb_rect(place).adjusted(0, 0, 0, _CAPTION).contains(point):
                return place
        return None

    def mousePressEvent(self, event: QMouseEvent) -> None:
        place = self.mistake_at(event.position())
        if place is None or event.button() != Qt.MouseButton.LeftButton:
            super().mousePressEvent(event)
            return
        self._go_to(place)
        self.mistake_clicked.emit(self._mistakes[place])

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        over = self.mistake_at(event.position()) is not None
        self.setCursor(Qt.CursorShape.PointingHandCursor if over else Qt.CursorShape.ArrowCursor)
        super().mouseMoveEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        last = len(self.visible_mistakes()) - 1
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
            self.mistake_clicked.emit(self._mistakes[self._current])
        elif last >= 0 and key in steps:
            if 0 <= steps[key] <= last:
                self._go_to(steps[key])
        else:
            super().keyPressEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        self._describe()
        super().focusInEvent(event)

    def _go_to(self, place: int) -> None:
        self._current = place
        self._describe()
        self.update()

    def _describe(self) -> None:
        there = self._mistakes[self._current : self._current + 1]
        self.setAccessibleDescription(self.fact(there[0]) if there else "none so far")

    def event(self, event: QEvent) -> bool:
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            place = self.mistake_at(QPointF(event.pos()))
            words = "" if place is None else self.fact(self._mistakes[place])
            QToolTip.showText(event.globalPos(), words, self)
            return True
        return super().event(event)
