"""Mosaics made by hand, for the tests that look at them."""

from __future__ import annotations

import numpy as np

from engine.arrays import Bytes, Ints, freeze
from engine.frame import Catalogue, LayerInfo, MemoryTiles
from memnet_gui.mosaic import Mosaic, Window
from memnet_gui.mosaic_atlas import Scale
from memnet_gui.mosaic_order import Choice
from tests.gui.frames import make_info

INFO = make_info()
WHOLE, COLUMNS = INFO.layers


def tiles_of(
    layer: LayerInfo, slots: Ints, *, kind: int = 0, complete: bool = False, seed: int = 0
) -> MemoryTiles:
    rng = np.random.default_rng(seed)
    pictures = rng.integers(0, 256, (slots.size, layer.field, layer.field)).astype(np.uint8)
    kinds = np.full(slots.size, kind, np.uint8)
    return MemoryTiles(
        INFO.layers.index(layer), complete, freeze(slots.copy()), freeze(kinds), freeze(pictures)
    )


def catalogue_of(layer: LayerInfo, slots: Ints, seed: int = 0) -> Catalogue:
    rng = np.random.default_rng(seed)
    count = slots.size
    columns = (
        rng.permutation(count) + 1,
        rng.integers(0, 10, count),
        rng.integers(1, 50, count),
        rng.integers(1, 60000, count),
        rng.integers(0, 60000, count),
    )
    return Catalogue(
        INFO.layers.index(layer),
        slots,
        *(column.astype(np.int64) for column in columns),
        usefulness=rng.normal(0, 1, count).astype(np.float32),
        taught=rng.random(count) < 0.05,
        muted=rng.random(count) < 0.05,
    )


def filled(layer: LayerInfo, slots: Ints, choice: Choice | None = None) -> Mosaic:
    mosaic = Mosaic(layer, choice)
    mosaic.take_tiles(tiles_of(layer, slots, complete=True))
    mosaic.take_catalogue(catalogue_of(layer, slots))
    while mosaic.waiting:
        mosaic.step(0.0)
    mosaic.step(0.0)
    return mosaic


def picture(mosaic: Mosaic, scale: Scale, width: int = 200, height: int = 120) -> Bytes:
    canvas = np.zeros((height, width), np.uint8)
    mosaic.compose(Window(mosaic.plan(scale, width), scale, 0, 0, width, height), canvas)
    return canvas


def shown(mosaic: Mosaic) -> list[int]:
    return [slot for position in range(20_000) if (slot := mosaic.slot(position)) >= 0]
