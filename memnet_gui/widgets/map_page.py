"""The map of a layer's memories with what it was made from: how old it is, how to make it anew."""

from __future__ import annotations

import sys
import time

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QHBoxLayout, QToolButton, QVBoxLayout, QWidget

from engine.commands import CancelTask, Project
from engine.findings import Projection, Task
from engine.frame import Frame
from memnet_gui.mosaic import Mosaic
from memnet_gui.requests import next_request
from memnet_gui.theme import GRID, Theme
from memnet_gui.widgets.memory_map import MemoryMap
from memnet_gui.widgets.progress import progress_bar
from memnet_gui.widgets.read_out import ReadOut

NO_MEMORIES = "Memories are laid out here once there are at least three of them. Press Space to start."
NOT_MADE = "No map of these memories was made yet. Refresh makes one."
BEING_MADE = "The memories are being laid out: the more alike two are, the nearer they will lie."
FEWEST = 3
EVERY = sys.maxsize
_ABOUT = (
    "Each memory beside those most like it. It begins with the plane on which they vary most, and then"
    " draws each one to its nearest"
)


class MapPage(QWidget):
    """Asks for a projection when it is first looked at, and again on demand.

    asked(object): a `Project` or `CancelTask`.
    """

    asked = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.map = MemoryMap()
        self.controls = QWidget()
        """The note, the progress and the buttons, for whoever has a row for them."""
        self.note = ReadOut()
        self.progress = progress_bar("Progress of the map")
        self.progress.setFixedWidth(30 * GRID)
        self.cancel = _button("Cancel", "Give the new map up; the one before stays")
        self.again = _button("Refresh", "Lay the memories out as they are now")
        self._mosaic: Mosaic | None = None
        self._layer = 0
        self._made: dict[int, Projection] = {}
        self._taken: Projection | None = None
        self._request = 0
        self._asked_for: int | None = None
        self._declined: set[int] = set()
        """Layers whose map was given up: they have one made only on demand."""
        self._began = False
        self._lay_out()
        self.cancel.clicked.connect(self._cancel)
        self.again.clicked.connect(self.ask)

    def _lay_out(self) -> None:
        body = QVBoxLayout(self)
        body.setContentsMargins(0, 0, 0, 0)
        body.addWidget(self.map)
        row = QHBoxLayout(self.controls)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(2 * GRID)
        row.addWidget(self.note, 1)
        for part in (self.progress, self.cancel, self.again):
            row.addWidget(part)
        for button in (self.cancel, self.again):
            button.setObjectName("bare")
        self._show_work(None)

    def set_theme(self, theme: Theme) -> None:
        self.map.set_theme(theme)

    # ── what it shows ─────────────────────────────────────────────────────────────────────────

    def open(self, layer: int, mosaic: Mosaic, *, anew: bool) -> None:
        """Show that layer. anew: another run, whose memories are others."""
        if anew:
            self._made.clear()
            self._declined.clear()
            self._stop_waiting()
        self._layer, self._mosaic = layer, mosaic
        self.map.show_map(mosaic, self._made.get(layer))

    def begin(self) -> None:
        """It is looked at: make a map if there is none yet."""
        self.refresh()
        known = self._layer in self._made or self._layer in self._declined
        if not known and self._asked_for != self._layer and self._enough():
            self.ask()

    def refresh(self) -> None:
        """Memories may look otherwise, or others be there, than when it was drawn."""
        if self._mosaic is not None:
            self._mosaic.step(time.monotonic(), limit=EVERY)  # the mosaic's own view is hidden
        self.map.refresh()
        self._say_note()

    def follow(self, frame: Frame) -> None:
        """Take an answer in, show how far it is, notice that it was given up."""
        found = frame.findings.projection
        if found is not None and found is not self._taken and found.request == self._request:
            self._taken = found
            self._made[found.layer] = found
            self._stop_waiting()
            self.map.show_map(self._mosaic, self._made.get(self._layer))
            self._say_note()
        if self._asked_for is None:
            return
        if frame.task is not None:
            self._began = True
            self._show_work(frame.task)
        elif self._began:
            self._give_up()

    def _enough(self) -> bool:
        return self._mosaic is not None and self._mosaic.total >= FEWEST

    def _say_note(self) -> None:
        made, mosaic = self._made.get(self._layer), self._mosaic
        self.again.setEnabled(self._enough())
        if made is None or mosaic is None:
            self.note.say("")
            message = (
                NO_MEMORIES if not self._enough() else NOT_MADE if self._asked_for is None else BEING_MADE
            )
            if message != self.map.message:
                self.map.message = message
                self.map.update()
            return
        there = len(self.map.looks.slots)
        gone, new = len(made.slots) - there, mosaic.total - there
        age, share = f"as of digit {made.at:,}", f"{100 * made.kept:.0f} % of the variance"
        since = ", ".join(f"{count:,} {word}" for count, word in ((new, "new"), (gone, "gone")) if count > 0)
        short = f"{age} · {since} since" if since else age
        self.note.say(f"{short} · shows {share}", short, age)
        self.note.setToolTip(f"{_ABOUT}. That plane holds {share}.")

    # ── asking ────────────────────────────────────────────────────────────────────────────────

    @Slot()
    def ask(self) -> None:
        """Lay the memories of the layer out as they are now."""
        self._request = next_request()
        self._asked_for, self._began = self._layer, False
        self.asked.emit(Project(self._request, self._layer))
        self._show_work(None)
        self._say_note()

    @Slot()
    def _cancel(self) -> None:
        self.asked.emit(CancelTask())
        self._request = 0
        self._give_up()

    def _give_up(self) -> None:
        """There will be no new map."""
        if self._asked_for is not None:
            self._declined.add(self._asked_for)
        self._stop_waiting()
        self._say_note()

    def _stop_waiting(self) -> None:
        self._asked_for = None
        self._show_work(None)

    def _show_work(self, task: Task | None) -> None:
        waiting = self._asked_for is not None
        for part in (self.progress, self.cancel):
            part.setVisible(waiting)
        self.again.setVisible(not waiting)
        if task is not None:
            self.progress.setMaximum(max(1, task.total))
            self.progress.setValue(task.done)
            self.progress.setToolTip(task.name)
        else:
            self.progress.setMaximum(1)
            self.progress.setValue(0)


def _button(text: str, tooltip: str) -> QToolButton:
    button = QToolButton()
    button.setText(text)
    button.setToolTip(tooltip)
    button.setAccessibleName(f"{text} the map")
    return button
