"""Pictures of the timeline's bars and curve, made of whole arrays.

Qt takes 15 ms for a jagged curve of a thousand points with a pen wider than a pixel; this takes a tenth
of a millisecond at any width. Pure NumPy; runs on the window's thread.
"""

from __future__ import annotations

import numpy as np

from engine.arrays import Floats
from memnet_gui.colormaps import Pixels


def bars(up: Floats, down: Floats, height: int, up_color: int, down_color: int) -> Pixels:
    """Bars from the middle upwards and downwards: (height, columns) pixels, 0 where there is none.

    up, down: (columns,) heights in [0, 1]; what is above 0 is a pixel high at least. Colours: ARGB.
    """
    above = height // 2
    below = height - above
    pixels = np.zeros((height, len(up)), np.uint32)
    pixels[:above][np.ceil(up * above) >= np.arange(above, 0, -1)[:, None]] = up_color
    pixels[above:][np.ceil(down * below) >= np.arange(1, below + 1)[:, None]] = down_color
    return pixels


def curve(shares: Floats, height: int, thick: float, color: int) -> Pixels:
    """A line through heights at the edges of columns, soft above and below.

    shares: (columns + 1,) in [0, 1], 0 is at the bottom. thick: its thickness in pixels. color: ARGB,
    opaque. Returns (height, columns) premultiplied pixels.
    """
    inset = thick / 2
    ys = inset + (1 - shares) * np.float32(height - thick)
    top = np.minimum(ys[:-1], ys[1:]) - inset
    bottom = np.maximum(ys[:-1], ys[1:]) + inset
    rows = np.arange(height, dtype=np.float32)[:, None]
    cover = np.minimum(bottom, rows + 1) - np.maximum(top, rows)
    levels = (np.clip(cover, 0, 1) * 255).astype(np.uint8)
    pixels: Pixels = _premultiplied(color)[levels]
    return pixels


def _premultiplied(color: int) -> Pixels:
    """(256,) the colour at each opacity."""
    alpha = np.arange(256)
    table = alpha << 24
    for shift in (16, 8, 0):
        table |= (color >> shift & 0xFF) * alpha // 255 << shift
    return table.astype(np.uint32)
