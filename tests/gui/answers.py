"""Hand-made findings: what the engine would answer to what the window asks."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from engine.arrays import freeze
from engine.commands import Delete
from engine.findings import (
    Ablation,
    CellDigits,
    Diagnosis,
    DigitList,
    Edit,
    Explanation,
    Flip,
    Hint,
    LayerReasons,
    Likeness,
    Projection,
    Trace,
    Variations,
)
from engine.frame import NetworkInfo
from tests.gui.frames import digit_image, make_catalogue, make_percept


def make_reasons(info: NetworkInfo, layer: int, answer: int, seed: int = 0) -> LayerReasons:
    """As many memories as win answered in every column; those of the answer's class speak loudest."""
    shape = info.layers[layer]
    rng = np.random.default_rng(seed)
    per_column, fields = shape.winners, shape.fields
    n, pixels = per_column * fields, shape.field**2
    columns = np.repeat(np.arange(fields, dtype=np.int64), per_column)
    slots = columns * shape.capacity + np.tile(np.arange(per_column), fields)
    distances = np.sort(rng.random((fields, per_column), np.float32), axis=1)
    activations = (1.1 - distances) / (1.1 - distances).sum(1, keepdims=True)
    associations = rng.normal(0, 0.05, (n, info.classes)).astype(np.float32)
    classes = np.where(rng.random(n) < 0.7, answer, (answer + 5) % info.classes)
    associations[np.arange(n), classes] += 0.8
    image = digit_image(answer, seed, info.config.side)
    windows = [
        image[top : top + shape.field, left : left + shape.field].reshape(pixels)
        for top, left in shape.origins
    ]
    seen = np.stack(windows).astype(np.float32)
    patterns = np.clip(seen[columns] + rng.normal(0, 0.1, (n, pixels)), 0, 1).astype(np.float32)
    return LayerReasons(
        slots=freeze(slots),
        ids=freeze(slots + 1),
        columns=freeze(columns),
        distances=freeze(distances.reshape(n)),
        activations=freeze(activations.reshape(n).astype(np.float32)),
        associations=freeze(associations),
        patterns=freeze(patterns),
        fields=freeze(seen),
        pictures=freeze((patterns.reshape(n, shape.field, shape.field) * 255).astype(np.uint8)),
        taught=freeze(rng.random(n) < 0.05),
    )


def make_explanation(
    info: NetworkInfo, answer: int = 4, label: int | None = 9, request: int = 1, seed: int = 0
) -> Explanation:
    """Why a digit was answered; probabilities are the softmax of the reasons' votes."""
    layers = tuple(make_reasons(info, number, answer, seed) for number in range(len(info.layers)))
    votes = sum(layer.votes.sum(axis=0) for layer in layers)
    powers = np.exp(votes - np.max(votes))
    percept = replace(
        make_percept(info, answer, seed=seed),
        probabilities=freeze((powers / powers.sum()).astype(np.float32)),
    )
    drawn = label is None
    return Explanation(
        request=request,
        at=3200,
        percept=percept,
        label=label,
        source=-1 if drawn else 4711,
        held_out=False,
        digit=0 if drawn else 3200,
        said=None if drawn else answer,
        layers=layers,
    )


def make_flip(explanation: Explanation, count: int = 3, answer: int | None = 9) -> Flip:
    reasons = explanation.layers[0]
    count = min(count, len(reasons.ids))
    return Flip(
        explanation.request,
        freeze(np.zeros(count, np.int64)),
        reasons.slots[:count],
        reasons.ids[:count],
        tuple(reasons.pictures[:count]),
        answer,
        limit=60,
    )


def make_digit_list(
    count: int = 12, label: int = 4, answer: int = 9, total: int | None = None, held_out: bool = False
) -> DigitList:
    numbers = np.arange(count, dtype=np.int64)
    images = [(digit_image(label, int(number)) * 255).astype(np.uint8) for number in numbers]
    return DigitList(
        total=count if total is None else total,
        sources=freeze(numbers * 31),
        digits=freeze(np.zeros(count, np.int64) if held_out else 3000 - numbers * 40),
        labels=freeze(np.full(count, label, np.int64)),
        answers=freeze(np.full(count, answer, np.int64)),
        images=freeze(np.stack(images) if count else np.zeros((0, 28, 28), np.uint8)),
        votes=freeze(np.linspace(0.5, 0.1, count).astype(np.float32)),
    )


def make_cell(label: int = 4, answer: int = 9, request: int = 1, count: int = 12) -> CellDigits:
    return CellDigits(
        request,
        label,
        answer,
        make_digit_list(count, label, answer, total=3 * count),
        make_digit_list(count // 2, label, answer, held_out=True),
        tested=10_000,
        tested_at=60_000,
    )


def make_ablation(layer: int = 0, ids: tuple[int, ...] = (17,), request: int = 1, flips: int = 6) -> Ablation:
    return Ablation(
        request,
        f"{len(ids)} memories silent",
        layer,
        freeze(np.array(ids, np.int64)),
        at=3200,
        size=10_000,
        with_them=0.9712,
        without_them=0.9704,
        flips=make_digit_list(flips, held_out=True),
        said_with=freeze(np.full(flips, 4, np.int64)),
        lost=10,
        gained=2,
    )


def make_trace(layer: int = 0, id: int = 17, request: int = 1, count: int = 8) -> Trace:
    return Trace(
        request,
        layer,
        id,
        looked=2000,
        right=make_digit_list(count, 3, 3, total=140),
        wrong=make_digit_list(count // 2, 5, 3),
    )


def make_projection(info: NetworkInfo, layer: int = 0, count: int = 100, request: int = 1) -> Projection:
    """Places for the memories of `make_catalogue`."""
    catalogue = make_catalogue(info, layer, count)
    places = np.random.default_rng(4).random((count, 2), np.float32)
    return Projection(request, layer, 3200, catalogue.slots, catalogue.ids, freeze(places), kept=0.27)


def make_likeness(info: NetworkInfo, layer: int = 0, count: int = 100, request: int = 1) -> Likeness:
    """Distances to the memories of `make_catalogue`."""
    distances = np.random.default_rng(5).random(count, np.float32)
    return Likeness(request, layer, make_catalogue(info, layer, count).slots, freeze(distances))


def make_variations(info: NetworkInfo, count: int = 8, answer: int = 4, request: int = 1) -> Variations:
    rows = [
        make_percept(info, answer, 0.9 - 0.1 * number, seed=number).probabilities for number in range(count)
    ]
    return Variations(request, freeze(np.stack(rows)))


def make_diagnosis(request: int = 1) -> Diagnosis:
    ids = freeze(np.arange(1, 13, dtype=np.int64))
    none = freeze(np.zeros(0, np.int64))
    return Diagnosis(
        request,
        3200,
        (
            Hint(
                "full",
                "The layer episodes is full",
                "All 5,000 places are taken. What surprises it from now on is not stored.",
                None,
                "",
                0,
                none,
            ),
            Hint(
                "dead",
                "12 memories have not won for long",
                "They won nothing but the digit that they were recruited from. They take places.",
                Delete(0, tuple(ids.tolist())),
                "Delete 12",
                0,
                ids,
            ),
        ),
    )


def make_edits(*texts: str, undone: int = 0) -> tuple[Edit, ...]:
    """Changes made by hand, the last `undone` of which were taken back."""
    kept = len(texts) - undone
    return tuple(Edit(number + 1, text, number >= kept) for number, text in enumerate(texts))
