"""How many digits of each class were answered rightly."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QFontMetrics, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from memnet_gui.confusion_reading import class_recalls
from memnet_gui.curve_reading import percent
from memnet_gui.curve_scales import floor_below
from memnet_gui.theme import GRID
from memnet_gui.widgets.counts_view import CountsView
from memnet_gui.widgets.painting import draw_focus, fitting, sized


class RecallView(CountsView[int]):
    """One bar for each class over its name, on a scale that is written below."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(
            "Recall by class",
            "One bar for each class; left and right point at one",
            "How many digits of each class were answered rightly",
            parent,
        )
        self.recalls: npt.NDArray[np.float64] = np.zeros(0)
        self.floor = 0.0
        """Where the bars begin: a step at or below the smallest recall."""

    def sizeHint(self) -> QSize:
        return QSize(32 * GRID, 16 * GRID)

    def minimumSizeHint(self) -> QSize:
        return QSize(24 * GRID, 12 * GRID)

    # --- what is shown ---------------------------------------------------------------------------

    def _prepare(self) -> None:
        self.recalls = class_recalls(self._confusion)
        known = self.recalls[~np.isnan(self.recalls)]
        self.floor = floor_below(float(known.min())) if known.size else 0.0

    def describe(self, part: int) -> str:
        """A class in words: "recall of 4: 98.1 % (2,345 of 2,391)"."""
        of = int(self._confusion[part].sum())
        recall = float(self.recalls[part]) if of else None
        counts = f"{int(self._confusion[part, part]):,} of {of:,}" if of else "none seen yet"
        return f"recall of {self._names[part]}: {percent(recall)} ({counts})"

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

    def part_at(self, point: QPointF) -> int | None:
        """The class whose bar or name is under a point of the widget."""
        area = self._bars_area()
        below = QFontMetrics(sized(self)).height()
        if not self._names or not area.adjusted(0, 0, 0, below).contains(point):
            return None
        return min(int(point.x() / area.width() * len(self._names)), len(self._names) - 1)

    # --- pointing --------------------------------------------------------------------------------

    def part_after(self, part: int | None, key: int) -> int | None:
        last = len(self._names) - 1
        goals: dict[int, int] = {
            Qt.Key.Key_Left: 0 if part is None else max(part - 1, 0),
            Qt.Key.Key_Right: 0 if part is None else min(part + 1, last),
            Qt.Key.Key_Home: 0,
            Qt.Key.Key_End: last,
        }
        return goals.get(key)

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
