"""One memory, looked at closely."""

from __future__ import annotations

import numpy as np

from engine.arrays import Ints, freeze
from engine.frame import Inspection, Neighbours
from engine.memory import LayerMemory
from engine.pictures import ink, pictures
from engine.session import Session

NEIGHBOURS = 8


def inspect(session: Session, layer: int, slot: int) -> Inspection | None:
    """The facts about the memory in a slot, or None if nothing is stored there.

    Runs on the engine's thread, between bursts.
    """
    if not 0 <= layer < len(session.network.layers):
        return None
    memory = session.network.layers[layer]
    column, position = divmod(slot, memory.config.capacity)
    if not (0 <= column < memory.fields.count and memory.ids[column, position]):
        return None
    at, place = np.array([column]), np.array([position])
    stored = memory.rows(at, place)
    now = memory.patterns_at(at, place)
    source = int(memory.sources[column, position])
    image = session.image(source)
    first = session.fields(image)[layer][column][None]
    origin = memory.fields.origins[column]
    config = memory.config
    shape = pictures(memory, at, place)[0].shape
    return Inspection(
        layer=layer,
        slot=slot,
        id=int(stored.ids[0]),
        column=column,
        origin=(int(origin[0]), int(origin[1])),
        pattern=freeze(pictures(memory, at, place)[0]),
        source_image=image,
        source=source,
        birth=int(stored.births[0]),
        wins=int(stored.wins[0]),
        association=freeze(stored.associations[0].copy()),
        first=freeze(ink(first, config.field, centred=config.centred)[0]),
        drift=freeze((now - first).reshape(shape)),
        usefulness=float(stored.usefulness[0]),
        taught=bool(stored.taught[0]),
        muted=bool(stored.muted[0]),
        neighbours=_neighbours(session, memory, column, position),
    )


def _neighbours(session: Session, memory: LayerMemory, column: int, position: int) -> Neighbours:
    """The memories of the same column that are nearest, muted ones left out."""
    capacity = memory.config.capacity
    pattern = memory.patterns_at(np.array([column]), np.array([position]))
    distances = memory.distances(column, pattern)[0]
    usable = memory.ids[column, : len(distances)] > 0
    usable &= ~memory.muted[column, : len(distances)]
    usable[position] = False
    candidates: Ints = np.flatnonzero(usable)
    nearest = candidates[np.argsort(distances[candidates], kind="stable")[:NEIGHBOURS]]
    columns = np.full(len(nearest), column)
    strongest = memory.rows(columns, nearest).associations.argmax(axis=1)
    return Neighbours(
        freeze(column * capacity + nearest),
        freeze(memory.ids[column, nearest]),
        freeze(strongest.astype(np.int64)),
        freeze(distances[nearest]),
        freeze(pictures(memory, columns, nearest)),
    )
