"""How the memories of a layer came to be: moments of a run as pages of a picture book."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from engine.arrays import Ints, freeze
from engine.backend import Backend
from engine.config import LayerConfig
from engine.findings import Growth, Page
from engine.frame import Curves
from engine.keyframes import Book, Keyframe
from engine.pacing import PacedWork
from engine.pictures import ink

CLOSER_AT_FIRST = 2.0
"""Moments are spaced by this power: most memories are recruited early."""


class GrowthWork(PacedWork):
    """Collects the pages from a run's keyframes. As a `Work`, see `works`.

    keyframes: by digit, the last of them at the moment up to which is looked. book: the layer's.
    curves: of the run up to there. A memory stands on the first page after its birth, with the pattern
    that it had at the next keyframe.
    """

    kind = "growth"
    name = "Recording how the memories grew"

    def __init__(
        self,
        request: int,
        layer: int,
        config: LayerConfig,
        keyframes: Sequence[Keyframe],
        book: Book,
        curves: Curves,
        pages: int,
    ) -> None:
        moments = _moments(keyframes[-1].seen, pages)
        self._request, self._layer = request, layer
        self._pages: list[Page] = []
        steps = _collect(self._pages, layer, config, keyframes, book, curves, moments)
        super().__init__(steps, len(moments), Backend())

    def result(self) -> Growth:
        return Growth(self._request, self._layer, tuple(self._pages))


def _moments(seen: int, pages: int) -> Ints:
    """Digit counts, rising, up to and with `seen`."""
    shares = (np.arange(1, max(1, pages) + 1) / max(1, pages)) ** CLOSER_AT_FIRST
    return np.unique(np.ceil(seen * shares).astype(np.int64))


def _collect(
    pages: list[Page],
    layer: int,
    config: LayerConfig,
    keyframes: Sequence[Keyframe],
    book: Book,
    curves: Curves,
    moments: Ints,
) -> Iterator[int]:
    digits = np.array([keyframe.seen for keyframe in keyframes])
    shown: dict[int, int] = {}  # slot → row of the book, as on the page before
    for moment in moments.tolist():
        kept = keyframes[int(np.searchsorted(digits, moment))].layers[layer]
        rows = kept.rows(book)
        born = rows.births <= moment
        places = rows.columns[born] * config.capacity + rows.slots[born]
        numbers = kept.numbers[born]
        now = dict(zip(places.tolist(), numbers.tolist(), strict=True))
        changed = np.array([shown.get(place) != row for place, row in now.items()], bool)
        chosen = rows.select(born).select(changed)
        gone = np.array(sorted(shown.keys() - now.keys()), np.int64)
        patterns = np.float32(-0.5) * chosen.patterns[:, :-2]
        pages.append(
            Page(
                moment,
                freeze(places[changed]),
                freeze(chosen.associations.argmax(axis=1)),
                freeze(ink(patterns, config.field, centred=config.centred)),
                freeze(gone),
                _recent(curves, moment),
                len(now),
            )
        )
        shown = now
        yield 1


def _recent(curves: Curves, digit: int) -> float | None:
    """Accuracy over the last 1,000 digits at a digit, or at the last one measured before it."""
    place = int(np.searchsorted(curves.digits, digit, side="right")) - 1
    return float(curves.recent[place]) if place >= 0 else None
