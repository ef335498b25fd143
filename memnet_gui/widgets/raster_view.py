"""The raster: the last digits from left to right, one row a column, newest at the right edge."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QImage, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from memnet_gui.colormaps import Pixels
from memnet_gui.theme import DARK, GRID, Theme
from memnet_gui.widgets.painting import draw_focus, pixel_image, sized, stand_on_panel

MOST_DIGITS = 200


class RasterView(QWidget):
    """A picture of up to 200 digits × P rows, stretched over the widget.

    `pointed` carries (digit's place from the oldest, row) under the mouse or the arrow keys' cursor,
    (−1, −1) when there is none; `picked` the row that was clicked.
    """

    pointed = Signal(int, int)
    picked = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName("Raster of the last digits")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        stand_on_panel(self)
        self._theme = DARK
        self._image = QImage()
        self._rows = 1
        self._absence = ""
        self._marked = -1
        self._cursor = (-1, -1)

    def sizeHint(self) -> QSize:
        return QSize(400, 110)

    def minimumSizeHint(self) -> QSize:
        return QSize(120, 40)

    # ── what is shown ─────────────────────────────────────────────────────────────────────────

    def set_theme(self, theme: Theme) -> None:
        self._theme = theme
        self.update()

    def show_raster(self, pixels: Pixels, rows: int) -> None:
        """pixels: (height, digits), oldest digit first; an even number of pixel rows for each of `rows`.
        Without digits the view says why it is empty."""
        self._image = pixel_image(pixels) if pixels.size else QImage()
        self._rows = rows
        self.update()

    def say(self, absence: str) -> None:
        """Why there are no digits, for as long as there are none."""
        self._absence = absence
        self.update()

    def mark(self, row: int) -> None:
        """Point at the row of the picked column; −1 at none."""
        if row != self._marked:
            self._marked = row
            self.update()

    @property
    def digits(self) -> int:
        return self._image.width()

    # ── geometry ──────────────────────────────────────────────────────────────────────────────

    def picture_rect(self) -> QRectF:
        """The part of the view that has digits in it; the rest, to the left, is still to come."""
        area = QRectF(self.rect()).adjusted(2 * GRID, 0, 0, 0)
        width = area.width() * self.digits / MOST_DIGITS
        return QRectF(area.right() - width, area.top(), width, area.height())

    def place_at(self, point: QPointF) -> tuple[int, int]:
        """(digit's place, row) under a point, (−1, −1) beside the picture."""
        area = self.picture_rect()
        if not self.digits or not area.contains(point):
            return -1, -1
        digit = int((point.x() - area.x()) / area.width() * self.digits)
        row = int((point.y() - area.y()) / area.height() * self._rows)
        return min(digit, self.digits - 1), min(row, self._rows - 1)

    # ── painting ──────────────────────────────────────────────────────────────────────────────

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        area = QRectF(self.rect()).adjusted(2 * GRID, 0, 0, 0)
        painter.fillRect(area, self._theme.color("raised"))
        if self._image.isNull():
            painter.setFont(sized(self))
            painter.setPen(self._theme.color("secondary"))
            painter.drawText(area, Qt.AlignmentFlag.AlignCenter, self._absence)
        else:
            painter.drawImage(self.picture_rect(), self._image)
            self._draw_marker(painter)
            self._draw_cursor(painter)
        if self.hasFocus():
            draw_focus(painter, area, self._theme)

    def _draw_marker(self, painter: QPainter) -> None:
        """A triangle in the margin, beside the picked column's row."""
        if self._marked < 0 or self._rows == 1:
            return
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self._theme.color("text"))
        middle = (self._marked + 0.5) * self.height() / self._rows
        middle = min(max(middle, 4.0), self.height() - 4.0)
        painter.drawPolygon([QPointF(0, middle - 4), QPointF(6, middle), QPointF(0, middle + 4)])
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)

    def _draw_cursor(self, painter: QPainter) -> None:
        digit, row = self._cursor
        if not 0 <= digit < self.digits:
            return
        area = self.picture_rect()
        width, height = area.width() / self.digits, area.height() / self._rows
        box = QRectF(area.x() + digit * width, area.y() + row * height, width, height)
        for color, thickness in (("paper", 3), ("text", 1)):
            painter.setPen(QPen(self._theme.color(color), thickness))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRect(box.adjusted(-1, -1, 1, 1))

    # ── mouse and keyboard ────────────────────────────────────────────────────────────────────

    def _point(self, place: tuple[int, int]) -> None:
        if place != self._cursor:
            self._cursor = place
            self.pointed.emit(*place)
            self.update()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self._point(self.place_at(event.position()))

    def leaveEvent(self, event: QEvent) -> None:
        self._point((-1, -1))
        super().leaveEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        row = self.place_at(event.position())[1]
        if row < 0 or event.button() != Qt.MouseButton.LeftButton:
            super().mousePressEvent(event)
            return
        self.picked.emit(row)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        steps = {
            Qt.Key.Key_Left: (-1, 0),
            Qt.Key.Key_Right: (1, 0),
            Qt.Key.Key_Up: (0, -1),
            Qt.Key.Key_Down: (0, 1),
        }
        key = Qt.Key(event.key())
        if key in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space) and self._cursor[1] >= 0:
            self.picked.emit(self._cursor[1])
        elif key in steps and self.digits:
            digit, row = self._cursor if self._cursor[0] >= 0 else (self.digits, max(0, self._marked))
            digit, row = digit + steps[key][0], row + steps[key][1]
            self._point((min(max(digit, 0), self.digits - 1), min(max(row, 0), self._rows - 1)))
        else:
            super().keyPressEvent(event)
