"""All that was said for and against one class: the memories, and their sums to the last digit."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QPointF, QRect, QRectF, QSize, Qt, Signal, Slot
from PySide6.QtGui import QFontMetrics, QHelpEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QToolTip, QVBoxLayout, QWidget

from memnet_gui.reasons import Ledger, Reasons, share_text, vote_text
from memnet_gui.theme import DARK, GRID, LARGE, Theme
from memnet_gui.widgets.painting import fitting, sized, stand_on_panel
from memnet_gui.widgets.read_out import ReadOut
from memnet_gui.widgets.scrolling import scrolling
from memnet_gui.widgets.why_columns import HEADS, LEFT, LINE, RIGHT, ROW, Columns
from memnet_gui.widgets.why_table import ReasonTable

_TITLE = 5 * GRID
_SUMS = (
    "The rows above, the memories not shown, and both together: all votes for the class.\n"
    "Softmax of these sums over the classes gives the probabilities."
)


class _Head(QWidget):
    """The class in its colour, what it is here, all votes for it; and the names of the columns."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setFixedHeight(_TITLE + LINE)
        stand_on_panel(self)
        self._theme = DARK
        self._name, self._role, self._total, self._number = "", "", "", 0
        self.inset = 0
        """What the scroll bar takes from the rows."""

    def set_theme(self, theme: Theme) -> None:
        self._theme = theme
        self.update()

    def show_class(self, number: int, name: str, role: str, total: str) -> None:
        self._number, self._name, self._role, self._total = number, name, role, total
        self.setAccessibleName(f"Memories that voted on {name}, {role}: {total} votes")
        self.update()

    def _columns(self) -> Columns:
        return Columns.of(QFontMetrics(sized(self)), self.width() - self.inset)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        title = QRectF(0, 0, self.width(), _TITLE)
        large, small = sized(self, LARGE, bold=True), sized(self)
        painter.setFont(small)
        painter.setPen(self._theme.color("secondary"))
        total = f"{self._total} votes" if self._total else ""
        painter.drawText(title.adjusted(0, 0, -self.inset, 0), RIGHT, total)
        room = title.width() - self.inset - painter.fontMetrics().horizontalAdvance(total) - 2 * GRID
        name = fitting(QFontMetrics(large), room * 0.6, self._name)
        start = QFontMetrics(large).horizontalAdvance(name) + 2 * GRID
        role = fitting(painter.fontMetrics(), max(0.0, room - start), self._role)
        painter.drawText(title.adjusted(start, 0, 0, 0), LEFT, role)
        painter.setFont(large)
        painter.setPen(self._theme.class_color(self._number))
        painter.drawText(title, LEFT, name)
        painter.setFont(small)
        painter.setPen(self._theme.color("tertiary"))
        self._columns().draw(painter, _TITLE, LINE, tuple(name for name, _, _ in HEADS))
        painter.drawText(QRectF(0, _TITLE, self.width(), LINE), LEFT, "sees · holds")

    def event(self, event: QEvent) -> bool:
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            column = self._columns().at(event.pos().x()) if event.pos().y() >= _TITLE else None
            words = "" if column is None else HEADS[column][2]
            if not words and event.pos().y() >= _TITLE:
                words = "Where its column sees it in the digit, and the memory itself, enlarged"
            QToolTip.showText(event.globalPos(), words, self)
            return True
        return super().event(event)


