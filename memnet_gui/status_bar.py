"""The line at the bottom: what the run costs and, at the right, what it is doing."""

from __future__ import annotations

import time

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QStatusBar, QWidget

from engine.frame import Frame, RunState
from memnet_gui.bridge import TickLog
from memnet_gui.process_facts import memory_use
from memnet_gui.theme import GRID

MESSAGE_SECONDS = 8.0
"""How long a passing message takes the place of the state."""
LOADING = "Loading the digits…"


def state_sentence(frame: Frame) -> str:
    """What the run is doing, in a sentence."""
    if frame.saving:
        return "Writing a snapshot…"
    if frame.state is not RunState.PAUSED:
        return {
            RunState.LOADING: LOADING,
            RunState.PLAYING: "Learning: each digit is tested first, then learned, once.",
            RunState.FINISHED: f"Finished: all {frame.total:,} digits were seen, once each.",
            RunState.FAILED: "Stopped by an error. What was learned is kept and can be saved.",
        }[frame.state]
    if frame.held_out.running:
        return f"Paused. Testing: {frame.held_out.done:,} of {frame.held_out.total:,} held-out digits."
    return "Paused. What was learned stays." if frame.score.seen else "Ready. Press Space to begin."


class StatusBar(QStatusBar):
    """Digits, speed, memories, memory of the process, frame time; state at the right."""

    refresh_hz = 5
    every_frame = False

    def __init__(self, ticks: TickLog, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setSizeGripEnabled(False)
        self.setContentsMargins(GRID, 0, GRID, 0)  # the words begin and end with the panels above
        self.setAccessibleName("Status")
        self._ticks = ticks
        self._message = ""
        self._message_until = 0.0
        self.digits = self._add("Digits seen, of all digits in the stream")
        self.speed = self._add("Digits learned a second, measured over the last moments")
        self.memories = self._add("Memories in use, over all layers")
        self.process = self._add("Memory that this program takes")
        self.frames = self._add("Pictures a second, and milliseconds of each that the window spends drawing")
        self.state = QLabel(LOADING)
        self.state.setAccessibleName("State")
        self.state.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self.addPermanentWidget(self.state)

    def show_frame(self, frame: Frame) -> None:
        self.digits.setText(f"{frame.score.seen:,} / {frame.total:,} digits")
        speed, memories = round(frame.digits_per_second), sum(frame.score.memories)
        self.speed.setText("1 digit/s" if speed == 1 else f"{speed:,} digits/s")
        self.memories.setText("1 memory" if memories == 1 else f"{memories:,} memories")
        use = memory_use()
        self.process.setText(str(use) if use else "")
        cost = self._ticks.recent()
        if cost is not None:
            interval, busy = cost
            self.frames.setText(f"{1000 / interval:.0f} fps · {busy:.1f} ms a frame")
        passing = time.perf_counter() < self._message_until
        self.state.setText(self._message if passing else state_sentence(frame))

    def say(self, sentence: str) -> None:
        """Show a passing message where the state stands."""
        self._message = sentence
        self._message_until = time.perf_counter() + MESSAGE_SECONDS
        self.state.setText(sentence)

    def fail(self, sentence: str) -> None:
        """The state for good, since no frame will come that tells another."""
        self.state.setText(sentence)

    def _add(self, tip: str) -> QLabel:
        label = QLabel()
        label.setToolTip(tip)
        label.setAccessibleName(tip)
        self.addWidget(label)
        return label
