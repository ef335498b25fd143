"""A snapshot as those read it who write something from it: checked once, named, no session needed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from engine.arrays import Bytes, Floats, Ints, freeze
from engine.config import NetworkConfig
from engine.contents import METRICS
from engine.frame import Catalogue, Curves, LayerInfo
from engine.observe import layers_of
from engine.pictures import ink
from engine.snapshot import Snapshot

Progress = Callable[[int, int], bool]
"""Told how many of how many are done; answers whether to go on."""


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

    config, seed, limit, digits (seen), learned (digits), class_names, backend, versions, bookmarks: as in
    the snapshot's meta; data_name, data_checksum: what it was learned from. layers: geometry. confusion:
    (C, C) int64.
    mistakes: (m, 4) int64, digit, source, label, answer, oldest first. taught_images: (t, side,
    side[, 3]) uint8.
    """

    def __init__(self, snapshot: Snapshot) -> None:
        """snapshot: taken from a session, or read by `Snapshot.read`, which trusts no file."""
        meta, self._arrays = snapshot.meta, snapshot.arrays
        self.config = NetworkConfig.from_dict(meta["config"])
        self.layers: tuple[LayerInfo, ...] = layers_of(self.config)
        self.seed: int = meta["seed"]
        self.limit: int | None = meta["limit"]
        self.digits: int = meta["digits"]
        self.learned: int = meta["digits_learned"]
        self.backend: str = meta["backend"]
        self.versions: dict[str, str | None] = meta["versions"]
        self.bookmarks: list[tuple[int, str]] = [(digit, name) for digit, name in meta["bookmarks"]]
        self.data_name: str = meta["data"]["name"]
        self.data_checksum: str = meta["data"]["checksum"]
        self.class_names: tuple[str, ...] = tuple(meta["data"]["classes"])
        self.confusion: Ints = self._arrays[f"{METRICS}confusion"]
        self.mistakes: Ints = self._arrays["mistakes"]
        self.taught_images: Bytes = self._arrays["taught_images"]
        self.curves = Curves(**{name: self._arrays[f"{METRICS}curve_{name}"] for name in Curves.__slots__})
        self._memories = tuple(self._layer(layer.name) for layer in self.layers)

    def _layer(self, name: str) -> Memories:
        columns = {
            column: self._arrays[f"{name}_{column}"] for column in Memories.__slots__ if column != "classes"
        }
        return Memories(classes=columns["associations"].argmax(axis=1).astype(np.int64), **columns)

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
