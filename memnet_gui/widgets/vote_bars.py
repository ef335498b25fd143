"""The votes as bars: one row a class, with its name, its colour and its share in per cent."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import zip_longest

import numpy as np
from PySide6.QtCore import QEvent, QPointF, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QFocusEvent,
    QFontMetrics,
    QHelpEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPixmap,
    QRegion,
)
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from engine.arrays import Floats
from memnet_gui.theme import BODY, DARK, GRID, SMALL, Theme
from memnet_gui.widgets.painting import draw_focus, draw_pill, fitting, sized, stand_on_panel

MOST_IN_ONE_COLUMN = 12
SMALLEST_ROW, USUAL_ROW, LARGEST_ROW = 15, 18, 20
_MARK = 10  # room for the label's marker, left of the names
_BAR = 8


@dataclass(frozen=True)
class _Standing:
    """What stays from digit to digit: a picture of names and tracks, and where things go."""

    size: QSize
    picture: QPixmap
    tracks: list[QRectF]
    numbers: list[QRectF]


class VoteBars(QWidget):
    """Probabilities of all classes; more than twelve stand in two columns.

    `picked` carries the class that was clicked, or chosen with Enter or Space. `reached` carries
    the rectangle of the row that the arrow keys moved to, so that a scroll area can follow.
    """

    picked = Signal(int)
    reached = Signal(QRect)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName("Votes for each class")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        stand_on_panel(self)
        self._theme = DARK
        self._names: tuple[str, ...] = tuple("0123456789")
        self._probabilities: Floats | None = None
        self._label: int | None = None
        self._shown: int | None = None
        self._rows: list[tuple[str, bool, bool]] = []
        self._current = 0
        self._standing: _Standing | None = None

    # ── geometry ──────────────────────────────────────────────────────────────────────────────

    @property
    def columns(self) -> int:
        return 1 if len(self._names) <= MOST_IN_ONE_COLUMN else 2

    @property
    def rows(self) -> int:
        return -(-len(self._names) // self.columns)

    def sizeHint(self) -> QSize:
        return QSize(224, self.rows * USUAL_ROW)

    def minimumSizeHint(self) -> QSize:
        return QSize(160, self.rows * SMALLEST_ROW)

    def row_rect(self, number: int) -> QRectF:
        """Where class `number` stands; classes run down the first column, then the second."""
        column, row = divmod(number, self.rows)
        gap = 2 * GRID
        width = (self.width() - gap * (self.columns - 1)) / self.columns
        height = min(LARGEST_ROW, max(SMALLEST_ROW, self.height() // self.rows))
        return QRectF(column * (width + gap), row * height, width, height)

    def class_at(self, point: QPointF) -> int | None:
        for number in range(len(self._names)):
            if self.row_rect(number).contains(point):
                return number
        return None

    # ── what is shown ─────────────────────────────────────────────────────────────────────────

    def set_theme(self, theme: Theme) -> None:
        self._theme, self._standing = theme, None
        self.update()

    def set_classes(self, names: Sequence[str]) -> None:
        self._names = tuple(names)
        self._probabilities = self._label = self._shown = self._standing = None
        self._rows = []
        self._current = min(self._current, len(self._names) - 1)
        self.updateGeometry()
        self.update()

    def show_votes(self, probabilities: Floats | None, label: int | None, shown: int | None) -> None:
        """probabilities: (C,) or None for empty bars. label: the true class, marked with a triangle.
        shown: the class whose evidence is drawn, set on a raised ground.

        A class younger than the digit, beyond the end of `probabilities`, has no vote.
        """
        if probabilities is not None and len(probabilities) < len(self._names):
            probabilities = np.pad(probabilities, (0, len(self._names) - len(probabilities)))
        before = self._rows
        self._probabilities, self._label, self._shown = probabilities, label, shown
        self._rows = [self._row(number) for number in range(len(self._names))]
        for number, (old, new) in enumerate(zip_longest(before, self._rows)):
            if old != new:
                self.update(self.row_rect(number).toAlignedRect())

    def _row(self, number: int) -> tuple[str, bool, bool]:
        """What a row says; as long as that is the same it is not painted again."""
        return self.number_text(number), number == self._label, number == self._shown

    def number_text(self, number: int) -> str:
        """A class's share as it is written beside its bar."""
        if self._probabilities is None:
            return "–"
        return f"{100 * float(self._probabilities[number]):.{self._decimals}f} %"

    @property
    def widest_number(self) -> str:
        """What takes as much room beside a bar as any number will."""
        return f"{100:.{self._decimals}f} %"

    @property
    def _decimals(self) -> int:
        """Two columns leave no room for a decimal."""
        return 1 if self.columns == 1 else 0

    # ── painting ──────────────────────────────────────────────────────────────────────────────

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        standing = self._standing_picture()
        if self._shown is not None:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(self._theme.color("raised"))
            painter.drawRoundedRect(self.row_rect(self._shown), GRID, GRID)
        painter.drawPixmap(0, 0, standing.picture)
        if self._shown is not None:
            draw_pill(painter, standing.tracks[self._shown], self._theme.color("line"))
        if self._probabilities is not None:
            self._draw_bars(painter, standing, self._probabilities, event.region())
        if self._label is not None:
            self._draw_label_mark(painter, self.row_rect(self._label))
        if self.hasFocus():
            draw_focus(painter, self.row_rect(self._current), self._theme)

    def _standing_picture(self) -> _Standing:
        """Names and tracks, which stay the same from digit to digit, painted once."""
        ratio = self.devicePixelRatioF()
        standing = self._standing
        if standing is None or standing.size != self.size() or standing.picture.devicePixelRatioF() != ratio:
            standing = self._standing = self._paint_standing(ratio)
        return standing

    def _paint_standing(self, ratio: float) -> _Standing:
        names = sized(self, SMALL if self.columns > 1 else BODY, bold=True)
        metrics = QFontMetrics(names)
        widest = max(metrics.horizontalAdvance(name) for name in self._names)
        name_width = min(widest, self.width() // (4 * self.columns))
        number_width = QFontMetrics(sized(self)).horizontalAdvance(self.widest_number)
        rows = [self.row_rect(number) for number in range(len(self._names))]
        left, right = _MARK + name_width + 2 * GRID, number_width + 2 * GRID
        tracks = [
            QRectF(
                row.left() + left, row.center().y() - _BAR / 2, max(GRID, row.width() - left - right), _BAR
            )
            for row in rows
        ]
        picture = QPixmap(self.size() * ratio)
        picture.setDevicePixelRatio(ratio)
        picture.fill(Qt.GlobalColor.transparent)
        painter = QPainter(picture)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(names)
        for row, track, name in zip(rows, tracks, self._names, strict=True):
            draw_pill(painter, track, self._theme.color("raised"))
            painter.setPen(self._theme.color("text"))
            words = fitting(metrics, name_width, name)
            painter.drawText(row.adjusted(_MARK, 0, 0, 0), Qt.AlignmentFlag.AlignVCenter, words)
        painter.end()
        numbers = [row.adjusted(0, 0, -2, 0) for row in rows]
        return _Standing(self.size(), picture, tracks, numbers)

    def _draw_bars(
        self, painter: QPainter, standing: _Standing, probabilities: Floats, exposed: QRegion
    ) -> None:
        """What changes from digit to digit: the filled part of each bar and its number."""
        painter.setPen(Qt.PenStyle.NoPen)
        visible = [
            number for number, room in enumerate(standing.numbers) if exposed.intersects(room.toAlignedRect())
        ]
        shares = probabilities.tolist()
        for number in visible:
            track = standing.tracks[number]
            width = max(2.0, track.width() * shares[number])
            painter.setBrush(self._theme.class_color(number))
            painter.drawRoundedRect(QRectF(track.x(), track.y(), width, _BAR), min(width, _BAR) / 2, _BAR / 2)
        painter.setFont(sized(self))
        painter.setPen(self._theme.color("secondary"))
        right = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        for number in visible:
            painter.drawText(standing.numbers[number], right, self.number_text(number))

    def _draw_label_mark(self, painter: QPainter, row: QRectF) -> None:
        """A triangle before the true label's name."""
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self._theme.color("text"))
        x, y = row.left() + 2, row.center().y()
        painter.drawPolygon([QPointF(x, y - 3.5), QPointF(x + 5, y), QPointF(x, y + 3.5)])

    # ── mouse, keyboard, tooltips ─────────────────────────────────────────────────────────────

    def mousePressEvent(self, event: QMouseEvent) -> None:
        number = self.class_at(event.position())
        if number is None or event.button() != Qt.MouseButton.LeftButton:
            super().mousePressEvent(event)
            return
        self._current = number
        self.picked.emit(number)
        self.update()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        last = len(self._names) - 1
        steps = {
            Qt.Key.Key_Up: self._current - 1,
            Qt.Key.Key_Down: self._current + 1,
            Qt.Key.Key_Left: self._current - self.rows,
            Qt.Key.Key_Right: self._current + self.rows,
            Qt.Key.Key_Home: 0,
            Qt.Key.Key_End: last,
        }
        key = Qt.Key(event.key())
        if key in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space):
            self.picked.emit(self._current)
        elif key in steps:
            if 0 <= steps[key] <= last:
                self._go_to(steps[key])
        else:
            super().keyPressEvent(event)

    def _go_to(self, number: int) -> None:
        self._current = number
        self._describe()
        self.reached.emit(self.row_rect(number).toAlignedRect())
        self.update()

    def focusInEvent(self, event: QFocusEvent) -> None:
        self._describe()
        super().focusInEvent(event)

    def _describe(self) -> None:
        """Tell a screen reader where the keyboard is; while digits stream by, only when it moves."""
        self.setAccessibleDescription(self.fact(self._current))

    def fact(self, number: int) -> str:
        """One class's vote in words."""
        parts = [f"{self._names[number]}: {self.number_text(number)}"]
        if number == self._label:
            parts.append("the true label")
        parts.append("evidence shown" if number == self._shown else "click shows the evidence for it")
        return " · ".join(parts)

    def changeEvent(self, event: QEvent) -> None:
        if event.type() in (QEvent.Type.FontChange, QEvent.Type.StyleChange):
            self._standing = None
        super().changeEvent(event)

    def event(self, event: QEvent) -> bool:
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            number = self.class_at(QPointF(event.pos()))
            QToolTip.showText(event.globalPos(), "" if number is None else self.fact(number), self)
            return True
        return super().event(event)
