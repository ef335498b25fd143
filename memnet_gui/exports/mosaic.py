"""The mosaic of a layer as a PNG: any tile size, sorted as in the window, with captions if wanted."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from enum import Enum
from math import ceil, sqrt
from pathlib import Path

import numpy as np
from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QColor, QFontMetrics, QImage, QPainter

from engine.arrays import Bytes, Ints
from engine.files import unwritable, write_file
from engine.png import encode_png
from memnet_gui.curve_reading import percent
from memnet_gui.exports.run import Memories, Progress, Run, go_on
from memnet_gui.exports.text import font, pixels_of
from memnet_gui.exports.tiles import faint, ink_palette, resized
from memnet_gui.memory_words import layer_name
from memnet_gui.mosaic_ledger import Ledger
from memnet_gui.mosaic_order import Choice, Sort
from memnet_gui.mosaic_plan import SMALLEST_GAP, Axis, Plan, block_width
from memnet_gui.theme import LIGHT, Theme

MOST_PIXELS = 64_000_000
"""Pixels of a picture: 64 MB while it is made, and about what image viewers open."""
LARGEST_TILE = 1024
ASPECT = 4 / 3
_SEAM = 28
"""Level of the frame around a patch, whose own rim need not be blank as a digit's is."""
_AT_ONCE = 1 << 22
"""Pixels of tiles put into the picture in one step."""
_HEADED_WIDTH = 480
"""A picture with a header is at least that wide, so that its lines are not broken at every word."""
_ORDERS = {
    Sort.TIME: "oldest first",
    Sort.AGE: "youngest first",
    Sort.CLASS: "by class",
    Sort.WINS: "most wins first",
    Sort.USEFULNESS: "most useful first",
    Sort.LIKE_DIGIT: "oldest first",
    Sort.LIKE_DRAWING: "oldest first",
}


class Caption(Enum):
    """What stands under each tile."""

    NONE = "none"
    CLASS = "class"  # class, and the digit it was recruited at
    ID = "id"  # id, and the digit it was recruited at


@dataclass(frozen=True, slots=True)
class MosaicLook:
    """What a mosaic shows and how.

    layer: its number. tile: pixels across one memory, None is its own size. choice: order and filter;
    `in_place` lays the memories out by column. Likeness is to something that a snapshot does not hold:
    such an order is by age here. caption: also puts a header above everything.
    """

    layer: int = 0
    tile: int | None = None
    choice: Choice = field(default_factory=Choice)
    caption: Caption = Caption.NONE
    theme: Theme = LIGHT


def write_mosaic(run: Run, path: Path, look: MosaicLook, progress: Progress = go_on) -> bool:
    """Write the mosaic as a PNG, whole or not at all. → False where `progress` said to stop.

    May run on any thread; text needs a QGuiApplication (`exports.text.ready_for_text`). Raises
    OSError with a sentence where it would be too large or cannot be written; an old file then stays.
    """
    picture = Mosaic(run, look).draw(progress)
    if picture is None:
        return False
    palette = None if picture.ndim == 3 else ink_palette(look.theme)
    try:
        content = encode_png(picture, palette)
    except MemoryError as error:
        raise unwritable(path, OSError("there is not enough memory for it")) from error
    write_file(path, content)
    return True


