"""A Memory Network in plain Python, written from the rule and not from the engine: slow and obvious.

Lists, floats and loops; no arrays, no matrix products, no reuse. One object a memory.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from engine.config import LayerConfig, NetworkConfig

Vector = list[float]


@dataclass
class Memory:
    pattern: Vector
    association: Vector
    id: int
    birth: int
    source: int
    wins: int = 1
    usage: float = 0.0


@dataclass
class Glance:
    """One column's answer to one digit."""

    field: Vector
    activation: Vector  # of each memory
    winner: int | None
    novelty: float
    threshold: float  # θ²


class ReferenceNetwork:
    def __init__(self, config: NetworkConfig) -> None:
        self.config = config
        self.next_id = 1
        self.columns: list[list[list[Memory]]] = [
            [[] for _ in range(layer.grid(config.side) ** 2)] for layer in config.layers
        ]
        self.thresholds: list[list[float]] = [[] for _ in config.layers]  # θ² of settled columns

    def perceive(self, image: list[list[Vector]]) -> tuple[list[list[Glance]], Vector]:
        """image[row][column][channel] in [0, 1] → a glance for each layer and column; probabilities."""
        votes = [0.0] * self.config.classes
        glances: list[list[Glance]] = []
        for layer, columns, settled in zip(self.config.layers, self.columns, self.thresholds, strict=True):
            glances.append([])
            for number, memories in enumerate(columns):
                field = cut(image, layer, *divmod(number, layer.grid(self.config.side)))
                glance = match(field, memories, layer, settled[number] if settled else None)
                glances[-1].append(glance)
                for activation, memory in zip(glance.activation, memories, strict=True):
                    for label, weight in enumerate(memory.association):
                        votes[label] += activation * weight
        powers = [math.exp(vote - max(votes)) for vote in votes]
        return glances, [power / sum(powers) for power in powers]

    def learn(
        self,
        looks: list[tuple[list[list[Glance]], Vector]],
        labels: list[int],
        digits: list[int],
        sources: list[int],
    ) -> None:
        """One burst, perceived against the memories as they are."""
        errors = [
            [(label == number) - p for number, p in enumerate(probabilities)]
            for (_, probabilities), label in zip(looks, labels, strict=True)
        ]
        for place, (layer, columns) in enumerate(zip(self.config.layers, self.columns, strict=True)):
            plastic = layer.critical_period is None or digits[0] <= layer.critical_period
            if layer.homeostasis and not plastic and min(map(len, columns)) > layer.winners + 1:
                self.thresholds[place] = hold(
                    self.thresholds[place], [glances[place] for glances, _ in looks], layer
                )
            for number, memories in enumerate(columns):
                glances = [glances[place][number] for glances, _ in looks]
                adjust(memories, glances, errors, layer)
                if layer.gate == "novelty":
                    recruiters = most_novel(glances, layer)
                else:
                    recruiters = [b for b, (_, p) in enumerate(looks) if p[labels[b]] < layer.vigilance]
                recruiters = recruiters[: layer.capacity - len(memories)]
                for b, glance in enumerate(glances):
                    if b not in recruiters and glance.winner is not None:
                        win(memories[glance.winner], glance.field, plastic)
                for b in recruiters:
                    target = errors[b] if layer.gate == "novelty" else onehot(labels[b], len(errors[b]))
                    association = [layer.one_shot * value for value in target]
                    memories.append(
                        Memory(glances[b].field, association, self.next_id, digits[b], sources[b])
                    )
                    self.next_id += 1


def cut(image: list[list[Vector]], layer: LayerConfig, row: int, column: int) -> Vector:
    top, left = row * layer.stride, column * layer.stride
    field = [
        value
        for line in image[top : top + layer.field]
        for pixel in line[left : left + layer.field]
        for value in pixel
    ]
    if layer.centred:
        mean = sum(field) / len(field)
        field = [value - mean for value in field]
    norm = math.hypot(*field)
    return [value / (norm + layer.contrast) for value in field]


def match(field: Vector, memories: list[Memory], layer: LayerConfig, settled: float | None) -> Glance:
    if not memories:
        return Glance(field, [], None, math.inf, 0.0)
    distances = [math.dist(field, memory.pattern) ** 2 for memory in memories]
    ranked = sorted(distances)
    young = len(memories) <= layer.winners + 1
    threshold = settled or max(1e-12, 1.5 * ranked[-1] if young else ranked[layer.winners])
    answers = [max(0.0, 1 - distance / threshold) ** layer.sharpness for distance in distances]
    activation = [answer / sum(answers) if sum(answers) else 0.0 for answer in answers]
    return Glance(field, activation, distances.index(ranked[0]), math.sqrt(ranked[0]), threshold)


def hold(thresholds: list[float], burst: list[list[Glance]], layer: LayerConfig) -> list[float]:
    """Homeostasis: begin at the mean θ² of a burst, then see to it that k memories answer on average."""
    if not thresholds:
        return [
            sum(glance.threshold for glance in column) / len(burst) for column in zip(*burst, strict=True)
        ]
    some = burst[::8]
    counts = [
        sum(value > 0 for glance in column for value in glance.activation) / len(some)
        for column in zip(*some, strict=True)
    ]
    lacks = [min(1.0, max(-1.0, 1 - count / layer.winners)) for count in counts]
    return [t * (1 + layer.homeostasis * lack) for t, lack in zip(thresholds, lacks, strict=True)]


def adjust(memories: list[Memory], glances: list[Glance], errors: list[Vector], layer: LayerConfig) -> None:
    if not layer.plasticity:
        return
    for index, memory in enumerate(memories):
        rate = layer.plasticity / math.sqrt(1 + layer.metaplasticity * memory.usage)
        for glance, error in zip(glances, errors, strict=True):
            for label, value in enumerate(error):
                memory.association[label] += rate * glance.activation[index] * value
            memory.usage += glance.activation[index] ** 2


def most_novel(glances: list[Glance], layer: LayerConfig) -> list[int]:
    best = max(range(len(glances)), key=lambda b: glances[b].novelty)
    return [best] if glances[best].novelty > layer.vigilance else []


def win(memory: Memory, field: Vector, plastic: bool) -> None:
    memory.wins += 1
    if plastic:
        memory.pattern = [m + (x - m) / memory.wins for m, x in zip(memory.pattern, field, strict=True)]


def onehot(label: int, classes: int) -> Vector:
    return [float(number == label) for number in range(classes)]
