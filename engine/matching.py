"""Which memories of two runs are one and the same.

Ids cannot tell: after a fork both runs give the same numbers to different memories. A memory is the same
in both where it came about in the same way: in the same column, from the same image, and either taught
by hand or not.
"""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass, fields, replace

import numpy as np

from engine.arrays import Bytes, Flags, Floats, Ints
from engine.backend import Backend
from engine.memory import LayerMemory

MOST_COMPARED = 1024
"""Where a column has more pairs than this to choose among that come from one image, ids decide alone."""

Pairs = tuple[Ints, Ints]
"""Places in the one list of memories and in the other."""


@dataclass(frozen=True, slots=True, eq=False)
class Held:
    """The n memories of a layer, copied.

    layer: frozen, for patterns and associations. columns, positions, ids, births, wins, sources: (n,)
    int64. origins: (n,) int64, equal exactly where the images are that they came from, in this run and
    in the one that it is compared with. taught, muted: (n,) bool.
    """

    layer: LayerMemory
    backend: Backend
    columns: Ints
    positions: Ints
    ids: Ints
    births: Ints
    wins: Ints
    sources: Ints
    origins: Ints
    taught: Flags
    muted: Flags

    @staticmethod
    def of(layer: LayerMemory, frozen: LayerMemory, backend: Backend, drawings: Ints) -> Held:
        """The memories of a layer as they are now; frozen: its copy. drawings: as `number_drawings` says."""
        columns, positions = layer.in_use()
        sources = layer.sources[columns, positions]
        origins = sources.copy()
        drawn = sources < 0
        origins[drawn] = drawings[-1 - sources[drawn]]
        return Held(
            frozen,
            backend,
            columns,
            positions,
            layer.ids[columns, positions],
            layer.births[columns, positions],
            layer.wins[columns, positions],
            sources,
            origins,
            layer.taught[columns, positions],
            layer.muted[columns, positions],
        )

    def nothing(self) -> Held:
        """None of them: the layer as a run has it that has no such layer."""
        none = np.zeros(0, np.int64)
        empty = {each.name: getattr(self, each.name)[none] for each in fields(self)[2:]}
        return replace(self, **empty)

    def __len__(self) -> int:
        return len(self.ids)

    def patterns(self, chosen: Ints) -> Floats:
        """(n, d) float32, of these of them."""
        return self.layer.patterns_at(self.columns[chosen], self.positions[chosen])

    def associations(self, chosen: Ints) -> Floats:
        """(n, C) float32, of these of them, with the classes of their own run."""
        stored = self.backend.gather(self.layer.associations, self.columns[chosen], self.positions[chosen])
        weights: Floats = self.backend.to_host(stored)
        return weights


def number_drawings(a: list[Bytes], b: list[Bytes]) -> tuple[Ints, Ints]:
    """A negative number for each drawing of two runs, the same exactly where the pictures are."""
    contents = [[image.tobytes() for image in images] for images in (a, b)]
    numbers = {content: -1 - place for place, content in enumerate(sorted({*contents[0], *contents[1]}))}
    first, second = (np.array([numbers[each] for each in some], np.int64) for some in contents)
    return first, second


def match(a: Held, b: Held) -> Generator[int, None, Pairs]:
    """The places of memories that both have, in an order that does not depend on which is which.

    Nearly always one memory alone comes from an image in a column. Where there are more, those with
    the nearest patterns are the same. Yields 0 now and then.
    """
    keys_a, keys_b = _keys(a, b)
    order_a, order_b = np.lexsort((a.ids, keys_a)), np.lexsort((b.ids, keys_b))
    common = np.intersect1d(keys_a, keys_b)
    first_a, last_a = (np.searchsorted(keys_a[order_a], common, side) for side in ("left", "right"))
    first_b, last_b = (np.searchsorted(keys_b[order_b], common, side) for side in ("left", "right"))
    alone = (last_a - first_a == 1) & (last_b - first_b == 1)
    pairs = [(order_a[first_a[alone]], order_b[first_b[alone]])]
    for group in np.flatnonzero(~alone):
        some_a, some_b = order_a[first_a[group] : last_a[group]], order_b[first_b[group] : last_b[group]]
        pairs.append(_nearest(a, b, some_a, some_b))
        yield 0
    places_a, places_b = (np.concatenate(side) for side in zip(*pairs, strict=True))
    return places_a, places_b


def _keys(a: Held, b: Held) -> Pairs:
    """A number for each memory that says how it came about."""
    _, origins = np.unique(np.concatenate([a.origins, b.origins]), return_inverse=True)
    columns = a.layer.fields.count
    first, second = np.split(origins.astype(np.int64), [len(a)])
    return (first * columns + a.columns) * 2 + a.taught, (second * columns + b.columns) * 2 + b.taught


def _nearest(a: Held, b: Held, some_a: Ints, some_b: Ints) -> Pairs:
    """Pair these, the nearest first; of equally near ones those whose ids are."""
    count = min(len(some_a), len(some_b))
    if len(some_a) * len(some_b) > MOST_COMPARED:
        return some_a[:count], some_b[:count]
    distances = np.linalg.norm(a.patterns(some_a)[:, None] - b.patterns(some_b)[None], axis=2)
    ids = np.abs(a.ids[some_a][:, None] - b.ids[some_b][None])
    rows, columns = np.indices(distances.shape)
    order = np.lexsort([each.reshape(-1) for each in (rows + columns, ids, distances)])
    pairs: list[tuple[int, int]] = []
    for row, column in zip(*np.divmod(order, len(some_b)), strict=True):
        if all(row != other_row and column != other for other_row, other in pairs):
            pairs.append((row, column))
    chosen = np.array(pairs)
    return some_a[chosen[:, 0]], some_b[chosen[:, 1]]
