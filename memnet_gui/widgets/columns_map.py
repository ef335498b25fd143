"""The columns of a layer as a map: a cell where each one looks, coloured by what it made of the digit."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QFont,
    QImage,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QResizeEvent,
)
from PySide6.QtWidgets import QSizePolicy, QWidget

from memnet_gui.colormaps import Pixels
from memnet_gui.theme import DARK, SMALL, Theme
from memnet_gui.widgets.painting import draw_focus, pixel_image, sized, stand_on_panel

_SMALLEST_LETTERED = 11  # pixels a cell must have before a class's name fits into it


class ColumnsMap(QWidget):
    """A grid of cells. Click or arrow keys pick a column (`picked`); the mouse names one (`hovered`,
    −1 when it leaves)."""

    picked = Signal(int)
    hovered = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName("Map of columns")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Expanding)
        stand_on_panel(self)
        self._theme = DARK
        self.rows = self.columns = 1
        self.selected = -1
        self._pointed = -1
        self._image = QImage()
        self._dark_cells: list[bool] = []
        self._names: Sequence[str] = ()

    def sizeHint(self) -> QSize:
        """As wide as square cells need at the height that it has."""
        return QSize(max(64, round(self.height() * self.columns / self.rows)), 140)

    def minimumSizeHint(self) -> QSize:
        return QSize(64, 64)

    # ── what is shown ─────────────────────────────────────────────────────────────────────────

    def set_theme(self, theme: Theme) -> None:
        self._theme = theme
        self.update()

    def set_grid(self, rows: int, columns: int) -> None:
        """Another layer: an empty map of `rows` × `columns`, nothing selected."""
        self.rows, self.columns = rows, columns
        self.selected = self._pointed = -1
        self.updateGeometry()
        self.clear()

    def show_cells(self, pixels: Pixels, names: Sequence[str] = ()) -> None:
        """pixels: (rows, columns) opaque. names: what to write into each cell, P of them or none."""
        self._image = pixel_image(pixels)
        self._names = names
        if names:
            red, green, blue = (pixels.ravel() >> shift & 0xFF for shift in (16, 8, 0))
            self._dark_cells = (red * 0.299 + green * 0.587 + blue * 0.114 < 128).tolist()
        self.update()

    def clear(self) -> None:
        """No digit yet."""
        self._image, self._names = QImage(), ()
        self.update()

    def select(self, column: int) -> None:
        """Frame a column without telling anyone; −1 frames none."""
        if column != self.selected:
            self.selected = column
            self.update()

    # ── geometry ──────────────────────────────────────────────────────────────────────────────

    def resizeEvent(self, event: QResizeEvent) -> None:
        if event.size().height() != event.oldSize().height():
            self.updateGeometry()
        super().resizeEvent(event)

    def map_rect(self) -> QRectF:
        """Where the map lies: cells are square and a whole number of device pixels."""
        ratio = self.devicePixelRatioF()
        cell = min(self.width() / self.columns, self.height() / self.rows) * ratio
        cell = (math.floor(cell) if cell >= 1 else cell) / ratio
        width, height = cell * self.columns, cell * self.rows
        left = math.floor((self.width() - width) / 2 * ratio) / ratio
        return QRectF(left, 0, width, height)

    def cell_rect(self, column: int) -> QRectF:
        area = self.map_rect()
        cell = area.width() / self.columns
        row, place = divmod(column, self.columns)
        return QRectF(area.x() + place * cell, area.y() + row * cell, cell, cell)

    def column_at(self, point: QPointF) -> int:
        """The column under a point, −1 beside the map."""
        area = self.map_rect()
        if not area.contains(point):
            return -1
        place = min(self.columns - 1, int((point.x() - area.x()) / area.width() * self.columns))
        row = min(self.rows - 1, int((point.y() - area.y()) / area.height() * self.rows))
        return row * self.columns + place

    # ── painting ──────────────────────────────────────────────────────────────────────────────

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        area = self.map_rect()
        if self._image.isNull():
            painter.fillRect(area, self._theme.color("raised"))
        else:
            painter.drawImage(area, self._image)
            self._draw_names(painter, area)
            for column, width in ((self._pointed, 1), (self.selected, 2)):
                if column >= 0:
                    self._draw_frame(painter, self.cell_rect(column), width)
        if self.hasFocus():
            draw_focus(painter, area, self._theme)

    def _draw_names(self, painter: QPainter, area: QRectF) -> None:
        """What each column says, in black or white, whichever its cell is farther from."""
        cell = area.width() / self.columns
        if not self._names or cell < _SMALLEST_LETTERED:
            return
        font = QFont(sized(self))
        font.setPixelSize(min(SMALL, int(cell) - 2))
        painter.setFont(font)
        pens = QColor("#000000"), QColor("#ffffff")
        for dark in (False, True):
            painter.setPen(pens[dark])
            for column, name in enumerate(self._names):
                if self._dark_cells[column] is dark and name:
                    row, place = divmod(column, self.columns)
                    box = QRectF(area.x() + place * cell, area.y() + row * cell, cell, cell)
                    painter.drawText(box, Qt.AlignmentFlag.AlignCenter, name[:2])

    def _draw_frame(self, painter: QPainter, cell: QRectF, width: int) -> None:
        """A frame in ink on paper: one of the two stands out on any colour."""
        painter.setBrush(Qt.BrushStyle.NoBrush)
        for color, thickness in (("paper", width + 2), ("text", width)):
            painter.setPen(QPen(self._theme.color(color), thickness, j=Qt.PenJoinStyle.MiterJoin))
            painter.drawRect(cell)

    # ── mouse and keyboard ────────────────────────────────────────────────────────────────────

    def mousePressEvent(self, event: QMouseEvent) -> None:
        column = self.column_at(event.position())
        if column < 0 or event.button() != Qt.MouseButton.LeftButton:
            super().mousePressEvent(event)
            return
        self._pick(column)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self._point(self.column_at(event.position()))

    def leaveEvent(self, event: QEvent) -> None:
        self._point(-1)
        super().leaveEvent(event)

    def _point(self, column: int) -> None:
        if column != self._pointed:
            self._pointed = column
            self.setCursor(Qt.CursorShape.PointingHandCursor if column >= 0 else Qt.CursorShape.ArrowCursor)
            self.hovered.emit(column)
            self.update()

    def _pick(self, column: int) -> None:
        self.select(column)
        self.picked.emit(column)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        row, place = divmod(max(0, self.selected), self.columns)
        targets = {
            Qt.Key.Key_Left: (row, place - 1),
            Qt.Key.Key_Right: (row, place + 1),
            Qt.Key.Key_Up: (row - 1, place),
            Qt.Key.Key_Down: (row + 1, place),
            Qt.Key.Key_Home: (0, 0),
            Qt.Key.Key_End: (self.rows - 1, self.columns - 1),
        }
        key = Qt.Key(event.key())
        if key not in targets:
            super().keyPressEvent(event)
            return
        row, place = targets[key]
        if 0 <= row < self.rows and 0 <= place < self.columns:
            self._pick(int(np.ravel_multi_index((row, place), (self.rows, self.columns))))
