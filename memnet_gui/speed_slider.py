"""The speed of the stream on a logarithmic slider: one digit a second … as fast as possible."""

from __future__ import annotations

import math
import time

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSlider, QWidget

from memnet_gui.theme import GRID

SLOWEST, FASTEST = 1.0, 10_000.0
POSITIONS = 80
"""Steps of the slider; the last one is "max"."""
_DECADES = math.log10(FASTEST / SLOWEST)
_PATIENCE = 1.0
"""Seconds for which the slider waits for the engine to take up a new speed."""


def speed_at(position: int) -> float | None:
    """Digits a second at a slider position, rounded to two figures; None is as fast as possible."""
    if position >= POSITIONS:
        return None
    exact = SLOWEST * 10.0 ** (_DECADES * position / (POSITIONS - 1))
    return float(f"{exact:.2g}")


def position_of(speed: float | None) -> int:
    """The slider position nearest to a speed."""
    if speed is None:
        return POSITIONS
    share = math.log10(min(max(speed, SLOWEST), FASTEST) / SLOWEST) / _DECADES
    return round(share * (POSITIONS - 1))


def speed_text(speed: float | None) -> str:
    return "max" if speed is None else f"{speed:,.2g}/s" if speed < 10 else f"{speed:,.0f}/s"


class SpeedSlider(QWidget):
    """Slider and value. speed_asked(object): digits a second, or None for as fast as possible."""

    speed_asked = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        tip = "Speed: from one digit a second to as fast as possible (Ctrl+← and Ctrl+→)"
        self.slider = QSlider(Qt.Orientation.Horizontal)
        self.slider.setRange(0, POSITIONS)
        self.slider.setPageStep(POSITIONS // 8)
        self.slider.setValue(POSITIONS)
        self.slider.setFixedWidth(32 * GRID)
        self.slider.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.slider.setAccessibleName("Speed, in digits a second")
        self.slider.setToolTip(tip)
        self.value = QLabel(speed_text(None))
        self.value.setObjectName("caption")
        self.value.setToolTip(tip)
        self.value.setFixedWidth(12 * GRID)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(GRID)
        row.addWidget(self.slider)
        row.addWidget(self.value)
        self._expected: float | None = None
        self._wait_until = 0.0
        self.slider.valueChanged.connect(self._moved)

    def show_speed(self, speed: float | None) -> None:
        """Show the speed that the engine says it has, unless it is just being changed here."""
        if self.slider.isSliderDown():
            return
        if speed != self._expected and time.perf_counter() < self._wait_until:
            return
        self._wait_until = 0.0
        if speed != speed_at(self.slider.value()):
            self.slider.blockSignals(True)
            self.slider.setValue(position_of(speed))
            self.slider.blockSignals(False)
        self.value.setText(speed_text(speed))

    def nudge(self, positions: int) -> None:
        """Move by some positions, as if by hand."""
        self.slider.setValue(self.slider.value() + positions)

    @Slot(int)
    def _moved(self, position: int) -> None:
        self._expected = speed_at(position)
        self._wait_until = time.perf_counter() + _PATIENCE
        self.value.setText(speed_text(self._expected))
        self.speed_asked.emit(self._expected)
