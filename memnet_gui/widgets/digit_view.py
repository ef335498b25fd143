"""One digit, large: square pixels in the theme's ink, evidence behind them, a field framed on top."""

from __future__ import annotations

import math
from functools import lru_cache

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QImage, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from engine.arrays import Floats
from memnet_gui.colormaps import Pixels, argb, diverging, levels
from memnet_gui.theme import DARK, GRID, Theme
from memnet_gui.widgets.painting import draw_focus, fitting, pixel_image, sized

Picture = npt.NDArray[np.float32] | npt.NDArray[np.uint8]
"""(side, side) grey or (side, side, 3) colour; float32 in [0, 1] or uint8."""

_GLOW = 0.72
"""How far evidence may move the ground toward its colour: strong, but never as strong as the ink."""


def as_bytes(picture: Picture) -> npt.NDArray[np.uint8]:
    """A picture as uint8 in 0–255, of the same shape."""
    if picture.dtype == np.uint8:
        return picture.astype(np.uint8, copy=False)
    values: npt.NDArray[np.uint8] = np.rint(np.clip(picture, 0, 1) * 255).astype(np.uint8)
    return values


def ink_pixels(picture: Picture, theme: Theme) -> Pixels:
    """(side, side) premultiplied pixels: grey as ink on nothing, colour as it is."""
    values = as_bytes(picture)
    if values.ndim == 3:
        return argb(values)
    ink = theme.color("text")
    pixels: Pixels = _ink_table(ink.red(), ink.green(), ink.blue())[values]
    return pixels


@lru_cache(maxsize=4)
def _ink_table(red: int, green: int, blue: int) -> Pixels:
    """(256,) from nothing to full ink."""
    alpha = np.arange(256, dtype=np.uint32)
    parts = [np.rint(alpha * (part / 255)).astype(np.uint32) for part in (red, green, blue)]
    table: Pixels = alpha << np.uint32(24) | parts[0] << np.uint32(16) | parts[1] << np.uint32(8) | parts[2]
    return table


