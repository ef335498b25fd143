"""The held-out digits that two runs answer differently."""

from __future__ import annotations

from PySide6.QtCore import QRect, Signal, Slot
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from engine.differences import Comparison
from memnet_gui.comparing import Cell, digit_thumbs
from memnet_gui.theme import GRID, Theme
from memnet_gui.widgets.compare_layout import LongSection
from memnet_gui.widgets.read_out import ReadOut
from memnet_gui.widgets.thumb_grid import LARGE_THUMB, Thumb, ThumbGrid

MOST_SHOWN = 60
"""Digits of a kind that are worth looking through."""
_TITLES = ("Only A right", "Only B right", "Neither, differently")


class DisagreementView(QWidget):
    """First those that only A has right, then only B, then neither; all of them, or one cell's.

    digit_chosen(object): one was clicked, a held-out digit. reached(grid, QRect): the keyboard went there.
    """

    digit_chosen = Signal(object)
    reached = Signal(QWidget, QRect)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._found: Comparison | None = None
        self._cell: Cell | None = None
        self.filter = QWidget()
        self.which = ReadOut()
        self.everything = QPushButton("All digits")
        self.everything.setToolTip("Show the digits of all cells again")
        row = QHBoxLayout(self.filter)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(2 * GRID)
        row.addWidget(self.which, 1)
        row.addWidget(self.everything)
        self.sections = tuple(
            LongSection(title, ThumbGrid(f"{title}: digits", LARGE_THUMB, 2)) for title in _TITLES
        )
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(3 * GRID)
        column.addWidget(self.filter)
        for section in self.sections:
            column.addWidget(section)
            section.grid.picked.connect(self.digit_chosen)
            section.grid.reached.connect(self.reached)
        self.everything.clicked.connect(self._show_all)

    def set_theme(self, theme: Theme) -> None:
        for section in self.sections:
            section.set_theme(theme)

    def show_comparison(self, found: Comparison) -> None:
        self._found = found
        self.show_cell(None)

    def show_cell(self, cell: Cell | None) -> None:
        """Show the digits of this label that either run answered so, and no others; None is all."""
        if self._found is None:
            return
        found, self._cell = self._found, cell
        kinds = digit_thumbs(found, cell)
        totals: tuple[int | None, ...] = (None, None, None)
        if cell is None:
            others = found.disagreements.total - found.only_a_right - found.only_b_right
            totals = found.only_a_right, found.only_b_right, others
        else:
            label, answer = (found.class_names[number] for number in cell)
            self.which.say(f"{label}, answered {answer} by A or B alone", f"{label} → {answer}")
        self.filter.setVisible(cell is not None)
        for section, thumbs, total in zip(self.sections, kinds, totals, strict=True):
            _show(section, thumbs, total)

    @Slot()
    def _show_all(self) -> None:
        self.show_cell(None)
        self.sections[0].grid.setFocus()


def _show(section: LongSection, thumbs: list[Thumb], total: int | None) -> None:
    """total: so many there are; None where that is not known, as not all were kept."""
    whole = len(thumbs) if total is None else total
    note = f"{whole:,}" if whole <= MOST_SHOWN else f"{whole:,} · first {MOST_SHOWN} shown"
    section.show_thumbs(thumbs[:MOST_SHOWN], "none", note, f"{whole:,}")
