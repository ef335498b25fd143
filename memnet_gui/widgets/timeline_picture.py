"""What stands on the timeline's track until more is known: counts, the accuracy curve, marks, branches."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QBrush, QFontMetricsF, QPainter, QPen, QPolygonF

from engine.frame import Line, Moment, Track
from memnet_gui.theme import GRID, Theme
from memnet_gui.track_lines import lanes
from memnet_gui.track_pixels import bars, curve
from memnet_gui.track_scale import Scale, bar_heights, column_means, edge_shares
from memnet_gui.widgets.painting import pixel_image

MARKS = 13
"""Height of the row of flags and digit counts above the bars."""
LANE, MOST_LANES = 3, 4
"""Height of a branch's lane below them; more branches than this share the last one."""
MOST_RECRUITS, MOST_WRONG = 20.0, 0.5
"""Recruits and mistakes a digit at which a bar is as high as can be."""
RIBBON_WIDTH, RIBBON = 7, 9
"""A flag's size; those that would overlap are one."""
NAME_WIDTH = 140
"""As much room as a bookmark's name takes at most."""
TICKS_APART = 88


@dataclass(frozen=True, slots=True)
class Rows:
    """From top to bottom: flags above `counts`, and below them the lanes of other lines."""

    counts: QRectF
    lanes: tuple[tuple[Line, int, int], ...]

    def lane_rect(self, since: int, line: Line, lane: int, scale: Scale) -> QRectF:
        """Where a line is drawn, from the digit at which it leaves the one shown."""
        x = scale.x(since)
        top = self.counts.bottom() + GRID / 2 + LANE * lane
        return QRectF(x, top, max(2.0, scale.x(line.head) - x), LANE - 1)


def rows(track: Track, scale: Scale, height: float) -> Rows:
    """How a track of that height is divided."""
    shown = next(line for line in track.lines if line.id == track.line)
    gap = max(1, scale.digit(2 * GRID))
    placed = tuple(lanes(track.lines, shown, MOST_LANES, gap))
    used = 1 + max((lane for _, _, lane in placed), default=-1)
    below = used * LANE + GRID / 2 if used else 0
    return Rows(QRectF(0, MARKS, scale.width, height - MARKS - below), placed)


def bundles(marks: Sequence[Moment], scale: Scale) -> list[list[Moment]]:
    """Marks by digit, those together whose flags would overlap."""
    found: list[list[Moment]] = []
    for mark in sorted(marks, key=lambda mark: mark.digit):
        if found and scale.x(mark.digit) - scale.x(found[-1][0].digit) < RIBBON_WIDTH + 1:
            found[-1].append(mark)
        else:
            found.append([mark])
    return found


def draw_track(
    painter: QPainter, track: Track, total: int, scale: Scale, height: float, theme: Theme, ratio: float
) -> None:
    """Everything but where one is. ratio: device pixels a unit."""
    divided = rows(track, scale, height)
    area = divided.counts
    _draw_ground(painter, track, scale, area, theme)
    _draw_counts(painter, track, scale, area, theme, ratio)
    _draw_accuracy(painter, track, scale, area, theme, ratio)
    if track.earliest:
        _draw_lost(painter, QRectF(0, area.top(), scale.x(track.earliest), area.height()), theme)
    _draw_lanes(painter, divided, scale, theme)
    for change in track.changes:
        _draw_change(painter, QPointF(scale.x(change.digit), area.center().y()), theme)
    taken = _draw_flags(painter, track.bookmarks, scale, area, theme)
    _draw_ticks(painter, total, scale, area, taken, theme)


def _draw_ground(painter: QPainter, track: Track, scale: Scale, area: QRectF, theme: Theme) -> None:
    painter.fillRect(area, theme.color("raised"))
    seen = QRectF(area.left(), area.top(), scale.x(track.head), area.height())
    painter.fillRect(seen, theme.color("paper"))
    middle = round(area.center().y()) + 0.5
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


