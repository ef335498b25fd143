"""What the memories on a map look like, and what of it there is room for. NumPy only."""

from __future__ import annotations

from dataclasses import dataclass, fields
from functools import cached_property

import numpy as np

from engine.arrays import Flags, Floats, Ints
from engine.findings import Projection
from memnet_gui.map_picture import densest
from memnet_gui.mosaic import Mosaic


@dataclass(frozen=True, eq=False)
class Looks:
    """How the n memories of a map that are still there look. slots: (n,). places: (n, 2).

    labels: their classes. shown: not filtered out. taught, muted, selected: the signs that they wear.
    """

    slots: Ints
    places: Floats
    labels: Ints
    shown: Flags
    taught: Flags
    muted: Flags
    selected: Flags

    @staticmethod
    def of(mosaic: Mosaic, projection: Projection) -> Looks:
        ledger, slots = mosaic.ledger, projection.slots
        there = ledger.known[slots] & (ledger.ids[slots] == projection.ids)
        slots = slots[there]
        selected = np.zeros(ledger.known.size, bool)
        selected[mosaic.selected] = True
        return Looks(
            slots,
            projection.places[there],
            ledger.labels[slots],
            mosaic.positions(slots) >= 0,
            ledger.taught[slots],
            ledger.muted[slots],
            selected[slots],
        )

    @cached_property
    def heaps(self) -> list[tuple[int, float, float]]:
        """Where the classes have the most memories around: (label, x, y)."""
        return densest(self.places[self.shown], self.labels[self.shown])

    def same(self, other: Looks) -> bool:
        names = (field.name for field in fields(self))
        return all(np.array_equal(getattr(self, name), getattr(other, name)) for name in names)


NOTHING = Looks(
    np.zeros(0, np.int64),
    np.zeros((0, 2), np.float32),
    np.zeros(0, np.int64),
    *(np.zeros(0, bool) for _ in range(4)),
)


@dataclass(frozen=True, slots=True, eq=False)
class Level:
    """What is drawn at a scale. side: of the pictures, in device pixels, 0 where there is no room for
    any; marks: is there room for the classes' names? rows: of the looks, those with a picture."""

    scale: float
    side: int
    marks: bool
    rows: Ints
