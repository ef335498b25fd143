"""What the lines and bars of the timeline's track are, beside it."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from memnet_gui.theme import DARK, GRID, Theme
from memnet_gui.widgets.painting import sized, stand_on_panel

ENTRIES = (("accuracy", "right"), ("recruits", "recruited"), ("mistakes", "wrong"))
"""Each word and its colour's token, from the top as they lie on the track."""
_SWATCH = 10
_WIDTH = 17 * GRID


class TimelineLegend(QWidget):
    """Three rows: the curve, the bars that rise and the bars that hang."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName("Legend of the timeline")
        self.setToolTip(
            "Line: accuracy over the last 1,000 digits. Bars up: memories recruited; bars down: mistakes.\n"
            "Flags: bookmarks. Diamonds: changes made by hand. Lines below: other branches."
        )
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Expanding)
        stand_on_panel(self)
        self._theme = DARK

    def sizeHint(self) -> QSize:
        return QSize(_WIDTH, 9 * GRID)

    def set_theme(self, theme: Theme) -> None:
        self._theme = theme
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setFont(sized(self))
        height = self.height() / len(ENTRIES)
        for number, (word, token) in enumerate(ENTRIES):
            row = QRectF(0, number * height, self.width(), height)
            middle = round(row.center().y())
            color = self._theme.color(token)
            match word:
                case "accuracy":
                    painter.setPen(QPen(color, 2))
                    painter.drawLine(QPointF(0, middle), QPointF(_SWATCH, middle))
                case "recruits":
                    for place, rise in enumerate((7, 5, 4)):
                        painter.fillRect(QRectF(4 * place, middle + 4 - rise, 3, rise), color)
                case _:
                    for place, fall in enumerate((7, 4, 5)):
                        painter.fillRect(QRectF(4 * place, middle - 3, 3, fall), color)
            painter.setPen(self._theme.color("secondary"))
            painter.drawText(
                row.adjusted(_SWATCH + GRID + 1, 0, 0, 0),
                Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter,
                word,
            )
