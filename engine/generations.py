"""The files of autosaves: a few generations in a folder that belongs to one process, by their names.

Light enough to be asked before anything has been loaded: no NumPy, and no file is opened.
"""

from __future__ import annotations

import re
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

AUTOSAVE_SECONDS = 30.0
"""The most that a crash may cost, in seconds of learning."""
GENERATIONS = 3

_NAME = re.compile(r"autosave-([0-9]{1,9})-([0-9]{1,9})\.npz")
_LEFT_BY_A_KILL = ".memnet-*.tmp"


@dataclass(frozen=True, slots=True)
class Generation:
    """An autosave on disk: the `number`th of its folder, after so many digits. saved: seconds since
    the epoch."""

    path: Path
    number: int
    digits: int
    saved: float


def generations(folder: Path) -> list[Generation]:
    """The autosaves in a folder, newest first; none where it cannot be read."""
    found = []
    try:
        for path in folder.iterdir():
            if match := _NAME.fullmatch(path.name):
                with suppress(OSError):  # removed meanwhile
                    found.append(Generation(path, int(match[1]), int(match[2]), path.stat().st_mtime))
    except OSError:
        return []
    return sorted(found, key=lambda generation: generation.number, reverse=True)


def next_number(folder: Path) -> int:
    """What the next autosave there is called by."""
    return max((generation.number for generation in generations(folder)), default=0) + 1


def file_name(number: int, digits: int) -> str:
    return f"autosave-{number:06}-{digits}.npz"


def sweep(folder: Path) -> None:
    """Remove the temporary files of a process that was killed while it wrote. Nobody may be writing now."""
    for path in folder.glob(_LEFT_BY_A_KILL):
        with suppress(OSError):
            path.unlink()


def clear(folder: Path) -> None:
    """Remove a folder of autosaves, as far as that goes. What does not belong there stays."""
    for generation in generations(folder):
        with suppress(OSError):
            generation.path.unlink()
    sweep(folder)
    with suppress(OSError):
        folder.rmdir()
