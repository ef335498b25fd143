"""What held-out accuracy would be without some memories, and how far the measuring has come."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QSizePolicy,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from engine.findings import Ablation, Task
from engine.frame import Frame
from memnet_gui.digit_thumbs import flipped
from memnet_gui.theme import DARK, GRID, LARGE, Theme
from memnet_gui.widgets.painting import sized
from memnet_gui.widgets.progress import progress_bar
from memnet_gui.widgets.read_out import ReadOut
from memnet_gui.widgets.thumb_grid import LARGE_THUMB, ThumbGrid, ThumbSection

PATIENCE = 1.5
"""Seconds without a task after which an answer is no longer waited for: it was cancelled, or refused."""
MEANING = (
    "The same held-out digits, answered with and without.\nLost: right only with. Gained: right only without."
)


class AblationView(QWidget):
    """Takes no room until something is asked; then progress, then the result.

    digit_chosen(int, bool): a digit whose answer differs was clicked. cancelled(): give it up.
    """

    digit_chosen = Signal(int, bool)
    cancelled = Signal()

    def __init__(self, clock: Callable[[], float], parent: QWidget | None = None) -> None:
        """clock: seconds, from any origin."""
        super().__init__(parent)
        self._clock = clock
        self._theme = DARK
        self._names: tuple[str, ...] = ()
        self._shown: Ablation | None = None
        self._newest: Ablation | None = None
        self._outdated: Ablation | None = None
        """The result that was there when another one was asked for."""
        self._hopeful_until: float | None = None
        """As long as this lies ahead an answer is waited for; None where none is."""
        self.task = ReadOut()
        self.progress = progress_bar("Progress of the measurement")
        self.progress.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.cancel = QToolButton()
        self.cancel.setText("Cancel")
        self.cancel.setAccessibleName("Cancel the measurement")
        self.cancel.setToolTip("Give up measuring; the memories stay as they are")
        self.accuracy = QLabel()
        self.accuracy.setToolTip(MEANING)
        self.facts = QLabel()
        self.facts.setObjectName("caption")
        self.facts.setWordWrap(True)
        self.flips = ThumbSection("Other answers", ThumbGrid("Digits answered otherwise", LARGE_THUMB, 2))
        self._lay_out()
        self.cancel.clicked.connect(self._cancel)
        self.flips.grid.picked.connect(self._choose)
        self._show_parts()

    def _lay_out(self) -> None:
        self.running, self.result = QWidget(), QWidget()
        bar = QHBoxLayout()
        progress, result, column = QVBoxLayout(self.running), QVBoxLayout(self.result), QVBoxLayout(self)
        for layout in (progress, result, column):
            layout.setContentsMargins(0, 0, 0, 0)
            layout.setSpacing(GRID)
        column.addWidget(self.running)
        column.addWidget(self.result)
        progress.addWidget(self.task)
        progress.addLayout(bar)
        bar.setSpacing(2 * GRID)
        bar.addWidget(self.progress, 1)
        bar.addWidget(self.cancel)
        self.accuracy.setFont(sized(self, LARGE, bold=True))
        result.addWidget(self.accuracy)
        result.addWidget(self.facts)
        result.addSpacing(2 * GRID)
        result.addWidget(self.flips)

    def set_theme(self, theme: Theme) -> None:
        self._theme = theme
        self.flips.set_theme(theme)
        if self._shown is not None:
            self._show_result(self._shown)

    # ── frames ────────────────────────────────────────────────────────────────────────────────

    @property
    def waiting(self) -> bool:
        return self._hopeful_until is not None

    def expect(self) -> None:
        """A result was asked for: what is shown from now on is its progress, then itself."""
        self._outdated, self._shown = self._newest, None
        self._hopeful_until = self._clock() + PATIENCE
        self._show_task(None)
        self._show_parts()

    def forget(self) -> None:
        """Other memories are meant from now on."""
        self._shown = self._hopeful_until = None
        self._show_parts()

    def show_frame(self, frame: Frame, layer: int, ids: Sequence[int]) -> None:
        """Show what the frame says about these memories of a layer."""
        renamed, self._names = self._names != frame.info.class_names, frame.info.class_names
        found = self._newest = frame.findings.ablation
        if found is not None and found is not self._outdated and self._is_about(found, layer, ids):
            self._hopeful_until = None
            if found is not self._shown or renamed:
                self._show_result(found)
                self._show_parts()
        if self._hopeful_until is not None:
            self._wait(frame.task, self._hopeful_until)

    def _is_about(self, found: Ablation, layer: int, ids: Sequence[int]) -> bool:
        """Is it about these memories? Some of those asked for may have been gone already."""
        tested, meant = set(found.ids.tolist()), set(ids)
        return found.layer == layer and (tested == meant or (self.waiting and tested <= meant))

    def _wait(self, task: Task | None, until: float) -> None:
        if task is not None:
            self._hopeful_until = self._clock() + PATIENCE
            self._show_task(task)
        elif self._clock() > until:
            self._hopeful_until = None
            self._show_parts()

    def _show_task(self, task: Task | None) -> None:
        self.task.say("waiting for its turn" if task is None else task.name)
        self.progress.setRange(0, 1 if task is None else max(1, task.total))
        self.progress.setValue(0 if task is None else task.done)

    def _show_parts(self) -> None:
        self.running.setVisible(self.waiting)
        self.result.setVisible(self._shown is not None and not self.waiting)
        self.setVisible(self.waiting or self._shown is not None)

    def _show_result(self, found: Ablation) -> None:
        self._shown = found
        before, after = f"{100 * found.with_them:.2f} %", f"{100 * found.without_them:.2f} %"
        change = change_words(found)
        self.accuracy.setText(
            f'{before} → {after}&nbsp;&nbsp;<span style="color: {self._tone(found)}">{change}</span>'
        )
        self.accuracy.setAccessibleName(f"Held-out accuracy {before} with, {after} without: {change}")
        self.facts.setText(
            f"{found.text}: {found.lost:,} lost, {found.gained:,} gained "
            f"of {found.size:,} held-out digits, at digit\N{NO-BREAK SPACE}{found.at:,}"
        )
        count, shown = found.flips.total, len(found.flips.sources)
        self.flips.setVisible(count > 0)
        self.flips.show_thumbs(
            flipped(found, self._names), "", f"{count:,}" if shown == count else f"{shown:,} of {count:,}"
        )

    def _tone(self, found: Ablation) -> str:
        points = _points(found)
        return self._theme.wrong if points < 0 else self._theme.right if points > 0 else self._theme.secondary

    @Slot()
    def _cancel(self) -> None:
        self.cancelled.emit()

    @Slot(object)
    def _choose(self, key: tuple[int, bool]) -> None:
        self.digit_chosen.emit(*key)


def _points(found: Ablation) -> float:
    return round(100 * (found.without_them - found.with_them), 2)


def change_words(found: Ablation) -> str:
    """By how much accuracy is higher or lower without, in points of a per cent."""
    points = _points(found)
    if points == 0:
        return "no change"
    return f"{'▲' if points > 0 else '▼'} {abs(points):.2f} points"
