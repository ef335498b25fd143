"""One history of what was done by hand: strokes on the canvas and changes to the network. No Qt.

Strokes are kept by the canvas, changes by the engine; each side can take back and repeat only its own,
newest first. Here both stand in the order in which they were done, so that one key takes back whatever
came last. Doing something new gives up what could have been repeated, of either kind. The engine may
still offer to repeat a change that was given up here; it is not shown, and never asked for.

The canvas answers at once, the engine with a later frame. Until then its change counts as taken back,
so that the next Ctrl+Z goes on to the one before; what the engine refuses comes back.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import Enum

from engine.findings import Edit

PATIENCE = 1.0
"""Seconds for which a frame may contradict what was asked of the engine."""


class Side(Enum):
    """Who has to do it."""

    CANVAS = "canvas"
    ENGINE = "engine"


@dataclass(frozen=True, slots=True)
class Entry:
    """Something done by hand. edit: the engine's number of it, None for what the canvas keeps."""

    text: str
    edit: int | None = None

    @property
    def side(self) -> Side:
        return Side.CANVAS if self.edit is None else Side.ENGINE


class History:
    """What was done and what of it was taken back.

    `undo` and `redo` say whose turn it is; what they say must then be asked of that side. clock: seconds.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._run: int | None = None
        self._edits: Sequence[Edit] = ()
        self._done: list[Entry] = []
        self._undone: list[Entry] = []
        """The one taken back last stands last."""
        self._asked: dict[int, float] = {}
        """Changes that the engine was asked to take back or repeat, and until when a frame may lag."""
        self._given_up: set[int] = set()

    @property
    def done(self) -> tuple[Entry, ...]:
        """What holds, oldest first."""
        return tuple(self._done)

    @property
    def undone(self) -> tuple[Entry, ...]:
        """What was taken back, the one to be repeated first standing first."""
        return tuple(reversed(self._undone))

    # ── what the canvas did ───────────────────────────────────────────────────────────────────

    def stroke_made(self, text: str) -> None:
        """Something was drawn, rubbed out or cleared."""
        self._begin(Entry(text))

    def stroke_undone(self) -> None:
        """The canvas took its newest step back."""
        self._move_newest_stroke(self._done, self._undone)

    def stroke_redone(self) -> None:
        """The canvas repeated the step that it took back last."""
        self._move_newest_stroke(self._undone, self._done)

    @staticmethod
    def _move_newest_stroke(source: list[Entry], target: list[Entry]) -> None:
        for place in range(len(source) - 1, -1, -1):
            if source[place].side is Side.CANVAS:
                target.append(source.pop(place))
                return

    # ── what the engine did ───────────────────────────────────────────────────────────────────

    def follow(self, run: int, edits: Sequence[Edit]) -> bool:
        """Take over what a frame says of the run and its changes. Returns whether anything is different.

        A new run has changes of its own; what is on the canvas outlives it.
        """
        before = self.done, self.undone
        if run != self._run:
            self._run = run
            self._keep_edits(set())
        elif edits == self._edits and not self._asked:
            return False
        self._edits = edits
        self._keep_edits({edit.id for edit in edits})
        now = self._clock()
        self._asked = {number: until for number, until in self._asked.items() if until > now}
        known = {entry.edit for entry in (*self._done, *self._undone)}
        for edit in edits:
            if edit.id in known:
                if edit.id not in self._asked:
                    self._believe(edit)
            elif not edit.undone:
                self._given_up.discard(edit.id)
                self._begin(Entry(edit.text, edit.id))
            elif edit.id not in self._given_up:
                self._undone.insert(0, Entry(edit.text, edit.id))
        return before != (self.done, self.undone)

    def _keep_edits(self, numbers: set[int]) -> None:
        """Forget all changes but these."""
        for entries in (self._done, self._undone):
            entries[:] = [entry for entry in entries if entry.edit is None or entry.edit in numbers]
        self._asked = {number: until for number, until in self._asked.items() if number in numbers}
        self._given_up &= numbers

    def _believe(self, edit: Edit) -> None:
        source, target = (self._done, self._undone) if edit.undone else (self._undone, self._done)
        for place, entry in enumerate(source):
            if entry.edit == edit.id:
                target.append(source.pop(place))
                return

    def _begin(self, entry: Entry) -> None:
        """Something new: what was taken back cannot be repeated any more."""
        self._given_up |= {entry.edit for entry in self._undone if entry.edit is not None}
        self._undone.clear()
        self._done.append(entry)

    # ── back and forth ────────────────────────────────────────────────────────────────────────

    def undo(self) -> Side | None:
        """Take back what was done last: whom to ask for it, None where there is nothing.

        The canvas is expected to report `stroke_undone`.
        """
        return self._ask(self._done, self._undone)

    def redo(self) -> Side | None:
        """Repeat what was taken back last: whom to ask for it, None where there is nothing.

        The canvas is expected to report `stroke_redone`.
        """
        return self._ask(self._undone, self._done)

    def _ask(self, source: list[Entry], target: list[Entry]) -> Side | None:
        if not source:
            return None
        entry = source[-1]
        if entry.edit is not None:
            target.append(source.pop())
            self._asked[entry.edit] = self._clock() + PATIENCE
        return entry.side
