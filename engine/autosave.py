"""Autosaves: a few generations of snapshots in a folder of this process's own, against crashes and kills.

Whoever learns calls `Autosaves.follow` after every turn of work, which costs nothing until a save is
due; then the run is copied, and a thread of its own writes the copy. `recover` brings a run back from
the folder of a process that is gone.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor, wait
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from engine.archive import ArchiveError
from engine.generations import (
    AUTOSAVE_SECONDS,
    GENERATIONS,
    Generation,
    clear,
    file_name,
    generations,
    next_number,
    sweep,
)
from engine.saving import named
from engine.snapshot import Snapshot, load_snapshot

if TYPE_CHECKING:
    from engine.backend import Backend
    from engine.datasets import Dataset
    from engine.session import Session

GLANCE = 0.05
"""Seconds between two looks at a save that is due or being written while nothing else is to be done."""


@dataclass(frozen=True, slots=True, eq=False)
class Recovered:
    """A run that was brought back, the autosave it was in, and how many newer ones could not be opened."""

    session: Session
    generation: Generation
    damaged: int

    @property
    def sentence(self) -> tuple[str, str]:
        """What the user is told, and at which level."""
        back = f"Back at digit {self.session.seen:,}. Press play to go on."
        if not self.damaged:
            return "info", back
        return "warning", f"The newest autosave could not be opened, but an older one could. {back}"


def recover(folder: Path, dataset: Dataset, backend: Backend) -> Recovered:
    """The run of the newest autosave in a folder that can be opened.

    Raises ArchiveError with a sentence where none can. Changes nothing there.
    """
    reason = "there is none"
    for damaged, generation in enumerate(generations(folder)):
        try:
            return Recovered(load_snapshot(generation.path, dataset, backend), generation, damaged)
        except ArchiveError as error:
            reason = reason if damaged else str(error).partition(". ")[0]
    raise ArchiveError(
        f"No autosave in {folder} could be opened ({reason}). The run in the window and the files were "
        "kept; go on without it, or try again."
    )


class Autosaves:
    """Saves a run every `seconds` of learning while it goes on, in `folder`; None is nowhere.

    folder: belongs to this process alone; it is made when it is needed, again if it vanishes. tell:
    takes a level and a sentence for the user. Failing costs nothing but a sentence: learning goes on,
    and the next save is tried in time. All methods are for the engine's thread.
    """

    def __init__(
        self,
        folder: Path | None,
        tell: Callable[[str, str], object],
        *,
        seconds: float = AUTOSAVE_SECONDS,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._folder = folder
        self._tell = tell
        self._seconds = seconds
        self._clock = clock
        self._saver = ThreadPoolExecutor(1, thread_name_prefix="memnet-autosaver")
        self._writes: list[Future[None]] = []
        """At most the one that is being written and one that waits for it."""
        self._session: Session | None = None
        self._saved_digits = 0
        self._edited = False
        self._due: float | None = None
        """When the oldest change that is in no save is to be in one; None while there is none."""
        self._away = False
        self._was_finished = False
        self._failing = False

    def idle_seconds(self) -> float | None:
        """How long nobody need call `follow` if nothing is learned or changed meanwhile; None is for ever."""
        if self._writes:
            return GLANCE
        return None if self._due is None or self._away else max(GLANCE, self._due - self._clock())

    def edited(self) -> None:
        """Something was changed by hand, which digits do not tell."""
        self._edited = True

    def follow(self, session: Session | None) -> None:
        """Save what was learned or changed, if it is time to. Call it after every turn of work.

        session: None while it is not as it should be found after a crash.
        """
        if self._folder is None:
            return
        if self._writes:
            self._collect()
        self._away = session is None
        if session is None:
            return
        if session is not self._session:
            self._meet(session)
        if self._due is None:
            if session.seen == self._saved_digits and not self._edited:
                return
            self._due = self._clock() + self._seconds
        if session.finished and not self._was_finished:
            self._was_finished = True
            self._due = self._clock()
        if not self._writes and self._clock() >= self._due:
            self._save(session)

    def now(self, session: Session) -> None:
        """Save what is in no save yet, without waiting until it is time to."""
        self.follow(session)
        if self._due is not None:
            self._writes = [write for write in self._writes if not write.cancel()]
            self._save(session)

    def adopt(self, folder: Path, recovered: Recovered) -> None:
        """Make the autosaves of a process that is gone the first of this one, the recovered one the newest.

        So the run is in some file at any time. Those that cannot be moved stay, and it is saved anew.
        """
        if self._folder is None:
            return
        wait(self._writes)  # what is written meanwhile would be numbered as these are
        self._meet(recovered.session)
        self._due = self._clock()
        opened = recovered.generation.number
        # What could not be opened goes first, and so counts as older than what could.
        found = sorted(generations(folder), key=lambda each: (each.number <= opened, each.number))
        with suppress(OSError):
            self._folder.mkdir(parents=True, exist_ok=True)
            for number, each in enumerate(found, next_number(self._folder)):
                each.path.rename(self._folder / file_name(number, each.digits))
            self._saved_digits, self._due = recovered.session.seen, None
            clear(folder)

    def finish(self) -> None:
        """Wait for what is being written."""
        self._saver.shutdown(wait=True)
        self._writes.clear()

    # ── saving ────────────────────────────────────────────────────────────────────────────────

    def _meet(self, session: Session) -> None:
        """Nothing of a session is known to be in a file, not even of one that was opened: on a stick, say."""
        self._session = session
        self._saved_digits, self._edited = 0, False
        self._due = None
        self._was_finished = session.finished

    def _save(self, session: Session) -> None:
        self._saved_digits, self._edited = session.seen, False
        self._due = None
        try:
            snapshot = Snapshot.take(session)
        except Exception as error:  # learning does not depend on it
            self._fail(error)
        else:
            self._writes.append(self._saver.submit(self._write, snapshot, session.seen))

    def _collect(self) -> None:
        for write in [write for write in self._writes if write.done()]:
            self._writes.remove(write)
            if error := write.exception():
                self._fail(error)
            elif self._failing:
                self._failing = False
                self._tell("info", "Autosaving works again.")

    def _fail(self, error: BaseException) -> None:
        """Say so once, and try again when the next save would be due."""
        if self._due is None:
            self._due = self._clock() + self._seconds
        if self._failing:
            return
        self._failing = True
        cause = error.__cause__ if isinstance(error, ArchiveError) else error
        reason = (cause.strerror or str(cause)) if isinstance(cause, OSError) else named(error)
        self._tell(
            "warning",
            f"This run could not be autosaved in {self._folder} ({reason}); learning goes on and it is "
            "tried again: make room there, or save a snapshot elsewhere.",
        )

    # ── on the saver's thread ─────────────────────────────────────────────────────────────────

    def _write(self, snapshot: Snapshot, digits: int) -> None:
        """Raises ArchiveError, or OSError where there can be no folder."""
        assert self._folder is not None
        self._folder.mkdir(parents=True, exist_ok=True)
        sweep(self._folder)
        snapshot.write(self._folder / file_name(next_number(self._folder), digits))
        for old in generations(self._folder)[GENERATIONS:]:
            with suppress(OSError):  # held by a virus scanner, say; it is removed after the next save
                old.path.unlink()
