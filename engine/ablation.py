"""What some memories are worth: held-out accuracy with and without them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np

from engine.arrays import Bytes, Floats, Ints, freeze
from engine.backend import Array, Backend
from engine.digit_lists import digit_list
from engine.excerpt import as_pixels, excerpt
from engine.findings import Ablation
from engine.memory import LayerMemory
from engine.network import MemoryNetwork, softmax
from engine.pacing import DIGITS_A_STEP, PacedWork
from engine.response import Scratch
from engine.session import Session
from engine.store import Rows

MOST_SHOWN = 60
"""Flipped digits that are worth looking through."""


class AblationWork(PacedWork):
    """Answers all held-out digits twice, with and without some memories; `done` counts digits.

    Everything else is as it was when this was begun. Only the columns that hold the memories can
    answer differently, so the votes of all others are counted once.

    text: what was silenced or deleted, in words. ids: the memories meant. with_rows: what stood in
    their slots before they were muted or deleted; None compares with the memories as they are now.
    Raises ValueError, a sentence, where none of them can be put to the test.
    """

    kind = "ablation"

    def __init__(
        self,
        session: Session,
        request: int,
        text: str,
        layer: int,
        ids: Sequence[int],
        with_rows: Rows | None = None,
    ) -> None:
        if not 0 <= layer < len(session.network.layers):
            raise ValueError(f"layer: there is no layer {layer}")
        self.name = f"Testing with and without: {text}"
        self._request, self._text, self._layer = request, text, layer
        self._at = session.seen
        self._data = session.dataset
        size = len(self._data.test_labels)
        self._said_with: Ints = np.zeros(size, np.int64)
        self._said_without: Ints = np.zeros(size, np.int64)
        parts = session.on_device(lambda network: _take_apart(network, layer, ids, with_rows))
        self._ids = parts.ids
        steps = _answer(parts, self._data.test_images, session.backend, self._said_with, self._said_without)
        super().__init__(steps, size, session.backend)

    def result(self) -> Ablation:
        """Both accuracies, and the digits that flip: first those that were right only with them, then
        those that are only now, then those that are wrong either way."""
        labels = self._data.test_labels
        right_with, right_without = self._said_with == labels, self._said_without == labels
        lost, gained = right_with & ~right_without, right_without & ~right_with
        flipped = np.flatnonzero(self._said_with != self._said_without)
        rank = np.select([lost[flipped], gained[flipped]], [0, 1], 2)
        flipped = flipped[np.argsort(rank, kind="stable")]
        return Ablation(
            self._request,
            self._text,
            self._layer,
            freeze(self._ids.copy()),
            self._at,
            len(labels),
            float(right_with.mean()),
            float(right_without.mean()),
            digit_list(self._data.test_images, labels, flipped, self._said_without[flipped], MOST_SHOWN),
            freeze(self._said_with[flipped][:MOST_SHOWN].copy()),
            int(np.count_nonzero(lost)),
            int(np.count_nonzero(gained)),
        )


@dataclass(frozen=True, slots=True, eq=False)
class _Parts:
    """Copies: the columns that hold the memories, with these and without, and all the others. ids: of
    the memories in question."""

    ids: Ints
    present: LayerMemory
    absent: LayerMemory
    others: list[LayerMemory]


def _take_apart(network: MemoryNetwork, layer: int, ids: Sequence[int], with_rows: Rows | None) -> _Parts:
    memory, backend = network.layers[layer], network.backend
    rows = memory.rows(*memory.find(np.asarray(ids, np.int64))) if with_rows is None else with_rows
    # A place that was given to another memory since cannot be given back.
    now = memory.ids[rows.columns, rows.slots]
    rows = rows.select((now == 0) | (now == rows.ids))
    if not len(rows.ids):
        raise ValueError("Those memories are gone: there is nothing to compare.")
    touched, places = np.unique(rows.columns, return_inverse=True)
    untouched = np.setdiff1d(np.arange(memory.fields.count), touched)
    others = [each.frozen() for each in network.layers if each is not memory]
    if len(untouched):
        others.append(excerpt(memory, untouched, backend))
    present, absent = (excerpt(memory, touched, backend, slots=int(rows.slots.max()) + 1) for _ in range(2))
    present.put(replace(rows, columns=places))
    # To all other memories it is the same whether one is silent or gone.
    absent.put(absent.blank_rows(places, rows.slots))
    return _Parts(rows.ids, present, absent, others)


def _answer(
    parts: _Parts, images: Bytes, backend: Backend, said_with: Ints, said_without: Ints
) -> Iterator[int]:
    """Fill both, (n,), with the answers to n images."""
    scratch = Scratch(backend)

    def votes(layer: LayerMemory, pixels: Array) -> Floats:
        """(B, C) of all the layer's columns together."""
        response = layer.perceive(pixels, scratch)
        return backend.to_host(backend.xp.sum(response.votes, axis=0))

    for start in range(0, len(images), DIGITS_A_STEP):
        part = slice(start, start + DIGITS_A_STEP)
        pixels = as_pixels(images[part], backend)
        rest = sum(votes(layer, pixels) for layer in parts.others)
        yield 0
        said_with[part] = softmax(rest + votes(parts.present, pixels)).argmax(axis=1)
        yield 0
        said_without[part] = softmax(rest + votes(parts.absent, pixels)).argmax(axis=1)
        yield len(said_with[part])
