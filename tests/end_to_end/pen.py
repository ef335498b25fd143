"""A hand that draws on the canvas, and an eye that reads the answer."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
from PySide6.QtCore import QPointF

from memnet_gui.drawing import fit_strokes
from tests.end_to_end.driving import Visit
from tests.end_to_end.handwriting import Line


def followed(stroke: Line, side: int, spacing: float = 4.0) -> list[QPointF]:
    """The places at which a hand that follows the stroke is seen, in pixels of the sheet."""
    corners = [QPointF(x * side, y * side) for x, y in stroke]
    places = corners[:1]
    for start, end in pairwise(corners):
        way = end - start
        steps = max(1, round((way.x() ** 2 + way.y() ** 2) ** 0.5 / spacing))
        places += [start + way * (step / steps) for step in range(1, steps + 1)]
    return places


def write(person: Visit, strokes: list[Line]) -> None:
    canvas = person.window.draw.canvas
    for stroke in strokes:
        person.stroke(canvas, followed(stroke, canvas.side))


def read(person: Visit) -> str:
    """The class in the answer to all that is drawn, once it stands there."""
    panel = person.window.draw
    drawn = fit_strokes(panel.canvas.strokes)

    def answered() -> bool:
        percept = panel.answer.percept
        return percept is not None and np.array_equal(percept.image, drawn)

    person.wait(answered, "the drawing is answered", 10)
    return panel.answer.text.split()[0]
