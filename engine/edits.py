"""Changes made by hand: teach, mute, delete, relabel, add a class, retune. All of them can be taken back.

A change is kept as what stood in the slots it touched, before and after. Taken back before anything
else was learned, it leaves the memories bit for bit as they were; later, just the memories it
concerned are changed back, wherever that is still possible, and what was learned since stays.

Runs on the engine's thread, between bursts; a burst that is being shown is learned first, so that a
run depends on what was taught at which digit and on nothing else.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt

from engine.arrays import Bytes, Ints, freeze
from engine.findings import Edit
from engine.memory import LayerMemory
from engine.names import checked_words
from engine.network import MemoryNetwork
from engine.session import Session
from engine.store import Rows

LONGEST_NAME = 24
"""Characters of a class's name; more would not fit beside a bar."""
LATER = -1


@dataclass(frozen=True, slots=True, eq=False)
class _Turnover:
    """Slots of one layer, before and after a change."""

    layer: int
    before: Rows
    after: Rows


@dataclass(frozen=True, slots=True, eq=False)
class _Change:
    """One entry of the history.

    learned: digits learned when it was made; `LATER` once it was taken back or made again at another
    digit. next_ids: the network's before and after. plasticity: (layer, before, after). class_name:
    what was added. drawing: what was taught, and how many drawings there were then.
    """

    id: int
    text: str
    learned: int
    turnovers: tuple[_Turnover, ...] = ()
    next_ids: tuple[int, int] | None = None
    plasticity: tuple[int, float, float] | None = None
    class_name: str | None = None
    drawing: tuple[Bytes, int] | None = None

    def renumbered(self, first: int, shift: int) -> _Change:
        """The same with other ids for memories from `first` on."""

        def renumber(rows: Rows) -> Rows:
            return replace(rows, ids=np.where(rows.ids >= first, rows.ids + shift, rows.ids))

        turnovers = tuple(
            replace(turnover, before=renumber(turnover.before), after=renumber(turnover.after))
            for turnover in self.turnovers
        )
        next_ids = None if self.next_ids is None else (self.next_ids[0] + shift, self.next_ids[1] + shift)
        return replace(self, turnovers=turnovers, next_ids=next_ids)


@dataclass(frozen=True, slots=True, eq=False)
class EditsState:
    """The history of changes as it was: all of them, oldest first, and how many were in force."""

    changes: tuple[_Change, ...] = ()
    done: int = 0


