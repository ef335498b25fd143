"""Which memories of a layer are selected, to be muted, deleted or relabelled together. NumPy only."""

from __future__ import annotations

import numpy as np

from engine.arrays import Ints


class Selection:
    """A set of slots. `anchor` is the slot that was chosen last, from which a range extends; -1 is none.

    Every method that changes it returns the slots that changed, which are to be drawn again.
    """

    def __init__(self, slots: int) -> None:
        self.flags = np.zeros(slots + 1, bool)  # the last one is slot -1, never selected
        self.anchor = -1

    @property
    def count(self) -> int:
        return int(np.count_nonzero(self.flags))

    @property
    def slots(self) -> Ints:
        """(n,) the selected slots, in ascending order."""
        return np.flatnonzero(self.flags)

    def toggle(self, slot: int) -> Ints:
        self.flags[slot] = not self.flags[slot]
        self.anchor = slot
        return np.array([slot])

    def add(self, slots: Ints) -> Ints:
        new = slots[~self.flags[slots]]
        self.flags[new] = True
        return new

    def drop(self, slots: Ints) -> Ints:
        """Deselect these, wherever they were selected."""
        gone = slots[self.flags[slots]]
        self.flags[gone] = False
        if self.anchor in slots:
            self.anchor = -1
        return gone

    def clear(self) -> Ints:
        self.anchor = -1
        return self.drop(self.slots)