def _draw_lost(painter: QPainter, area: QRectF, theme: Theme) -> None:
    """What cannot be shown again: faded and hatched."""
    veil = theme.color("panel")
    veil.setAlphaF(0.6)
    painter.fillRect(area, veil)
    painter.fillRect(area, QBrush(theme.color("tertiary"), Qt.BrushStyle.BDiagPattern))


def _draw_lanes(painter: QPainter, divided: Rows, scale: Scale, theme: Theme) -> None:
    """Other lines, from where they leave the one shown."""
    color = theme.color("tertiary")
    for line, since, lane in divided.lanes:
        bar = divided.lane_rect(since, line, lane, scale)
        painter.fillRect(bar, color)
        painter.fillRect(
            QRectF(bar.x(), divided.counts.bottom(), 1, bar.y() - divided.counts.bottom()), color
        )


def _draw_change(painter: QPainter, place: QPointF, theme: Theme) -> None:
    """A diamond: something was changed by hand here."""
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QPen(theme.color("paper"), 1))
    painter.setBrush(theme.color("refined"))
    reach = 5.0
    corners = [(0.0, -reach), (reach, 0.0), (0.0, reach), (-reach, 0.0)]
    painter.drawPolygon(QPolygonF([place + QPointF(right, down) for right, down in corners]))
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, on=False)


def _draw_flags(
    painter: QPainter, bookmarks: tuple[Moment, ...], scale: Scale, area: QRectF, theme: Theme
) -> list[tuple[float, float]]:
    """A flag for each bookmark, with as much of its name as fits before the next, or for several that stand
    close together, with their number. Returns the room that they take, from left to right."""
    accent = theme.color("accent")
    metrics = QFontMetricsF(painter.font())
    found = bundles(bookmarks, scale)
    taken = []
    for place, marks in enumerate(found):
        x = scale.x(marks[0].digit)
        right = scale.x(found[place + 1][0].digit) if place + 1 < len(found) else scale.width
        painter.fillRect(QRectF(round(x), 1, 1, area.center().y() - 1), accent)
        _draw_ribbon(painter, QPointF(round(x), 1), theme)
        room = min(right - x - GRID, NAME_WIDTH) - RIBBON_WIDTH - GRID
        name = marks[0].text if len(marks) == 1 else f"{len(marks)} bookmarks"
        width = 0.0
        if room > 5 * GRID:
            name = metrics.elidedText(name, Qt.TextElideMode.ElideRight, room)
            width = metrics.horizontalAdvance(name)
            painter.setPen(theme.color("secondary"))
            painter.drawText(QPointF(x + RIBBON_WIDTH + GRID - 1, MARKS - 4), name)
        taken.append((x, x + RIBBON_WIDTH + GRID + width))
    return taken


def _draw_ribbon(painter: QPainter, top: QPointF, theme: Theme) -> None:
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(theme.color("accent"))
    tip, below = QPointF(RIBBON_WIDTH + 1, RIBBON / 2), QPointF(0, RIBBON)
    painter.drawPolygon(QPolygonF([top, top + tip, top + below]))
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, on=False)


def _draw_ticks(
    painter: QPainter,
    total: int,
    scale: Scale,
    area: QRectF,
    taken: list[tuple[float, float]],
    theme: Theme,
) -> None:
    """Digit counts where no name stands; at the right, where the track ends."""
    metrics = QFontMetricsF(painter.font())
    painter.setPen(theme.color("tertiary"))
    end = f"{total:,}" if scale.span == total else f"first {scale.span:,} of {total:,}"
    width = metrics.horizontalAdvance(end)
    labels = [(scale.width - width, width, end)]
    for tick in scale.ticks(max(TICKS_APART, width + 6 * GRID)):
        text = f"{tick:,}"
        width = metrics.horizontalAdvance(text)
        labels.append((scale.x(tick) - width / 2, width, text))
        painter.drawLine(QPointF(scale.x(tick), area.top() - 1), QPointF(scale.x(tick), area.top()))
    for left, width, text in labels:
        if all(left + width + GRID < start or left - GRID > stop for start, stop in taken):
            painter.drawText(QPointF(left, MARKS - 4), text)
