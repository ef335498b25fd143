"""From pen strokes to the image that a network trained on MNIST expects. Pure NumPy, no Qt.

MNIST's digits were scanned in black and white, cropped to their ink, averaged down into a box of
20 × 20 pixels with their proportions kept, and moved within 28 × 28 until their centre of mass lay
on pixel (14, 14) (LeCun, Bottou, Bengio and Haffner, *Gradient-based learning applied to document
recognition*, 1998, section III). `fit_like_mnist` does the same with a raster, so size and place
on the canvas do not matter. Two decisions go beyond that recipe:

**Place is continuous.** MNIST was moved by whole pixels, so its centres of mass are spread evenly
over pixel 14. A drawing grows while it is looked at, and with whole pixels it would jump. Ours is
averaged on a grid that puts the centre of mass on the middle of that pixel, 14.5 from the edge.
Averaged from a fine raster this costs no sharpness, and it helps: of 1,000 of MNIST's own test
digits the nearest of the 60,000 has the right class for 98.4 % when fitted so, 97.9 % as they are.

**Thickness is not kept.** A brush that suits a large digit turns a small one into a blob, and
scaling the raster cannot undo that; MNIST's own strokes are all near 2.6 pixels wide. But the
strokes are known, not only their ink: `fit_strokes` finds the visible ink, then draws the same
strokes again, as large as the box, with a pen as wide as MNIST's. (Thinning the raster instead
would need a skeleton, which sprouts spurs and is slow; fitting the bare points would ignore what
was erased.) Erasers are drawn again too, in their order, and grow and shrink with the pen: what
was rubbed out stays rubbed out, and a cut as narrow as the pen does not close.

A drawing smaller than its brush is wide, above all a first dot, is not blown up to fill the box.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby

import numpy as np
import numpy.typing as npt

from engine.arrays import Floats, freeze

Points = npt.NDArray[np.float64]
Places = npt.NDArray[np.float64]
Raster = npt.NDArray[np.bool_]

RESOLUTION = 280
"""Side of the raster on which drawings are judged, whatever the size of the widget."""
BOX = 20 / 28
"""Share of the image's side that the ink fills."""
PEN = 2.6 / 20
"""Width of a stroke as a share of that box: the median over MNIST's digits."""
_FINE_BOX, _FINE = 200, 240
"""Side of the box, and of the raster around it, in which strokes are drawn again."""


@dataclass(frozen=True, slots=True, eq=False)
class Stroke:
    """One movement of the pen.

    points: (n, 2) float64, n ≥ 1, x and y as shares of the canvas side, (0, 0) top left; they may
    lie outside [0, 1], where nothing shows. diameter: of the brush, same unit. erase: takes ink
    away instead. Raises ValueError for points of another shape or a diameter that is not positive.
    """

    points: Points
    diameter: float
    erase: bool = False

    def __post_init__(self) -> None:
        if self.points.ndim != 2 or self.points.shape[1] != 2 or not len(self.points):
            raise ValueError(f"points: shape {self.points.shape} is not (n, 2) with n ≥ 1")
        if not 0 < self.diameter < float("inf"):
            raise ValueError(f"diameter: {self.diameter} is not a positive number")


def smooth_step(start: Points, control: Points, end: Points, spacing: float) -> Points:
    """Points along the quadratic Bézier curve from `start` (left out) to `end` (included), (n, 2).

    Curves between the middles of successive pen events, with the events as controls, join without
    a corner. `spacing`: at most about this far apart, in the unit of the points.
    """
    fastest = 2 * max(np.hypot(*(control - start)), np.hypot(*(end - control)))
    t = np.linspace(0, 1, max(1, int(np.ceil(fastest / spacing))) + 1)[1:, None]
    curve: Points = (1 - t) ** 2 * start + 2 * t * (1 - t) * control + t**2 * end
    return curve


def rasterise(strokes: Sequence[Stroke], resolution: int = RESOLUTION) -> Raster:
    """The ink that shows on the canvas, (resolution, resolution) bool.

    Black and white, like the scans MNIST was made from: the greys come from averaging it down.
    """
    return _paint(
        ((stroke.points * resolution, stroke.diameter * resolution, stroke.erase) for stroke in strokes),
        resolution,
    )


