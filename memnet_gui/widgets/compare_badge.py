"""The letter of one of two compared runs, in its colour: orange for A, blue for B."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from memnet_gui.comparing import WORDINGS, SideName
from memnet_gui.theme import DARK, GRID, Theme
from memnet_gui.widgets.painting import sized, stand_on_panel

_SIDE = 4 * GRID


class Badge(QWidget):
    """A letter and a bar of its colour below it."""

    def __init__(self, side: SideName, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._letter = side.upper()
        self._token = WORDINGS["only_a" if side == "a" else "only_b"].token
        self._theme = DARK
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        stand_on_panel(self)

    def sizeHint(self) -> QSize:
        return QSize(_SIDE, _SIDE + GRID)

    def set_theme(self, theme: Theme) -> None:
        self._theme = theme
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setFont(sized(self, bold=True))
        painter.setPen(self._theme.color("text"))
        painter.drawText(QRectF(0, 0, _SIDE, _SIDE), Qt.AlignmentFlag.AlignCenter, self._letter)
        painter.fillRect(QRectF(GRID, _SIDE, _SIDE - 2 * GRID, 2), self._theme.color(self._token))
