"""The confusion matrix as a figure: counts, colours, and how often each class was known."""

from __future__ import annotations

from math import isnan

from memnet_gui.confusion_reading import class_recalls, confusion_shades
from memnet_gui.exports.run import Run
from memnet_gui.exports.svg import Drawing, Paint, of_theme, room_for
from memnet_gui.exports.words import percent, run_line
from memnet_gui.theme import LIGHT, Theme

_LARGEST_CELL, _SMALLEST_CELL, _FULL = 48, 16, 560
"""A cell's side: what `_FULL` units leave to each, within these ends."""
_LETTERS, _TITLE = 13, 18
_STRONG = 0.75
"""A mistake's colour from which on the figure in it is light where others are dark, or dark where light."""
_LONGEST_NAME = 14
"""Longer names are cut short beside the matrix; whole ones are in the hints."""


def confusion_svg(run: Run, theme: Theme = LIGHT) -> str:
    """The text of an SVG file."""
    return draw_confusion(run, of_theme(theme)).file()


def draw_confusion(run: Run, paint: Paint, *, alone: bool = True) -> Drawing:
    """Rows are labels, columns answers; right is green, wrong is red, and each cell says how often.
    alone: with a ground and a title, as it stands on no page."""
    names = [_short(name) for name in run.class_names]
    cell = min(_LARGEST_CELL, max(_SMALLEST_CELL, _FULL // len(names)))
    side = cell * len(names)
    slanted = max(room_for(name, _LETTERS) for name in names) > cell - 4
    left = 56 + max(room_for(name, _LETTERS) for name in names)
    above = 92 if alone else 16
    top = above + 30 + (max(room_for(name, _LETTERS) for name in names) if slanted else 0)
    drawing = Drawing(
        "confusion", max(left + side + 96, 520), top + side + 32, "Confusion matrix", _description(run), paint
    )
    if alone:
        drawing.rect(0, 0, drawing.width, drawing.height, "panel")
        drawing.text(24, 36, "Confusion matrix", size=_TITLE, bold=True)
        drawing.text(24, 58, run_line(run), "secondary", _LETTERS)
    drawing.text(left, above, "said", "secondary", _LETTERS, bold=True)
    drawing.text(left - 10, top - 8, "label", "secondary", _LETTERS, anchor="end", bold=True)
    drawing.text(left + side + 16, above, "recall", "secondary", _LETTERS, bold=True)
    recalls = class_recalls(run.confusion).tolist()
    letters = min(_LETTERS, cell * 0.42)
    for number, name in enumerate(names):
        middle = (number + 0.5) * cell
        y = top + middle + letters * 0.36
        drawing.text(left - 10, y, name, "text", letters, anchor="end")
        if slanted:
            drawing.turned(left + middle + letters * 0.36, top - 8, name, "text", letters)
        else:
            drawing.text(left + middle, top - 8, name, "text", letters, anchor="middle")
        known = "–" if isnan(recalls[number]) else f"{100 * recalls[number]:.1f} %"
        drawing.text(left + side + 16, y, known, "text", letters)
    _draw_cells(drawing, run, left, top, cell)
    return drawing


def _draw_cells(drawing: Drawing, run: Run, left: float, top: float, cell: float) -> None:
    shades, counts = confusion_shades(run.confusion), run.confusion
    rows = counts.sum(axis=1)
    letters = min(12, cell * 0.36)
    legible = cell >= 24
    for label, name in enumerate(run.class_names):
        for answer, said in enumerate(run.class_names):
            x, y = left + answer * cell, top + label * cell
            count, shade = int(counts[label, answer]), float(shades[label, answer])
            share = f" ({100 * count / rows[label]:.2g} % of them)" if count else ""
            drawing.rect(x, y, cell - 1, cell - 1, "raised")
            if count:
                hint = f"label {name}, said {said}: {count:,}{share}"
                kind = "right" if label == answer else "wrong"
                drawing.rect(x, y, cell - 1, cell - 1, kind, opacity=shade, hint=hint)
            if count and legible:
                words = f"{count:,}"
                size = min(letters, (cell - 5) / room_for(words, 1))
                ink = "panel" if label != answer and shade > _STRONG else "text"
                drawing.text(
                    x + (cell - 1) / 2, y + cell / 2 + size * 0.36, words, ink, size, anchor="middle"
                )


def _short(name: str) -> str:
    return name if len(name) <= _LONGEST_NAME else f"{name[: _LONGEST_NAME - 1]}…"


def _description(run: Run) -> str:
    """The figure in words, for those who do not see it."""
    seen, right = int(run.confusion.sum()), int(run.confusion.trace())
    if not seen:
        return "No digit has been answered yet."
    wrong = run.confusion.copy()
    for number in range(len(wrong)):
        wrong[number, number] = 0
    words = f"Of {seen:,} digits, {right:,} ({percent(right / seen)}) were known before they were learned."
    if not wrong.any():
        return words
    label, answer = divmod(int(wrong.argmax()), len(wrong))
    worst = f"{run.class_names[label]} taken for {run.class_names[answer]}, {int(wrong.max()):,} times"
    return f"{words} The most frequent mistake: {worst}."
