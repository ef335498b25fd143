"""The parts of DRAW and where they stand: the canvas, what the network sees and says, rows of controls."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QRect, QSize, Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QLabel, QSizePolicy, QToolButton, QWidget

from memnet_gui.theme import GRID
from memnet_gui.widgets.canvas import Canvas
from memnet_gui.widgets.cope_strip import CopeStrip
from memnet_gui.widgets.digit_view import DigitView
from memnet_gui.widgets.drawing_answer import DrawingAnswer
from memnet_gui.widgets.sure_row import SureRow
from memnet_gui.widgets.teach_row import TeachRow

_COLUMN, _GAP = 88, 3 * GRID
_LARGE_PICTURE, _SMALL_PICTURE = 88, 60  # three and two times 28 pixels, and a frame
_ROOMY = 218
"""From this canvas on there is room for the large picture, the answer and its votes below it."""
_BESIDE = _SMALL_PICTURE + 2 * GRID + 80
"""In a column as wide as this the answer stands beside the picture."""
_CAPTIONED = 104
"""Below a canvas of this side the caption over the picture gives way."""
_SMALLEST_BESIDE, _SMALLEST_BELOW = 132, 132
"""Canvases that can still be drawn on well and leave the answer its room, beside the picture or below it."""
_WIDEST_ROW, _NARROW = 480, 312


class Easel(QWidget):
    """The canvas, as large a square as fits; beside it what the network sees and says; rows below.

    Laid out by hand: the canvas is square whatever the panel's shape, and what is left over stays
    free below, not between its parts. The strip of variations, where it is wanted, takes its room
    from the canvas, down to the smallest that can be drawn on; with less it is not shown.
    strip_fits(bool): there is room for it, or no longer.
    """

    strip_fits = Signal(bool)

    def __init__(self, controls: QWidget, toggle: QToolButton, parent: QWidget | None = None) -> None:
        """controls: the row below the canvas. toggle: stands at the end of the next row."""
        super().__init__(parent)
        self.canvas = Canvas(self)
        self.caption = QLabel("what it sees", self)
        self.caption.setObjectName("caption")
        self.seen = DigitView("What the network sees", self)
        self.seen.setToolTip(
            "The drawing as the network gets it:\nscaled, centred and drawn like MNIST's. Click to ask why."
        )
        self.answer = DrawingAnswer(self)
        self.sure = SureRow(self)
        self.controls, self.toggle = controls, toggle
        controls.setParent(self)
        self.teach = TeachRow(self)
        toggle.setParent(self)
        self.strip = CopeStrip(self)
        self.strip.hide()
        self.message = QLabel(self)
        self.message.setObjectName("notice")
        self.message.setProperty("level", "warning")
        self.message.setWordWrap(True)
        self.message.setMargin(GRID)
        self.message.setAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        self.message.hide()
        self._wanted = False
        self._fits = True
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)

    def sizeHint(self) -> QSize:
        return self._around(196)

    def minimumSizeHint(self) -> QSize:
        return self._around(self.canvas.minimumSizeHint().width())

    def _around(self, side: int) -> QSize:
        """The size of an easel whose canvas has this side."""
        controls = self.controls.minimumSizeHint()
        return QSize(max(side + _GAP + _COLUMN, controls.width()), side + 2 * GRID + self._rows())

    def _rows(self) -> int:
        """Height of the two rows."""
        return self.controls.sizeHint().height() + GRID + self._teach_height()

    def _teach_height(self) -> int:
        return max(self.teach.sizeHint().height(), self.toggle.sizeHint().height())

    # ── what is shown ─────────────────────────────────────────────────────────────────────────

    @property
    def strip_wanted(self) -> bool:
        return self._wanted

    def want_strip(self, wanted: bool) -> None:
        """Show the variations, where there is room."""
        self._wanted = wanted
        self._arrange()

    def say(self, sentence: str) -> None:
        """What stands in the way of teaching, over the row of controls; "" takes it away."""
        self.message.setText(sentence)
        self.message.setAccessibleName(sentence)
        self.message.setVisible(bool(sentence))
        self.message.raise_()
        self._arrange_message()

    # ── layout ────────────────────────────────────────────────────────────────────────────────

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._arrange()
        super().resizeEvent(event)

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.LayoutRequest:  # a part needs another size
            self._arrange()
        return super().event(event)

    def _arrange(self) -> None:
        self._shorten_toggle()
        free = self.height() - self._rows() - 2 * GRID
        lines, strip = self._strip_room(free)
        side = max(1, min(free - strip, self.width() - _COLUMN - _GAP))
        self.canvas.setGeometry(0, 0, side, side)
        self._arrange_column(QRect(side + _GAP, 0, min(2 * _COLUMN, self.width() - side - _GAP), side))
        top = side + 2 * GRID
        height = self.controls.sizeHint().height()
        width = min(self.width(), _WIDEST_ROW)
        self.controls.setGeometry(0, top, width, height)
        top += height + GRID
        height, toggle = self._teach_height(), self.toggle.sizeHint().width()
        self.teach.setGeometry(0, top, width - toggle - GRID, height)
        self.toggle.setGeometry(width - toggle, top, toggle, height)
        if lines:
            self.strip.setGeometry(0, top + height + GRID, self.width(), self.strip.height_for(lines))
        self.strip.setVisible(lines > 0)
        self._arrange_message()
        fits = bool(lines) or not self._wanted
        if fits != self._fits:
            self._fits = fits
            self.strip_fits.emit(fits)

    def _shorten_toggle(self) -> None:
        """Beside the field for a name there is not always room for its words."""
        styles = Qt.ToolButtonStyle
        roomy = self.width() >= _NARROW
        self.toggle.setToolButtonStyle(
            styles.ToolButtonTextBesideIcon if roomy else styles.ToolButtonIconOnly
        )

    def _strip_room(self, free: int) -> tuple[int, int]:
        """Lines of words under the variations, and the height to leave for them, of what is free."""
        lines = 0
        if self._wanted:
            rooms = {lines: self.strip.height_for(lines) + GRID for lines in (2, 1)}
            beside = self.width() - _SMALLEST_BESIDE - _GAP >= _BESIDE
            smallest = _SMALLEST_BESIDE if beside else _SMALLEST_BELOW
            fitting = (lines for lines, room in rooms.items() if free - room >= smallest)
            lines = next(fitting, 0)
        return lines, rooms[lines] if lines else 0

    def _arrange_message(self) -> None:
        """Over the row of controls, and as much of what is above it as the sentence takes."""
        row = self.controls.geometry()
        height = max(row.height(), self.message.heightForWidth(row.width()))
        self.message.setGeometry(0, row.bottom() + 1 - height, row.width(), height)

    def _arrange_column(self, room: QRect) -> None:
        """What it sees, what it says, and how sure it must be; the answer below the picture or beside it."""
        left, width, height = room.left(), room.width(), room.height()
        picture = _LARGE_PICTURE if height >= _ROOMY else _SMALL_PICTURE
        beside = width >= _BESIDE and picture == _SMALL_PICTURE
        captioned = height >= _CAPTIONED
        line = self.caption.sizeHint().height() if captioned else 0
        top = line + GRID if captioned else 0
        self.caption.setVisible(captioned)
        self.caption.setGeometry(left, 0, picture + 2 * GRID if beside else width, line)
        self.seen.setGeometry(left, top, picture, picture)
        below = top + picture + GRID
        least = below if beside else below + self.answer.minimumSizeHint().height() + GRID
        sure = self.sure.height_for(width)
        self.sure.setVisible(height - sure >= least)
        bottom = height - sure - GRID if self.sure.isVisibleTo(self) else height
        self.sure.setGeometry(left, height - sure, width, sure)
        if beside:
            over = left + picture + 2 * GRID
            self.answer.setGeometry(over, 0, left + width - over, bottom)
        else:
            self.answer.setGeometry(left, below, width, max(1, bottom - below))
