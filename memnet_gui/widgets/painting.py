"""Small things that every hand-painted widget needs: fonts of the type scale, pictures, focus rings."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QImage, QPainter, QPalette, QPen, QPixmap
from PySide6.QtWidgets import QWidget

from memnet_gui.colormaps import Pixels
from memnet_gui.theme import GRID, SMALL, Theme

_fonts: dict[tuple[str, int, bool], QFont] = {}


def sized(widget: QWidget, pixels: int = SMALL, *, bold: bool = False) -> QFont:
    """The widget's font at a size of the type scale, in one of the two weights that are bundled.

    Made once for each family and size: copy it before changing it.
    """
    base = widget.font()
    key = base.family(), pixels, bold
    font = _fonts.get(key)
    if font is None:
        font = _fonts[key] = QFont(base)
        font.setPixelSize(pixels)
        font.setWeight(QFont.Weight.DemiBold if bold else QFont.Weight.Normal)
    return font


def stand_on_panel(widget: QWidget) -> None:
    """Let Qt fill the widget's ground with the panel's colour.

    What is opaque spares Qt the styled panel, the dock and the window beneath it at every repaint.
    """
    widget.setBackgroundRole(QPalette.ColorRole.Base)
    widget.setAutoFillBackground(True)


def fitting(metrics: QFontMetrics, width: float, *texts: str) -> str:
    """The first text that fits into `width`, else the last one cut short with an ellipsis."""
    for text in texts:
        if metrics.horizontalAdvance(text) <= width:
            return text
    return metrics.elidedText(texts[-1], Qt.TextElideMode.ElideRight, int(width))


def pixel_image(pixels: Pixels) -> QImage:
    """(height, width) premultiplied pixels → a picture that owns its memory."""
    pixels = np.ascontiguousarray(pixels)
    height, width = pixels.shape
    return QImage(pixels.data, width, height, 4 * width, QImage.Format.Format_ARGB32_Premultiplied).copy()


def whole_pixels(frame: QRectF, side: int, ratio: float) -> QRectF:
    """Where a picture of `side` pixels lies within a frame's line: in the middle, each of its pixels a whole
    number of device pixels where there is room for that. ratio: device pixels a unit of the frame."""
    room = (frame.width() - 2) * ratio
    edge = side * math.floor(room / side) / ratio if room >= side else room / ratio
    left = math.floor((frame.width() - edge) / 2 * ratio) / ratio
    return QRectF(frame.x() + left, frame.y() + left, edge, edge)


class Standing:
    """A picture of what seldom changes in a widget: painted once, then only copied."""

    def __init__(self) -> None:
        self._key: tuple[object, ...] = ()
        self._picture = QPixmap()

    def picture(self, widget: QWidget, draw: Callable[[QPainter], None], *depends: object) -> QPixmap:
        """What `draw` paints on a transparent ground of the widget's size, in its small font.

        Painted again when the widget's size or scaling changes, or anything that it depends on.
        """
        ratio = widget.devicePixelRatioF()
        key = (widget.size(), ratio, widget.font().key(), *depends)
        if key != self._key:
            self._key = key
            self._picture = QPixmap(widget.size() * ratio)
            self._picture.setDevicePixelRatio(ratio)
            self._picture.fill(Qt.GlobalColor.transparent)
            painter = QPainter(self._picture)
            painter.setFont(sized(widget))
            draw(painter)
            painter.end()
        return self._picture


def draw_focus(painter: QPainter, rect: QRectF, theme: Theme) -> None:
    """A 2-pixel accent ring just inside `rect`: the keyboard is here."""
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(QPen(theme.color("accent"), 2))
    painter.drawRoundedRect(rect.adjusted(1, 1, -1, -1), GRID, GRID)
    painter.restore()


def draw_pill(painter: QPainter, rect: QRectF, color: QColor) -> None:
    """A filled bar with round ends. The painter's pen is lost."""
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(color)
    radius = min(rect.width(), rect.height()) / 2
    painter.drawRoundedRect(rect, radius, radius)
