"""What one layer has stored, slot by slot: how it is kept, copied, saved and brought back.

Slots are the last axis everywhere, so that one row of a matrix product runs over a column's
memories: patterns (P, d + 2, K), associations (P, C, K). A pattern m is stored as −2m, ‖m‖², 1,
the factors that make the product with a field its squared distance (see `fields`).
"""

from __future__ import annotations

import copy
from typing import Any, Self

import numpy as np
import numpy.typing as npt

from engine.backend import Backend
from engine.config import LayerConfig
from engine.fields import ReceptiveFields
from engine.frame import Ints

FAR = 1e6
"""Squared distance of an unused slot: farther than any memory can be, so it never answers."""
SLOT_BLOCK = 32
"""Slots are matched in whole blocks of this many, for the matrix product's sake."""


class MemoryStore:
    """All columns of one layer, each with room for K memories.

    Host arrays, (P, K) int64: ids (0: unused), wins, births, sources; used: (P,), memories in use.
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
        self.used = np.zeros(columns, np.int64)
        self.thresholds = xp.ones(columns, dtype=xp.float32)
        """θ² of each column, (P,), in use once the layer is settled."""
        self.settled = False
        self.ids, self.wins, self.births, self.sources = (
            np.zeros((columns, capacity), np.int64) for _ in range(4)
        )

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
        blocks = -(-int(self.used.max()) // SLOT_BLOCK)
        return min(self.config.capacity, max(1, blocks) * SLOT_BLOCK)

    def state(self) -> dict[str, npt.NDArray[Any]]:
        """The n memories in use as host arrays, one row each, by column and then by age.

        slots (n,) int64, column · capacity + position. patterns (n, d) float32. squared_norms (n,)
        float32, ‖pattern‖² as it entered the distances. associations (n, C) float32. usage (n,)
        float32. ids, wins, births, sources (n,) int64. Of the columns: thresholds (P,) float32,
        θ², and whether they are settled () int64.
        """
        columns, slots = self.in_use()
        host, gather = self._backend.to_host, self._backend.gather
        rows = host(gather(self.patterns, columns, slots))
        return {
            "slots": columns * self.config.capacity + slots,
            "patterns": np.ascontiguousarray(-0.5 * rows[:, :-2]),
            "squared_norms": np.ascontiguousarray(rows[:, -2]),
            "associations": np.ascontiguousarray(host(gather(self.associations, columns, slots))),
            "usage": host(self.usage)[columns, slots],
            "thresholds": host(self.thresholds),
            "settled": np.array(self.settled, np.int64),
            **{name: getattr(self, name)[columns, slots] for name in ("ids", "wins", "births", "sources")},
        }

    def restore(self, state: dict[str, npt.NDArray[Any]]) -> None:
        """Take over the memories of `state`. Raises ValueError naming what does not fit."""
        count, pixels = len(self._required(state, "slots", ())), self.fields.pixels
        classes = self._required(state, "associations", (None,)).shape[1]
        for name, shape in (
            ("patterns", (pixels,)),
            ("squared_norms", ()),
            ("usage", ()),
            *((name, ()) for name in ("ids", "wins", "births", "sources")),
        ):
            if len(self._required(state, name, shape)) != count:
                raise ValueError(f"{self.config.name}_{name}: {len(state[name])} rows for {count} memories")
        thresholds = self._required(state, "thresholds", ())
        if thresholds.shape != (self.fields.count,) or thresholds.min() <= 0 or "settled" not in state:
            raise ValueError(
                f"{self.config.name}_thresholds: not one for each of {self.fields.count} columns"
            )
        columns, slots = np.divmod(state["slots"].astype(np.int64), self.config.capacity)
        used = np.bincount(columns[columns >= 0], minlength=self.fields.count)
        if len(used) != self.fields.count or not np.array_equal(
            state["slots"],
            np.concatenate([np.arange(n) + c * self.config.capacity for c, n in enumerate(used)]),
        ):
            raise ValueError(f"{self.config.name}_slots: not the first slots of {self.fields.count} columns")
        fresh = type(self)(self.config, self.fields, classes, self._backend)
        rows = np.concatenate(
            [-2 * state["patterns"], state["squared_norms"][:, None], np.ones((count, 1), np.float32)], axis=1
        ).astype(np.float32)
        to_device, scatter = self._backend.to_device, self._backend.scatter
        scatter(fresh.patterns, columns, slots, to_device(rows))
        scatter(fresh.associations, columns, slots, to_device(state["associations"].astype(np.float32)))
        usage = np.zeros(fresh.usage.shape, np.float32)
        usage[columns, slots] = state["usage"]
        fresh.usage = to_device(usage)
        for name in ("ids", "wins", "births", "sources"):
            getattr(fresh, name)[columns, slots] = state[name]
        fresh.used = used
        fresh.thresholds = to_device(state["thresholds"].astype(np.float32))
        fresh.settled = bool(state["settled"])
        vars(self).update(vars(fresh))

    def _required(
        self, state: dict[str, npt.NDArray[Any]], name: str, shape: tuple[int | None, ...]
    ) -> npt.NDArray[Any]:
        if name not in state:
            raise ValueError(f"{self.config.name}_{name}: missing")
        array = state[name]
        fits = array.ndim == len(shape) + 1 and all(
            want in (None, have) for want, have in zip(shape, array.shape[1:], strict=True)
        )
        if not fits or array.dtype.kind not in "iuf":
            raise ValueError(f"{self.config.name}_{name}: shape {array.shape} of {array.dtype} does not fit")
        if array.dtype.kind == "f" and not np.isfinite(array).all():
            raise ValueError(f"{self.config.name}_{name}: holds values that are not finite")
        return array

    def in_use(self) -> tuple[Ints, Ints]:
        """Columns and positions (n,) of all memories in use, by column and then by age."""
        columns, slots = np.nonzero(np.arange(self.config.capacity) < self.used[:, None])
        return columns, slots

    def frozen(self) -> Self:
        """A copy that answers as this one does now; good for perceiving only."""
        twin = copy.copy(self)
        reach = self.reach
        twin.patterns = self._backend.copy(self.patterns[:, :, :reach])
        twin.associations = self._backend.copy(self.associations[:, :, :reach])
        twin.used = self.used.copy()
        twin.thresholds = self._backend.copy(self.thresholds)
        return twin

    def add_class(self) -> None:
        """Room for one more class, with which nothing is associated yet."""
        xp = self._backend.xp
        blank = xp.zeros((self.fields.count, 1, self.config.capacity), dtype=xp.float32)
        self.associations = self._backend.concat([self.associations, blank], axis=1)
