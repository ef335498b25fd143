"""The small signs that a memory wears: selected, taught by hand, muted. Each has a shape of its own."""

from __future__ import annotations

from enum import Enum

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPen, QPixmap, QPolygonF

from memnet_gui.theme import Theme

SIGNED_FROM = 18
"""A picture this many device-independent pixels wide has room for a sign in a corner."""
SMALL_SIGN, LARGE_SIGN = 8, 12
_LARGE_FROM = 40
SIGNS_EXPLAINED = "◆ taught by hand, ⊘ muted, ✓ selected"


class Sign(Enum):
    """What a sign says; its value is the corner that it stands in: right?, bottom?"""

    SELECTED = (True, False)
    TAUGHT = (False, False)
    MUTED = (True, True)


def sign_side(picture: float) -> int:
    """How large the signs are in a picture that many pixels wide; 0 where there is no room for any."""
    if picture < SIGNED_FROM:
        return 0
    return LARGE_SIGN if picture >= _LARGE_FROM else SMALL_SIGN


def corner(rect: QRectF, side: int, sign: Sign) -> QPointF:
    """Where a sign stands in the picture of a memory."""
    right, bottom = sign.value
    return QPointF(
        rect.right() - side - 1 if right else rect.left() + 1,
        rect.bottom() - side - 1 if bottom else rect.top() + 1,
    )


class Signs:
    """Each sign, painted once for a theme, a size and a screen."""

    def __init__(self) -> None:
        self._made: dict[tuple[str, Sign, int, float], QPixmap] = {}

    def picture(self, theme: Theme, sign: Sign, side: int, ratio: float) -> QPixmap:
        key = (theme.name, sign, side, ratio)
        if key not in self._made:
            self._made[key] = _paint(theme, sign, side, ratio)
        return self._made[key]


def _paint(theme: Theme, sign: Sign, side: int, ratio: float) -> QPixmap:
    pixmap = QPixmap(round(side * ratio), round(side * ratio))
    pixmap.setDevicePixelRatio(ratio)
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.scale(side / 12, side / 12)
    if sign is Sign.SELECTED:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.color("accent"))
        painter.drawEllipse(QRectF(0, 0, 12, 12))
        _line(painter, theme, "on_accent", 2.0, (3, 6.2), (5.2, 8.4), (9, 3.8))
    elif sign is Sign.TAUGHT:
        painter.setPen(QPen(theme.color("paper"), 1.5))
        painter.setBrush(theme.color("text"))
        painter.drawPolygon(QPolygonF([QPointF(*at) for at in ((6, 0.8), (11.2, 6), (6, 11.2), (0.8, 6))]))
    else:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.color("paper"))
        painter.drawEllipse(QRectF(0, 0, 12, 12))
        painter.setPen(QPen(theme.color("text"), 1.6))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawEllipse(QRectF(1.6, 1.6, 8.8, 8.8))
        _line(painter, theme, "text", 1.6, (3, 9), (9, 3))
    painter.end()
    return pixmap


def _line(painter: QPainter, theme: Theme, color: str, width: float, *points: tuple[float, float]) -> None:
    painter.setPen(QPen(theme.color(color), width))
    painter.drawPolyline(QPolygonF([QPointF(*point) for point in points]))
