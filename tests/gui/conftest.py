"""What the window's tests share: the real style on an offscreen screen, and settings of their own."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import QEvent
from PySide6.QtGui import QCursor, QGuiApplication
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from memnet_gui.settings import fresh_settings
from memnet_gui.style import apply_style
from memnet_gui.theme import DARK

if TYPE_CHECKING:
    from tests.gui.exporting import Exporting
    from tests.gui.stage import Stage


@pytest.fixture(scope="session")
def qapp_args() -> list[str]:
    return ["memnet-tests"]


@pytest.fixture(scope="module", autouse=True)
def _nothing_left(qapp: QApplication) -> None:
    """Windows of tests before are cycles until they are searched for, and are dressed again and again."""
    gc.collect()
    qapp.sendPostedEvents(None, QEvent.Type.DeferredDelete)


@pytest.fixture(autouse=True)
def _isolated_settings() -> Iterator[None]:
    """Each test starts without settings and leaves none behind."""
    with fresh_settings():
        yield


@pytest.fixture(autouse=True)
def _still_pointer(qapp: QApplication) -> None:
    """The pointer rests in a corner, not where a test before left it, perhaps over what comes next."""
    QCursor.setPos(QGuiApplication.primaryScreen().geometry().bottomRight())


@pytest.fixture(autouse=True)
def _dark_style(qapp: QApplication) -> None:
    """Fusion, the bundled font and the dark theme, whatever a test before chose.

    What that test closed is deleted first: nothing else would do so before the last test, and every
    widget that is left has to be dressed.
    """
    qapp.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    apply_style(qapp, DARK)


@pytest.fixture
def stage(qtbot: QtBot, qapp: QApplication) -> Iterator[Stage]:
    """A shown window whose engine has not sent a frame yet."""
    from tests.gui.fakes import FakeRunner  # noqa: PLC0415 - most tests need no whole window
    from tests.gui.stage import Stage  # noqa: PLC0415

    stage = Stage(qtbot, qapp, FakeRunner())
    stage.show()
    yield stage
    stage.window.close()


@pytest.fixture
def started(stage: Stage) -> Stage:
    """A shown window with the first frame of a run."""
    stage.begin()
    return stage


@pytest.fixture
def exporting(qtbot: QtBot, tmp_path: Path) -> Iterator[Exporting]:
    """An exporter over a run that can be exported; files go to `tmp_path`."""
    from tests.gui.exporting import Exporting  # noqa: PLC0415

    exporting = Exporting(qtbot, tmp_path)
    yield exporting
    exporting.exporter.ready_to_close()
    exporting.exporter.finish()
