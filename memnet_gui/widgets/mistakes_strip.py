"""The last digits answered wrongly, newest first: a thumbnail each, with label → answer below."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QFocusEvent,
    QHelpEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPixmap,
)
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from engine.frame import Mistake
from memnet_gui.theme import DARK, Theme
from memnet_gui.widgets.digit_view import ink_pixels
from memnet_gui.widgets.painting import draw_focus, fitting, pixel_image, sized

_THUMB, _GAP, _CAPTION = 30, 2, 14


class MistakesStrip(QWidget):
    """As many of the last mistakes as fit. `mistake_clicked` carries the `Mistake`."""

    mistake_clicked = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName("Last mistakes, newest first")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setMouseTracking(True)
        self._theme = DARK
        self._names: tuple[str, ...] = ()
        self._mistakes: list[Mistake] = []
        self._cards: dict[int, QPixmap] = {}
        self._current = 0

    def sizeHint(self) -> QSize:
        return QSize(224, _THUMB + _CAPTION)

    def minimumSizeHint(self) -> QSize:
        return QSize(120, _THUMB + _CAPTION)

    # ── what is shown ─────────────────────────────────────────────────────────────────────────

    def set_theme(self, theme: Theme) -> None:
        self._theme = theme
        self._cards.clear()
        self.update()

    def show_mistakes(self, mistakes: Sequence[Mistake], names: Sequence[str]) -> None:
        """Mistakes of one run, in any order; names of the classes."""
        newest_first = sorted(mistakes, key=lambda mistake: mistake.digit, reverse=True)
        if newest_first == self._mistakes and tuple(names) == self._names:
            return
        if tuple(names) != self._names:
            self._cards.clear()
        self._mistakes, self._names = newest_first, tuple(names)
        kept = {mistake.digit for mistake in self._mistakes}
        self._cards = {digit: card for digit, card in self._cards.items() if digit in kept}
        self._current = max(0, min(self._current, len(self.visible_mistakes()) - 1))
        self.update()

    def forget(self) -> None:
        """A new run: its digit numbers start again."""
        self._mistakes, self._cards, self._current = [], {}, 0
        self.update()

    def visible_mistakes(self) -> list[Mistake]:
        """Those that fit into the width, newest first."""
        return self._mistakes[: max(1, (self.width() + _GAP) // (_THUMB + _GAP))]

    def fact(self, mistake: Mistake) -> str:
        """One mistake in words."""
        label, answer = self._names[mistake.label], self._names[mistake.answer]
        return f"digit {mistake.digit:,} · a {label}, answered {answer}"

    # ── painting ──────────────────────────────────────────────────────────────────────────────

    def thumb_rect(self, place: int) -> QRectF:
        return QRectF(place * (_THUMB + _GAP), 0, _THUMB, _THUMB)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        if not self._mistakes:
            painter.setFont(sized(self))
            painter.setPen(self._theme.color("tertiary"))
            painter.drawText(
                self.rect(), Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop, "none so far"
            )
        for place, mistake in enumerate(self.visible_mistakes()):
            painter.drawPixmap(self.thumb_rect(place).topLeft(), self._card(mistake))
        if self.hasFocus():
            box = self.thumb_rect(self._current) if self._mistakes else QRectF(self.rect())
            draw_focus(painter, box, self._theme)

    def _card(self, mistake: Mistake) -> QPixmap:
        """Thumbnail and words of one mistake, painted once."""
        ratio = self.devicePixelRatioF()
        card = self._cards.get(mistake.digit)
        if card is None or card.devicePixelRatioF() != ratio:
            card = QPixmap(QSize(_THUMB, _THUMB + _CAPTION) * ratio)
            card.setDevicePixelRatio(ratio)
            card.fill(Qt.GlobalColor.transparent)
            painter = QPainter(card)
            painter.setFont(sized(self))
            self._draw_mistake(painter, mistake)
            painter.end()
            self._cards[mistake.digit] = card
        return card

    def _draw_mistake(self, painter: QPainter, mistake: Mistake) -> None:
        frame = QRectF(0.5, 0.5, _THUMB - 1, _THUMB - 1)
        painter.setPen(self._theme.color("line"))
        painter.setBrush(self._theme.color("paper"))
        painter.drawRect(frame)
        thumb = pixel_image(ink_pixels(mistake.image, self._theme))
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, thumb.width() > _THUMB - 2)
        painter.drawImage(QRectF(1, 1, _THUMB - 2, _THUMB - 2), thumb)
        painter.setPen(self._theme.color("wrong"))
        words = f"{self._names[mistake.label]}→{self._names[mistake.answer]}"
        words = fitting(painter.fontMetrics(), _THUMB, words)
        painter.drawText(QRectF(0, _THUMB, _THUMB, _CAPTION), Qt.AlignmentFlag.AlignCenter, words)

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
            Qt.Key.Key_Home: 0,
            Qt.Key.Key_End: last,
        }
        key = Qt.Key(event.key())
        if last >= 0 and key in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space):
            self.mistake_clicked.emit(self._mistakes[self._current])
        elif last >= 0 and key in steps:
            self._go_to(min(last, max(0, steps[key])))
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
