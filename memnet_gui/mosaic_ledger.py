"""What is known about the memories of a layer, by slot: facts, filters, ranks. NumPy only."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from engine.arrays import Flags, Floats, Ints
from engine.frame import Catalogue
from memnet_gui.memory_search import Columns
from memnet_gui.mosaic_order import Choice, Sort

_UNKNOWN = 1 << 36
"""Ids from here on stand in, in order of arrival, for ids that no catalogue has named yet."""


@dataclass(frozen=True, slots=True)
class Facts:
    """What the catalogue says about one memory. label: the class with the strongest association.

    distance: how far it is from what it was compared with last, None where it was not.
    """

    slot: int
    id: int
    label: int
    wins: int
    birth: int
    usefulness: float
    taught: bool
    muted: bool
    distance: float | None


class Ledger:
    """Facts by slot for up to `slots` memories, `capacity` to a column."""

    def __init__(self, slots: int, capacity: int) -> None:
        self.capacity = capacity
        self.used = np.zeros(slots, bool)
        self.known = np.zeros(slots, bool)
        self.ids = np.zeros(slots, np.int64)
        self.labels = np.full(slots, -1, np.int64)
        self.taught = np.zeros(slots, bool)
        self.muted = np.zeros(slots, bool)
        self._wins = np.zeros(slots, np.int64)
        self._births = np.zeros(slots, np.int64)
        self._usefulness = np.zeros(slots, np.float32)
        self._distances = np.full(slots, np.inf, np.float32)
        self._seen = 0
        self._arrivals = _UNKNOWN

    def admit(self, slots: Ints) -> Ints:
        """Note that these slots have pictures. → those that had none before, in order of arrival."""
        new = slots[~self.used[slots]]
        self.used[new] = True
        nameless = new[~self.known[new]]
        self.ids[nameless] = self._arrivals + np.arange(nameless.size)
        self._arrivals += nameless.size
        return new

    def record(self, catalogue: Catalogue, seen: int) -> tuple[Ints, Ints]:
        """Take in what a catalogue says, `seen` digits into the run.

        → slots that hold no memory any more or another one; slots that are muted or not, unlike before.
        """
        slots = catalogue.slots
        listed = np.zeros(self.known.size, bool)
        listed[slots] = True
        replaced = slots[self.known[slots] & (self.ids[slots] != catalogue.ids)]
        gone = np.flatnonzero(self.known & ~listed)
        switched = slots[self.muted[slots] != catalogue.muted]
        self.forget(gone)
        self._distances[replaced] = np.inf
        self.known[slots] = True
        self.ids[slots] = catalogue.ids
        self.labels[slots] = catalogue.classes
        self.taught[slots] = catalogue.taught
        self.muted[slots] = catalogue.muted
        self._wins[slots] = catalogue.wins
        self._births[slots] = catalogue.births
        self._usefulness[slots] = catalogue.usefulness
        self._seen = seen
        return np.concatenate((gone, replaced)), switched

    def forget(self, slots: Ints) -> None:
        """These hold no memory any more."""
        for flags in (self.used, self.known, self.taught, self.muted):
            flags[slots] = False
        self.labels[slots] = -1
        self._distances[slots] = np.inf

    def compare(self, slots: Ints, distances: Floats) -> None:
        """How far these are from something else than before; nothing is known of the others."""
        self._distances.fill(np.inf)
        self._distances[slots] = distances

    def facts(self, slot: int) -> Facts | None:
        """None where there is no memory, or none that a catalogue has named yet."""
        if slot < 0 or not (self.used[slot] and self.known[slot]):
            return None
        distance = float(self._distances[slot])
        return Facts(
            slot,
            int(self.ids[slot]),
            int(self.labels[slot]),
            int(self._wins[slot]),
            int(self._births[slot]),
            float(self._usefulness[slot]),
            bool(self.taught[slot]),
            bool(self.muted[slot]),
            distance if np.isfinite(distance) else None,
        )

    def columns(self, slots: Ints) -> Columns:
        """What a search can ask about these slots."""
        births = self._births[slots]
        return {
            "class": self.labels[slots],
            "wins": self._wins[slots],
            "age": self._seen - births,
            "born": births,
            "id": self.ids[slots],
            "useful": self._usefulness[slots],
            "column": slots // self.capacity,
            "taught": self.taught[slots],
            "muted": self.muted[slots],
        }

    def shown(self, choice: Choice, slots: Ints) -> Ints:
        """Those of the slots that pass the filters. What has no known facts yet is of no class, and no
        search finds it."""
        keep = np.ones(slots.size, bool)
        if choice.only_class is not None:
            keep &= self.labels[slots] == choice.only_class
        if choice.only_column is not None:
            keep &= slots // self.capacity == choice.only_column
        if choice.query:
            keep &= self.known[slots] & choice.query.matches(self.columns(slots))
        return slots[keep]

    def ranked(self, choice: Choice) -> Ints:
        """The slots to show, sorted. Equals stand in order of birth; newcomers without facts last
        (under `AGE` first), so they can be appended without sorting again."""
        slots = self.shown(choice, np.flatnonzero(self.used))
        ids = self.ids[slots]
        if choice.sort is Sort.USEFULNESS:
            return slots[np.lexsort((ids, np.where(self.known[slots], -self._usefulness[slots], np.inf)))]
        if choice.sort.by_likeness:
            return slots[np.lexsort((ids, self._distances[slots]))]
        keys = ids
        if choice.sort is Sort.AGE:
            keys = -ids
        elif choice.sort is Sort.CLASS:
            labels = self.labels[slots]
            keys = np.where(labels < 0, 1 << 20, labels) * (2 * _UNKNOWN) + ids
        elif choice.sort is Sort.WINS:
            wins = np.where(self.known[slots], self._wins[slots], -1)
            keys = (wins.max(initial=0) - wins) * (2 * _UNKNOWN) + ids
        return slots[np.argsort(keys)]

    @property
    def marked(self) -> Flags:
        """(slots,) those that wear a mark of their own: taught or muted."""
        return self.taught | self.muted
