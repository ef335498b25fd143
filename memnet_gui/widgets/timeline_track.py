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
    QWheelEvent,
)
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from engine.frame import Moment, Track
from memnet_gui.theme import DARK, GRID, Theme
from memnet_gui.track_scale import Scale, column_edges, span_for
from memnet_gui.widgets.painting import Standing, draw_focus, sized, stand_on_panel
from memnet_gui.widgets.timeline_picture import MARKS, Rows, draw_track, rows

HEIGHT = 48
POST_MS = 30
"""While the playhead is dragged, a wish is uttered this often at most."""
PATIENCE_MS = 500
"""For so long the playhead stays where it was sent, although no frame knows of that yet."""
SNAP = 5
"""Units within which a click means the mark that stands there."""
KNOB = 5.5
"""Radius of the playhead's knob."""
MOST_TOLD = 4
"""Marks under the pointer that are told one by one."""
A_NOTCH = 120
"""What a wheel turns by at once, in Qt's units."""
STEPS = {Qt.Key.Key_PageUp: -1000, Qt.Key.Key_PageDown: 1000}
DESCRIPTION = (
    "Every digit of the run, from the left: memories recruited above the middle, mistakes below it, accuracy "
    "over the last 1,000 digits as a line, changes made by hand as diamonds, bookmarks as flags. "
    "Drag, or press ← and →, to see everything as it was then; ↑ and ↓ go from mark to mark."
)


