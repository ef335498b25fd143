"""What stands on the timeline's track until more is known: counts, the accuracy curve, marks."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QBrush, QColor, QFontMetricsF, QPainter, QPen, QPolygonF

from engine.frame import Moment, Track
from memnet_gui.theme import GRID, Theme
from memnet_gui.track_pixels import bars, curve
from memnet_gui.track_scale import Scale, bar_heights, column_means, edge_shares
from memnet_gui.widgets.painting import pixel_image

MARKS = 12
"""Height of the row of marks above the counts."""
LANE, MOST_LANES = 3, 4
"""Height of a branch's lane below them; more branches than this share the last one."""
MOST_RECRUITS, MOST_WRONG = 20.0, 0.5
"""Recruits and mistakes a digit at which a bar is as high as can be."""
RIBBON = 5
"""Half a flag's height."""


def rows(height: float, lanes: int) -> tuple[QRectF, float]:
    """Where the counts stand on a track of that height, without its width, and where the lanes begin."""
    below = LANE * min(lanes, MOST_LANES) + (GRID if lanes else 0)
    return QRectF(0, MARKS, 0, height - MARKS - below), height - below + GRID / 2


def draw_track(
    painter: QPainter, track: Track, scale: Scale, height: float, theme: Theme, ratio: float
) -> None:
    """Everything but where one is. ratio: device pixels a unit."""
    others = [line for line in track.lines if line.id != track.line]
    area, lanes_top = rows(height, len(others))
    area.setWidth(scale.width)
    _draw_ground(painter, track, scale, area, theme)
    _draw_counts(painter, track, scale, area, theme, ratio)
    _draw_accuracy(painter, track, scale, area, theme, ratio)
    for place, line in enumerate(others):
        top = lanes_top + LANE * min(place, MOST_LANES - 1)
        painter.fillRect(
            QRectF(scale.x(line.forked_at), top, scale.x(line.head - line.forked_at), LANE - 1),
            theme.color("tertiary"),
        )
    for change in track.changes:
        _draw_change(painter, scale.x(change.digit), area.top(), theme)
    _draw_flags(painter, track.bookmarks, scale, area, theme)


def _draw_ground(painter: QPainter, track: Track, scale: Scale, area: QRectF, theme: Theme) -> None:
    painter.fillRect(area, theme.color("raised"))
    seen = QRectF(area.left(), area.top(), scale.x(track.head), area.height())
    painter.fillRect(seen, theme.color("paper"))
    if track.earliest:
        lost = QRectF(area.left(), area.top(), scale.x(track.earliest), area.height())
        painter.fillRect(lost, QBrush(theme.color("line"), Qt.BrushStyle.BDiagPattern))
    middle = area.center().y()
    painter.setPen(QPen(theme.color("line"), 1))
    painter.drawLine(QPointF(area.left(), middle), QPointF(area.right(), middle))


def _draw_counts(
    painter: QPainter, track: Track, scale: Scale, area: QRectF, theme: Theme, ratio: float
) -> None:
    """Recruits upwards from the middle, mistakes downwards."""
    columns, height = int(area.width() * ratio), int(area.height() * ratio)
    if columns < 1 or height < 2:
        return
    up = bar_heights(column_means(track.recruits, scale.span, columns), MOST_RECRUITS)
    down = bar_heights(column_means(track.wrong, scale.span, columns), MOST_WRONG)
    pixels = bars(up, down, height, theme.color("recruited").rgba(), theme.color("wrong").rgba())
    painter.drawImage(QRectF(area.left(), area.top(), columns / ratio, height / ratio), pixel_image(pixels))


def _draw_accuracy(
    painter: QPainter, track: Track, scale: Scale, area: QRectF, theme: Theme, ratio: float
) -> None:
    """Accuracy over the last 1,000 digits, from none at the bottom to all at the top."""
    columns, height = int(area.width() * ratio), int(area.height() * ratio)
    shares = edge_shares(track.curve_digits, track.recent, scale.span, columns)
    if len(shares) < 2:
        return
    place = QRectF(area.left(), area.top(), (len(shares) - 1) / ratio, height / ratio)
    for name, thick in (("paper", 3.5), ("right", 1.5)):
        painter.drawImage(place, pixel_image(curve(shares, height, thick * ratio, theme.color(name).rgba())))


def _draw_change(painter: QPainter, x: float, bottom: float, theme: Theme) -> None:
    """A diamond: something was changed by hand here."""
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QPen(theme.color("panel"), 1))
    painter.setBrush(theme.color("refined"))
    middle, reach = bottom - MARKS / 2, 4.0
    corners = [(0.0, -reach), (reach, 0.0), (0.0, reach), (-reach, 0.0)]
    painter.drawPolygon(QPolygonF([QPointF(x + right, middle + down) for right, down in corners]))
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, on=False)


def _draw_flags(
    painter: QPainter, bookmarks: tuple[Moment, ...], scale: Scale, area: QRectF, theme: Theme
) -> None:
    """A flag for each bookmark, with as much of its name as fits before the next."""
    accent = theme.color("accent")
    metrics = QFontMetricsF(painter.font())
    for place, mark in enumerate(bookmarks):
        x = scale.x(mark.digit)
        right = scale.x(bookmarks[place + 1].digit) if place + 1 < len(bookmarks) else scale.width
        painter.setPen(QPen(accent, 1))
        painter.drawLine(QPointF(x, 1), QPointF(x, area.bottom()))
        _draw_ribbon(painter, x, accent)
        room = min(right - x, 140) - 3 * GRID
        if room > 6 * GRID:
            painter.setPen(theme.color("secondary"))
            name = metrics.elidedText(mark.text, Qt.TextElideMode.ElideRight, room)
            painter.drawText(QPointF(x + 2.5 * GRID, MARKS - 2), name)


def _draw_ribbon(painter: QPainter, x: float, color: QColor) -> None:
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(color)
    painter.drawPolygon(QPolygonF([QPointF(x, 1), QPointF(x + 7, 1 + RIBBON), QPointF(x, 1 + 2 * RIBBON)]))
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, on=False)
