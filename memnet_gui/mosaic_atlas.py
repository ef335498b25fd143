"""Pictures of memories at any level of detail, and the marks of fresh writes. NumPy only.

A tile is kept at its own size and, resampled by area, at the size that is being looked at. Bytes are
indices into a colour table: 0 (no ink) to `FULL_INK`; what lies above is reserved for marks, so that
a flash is a few bytes in the picture rather than something to paint on top.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import floor

import numpy as np

from engine.arrays import Bytes, Flags, Floats, Ints
from engine.frame import RECRUITED, REFINED

FULL_INK = 247
RECRUITED_INDEX, REFINED_INDEX, GROUND_INDEX, SELECTED_INDEX = 248, 249, 250, 251
"""Reserved entries of the colour table: the marks, and the seam between patches."""
SELECTED = 3
"""A mark beside the kinds of writes: the memory is selected."""
DIMMED = 0.35
"""Share of its ink that a muted memory keeps."""

STEPS = 5
"""Sizes of a tile from one to the next that is twice as large, so that a mosaic fills most of its view
whatever the number of memories: each takes two thirds to four fifths of the room of the one before."""
NEARLY = 0.03
"""A size so close to a multiple of the tile's own is made that multiple: its pixels are square and sharp."""
LARGEST = 112
"""Pixels across the largest tile on the screen, where that is at least twice its own size."""
INSET_FROM = 10
"""A tile this many level pixels wide has room around it for a mark."""
_RESAMPLED_AT_ONCE = 1024
_INDICES = ((RECRUITED, RECRUITED_INDEX), (REFINED, REFINED_INDEX), (SELECTED, SELECTED_INDEX))
_FAINT = np.rint(np.arange(256) * DIMMED).astype(np.uint8)
_SHOWN, _REFINED, _RECRUITED = 1, 2, 3
"""What a pending slot waits for, by priority: a memory recruited and then refined is still new."""


@dataclass(frozen=True, slots=True)
class Scale:
    """How large a tile is drawn: resampled to `size` level pixels a side, each `magnify` screen pixels wide.

    seam: level pixels between tiles that are too small for room around them.
    """

    size: int
    magnify: int = 1
    seam: int = 0

    @property
    def screen(self) -> int:
        """A tile's side in device pixels."""
        return self.size * self.magnify

    @property
    def inset(self) -> int:
        """Room around a tile inside its cell, in level pixels; where marks go."""
        return 2 if self.size >= 20 else 1 if self.size >= INSET_FROM else 0

    @property
    def pitch(self) -> int:
        """Side of a tile's cell in level pixels."""
        return self.size + (2 * self.inset or self.seam)