def fit_strokes(strokes: Sequence[Stroke], side: int = 28) -> Floats | None:
    """The image a network sees of a drawing: (side, side) float32 in [0, 1], read-only, or None for no ink.

    Nearly the same for the same shape drawn small or large, anywhere, with a thin or a thick brush.
    """
    strokes = [part for stroke in strokes for part in _on_canvas(stroke)]
    # The canvas cuts off up to half a brush of what is drawn at its edge, but the pen was there.
    beyond = _reach_beyond(strokes)
    edge = slice(beyond, beyond + RESOLUTION)
    seen = _paint(
        (
            (stroke.points * RESOLUTION + beyond, stroke.diameter * RESOLUTION, stroke.erase)
            for stroke in strokes
        ),
        RESOLUTION + 2 * beyond,
    )
    if not seen[edge, edge].any():
        return None
    top, bottom, left, right = _extent(seen)
    brush = _typical_diameter(strokes, seen, beyond)
    # Ink reaches half a brush beyond the points: what is left is the extent of the shape itself.
    shape = max(bottom - top - brush, right - left - brush, brush)
    pen = shape * PEN / (1 - PEN)
    zoom = _FINE_BOX / (shape + pen)
    centre = np.array([left + right, top + bottom]) / 2 - beyond
    redrawn = _paint(
        (
            (
                (stroke.points * RESOLUTION - centre) * zoom + _FINE / 2,
                _adjusted(stroke, brush, pen) * zoom,
                stroke.erase,
            )
            for stroke in strokes
        ),
        _FINE,
    )
    # What an eraser left is not to grow beyond what was seen.
    margin = (pen - brush) / 2
    half_height, half_width = ((bottom - top) / 2 + margin) * zoom, ((right - left) / 2 + margin) * zoom
    line = np.arange(_FINE) + 0.5 - _FINE / 2
    redrawn &= (np.abs(line) < max(half_height, 1))[:, None] & (np.abs(line) < max(half_width, 1))
    if not redrawn.any():  # shavings that only the wider brush had left
        return fit_like_mnist(seen[edge, edge], side)
    return fit_like_mnist(redrawn, side, smallest=_FINE_BOX)


def fit_like_mnist(raster: npt.NDArray[np.generic], side: int = 28, smallest: float = 1) -> Floats | None:
    """Crop, scale and centre a picture of a digit as MNIST's were.

    raster: (n, n), 0 is no ink, bool or floats up to 1. side: of the result, in pixels.
    smallest: ink less than this many raster pixels across is not enlarged to fill the box.
    Returns (side, side) float32 in [0, 1] with its peak at 1, read-only; None for a blank raster.
    Raises ValueError for a side that is not at least 1.
    """
    if side < 1:
        raise ValueError(f"side: {side} is not at least 1 pixel")
    ink = raster.astype(np.float32)
    if not ink.any():
        return None
    top, bottom, left, right = _extent(ink > 0)
    pixel = max(bottom - top, right - left, smallest) / max(1, round(BOX * side))
    rows = _edges(ink.sum(1), top, bottom, pixel, side)
    columns = _edges(ink.sum(0), left, right, pixel, side)
    image = _sums_between(columns, _sums_between(rows, ink).T).T
    fitted: Floats = np.clip(image / image.max(), 0, 1)
    return freeze(fitted)


