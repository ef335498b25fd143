"""All that a comparison found: a headline, figures, curves, memories, mistakes, digits."""

from __future__ import annotations

from PySide6.QtCore import QRect, Signal, Slot
from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget

from engine.differences import Comparison
from memnet_gui.comparing import headline
from memnet_gui.theme import GRID, LARGE, Theme
from memnet_gui.widgets.compare_confusion import ConfusionChange
from memnet_gui.widgets.compare_curves import Measure, OverlaidCurves
from memnet_gui.widgets.compare_digits import DisagreementView
from memnet_gui.widgets.compare_facts import FactsTable
from memnet_gui.widgets.compare_layout import Beside
from memnet_gui.widgets.compare_memories import MemoriesView
from memnet_gui.widgets.painting import sized
from memnet_gui.widgets.read_out import ReadOut
from memnet_gui.widgets.section import Section
from memnet_gui.widgets.segments import Segments

_MEASURES: tuple[Measure, Measure] = ("recent", "prequential")


class ComparisonView(QWidget):
    """digit_chosen(object): a held-out digit. memory_picked(str, str, int): layer, group and place of a
    memory. reached(grid, QRect): the keyboard went to a picture."""

    digit_chosen = Signal(object)
    memory_picked = Signal(str, str, int)
    reached = Signal(QWidget, QRect)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.headline = QLabel()
        self.headline.setWordWrap(True)
        self.headline.setFont(sized(self, LARGE, bold=True))
        self.facts = FactsTable()
        self.curves = OverlaidCurves()
        self.measures = Segments(
            "Accuracy over",
            (
                ("last 1,000", "Share of the last 1,000 digits answered rightly before they were learned"),
                ("so far", "Share of all digits seen answered rightly before they were learned"),
            ),
        )
        self.memories = MemoriesView()
        self.confusion = ConfusionChange()
        self.cell = ReadOut()
        self.digits = DisagreementView()
        self._lay_out()
        self.measures.chosen.connect(self._show_measure)
        self.memories.memory_picked.connect(self.memory_picked)
        self.memories.reached.connect(self.reached)
        self.confusion.part_pointed.connect(self._say_cell)
        self.confusion.cell_clicked.connect(self._show_cell)
        self.digits.digit_chosen.connect(self.digit_chosen)
        self.digits.reached.connect(self.reached)

    def _lay_out(self) -> None:
        curves = Section("Accuracy", self.curves, "Of digits answered before they were learned")
        curves.heading.addWidget(self.measures)
        mistakes = Section("Answers, B − A", self.confusion, self.confusion.toolTip())
        below = mistakes.layout()
        assert below is not None
        below.addWidget(self.cell)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, GRID, 0)
        column.setSpacing(4 * GRID)
        column.addWidget(self.headline)
        column.addWidget(Beside(self.facts, curves, 45))
        column.addWidget(
            Section("Memories", self.memories, "The same: from the same image, in the same column")
        )
        column.addWidget(Beside(mistakes, self.digits, 45))
        column.addStretch(1)

    def set_theme(self, theme: Theme) -> None:
        for part in (self.facts, self.curves, self.memories, self.confusion, self.digits):
            part.set_theme(theme)

    def show_comparison(self, found: Comparison) -> None:
        self.headline.setText(headline(found))
        for part in (self.facts, self.curves, self.memories, self.confusion, self.digits):
            part.show_comparison(found)
        self._say_cell("")

    @Slot(int)
    def _show_measure(self, index: int) -> None:
        self.curves.show_measure(_MEASURES[index])

    @Slot(str)
    def _say_cell(self, words: str) -> None:
        colours = "Blue: B is better there. Orange: A is."
        self.cell.say(*((words,) if words else (f"{colours} Click a cell for its digits.", colours)))

    @Slot(int, int)
    def _show_cell(self, label: int, answer: int) -> None:
        self.digits.show_cell((label, answer))