class Edits:
    """A session's history of changes made by hand, and what makes them.

    What cannot be done raises ValueError with a sentence and changes nothing.
    """

    def __init__(self, session: Session) -> None:
        self.session = session
        self._changes: list[_Change] = []
        self._done = 0
        """So many of them, from the oldest, are in force."""
        self._ids = itertools.count(1)
        self._log: tuple[Edit, ...] = ()

    def log(self) -> tuple[Edit, ...]:
        """All changes, oldest first; the same object while nothing was changed."""
        return self._log

    def state(self) -> EditsState:
        """The history as it is, for `restore`."""
        return EditsState(tuple(self._changes), self._done)

    def restore(self, state: EditsState) -> None:
        """Take another history over. The session must be as it was when that was the history."""
        self._changes, self._done = list(state.changes), state.done
        self._write_log()

    def _write_log(self) -> None:
        self._log = tuple(
            Edit(change.id, change.text, number >= self._done) for number, change in enumerate(self._changes)
        )

    # ── changes ───────────────────────────────────────────────────────────────────────────────

    def add_class(self, name: str) -> int:
        """Room for one more class of this name; returns its number."""
        name = checked_name(name, self.session.class_names)
        self.session.close_burst()
        number = self.session.add_class(name)
        self._remember(f"added class {name}", class_name=name)
        return number

    def teach(
        self, label: int | str, *, image: npt.ArrayLike | None = None, source: int | None = None
    ) -> list[_Turnover]:
        """Write a drawing (`image`) or a training digit (`source`) as a memory of a class.

        label: its number, or the name of a new class. image: (side, side[, channels]), floats in
        [0, 1]. Returns what changed in each layer.
        """
        session = self.session
        if (image is None) == (source is None):
            raise ValueError("teach: give a drawing or the number of a digit, one of them")
        if source is not None and not 0 <= source < len(session.dataset.train_labels):
            raise ValueError(f"source: there is no digit {source}")
        drawing = None if image is None else _as_bytes(np.asarray(image), session)
        if isinstance(label, str):
            checked_name(label, session.class_names)
        elif not 0 <= label < session.network.classes:
            raise ValueError(f"label: there is no class {label}")
        session.close_burst()
        number = self.add_class(label) if isinstance(label, str) else label
        if drawing is not None:
            session.taught.append(drawing)
            source = -len(session.taught)
        assert source is not None
        shown, at, first = session.image(source), session.seen, session.network.next_id

        def write(network: MemoryNetwork) -> list[_Turnover]:
            before = network.teach(shown, number, digit=at, source=source)
            return [
                _Turnover(index, rows, layer.rows(rows.columns, rows.slots))
                for index, (layer, rows) in enumerate(zip(network.layers, before, strict=True))
            ]

        turnovers = session.edit(write)
        what = "a drawing" if drawing is not None else f"digit {source:,}"
        self._remember(
            f"taught {what} as {session.class_names[number]}",
            turnovers=tuple(turnovers),
            next_ids=(first, session.network.next_id),
            drawing=None if drawing is None else (drawing, len(session.taught)),
        )
        return turnovers

    def mute(self, layer: int, ids: Sequence[int], muted: bool) -> Rows:
        """Let memories be silent, or speak again; returns their slots as they were."""
        memory, columns, slots = self._found(layer, ids)
        fresh = memory.muted[columns, slots] != muted
        if not fresh.any():
            raise ValueError(f"They {'are silent' if muted else 'speak'} already; nothing was changed.")
        columns, slots = columns[fresh], slots[fresh]
        verb = "muted" if muted else "unmuted"
        return self._turn(layer, columns, slots, verb, lambda memory: memory.mute(columns, slots, muted))

    def delete(self, layer: int, ids: Sequence[int]) -> Rows:
        """Forget memories; returns their slots as they were."""
        memory, columns, slots = self._found(layer, ids)
        blank = memory.blank_rows(columns, slots)
        return self._turn(layer, columns, slots, "deleted", lambda memory: memory.put(blank))

    def relabel(self, layer: int, ids: Sequence[int], label: int) -> Rows:
        """Let memories speak for another class: its weight changes places with their strongest one."""
        if not 0 <= label < self.session.network.classes:
            raise ValueError(f"label: there is no class {label}")
        memory, columns, slots = self._found(layer, ids)
        rows = memory.rows(columns, slots)
        swapped = rows.associations.copy()
        everyone, strongest = np.arange(len(slots)), swapped.argmax(axis=1)
        swapped[everyone, strongest] = rows.associations[:, label]
        swapped[everyone, label] = rows.associations[everyone, strongest]
        verb = f"relabelled as {self.session.class_names[label]}:"
        return self._turn(
            layer, columns, slots, verb, lambda memory: memory.put(replace(rows, associations=swapped))
        )

    def tune(self, layer: int, plasticity: float) -> None:
        """Change how fast a layer's associations change from here on."""
        session = self.session
        if not 0 <= layer < len(session.network.layers):
            raise ValueError(f"layer: there is no layer {layer}")
        session.close_burst()
        before = session.network.layers[layer].config.plasticity
        session.tune(layer, plasticity)
        name = session.network.layers[layer].config.name
        self._remember(
            f"plasticity of {name} from {before:g} to {plasticity:g}", plasticity=(layer, before, plasticity)
        )

    # ── back and forth ────────────────────────────────────────────────────────────────────────

    def undo(self) -> str:
        """Take the newest change that is in force back. Returns a sentence on what was done."""
        if not self._done:
            raise ValueError("There is nothing to take back.")
        sentence = self._travel(self._done - 1, forward=False)
        self._done -= 1
        self._write_log()
        return sentence

    def redo(self) -> str:
        """Make the change again that was taken back last. Returns a sentence on what was done."""
        if self._done == len(self._changes):
            raise ValueError("There is nothing to make again.")
        sentence = self._travel(self._done, forward=True)
        self._done += 1
        self._write_log()
        return sentence

    def _travel(self, number: int, *, forward: bool) -> str:
        """Make a change again, or take it back."""
        session = self.session
        session.close_burst()
        exact = self._changes[number].learned == session.seen
        if forward and not exact:
            self._find_ids(number)
        change = self._changes[number]
        if change.class_name is not None:
            if forward:
                session.add_class(change.class_name)
            else:
                session.drop_class()
        missing = session.edit(lambda network: _go(network, change, forward=forward, exact=exact))
        if change.plasticity is not None:
            layer, before, after = change.plasticity
            session.tune(layer, after if forward else before)
        if change.drawing is not None:
            drawing, count = change.drawing
            if forward and len(session.taught) < count:
                session.taught.append(drawing)
            elif exact and not forward:
                session.taught.pop()
        if not exact:
            self._changes[number] = replace(change, learned=LATER)
        sentence = f"{'Made again' if forward else 'Took back'}: {change.text}."
        if exact:
            return sentence
        if missing:
            stay = "1 memory stays as it is" if missing == 1 else f"{missing:,} memories stay as they are"
            return f"{sentence} Digits were learned since, and {stay}: their places are taken."
        return f"{sentence} Digits were learned since, so just that was changed."

    # ── parts ─────────────────────────────────────────────────────────────────────────────────

    def _find_ids(self, number: int) -> None:
        """Taking a change back at its digit gave its ids back; what was learned since may have them now.
        Then it needs others, and so does what was done to its memories."""
        change, next_id = self._changes[number], self.session.network.next_id
        if change.learned == LATER or change.next_ids is None or change.next_ids[0] == next_id:
            return
        first = change.next_ids[0]
        self._changes[number:] = [each.renumbered(first, next_id - first) for each in self._changes[number:]]

    def _found(self, layer: int, ids: Sequence[int]) -> tuple[LayerMemory, Ints, Ints]:
        """The layer, and where in it the memories are."""
        if not 0 <= layer < len(self.session.network.layers):
            raise ValueError(f"layer: there is no layer {layer}")
        self.session.close_burst()
        memory = self.session.network.layers[layer]
        columns, slots = memory.find(np.asarray(ids, np.int64))
        if not len(slots):
            gone = "That memory is" if len(ids) == 1 else "Those memories are"
            raise ValueError(f"{gone} gone already; nothing was changed.")
        return memory, columns, slots

    def _turn(
        self, layer: int, columns: Ints, slots: Ints, verb: str, act: Callable[[LayerMemory], None]
    ) -> Rows:
        """Do it, and remember these slots before and after."""

        def turn(network: MemoryNetwork) -> tuple[Rows, Rows]:
            memory = network.layers[layer]
            before = memory.rows(columns, slots)
            act(memory)
            return before, memory.rows(columns, slots)

        before, after = self.session.edit(turn)
        count = f"memory {before.ids[0]:,}" if len(slots) == 1 else f"{len(slots):,} memories"
        self._remember(f"{verb} {count}", turnovers=(_Turnover(layer, before, after),))
        return before

    def _remember(self, text: str, **facts: Any) -> None:
        del self._changes[self._done :]
        self._changes.append(_Change(next(self._ids), text, self.session.seen, **facts))
        self._done += 1
        self._write_log()


