"""Pictures of memories at every level of detail, and the marks of fresh writes. NumPy only.

A tile is stored once per level: at its full size and averaged by area down to a single pixel. Bytes
are indices into a colour table: 0 (no ink) to `FULL_INK`; what lies above is reserved for marks, so
that a flash is a few bytes in the picture rather than something to paint on top.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from engine.frame import RECRUITED, REFINED, Bytes, Floats, Ints

FULL_INK = 247
RECRUITED_INDEX, REFINED_INDEX, GROUND_INDEX = 248, 249, 250
"""Reserved entries of the colour table: the two marks, and the seam between patches."""

_SHOWN, _REFINED, _RECRUITED = 1, 2, 3
"""What a pending slot waits for, by priority: a memory recruited and then refined is still new."""


@dataclass(frozen=True, slots=True)
class Scale:
    """How large a tile is drawn: a stored level, each of its pixels `magnify` screen pixels wide."""

    size: int
    magnify: int = 1

    @property
    def screen(self) -> int:
        """A tile's side in device pixels."""
        return self.size * self.magnify

    @property
    def inset(self) -> int:
        """Room around a tile inside its cell, in level pixels; where marks go."""
        return 2 if self.size >= 20 else 1 if self.size >= 10 else 0

    @property
    def pitch(self) -> int:
        """Side of a tile's cell in level pixels."""
        return self.size + (2 * self.inset if self.inset else int(self.size >= 5))


