"""The line under the curves: how each is drawn, what it is called, its value."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from PySide6.QtCore import QPointF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from memnet_gui.curve_reading import UNKNOWN
from memnet_gui.theme import DARK, GRID, Theme
from memnet_gui.widgets.painting import sized, stand_on_panel

Quantity = Literal["accuracy", "memories"]
DASHES = [4.0, 3.0]
"""Dash and gap, in pen widths."""


@dataclass(frozen=True, slots=True)
class Stroke:
    """How one curve is drawn. series: the field of `Curves` and `Reading`; token: its colour in the theme."""

    series: str
    label: str
    token: str
    meaning: str
    dashed: bool = False
    marked: bool = False

    def pen(self, theme: Theme) -> QPen:
        """One pixel wide whatever the scale: Qt's wider pens are many times slower."""
        pen = QPen(theme.color(self.token), 1)
        pen.setCosmetic(True)
        if self.dashed:
            pen.setDashPattern(DASHES)
        return pen


STROKES: dict[Quantity, tuple[Stroke, ...]] = {
    "accuracy": (
        Stroke(
            "prequential",
            "so far",
            "text",
            "share of all digits answered rightly before they were learned (prequential)",
        ),
        Stroke("recent", "last 1,000", "accent", "the same over the last 1,000 digits", dashed=True),
        Stroke("test", "test", "right", "share of held-out digits, never learned", marked=True),
    ),
    "memories": (
        Stroke("memories", "memories", "recruited", "memories in use"),
        Stroke(
            "novelty_rate",
            "novelty rate",
            "secondary",
            "share of the last 1,000 digits that recruited a memory",
            dashed=True,
        ),
    ),
}


class CurvesLegend(QWidget):
    """One entry for each stroke. `show_values` takes the value of each series as text."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        stand_on_panel(self)
        self._theme = DARK
        self._strokes: tuple[Stroke, ...] = ()
        self._values: dict[str, str] = {}

    def sizeHint(self) -> QSize:
        return QSize(64 * GRID, 4 * GRID)

    def minimumSizeHint(self) -> QSize:
        return QSize(0, 4 * GRID)

    def set_theme(self, theme: Theme) -> None:
        self._theme = theme
        self.update()

    def set_strokes(self, strokes: tuple[Stroke, ...]) -> None:
        self._strokes = strokes
        self.setToolTip("\n".join(f"{stroke.label}: {stroke.meaning}" for stroke in strokes))
        self.update()

    def show_values(self, values: Mapping[str, str]) -> None:
        if dict(values) != self._values:
            self._values = dict(values)
            self.update()

    def text(self) -> str:
        """The legend in words: "so far 97.1 · last 1,000 98.2 · test 98.4"."""
        return " · ".join(f"{stroke.label} {self._value(stroke)}" for stroke in self._strokes)

    def _value(self, stroke: Stroke) -> str:
        return self._values.get(stroke.series, UNKNOWN)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setFont(sized(self))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        metrics = painter.fontMetrics()
        swatch, gap, space = 3 * GRID, GRID, GRID
        widths = [
            swatch
            + gap
            + metrics.horizontalAdvance(stroke.label)
            + space
            + metrics.horizontalAdvance(self._value(stroke))
            for stroke in self._strokes
        ]
        between = (self.width() - sum(widths)) / max(1, len(widths) - 1)
        between = min(max(between, GRID / 2), 4 * GRID)
        middle = self.height() / 2
        baseline = round(middle + (metrics.ascent() - metrics.descent()) / 2)
        left = 0.0
        for stroke, width in zip(self._strokes, widths, strict=True):
            self._draw_swatch(painter, stroke, left, middle, swatch)
            name = QPointF(left + swatch + gap, baseline)
            painter.setPen(QColor(self._theme.secondary))
            painter.drawText(name, stroke.label)
            painter.setPen(QColor(self._theme.text))
            value = name + QPointF(metrics.horizontalAdvance(stroke.label) + space, 0)
            painter.drawText(value, self._value(stroke))
            left += width + between

    def _draw_swatch(
        self, painter: QPainter, stroke: Stroke, left: float, middle: float, width: float
    ) -> None:
        pen = stroke.pen(self._theme)
        pen.setWidth(2)
        pen.setCapStyle(Qt.PenCapStyle.FlatCap)
        if stroke.dashed:
            pen.setDashPattern([2.0, 1.0])
        painter.setPen(pen)
        if stroke.marked:
            painter.setBrush(self._theme.color(stroke.token))
            painter.drawEllipse(QPointF(left + width / 2, middle), 2.0, 2.0)
        else:
            painter.drawLine(QPointF(left, middle), QPointF(left + width, middle))
