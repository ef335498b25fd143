"""The application around the window: start, errors, signals, end."""

from __future__ import annotations

import argparse
import gc
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from engine.config import preset
from memnet_gui import app as module
from memnet_gui import export_dialog, export_kinds
from memnet_gui.app import SWITCH_INTERVAL, make_application, make_window, run_app
from memnet_gui.main_window import MainWindow
from memnet_gui.process_facts import MemoryUse, memory_use, seconds_since_start
from memnet_gui.settings import Settings
from memnet_gui.shelf import data_folder
from tests.gui.fakes import FakeRunner

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support", extend=True)
ROOT = Path(__file__).resolve().parent.parent.parent


def arguments(**changes: object) -> argparse.Namespace:
    values = {
        "snapshot": None,
        "preset": "tiny",
        "seed": 3,
        "backend": "numpy",
        "fixations": 1,
        "theme": None,
    }
    return argparse.Namespace(**(values | changes))


@pytest.fixture(autouse=True)
def _interval() -> Iterator[None]:
    before = sys.getswitchinterval()
    yield
    sys.setswitchinterval(before)


@pytest.fixture
def runner(monkeypatch: pytest.MonkeyPatch) -> FakeRunner:
    """What `run_app` makes instead of the real engine; `made` holds what it was made with."""
    fake = FakeRunner()

    def make(*positional: object, **named: object) -> FakeRunner:
        fake.made = (positional, named)  # type: ignore[attr-defined]
        return fake

    monkeypatch.setattr(module, "Runner", make)
    return fake


def the_window() -> MainWindow:
    (window,) = [w for w in QApplication.topLevelWidgets() if isinstance(w, MainWindow) and w.isVisible()]
    return window


def test_the_command_line_reaches_the_engine_and_closing_ends_it(
    qapp: QApplication, runner: FakeRunner, tmp_path: Path
) -> None:
    QTimer.singleShot(50, lambda: the_window().close())
    assert run_app(arguments(snapshot=tmp_path / "run.npz", theme="light")) == 0
    positional, named = runner.made  # type: ignore[attr-defined]
    assert positional[1] == preset("tiny", fixations=1)
    autosave = named.pop("autosave")
    assert autosave.parent == data_folder() / "autosaves"
    assert named == {"seed": 3, "backend": "numpy", "snapshot": tmp_path / "run.npz"}
    assert runner.started
    assert runner.closed >= 1
    assert Settings().theme == "light"


def test_what_went_wrong_while_the_window_closed_is_said_in_the_terminal(
    qapp: QApplication, runner: FakeRunner, capsys: pytest.CaptureFixture[str]
) -> None:
    runner.last_words = ("run.npz could not be written.", "Nor could other.npz.")
    QTimer.singleShot(50, lambda: the_window().close())
    assert run_app(arguments()) == 1
    assert capsys.readouterr().err == "memnet: run.npz could not be written.\nmemnet: Nor could other.npz.\n"


