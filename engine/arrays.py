"""Host arrays as they leave the engine."""

from __future__ import annotations

from typing import Any, TypeVar

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float32]
Ints = npt.NDArray[np.int64]
Bytes = npt.NDArray[np.uint8]
Flags = npt.NDArray[np.bool_]
AnyArray = TypeVar("AnyArray", bound=npt.NDArray[Any])


def freeze(array: AnyArray) -> AnyArray:
    """Make an array read-only and return it. The caller hands over its only writable reference."""
    array.setflags(write=False)
    return array
