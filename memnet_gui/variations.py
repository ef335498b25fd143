"""A drawing, a little different each time: turned, moved, smaller, larger, thicker, thinner. Pure NumPy.

All are made from the image that the network sees, not from the strokes: fitting strokes takes out place,
size and thickness, which are to differ here, and each variation should differ from the image in one
thing alone.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from engine.arrays import Floats, Ints, freeze

Places = npt.NDArray[np.float64]

TURN = 15.0
"""Degrees."""
SHIFT = 2 / 28
"""As a share of the side."""
SMALLER, LARGER = 0.8, 1.2
WIDENING = 1 / 28
"""By how much strokes get thicker or thinner, as a share of the side."""
_FINE = 4
"""Strokes are widened on a raster so many times finer: less than a pixel on either side."""
_MARGIN = 3
"""Blank pixels around the image, so that four around any place can be read."""
_CUBIC = np.array([[0, -1, 2, -1], [2, 0, -5, 3], [0, 1, 4, -3], [0, 0, -1, 1]]) / 2
"""Shares of the four values around a place, as polynomials of the way from the second to the third."""


@dataclass(frozen=True, slots=True)
class Variation:
    """name: as it completes "the drawing …". make: from (side, side) float32 in [0, 1], the same."""

    name: str
    make: Callable[[Floats], Floats]


def vary(image: Floats) -> Floats:
    """All `VARIATIONS` of an image, in their order.

    image: (side, side) float32 in [0, 1]. Returns (n, side, side), alike, read-only.
    """
    return freeze(np.stack([variation.make(image) for variation in VARIATIONS]))


def turned(image: Floats, degrees: float) -> Floats:
    """Turned about its middle; positive is clockwise. Shape and range of `image`."""
    angle = np.deg2rad(degrees)
    cosine, sine = np.cos(angle), np.sin(angle)
    y, x = np.meshgrid(*[_from_middle(len(image))] * 2, indexing="ij")
    return _sample(image, cosine * y - sine * x, sine * y + cosine * x)


def scaled(image: Floats, factor: float) -> Floats:
    """Made larger or smaller about its middle. Shape and range of `image`."""
    return _stretch(image, _from_middle(len(image)) / factor)


def shifted(image: Floats, down: int, right: int) -> Floats:
    """Moved by whole pixels; what leaves is lost. Shape and range of `image`."""
    moved = np.zeros_like(image)
    side = len(image)
    rows, columns = (slice(max(0, step), side + min(0, step)) for step in (down, right))
    from_rows, from_columns = (slice(max(0, -step), side - max(0, step)) for step in (down, right))
    moved[rows, columns] = image[from_rows, from_columns]
    return moved


def widened(image: Floats, pixels: float) -> Floats:
    """With strokes thicker by so many pixels, or thinner where that is negative. Shape and range of `image`.

    A grey dilation or erosion with a disc, on a finer raster. Strokes thinner than what is taken from
    them do not tear: half of their ink is kept.
    """
    radius = abs(pixels) / 2 * _FINE
    reach = int(radius)
    side = len(image)
    size = side * _FINE
    raster = np.pad(_stretch(image, _from_middle(size) / _FINE), reach)
    steps = [
        (down, right)
        for down in range(-reach, reach + 1)
        for right in range(-reach, reach + 1)
        if down * down + right * right <= radius * radius
    ]
    spread = np.maximum if pixels > 0 else np.minimum
    result = raster[reach : reach + size, reach : reach + size].copy()
    for down, right in steps:
        spread(result, raster[reach + down :, reach + right :][:size, :size], out=result)
    mean: Floats = result.reshape(side, _FINE, side, _FINE).mean((1, 3))
    kept: Floats = np.maximum(mean, image / 2) if pixels < 0 else mean
    kept *= image.max() / max(kept.max(), np.finfo(np.float32).tiny)
    return kept


def _from_middle(side: int) -> Places:
    """Where the middles of pixels lie along an axis, measured from the image's, (side,)."""
    return np.arange(side, dtype=np.float64) + 0.5 - side / 2


def _stretch(image: Floats, places: Places) -> Floats:
    """The image's values at these places along both axes, measured from its middle: (n, n) for n places.

    Each line is a weighted sum of lines, so this is two small products instead of 16 look-ups a pixel.
    """
    at, parts = _reach(places, len(image))
    weights = np.zeros((len(places), len(image) + 2 * _MARGIN), np.float32)
    for step, part in enumerate(parts, start=-1):
        weights[np.arange(len(places)), at + step] = part
    weights = weights[:, _MARGIN:-_MARGIN]
    return np.clip(weights @ image @ weights.T, 0, 1)


def _sample(image: Floats, y: Places, x: Places) -> Floats:
    """The image's values at places (n, n) measured from its middle, of their shape; blank beyond its edge."""
    padded = np.pad(image, _MARGIN)
    top, down = _reach(y, len(image))
    left, right = _reach(x, len(image))
    total = np.zeros(y.shape, np.float32)
    for row, share in enumerate(down, start=-1):
        line = sum(part * padded[top + row, left + column] for column, part in enumerate(right, start=-1))
        total += share * line
    return np.clip(total, 0, 1)


def _reach(places: Places, side: int) -> tuple[Ints, Floats]:
    """The pixel before each place, counted with a margin, and the shares of the four around it, (4, …).

    Catmull and Rom's cubic: a straight mean of two pixels would blur a stroke that is two pixels wide.
    """
    at = np.clip(places + side / 2 - 0.5 + _MARGIN, 1, side + 2 * _MARGIN - 3)
    before = np.floor(at)
    powers = np.stack([(at - before) ** power for power in range(4)])
    return before.astype(np.int64), np.tensordot(_CUBIC, powers, 1).astype(np.float32)


def _shift(down: int, right: int) -> Callable[[Floats], Floats]:
    def make(image: Floats) -> Floats:
        pixels = max(1, round(SHIFT * len(image)))
        return shifted(image, down * pixels, right * pixels)

    return make


VARIATIONS = (
    Variation(f"turned {TURN:.0f}° to the left", lambda image: turned(image, -TURN)),
    Variation(f"turned {TURN:.0f}° to the right", lambda image: turned(image, TURN)),
    Variation("moved to the left", _shift(0, -1)),
    Variation("moved to the right", _shift(0, 1)),
    Variation("moved up", _shift(-1, 0)),
    Variation("moved down", _shift(1, 0)),
    Variation("made smaller", lambda image: scaled(image, SMALLER)),
    Variation("made larger", lambda image: scaled(image, LARGER)),
    Variation("with a thicker pen", lambda image: widened(image, WIDENING * len(image))),
    Variation("with a thinner pen", lambda image: widened(image, -WIDENING * len(image))),
)
"""How a drawing could have come out otherwise."""
