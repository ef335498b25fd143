"""Pictures as PNG files (ISO/IEC 15948), by NumPy and zlib: on any thread, without a display."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator

import numpy as np

from engine.arrays import Bytes

SIGNATURE = b"\x89PNG\r\n\x1a\n"
LARGEST_SIDE = 1 << 24
"""Pixels; the format has room for more, but hardly any program opens it."""
_GREY, _COLOUR, _INDEXED = 0, 2, 3
_ROWS_AT_ONCE = 256


def encode_png(pixels: Bytes, palette: Bytes | None = None, *, level: int = 6) -> bytes:
    """The bytes of a PNG file.

    pixels: (height, width) uint8, levels from black to white or, with a palette, indices into it;
    or (height, width, 3) uint8, red, green and blue. palette: (≤ 256, 3) uint8, colours that cover
    every index. level: zlib's, 0 to 9.

    Raises ValueError for an array that is not such a picture.
    """
    kind = _COLOUR if pixels.ndim == 3 else _GREY if palette is None else _INDEXED
    sound = pixels.dtype == np.uint8 and pixels.ndim in (2, 3) and pixels.shape[2:] in ((), (3,))
    if not sound or not 0 < min(pixels.shape[:2]) <= max(pixels.shape[:2]) <= LARGEST_SIDE:
        raise ValueError(f"pixels: shape {pixels.shape} of {pixels.dtype} is not a picture")
    height, width = pixels.shape[:2]
    parts = [SIGNATURE, _chunk(b"IHDR", struct.pack(">2I5B", width, height, 8, kind, 0, 0, 0))]
    if palette is not None:
        if pixels.ndim != 2 or palette.dtype != np.uint8 or palette.shape[1:] != (3,) or len(palette) > 256:
            raise ValueError(f"palette: shape {palette.shape} of {palette.dtype} is not up to 256 colours")
        parts.append(_chunk(b"PLTE", palette.tobytes()))
    parts += [_chunk(b"IDAT", b"".join(_deflated(pixels, level))), _chunk(b"IEND", b"")]
    return b"".join(parts)


def _deflated(pixels: Bytes, level: int) -> Iterator[bytes]:
    """The rows, each after a byte that says that it is stored as it is, compressed a few at a time."""
    deflate = zlib.compressobj(level)
    for top in range(0, len(pixels), _ROWS_AT_ONCE):
        rows = pixels[top : top + _ROWS_AT_ONCE]
        packed = np.zeros((len(rows), rows[0].size + 1), np.uint8)
        packed[:, 1:] = rows.reshape(len(rows), -1)
        yield deflate.compress(packed.data)
    yield deflate.flush()


def _chunk(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