def scales(field: int, *, seams: bool = False) -> tuple[Scale, ...]:
    """All scales for a field of that side, smallest first, `STEPS` to each doubling of the field.

    seams: keep tiles apart down to 5 pixels; without, only down to 8, since digits have blank rims.
    """
    doublings = max(1, (LARGEST // field).bit_length() - 1)
    halvings = field.bit_length()
    exact = (field * 2 ** (step / STEPS) for step in range(-halvings * STEPS, doublings * STEPS + 1))
    sides = sorted({_snapped(field, side) for side in exact})
    return tuple(_scale(field, side, seams) for side in sides)


def zoom_stops(field: int, *, seams: bool = False) -> tuple[Scale, ...]:
    """Those of the scales at which zooming stops: each twice as large as the one before."""
    known = {scale.screen: scale for scale in scales(field, seams=seams)}
    largest = max(known)
    sides = {floor(largest / 2**halving + 0.5) for halving in range(largest.bit_length() + 1)}
    return tuple(known[side] for side in sorted(sides) if side in known)


def _snapped(field: int, side: float) -> int:
    """Whole pixels, at least one, for a tile about that wide."""
    multiple = max(1, floor(side / field + 0.5)) * field
    return multiple if abs(multiple - side) <= NEARLY * side else max(1, floor(side + 0.5))


def _scale(field: int, side: int, seams: bool) -> Scale:
    size, magnify = (field, side // field) if side % field == 0 else (side, 1)
    return Scale(size, magnify, int((5 if seams else 8) <= size < INSET_FROM))


def overlap(source: int, target: int) -> Floats:
    """(source, target) float32: share of each target pixel that a source pixel covers, along one axis."""
    edges = np.arange(source + 1) / source
    goals = np.arange(target + 1) / target
    left = np.maximum(edges[:-1, None], goals[None, :-1])
    right = np.minimum(edges[1:, None], goals[None, 1:])
    shares: Floats = (np.maximum(right - left, 0) * target).astype(np.float32)
    return shares


def color_table(inks: Sequence[int], recruited: int, refined: int, ground: int, selected: int) -> list[int]:
    """The 256 ARGB entries for the bytes of a picture. inks: 256 ARGB values from paper to full ink."""
    table = [inks[round(level * 255 / FULL_INK)] for level in range(FULL_INK + 1)]
    return [*table, recruited, refined, ground, selected, *[inks[0]] * (255 - SELECTED_INDEX)]


class Atlas:
    """Tiles of up to `slots` memories of one layer, `field` pixels wide.

    Writes are taken at once but shown in portions: `drain` hands out at most so many tiles a call and
    keeps the rest, so no frame pays for more than its share. One other size is kept beside the
    tiles' own, and tiles are resampled to it as they are asked for; looking at yet another size
    forgets it. The last row of each is an empty tile, the one of slot -1.
    Memory is field² bytes a tile and size² for each that was looked at.
    """

    def __init__(self, field: int, slots: int, *, seams: bool) -> None:
        """seams: separate tiles by `GROUND_INDEX` instead of blank paper."""
        self.field = field
        self.slots = slots
        self._seam = GROUND_INDEX if seams else 0
        self._own = np.zeros((slots + 1, field * field), np.uint8)
        self._keep(1)
        self._pending = np.zeros(slots, np.uint8)
        self._turn = 0
        self._marks: dict[tuple[Scale, int], tuple[Ints, Ints]] = {}

    def _keep(self, size: int) -> None:
        """Keep tiles of that size too; none is resampled yet."""
        self._size = size
        self._overlap = overlap(self.field, size)
        self._resampled = np.zeros((self.slots + 1, size * size), np.uint8)
        self._fresh = np.zeros(self.slots + 1, bool)
        self._fresh[-1] = True

    def write(self, slots: Ints, kinds: Bytes, tiles: Bytes) -> None:
        """Take tiles: slots (n,), kinds (n,), tiles (n, field, field) uint8, grey, 255 is full ink."""
        flat = np.minimum(tiles, FULL_INK).reshape(len(slots), self.field**2)
        self._own[slots] = flat
        waits = np.full(len(slots), _SHOWN, np.uint8)
        waits[kinds == REFINED] = _REFINED
        waits[kinds == RECRUITED] = _RECRUITED
        np.maximum.at(self._pending, slots, waits)

    def holds(self, slots: Ints, tiles: Bytes) -> Flags:
        """(n,) whether the tiles of these slots are these already."""
        flat = np.minimum(tiles, FULL_INK).reshape(len(slots), self.field**2)
        same: Flags = (self._own[slots] == flat).all(axis=1)
        return same

    def forget(self, slots: Ints) -> None:
        """There is no tile here any more, nor one that waits."""
        self._own[slots] = 0
        self._pending[slots] = 0
        self._fresh[slots] = False

    def pictures(self, slots: Ints) -> Bytes:
        """(n, field, field) uint8, as they were taken, up to `FULL_INK`."""
        return self._own[slots].reshape(-1, self.field, self.field)

    @property
    def pending(self) -> Flags:
        """(slots,) which tiles were taken and not yet drained."""
        return self._pending > 0

    @property
    def waiting(self) -> int:
        """How many were taken and not yet drained."""
        return int(np.count_nonzero(self._pending))

    def drain(self, limit: int) -> tuple[Ints, Bytes]:
        """Up to `limit` waiting tiles to draw, recruits first, then in turn. → slots (n,), kinds (n,)."""
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
        self._fresh[slots] = False
        return slots, kinds

    def tiles(self, size: int, slots: Ints) -> Bytes:
        """(*slots.shape, size, size) uint8; slot -1 is an empty tile."""
        wanted = slots.ravel()
        if size == self.field:
            level = self._own
        else:
            if size != self._size:
                self._keep(size)
            old = wanted[~self._fresh[wanted]]
            for start in range(0, old.size, _RESAMPLED_AT_ONCE):
                self._resample(old[start : start + _RESAMPLED_AT_ONCE])
            level = self._resampled
        picked = np.take(level, wanted, axis=0, mode="wrap")
        return picked.reshape(*slots.shape, size, size)

    def _resample(self, slots: Ints) -> None:
        """Average by area, down each column of pixels and along each row."""
        tiles = self._own[slots].reshape(-1, self.field, self.field).astype(np.float32)
        averaged = self._overlap.T @ tiles @ self._overlap
        # Adding a half and cutting off rounds; nothing here is negative.
        rounded = (averaged + np.float32(0.5)).astype(np.uint8)
        self._resampled[slots] = rounded.reshape(-1, self._size**2)
        self._fresh[slots] = True

    def paint(
        self, cells: Bytes, slots: Ints, scale: Scale, marks: Bytes, muted: Flags | None = None
    ) -> None:
        """Fill cells (R, C, pitch, pitch) with the tiles of slots (R, C); -1 leaves bare paper.

        marks (R, C): 0, `SELECTED`, or the fresh write to mark. muted (R, C): those to be drawn faintly.
        """
        size, inset = scale.size, scale.inset
        tiles = self.tiles(size, slots)
        if muted is not None:
            tiles[muted] = _FAINT[tiles[muted]]
        if scale.pitch == size:
            cells[...] = tiles
        else:
            cells[...] = self._seam
            cells[:, :, inset : inset + size, inset : inset + size] = tiles
            if self._seam:
                cells[slots < 0] = 0
        if not marks.any():
            return
        for mark, index in _INDICES:
            rows, columns = np.nonzero(marks == mark)
            if rows.size:
                y, x = self._mark(scale, mark)
                cells[rows[:, None], columns[:, None], y, x] = index

    def _mark(self, scale: Scale, mark: int) -> tuple[Ints, Ints]:
        """Where in a cell a mark goes: (y, x) level pixels.

        A border where there is room for one. Below 5 pixels a tile is too small to wear a border
        and still be seen: a refinement takes one pixel, any other mark fills it.
        """
        key = (scale, mark)
        if key not in self._marks:
            side = scale.pitch if scale.inset else scale.size
            thick = max(1, scale.inset)
            shape = np.ones((side, side), bool)
            if scale.size >= 5:
                shape[thick:-thick, thick:-thick] = False
            elif mark == REFINED:
                shape[...] = False
                shape[0, 0] = True
            y, x = np.nonzero(shape)
            self._marks[key] = (y, x)
        return self._marks[key]
