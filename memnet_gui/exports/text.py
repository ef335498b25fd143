"""Words painted into pictures, and drawings rendered, in the bundled font; without a window.

Qt needs a QGuiApplication for text: the window is one, and `ready_for_text` makes one for the terminal.
"""

from __future__ import annotations

import os

import numpy as np
from PySide6.QtCore import QByteArray, QRectF
from PySide6.QtGui import QFont, QFontDatabase, QGuiApplication, QImage, QPainter
from PySide6.QtSvg import QSvgRenderer

from engine.arrays import Bytes
from engine.png import encode_png
from memnet_gui.exports.svg import FONTS
from memnet_gui.style import FAMILY, load_font

SMALLEST_WIDTH, LARGEST_WIDTH = 320, 8192
"""Pixels across a drawing as a picture."""


def ready_for_text() -> None:
    """Make text possible where no window is open: call it once, on the main thread, before it is needed.

    Needs no display. The application that it makes stays until the process ends.
    """
    if QGuiApplication.instance() is None:
        os.environ["QT_QPA_PLATFORM"] = "offscreen"
        _keep.append(QGuiApplication(["memnet"]))
    if FAMILY not in QFontDatabase.families():
        load_font()


_keep: list[QGuiApplication] = []
"""Python would delete it otherwise."""


def font(pixels: int, *, bold: bool = False) -> QFont:
    """The bundled font at a size, with figures of equal width."""
    made = QFont(FAMILY)
    made.setPixelSize(pixels)
    made.setFeature(QFont.Tag("tnum"), 1)
    if bold:
        made.setWeight(QFont.Weight.DemiBold)
    return made


def pixels_of(image: QImage) -> Bytes:
    """A copy of a picture of 8 or 24 bits: (height, width) or (height, width, 3) uint8."""
    channels = image.depth() // 8
    rows = np.frombuffer(image.constBits(), np.uint8).reshape(image.height(), image.bytesPerLine())
    flat = rows[:, : image.width() * channels]
    return flat.copy() if channels == 1 else flat.reshape(image.height(), image.width(), channels).copy()


def rendered(svg: str, width: int) -> bytes:
    """A drawing of ours as a PNG that many pixels wide: `SMALLEST_WIDTH` to `LARGEST_WIDTH`."""
    # Qt takes a list of families for the name of one.
    renderer = QSvgRenderer(QByteArray(svg.replace(FONTS, FAMILY).encode()))
    size = renderer.defaultSize()
    width = min(max(width, SMALLEST_WIDTH), LARGEST_WIDTH)
    image = QImage(width, round(width * size.height() / size.width()), QImage.Format.Format_RGB888)
    image.fill(0xFFFFFFFF)
    painter = QPainter(image)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    renderer.render(painter, QRectF(image.rect()))
    painter.end()
    return encode_png(pixels_of(image))
