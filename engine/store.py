"""What one layer has stored, slot by slot: how it is kept, copied, saved and brought back.

Slots are the last axis everywhere, so that one row of a matrix product runs over a column's
memories: patterns (P, d + 2, K), associations (P, C, K). A pattern m is stored as −2m, ‖m‖², 1,
the factors that make the product with a field its squared distance (see `fields`).
"""

from __future__ import annotations

import copy
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, fields
from typing import Any, Self

import numpy as np
import numpy.typing as npt

from engine.arrays import Flags, Floats, Ints
from engine.backend import Array, Backend
from engine.config import LayerConfig
from engine.fields import ReceptiveFields

FAR = 1e6
"""Squared distance of an unused slot: farther than any memory can be, so it never answers."""
NUMBERS_AT_ONCE = 1 << 22
"""Of patterns that are brought back, so that no second copy of all of them is made."""
SLOT_BLOCK = 32
"""Slots are matched in whole blocks of this many, for the matrix product's sake."""


_FLAGS = ("taught", "muted")
_FACTS = ("ids", "wins", "births", "sources", *_FLAGS)
"""What the host knows of each slot, as `state` and `Rows` name it."""


@dataclass(frozen=True, slots=True, eq=False)
class Rows:
    """n slots of a layer with everything that is stored in them, as host copies.

    columns, slots: (n,) int64. patterns: (n, d + 2) float32, as stored. associations: (n, C)
    float32. usage, usefulness: (n,) float32. ids (0: an unused slot), wins, births, sources: (n,)
    int64. taught, muted: (n,) bool.
    """

    columns: Ints
    slots: Ints
    patterns: Floats
    associations: Floats
    usage: Floats
    usefulness: Floats
    ids: Ints
    wins: Ints
    births: Ints
    sources: Ints
    taught: Flags
    muted: Flags

    def select(self, mask: Flags) -> Rows:
        """Some of the slots; mask: (n,) bool."""
        return Rows(*(getattr(self, field.name)[mask] for field in fields(self)))


