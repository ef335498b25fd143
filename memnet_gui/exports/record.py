"""The pictures of the animated record: a layer's mosaic as it grew, page by page. NumPy and Qt's text.

Every memory has one place for the whole record: within its column in order of recruitment or, where
the layer holds whole digits, in order of recruitment alone. New memories flash; nothing ever jumps.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from PySide6.QtCore import Qt
from PySide6.QtGui import QFontMetrics, QImage, QPainter

from engine.arrays import Bytes, Ints
from engine.findings import Growth, Page
from engine.frame import LayerInfo
from engine.metrics import RECENT
from memnet_gui.exports.pigments import Pigments
from memnet_gui.exports.text import font, pixels_of
from memnet_gui.exports.tiles import resized
from memnet_gui.mosaic_atlas import Scale
from memnet_gui.mosaic_plan import Plan, in_place, one_after_another
from memnet_gui.theme import GRID, LARGE, Theme

ASPECT = 16 / 10
"""Width over height that the mosaic is laid out for."""
LARGEST = 4_000_000
"""Pixels of a frame; tiles are made smaller until it has no more."""
LONGEST_SIDE = 4096
"""What every decoder of H.264 can show."""
SMALLEST_TILE = 2
MARGIN = 4 * GRID
FADING = 2
"""Frames for which a new memory is marked, each more faintly."""
HOLD = 2.0
"""Seconds for which the last frame stays."""


@dataclass(frozen=True, slots=True)
class Layout:
    """Where the memories of a record stand.

    slots: every slot that holds a memory on any page, (n,) int64, in order of rising places. places:
    (n,) int64 positions in `plan`. tile: pixels a side.
    """

    plan: Plan
    scale: Scale
    slots: Ints
    places: Ints

    @property
    def width(self) -> int:
        return max(1, self.plan.width)

    @property
    def height(self) -> int:
        return max(1, self.plan.height)

    @property
    def fits(self) -> bool:
        return self.width * self.height <= LARGEST and max(self.width, self.height) <= LONGEST_SIDE - 256

    def corners(self, slots: Ints) -> tuple[Ints, Ints]:
        """x and y, (n,) each, of the cells of these slots."""
        return self.plan.corners(self.places[np.searchsorted(self.slots, slots)])


def lay_out(ever: Ints, layer: LayerInfo, tile: int) -> Layout:
    """Places for slots in order of recruitment, with tiles of at most `tile` pixels a side.

    ever: (n,) int64, each slot once. Tiles are made smaller until a frame is within `LARGEST`.
    """
    columns = ever // layer.capacity
    order = np.argsort(columns, kind="stable")
    counts = np.bincount(columns, minlength=layer.fields)
    rank = np.empty(len(ever), np.int64)
    rank[order] = np.arange(len(ever)) - np.repeat(np.cumsum(counts) - counts, counts)
    most = max(1, int(counts.max(initial=0)))
    by_slot = np.argsort(ever)
    for size in range(tile, SMALLEST_TILE - 1, -1):
        scale = Scale(size, seam=1)
        plan = _plan(layer, most, scale)
        places = (columns * plan.stride + rank)[by_slot]
        layout = Layout(plan, scale, ever[by_slot], places)
        if layout.fits:
            break
    return layout


def _plan(layer: LayerInfo, most: int, scale: Scale) -> Plan:
    if not layer.whole:
        return in_place(layer.rows, layer.columns, most, scale, ASPECT)
    across = max(1, round((most * ASPECT) ** 0.5))
    return one_after_another(most, scale, across * scale.pitch)


def ever_used(growth: Growth) -> Ints:
    """Every slot of a record once, (n,) int64, in order of first appearance; within a page by slot."""
    seen = np.concatenate([np.zeros(0, np.int64), *(np.sort(page.slots) for page in growth.pages)])
    unique, first = np.unique(seen, return_index=True)
    return unique[np.argsort(first)]


@dataclass(frozen=True, eq=False)
class Record:
    """An animated record, ready to be painted.

    title: what stands above the mosaic. tile: pixels a side of a memory, at most.
    """

    growth: Growth
    layer: LayerInfo
    title: str
    theme: Theme
    tile: int
    frames_per_second: int

    @cached_property
    def layout(self) -> Layout:
        return lay_out(ever_used(self.growth), self.layer, self.tile)

    @cached_property
    def size(self) -> tuple[int, int]:
        """Width and height of a frame in pixels, both even, as H.264 wants them."""
        return frame_size(self.layout, self.title)

    @property
    def origin(self) -> tuple[int, int]:
        """x and y of the top-left pixel of the mosaic in a frame."""
        return (self.size[0] - self.layout.width) // 2, _Strip.for_width(self.layout.width).height

    @property
    def frames(self) -> int:
        """How many frames there are: one for each page, and one for each step in which the last fades."""
        return len(self.growth.pages) + FADING if self.growth.pages else 0

    @property
    def seconds(self) -> float:
        return (self.frames - 1) / self.frames_per_second + HOLD if self.frames else 0.0

    @property
    def colored(self) -> bool:
        return any(page.tiles.ndim == 4 for page in self.growth.pages)

    def paint(self, pigments: Pigments) -> Iterator[Bytes]:
        """Every frame in turn, (height, width[, 3]) uint8: one array, painted on, to be copied or written
        before the next one is asked for."""
        return _Painter(self, pigments).paint()


def frame_size(layout: Layout, title: str) -> tuple[int, int]:
    """Width and height of a frame in pixels, both even."""
    strip = _Strip.for_width(layout.width)
    widest = max(strip.width_of(title), strip.width_of(_figures(10**6, 10**6, 1.0)))
    width = max(layout.width, widest) + 2 * MARGIN
    height = strip.height + layout.height + MARGIN
    return width + width % 2, height + height % 2


class _Painter:
    """Paints the pages of a record onto one canvas, only where something changed.

    Memories are rows here: where their slots stand in the layout's.
    """

    def __init__(self, record: Record, pigments: Pigments) -> None:
        self._record = record
        self._layout = record.layout
        self._pigments = pigments
        self._strip = _Strip.for_width(self._layout.width)
        width, height = record.size
        self._canvas = np.empty((height, width, *pigments.pixel_shape), np.uint8)
        self._left, self._top = record.origin
        x, y = self._layout.corners(self._layout.slots)
        self._x, self._y = x + self._left, y + self._top
        count, size = len(self._layout.slots), self._layout.scale.size
        self._tiles = np.zeros((count, size, size, *((3,) if record.colored else ())), np.uint8)
        self._in_use = np.zeros(count, bool)
        self._ages = np.full(count, FADING)
        """Pages since a memory was new, up to `FADING`, when that is marked no more."""

    def paint(self) -> Iterator[Bytes]:
        pages = self._record.growth.pages
        if not pages:
            return
        self._begin()
        for page in pages:
            self._write(page)
            touched = np.union1d(self._grow_older(), self._turn(page))
            self._draw(touched)
            yield self._canvas
        for _ in range(FADING):
            self._draw(self._grow_older())
            yield self._canvas

    def _begin(self) -> None:
        plan, pigments = self._layout.plan, self._pigments
        self._canvas[:] = pigments.flat("background")
        for row in range(plan.down.blocks):
            for column in range(plan.across.blocks):
                x, y = self._left + plan.across.start(column, 0), self._top + plan.down.start(row, 0)
                block = (plan.across.cells * plan.across.pitch, plan.down.cells * plan.down.pitch)
                self._canvas[y : y + block[1], x : x + block[0]] = pigments.flat(self._ground)
        self._put_text(self._record.title, self._strip.title_top, quiet=False)

    @property
    def _ground(self) -> str:
        return "paper" if self._record.layer.whole else "raised"

    def _turn(self, page: Page) -> Ints:
        """Take in what a page changes; which rows have to be drawn again."""
        gone = np.searchsorted(self._layout.slots, page.gone)
        self._in_use[gone] = False
        self._ages[gone] = FADING
        rows = np.searchsorted(self._layout.slots, page.slots)
        if len(rows):
            self._tiles[rows] = resized(page.tiles, self._layout.scale.size)
        self._ages[rows[~self._in_use[rows]]] = 0
        self._in_use[rows] = True
        return np.concatenate([gone, rows])

    def _grow_older(self) -> Ints:
        """What was new is less so; which rows have to be drawn again."""
        marked = np.flatnonzero(self._ages < FADING)
        self._ages[marked] += 1
        return marked

    def _draw(self, rows: Ints) -> None:
        ages, in_use = self._ages[rows], self._in_use[rows]
        ground = self._pigments.flat(self._ground)
        self._draw_cells(rows[~in_use], ground)
        self._draw_cells(rows[in_use & (ages == FADING)], ground, None)
        for age in range(FADING):
            self._draw_cells(rows[in_use & (ages == age)], self._pigments.mark(age), age)

    def _draw_cells(self, rows: Ints, around: Bytes, age: int | None = -1) -> None:
        """age: pages since these memories were new, None for old ones, -1 for places that are empty."""
        if not len(rows):
            return
        scale, pigments = self._layout.scale, self._pigments
        cells = np.empty((len(rows), scale.pitch, scale.pitch, *pigments.pixel_shape), np.uint8)
        cells[:] = around
        if age != -1:
            inner = slice(scale.inset, scale.inset + scale.size)
            cells[:, inner, inner] = pigments.tiles(self._tiles[rows], age)
        within = np.arange(scale.pitch)
        self._canvas[
            self._y[rows, None, None] + within[:, None],
            self._x[rows, None, None] + within,
        ] = cells

    def _write(self, page: Page) -> None:
        """The figures of a page, and how far the record has got."""
        self._put_text(_figures(page.digit, page.memories, page.recent), self._strip.figures_top, quiet=True)
        last = max(1, self._record.growth.pages[-1].digit)
        width = self._canvas.shape[1] - 2 * MARGIN
        bar = self._canvas[self._strip.bar_top : self._strip.bar_top + _Strip.BAR, MARGIN : MARGIN + width]
        bar[:] = self._pigments.flat("line")
        bar[:, : round(width * page.digit / last)] = self._pigments.flat("accent")

    def _put_text(self, text: str, top: int, *, quiet: bool) -> None:
        coverage = self._strip.coverage(text, self._canvas.shape[1] - 2 * MARGIN)
        height, width = coverage.shape
        self._canvas[top : top + height, MARGIN : MARGIN + width] = self._pigments.text(coverage, quiet=quiet)


@dataclass(frozen=True, slots=True)
class _Strip:
    """The caption above the mosaic: the title, the figures, and a bar for the time."""

    pixels: int
    """Of the type."""

    BAR = 2

    @staticmethod
    def for_width(width: int) -> _Strip:
        return _Strip(LARGE if width < 1000 else LARGE * 3 // 2)

    @property
    def line(self) -> int:
        return self.pixels * 3 // 2

    @property
    def title_top(self) -> int:
        return MARGIN - GRID

    @property
    def figures_top(self) -> int:
        return self.title_top + self.line

    @property
    def bar_top(self) -> int:
        return self.figures_top + self.line + GRID

    @property
    def height(self) -> int:
        return self.bar_top + self.BAR + 3 * GRID

    def width_of(self, text: str) -> int:
        return QFontMetrics(font(self.pixels)).horizontalAdvance(text) + 2

    def coverage(self, text: str, width: int) -> Bytes:
        """How much of each pixel a line of text covers, (line, width) uint8."""
        image = QImage(width, self.line, QImage.Format.Format_Grayscale8)
        image.fill(0)
        painter = QPainter(image)
        painter.setFont(font(self.pixels))
        painter.setPen(Qt.GlobalColor.white)
        metrics = painter.fontMetrics()
        painter.drawText(0, (self.line - metrics.height()) // 2 + metrics.ascent(), text)
        painter.end()
        return pixels_of(image)


def _figures(digits: int, memories: int, recent: float | None) -> str:
    known = "" if recent is None else f" · {100 * recent:.1f} % of the last {min(digits, RECENT):,} right"
    return f"{digits:,} digits · {memories:,} memories{known}"
