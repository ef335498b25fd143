"""Memories as pictures."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from engine.arrays import Bytes, Ints
from engine.memory import LayerMemory

FAINT = 0.2
"""A centred pattern whose values range over less than this is drawn fainter, not stretched to full ink."""


def pictures(layer: LayerMemory, columns: Ints, positions: Ints) -> Bytes:
    """The memories in these slots, (n,) each, as (n, field, field[, 3]) uint8, 0 is no ink."""
    return ink(layer.patterns_at(columns, positions), layer.config.field, centred=layer.config.centred)


def ink(patterns: npt.NDArray[Any], field: int, *, centred: bool) -> Bytes:
    """Patterns (n, d) float32 → pictures (n, field, field[, 3]) uint8, 0 is no ink.

    Each up to its own highest value; from 0, or, where fields are centred and so have no absolute
    brightness, from its own lowest.
    """
    low = patterns.min(axis=1, keepdims=True) if centred else np.float32(0)
    scale = 255.0 / np.maximum(patterns.max(axis=1, keepdims=True) - low, FAINT if centred else 1e-6)
    pictures: Bytes = ((patterns - low) * scale + 0.5).astype(np.uint8)
    shape = (
        (len(patterns), field, field)
        if patterns.shape[1] == field * field
        else (len(patterns), field, field, 3)
    )
    return pictures.reshape(shape)
