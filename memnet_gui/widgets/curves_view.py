"""Accuracy, or memories and novelty, over the digits seen."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from PySide6.QtCore import QEvent, QRect, QRectF, QSize, Qt
from PySide6.QtGui import (
    QFocusEvent,
    QFontMetrics,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QResizeEvent,
)
from PySide6.QtWidgets import QSizePolicy, QWidget

from engine.frame import Curves, Frame
from memnet_gui.curve_reading import UNKNOWN, Reading, percent
from memnet_gui.curve_scales import accuracy_floor, digit_extent, extent
from memnet_gui.envelope import envelope
from memnet_gui.theme import DARK, GRID, Theme
from memnet_gui.widgets.curves_legend import STROKES, CurvesLegend, Quantity
from memnet_gui.widgets.painting import draw_focus, sized, stand_on_panel

if TYPE_CHECKING:
    from memnet_gui.widgets.curves_plot import CurvesPlot, Points

EMPTY_SENTENCE = "Accuracy is drawn as digits are streamed."
MARKER_ROOM = 3
"""Pixels right of the last digit, for the marker of a test there."""
CURSOR_STEPS = 100
"""Left and right move the cursor by this part of the digit axis."""


@dataclass(frozen=True, slots=True)
class Scales:
    """The axes: digits 0 to `digits`; accuracy from `floor` to 1; memories 0 to `memories`."""

    digits: int = 100
    floor: float = 0.0
    memories: int = 100

    @staticmethod
    def of(curves: Curves, total: int) -> Scales:
        if curves.digits.size == 0:
            return Scales()
        return Scales(
            digit_extent(int(curves.digits[-1]), total),
            accuracy_floor(curves),
            extent(int(curves.memories.max())),
        )


class CurvesView(QWidget):
    """Axes and legend painted here, curves by `CurvesPlot` once `ensure_plot` has built it.

    The novelty rate shares the plot with the memories: it is drawn on their scale, with an axis of
    its own, 0–100 %, on the right. Mouse or arrow keys move a cursor whose values the legend shows.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName("Curves")
        self.setAccessibleDescription(EMPTY_SENTENCE)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.legend = CurvesLegend(self)
        self.plot: CurvesPlot | None = None
        self.scales = Scales()
        self.reading: Reading | None = None
        stand_on_panel(self)
        self._theme = DARK
        self._quantity: Quantity = "accuracy"
        self._curves: Curves | None = None
        self._drawn: tuple[Any, ...] | None = None
        self._run: int | None = None
        self._values: dict[str, str] = {}
        self._cursor: float | None = None
        self.show_quantity("accuracy")

    def sizeHint(self) -> QSize:
        return QSize(72 * GRID, 44 * GRID)

    def minimumSizeHint(self) -> QSize:
        return QSize(40 * GRID, 21 * GRID)

    # --- what is shown ---------------------------------------------------------------------------

    @property
    def empty(self) -> bool:
        return self._curves is None or self._curves.digits.size == 0

    @property
    def quantity(self) -> Quantity:
        return self._quantity

    def ensure_plot(self) -> None:
        """Import pyqtgraph and build the plot, unless that is done; call it after the first paint."""
        if self.plot is not None:
            return
        from memnet_gui.widgets.curves_plot import CurvesPlot  # noqa: PLC0415 - half a second, not before paint

        self.plot = CurvesPlot(self)
        self.plot.set_theme(self._theme)
        self.plot.setGeometry(self._plot_area())
        self._redraw()

    def set_theme(self, theme: Theme) -> None:
        self._theme = theme
        self.legend.set_theme(theme)
        if self.plot is not None:
            self.plot.set_theme(theme)
            self._place_cursor()
        self.update()

    def show_quantity(self, quantity: Quantity) -> None:
        """Show accuracies, or memories and novelty rate."""
        self._quantity = quantity
        self.legend.set_strokes(STROKES[quantity])
        self._arrange()
        self._redraw()

    def show_frame(self, frame: Frame) -> None:
        """Draw the frame's curves, unless they are the ones that stand there."""
        if frame.info.run != self._run:
            self._run = frame.info.run
            self._move_cursor(None)
        curves = frame.curves
        last = int(curves.digits[-1]) if curves.digits.size else 0
        drawn = (frame.info.run, frame.total, curves.digits.size, last, curves.test_digits.size)
        if drawn == self._drawn:
            return
        self._drawn = drawn
        axes = self.scales, self.empty, self.reading
        self._curves = curves
        self.scales = Scales.of(curves, frame.total)
        self._draw_curves()
        if axes != (self.scales, self.empty, self.reading):
            self.update()

    def show_values(self, frame: Frame) -> None:
        """Put the frame's present values into the legend."""
        self._values = _legend_values(Reading.of(frame))
        self._show_legend()

    def _redraw(self) -> None:
        """Curves and axes."""
        self._draw_curves()
        self.update()

    def _draw_curves(self) -> None:
        if self.plot is not None:
            self.plot.setVisible(not self.empty)
            if self._curves is not None:
                area = self._plot_area()
                stretched = area.width() / max(1, area.width() - MARKER_ROOM)
                self.plot.set_scales(self.scales.digits * stretched, *self._heights())
                self.plot.draw(self.points())
        self._place_cursor()

    def _heights(self) -> tuple[float, float]:
        """Bottom and top of the plot, in units of the curves."""
        accuracy = self._quantity == "accuracy"
        return (self.scales.floor, 1.0) if accuracy else (0.0, float(self.scales.memories))

    def points(self) -> dict[str, Points]:
        """What is drawn of each series: (digits, heights), thinned by `envelope`."""
        if self._curves is None:
            return {}
        curves = self._curves
        if self._quantity == "accuracy":
            return {
                "prequential": envelope(curves.digits, curves.prequential),
                "recent": envelope(curves.digits, curves.recent),
                "test": (curves.test_digits, curves.test_accuracy),
            }
        return {
            "memories": envelope(curves.digits, curves.memories),
            "novelty_rate": envelope(curves.digits, curves.novelty_rate * np.float32(self.scales.memories)),
        }

    # --- cursor ----------------------------------------------------------------------------------

    def sentence(self) -> str:
        """The values at the cursor in words; empty without a cursor."""
        if self.reading is None:
            return ""
        accuracy = self._quantity == "accuracy"
        return self.reading.accuracy_sentence() if accuracy else self.reading.memories_sentence()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        area = self._plot_area()
        inside = area.contains(event.position().toPoint())
        share = (event.position().x() - area.left()) / max(1, area.width() - MARKER_ROOM)
        self._move_cursor(share * self.scales.digits if inside else None)

    def leaveEvent(self, event: QEvent) -> None:
        self._move_cursor(None)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        last = 0.0 if self._curves is None or self.empty else float(self._curves.digits[-1])
        here = last if self._cursor is None else self._cursor
        step = self.scales.digits / CURSOR_STEPS
        to: dict[int, float | None] = {
            Qt.Key.Key_Left: max(0.0, here - step),
            Qt.Key.Key_Right: min(last, here + step),
            Qt.Key.Key_Home: 0.0,
            Qt.Key.Key_End: last,
            Qt.Key.Key_Escape: None,
        }
        if event.key() in to and not (event.key() == Qt.Key.Key_Escape and self._cursor is None):
            self._move_cursor(to[event.key()])
        else:
            super().keyPressEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        self._describe()
        super().focusInEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        self._move_cursor(None)
        super().focusOutEvent(event)

    def _describe(self) -> None:
        """Tell screen readers what is shown; not with every frame, they would never be silent."""
        present = EMPTY_SENTENCE if self.empty else self.legend.text()
        self.setAccessibleDescription(self.sentence() or present)

    def _move_cursor(self, digit: float | None) -> None:
        if digit is not None or self._cursor is not None:
            self._cursor = digit
            self._place_cursor()
            self._describe()
            self.update()

    def _place_cursor(self) -> None:
        curves, cursor = self._curves, self._cursor
        self.reading = None if curves is None or cursor is None else Reading.at(curves, cursor)
        self._show_legend()
        if self.plot is None:
            return
        if self.reading is None:
            self.plot.hide_cursor()
        else:
            self.plot.show_cursor(self.reading.digit, self._marks(self.reading))

    def _marks(self, reading: Reading) -> list[tuple[str, float]]:
        if self._quantity == "memories":
            rate = (reading.novelty_rate or 0.0) * self.scales.memories
            return [("memories", reading.memories), ("novelty_rate", rate)]
        values = [
            ("prequential", reading.prequential),
            ("recent", reading.recent),
            ("test", reading.test),
        ]
        return [(name, value) for name, value in values if value is not None]

    def _show_legend(self) -> None:
        self.legend.show_values(self._values if self.reading is None else _legend_values(self.reading))

    # --- geometry and painting -------------------------------------------------------------------

    def _plot_area(self) -> QRect:
        """Where the curves are: beside the value labels, above the digit labels and the legend."""
        metrics = QFontMetrics(sized(self))
        left = metrics.horizontalAdvance("50,000" if self._quantity == "memories" else "97.5 %") + GRID
        right = metrics.horizontalAdvance("100 %") + GRID if self._quantity == "memories" else 2
        above = metrics.height() // 2
        below = metrics.height() + self.legend.sizeHint().height() + GRID
        return QRect(left, above, max(1, self.width() - left - right), max(1, self.height() - above - below))

    def _arrange(self) -> None:
        height = self.legend.sizeHint().height()
        self.legend.setGeometry(0, self.height() - height, self.width(), height)
        if self.plot is not None:
            self.plot.setGeometry(self._plot_area())

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._arrange()
        self._draw_curves()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setFont(sized(self))
        area = self._plot_area()
        if self.plot is None or self.empty:
            self._draw_ground(painter, area)
        painter.setPen(self._theme.color("tertiary"))
        self._draw_value_labels(painter, area)
        self._draw_digit_labels(painter, area)
        if self.hasFocus():
            draw_focus(painter, QRectF(area).adjusted(-2, -2, 2, 2), self._theme)

    def _draw_ground(self, painter: QPainter, area: QRect) -> None:
        painter.setPen(QPen(self._theme.color("line"), 1))
        for y in (area.top(), area.center().y(), area.bottom()):
            painter.drawLine(area.left(), y, area.right(), y)
        if self.empty:
            painter.setPen(self._theme.color("secondary"))
            upper = area.adjusted(0, 0, 0, -area.height() // 2)
            painter.drawText(upper, Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap, EMPTY_SENTENCE)

    def _draw_value_labels(self, painter: QPainter, area: QRect) -> None:
        bottom, top = self._heights()
        accuracy = self._quantity == "accuracy"
        height = painter.fontMetrics().height()
        for share, y in ((1.0, area.top()), (0.5, area.center().y()), (0.0, area.bottom())):
            value = bottom + share * (top - bottom)
            left = QRect(0, y - height // 2, area.left() - GRID, height)
            text = f"{100 * value:g} %" if accuracy else f"{value:,.0f}"
            painter.drawText(left, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, text)
            if not accuracy:
                right = QRect(area.right() + 1 + GRID, y - height // 2, self.width(), height)
                painter.drawText(
                    right, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, f"{100 * share:g} %"
                )

    def _draw_digit_labels(self, painter: QPainter, area: QRect) -> None:
        """Three digit numbers, or the cursor's alone."""
        metrics = painter.fontMetrics()
        baseline = area.bottom() + 1 + metrics.ascent()
        digits = self.scales.digits
        labels = [(number, f"{number:,}") for number in (0, digits // 2, digits)]
        if self.reading is not None:
            painter.setPen(self._theme.color("text"))
            labels = [(self.reading.digit, f"digit {self.reading.digit:,}")]
        for number, text in labels:
            width = metrics.horizontalAdvance(text)
            middle = area.left() + number / digits * (area.width() - MARKER_ROOM)
            left = min(max(middle - width / 2, area.left()), area.left() + area.width() - width)
            painter.drawText(round(left), baseline, text)


def _legend_values(reading: Reading) -> dict[str, str]:
    """Values as the legend shows them; its axis says that accuracies are in per cent."""
    shares = {"prequential": reading.prequential, "recent": reading.recent, "test": reading.test}
    texts = {name: UNKNOWN if share is None else f"{100 * share:.1f}" for name, share in shares.items()}
    return {
        **texts,
        "memories": f"{reading.memories:,}",
        "novelty_rate": percent(reading.novelty_rate),
    }
