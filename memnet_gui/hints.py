"""The first run's three steps, in one strip that can be dismissed for good."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QApplication, QFrame, QHBoxLayout, QLabel, QToolButton, QWidget

from memnet_gui.icons import icon
from memnet_gui.theme import GRID, Theme

STEPS = (
    "Press Space and watch it learn",
    "Click a memory to see what it holds",
    "Draw a digit and see what it says",
)
PLAY, LOOK, DRAW = range(len(STEPS))


class HintStrip(QFrame):
    """Three steps that tick themselves off. dismissed: the user closed it or has done them all."""

    dismissed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("hints")
        self.setAccessibleName("First steps")
        row = QHBoxLayout(self)
        row.setContentsMargins(3 * GRID, GRID, GRID, GRID)
        row.setSpacing(2 * GRID)
        self._numbers: list[QLabel] = []
        for number, step in enumerate(STEPS, start=1):
            badge = QLabel(str(number))
            badge.setObjectName("stepNumber")
            badge.setFixedSize(18, 18)
            badge.setAlignment(Qt.AlignmentFlag.AlignCenter)
            self._numbers.append(badge)
            row.addWidget(badge)
            row.addWidget(QLabel(step))
            row.addSpacing(4 * GRID)
        row.addStretch(1)
        self._close = QToolButton()
        self._close.setObjectName("bare")
        self._close.setToolTip("Hide these first steps for good")
        self._close.setAccessibleName("Hide the first steps")
        self._close.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self._close.clicked.connect(self.dismissed)
        row.addWidget(self._close)
        self._done: set[int] = set()

    @property
    def done(self) -> frozenset[int]:
        return frozenset(self._done)

    @Slot(int)
    def mark(self, step: int) -> None:
        """This step was done; after the last one the strip is finished with."""
        if step in self._done:
            return
        self._done.add(step)
        self._show_step(step)
        if len(self._done) == len(STEPS):
            self.dismissed.emit()

    def begin(self) -> None:
        """All steps are still to be done."""
        self._done.clear()
        for step in range(len(STEPS)):
            self._show_step(step)

    def set_theme(self, theme: Theme) -> None:
        self._close.setIcon(icon("close", theme.secondary))

    def _show_step(self, step: int) -> None:
        badge, done = self._numbers[step], step in self._done
        badge.setText("✓" if done else str(step + 1))
        badge.setProperty("done", done)
        style = QApplication.style()
        style.unpolish(badge)
        style.polish(badge)
