"""The memories that voted on a class, one a row: where it sees, what it holds, what it says."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QPointF, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QEnterEvent,
    QFocusEvent,
    QHelpEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
)
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from memnet_gui.reasons import Answering, Ledger, Reasons, share_text, vote_text, weight_text
from memnet_gui.theme import DARK, GRID, Theme
from memnet_gui.widgets.painting import draw_focus, sized, stand_on_panel
from memnet_gui.widgets.why_columns import LEFT, ROW, Columns
from memnet_gui.widgets.why_row import RowPainter

BATCH = 24
"""So many rows at first, and so many more each time that more are asked for."""


class ReasonTable(QWidget):
    """The first rows of a ledger, and a last row that brings more.

    pointed(int): the number of the memory that the mouse or the keyboard came to. chosen(int, int):
    layer and slot of the one that was clicked. reached(QRect): the row that the keyboard went to.
    grown(): more rows are shown.
    """

    pointed = Signal(int)
    chosen = Signal(int, int)
    reached = Signal(QRect)
    grown = Signal()

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(name)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        stand_on_panel(self)
        self._theme = DARK
        self._painter = RowPainter()
        self._names: tuple[str, ...] = ()
        self._reasons: Reasons | None = None
        self.ledger: Ledger | None = None
        self._against_first = False
        self._limit = BATCH
        self._current = 0
        self._under_mouse: int | None = None
        self._marked: int | None = None

    # ── what is shown ─────────────────────────────────────────────────────────────────────────

    def set_theme(self, theme: Theme) -> None:
        self._theme = theme
        self._painter.set_theme(theme)
        self.update()

    def show_ledger(
        self, reasons: Reasons | None, number: int, names: tuple[str, ...], *, against_first: bool
    ) -> bool:
        """The votes for class `number`; against_first: those that speak most against it come first.

        True where these are other rows than before, to be read from the top.
        """
        ledger = None if reasons is None else reasons.ledger(number)
        anew = ledger is not self.ledger or against_first != self._against_first
        if anew:
            self._limit, self._current = BATCH, 0
        self._reasons, self.ledger, self._names = reasons, ledger, names
        self._against_first = against_first
        self._painter.show_ledger(reasons, ledger)
        self._under_mouse = None
        self._settle()
        return anew

    def mark(self, index: int | None) -> None:
        """Set a memory on a raised ground, wherever it is listed."""
        if index != self._marked:
            self._marked = index
            self.update()

    def _settle(self) -> None:
        """Another number of rows."""
        self.setFixedHeight(max(1, self.rows) * ROW)
        self._describe()
        self.update()

    @property
    def count(self) -> int:
        """Memories that there are."""
        return 0 if self.ledger is None else len(self.ledger.votes)

    @property
    def listed(self) -> list[int]:
        """Numbers of the memories shown, from the top."""
        if self.ledger is None:
            return []
        order = self.ledger.order[::-1] if self._against_first else self.ledger.order
        return list(map(int, order[: self._limit]))

    @property
    def rows(self) -> int:
        """Memories shown, and the row that brings more where there are any."""
        return min(self._limit, self.count) + (self.count > self._limit)

    @property
    def current(self) -> int | None:
        """The number of the memory that the keyboard is on."""
        listed = self.listed
        return listed[self._current] if self._current < len(listed) else None

    def memory(self, index: int) -> Answering:
        assert self._reasons is not None
        return self._reasons.memory(index)

    def fact(self, index: int) -> str:
        """One memory in words."""
        assert self.ledger is not None
        memory, number = self.memory(index), self.ledger.number
        top, left, side = memory.field
        where = (
            "a whole digit"
            if memory.whole
            else f"column {memory.column}, rows {top}–{top + side - 1}, columns {left}–{left + side - 1}"
        )
        vote = vote_text(int(self.ledger.votes[index]))
        parts = [
            f"memory {memory.id:,}{', taught by hand' if memory.taught else ''}, {where}",
            f"distance {memory.distance:.3f}",
            f"activation {100 * memory.activation:.1f} % × association to {self._names[number]} "
            f"{weight_text(float(memory.association[number]), 3)} = vote {vote}",
        ]
        if self.ledger.shares is not None:
            parts.append(
                f"{share_text(int(self.ledger.shares[index]))} of what speaks for {self._names[number]}"
            )
        return " · ".join(parts)

    # ── geometry ──────────────────────────────────────────────────────────────────────────────

    def sizeHint(self) -> QSize:
        return QSize(260, max(1, self.rows) * ROW)

    def minimumSizeHint(self) -> QSize:
        return QSize(240, ROW)

    def row_rect(self, row: int) -> QRectF:
        return QRectF(0, row * ROW, self.width(), ROW)

    def row_at(self, point: QPointF) -> int | None:
        row = int(point.y() // ROW)
        return row if 0 <= row < self.rows else None

    # ── painting ──────────────────────────────────────────────────────────────────────────────

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setFont(sized(self))
        exposed, listed = event.rect(), self.listed
        if self.ledger is not None and listed:
            columns = Columns.of(painter.fontMetrics(), self.width())
            for row in range(exposed.top() // ROW, min(self.rows, exposed.bottom() // ROW + 1)):
                place = self.row_rect(row)
                if row < len(listed):
                    memory, marked = self.memory(listed[row]), listed[row] == self._marked
                    self._painter.draw(painter, place, columns, memory, self.ledger, marked=marked)
                else:
                    self._draw_more(painter, place)
        elif self.ledger is not None:
            painter.setPen(self._theme.color("tertiary"))
            painter.drawText(self.rect(), LEFT, "No memory answered it.")
        if self.hasFocus():
            draw_focus(painter, self.row_rect(self._current), self._theme)

    def _draw_more(self, painter: QPainter, place: QRectF) -> None:
        left = self.count - self._limit
        painter.setPen(self._theme.color("accent"))
        words = f"Show {min(BATCH, left):,} more of {left:,} others"
        painter.drawText(place.adjusted(GRID, 0, 0, 0), LEFT, words)

    # ── mouse, keyboard, tooltips ─────────────────────────────────────────────────────────────

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self._point(self.row_at(event.position()))

    def enterEvent(self, event: QEnterEvent) -> None:
        self._point(self.row_at(event.position()))
        super().enterEvent(event)

    def leaveEvent(self, event: QEvent) -> None:
        self._point(None)
        super().leaveEvent(event)

    def _point(self, row: int | None) -> None:
        if row == self._under_mouse:
            return
        self._under_mouse = row
        over = row is not None
        self.setCursor(Qt.CursorShape.PointingHandCursor if over else Qt.CursorShape.ArrowCursor)
        listed = self.listed
        if row is not None and row < len(listed):
            self.pointed.emit(listed[row])

    def mousePressEvent(self, event: QMouseEvent) -> None:
        row = self.row_at(event.position())
        if row is None or event.button() != Qt.MouseButton.LeftButton:
            super().mousePressEvent(event)
            return
        self._current = row
        self._choose()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        last = self.rows - 1
        page = max(1, self.visibleRegion().boundingRect().height() // ROW - 1)
        steps = {
            Qt.Key.Key_Up: self._current - 1,
            Qt.Key.Key_Down: self._current + 1,
            Qt.Key.Key_PageUp: max(0, self._current - page),
            Qt.Key.Key_PageDown: min(last, self._current + page),
            Qt.Key.Key_Home: 0,
            Qt.Key.Key_End: last,
        }
        key = Qt.Key(event.key())
        if last >= 0 and key in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space):
            self._choose()
        elif last >= 0 and key in steps:
            if 0 <= steps[key] <= last:
                self._go_to(steps[key])
        else:
            super().keyPressEvent(event)

    def _choose(self) -> None:
        """Go to the memory, or bring more."""
        index = self.current
        if index is not None:
            memory = self.memory(index)
            self.pointed.emit(index)
            self.chosen.emit(memory.layer, memory.slot)
            self.update()
        elif self.count:
            self._limit += BATCH
            self._settle()
            self.grown.emit()
            self._go_to(self._current)

    def _go_to(self, row: int) -> None:
        self._current = row
        self._describe()
        if self.current is not None:
            self.pointed.emit(self.current)
        self.reached.emit(self.row_rect(row).toAlignedRect())
        self.update()

    def focusInEvent(self, event: QFocusEvent) -> None:
        self._describe()
        if self.current is not None:
            self.pointed.emit(self.current)
        super().focusInEvent(event)

    def _describe(self) -> None:
        index = self.current
        if index is not None:
            self.setAccessibleDescription(self.fact(index))
        else:
            left = self.count - self._limit
            self.setAccessibleDescription(
                f"Show more of {left:,} others" if left > 0 else "No memory answered"
            )

    def event(self, event: QEvent) -> bool:
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            row, listed = self.row_at(QPointF(event.pos())), self.listed
            told = row is not None and row < len(listed)
            words = self.fact(listed[row]).replace(" · ", "\n") if told and row is not None else ""
            QToolTip.showText(event.globalPos(), words, self)
            return True
        return super().event(event)
