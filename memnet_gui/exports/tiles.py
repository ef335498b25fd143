"""Pictures of memories at any size. NumPy only."""

from __future__ import annotations

import numpy as np

from engine.arrays import Bytes, Flags
from memnet_gui.mosaic_atlas import DIMMED, overlap
from memnet_gui.theme import Theme


def resized(pictures: Bytes, side: int) -> Bytes:
    """(n, field, field[, 3]) uint8 → (n, side, side[, 3]) uint8, which the caller may write to.

    A multiple of the field has sharp, square pixels; other sizes are averaged by area.
    """
    field = pictures.shape[1]
    if side % field == 0:
        return pictures.repeat(side // field, axis=1).repeat(side // field, axis=2)
    shares = overlap(field, side)
    planes = np.moveaxis(pictures.reshape(*pictures.shape[:3], -1), 3, 1).astype(np.float32)
    averaged = np.moveaxis(shares.T @ planes @ shares, 1, 3)
    # Adding a half and cutting off rounds; nothing here is negative.
    return (
        (averaged + np.float32(0.5)).astype(np.uint8).reshape(len(pictures), side, side, *pictures.shape[3:])
    )


def faint(tiles: Bytes, muted: Flags) -> None:
    """Draw those tiles faintly, in place. tiles: (n, side, side[, 3]) uint8, 0 is no ink."""
    if muted.any():
        tiles[muted] = np.rint(tiles[muted] * DIMMED).astype(np.uint8)


def ink_palette(theme: Theme) -> Bytes:
    """(256, 3) uint8, a PNG's colours for bytes from no ink to full ink."""
    levels = np.array(theme.ink_levels, np.uint32)
    return np.stack([levels >> shift & 0xFF for shift in (16, 8, 0)], axis=1).astype(np.uint8)