class DigitView(QWidget):
    """Shows a digit on paper. With `set_pressable`, a click, Enter or Space emits `pressed`."""

    pressed = Signal()

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(name)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.sentence = ""
        self.caption = ""
        self._theme = DARK
        self._pressable = False
        self._picture: Picture | None = None
        self._evidence: Floats | None = None
        self._field: tuple[int, int, int] | None = None
        self._digit = QImage()
        self._glow = QImage()
        self._set_ground()

    def sizeHint(self) -> QSize:
        return QSize(224, 224)

    def minimumSizeHint(self) -> QSize:
        return QSize(56, 56)

    def set_theme(self, theme: Theme) -> None:
        self._theme = theme
        self._set_ground()
        self._render()

    def _set_ground(self) -> None:
        """The colours that evidence turns the paper into."""
        table = diverging(self._theme.against, self._theme.paper, self._theme.favour).astype(np.float32)
        paper = table[128]
        self._grounds = argb(np.rint(paper + (table - paper) * _GLOW).astype(np.uint8))

    def set_pressable(self, pressable: bool) -> None:
        """Make it a button, or a mere picture again."""
        self._pressable = pressable
        # By Tab, not by a click: after a click Space still means play.
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus if pressable else Qt.FocusPolicy.NoFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor if pressable else Qt.CursorShape.ArrowCursor)

    # ── what is shown ─────────────────────────────────────────────────────────────────────────

    def show_digit(
        self, picture: Picture, evidence: Floats | None = None, field: tuple[int, int, int] | None = None
    ) -> None:
        """Draw a digit. evidence: (side, side) in [−1, 1], drawn behind it (over it in colour).
        field: top row, left column and side of a receptive field to frame, in pixels."""
        self._picture, self._evidence, self._field = picture, evidence, field
        self._render()

    def set_caption(self, caption: str) -> None:
        """A few words in the top left corner, where digits seldom reach."""
        self.caption = caption
        self.update()

    def clear(self, sentence: str = "") -> None:
        """Empty paper with a sentence on it."""
        self._picture = self._evidence = self._field = None
        self.sentence, self.caption = sentence, ""
        self._render()

    def _render(self) -> None:
        self._digit, self._glow = QImage(), QImage()
        if self._picture is not None:
            self._digit = pixel_image(ink_pixels(self._picture, self._theme))
            if self._evidence is not None:
                self._glow = pixel_image(self._grounds[levels(self._evidence, -1, 1)])
        self.update()

    # ── painting ──────────────────────────────────────────────────────────────────────────────

    def picture_rect(self) -> QRectF:
        """Where the picture lies: centred, each of its pixels a whole number of device pixels."""
        ratio = self.devicePixelRatioF()
        side = self._digit.width() or 28
        room = min(self.width(), self.height())
        scale = max(1.0, math.floor(room * ratio / side)) if room * ratio >= side else room * ratio / side
        edge = side * scale / ratio
        left = math.floor((self.width() - edge) / 2 * ratio) / ratio
        top = math.floor((self.height() - edge) / 2 * ratio) / ratio
        return QRectF(left, top, edge, edge)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), self._theme.color("paper"))
        if self._picture is None:
            self._draw_sentence(painter)
        else:
            self._draw_picture(painter)
            self._draw_caption(painter)
        painter.setPen(self._theme.color("line"))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRect(self.rect().adjusted(0, 0, -1, -1))
        if self.hasFocus():
            draw_focus(painter, QRectF(self.rect()), self._theme)

    def _draw_sentence(self, painter: QPainter) -> None:
        painter.setFont(sized(self))
        painter.setPen(self._theme.color("secondary"))
        room = self.rect().adjusted(2 * GRID, GRID, -2 * GRID, -GRID)
        painter.drawText(room, Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap, self.sentence)

    def _draw_caption(self, painter: QPainter) -> None:
        painter.setFont(sized(self))
        painter.setPen(self._theme.color("secondary"))
        room = self.rect().adjusted(2 * GRID, GRID, -2 * GRID, -GRID)
        words = fitting(painter.fontMetrics(), room.width(), self.caption)
        corner = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop
        if room.height() < room.width():  # the digit may stand where the words do
            ground = self._theme.color("paper")
            ground.setAlphaF(0.75)
            painter.fillRect(painter.boundingRect(room, corner, words).adjusted(-2, 0, 2, 0), ground)
        painter.drawText(room, corner, words)

    def _draw_picture(self, painter: QPainter) -> None:
        target = self.picture_rect()
        in_colour = self._picture is not None and self._picture.ndim == 3
        if in_colour:
            painter.drawImage(target, self._digit)
        if not self._glow.isNull():
            painter.setOpacity(0.55 if in_colour else 1.0)
            painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
            painter.drawImage(target, self._glow)
            painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, False)
            painter.setOpacity(1.0)
        if not in_colour:
            painter.drawImage(target, self._digit)
        if self._field is not None:
            self._draw_field(painter, target)

    def _draw_field(self, painter: QPainter, target: QRectF) -> None:
        assert self._field is not None
        row, column, side = self._field
        pixel = target.width() / self._digit.width()
        frame = QRectF(target.x() + column * pixel, target.y() + row * pixel, side * pixel, side * pixel)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(self._theme.color("accent"), 2, j=Qt.PenJoinStyle.MiterJoin))
        painter.drawRect(frame.adjusted(1, 1, -1, -1))

    # ── pressing ──────────────────────────────────────────────────────────────────────────────

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if self._pressable and event.button() == Qt.MouseButton.LeftButton:
            self.pressed.emit()
        else:
            super().mousePressEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if self._pressable and event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space):
            self.pressed.emit()
        else:
            super().keyPressEvent(event)
