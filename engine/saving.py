"""Snapshots on their way to files, on a thread of their own, and what becomes of those that fail."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from engine.archive import ArchiveError
from engine.frame import Notice
from engine.snapshot import Snapshot


def named(error: BaseException) -> str:
    """An error that nobody wrote a sentence for."""
    return f"{type(error).__name__}: {error}" if str(error) else type(error).__name__


@dataclass(frozen=True, slots=True)
class _Save:
    """A snapshot on its way to a file."""

    snapshot: Snapshot
    path: Path
    written: Future[None]


class Saves:
    """Writes snapshots one after the other, and says what became of each.

    tell: takes a level and a sentence for the user, returns the notice's number. All methods are for
    the engine's thread.
    """

    def __init__(self, tell: Callable[[str, str], int]) -> None:
        self._tell = tell
        self._saver = ThreadPoolExecutor(1, thread_name_prefix="memnet-saver")
        self._saves: list[_Save] = []
        self._unsaved: dict[int, Snapshot] = {}
        """Snapshots that could not be written, by the notice that says so; until it was heard."""

    @property
    def busy(self) -> bool:
        """Is anything being written?"""
        return bool(self._saves)

    def begin(self, snapshot: Snapshot, path: Path) -> None:
        """Write it when those before it are written."""
        self._saves.append(_Save(snapshot, path, self._saver.submit(snapshot.write, path)))

    def collect(self) -> None:
        """Say what became of those that are done."""
        for save in [save for save in self._saves if save.written.done()]:
            self._saves.remove(save)
            error = save.written.exception()
            if error is None:
                self._tell("info", f"Saved {save.path.name} in {save.path.parent}.")
                continue
            known = isinstance(error, ArchiveError)
            number = self._tell(
                "error", str(error) if known else f"{save.path.name} was not saved ({named(error)})."
            )
            self._unsaved[number] = save.snapshot

    def was_heard(self, untold: Iterable[Notice]) -> None:
        """Whatever was said was heard, but for these."""
        self._unsaved = {
            notice.id: self._unsaved[notice.id] for notice in untold if notice.id in self._unsaved
        }

    def finish(self) -> None:
        """Wait for all of them."""
        self._saver.shutdown(wait=True)
        self.collect()

    def last_word(self, notice: Notice) -> str:
        """An error that nobody heard, and where what it kept from being saved lies now."""
        if notice.id not in self._unsaved:
            return notice.text
        try:
            path = self._unsaved[notice.id].write_elsewhere()
        except ArchiveError as error:
            return f"{notice.text} {error}"
        return f"{notice.text} What was learned was saved in {path} instead."