def _edges(ink: Floats, first: int, last: int, pixel: float, side: int) -> Places:
    """Where the edges of the image's pixels lie on the raster along one axis, (side + 1,).

    ink: (n,) in each line; first, last: the range of lines that hold any; pixel: lines a pixel.
    """
    centre = float(ink @ (np.arange(len(ink)) + 0.5)) / float(ink.sum())
    # Centre of mass on the middle of the central pixel, but never so that ink is cut off.
    start = min(max(centre - (side // 2 + 0.5) * pixel, last - side * pixel), first)
    return np.linspace(start, start + side * pixel, side + 1)


def _sums_between(edges: Places, lines: Floats) -> Floats:
    """Sum the lines (n, m) between successive edges, which may cut lines in parts: (edges − 1, m).

    Differences of the running sum: the same as a product with a matrix of overlaps, but it wakes
    no BLAS threads that would compete with the engine's.
    """
    total = np.zeros((len(lines) + 1, lines.shape[1]), np.float32)
    np.cumsum(lines, axis=0, out=total[1:])
    edges = np.clip(edges, 0, len(lines))
    line = np.minimum(edges.astype(np.int64), len(lines) - 1)
    part = (edges - line).astype(np.float32)[:, None]
    sums: Floats = np.diff(total[line] * (1 - part) + total[line + 1] * part, axis=0)
    return sums


def _extent(ink: Raster) -> tuple[int, int, int, int]:
    """First row with ink and the one after the last, then the same for columns."""
    rows, columns = np.flatnonzero(ink.any(1)), np.flatnonzero(ink.any(0))
    return int(rows[0]), int(rows[-1]) + 1, int(columns[0]), int(columns[-1]) + 1


def _on_canvas(stroke: Stroke) -> list[Stroke]:
    """The parts of a stroke of which anything shows, moved onto the canvas; erasers as they are."""
    reach = 0.5 + stroke.diameter / 2
    if stroke.erase or np.abs(stroke.points - 0.5).max() <= 0.5:
        return [stroke]
    points = _resample(stroke.points, 1 / RESOLUTION)
    inside = np.abs(points - 0.5).max(1) < reach
    runs = np.split(points, np.flatnonzero(np.diff(inside)) + 1)
    return [Stroke(np.clip(run, 0, 1), stroke.diameter) for run in runs[not inside[0] :: 2]]


def _reach_beyond(strokes: Sequence[Stroke]) -> int:
    """How far ink would reach beyond the canvas if that did not cut it off, in raster pixels."""
    reaches = [
        np.abs(stroke.points - 0.5).max() + stroke.diameter / 2 for stroke in strokes if not stroke.erase
    ]
    return max(0, int(np.ceil((max(reaches, default=0.5) - 0.5) * RESOLUTION)))


def _typical_diameter(strokes: Sequence[Stroke], seen: Raster, beyond: int) -> float:
    """Mean brush of the strokes that still show, in raster pixels, weighted by how much of each does.

    seen: what is inked; it reaches so many pixels beyond the canvas.
    """
    brushes = [stroke for stroke in strokes if not stroke.erase]
    weights = []
    for stroke in brushes:
        x, y = np.floor(_resample(stroke.points * RESOLUTION + beyond, 2.0).T).astype(np.int64)
        weights.append(np.count_nonzero(seen[y, x]))
    diameters = [stroke.diameter for stroke in brushes]
    return RESOLUTION * float(np.average(diameters, weights=weights if any(weights) else None))


def _adjusted(stroke: Stroke, brush: float, pen: float) -> float:
    """The diameter of a stroke, in raster pixels, once the typical brush is as wide as `pen`.

    Brush and eraser change by the same amount, so the eraser still reaches as far beyond the
    points as the ink does; narrow ones shrink in proportion instead of vanishing.
    """
    diameter = stroke.diameter * RESOLUTION
    change = pen - brush
    return diameter + (change if change > 0 else change * min(1.0, diameter / brush))


def _paint(strokes: Iterable[tuple[Points, float, bool]], size: int) -> Raster:
    """Draw (points, diameter, erase), all in raster pixels, in order onto a (size, size) raster."""
    raster = np.zeros((size, size), np.bool_)
    for erase, group in groupby(strokes, key=lambda stroke: stroke[2]):
        radii = []
        centres = []
        for points, diameter, _ in group:
            radius = max(diameter / 2, 0.75)
            # Discs a third of a radius apart leave scallops of 1/72 of it.
            centres.append(_resample(points, max(1.0, radius / 3)))
            radii.append(np.full(len(centres[-1]), radius))
        _draw_discs(raster, np.concatenate(centres), np.concatenate(radii), not erase)
    return raster


def _draw_discs(raster: Raster, centres: Points, radii: Places, ink: bool) -> None:
    """Set the pixels of `raster` whose middle lies inside any of the discs to `ink`.

    A disc is a run of pixels in each row it touches: +1 where the run starts, −1 where it ends,
    and the running sum along the row is positive exactly inside some disc.
    """
    reach = float(radii.max())
    left, top = np.clip(np.floor(centres.min(0) - reach), 0, len(raster)).astype(np.int64)
    right, bottom = np.clip(np.ceil(centres.max(0) + reach), 0, len(raster)).astype(np.int64)
    height, width = int(bottom - top), int(right - left)
    if height <= 0 or width <= 0:
        return
    x, y = (centres - (left, top)).T[..., None]
    row = np.floor(y).astype(np.int64) + np.arange(-int(np.ceil(reach)), int(np.ceil(reach)) + 1)
    squared = (radii * radii)[:, None] - (row + 0.5 - y) ** 2
    shown = (squared > 0) & (row >= 0) & (row < height)
    half = np.sqrt(squared[shown])
    x = np.broadcast_to(x, row.shape)[shown] - 0.5
    base = row[shown] * (width + 1)
    start = np.clip(np.ceil(x - half).astype(np.int64), 0, width)
    end = np.maximum(np.clip(np.floor(x + half).astype(np.int64) + 1, 0, width), start)
    cells = height * (width + 1)
    steps = np.bincount(base + start, minlength=cells) - np.bincount(base + end, minlength=cells)
    inside = np.cumsum(steps.reshape(height, width + 1), axis=1)[:, :width] > 0
    raster[top:bottom, left:right][inside] = ink


def _resample(points: Points, spacing: float) -> Points:
    """Points evenly spaced along a polyline, its ends included."""
    along = np.concatenate(([0.0], np.cumsum(np.hypot(*np.diff(points, axis=0).T))))
    places = np.linspace(0, along[-1], int(np.ceil(along[-1] / spacing)) + 1)
    return np.column_stack([np.interp(places, along, points[:, axis]) for axis in (0, 1)])