def level_sizes(field: int) -> tuple[int, ...]:
    """Sides of the stored levels, largest first, each half of the one before: 28, 14, 7, 4, 2, 1."""
    sizes = [field]
    while sizes[-1] > 1:
        sizes.append((sizes[-1] + 1) // 2)
    return tuple(sizes)


def scales(field: int) -> tuple[Scale, ...]:
    """All zoom steps for a field of that side, smallest first."""
    reduced = [Scale(size) for size in reversed(level_sizes(field))]
    magnified = [Scale(field, magnify) for magnify in (2, 4, 8) if magnify == 2 or field * magnify <= 112]
    return (*reduced, *magnified)


def overlap(source: int, target: int) -> Floats:
    """(source, target) float32: share of each target pixel that a source pixel covers, along one axis."""
    edges = np.arange(source + 1) / source
    goals = np.arange(target + 1) / target
    left = np.maximum(edges[:-1, None], goals[None, :-1])
    right = np.minimum(edges[1:, None], goals[None, 1:])
    shares: Floats = (np.maximum(right - left, 0) * target).astype(np.float32)
    return shares


def reduction(field: int) -> Floats:
    """(field², Σ size²) float32: one product with flattened tiles averages them to all smaller levels."""
    smaller = [np.kron(overlap(field, size), overlap(field, size)) for size in level_sizes(field)[1:]]
    return np.concatenate(smaller, axis=1) if smaller else np.zeros((1, 0), np.float32)


def color_table(inks: Sequence[int], recruited: int, refined: int, ground: int) -> list[int]:
    """The 256 ARGB entries for the bytes of a picture. inks: 256 ARGB values from paper to full ink."""
    table = [inks[round(level * 255 / FULL_INK)] for level in range(FULL_INK + 1)]
    return [*table, recruited, refined, ground, *[inks[0]] * (255 - GROUND_INDEX)]


class Atlas:
    """Tiles of up to `slots` memories of one layer, `field` pixels wide.

    Writes are taken at once but drawn in portions: `drain` finishes at most so many tiles a call and
    keeps the rest, so no frame pays for more than its share. Row -1 of each level is an empty tile.
    Memory is field² bytes a tile and about a third more for the smaller levels, touched as used.
    """

    def __init__(self, field: int, slots: int, *, seams: bool) -> None:
        """seams: separate tiles by `GROUND_INDEX` instead of blank paper."""
        self.field = field
        self.slots = slots
        self._seam = GROUND_INDEX if seams else 0
        self._levels = {size: np.zeros((slots + 1, size * size), np.uint8) for size in level_sizes(field)}
        self._reduction = reduction(field)
        self._pending = np.zeros(slots, np.uint8)
        self._turn = 0
        self._marks: dict[tuple[Scale, int], tuple[Ints, Ints]] = {}

    def write(self, slots: Ints, kinds: Bytes, tiles: Bytes) -> None:
        """Take tiles: slots (n,), kinds (n,), tiles (n, field, field) uint8, grey, 255 is full ink."""
        flat = np.minimum(tiles, FULL_INK).reshape(len(slots), self.field**2)
        self._levels[self.field][slots] = flat
        waits = np.full(len(slots), _SHOWN, np.uint8)
        waits[kinds == REFINED] = _REFINED
        waits[kinds == RECRUITED] = _RECRUITED
        np.maximum.at(self._pending, slots, waits)

    @property
    def waiting(self) -> int:
        """Tiles that were taken and not yet drained."""
        return int(np.count_nonzero(self._pending))

    def drain(self, limit: int) -> tuple[Ints, Bytes]:
        """Finish up to `limit` waiting tiles, recruits first, then in turn. → slots (n,), kinds (n,)."""
        slots = np.flatnonzero(self._pending)
        if slots.size > limit:
            slots = np.roll(slots, -int(np.searchsorted(slots, self._turn)))
            first = np.argsort(self._pending[slots] != _RECRUITED, kind="stable")[:limit]
            slots = slots[first]
            self._turn = int(slots[-1]) + 1
        waits = self._pending[slots]
        self._pending[slots] = 0
        kinds = np.zeros(slots.size, np.uint8)
        kinds[waits == _REFINED] = REFINED
        kinds[waits == _RECRUITED] = RECRUITED
        self._reduce(slots)
        return slots, kinds

    def _reduce(self, slots: Ints) -> None:
        reduced = self._levels[self.field][slots].astype(np.float32) @ self._reduction
        # Adding a half and cutting off rounds; nothing here is negative.
        rounded = (reduced + np.float32(0.5)).astype(np.uint8)
        start = 0
        for size in level_sizes(self.field)[1:]:
            self._levels[size][slots] = rounded[:, start : start + size * size]
            start += size * size

    def tiles(self, size: int, slots: Ints) -> Bytes:
        """(n, size, size) uint8 of a level; slot -1 is an empty tile."""
        picked = np.take(self._levels[size], slots.ravel(), axis=0, mode="wrap")
        return picked.reshape(*slots.shape, size, size)

    def paint(self, cells: Bytes, slots: Ints, scale: Scale, kinds: Bytes) -> None:
        """Fill cells (R, C, pitch, pitch) with the tiles of slots (R, C); -1 leaves bare paper.

        kinds (R, C): 0, or the fresh write to mark.
        """
        size, inset = scale.size, scale.inset
        tiles = self.tiles(size, slots)
        if scale.pitch == size:
            cells[...] = tiles
        else:
            cells[...] = self._seam
            cells[:, :, inset : inset + size, inset : inset + size] = tiles
            if self._seam:
                cells[slots < 0] = 0
        for kind, index in ((RECRUITED, RECRUITED_INDEX), (REFINED, REFINED_INDEX)):
            rows, columns = np.nonzero(kinds == kind)
            if rows.size:
                y, x = self._mark(scale, kind)
                cells[rows[:, None], columns[:, None], y, x] = index

    def _mark(self, scale: Scale, kind: int) -> tuple[Ints, Ints]:
        """Where in a cell the mark of a write goes: (y, x) level pixels.

        A border where there is room for one. Below 5 pixels a tile is too small to wear a border
        and still be seen: a recruit fills it, a refinement takes one pixel.
        """
        key = (scale, kind)
        if key not in self._marks:
            side = scale.pitch if scale.inset else scale.size
            thick = max(1, scale.inset)
            shape = np.ones((side, side), bool)
            if scale.size >= 5:
                shape[thick:-thick, thick:-thick] = False
            elif kind == REFINED:
                shape[...] = False
                shape[0, 0] = True
            y, x = np.nonzero(shape)
            self._marks[key] = (y, x)
        return self._marks[key]