class _Sums(QWidget):
    """Rows shown + the others = all votes for the class, in the columns of the rows."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setFixedHeight(3 * LINE + GRID)
        self.setToolTip(_SUMS)
        stand_on_panel(self)
        self._theme = DARK
        self.inset = 0
        self.lines: list[tuple[str, str, str]] = []
        """What stands there: words, votes and share."""

    def set_theme(self, theme: Theme) -> None:
        self._theme = theme
        self.update()

    def show_sums(self, ledger: Ledger | None, listed: list[int], name: str) -> None:
        self.lines = []
        if ledger is not None:
            shown = int(ledger.votes[listed].sum())
            others = len(ledger.votes) - len(listed)
            shares = ("–", "–", "–")
            if ledger.shares is not None:
                part, whole = int(ledger.shares[listed].sum()), int(ledger.shares.sum())
                shares = share_text(part), share_text(whole - part), share_text(whole)
            self.lines = [
                (f"{len(listed):,} shown", vote_text(shown), shares[0]),
                (f"{others:,} other{'' if others == 1 else 's'}", vote_text(ledger.total - shown), shares[1]),
                (f"vote for {name}", vote_text(ledger.total), shares[2]),
            ]
        self.setAccessibleName(", ".join(f"{words} {vote}" for words, vote, _ in self.lines))
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        small, bold = sized(self), sized(self, bold=True)
        columns = Columns.of(QFontMetrics(small), self.width() - self.inset)
        painter.setPen(QPen(self._theme.color("line"), 1))
        painter.drawLine(QPointF(0, 0.5), QPointF(self.width() - self.inset, 0.5))
        for number, (words, *figures) in enumerate(self.lines):
            total = number == len(self.lines) - 1
            painter.setFont(bold if total else small)
            painter.setPen(self._theme.color("text" if total else "secondary"))
            top = GRID + number * LINE
            columns.draw(painter, top, LINE, tuple(figures))
            room = columns.ends[0] - painter.fontMetrics().horizontalAdvance(figures[0]) - GRID
            painter.drawText(
                QRectF(0, top, room, LINE), LEFT, fitting(painter.fontMetrics(), room, words, words[:-1])
            )


class ReasonList(QWidget):
    """A heading, the rows, their sums. The signals are those of `ReasonTable`."""

    pointed = Signal(int)
    chosen = Signal(int, int)

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.head, self.table, self.sums = _Head(), ReasonTable(name), _Sums()
        self.area = scrolling(self.table)
        self.area.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOn)
        self.by_layer, self.by_sign = ReadOut(), ReadOut()
        self.by_layer.setToolTip("What each layer says, adding up to the same sum")
        self.by_sign.setToolTip("What speaks for the class and what speaks against it")
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        for part in (self.head, self.area, self.sums, self.by_sign, self.by_layer):
            column.addWidget(part)
        column.setStretch(1, 1)
        inset = self.area.verticalScrollBar().sizeHint().width()
        self.head.inset = self.sums.inset = inset
        self._name = ""
        self._reasons: Reasons | None = None
        self._number = 0
        self.set_rows(4)
        self.table.pointed.connect(self.pointed)
        self.table.chosen.connect(self.chosen)
        self.table.reached.connect(self._follow)
        self.table.grown.connect(self._add_up)

    def sizeHint(self) -> QSize:
        return QSize(270, self.minimumSizeHint().height())

    def set_rows(self, rows: int) -> None:
        """At least so many are in sight at a time."""
        self.area.setMinimumHeight(rows * ROW)

    def set_theme(self, theme: Theme) -> None:
        for part in (self.head, self.table, self.sums):
            part.set_theme(theme)

    def show_class(
        self, reasons: Reasons | None, number: int, names: tuple[str, ...], role: str, *, against_first: bool
    ) -> None:
        """The votes for class `number`, which is here in a `role`: the answer, the runner-up …"""
        self._reasons, self._number = reasons, number
        name = self._name = names[number] if names else ""
        total = "" if reasons is None else vote_text(int(reasons.totals[number]))
        self.head.show_class(number, name, role, total)
        if self.table.show_ledger(reasons, number, names, against_first=against_first):
            self.area.verticalScrollBar().setValue(0)
        self._add_up()

    @Slot()
    def _add_up(self) -> None:
        """Sum up what is shown and what is not."""
        ledger = None if self._reasons is None else self._reasons.ledger(self._number)
        self.sums.show_sums(ledger, self.table.listed, self._name)
        self.by_layer.say(*self._layer_words(ledger))
        self.by_sign.say(
            "" if ledger is None else f"for {vote_text(ledger.favour)}, against {vote_text(ledger.against)}"
        )

    def _layer_words(self, ledger: Ledger | None) -> tuple[str, ...]:
        """Each layer's votes; nothing where there is but one layer."""
        if ledger is None or self._reasons is None or len(ledger.layers) == 1:
            return ("",)
        parts = [
            f"{name} {vote_text(votes)}"
            for name, votes in zip(self._reasons.layer_names, ledger.layers.tolist(), strict=True)
        ]
        return (", ".join(parts), ", ".join(parts).replace("whole digits", "digits"))

    @Slot(QRect)
    def _follow(self, row: QRect) -> None:
        """Keep the row that the keyboard is on in sight."""
        self.area.ensureVisible(0, row.center().y(), 0, row.height() // 2 + 1)
