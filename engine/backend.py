"""The array module behind the engine: CuPy where a device answers, else NumPy.

The only importer of CuPy. The engine computes through a `Backend`: standard array functions from
`backend.xp`, and the few operations below that the array API standard does not have (they reuse
memory, or scatter into it) or that CuPy 13 does not have under the standard's name. Whatever is
called on `xp` here or in the engine exists in NumPy and CuPy under the same name;
`tests/engine/test_backend.py` holds the list to that.

"CuPy imports" and "a device answers" are two questions: `cupy_problem` answers both.
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator, Sequence
from functools import cached_property
from itertools import pairwise
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt
import threadpoolctl

Array: TypeAlias = Any
"""An array of the backend in use: numpy.ndarray or cupy.ndarray."""
Module: TypeAlias = Any
Ints: TypeAlias = npt.NDArray[np.int64]
"""Host indices."""

BACKENDS = ("auto", "numpy", "cupy")
SORTED_UP_TO = 512
"""Rows no longer than this are sorted whole: NumPy's vectorised sort beats its selection there."""
BLOCK = 256
SHORTEST_RUN = 16
"""Slots in a row from which on, on average, they are scattered run by run."""
SLOTS_A_BLOCK = 64
"""Of these many rows a block is copied at a time, which stays in the cache while it is turned."""


class BackendError(RuntimeError):
    """The backend asked for is not to be had; the message says why and what to do."""


class DeviceLostError(RuntimeError):
    """The device ran out of memory or stopped answering in mid-computation."""


