"""Hand-made frames: what the engine would send, without an engine."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np

from engine.arrays import Floats, freeze
from engine.config import PRESETS, NetworkConfig
from engine.findings import Findings
from engine.frame import (
    RECRUITED,
    Catalogue,
    Curves,
    Frame,
    HeldOut,
    Inspection,
    LayerInfo,
    Line,
    MemoryTiles,
    Mistake,
    Neighbours,
    NetworkInfo,
    Raster,
    RunState,
    Score,
    Track,
    Trial,
)
from engine.percept import LayerResponse, Percept


def digit_image(digit: int, seed: int = 0, side: int = 28) -> Floats:
    """A recognisable stand-in for a handwritten digit: seven segments, jittered. float32 in [0, 1]."""
    segments = ["abcdef", "bc", "abged", "abgcd", "fgbc", "afgcd", "afgedc", "abc", "abcdefg", "abcdfg"][
        digit % 10
    ]
    rng = np.random.default_rng(seed)
    image = np.zeros((side, side), np.float32)
    top, left = side // 7 + int(rng.integers(0, 2)), side // 3 + int(rng.integers(-1, 2))
    height, width, thick = side // 3, side // 3, 2
    bars = {
        "a": (top, left, thick, width),
        "g": (top + height, left, thick, width),
        "d": (top + 2 * height - 1, left, thick, width),
        "f": (top, left, height, thick),
        "b": (top, left + width - thick, height, thick),
        "e": (top + height, left, height, thick),
        "c": (top + height, left + width - thick, height, thick),
    }
    for segment in segments:
        row, column, rows, columns = bars[segment]
        image[row : row + rows, column : column + columns] = 0.85 + 0.15 * rng.random()
    return freeze(image)


def make_info(config: NetworkConfig = PRESETS["complementary"], run: int = 1) -> NetworkInfo:
    layers = []
    for layer in config.layers:
        n = layer.grid(config.side)
        origins = np.array(
            [(r * layer.stride, c * layer.stride) for r in range(n) for c in range(n)], np.int64
        )
        layers.append(
            LayerInfo(
                layer.name, layer.field, layer.stride, n, n, layer.capacity, layer.winners, freeze(origins)
            )
        )
    names = tuple(str(number) for number in range(config.classes))
    return NetworkInfo(run, config, 0, "MNIST", names, tuple(layers))


def make_percept(info: NetworkInfo, answer: int = 4, confidence: float = 0.9, seed: int = 0) -> Percept:
    rng = np.random.default_rng(seed)
    rest = rng.random(info.classes).astype(np.float32)
    rest[answer] = 0
    probabilities = rest / rest.sum() * np.float32(1 - confidence)
    probabilities[answer] = confidence
    responses = []
    for layer in info.layers:
        novelty = rng.random(layer.fields, np.float32)
        votes = rng.normal(0, 0.1, (layer.fields, info.classes)).astype(np.float32)
        votes[:, answer] += 0.2
        winners = rng.integers(0, layer.capacity, (layer.fields, layer.winners)) + (
            np.arange(layer.fields)[:, None] * layer.capacity
        )
        distances = np.sort(rng.random((layer.fields, layer.winners), np.float32), axis=1)
        activations = (1 - distances) / (1 - distances).sum(1, keepdims=True)
        responses.append(
            LayerResponse(
                freeze(novelty), freeze(votes), freeze(winners), freeze(distances), freeze(activations)
            )
        )
    return Percept(digit_image(answer, seed, info.config.side), freeze(probabilities), tuple(responses))


def make_trial(
    info: NetworkInfo, digit: int = 1, label: int = 4, answer: int = 4, confidence: float = 0.9
) -> Trial:
    return Trial(digit, digit * 7 % 60000, label, make_percept(info, answer, confidence, seed=digit))


def make_tiles(
    info: NetworkInfo,
    layer: int = 0,
    count: int = 100,
    kind: int = RECRUITED,
    complete: bool = True,
    start: int = 0,
) -> MemoryTiles:
    """`count` memories: whole digits for a whole layer, cut patches for columns (spread over the columns)."""
    shape = info.layers[layer]
    numbers = np.arange(start, start + count, dtype=np.int64)
    slots = numbers % shape.fields * shape.capacity + numbers // shape.fields
    tiles = np.zeros((count, shape.field, shape.field), np.uint8)
    for row, number in enumerate(numbers):
        top, left = shape.origins[number % shape.fields]
        image = digit_image(int(number) % 10, int(number), info.config.side)
        tiles[row] = image[top : top + shape.field, left : left + shape.field] * 255
    return MemoryTiles(layer, complete, freeze(slots), freeze(np.full(count, kind, np.uint8)), freeze(tiles))


def make_catalogue(info: NetworkInfo, layer: int = 0, count: int = 100) -> Catalogue:
    shape = info.layers[layer]
    numbers = np.arange(count, dtype=np.int64)
    slots = np.sort(numbers % shape.fields * shape.capacity + numbers // shape.fields)
    return Catalogue(
        layer,
        freeze(slots),
        ids=freeze(numbers + 1),
        classes=freeze(numbers % info.classes),
        wins=freeze(1 + numbers * 13 % 97),
        births=freeze(1 + numbers * 3),
        sources=freeze(numbers * 11 % 60000),
        usefulness=freeze(((numbers * 7 % 23) / 10 - 0.5).astype(np.float32)),
        taught=freeze(numbers % 17 == 5),
        muted=freeze(numbers % 19 == 3),
    )


def make_neighbours(info: NetworkInfo, layer: int = 0, column: int = 0, count: int = 8) -> Neighbours:
    """Memories 1 … `count` of a column."""
    shape = info.layers[layer]
    numbers = np.arange(1, count + 1, dtype=np.int64)
    return Neighbours(
        freeze(column * shape.capacity + numbers),
        freeze(100 + numbers),
        freeze(numbers % info.classes),
        freeze((0.2 + 0.05 * numbers).astype(np.float32)),
        make_tiles(info, layer, count).tiles,
    )


def make_inspection(info: NetworkInfo, layer: int = 0, slot: int = 0) -> Inspection:
    shape = info.layers[layer]
    column = slot // shape.capacity
    tiles = make_tiles(info, layer, 1)
    association = np.zeros(info.classes, np.float32)
    association[3], association[5] = 0.8, -0.2
    return Inspection(
        layer,
        slot,
        id=17,
        column=column,
        origin=(int(shape.origins[column, 0]), int(shape.origins[column, 1])),
        pattern=tiles.tiles[0],
        source_image=freeze((digit_image(3) * 255).astype(np.uint8)),
        source=4711,
        birth=321,
        wins=12,
        association=freeze(association),
        first=tiles.tiles[0],
        drift=freeze(np.random.default_rng(3).normal(0, 0.05, tiles.tiles[0].shape).astype(np.float32)),
        usefulness=1.25,
        taught=False,
        muted=False,
        neighbours=make_neighbours(info, layer, column),
    )


def make_curves(points: int = 100, per_point: int = 32, tests: int = 3) -> Curves:
    digits = np.arange(1, points + 1, dtype=np.int64) * per_point
    rise = (1 - np.exp(-digits / 600)).astype(np.float32)
    return Curves(
        freeze(digits),
        freeze(rise * np.float32(0.97)),
        freeze(rise * np.float32(0.985)),
        freeze((17000 * (1 - np.exp(-digits / 9000))).astype(np.int64)),
        freeze(np.exp(-digits / 4000).astype(np.float32)),
        freeze(np.linspace(1, points * per_point, tests).astype(np.int64)),
        freeze(np.linspace(0.8, 0.98, tests).astype(np.float32)),
        freeze(np.full(tests, 1000, np.int64)),
    )


def make_score(info: NetworkInfo, seen: int = 3200) -> Score:
    rng = np.random.default_rng(1)
    confusion = np.diag(np.full(info.classes, seen // info.classes, np.int64))
    for _ in range(20):
        row, column = rng.integers(0, info.classes, 2)
        if row != column and confusion[row, row] > 0:
            confusion[row, row] -= 1
            confusion[row, column] += 1
    correct = int(np.trace(confusion))
    memories = tuple(min(100, layer.capacity) for layer in info.layers)
    return Score(seen, correct, correct / max(1, seen), 0.97, 0.2, freeze(confusion), memories)


def make_mistakes(count: int = 7) -> tuple[Mistake, ...]:
    return tuple(
        Mistake(
            digit=100 * number + 1,
            source=number,
            image=freeze((digit_image(number % 10, number) * 255).astype(np.uint8)),
            label=number % 10,
            answer=(number + 3) % 10,
        )
        for number in range(count)
    )


def make_raster(info: NetworkInfo, rows: int = 200, first: int = 3001) -> Raster:
    layer = max(range(len(info.layers)), key=lambda number: info.layers[number].fields)
    rng = np.random.default_rng(2)
    fields = info.layers[layer].fields
    return Raster(
        layer,
        first,
        freeze(rng.random((rows, fields), np.float32)),
        freeze(rng.normal(0.1, 0.2, (rows, fields)).astype(np.float32)),
    )


def make_track(head: int = 3200, **changes: Any) -> Track:
    """A line of a run under way, its only one; `changes` replace its fields."""
    rng = np.random.default_rng(4)
    chance = np.exp(-np.arange(head) / 1500)
    curves = make_curves(max(1, head // 32))
    track = Track(
        line=1,
        head=head,
        earliest=0,
        recruits=freeze((rng.random(head) * 50 * chance).astype(np.uint8)),
        wrong=freeze(rng.random(head) < 0.02 + 0.5 * chance),
        curve_digits=curves.digits,
        prequential=curves.prequential,
        recent=curves.recent,
        changes=(),
        bookmarks=(),
        lines=(Line(1, "Run", None, 0, head),),
        bytes=40_000_000,
    )
    return replace(track, **changes)


def make_frame(info: NetworkInfo | None = None, **changes: Any) -> Frame:
    """A frame of a run well under way; `changes` replace its fields."""
    info = info or make_info()
    frame = Frame(
        number=1,
        state=RunState.PLAYING,
        info=info,
        backend="NumPy · 1 thread",
        total=60000,
        speed=None,
        digits_per_second=4180.0,
        score=make_score(info),
        curves=make_curves(),
        held_out=HeldOut(False, 0, 0, 0, 0.971, 3000, 1000),
        raster=make_raster(info),
        mistakes=make_mistakes(),
        edits=(),
        findings=Findings(),
        trial=make_trial(info, 3200, min(4, info.classes - 1), min(4, info.classes - 1)),
        tiles=make_tiles(info),
        catalogue=make_catalogue(info),
        track=make_track(),
    )
    return replace(frame, **changes)


def answered_frame(
    info: NetworkInfo, label: int = 4, answer: int = 4, confidence: float = 0.9, digit: int = 21344
) -> Frame:
    """A frame whose newest digit was answered like this."""
    return make_frame(info, trial=make_trial(info, digit, label, answer, confidence))


def empty_frame(info: NetworkInfo | None = None, **changes: Any) -> Frame:
    """The first frame of a run: ready, paused, nothing seen."""
    info = info or make_info()
    raster = make_raster(info)
    return replace(
        make_frame(
            info,
            state=RunState.PAUSED,
            digits_per_second=0.0,
            score=Score(
                0,
                0,
                None,
                None,
                None,
                freeze(np.zeros((info.classes,) * 2, np.int64)),
                (0,) * len(info.layers),
            ),
            curves=make_curves(0, tests=0),
            held_out=HeldOut(False, 0, 0, 0, None, 0, 0),
            raster=Raster(raster.layer, 1, raster.novelty[:0], raster.agreement[:0]),
            mistakes=(),
            trial=None,
            tiles=make_tiles(info, count=0),
            catalogue=make_catalogue(info, count=0),
        ),
        **changes,
    )
