"""What leaves the engine: frozen records holding read-only host arrays.

A frame is built on the engine's thread and read on the window's. Every array in it is a copy that
nobody writes again (`freeze`), so neither side needs a lock.

Memories are addressed by *slot*: flat index `column * capacity + position` within a layer. A slot
may be used again one day; a memory's `id` never is.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from engine.arrays import Bytes, Flags, Floats, Ints
from engine.config import NetworkConfig
from engine.findings import Edit, Findings, Task
from engine.percept import Percept

RECRUITED, REFINED = 1, 2
"""Kinds of memory write, as they stand in `MemoryTiles.kinds`; 0 means shown without a write."""


class RunState(Enum):
    LOADING = "loading"
    PAUSED = "paused"
    PLAYING = "playing"
    FINISHED = "finished"  # every digit of the stream has been seen
    FAILED = "failed"  # the engine stopped on an error; what was learned is kept and can be saved


@dataclass(frozen=True, slots=True, eq=False)
class LayerInfo:
    """A layer's fixed geometry.

    rows, columns: the grid of receptive fields (1 × 1 for whole digits).
    origins: (P, 2) int64, top-left pixel (row, column) of each field.
    """

    name: str
    field: int
    stride: int
    rows: int
    columns: int
    capacity: int
    winners: int
    origins: Ints

    @property
    def fields(self) -> int:
        """P, the number of columns."""
        return self.rows * self.columns

    @property
    def whole(self) -> bool:
        """Does this layer hold whole digits?"""
        return self.fields == 1


@dataclass(frozen=True, slots=True, eq=False)
class NetworkInfo:
    """What stays the same for a whole run, but for classes that are added by hand. `run` goes up with
    every reset, preset change or open."""

    run: int
    config: NetworkConfig
    seed: int
    data: str
    class_names: tuple[str, ...]
    layers: tuple[LayerInfo, ...]

    @property
    def classes(self) -> int:
        return len(self.class_names)


@dataclass(frozen=True, slots=True, eq=False)
class Trial:
    """The digit last streamed: what it was, what was said. `digit` counts from 1; `source` is its
    index in the data set."""

    digit: int
    source: int
    label: int
    percept: Percept

    @property
    def correct(self) -> bool:
        return self.percept.answer == self.label

    @property
    def surprise(self) -> float:
        """1 − probability given to the true label."""
        return 1.0 - float(self.percept.probabilities[self.label])


@dataclass(frozen=True, slots=True, eq=False)
class Mistake:
    """A digit answered wrongly while learning. image: (side, side[, 3]) uint8."""

    digit: int
    source: int
    image: Bytes
    label: int
    answer: int


@dataclass(frozen=True, slots=True, eq=False)
class MemoryTiles:
    """Pictures of memories of the watched layer, written since the frame before.

    complete: these are all memories in use (after a reset, or when another layer is watched), so
    throw away what was shown before. slots: (n,) int64. kinds: (n,) uint8, 0, RECRUITED or
    REFINED. tiles: (n, field, field[, 3]) uint8, 0 is no ink, 255 full ink.
    """

    layer: int
    complete: bool
    slots: Ints
    kinds: Bytes
    tiles: Bytes


@dataclass(frozen=True, slots=True, eq=False)
class Catalogue:
    """Facts about every memory in use of the watched layer, sent a few times a second.

    All (n,), in order of `slots`, int64 unless said otherwise: classes (the class with the strongest
    association), wins (fields or digits it was nearest to), births (digit number when recruited),
    sources (index in the data set of the digit it was recruited from, negative for drawings).
    usefulness (float32): its votes for the right class less those for the others, as far as they
    were expected, summed over the digits it answered before they were learned. taught, muted (bool).
    """

    layer: int
    slots: Ints
    ids: Ints
    classes: Ints
    wins: Ints
    births: Ints
    sources: Ints
    usefulness: Floats
    taught: Flags
    muted: Flags


@dataclass(frozen=True, slots=True, eq=False)
class Neighbours:
    """The memories of the same column nearest to one of them, nearest first.

    slots, ids, classes: (n,) int64. distances: (n,) float32. pictures: (n, field, field[, 3]) uint8.
    """

    slots: Ints
    ids: Ints
    classes: Ints
    distances: Floats
    pictures: Bytes


@dataclass(frozen=True, slots=True, eq=False)
class Inspection:
    """The memory that was asked for with `Inspect`.

    pattern: (field, field[, 3]) uint8 as in MemoryTiles. source_image: (side, side[, 3]) uint8,
    the digit or drawing it was recruited from. association: (C,) float32 weights to the classes.
    origin: top-left pixel (row, column) of its receptive field. first: its picture when it was
    recruited. drift: (field, field[, 3]) float32, now less first, in the units that are compared.
    usefulness: as in Catalogue.
    """

    layer: int
    slot: int
    id: int
    column: int
    origin: tuple[int, int]
    pattern: Bytes
    source_image: Bytes
    source: int
    birth: int
    wins: int
    association: Floats
    first: Bytes
    drift: Floats
    usefulness: float
    taught: bool
    muted: bool
    neighbours: Neighbours


@dataclass(frozen=True, slots=True, eq=False)
class Curves:
    """The run so far, one point a burst. All (n,), growing.

    digits int64; prequential, recent (over the last 1,000 digits) float32 in [0, 1]; memories
    int64; novelty_rate float32: share of the last 1,000 digits that recruited at least one memory.
    test_digits (m,) int64, test_accuracy (m,) float32, test_sizes (m,) int64: held-out tests.
    """

    digits: Ints
    prequential: Floats
    recent: Floats
    memories: Ints
    novelty_rate: Floats
    test_digits: Ints
    test_accuracy: Floats
    test_sizes: Ints


@dataclass(frozen=True, slots=True, eq=False)
class Score:
    """How it is doing now. Accuracies are in [0, 1] and None before the first digit.

    confusion: (C, C) int64, rows are labels, columns answers, over all digits seen.
    memories: memories in use, a number for each layer.
    """

    seen: int
    correct: int
    prequential: float | None
    recent: float | None
    novelty_rate: float | None
    confusion: Ints
    memories: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class HeldOut:
    """The held-out test. running: one is being measured (`done` of `total` digits, on the memories
    as they were at digit `at`). accuracy: the last finished one, measured on `size` digits."""

    running: bool
    done: int
    total: int
    at: int
    accuracy: float | None
    accuracy_at: int
    size: int


@dataclass(frozen=True, slots=True, eq=False)
class Raster:
    """The last digits (≤ 200, oldest first) × columns of the layer with the most columns.

    novelty, agreement: (n, P) float32; agreement is each column's vote for the answer given.
    first: digit number of the first row.
    """

    layer: int
    first: int
    novelty: Floats
    agreement: Floats


@dataclass(frozen=True, slots=True, eq=False)
class Drawing:
    """The answer to `Classify`; `request` is the number that the command carried."""

    request: int
    percept: Percept


@dataclass(frozen=True, slots=True)
class Line:
    """One course that the run has taken. It left `parent` after `forked_at` digits (None, 0: the first
    one) and has got to `head`. Ids count up and are never reused."""

    id: int
    name: str
    parent: int | None
    forked_at: int
    head: int


@dataclass(frozen=True, slots=True)
class Moment:
    """Something that happened after `digit` digits of a line, in words."""

    digit: int
    text: str


@dataclass(frozen=True, slots=True, eq=False)
class Track:
    """The line that is shown, from its first digit to its head, and the other lines of the run.

    earliest: the first digit count that can be looked at; above 0 where a snapshot was opened that
    does not hold the way there. recruits: (head,) uint8, memories recruited from each digit
    (255: or more).
    wrong: (head,) bool, was the answer wrong? curve_digits (n,) int64, prequential and recent (n,)
    float32: accuracy on the way to the head. changes: made by hand, by digit. bookmarks: by digit.
    lines: all of them, `line` is the id of the one shown. bytes: memory that keeping all this takes.
    """

    line: int
    head: int
    earliest: int
    recruits: Bytes
    wrong: Flags
    curve_digits: Ints
    prequential: Floats
    recent: Floats
    changes: tuple[Moment, ...]
    bookmarks: tuple[Moment, ...]
    lines: tuple[Line, ...]
    bytes: int


@dataclass(frozen=True, slots=True)
class Notice:
    """A sentence for the user. level: "info", "warning" or "error". `id` counts up."""

    id: int
    level: str
    text: str


@dataclass(frozen=True, slots=True, eq=False)
class Frame:
    """Everything the window shows, as it stands between two bursts.

    speed: digits a second asked for, None is as fast as possible. digits_per_second: measured.
    tiles, catalogue: None when nothing changed. notices: the ones since the frame before.
    saving: a snapshot is being written. failure: what stopped the engine, in state FAILED.
    edits: what was changed by hand, oldest first. findings: answers to what was asked. task: what is
    being computed for one. track: the run so far, the same object while nothing has changed. past: what
    is shown is not the present; `score.seen` says when it was. heading: the digit count that is being
    brought back.
    """

    number: int
    state: RunState
    info: NetworkInfo
    backend: str
    total: int
    speed: float | None
    digits_per_second: float
    score: Score
    curves: Curves
    held_out: HeldOut
    raster: Raster
    mistakes: tuple[Mistake, ...]
    edits: tuple[Edit, ...]
    findings: Findings
    trial: Trial | None = None
    tiles: MemoryTiles | None = None
    catalogue: Catalogue | None = None
    inspection: Inspection | None = None
    drawing: Drawing | None = None
    notices: tuple[Notice, ...] = ()
    task: Task | None = None
    saving: bool = False
    failure: str | None = None
    track: Track | None = None
    past: bool = False
    heading: int | None = None
