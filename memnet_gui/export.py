"""Taking things home and opening them: snapshots at once, everything else through the export dialog."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QFileDialog, QWidget

from engine.commands import Pause, Save, Take
from engine.frame import Frame
from memnet_gui.bridge import Bridge
from memnet_gui.mosaic_order import Choice
from memnet_gui.requests import next_request
from memnet_gui.settings import Settings
from memnet_gui.theme import Theme

if TYPE_CHECKING:
    from memnet_gui.export_dialog import ExportDialog
    from memnet_gui.export_job import ExportJob, Order, Outcome
    from memnet_gui.export_material import Material

SNAPSHOT = "Snapshot (*.npz)"


class Chooser(Protocol):
    """How a path is asked for; `then` is called with it later, or never."""

    def save(self, title: str, name: str, then: Callable[[Path], None]) -> None: ...
    def open(self, title: str, then: Callable[[Path], None]) -> None: ...
    def place(self, path: Path, then: Callable[[Path], None]) -> None: ...


class FileDialogs:
    """The desktop's file dialogs, in the folder that was used last."""

    def __init__(self, parent: QWidget, settings: Settings) -> None:
        self._parent = parent
        self._settings = settings

    def save(self, title: str, name: str, then: Callable[[Path], None]) -> None:
        """Ask where to save a snapshot. name: what is suggested; .npz is added to any name without it."""
        dialog = self._dialog(title, then)
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setDefaultSuffix("npz")
        dialog.selectFile(name)
        dialog.open()

    def open(self, title: str, then: Callable[[Path], None]) -> None:
        dialog = self._dialog(title, then)
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.open()

    def place(self, path: Path, then: Callable[[Path], None]) -> None:
        """Ask where anything else is to go. Whoever asks looks after what stands there already."""
        dialog = QFileDialog(self._parent, "Save as", str(path.parent))
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setOption(QFileDialog.Option.DontConfirmOverwrite)
        dialog.selectFile(path.name)
        dialog.finished.connect(dialog.deleteLater)
        dialog.fileSelected.connect(lambda text: then(Path(text)))
        dialog.open()

    def _dialog(self, title: str, then: Callable[[Path], None]) -> QFileDialog:
        dialog = QFileDialog(self._parent, title, str(self._settings.folder), SNAPSHOT)
        dialog.finished.connect(dialog.deleteLater)

        def chosen(text: str) -> None:
            path = Path(text)
            self._settings.folder = path.parent
            then(path)

        dialog.fileSelected.connect(chosen)
        return dialog


