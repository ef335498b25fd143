"""Rows of controls under a panel's header, arranged anew when the panel's width changes."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from memnet_gui.theme import GRID


class ControlRows(QWidget):
    """Controls stand side by side from the left; the one that may grow takes what is left of its row.

    Asks for no width of its own: too wide for a moment, it is arranged anew before anybody sees it.
    """

    def __init__(self, growing: QWidget, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setMinimumWidth(1)
        self._growing = growing
        self._body = QVBoxLayout(self)
        self._body.setContentsMargins(0, 0, 0, 0)
        self._body.setSpacing(2 * GRID)
        self.rows: list[list[QWidget]] = []

    def arrange(self, rows: Sequence[Sequence[QWidget]]) -> None:
        """Put these widgets into these rows, and nothing else; does nothing where they stand so already."""
        wanted = [list(row) for row in rows if row]
        if wanted == self.rows:
            return
        while (item := self._body.takeAt(0)) is not None:
            while item.layout().takeAt(0) is not None:
                pass
        for row in wanted:
            self._body.addLayout(layout := QHBoxLayout())
            layout.setSpacing(2 * GRID)
            for widget in row:
                layout.addWidget(widget, int(widget is self._growing))
            layout.addStretch()
        self.rows = wanted
