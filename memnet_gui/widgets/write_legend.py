"""What the marks of fresh writes mean, in their own colours."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QFontMetrics, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from memnet_gui.theme import DARK, GRID, Theme
from memnet_gui.widgets.painting import sized, stand_on_panel

_ENTRIES = (("recruited", "recruited just now"), ("refined", "refined just now"))
_SWATCH = 3 * GRID


class WriteLegend(QWidget):
    """A short stroke in each mark's colour, and its words."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName("Frames: " + ", ".join(f"{color} is {words}" for color, words in _ENTRIES))
        self.setToolTip(
            "A framed memory was written within the last moment: new, or moved toward what it saw"
        )
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        stand_on_panel(self)
        self._theme = DARK

    def _widths(self) -> list[int]:
        metrics = QFontMetrics(sized(self))
        return [_SWATCH + GRID + metrics.horizontalAdvance(words) for _, words in _ENTRIES]

    def sizeHint(self) -> QSize:
        return QSize(sum(self._widths()) + 3 * GRID, 4 * GRID)

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def set_theme(self, theme: Theme) -> None:
        self._theme = theme
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setFont(sized(self))
        left = 0
        for (color, words), width in zip(_ENTRIES, self._widths(), strict=True):
            painter.fillRect(QRectF(left, self.height() / 2 - 1, _SWATCH, 2), self._theme.color(color))
            painter.setPen(self._theme.color("secondary"))
            place = QRectF(left + _SWATCH + GRID, 0, width, self.height())
            painter.drawText(place, Qt.AlignmentFlag.AlignVCenter, words)
            left += width + 3 * GRID
