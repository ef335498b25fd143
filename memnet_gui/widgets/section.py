"""A part of a panel: a heading with a note at its right, and something below."""

from __future__ import annotations

from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

from memnet_gui.theme import GRID
from memnet_gui.widgets.read_out import ReadOut


class Section(QWidget):
    """`title` and `note` over the content. tip: tooltip of the title."""

    def __init__(self, title: str, content: QWidget, tip: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.title = QLabel(title.upper())
        self.title.setObjectName("panelTitle")
        self.title.setToolTip(tip)
        self.note = ReadOut("panelNote")
        self.note.align_right()
        column, self.heading = QVBoxLayout(self), QHBoxLayout()
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(GRID)
        column.addLayout(self.heading)
        column.addWidget(content)
        self.heading.setSpacing(2 * GRID)
        self.heading.addWidget(self.title)
        self.heading.addWidget(self.note, 1)
