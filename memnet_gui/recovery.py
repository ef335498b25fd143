"""After a crash: a bar that offers to go on from the last autosave, and what becomes of the answer."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtWidgets import QVBoxLayout, QWidget

from memnet_gui.notices import NoticeRow
from memnet_gui.shelf import Crash, Shelf
from memnet_gui.theme import DARK, Theme

_UNITS = (("day", 86_400), ("hour", 3600), ("minute", 60))


def ago(seconds: float) -> str:
    """How long ago that was, as people say it."""
    for unit, length in _UNITS:
        if (count := int(seconds // length)) > 0:
            return f"{count} {unit}{'s' if count > 1 else ''} ago"
    return "moments ago"


class RecoveryBar(QWidget):
    """One sentence and its answers, as signals; hidden while there is nothing to ask."""

    go_on = Signal()
    later = Signal()
    discarded = Signal()
    undone = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = DARK
        self._row: NoticeRow | None = None
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self.hide()

    @property
    def text(self) -> str:
        """The sentence; empty while there is none."""
        return self._row.text if self._row is not None else ""

    def offer(self, crash: Crash, others: int, now: float) -> None:
        """Ask whether to go on. others: how many more runs were left. now: seconds since the epoch."""
        newest = crash.newest
        kept = {0: "", 1: " One older run is kept for later."}
        row = NoticeRow(
            "info",
            f"MemNet ended unexpectedly. Its run was saved {ago(now - newest.saved)}, at digit "
            f"{newest.digits:,}. Go on from there?"
            + kept.get(others, f" {others} older runs are kept for later."),
            can_be_dismissed=False,
        )
        go_on = row.add_action("Go on", self.go_on.emit, "Open that run; press play to learn on")
        go_on.setObjectName("primary")
        row.add_action("Not now", self.later.emit, "Keep that run, and ask again at the next start")
        row.add_action("Discard", self.discarded.emit, "Remove that run when this window closes")
        self._show(row)

    def offer_undo(self, crash: Crash) -> None:
        """Say that it will be gone, while that can be changed."""
        row = NoticeRow(
            "info", f"The run at digit {crash.newest.digits:,} is removed when this window closes."
        )
        row.add_action("Undo", self.undone.emit, "Keep that run after all")
        self._show(row)

    def clear(self) -> None:
        if self._row is not None:
            self._column.removeWidget(self._row)
            self._row.hide()
            self._row.deleteLater()
            self._row = None
        self.hide()

    def set_theme(self, theme: Theme) -> None:
        self._theme = theme
        if self._row is not None:
            self._row.set_theme(theme)

    def _show(self, row: NoticeRow) -> None:
        self.clear()
        self._row = row
        row.dismissed.connect(self.clear)
        row.set_theme(self._theme)
        self._column.addWidget(row)
        self.show()


class Recovery(QObject):
    """Looks for what crashed processes left, and does what the bar is answered.

    recover: opens the run in a folder at a digit, after a question where another would be forgotten,
    and says so when it begins to.
    """

    def __init__(
        self,
        shelf: Shelf,
        bar: RecoveryBar,
        recover: Callable[[Path, int, Callable[[], object]], None],
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._shelf = shelf
        self._bar = bar
        self._recover = recover
        self._crash: Crash | None = None
        self._others = 0
        bar.go_on.connect(self._go_on)
        bar.later.connect(self._keep)
        bar.discarded.connect(self._discard)
        bar.undone.connect(self._undo)

    @Slot()
    def look(self) -> None:
        """Offer the newest run that was left, if there is one."""
        crashes = self._shelf.crashes()
        if crashes:
            self._crash, self._others = crashes[0], len(crashes) - 1
            self._offer()

    def _offer(self) -> None:
        if self._crash is not None:
            self._bar.offer(self._crash, self._others, time.time())

    @Slot()
    def _go_on(self) -> None:
        """The engine takes the files over once it has opened them; what it cannot open stays."""
        if self._crash is not None:
            self._recover(self._crash.folder, self._crash.newest.digits, self._bar.clear)

    @Slot()
    def _keep(self) -> None:
        if self._crash is not None:
            self._shelf.let_go(self._crash.folder)
        self._bar.clear()

    @Slot()
    def _discard(self) -> None:
        if self._crash is not None:
            self._shelf.discard(self._crash)
            self._bar.offer_undo(self._crash)

    @Slot()
    def _undo(self) -> None:
        if self._crash is not None:
            self._shelf.discard(self._crash, False)
            self._offer()