class Exporter(QObject):
    """Asks where to, and sees to it that it is written.

    Snapshots that are saved at once are written by the engine, whose notice tells how that went. All
    else goes through the dialog, which is made when it is first wanted; told(level, sentence) tells
    how that went where it is not open any more. picture: makes a picture of the window. shown: number
    of the layer in the MEMORY panel, and what that shows of it. theme: the one that is on.
    """

    told = Signal(str, str)

    def __init__(
        self,
        chooser: Chooser,
        bridge: Bridge,
        settings: Settings,
        window: QWidget,
        picture: Callable[[], QImage],
        shown: Callable[[], tuple[int, Choice]],
        theme: Callable[[], Theme],
    ) -> None:
        super().__init__(window)
        self.chooser = chooser
        self.dialog: ExportDialog | None = None
        self.last_words: tuple[str, ...] = ()
        """After `finish`: what went wrong too late for the window to say so."""
        self._bridge = bridge
        self._settings = settings
        self._window = window
        self._picture = picture
        self._shown = shown
        self._theme = theme
        self._job: ExportJob | None = None
        self._request = 0

    # ── snapshots at once ─────────────────────────────────────────────────────────────────────

    @Slot()
    def save_snapshot(self) -> None:
        self._ask("Save a snapshot", lambda path: self._bridge.post(Save(path)))

    def save_and_then(self, then: Callable[[Path], None]) -> None:
        """Pause, save where the user says, and call `then` with the path once that was asked for."""

        def save(path: Path) -> None:
            self._bridge.post(Pause())
            self._bridge.post(Save(path))
            then(path)

        self._ask("Save a snapshot first", save)

    def _ask(self, title: str, save: Callable[[Path], None]) -> None:
        frame = self._bridge.frame
        if frame is None:
            self._nothing_yet()
            return
        name = f"memnet-{frame.info.config.preset}-seed{frame.info.seed}-{frame.score.seen}-snapshot.npz"
        self.chooser.save(title, name, save)

    def _nothing_yet(self) -> None:
        self.told.emit("info", "There is nothing to export before the digits are loaded.")

    # ── the dialog ────────────────────────────────────────────────────────────────────────────

    @Slot()
    def export_anything(self) -> None:
        """Open the dialog at what was exported last."""
        self._open("")

    @Slot(str)
    def export_kind(self, kind: str) -> None:
        """Open the dialog at this kind, as `export_kinds` calls it."""
        self._open(kind)

    @Slot()
    def export_mosaic(self) -> None:
        self._open("mosaic")

    @Slot()
    def export_memory(self) -> None:
        """Open the dialog at the memory that the inspector shows."""
        self._open("memory")

    def _open(self, kind: str) -> None:
        from memnet_gui.export_kinds import KINDS  # noqa: PLC0415 - not before it is wanted

        frame = self._bridge.frame
        if frame is None:
            self._nothing_yet()
            return
        dialog = self._ready()
        if dialog.material is not None and not kind:
            dialog.activateWindow()
            return
        material = dialog.material
        if material is None:
            material = self._gather(frame, self._picture())  # before the dialog covers the window
            self._take()
        dialog.begin(material, next((known for known in KINDS if known.id == kind), None))

    def _ready(self) -> ExportDialog:
        """The dialog and what works for it."""
        from memnet_gui.export_dialog import ExportDialog  # noqa: PLC0415 - not before they are wanted
        from memnet_gui.export_job import ExportJob  # noqa: PLC0415

        if self.dialog is None:
            self.dialog = ExportDialog(self._settings, self._window)
            self._job = ExportJob(self._bridge.post, self)
            self.dialog.ordered.connect(self._start)
            self.dialog.cancelled.connect(self._job.cancel)
            self.dialog.browsed.connect(self._browse)
            self._job.progressed.connect(self.dialog.show_progress)
            self._job.ended.connect(self._tell)
            self._bridge.failed.connect(self._job.fail)
        return self.dialog

    def _gather(self, frame: Frame, window: QImage | None) -> Material:
        from memnet_gui.export_material import Material  # noqa: PLC0415

        shown, choice = self._shown()
        return Material(
            frame.info,
            frame.score.seen,
            frame.score.memories,
            self._theme(),
            shown,
            choice,
            frame.mistakes,
            window,
            frame.inspection,
        )

    def _take(self) -> None:
        """Ask for the run, so that the dialog can show what would become of it."""
        if self._job is not None and not self._job.waiting:  # its answer would be overlooked
            self._request = next_request()
            self._bridge.post(Take(self._request))

    def follow(self, frame: Frame) -> None:
        """Every frame: answers for what is exported, and news for the dialog while it is open."""
        if self._job is not None:
            self._job.follow(frame)
        if self.dialog is None or (material := self.dialog.material) is None:
            return
        now = self._gather(frame, material.window)
        taken = frame.findings.taken
        if now.info is not material.info:
            self.dialog.renew(now)
            self._take()
        elif taken is not None and taken.request == self._request:
            self._request = 0
            self.dialog.renew(replace(now, snapshot=taken.snapshot))
        elif now.theme is not material.theme or _identity(now) != _identity(material):
            self.dialog.renew(replace(now, seen=material.seen, snapshot=material.snapshot))

    @Slot(object)
    def _start(self, order: Order) -> None:
        """The run as it is now is exported, not as it was when the dialog opened."""
        assert self.dialog is not None
        assert self._job is not None
        if self.dialog.material is not None:
            self._job.start(order, replace(self.dialog.material, snapshot=None))

    @Slot(object)
    def _browse(self, path: Path | None) -> None:
        assert self.dialog is not None
        self.chooser.place(path or self._settings.folder / "memnet", self.dialog.choose_place)

    @Slot(object)
    def _tell(self, outcome: Outcome) -> None:
        assert self.dialog is not None
        path = outcome.order.path
        self.dialog.show_outcome(outcome)
        if outcome.written:
            self.told.emit("info", f"Saved {path.name} in {path.parent}.")
        elif outcome.problem and not self.dialog.isVisible():
            self.told.emit("error", outcome.problem)

    # ── the end ───────────────────────────────────────────────────────────────────────────────

    def ready_to_close(self) -> bool:
        """The window is to be closed: may it, or has the engine yet to send what is to be written?"""
        if self._job is None or self._job.ready_to_close():
            if self.dialog is not None:
                self.dialog.hide()
            return True
        return False

    def finish(self) -> None:
        """Wait for what is being written. May be called from any thread, once `ready_to_close` says so."""
        if self._job is not None:
            self.last_words = self._job.finish()
        if self.dialog is not None:
            self.dialog.sketcher.finish()


def _identity(material: Material) -> tuple[int, int, int] | None:
    memory = material.memory
    return None if memory is None else (memory.layer, memory.slot, memory.id)
