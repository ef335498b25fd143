"""A colour bar with a word at each end."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QFontMetrics, QImage, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from memnet_gui.colormaps import Pixels
from memnet_gui.theme import DARK, GRID, Theme
from memnet_gui.widgets.painting import pixel_image, sized, stand_on_panel

_BAR = 40


class MapLegend(QWidget):
    """Low end, colours, high end; as wide as its words need."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName("Colour scale")
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        stand_on_panel(self)
        self._theme = DARK
        self._low = self._high = ""
        self._image = QImage()

    def sizeHint(self) -> QSize:
        metrics = QFontMetrics(sized(self))
        words = metrics.horizontalAdvance(self._low) + metrics.horizontalAdvance(self._high)
        return QSize(words + _BAR + 2 * GRID, 16)

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def set_theme(self, theme: Theme) -> None:
        self._theme = theme
        self.update()

    def show_scale(self, colours: Pixels, low: str, high: str, meaning: str) -> None:
        """colours: (256,) from the low end to the high end. meaning: the tooltip, in words."""
        self._image = pixel_image(colours[None])
        self._low, self._high = low, high
        self.setToolTip(meaning)
        self.setAccessibleDescription(f"from {low} to {high}")
        self.updateGeometry()
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setFont(sized(self))
        painter.setPen(self._theme.color("secondary"))
        rect = QRectF(self.rect())
        painter.drawText(rect, Qt.AlignmentFlag.AlignVCenter, self._low)
        painter.drawText(rect, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight, self._high)
        left = painter.fontMetrics().horizontalAdvance(self._low) + GRID
        painter.drawImage(QRectF(left, rect.center().y() - 4, _BAR, 8), self._image)
