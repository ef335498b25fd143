"""How would the network cope if the drawing had come out a little differently? A small picture each."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, QTimer, Signal, Slot
from PySide6.QtGui import (
    QFocusEvent,
    QFontMetrics,
    QHelpEvent,
    QHideEvent,
    QImage,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QShowEvent,
)
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from engine.arrays import Floats, freeze
from engine.commands import ClassifyAll
from engine.findings import Variations
from engine.frame import Frame
from memnet_gui.requests import next_request
from memnet_gui.theme import DARK, GRID, Theme
from memnet_gui.variations import VARIATIONS, vary
from memnet_gui.widgets.digit_view import ink_pixels
from memnet_gui.widgets.drawing_answer import percent
from memnet_gui.widgets.painting import draw_focus, fitting, pixel_image, sized, stand_on_panel

SETTLE_MS = 250
"""A drawing is varied when it has stayed the same for so long: at most four times a second."""
_THUMB, _LINE, _GAP = 30, 13, 2
_WIDEST_PITCH = 48
UNKNOWN = "?"


class CopeStrip(QWidget):
    """The variations of a drawing with the answer under each, marked ≠ where it is another one.

    asked(command): `ClassifyAll` of the drawing as it is and its variations, while the strip is to be
    seen. picked(image): the user wants to know why about that one. summary_changed(words).
    """

    asked = Signal(object)
    picked = Signal(object)
    summary_changed = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName("How would it cope?")
        self.setToolTip("What the network would say to variations of the drawing")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMouseTracking(True)
        stand_on_panel(self)
        self.summary = ""
        self._theme = DARK
        self._channels = 1
        self._sure_from = 0.0
        self._image: Floats | None = None
        self._images: Floats | None = None
        self._pictures: list[QImage] = []
        self._request = 0
        self._answers: Variations | None = None
        self._names: tuple[str, ...] = ()
        self._current = 0
        self._settling = QTimer(self)
        self._settling.setSingleShot(True)
        self._settling.setInterval(SETTLE_MS)
        self._settling.timeout.connect(self.ask)

    @staticmethod
    def height_for(lines: int) -> int:
        """With the answers' words on one line, or name and share on two."""
        return _THUMB + _GAP + lines * _LINE

    def sizeHint(self) -> QSize:
        return QSize(len(VARIATIONS) * (_THUMB + GRID), self.height_for(2))

    def minimumSizeHint(self) -> QSize:
        return QSize(120, self.height_for(1))

    def set_theme(self, theme: Theme) -> None:
        self._theme = theme
        self._render()

    # ── asking ────────────────────────────────────────────────────────────────────────────────

    def show_drawing(self, image: Floats | None, channels: int) -> None:
        """What to vary, (side, side) float32 in [0, 1], or None; for a network of so many channels."""
        self._image, self._channels = image, channels
        if image is None:
            self._settling.stop()
            self._request, self._images, self._answers = 0, None, None
            self._render()
            self._sum_up()
        elif self.isVisible():
            self._settling.start()

    @Slot()
    def ask(self) -> None:
        """Vary the drawing as it is now, and ask what the variations are."""
        self._settling.stop()
        if self._image is None or not self.isVisible():
            return
        images = np.concatenate([self._image[None], vary(self._image)])
        if self._images is None or not np.array_equal(images, self._images):
            self._images, self._answers = freeze(images), None
            self._render()
            self._sum_up()
        self._request = next_request()
        self.asked.emit(ClassifyAll(self._coloured(self._images), self._request))

    def _coloured(self, images: Floats) -> Floats:
        """As the network takes them."""
        if self._channels == 1:
            return images
        return freeze(np.repeat(images[..., None], self._channels, axis=-1))

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.ask()

    def hideEvent(self, event: QHideEvent) -> None:
        self._settling.stop()
        super().hideEvent(event)

    # ── answers ───────────────────────────────────────────────────────────────────────────────

    def show_frame(self, frame: Frame) -> None:
        answers = frame.findings.variations
        if answers is None or answers is self._answers or answers.request != self._request:
            return
        if self._images is None or len(answers.probabilities) != len(self._images):
            return
        if answers.probabilities.shape[1] <= len(frame.info.class_names):
            self._answers, self._names = answers, frame.info.class_names
            self._sum_up()
            self.update()

    def set_sure_from(self, confidence: float) -> None:
        """Below this confidence there is no answer."""
        self._sure_from = confidence
        self._sum_up()
        self.update()

    def said(self, place: int) -> tuple[str, float] | None:
        """What is said to a variation, "?" for not knowing, and how surely; None before it is answered."""
        return self._said(place + 1)

    def _said(self, row: int) -> tuple[str, float] | None:
        if self._answers is None:
            return None
        probabilities = self._answers.probabilities[row]
        confidence = float(probabilities.max())
        known = confidence >= self._sure_from
        return self._names[int(probabilities.argmax())] if known else UNKNOWN, confidence

    def differs(self, place: int) -> bool:
        """Is this variation answered otherwise than the drawing itself?"""
        own, other = self._said(0), self.said(place)
        return own is not None and other is not None and own[0] != other[0]

    def fact(self, place: int) -> str:
        """A variation and its answer in a sentence."""
        words = f"The drawing {VARIATIONS[place].name}"
        said = self.said(place)
        if said is None:
            return words
        name, confidence = said
        if name == UNKNOWN:
            words += f": not known, {percent(confidence)} at most"
        else:
            words += f": answered {name}, {percent(confidence)}"
        return words + (", unlike the drawing itself." if self.differs(place) else ", as the drawing itself.")

    def _sum_up(self) -> None:
        summary = ""
        if self._answers is not None:
            same = sum(not self.differs(place) for place in range(len(VARIATIONS)))
            summary = f"The same answer to {same} of {len(VARIATIONS)} variations"
        self._describe()
        if summary != self.summary:
            self.summary = summary
            self.summary_changed.emit(summary)

    def _describe(self) -> None:
        self.setAccessibleDescription(self.fact(self._current) if self._images is not None else self.summary)

    # ── painting ──────────────────────────────────────────────────────────────────────────────

    def _render(self) -> None:
        images = () if self._images is None else self._images[1:]
        self._pictures = [pixel_image(ink_pixels(image, self._theme)) for image in images]
        self.update()

    def thumb_rect(self, place: int) -> QRectF:
        """Where a variation's picture is, its frame included."""
        side = min(_THUMB, self.width() // len(VARIATIONS) - _GAP)
        pitch = min(_WIDEST_PITCH, (self.width() - side) / (len(VARIATIONS) - 1))
        return QRectF(int(place * pitch), 0, side, side)

    def _cell(self, place: int) -> QRectF:
        """The picture and its words."""
        thumb = self.thumb_rect(place)
        pitch = self.thumb_rect(1).left() - self.thumb_rect(0).left()
        return QRectF(thumb.center().x() - pitch / 2, 0, pitch, self.height())

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setFont(sized(self))
        painter.setRenderHint(
            QPainter.RenderHint.SmoothPixmapTransform,
            bool(self._pictures) and self._pictures[0].width() != _THUMB - 2,
        )
        for place in range(len(VARIATIONS)):
            thumb = self.thumb_rect(place)
            self._draw_picture(painter, place, thumb)
            self._draw_words(painter, place, self._cell(place).adjusted(0, thumb.height() + _GAP, 0, 0))
            if self.hasFocus() and place == self._current:
                draw_focus(painter, thumb, self._theme)

    def _draw_picture(self, painter: QPainter, place: int, thumb: QRectF) -> None:
        painter.fillRect(thumb, self._theme.color("paper"))
        if place < len(self._pictures):
            painter.drawImage(thumb.adjusted(1, 1, -1, -1), self._pictures[place])
        differs = self.differs(place)
        width = 2 if differs else 1
        painter.setPen(
            QPen(self._theme.color("unsure" if differs else "line"), width, j=Qt.PenJoinStyle.MiterJoin)
        )
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRect(thumb.adjusted(width / 2, width / 2, -width / 2, -width / 2))

    def _draw_words(self, painter: QPainter, place: int, room: QRectF) -> None:
        said = self.said(place)
        if said is None:
            return
        name, confidence = said
        differs = self.differs(place)
        name = f"≠{name}" if differs else name
        metrics = QFontMetrics(painter.font())
        centre = Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignTop
        if room.height() < 2 * _LINE:
            line = fitting(metrics, room.width(), f"{name} {confidence * 100:.0f}", name)
            painter.setPen(self._theme.color("unsure" if differs else "text"))
            painter.drawText(QRectF(room.x(), room.y(), room.width(), _LINE), centre, line)
            return
        for number, (words, color) in enumerate(((name, "text"), (percent(confidence), "secondary"))):
            painter.setPen(self._theme.color("unsure" if differs else color))
            line = fitting(metrics, room.width(), words, words.removesuffix(" %"))
            painter.drawText(QRectF(room.x(), room.y() + number * _LINE, room.width(), _LINE), centre, line)

    # ── mouse, keyboard, tooltips ─────────────────────────────────────────────────────────────

    def place_at(self, point: QPointF) -> int | None:
        for place in range(len(self._pictures)):
            if self._cell(place).contains(point):
                return place
        return None

    def mousePressEvent(self, event: QMouseEvent) -> None:
        place = self.place_at(event.position())
        if place is None or event.button() != Qt.MouseButton.LeftButton:
            super().mousePressEvent(event)
            return
        self._go_to(place)
        self._pick()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        over = self.place_at(event.position()) is not None
        self.setCursor(Qt.CursorShape.PointingHandCursor if over else Qt.CursorShape.ArrowCursor)
        super().mouseMoveEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        last = len(VARIATIONS) - 1
        steps = {
            Qt.Key.Key_Left: max(0, self._current - 1),
            Qt.Key.Key_Right: min(last, self._current + 1),
            Qt.Key.Key_Home: 0,
            Qt.Key.Key_End: last,
        }
        key = Qt.Key(event.key())
        if key in steps:
            self._go_to(steps[key])
        elif self._images is not None and key in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space):
            self._pick()
        else:
            super().keyPressEvent(event)

    def _go_to(self, place: int) -> None:
        self._current = place
        self._describe()
        self.update()

    def _pick(self) -> None:
        assert self._images is not None
        self.picked.emit(self._coloured(self._images[self._current + 1]))

    def focusInEvent(self, event: QFocusEvent) -> None:
        self._describe()
        super().focusInEvent(event)

    def event(self, event: QEvent) -> bool:
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            place = self.place_at(QPointF(event.pos()))
            words = self.toolTip() if place is None else self.fact(place)
            QToolTip.showText(event.globalPos(), words, self)
            return True
        return super().event(event)
