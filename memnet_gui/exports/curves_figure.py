"""The curves of a run as a figure for a paper, a slide or a page: three plots over the digits seen."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import ceil, floor, log10
from typing import Any

import numpy.typing as npt

from memnet_gui.curve_scales import accuracy_floor
from memnet_gui.envelope import envelope
from memnet_gui.exports.run import Run
from memnet_gui.exports.svg import Drawing, Paint, Point, of_theme
from memnet_gui.exports.words import percent, run_line, tenths, whole
from memnet_gui.theme import LIGHT, Theme

WIDTH = 960
MOST_POINTS = 1200
"""Longer curves are drawn through their envelope: two points for a pixel or so, no peak lost."""
_LEFT, _RIGHT, _TOP = 64, 184, 104
_ACCURACY, _COUNTS, _BETWEEN, _DIGITS = 264, 92, 40, 56
_LABEL, _TICK, _TITLE = 13, 12, 18
_MOST_TICKS = 6
_NOTHING = "Nothing was learned yet."
_LABEL_ROOM = 18
"""Units from one label at the end of a curve to the next."""
Reading = Callable[[float], str]
"""A value in words."""


@dataclass(frozen=True, slots=True)
class Series:
    """A curve: what it is called, its colour in the theme, and its points."""

    name: str
    token: str
    x: npt.NDArray[Any]
    y: npt.NDArray[Any]
    kind: str
    reading: Reading
    dashes: str = ""
    marked: bool = False


@dataclass(frozen=True, slots=True)
class Plot:
    """A rectangle of the sheet and the values at its edges."""

    top: float
    height: float
    right: float
    low: float
    high: float

    @property
    def bottom(self) -> float:
        return self.top + self.height

    def x(self, digit: float) -> float:
        return _LEFT + (WIDTH - _LEFT - _RIGHT) * digit / self.right

    def y(self, value: float) -> float:
        return self.bottom - self.height * (value - self.low) / (self.high - self.low)


def curves_svg(run: Run, theme: Theme = LIGHT) -> str:
    """The text of an SVG file."""
    return draw_curves(run, of_theme(theme)).file()


def draw_curves(run: Run, paint: Paint, *, alone: bool = True) -> Drawing:
    """Accuracy, memories and novelty rate. alone: with a ground and a title, as it stands on no page."""
    curves = run.curves
    right = float(max(1, run.digits, curves.digits.max(initial=0), curves.test_digits.max(initial=0)))
    top = _TOP if alone else _LABEL_ROOM + 8
    height = top + _ACCURACY + 2 * (_BETWEEN + _COUNTS) + _DIGITS
    drawing = Drawing("curves", WIDTH, height, "Learning curves", _description(run), paint)
    if alone:
        drawing.rect(0, 0, WIDTH, height, "panel")
        drawing.text(_LEFT, 36, "Learning curves", size=_TITLE, bold=True)
        drawing.text(_LEFT, 58, run_line(run), "secondary", _LABEL)

    digits = curves.digits
    accuracies = [
        Series("all so far", "text", digits, curves.prequential, "prequential", percent),
        Series("last 1,000", "accent", digits, curves.recent, "recent", tenths, dashes="5 3"),
        Series(
            "held-out test", "right", curves.test_digits, curves.test_accuracy, "test", percent, marked=True
        ),
    ]
    plot = Plot(top, _ACCURACY, right, accuracy_floor(curves), 1.0)
    if not digits.size:
        middle = plot.x(right / 2), plot.y((plot.low + plot.high) / 2) + 4
        drawing.text(*middle, _NOTHING, "secondary", _LABEL, anchor="middle")
    _draw(drawing, plot, "Accuracy: each digit is tested before it is learned", accuracies, tenths)

    plot = Plot(plot.bottom + _BETWEEN, _COUNTS, right, 0, _rounded_up(int(curves.memories.max(initial=0))))
    memories = Series("memories", "recruited", digits, curves.memories, "memories", whole)
    _draw(drawing, plot, "Memories", [memories], whole)

    novelty = Series("novelty rate", "refined", digits, curves.novelty_rate, "novelty_rate", tenths)
    plot = Plot(plot.bottom + _BETWEEN, _COUNTS, right, 0, 1.0)
    _draw(drawing, plot, "Novelty rate: digits of the last 1,000 that recruited", [novelty], tenths)
    _draw_digits(drawing, plot)
    return drawing


def ticks(low: float, high: float, most: int = _MOST_TICKS, smallest: float = 0) -> list[float]:
    """Round numbers from low to high, at most that many steps apart by 1, 2 or 5 times a power of ten.
    smallest: step; 1 for what is counted."""
    rough = (high - low) / most
    power = 10.0 ** floor(log10(rough))
    step = next(factor * power for factor in (1, 2, 5, 10) if factor * power >= rough * (1 - 1e-9))
    step = max(step, smallest)
    first, last = ceil(low / step - 1e-9), floor(high / step + 1e-9)
    return [number * step for number in range(first, last + 1)]


def above(points: Sequence[Point], low: float) -> list[list[Point]]:
    """The parts of a line that are not below a height, cut where it crosses it."""
    parts: list[list[Point]] = []
    part: list[Point] = []
    for before, point in zip((*points[:1], *points[:-1]), points, strict=True):
        if (before[1] < low) != (point[1] < low):
            share = (low - before[1]) / (point[1] - before[1])
            part.append((before[0] + share * (point[0] - before[0]), low))
            if point[1] < low:
                parts.append(part)
                part = []
        if point[1] >= low:
            part.append(point)
    return [*parts, part] if part else parts


def _draw(drawing: Drawing, plot: Plot, title: str, series: Sequence[Series], reading: Reading) -> None:
    drawing.text(_LEFT, plot.top - 10, title, "secondary", _LABEL, bold=True)
    most, smallest = _MOST_TICKS if plot.height > 150 else 2, 1 if reading is whole else 0
    for value in ticks(plot.low, plot.high, most, smallest):
        y = plot.y(value)
        drawing.line(_LEFT, y, WIDTH - _RIGHT, y, "line")
        drawing.text(_LEFT - 8, y + 4, reading(value), "tertiary", _TICK, anchor="end")
    for one in series:
        if not one.x.size:
            continue
        digits, values = (points.tolist() for points in envelope(one.x, one.y, MOST_POINTS))
        for part in above(list(zip(digits, values, strict=True)), plot.low):
            places = [(plot.x(digit), plot.y(value)) for digit, value in part]
            drawing.path(
                places, one.token, 2 if one.kind == "recent" else 1.75, dashes=one.dashes, kind=one.kind
            )
        for digit, value in zip(digits, values, strict=True):
            if one.marked and value >= plot.low:
                hint = f"{one.name} at digit {digit:,}: {one.reading(value)}"
                drawing.dot(plot.x(digit), plot.y(value), 3.5, one.token, hint=hint, kind=one.kind)
    _label(drawing, plot, [one for one in series if one.x.size])


def _label(drawing: Drawing, plot: Plot, series: Sequence[Series]) -> None:
    """The name and last value of each curve beside its end, none over another."""
    ends = sorted(((plot.y(max(float(one.y[-1]), plot.low)), one) for one in series), key=lambda end: end[0])
    edge = WIDTH - _RIGHT + 20
    for (end, one), place in zip(ends, apart([end for end, _ in ends], plot.bottom), strict=True):
        start = plot.x(float(one.x[-1])) + 5
        drawing.path([(start, end), (edge - 8, place), (edge - 4, place)], one.token, 0.75)
        drawing.text(edge, place + 4, f"{one.name} {one.reading(float(one.y[-1]))}", one.token, _LABEL)


def apart(heights: Sequence[float], bottom: float) -> list[float]:
    """Rising heights → the same, moved as little as keeps them `_LABEL_ROOM` apart and above the bottom."""
    placed: list[float] = []
    for height in heights:
        placed.append(max(height, placed[-1] + _LABEL_ROOM) if placed else height)
    for index in range(len(placed) - 1, -1, -1):
        room = bottom - _LABEL_ROOM * (len(placed) - 1 - index)
        placed[index] = min(placed[index], room)
    return placed


def _draw_digits(drawing: Drawing, plot: Plot) -> None:
    for digit in ticks(0, plot.right, smallest=1):
        x = plot.x(digit)
        drawing.line(x, plot.bottom, x, plot.bottom + 5, "tertiary")
        drawing.text(x, plot.bottom + 20, f"{digit:,.0f}", "tertiary", _TICK, anchor="middle")
    middle = plot.x(plot.right / 2)
    drawing.text(middle, plot.bottom + 42, "digits seen", "secondary", _LABEL, anchor="middle")


def _rounded_up(count: int) -> float:
    """Where an axis of counts ends: at a tick."""
    high = float(max(1, count))
    _, step, *_ = ticks(0, high, 2, 1)
    return ceil(high / step) * step


def _description(run: Run) -> str:
    """The figure in words, for those who do not see it."""
    curves = run.curves
    if not curves.digits.size:
        return _NOTHING
    words = [
        f"Over {int(curves.digits[-1]):,} digits, accuracy tested before learning came to "
        f"{percent(float(curves.prequential[-1]))} over all digits and {percent(float(curves.recent[-1]))} "
        f"over the last 1,000; {int(curves.memories[-1]):,} memories were in use."
    ]
    if run.last_test is not None:
        digits, accuracy, size = run.last_test
        words.append(f"On {size:,} held-out digits, tested after {digits:,}, it was {percent(accuracy)}.")
    return " ".join(words)
