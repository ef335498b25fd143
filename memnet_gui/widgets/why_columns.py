"""Where the figures of a memory stand: one set of columns for a list's head, its rows and its sums."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QFontMetrics, QPainter

from memnet_gui.theme import GRID

PICTURE = 30
"""Edge of a picture: a digit at one screen pixel to each of its own, and a frame."""
PICTURE_GAP = GRID // 2
ROW = PICTURE + 3 * GRID // 2
LINE = 15
RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter

HEADS = (
    (
        "vote",
        "+0.000",
        "Vote: activation × association. It speaks for the class (+) or against it (−).\n"
        "Rounded so that the column adds up: a figure may be 0.001 from its own rounding.",
    ),
    (
        "share",
        "−00.0 %",
        "Share: the vote as part of all that was said for the class; those parts add up to 100 %.\n"
        "What a memory says against the class counts below nothing.",
    ),
    (
        "activ.",
        "00 %",
        "Activation: how strongly it responds, as part of its column's response;\n"
        "the memories of a column share 100 %.",
    ),
    ("assoc.", "+0.00", "Association: the weight from this memory to the class"),
    ("dist.", "0.00", "Distance between the memory and what its column saw; nearer is stronger"),
)
"""Name, usual text and explanation of each column of figures; a longer text takes of the gap at its left."""


@dataclass(frozen=True, slots=True)
class Columns:
    """Pictures at the left, figures set flush right below their names. ends: right edges, one a column."""

    words: float
    ends: tuple[float, ...]
    widths: tuple[float, ...]

    @staticmethod
    def of(metrics: QFontMetrics, width: float) -> Columns:
        """For a list of that width, in the small font."""
        widths = [max(map(metrics.horizontalAdvance, head[:2])) for head in HEADS]
        words = 2 * PICTURE + PICTURE_GAP + GRID
        gap = max(1.0, (width - words - sum(widths)) / len(widths))
        ends, at = [], float(words)
        for own in widths:
            at += gap + own
            ends.append(at)
        return Columns(words, tuple(ends), tuple(float(own) for own in widths))

    def draw(self, painter: QPainter, top: float, height: float, figures: tuple[str, ...]) -> None:
        """Write figures into the first columns."""
        for end, own, figure in zip(self.ends, self.widths, figures, strict=False):
            painter.drawText(QRectF(end - 2 * own, top, 2 * own, height), RIGHT, figure)

    def at(self, x: float) -> int | None:
        """The column of figures at a place; None left of them all."""
        for number, (end, own) in enumerate(zip(self.ends, self.widths, strict=True)):
            if end - own - 2 * GRID < x <= end + 1:
                return number
        return None
