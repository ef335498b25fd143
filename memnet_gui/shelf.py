"""Where autosaves lie: a folder for each window there is or was, held by a lock file beside it.

A folder whose lock nobody holds any more belongs to a process that is gone: one that ended in order
removes its own. So two windows never write to the same folder, nor offer the same run.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QLockFile, QStandardPaths

from engine.generations import Generation, clear, generations

DATA_VARIABLE = "MEMNET_DATA"
"""The environment variable that names another folder than the user's own for application data."""
MOST_CRASHES = 5


@dataclass(frozen=True, slots=True)
class Crash:
    """What a process left that did not end in order: its folder, and the newest autosave in it."""

    folder: Path
    newest: Generation


def data_folder() -> Path:
    """Where MemNet keeps what is no document of the user's. It need not exist yet."""
    chosen = os.environ.get(DATA_VARIABLE)
    usual = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.AppLocalDataLocation)
    return Path(chosen or usual or Path.home() / ".memnet")


class Shelf:
    """The folders of autosaves in `root`, and among them this window's `own`, which need not exist yet."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self.own = root / f"{os.getpid()}-{os.urandom(4).hex()}"
        self._locks: dict[Path, QLockFile] = {}
        self._discarded: set[Path] = set()

    def hold_own(self) -> None:
        """Let no other window take `own` for one that was left. Where nothing can be written, saving will
        fail as well, and say so."""
        with suppress(OSError):
            self._root.mkdir(parents=True, exist_ok=True)
        self._hold(self.own)

    def crashes(self) -> list[Crash]:
        """What processes left that are gone, newest first; the first is held by this window from now on.

        More than a few are not kept: the oldest are removed.
        """
        found = []
        for folder in self._left():
            if (autosaves := generations(folder)) and folder not in self._discarded:
                found.append(Crash(folder, autosaves[0]))
            elif not autosaves:
                clear(folder)
                self.let_go(folder)
        found.sort(key=lambda crash: crash.newest.saved, reverse=True)
        for crash in found[MOST_CRASHES:]:
            clear(crash.folder)
        for crash in found[1:]:
            self.let_go(crash.folder)
        return found[:MOST_CRASHES]

    def let_go(self, folder: Path) -> None:
        """Another window may have it."""
        if lock := self._locks.pop(folder, None):
            lock.unlock()

    def discard(self, crash: Crash, discarded: bool = True) -> None:
        """Remove what was left when this window is closed; or, after all, do not."""
        (self._discarded.add if discarded else self._discarded.discard)(crash.folder)

    def close(self, *, keep: bool) -> None:
        """Give everything back, and remove what was discarded and, unless it is to be kept, `own`."""
        for folder in self._discarded | (set() if keep else {self.own}):
            clear(folder)
        for folder in list(self._locks):
            self.let_go(folder)

    def _left(self) -> Iterator[Path]:
        """Folders of processes that are gone, each held from here on."""
        try:
            names = sorted({path.stem for path in self._root.iterdir()})
        except OSError:
            return
        for folder in (self._root / name for name in names):
            if folder != self.own and self._hold(folder):
                yield folder

    def _hold(self, folder: Path) -> bool:
        """Take its lock. False where somebody alive holds it, or where nothing can be written."""
        if folder in self._locks:
            return True
        lock = QLockFile(str(folder.with_name(f"{folder.name}.lock")))
        lock.setStaleLockTime(0)  # a run may take days; a lock is stale when its process is gone
        if not lock.tryLock(0):
            return False
        self._locks[folder] = lock
        return True
