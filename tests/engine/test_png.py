"""PNG files: every chunk in its place, every pixel read back."""

from __future__ import annotations

import struct
import zlib

import numpy as np
import pytest

from engine.png import SIGNATURE, encode_png

RNG = np.random.default_rng(0)


def chunks(content: bytes) -> list[tuple[bytes, bytes]]:
    """The chunks of a file, whose checksums are right."""
    assert content.startswith(SIGNATURE)
    found, at = [], len(SIGNATURE)
    while at < len(content):
        (length,) = struct.unpack_from(">I", content, at)
        name, data = content[at + 4 : at + 8], content[at + 8 : at + 8 + length]
        assert struct.unpack_from(">I", content, at + 8 + length)[0] == zlib.crc32(name + data)
        found.append((name, data))
        at += 12 + length
    return found


def decoded(content: bytes) -> np.ndarray:
    """The pixels as they are stored."""
    parts = chunks(content)
    assert parts[0][0] == b"IHDR"
    assert parts[-1] == (b"IEND", b"")
    width, height, depth, kind = struct.unpack_from(">2I2B", parts[0][1])
    assert depth == 8
    data = zlib.decompress(b"".join(data for name, data in parts if name == b"IDAT"))
    rows = np.frombuffer(data, np.uint8).reshape(height, -1)
    assert not rows[:, 0].any(), "rows are stored unfiltered"
    return rows[:, 1:].reshape((height, width, 3) if kind == 2 else (height, width))


@pytest.mark.parametrize("shape", [(1, 1), (3, 5), (700, 31), (513, 4, 3)])
def test_pixels_are_read_back(shape: tuple[int, ...]) -> None:
    pixels = RNG.integers(0, 256, shape, dtype=np.uint8)
    np.testing.assert_array_equal(decoded(encode_png(pixels)), pixels)


def test_a_view_of_something_larger_is_written_as_it_looks() -> None:
    pixels = RNG.integers(0, 256, (40, 60), dtype=np.uint8)[::-2, 5:50:3]
    np.testing.assert_array_equal(decoded(encode_png(pixels)), pixels)


def test_indices_come_with_their_colours() -> None:
    palette = RNG.integers(0, 256, (256, 3), dtype=np.uint8)
    parts = chunks(encode_png(np.zeros((2, 2), np.uint8), palette))
    assert [name for name, _ in parts] == [b"IHDR", b"PLTE", b"IDAT", b"IEND"]
    assert parts[0][1][9] == 3
    assert parts[1][1] == palette.tobytes()


def test_a_large_blank_picture_is_a_small_file() -> None:
    assert len(encode_png(np.zeros((2000, 2000), np.uint8))) < 20_000


@pytest.mark.parametrize(
    "pixels",
    [
        np.zeros((0, 3), np.uint8),
        np.zeros((3, 3), np.float32),
        np.zeros((3, 3, 4), np.uint8),
        np.zeros(3, np.uint8),
    ],
)
def test_what_is_no_picture_is_refused(pixels: np.ndarray) -> None:
    with pytest.raises(ValueError, match="pixels"):
        encode_png(pixels)


def test_a_palette_is_for_indices_alone() -> None:
    with pytest.raises(ValueError, match="palette"):
        encode_png(np.zeros((3, 3, 3), np.uint8), np.zeros((256, 3), np.uint8))
    with pytest.raises(ValueError, match="palette"):
        encode_png(np.zeros((3, 3), np.uint8), np.zeros((257, 3), np.uint8))
