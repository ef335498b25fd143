"""Points, signs and small pictures scattered over a canvas of 32-bit pixels. NumPy only.

Everything is written by index, one pixel of a stamp at a time for all points at once, so thousands of
points cost a few milliseconds wherever they lie.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from engine.arrays import Bytes, Flags, Floats, Ints
from memnet_gui.colormaps import Pixels

ROOMY = 0.6
"""Pictures are shown where at least this share of all memories can show theirs."""

MOST_HEAPS = 3
HEAP = 0.5
"""A heap of a class's memories is named when it is at least this dense, compared with the densest."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """A view of width × height pixels on the plane: `scale` pixels to a unit, the plane's point
    (left, top) in its corner."""

    scale: float
    left: float
    top: float
    width: int
    height: int

    def pixels(self, places: Floats) -> tuple[Ints, Ints]:
        """places (n, 2) → x (n,), y (n,), of which those outside the view may lie anywhere."""
        at = np.rint((places - np.array((self.left, self.top), np.float32)) * np.float32(self.scale))
        return at[:, 0].astype(np.int64), at[:, 1].astype(np.int64)

    def inside(self, x: Ints, y: Ints, reach: int) -> Flags:
        """(n,) which points are in the view, or at most `reach` pixels off it."""
        across = (x >= -reach) & (x < self.width + reach)
        return across & (y >= -reach) & (y < self.height + reach)

    def place(self, x: float, y: float) -> tuple[float, float]:
        """The point of the plane under a pixel."""
        return self.left + x / self.scale, self.top + y / self.scale

    def zoomed(self, scale: float, x: float, y: float) -> Sheet:
        """At another scale, with what is under that pixel still under it."""
        at = self.place(x, y)
        return Sheet(scale, at[0] - x / scale, at[1] - y / scale, self.width, self.height)

    def moved(self, x: float, y: float) -> Sheet:
        """With everything so many pixels farther right and down."""
        return Sheet(
            self.scale, self.left - x / self.scale, self.top - y / self.scale, self.width, self.height
        )

    @staticmethod
    def fitted(places: Floats, width: int, height: int, margin: int) -> Sheet:
        """All of these places, as large as they go, in the middle."""
        low, high = (places.min(0), places.max(0)) if len(places) else (np.zeros(2), np.ones(2))
        span = np.maximum(high - low, 1e-6)
        room = max(1, width - 2 * margin), max(1, height - 2 * margin)
        scale = float(min(room[0] / span[0], room[1] / span[1]))
        middle = (low + high) / 2
        return Sheet(
            scale,
            float(middle[0]) - width / 2 / scale,
            float(middle[1]) - height / 2 / scale,
            width,
            height,
        )


def spread(places: Floats, scale: float, cell: int) -> Ints:
    """One memory of each square of `cell` pixels, on a grid that is fixed to the plane. → (m,) rows of
    places, ascending."""
    squares = np.floor(places * np.float32(scale / cell)).astype(np.int64)
    _, first = np.unique((squares[:, 1] << 32) + squares[:, 0], return_index=True)
    return np.sort(first)


def disc(side: int) -> Ints:
    """(m, 2) offsets (y, x) of the pixels of a disc of that diameter."""
    return _offsets(_distance(side) <= side / 2)


def ring(side: int) -> Ints:
    distance = _distance(side)
    return _offsets((distance <= side / 2) & (distance > side / 2 - max(1.0, side / 6)))


def diamond(side: int) -> Ints:
    at = np.abs(np.arange(side) - (side - 1) / 2)
    return _offsets(at[:, None] + at[None, :] <= side / 2)


def square(side: int) -> Ints:
    return _offsets(np.ones((side, side), bool))


def _distance(side: int) -> npt.NDArray[np.float64]:
    at = np.arange(side) - (side - 1) / 2
    distance: npt.NDArray[np.float64] = np.hypot(at[:, None], at[None, :])
    return distance


def _offsets(shape: Flags) -> Ints:
    y, x = np.nonzero(shape)
    return np.stack((y - shape.shape[0] // 2, x - shape.shape[1] // 2), axis=1)


class Canvas:
    """width × height pixels in the middle of `pixels`, with a margin into which what is stamped near the
    edge may reach: half of it is for the points, and as much for what is around them."""

    def __init__(self, width: int, height: int, margin: int) -> None:
        self.width, self.height, self.margin = width, height, margin
        self.pixels: Pixels = np.zeros((height + 2 * margin, width + 2 * margin), np.uint32)
        self._flat = self.pixels.reshape(-1)

    def clear(self, color: int) -> None:
        self.pixels.fill(color)

    def stamp(self, x: Ints, y: Ints, offsets: Ints, colors: Pixels | int) -> None:
        """Set the pixels at those offsets from each point. colors: one, or one a point, (n,)."""
        corners = self._corners(x, y)
        for offset in (offsets @ (self.pixels.shape[1], 1)).tolist():
            self._flat[corners + offset] = colors

    def print(self, x: Ints, y: Ints, offsets: Ints, shades: Pixels) -> None:
        """Set a sign of several shades, (m,) for its offsets (m, 2), at each point."""
        steps = offsets @ (self.pixels.shape[1], 1)
        self._flat[self._corners(x, y)[:, None] + steps] = shades

    def pictures(self, x: Ints, y: Ints, tiles: Pixels, frames: Pixels, frame: int) -> None:
        """Put pictures (n, h, w) in the middle of points, each in a frame so many pixels wide, of a
        colour of its own (n,)."""
        height, width = tiles.shape[1:]
        tops, lefts = y - height // 2 + self.margin, x - width // 2 + self.margin
        for tile, top, left, color in zip(tiles, tops.tolist(), lefts.tolist(), frames.tolist(), strict=True):
            self.pixels[top - frame : top + height + frame, left - frame : left + width + frame] = color
            self.pixels[top : top + height, left : left + width] = tile

    def _corners(self, x: Ints, y: Ints) -> Ints:
        corners: Ints = (y + self.margin) * self.pixels.shape[1] + x + self.margin
        return corners


def enlarged(tiles: Bytes, times: int) -> Bytes:
    """(n, h, w) → (n, times · h, times · w), every pixel a square."""
    return tiles.repeat(times, axis=1).repeat(times, axis=2)


def densest(places: Floats, labels: Ints, cells: int = 24, most: int = 40) -> list[tuple[int, float, float]]:
    """Where on the plane [0, 1]² the classes have the most memories around: (label, x, y).

    Each class once, those of few classes up to three times, where it lies in several heaps; about
    `most` in all. No two are neighbours on the grid of cells × cells; larger classes choose first.
    places: (n, 2). labels: (n,), none negative.
    """
    sizes = np.bincount(labels)
    squares = np.clip((places * np.float32(cells)).astype(np.int64), 0, cells - 1)
    flat = (labels * cells + squares[:, 1]) * cells + squares[:, 0]
    counts = np.bincount(flat, minlength=sizes.size * cells**2).reshape(sizes.size, cells, cells)
    padded: Ints = np.pad(counts, ((0, 0), (1, 1), (1, 1)))
    # In each square its own memories count four times, those beside it twice, those across a corner once.
    rows = padded[:, :-2] + 2 * padded[:, 1:-1] + padded[:, 2:]
    around = rows[:, :, :-2] + 2 * rows[:, :, 1:-1] + rows[:, :, 2:]
    heaps = max(1, min(MOST_HEAPS, most // max(1, int(np.count_nonzero(sizes)))))
    steps = np.arange(-1, 2)
    found: list[tuple[int, float, float]] = []
    for label in np.argsort(-sizes, kind="stable").tolist():
        mine = around[label]
        least = 1.0
        for heap in range(heaps):
            row, column = divmod(int(mine.argmax()), cells)
            if float(mine[row, column]) < least:
                break
            if heap == 0:
                least = HEAP * float(mine[row, column])
            heavy = padded[label, row : row + 3, column : column + 3]
            y, x = heavy.sum(axis=1) @ steps, heavy.sum(axis=0) @ steps
            centre = np.array((column + 0.5, row + 0.5)) + np.array((x, y)) / max(1, heavy.sum())
            found.append((label, float(centre[0] / cells), float(centre[1] / cells)))
            # A heap has an extent: the next one of this class begins some squares away.
            mine[max(0, row - 4) : row + 5, max(0, column - 4) : column + 5] = 0
            around[:, max(0, row - 1) : row + 2, max(0, column - 1) : column + 2] = 0
    return found
