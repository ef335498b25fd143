"""How many digits of each class were answered rightly."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFocusEvent, QFontMetrics, QKeyEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from engine.frame import Frame, Ints
from memnet_gui.curve_reading import percent
from memnet_gui.curve_scales import floor_below
from memnet_gui.theme import DARK, GRID, Theme
from memnet_gui.widgets.painting import Standing, draw_focus, fitting, sized, stand_on_panel

DESCRIPTION = "One bar for each class; left and right point at one"


def class_recalls(confusion: Ints) -> npt.NDArray[np.float64]:
    """(C, C) counts → (C,) diagonal over row sum; NaN for a class that has not been seen."""
    sums = confusion.sum(axis=1)
    seen = sums > 0
    recalls = np.full(len(sums), np.nan)
    recalls[seen] = confusion.diagonal()[seen] / sums[seen]
    return recalls


class RecallView(QWidget):
    """One bar for each class over its name, on a scale that is written below."""

    class_pointed = Signal(str)
    """The pointed class in words; empty when none is."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName("Recall by class")
        self.setAccessibleDescription(DESCRIPTION)
        self.setToolTip("How many digits of each class were answered rightly")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        stand_on_panel(self)
        self._theme = DARK
        self._confusion: Ints = np.zeros((0, 0), np.int64)
        self._names: tuple[str, ...] = ()
        self._standing = Standing()
        self.recalls: npt.NDArray[np.float64] = np.zeros(0)
        self.floor = 0.0
        """Where the bars begin: a step at or below the smallest recall."""
        self.pointed: int | None = None

    def sizeHint(self) -> QSize:
        return QSize(32 * GRID, 16 * GRID)

    def minimumSizeHint(self) -> QSize:
        return QSize(24 * GRID, 12 * GRID)

    # --- what is shown ---------------------------------------------------------------------------

    def set_theme(self, theme: Theme) -> None:
        self._theme = theme
        self.update()

    def show_frame(self, frame: Frame) -> None:
        confusion, names = frame.score.confusion, frame.info.class_names
        if names == self._names and np.array_equal(confusion, self._confusion):
            return
        if names != self._names:
            self._point_at(None)
        self._confusion, self._names = confusion, names
        self.recalls = class_recalls(confusion)
        known = self.recalls[~np.isnan(self.recalls)]
        self.floor = floor_below(float(known.min())) if known.size else 0.0
        if self.pointed is not None:
            self.class_pointed.emit(self.describe(self.pointed))
        self.update()

    def describe(self, index: int) -> str:
        """A class in words: "recall of 4: 98.1 % (2,345 of 2,391)"."""
        of = int(self._confusion[index].sum())
        recall = float(self.recalls[index]) if of else None
        counts = f"{int(self._confusion[index, index]):,} of {of:,}" if of else "none seen yet"
        return f"recall of {self._names[index]}: {percent(recall)} ({counts})"

    # --- geometry --------------------------------------------------------------------------------

    def _bars_area(self) -> QRectF:
        """Above one line of class names and one of caption."""
        below = 2 * QFontMetrics(sized(self)).height()
        return QRectF(0, 1, self.width(), max(1, self.height() - below - 2))

    def bar_rect(self, index: int) -> QRectF:
        """The whole track of a class; its bar fills the lower part."""
        area = self._bars_area()
        pitch = area.width() / len(self._names)
        gap = min(float(GRID), pitch * 0.3)
        left = area.left() + index * pitch
        if pitch >= 8:
            left, right = round(left + gap / 2), round(left + pitch - gap / 2)
            return QRectF(left, area.top(), right - left, area.height())
        return QRectF(left + gap / 2, area.top(), pitch - gap, area.height())

    def class_at(self, point: QPointF) -> int | None:
        """The class whose bar or name is under a point of the widget."""
        area = self._bars_area()
        below = QFontMetrics(sized(self)).height()
        if not self._names or not area.adjusted(0, 0, 0, below).contains(point):
            return None
        return min(int(point.x() / area.width() * len(self._names)), len(self._names) - 1)

    # --- pointing --------------------------------------------------------------------------------

    def _point_at(self, index: int | None) -> None:
        if index != self.pointed:
            self.pointed = index
            text = "" if index is None else self.describe(index)
            self.setAccessibleDescription(text or DESCRIPTION)
            self.class_pointed.emit(text)
            self.update()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self._point_at(self.class_at(event.position()))

    def leaveEvent(self, event: QEvent) -> None:
        self._point_at(None)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        self._point_at(None)
        super().focusOutEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        last = len(self._names) - 1
        here = self.pointed
        to = {
            Qt.Key.Key_Left: 0 if here is None else max(here - 1, 0),
            Qt.Key.Key_Right: 0 if here is None else min(here + 1, last),
            Qt.Key.Key_Home: 0,
            Qt.Key.Key_End: last,
        }
        if last >= 0 and event.key() in to:
            self._point_at(to[Qt.Key(event.key())])
        elif here is not None and event.key() == Qt.Key.Key_Escape:
            self._point_at(None)
        else:
            super().keyPressEvent(event)

    # --- painting --------------------------------------------------------------------------------

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        depends = self._names, self._theme, self.pointed, self.floor
        painter.drawPixmap(0, 0, self._standing.picture(self, self._draw_frame, *depends))
        for index in range(len(self._names)):
            self._draw_bar(painter, index)
        if self.hasFocus():
            draw_focus(painter, QRectF(self.rect()), self._theme)

    def _draw_frame(self, painter: QPainter) -> None:
        """What stands around the bars: their tracks, names, the scale."""
        for index in range(len(self._names)):
            painter.fillRect(self.bar_rect(index), self._theme.color("raised"))
        self._draw_names(painter)
        self._draw_caption(painter)

    def _draw_bar(self, painter: QPainter, index: int) -> None:
        recall = self.recalls[index]
        if np.isnan(recall):
            return
        track = self.bar_rect(index)
        share = (recall - self.floor) / (1.0 - self.floor)
        # A class at the very floor keeps a pixel: it was seen.
        height = max(1.0, share * track.height())
        painter.fillRect(track.adjusted(0, track.height() - height, 0, 0), self._theme.class_color(index))

    def _draw_names(self, painter: QPainter) -> None:
        """Under each bar, or under every second, third … where they would touch."""
        metrics = painter.fontMetrics()
        area = self._bars_area()
        pitch = area.width() / max(1, len(self._names))
        room = 8 * GRID
        widest = min(max((metrics.horizontalAdvance(name) for name in self._names), default=0), room)
        every = max(1, -int(-(widest + 2) // pitch))
        for index in range(0, len(self._names), every):
            painter.setPen(self._theme.color("text" if index == self.pointed else "secondary"))
            middle = self.bar_rect(index).center().x()
            place = QRectF(middle - room / 2, area.bottom() + 1, room, metrics.height())
            text = fitting(metrics, room, self._names[index])
            painter.drawText(place, Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignVCenter, text)

    def caption(self, metrics: QFontMetrics) -> str:
        """What the bars are, with their scale, as fully as there is room for."""
        scale = f"{100 * self.floor:.0f}–100 %"
        return fitting(metrics, self.width(), f"recall by class, {scale}", f"recall, {scale}")

    def _draw_caption(self, painter: QPainter) -> None:
        metrics = painter.fontMetrics()
        painter.setPen(self._theme.color("tertiary"))
        place = QRectF(0, self.height() - metrics.height() - 1, self.width(), metrics.height())
        painter.drawText(place, Qt.AlignmentFlag.AlignVCenter, self.caption(metrics))
