"""What a run looks like from outside: read-only copies of a session's state, as frames need them.

Runs on the engine's thread, between bursts.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from engine.arrays import Bytes, Ints, freeze
from engine.config import NetworkConfig
from engine.fields import origins
from engine.frame import RECRUITED, REFINED, Catalogue, LayerInfo, MemoryTiles, NetworkInfo, Raster, Trial
from engine.memory import LayerMemory, Writes
from engine.network import MemoryNetwork, Perception
from engine.percept import LayerResponse, Percept
from engine.pictures import pictures
from engine.response import Response
from engine.session import Burst, Session

RASTER_DIGITS = 200
TILES_A_FRAME = 800
"""More changed memories than this wait for the next frame."""


def layers_of(config: NetworkConfig) -> tuple[LayerInfo, ...]:
    """The geometry of a network's layers."""
    return tuple(
        LayerInfo(
            layer.name,
            layer.field,
            layer.stride,
            layer.grid(config.side),
            layer.grid(config.side),
            layer.capacity,
            layer.winners,
            freeze(origins(layer, config.side)),
        )
        for layer in config.layers
    )


def describe(session: Session, run: int) -> NetworkInfo:
    """A session's fixed facts."""
    config = session.config
    return NetworkInfo(
        run, config, session.seed, session.dataset.name, session.class_names, layers_of(config)
    )


def percept(network: MemoryNetwork, perception: Perception, index: int) -> Percept:
    """One digit of a perception, copied to the host."""
    side, channels = network.config.side, network.config.channels
    shape = (side, side) if channels == 1 else (side, side, channels)
    return Percept(
        freeze(perception.images[index].reshape(shape).copy()),
        freeze(perception.probabilities[index].copy()),
        tuple(
            _layer_response(network, layer, response, index)
            for layer, response in zip(network.layers, perception.responses, strict=True)
        ),
    )


def _layer_response(
    network: MemoryNetwork, layer: LayerMemory, response: Response, index: int
) -> LayerResponse:
    host, config = network.backend.to_host, layer.config
    activation = host(response.activation[:, index, :])
    count = min(config.winners, activation.shape[1])
    slots = np.argpartition(-activation, count - 1, axis=1)[:, :count]
    order = np.argsort(-np.take_along_axis(activation, slots, axis=1), axis=1, kind="stable")
    slots = np.take_along_axis(slots, order, axis=1)
    answers = np.take_along_axis(activation, slots, axis=1)
    # a = (1 − D²/θ²)^sharpness, solved for the distance as it was when the digit was perceived
    closeness = answers ** np.float32(1.0 / config.sharpness)
    distances = np.sqrt(host(response.threshold[:, index])[:, None] * (1.0 - closeness))
    silent = answers <= 0
    first = np.arange(len(slots))[:, None] * config.capacity
    return LayerResponse(
        freeze(np.sqrt(host(response.novelty[:, index]))),
        freeze(host(response.votes[:, index, :])),
        freeze(np.where(silent, -1, first + slots).astype(np.int64)),
        freeze(np.where(silent, np.float32(np.inf), distances)),
        freeze(answers * host(response.share[:, index])[:, None]),
    )


def trial(session: Session) -> Trial | None:
    """The digit last shown."""
    burst = session.burst
    if burst is None or burst.shown == 0:
        return None
    index = burst.shown - 1
    sample = burst.sample
    return Trial(
        int(sample.digits[index]),
        int(sample.sources[index]),
        int(sample.labels[index]),
        percept(session.network, burst.perception, index),
    )


