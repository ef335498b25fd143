"""Two states of memories compared: what each has, what both have, and what each says of the same digits."""

from __future__ import annotations

from collections.abc import Generator, Iterator
from dataclasses import dataclass, field, replace

import numpy as np
import numpy.typing as npt

from engine.arrays import Flags, Floats, Ints, freeze
from engine.datasets import Dataset
from engine.differences import Comparison, LayerDifference, MemoryList, MemoryPairs, RunFacts
from engine.digit_lists import digit_list
from engine.findings import DigitList
from engine.matching import Held, Pairs, match, number_drawings
from engine.network import MemoryNetwork
from engine.pacing import DIGITS_A_STEP, PacedWork
from engine.pictures import pictures
from engine.session import Session
from engine.significance import mcnemar

MOST_SHOWN = 60
"""Memories of a kind that are worth looking through."""
MOST_DIGITS = 1000
"""Digits that are kept to be shown, of those that are answered differently."""
UNMOVED = 1e-4
"""Patterns that are no farther apart than this, and associations, are the same but for rounding: runs on
different devices add up in a different order."""
PAIRS_A_STEP = 128


@dataclass(frozen=True, slots=True, eq=False)
class Side:
    """One of two runs to compare. name: what the user calls it. session: it is only read."""

    name: str
    session: Session


class ComparisonWork(PacedWork):
    """Compares two runs as they are when this is begun; `done` counts answers to held-out digits.

    Raises ValueError, a sentence, where they were learned from different data.
    """

    kind = "comparison"

    def __init__(self, request: int, a: Side, b: Side) -> None:
        data = a.session.dataset
        if data.checksum != b.session.dataset.checksum:
            raise ValueError(
                f"{a.name} and {b.name} were learned from different data ({data.name}, "
                f"{b.session.dataset.name}), so their memories cannot be compared; nothing was changed."
            )
        self.name = f"Comparing {a.name} with {b.name}"
        self._request, self._data = request, data
        self._facts = _facts(a), _facts(b)
        names = self._facts[0].class_names
        self._names = (*names, *(name for name in self._facts[1].class_names if name not in names))
        drawings = number_drawings(a.session.taught, b.session.taught)
        states = _State.of(a, self._names, drawings[0]), _State.of(b, self._names, drawings[1])
        self._found = _Found.room(len(data.test_labels))
        super().__init__(_compare(*states, data, self._found), 2 * len(data.test_labels), a.session.backend)

    def result(self) -> Comparison:
        labels, said_a, said_b = self._data.test_labels, self._found.said_a, self._found.said_b
        right_a, right_b = said_a == labels, said_b == labels
        both, only_a, only_b = (
            int(np.count_nonzero(which))
            for which in (right_a & right_b, right_a & ~right_b, right_b & ~right_a)
        )
        disagreements, said = _disagreements(self._data, said_a, said_b)
        return Comparison(
            self._request,
            *self._facts,
            class_names=self._names,
            layers=tuple(self._found.layers),
            tested=len(labels),
            both_right=both,
            only_a_right=only_a,
            only_b_right=only_b,
            both_wrong=len(labels) - both - only_a - only_b,
            p_value=mcnemar(only_a, only_b),
            confusion_a=_confusion(labels, said_a, len(self._names)),
            confusion_b=_confusion(labels, said_b, len(self._names)),
            disagreements=disagreements,
            said_a=said,
        )