def test_an_export_that_fails_while_the_window_closes_is_said_in_the_terminal(
    qapp: QApplication,
    runner: FakeRunner,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    closing = threading.Event()

    def fail(*_anything: object) -> bool:
        assert closing.wait(5)
        raise OSError("window.png could not be written.")

    kinds = tuple(replace(kind, write=fail) for kind in export_kinds.KINDS if kind.id == "window")
    monkeypatch.setattr(export_kinds, "KINDS", kinds)
    monkeypatch.setattr(export_dialog, "KINDS", kinds)

    def act() -> None:
        window = the_window()
        window.exporter.export_kind("window")
        assert window.exporter.dialog is not None
        window.exporter.dialog.export.click()
        QTimer.singleShot(50, closing.set)
        window.close()

    def begin() -> None:
        the_window().ready.connect(act)

    QTimer.singleShot(0, begin)
    assert run_app(arguments()) == 1
    assert capsys.readouterr().err == "memnet: window.png could not be written.\n"


def test_every_mouse_move_arrives_and_threads_take_turns_quickly(qapp: QApplication) -> None:
    app = make_application()
    assert app is qapp
    assert not app.testAttribute(Qt.ApplicationAttribute.AA_CompressHighFrequencyEvents)
    assert not app.windowIcon().isNull()
    assert sys.getswitchinterval() == pytest.approx(SWITCH_INTERVAL)


def test_first_paint_and_readiness_are_timed(qtbot: QtBot, qapp: QApplication) -> None:
    window, startup = make_window(qapp, FakeRunner())
    qtbot.addWidget(window)
    assert (startup.first_paint_seconds, startup.ready_seconds) == (None, None)
    window.show()
    window.start()
    qtbot.waitUntil(lambda: startup.ready_seconds is not None, timeout=10_000)
    assert startup.first_paint_seconds is not None
    assert startup.ready_seconds is not None
    assert 0 < startup.first_paint_seconds < seconds_since_start()
    assert 0 < startup.ready_seconds < seconds_since_start()
    window.close()


@pytest.mark.parametrize("fails", [False, True])
def test_garbage_is_collected_once_everything_is_loaded(
    qtbot: QtBot, qapp: QApplication, fails: bool
) -> None:
    runner = FakeRunner(loaded=not fails)
    runner.failure = "The digits are damaged." if fails else None
    gc.disable()
    try:
        window, _startup = make_window(qapp, runner)
        qtbot.addWidget(window)
        assert not gc.isenabled()
        window.show()
        window.start()
        qtbot.waitUntil(gc.isenabled, timeout=10_000)
        window.close()
    finally:
        gc.enable()
        gc.unfreeze()


def test_the_window_does_not_wait_for_the_engine_to_be_imported() -> None:
    program = (
        "import sys; import memnet_gui.app;"
        "print([name for name in ('engine.network', 'pyqtgraph') if name in sys.modules])"
    )
    said = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert said.stdout.strip() == "[]"


def test_an_exception_in_a_slot_is_said_once_and_the_window_goes_on(
    qapp: QApplication, runner: FakeRunner, capsys: pytest.CaptureFixture[str]
) -> None:
    said: list[list[str]] = []

    def fail() -> None:
        raise ZeroDivisionError("one over nothing")

    def look() -> None:
        said.append(the_window().notices.texts)
        the_window().close()

    # As PySide does with an exception that escapes from a slot.
    def escape() -> None:
        for _ in range(3):
            try:
                fail()
            except ZeroDivisionError as error:
                sys.excepthook(type(error), error, error.__traceback__)

    before = sys.excepthook
    QTimer.singleShot(50, escape)
    QTimer.singleShot(100, look)
    assert run_app(arguments()) == 0
    assert sys.excepthook is before
    ((sentence,),) = said
    assert "one over nothing" in sentence
    assert "nothing learned was lost" in sentence
    assert capsys.readouterr().err.count("Traceback") == 1


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_closes_the_window_in_order(
    qapp: QApplication, runner: FakeRunner, number: signal.Signals
) -> None:
    before = signal.getsignal(number)
    QTimer.singleShot(50, lambda: signal.raise_signal(number))
    assert run_app(arguments()) == 0
    assert runner.closed >= 1
    assert signal.getsignal(number) is before


def test_the_process_knows_its_size_and_age() -> None:
    use = memory_use()
    assert use is not None
    assert 10 * 2**20 < use.bytes < 10 * 2**30
    assert 0 < seconds_since_start() < 24 * 3600
    assert str(MemoryUse(212 * 2**20, peak=False)) == "212 MB"
    assert str(MemoryUse(212 * 2**20, peak=True)) == "212 MB at most"


QUIT_WHILE_LEARNING = """
import argparse, sys, threading
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication
from memnet_gui import app
from memnet_gui.main_window import MainWindow
from memnet_gui.settings import fresh_settings

def play():
    (window,) = [w for w in QApplication.topLevelWidgets() if isinstance(w, MainWindow)]
    window.ready.connect(window.toolbar.toggle_play)
    def leave():
        if window.bridge.frame is not None and window.bridge.frame.score.seen > 50:
            window.close()
    timer = QTimer(window, interval=20, timeout=leave)
    timer.start()

QTimer.singleShot(0, app.make_application(), play)
with fresh_settings():
    code = app.run_app(argparse.Namespace(
        snapshot=None, preset="tiny", seed=0, backend="numpy", fixations=0, theme=None))
assert threading.active_count() == 1, threading.enumerate()
sys.exit(code)
"""


def test_the_real_window_quits_while_it_learns_without_a_thread_left() -> None:
    ended = subprocess.run(
        [sys.executable, "-c", QUIT_WHILE_LEARNING],
        cwd=ROOT,
        env={**os.environ, "QT_QPA_PLATFORM": "offscreen"},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert ended.returncode == 0, ended.stderr
    assert "Traceback" not in ended.stderr
