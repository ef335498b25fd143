"""The whole mosaic as a picture: all memories as they are sorted and filtered, at their own size."""

from __future__ import annotations

import os
from contextlib import suppress
from math import ceil, sqrt
from pathlib import Path

import numpy as np
from PySide6.QtCore import QBuffer, QIODevice
from PySide6.QtGui import QImage, QImageWriter

from engine.arrays import Bytes
from memnet_gui.mosaic import Mosaic, Window
from memnet_gui.mosaic_atlas import color_table
from memnet_gui.theme import LIGHT, Theme

ASPECT = 4 / 3
_STRIP = 1024
"""Rows composed at a time, so that a picture of 60,000 memories needs little more than itself."""


def mosaic_image(mosaic: Mosaic) -> Bytes:
    """(height, width) uint8 indices into `color_table`: every memory shown, without marks.

    One level pixel a field pixel; about 4 to 3 when memories stand one after the other. At least one
    cell, blank when there is no memory.
    """
    scale = next(scale for scale in mosaic.scales if scale.screen == mosaic.layer.field)
    width = ceil(sqrt(max(1, mosaic.count) * ASPECT)) * scale.pitch
    plan = mosaic.plan(scale, width)
    picture = np.zeros((max(scale.pitch, plan.height), max(scale.pitch, plan.width)), np.uint8)
    for top in range(0, picture.shape[0], _STRIP):
        strip = picture[top : top + _STRIP]
        window = Window(plan, scale, 0, top, strip.shape[1], strip.shape[0])
        mosaic.compose(window, strip, marks=False)
    return picture


def write_png(picture: Bytes, path: Path, theme: Theme = LIGHT) -> None:
    """Write `mosaic_image`'s result as a PNG; the file is replaced whole or not at all.

    Who may read it is what the system says of any new file. May run on any thread. Raises OSError
    with a sentence for the user when it cannot be written.
    """
    encoded = _encode(picture, theme)
    draft = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        try:
            with draft.open("wb") as file:
                file.write(encoded)
                file.flush()
                os.fsync(file.fileno())
            draft.replace(path)
        except BaseException:
            with suppress(OSError):
                draft.unlink()
            raise
    except OSError as error:
        reason = error.strerror or str(error)
        raise OSError(
            f"The mosaic could not be written to {path}: {reason}. Choose another place or free some room."
        ) from error


def _encode(picture: Bytes, theme: Theme) -> bytes:
    height, width = picture.shape
    stride = -(-width // 4) * 4
    padded = np.zeros((height, stride), np.uint8)
    padded[:, :width] = picture
    image = QImage(padded.data, width, height, stride, QImage.Format.Format_Indexed8)
    marks = (theme.color(name).rgb() for name in ("recruited", "refined", "raised", "accent"))
    image.setColorTable(color_table(theme.ink_levels, *marks))
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    writer = QImageWriter(buffer, b"png")
    if not writer.write(image):
        raise OSError(
            f"The mosaic could not be written: {width} × {height} pixels do not make a PNG"
            f" ({writer.errorString()}). Filter by a class to make it smaller."
        )
    return bytes(buffer.data().data())