@dataclass(frozen=True, slots=True, eq=False)
class _State:
    """A run's memories, copied. numbers: (C,) int64, of its classes among those of both runs, of which
    there are `classes`."""

    network: MemoryNetwork
    layers: dict[str, Held]
    numbers: Ints
    classes: int

    @staticmethod
    def of(side: Side, names: tuple[str, ...], drawings: Ints) -> _State:
        def copied(network: MemoryNetwork) -> _State:
            frozen = network.frozen()
            layers = {
                layer.config.name: Held.of(layer, twin, network.backend, drawings)
                for layer, twin in zip(network.layers, frozen.layers, strict=True)
            }
            numbers = np.array([names.index(name) for name in side.session.class_names], np.int64)
            return _State(frozen, layers, numbers, len(names))

        return side.session.on_device(copied)

    def answers(self, images: npt.NDArray[np.uint8]) -> Ints:
        """(B,) int64, as both runs' classes are numbered."""
        with self.network.backend.guard():
            answers: Ints = self.numbers[self.network.predict_proba(images).argmax(axis=1)]
        return answers

    def associations(self, held: Held, chosen: Ints) -> Floats:
        """(n, C) float32 for the classes of both runs."""
        weights = np.zeros((len(chosen), self.classes), np.float32)
        weights[:, self.numbers] = held.associations(chosen)
        return weights


@dataclass(frozen=True, slots=True, eq=False)
class _Found:
    """What was found so far. said_a, said_b: (n,) int64, answers to the held-out digits."""

    said_a: Ints
    said_b: Ints
    layers: list[LayerDifference] = field(default_factory=list)

    @staticmethod
    def room(digits: int) -> _Found:
        return _Found(np.zeros(digits, np.int64), np.zeros(digits, np.int64))


def _compare(a: _State, b: _State, data: Dataset, found: _Found) -> Iterator[int]:
    """Fill `found`; yields how many answers that took."""
    for name in dict.fromkeys([*a.layers, *b.layers]):
        yield from _compare_layer(name, a, b, found)
    for start in range(0, len(data.test_labels), DIGITS_A_STEP):
        part = slice(start, start + DIGITS_A_STEP)
        for state, said in ((a, found.said_a), (b, found.said_b)):
            said[part] = state.answers(data.test_images[part])
            yield len(said[part])


# ── memories ──────────────────────────────────────────────────────────────────────────────────────


def _compare_layer(name: str, a: _State, b: _State, found: _Found) -> Iterator[int]:
    problem = _problem(a.layers.get(name), b.layers.get(name))
    held_a = a.layers[name] if name in a.layers else b.layers[name].nothing()
    held_b = b.layers[name] if name in b.layers else held_a.nothing()
    if problem:
        nothing: Ints = np.zeros(0, np.int64)
        pairs: Pairs = nothing, nothing
    else:
        pairs = yield from match(held_a, held_b)
    drifts, changes = yield from _measure(held_a, held_b, a, b, pairs)
    drifted = drifts > UNMOVED
    revoiced = held_a.muted[pairs[0]] != held_b.muted[pairs[1]]
    reassociated = ~drifted & ((changes > UNMOVED) | revoiced)
    yield 0
    only_a = _listed(a, held_a, _alone(held_a, pairs[0]))
    only_b = _listed(b, held_b, _alone(held_b, pairs[1]))
    yield 0
    differing = [
        MemoryPairs(
            _listed(a, held_a, pairs[0][order]),
            _listed(b, held_b, pairs[1][order]),
            freeze(drifts[order[:MOST_SHOWN]]),
            freeze(changes[order[:MOST_SHOWN]]),
        )
        for order in (_strongest(drifted, drifts), _strongest(reassociated, changes))
    ]
    same = int(np.count_nonzero(~drifted & ~reassociated))
    found.layers.append(LayerDifference(name, problem, same, only_a, only_b, differing[0], differing[1]))


def _problem(a: Held | None, b: Held | None) -> str:
    """Why no memory of a layer can be the same in both; empty where some can."""
    if a is None or b is None:
        return f"Only {'A' if b is None else 'B'} has this layer."
    first, second = a.layer.config, b.layer.config
    if (first.field, first.stride) != (second.field, second.stride):
        return (
            "Its receptive fields differ: "
            + " and ".join(
                f"{layer.field} × {layer.field} pixels, {layer.stride} apart, in {name}"
                for layer, name in ((first, "A"), (second, "B"))
            )
            + "."
        )
    if (first.centred, first.contrast) != (second.centred, second.contrast):
        return "Its fields are centred and scaled differently before they are compared."
    return ""


