"""The mosaic of a layer's memories: what came in, what is shown where, and its picture. NumPy only.

Cost follows the viewport: a picture is gathered from the atlas for the visible cells alone, and
afterwards only the cells that changed are written again. The number of memories matters to neither.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from engine.frame import Bytes, Catalogue, Ints, LayerInfo, MemoryTiles
from memnet_gui.mosaic_atlas import Atlas, Scale, scales, zoom_stops
from memnet_gui.mosaic_order import Choice, Facts, Ledger, Order, Sort
from memnet_gui.mosaic_plan import Plan, Span, in_place, one_after_another

DRAWN_AT_ONCE = 800
"""Tiles finished in one step; the rest wait for the next."""
FLASH_SECONDS = 0.3
"""How long a fresh write is marked; long enough to see, short enough to mean "just now"."""


@dataclass(frozen=True, slots=True, eq=False)
class Changes:
    """What a step changed. slots: tiles to draw again. moved: everything may stand elsewhere."""

    slots: Ints
    moved: bool


@dataclass(frozen=True, slots=True)
class Window:
    """What is looked at: the level pixels from (left, top) on, of everything laid out by a plan."""

    plan: Plan
    scale: Scale
    left: int
    top: int
    width: int
    height: int

    def extends(self, other: Window) -> bool:
        """Is what the other window shows still in its place in this one?"""
        return replace(self, plan=other.plan) == other and self.plan.extends(other.plan)

    def rows(self) -> Span:
        return self.plan.down.span(self.top, self.height)

    def columns(self) -> Span:
        return self.plan.across.span(self.left, self.width)

    def positions(self) -> Ints:
        """(R, C) display positions of the visible cells, -1 where there is none."""
        return self.plan.positions(self.rows(), self.columns())


class Flashes:
    """Which slots wear the mark of a fresh write, and until when."""

    def __init__(self, slots: int) -> None:
        self.kinds = np.zeros(slots + 1, np.uint8)  # the last one is slot -1, never marked
        self._until = np.zeros(slots)

    def light(self, slots: Ints, kinds: Bytes, until: float) -> None:
        written = slots[kinds > 0]
        self.kinds[written] = kinds[kinds > 0]
        self._until[written] = until

    def expire(self, now: float) -> Ints:
        """Put out what is over. → its slots."""
        lit = np.flatnonzero(self.kinds)
        over = lit[self._until[lit] <= now]
        self.kinds[over] = 0
        return over

    @property
    def burning(self) -> bool:
        return bool(self.kinds.any())


class Mosaic:
    """All memories of one layer, as they are to be shown.

    flash_seconds: how long a write stays marked; 0 is never marked.
    """

    def __init__(
        self, layer: LayerInfo, choice: Choice | None = None, flash_seconds: float = FLASH_SECONDS
    ) -> None:
        self.layer = layer
        self.choice = choice or Choice()
        self.flash_seconds = flash_seconds
        self.aspect = 1.0
        """Width of the view to its height, which columns in place are laid out for."""
        self.scales = scales(layer.field, seams=not layer.whole)
        self.zoom_stops = zoom_stops(layer.field, seams=not layer.whole)
        self._clear()

    def _clear(self) -> None:
        slots = self.layer.fields * self.layer.capacity
        self._atlas = Atlas(self.layer.field, slots, seams=not self.layer.whole)
        self._ledger = Ledger(slots, self.layer.capacity)
        self._order = Order(slots, self.layer.capacity)
        self._flashes = Flashes(slots)
        self._stale = True

    def take_tiles(self, tiles: MemoryTiles) -> None:
        """Take in pictures; they show after `step`. A complete set replaces everything."""
        if tiles.complete:
            self._clear()
        self._atlas.write(tiles.slots, tiles.kinds, tiles.tiles)

    def take_catalogue(self, catalogue: Catalogue) -> None:
        self._ledger.record(catalogue)
        self._stale = True

    def choose(self, choice: Choice) -> None:
        self._stale |= choice != self.choice
        self.choice = choice

    @property
    def waiting(self) -> int:
        """Tiles taken in that no step has finished yet."""
        return self._atlas.waiting

    @property
    def busy(self) -> bool:
        """Would `step` change anything, now or soon?"""
        return self._stale or self.waiting > 0 or self._flashes.burning

    def step(self, now: float, limit: int = DRAWN_AT_ONCE) -> Changes:
        """Finish waiting tiles, put out old flashes, keep the order right. now: seconds, any clock."""
        slots, kinds = self._atlas.drain(limit)
        if self.flash_seconds > 0:
            self._flashes.light(slots, kinds, now + self.flash_seconds)
        over = self._flashes.expire(now)
        new = self._ledger.admit(slots)
        if self.choice.sort is Sort.AGE or self._ledger.known[new].any():
            self._stale |= new.size > 0
        if self._stale:
            moved = self._arrange()
        else:
            self._order.append(self._ledger.shown(self.choice, new))
            moved = False
        return Changes(np.concatenate((slots, over)), moved)

    def _arrange(self) -> bool:
        self._stale = False
        return self._order.arrange(self._ledger.ranked(self.choice), in_place=self.choice.in_place)

    @property
    def count(self) -> int:
        """Memories shown."""
        return self._order.count

    @property
    def total(self) -> int:
        """Memories there are pictures of, shown or not."""
        return int(np.count_nonzero(self._ledger.used))

    def facts(self, slot: int) -> Facts | None:
        return self._ledger.facts(slot)

    def plan(self, scale: Scale, width: int) -> Plan:
        """Where everything lies at that scale in a view `width` level pixels wide."""
        if self.choice.in_place:
            return in_place(self.layer.rows, self.layer.columns, self.layer.capacity, scale, self.aspect)
        return one_after_another(self.count, scale, width)

    def fits(self, scale: Scale, width: int, height: int) -> bool:
        """Does everything fit, at that scale, into a view of that many device pixels?"""
        view_width, view_height = width // scale.magnify, height // scale.magnify
        plan = self.plan(scale, view_width)
        return plan.width <= view_width and plan.height <= view_height

    def fit(self, width: int, height: int) -> Scale:
        """The largest scale at which everything fits."""
        known = reversed(self.scales)
        return next((scale for scale in known if self.fits(scale, width, height)), self.scales[0])

    def slot(self, position: int) -> int:
        """The slot at a display position; -1 where there is none."""
        slots = self._order.slots
        return int(slots[position]) if 0 <= position < slots.size else -1

    def position(self, slot: int) -> int:
        """The display position of a slot; -1 when it is not shown."""
        return int(self._order.positions(np.array([slot]))[0]) if slot >= 0 else -1

    def slot_at(self, plan: Plan, x: int, y: int) -> int:
        """The slot whose cell holds a level pixel; -1 where there is none."""
        return self.slot(plan.position(x, y))

    def first_slot(self) -> int:
        """The first memory on show; -1 when there is none."""
        slots = self._order.slots
        present = slots[slots >= 0][:1]
        return int(present[0]) if present.size else -1

    def visible(self, window: Window) -> Ints:
        """(n,) slots whose cells touch the window."""
        slots = self._slots(window.positions())
        return slots[slots >= 0]

    def compose(self, window: Window, canvas: Bytes, *, marks: bool = True) -> None:
        """Draw the whole window into canvas (height, width), with the marks of fresh writes or without."""
        canvas.fill(0)
        rows, columns = window.rows(), window.columns()
        slots = self._slots(window.plan.positions(rows, columns))
        if slots.size == 0:
            return
        pitch = window.scale.pitch
        block = np.empty((slots.shape[0] * pitch, slots.shape[1] * pitch), np.uint8)
        cells = block.reshape(slots.shape[0], pitch, slots.shape[1], pitch).swapaxes(1, 2)
        kinds = self._flashes.kinds[slots] if marks else np.zeros(slots.shape, np.uint8)
        self._atlas.paint(cells, slots, window.scale, kinds)
        for row, down, y in rows.pieces:
            for column, across, x in columns.pieces:
                part = block[row * pitch : (row + down) * pitch, column * pitch : (column + across) * pitch]
                _place(canvas, part, x, y)

    def patch(self, window: Window, canvas: Bytes, slots: Ints) -> None:
        """Draw the cells of these slots, all of them `touching` the window, into canvas again."""
        x, y = window.plan.corners(self._order.positions(slots))
        pitch = window.scale.pitch
        cells = np.empty((slots.size, 1, pitch, pitch), np.uint8)
        self._atlas.paint(cells, slots[:, None], window.scale, self._flashes.kinds[slots][:, None])
        for cell, at_x, at_y in zip(cells[:, 0], x.tolist(), y.tolist(), strict=True):
            _place(canvas, cell, at_x - window.left, at_y - window.top)

    def touching(self, window: Window, slots: Ints) -> tuple[Ints, Ints, Ints]:
        """Those of the slots that the window shows, and their cells' corners in it: slots, x, y (n,)."""
        positions = self._order.positions(slots)
        slots, positions = slots[positions >= 0], positions[positions >= 0]
        x, y = window.plan.corners(positions)
        x, y = x - window.left, y - window.top
        pitch = window.scale.pitch
        seen = (x > -pitch) & (x < window.width) & (y > -pitch) & (y < window.height)
        return slots[seen], x[seen], y[seen]

    def _slots(self, positions: Ints) -> Ints:
        """Slots at positions, -1 where there is none."""
        slots = self._order.slots
        if slots.size == 0:
            return np.full(positions.shape, -1)
        inside = (positions >= 0) & (positions < slots.size)
        return np.where(inside, slots[np.where(inside, positions, 0)], -1)


def _place(canvas: Bytes, part: Bytes, x: int, y: int) -> None:
    """Copy what of a part, put at (x, y), lies on the canvas."""
    height, width = canvas.shape
    top, left = max(0, -y), max(0, -x)
    bottom, right = min(part.shape[0], height - y), min(part.shape[1], width - x)
    if top < bottom and left < right:
        canvas[y + top : y + bottom, x + left : x + right] = part[top:bottom, left:right]
