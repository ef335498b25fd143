"""A window over the real engine, and the hands of somebody who uses it: keys, mouse, menus, dialogs."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from PySide6.QtCore import QEvent, QPoint, QPointF, Qt, QTimer
from PySide6.QtGui import QAction
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QApplication,
    QComboBox,
    QDialog,
    QFileDialog,
    QLineEdit,
    QMenu,
    QMessageBox,
    QWidget,
)
from pytestqt.qtbot import QtBot

from engine.config import preset
from engine.datasets import Dataset
from engine.frame import Frame, RunState
from engine.runner import Runner
from memnet_gui.app import make_application, make_window
from memnet_gui.export_dialog import ExportDialog
from memnet_gui.main_window import MainWindow
from memnet_gui.settings import Settings
from memnet_gui.shelf import Shelf

PATIENCE = 30.0
"""Seconds after which something that should have happened counts as failed, on however busy a machine."""
NO_MODIFIER = Qt.KeyboardModifier.NoModifier


class Visit:
    """A window that was opened as `memnet` opens it, and what a person does in it.

    load: the engine's data. name, backend, snapshot: what the command line says. shelf: where it
    autosaves; None is nowhere.
    """

    def __init__(
        self,
        qtbot: QtBot,
        load: Callable[[], Dataset],
        name: str = "tiny",
        *,
        backend: str = "numpy",
        snapshot: Path | None = None,
        shelf: Shelf | None = None,
    ) -> None:
        self._qtbot = qtbot
        app = make_application()
        self._shelf = shelf
        if shelf is not None:
            shelf.hold_own()
        autosave = None if shelf is None else shelf.own
        self.runner = Runner(load, preset(name), backend=backend, snapshot=snapshot, autosave=autosave)
        self.window: MainWindow
        self.window, self.startup = make_window(app, self.runner, shelf)
        if Settings().geometry is None:
            self.window.resize(1440, 900)
        with qtbot.waitExposed(self.window):
            self.window.show()
        self.window.activateWindow()
        self.window.start()

    # ── what there is to see ──────────────────────────────────────────────────────────────────

    @property
    def frame(self) -> Frame:
        """The newest frame."""
        assert self.window.bridge.frame is not None
        return self.window.bridge.frame

    @property
    def seen(self) -> int:
        return self.frame.score.seen

    @property
    def playing(self) -> bool:
        """Does the window say that it plays?"""
        return self.window.toolbar.play.text() == "Pause"

    @property
    def troubles(self) -> list[str]:
        """The sentences in the notice bar."""
        return self.window.notices.texts

    @property
    def said(self) -> str:
        """The sentence at the right of the status bar."""
        return self.window.status.state.text()

    # ── time ──────────────────────────────────────────────────────────────────────────────────

    def wait(self, happened: Callable[[], Any], what: str, seconds: float = PATIENCE) -> float:
        """Let the window live until it is true; returns the seconds that took."""
        started = time.perf_counter()
        self._qtbot.waitUntil(lambda: self._check(happened, what), timeout=round(seconds * 1000))
        return time.perf_counter() - started

    @staticmethod
    def _check(happened: Callable[[], Any], what: str) -> None:
        assert happened(), what

    def live(self, seconds: float) -> None:
        self._qtbot.wait(round(seconds * 1000))

    def become_ready(self) -> Visit:
        self.wait(lambda: self.startup.ready_seconds is not None, "the window was ready")
        return self

    def step(self, digits: int) -> None:
        """That many digits, one by one, and no more."""
        self.wait(self.window.toolbar.step.isEnabled, "it can step")
        goal = self.seen + digits
        for _ in range(digits):
            self.key(Qt.Key.Key_Right)
        self.wait(lambda: self.seen == goal, f"{digits} more digits were seen")

    def learn(self, digits: int) -> None:
        """Play until at least that many were seen, then pause; by then it may be thousands more."""
        self.wait(self.window.toolbar.play.isEnabled, "it can play")
        self.key(Qt.Key.Key_Space)
        self.wait(lambda: self.seen >= digits and self.playing, f"{digits} digits were seen")
        self.key(Qt.Key.Key_Space)
        self.rest()

    def rest(self) -> None:
        """Wait until the engine stands still, the window says so, and every memory is in the mosaic."""
        self.wait(lambda: self.frame.state is not RunState.PLAYING, "it paused")
        shown = self.window.bridge.frames_shown
        self.wait(lambda: self.window.bridge.frames_shown >= shown + 2 and not self.playing, "it is shown")
        mosaic = self.window.memory.view.mosaic
        assert mosaic is not None
        self.wait(lambda: not mosaic.waiting, "every memory is shown")

    # ── hands ─────────────────────────────────────────────────────────────────────────────────

    def key(self, key: Qt.Key, modifier: Qt.KeyboardModifier = NO_MODIFIER) -> None:
        """Strike a key, as the desktop delivers it: to the window, which knows who has the focus."""
        QTest.keyClick(self.window.windowHandle(), key, modifier)

    def type(self, text: str) -> None:
        """Type into whatever has the focus."""
        for letter in text:
            QTest.keyClick(self.window.windowHandle(), letter)

    def click(self, widget: QWidget, place: QPoint | None = None) -> None:
        """Click in the middle, or at a place of the widget, once it can be clicked."""
        self.wait(lambda: widget.isVisible() and widget.isEnabled(), "it can be clicked")
        at = widget.mapTo(self.window, place if place is not None else widget.rect().center())
        QTest.mouseClick(self.window.windowHandle(), Qt.MouseButton.LeftButton, NO_MODIFIER, at)

    def stroke(self, widget: QWidget, places: list[QPointF]) -> None:
        """Press the mouse, draw through all places of the widget, let go."""
        handle, left = self.window.windowHandle(), Qt.MouseButton.LeftButton
        points = [widget.mapTo(self.window, place).toPoint() for place in places]
        QTest.mousePress(handle, left, NO_MODIFIER, points[0])
        for point in points[1:]:
            QTest.mouseMove(handle, point)
            QApplication.processEvents()
        QTest.mouseRelease(handle, left, NO_MODIFIER, points[-1])

    def pick(self, menu: QMenu, text: str) -> None:
        """Choose the entry of a menu whose text begins like this."""
        action = _entry(menu, text)
        assert action.isEnabled(), action.text()
        action.trigger()

    def choose(self, combo: QComboBox, text: str) -> None:
        """Choose an entry of a combo box."""
        combo.setCurrentIndex(combo.findText(text))
        assert combo.currentText() == text

    def answer(self, text: str) -> None:
        """Answer the question that is being asked."""
        (box,) = self.window.findChildren(QMessageBox)
        (button,) = [button for button in box.buttons() if button.text().replace("&", "") == text]
        QTest.mouseClick(button, Qt.MouseButton.LeftButton)
        self._gone(box)

    def name_file(self, path: Path) -> None:
        """Type a path into the file dialog that is open, and press Enter; an older file may be replaced."""
        (box,) = self.window.findChildren(QFileDialog)
        line = box.findChild(QLineEdit, "fileNameEdit")
        assert line is not None
        line.setText(str(path))
        if box.acceptMode() is QFileDialog.AcceptMode.AcceptSave and path.exists():
            QTimer.singleShot(0, box, _say_yes)
        QTest.keyClick(line, Qt.Key.Key_Return)
        self._gone(box)

    def export(self, text: str, path: Path) -> None:
        """Take something home, and wait until it is there: the entry of the export menu that begins like
        this."""
        dialog = self.begin_export(text, path)
        self.wait(lambda: dialog.message.text().startswith(f"Saved {path.name}"), f"{path.name} was saved")
        QTest.keyClick(dialog, Qt.Key.Key_Escape)

    def begin_export(self, text: str, path: Path) -> ExportDialog:
        """The same, without waiting for it; the dialog stays open."""
        self.pick(self.window.choices.export, text)
        dialog = self.window.exporter.dialog
        assert dialog is not None
        dialog.path.selectAll()
        QTest.keyClicks(dialog.path, str(path))
        QTest.keyClick(dialog.path, Qt.Key.Key_Return)
        self.window.activateWindow()  # the window is worked with meanwhile
        return dialog

    def save(self, path: Path) -> None:
        """Save a snapshot with Ctrl+S, and wait until that is done."""
        self.key(Qt.Key.Key_S, Qt.KeyboardModifier.ControlModifier)
        self.name_file(path)
        self.wait(lambda: self.said.startswith(f"Saved {path.name}"), f"{path.name} was saved")

    def open(self, path: Path) -> None:
        self.key(Qt.Key.Key_O, Qt.KeyboardModifier.ControlModifier)
        self.name_file(path)

    def _gone(self, box: QDialog) -> None:
        assert not box.isVisible(), f"{box.windowTitle()} took no answer"
        QApplication.sendPostedEvents(box, QEvent.Type.DeferredDelete)
        self.window.activateWindow()  # as a desktop does; without one nobody would

    # ── the end ───────────────────────────────────────────────────────────────────────────────

    def close(self) -> None:
        """Close the window and wait until it is gone, with every thread of ours."""
        self.window.close()
        self.wait(lambda: not self.window.isVisible(), "the window closed")
        assert our_threads() == []
        if self._shelf is not None:
            self._shelf.close(keep=False)

    def end(self) -> None:
        """Close it, whatever state a failed test left it in."""
        self.window.close()
        self.runner.close()
        self.window.close()
        self.window.deleteLater()
        QApplication.sendPostedEvents(self.window, QEvent.Type.DeferredDelete)


def _say_yes() -> None:
    """To the question whether a file may be replaced; it takes the dialog's turn until it is answered."""
    box = QApplication.activeModalWidget()
    assert isinstance(box, QMessageBox)
    QTest.mouseClick(box.button(QMessageBox.StandardButton.Yes), Qt.MouseButton.LeftButton)


def our_threads() -> list[str]:
    return [thread.name for thread in threading.enumerate() if thread.name.startswith("memnet")]


def _entry(menu: QMenu, text: str) -> QAction:
    (action,) = [action for action in menu.actions() if action.text().startswith(text)]
    return action
