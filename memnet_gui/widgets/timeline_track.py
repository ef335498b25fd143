"""The timeline's track: the run from its first digit on, to be pointed at and dragged through."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, QTimer, Signal, Slot
from PySide6.QtGui import (
    QContextMenuEvent,
    QFocusEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QPolygonF,
    QWheelEvent,
)
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from engine.frame import Moment, Track
from memnet_gui.theme import DARK, GRID, Theme
from memnet_gui.track_scale import Scale, column_edges, span_for
from memnet_gui.widgets.painting import Standing, draw_focus, stand_on_panel
from memnet_gui.widgets.timeline_picture import MARKS, draw_track

HEIGHT = 44
POST_MS = 30
"""While the playhead is dragged, a wish is uttered this often at most."""
SNAP = 5
"""Units within which a click means the mark that stands there."""
A_NOTCH = 120
"""What a wheel turns by at once, in Qt's units."""
STEPS = {Qt.Key.Key_PageUp: -1000, Qt.Key.Key_PageDown: 1000}
DESCRIPTION = (
    "Every digit of the run, from the left: memories recruited above the middle, mistakes below it, accuracy "
    "over the last 1,000 digits as a line, changes made by hand as diamonds, bookmarks as flags. "
    "Drag, or press ← and →, to see everything as it was then."
)


@dataclass(frozen=True, slots=True)
class _Shown:
    """Where the track stands: `at` is the digit shown, `heading` the one that is being brought back."""

    track: Track
    total: int
    at: int
    heading: int | None


