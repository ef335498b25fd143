"""Which backend is chosen, what is asked of its array module, and that both modules have it."""

from __future__ import annotations

import ast
import importlib.util
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

import array_api_strict
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as some

import engine
from engine import backend as backends
from engine.backend import (
    Backend,
    BackendError,
    CupyBackend,
    DeviceLostError,
    blas_threads,
    cupy_problem,
    limit_blas_threads,
    make_backend,
)
from engine.config import PRESETS
from engine.datasets import Dataset
from engine.network import MemoryNetwork
from tests.engine.samples import assert_close, learn, shrunk

needs_device = pytest.mark.skipif(
    importlib.util.find_spec("cupy") is None or cupy_problem() is not None, reason="no GPU that CuPy can use"
)

BEYOND_THE_STANDARD = {
    "asnumpy": "cupy.asnumpy, called by CupyBackend alone",
    "bincount": "cupy.bincount",
    "concatenate": "cupy.concatenate: the standard's concat is not in CuPy 13",
    "cumsum": "cupy.cumsum: the standard's cumulative_sum is not in CuPy 13",
    "flatnonzero": "cupy.flatnonzero",
}
"""Names that are called on the array module though the standard does not have them, and where CuPy has
them. Backends that lack one override the operation that uses it."""
METHODS = {
    "copy": "cupy.ndarray.copy",
    "sort": "cupy.ndarray.sort, in place",
    "swapaxes": "cupy.ndarray.swapaxes",
    "shape": "cupy.ndarray.shape",
    "dtype": "cupy.ndarray.dtype",
    "max": "cupy.ndarray.max",
}
"""Attributes of arrays that `Backend` itself uses, and their twins."""
CUPY_13 = """
    arange argmax argmin asarray asnumpy bincount broadcast_to ceil clip concatenate cumsum empty empty_like
    flatnonzero float32 full inf matmul max maximum mean min minimum nonzero ones ones_like reshape sort sqrt
    sum take take_along_axis where zeros
"""
"""Names seen in CuPy 13.4.1, the oldest that MemNet allows. It has none of the standard's newer
names: concat, permute_dims, matrix_transpose, pow, astype, isdtype, acos … came with CuPy 14."""


def module_names_used() -> dict[str, set[str]]:
    """Every `name` in `xp.name` and `cupy.name`, dots and all, and the modules that use it."""
    used: dict[str, set[str]] = {}
    for path in Path(engine.__file__).parent.glob("*.py"):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        attributes = [node for node in ast.walk(tree) if isinstance(node, ast.Attribute)]
        parts_of_longer_ones = {id(node.value) for node in attributes}
        for node in attributes:
            name = name_on_the_module(node)
            if name and id(node) not in parts_of_longer_ones:
                used.setdefault(name, set()).add(path.name)
    return used


def name_on_the_module(node: ast.expr) -> str | None:
    parts: list[str] = []
    while isinstance(node, ast.Attribute) and node.attr != "xp":
        parts.insert(0, node.attr)
        node = node.value
    is_module = isinstance(node, ast.Attribute) or (isinstance(node, ast.Name) and node.id in ("xp", "cupy"))
    return ".".join(parts) if is_module and parts else None


def has(module: Any, name: str) -> bool:
    for part in name.split("."):
        if not hasattr(module, part):
            return False
        module = getattr(module, part)
    return True


def array_attributes_of_the_backend() -> Iterator[str]:
    """NAME in `array.NAME`, for the arrays that `Backend` is given or makes."""
    tree = ast.parse(Path(backends.__file__).read_text(encoding="utf-8"))
    (definition,) = (node for node in tree.body if isinstance(node, ast.ClassDef) and node.name == "Backend")
    for function in (node for node in definition.body if isinstance(node, ast.FunctionDef)):
        for node in ast.walk(function):
            if (
                isinstance(node, ast.Attribute)
                and isinstance(node.value, ast.Name)
                and node.value.id not in ("self", "np", "xp", "npt", "contextlib")
            ):
                yield node.attr


# What is called on the array module --------------------------------------------------------------


