"""HEALTH: what is worth acting on about the memories, each with its reason and a remedy."""

from __future__ import annotations

import time
from collections.abc import Callable

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QPushButton,
    QSizePolicy,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from engine.commands import CancelTask, Diagnose
from engine.findings import Diagnosis, Edit, Hint, Task
from engine.frame import Frame, RunState
from engine.symptoms import FEWEST_DIGITS
from memnet_gui.icons import icon, picture
from memnet_gui.requests import next_request
from memnet_gui.theme import DARK, GRID, Theme
from memnet_gui.widgets.hint_card import HintCard
from memnet_gui.widgets.panel import Panel
from memnet_gui.widgets.progress import cancel_button, progress_bar
from memnet_gui.widgets.read_out import ReadOut
from memnet_gui.widgets.scrolling import scrolling

CADENCE = 20_000
"""Digits after which it looks again by itself."""
PATIENCE = 2.0
"""Seconds without a task after which an answer is no longer waited for: it was refused, or cancelled."""
UNHURRIED = 0.4
"""Seconds that a look may take before its progress is shown."""
WIDEST_BUTTON = 81 * GRID
"""All of a narrow panel."""

NOTHING_LEARNED = "Nothing was learned yet. Press Space to start."
TOO_EARLY = f"Too early to tell: the memories are looked over from digit {FEWEST_DIGITS:,} on."
NOT_LOOKED = "The memories were not looked over yet."


