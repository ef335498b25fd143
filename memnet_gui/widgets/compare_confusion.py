"""The confusion of one run less that of another: where which of them is better."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QPaintEvent

from engine.differences import Comparison
from memnet_gui.colormaps import argb, diverging, levels
from memnet_gui.comparing import digits_text
from memnet_gui.theme import GRID, contrast
from memnet_gui.widgets.confusion_view import Cell, ConfusionView
from memnet_gui.widgets.painting import sized

FEWEST = 3
"""Differences of fewer digits never get the full colour."""
_WIDEST = 96 * GRID


class ConfusionChange(ConfusionView):
    """Rows are labels, columns answers, numbers B − A. Blue: B is better there. Orange: A is.

    More digits on the diagonal are good, beside it they are mistakes.
    """

    def __init__(self) -> None:
        super().__init__()
        self.setAccessibleName("Difference of the confusion matrices")
        self.setToolTip(
            "Row: what the digit is. Column: what is said. Number: how much more often B says so than A.\n"
            "Blue: B is better there. Orange: A is. Click a cell to see its digits alone."
        )
        self._pair = np.zeros((2, 0, 0), np.int64)

    def sizeHint(self) -> QSize:
        """As high as makes the cells a square of the present width."""
        left, above = self._margins()
        width = self.width() or _WIDEST
        return QSize(_WIDEST, round(min(width, _WIDEST) - left + above))

    def show_comparison(self, found: Comparison) -> None:
        self._point_at(None)
        self._pair = np.stack([found.confusion_a, found.confusion_b])
        self._names = found.class_names
        self._prepare()
        self.updateGeometry()
        self.update()

    @property
    def change(self) -> np.ndarray:
        """(C, C) int64, B − A."""
        difference: np.ndarray = self._pair[1] - self._pair[0]
        return difference

    def _prepare(self) -> None:
        self._confusion = self.change
        end = float(max(FEWEST, np.abs(self._confusion).max(initial=0)))
        better = np.where(np.eye(len(self._confusion), dtype=bool), self._confusion, -self._confusion)
        theme = self._theme
        table = argb(diverging(theme.against, theme.raised, theme.favour))
        self._colors = np.ascontiguousarray(table[levels(better.astype(np.float64), -end, end)])
        self._colors[better == 0] = argb(diverging(theme.raised, theme.raised, theme.raised))[0]

    def describe(self, part: Cell) -> str:
        """A cell in words: "4 answered 9: 31 digits in A, 25 in B"."""
        label, answer = (self._names[number] for number in part)
        a, b = (int(confusion[part]) for confusion in self._pair)
        return f"{label} answered {answer}: {digits_text(a)} in A, {b:,} in B"

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if not self._names:
            return
        change = self.change
        metrics = QFontMetrics(sized(self))
        room = self.rect_of((0, 0))
        widest = max(metrics.horizontalAdvance(_signed(int(count))) for count in np.unique(change))
        if room.width() < widest + 2 or room.height() < metrics.height():
            return
        painter = QPainter(self)
        painter.setFont(sized(self))
        for row, column in np.argwhere(change).tolist():
            painter.setPen(self._legible_on(QColor.fromRgb(int(self._colors[row, column]))))
            place: QRectF = self.rect_of((row, column))
            painter.drawText(place, Qt.AlignmentFlag.AlignCenter, _signed(int(change[row, column])))

    def _legible_on(self, ground: QColor) -> QColor:
        """The theme's text colour, or the one for text on the accent, whichever stands out more."""
        inks = self._theme.color("text"), self._theme.color("on_accent")
        return max(inks, key=lambda ink: contrast(ink, ground))


def _signed(count: int) -> str:
    return f"{count:+}".replace("-", "\N{MINUS SIGN}")
