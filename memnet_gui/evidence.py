"""Where in the image a vote comes from: each column's contribution, spread over its receptive field."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from engine.arrays import Floats
from engine.frame import LayerInfo, NetworkInfo
from engine.percept import Percept


def _window(field: int) -> npt.NDArray[np.float64]:
    """A raised cosine over `field` pixels, summing to 1: soft at the rim, so that neighbours blend."""
    wave = np.sin(np.pi * (np.arange(field) + 0.5) / field) ** 2
    window: npt.NDArray[np.float64] = wave / wave.sum()
    return window


def _spread(starts: npt.NDArray[np.int64], field: int, side: int) -> Floats:
    """(fields, side): row i holds the window at starts[i]."""
    spread = np.zeros((len(starts), side), np.float32)
    window = _window(field).astype(np.float32)
    for row, start in enumerate(starts):
        spread[row, start : start + field] = window
    return spread


@dataclass(frozen=True, slots=True, eq=False)
class _FieldGrid:
    """Fields on a grid spread separably: down (rows, side) times across (columns, side)."""

    down: Floats
    across: Floats

    @staticmethod
    def of(layer: LayerInfo, side: int) -> _FieldGrid:
        origins = layer.origins.reshape(layer.rows, layer.columns, 2)
        return _FieldGrid(
            _spread(origins[:, 0, 0], layer.field, side), _spread(origins[0, :, 1], layer.field, side)
        )

    def image(self, votes: Floats) -> Floats:
        """(P,) votes → (side, side); the sum stays the same."""
        grid = votes.reshape(len(self.down), len(self.across))
        image: Floats = (self.down.T @ grid @ self.across).astype(np.float32, copy=False)
        return image


class EvidenceMap:
    """Votes per column → a picture of evidence, for networks of one geometry.

    A layer that sees the whole digit says nothing about where; it is left out of the picture and
    counted in `shares` only.
    """

    def __init__(self, info: NetworkInfo) -> None:
        self.side = info.config.side
        self._grids = tuple(None if layer.whole else _FieldGrid.of(layer, self.side) for layer in info.layers)

    @property
    def places(self) -> bool:
        """Is there any layer whose votes come from somewhere in particular?"""
        return any(grid is not None for grid in self._grids)

    def image(self, percept: Percept, shown: int) -> Floats:
        """(side, side) float32: what each pixel's columns say for (+) or against (−) class `shown`.

        The picture's sum is the sum of the votes that the columns cast for that class.
        """
        total = np.zeros((self.side, self.side), np.float32)
        for grid, response in zip(self._grids, percept.layers, strict=True):
            if grid is not None:
                total += grid.image(response.votes[:, shown])
        return total

    def relative(self, percept: Percept, shown: int) -> Floats:
        """`image` in [−1, 1], where 1 is the strongest evidence for or against the answer given.

        Every class of one digit is drawn on that same scale, so that they can be compared.
        """
        answer = self.image(percept, percept.answer)
        peak = np.abs(answer).max()
        image = answer if shown == percept.answer else self.image(percept, shown)
        relative: Floats = np.clip(image / peak, -1, 1) if peak > 0 else np.zeros_like(image)
        return relative


def shares(percept: Percept, shown: int) -> tuple[float, ...] | None:
    """Each layer's part of the positive votes for class `shown`, summing to 1; None when there are none."""
    positive = [float(np.maximum(response.votes[:, shown], 0).sum()) for response in percept.layers]
    total = sum(positive)
    return tuple(part / total for part in positive) if total > 0 else None
