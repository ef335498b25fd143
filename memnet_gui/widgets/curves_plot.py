"""The curves themselves, in pyqtgraph.

Importing pyqtgraph takes half a second, so only `CurvesView.ensure_plot` imports this module, once
the window is on the screen.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import pyqtgraph as pg
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QPainter, QPen
from PySide6.QtWidgets import QWidget

from memnet_gui.theme import DARK, Theme
from memnet_gui.widgets.curves_legend import STROKES, Stroke

Points = tuple[npt.NDArray[Any], npt.NDArray[Any]]
GRID_SHARES = (0.0, 0.5, 1.0)
"""Heights of the horizontal grid lines, as shares of the plot."""
MARKER = 5
MARK = 6


def draw_grid(painter: QPainter, area: QRectF, theme: Theme) -> None:
    """The horizontal lines behind the curves, also where the plot is not built yet."""
    painter.setPen(QPen(theme.color("line"), 1))
    for share in GRID_SHARES:
        y = round(area.top() + share * (area.height() - 1))
        painter.drawLine(int(area.left()), y, int(area.right()) - 1, y)


class CurvesPlot(pg.GraphicsView):  # type: ignore[misc]
    """One item for each stroke, created once and fed new points; axes are its owner's to paint.

    Mouse events pass through to the owner, which knows the scales.
    """

    def __init__(
        self, parent: QWidget | None = None, strokes: Sequence[Stroke] = sum(STROKES.values(), ())
    ) -> None:
        super().__init__(parent, background=None)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.viewport().setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self._theme = DARK
        self._box = pg.ViewBox(enableMouse=False, enableMenu=False, defaultPadding=0)
        self.setCentralItem(self._box)
        self._strokes = {stroke.series: stroke for stroke in strokes}
        self._drawn: set[str] = set()
        self._scales: tuple[float, float, float] | None = None
        self.curves = {name: self._curve(stroke) for name, stroke in self._strokes.items()}
        self.cursor_line = pg.InfiniteLine(angle=90, movable=False)
        self.marks = pg.ScatterPlotItem(size=MARK, pxMode=True)
        for item in (*self.curves.values(), self.cursor_line, self.marks):
            self._box.addItem(item, ignoreBounds=True)
        self.hide_cursor()
        self.set_theme(self._theme)

    def _curve(self, stroke: Stroke) -> Any:
        # PlotDataItem: a line with markers. PlotCurveItem: the line alone, and cheaper.
        return pg.PlotDataItem(symbol="o", symbolSize=MARKER) if stroke.marked else pg.PlotCurveItem()

    def set_theme(self, theme: Theme) -> None:
        self._theme = theme
        for name, stroke in self._strokes.items():
            self.curves[name].setPen(stroke.pen(theme))
            if stroke.marked:
                self.curves[name].setSymbolBrush(theme.color(stroke.token))
                self.curves[name].setSymbolPen(None)
        self.cursor_line.setPen(QPen(theme.color("tertiary"), 0))
        # pyqtgraph keeps the background as a picture.
        self.resetCachedContent()
        self.viewport().update()

    def drawBackground(self, painter: QPainter, rect: QRectF) -> None:
        painter.fillRect(rect, self._theme.color("panel"))
        draw_grid(painter, self.sceneRect(), self._theme)

    def draw(self, points: Mapping[str, Points]) -> None:
        """Draw these series, named as in `Curves` and "test", and empty the others."""
        for name, curve in self.curves.items():
            if name in points:
                curve.setData(*points[name], antialias=True)
            elif name in self._drawn:
                curve.setData(np.zeros(0), np.zeros(0))
        self._drawn = set(points)

    def set_scales(self, right: float, bottom: float, top: float) -> None:
        """Show digits 0 to `right` and values `bottom` to `top`."""
        if self._scales == (right, bottom, top):
            return
        self._scales = (right, bottom, top)
        self._box.setRange(xRange=(0, right), yRange=(bottom, top), padding=0, disableAutoRange=True)

    def show_cursor(self, digit: float, values: Sequence[tuple[str, float]]) -> None:
        """A vertical line at a digit, and a dot on each series, given as (name, height)."""
        self.cursor_line.setValue(digit)
        self.cursor_line.show()
        self.marks.setData(
            [digit] * len(values),
            [value for _, value in values],
            brush=[self._theme.color(self._strokes[name].token) for name, _ in values],
            pen=pg.mkPen(self._theme.color("panel")),
        )
        self.marks.show()

    def hide_cursor(self) -> None:
        self.cursor_line.hide()
        self.marks.hide()
