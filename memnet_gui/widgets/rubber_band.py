"""A rectangle pulled open with the mouse: what it touches is meant."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QPainter, QPen
from PySide6.QtWidgets import QApplication

from memnet_gui.theme import Theme

_FILL = 0.16
"""Opacity of the rectangle's inside."""


class RubberBand:
    """Begins where the mouse was pressed and opens once it has moved far enough to mean it."""

    def __init__(self) -> None:
        self._start: QPointF | None = None
        self._end: QPointF | None = None

    @property
    def pulling(self) -> bool:
        """Was the mouse pressed to pull one open?"""
        return self._start is not None

    @property
    def rect(self) -> QRectF:
        """What is inside; empty before it opens."""
        if self._start is None or self._end is None:
            return QRectF()
        return QRectF(self._start, self._end).normalized()

    def begin(self, at: QPointF) -> None:
        self._start, self._end = at, None

    def pull(self, to: QPointF) -> None:
        if self._start is None:
            return
        if self._end is not None or (to - self._start).manhattanLength() >= QApplication.startDragDistance():
            self._end = to

    def end(self) -> QRectF:
        """Close it. → what was inside, empty where it never opened."""
        rect = self.rect
        self._start = self._end = None
        return rect

    def draw(self, painter: QPainter, theme: Theme) -> None:
        if self._end is None:
            return
        inside = theme.color("accent")
        inside.setAlphaF(_FILL)
        painter.setPen(QPen(theme.color("accent"), 1))
        painter.setBrush(inside)
        painter.drawRect(self.rect)
