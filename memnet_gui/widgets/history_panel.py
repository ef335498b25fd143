"""HISTORY: what was done by hand, strokes and changes to the network, and the way back and forth."""

from __future__ import annotations

import time
from collections.abc import Callable

from PySide6.QtCore import QRectF, QSize, Qt, Signal, Slot
from PySide6.QtGui import QColor, QFocusEvent, QPainter, QPaintEvent, QPalette, QResizeEvent, QShowEvent
from PySide6.QtWidgets import (
    QBoxLayout,
    QFrame,
    QListWidget,
    QListWidgetItem,
    QPushButton,
    QSizePolicy,
    QWidget,
)

from engine.commands import Redo, Undo
from engine.frame import Frame
from memnet_gui.history import Entry, History, Side
from memnet_gui.icons import icon
from memnet_gui.theme import DARK, GRID, Theme
from memnet_gui.widgets.painting import draw_focus, fitting
from memnet_gui.widgets.panel import Panel

BEGINNING = "Beginning"
EMPTY = "Nothing drawn or changed yet"
TAKEN_BACK = "taken back"
_ROW = 24
_SIDE_BY_SIDE = 520


class EntryList(QListWidget):
    """A list whose chosen row is quiet, and which shows the keyboard's focus as the other widgets do."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = DARK

    def set_theme(self, theme: Theme) -> None:
        self._theme = theme
        palette = self.palette()
        palette.setColor(QPalette.ColorRole.Highlight, theme.color("raised"))
        palette.setColor(QPalette.ColorRole.HighlightedText, theme.color("text"))
        self.setPalette(palette)

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if self.hasFocus():
            draw_focus(QPainter(self.viewport()), QRectF(self.viewport().rect()), self._theme)

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.viewport().update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.viewport().update()


class HistoryPanel(Panel):
    """Everything done by hand, the newest at the bottom; a click goes back or forth to it.

    asked(command): `Undo` or `Redo` for the engine. stroke_undo_requested, stroke_redo_requested: the
    same for the canvas, which is to report through `note_stroke`, `note_stroke_undone` and
    `note_stroke_redone`. changed(undo, redo): what `undo` and `redo` would do now, in words; "" where
    there is nothing.
    """

    every_frame = True  # Ctrl+Z needs to know what was done last also while the panel is hidden
    asked = Signal(object)
    stroke_undo_requested = Signal()
    stroke_redo_requested = Signal()
    changed = Signal(str, str)

    def __init__(self, parent: QWidget | None = None, clock: Callable[[], float] = time.monotonic) -> None:
        super().__init__("History", parent)
        self.history = History(clock)
        self._theme = DARK
        self._words = ("", "")
        self._stale = True
        self.list = EntryList()
        self.list.setAccessibleName("What was done, oldest first")
        self.list.setToolTip("Click an entry, or press Enter on it, to go back or forth to it")
        self.list.setFrameShape(QFrame.Shape.NoFrame)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.setTextElideMode(Qt.TextElideMode.ElideRight)
        self.list.setUniformItemSizes(True)
        self.list.setMinimumHeight(2 * _ROW)
        self.undo_button, self.redo_button = QPushButton(), QPushButton()
        self._buttons = QBoxLayout(QBoxLayout.Direction.TopToBottom)
        self._buttons.setSpacing(GRID)
        self.body.addWidget(self.list, 1)
        self.body.addLayout(self._buttons)  # before it holds widgets
        for button, name, slot in (
            (self.undo_button, "Undo", self.undo),
            (self.redo_button, "Redo", self.redo),
        ):
            button.setAccessibleName(name)
            button.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
            button.clicked.connect(slot)
            self._buttons.addWidget(button)
        self.list.itemClicked.connect(self._go_to_item)
        self.list.itemActivated.connect(self._go_to_item)
        self._show()

    # ── what was done ─────────────────────────────────────────────────────────────────────────

    def show_frame(self, frame: Frame) -> None:
        if self.history.follow(frame.info.run, frame.edits):
            self._show()

    @Slot(str)
    def note_stroke(self, text: str) -> None:
        """The canvas did something that it can take back."""
        self.history.stroke_made(text)
        self._show()

    @Slot()
    def note_stroke_undone(self) -> None:
        self.history.stroke_undone()
        self._show()

    @Slot()
    def note_stroke_redone(self) -> None:
        self.history.stroke_redone()
        self._show()

    # ── back and forth ────────────────────────────────────────────────────────────────────────

    @Slot()
    def undo(self) -> None:
        """Take back what was done last, wherever that was."""
        self._ask(self.history.undo(), Undo(), self.stroke_undo_requested.emit)

    @Slot()
    def redo(self) -> None:
        """Repeat what was taken back last."""
        self._ask(self.history.redo(), Redo(), self.stroke_redo_requested.emit)

    def _ask(self, side: Side | None, command: Undo | Redo, stroke: Callable[[], None]) -> None:
        if side is Side.ENGINE:
            self.asked.emit(command)
            self._show()
        elif side is Side.CANVAS:
            stroke()

    def go_to(self, steps: int) -> None:
        """Go back or forth to where so many of all entries hold; 0 is the beginning."""
        done = len(self.history.done)
        for _ in range(done - steps):
            self.undo()
        for _ in range(steps - done):
            self.redo()

    @Slot(QListWidgetItem)
    def _go_to_item(self, item: QListWidgetItem) -> None:
        self.go_to(self.list.row(item))

    # ── showing ───────────────────────────────────────────────────────────────────────────────

    def set_theme(self, theme: Theme) -> None:
        self._theme = theme
        self.list.set_theme(theme)
        self.undo_button.setIcon(icon("undo", theme.text))
        self.redo_button.setIcon(icon("redo", theme.text))
        self._show()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if self._stale:
            self._fill()

    def resizeEvent(self, event: QResizeEvent) -> None:
        wide = self.width() >= _SIDE_BY_SIDE
        directions = QBoxLayout.Direction
        self._buttons.setDirection(directions.LeftToRight if wide else directions.TopToBottom)
        super().resizeEvent(event)
        self.body.activate()
        self._name_buttons()

    def _show(self) -> None:
        """Tell what can be taken back and repeated; fill the list when it can be seen."""
        done, undone = self.history.done, self.history.undone
        words = (done[-1].text if done else "", undone[0].text if undone else "")
        self._name_buttons()
        self._stale = True
        if self.isVisible():
            self._fill()
        if words != self._words:
            self._words = words
            self.changed.emit(*words)

    def _fill(self) -> None:
        """The list anew: it is short, and changes only by hand."""
        self._stale = False
        done, undone = self.history.done, self.history.undone
        self.list.clear()
        self._add(BEGINNING if done or undone else EMPTY, self._theme.color("secondary"))
        for entry in done:
            self._add(_sentence(entry), self._theme.color("text"))
        for entry in undone:
            self._add(f"{_sentence(entry)} · {TAKEN_BACK}", self._theme.color("tertiary"))
        if done or undone:
            self.list.setCurrentRow(len(done))
        said = f"{len(done):,} done" + (f", {len(undone):,} {TAKEN_BACK}" if undone else "")
        self.note_label.say(said if done or undone else "")

    def _add(self, text: str, color: QColor) -> None:
        item = QListWidgetItem(text)
        item.setForeground(color)
        item.setSizeHint(QSize(0, _ROW))
        item.setToolTip(text)
        self.list.addItem(item)

    def _name_buttons(self) -> None:
        """What they would do, as far as it fits."""
        done, undone = self.history.done, self.history.undone
        for button, verb, entry, keys in (
            (self.undo_button, "Undo", done[-1] if done else None, "Ctrl+Z"),
            (self.redo_button, "Redo", undone[0] if undone else None, "Ctrl+Shift+Z"),
        ):
            words = verb if entry is None else f"{verb}: {entry.text}"
            button.setEnabled(entry is not None)
            button.setAccessibleDescription(words)
            button.setToolTip(f"{words} ({keys})")
            button.setText(fitting(button.fontMetrics(), max(0, button.width() - 12 * GRID), words))


def _sentence(entry: Entry) -> str:
    return entry.text[:1].upper() + entry.text[1:]
