"""The mosaic of a layer's memories: what came in, what is shown where, what is selected, and its picture.
NumPy only.

Cost follows the viewport: a picture is gathered from the atlas for the visible cells alone, and
afterwards only the cells that changed are written again. The number of memories matters to neither.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from engine.arrays import Bytes, Flags, Ints
from engine.findings import Likeness
from engine.frame import Catalogue, LayerInfo, MemoryTiles
from memnet_gui.mosaic_atlas import SELECTED, Atlas, Scale, scales, zoom_stops
from memnet_gui.mosaic_ledger import Facts, Ledger
from memnet_gui.mosaic_order import Choice, Order, Sort
from memnet_gui.mosaic_plan import Plan, Span, in_place, one_after_another
from memnet_gui.mosaic_selection import Selection

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

    def put_out(self, slots: Ints) -> None:
        self.kinds[slots] = 0

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
        slots = layer.fields * layer.capacity
        self._atlas = Atlas(layer.field, slots, seams=not layer.whole)
        self.ledger = Ledger(slots, layer.capacity)
        """What is known about the memories, by slot; to be read."""
        self._order = Order(slots, layer.capacity)
        self._flashes = Flashes(slots)
        self._selection = Selection(slots)
        self._touched: list[Ints] = []
        self._stale = True

    # What comes in.

    def take_tiles(self, tiles: MemoryTiles) -> None:
        """Take in pictures; they show after `step`. A complete set replaces everything, but what is the
        same as before is not drawn again."""
        if not tiles.complete:
            self._atlas.write(tiles.slots, tiles.kinds, tiles.tiles)
            return
        listed = np.zeros(self.ledger.used.size, bool)
        listed[tiles.slots] = True
        gone = np.flatnonzero(~listed & (self.ledger.used | self.ledger.known | self._atlas.pending))
        self._atlas.forget(gone)
        self.ledger.forget(gone)
        self._flashes.put_out(gone)
        self._touch(self._selection.drop(gone))
        self._stale |= gone.size > 0
        drawn = np.flatnonzero(self.ledger.used[tiles.slots])
        same = np.zeros(tiles.slots.size, bool)
        same[drawn] = self._atlas.holds(tiles.slots[drawn], tiles.tiles[drawn])
        new = ~same
        self._atlas.write(tiles.slots[new], tiles.kinds[new], tiles.tiles[new])

    def take_catalogue(self, catalogue: Catalogue, seen: int = 0) -> None:
        """Take in facts, as they are `seen` digits into the run."""
        gone, switched = self.ledger.record(catalogue, seen)
        self._touch(self._selection.drop(gone))
        self._touch(switched)
        self._stale = True

    def take_likeness(self, likeness: Likeness) -> None:
        """Take in how far the memories are from a digit."""
        self.ledger.compare(likeness.slots, likeness.distances)
        self._stale |= self.choice.sort.by_likeness

    def _touch(self, slots: Ints) -> None:
        """Draw these again in the next step."""
        if slots.size:
            self._touched.append(slots)

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
        return self._stale or bool(self._touched) or self.waiting > 0 or self._flashes.burning

    def step(self, now: float, limit: int = DRAWN_AT_ONCE) -> Changes:
        """Finish waiting tiles, put out old flashes, keep the order right. now: seconds, any clock."""
        slots, kinds = self._atlas.drain(limit)
        if self.flash_seconds > 0:
            self._flashes.light(slots, kinds, now + self.flash_seconds)
        over = self._flashes.expire(now)
        new = self.ledger.admit(slots)
        if self.choice.sort is Sort.AGE or self.ledger.known[new].any():
            self._stale |= new.size > 0
        if self._stale:
            moved = self._arrange()
        else:
            self._order.append(self.ledger.shown(self.choice, new))
            moved = False
        touched, self._touched = self._touched, []
        return Changes(np.concatenate((slots, over, *touched)), moved)

    def _arrange(self) -> bool:
        self._stale = False
        return self._order.arrange(self.ledger.ranked(self.choice), in_place=self.choice.in_place)

    @property
    def count(self) -> int:
        """Memories shown."""
        return self._order.count

    @property
    def total(self) -> int:
        """Memories there are pictures of, shown or not."""
        return int(np.count_nonzero(self.ledger.used))

    def facts(self, slot: int) -> Facts | None:
        return self.ledger.facts(slot)

    def holds(self, slot: int) -> bool:
        """Is there a memory with a picture, shown or not?"""
        return slot >= 0 and bool(self.ledger.used[slot])

    def positions(self, slots: Ints) -> Ints:
        """The display positions of slots; -1 for what is not shown."""
        return self._order.positions(slots)

    def shown(self) -> Ints:
        """(n,) slots in reading order."""
        slots = self._order.slots
        return slots[slots >= 0]

    # What is selected: only what a catalogue has named, since it is by its id that it can be asked for.

    @property
    def selected(self) -> Ints:
        """(n,) slots."""
        return self._selection.slots

    def selected_ids(self) -> tuple[int, ...]:
        return tuple(self.ledger.ids[self._selection.slots].tolist())

    def toggle(self, slot: int) -> None:
        """Select a memory, or no longer."""
        if slot >= 0 and self.ledger.known[slot]:
            self._touch(self._selection.toggle(slot))

    def select(self, slots: Ints) -> None:
        """Select these as well."""
        self._touch(self._selection.add(slots[self.ledger.known[slots]]))

    def select_to(self, slot: int, start: int) -> None:
        """Select everything in reading order up to a slot, from the one chosen last (or from `start`)."""
        anchor = self._selection.anchor if self._selection.anchor >= 0 else start
        ends = self.position(anchor), self.position(slot)
        if min(ends) < 0:
            self.toggle(slot)
            return
        slots = self._order.slots[min(ends) : max(ends) + 1]
        self.select(slots[slots >= 0])

    def deselect(self) -> None:
        """Select none."""
        self._touch(self._selection.clear())

    # Where everything is.

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

    def inside(self, window: Window, x: int, y: int, width: int, height: int) -> Ints:
        """(n,) slots whose cells touch a rectangle of the window."""
        return self.visible(
            replace(window, left=window.left + x, top=window.top + y, width=width, height=height)
        )

    def marked(self) -> tuple[Ints, Ints, Ints]:
        """The slots that wear a sign of their own: selected, taught, muted."""
        return self.selected, np.flatnonzero(self.ledger.taught), np.flatnonzero(self.ledger.muted)

    # Pictures.

    def compose(self, window: Window, canvas: Bytes) -> None:
        """Draw the whole window into canvas (height, width)."""
        canvas.fill(0)
        rows, columns = window.rows(), window.columns()
        slots = self._slots(window.plan.positions(rows, columns))
        if slots.size == 0:
            return
        pitch = window.scale.pitch
        block = np.empty((slots.shape[0] * pitch, slots.shape[1] * pitch), np.uint8)
        cells = block.reshape(slots.shape[0], pitch, slots.shape[1], pitch).swapaxes(1, 2)
        self._paint(cells, slots, window.scale)
        for row, down, y in rows.pieces:
            for column, across, x in columns.pieces:
                part = block[row * pitch : (row + down) * pitch, column * pitch : (column + across) * pitch]
                _place(canvas, part, x, y)

    def patch(self, window: Window, canvas: Bytes, slots: Ints) -> None:
        """Draw the cells of these slots, all of them `touching` the window, into canvas again."""
        x, y = window.plan.corners(self._order.positions(slots))
        pitch = window.scale.pitch
        cells = np.empty((slots.size, 1, pitch, pitch), np.uint8)
        self._paint(cells, slots[:, None], window.scale)
        for cell, at_x, at_y in zip(cells[:, 0], x.tolist(), y.tolist(), strict=True):
            _place(canvas, cell, at_x - window.left, at_y - window.top)

    def _paint(self, cells: Bytes, slots: Ints, scale: Scale) -> None:
        """Tiles as they are to be seen: what is selected framed, else what was just written; muted faint."""
        marks = self._flashes.kinds[slots]
        if self._selection.count:
            marks[self._selection.flags[slots]] = SELECTED
        muted: Flags | None = None
        if self.ledger.muted.any():
            muted = self.ledger.muted[slots] & (slots >= 0)
        self._atlas.paint(cells, slots, scale, marks, muted)

    def pictures(self, slots: Ints) -> Bytes:
        """(n, field, field) uint8, 0 is no ink, `FULL_INK` is full ink."""
        return self._atlas.pictures(slots)

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
