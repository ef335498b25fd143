"""A digit as the network saw it: frozen records holding read-only host arrays."""

from __future__ import annotations

from dataclasses import dataclass

from engine.arrays import Floats, Ints


@dataclass(frozen=True, slots=True, eq=False)
class LayerResponse:
    """How one layer answered one digit.

    novelty: (P,) float32, distance from each field to its nearest memory (0: known by heart; inf
    while a column has no memory). votes: (P, C) float32, each column's contribution to the vote
    of each class; their sum over columns and layers is the vote. winners: (P, k) int64 slots,
    strongest first, -1 where fewer answered; distances, activations: (P, k) float32.
    """

    novelty: Floats
    votes: Floats
    winners: Ints
    distances: Floats
    activations: Floats


@dataclass(frozen=True, slots=True, eq=False)
class Percept:
    """A digit as the network saw it. image: (side, side) or (side, side, 3) float32 in [0, 1].
    probabilities: (C,) float32."""

    image: Floats
    probabilities: Floats
    layers: tuple[LayerResponse, ...]

    @property
    def answer(self) -> int:
        return int(self.probabilities.argmax())

    @property
    def confidence(self) -> float:
        return float(self.probabilities.max())
