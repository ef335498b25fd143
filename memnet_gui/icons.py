"""Single-colour SVG icons, tinted when they are drawn."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from PySide6.QtCore import QByteArray, Qt
from PySide6.QtGui import QIcon, QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer

ICONS = Path(__file__).resolve().parent.parent / "resources" / "icons"
SIDE = 16
"""An icon's side in device-independent pixels."""
_SCALES = (1, 2, 3)


def picture(name: str, color: str, scale: float = 1.0, side: int = SIDE) -> QPixmap:
    """The icon called `name` in one colour ("#rrggbb"), sharp on a screen of that scale.

    Raises FileNotFoundError where there is no such icon.
    """
    source = (ICONS / f"{name}.svg").read_bytes().replace(b"currentColor", color.encode())
    pixels = round(side * scale)
    pixmap = QPixmap(pixels, pixels)
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    QSvgRenderer(QByteArray(source)).render(painter)
    painter.end()
    pixmap.setDevicePixelRatio(scale)
    return pixmap


@cache
def icon(name: str, color: str) -> QIcon:
    """The icon called `name` in one colour, for screens of 100, 200 and 300 %."""
    made = QIcon()
    for scale in _SCALES:
        made.addPixmap(picture(name, color, scale))
    return made


def app_icon() -> QIcon:
    """The application's own icon, in its own colours."""
    made = QIcon()
    for side in (16, 32, 64, 128, 256):
        made.addPixmap(picture("memnet", "#000000", side=side))
    return made
