"""COMPARE: how two states of memories differ, and what each makes of the same digits."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QRect, Qt, Signal, Slot
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QPushButton,
    QSizePolicy,
    QStackedWidget,
    QWidget,
)

from engine.commands import CancelTask, Compare, LineAt
from engine.differences import Comparison
from engine.findings import Task
from engine.frame import Frame, RunState
from memnet_gui.comparing import Group, SideName
from memnet_gui.icons import icon
from memnet_gui.requests import next_request
from memnet_gui.theme import DARK, GRID, Theme
from memnet_gui.widgets.compare_choosers import Choosers
from memnet_gui.widgets.compare_memories import sides_of
from memnet_gui.widgets.compare_result import ComparisonView
from memnet_gui.widgets.panel import Panel
from memnet_gui.widgets.progress import cancel_button, progress_bar
from memnet_gui.widgets.read_out import ReadOut
from memnet_gui.widgets.scrolling import reveal, scrolling

PATIENCE = 5.0
"""Seconds without a task after which an answer is no longer waited for: it was refused, or cancelled."""
INVITATION = (
    "Choose two states of memories above: lines of this run, or snapshots that were saved.\n"
    "Compare says which memories only one of them has, which have drifted apart, and which digits "
    "they answer differently."
)
ELSEWHERE = "That memory is not among those in the window: it is of another line, another moment, or a file."


class ComparePanel(Panel):
    """Asks for a comparison when its button is pressed, and shows it.

    asked(object): a command, Compare or CancelTask. file_wanted(str): the user wants to choose a snapshot
    for "a" or "b"; answer with `set_file`. digit_chosen(int, bool): explain that digit, which is held
    out. memory_chosen(int, int): go to the memory in that layer's slot; it is of the line that is shown.
    """

    refresh_hz = 5
    asked = Signal(object)
    file_wanted = Signal(str)
    digit_chosen = Signal(int, bool)
    memory_chosen = Signal(int, int)

    def __init__(self, parent: QWidget | None = None, clock: Callable[[], float] = time.perf_counter) -> None:
        """clock: seconds, from any origin."""
        super().__init__("Compare", parent)
        self._clock = clock
        self._frame: Frame | None = None
        self._request = 0
        self._asked: tuple[LineAt | Path, LineAt | Path] | None = None
        """What was asked for last."""
        self._hopeful_until: float | None = None
        """As long as this lies ahead an answer is waited for; None where none is."""
        self._shown: Comparison | None = None
        self.choosers = Choosers()
        self.button = QPushButton("Compare")
        self.swap = QPushButton("Swap")
        self.why_not, self.task = ReadOut(), ReadOut()
        self.progress = progress_bar("Progress of the comparison")
        self.cancel = cancel_button("Cancel the comparison", "Give it up; nothing is changed")
        self.empty = QLabel(INVITATION)
        self.result = ComparisonView()
        self._make_controls()
        self._lay_out()
        self.choosers.chosen.connect(self._allow)
        self.choosers.file_wanted.connect(self.file_wanted)
        self.button.clicked.connect(self._ask)
        self.swap.clicked.connect(self.choosers.swap)
        self.cancel.clicked.connect(self._cancel)
        self.result.digit_chosen.connect(self._choose_digit)
        self.result.memory_picked.connect(self._choose_memory)
        self.result.reached.connect(self._follow_keyboard)
        self.set_theme(DARK)
        self._allow()

    # ── layout ────────────────────────────────────────────────────────────────────────────────

    def _make_controls(self) -> None:
        self.button.setObjectName("primary")
        self.button.setAccessibleName("Compare A and B")
        self.swap.setAccessibleName("Swap A and B")
        self.swap.setToolTip("Let A and B change places")
        self.progress.setFixedWidth(30 * GRID)

    def _lay_out(self) -> None:
        self.empty.setObjectName("emptyState")
        self.empty.setWordWrap(True)
        self.empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.area = scrolling(self.result)
        self.pages = QStackedWidget()
        self.pages.addWidget(self.empty)
        self.pages.addWidget(self.area)
        ready, working = QWidget(), QWidget()
        for page, widgets in (
            (ready, (self.button, self.swap, self.why_not)),
            (working, (self.task, self.progress, self.cancel)),
        ):
            row = QHBoxLayout(page)
            row.setContentsMargins(0, 0, 0, 0)
            row.setSpacing(2 * GRID)
            for widget in widgets:
                row.addWidget(widget, int(isinstance(widget, ReadOut)))
        self.foot = QStackedWidget()
        self.foot.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.foot.addWidget(ready)
        self.foot.addWidget(working)
        self.body.addWidget(self.choosers)
        self.body.addWidget(self.foot)
        self.body.addWidget(self.pages, 1)

    def set_theme(self, theme: Theme) -> None:
        self.cancel.setIcon(icon("close", theme.secondary))
        self.choosers.set_theme(theme)
        self.result.set_theme(theme)

    # ── what to compare ───────────────────────────────────────────────────────────────────────

    def set_file(self, side: SideName, path: Path) -> None:
        """The snapshot that was chosen for "a" or "b"."""
        self.choosers.set_file(side, path)

    def compare(self, line_a: int, line_b: int) -> None:
        """Compare two lines of the run, as far as they have got."""
        self.choosers.choose_lines(LineAt(line_a), LineAt(line_b))
        self._allow()
        self._ask()

    @Slot()
    def _allow(self) -> None:
        """Can what is chosen be compared? If not, say why."""
        loaded = self._frame is not None and self._frame.state is not RunState.LOADING
        targets = self.choosers.targets
        chosen = [chooser.choice for chooser in self.choosers.sides.values()]
        same = None not in chosen and targets is None
        self.button.setEnabled(loaded and targets is not None)
        self.why_not.say(
            "A and B are the same: choose another one."
            if same
            else "Choose both A and B."
            if targets is None
            else ""
        )
        self.button.setToolTip("Compare their memories, and test both on all held-out digits")

    @Slot()
    def _ask(self) -> None:
        targets = self.choosers.targets
        if targets is None:
            return
        self._request, self._asked = next_request(), targets
        self._hopeful_until = self._clock() + PATIENCE
        self.asked.emit(Compare(self._request, *targets))
        self._show_task(None)

    @Slot()
    def _cancel(self) -> None:
        self.asked.emit(CancelTask())
        self._request, self._hopeful_until = 0, None
        self._show_task(None)

    # ── frames ────────────────────────────────────────────────────────────────────────────────

    def show_frame(self, frame: Frame) -> None:
        before, self._frame = self._frame, frame
        if before is None or before.info.run != frame.info.run:
            self._begin()
        self.choosers.show_track(frame.track, frame.score.seen, past=frame.past)
        if before is None or (before.state is RunState.LOADING) != (frame.state is RunState.LOADING):
            self._allow()
        found = frame.findings.comparison
        if found is not None and found is not self._shown and found.request == self._request:
            self._show(found)
        self._wait(frame.task)

    def _begin(self) -> None:
        """Another run: what is shown was about the one before."""
        self._shown = self._hopeful_until = self._asked = None
        self._request = 0
        self.note_label.say("")
        self.pages.setCurrentIndex(0)
        self.choosers.forget_lines()
        self._allow()
        self._show_task(None)

    def _show(self, found: Comparison) -> None:
        self._shown, self._hopeful_until = found, None
        self.note_label.say(f"A at digit {found.a.digits:,}, B at digit {found.b.digits:,}", "")
        self.result.show_comparison(found)
        self.pages.setCurrentIndex(1)
        self.area.verticalScrollBar().setValue(0)

    def _wait(self, task: Task | None) -> None:
        """Show how far it is; notice that nothing comes any more."""
        if self._hopeful_until is None:
            self._show_task(task)
            return
        now = self._clock()
        if task is not None:
            self._hopeful_until = now + PATIENCE
        elif now > self._hopeful_until:
            self._hopeful_until = None
        self._show_task(task)

    def _show_task(self, task: Task | None) -> None:
        """Progress in place of the button while an answer is waited for; the keyboard's focus goes along."""
        waiting = self._hopeful_until is not None
        focused = self.button.hasFocus() or self.cancel.hasFocus()
        if waiting:
            self.task.say("waiting for its turn" if task is None else task.name)
            self.progress.setRange(0, 1 if task is None else max(1, task.total))
            self.progress.setValue(0 if task is None else task.done)
        self.foot.setCurrentIndex(int(waiting))
        if focused:
            (self.cancel if waiting else self.button).setFocus()

    # ── where it leads ────────────────────────────────────────────────────────────────────────

    @Slot(object)
    def _choose_digit(self, source: int) -> None:
        self.digit_chosen.emit(source, True)

    @Slot(str, str, int)
    def _choose_memory(self, layer: str, group: Group, place: int) -> None:
        """Go to a memory where it is one of those in the window."""
        frame, found = self._frame, self._shown
        if frame is None or found is None or frame.track is None or self._asked is None:
            return
        numbers = {info.name: number for number, info in enumerate(frame.info.layers)}
        difference = next(each for each in found.layers if each.name == layer)
        for side in sides_of(group):
            target = self._asked["ab".index(side)]
            memories = difference.memories_of(side, group)
            there = isinstance(target, LineAt) and target.line == frame.track.line
            if there and layer in numbers and memories.births[place] <= frame.score.seen:
                self.memory_chosen.emit(numbers[layer], int(memories.slots[place]))
                return
        self.result.memories.explain(ELSEWHERE)

    @Slot(QWidget, QRect)
    def _follow_keyboard(self, grid: QWidget, place: QRect) -> None:
        reveal(self.area, grid, place)
