"""The k winners of one column: activation upward, distance downward, strongest first."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QFocusEvent, QFontMetrics, QHelpEvent, QKeyEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from engine.arrays import Floats, Ints
from engine.frame import LayerInfo
from engine.percept import LayerResponse
from memnet_gui.theme import BODY, DARK, GRID, Theme
from memnet_gui.widgets.painting import draw_focus, fitting, sized, stand_on_panel

_LINE = 16  # height of a line of words
_BROADEST_BAR, _NUMBERED_PITCH = 32, 34


@dataclass(frozen=True, eq=False)
class _Column:
    name: str
    slots: Ints
    distances: Floats
    activations: Floats
    votes: Floats


class WinnersStrip(QWidget):
    """One column's answer. Left and Right, or the mouse, read a winner out in the line below."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName("Winners of the picked column")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Expanding)
        stand_on_panel(self)
        self._theme = DARK
        self._names: tuple[str, ...] = ()
        self._shown: _Column | None = None
        self._absence = ""
        self._places = 1
        self._current = 0

    def sizeHint(self) -> QSize:
        return QSize(180, 110)

    def minimumSizeHint(self) -> QSize:
        return QSize(120, 64)

    # ── what is shown ─────────────────────────────────────────────────────────────────────────

    def set_theme(self, theme: Theme) -> None:
        self._theme = theme
        self.update()

    def show_column(
        self, layer: LayerInfo, column: int, response: LayerResponse, names: tuple[str, ...]
    ) -> None:
        """How `column` of `layer` answered; `names` of the classes."""
        answered = response.winners[column] >= 0
        self._shown = _Column(
            "whole digit" if layer.whole else f"column {column}",
            response.winners[column][answered],
            response.distances[column][answered],
            response.activations[column][answered],
            response.votes[column],
        )
        self._names, self._places = names, max(1, response.winners.shape[1])
        if self.hasFocus():
            self.setAccessibleDescription(f"{self.verdict()}. {self.fact(self._current)}")
        self.update()

    def clear(self, absence: str) -> None:
        """Show no column but these words, which say why."""
        self._shown, self._absence = None, absence
        self.update()

    @property
    def count(self) -> int:
        return 0 if self._shown is None else len(self._shown.slots)

    def verdict(self) -> str:
        """What the column says, in words."""
        if self._shown is None:
            return self._absence
        if not self.count:
            return f"{self._shown.name} is silent"
        best = int(np.argmax(self._shown.votes))
        return f"{self._shown.name} says {self._names[best]} {self._shown.votes[best]:+.2f}"

    def fact(self, place: int) -> str:
        """One winner in words; an empty string where there is none."""
        if self._shown is None or not 0 <= place < self.count:
            return ""
        return (
            f"winner {place + 1}: activation {100 * self._shown.activations[place]:.0f} %, "
            f"distance {self._shown.distances[place]:.2f}"
        )

    # ── geometry ──────────────────────────────────────────────────────────────────────────────

    def _pitch(self) -> float:
        return min(self.width() / self._places, 2.0 * _BROADEST_BAR)

    def winner_at(self, point: QPointF) -> int:
        place = int(point.x() / self._pitch())
        return place if place < self.count and _LINE <= point.y() <= self.height() - _LINE else -1

    def slot_rect(self, place: int) -> QRectF:
        """The strip of the chart that belongs to a winner."""
        pitch = self._pitch()
        return QRectF(place * pitch, _LINE, pitch, max(1, self.height() - 2 * _LINE))

    # ── painting ──────────────────────────────────────────────────────────────────────────────

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        self._draw_verdict(painter)
        painter.setFont(sized(self))
        if self._shown is not None and self.count:
            self._draw_winners(painter, self._shown)
        painter.setPen(self._theme.color("secondary"))
        foot = QRectF(0, self.height() - _LINE, self.width(), _LINE)
        fact = self.fact(self._current)
        short = fact.replace("activation", "act.").replace("distance", "dist.")
        words = fitting(
            painter.fontMetrics(), self.width(), fact, fact.partition(": ")[2], short.partition(": ")[2]
        )
        painter.drawText(foot, Qt.AlignmentFlag.AlignVCenter, words)
        if self.hasFocus():
            draw_focus(painter, QRectF(self.rect()), self._theme)

    def _draw_verdict(self, painter: QPainter) -> None:
        """The column in grey, the class it says in its colour, the vote for it."""
        small, body = sized(self), sized(self, BODY, bold=True)
        line = QRectF(0, 0, self.width(), _LINE)
        painter.setFont(small)
        painter.setPen(self._theme.color("secondary"))
        if self._shown is None:
            painter.drawText(self.rect(), Qt.TextFlag.TextWordWrap, self.verdict())
            return
        if not self.count:
            painter.drawText(line, Qt.AlignmentFlag.AlignVCenter, self.verdict())
            return
        best = int(np.argmax(self._shown.votes))
        vote, metrics = f"{self._shown.votes[best]:+.2f}", QFontMetrics(small)
        needed = metrics.horizontalAdvance(vote) + QFontMetrics(body).horizontalAdvance(self._names[best])
        lead = fitting(metrics, self.width() - needed - 2 * GRID, f"{self._shown.name} says", "says")
        painter.drawText(line, Qt.AlignmentFlag.AlignVCenter, lead)
        left = metrics.horizontalAdvance(lead) + GRID
        room = self.width() - left - metrics.horizontalAdvance(vote) - GRID
        name = fitting(QFontMetrics(body), max(0, room), self._names[best])
        painter.setFont(body)
        painter.setPen(self._theme.class_color(best))
        painter.drawText(line.adjusted(left, 0, 0, 0), Qt.AlignmentFlag.AlignVCenter, name)
        left += QFontMetrics(body).horizontalAdvance(name) + GRID
        painter.setFont(small)
        painter.setPen(self._theme.color("secondary"))
        painter.drawText(line.adjusted(left, 0, 0, 0), Qt.AlignmentFlag.AlignVCenter, vote)

    def _draw_winners(self, painter: QPainter, shown: _Column) -> None:
        """Bars up for activation, down for distance; with numbers where there is room for them."""
        chart = self.slot_rect(0)
        pitch, numbered = chart.width(), chart.width() >= _NUMBERED_PITCH
        margin = _LINE - 2 if numbered else 0
        width = int(min(_BROADEST_BAR, pitch - 2))
        axis = round(chart.top() + margin + (chart.height() - 2 * margin) * 0.64)
        up, down = axis - chart.top() - margin, chart.bottom() - margin - axis - 2
        highs = _heights(shown.activations, up)
        lows = _heights(shown.distances, down)
        lefts = [
            round(place * pitch + ((pitch - width) / 2 if numbered else 0)) for place in range(len(highs))
        ]
        above = [QRectF(left, axis - high, width, high) for left, high in zip(lefts, highs, strict=True)]
        below = [QRectF(left, axis + 2, width, low) for left, low in zip(lefts, lows, strict=True)]
        painter.setPen(Qt.PenStyle.NoPen)
        for bars, color in ((above, "secondary"), (below, "tertiary")):
            painter.setBrush(self._theme.color(color))
            painter.drawRects(bars)
        if self._current < len(above):
            painter.setBrush(self._theme.color("accent"))
            painter.drawRects([above[self._current], below[self._current]])
        if numbered:
            self._draw_numbers(painter, shown, above, below)

    def _draw_numbers(
        self, painter: QPainter, shown: _Column, above: list[QRectF], below: list[QRectF]
    ) -> None:
        painter.setPen(self._theme.color("secondary"))
        pitch, height = self._pitch(), _LINE - 2
        for place, (high, low) in enumerate(zip(above, below, strict=True)):
            share, distance = f"{100 * shown.activations[place]:.0f} %", f"{shown.distances[place]:.2f}"
            left = place * pitch
            painter.drawText(
                QRectF(left, high.top() - height, pitch, height), Qt.AlignmentFlag.AlignCenter, share
            )
            painter.drawText(
                QRectF(left, low.bottom(), pitch, height), Qt.AlignmentFlag.AlignCenter, distance
            )

    # ── mouse, keyboard, tooltips ─────────────────────────────────────────────────────────────

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        place = self.winner_at(event.position())
        if place >= 0:
            self._go_to(place)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        last = self.count - 1
        steps = {
            Qt.Key.Key_Left: self._current - 1,
            Qt.Key.Key_Right: self._current + 1,
            Qt.Key.Key_Home: 0,
            Qt.Key.Key_End: last,
        }
        key = Qt.Key(event.key())
        if key in steps and last >= 0:
            self._go_to(min(last, max(0, steps[key])))
        else:
            super().keyPressEvent(event)

    def _go_to(self, place: int) -> None:
        if place != self._current:
            self._current = place
            self.setAccessibleDescription(self.fact(place))
            self.update()

    def focusInEvent(self, event: QFocusEvent) -> None:
        self.setAccessibleDescription(f"{self.verdict()}. {self.fact(self._current)}")
        super().focusInEvent(event)

    def event(self, event: QEvent) -> bool:
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            place = self.winner_at(QPointF(event.pos()))
            explained = (
                "Up: activation, each winner's share of the column's answer.\nDown: distance to what it saw."
            )
            QToolTip.showText(event.globalPos(), f"{self.fact(place)}\n{explained}".strip(), self)
            return True
        return super().event(event)


def _heights(values: Floats, room: float) -> list[int]:
    """Whole pixels, the largest value as high as the room, the smallest still to be seen."""
    heights: list[int] = (
        np.maximum(1, np.rint(room * values / max(float(values.max()), 1e-6))).astype(int).tolist()
    )
    return heights
