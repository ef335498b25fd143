"""The application: Qt, the engine and the window put together, and an orderly end."""

from __future__ import annotations

import argparse
import gc
import signal
import sys
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType, TracebackType

from PySide6.QtCore import QObject, Qt, QTimer, Slot
from PySide6.QtWidgets import QApplication

from engine.commands import Autosave
from engine.config import preset
from engine.datasets import load_mnist
from engine.runner import Runner
from memnet_gui.appearance import Appearance
from memnet_gui.bridge import Engine
from memnet_gui.icons import app_icon
from memnet_gui.main_window import MainWindow
from memnet_gui.process_facts import seconds_since_start
from memnet_gui.recovery import Recovery
from memnet_gui.settings import Settings
from memnet_gui.shelf import Shelf, data_folder

SWITCH_INTERVAL = 0.00005
"""Seconds after which Python hands the interpreter to the other thread that wants it. Each side needs
it in short turns between long computations, and would wait for Python's own 5 ms several times in one
repaint or one burst."""


class Startup(QObject):
    """When the window came up, in seconds since the process started; None until it has happened.

    first_paint_seconds: the window was painted. ready_seconds: digits and curves are there, and a
    press of Space would begin to learn.
    """

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self.first_paint_seconds: float | None = None
        self.ready_seconds: float | None = None
        window.painted.connect(self._painted)
        window.ready.connect(self._ready)
        window.bridge.failed.connect(self._loaded)

    @Slot()
    def _painted(self) -> None:
        self.first_paint_seconds = seconds_since_start()

    @Slot()
    def _ready(self) -> None:
        self.ready_seconds = seconds_since_start()
        self._loaded()

    @Slot()
    def _loaded(self) -> None:
        """Where it was put off until now, garbage is collected from here on. What start-up made is not
        looked at again: that would hold both threads up for as long as a frame takes."""
        if not gc.isenabled():
            gc.freeze()
            gc.enable()


def make_application() -> QApplication:
    """The one QApplication, with every mouse move delivered (strokes are made of them), in a process
    whose threads take turns quickly."""
    sys.setswitchinterval(SWITCH_INTERVAL)
    existing = QApplication.instance()
    app = existing if isinstance(existing, QApplication) else QApplication(sys.argv[:1])
    app.setApplicationName("MemNet")
    app.setDesktopFileName("memnet")
    app.setWindowIcon(app_icon())
    # Not earlier: Qt turns it on while the application is made.
    QApplication.setAttribute(Qt.ApplicationAttribute.AA_CompressHighFrequencyEvents, False)
    return app


def make_window(app: QApplication, engine: Engine, shelf: Shelf | None = None) -> tuple[MainWindow, Startup]:
    """A window over an engine that has not been started. `show` and `start` it; `close` ends both.

    shelf: once everything is there, a run that was left on it is offered.
    """
    settings = Settings()
    window = MainWindow(engine, settings, Appearance(app, settings, app))
    if shelf is not None:
        recovery = Recovery(shelf, window.recovery, window.control.recover, window)
        window.ready.connect(recovery.look)
    return window, Startup(window)


def run_app(arguments: argparse.Namespace) -> int:
    """Open the window and stay until it is closed. Returns the exit code: 1 where something went wrong
    too late for the window to say so, which standard error then does.

    arguments: snapshot (a path or None), preset, seed, backend, fixations, theme (or None), as the
    command line gives them.
    """
    app = make_application()
    if arguments.theme is not None:
        Settings().theme = arguments.theme
    shelf = Shelf(data_folder() / "autosaves")
    shelf.hold_own()
    runner = Runner(
        load_mnist,
        preset(arguments.preset, fixations=arguments.fixations),
        seed=arguments.seed,
        backend=arguments.backend,
        snapshot=arguments.snapshot,
        autosave=shelf.own,
    )
    window, _startup = make_window(app, runner, shelf)
    with _told_of_errors(window), _closed_by_signals(window) as received:
        try:
            window.show()
            window.start()
            code = app.exec()
        finally:
            runner.close()  # also when something else ends the loop: no thread may outlive Qt
            unfinished = runner.failure is not None or bool(runner.last_words)
            shelf.close(keep=unfinished or signal.SIGTERM in received)
            window.exporter.finish()
            last_words = (*runner.last_words, *window.exporter.last_words)
            for sentence in last_words:
                sys.stderr.write(f"memnet: {sentence}\n")
    return 1 if last_words else code


@contextmanager
def _told_of_errors(window: MainWindow) -> Iterator[None]:
    """An exception in a slot becomes a sentence in the window; the traceback goes to the terminal."""
    told: set[str] = set()

    def tell(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        if issubclass(kind, KeyboardInterrupt):
            window.close()
            return
        text = f"{kind.__name__}: {error}" if str(error) else kind.__name__
        if text in told:  # a broken panel would otherwise say it sixty times a second
            return
        told.add(text)
        traceback.print_exception(kind, error, trace)
        window.tell(
            "error",
            f"Part of the window failed ({text}). Learning goes on and nothing learned was lost; "
            "if it does not recover, save a snapshot and start MemNet again.",
        )

    before, sys.excepthook = sys.excepthook, tell
    try:
        yield
    finally:
        sys.excepthook = before


@contextmanager
def _closed_by_signals(window: MainWindow) -> Iterator[set[int]]:
    """Ctrl+C and a polite kill close the window as its button does; a second one ends the process.

    Yields the numbers of the signals that came. Whoever presses Ctrl+C wants an end; where the system
    wants it, the run is autosaved first, to be offered at the next start. Python runs the handler when
    its interpreter next does anything, which the bridge's timer sees to.
    """

    def close(number: int, _frame: FrameType | None) -> None:
        signal.signal(number, signal.SIG_DFL)
        received.add(number)
        if number == signal.SIGTERM:
            window.bridge.post(Autosave())
        QTimer.singleShot(0, window, window.close)

    received: set[int] = set()
    numbers = (signal.SIGINT, signal.SIGTERM)
    before = {number: signal.signal(number, close) for number in numbers}
    try:
        yield received
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
