"""The held-out test: its last result, and asking for another."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QPushButton,
    QSizePolicy,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from engine.frame import Frame, HeldOut, RunState
from memnet_gui.curve_reading import percent
from memnet_gui.icons import icon
from memnet_gui.theme import DARK, GRID, Theme
from memnet_gui.widgets.progress import cancel_button, progress_bar

MEANING = "Digits that are never learned are answered by the memories as they are now."


def held_out_sentence(held_out: HeldOut) -> str:
    """The state of the held-out test in words."""
    if held_out.running:
        return f"testing at digit {held_out.at:,}: {held_out.done:,} of {held_out.total:,}"
    if held_out.accuracy is None:
        return "not tested on held-out digits yet"
    # The space that does not break keeps the number beside its noun when the line is wrapped.
    return (
        f"test {percent(held_out.accuracy)} on {held_out.size:,} digits "
        f"at digit\N{NO-BREAK SPACE}{held_out.accuracy_at:,}"
    )


class HeldOutView(QWidget):
    """A sentence over "Test now", which gives way to a progress bar with ✕ while a test runs."""

    test_requested = Signal()
    cancel_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName("Held-out test")
        self.sentence = QLabel()
        self.sentence.setObjectName("caption")
        self.sentence.setWordWrap(True)
        self.sentence.setToolTip(MEANING)
        self.sentence.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Minimum)
        self.test_button = QPushButton("Test now")
        self.test_button.setAccessibleName("Test now")
        self.test_button.setToolTip(f"Test on all held-out digits. {MEANING}")
        self.test_button.setEnabled(False)  # until there is something to test
        self.test_button.clicked.connect(self._request)
        self.progress = progress_bar("Progress of the held-out test")
        self.progress.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.cancel_button = cancel_button(
            "Cancel the held-out test", "Give up this test; the last result stays"
        )
        self.cancel_button.clicked.connect(self._cancel)
        self._controls = QStackedWidget()
        self._controls.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._controls.addWidget(self.test_button)
        self._controls.addWidget(self._running_row())
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(GRID)
        layout.addWidget(self.sentence)
        layout.addWidget(self._controls)
        self.set_theme(DARK)

    def _running_row(self) -> QWidget:
        row = QWidget()
        layout = QHBoxLayout(row)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(GRID)
        layout.addWidget(self.progress, 1)
        layout.addWidget(self.cancel_button)
        return row

    def set_theme(self, theme: Theme) -> None:
        self.cancel_button.setIcon(icon("close", theme.secondary))

    def show_frame(self, frame: Frame) -> None:
        held_out = frame.held_out
        text = held_out_sentence(held_out)
        if text != self.sentence.text():
            self.sentence.setText(text)
        self.progress.setRange(0, max(1, held_out.total))
        self.progress.setValue(held_out.done)
        self._controls.setCurrentIndex(1 if held_out.running else 0)
        answering = frame.state not in (RunState.LOADING, RunState.FAILED)
        self.test_button.setEnabled(answering and frame.score.seen > 0)

    def _request(self) -> None:
        self.test_requested.emit()

    def _cancel(self) -> None:
        self.cancel_requested.emit()
