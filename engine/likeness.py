"""How far all memories of a layer are from one image."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from engine.arrays import Floats, Ints, freeze
from engine.findings import Likeness
from engine.memory import LayerMemory
from engine.network import MemoryNetwork
from engine.session import Session


def likeness(session: Session, request: int, layer: int, image: npt.ArrayLike) -> Likeness:
    """Distances from what each column sees of an image to all of its memories, muted ones too.

    image: (side, side[, channels]), [0, 1] floats or uint8. Raises ValueError naming `layer` or
    `images` where there is no such layer or the image does not fit.
    """
    if not 0 <= layer < len(session.network.layers):
        raise ValueError(f"layer: there is no layer {layer}")

    def measure(network: MemoryNetwork) -> Likeness:
        memory = network.layers[layer]
        columns, positions = memory.in_use()
        distances = _distances(memory, network.fields(image)[layer], columns, positions)
        return Likeness(
            request, layer, freeze(columns * memory.config.capacity + positions), freeze(distances)
        )

    return session.on_device(measure)


def _distances(memory: LayerMemory, fields: Floats, columns: Ints, positions: Ints) -> Floats:
    """(n,) float32 for the memories in these slots. fields: (P, d), what each column sees."""
    to_all = [memory.distances(column, field[None])[0] for column, field in enumerate(fields)]
    distances: Floats = np.stack(to_all)[columns, positions]
    muted = np.flatnonzero(memory.muted[columns, positions])
    patterns = memory.patterns_at(columns[muted], positions[muted])
    distances[muted] = np.sqrt(((patterns - fields[columns[muted]]) ** 2).sum(axis=1))
    return distances
