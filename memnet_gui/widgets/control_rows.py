"""Rows of controls under a panel's header, arranged anew when the panel's width changes."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from memnet_gui.theme import GRID


class ControlRows(QWidget):
    """Controls stand side by side from the left; the one that may grow takes what is left of its row.

    Asks for no width of its own: too wide for a moment, it is arranged anew before anybody sees it.
    """

    def __init__(self, count: int, growing: QWidget, parent: QWidget | None = None) -> None:
        """count: there are never more rows than this."""
        super().__init__(parent)
        self.setMinimumWidth(1)
        self._growing = growing
        self.rows: list[list[QWidget]] = [[] for _ in range(count)]
        """What stands in each row."""
        body = QVBoxLayout(self)
        body.setContentsMargins(0, 0, 0, 0)
        body.setSpacing(2 * GRID)
        self._lines = [QWidget() for _ in range(count)]
        self._layouts = [QHBoxLayout(line) for line in self._lines]
        for line, layout in zip(self._lines, self._layouts, strict=True):
            layout.setContentsMargins(0, 0, 0, 0)
            layout.setSpacing(2 * GRID)
            layout.addStretch()
            body.addWidget(line)
            line.hide()

    def arrange(self, *rows: Sequence[QWidget]) -> None:
        """Let these widgets stand in these rows; each leaves where it stood before."""
        wanted = [list(row) for row in rows]
        wanted += [[]] * (len(self.rows) - len(wanted))
        if wanted == self.rows:
            return
        for line, layout, row in zip(self._lines, self._layouts, wanted, strict=True):
            for place, widget in enumerate(row):
                layout.insertWidget(place, widget, int(widget is self._growing))
            line.setVisible(bool(row))
        self.rows = wanted