def checked_name(name: str, taken: Sequence[str]) -> str:
    """A class's name as it will be shown. Raises ValueError with a sentence on one that cannot be."""
    name = checked_words(name, LONGEST_NAME)
    if name.casefold() in {other.casefold() for other in taken}:
        raise ValueError(f"There is a class {name} already; choose it, or another name.")
    return name


def _as_bytes(image: npt.NDArray[Any], session: Session) -> Bytes:
    """A drawing as data sets keep images. What is taught is this, so that a snapshot can keep it whole."""
    shape = session.dataset.train_images.shape[1:]
    if image.shape != shape or image.dtype.kind != "f" or not ((image >= 0) & (image <= 1)).all():
        raise ValueError(f"image: shape {image.shape} of {image.dtype} is not {shape} floats in [0, 1]")
    if not image.any():
        raise ValueError("There is nothing on the canvas to teach; draw something first.")
    return freeze((image * 255 + 0.5).astype(np.uint8))


def _go(network: MemoryNetwork, change: _Change, *, forward: bool, exact: bool) -> int:
    """Make a change or take it back; returns how many memories had no place to go to."""
    missing = 0
    for turnover in change.turnovers:
        memory = network.layers[turnover.layer]
        start, goal = (turnover.before, turnover.after) if forward else (turnover.after, turnover.before)
        if exact:
            memory.put(goal)
        else:
            missing += _carry_over(memory, start, goal)
    if change.next_ids is not None:
        network.next_id = change.next_ids[forward] if exact else max(network.next_id, change.next_ids[1])
    return missing


def _carry_over(memory: LayerMemory, start: Rows, goal: Rows) -> int:
    """Change slots from `start` to `goal` though other things have changed since.

    Returns how many memories of `goal` found no free place.
    """
    now = memory.rows(start.columns, start.slots)
    there = now.ids == start.ids
    kept = (start.ids == goal.ids) & (start.ids > 0)
    if (kept & there).any():
        _alter(memory, now.select(kept & there), start.select(kept & there), goal.select(kept & there))
    memory.put(goal.select(there & ~kept))
    elsewhere = ~there & ~kept
    gone = memory.find(start.ids[elsewhere])
    memory.put(memory.blank_rows(*gone))
    homeless = goal.select(elsewhere & (goal.ids > 0))
    room = memory.config.capacity - memory.used[homeless.columns]
    # One memory a column and change at most comes by teaching; deleted ones may be more.
    nth = np.array([np.count_nonzero(homeless.columns[:n] == c) for n, c in enumerate(homeless.columns)], int)
    fits = nth < room
    homeless = homeless.select(fits)
    memory.put(replace(homeless, slots=memory.free_slots(homeless.columns)))
    return int(np.count_nonzero(~fits))


def _alter(memory: LayerMemory, now: Rows, start: Rows, goal: Rows) -> None:
    """Change what a change by hand alters in memories that have gone on learning."""
    difference = np.zeros_like(now.associations)
    classes = min(start.associations.shape[1], difference.shape[1])
    difference[:, :classes] = goal.associations[:, :classes] - start.associations[:, :classes]
    memory.put(replace(now, associations=now.associations + difference))
    for muted in (False, True):
        turning = (goal.muted == muted) & (now.muted != muted)
        if turning.any():
            memory.mute(now.columns[turning], now.slots[turning], muted)
