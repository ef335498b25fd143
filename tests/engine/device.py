"""A make-believe device that can be lost: NumPy's arithmetic behind CuPy's manners.

Its arrays do not mix with host arrays, NumPy's functions do not take them, and only its own backend
brings them home. Every call on the array module is an operation; at a chosen one the device fails,
and from then on it does not answer.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from typing import Any

import numpy as np
import numpy.typing as npt

from engine.backend import Array, Backend, DeviceLostError


class DriverError(RuntimeError):
    """What the driver raises; the engine must never see it."""


class DeviceArray(np.ndarray[Any, Any]):
    """An array that pretends to live elsewhere."""

    def __array_ufunc__(self, ufunc: Any, method: str, *inputs: Any, **options: Any) -> Any:
        for each in (*inputs, *options.get("out", ())):
            if isinstance(each, np.ndarray) and not isinstance(each, DeviceArray) and each.ndim:
                raise TypeError(f"{ufunc.__name__}: a host array among the device's")
        if "out" in options:
            options["out"] = tuple(at_home(each) for each in options["out"])
        return away(getattr(ufunc, method)(*map(at_home, inputs), **options))

    def __array_function__(self, function: Any, *_: Any) -> Any:
        raise TypeError(f"numpy.{function.__name__} does not take a device's arrays")


def at_home(value: Any) -> Any:
    if isinstance(value, list | tuple):
        return type(value)(map(at_home, value))
    return value.view(np.ndarray) if isinstance(value, DeviceArray) else value


def away(value: Any) -> Any:
    if isinstance(value, tuple):
        return tuple(map(away, value))
    return value.view(DeviceArray) if isinstance(value, np.ndarray) else value


class _Module:
    """NumPy's functions, for the device's arrays; each call is an operation."""

    def __init__(self, device: FlakyBackend) -> None:
        self._device = device

    def __getattr__(self, name: str) -> Any:
        value = getattr(np, name)
        if not callable(value) or isinstance(value, type):
            return value

        def call(*arguments: Any, **options: Any) -> Any:
            self._device.operate()
            for each in (*arguments, *options.values()):
                if isinstance(each, np.ndarray) and not isinstance(each, DeviceArray):
                    raise TypeError(f"{name}: a host array among the device's")
            options = {key: at_home(each) for key, each in options.items()}
            return away(value(*map(at_home, arguments), **options))

        return call


class FlakyBackend(Backend):
    """fails_at: the operation at which the device goes, counted from 1; None is never."""

    name = "flaky"
    volatile = True

    def __init__(self, fails_at: int | None = None) -> None:
        super().__init__(_Module(self))
        self.fails_at = fails_at
        self.operations = 0

    @property
    def description(self) -> str:
        return "Imaginary 9000"

    def operate(self) -> None:
        self.operations += 1
        if self.fails_at is not None and self.operations >= self.fails_at:
            raise DriverError(f"operation {self.operations}: the device does not answer")

    def to_device(self, array: npt.NDArray[Any]) -> Array:
        assert not isinstance(array, DeviceArray)
        self.operate()
        return np.array(array).view(DeviceArray)

    def to_host(self, array: Array) -> npt.NDArray[Any]:
        assert isinstance(array, DeviceArray)
        self.operate()
        return np.array(array.view(np.ndarray))

    def gather(self, memories: Array, columns: Any, slots: Any) -> Array:
        self.operate()
        return super().gather(memories, columns, slots)

    def scatter(self, memories: Array, columns: Any, slots: Any, rows: Array) -> None:
        assert isinstance(rows, DeviceArray)
        self.operate()
        super().scatter(memories, columns, slots, rows)

    @contextlib.contextmanager
    def guard(self) -> Iterator[None]:
        try:
            yield
        except DriverError as error:
            raise DeviceLostError(f"Imaginary 9000: {error}") from error
