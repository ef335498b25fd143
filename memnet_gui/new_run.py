"""Before a run is replaced: what was learned is not thrown away without asking."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QMessageBox, QWidget

from engine.frame import Frame

WORTH_ASKING = 1000
"""Digits learned beyond which forgetting them needs a yes."""


class NewRun(QObject):
    """Asks, saves first where that is wanted, and only then does what forgets the run.

    save: asks where to, starts saving there, and then calls back with the path.
    """

    def __init__(
        self, window: QWidget, save: Callable[[Callable[[Path], None]], None], parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._window = window
        self._save = save
        self._saving: Path | None = None
        self._act: Callable[[], None] | None = None

    def ask(self, frame: Frame | None, question: str, verb: str, act: Callable[[], None]) -> None:
        """Do `act`, after a question where much would be forgotten.

        question: a sentence on what is about to happen. verb: label of the button that does it.
        """
        if frame is None or frame.score.seen <= WORTH_ASKING:
            act()
            return
        box = QMessageBox(self._window)
        box.setWindowTitle(verb)
        box.setText(question)
        box.setInformativeText(
            f"{frame.score.seen:,} digits and {sum(frame.score.memories):,} memories would be forgotten."
        )
        forget = box.addButton(verb, QMessageBox.ButtonRole.DestructiveRole)
        save_first = box.addButton("Save first…", QMessageBox.ButtonRole.AcceptRole)
        cancel = box.addButton(QMessageBox.StandardButton.Cancel)
        box.setDefaultButton(save_first)
        box.setEscapeButton(cancel)
        forget.clicked.connect(act)
        save_first.clicked.connect(lambda: self._save_first(act))
        box.finished.connect(box.deleteLater)
        box.open()

    def follow(self, frame: Frame) -> None:
        """Go on once the engine says that it has saved; give up when it says that it could not."""
        if self._saving is None or self._act is None:
            return
        for notice in frame.notices:
            if notice.level == "error":
                self._saving = self._act = None
                return
            if notice.level == "info" and self._saving.name in notice.text:
                act, self._saving, self._act = self._act, None, None
                act()
                return

    def _save_first(self, act: Callable[[], None]) -> None:
        def saving(path: Path) -> None:
            self._saving, self._act = path, act

        self._save(saving)
