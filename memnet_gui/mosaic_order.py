"""Which memory stands where: facts about the memories of a layer, sorting, filtering. NumPy only."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

import numpy as np

from engine.frame import Catalogue, Ints

_UNKNOWN = 1 << 36
"""Ids from here on stand in, in order of arrival, for ids that no catalogue has named yet."""


class Sort(Enum):
    TIME = "time"  # oldest first
    CLASS = "class"  # by class, then by age
    WINS = "wins"  # most first
    AGE = "age"  # youngest first


@dataclass(frozen=True, slots=True)
class Choice:
    """What is shown and how. only_class, only_column: None is all of them. in_place: a block for
    each column, where its receptive field sits in the image; otherwise one after the other."""

    sort: Sort = Sort.TIME
    only_class: int | None = None
    only_column: int | None = None
    in_place: bool = False


@dataclass(frozen=True, slots=True)
class Facts:
    """What the catalogue says about one memory. label: the class with the strongest association."""

    slot: int
    id: int
    label: int
    wins: int
    birth: int


class Ledger:
    """Facts by slot for up to `slots` memories, `capacity` to a column."""

    def __init__(self, slots: int, capacity: int) -> None:
        self.capacity = capacity
        self.used = np.zeros(slots, bool)
        self.known = np.zeros(slots, bool)
        self.labels = np.full(slots, -1, np.int64)
        self._ids = np.zeros(slots, np.int64)
        self._wins = np.zeros(slots, np.int64)
        self._births = np.zeros(slots, np.int64)
        self._arrivals = _UNKNOWN

    def admit(self, slots: Ints) -> Ints:
        """Note that these slots have pictures. → those that had none before, in order of arrival."""
        new = slots[~self.used[slots]]
        self.used[new] = True
        nameless = new[~self.known[new]]
        self._ids[nameless] = self._arrivals + np.arange(nameless.size)
        self._arrivals += nameless.size
        return new

    def record(self, catalogue: Catalogue) -> None:
        slots = catalogue.slots
        self.known[slots] = True
        self._ids[slots] = catalogue.ids
        self.labels[slots] = catalogue.classes
        self._wins[slots] = catalogue.wins
        self._births[slots] = catalogue.births

    def facts(self, slot: int) -> Facts | None:
        """None where there is no memory, or none that a catalogue has named yet."""
        if slot < 0 or not (self.used[slot] and self.known[slot]):
            return None
        values = (self._ids, self.labels, self._wins, self._births)
        return Facts(slot, *(int(column[slot]) for column in values))

    def shown(self, choice: Choice, slots: Ints) -> Ints:
        """Those of the slots that pass the filters. What has no known class yet is of no class."""
        keep = np.ones(slots.size, bool)
        if choice.only_class is not None:
            keep &= self.labels[slots] == choice.only_class
        if choice.only_column is not None:
            keep &= slots // self.capacity == choice.only_column
        return slots[keep]

    def ranked(self, choice: Choice) -> Ints:
        """The slots to show, sorted. Equals stand in order of birth; newcomers without facts last
        (under `AGE` first), so they can be appended without sorting again."""
        slots = self.shown(choice, np.flatnonzero(self.used))
        ids = self._ids[slots]
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


class Order:
    """Slots by display position, and back.

    One after the other, position p is the p-th memory shown. In place, column c owns the positions
    from c · capacity on, and -1 stands where it has written nothing yet.
    """

    def __init__(self, slots: int, capacity: int) -> None:
        self._capacity = capacity
        self._slots = np.full(slots, -1, np.int64)
        self._positions = np.full(slots, -1, np.int64)
        self._in_column = np.zeros(slots // capacity, np.int64)
        self._in_place = False
        self.count = 0
        """Memories shown."""

    @property
    def slots(self) -> Ints:
        """Slot by position, -1 in holes."""
        return self._slots if self._in_place else self._slots[: self.count]

    def positions(self, slots: Ints) -> Ints:
        """Position by slot, -1 for what is not shown."""
        return self._positions[slots]

    def arrange(self, ranked: Ints, *, in_place: bool) -> bool:
        """Show these slots in this order. → whether anything stands elsewhere than before."""
        before = self._positions.copy()
        moved = in_place != self._in_place
        self._slots.fill(-1)
        self._positions.fill(-1)
        self._in_column.fill(0)
        self._in_place = in_place
        self.count = 0
        self.append(ranked)
        return moved or not np.array_equal(before, self._positions)

    def append(self, slots: Ints) -> None:
        """Show these slots too, behind the others (of their column, when in place)."""
        if self._in_place:
            columns = slots // self._capacity
            by_column = np.argsort(columns, kind="stable")
            slots, columns = slots[by_column], columns[by_column]
            new = np.bincount(columns, minlength=self._in_column.size)
            starts = np.concatenate(([0], np.cumsum(new)[:-1]))
            ranks = np.arange(slots.size) - starts[columns] + self._in_column[columns]
            positions = columns * self._capacity + ranks
            self._in_column += new
        else:
            positions = np.arange(self.count, self.count + slots.size)
        self._slots[positions] = slots
        self._positions[slots] = positions
        self.count += slots.size
