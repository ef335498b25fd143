"""States of a run on the way, kept so that they share what has not changed between them.

A pattern and the facts about it change seldom once a memory is there; associations, usage and wins
change with every digit. So the first are written into a book, a row each time they change, and a
keyframe says which row each of its memories had; the others it copies. Restored, it is bit for bit
the state that was kept.
"""

from __future__ import annotations

import copy
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields
from typing import Any

import numpy as np
import numpy.typing as npt

from engine.arrays import Bytes, Flags, Floats, Ints
from engine.config import NetworkConfig
from engine.edits import EditsState
from engine.frame import Mistake
from engine.memory import LayerMemory
from engine.metrics import Metrics
from engine.network import MemoryNetwork
from engine.session import Session
from engine.store import Rows


@dataclass(frozen=True, slots=True, eq=False)
class _Entries:
    """m rows of a book: patterns (m, d + 2) float32 as stored; ids, births, sources (m,) int64; taught,
    muted (m,) bool."""

    patterns: Floats
    ids: Ints
    births: Ints
    sources: Ints
    taught: Flags
    muted: Flags

    def select(self, rows: Ints) -> _Entries:
        return _Entries(*(getattr(self, field.name)[rows] for field in fields(self)))

    def room(self, count: int) -> _Entries:
        """As many rows of this kind, to be filled."""
        kinds = (getattr(self, field.name) for field in fields(self))
        return _Entries(*(np.empty((count, *kind.shape[1:]), kind.dtype) for kind in kinds))

    def put(self, places: Ints, other: _Entries, rows: Ints) -> None:
        """Copy rows of others to these places."""
        for field in fields(self):
            getattr(self, field.name)[places] = getattr(other, field.name)[rows]

    @property
    def nbytes(self) -> int:
        return sum(getattr(self, field.name).nbytes for field in fields(self))


class Book:
    """What was written into the slots of one layer, version by version, in numbered rows.

    layer: the memories of this layer are meant, wherever they are.
    """

    def __init__(self, layer: LayerMemory) -> None:
        nothing = np.zeros(0, np.int64)
        self._blank = _entries(layer.rows(nothing, nothing))
        self._pages: dict[int, tuple[Ints, _Entries]] = {}
        """By the number of the first row: which rows, counted from there, are kept, and what is in them."""
        self._count = 0
        self.nbytes = 0

    def copy(self) -> Book:
        """The same rows under the same numbers; what is forgotten here stays there."""
        twin = copy.copy(self)
        twin._pages = self._pages.copy()
        return twin

    def add(self, rows: Rows) -> Ints:
        """Write m slots down; returns the numbers of their rows, (m,)."""
        numbers = np.arange(len(rows.ids))
        if len(numbers):
            self._write(self._count, numbers, _entries(rows))
        first, self._count = self._count, self._count + len(numbers)
        return numbers + first

    def read(self, numbers: Ints) -> _Entries:
        """Rows by their numbers, in this order."""
        starts = np.array(list(self._pages), np.int64)
        pages = np.searchsorted(starts, numbers, side="right") - 1
        order = np.argsort(pages, kind="stable")
        bounds = np.searchsorted(pages[order], np.arange(len(starts) + 1))
        together = self._blank.room(len(numbers))
        for start, first, last in zip(starts.tolist(), bounds[:-1], bounds[1:], strict=True):
            if last > first:
                kept, entries = self._pages[start]
                places = order[first:last]
                together.put(places, entries, np.searchsorted(kept, numbers[places] - start))
        return together

    def keep_only(self, numbers: Iterable[npt.NDArray[np.integer[Any]]]) -> None:
        """Forget all rows but these."""
        wanted = np.zeros(self._count, bool)
        for some in numbers:
            wanted[some] = True
        pages, self._pages, self.nbytes = self._pages, {}, 0
        for start, (kept, entries) in pages.items():
            still = wanted[start + kept]
            if still.all():
                self._write(start, kept, entries)
            elif still.any():
                self._write(start, kept[still], entries.select(np.flatnonzero(still)))

    def _write(self, start: int, kept: Ints, entries: _Entries) -> None:
        self._pages[start] = kept, entries
        self.nbytes += kept.nbytes + entries.nbytes


def _entries(rows: Rows) -> _Entries:
    return _Entries(rows.patterns, rows.ids, rows.births, rows.sources, rows.taught, rows.muted)


