"""Receptive fields: where each column looks, and what it makes of the pixels there."""

from __future__ import annotations

import copy

import numpy as np

from engine.arrays import Ints
from engine.backend import Array, Backend
from engine.config import LayerConfig


def origins(config: LayerConfig, side: int) -> Ints:
    """(P, 2) int64, the top-left pixel (row, column) of each of a layer's windows, row by row."""
    starts = np.arange(config.grid(side), dtype=np.int64) * config.stride
    return np.stack(np.meshgrid(starts, starts, indexing="ij"), -1).reshape(-1, 2)


class ReceptiveFields:
    """The P windows of one layer in images of `side` × `side` × `channels`.

    origins: (P, 2) int64, top-left pixel (row, column). pixels: d, numbers in a field.
    Raises ValueError when a field is larger than the image.
    """

    def __init__(self, config: LayerConfig, side: int, channels: int, backend: Backend) -> None:
        if config.field > side:
            raise ValueError(f"field: {config.field} pixels do not fit into an image of {side}")
        self.origins = origins(config, side)
        within = np.arange(config.field)
        rows = self.origins[:, 0, None, None, None] + within[:, None, None]
        columns = self.origins[:, 1, None, None, None] + within[None, :, None]
        indices = (rows * side + columns) * channels + np.arange(channels)
        self.count = len(self.origins)
        self.pixels = config.field**2 * channels
        self._contrast = config.contrast
        self._centred = config.centred
        self._backend = backend
        self._indices = backend.to_device(indices.reshape(-1))
        # Sums over a field are products with ones: the array modules reduce other axes slowly.
        self._ones = backend.to_device(np.ones((1, self.pixels), np.float32))

    def only(self, columns: Ints) -> ReceptiveFields:
        """Some of the windows, in this order, as if there were no others. columns: (n,) int64."""
        few = copy.copy(self)
        few.origins = self.origins[columns]
        few.count = len(columns)
        windows = self._backend.xp.reshape(self._indices, (self.count, self.pixels))
        windows = self._backend.xp.take(windows, self._backend.to_device(columns), axis=0)
        few._indices = self._backend.xp.reshape(windows, (-1,))
        return few

    def cut(self, pixels: Array, out: Array) -> None:
        """Cut, centre and contrast-normalise every field of a burst.

        pixels: (side · side · channels, B) float32, one image a column, so that a field's window
        is a copy of whole rows. out: (P, B, d + 2) float32, filled with the field, 1 and its
        squared norm: with `−2m, ‖m‖², 1` on a memory's side the product is the squared distance.
        """
        xp = self._backend.xp
        burst = pixels.shape[1]
        field = xp.reshape(xp.take(pixels, self._indices, axis=0), (self.count, self.pixels, burst))
        if self._centred:
            field -= xp.matmul(self._ones, field) / self.pixels
        norm = xp.sqrt(xp.matmul(self._ones, field * field))
        scale = 1.0 / (norm + self._contrast)
        field *= scale
        out[:, :, :-2] = self._backend.transposed(field)
        out[:, :, -2] = 1.0
        out[:, :, -1] = ((norm * scale) ** 2)[:, 0, :]