class Mosaic:
    """A mosaic before it is drawn: what is in it and where. Cheap, so a dialog may ask for its size.

    Raises ValueError where the look names no layer of the run or no size of a tile.
    """

    def __init__(self, run: Run, look: MosaicLook) -> None:
        if not 0 <= look.layer < len(run.layers):
            raise ValueError(f"layer: there is no layer {look.layer}")
        self._run, self._look = run, look
        self._layer = run.layers[look.layer]
        self.tile = look.tile or self._layer.field
        if not 1 <= self.tile <= LARGEST_TILE:
            raise ValueError(f"tile: {self.tile} is not 1 to {LARGEST_TILE} pixels")
        self.rows = _shown(run, look)
        """(n,) rows of `Run.memories` in reading order."""
        self._margin = min(6, max(1, round(self.tile / 14)))
        self.captions: tuple[str, ...] = self._written() if look.caption is not Caption.NONE else ()
        self._letters = min(20, max(10, round(self.tile / 9)))
        """Pixels high that captions are."""
        self._plan, self._positions = self._laid_out()
        self.width, self.height = self._plan.width, self._plan.height
        self._above = 0
        if look.caption is not Caption.NONE:
            self.width = max(self.width, _HEADED_WIDTH)
            self._above = self._header_height()
            self.height += self._above

    # ── what is where ─────────────────────────────────────────────────────────────────────────

    @property
    def count(self) -> int:
        """Memories in it."""
        return len(self.rows)

    def corners(self) -> tuple[Ints, Ints]:
        """Where the top-left pixels of the tiles are in the picture: x (n,), y (n,)."""
        x, y = self._plan.corners(self._positions)
        return x + (self._plan.across.pitch - self.tile) // 2, y + self._above + self._margin

    def require_fit(self) -> None:
        """Raise OSError with a sentence where the picture would have more than `MOST_PIXELS`."""
        if self.width * self.height <= MOST_PIXELS:
            return
        shrink = sqrt(MOST_PIXELS / (self.width * self.height))
        smaller = next((tile for tile in range(int(self.tile * shrink) + 1, 0, -1) if self._fits(tile)), None)
        advice = (
            "show one class or column" if smaller is None else f"choose tiles of {smaller} pixels or less"
        )
        raise OSError(
            f"The mosaic would have {self.width:,} × {self.height:,} pixels, and pictures of more than "
            f"{MOST_PIXELS // 1_000_000} million open hardly anywhere. Nothing was written; {advice}."
        )

    def _fits(self, tile: int) -> bool:
        other = Mosaic(self._run, replace(self._look, tile=tile))
        return other.width * other.height <= MOST_PIXELS

    def _laid_out(self) -> tuple[Plan, Ints]:
        """The grid, and the position in it of each memory that is shown."""
        across = self.tile + 2 * self._margin
        down = across
        if self.captions:
            metrics = QFontMetrics(font(self._letters))
            across = max(across, *map(metrics.horizontalAdvance, self.captions)) + metrics.averageCharWidth()
            down += metrics.height()
        if not self._look.choice.in_place:
            count = max(1, self.count)
            per_row = max(1, round(sqrt(count * ASPECT * down / across)))
            lines = ceil(count / per_row)
            plan = Plan(per_row * lines, Axis(1, per_row, across, 0), Axis(1, lines, down, 0))
            return plan, np.arange(self.count)
        columns = self._memories.slots[self.rows] // self._layer.capacity
        ranks = _ranks(columns)
        fullest = int(ranks.max(initial=0)) + 1
        per_row = block_width(self._layer.rows, self._layer.columns, fullest, down / across)
        gap = max(SMALLEST_GAP, self.tile // 2)
        return (
            Plan(
                fullest,
                Axis(self._layer.columns, per_row, across, gap),
                Axis(self._layer.rows, ceil(fullest / per_row), down, gap),
            ),
            columns * fullest + ranks,
        )

    @property
    def _memories(self) -> Memories:
        return self._run.memories(self._look.layer)

    # ── drawing ───────────────────────────────────────────────────────────────────────────────

    def draw(self, progress: Progress = go_on) -> Bytes | None:
        """The picture, None where `progress` said to stop. Grey memories: (height, width) uint8, 0 is
        paper and 255 ink; coloured ones: (height, width, 3) uint8 as they are to be seen.

        Raises OSError with a sentence where it would be too large.
        """
        self.require_fit()
        canvas = self._lettered()
        x, y = self.corners()
        muted = self._memories.muted[self.rows]
        for part in self._portions():
            if not self._layer.whole:
                framed = self.tile + 2 * self._margin
                _place(canvas, x[part] - self._margin, y[part] - self._margin, framed, self._seam)
            tiles = resized(self._run.pictures(self._look.layer, self.rows[part]), self.tile)
            faint(tiles, muted[part])
            _place(canvas, x[part], y[part], self.tile, tiles)
            if not progress(part.stop, self.count):
                return None
        return canvas

    def _portions(self) -> Iterator[slice]:
        step = max(1, _AT_ONCE // self.tile**2)
        for start in range(0, self.count, step):
            yield slice(start, min(start + step, self.count))

    @property
    def _coloured(self) -> bool:
        return self._run.config.channels == 3

    @property
    def _seam(self) -> Bytes:
        return _rgb(self._look.theme.color("line")) if self._coloured else np.array(_SEAM, np.uint8)

    def _lettered(self) -> Bytes:
        """Paper with everything that is written on it."""
        coloured, theme = self._coloured, self._look.theme
        if self._look.caption is Caption.NONE:
            if coloured:
                return np.tile(_rgb(theme.color("paper")), (self.height, self.width, 1))
            return np.zeros((self.height, self.width), np.uint8)
        form = QImage.Format.Format_RGB888 if coloured else QImage.Format.Format_Grayscale8
        image = QImage(self.width, self.height, form)
        image.fill(theme.color("paper") if coloured else Qt.GlobalColor.black)
        painter = QPainter(image)
        painter.setPen(theme.color("text") if coloured else Qt.GlobalColor.white)
        self._draw_header(painter)
        painter.setFont(font(self._letters))
        x, y = self._plan.corners(self._positions)
        y += self._above + self.tile + self._margin
        high = self._plan.down.pitch - self.tile - self._margin
        for text, left, top in zip(self.captions, x.tolist(), y.tolist(), strict=True):
            place = QRect(left, top, self._plan.across.pitch, high)
            painter.drawText(place, Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignTop, text)
        painter.end()
        return pixels_of(image)

    # ── words ─────────────────────────────────────────────────────────────────────────────────

    def _written(self) -> tuple[str, ...]:
        """A line for each memory shown: "7 · 1,204", with † where it was taught and × where it is muted."""
        own, names = self._memories, self._run.class_names
        taught, muted = own.taught[self.rows], own.muted[self.rows]
        signs = ("", " †", " ×", " †×")
        first = (
            [names[number] for number in own.classes[self.rows].tolist()]
            if self._look.caption is Caption.CLASS
            else [f"#{number}" for number in own.ids[self.rows].tolist()]
        )
        births = own.births[self.rows].tolist()
        return tuple(
            f"{name} · {birth:,}{signs[sign]}"
            for name, birth, sign in zip(first, births, (taught + 2 * muted).tolist(), strict=True)
        )

    def header(self) -> tuple[str, str]:
        """What run this is, and how to read the picture."""
        run, choice = self._run, self._look.choice
        title = (
            f"{run.config.preset} · seed {run.seed} · {run.digits:,} digits · "
            f"{percent(run.prequential)} right before they were learned"
        )
        memories = "1 memory" if self.count == 1 else f"{self.count:,} memories"
        name = layer_name(self._layer, run.layers)
        order = f"by column, {_ORDERS[choice.sort]} in each" if choice.in_place else _ORDERS[choice.sort]
        what = "class" if self._look.caption is Caption.CLASS else "id"
        words = [
            f"{name}: {memories}{_filter(run, choice)}, {order}. Below each: {what} · digit it was born at"
        ]
        if any("†" in caption for caption in self.captions):
            words.append("† taught by hand")
        if any("×" in caption for caption in self.captions):
            words.append("× muted")
        return title, ", ".join(words) + "."

    def _header_places(self) -> tuple[QRect, QRect, int]:
        """Where the two texts go, and how much room they take from the top."""
        left, room, wrap = 8, self.width - 16, Qt.TextFlag.TextWordWrap
        title, legend = self.header()
        first = QFontMetrics(font(16, bold=True)).boundingRect(QRect(left, 8, room, 400), wrap, title)
        second = QFontMetrics(font(13)).boundingRect(QRect(left, first.bottom() + 4, room, 400), wrap, legend)
        return first, second, second.bottom() + 12

    def _header_height(self) -> int:
        return self._header_places()[2]

    def _draw_header(self, painter: QPainter) -> None:
        first, second, _ = self._header_places()
        for place, text, letters in zip(
            (first, second), self.header(), (font(16, bold=True), font(13)), strict=True
        ):
            painter.setFont(letters)
            painter.drawText(place, Qt.TextFlag.TextWordWrap, text)


def _shown(run: Run, look: MosaicLook) -> Ints:
    """(n,) rows of the memories that the filter lets through, in order."""
    layer = run.layers[look.layer]
    ledger = Ledger(layer.fields * layer.capacity, layer.capacity)
    catalogue = run.catalogue(look.layer)
    ledger.admit(catalogue.slots)
    ledger.record(catalogue, run.digits)
    return np.searchsorted(catalogue.slots, ledger.ranked(look.choice))


def _place(canvas: Bytes, x: Ints, y: Ints, side: int, content: Bytes) -> None:
    """Fill squares of the canvas whose corners are (x, y), (n,) each."""
    within = np.arange(side)
    canvas[y[:, None, None] + within[:, None], x[:, None, None] + within] = content


def _rgb(color: QColor) -> Bytes:
    return np.array([color.red(), color.green(), color.blue()], np.uint8)


def _ranks(columns: Ints) -> Ints:
    """(n,) column of each → (n,) how many of the same column stand before it."""
    order = np.argsort(columns, kind="stable")
    starts = np.concatenate(([0], np.cumsum(np.bincount(columns))))
    ranks = np.empty(len(columns), np.int64)
    ranks[order] = np.arange(len(columns)) - starts[columns[order]]
    return ranks


def _filter(run: Run, choice: Choice) -> str:
    words = []
    if choice.only_class is not None:
        words.append(f" of class {run.class_names[choice.only_class]}")
    if choice.only_column is not None:
        words.append(f" of column {choice.only_column}")
    return "".join(words) + (" that were searched for" if choice.query else "")
