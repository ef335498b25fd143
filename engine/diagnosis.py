"""A look over all memories for what one may want to change, in slices between bursts.

Here is what takes time: comparing the memories of each column with each other, and answering the last
digits once more. What the figures mean is said in `symptoms`.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from engine.arrays import Flags, Ints
from engine.backend import Array
from engine.config import LayerConfig
from engine.duplicates import DuplicateSearch
from engine.findings import Diagnosis
from engine.memory import LayerMemory
from engine.network import MemoryNetwork
from engine.pacing import PacedWork
from engine.response import Response
from engine.session import Session
from engine.symptoms import LayerFacts, RunFacts, hints

DIGITS_JUDGED = 5000
"""Over so many of the last answers classes are compared: about 500 of each, and the past is forgiven."""
DIGITS_LOOKED_AT = 128
"""So many of the last digits are answered once more: 6,272 fields in the presets' 49 columns."""
LOOK = 4
"""Digits answered at once: one to three milliseconds."""


class DiagnosisWork(PacedWork):
    """Looks at everything that `symptoms` judges, as it is when this is made.

    Copies the memories, so learning may go on. `done` counts memories compared and digits answered,
    and one more for the verdict.
    """

    kind = "diagnosis"
    name = "Looking over the memories"

    def __init__(self, session: Session, request: int) -> None:
        self._request = request
        self._seen = session.seen
        self._recent = session.metrics.recent.mean or 0.0
        self._class_names = session.class_names
        judged = slice(max(0, session.seen - DIGITS_JUDGED), session.seen)
        self._labels = session.dataset.train_labels[session.stream.order[judged]]
        self._answers = session.answers[judged].astype(np.int64)
        taught = {
            int(source) for layer in session.network.layers for source in layer.sources[layer.taught].tolist()
        }
        self._mistakes = [
            (mistake.source, mistake.label)
            for mistake in reversed(session.mistakes)
            if mistake.source not in taught
        ]
        self._network, self._examined = session.on_device(_copied)
        self._images = session.stream.take(max(0, session.seen - DIGITS_LOOKED_AT), session.seen).images
        if not any(layer.worth_looking for layer in self._examined):
            self._images = self._images[:0]
        self._result: Diagnosis | None = None
        memories = sum(len(layer.ids) for layer in self._examined)
        super().__init__(self._look_over(), memories + len(self._images) + 1, self._network.backend)

    def result(self) -> Diagnosis:
        assert self._result is not None
        return self._result

    def _look_over(self) -> Iterator[int]:
        for layer in self._examined:
            yield from layer.search.steps()
        for start in range(0, len(self._images), LOOK):
            images = self._images[start : start + LOOK]
            perception = self._network.perceive(images, aside=True)
            for layer in self._examined:
                layer.look(perception.responses[layer.number])
            yield len(images)
        self._result = Diagnosis(self._request, self._seen, hints(self._facts()))
        yield 1

    def _facts(self) -> RunFacts:
        layers = [layer.facts(self._seen, len(self._images)) for layer in self._examined]
        memories: Ints = np.zeros(len(self._class_names), np.int64)
        for layer in self._examined:
            memories += np.bincount(layer.classes, minlength=len(memories))
        return RunFacts(
            self._seen,
            self._recent,
            self._class_names,
            self._labels,
            self._answers,
            memories,
            self._mistakes,
            layers,
        )


def _copied(network: MemoryNetwork) -> tuple[MemoryNetwork, list[_Examined]]:
    frozen = network.frozen()
    return frozen, [_Examined(number, layer, frozen) for number, layer in enumerate(frozen.layers)]


class _Examined:
    """A layer's memories that are not muted, sorted for the search for duplicates."""

    def __init__(self, number: int, layer: LayerMemory, network: MemoryNetwork) -> None:
        self.number = number
        self._layer, self._backend = layer, network.backend
        xp, host = self._backend.xp, self._backend.to_host
        columns, slots = np.nonzero((layer.ids > 0) & ~layer.muted)
        classes = host(xp.argmax(layer.associations, axis=1))[columns, slots]
        # What was taught is kept, then what won most, then what came first.
        keys = (layer.ids, -layer.wins, ~layer.taught)
        order = np.lexsort([*(key[columns, slots] for key in keys), classes, columns])
        self._columns, self._slots, self.classes = columns[order], slots[order], classes[order]
        at = self._columns, self._slots
        self.ids, self._wins, self._births = layer.ids[at], layer.wins[at], layer.births[at]
        self._taught: Flags = layer.taught[at]
        self._usefulness = host(layer.usefulness)[at]
        self._full = bool((layer.used == layer.config.capacity).all())
        groups = self._columns * network.classes + self.classes
        self.search = DuplicateSearch(layer, self._backend, *at, groups)
        self._rates = _rates(layer.config, layer.usage[:, : layer.reach], xp)
        self._strange, self._steps = 0, 0.0

    @property
    def worth_looking(self) -> bool:
        """Can the last digits, answered once more, say anything about this layer?"""
        return len(self.ids) > 0 and (self._rates is not None or self._judges_novelty)

    @property
    def _judges_novelty(self) -> bool:
        config = self._layer.config  # a vigilance of 0 finds everything new
        return self._full and config.gate == "novelty" and config.vigilance > 0

    def look(self, response: Response) -> None:
        """Take in how the layer answers some digits."""
        xp, host = self._backend.xp, self._backend.to_host
        if self._judges_novelty:
            self._strange += int((host(response.novelty) > (2 * self._layer.config.vigilance) ** 2).sum())
        if self._rates is not None:
            # As `adjust` changes a vote by the digit itself: Σ rate · a², over all memories.
            moved = xp.matmul(response.activation * response.activation, self._rates)[..., 0]
            self._steps += float(host(xp.sum(moved * response.share * response.share, axis=0)).sum())

    def facts(self, seen: int, looked_at: int) -> LayerFacts:
        fields = looked_at * self._layer.fields.count
        return LayerFacts(
            self.number,
            self._layer.config,
            self._layer.fields.count,
            self.ids,
            self._wins,
            self._births,
            (seen - self._births) // np.maximum(1, self._layer.speaking[self._columns]),
            self._usefulness,
            self._taught,
            self.search.duplicate & ~self._taught,
            self._full,
            self._strange / fields if fields and self._judges_novelty else None,
            self._steps / looked_at if looked_at and self._rates is not None else None,
        )


def _rates(config: LayerConfig, usage: Array, xp: Array) -> Array | None:
    """(P, n, 1): how much of a squared activation each memory's association moves by; None if none does."""
    if config.plasticity == 0.0:
        return None
    return (config.plasticity / xp.sqrt(1.0 + config.metaplasticity * usage))[:, :, None]
