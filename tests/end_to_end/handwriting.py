"""Digits as somebody writes them: strokes of lines and arcs, in shares of the sheet, (0, 0) top left."""

from __future__ import annotations

import math

Place = tuple[float, float]
Line = list[Place]


def line(*corners: Place) -> Line:
    return list(corners)


def arc(centre: Place, width: float, height: float, start: float, end: float) -> Line:
    """Part of an ellipse; angles in degrees, 0 is on the right, 90 at the bottom."""
    steps = max(2, round(abs(end - start) / 10))
    angles = [math.radians(start + (end - start) * step / steps) for step in range(steps + 1)]
    return [(centre[0] + width * math.cos(a), centre[1] + height * math.sin(a)) for a in angles]


DIGITS: dict[int, list[Line]] = {
    0: [arc((0.5, 0.5), 0.22, 0.32, -80, 285)],
    1: [line((0.53, 0.18), (0.50, 0.50), (0.47, 0.82))],
    2: [arc((0.48, 0.34), 0.20, 0.17, 190, 395) + line((0.30, 0.80), (0.42, 0.78), (0.74, 0.80))],
    3: [arc((0.46, 0.34), 0.20, 0.16, 205, 440) + arc((0.46, 0.65), 0.23, 0.17, -85, 150)],
    4: [line((0.36, 0.20), (0.30, 0.52), (0.70, 0.50)), line((0.66, 0.20), (0.62, 0.50), (0.58, 0.84))],
    5: [
        line((0.36, 0.20), (0.34, 0.46)) + arc((0.45, 0.63), 0.22, 0.19, 230, 510),
        line((0.36, 0.20), (0.70, 0.19)),
    ],
    6: [line((0.60, 0.18), (0.44, 0.32), (0.35, 0.52)) + arc((0.49, 0.65), 0.16, 0.17, 190, 545)],
    7: [line((0.28, 0.24), (0.72, 0.22), (0.60, 0.45), (0.46, 0.82))],
    8: [
        arc((0.50, 0.34), 0.16, 0.15, -60, -270)
        + arc((0.50, 0.66), 0.18, 0.17, -90, 270)
        + arc((0.50, 0.34), 0.16, 0.15, 90, -50)
    ],
    9: [arc((0.48, 0.36), 0.17, 0.17, -20, -380) + line((0.65, 0.34), (0.62, 0.55), (0.55, 0.84))],
}


def letter_a(slant: float, width: float) -> list[Line]:
    """An A, more or less slanted and wide; no digit of MNIST looks like it."""
    left, right, bar = 0.5 - width, 0.5 + width, 0.6
    top = (0.5 + slant, 0.16)
    inner = width * 0.62
    return [
        line((left, 0.84), top),
        line(top, (right, 0.84)),
        line((0.5 - inner + slant * 0.3, bar), (0.5 + inner + slant * 0.3, bar + 0.01)),
    ]
