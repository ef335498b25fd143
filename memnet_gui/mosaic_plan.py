"""Where display positions lie in the picture: geometry alone, in level pixels."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from math import ceil

import numpy as np

from engine.arrays import Ints
from memnet_gui.mosaic_atlas import Scale

SMALLEST_GAP = 4
"""Level pixels between blocks, so that they are told apart also where tiles have nothing between them."""


@dataclass(frozen=True, slots=True)
class Span:
    """The part of one axis that a window shows, as whole cells.

    blocks, cells: for each visible cell its block and its number within the block. pieces: runs of
    neighbouring cells as (first cell, number of cells, offset of the run from the window's edge).
    """

    blocks: Ints
    cells: Ints
    pieces: tuple[tuple[int, int, int], ...]


@dataclass(frozen=True, slots=True)
class Axis:
    """Cells along one axis: `blocks` blocks of `cells` cells, `gap` level pixels between blocks."""

    blocks: int
    cells: int
    pitch: int
    gap: int

    @property
    def stride(self) -> int:
        """From the start of one block to the start of the next."""
        return self.cells * self.pitch + self.gap

    @property
    def length(self) -> int:
        return max(0, self.blocks * self.stride - self.gap)

    def start(self, block: int, cell: int) -> int:
        return block * self.stride + cell * self.pitch

    def cell_at(self, offset: int) -> tuple[int, int] | None:
        """(block, cell) at an offset; None in a gap and outside."""
        if not 0 <= offset < self.length:
            return None
        block, within = divmod(offset, self.stride)
        cell = within // self.pitch
        return (block, cell) if cell < self.cells else None

    def span(self, first: int, length: int) -> Span:
        """The cells that touch the window [first, first + length)."""
        blocks, cells, pieces = [], [], []
        made = 0
        from_block = max(0, first // self.stride)
        to_block = min(self.blocks, ceil((first + length) / self.stride))
        for block in range(from_block, to_block):
            begin = first - block * self.stride
            low = max(0, begin // self.pitch)
            high = min(self.cells, ceil((begin + length) / self.pitch))
            if low < high:
                blocks.append(np.full(high - low, block))
                cells.append(np.arange(low, high))
                pieces.append((made, high - low, self.start(block, low) - first))
                made += high - low
        nothing = np.zeros(0, np.int64)
        return Span(
            np.concatenate(blocks) if blocks else nothing,
            np.concatenate(cells) if cells else nothing,
            tuple(pieces),
        )


@dataclass(frozen=True, slots=True)
class Plan:
    """A grid of equal blocks, each holding `stride` positions row by row."""

    stride: int
    across: Axis
    down: Axis

    @property
    def width(self) -> int:
        return self.across.length

    @property
    def height(self) -> int:
        return self.down.length

    def extends(self, other: Plan) -> bool:
        """Does every position of the other plan lie here where it lay there? Rows may have been added."""
        return self == other or (
            self.across == other.across
            and (self.across.blocks, self.down.blocks, other.down.blocks) == (1, 1, 1)
            and self.down.pitch == other.down.pitch
            and self.down.cells >= other.down.cells
        )

    def corner(self, position: int) -> tuple[int, int]:
        """(x, y) of the top-left level pixel of a position's cell."""
        block, within = divmod(position, self.stride)
        block_row, block_column = divmod(block, self.across.blocks)
        row, column = divmod(within, self.across.cells)
        return self.across.start(block_column, column), self.down.start(block_row, row)

    def corners(self, positions: Ints) -> tuple[Ints, Ints]:
        """`corner` of many positions at once: x (n,), y (n,)."""
        block, within = np.divmod(positions, self.stride)
        block_row, block_column = np.divmod(block, self.across.blocks)
        row, column = np.divmod(within, self.across.cells)
        x = block_column * self.across.stride + column * self.across.pitch
        y = block_row * self.down.stride + row * self.down.pitch
        return x, y

    def position(self, x: int, y: int) -> int:
        """The position whose cell holds a level pixel; -1 where there is none."""
        column, row = self.across.cell_at(x), self.down.cell_at(y)
        if column is None or row is None:
            return -1
        within = row[1] * self.across.cells + column[1]
        if within >= self.stride:
            return -1
        return (row[0] * self.across.blocks + column[0]) * self.stride + within

    def positions(self, rows: Span, columns: Span) -> Ints:
        """(R, C) positions of the cells of two spans, -1 where a block has no such position."""
        within = rows.cells[:, None] * self.across.cells + columns.cells[None, :]
        block = rows.blocks[:, None] * self.across.blocks + columns.blocks[None, :]
        return np.where(within < self.stride, block * self.stride + within, -1)


def one_after_another(count: int, scale: Scale, width: int) -> Plan:
    """Rows of memories that fill a view `width` level pixels wide."""
    per_row = max(1, width // scale.pitch)
    rows = max(1, ceil(count / per_row))
    return Plan(per_row * rows, Axis(1, per_row, scale.pitch, 0), Axis(1, rows, scale.pitch, 0))


@lru_cache(maxsize=64)
def block_width(rows: int, columns: int, capacity: int, aspect: float) -> int:
    """How many of a block's `capacity` cells stand side by side, for the largest cells.

    rows × columns blocks are to fill a view that is `aspect` times as wide as it is high.
    """
    down = np.arange(1, capacity + 1)
    across = -(-capacity // down)
    cell = np.minimum(aspect / (columns * across), 1 / (rows * down))
    return int(across[np.argmax(cell)])


def in_place(rows: int, columns: int, capacity: int, scale: Scale, aspect: float = 1.0) -> Plan:
    """A block for each of rows × columns receptive fields, with room for all memories it can hold."""
    per_row = block_width(rows, columns, capacity, aspect)
    gap = max(SMALLEST_GAP, scale.pitch // 2)
    return Plan(
        capacity,
        Axis(columns, per_row, scale.pitch, gap),
        Axis(rows, ceil(capacity / per_row), scale.pitch, gap),
    )
