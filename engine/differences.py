"""What a comparison of two states of memories found: frozen records, A beside B.

They hold read-only host copies (see `arrays`). C classes; memories are named by layer, slot and id, each
by those that it has in its own run.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from engine.arrays import Bytes, Flags, Floats, Ints

if TYPE_CHECKING:
    from engine.findings import DigitList
    from engine.frame import Curves


@dataclass(frozen=True, slots=True, eq=False)
class RunFacts:
    """One of two runs that are compared, as it was after `digits` digits.

    name: what the user calls it. prequential, recent: accuracies in [0, 1], None before the first digit.
    layers: their names; memories: a number for each. taught, muted: so many of them all.
    """

    name: str
    preset: str
    seed: int
    digits: int
    prequential: float | None
    recent: float | None
    curves: Curves
    class_names: tuple[str, ...]
    layers: tuple[str, ...]
    memories: tuple[int, ...]
    taught: int
    muted: int


@dataclass(frozen=True, slots=True, eq=False)
class MemoryList:
    """Some memories of a layer, picked out to be shown: at most as many as are worth it, of `total`.

    slots, ids, columns, births, wins, sources: (n,) int64 as in Catalogue. classes: (n,) int64, the
    strongest association's, as the comparison numbers classes. taught, muted: (n,) bool.
    pictures: (n, field, field[, 3]) uint8 as in MemoryTiles.
    """

    total: int
    slots: Ints
    ids: Ints
    columns: Ints
    classes: Ints
    births: Ints
    wins: Ints
    sources: Ints
    taught: Flags
    muted: Flags
    pictures: Bytes


@dataclass(frozen=True, slots=True, eq=False)
class MemoryPairs:
    """Memories that both runs have, the most different first: row n of `a` is row n of `b`.

    drifts: (n,) float32, distances between the patterns, in the units that are compared. changes: (n,)
    float32, the largest difference between the associations with one class.
    """

    a: MemoryList
    b: MemoryList
    drifts: Floats
    changes: Floats


@dataclass(frozen=True, slots=True, eq=False)
class LayerDifference:
    """How the memories of a layer differ. Those that came about in the same way, in the same column
    from the same image, are one memory in both runs.

    problem: why none can be the same, a sentence; empty where they were matched. same: so many
    would answer alike. drifted: their patterns moved apart. reassociated: the same pattern with other
    associations, or silent in one of the runs. Each memory is counted once.
    """

    name: str
    problem: str
    same: int
    only_a: MemoryList
    only_b: MemoryList
    drifted: MemoryPairs
    reassociated: MemoryPairs

    def memories_of(self, side: str, group: str) -> MemoryList:
        """The memories of "a" or "b" in one of its groups, named as the fields are."""
        found = getattr(self, group)
        memories: MemoryList = getattr(found, side) if isinstance(found, MemoryPairs) else found
        return memories


@dataclass(frozen=True, slots=True, eq=False)
class Comparison:
    """How two states of memories differ, A and B.

    class_names: of A, then those that only B has. Answers to the `tested` held-out digits: right in
    both runs, in one, in neither. p_value: how likely one run would be right alone at least so much
    more often than the other, were they equally good (McNemar's exact test, two-sided).
    confusion_a, confusion_b: (C, C) int64, rows are labels, columns answers. disagreements: digits
    answered differently, first those that only A has right, then only B, then neither; `answers` are
    B's, said_a (n,) int64 A's.
    """

    request: int
    a: RunFacts
    b: RunFacts
    class_names: tuple[str, ...]
    layers: tuple[LayerDifference, ...]
    tested: int
    both_right: int
    only_a_right: int
    only_b_right: int
    both_wrong: int
    p_value: float
    confusion_a: Ints
    confusion_b: Ints
    disagreements: DigitList
    said_a: Ints

    @property
    def accuracy_a(self) -> float:
        """Of A on the held-out digits, in [0, 1]."""
        return (self.both_right + self.only_a_right) / self.tested

    @property
    def accuracy_b(self) -> float:
        """Of B on the held-out digits, in [0, 1]."""
        return (self.both_right + self.only_b_right) / self.tested