class TimelineTrack(QWidget):
    """Shows a `Track`, and where in it one is.

    wished(int): go to the moment after so many digits. menu_wanted(int, QPoint): a menu for that digit, at
    that place of the screen. rename_wanted(int): give the bookmark at that digit a name.
    """

    wished = Signal(int)
    menu_wanted = Signal(int, object)
    rename_wanted = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName("Timeline")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        stand_on_panel(self)
        self._theme = DARK
        self._shown: _Shown | None = None
        self._standing = Standing()
        self._dragged: int | None = None
        """Where the playhead was dragged to, until the button is let go."""
        self._moved = False
        self._uttered: int | None = None
        self._turned = 0
        self._patience = QTimer(self)
        self._patience.setSingleShot(True)
        self._patience.setInterval(POST_MS)
        self._patience.timeout.connect(self._utter)

    def sizeHint(self) -> QSize:
        return QSize(480, HEIGHT)

    def minimumSizeHint(self) -> QSize:
        return QSize(120, HEIGHT)

    # ── what is shown ─────────────────────────────────────────────────────────────────────────

    def show_track(self, track: Track, total: int, at: int, heading: int | None) -> None:
        """The run, how long its stream is, the digit shown and the one that is headed for."""
        before = self._shown
        same = before is not None and (before.track, before.total, before.at, before.heading) == (
            track,
            total,
            at,
            heading,
        )
        if not same:
            self._shown = _Shown(track, total, at, heading)
            self.setAccessibleDescription(f"Digit {at:,} of {track.head:,} seen. {DESCRIPTION}")
            self.update()

    def set_theme(self, theme: Theme) -> None:
        self._theme = theme
        self.update()

    @property
    def scale(self) -> Scale | None:
        """Where digits lie; None before there is a run."""
        if self._shown is None:
            return None
        return Scale(span_for(self._shown.track.head, self._shown.total), self.width())

    @property
    def playhead(self) -> int:
        """The digit at which it stands: dragged to, else asked for, else shown."""
        if self._dragged is not None:
            return self._dragged
        if self._shown is None:
            return 0
        return self._shown.at if self._shown.heading is None else self._shown.heading

    def describe(self, x: float) -> str:
        """What is under a place, in words."""
        shown, scale = self._shown, self.scale
        if shown is None or scale is None:
            return ""
        track, digit = shown.track, scale.digit(x)
        if digit > track.head:
            return f"Digit {digit:,}: not seen yet"
        if digit < track.earliest:
            return f"Digit {digit:,}: before the snapshot that was opened, or no longer kept"
        columns = max(1, self.width())
        column = min(int(max(x, 0)), columns - 1)
        first, last = column_edges(scale.span, columns)[column : column + 2].tolist()
        here = slice(first, max(last, first + 1))
        recruits, wrong = int(track.recruits[here].sum()), int(track.wrong[here].sum())
        parts = [f"Digit {digit:,}"]
        if (place := int(np.searchsorted(track.curve_digits, digit, side="right")) - 1) >= 0:
            parts.append(f"{track.recent[place]:.1%} of the last 1,000 right")
        parts.append(f"here {_count(recruits, 'recruit')}, {_count(wrong, 'mistake')}")
        near = self._near(x, (*track.bookmarks, *track.changes))
        return "\n".join([" · ".join(parts), *(f"{mark.digit:,}: {mark.text}" for mark in near[:4])])

    def _near(self, x: float, marks: Iterable[Moment]) -> list[Moment]:
        """Marks within reach of a place, the nearest first."""
        scale = self.scale
        assert scale is not None
        distances = [(abs(scale.x(mark.digit) - x), number, mark) for number, mark in enumerate(marks)]
        return [
            mark for distance, _, mark in sorted(distances, key=lambda each: each[:2]) if distance <= SNAP
        ]

    # ── painting ──────────────────────────────────────────────────────────────────────────────

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        shown, scale = self._shown, self.scale
        if shown is None or scale is None:
            painter.fillRect(
                QRectF(0, MARKS, self.width(), self.height() - MARKS), self._theme.color("raised")
            )
            return
        ratio = self.devicePixelRatioF()

        def draw(standing: QPainter) -> None:
            draw_track(standing, shown.track, scale, self.height(), self._theme, ratio)

        painter.drawPixmap(0, 0, self._standing.picture(self, draw, shown.track, scale, self._theme))
        self._draw_playhead(painter, scale, shown)
        if self.hasFocus():
            draw_focus(painter, QRectF(self.rect()), self._theme)

    def _draw_playhead(self, painter: QPainter, scale: Scale, shown: _Shown) -> None:
        x, head = scale.x(self.playhead), scale.x(shown.track.head)
        if self.playhead < shown.track.head:
            later = self._theme.color("panel")
            later.setAlphaF(0.55)
            painter.fillRect(QRectF(x, MARKS, head - x, self.height() - MARKS), later)
            painter.setPen(QPen(self._theme.color("secondary"), 1, Qt.PenStyle.DotLine))
            painter.drawLine(QPointF(head, MARKS), QPointF(head, self.height()))
        color = self._theme.color("text")
        x = min(max(x, 1.0), self.width() - 1.0)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(color, 2))
        painter.drawLine(QPointF(x, MARKS - 2), QPointF(x, self.height()))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(color)
        reach = GRID + 1
        x = min(max(x, reach), self.width() - reach)
        painter.drawPolygon(
            QPolygonF([QPointF(x - reach, MARKS - 8), QPointF(x + reach, MARKS - 8), QPointF(x, MARKS + 1)])
        )

    # ── mouse ─────────────────────────────────────────────────────────────────────────────────

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() is Qt.MouseButton.LeftButton and self._shown is not None:
            self._moved = False
            self._drag_to(event.position().x())

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        x = event.position().x()
        if self._dragged is not None:
            self._moved = True
            self._drag_to(x)
        else:
            QToolTip.showText(event.globalPosition().toPoint(), self.describe(x), self)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if event.button() is not Qt.MouseButton.LeftButton or self._dragged is None:
            return
        assert self._shown is not None
        marks = (*self._shown.track.bookmarks, *self._shown.track.changes)
        if not self._moved and (near := self._near(event.position().x(), marks)):
            self._dragged = near[0].digit
        self._patience.stop()
        self._utter()
        self._dragged = self._uttered = None
        self.update()

    def leaveEvent(self, event: QEvent) -> None:
        QToolTip.hideText()
        super().leaveEvent(event)

    def wheelEvent(self, event: QWheelEvent) -> None:
        self._turned -= event.angleDelta().y() or event.angleDelta().x()
        notches = int(self._turned / A_NOTCH)
        self._turned -= notches * A_NOTCH
        if notches:
            self.step(notches)
        event.accept()

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        scale = self.scale
        if scale is None or self._shown is None:
            return
        digit = self.playhead
        if event.reason() is QContextMenuEvent.Reason.Mouse:
            near = self._near(event.pos().x(), self._shown.track.bookmarks)
            digit = near[0].digit if near else self._within(scale.digit(event.pos().x()))
        self.menu_wanted.emit(digit, event.globalPos())

    def _drag_to(self, x: float) -> None:
        scale = self.scale
        assert scale is not None
        self._dragged = self._within(scale.digit(x))
        if not self._patience.isActive():
            self._utter()
            self._patience.start()
        self.update()

    @Slot()
    def _utter(self) -> None:
        """Say where the playhead was dragged to, if that was not said yet."""
        if self._dragged is not None and self._dragged != self._uttered:
            self._uttered = self._dragged
            self.wished.emit(self._dragged)
            if not self._patience.isActive():
                self._patience.start()

    def _within(self, digit: int) -> int:
        assert self._shown is not None
        track = self._shown.track
        return max(track.earliest, min(digit, track.head))

    # ── keys ──────────────────────────────────────────────────────────────────────────────────

    def step(self, digits: int) -> None:
        """Go on, or back, from where the playhead stands."""
        if self._shown is not None and (digit := self._within(self.playhead + digits)) != self.playhead:
            self.wished.emit(digit)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = Qt.Key(event.key())
        if key in STEPS:
            self.step(STEPS[key])
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_F2):
            self.rename_wanted.emit(self.playhead)
        else:
            super().keyPressEvent(event)  # ←, →, Home, End and B are the window's

    def focusInEvent(self, event: QFocusEvent) -> None:
        self.update()
        super().focusInEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        self.update()
        super().focusOutEvent(event)


def _count(number: int, word: str) -> str:
    return f"{number:,} {word}" if number == 1 else f"{number:,} {word}s"
