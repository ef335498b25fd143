"""How the parts of a comparison are laid out: side by side where there is room, long lists cut short."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Slot
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QPushButton, QWidget

from memnet_gui.theme import GRID
from memnet_gui.widgets.thumb_grid import Thumb, ThumbGrid, ThumbSection

ROOMY = 560
"""The least width for two parts beside each other."""
GLANCE = 24
"""So many pictures are shown before all are asked for."""


class Beside(QWidget):
    """Asks for no width of its own: too wide for a moment, it is arranged anew before anybody sees it."""

    def __init__(self, first: QWidget, second: QWidget, share: int, parent: QWidget | None = None) -> None:
        """share: of the first part, in per cent, where they stand side by side."""
        super().__init__(parent)
        self.setMinimumWidth(1)
        self._row = QBoxLayout(QBoxLayout.Direction.LeftToRight, self)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.setSpacing(4 * GRID)
        top = Qt.AlignmentFlag.AlignTop
        self._row.addWidget(first, share, top)
        self._row.addWidget(second, 100 - share, top)

    def resizeEvent(self, event: QResizeEvent) -> None:
        directions = QBoxLayout.Direction
        wide = event.size().width() >= ROOMY
        self._row.setDirection(directions.LeftToRight if wide else directions.TopToBottom)
        super().resizeEvent(event)


class LongSection(ThumbSection):
    """Thumbnails of which there may be many: the first few, and a button that shows the others too."""

    def __init__(self, title: str, grid: ThumbGrid, parent: QWidget | None = None) -> None:
        super().__init__(title, grid, parent=parent)
        self._thumbs: Sequence[Thumb] = ()
        self._says: tuple[str, tuple[str, ...]] = "", ()
        self.more = QPushButton()
        self.more.setToolTip("Show all that were kept to be shown")
        self.more.hide()
        column = self.layout()
        assert column is not None
        column.addWidget(self.more)
        column.setAlignment(self.more, Qt.AlignmentFlag.AlignLeft)
        self.more.clicked.connect(self._show_all)

    def show_thumbs(self, thumbs: Sequence[Thumb], absence: str, *notes: str) -> None:
        """absence: what stands there when there are none. notes: the longest that fits is shown."""
        self._thumbs, self._says = thumbs, (absence, notes)
        self.more.setVisible(len(thumbs) > GLANCE)
        self.more.setText(f"Show {len(thumbs):,}")
        self.more.setAccessibleName(f"Show {len(thumbs):,} pictures: {self.title.text().lower()}")
        super().show_thumbs(thumbs[:GLANCE], absence, *notes)

    @Slot()
    def _show_all(self) -> None:
        absence, notes = self._says
        super().show_thumbs(self._thumbs, absence, *notes)
        self.grid.setFocus()
        self.more.hide()
