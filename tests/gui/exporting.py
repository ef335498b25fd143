"""Something to export: an engine made by hand that answers `Take` and `Record`, and the dialog over it."""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from engine import commands as ask
from engine.config import PRESETS
from engine.findings import Growth, Taken, Task
from engine.frame import Frame
from engine.session import Session
from engine.snapshot import Snapshot
from memnet_gui.bridge import Bridge
from memnet_gui.export import Exporter, FileDialogs
from memnet_gui.export_dialog import ExportDialog
from memnet_gui.export_kinds import KINDS
from memnet_gui.mosaic_order import Choice
from memnet_gui.settings import Settings
from memnet_gui.theme import DARK
from tests.engine.samples import separable
from tests.gui.fakes import FakeRunner
from tests.gui.frames import make_frame, make_info, make_inspection
from tests.gui.growths import make_growth

INFO = make_info(PRESETS["tiny"])
DIGITS = 64


@lru_cache(maxsize=1)
def learned() -> Snapshot:
    """A run of the tiny preset, a few digits long."""
    session = Session(separable(28, classes=10), PRESETS["tiny"])
    while session.seen < DIGITS:
        session.advance(DIGITS - session.seen)
    session.close_burst()
    return Snapshot.take(session)


def learned_frame(**changes: object) -> Frame:
    return make_frame(INFO, **changes)


def inspected_frame() -> Frame:
    return learned_frame(inspection=make_inspection(INFO))


class AnsweringRunner(FakeRunner):
    """Answers at once with `learned()` and with `growth`. silent: not yet; `answer` does."""

    def __init__(self, current: Frame | None = None) -> None:
        super().__init__(current or learned_frame())
        self.silent = False
        self.growth: Growth = make_growth(INFO)

    def post(self, command: ask.Command) -> None:
        super().post(command)
        if not self.silent:
            self.answer(command)

    def answer(self, command: ask.Command) -> None:
        findings = self.current.findings
        match command:
            case ask.Take(request):
                findings = replace(findings, taken=Taken(request, learned()))
            case ask.Record(request):
                findings = replace(findings, growth=replace(self.growth, request=request))
        self.current = replace(self.current, findings=findings)

    def answer_all(self) -> None:
        """Whatever was asked."""
        for command in self.posted:
            self.answer(command)

    def work(self, done: int, total: int) -> None:
        """Say how far the answer has got."""
        self.current = replace(self.current, task=Task(1, "Recording how the memories grew", done, total))


class Follower:
    """Hands every frame on, as the window does."""

    refresh_hz = 60
    every_frame = True

    def __init__(self, exporter: Exporter) -> None:
        self.show_frame = exporter.follow

    def isVisible(self) -> bool:
        return True


class Exporting:
    """An exporter over a plain widget for a window, its dialog, and shortcuts for tests.

    told: what it had to say where the dialog was not open. theme: the one that is on.
    """

    def __init__(self, qtbot: QtBot, folder: Path) -> None:
        self.runner = AnsweringRunner()
        self.settings = Settings()
        self.settings.folder = folder
        self.folder = folder
        self.theme = DARK
        self.told: list[tuple[str, str]] = []
        self.window = QWidget()
        self.window.resize(640, 400)
        qtbot.addWidget(self.window)
        self.bridge = Bridge(self.runner, self.window)
        self.exporter = Exporter(
            FileDialogs(self.window, self.settings),
            self.bridge,
            self.settings,
            self.window,
            lambda: self.window.grab().toImage(),
            lambda: (0, Choice()),
            lambda: self.theme,
        )
        self.exporter.told.connect(self._hear)
        self._follower = Follower(self.exporter)
        self.bridge.add_views([self._follower])
        self._qtbot = qtbot
        with qtbot.waitExposed(self.window):
            self.window.show()
        self.send(self.runner.current)

    def _hear(self, level: str, sentence: str) -> None:
        self.told.append((level, sentence))

    def send(self, frame: Frame) -> None:
        """Let this be the newest frame."""
        self.runner.current = frame
        for _ in range(3):
            self.bridge.post(ask.CancelTest())  # anything: an idle bridge looks sooner
            self.runner.posted.pop()
            self.bridge.tick()

    @property
    def dialog(self) -> ExportDialog:
        assert self.exporter.dialog is not None
        return self.exporter.dialog

    def open(self, kind: str = "") -> ExportDialog:
        """Open the dialog, at a kind, and wait until it says what will be written."""
        if kind:
            self.exporter.export_kind(kind)
        else:
            self.exporter.export_anything()
        if not self.runner.silent:
            self.settle()
        return self.dialog

    def settle(self) -> None:
        """Until the dialog has said what will be written."""
        self._qtbot.waitUntil(self._settled, timeout=5000)

    def _settled(self) -> bool:
        self.bridge.tick()
        return bool(self.dialog.facts.text() or self.dialog.message.text())

    def pick(self, kind: str) -> None:
        """Choose a kind as the arrow keys do."""
        self.dialog.facts.clear()
        self.dialog.kinds.setCurrentRow([known.id for known in KINDS].index(kind))
        self.settle()

    def set_option(self, key: str, value: object) -> None:
        control = self.dialog.form.controls[key]
        if hasattr(control, "findData"):
            control.setCurrentIndex(control.findData(value))
        else:
            control.setValue(value)

    def write_to(self, name: str) -> Path:
        """Write that name over what is in the path, as one types it."""
        path = self.dialog.path
        path.setFocus()
        path.selectAll()
        self._qtbot.keyClicks(path, str(self.folder / name))
        return self.folder / name

    def press(self, key: Qt.Key, on: QWidget | None = None) -> None:
        self._qtbot.keyClick(on or self.dialog, key)

    def wait_for(self, text: str) -> None:
        """Until the dialog says something that contains this."""

        def said() -> bool:
            self.bridge.tick()
            return text in self.dialog.message.text()

        self._qtbot.waitUntil(said, timeout=5000)
