"""The classes' names as stamps of pixels, to be printed at thousands of places at once."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from PySide6.QtCore import QRect, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QImage, QPainter, QPen, QPixmap
from PySide6.QtWidgets import QWidget

from engine.arrays import Ints
from memnet_gui.colormaps import Pixels
from memnet_gui.theme import GRID, LARGE, SMALL, Theme
from memnet_gui.widgets.painting import sized

MARK_ROOM = 11
"""Device-independent pixels that a mark needs across and down."""
FAINT = 0.45
"""Share of its colour that the mark of a muted memory keeps."""
_LONGEST = 2
_PILL = 0.85
"""Opacity of a pill's ground."""


def mark_of(names: Sequence[str], label: int) -> str:
    """A class's name, or how a long one begins."""
    return names[label][:_LONGEST] if label < len(names) else str(label)


def mixed(ground: QColor, color: QColor, share: float) -> int:
    """So much of a colour on a ground, opaque, as 0xffrrggbb."""
    parts = (
        round(low + (high - low) * share)
        for low, high in zip(
            (ground.red(), ground.green(), ground.blue()),
            (color.red(), color.green(), color.blue()),
            strict=True,
        )
    )
    return QColor(*parts).rgb()


class ClassMarks:
    """Each class's mark, painted once for a theme, a font and a screen."""

    def __init__(self) -> None:
        self._made: dict[tuple[object, ...], tuple[Ints, Pixels]] = {}

    def stamp(
        self, widget: QWidget, text: str, label: int, theme: Theme, ratio: float, muted: bool
    ) -> tuple[Ints, Pixels]:
        """Offsets (m, 2) and shades (m,) of a class's mark in its colour on the theme's paper."""
        font = sized(widget, SMALL, bold=True)
        key = (text, font.key(), label, theme.name, ratio, muted)
        if key not in self._made:
            strength = FAINT if muted else 1.0
            self._made[key] = _printed(text, font, theme.class_color(label), strength, theme, ratio)
        return self._made[key]


class ClassPills:
    """Each class's name in a pill that stands over its points, painted once."""

    def __init__(self) -> None:
        self._made: dict[tuple[object, ...], QPixmap] = {}

    def picture(self, widget: QWidget, name: str, label: int, theme: Theme) -> QPixmap:
        font, ratio = sized(widget, LARGE, bold=True), widget.devicePixelRatioF()
        key = (name, font.key(), label, theme.name, ratio)
        if key not in self._made:
            self._made[key] = _pill(name, font, theme.class_color(label), theme, ratio)
        return self._made[key]


def _pill(name: str, font: QFont, color: QColor, theme: Theme, ratio: float) -> QPixmap:
    height = 6 * GRID
    width = max(height, QFontMetrics(font).horizontalAdvance(name) + 3 * GRID)
    pixmap = QPixmap(round(width * ratio), round(height * ratio))
    pixmap.setDevicePixelRatio(ratio)
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    ground = theme.color("paper")
    ground.setAlphaF(_PILL)
    rect = QRectF(1, 1, width - 2, height - 2)
    painter.setPen(QPen(color, 1.5))
    painter.setBrush(ground)
    painter.drawRoundedRect(rect, rect.height() / 2, rect.height() / 2)
    painter.setFont(font)
    painter.setPen(theme.color("text"))
    painter.drawText(rect, Qt.AlignmentFlag.AlignCenter, name)
    painter.end()
    return pixmap


def _printed(
    text: str, font: QFont, color: QColor, strength: float, theme: Theme, ratio: float
) -> tuple[Ints, Pixels]:
    side = round(2 * MARK_ROOM * ratio)
    image = QImage(side, side, QImage.Format.Format_ARGB32_Premultiplied)
    image.fill(Qt.GlobalColor.transparent)
    image.setDevicePixelRatio(ratio)
    painter = QPainter(image)
    painter.setFont(font)
    painter.setPen(Qt.GlobalColor.white)
    painter.drawText(QRect(0, 0, 2 * MARK_ROOM, 2 * MARK_ROOM), Qt.AlignmentFlag.AlignCenter, text)
    painter.end()
    inked = np.frombuffer(image.constBits(), np.uint32).reshape(side, side) >> np.uint32(24)
    y, x = np.nonzero(inked)
    ground, alphas = theme.color("paper"), inked[y, x]
    shades = np.zeros(256, np.uint32)
    for alpha in np.unique(alphas).tolist():
        shades[alpha] = mixed(ground, color, strength * alpha / 255)
    return np.stack((y - side // 2, x - side // 2), axis=1), shades[alphas]
