"""Parts of a layer on their own, to answer what one memory or one column does without all the rest."""

from __future__ import annotations

import copy
from typing import Any

import numpy as np
import numpy.typing as npt

from engine.arrays import Ints
from engine.backend import Array, Backend
from engine.memory import LayerMemory
from engine.store import SLOT_BLOCK


def excerpt(layer: LayerMemory, columns: Ints, backend: Backend, slots: int = 0) -> LayerMemory:
    """Some columns of a layer, copied, as a layer that has no others.

    Columns share nothing, so each answers as it does among all of them. columns: (n,) int64, at least
    one. slots: room in each column is made for so many at least, where the layer has it; slots beyond
    the last that is in use are not copied otherwise.
    """
    twin = copy.copy(layer)
    twin.fields = layer.fields.only(columns)
    room = min(layer.config.capacity, max(layer.reach, -(-slots // SLOT_BLOCK) * SLOT_BLOCK))
    twin.patterns, twin.associations, twin.usage, twin.usefulness, twin.thresholds = (
        backend.concat([stored[column : column + 1, ...] for column in columns.tolist()])
        for stored in (
            layer.patterns[:, :, :room],
            layer.associations[:, :, :room],
            layer.usage,
            layer.usefulness,
            layer.thresholds,
        )
    )
    for name in ("ids", "wins", "births", "sources", "taught", "muted", "used", "speaking"):
        setattr(twin, name, getattr(layer, name)[columns])
    return twin


def as_pixels(images: npt.NDArray[Any], backend: Backend) -> Array:
    """Images of a data set, (B, side, side[, channels]) uint8, as `LayerMemory.perceive` takes them."""
    rows = images.reshape(len(images), -1) / np.float32(255)
    return backend.to_device(np.ascontiguousarray(rows.T))
