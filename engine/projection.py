"""The memories of a layer on a plane where nearness means likeness.

First the plane on which they vary most (principal components), found by subspace iteration: Halko,
Martinsson and Tropp, "Finding structure with randomness", SIAM Review 53 (2011), algorithm 4.4.
Then, from there, a neighbour embedding: each memory is drawn to those most like it and pushed off by
others drawn at random, down the gradient of Neg-t-SNE (Damrich, Böhm, Hamprecht and Kobak, "From
t-SNE to UMAP with contrastive learning", ICLR 2023, arXiv 2206.01816, with similarity
1 / (1 + d²) and, for memories drawn at random, as much weight as `NOISE` of them a neighbour).

Principal components alone put unlike memories in one place. Trustworthiness of 15 neighbours and the
share of them whose class agrees, plane against embedding: 4,586 whole digits 0.73 and 0.15 against
0.94 and 0.37 (0.43 before any projection), 12,544 patches 0.77 and 0.12 against 0.96 and 0.18.
"""

from __future__ import annotations

from collections.abc import Generator, Iterator

import numpy as np

from engine.arrays import Floats, Ints, freeze
from engine.backend import Backend
from engine.findings import Projection
from engine.network import MemoryNetwork
from engine.pacing import PacedWork
from engine.session import Session

COMPONENTS = 50
"""Likeness is measured on so many principal components: what is left out is mostly noise."""
PASSES = 8
NEIGHBOURS = 10
NOISE = 40.0
DRAWS = 8
"""Of the others, so many are drawn for each memory in each round; each draw pushes both."""
ROUNDS = 300
RATE, MOMENTUM = 1.0, 0.8
ROWS_A_STEP = 500
COMPARED_A_STEP = 32
"""Memories compared with all others at once."""
ROUNDING = 1e-9
"""All memories are the same where they vary less than this; patterns are no longer than 1."""


class ProjectionWork(PacedWork):
    """Lays a layer's memories out; `done` counts steps of a few milliseconds.

    The same memories give the same map, whatever the time it took. Computes on the host, with a copy.
    Raises ValueError naming `layer` where there is none.
    """

    kind = "projection"
    name = "Laying the memories out by likeness"

    def __init__(self, session: Session, request: int, layer: int) -> None:
        if not 0 <= layer < len(session.network.layers):
            raise ValueError(f"layer: there is no layer {layer}")
        self._request, self._layer, self._at = request, layer, session.seen
        self._map = session.on_device(lambda network: _Map(network, layer))
        super().__init__(self._map.steps(), self._map.total, Backend())

    def result(self) -> Projection:
        laid_out = self._map
        return Projection(
            self._request,
            self._layer,
            self._at,
            freeze(laid_out.columns * laid_out.capacity + laid_out.slots),
            freeze(laid_out.ids.copy()),
            freeze(laid_out.places),
            laid_out.kept,
        )


