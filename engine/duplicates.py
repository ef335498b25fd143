"""Which memories repeat another one: a search in small steps."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from engine.arrays import Flags, Ints
from engine.backend import Array, Backend
from engine.memory import LayerMemory
from engine.symptoms import DUPLICATE_DISTANCE

BLOCK = 128
"""Memories compared at once: about a millisecond for whole digits."""


class DuplicateSearch:
    """Looks in every group of a layer's memories for those near to one that comes before them.

    columns, slots, groups: (n,) int64, sorted by group, a group's memories from the one most worth
    keeping to the one least so; a group lies in one column. duplicate: (n,) bool, filled by `steps`:
    nearer than `DUPLICATE_DISTANCE` to a memory of its group that comes before it and is not itself a
    duplicate. Without the duplicates, then, no group has two that are so near.
    """

    def __init__(
        self, layer: LayerMemory, backend: Backend, columns: Ints, slots: Ints, groups: Ints
    ) -> None:
        self._layer, self._backend = layer, backend
        self._columns, self._slots = columns, slots
        self._starts = [*np.flatnonzero(np.diff(groups, prepend=-1)).tolist(), len(groups)]
        self.duplicate: Flags = np.zeros(len(groups), bool)

    def steps(self) -> Iterator[int]:
        """Search; after every block that was compared, how many memories are done with since the last."""
        for start, stop in zip(self._starts[:-1], self._starts[1:], strict=True):
            kept: list[tuple[Array, Array]] = []
            for first in range(start, stop, BLOCK):
                places = np.arange(first, min(first + BLOCK, stop))
                block = self._stored(places)
                for earlier in kept:
                    self.duplicate[places] |= self._near(block, earlier).any(axis=1)
                    yield 0
                self._search_within(places, self._near(block, block))
                kept.append(self._stored(places[~self.duplicate[places]]))
                yield len(places)

    def _search_within(self, places: Ints, near: Flags) -> None:
        for row in np.flatnonzero(np.triu(near, 1).any(axis=1)):
            if not self.duplicate[places[row]]:
                self.duplicate[places[row + 1 :]] |= near[row, row + 1 :]

    def _stored(self, places: Ints) -> tuple[Array, Array]:
        """Patterns as they are stored, −2m, (d, n), and their squared norms (1, n)."""
        xp = self._backend.xp
        column = int(self._columns[places[0]]) if len(places) else 0
        slots = self._backend.to_device(self._slots[places])
        stored = xp.take(self._layer.patterns[column, :, :], slots, axis=1)
        return stored[:-2, :], stored[-2:-1, :]

    def _near(self, these: tuple[Array, Array], those: tuple[Array, Array]) -> Flags:
        """(n, m) bool: D² = ‖a‖² + ‖b‖² − ½ · (−2a)ᵀ(−2b) below the square of what counts as near."""
        xp, transposed = self._backend.xp, self._backend.transposed
        product = xp.matmul(transposed(these[0]), those[0])
        squared = transposed(these[1]) + those[1] - 0.5 * product
        near: Flags = self._backend.to_host(squared < DUPLICATE_DISTANCE**2)
        return near
