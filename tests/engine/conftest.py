"""Real digits for the engine's tests: read once, few enough to be quick."""

from __future__ import annotations

import hashlib
import tempfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy.typing as npt
import pytest

from engine.backend import Backend, limit_blas_threads
from engine.datasets import Dataset, load_mnist
from tests.engine.device import DeviceArray
from tests.engine.driving import Driver, engine_threads


@pytest.fixture(scope="session", autouse=True)
def blas_as_in_the_runner() -> Iterator[None]:
    """Sessions alone and sessions in a runner compute with as many threads, so to the same bits; and
    no test waits for a thread that waits for a core."""
    with limit_blas_threads():
        yield


@pytest.fixture(scope="session")
def mnist() -> Dataset:
    """All bundled digits."""
    return load_mnist()


@pytest.fixture(scope="session")
def digits(mnist: Dataset) -> Dataset:
    """The first 2,000 digits of the stream and the first 300 of the test."""
    return replace(
        mnist,
        name="MNIST, the first digits",
        train_images=mnist.train_images[:2000],
        train_labels=mnist.train_labels[:2000],
        test_images=mnist.test_images[:300],
        test_labels=mnist.test_labels[:300],
        checksum=hashlib.sha256(b"the first digits").hexdigest(),
    )


@pytest.fixture(scope="session")
def few(digits: Dataset) -> Dataset:
    """300 digits to learn, 100 held out."""
    return replace(
        digits,
        train_images=digits.train_images[:300],
        train_labels=digits.train_labels[:300],
        test_images=digits.test_images[:100],
        test_labels=digits.test_labels[:100],
    )


@pytest.fixture
def drive(few: Dataset) -> Iterator[Driver]:
    with Driver(lambda: few, "complementary") as driver:
        yield driver


@pytest.fixture
def endless(digits: Dataset) -> Iterator[Driver]:
    """A run that does not end by itself while a test looks at it."""
    with Driver(lambda: digits, "complementary") as driver:
        yield driver


@pytest.fixture
def nothing_comes_home_by_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    """NumPy's backend must not be handed what is left of a device."""
    to_host = Backend.to_host

    def checked(self: Backend, array: Any) -> npt.NDArray[Any]:
        assert not isinstance(array, DeviceArray), "a lost device's array"
        return to_host(self, array)

    monkeypatch.setattr(Backend, "to_host", checked)


@pytest.fixture
def no_thread_stays_behind() -> Iterator[None]:
    """Whatever a test does with a runner, its threads have ended by the end of it."""
    yield
    assert engine_threads() == []


@pytest.fixture
def temporary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder that is the system's folder of temporary files."""
    folder = tmp_path / "temporary"
    folder.mkdir()
    monkeypatch.setattr(tempfile, "gettempdir", lambda: str(folder))
    return folder
