"""Hand-made comparisons: what the engine would find between two states of memories."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np

from engine.arrays import Ints, freeze
from engine.differences import Comparison, LayerDifference, MemoryList, MemoryPairs, RunFacts
from engine.findings import DigitList
from engine.frame import Curves, LayerInfo, NetworkInfo
from tests.gui.frames import digit_image, make_curves, make_info, make_tiles

TESTED = 10_000


def make_run_facts(info: NetworkInfo, name: str, digits: int = 3200, **changes: Any) -> RunFacts:
    facts = RunFacts(
        name=name,
        preset=info.config.preset,
        seed=info.seed,
        digits=digits,
        prequential=0.921,
        recent=0.948,
        curves=make_curves(digits // 32),
        class_names=info.class_names,
        layers=tuple(layer.name for layer in info.layers),
        memories=tuple(400 * (number + 1) for number in range(len(info.layers))),
        taught=0,
        muted=0,
    )
    return replace(facts, **changes)


def _ahead(points: int) -> Curves:
    """Curves of a run that does better in its second half."""
    curves = make_curves(points)
    late = curves.digits > curves.digits[-1] // 2
    return replace(curves, recent=freeze((curves.recent + 0.01 * late).astype(np.float32)))


def make_memory_list(info: NetworkInfo, layer: int = 0, total: int = 12, start: int = 0) -> MemoryList:
    """The first 60 at most of `total` memories of a layer."""
    count = min(total, 60)
    tiles = make_tiles(info, layer, count, start=start)
    numbers = start + np.arange(count, dtype=np.int64)
    return MemoryList(
        total=total,
        slots=tiles.slots,
        ids=freeze(numbers + 1),
        columns=freeze(tiles.slots // info.layers[layer].capacity),
        classes=freeze(numbers % info.classes),
        births=freeze(1 + numbers * 3),
        wins=freeze(1 + numbers * 13 % 97),
        sources=freeze(numbers * 11),
        taught=freeze(numbers % 7 == 2),
        muted=freeze(numbers % 11 == 3),
        pictures=tiles.tiles,
    )


def make_pairs(info: NetworkInfo, layer: int = 0, total: int = 30) -> MemoryPairs:
    a, b = make_memory_list(info, layer, total), make_memory_list(info, layer, total, start=100)
    strength = np.linspace(0.6, 0.1, len(a.ids)).astype(np.float32)
    return MemoryPairs(a, b, freeze(strength), freeze(strength / 3))


def make_layer_difference(
    info: NetworkInfo,
    layer: int = 0,
    same: int = 500,
    alone: tuple[int, int] = (12, 90),
    drifted: int = 30,
    reassociated: int = 200,
    problem: str = "",
) -> LayerDifference:
    """alone: only in A, only in B."""
    shape: LayerInfo = info.layers[layer]
    return LayerDifference(
        shape.name,
        problem,
        same,
        make_memory_list(info, layer, alone[0]),
        make_memory_list(info, layer, alone[1], start=200),
        make_pairs(info, layer, drifted),
        make_pairs(info, layer, reassociated),
    )


def make_disagreements(only_a: int, only_b: int, neither: int) -> tuple[DigitList, Ints]:
    """Digits labelled 4 (and where neither is right, 5) that one calls so and the other 9; A's answers."""
    count = only_a + only_b + neither
    labels = np.repeat([4, 4, 5], [only_a, only_b, neither])
    said_a = np.repeat([4, 9, 4], [only_a, only_b, neither])
    said_b = np.repeat([9, 4, 9], [only_a, only_b, neither])
    images = [(digit_image(int(label), number) * 255).astype(np.uint8) for number, label in enumerate(labels)]
    digits = DigitList(
        total=count,
        sources=freeze(np.arange(count, dtype=np.int64) * 17),
        digits=freeze(np.zeros(count, np.int64)),
        labels=freeze(labels.astype(np.int64)),
        answers=freeze(said_b.astype(np.int64)),
        images=freeze(np.stack(images) if count else np.zeros((0, 28, 28), np.uint8)),
        votes=freeze(np.zeros(count, np.float32)),
    )
    return digits, freeze(said_a.astype(np.int64))


def make_comparison(
    info: NetworkInfo | None = None,
    request: int = 1,
    only_a: int = 15,
    only_b: int = 57,
    neither: int = 8,
    **changes: Any,
) -> Comparison:
    """A run and the same one later, of which B is better where 4 and 9 are told apart; `changes`
    replace its fields."""
    info = info or make_info()
    right = TESTED - 300
    digits, said_a = make_disagreements(only_a, only_b, neither)
    wrong = TESTED - right - only_a - only_b
    confusion = np.diag(np.full(info.classes, right // info.classes, np.int64))
    confusion[5, 3] = wrong - neither
    confusion[5, 4], confusion[4, 9] = neither, only_b
    confusion[4, 4] += only_a
    other = confusion.copy()
    other[4, 4] += only_b - only_a
    other[4, 9] += only_a - only_b
    other[5, 4], other[5, 9] = 0, neither
    comparison = Comparison(
        request,
        make_run_facts(info, "Run"),
        make_run_facts(info, "Branch 1", 4800, curves=_ahead(150), prequential=0.936, taught=50, muted=3),
        info.class_names,
        tuple(make_layer_difference(info, number) for number in range(len(info.layers))),
        tested=TESTED,
        both_right=right,
        only_a_right=only_a,
        only_b_right=only_b,
        both_wrong=wrong,
        p_value=6.5e-07,
        confusion_a=freeze(confusion),
        confusion_b=freeze(other),
        disagreements=digits,
        said_a=said_a,
    )
    return replace(comparison, **changes)
