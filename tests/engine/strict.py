"""A backend whose array module has nothing but what the array API standard has.

What it overrides is what a `Backend` may do beyond the standard; whatever else the engine calls
and the standard lacks is an AttributeError here.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import array_api_strict
import numpy as np
import numpy.typing as npt

from engine.backend import Array, Backend

Ints = npt.NDArray[np.int64]


class StrictBackend(Backend):
    name = "strict"

    def __init__(self) -> None:
        super().__init__(array_api_strict)

    def to_device(self, array: npt.NDArray[Any]) -> Array:
        return self.xp.asarray(np.array(array))

    def to_host(self, array: Array) -> npt.NDArray[Any]:
        return np.array(array)

    def matmul(self, a: Array, b: Array, out: Array) -> None:
        out[...] = self.xp.matmul(a, b)

    def smallest(self, rows: Array, count: int, scratch: Array) -> Array:
        return self.xp.sort(rows, axis=-1)[..., :count]

    def clip_to_unit(self, array: Array) -> None:
        array[...] = self.xp.clip(array, 0.0, 1.0)

    def copy(self, array: Array) -> Array:
        return self.xp.asarray(array, copy=True)

    def concat(self, arrays: Sequence[Array], axis: int = 0) -> Array:
        return self.xp.concat(arrays, axis=axis)

    def transposed(self, array: Array) -> Array:
        return self.xp.matrix_transpose(array)

    def pick(self, fields: Array, columns: Ints, digits: Ints) -> Array:
        return self.to_device(self.to_host(fields)[columns, digits])

    def gather(self, memories: Array, columns: Ints, slots: Ints) -> Array:
        return self.to_device(self.to_host(memories)[columns, :, slots])

    def scatter(self, memories: Array, columns: Ints, slots: Ints, rows: Array) -> None:
        host = self.to_host(memories)
        host[columns, :, slots] = self.to_host(rows)
        memories[...] = self.to_device(host)
