"""A snapshot as those read it who write something from it: checked once, named, no session needed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt

from engine.archive import ArchiveError
from engine.arrays import Bytes, Floats, Ints, freeze
from engine.config import NetworkConfig
from engine.frame import Catalogue, Curves, LayerInfo
from engine.observe import layers_of
from engine.pictures import ink
from engine.snapshot import METRICS, Snapshot

Progress = Callable[[int, int], bool]
"""Told how many of how many are done; answers whether to go on."""

LARGEST = 1e9
"""No memory, association or score that was learned comes anywhere near."""
_WHOLE, _REAL, _FLAG = "iu", "f", "b"
_COLUMNS = {
    "ids": _WHOLE,
    "wins": _WHOLE,
    "births": _WHOLE,
    "sources": _WHOLE,
    "usage": _REAL,
    "usefulness": _REAL,
    "squared_norms": _REAL,
    "taught": _FLAG,
    "muted": _FLAG,
}
"""One value a memory, and the kind of NumPy type it has."""


def go_on(done: int, total: int) -> bool:
    """The `Progress` of somebody who does not care."""
    return True


@dataclass(frozen=True, slots=True, eq=False)
class Memories:
    """The n memories of a layer, by slot.

    slots, ids, wins, births, sources, classes (the one with the strongest association): (n,) int64.
    patterns: (n, d) float32. associations: (n, C) float32. usage, usefulness, squared_norms: (n,)
    float32. taught, muted: (n,) bool.
    """

    slots: Ints
    ids: Ints
    classes: Ints
    wins: Ints
    births: Ints
    sources: Ints
    usage: Floats
    usefulness: Floats
    squared_norms: Floats
    taught: npt.NDArray[np.bool_]
    muted: npt.NDArray[np.bool_]
    patterns: Floats
    associations: Floats

    def __len__(self) -> int:
        return len(self.slots)


class Run:
    """What a snapshot holds, under the names that are used for it everywhere.

    config, seed, limit, digits (seen), data_name, data_checksum, class_names, backend: as in the
    snapshot's meta. layers: geometry. confusion: (C, C) int64. curves. mistakes: (m, 4) int64,
    digit, source, label, answer, oldest first. taught_images: (t, side, side[, 3]) uint8.

    Raises ArchiveError with a sentence where the snapshot is not that of a run.
    """

    def __init__(self, snapshot: Snapshot) -> None:
        self.meta = snapshot.meta
        self._arrays = snapshot.arrays
        try:
            self._read(snapshot.meta)
            self._memories = tuple(self._layer(number) for number in range(len(self.layers)))
        except (KeyError, TypeError, ValueError, IndexError, OverflowError, AttributeError) as error:
            reason = f"{error} is missing" if isinstance(error, KeyError) else str(error)
            raise ArchiveError(
                f"The snapshot is damaged: {reason}. Nothing was written; choose another snapshot."
            ) from error

    def _read(self, meta: dict[str, Any]) -> None:
        self.config = NetworkConfig.from_dict(meta["config"])
        self.layers: tuple[LayerInfo, ...] = layers_of(self.config)
        self.seed, self.digits = int(meta["seed"]), int(meta["digits"])
        self.limit = None if meta["limit"] is None else int(meta["limit"])
        self.backend = str(meta["backend"])
        self.data_name, self.data_checksum = str(meta["data"]["name"]), str(meta["data"]["checksum"])
        self.class_names = tuple(str(name) for name in meta["data"]["classes"])
        classes = len(self.class_names)
        self.confusion: Ints = self._array(f"{METRICS}confusion", (classes, classes), _WHOLE).astype(np.int64)
        self.mistakes: Ints = self._array("mistakes", (None, 4), _WHOLE)
        image = (self.config.side,) * 2 + ((3,) if self.config.channels == 3 else ())
        self.taught_images: Bytes = self._array("taught_images", (None, *image), "u")
        if min(self.confusion.min(initial=0), self.mistakes[:, 2:].min(initial=0)) < 0:
            raise ValueError("metrics: counts or classes are negative")
        if self.mistakes[:, 2:].max(initial=0) >= classes:
            raise ValueError(f"mistakes: beyond the {classes} classes")
        self.curves = self._curves()

    def _curves(self) -> Curves:
        columns = {
            name: self._array(
                f"{METRICS}curve_{name}",
                (None,),
                _WHOLE if name in ("digits", "memories", "test_digits", "test_sizes") else _REAL,
            )
            for name in Curves.__slots__
        }
        for names in (tuple(columns)[:5], tuple(columns)[5:]):
            if len({len(columns[name]) for name in names}) != 1:
                raise ValueError(f"curves: {', '.join(names)} are not of one length")
        for name, column in columns.items():
            if column.min(initial=0) < 0 or (column.dtype.kind == "f" and column.max(initial=0) > 1):
                raise ValueError(f"curves: {name} is out of range")
        return Curves(**columns)

    def _layer(self, number: int) -> Memories:
        layer = self.layers[number]
        slots: Ints = self._array(f"{layer.name}_slots", (None,), _WHOLE).astype(np.int64)
        count, pixels = len(slots), layer.field**2 * self.config.channels
        if count and not (
            slots[0] >= 0 and slots[-1] < layer.fields * layer.capacity and (np.diff(slots) > 0).all()
        ):
            raise ValueError(f"{layer.name}_slots: not slots of {layer.fields} columns in rising order")
        columns = {
            name: self._array(f"{layer.name}_{name}", (count,), kind) for name, kind in _COLUMNS.items()
        }
        associations = self._array(f"{layer.name}_associations", (count, len(self.class_names)), _REAL)
        patterns = self._array(f"{layer.name}_patterns", (count, pixels), _REAL)
        classes = associations.argmax(axis=1).astype(np.int64)
        return Memories(slots, classes=classes, patterns=patterns, associations=associations, **columns)

    def _array(self, name: str, shape: tuple[int | None, ...], kinds: str) -> npt.NDArray[Any]:
        """An array of that shape (None: any length) and kind; all of its numbers are numbers."""
        array = self._arrays[name]
        fits = array.ndim == len(shape) and all(
            goal in (None, length) for goal, length in zip(shape, array.shape, strict=True)
        )
        if not fits or array.dtype.kind not in kinds:
            raise ValueError(f"{name}: shape {array.shape} of {array.dtype} does not fit")
        if array.dtype.kind == "f" and not (np.abs(array) < LARGEST).all():
            raise ValueError(f"{name}: it holds something that is no number, or far too large a one")
        return array

    @property
    def stem(self) -> str:
        """What file names of this run begin with: "memnet-tiny-seed0-500"."""
        return f"memnet-{self.config.preset}-seed{self.seed}-{self.digits}"

    @cached_property
    def prequential(self) -> float | None:
        """Accuracy over all digits seen, each answered before it was learned."""
        scored = int(self.confusion.sum())
        return int(self.confusion.trace()) / scored if scored else None

    @property
    def last_test(self) -> tuple[int, float, int] | None:
        """The last held-out test: after how many digits, accuracy, on how many digits."""
        curves = self.curves
        if not curves.test_digits.size:
            return None
        return int(curves.test_digits[-1]), float(curves.test_accuracy[-1]), int(curves.test_sizes[-1])

    def layer_called(self, name: str) -> int:
        """The number of a layer. Raises ValueError, naming the layers there are."""
        names = [layer.name for layer in self.layers]
        if name not in names:
            raise ValueError(f"There is no layer {name}; choose one of {', '.join(names)}.")
        return names.index(name)

    def memories(self, layer: int) -> Memories:
        """The memories of the layer of that number."""
        return self._memories[layer]

    @property
    def count(self) -> int:
        """Memories in all layers."""
        return sum(len(memories) for memories in self._memories)

    def catalogue(self, layer: int) -> Catalogue:
        """The facts about a layer's memories, as frames have them."""
        own = self._memories[layer]
        facts = (own.ids, own.classes, own.wins, own.births, own.sources)
        return Catalogue(layer, own.slots, *facts, own.usefulness, own.taught, own.muted)

    def pictures(self, layer: int, rows: Ints | slice = slice(None)) -> Bytes:
        """Memories as pictures, (n, field, field[, 3]) uint8, 0 is no ink. rows: those of `memories`."""
        config = self.config.layers[layer]
        patterns = self._memories[layer].patterns[rows]
        return freeze(ink(patterns.astype(np.float32, copy=False), config.field, centred=config.centred))