@dataclass(frozen=True, slots=True, eq=False)
class LayerKeyframe:
    """One layer as it was.

    columns, slots: (n,) int32, where its memories are, by column and slot. numbers: (n,) int32, the
    row of the book that each had. What changes all the time stands dense over the columns' first K'
    slots: associations (P, C, K'), usage, usefulness (P, K') float32, wins (P, K') int64. thresholds:
    (P,) float32.
    """

    columns: npt.NDArray[np.int32]
    slots: npt.NDArray[np.int32]
    numbers: npt.NDArray[np.int32]
    associations: Floats
    usage: Floats
    usefulness: Floats
    wins: Ints
    thresholds: Floats
    settled: bool

    @property
    def nbytes(self) -> int:
        return sum(getattr(self, field.name).nbytes for field in fields(self) if field.name != "settled")

    def rows(self, book: Book) -> Rows:
        """All memories, with everything that was stored in them."""
        columns, slots = self.columns.astype(np.int64), self.slots.astype(np.int64)
        read = book.read(self.numbers.astype(np.int64))
        return Rows(
            columns,
            slots,
            read.patterns,
            self.associations[columns, :, slots],
            self.usage[columns, slots],
            self.usefulness[columns, slots],
            read.ids,
            self.wins[columns, slots],
            read.births,
            read.sources,
            read.taught,
            read.muted,
        )


@dataclass(frozen=True, slots=True, eq=False)
class Keyframe:
    """A run as it was after `seen` digits, of which `learned` were learned.

    changed: by hand, at this digit; to compute what came after from what came before would miss that.
    metrics: as `Metrics.state` gives them. nbytes: of arrays that are this keyframe's own.
    """

    seen: int
    learned: int
    changed: bool
    layers: tuple[LayerKeyframe, ...]
    classes: int
    next_id: int
    config: NetworkConfig
    class_names: tuple[str, ...]
    taught: tuple[Bytes, ...]
    mistakes: tuple[Mistake, ...]
    metrics: dict[str, npt.NDArray[Any]]
    edits: EditsState
    nbytes: int


class Keyframes:
    """Takes keyframes of one session, and puts it back to them.

    Between that, the session's memories may change in any way that `MemoryStore.touched` tells of.
    """

    def __init__(self, session: Session) -> None:
        self._session = session
        self._books = [Book(layer) for layer in session.network.layers]
        self._numbers = [np.zeros(layer.ids.shape, np.int32) for layer in session.network.layers]
        """For each slot, the row of the book that says what is in it, unless it was touched since."""

    @property
    def nbytes(self) -> int:
        """Bytes that keyframes share."""
        return sum(book.nbytes for book in self._books)

    def take(self, edits: EditsState, *, changed: bool = False) -> Keyframe:
        """The session as it is now. changed: by hand, at this digit."""
        session = self._session
        layers, metrics = session.on_device(self._take_layers), session.metrics.state()
        return Keyframe(
            session.seen,
            session.learned,
            changed,
            layers,
            session.network.classes,
            session.network.next_id,
            session.config,
            session.class_names,
            tuple(session.taught),
            tuple(session.mistakes),
            metrics,
            edits,
            sum(layer.nbytes for layer in layers) + sum(array.nbytes for array in metrics.values()),
        )

    def _take_layers(self, network: MemoryNetwork) -> tuple[LayerKeyframe, ...]:
        taken = []
        for layer, book, numbers in zip(network.layers, self._books, self._numbers, strict=True):
            fresh = np.nonzero(layer.touched & (layer.ids > 0))
            numbers[fresh] = book.add(layer.rows(*fresh))
            layer.touched[:] = False
            columns, slots = layer.in_use()
            taken.append(
                LayerKeyframe(
                    columns.astype(np.int32),
                    slots.astype(np.int32),
                    numbers[columns, slots],
                    *layer.lively(),
                    layer.settled,
                )
            )
        return tuple(taken)

    def put_back(self, keyframe: Keyframe) -> None:
        """Make the session what it was. What was streamed and answered since is for the caller to undo."""
        bring_back(self._session, keyframe, self._books)
        for layer, kept, numbers in zip(
            self._session.network.layers, keyframe.layers, self._numbers, strict=True
        ):
            numbers[kept.columns, kept.slots] = kept.numbers
            layer.touched[:] = False

    def books(self) -> tuple[Book, ...]:
        """The layers' books as they are now, for whoever reads on while these forget."""
        return tuple(book.copy() for book in self._books)

    def keep_only(self, keyframes: Iterable[Keyframe]) -> None:
        """Forget what only other keyframes needed."""
        kept = list(keyframes)
        for index, (book, numbers) in enumerate(zip(self._books, self._numbers, strict=True)):
            book.keep_only([numbers.ravel(), *(keyframe.layers[index].numbers for keyframe in kept)])


def bring_back(session: Session, keyframe: Keyframe, books: Sequence[Book]) -> None:
    """Make a session over the same stream what the keyframe's was. books: of its layers."""

    def fill(network: MemoryNetwork) -> None:
        layers = [
            (layer.rows(book), layer.thresholds, layer.settled)
            for layer, book in zip(keyframe.layers, books, strict=True)
        ]
        network.fill(layers, keyframe.classes, keyframe.next_id)

    session.config = keyframe.config
    session.class_names = keyframe.class_names
    session.taught = list(keyframe.taught)
    session.resume(fill, Metrics.restore(keyframe.metrics), keyframe.mistakes, keyframe.learned)
