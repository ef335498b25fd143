"""What the proofs share: the digits, a display, a user without settings, the window itself."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from engine.config import preset
from engine.datasets import Dataset, load_mnist
from engine.session import Session
from engine.snapshot import save_snapshot
from tests.end_to_end.wreckage import make_snapshots

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

    from tests.end_to_end.driving import Visit


@pytest.fixture(scope="session")
def digits() -> Dataset:
    """MNIST, whole, read once."""
    return load_mnist()


@pytest.fixture(scope="session")
def unreadable(digits: Dataset, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Snapshots that are none, by the names in `wreckage.SNAPSHOT_DAMAGES`."""
    session = Session(digits, preset("tiny"), limit=300)
    session.advance(32)
    folder = tmp_path_factory.mktemp("unreadable")
    save_snapshot(session, folder / "whole.npz")
    return make_snapshots(folder, folder / "whole.npz")


@pytest.fixture(scope="session")
def x_server() -> Iterator[str]:
    """The name of an X display that answers."""
    if shutil.which("Xvfb") is None:
        pytest.skip("needs Xvfb")
    read, write = os.pipe()
    with subprocess.Popen(
        ["Xvfb", "-displayfd", str(write), "-screen", "0", "1600x1000x24"],
        pass_fds=[write],
        stderr=subprocess.DEVNULL,
    ) as server:
        os.close(write)
        with os.fdopen(read) as number:
            yield f":{number.readline().strip()}"
        server.terminate()


@pytest.fixture
def no_settings() -> Iterator[None]:
    """A user who has never started MemNet, and whose own settings stay as they are."""
    from memnet_gui.settings import fresh_settings  # noqa: PLC0415 - tests of the terminal need no Qt

    with fresh_settings():
        yield


@pytest.fixture
def visit(no_settings: None, qtbot: QtBot, digits: Dataset) -> Iterator[Callable[..., Visit]]:
    """Opens a window, with the preset and options of `Visit`. All are closed in the end."""
    from tests.end_to_end.driving import Visit  # noqa: PLC0415

    visits: list[Visit] = []
    interval = sys.getswitchinterval()

    def begin(*words: Any, load: Callable[[], Dataset] = lambda: digits, **options: Any) -> Visit:
        visits.append(Visit(qtbot, load, *words, **options))
        return visits[-1]

    yield begin
    for each in visits:
        each.end()
    sys.setswitchinterval(interval)