class Backend:
    """NumPy. Subclasses override what differs elsewhere.

    xp: the array module. description: what the user reads, with the thread count that results
    depend on in their last bits.
    """

    name = "numpy"
    volatile = False
    """Can what it holds be lost while the program lives on?"""

    def __init__(self, xp: Module = np) -> None:
        self.xp = xp

    @cached_property
    def description(self) -> str:
        threads = blas_threads()  # takes a millisecond to find out; fixed for a run
        return f"NumPy · {threads} thread{'s' if threads != 1 else ''}"

    def to_device(self, array: npt.NDArray[Any]) -> Array:
        """A copy of a host array in the backend's memory."""
        return np.array(array)

    def to_host(self, array: Array) -> npt.NDArray[Any]:
        """A copy of a backend array in host memory."""
        return np.array(array)

    def matmul(self, a: Array, b: Array, out: Array) -> None:
        """a @ b, written into `out`."""
        self.xp.matmul(a, b, out=out)

    def smallest(self, rows: Array, count: int, scratch: Array) -> Array:
        """The `count` smallest values of each row, ascending: (P, B, n) → (P, B, count).

        `rows` stays as it is; `scratch` has its shape and is overwritten.
        """
        length = rows.shape[-1]
        if length <= SORTED_UP_TO or count > BLOCK:
            scratch[...] = rows
            scratch.sort(axis=-1)
            return scratch[..., :count]
        return self._smallest_of_many(rows, count)

    def _smallest_of_many(self, rows: Array, count: int) -> Array:
        """Long rows: find a bound that at least `count` values keep, then sort only those that do.

        The bound is the count-th smallest of the minima of `BLOCK` interleaved groups. Selecting
        (`partition`) instead takes several times as long on rows of ten thousand.
        """
        xp, length = self.xp, rows.shape[-1]
        whole = length // BLOCK * BLOCK
        minima = xp.min(xp.reshape(rows[..., :whole], (*rows.shape[:-1], whole // BLOCK, BLOCK)), axis=-2)
        bounds = xp.sort(self.concat([minima, rows[..., whole:]], axis=-1), axis=-1)[..., count - 1 : count]
        flat = xp.reshape(rows, (-1, length))
        # Far faster than nonzero with two indices.
        found = xp.flatnonzero(xp.reshape(flat <= xp.reshape(bounds, (-1, 1)), (-1,)))
        at, places = found // length, found % length
        kept = xp.bincount(at, minlength=len(flat))
        nth = xp.arange(len(at)) - (xp.cumsum(kept) - kept)[at]
        table = xp.full((len(flat), int(kept.max())), xp.inf, dtype=rows.dtype)
        table[at, nth] = flat[at, places]
        table.sort(axis=-1)
        return xp.reshape(table[:, :count], (*rows.shape[:-1], count))

    def clip_to_unit(self, array: Array) -> None:
        """min(1, max(0, array)), in place.

        Three times as fast as a one-sided maximum, which minds NaNs.
        """
        self.xp.clip(array, 0.0, 1.0, out=array)

    def copy(self, array: Array) -> Array:
        """A copy in the backend's memory, contiguous."""
        return array.copy()

    def concat(self, arrays: Sequence[Array], axis: int = 0) -> Array:
        """The arrays joined along an axis."""
        return self.xp.concatenate(arrays, axis=axis)

    def transposed(self, array: Array) -> Array:
        """The last two axes exchanged, without copying where the module can."""
        return array.swapaxes(-1, -2)

    def pick(self, fields: Array, columns: Ints, digits: Ints) -> Array:
        """fields[columns[i], digits[i]] for every i: (P, B, d) → (n, d)."""
        return fields[columns, digits]

    def gather(self, memories: Array, columns: Ints, slots: Ints) -> Array:
        """memories[columns[i], :, slots[i]] for every i: (P, d, K) → (n, d)."""
        return memories[columns, :, slots]

    def scatter(self, memories: Array, columns: Ints, slots: Ints, rows: Array) -> None:
        """memories[columns[i], :, slots[i]] = rows[i]; the pairs (column, slot) are distinct."""
        ends = np.flatnonzero((np.diff(columns) != 0) | (np.diff(slots) != 1)) + 1
        if len(ends) * SHORTEST_RUN > len(columns):
            memories[columns, :, slots] = rows
            return
        # Many slots in a row: a block at a time, or each number would be written to a line of its own.
        for first, last in pairwise((0, *map(int, ends), len(columns))):
            for start in range(first, last, SLOTS_A_BLOCK):
                stop = min(start + SLOTS_A_BLOCK, last)
                block = slice(int(slots[start]), int(slots[start]) + stop - start)
                memories[int(columns[start]), :, block] = rows[start:stop].T

    @contextlib.contextmanager
    def guard(self) -> Iterator[None]:
        """Turn the device's own errors inside the block into `DeviceLostError`."""
        yield


class CupyBackend(Backend):
    """A CUDA device through CuPy."""

    name = "cupy"
    volatile = True

    def __init__(self) -> None:
        import cupy  # noqa: PLC0415 - only here, and only when asked for

        super().__init__(cupy)
        properties = cupy.cuda.runtime.getDeviceProperties(cupy.cuda.Device().id)
        self._device = str(properties["name"].decode(errors="replace"))
        self._errors = (
            cupy.cuda.memory.OutOfMemoryError,
            cupy.cuda.runtime.CUDARuntimeError,
            cupy.cuda.driver.CUDADriverError,
            cupy.cuda.cublas.CUBLASError,
        )

    @cached_property
    def description(self) -> str:
        return f"CuPy · {self._device}"

    def to_device(self, array: npt.NDArray[Any]) -> Array:
        return self.xp.asarray(array)

    def to_host(self, array: Array) -> npt.NDArray[Any]:
        host: npt.NDArray[Any] = self.xp.asnumpy(array)
        return host

    # Host indices would be copied to the device inside CuPy, or refused, depending on its version.

    def pick(self, fields: Array, columns: Ints, digits: Ints) -> Array:
        return super().pick(fields, self.to_device(columns), self.to_device(digits))

    def gather(self, memories: Array, columns: Ints, slots: Ints) -> Array:
        return super().gather(memories, self.to_device(columns), self.to_device(slots))

    def scatter(self, memories: Array, columns: Ints, slots: Ints, rows: Array) -> None:
        memories[self.to_device(columns), :, self.to_device(slots)] = rows

    @contextlib.contextmanager
    def guard(self) -> Iterator[None]:
        try:
            yield
        except self._errors as error:
            raise DeviceLostError(f"{self._device}: {str(error).splitlines()[0]}") from error


def cupy_problem() -> str | None:
    """Why CuPy cannot be used here, or None when it imports and a device answers."""
    try:
        import cupy  # noqa: PLC0415 - only here, and only when asked for
    except ImportError as error:
        return f"CuPy does not import ({error})"
    try:
        # One library compiles kernels and another computes products; either may be missing.
        square = cupy.zeros((1, 2, 2), dtype=cupy.float32)
        cupy.matmul(square, square).sum().item()
    except Exception as error:  # drivers fail in many ways, all meaning this
        reason = (str(error) or type(error).__name__).splitlines()[0]
        return f"CuPy is installed but no device answers ({reason})"
    return None


def make_backend(name: str = "auto") -> Backend:
    """The backend called "numpy" or "cupy"; "auto" is CuPy if a device answers, else NumPy.

    Raises BackendError when "cupy" is asked for and cannot be had, ValueError on other names.
    """
    if name not in BACKENDS:
        raise ValueError(f"backend: {name!r} is none of {', '.join(BACKENDS)}")
    if name == "numpy":
        return Backend()
    problem = cupy_problem()
    if problem is None:
        return CupyBackend()
    if name == "cupy":
        raise BackendError(f"{problem}; choose --backend numpy, or install MemNet with [cuda12] or [cuda13].")
    return Backend()


def blas_threads() -> int:
    """Threads that a matrix product may use now."""
    return max((pool["num_threads"] for pool in _blas_pools()), default=1)


def limit_blas_threads() -> threadpoolctl.threadpool_limits:
    """Leave one core to the window: as many threads as cores less one, at least one.

    With two on two busy cores the engine fell to 0.58 of its speed and the window stalled.
    The limit holds for the process until the returned object's `restore_original_limits`.
    """
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else (os.cpu_count() or 1)
    return threadpoolctl.threadpool_limits(max(1, cores - 1), user_api="blas")


def _blas_pools() -> list[dict[str, Any]]:
    return [pool for pool in threadpoolctl.threadpool_info() if pool["user_api"] == "blas"]