def with_classes(shown: Trial, classes: int) -> Trial:
    """A digit as it was shown, for a network that has more or fewer classes by now."""

    def fitted(values: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
        room = np.zeros((*values.shape[:-1], classes), np.float32)
        kept = min(classes, values.shape[-1])
        room[..., :kept] = values[..., :kept]
        return freeze(room)

    layers = tuple(replace(layer, votes=fitted(layer.votes)) for layer in shown.percept.layers)
    seen = replace(shown.percept, probabilities=fitted(shown.percept.probabilities), layers=layers)
    return replace(shown, percept=seen)


@dataclass(slots=True)
class _Rows:
    """One burst's rows of the raster; `burst` says how many of them were shown."""

    burst: Burst
    novelty: npt.NDArray[np.float32]
    agreement: npt.NDArray[np.float32]


class Observer:
    """Keeps what frames need between them: which memories changed, and the last digits' raster.

    Attaches itself to the session's `on_write`.
    """

    def __init__(self, session: Session, run: int) -> None:
        self.session = session
        self.info = describe(session, run)
        self._raster_layer = max(
            range(len(self.info.layers)), key=lambda number: self.info.layers[number].fields
        )
        self._rows: deque[_Rows] = deque()
        self._watched = 0
        self._complete = True
        self._written: Bytes = np.zeros(0, np.uint8)
        self._catalogue_at = -1
        self._turn = 0
        self.watch(0)
        session.on_write = self._note

    # ── memories ──────────────────────────────────────────────────────────────────────────────

    def watch(self, layer: int) -> None:
        """Follow this layer; `tiles` begins with all of its memories. ValueError if there is none."""
        if not 0 <= layer < len(self.info.layers):
            raise ValueError(f"layer: there is no layer {layer}")
        shape = self.info.layers[layer]
        self._watched = layer
        self._complete = True
        self._written = np.zeros(shape.fields * shape.capacity, np.uint8)
        self._catalogue_at = -1

    def _note(self, layer: int, writes: Writes) -> None:
        if layer != self._watched:
            return
        capacity = self.info.layers[layer].capacity
        for kind, (columns, slots) in ((REFINED, writes.refined), (RECRUITED, writes.recruited)):
            places = columns * capacity + slots
            # A memory that was just recruited stays so for the frame, even if it won again since.
            self._written[places] = np.where(self._written[places] == RECRUITED, RECRUITED, kind)

    @property
    def watched(self) -> int:
        """The layer whose memories are shown."""
        return self._watched

    def watch_anew(self) -> None:
        """Begin again with all memories of the watched layer: they were put together anew."""
        self.watch(self._watched)

    def describe_anew(self) -> None:
        """The session's fixed facts were changed by hand."""
        self.info = describe(self.session, self.info.run)

    def begin_anew(self) -> None:
        """The session was put back to another moment; the last digits there are still to be followed."""
        self._rows.clear()
        self.describe_anew()
        self.watch_anew()

    def tiles(self) -> MemoryTiles | None:
        """Pictures of the watched layer's memories that were written since the last call."""
        layer = self.session.network.layers[self._watched]
        capacity = layer.config.capacity
        complete, self._complete = self._complete, False
        if complete:
            columns, positions = layer.in_use()
            slots = columns * capacity + positions
        else:
            slots = np.flatnonzero(self._written)
            if len(slots) == 0:
                return None
            if len(slots) > TILES_A_FRAME:
                slots = self._in_turn(slots)
        columns, positions = np.divmod(slots, capacity)
        kinds = np.zeros(len(slots), np.uint8) if complete else self._written[slots]
        self._written[slots] = 0
        return MemoryTiles(
            self._watched, complete, freeze(slots), freeze(kinds), freeze(pictures(layer, columns, positions))
        )

    def _in_turn(self, slots: Ints) -> Ints:
        """As many of the written slots as a frame takes: recruits, then refined ones going round."""
        recruited = self._written[slots] == RECRUITED
        refined = slots[~recruited]
        refined = np.roll(refined, -np.searchsorted(refined, self._turn))
        slots = np.concatenate([slots[recruited], refined])[:TILES_A_FRAME]
        self._turn = int(slots[-1]) + 1
        return slots

    def catalogue(self) -> Catalogue | None:
        """Facts about the watched layer's memories, or None when nothing was learned since the last call."""
        if self._catalogue_at == self.session.seen:
            return None
        self._catalogue_at = self.session.seen
        layer = self.session.network.layers[self._watched]
        columns, positions = layer.in_use()
        strongest = self.session.backend.to_host(
            self.session.backend.xp.argmax(layer.associations[:, :, : layer.reach], axis=1)
        )
        return Catalogue(
            self._watched,
            freeze(columns * layer.config.capacity + positions),
            freeze(layer.ids[columns, positions]),
            freeze(strongest[columns, positions].astype(np.int64)),
            freeze(layer.wins[columns, positions]),
            freeze(layer.births[columns, positions]),
            freeze(layer.sources[columns, positions]),
            freeze(self.session.backend.to_host(layer.usefulness)[columns, positions]),
            freeze(layer.taught[columns, positions]),
            freeze(layer.muted[columns, positions]),
        )

    # ── the last digits ───────────────────────────────────────────────────────────────────────

    def follow(self) -> None:
        """Note the burst at hand for the raster; to be called after every advance."""
        burst = self.session.burst
        if burst is None or (self._rows and self._rows[-1].burst is burst):
            return
        host = self.session.backend.to_host
        response = burst.perception.responses[self._raster_layer]
        novelty = np.sqrt(host(response.novelty)).T
        votes = host(response.votes)
        agreement = votes[:, np.arange(len(burst.answers)), burst.answers].T
        self._rows.append(_Rows(burst, novelty, agreement))
        while sum(rows.burst.shown for rows in self._rows) - self._rows[0].burst.shown >= RASTER_DIGITS:
            self._rows.popleft()

    def raster(self) -> Raster:
        """The last digits shown × columns."""
        fields = self.info.layers[self._raster_layer].fields
        novelty, agreement = (
            np.concatenate(
                [
                    np.zeros((0, fields), np.float32),
                    *(getattr(rows, name)[: rows.burst.shown] for rows in self._rows),
                ]
            )[-RASTER_DIGITS:]
            for name in ("novelty", "agreement")
        )
        return Raster(
            self._raster_layer, self.session.seen - len(novelty) + 1, freeze(novelty), freeze(agreement)
        )