class _Map:
    """A copy of a layer's patterns, and the map that is made of them in `total` steps.

    columns, slots, ids: (n,) int64, of the memories. places: (n, 2) float32 in [0, 1]. kept: share of
    the variance on the plane of the first two principal components.
    """

    def __init__(self, network: MemoryNetwork, layer: int) -> None:
        memory = network.layers[layer]
        self.columns, self.slots = memory.in_use()
        self.ids = memory.ids[self.columns, self.slots]
        self.capacity = memory.config.capacity
        # Bringing whole columns home is many times as fast as picking the memories on the way.
        self._stored = network.backend.to_host(memory.patterns[:, :, : memory.reach])
        n = len(self.ids)
        self.places: Floats = np.full((n, 2), 0.5, np.float32)
        self.kept = 1.0
        self._blocks = [slice(start, start + ROWS_A_STEP) for start in range(0, n, ROWS_A_STEP)]
        self._rows = [slice(start, start + COMPARED_A_STEP) for start in range(0, n, COMPARED_A_STEP)]
        self.total = len(self._blocks) * (PASSES + 3) + len(self._rows) + 2 * ROUNDS + 1

    def steps(self) -> Iterator[int]:
        """Make the map; says after each step how many of `total` are done by it."""
        patterns = yield from self._read()
        variance = float((patterns * patterns).sum())
        if variance <= ROUNDING:
            yield self.total - 2 * len(self._blocks)  # nothing to lay out where all are the same
            return
        components = yield from self._components(patterns)
        self.kept = float((components[:, :2] ** 2).sum()) / variance
        neighbours = yield from self._neighbours(components)
        self.places = _on_unit_square((yield from _embedded(components[:, :2].T, neighbours)))
        yield 1

    def _read(self) -> Generator[int, None, Floats]:
        """(n, d): the patterns, less their mean."""
        patterns = np.empty((len(self.ids), self._stored.shape[1] - 2), np.float32)
        for block in self._blocks:
            patterns[block] = -0.5 * self._stored[self.columns[block], :-2, self.slots[block]]
            yield 1
        mean = patterns.mean(axis=0) if len(patterns) else 0.0
        for block in self._blocks:
            patterns[block] -= mean
            yield 1
        return patterns

    def _components(self, patterns: Floats) -> Generator[int, None, Floats]:
        """(n, ≥ 2): coordinates on the principal components, the first varying most."""
        pixels = patterns.shape[1]
        count = min(COMPONENTS, pixels)
        axes = np.random.default_rng(0).standard_normal((pixels, count)).astype(np.float32)
        for _ in range(PASSES):
            axes, product = np.linalg.qr(axes)[0], np.zeros_like(axes)
            for block in self._blocks:
                product += patterns[block].T @ (patterns[block] @ axes)
                yield 1
            axes = product
        axes = np.linalg.qr(axes)[0]
        components = np.empty((len(patterns), count), np.float32)
        for block in self._blocks:
            components[block] = patterns[block] @ axes
            yield 1
        turn = np.linalg.eigh(components.T @ components)[1][:, ::-1]
        axes = axes @ turn
        # An axis may point either way: let its largest weight be above 0.
        largest = np.take_along_axis(axes, np.abs(axes).argmax(axis=0)[None], axis=0)
        components = components @ (turn * np.sign(largest))
        return np.pad(components, ((0, 0), (0, max(0, 2 - count))))

    def _neighbours(self, components: Floats) -> Generator[int, None, Ints]:
        """(n, k): those most like each memory."""
        n = len(components)
        count = min(NEIGHBOURS, n - 1)
        neighbours: Ints = np.empty((n, count), np.int64)
        squares = (components * components).sum(axis=1)
        for rows in self._rows:
            distances = squares - 2 * components[rows] @ components.T
            everyone = np.arange(n)[rows]
            distances[everyone - everyone[0], everyone] = np.inf
            neighbours[rows] = distances.argpartition(count - 1, axis=1)[:, :count]
            yield 1
        return neighbours


def _embedded(plane: Floats, neighbours: Ints) -> Generator[int, None, Floats]:
    """(2, n): where memories on a plane, (2, n), come to rest as their neighbours draw them."""
    places: Floats = plane / plane[0].std()
    speed = np.zeros_like(places)
    random = np.random.default_rng(0)
    order = random.permutation(places.shape[1])
    back = np.argsort(order)
    for number in range(ROUNDS):
        force = _pull(places, neighbours)
        yield 1
        # In a random order, those at some distance from each other are pairs drawn at random.
        shifts = random.integers(1, len(order), DRAWS)
        force += _push(places[:, order], shifts)[:, back]
        speed = MOMENTUM * speed + RATE * (1 - number / ROUNDS) * force
        places = places + speed
        yield 1
    return places


def _pull(places: Floats, neighbours: Ints) -> Floats:
    """(2, n): between neighbours, on both of them, 2 d / (2 + d²)."""
    n, count = neighbours.shape
    way = places[:, neighbours] - places[:, :, None]
    way *= 2 / (2 + way[0] ** 2 + way[1] ** 2)
    there = neighbours.ravel()
    back = [np.bincount(there, weights=along.ravel(), minlength=n) for along in way]
    pull: Floats = ((way.sum(axis=2) - back) / (2 * count)).astype(np.float32)
    return pull


def _push(places: Floats, shifts: Ints) -> Floats:
    """(2, n): between each and the one so many places on, on both of them, 2 d / ((1 + d²) (2 + d²))."""
    push = np.zeros_like(places)
    for shift in shifts.tolist():
        way = places - np.roll(places, shift, axis=1)
        squares = way[0] ** 2 + way[1] ** 2
        way *= 2 / ((1 + squares) * (2 + squares))
        push += way
        push -= np.roll(way, -shift, axis=1)
    push *= NOISE / (2 * len(shifts))
    return push


def _on_unit_square(places: Floats) -> Floats:
    """(2, n) → (n, 2) in [0, 1], in the middle, both axes to one scale."""
    low, high = places.min(axis=1), places.max(axis=1)
    unit = 0.5 + (places.T - (low + high) / 2) / max(float((high - low).max()), ROUNDING)
    square: Floats = np.clip(unit, 0.0, 1.0).astype(np.float32)
    return square
