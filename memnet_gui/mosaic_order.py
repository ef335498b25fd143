"""Which memory stands where: what is chosen, and the order of display. NumPy only."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

import numpy as np

from engine.arrays import Ints
from memnet_gui.memory_search import EVERYTHING, Query


class Sort(Enum):
    TIME = "time"  # oldest first
    CLASS = "class"  # by class, then by age
    WINS = "wins"  # most first
    AGE = "age"  # youngest first
    USEFULNESS = "usefulness"  # most useful first
    LIKE_DIGIT = "like digit"  # nearest to the digit last streamed first
    LIKE_DRAWING = "like drawing"  # nearest to what is drawn first

    @property
    def by_likeness(self) -> bool:
        """Does this order depend on distances that have to be asked for?"""
        return self in (Sort.LIKE_DIGIT, Sort.LIKE_DRAWING)


@dataclass(frozen=True, slots=True)
class Choice:
    """What is shown and how. only_class, only_column: None is all of them. in_place: a block for
    each column, where its receptive field sits in the image; otherwise one after the other. query:
    what was searched for."""

    sort: Sort = Sort.TIME
    only_class: int | None = None
    only_column: int | None = None
    in_place: bool = False
    query: Query = EVERYTHING


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
