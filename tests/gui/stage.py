"""A whole window over an engine that is made by hand, for the tests that need one."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QEvent
from PySide6.QtWidgets import QApplication, QMessageBox
from pytestqt.qtbot import QtBot

from engine import commands as ask
from engine.frame import Frame
from memnet_gui.appearance import Appearance
from memnet_gui.main_window import MainWindow
from memnet_gui.settings import Settings
from tests.gui.fakes import FakeRunner


class Chooser:
    """Answers every file dialog at once with the same path."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.suggested: list[str] = []

    def save(self, _title: str, name: str, then: Callable[[Path], None]) -> None:
        self.suggested.append(name)
        then(self.path)

    def open(self, _title: str, then: Callable[[Path], None]) -> None:
        then(self.path)


class Stage:
    """A shown window, its engine, and shortcuts for tests."""

    def __init__(self, qtbot: QtBot, app: QApplication, runner: FakeRunner) -> None:
        self.runner = runner
        self.settings = Settings()
        self.settings.theme = "dark"
        self.window = MainWindow(runner, self.settings, Appearance(app, self.settings, app))
        self._qtbot = qtbot
        qtbot.addWidget(self.window)

    def show(self, width: int = 1440, height: int = 900) -> None:
        self.window.resize(width, height)
        with self._qtbot.waitExposed(self.window):
            self.window.show()
        self.window.activateWindow()

    def begin(self) -> None:
        """Two ticks: ask for the first frame, take it."""
        self.window.bridge.tick()
        self.window.bridge.tick()

    def send(self, frame: Frame) -> None:
        """Let this be the newest frame."""
        self.runner.current = frame
        shown = self.window.bridge.frames_shown
        self.window.bridge.post(ask.CancelTest())  # anything: an idle bridge looks sooner
        self.runner.posted.pop()
        while self.window.bridge.frames_shown < shown + 2:
            self.window.bridge.tick()
        for view in (self.window.toolbar, self.window.status):
            self.window.bridge.hurry(view)
            self.window.bridge.tick()

    def answer(self, chooser: Chooser) -> Chooser:
        self.window.exporter.chooser = chooser
        self.window.control.chooser = chooser
        return chooser

    @property
    def question(self) -> QMessageBox:
        """The one question that is being asked."""
        (box,) = self.window.findChildren(QMessageBox)
        return box

    def press(self, text: str) -> None:
        """Answer it."""
        (button,) = [button for button in self.question.buttons() if button.text().replace("&", "") == text]
        button.click()
        QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
