"""How sure the network has to be to answer a drawing: a slider, and its value in words."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, Signal, Slot
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QLabel, QSlider, QWidget

from memnet_gui.theme import GRID

USUALLY_SURE_FROM = 0.4
"""Of MNIST's test digits that the default preset answers less surely than this, about one in three is
right (25, 40, 43 and 22 % after 300, 1,000, 3,000 and 6,000 digits learned): "I don't know" is the better
answer. They are 6, 2, 1 and 1 % of all."""
_STEP = 5
_LINE, _SLIDER = 16, 24
_SIDE_BY_SIDE = 156


class SureRow(QWidget):
    """Words above the slider, or beside it where there is room. changed(confidence): in [0, 1]."""

    changed = Signal(float)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.label = QLabel(self)
        self.label.setObjectName("caption")
        self.slider = QSlider(Qt.Orientation.Horizontal, self)
        self.slider.setAccessibleName("Sure from")
        self.slider.setRange(0, 100 // _STEP)
        self.slider.setPageStep(2)
        self.slider.valueChanged.connect(self._tell)
        self.set_confidence(USUALLY_SURE_FROM)
        self._say()

    @property
    def confidence(self) -> float:
        """The least confidence that counts as an answer; 0 answers always."""
        return self.slider.value() * _STEP / 100

    def set_confidence(self, confidence: float) -> None:
        self.slider.setValue(round(min(max(confidence, 0.0), 1.0) * 100 / _STEP))

    @Slot()
    def _tell(self) -> None:
        self._say()
        self.changed.emit(self.confidence)

    def _say(self) -> None:
        percent = self.slider.value() * _STEP
        self.label.setText(f"sure from {percent} %" if percent else "always answers")
        least = f"With less than {percent} % of the vote it says “I don't know”."
        self.slider.setToolTip(least if percent else "It answers however unsure it is.")

    # ── layout ────────────────────────────────────────────────────────────────────────────────

    @staticmethod
    def height_for(width: int) -> int:
        return _SLIDER if width >= _SIDE_BY_SIDE else _LINE + _SLIDER

    def sizeHint(self) -> QSize:
        return QSize(88, self.height_for(88))

    def resizeEvent(self, event: QResizeEvent) -> None:
        if self.width() >= _SIDE_BY_SIDE:
            words = self.label.sizeHint().width() + 2 * GRID
            self.label.setGeometry(0, 0, words, self.height())
            self.slider.setGeometry(words, 0, self.width() - words, self.height())
        else:
            self.label.setGeometry(0, 0, self.width(), _LINE)
            self.slider.setGeometry(0, _LINE, self.width(), self.height() - _LINE)
        super().resizeEvent(event)
