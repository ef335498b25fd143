"""What orders the mosaic: sorting, class filter, and how the memories of columns are arranged."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QWidget

from engine.frame import LayerInfo
from memnet_gui.mosaic_order import Choice, Sort
from memnet_gui.theme import GRID

_SORTS = {
    Sort.TIME: "Oldest first",
    Sort.CLASS: "By class, oldest first",
    Sort.WINS: "Most wins first",
    Sort.AGE: "Youngest first",
    Sort.USEFULNESS: "Most useful first: votes for the right class, less those for the others",
    Sort.LIKE_DIGIT: "Those most like the digit last seen first",
    Sort.LIKE_DRAWING: "Those most like your drawing first",
}
_NARROWEST = (23 * GRID, 26 * GRID, 23 * GRID)


class MosaicTools(QWidget):
    """Three combo boxes that together say a `Choice`. `changed` is emitted when one of them is used."""

    changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.sorting = _combo("Sort memories by")
        for sort, tooltip in _SORTS.items():
            self.sorting.addItem(f"Sort: {sort.value}", sort)
            self.sorting.setItemData(self.sorting.count() - 1, tooltip, Qt.ItemDataRole.ToolTipRole)
        self.classes = _combo("Show memories of one class")
        self.classes.addItem("All classes", None)
        self.arrangement = _combo("Arrange columns")
        self.arrangement.addItem("In place", True)
        self.arrangement.addItem("One column", False)
        self.arrangement.setToolTip(
            "In place: every column where it sits in the image. One column: the one picked in Activation"
        )
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(GRID)
        combos = self.sorting, self.classes, self.arrangement
        for combo, narrowest in zip(combos, _NARROWEST, strict=True):
            combo.setMinimumWidth(narrowest)
            row.addWidget(combo)
            combo.currentIndexChanged.connect(self.changed)

    def list_classes(self, names: Sequence[str]) -> None:
        """Offer these classes, keeping the one that is chosen where it still exists."""
        chosen = self.classes.currentIndex()
        self.classes.blockSignals(True)
        while self.classes.count() > 1:
            self.classes.removeItem(1)
        for index, name in enumerate(names):
            self.classes.addItem(f"Class {name}", index)
        self.classes.setCurrentIndex(chosen if chosen <= len(names) else 0)
        self.classes.blockSignals(False)

    def show_for(self, layer: LayerInfo, *, map_shown: bool) -> None:
        """Offer what applies to that layer: a map has an order of its own."""
        self.sorting.setVisible(not map_shown)
        self.arrangement.setVisible(not layer.whole and not map_shown)

    def choice(self, layer: LayerInfo, column: int) -> Choice:
        """What is chosen, for that layer. column: the one to show when it is to be only one."""
        choice = Choice(self.sorting.currentData(), self.classes.currentData())
        if layer.whole:
            return choice
        if self.arrangement.currentData():
            return replace(choice, in_place=True)
        return replace(choice, only_column=column)


def _combo(name: str) -> QComboBox:
    combo = QComboBox()
    combo.setAccessibleName(name)
    combo.setToolTip(name)
    combo.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
    return combo
