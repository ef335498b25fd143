"""The accuracy of two runs over the digits seen, one curve laid over the other."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

import numpy as np
from PySide6.QtCore import QEvent, QRect, QRectF, QSize, Qt
from PySide6.QtGui import (
    QFocusEvent,
    QFontMetrics,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QResizeEvent,
)
from PySide6.QtWidgets import QSizePolicy, QWidget

from engine.differences import Comparison, RunFacts
from memnet_gui.comparing import WORDINGS, SideName
from memnet_gui.curve_reading import UNKNOWN
from memnet_gui.curve_scales import UNSETTLED, extent, floor_below
from memnet_gui.envelope import envelope
from memnet_gui.theme import DARK, GRID, Theme
from memnet_gui.widgets.curves_legend import CurvesLegend, Stroke
from memnet_gui.widgets.painting import draw_focus, sized, stand_on_panel

if TYPE_CHECKING:
    from memnet_gui.widgets.curves_plot import CurvesPlot

Measure = Literal["recent", "prequential"]
SIDES: tuple[SideName, SideName] = ("a", "b")
STROKES = (
    Stroke("a", "A", WORDINGS["only_a"].token, "accuracy of A, in per cent", dashed=True),
    Stroke("b", "B", WORDINGS["only_b"].token, "accuracy of B, in per cent"),
)
CURSOR_STEPS = 50
"""Left and right move the cursor by this part of the digit axis."""


class OverlaidCurves(QWidget):
    """Axes and legend painted here, curves by `CurvesPlot` once there is something to draw. Mouse or
    arrow keys move a cursor whose values the legend shows."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName("Accuracy of A and B")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        stand_on_panel(self)
        self.legend = CurvesLegend(self)
        self.legend.set_strokes(STROKES)
        self.plot: CurvesPlot | None = None
        self._theme = DARK
        self._measure: Measure = "recent"
        self._runs: tuple[RunFacts, RunFacts] | None = None
        self._digits, self._floor = 100, 0.0
        self._cursor: float | None = None

    def sizeHint(self) -> QSize:
        return QSize(80 * GRID, 44 * GRID)

    def minimumSizeHint(self) -> QSize:
        return QSize(40 * GRID, 40 * GRID)

    # ── what is shown ─────────────────────────────────────────────────────────────────────────

    def set_theme(self, theme: Theme) -> None:
        self._theme = theme
        self.legend.set_theme(theme)
        if self.plot is not None:
            self.plot.set_theme(theme)
        self.update()

    def show_comparison(self, found: Comparison) -> None:
        self._runs = found.a, found.b
        self._cursor = None
        self._scale()

    def show_measure(self, measure: Measure) -> None:
        """Accuracy over the last 1,000 digits, or over all so far."""
        self._measure = measure
        self._scale()

    def points(self, side: SideName) -> tuple[Any, Any]:
        """(digits, shares) of one run's curve."""
        if self._runs is None:
            return np.zeros(0), np.zeros(0)
        curves = self._runs[SIDES.index(side)].curves
        return curves.digits, getattr(curves, self._measure)

    def _scale(self) -> None:
        """Fit the axes to both curves: below all but their first quarter."""
        drawn = [self.points(side) for side in SIDES]
        last = max((int(digits[-1]) for digits, _ in drawn if digits.size), default=0)
        self._digits = extent(last)
        late = [shares[digits >= last / 4] for digits, shares in drawn]
        lowest = min((float(shares.min()) for shares in late if shares.size), default=0.0)
        self._floor = floor_below(lowest) if last >= UNSETTLED else 0.0
        self._draw_curves()
        self._read()

    def _ensure_plot(self) -> CurvesPlot:
        if self.plot is None:
            from memnet_gui.widgets.curves_plot import CurvesPlot  # noqa: PLC0415 - half a second, not at start

            self.plot = CurvesPlot(
                self, STROKES[::-1]
            )  # the dashes on top: where both are one, both are seen
            self.plot.set_theme(self._theme)
            self.plot.setGeometry(self._plot_area())
            self.plot.show()
        return self.plot

    def _draw_curves(self) -> None:
        if self._runs is None:
            return
        plot = self._ensure_plot()
        plot.set_scales(self._digits, self._floor, 1.0)
        plot.draw({side: envelope(*self.points(side)) for side in SIDES})
        self.update()

    # ── cursor ────────────────────────────────────────────────────────────────────────────────

    def value_at(self, side: SideName, digit: float) -> tuple[int, float] | None:
        """A run's last point up to a digit: after how many digits, and its share. None outside its curve."""
        digits, shares = self.points(side)
        at = int(np.searchsorted(digits, digit, side="right")) - 1
        if at < 0 or digit > digits[-1] + self._digits / CURSOR_STEPS:
            return None
        return int(digits[at]), float(shares[at])

    def sentence(self) -> str:
        """What the legend says, in words."""
        where = "at the end" if self._cursor is None else f"digit {self._cursor:,.0f}"
        return f"{where}: {self.legend.text()}"

    def _read(self) -> None:
        """Put the values at the cursor, or the last ones, into the legend."""
        values: dict[str, str] = {}
        marks: list[tuple[str, float]] = []
        for side in SIDES:
            digits, shares = self.points(side)
            if self._cursor is None:
                values[side] = f"{100 * shares[-1]:.1f}" if digits.size else UNKNOWN
                continue
            here = self.value_at(side, self._cursor)
            values[side] = UNKNOWN if here is None else f"{100 * here[1]:.1f}"
            marks += [] if here is None else [(side, here[1])]
        self.legend.show_values(values)
        self.setAccessibleDescription(self.sentence())
        if self.plot is not None and self._cursor is None:
            self.plot.hide_cursor()
        elif self.plot is not None and self._cursor is not None:
            self.plot.show_cursor(self._cursor, marks)
        self.update()

    def _move_cursor(self, digit: float | None) -> None:
        if self._runs is not None and (digit is not None or self._cursor is not None):
            self._cursor = digit
            self._read()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        area = self._plot_area()
        share = (event.position().x() - area.left()) / max(1, area.width())
        self._move_cursor(share * self._digits if area.contains(event.position().toPoint()) else None)

    def leaveEvent(self, event: QEvent) -> None:
        self._move_cursor(None)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        self._move_cursor(None)
        super().focusOutEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        here = float(self._digits) if self._cursor is None else self._cursor
        step = self._digits / CURSOR_STEPS
        to: dict[int, float | None] = {
            Qt.Key.Key_Left: max(0.0, here - step),
            Qt.Key.Key_Right: min(float(self._digits), here + step),
            Qt.Key.Key_Home: 0.0,
            Qt.Key.Key_End: float(self._digits),
            Qt.Key.Key_Escape: None,
        }
        if event.key() in to and not (event.key() == Qt.Key.Key_Escape and self._cursor is None):
            self._move_cursor(to[event.key()])
        else:
            super().keyPressEvent(event)

    # ── geometry and painting ─────────────────────────────────────────────────────────────────

    def _plot_area(self) -> QRect:
        """Where the curves are: beside the shares, above the digits and the legend."""
        metrics = QFontMetrics(sized(self))
        left, above = metrics.horizontalAdvance("97.5 %") + GRID, metrics.height() // 2
        below = metrics.height() + self.legend.sizeHint().height() + GRID
        return QRect(left, above, max(1, self.width() - left - 2), max(1, self.height() - above - below))

    def resizeEvent(self, event: QResizeEvent) -> None:
        height = self.legend.sizeHint().height()
        self.legend.setGeometry(0, self.height() - height, self.width(), height)
        if self.plot is not None:
            self.plot.setGeometry(self._plot_area())

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setFont(sized(self))
        painter.setPen(self._theme.color("tertiary"))
        area, height = self._plot_area(), painter.fontMetrics().height()
        for share, y in ((1.0, area.top()), (0.5, area.center().y()), (0.0, area.bottom())):
            room = QRect(0, y - height // 2, area.left() - GRID, height)
            text = f"{100 * (self._floor + share * (1 - self._floor)):g} %"
            painter.drawText(room, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, text)
        self._draw_digits(painter, area)
        if self.hasFocus():
            draw_focus(painter, QRectF(area).adjusted(-2, -2, 2, 2), self._theme)

    def _draw_digits(self, painter: QPainter, area: QRect) -> None:
        """Three numbers below the plot, or the cursor's alone."""
        metrics = painter.fontMetrics()
        labels = [(float(number), f"{number:,}") for number in (0, self._digits // 2, self._digits)]
        if self._cursor is not None:
            painter.setPen(self._theme.color("text"))
            labels = [(self._cursor, f"digit {self._cursor:,.0f}")]
        for number, text in labels:
            width = metrics.horizontalAdvance(text)
            middle = area.left() + number / self._digits * area.width()
            left = min(max(middle - width / 2, area.left()), area.left() + area.width() - width)
            painter.drawText(round(left), area.bottom() + 1 + metrics.ascent(), text)