@dataclass(frozen=True, slots=True)
class _Shown:
    """Where the track stands: `at` is the digit shown, `heading` the one that is being brought back."""

    track: Track
    total: int
    at: int
    heading: int | None

    @property
    def head(self) -> int:
        """The present: while digits stream in, `track` lags behind a little."""
        return max(self.track.head, self.at)


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
        self._sent: int | None = None
        """Where the playhead was sent, until a frame says that it is there or on its way."""
        self._pointed: float | None = None
        self._moved = False
        self._uttered: int | None = None
        self._turned = 0
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(POST_MS)
        self._pause.timeout.connect(self._utter)
        self._patience = QTimer(self)
        self._patience.setSingleShot(True)
        self._patience.setInterval(PATIENCE_MS)
        self._patience.timeout.connect(self._trust_frames)

    def sizeHint(self) -> QSize:
        return QSize(480, HEIGHT)

    def minimumSizeHint(self) -> QSize:
        return QSize(120, HEIGHT)

    # ── what is shown ─────────────────────────────────────────────────────────────────────────

    def show_track(self, track: Track, total: int, at: int, heading: int | None) -> None:
        """The run, how long its stream is, the digit shown and the one that is headed for."""
        if self._sent is not None and (self._sent in (at, heading) or self._sent > max(track.head, at)):
            self._trust_frames()
        before = self._shown
        same = before is not None and (before.track, before.total, before.at, before.heading) == (
            track,
            total,
            at,
            heading,
        )
        if not same:
            self._shown = _Shown(track, total, at, heading)
            self.setAccessibleDescription(f"Digit {at:,} of {self._shown.head:,} seen. {DESCRIPTION}")
            self.update()

    def set_theme(self, theme: Theme) -> None:
        self._theme = theme
        self.update()

    @property
    def scale(self) -> Scale | None:
        """Where digits lie; None before there is a run."""
        if self._shown is None:
            return None
        return Scale(span_for(self._shown.head, self._shown.total), self.width())

    @property
    def playhead(self) -> int:
        """The digit at which it stands: dragged or sent to, else headed for, else shown."""
        if self._dragged is not None:
            return self._dragged
        if self._sent is not None:
            return self._sent
        if self._shown is None:
            return 0
        return self._shown.at if self._shown.heading is None else self._shown.heading

    def describe(self, x: float, y: float = 0.0) -> str:
        """What is under a place, in words."""
        shown, scale = self._shown, self.scale
        if shown is None or scale is None:
            return ""
        track, digit = shown.track, scale.digit(x)
        if digit > shown.head:
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
        told = [f"{mark.digit:,}: {mark.text}" for mark in near[:MOST_TOLD]]
        if len(near) > MOST_TOLD:
            told.append(f"and {_count(len(near) - MOST_TOLD, 'more mark')}")
        return "\n".join([" · ".join(parts), *told, *self._lines_at(QPointF(x, y), track, scale)])

    def _lines_at(self, place: QPointF, track: Track, scale: Scale) -> list[str]:
        """The other lines under a place, in words."""
        divided = rows(track, scale, self.height())
        return [
            f"{line.name}: leaves the branch shown at {since:,} and has got to {line.head:,}"
            for line, since, lane in divided.lanes
            if divided.lane_rect(since, line, lane, scale).adjusted(-2, -1, 2, 1).contains(place)
        ]

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
            draw_track(standing, shown.track, shown.total, scale, self.height(), self._theme, ratio)

        depends = shown.track, shown.total, scale, self._theme
        painter.drawPixmap(0, 0, self._standing.picture(self, draw, *depends))
        divided = rows(shown.track, scale, self.height())
        if self.playhead < shown.head:
            self._draw_later(painter, scale, shown, divided)
        if self._pointed is not None and self._dragged is None:
            painter.fillRect(
                QRectF(self._pointed, MARKS, 1, divided.counts.height()), self._theme.color("tertiary")
            )
        self._draw_playhead(painter, scale, divided)
        if self.hasFocus():
            draw_focus(painter, QRectF(self.rect()), self._theme)

    def _draw_later(self, painter: QPainter, scale: Scale, shown: _Shown, divided: Rows) -> None:
        """What comes after the moment shown, up to the present: faded."""
        x, head = scale.x(self.playhead), scale.x(shown.head)
        veil = self._theme.color("panel")
        veil.setAlphaF(0.55)
        painter.fillRect(QRectF(x, MARKS, head - x, divided.counts.height()), veil)
        painter.setPen(QPen(self._theme.color("secondary"), 1, Qt.PenStyle.DotLine))
        painter.drawLine(QPointF(head, MARKS), QPointF(head, divided.counts.bottom()))
        beside = QRectF(head + GRID, MARKS, 7 * GRID, divided.counts.height())
        if beside.right() < self.width():
            painter.setFont(sized(self))
            painter.drawText(beside, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, "now")

    def _draw_playhead(self, painter: QPainter, scale: Scale, divided: Rows) -> None:
        """A line with a knob on it."""
        x = min(max(scale.x(self.playhead), 1.0), self.width() - 1.0)
        color = self._theme.color("text")
        painter.fillRect(QRectF(x - 1, MARKS - 2, 2, self.height() - MARKS + 2), color)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(self._theme.color("panel"), 1.5))
        painter.setBrush(color)
        x = min(max(x, KNOB), self.width() - KNOB)
        painter.drawEllipse(QPointF(x, divided.counts.center().y()), KNOB, KNOB)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, on=False)

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
            self._pointed = x
            self.update()
            QToolTip.showText(event.globalPosition().toPoint(), self.describe(x, event.position().y()), self)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if event.button() is not Qt.MouseButton.LeftButton or self._dragged is None:
            return
        assert self._shown is not None
        x = event.position().x()
        marks = (*self._shown.track.bookmarks, *self._shown.track.changes)
        if self._moved:
            self._drag_to(x)  # where it is let go, which may be further than the last move told
        elif near := self._near(x, marks):
            self._dragged = near[0].digit
        self._pause.stop()
        self._utter()
        self._pause.stop()
        self._expect(self._dragged)
        self._dragged = self._uttered = None

    def leaveEvent(self, event: QEvent) -> None:
        QToolTip.hideText()
        self._pointed = None
        self.update()
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
        if not self._pause.isActive():
            self._utter()
            self._pause.start()
        self.update()

    @Slot()
    def _utter(self) -> None:
        """Say where the playhead was dragged to, if that was not said yet."""
        if self._dragged is not None and self._dragged != self._uttered:
            self._uttered = self._dragged
            self.wished.emit(self._dragged)
            if not self._pause.isActive():
                self._pause.start()

    def _within(self, digit: int) -> int:
        assert self._shown is not None
        return max(self._shown.track.earliest, min(digit, self._shown.head))

    # ── keys ──────────────────────────────────────────────────────────────────────────────────

    def step(self, digits: int) -> None:
        """Go on, or back, from where the playhead stands."""
        self.go_to(self.playhead + digits)

    def go_to(self, digit: int) -> None:
        """Go to the moment after so many digits, or the nearest that there is, unless it is there already."""
        if self._shown is not None and (digit := self._within(digit)) != self.playhead:
            self._expect(digit)
            self.wished.emit(digit)

    def to_present(self) -> None:
        """Go to the newest moment."""
        if self._shown is not None:
            self.go_to(self._shown.head)

    def follow(self, digits: int) -> None:
        """Somebody else asked to go on from here: through the past, to the present at most."""
        if self._shown is not None and self.playhead < self._shown.head:
            self._expect(self._within(self.playhead + digits))

    def _expect(self, digit: int) -> None:
        """Stand there already, until a frame says so or patience is over."""
        self._sent = digit
        self._patience.start()
        self.update()

    @Slot()
    def _trust_frames(self) -> None:
        self._patience.stop()
        self._sent = None
        self.update()

    def _go_to_mark(self, onward: bool) -> None:
        """To the next bookmark or change made by hand, or the one before."""
        if self._shown is None:
            return
        here = self.playhead
        digits = {mark.digit for mark in (*self._shown.track.bookmarks, *self._shown.track.changes)}
        if onward and (later := [digit for digit in digits if digit > here]):
            self.go_to(min(later))
        elif not onward and (before := [digit for digit in digits if digit < here]):
            self.go_to(max(before))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = Qt.Key(event.key())
        if key in STEPS:
            self.step(STEPS[key])
        elif key in (Qt.Key.Key_Up, Qt.Key.Key_Down):
            self._go_to_mark(onward=key == Qt.Key.Key_Down)
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
