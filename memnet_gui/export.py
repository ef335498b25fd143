"""Taking things home and opening them: dialogs, files, and the sentence when that fails."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path
from typing import Protocol

import numpy as np
from PySide6.QtCore import QBuffer, QIODevice, QObject, QSaveFile, Signal, Slot
from PySide6.QtGui import QImage, QImageWriter
from PySide6.QtWidgets import QFileDialog, QWidget

from engine.arrays import Bytes
from engine.commands import Pause, Save
from engine.frame import Frame
from memnet_gui.bridge import Bridge
from memnet_gui.exports.tables import write_confusion, write_curves
from memnet_gui.mosaic_export import write_png as write_mosaic
from memnet_gui.settings import Settings

_MEMORY_PICTURE = 280
"""Pixels across."""
SNAPSHOT = "Snapshot (*.npz)"
_KINDS = {"npz": SNAPSHOT, "png": "Picture (*.png)", "csv": "Table (*.csv)"}


class Chooser(Protocol):
    """How a path is asked for; `then` is called with it later, or never."""

    def save(self, title: str, name: str, then: Callable[[Path], None]) -> None: ...
    def open(self, title: str, then: Callable[[Path], None]) -> None: ...


class FileDialogs:
    """The desktop's file dialogs, in the folder that was used last."""

    def __init__(self, parent: QWidget, settings: Settings) -> None:
        self._parent = parent
        self._settings = settings

    def save(self, title: str, name: str, then: Callable[[Path], None]) -> None:
        """Ask where to save. name: what is suggested; its suffix is added to any name without one."""
        dialog = self._dialog(title, then, suffix := name.rpartition(".")[2])
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setDefaultSuffix(suffix)
        dialog.selectFile(name)
        dialog.open()

    def open(self, title: str, then: Callable[[Path], None]) -> None:
        dialog = self._dialog(title, then, "npz")
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.open()

    def _dialog(self, title: str, then: Callable[[Path], None], suffix: str) -> QFileDialog:
        dialog = QFileDialog(self._parent, title, str(self._settings.folder), _KINDS[suffix])
        dialog.finished.connect(dialog.deleteLater)

        def chosen(text: str) -> None:
            path = Path(text)
            self._settings.folder = path.parent
            then(path)

        dialog.fileSelected.connect(chosen)
        return dialog


def write_png(image: QImage, path: Path) -> None:
    """Write a picture, whole or not at all. Raises OSError with a sentence; an old file then stays."""
    encoded = QBuffer()  # a disk that is full in the middle would make libpng complain in the terminal
    encoded.open(QIODevice.OpenModeFlag.WriteOnly)
    QImageWriter(encoded, b"png").write(image)
    file = QSaveFile(str(path))
    opened = file.open(QIODevice.OpenModeFlag.WriteOnly)
    if not opened or file.write(encoded.data()) != encoded.size() or not file.commit():
        reason = file.errorString()
        raise OSError(
            f"“{path.name}” could not be written to {path.parent} ({reason}). "
            "Nothing there was changed; choose another folder or make room, and export again."
        )


def memory_image(pattern: Bytes) -> QImage:
    """A memory, (field, field[, 3]) uint8 with 0 for no ink, dark on light, about 280 pixels wide."""
    scale = max(1, round(_MEMORY_PICTURE / len(pattern)))
    paper = 255 - np.repeat(np.repeat(pattern, scale, axis=0), scale, axis=1)
    height, width = paper.shape[:2]
    form = QImage.Format.Format_Grayscale8 if paper.ndim == 2 else QImage.Format.Format_RGB888
    return QImage(np.ascontiguousarray(paper).data, width, height, paper.strides[0], form).copy()


class Exporter(QObject):
    """Asks where to, and writes what the newest frame holds.

    Snapshots are written by the engine, whose notice tells how that went; told(level, sentence)
    tells how the other exports went. picture: makes a picture of the window. mosaic: makes
    `mosaic_image`'s picture, or None where there is no memory yet.
    """

    told = Signal(str, str)

    def __init__(
        self,
        chooser: Chooser,
        bridge: Bridge,
        picture: Callable[[], QImage],
        mosaic: Callable[[], Bytes | None],
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self.chooser = chooser
        self._bridge = bridge
        self._picture = picture
        self._mosaic = mosaic
        self._writing: list[threading.Thread] = []

    @Slot()
    def save_snapshot(self) -> None:
        self._ask("Save a snapshot", "snapshot.npz", lambda path, _frame: self._bridge.post(Save(path)))

    def save_and_then(self, then: Callable[[Path], None]) -> None:
        """Pause, save where the user says, and call `then` with the path once that was asked for."""

        def save(path: Path, _frame: Frame) -> None:
            self._bridge.post(Pause())
            self._bridge.post(Save(path))
            then(path)

        self._ask("Save a snapshot first", "snapshot.npz", save)

    @Slot()
    def export_mosaic(self) -> None:
        """Encoding a picture of thousands of memories takes a while, so another thread does it."""
        picture = self._mosaic()
        if picture is None:
            self.told.emit("info", "There are no memories to picture yet. Press Space, then export again.")
            return

        def write(path: Path, _frame: Frame) -> None:
            self.told.emit("info", f"Writing {path.name}…")
            thread = threading.Thread(
                target=self._write, args=(path, write_mosaic, picture, path), name="memnet-export"
            )
            self._writing.append(thread)
            thread.start()

        self._ask("Export the mosaic", "mosaic.png", write)

    @Slot(int, int)
    def export_memory(self, layer: int, slot: int) -> None:
        """One memory, as a picture with a pixel of it many pixels wide."""
        frame = self._bridge.frame
        memory = frame.inspection if frame is not None else None
        if memory is None or (memory.layer, memory.slot) != (layer, slot):
            self.told.emit("info", "That memory is gone; choose another one to export.")
            return
        image = memory_image(memory.pattern)
        self._ask(
            "Export the memory",
            f"memory-{memory.id}.png",
            lambda path, _frame: self._write(path, write_png, image, path),
        )

    @Slot()
    def export_curves(self) -> None:
        self._ask(
            "Export the curves",
            "curves.csv",
            lambda path, frame: self._write(path, write_curves, frame.curves, path),
        )

    @Slot()
    def export_confusion(self) -> None:
        def write(path: Path, frame: Frame) -> None:
            self._write(path, write_confusion, frame.score.confusion, frame.info.class_names, path)

        self._ask("Export the confusion matrix", "confusion.csv", write)

    @Slot()
    def export_picture(self) -> None:
        image = self._picture()  # taken before the dialog covers the window
        self._ask(
            "Export a picture", "window.png", lambda path, _frame: self._write(path, write_png, image, path)
        )

    def finish(self) -> None:
        """Wait for what is being written. May be called from any thread."""
        for thread in self._writing:
            thread.join()

    def _ask(self, title: str, ending: str, write: Callable[[Path, Frame], None]) -> None:
        """Ask where to, and write what is the newest frame when the answer comes."""
        frame = self._bridge.frame
        if frame is None:
            self.told.emit("info", "There is nothing to export before the digits are loaded.")
            return
        name = f"memnet-{frame.info.config.preset}-seed{frame.info.seed}-{frame.score.seen}-{ending}"
        self.chooser.save(title, name, lambda path: write(path, self._bridge.frame or frame))

    def _write(self, path: Path, write: Callable[..., None], *arguments: object) -> None:
        """Runs on the window's thread or on one of its own; `told` reaches the window either way."""
        try:
            write(*arguments)
        except OSError as error:
            self.told.emit("error", str(error))
        else:
            self.told.emit("info", f"Saved {path.name} in {path.parent}.")
