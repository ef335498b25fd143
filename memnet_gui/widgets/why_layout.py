"""Where the parts of WHY? stand in a wide panel, in a smaller one, and in a narrow one."""

from __future__ import annotations

from collections.abc import Sequence
from enum import Enum

from PySide6.QtWidgets import QGridLayout, QWidget

from memnet_gui.theme import GRID


class Arrangement(Enum):
    """The value is the least width of the content for it."""

    WIDE = 720  # the digit at the left, the lists beside it
    MEDIUM = 520  # the lists side by side below the digit
    NARROW = 0  # one below the other

    @staticmethod
    def of(width: int) -> Arrangement:
        """The roomiest one for that width."""
        return next((choice for choice in Arrangement if width >= choice.value), Arrangement.NARROW)


ROWS = {Arrangement.WIDE: 4, Arrangement.MEDIUM: 7, Arrangement.NARROW: 7}
"""So many memories of each list are in sight, at least."""
_PLACES: dict[Arrangement, tuple[tuple[int, int, int, int], ...]] = {
    Arrangement.WIDE: ((0, 0, 1, 1), (1, 0, 2, 1), (0, 1, 2, 1), (0, 2, 2, 1), (2, 1, 1, 1), (2, 2, 1, 1)),
    Arrangement.MEDIUM: ((0, 0, 1, 1), (0, 1, 1, 1), (1, 0, 1, 1), (1, 1, 1, 1), (2, 0, 1, 1), (2, 1, 1, 1)),
    Arrangement.NARROW: ((0, 0, 1, 1), (0, 1, 1, 1), (1, 0, 1, 2), (2, 0, 1, 2), (3, 0, 1, 2), (4, 0, 1, 2)),
}
"""Row, column and spans of the digit, the votes, both lists, the difference and what it hangs on."""
_STRETCHES = {
    Arrangement.WIDE: ((0, 1, 1), (0, 1, 0, 0, 0)),
    Arrangement.MEDIUM: ((1, 1, 0), (0, 1, 0, 0, 0)),
    Arrangement.NARROW: ((0, 1, 0), (0, 1, 1, 0, 0)),
}
"""Of the columns and of the rows."""


class WhyGrid(QGridLayout):
    """The six parts, in the order that `_PLACES` names."""

    def __init__(self, parent: QWidget, parts: Sequence[QWidget]) -> None:
        super().__init__(parent)
        self.setContentsMargins(0, 0, 0, 0)
        self.setHorizontalSpacing(3 * GRID)
        self.setVerticalSpacing(2 * GRID)
        self._parts = parts

    def arrange(self, arrangement: Arrangement) -> None:
        """Put every part where it belongs."""
        for part in self._parts:
            self.removeWidget(part)
        for part, place in zip(self._parts, _PLACES[arrangement], strict=True):
            self.addWidget(part, *place)
        columns, rows = _STRETCHES[arrangement]
        for column, stretch in enumerate(columns):
            self.setColumnStretch(column, stretch)
        for row, stretch in enumerate(rows):
            self.setRowStretch(row, stretch)
