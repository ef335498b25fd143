"""Which of the digits seen lately a memory votes on, and whether it helped."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from engine.arrays import Bytes, Flags, Floats, Ints
from engine.backend import Backend
from engine.digit_lists import digit_list
from engine.excerpt import as_pixels, excerpt
from engine.findings import DigitList, Trace
from engine.memory import LayerMemory
from engine.network import MemoryNetwork
from engine.pacing import DIGITS_A_STEP, PacedWork
from engine.response import Scratch
from engine.session import Session

LOOKED_AT = 2000
"""Digits, from the last one seen back, that are shown to the memory again."""
MOST_SHOWN = 12
SILENT = 1e-6
"""Votes up to this are rounding: the (k + 1)-th nearest memory is just at θ, where activation ends."""


class TraceWork(PacedWork):
    """Shows the last digits to one memory again, as it is now; `done` counts digits.

    Raises ValueError naming `layer` or `id` where there is no such memory.
    """

    kind = "trace"
    name = "Looking for the digits this memory votes on"

    def __init__(self, session: Session, request: int, layer: int, id: int) -> None:
        if not 0 <= layer < len(session.network.layers):
            raise ValueError(f"layer: there is no layer {layer}")
        first = max(0, session.seen - LOOKED_AT)
        self._request, self._layer, self._id = request, layer, id
        self._data = session.dataset
        self._digits = np.arange(first, session.seen) + 1
        self._sources = session.stream.order[first : session.seen]
        self._answers = session.answers[first : session.seen]
        self._votes = np.zeros(len(self._digits), np.float32)
        column, slot, association = session.on_device(lambda network: _column_of(network, layer, id))
        super().__init__(
            _vote(
                column,
                slot,
                association[self._answers],
                self._data.train_images,
                self._sources,
                session.backend,
                self._votes,
            ),
            len(self._digits),
            session.backend,
        )

    def result(self) -> Trace:
        """Those it spoke for; digits on which it was silent, or spoke against the answer, are neither."""
        right = self._answers == self._data.train_labels[self._sources]
        spoke_for = self._votes > SILENT
        return Trace(
            self._request,
            self._layer,
            self._id,
            len(self._digits),
            self._listed(spoke_for & right),
            self._listed(spoke_for & ~right),
        )

    def _listed(self, chosen: Flags) -> DigitList:
        places = np.flatnonzero(chosen)[::-1]
        return digit_list(
            self._data.train_images,
            self._data.train_labels,
            self._sources[places],
            self._answers[places],
            MOST_SHOWN,
            digits=self._digits[places],
            votes=self._votes[places],
        )


def _column_of(network: MemoryNetwork, layer: int, id: int) -> tuple[LayerMemory, int, Floats]:
    """A copy of a memory's column, its slot there, and its association, (C,)."""
    memory = network.layers[layer]
    columns, slots = memory.find(np.array([id]))
    if not len(slots):
        raise ValueError(f"id: there is no memory {id} in this layer")
    # θ² and the sum that activations are divided by are taken over the memory's own column, and
    # nothing else enters its activation: that column, matched alone, answers as in the whole.
    column = excerpt(memory, columns, network.backend)
    return column, int(slots[0]), memory.rows(columns, slots).associations[0]


def _vote(
    column: LayerMemory,
    slot: int,
    weights: Floats,
    images: Bytes,
    sources: Ints,
    backend: Backend,
    votes: Floats,
) -> Iterator[int]:
    """Fill votes, (n,), with what the memory in a slot of the column says to n digits.

    weights: (n,), its association with the class in question. images: all of the data set; sources:
    (n,), indices in it.
    """
    scratch = Scratch(backend)
    for start in range(0, len(sources), DIGITS_A_STEP):
        part = slice(start, start + DIGITS_A_STEP)
        response = column.perceive(as_pixels(images[sources[part]], backend), scratch)
        activation = backend.to_host(response.activation[0, :, slot] * response.share[0, :])
        votes[part] = activation * weights[part]
        yield len(activation)