class MemoryStore:
    """All columns of one layer, each with room for K memories.

    Host arrays, (P, K): ids (0: unused), wins, births, sources, int64; taught (by hand), muted
    (kept, but silent: as far as an unused slot), touched, bool. (P,) int64: used, memories in use; speaking,
    those of them that are not muted.
    """

    def __init__(self, config: LayerConfig, fields: ReceptiveFields, classes: int, backend: Backend) -> None:
        self.config = config
        self.fields = fields
        self._backend = backend
        xp = backend.xp
        columns, capacity = fields.count, config.capacity
        self.patterns = xp.zeros((columns, fields.pixels + 2, capacity), dtype=xp.float32)
        self.patterns[:, -2, :] = FAR
        self.associations = xp.zeros((columns, classes, capacity), dtype=xp.float32)
        self.usage = xp.zeros((columns, capacity), dtype=xp.float32)
        """u: each memory's running sum of squared activations."""
        self.usefulness = xp.zeros((columns, capacity), dtype=xp.float32)
        """What each memory's votes did for the right answers, see `LayerMemory.adjust`."""
        self.used = np.zeros(columns, np.int64)
        self.speaking = np.zeros(columns, np.int64)
        self.thresholds = xp.ones(columns, dtype=xp.float32)
        """θ² of each column, (P,), in use once the layer is settled."""
        self.settled = False
        self.ids, self.wins, self.births, self.sources = (
            np.zeros((columns, capacity), np.int64) for _ in range(4)
        )
        self.taught, self.muted = (np.zeros((columns, capacity), bool) for _ in range(2))
        self.touched = np.zeros((columns, capacity), bool)
        """Slots whose pattern or facts were written, until whoever copies them says otherwise."""
        self._extent = 0
        """Slots, from the first, that hold all memories of every column."""
        self._holes = False
        """Is there a free slot before a used one in any column?"""

    @property
    def classes(self) -> int:
        return int(self.associations.shape[1])

    @property
    def count(self) -> int:
        """Memories in use."""
        return int(self.used.sum())

    @property
    def reach(self) -> int:
        """Slots that must be looked at to see every memory: a whole number of blocks."""
        blocks = -(-self._extent // SLOT_BLOCK)
        return min(self.config.capacity, max(1, blocks) * SLOT_BLOCK)

    def state(self) -> dict[str, npt.NDArray[Any]]:
        """The n memories in use as host arrays, one row each, by column and slot.

        slots (n,) int64, column · capacity + position. patterns (n, d) float32. squared_norms (n,)
        float32, ‖pattern‖² as it entered the distances. associations (n, C) float32. usage (n,)
        float32 and usefulness (n,) float32. ids, wins, births, sources (n,) int64. taught, muted (n,)
        bool; a muted memory's squared norm is FAR. Of the columns: thresholds (P,) float32, θ², and
        whether they are settled () int64.
        """
        rows = self.rows(*self.in_use())
        return {
            "slots": rows.columns * self.config.capacity + rows.slots,
            "patterns": np.ascontiguousarray(-0.5 * rows.patterns[:, :-2]),
            "squared_norms": np.ascontiguousarray(rows.patterns[:, -2]),
            "associations": rows.associations,
            "usage": rows.usage,
            "usefulness": rows.usefulness,
            "thresholds": self._backend.to_host(self.thresholds),
            "settled": np.array(self.settled, np.int64),
            **{name: getattr(rows, name) for name in _FACTS},
        }

    def restore(self, state: dict[str, npt.NDArray[Any]]) -> None:
        """Take over the memories of `state`. Raises ValueError naming what does not fit."""
        count, pixels = len(self._required(state, "slots", ())), self.fields.pixels
        self._required(state, "associations", (None,))
        for name, shape in (
            ("patterns", (pixels,)),
            ("squared_norms", ()),
            ("usage", ()),
            ("usefulness", ()),
            *((name, ()) for name in _FACTS),
        ):
            kinds = "b" if name in _FLAGS else "iuf"
            if len(self._required(state, name, shape, kinds)) != count:
                raise ValueError(f"{self.config.name}_{name}: {len(state[name])} rows for {count} memories")
        thresholds = self._required(state, "thresholds", ())
        if thresholds.shape != (self.fields.count,) or thresholds.min() <= 0 or "settled" not in state:
            raise ValueError(
                f"{self.config.name}_thresholds: not one for each of {self.fields.count} columns"
            )
        places = state["slots"].astype(np.int64)
        if count and not (
            places[0] >= 0
            and places[-1] < self.fields.count * self.config.capacity
            and (np.diff(places) > 0).all()
        ):
            raise ValueError(
                f"{self.config.name}_slots: not slots of {self.fields.count} columns in rising order"
            )
        if (state["ids"] <= 0).any():
            raise ValueError(f"{self.config.name}_ids: not all above 0")
        self._hold(
            self._parts(state, places),
            state["associations"].shape[1],
            state["thresholds"].astype(np.float32),
            settled=bool(state["settled"]),
        )

    def _parts(self, state: dict[str, npt.NDArray[Any]], places: Ints) -> Iterator[Rows]:
        """The memories of `state` a few at a time: a file may hold very many."""
        columns, slots = np.divmod(places, self.config.capacity)
        size = max(1, NUMBERS_AT_ONCE // (self.fields.pixels + 2))
        for first in range(0, len(places), size):
            part = {name: values[first : first + size] for name, values in state.items() if values.ndim}
            one = np.ones((len(part["slots"]), 1), np.float32)
            patterns = np.concatenate([-2 * part["patterns"], part["squared_norms"][:, None], one], axis=1)
            yield Rows(
                columns[first : first + size],
                slots[first : first + size],
                patterns.astype(np.float32, copy=False),
                part["associations"].astype(np.float32),
                part["usage"].astype(np.float32),
                part["usefulness"].astype(np.float32),
                **{name: part[name].astype(getattr(self, name).dtype) for name in _FACTS},
            )

    def fill(self, rows: Rows, thresholds: Floats, *, settled: bool) -> None:
        """Hold these memories and no others. thresholds: (P,) float32, θ² of the columns."""
        self._hold([rows], rows.associations.shape[1], thresholds, settled=settled)

    def _hold(self, parts: Iterable[Rows], classes: int, thresholds: Floats, *, settled: bool) -> None:
        fresh = self
        if self.ids.any() or self.touched.any():
            fresh = type(self)(self.config, self.fields, classes, self._backend)
        elif classes != self.classes:
            shape = (self.fields.count, classes, self.config.capacity)
            self.associations = self._backend.xp.zeros(shape, dtype=self._backend.xp.float32)
        for rows in parts:
            fresh.put(rows)
        fresh.thresholds = self._backend.to_device(thresholds)
        fresh.settled = settled
        vars(self).update(vars(fresh))

    def _required(
        self, state: dict[str, npt.NDArray[Any]], name: str, shape: tuple[int | None, ...], kinds: str = "iuf"
    ) -> npt.NDArray[Any]:
        if name not in state:
            raise ValueError(f"{self.config.name}_{name}: missing")
        array = state[name]
        fits = array.ndim == len(shape) + 1 and all(
            want in (None, have) for want, have in zip(shape, array.shape[1:], strict=True)
        )
        if not fits or array.dtype.kind not in kinds:
            raise ValueError(f"{self.config.name}_{name}: shape {array.shape} of {array.dtype} does not fit")
        if array.dtype.kind == "f" and not np.isfinite(array).all():
            raise ValueError(f"{self.config.name}_{name}: holds values that are not finite")
        return array

    def in_use(self) -> tuple[Ints, Ints]:
        """Columns and positions (n,) of all memories in use, by column and position."""
        columns, slots = np.nonzero(self.ids)
        return columns, slots

    def find(self, ids: Ints) -> tuple[Ints, Ints]:
        """Columns and positions of the memories with these ids, as many of them as there still are."""
        columns, slots = np.nonzero(np.isin(self.ids, ids[ids > 0]))
        return columns, slots

    def patterns_at(self, columns: Ints, slots: Ints) -> Floats:
        """(n, d) float32: the patterns in these slots."""
        stored = self._backend.to_host(self._backend.gather(self.patterns, columns, slots))
        patterns: Floats = np.float32(-0.5) * stored[:, :-2]
        return patterns

    def rows(self, columns: Ints, slots: Ints) -> Rows:
        """Copies of everything that is stored in these slots."""
        backend, host = self._backend, self._backend.to_host
        return Rows(
            columns,
            slots,
            np.ascontiguousarray(host(backend.gather(self.patterns, columns, slots))),
            np.ascontiguousarray(host(backend.gather(self.associations, columns, slots))),
            host(self.usage)[columns, slots],
            host(self.usefulness)[columns, slots],
            **{name: getattr(self, name)[columns, slots] for name in _FACTS},
        )

    def lively(self) -> tuple[Floats, Floats, Floats, Ints, Floats]:
        """Host copies of what changes with every digit: associations (P, C, K'), usage, usefulness, wins
        (P, K'), dense over the first K' = `reach` slots of each column, and thresholds (P,)."""
        host, reach = self._backend.to_host, self.reach
        return (
            np.array(host(self.associations[:, :, :reach])),
            np.array(host(self.usage[:, :reach])),
            np.array(host(self.usefulness[:, :reach])),
            self.wins[:, :reach].copy(),
            np.array(host(self.thresholds)),
        )

    def put(self, rows: Rows) -> None:
        """Write slots as they are in `rows`, whatever was there; the inverse of `rows`.

        Classes that came since are associated with nothing.
        """
        backend, columns, slots = self._backend, rows.columns, rows.slots
        associations = np.zeros((len(slots), self.classes), np.float32)
        associations[:, : rows.associations.shape[1]] = rows.associations[:, : self.classes]
        backend.scatter(self.patterns, columns, slots, backend.to_device(rows.patterns))
        backend.scatter(self.associations, columns, slots, backend.to_device(associations))
        for name in ("usage", "usefulness"):
            values = backend.to_host(getattr(self, name)).copy()
            values[columns, slots] = getattr(rows, name)
            setattr(self, name, backend.to_device(values))
        for name in _FACTS:
            getattr(self, name)[columns, slots] = getattr(rows, name)
        self.touched[columns, slots] = True
        self._recount()

    def mute(self, columns: Ints, slots: Ints, muted: bool) -> None:
        """Let the memories in these slots be silent, as far away as an unused one, or speak again."""
        backend = self._backend
        stored = backend.gather(self.patterns, columns, slots)
        norms = self.squared_norms(-0.5 * stored[:, :-2])
        stored[:, -2] = FAR if muted else norms[:, 0]
        backend.scatter(self.patterns, columns, slots, stored)
        self.muted[columns, slots] = muted
        self.touched[columns, slots] = True
        self._recount()

    def squared_norms(self, fields: Array) -> Array:
        """(n, d) fields → (n, 1), as they enter the distances."""
        xp = self._backend.xp
        return xp.sum(fields * fields, axis=1, keepdims=True)

    def blank_rows(self, columns: Ints, slots: Ints) -> Rows:
        """These slots with nothing in them."""
        n = len(slots)
        patterns = np.zeros((n, self.fields.pixels + 2), np.float32)
        patterns[:, -2] = FAR
        nothing, weightless, no = np.zeros(n, np.int64), np.zeros(n, np.float32), np.zeros(n, bool)
        return Rows(
            columns,
            slots,
            patterns,
            np.zeros((n, self.classes), np.float32),
            weightless,
            weightless,
            nothing,
            nothing,
            nothing,
            nothing,
            no,
            no,
        )

    def _recount(self) -> None:
        """Count the memories again after slots were written in any order."""
        in_use = self.ids > 0
        self.used = in_use.sum(axis=1)
        self.speaking = (in_use & ~self.muted).sum(axis=1)
        self._extent = int(np.flatnonzero(in_use.any(axis=0)).max(initial=-1)) + 1
        self._holes = bool((in_use[:, 1:] > in_use[:, :-1]).any())

    def _count(self, columns: Ints, slots: Ints) -> None:
        """Count memories that were written into these free slots."""
        if self._holes:
            self._recount()
            return
        more = np.bincount(columns, minlength=len(self.used))
        self.used += more
        self.speaking += more
        self._extent = max(self._extent, int(slots.max(initial=-1)) + 1)

    def free_slots(self, columns: Ints) -> Ints:
        """A free slot for each of these columns, in their order; one named again gets its next."""
        if not self._holes:
            before = np.concatenate([[0], np.cumsum(np.bincount(columns, minlength=len(self.used)))[:-1]])
            contiguous: Ints = self.used[columns] + np.arange(len(columns)) - before[columns]
            return contiguous
        slots = np.zeros(len(columns), np.int64)
        for column in np.unique(columns):
            mine = columns == column
            slots[mine] = np.flatnonzero(self.ids[column] == 0)[: np.count_nonzero(mine)]
        return slots

    def frozen(self) -> Self:
        """A copy that answers as this one does now; good for perceiving only."""
        twin = copy.copy(self)
        reach = self.reach
        twin.patterns = self._backend.copy(self.patterns[:, :, :reach])
        twin.associations = self._backend.copy(self.associations[:, :, :reach])
        twin.ids, twin.muted = self.ids.copy(), self.muted.copy()
        twin.used, twin.speaking = self.used.copy(), self.speaking.copy()
        twin.thresholds = self._backend.copy(self.thresholds)
        return twin

    def add_class(self) -> None:
        """Room for one more class, with which nothing is associated yet."""
        xp = self._backend.xp
        blank = xp.zeros((self.fields.count, 1, self.config.capacity), dtype=xp.float32)
        self.associations = self._backend.concat([self.associations, blank], axis=1)

    def drop_class(self) -> None:
        """Forget what is associated with the last class, and the class."""
        self.associations = self._backend.copy(self.associations[:, :-1, :])
