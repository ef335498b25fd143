"""A push button that shows its shortcut beside its text, in a quieter tone."""

from __future__ import annotations

from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtGui import QFont, QFontMetrics, QPainter, QPaintEvent, QPalette
from PySide6.QtWidgets import QPushButton, QWidget

from memnet_gui.theme import GRID, SMALL

_QUIET = 0.66
"""Opacity of the shortcut, relative to the button's own text."""


class KeyButton(QPushButton):
    """`QPushButton` with a key hint painted at its right edge; the hint yields where there is no room."""

    def __init__(self, text: str, hint: str, parent: QWidget | None = None) -> None:
        super().__init__(text, parent)
        self.setStyleSheet("text-align: left;")
        self._hint = hint
        self._widest = text

    def reserve(self, *texts: str) -> None:
        """Keep room for the widest of these, so that the button does not move when its text changes."""
        metrics = self.fontMetrics()
        self._widest = max(texts, key=metrics.horizontalAdvance)
        self.updateGeometry()

    def sizeHint(self) -> QSize:
        size = super().sizeHint()
        metrics = self.fontMetrics()
        spare = metrics.horizontalAdvance(self._widest) - metrics.horizontalAdvance(self.text())
        return QSize(size.width() + max(0, spare) + self._hint_width(), size.height())

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if not self._hint:
            return
        painter = QPainter(self)
        painter.setFont(self._hint_font())
        painter.setPen(self.palette().color(QPalette.ColorRole.ButtonText))
        painter.setOpacity(_QUIET)
        painter.drawText(
            QRect(0, 0, self.width() - 3 * GRID, self.height()),
            int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter),
            self._hint,
        )

    def _hint_font(self) -> QFont:
        font = QFont(self.font())
        font.setPixelSize(SMALL)
        font.setWeight(QFont.Weight.Normal)
        return font

    def _hint_width(self) -> int:
        return QFontMetrics(self._hint_font()).horizontalAdvance(self._hint) + 2 * GRID if self._hint else 0