class HealthPanel(Panel):
    """Looks when it comes into sight, every `CADENCE` digits, and after changes made by hand.

    asked(object): a command, Diagnose, CancelTask or a remedy. memories_chosen(int, object): show the
    memories of that layer with these ids, a tuple. count_changed(int): so many hints are there now.
    """

    refresh_hz = 5
    asked = Signal(object)
    memories_chosen = Signal(int, object)
    count_changed = Signal(int)

    def __init__(self, parent: QWidget | None = None, clock: Callable[[], float] = time.perf_counter) -> None:
        """clock: seconds, from any origin."""
        super().__init__("Health", parent)
        self._clock = clock
        self._theme = DARK
        self._run = -1
        self._seen = 0
        self._edits: tuple[Edit, ...] = ()
        self._looked_at: int | None = None
        """Digits seen when it looked last in this run; None before that."""
        self._looked_after: tuple[Edit, ...] = ()
        self._applying = False
        """A remedy was asked for just before it looked: the next change by hand is already counted in."""
        self._opened = False
        """It has come into sight since it last thought about looking."""
        self._request = 0
        self._asked_at = 0.0
        self._hopeful_until: float | None = None
        """As long as this lies ahead an answer is waited for; None where none is."""
        self._shown: Diagnosis | None = None
        self.cards: list[HintCard] = []
        self.verdict = QLabel(NOTHING_LEARNED)
        self.symbol = QLabel()
        self.look = QPushButton("Look again")
        self.progress = progress_bar("Progress of the look over the memories")
        self.cancel = cancel_button(
            "Cancel the look over the memories", "Give it up; the hints before it stay"
        )
        self.task = ReadOut()
        self._make_foot()
        self._lay_out()
        self.look.clicked.connect(self._ask)
        self.cancel.clicked.connect(self._cancel)
        self.set_theme(DARK)

    # ── layout ────────────────────────────────────────────────────────────────────────────────

    def _make_foot(self) -> None:
        self.look.setAccessibleName("Look over the memories again")
        self.look.setToolTip(
            f"Look for what may be worth changing now.\nBy itself that is done every {CADENCE:,} digits."
        )
        self.look.setEnabled(False)  # until there is something to look at
        self.look.setMaximumWidth(WIDEST_BUTTON)
        self.progress.setFixedWidth(30 * GRID)

    def _lay_out(self) -> None:
        calm, working, cards = QWidget(), QWidget(), QWidget()
        column = QVBoxLayout(calm)
        column.setSpacing(2 * GRID)
        column.addStretch(1)
        for label in (self.symbol, self.verdict):
            label.setAlignment(Qt.AlignmentFlag.AlignCenter)
            column.addWidget(label)
        column.addStretch(1)
        self.verdict.setObjectName("emptyState")
        self.verdict.setWordWrap(True)
        self._column = QVBoxLayout(cards)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(2 * GRID)
        self._column.addStretch(1)
        self.pages = QStackedWidget()
        self.pages.addWidget(calm)
        self.pages.addWidget(scrolling(cards))
        row = QHBoxLayout(working)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(2 * GRID)
        row.addWidget(self.task, 1)
        row.addWidget(self.progress)
        row.addWidget(self.cancel)
        self.foot = QStackedWidget()
        self.foot.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.foot.addWidget(self.look)
        self.foot.addWidget(working)
        self.body.addWidget(self.pages, 1)
        self.body.addWidget(self.foot)

    def set_theme(self, theme: Theme) -> None:
        self._theme = theme
        self.symbol.setPixmap(picture("check", theme.right, self.devicePixelRatioF()))
        self.cancel.setIcon(icon("close", theme.secondary))
        for card in self.cards:
            card.set_theme(theme)

    # ── frames ────────────────────────────────────────────────────────────────────────────────

    def showEvent(self, event: QShowEvent) -> None:
        self._opened = True
        super().showEvent(event)

    def show_frame(self, frame: Frame) -> None:
        if frame.info.run != self._run:
            self._begin(frame.info.run)
        self._seen = frame.score.seen
        if frame.edits != self._edits:
            self._edits = frame.edits
            if self._applying:
                self._looked_after, self._applying = frame.edits, False
        found = frame.findings.diagnosis
        if found is not None and found is not self._shown and found.request == self._request:
            self._show(found)
        self._wait(frame.task)
        there = frame.state not in (RunState.LOADING, RunState.FAILED) and self._seen >= FEWEST_DIGITS
        self.look.setEnabled(there)
        if there and self.isVisible() and self._is_due():
            self._ask()
        self._opened = self._opened and not self.isVisible()
        self._say_verdict()

    def _begin(self, run: int) -> None:
        """Another run: what was found in the last one says nothing about it."""
        self._run = run
        self._looked_at = self._shown = self._hopeful_until = None
        self._request, self._applying = 0, False
        self.note_label.say("")
        self._show_cards(())
        self._show_task(None)

    def _is_due(self) -> bool:
        """May there be news?"""
        if self._hopeful_until is not None:
            return False
        if self._looked_at is None or self._looked_after != self._edits:
            return True
        return self._seen != self._looked_at and (self._opened or self._seen >= self._looked_at + CADENCE)

    def _show(self, found: Diagnosis) -> None:
        self._shown, self._hopeful_until = found, None
        self.note_label.say(f"at digit {found.at:,}")
        self._show_cards(found.hints)

    def _show_cards(self, hints: tuple[Hint, ...]) -> None:
        """One card a hint. Those for hints that were there before stay, expanded and focused as they are."""
        before = dict(zip(_keys([card.hint for card in self.cards]), self.cards, strict=True))
        count = len(self.cards)
        self.cards = []
        for place, (key, hint) in enumerate(zip(_keys(hints), hints, strict=True)):
            card = before.pop(key, None)
            if card is None:
                card = HintCard(hint, self._theme)
                card.apply_asked.connect(self._apply)
                card.memories_asked.connect(self._show_memories)
            else:
                card.show_hint(hint)
            if self._column.indexOf(card) != place:
                self._column.insertWidget(place, card)
            self.cards.append(card)
        for card in before.values():
            if card.isAncestorOf(self.focusWidget()):
                self.look.setFocus()
            self._column.removeWidget(card)
            card.hide()
            card.deleteLater()
        self.pages.setCurrentIndex(1 if hints else 0)
        if len(hints) != count:
            self.count_changed.emit(len(hints))

    def _say_verdict(self) -> None:
        """In words, where there is no hint to show."""
        if self._shown is not None:
            words = f"Nothing to worry about at digit {self._shown.at:,}."
        elif self._seen == 0:
            words = NOTHING_LEARNED
        else:
            words = TOO_EARLY if self._seen < FEWEST_DIGITS else NOT_LOOKED
        self.symbol.setVisible(self._shown is not None)
        if words != self.verdict.text():
            self.verdict.setText(words)

    # ── asking ────────────────────────────────────────────────────────────────────────────────

    @Slot()
    def _ask(self) -> None:
        now = self._clock()
        self._request, self._asked_at, self._hopeful_until = next_request(), now, now + PATIENCE
        self._looked_at, self._looked_after, self._applying = self._seen, self._edits, False
        self.asked.emit(Diagnose(self._request))

    def _wait(self, task: Task | None) -> None:
        """Show how far it is, unless that takes only a moment; notice that nothing comes any more."""
        now = self._clock()
        if self._hopeful_until is not None:
            if task is not None:
                self._hopeful_until = now + PATIENCE
            elif now > self._hopeful_until:
                self._hopeful_until = None
        waiting = self._hopeful_until is not None and now > self._asked_at + UNHURRIED
        self._show_task(task if waiting else None)

    def _show_task(self, task: Task | None) -> None:
        """Progress in place of the button, or the button; the keyboard's focus goes along."""
        focused = self.look.hasFocus() or self.cancel.hasFocus()
        self.foot.setCurrentIndex(0 if task is None else 1)
        if focused:
            (self.look if task is None else self.cancel).setFocus()
        if task is not None:
            self.task.say(task.name)
            self.progress.setRange(0, max(1, task.total))
            self.progress.setValue(task.done)

    @Slot()
    def _cancel(self) -> None:
        self.asked.emit(CancelTask())
        self._hopeful_until = None
        self._request = 0
        self._show_task(None)

    @Slot(object)
    def _apply(self, hint: Hint) -> None:
        """Do what a hint offers, and look at what is left."""
        self.asked.emit(hint.remedy)
        self._ask()
        self._applying = True

    @Slot(object)
    def _show_memories(self, hint: Hint) -> None:
        if hint.layer is not None:
            self.memories_chosen.emit(hint.layer, tuple(hint.ids.tolist()))


def _keys(hints: list[Hint] | tuple[Hint, ...]) -> list[tuple[str, int | None, int]]:
    """What tells hints apart from one look to the next: kind, layer, and a number where there are more."""
    kinds = [(hint.kind, hint.layer) for hint in hints]
    return [(*kind, kinds[:place].count(kind)) for place, kind in enumerate(kinds)]
