"""What was said for what: the confusion matrix of all digits seen."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QFontMetrics,
    QImage,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QResizeEvent,
)
from PySide6.QtWidgets import QWidget

from engine.arrays import Ints
from memnet_gui.confusion_reading import confusion_shades
from memnet_gui.theme import GRID, Theme
from memnet_gui.widgets.counts_view import CountsView
from memnet_gui.widgets.painting import draw_focus, fitting, sized

Cell = tuple[int, int]
"""(label, answer): row and column."""
NAME_ROOM = 8 * GRID
"""Longer class names are cut short."""


def confusion_colors(confusion: Ints, theme: Theme) -> npt.NDArray[np.uint32]:
    """(C, C) counts → (C, C) RGB32 values: right on the diagonal, wrong beside it, as `confusion_shades`
    says how strongly."""
    shade = confusion_shades(confusion)
    diagonal = np.eye(len(confusion), dtype=bool)
    empty, right, wrong = (_channels(theme.color(name)) for name in ("raised", "right", "wrong"))
    full = np.where(diagonal[..., None], right, wrong)
    mixed = np.rint(empty + (full - empty) * shade[..., None]).astype(np.uint32)
    colors = 0xFF000000 | mixed[..., 0] << 16 | mixed[..., 1] << 8 | mixed[..., 2]
    return colors.astype(np.uint32)


def _channels(color: QColor) -> npt.NDArray[np.float64]:
    return np.array([color.red(), color.green(), color.blue()], np.float64)


class ConfusionView(CountsView[Cell]):
    """Rows are labels, columns are answers.

    Mouse and arrow keys point at a cell; a click, Enter or Space picks it.
    """

    cell_clicked = Signal(int, int)
    """(label, answer)"""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(
            "Confusion matrix",
            "Rows are labels, columns are answers; arrow keys point at a cell",
            "Row: what the digit was. Column: what was said. Click a cell to pick it.",
            parent,
        )
        self._colors: npt.NDArray[np.uint32] = np.zeros((0, 0), np.uint32)

    def sizeHint(self) -> QSize:
        """As high as makes the cells a square of the present width."""
        left, above = self._margins()
        width = self.width() or 40 * GRID
        return QSize(40 * GRID, round(min(width - left + above, 60 * GRID)))

    def resizeEvent(self, event: QResizeEvent) -> None:
        if event.size().width() != event.oldSize().width():
            self.updateGeometry()

    def minimumSizeHint(self) -> QSize:
        return QSize(30 * GRID, 30 * GRID)

    # --- what is shown ---------------------------------------------------------------------------

    def _prepare(self) -> None:
        self._colors = confusion_colors(self._confusion, self._theme)

    def describe(self, part: Cell) -> str:
        """A cell in words: "label 4, said 9: 31 (1.2 % of the 4s)"."""
        label, answer = part
        count, of = int(self._confusion[part]), int(self._confusion[label].sum())
        percent = 100 * count / of if of else 0.0
        decimals = 2 if 0 < percent < 0.1 else 1
        share = f"{percent:.{decimals}f} % of the {self._names[label]}s" if of else "none seen yet"
        return f"label {self._names[label]}, said {self._names[answer]}: {count:,} ({share})"

    # --- geometry --------------------------------------------------------------------------------

    def _margins(self) -> tuple[int, int]:
        """Room for the names, left of the cells and above them."""
        metrics = QFontMetrics(sized(self))
        widest = max((metrics.horizontalAdvance(name) for name in self._names), default=0)
        return min(widest, NAME_ROOM) + GRID, metrics.height()

    def _cells_area(self) -> QRectF:
        """The square of all cells; a cell has a whole number of pixels where there is room for that."""
        left, above = self._margins()
        side = max(1.0, min(self.width() - left, self.height() - above))
        count = max(1, len(self._names))
        if side >= 4 * count:
            side = side // count * count
        return QRectF(left, above, side, side)

    def part_at(self, point: QPointF) -> Cell | None:
        """The cell under a point of the widget."""
        area = self._cells_area()
        if not self._names or not area.contains(point):
            return None
        last = len(self._names) - 1
        row = int((point.y() - area.top()) / area.height() * len(self._names))
        column = int((point.x() - area.left()) / area.width() * len(self._names))
        return min(row, last), min(column, last)

    def rect_of(self, cell: Cell) -> QRectF:
        """Where a cell is."""
        area = self._cells_area()
        side = area.width() / len(self._names)
        return QRectF(area.left() + cell[1] * side, area.top() + cell[0] * side, side, side)

    # --- pointing --------------------------------------------------------------------------------

    def mousePressEvent(self, event: QMouseEvent) -> None:
        cell = self.part_at(event.position())
        if cell is None or event.button() != Qt.MouseButton.LeftButton:
            super().mousePressEvent(event)
            return
        self._point_at(cell)
        self.cell_clicked.emit(*cell)

    def part_after(self, part: Cell | None, key: int) -> Cell | None:
        last = len(self._names) - 1
        moves: dict[int, Cell] = {
            Qt.Key.Key_Up: (-1, 0),
            Qt.Key.Key_Down: (1, 0),
            Qt.Key.Key_Left: (0, -1),
            Qt.Key.Key_Right: (0, 1),
            Qt.Key.Key_Home: (0, -last),
            Qt.Key.Key_End: (0, last),
        }
        if key not in moves:
            return None
        if part is None:
            return 0, 0
        down, along = moves[key]
        return min(max(part[0] + down, 0), last), min(max(part[1] + along, 0), last)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        picks = (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space)
        if self.pointed is not None and event.key() in picks:
            self.cell_clicked.emit(*self.pointed)
        else:
            super().keyPressEvent(event)

    # --- painting --------------------------------------------------------------------------------

    def paintEvent(self, event: QPaintEvent) -> None:
        if not self._names:
            return
        painter = QPainter(self)
        area = self._cells_area()
        count = len(self._names)
        picture = QImage(self._colors.data, count, count, 4 * count, QImage.Format.Format_RGB32)
        painter.drawImage(area, picture)
        depends = self._names, self._theme, self.pointed
        painter.drawPixmap(0, 0, self._standing.picture(self, self._draw_frame, *depends))
        if self.pointed is not None:
            painter.setPen(QPen(self._theme.color("text"), 2))
            painter.drawRect(self.rect_of(self.pointed).adjusted(0, 0, -1, -1))
        if self.hasFocus():
            draw_focus(painter, area.adjusted(-2, -2, 2, 2), self._theme)

    def _draw_frame(self, painter: QPainter) -> None:
        """What stands around the colours: names, and lines between the cells."""
        area = self._cells_area()
        self._draw_names(painter, area)
        side = area.width() / len(self._names)
        if side < 6:
            return
        ground = self._theme.color("panel")
        for number in range(1, len(self._names) + 1):
            painter.fillRect(QRectF(area.left() + number * side - 1, area.top(), 1, area.height()), ground)
            painter.fillRect(QRectF(area.left(), area.top() + number * side - 1, area.width(), 1), ground)

    def _draw_names(self, painter: QPainter, area: QRectF) -> None:
        """Labels down the left, answers along the top; as many as are legible. The pointed ones stand out."""
        metrics = painter.fontMetrics()
        side = area.width() / len(self._names)
        widest = min(max(metrics.horizontalAdvance(name) for name in self._names), NAME_ROOM)
        every_row, every_column = _every(metrics.capHeight() + 2, side), _every(widest + 2, side)
        for index, name in enumerate(self._names):
            start = index * side
            if index % every_row == 0:
                row = QRectF(0, area.top() + start, area.left() - GRID, side)
                self._draw_name(painter, row, name, Qt.AlignmentFlag.AlignRight, 0, index)
            if index % every_column == 0:
                column = QRectF(area.left() + start, 0, side, area.top())
                self._draw_name(painter, column, name, Qt.AlignmentFlag.AlignHCenter, 1, index)

    def _draw_name(
        self, painter: QPainter, place: QRectF, name: str, align: Qt.AlignmentFlag, axis: int, index: int
    ) -> None:
        metrics = painter.fontMetrics()
        pointed = self.pointed is not None and self.pointed[axis] == index
        painter.setPen(self._theme.color("text" if pointed else "tertiary"))
        text = fitting(metrics, NAME_ROOM, name)
        spare = max(0.0, NAME_ROOM - place.width()) / 2 if axis == 1 else 0.0
        tall = max(0.0, metrics.height() - place.height()) / 2 if axis == 0 else 0.0
        place = place.adjusted(-spare, -tall, spare, tall)
        place.moveBottom(min(place.bottom(), self.height()))
        painter.drawText(place, align | Qt.AlignmentFlag.AlignVCenter, text)


def _every(needed: float, side: float) -> int:
    """How many cells a name `needed` pixels long takes."""
    return max(1, -int(-needed // side))