def test_the_search_for_names_finds_them() -> None:
    used = module_names_used()
    assert {"memory.py", "backend.py"} <= used["matmul"] | used["reshape"]
    assert {"zeros", "argmin", "take", "where", "clip"} <= used.keys()


@pytest.mark.parametrize("name", sorted(module_names_used()))
def test_a_name_is_in_numpy_and_in_cupy(name: str) -> None:
    if name.startswith("cuda."):
        return  # of the device itself, where the backend is CuPy
    assert name in CUPY_13.split()
    assert has(array_api_strict, name) or name in BEYOND_THE_STANDARD
    assert has(np, name) or name == "asnumpy"
    if importlib.util.find_spec("cupy"):
        assert has(importlib.import_module("cupy"), name)


def test_no_exception_to_the_standard_is_listed_in_vain() -> None:
    assert module_names_used().keys() >= BEYOND_THE_STANDARD.keys()
    assert set(array_attributes_of_the_backend()) == METHODS.keys()


@pytest.mark.parametrize("name", sorted(METHODS))
def test_a_method_is_in_numpy_and_in_cupy(name: str) -> None:
    assert hasattr(np.ndarray, name)
    if importlib.util.find_spec("cupy"):
        assert hasattr(importlib.import_module("cupy").ndarray, name)


# The operations ----------------------------------------------------------------------------------


@pytest.mark.parametrize("length", [1, 7, 512, 513, 600, 3000])
@pytest.mark.parametrize("count", [1, 6, 300])
def test_smallest_are_the_smallest_ascending(length: int, count: int) -> None:
    count = min(count, length)
    rows = np.random.default_rng(length).standard_normal((3, 4, length)).astype(np.float32)
    rows[0, 0, :] = 1e6
    before = rows.copy()
    found = Backend().smallest(rows, count, np.empty_like(rows))
    np.testing.assert_array_equal(found, np.sort(before, axis=-1)[..., :count])
    np.testing.assert_array_equal(rows, before)


def test_what_is_moved_is_copied() -> None:
    backend, mine = Backend(), np.zeros(3, np.float32)
    for copy in (backend.to_device(mine), backend.to_host(mine), backend.copy(mine)):
        copy[:] = 1
    assert mine.tolist() == [0, 0, 0]


def test_gather_gives_what_scatter_wrote() -> None:
    backend, memories = Backend(), np.zeros((3, 4, 5), np.float32)
    columns, slots = np.array([2, 0, 2]), np.array([1, 4, 3])
    rows = np.arange(12, dtype=np.float32).reshape(3, 4)
    backend.scatter(memories, columns, slots, rows)
    np.testing.assert_array_equal(backend.gather(memories, columns, slots), rows)
    assert np.count_nonzero(memories) == 11
    assert memories[0, 2, 4] == rows[1, 2]


# Which one is chosen -----------------------------------------------------------------------------


class FakeError(RuntimeError):
    """What a driver raises."""


def fake_cupy(problem: Exception | None) -> ModuleType:
    """A module that imports as cupy; its arrays are NumPy's, or its device raises `problem`."""
    module: Any = ModuleType("cupy")

    def zeros(*arguments: Any, **options: Any) -> Any:
        if problem is not None:
            raise problem
        return np.zeros(*arguments, **options)

    module.zeros, module.matmul, module.float32, module.asnumpy = zeros, np.matmul, np.float32, np.array
    runtime = SimpleNamespace(
        getDeviceProperties=lambda _: {"name": b"Imaginary 9000"}, CUDARuntimeError=FakeError
    )
    module.cuda = SimpleNamespace(
        runtime=runtime,
        Device=lambda: SimpleNamespace(id=0),
        memory=SimpleNamespace(OutOfMemoryError=MemoryError),
        driver=SimpleNamespace(CUDADriverError=FakeError),
        cublas=SimpleNamespace(CUBLASError=FakeError),
    )
    return module


def test_numpy_is_chosen_where_cupy_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "cupy", None)
    assert type(make_backend("auto")) is Backend
    with pytest.raises(BackendError, match=r"^CuPy does not import .*--backend numpy.*\[cuda12\]"):
        make_backend("cupy")


