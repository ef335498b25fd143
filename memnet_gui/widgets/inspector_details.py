"""All about one memory: what it says, where it comes from, what is like it, which digits it helped."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QVBoxLayout, QWidget

from engine.arrays import Floats
from engine.findings import DigitList, Trace
from engine.frame import Inspection, LayerInfo
from memnet_gui.digit_thumbs import class_name, neighbouring, traced
from memnet_gui.theme import GRID, Theme
from memnet_gui.widgets.inspector_drift import Origin
from memnet_gui.widgets.memory_card import AssociationBars
from memnet_gui.widgets.section import Section
from memnet_gui.widgets.thumb_grid import LARGE_THUMB, ThumbGrid, ThumbSection

TRACING = "looking among the last digits…"
UNTRACED = "not looked for yet"


class MemoryDetails(QWidget):
    """Origin, neighbours and digits; `association` is a part of its own, to be placed elsewhere.

    memory_chosen(layer, slot): a neighbour was clicked. digit_chosen(source, held_out): a digit was.
    """

    memory_chosen = Signal(int, int)
    digit_chosen = Signal(int, bool)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._trace: Trace | None = None
        self._names: tuple[str, ...] = ()
        self._weights: Floats | None = None
        self.bars = AssociationBars()
        self.association = Section("Association", self.bars, "What it says for each class, and against")
        self.origin = Origin()
        self.neighbours = ThumbSection(
            "Nearest memories",
            ThumbGrid("Nearest memories", LARGE_THUMB, 2),
            "Of the same column, with their class and their distance",
        )
        self.right = ThumbSection(
            "Helped get right",
            ThumbGrid("Digits that it helped get right", lines=2),
            "Answered right, and it spoke for the answer: with what it votes now",
        )
        self.wrong = ThumbSection(
            "Helped get wrong",
            ThumbGrid("Digits that it helped get wrong", lines=2),
            "Answered wrongly, and it spoke for that answer: label → answer, and what it votes now",
        )
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4 * GRID)
        for part in (self.origin, self.neighbours, self.right, self.wrong):
            column.addWidget(part)
        column.addStretch(1)
        self.origin.digit_chosen.connect(self.digit_chosen)
        self.neighbours.grid.picked.connect(self._choose_memory)
        self.right.grid.picked.connect(self._choose_digit)
        self.wrong.grid.picked.connect(self._choose_digit)

    @property
    def grids(self) -> tuple[ThumbGrid, ...]:
        return self.neighbours.grid, self.right.grid, self.wrong.grid

    def set_theme(self, theme: Theme) -> None:
        for part in (self.bars, self.origin, self.neighbours, self.right, self.wrong):
            part.set_theme(theme)

    def show_memory(
        self,
        memory: Inspection,
        trace: Trace | None,
        layer: LayerInfo,
        names: tuple[str, ...],
        *,
        searching: bool,
    ) -> None:
        """A memory of that layer, and the newest digits that were found for one. searching: something
        is being looked for."""
        renamed, self._names = self._names != names, names
        if self._weights is None or renamed or not np.array_equal(memory.association, self._weights):
            self._show_association(memory.association)
        self.origin.show_memory(memory, layer)
        self.neighbours.show_thumbs(
            neighbouring(memory.neighbours, memory.layer, names),
            "it is the only one of its column",
            "class, distance",
        )
        if trace is None or (trace.layer, trace.id) != (memory.layer, memory.id):
            self._trace = None
            for section in (self.right, self.wrong):
                section.show_thumbs([], TRACING if searching else UNTRACED)
        elif renamed or trace is not self._trace:
            self._trace = trace
            for section, digits in ((self.right, trace.right), (self.wrong, trace.wrong)):
                section.show_thumbs(traced(digits, names), "none", *_amounts(digits, trace.looked))

    def _show_association(self, weights: Floats) -> None:
        """The bars, and the ends of them in words."""
        self._weights = weights
        self.bars.show_weights(weights, self._names)
        most, least = int(weights.argmax()), int(weights.argmin())
        words = f"{class_name(self._names, most)} {weights[most]:+.2f}"
        against = f"{words} · {class_name(self._names, least)} {weights[least]:+.2f}"
        self.association.note.say(against if weights[least] < 0 else words, words)

    @Slot(object)
    def _choose_memory(self, key: tuple[int, int]) -> None:
        self.memory_chosen.emit(*key)

    @Slot(object)
    def _choose_digit(self, key: tuple[int, bool]) -> None:
        self.digit_chosen.emit(*key)


def _amounts(digits: DigitList, looked: int) -> Sequence[str]:
    """How many, and how many of them are shown."""
    shown = len(digits.sources)
    newest = f", newest {shown:,} shown" if shown < digits.total else ""
    count = f"{digits.total:,} of the last {looked:,}"
    return f"{count} digits{newest}", f"{count} digits", count
