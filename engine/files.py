"""Files and folders that come to be whole or not at all.

A file is written beside its place, flushed to the disk and then renamed, so that whatever happens,
power cuts and full disks included, its name holds either what was there before or all of the new.
"""

from __future__ import annotations

import os
import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO


@contextmanager
def replacing(path: Path) -> Iterator[IO[bytes]]:
    """A file that takes `path`'s place when the block ends well and vanishes when it does not.

    A link stays; what it points to is replaced. The user's umask says who may read the file.
    Raises OSError, as the system says it, where that cannot be done; an old file is then untouched.
    """
    target = real_target(path)
    descriptor, temporary = temporary_beside(target)
    try:
        with os.fdopen(descriptor, "wb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(target)
    except BaseException:
        with suppress(OSError):
            temporary.unlink()
        raise
    sync_folder(target.parent)


def write_file(path: Path, content: bytes) -> None:
    """Write a file with that content, replacing what is there only on success. May run on any thread.

    Raises OSError with a sentence for the user; an old file then stays as it was.
    """
    try:
        with replacing(path) as file:
            file.write(content)
    except OSError as error:
        raise unwritable(path, error) from error


@contextmanager
def filling(path: Path, *, replace: bool = False) -> Iterator[Path]:
    """A new folder that takes the name `path` when the block ends well and vanishes when it does not.

    What had that name, if anything, is an empty folder or, with `replace`, any folder, which then goes.
    Raises OSError, as the system says it, where that cannot be done; an old folder is then untouched.
    """
    target = path.resolve()
    if target.exists() and not (target.is_dir() and (replace or not any(target.iterdir()))):
        raise OSError("it exists already")
    _require_parent(target)
    temporary = _hidden_beside(target)
    temporary.mkdir()
    try:
        yield temporary
        _swap(temporary, target)
    except BaseException:
        shutil.rmtree(temporary, ignore_errors=True)
        raise
    sync_folder(target.parent)


def check_place(path: Path) -> None:
    """Raise OSError, as the system says it, if `replacing` could not even begin. Leaves nothing behind."""
    descriptor, temporary = temporary_beside(real_target(path))
    os.close(descriptor)
    temporary.unlink()


def unwritable(path: Path, error: OSError) -> OSError:
    """The same error as a sentence: what happened, what was kept, what to do."""
    reason = (error.strerror or str(error)).lower()
    return OSError(
        f"“{path.name}” could not be written to {path.absolute().parent} ({reason}). "
        "Nothing there was changed; choose another folder or make room, and export again."
    )


def real_target(path: Path) -> Path:
    """The file to replace: what a link points to. Raises OSError where a file cannot stand."""
    try:
        target = path.resolve()
    except RuntimeError as error:  # until Python 3.13
        raise OSError("it is a link to itself") from error
    if target.is_dir():
        raise OSError("it is a folder")
    if target.exists() and not target.is_file():
        raise OSError("it is not a regular file")
    _require_parent(target)
    return target


def temporary_beside(target: Path) -> tuple[int, Path]:
    """An open descriptor of a new file in the target's folder, so that replacing is one step."""
    temporary = _hidden_beside(target)
    flags = os.O_CREAT | os.O_EXCL | os.O_WRONLY | getattr(os, "O_BINARY", 0)
    return os.open(temporary, flags, 0o666), temporary  # the user's umask decides


def sync_folder(folder: Path) -> None:
    """Make a new name survive a power cut, where folders can be synchronised at all."""
    with suppress(OSError):
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def _swap(folder: Path, target: Path) -> None:
    """Give a folder its name. One that has it already steps aside, as no system replaces a full one."""
    if not target.exists():
        folder.rename(target)
        return
    old = _hidden_beside(target)
    target.rename(old)
    try:
        folder.rename(target)
    except BaseException:
        old.rename(target)
        raise
    shutil.rmtree(old, ignore_errors=True)


def _require_parent(target: Path) -> None:
    if not target.parent.is_dir():
        raise OSError(f"there is no folder {target.parent}")


def _hidden_beside(target: Path) -> Path:
    return target.parent / f".memnet-{secrets.token_hex(8)}.tmp"
