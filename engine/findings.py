"""What the engine found out when it was asked: frozen records, one kind for each question.

Every record echoes the `request` number of the command that asked, and holds read-only host copies
(see `arrays`). C classes; memories are named by layer, slot and id.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from engine.arrays import Bytes, Flags, Floats, Ints
from engine.commands import Command
from engine.percept import Percept

if TYPE_CHECKING:
    from engine.differences import Comparison
    from engine.snapshot import Snapshot


@dataclass(frozen=True, slots=True, eq=False)
class LayerReasons:
    """The n memories of one layer that answered a digit.

    slots, ids, columns: (n,) int64. distances, activations: (n,) float32; the activations of a
    column sum to 1. associations: (n, C) float32. A memory's vote is activation × association, and
    the votes of all memories of all layers add up to the network's. patterns: (n, d) float32, as
    they are compared (fields are centred and scaled first). fields: (P, d) float32, what each
    column saw of the digit, in the same units. pictures: (n, field, field[, 3]) uint8 as in MemoryTiles.
    muted memories never answer and are not among them. taught: (n,) bool.
    """

    slots: Ints
    ids: Ints
    columns: Ints
    distances: Floats
    activations: Floats
    associations: Floats
    patterns: Floats
    fields: Floats
    pictures: Bytes
    taught: Flags

    @property
    def votes(self) -> Floats:
        """(n, C): what each memory says for each class."""
        return self.activations[:, None] * self.associations


@dataclass(frozen=True, slots=True, eq=False)
class Explanation:
    """Why the network answers as it does, with the memories as they were after digit `at`.

    label: the true class, None for a drawing. source: index in the training or, where `held_out`,
    in the test digits; -1 for a drawing. digit: number in the stream when it was seen there, else 0.
    said: what was answered then, None where it was not seen.
    """

    request: int
    at: int
    percept: Percept
    label: int | None
    source: int
    held_out: bool
    digit: int
    said: int | None
    layers: tuple[LayerReasons, ...]

    @property
    def votes(self) -> Floats:
        """(C,) float32: the votes of all memories together, of which softmax makes probabilities."""
        total: Floats = sum(layer.votes.sum(axis=0) for layer in self.layers)
        return total


@dataclass(frozen=True, slots=True, eq=False)
class Flip:
    """What would have to be silent for the answer to change: found by silencing, one after the other,
    whichever memory speaks most for the answer against the runner-up.

    layers, slots, ids: (n,) int64, in that order. pictures: one of each, (field, field[, 3]) uint8 as
    in MemoryTiles; some of them answer only once others are silent, and are in no explanation.
    answer: what would be said then; None where nothing changed it, or more than `limit` memories would
    have had to be silent.
    """

    request: int
    layers: Ints
    slots: Ints
    ids: Ints
    pictures: tuple[Bytes, ...]
    answer: int | None
    limit: int


@dataclass(frozen=True, slots=True, eq=False)
class Likeness:
    """How far the memories of a layer are from a digit: slots (n,) int64, distances (n,) float32,
    each to what its own column sees."""

    request: int
    layer: int
    slots: Ints
    distances: Floats


@dataclass(frozen=True, slots=True, eq=False)
class Variations:
    """Answers to several images at once: probabilities (n, C) float32."""

    request: int
    probabilities: Floats


@dataclass(frozen=True, slots=True, eq=False)
class DigitList:
    """Some digits of a data set: at most as many as are worth showing, newest first, of `total`.

    sources, digits (number in the stream, 0 for held-out ones), labels, answers: (n,) int64.
    images: (n, side, side[, 3]) uint8. votes: (n,) float32, of the memory they were collected for, or 0.
    """

    total: int
    sources: Ints
    digits: Ints
    labels: Ints
    answers: Ints
    images: Bytes
    votes: Floats


@dataclass(frozen=True, slots=True, eq=False)
class CellDigits:
    """The digits in a cell of the confusion matrix: labelled `label` and answered `answer`.

    seen: while learning, each before it was learned. held_out: in the last held-out test, of
    `tested` digits, at digit `tested_at`; empty before the first.
    """

    request: int
    label: int
    answer: int
    seen: DigitList
    held_out: DigitList
    tested: int
    tested_at: int


@dataclass(frozen=True, slots=True, eq=False)
class Ablation:
    """Held-out accuracy with and without some memories.

    text: what was silenced or deleted, in words. with_them, without_them: accuracy in [0, 1] on
    `size` held-out digits, with everything else as it was after digit `at`. flips: the digits whose
    answer differs; `labels` are true, `answers` without them, `said_with` (n,) int64 with them.
    lost, gained: how many of all are wrong, and right, only without them.
    """

    request: int
    text: str
    layer: int
    ids: Ints
    at: int
    size: int
    with_them: float
    without_them: float
    flips: DigitList
    said_with: Ints
    lost: int
    gained: int


@dataclass(frozen=True, slots=True, eq=False)
class Trace:
    """Among the last `looked` digits seen, those that a memory voted on, as it would vote now.

    right: answered right, and it spoke for the label. wrong: answered wrongly, and it spoke for the
    wrong answer. Newest first; `votes` are its votes for the answer given.
    """

    request: int
    layer: int
    id: int
    looked: int
    right: DigitList
    wrong: DigitList


@dataclass(frozen=True, slots=True, eq=False)
class Projection:
    """The memories of a layer on a plane where nearness means likeness.

    slots, ids: (n,) int64. places: (n, 2) float32 in [0, 1]. kept: share of the variance that the
    plane shows, in [0, 1]. at: digits seen when it was computed.
    """

    request: int
    layer: int
    at: int
    slots: Ints
    ids: Ints
    places: Floats
    kept: float


@dataclass(frozen=True, slots=True, eq=False)
class Hint:
    """Something about the memories that one may want to act on.

    kind: "full", "duplicates", "dead", "starving" or "plasticity". title: a few words. why: two
    sentences with the figures. remedy: what Apply would do, undoably; None where only advice helps.
    remedy_text: the label of the button. layer: None where it concerns none. ids: memories meant.
    """

    kind: str
    title: str
    why: str
    remedy: Command | None
    remedy_text: str
    layer: int | None
    ids: Ints


@dataclass(frozen=True, slots=True, eq=False)
class Diagnosis:
    """The hints at digit `at`, most urgent first; none is good news."""

    request: int
    at: int
    hints: tuple[Hint, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Taken:
    """The whole run, copied; its arrays are never written again."""

    request: int
    snapshot: Snapshot


@dataclass(frozen=True, slots=True, eq=False)
class Page:
    """What changed in a layer's memories until `digit` digits were learned.

    slots: (n,) int64, recruited or changed since the page before. classes: (n,) int64, the class with
    the strongest association. tiles: (n, field, field[, 3]) uint8 as in MemoryTiles. gone: (m,) int64
    slots that hold no memory any more. recent: accuracy over the last 1,000 digits, None before the first.
    memories: in use in this layer.
    """

    digit: int
    slots: Ints
    classes: Ints
    tiles: Bytes
    gone: Ints
    recent: float | None
    memories: int


@dataclass(frozen=True, slots=True, eq=False)
class Growth:
    """How the memories of a layer came to be: pages, oldest first, of which each shows what changed."""

    request: int
    layer: int
    pages: tuple[Page, ...]


@dataclass(frozen=True, slots=True)
class Task:
    """Something that is being computed between bursts. name: in words. done of total, in its own units."""

    id: int
    name: str
    done: int
    total: int


@dataclass(frozen=True, slots=True)
class Edit:
    """A change made by hand. `id` counts up, never reused. undone: it was taken back and can be redone."""

    id: int
    text: str
    undone: bool


@dataclass(frozen=True, slots=True, eq=False)
class Findings:
    """The newest answer of each kind, None before the first and after a new run."""

    explanation: Explanation | None = None
    flip: Flip | None = None
    likeness: Likeness | None = None
    variations: Variations | None = None
    cell: CellDigits | None = None
    ablation: Ablation | None = None
    trace: Trace | None = None
    projection: Projection | None = None
    diagnosis: Diagnosis | None = None
    taken: Taken | None = None
    growth: Growth | None = None
    comparison: Comparison | None = None