@pytest.mark.parametrize(
    "problem",
    [
        FakeError("cudaErrorNoDevice: no CUDA-capable device is detected\nTraceback …"),
        ImportError("libcublas.so.12: cannot open shared object file"),
        FakeError(),
    ],
)
def test_numpy_is_chosen_where_cupy_finds_no_device(
    problem: Exception, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "cupy", fake_cupy(problem))
    assert type(make_backend("auto")) is Backend
    with pytest.raises(
        BackendError, match=r"installed but no device answers .*choose --backend numpy"
    ) as error:
        make_backend("cupy")
    assert "\n" not in str(error.value)


def test_cupy_is_chosen_where_a_device_answers(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "cupy", fake_cupy(None))
    for name in ("auto", "cupy"):
        chosen = make_backend(name)
        assert isinstance(chosen, CupyBackend)
        assert chosen.volatile
        assert chosen.description == "CuPy · Imaginary 9000"
    assert type(make_backend("numpy")) is Backend


@pytest.mark.parametrize("error", [FakeError("launch failed\nmore"), MemoryError("out of memory")])
def test_the_devices_own_errors_mean_that_it_is_lost(
    error: Exception, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "cupy", fake_cupy(None))
    chosen = make_backend("cupy")
    with (
        pytest.raises(DeviceLostError, match=r"^Imaginary 9000: (launch failed|out of memory)$"),
        chosen.guard(),
    ):
        raise error
    with pytest.raises(KeyError), chosen.guard():
        raise KeyError("not the device's")


def test_an_unknown_backend_is_named() -> None:
    with pytest.raises(ValueError, match="backend: 'torch' is none of auto, numpy, cupy"):
        make_backend("torch")


def test_blas_leaves_a_core_to_the_window(monkeypatch: pytest.MonkeyPatch) -> None:
    before = blas_threads()
    for cores, threads in ((1, "1 thread"), (2, "1 thread"), (4, "3 threads")):
        mine = set(range(cores))
        monkeypatch.setattr("engine.backend.os.sched_getaffinity", lambda _, mine=mine: mine, raising=False)
        with limit_blas_threads():
            assert make_backend("numpy").description == f"NumPy · {threads}"
        assert blas_threads() == before


# On a device -------------------------------------------------------------------------------------


@pytest.mark.gpu
@needs_device
@pytest.mark.parametrize("name", PRESETS)
def test_a_preset_learns_the_same_on_the_gpu(name: str, digits: Dataset) -> None:
    config = replace(shrunk(name), fixations=1)
    host, device = MemoryNetwork(config), MemoryNetwork(config, make_backend("cupy"))
    for burst in (1, 8, 32):
        answers = [learn(network, digits, 96, burst) for network in (host, device)]
        assert np.mean(answers[0] == answers[1]) > 0.98
    assert_close(host.state(), device.state(), tolerance=1e-2)


@pytest.mark.gpu
@needs_device
def test_memories_move_to_the_gpu_and_back_unchanged(digits: Dataset) -> None:
    host = MemoryNetwork(shrunk("complementary"))
    learn(host, digits, 64)
    device = MemoryNetwork(host.config, make_backend("cupy"))
    device.restore(host.state())
    assert_close(host.state(), device.state(), tolerance=0)
    seen = digits.test_images[:40]
    np.testing.assert_allclose(host.predict_proba(seen), device.predict_proba(seen), atol=1e-4)


@given(seed=some.integers(0, 2**32 - 1), share=some.floats(0, 1), capacity=some.integers(1, 200))
def test_scattered_rows_are_gathered_again_and_nothing_else_changes(
    seed: int, share: float, capacity: int
) -> None:
    chance, backend = np.random.default_rng(seed), Backend()
    memories = chance.random((3, 5, capacity), np.float32)
    columns, slots = np.nonzero(chance.random((3, capacity)) < share)
    rows = chance.random((len(columns), 5), np.float32)
    expected = memories.copy()
    for column, slot, row in zip(columns, slots, rows, strict=True):
        expected[column, :, slot] = row
    backend.scatter(memories, columns, slots, rows)
    np.testing.assert_array_equal(memories, expected)
    np.testing.assert_array_equal(backend.gather(memories, columns, slots), rows)
