"""DIGITS: what is in a cell of the confusion matrix, each digit a way to ask why."""

from __future__ import annotations

import time
from collections.abc import Callable

from PySide6.QtCore import QRect, Qt, Signal, Slot
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import (
    QHBoxLayout,
    QInputDialog,
    QLabel,
    QPushButton,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from engine.commands import ShowCell, Teach
from engine.findings import CellDigits, DigitList
from engine.frame import Frame, NetworkInfo
from memnet_gui.digit_thumbs import class_name, listed
from memnet_gui.requests import next_request
from memnet_gui.theme import GRID, Theme
from memnet_gui.widgets.class_menu import ClassMenu
from memnet_gui.widgets.painting import fitting
from memnet_gui.widgets.panel import Panel
from memnet_gui.widgets.read_out import ReadOut
from memnet_gui.widgets.scrolling import reveal, scrolling
from memnet_gui.widgets.thumb_grid import LARGE_THUMB, ThumbGrid, ThumbSection

ASK_INTERVAL = 1.0
"""Seconds between two questions about the same cell while the network learns on."""
UNANSWERED_INTERVAL = 5.0
"""And while there is no answer yet, which may have been lost with an error."""
INVITATION = "Click a cell of the confusion matrix in ACCURACY, and its digits stand here."
LOOKING = "Looking for them…"
_NAME_ROOM = 18 * GRID
"""Longer class names are cut short on the button."""
_TEACH_TIP = (
    "Write the digit as a memory of class {name} now, in every column.\n"
    "Ctrl+Z takes it back. Only digits seen while learning can be taught."
)


class DigitsPanel(Panel):
    """The digits of one cell, those seen while learning and the held-out ones.

    asked(object): a command, ShowCell or Teach. digit_chosen(int, bool): source and held-out, of a
    digit that the user wants explained. While the run goes on and the panel is in sight it asks
    again, at most once in `ASK_INTERVAL`.
    """

    refresh_hz = 5
    asked = Signal(object)
    digit_chosen = Signal(int, bool)

    def __init__(self, parent: QWidget | None = None, clock: Callable[[], float] = time.perf_counter) -> None:
        super().__init__("Digits", parent)
        self._clock = clock
        self._info: NetworkInfo | None = None
        self._cell: tuple[int, int] | None = None
        self._request = 0
        self._asked_at = 0.0
        self._known_at = (-1, -1)
        """Digits seen, and the last held-out test, when it was asked last."""
        self._shown: CellDigits | None = None
        self.seen = ThumbSection(
            "Seen while learning",
            ThumbGrid("Digits seen while learning", LARGE_THUMB, selects=True),
            "Each was answered like this before it was learned",
        )
        self.held_out = ThumbSection(
            "Held out",
            ThumbGrid("Held-out digits", LARGE_THUMB),
            "These are never learned; they were answered like this in the last held-out test",
        )
        self.empty = QLabel(INVITATION)
        self.reading = ReadOut()
        self.teach_button = QPushButton()
        self.others_button = QPushButton("Teach as…")
        self.classes = ClassMenu("Teach the digit as", self)
        self._make_teaching()
        self._lay_out()
        self._active = self.seen.grid
        for section in (self.seen, self.held_out):
            section.grid.picked.connect(self._choose)
            section.grid.reached.connect(self._follow_keyboard)
        self.seen.grid.moved.connect(self._enter_seen)
        self.held_out.grid.moved.connect(self._enter_held_out)
        self._read()

    # ── layout ────────────────────────────────────────────────────────────────────────────────

    def _make_teaching(self) -> None:
        self.teach_action = QAction("Teach", self)
        self.teach_action.setShortcut(QKeySequence("T"))
        self.teach_action.setShortcutContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        self.teach_action.triggered.connect(self._teach)
        self.addAction(self.teach_action)
        self.teach_button.clicked.connect(self.teach_action.trigger)
        self.others_button.setMenu(self.classes)
        self.others_button.setToolTip("Write the digit as a memory of another class, or of a new one")
        self.others_button.setAccessibleName("Teach the digit as another class")
        self.classes.chosen.connect(self._teach_as)
        self.classes.addSeparator()
        self.classes.addAction("New class…", self._ask_for_name)

    def _lay_out(self) -> None:
        self.empty.setObjectName("emptyState")
        self.empty.setWordWrap(True)
        self.empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        content = QWidget()
        column, foot = QVBoxLayout(content), QHBoxLayout()
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4 * GRID)
        column.addWidget(self.seen)
        column.addWidget(self.held_out)
        column.addStretch(1)
        self.area = scrolling(content)
        full = QWidget()
        page = QVBoxLayout(full)
        page.setContentsMargins(0, 0, 0, 0)
        page.setSpacing(2 * GRID)
        page.addWidget(self.area, 1)
        page.addLayout(foot)
        foot.setSpacing(GRID)
        foot.addWidget(self.teach_button)
        foot.addWidget(self.others_button)
        foot.addSpacing(GRID)
        foot.addWidget(self.reading, 1)
        self.pages = QStackedWidget()
        self.pages.addWidget(self.empty)
        self.pages.addWidget(full)
        self.body.addWidget(self.pages, 1)

    def set_theme(self, theme: Theme) -> None:
        self.seen.set_theme(theme)
        self.held_out.set_theme(theme)

    # ── asking ────────────────────────────────────────────────────────────────────────────────

    @Slot(int, int)
    def show_cell(self, label: int, answer: int) -> None:
        """Show the digits labelled `label` and answered `answer`."""
        if (label, answer) != self._cell:
            self._cell, self._shown = (label, answer), None
            for section in (self.seen, self.held_out):
                section.show_thumbs([], LOOKING)
        self.pages.setCurrentIndex(1)
        self._name_cell()
        self._ask()

    def _ask(self) -> None:
        assert self._cell is not None
        self._request, self._asked_at = next_request(), self._clock()
        self.asked.emit(ShowCell(self._request, *self._cell))

    # ── frames ────────────────────────────────────────────────────────────────────────────────

    def show_frame(self, frame: Frame) -> None:
        if self._info is not frame.info:
            self._adopt(frame.info)
        if self._cell is None:
            return
        cell = frame.findings.cell
        if cell is not None and cell is not self._shown and cell.request == self._request:
            self._show(cell, frame.info.class_names)
        self._follow(frame)

    def _adopt(self, info: NetworkInfo) -> None:
        """Another run, or another set of classes."""
        before, self._info = self._info, info
        self.classes.list_classes(info.class_names)
        if before is not None and before.run != info.run:
            self._cell = self._shown = None
            self.note_label.say("")
            self.pages.setCurrentIndex(0)
        elif self._cell is not None:
            self._name_cell()
            if self._shown is not None:
                self._show(self._shown, info.class_names)

    def _follow(self, frame: Frame) -> None:
        """Ask again when there may be more by now."""
        now = frame.score.seen, frame.held_out.accuracy_at
        if self._known_at == (-1, -1):
            self._known_at = now
            return
        answered = self._shown is not None and self._shown.request == self._request
        due = now != self._known_at if answered else True
        patience = ASK_INTERVAL if answered else UNANSWERED_INTERVAL
        if due and self.isVisible() and self._clock() - self._asked_at >= patience:
            self._known_at = now
            self._ask()

    def _show(self, cell: CellDigits, names: tuple[str, ...]) -> None:
        self._shown = cell
        self.seen.show_thumbs(
            listed(cell.seen, names, held_out=False), "none so far", *_amounts(cell.seen, "")
        )
        tested = f" of {cell.tested:,} tested at digit {cell.tested_at:,}"
        self.held_out.show_thumbs(
            listed(cell.held_out, names, held_out=True),
            "none" if cell.tested else "no held-out test yet: ACCURACY has “Test now”",
            *(_amounts(cell.held_out, tested) if cell.tested else ()),
        )
        self._read()

    def _name_cell(self) -> None:
        label, answer = self._names()
        self.note_label.say(f"labelled {label}, answered {answer}", f"{label}→{answer}")

    def _names(self) -> tuple[str, str]:
        names = self._info.class_names if self._info is not None else ()
        label, answer = self._cell or (0, 0)
        return class_name(names, label), class_name(names, answer)

    # ── digits ────────────────────────────────────────────────────────────────────────────────

    @property
    def selected(self) -> int | None:
        """Source of the training digit that Teach is about; None where there is none."""
        thumb = self._active.current
        if thumb is None or not isinstance(thumb.key, tuple):
            return None
        source, held_out = thumb.key
        return None if held_out else int(source)

    @Slot()
    def _enter_seen(self) -> None:
        self._active = self.seen.grid
        self._read()

    @Slot()
    def _enter_held_out(self) -> None:
        self._active = self.held_out.grid
        self._read()

    def _read(self) -> None:
        """Say what is selected, and whether it can be taught."""
        thumb = self._active.current
        fact = thumb.fact if thumb is not None else ""
        self.reading.say(fact, fact.partition(" · ")[0])
        label, _ = self._names()
        can_teach = self.selected is not None
        self.teach_action.setEnabled(can_teach)
        self.others_button.setEnabled(can_teach)
        self.teach_button.setEnabled(can_teach)
        short = fitting(self.teach_button.fontMetrics(), _NAME_ROOM, label)
        self.teach_button.setText(f"Teach as {short.replace('&', '&&')}")
        self.teach_button.setAccessibleName(f"Teach the digit as {label}")
        self.teach_button.setToolTip(f"{_TEACH_TIP.format(name=label)} (T)")

    @Slot(object)
    def _choose(self, key: tuple[int, bool]) -> None:
        self.digit_chosen.emit(*key)

    @Slot()
    def _teach(self) -> None:
        if self._cell is not None:
            self._teach_as(self._cell[0])

    @Slot(object)
    def _teach_as(self, label: int | str) -> None:
        source = self.selected
        if source is not None:
            self.asked.emit(Teach(label, source=source))

    @Slot()
    def _ask_for_name(self) -> None:
        dialog = QInputDialog(self)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setWindowTitle("New class")
        dialog.setLabelText("Name of the new class:")
        dialog.textValueSelected.connect(self._teach_as)
        dialog.open()

    @Slot(QWidget, QRect)
    def _follow_keyboard(self, grid: QWidget, place: QRect) -> None:
        reveal(self.area, grid, place)


def _amounts(digits: DigitList, of: str) -> tuple[str, str]:
    shown = len(digits.sources)
    newest = f" · newest {shown:,} shown" if shown < digits.total else ""
    return f"{digits.total:,}{of}{newest}", f"{digits.total:,}{of}"