def _measure(
    a: Held, b: Held, from_a: _State, from_b: _State, pairs: Pairs
) -> Generator[int, None, tuple[Floats, Floats]]:
    """Drift and change of association of each pair, (n,) float32 each."""
    drifts, changes = (np.zeros(len(pairs[0]), np.float32) for _ in range(2))
    for start in range(0, len(drifts), PAIRS_A_STEP):
        part = slice(start, start + PAIRS_A_STEP)
        one, other = pairs[0][part], pairs[1][part]
        drifts[part] = np.linalg.norm(a.patterns(one) - b.patterns(other), axis=1)
        moved = from_a.associations(a, one) - from_b.associations(b, other)
        changes[part] = np.abs(moved).max(axis=1)
        yield 0
    return drifts, changes


def _alone(held: Held, paired: Ints) -> Ints:
    """Those that the other run has not: what was taught first, then what won most."""
    places = np.setdiff1d(np.arange(len(held)), paired)
    ordered: Ints = places[np.lexsort((held.ids[places], -held.wins[places], ~held.taught[places]))]
    return ordered


def _strongest(which: Flags, strength: Floats) -> Ints:
    """Places where it holds, the strongest first."""
    places: Ints = np.flatnonzero(which)
    return places[np.argsort(-strength[places], kind="stable")]


def _listed(state: _State, held: Held, places: Ints) -> MemoryList:
    """The first of these memories, to be shown."""
    shown = places[:MOST_SHOWN]
    columns, positions = held.columns[shown], held.positions[shown]
    return MemoryList(
        total=len(places),
        slots=freeze(columns * held.layer.config.capacity + positions),
        ids=freeze(held.ids[shown]),
        columns=freeze(columns),
        classes=freeze(state.numbers[held.associations(shown).argmax(axis=1)]),
        births=freeze(held.births[shown]),
        wins=freeze(held.wins[shown]),
        sources=freeze(held.sources[shown]),
        taught=freeze(held.taught[shown]),
        muted=freeze(held.muted[shown]),
        pictures=freeze(pictures(held.layer, columns, positions)),
    )


# ── runs and digits ───────────────────────────────────────────────────────────────────────────────


def _facts(side: Side) -> RunFacts:
    session = side.session
    layers = session.network.layers
    return RunFacts(
        name=side.name,
        preset=session.config.preset,
        seed=session.seed,
        digits=session.seen,
        prequential=session.metrics.prequential,
        recent=session.metrics.recent.mean,
        curves=session.metrics.history.curves(),
        class_names=session.class_names,
        layers=tuple(layer.config.name for layer in layers),
        memories=tuple(layer.count for layer in layers),
        taught=sum(int(np.count_nonzero(layer.taught[layer.in_use()])) for layer in layers),
        muted=sum(int(np.count_nonzero(layer.muted[layer.in_use()])) for layer in layers),
    )


def _confusion(labels: Ints, answers: Ints, classes: int) -> Ints:
    """(C, C) int64, rows are labels, columns answers."""
    cells = np.bincount(labels * classes + answers, minlength=classes * classes)
    return freeze(cells.reshape(classes, classes).astype(np.int64))


def _disagreements(data: Dataset, said_a: Ints, said_b: Ints) -> tuple[DigitList, Ints]:
    """Digits answered differently, and A's answers to them; where there are too many, as many of each
    kind as there is room for."""
    sources = np.flatnonzero(said_a != said_b)
    labels, a, b = data.test_labels[sources], said_a[sources], said_b[sources]
    kinds = np.select([a == labels, b == labels], [0, 1], 2)
    ranks = np.zeros(len(sources), np.int64)
    for kind in range(3):
        ranks[kinds == kind] = np.arange(np.count_nonzero(kinds == kind))
    chosen = np.argsort(ranks, kind="stable")[:MOST_DIGITS]
    chosen = chosen[np.lexsort((sources[chosen], kinds[chosen]))]
    shown = digit_list(data.test_images, data.test_labels, sources[chosen], b[chosen], MOST_DIGITS)
    return replace(shown, total=len(sources)), freeze(a[chosen])
