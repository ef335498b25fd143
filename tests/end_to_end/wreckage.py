"""Files as they should not be: damaged data, snapshots that are none, a disk without room."""

from __future__ import annotations

import io
import pickle
import shutil
import subprocess
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pytest

ROOT = Path(__file__).resolve().parents[2]
TRAIN_IMAGES = "train-images-idx3-ubyte.gz"


# The digits --------------------------------------------------------------------------------------


def take_away(file: Path) -> None:
    file.unlink()


def cut_off(file: Path) -> None:
    whole = file.read_bytes()
    file.unlink()
    file.write_bytes(whole[: len(whole) // 2])


def alter(file: Path) -> None:
    """Intact to gzip: another file's digits under this name."""
    other = file.with_name("t10k-images-idx3-ubyte.gz").read_bytes()
    file.unlink()
    file.write_bytes(other)


DATA_DAMAGES: dict[str, Callable[[Path], None]] = {
    "is missing from": take_away,
    "is damaged (it ends too early)": cut_off,
    "is not the original file": alter,
}
"""By what is said about it."""


def installation(folder: Path, damage: Callable[[Path], None]) -> tuple[Path, Path]:
    """A MemNet whose first data file is not what it was → its main.py and the folder of its data."""
    shutil.copy(ROOT / "main.py", folder)
    for name in ("engine", "memnet_gui"):
        (folder / name).symlink_to(ROOT / name)
    shutil.copytree(ROOT / "resources", folder / "resources", copy_function=_link)
    data = folder / "resources" / "data" / "mnist"
    damage(data / TRAIN_IMAGES)
    return folder / "main.py", data


def _link(source: str, target: str) -> None:
    Path(target).symlink_to(source)


# Snapshots ---------------------------------------------------------------------------------------


class Hostile:
    """Creates a file as soon as it is unpickled."""

    def __init__(self, mark: Path) -> None:
        self.mark = mark

    def __reduce__(self) -> tuple[Callable[..., object], tuple[object, ...]]:
        return Path.touch, (self.mark,)


def _notes(path: Path, _whole: Path) -> None:
    path.write_text("milk, bread, eggs")


def _truncated(path: Path, whole: Path) -> None:
    content = whole.read_bytes()
    path.write_bytes(content[: len(content) * 2 // 3])


def _flipped(path: Path, whole: Path) -> None:
    """One bit of it, in the middle of an array; some of a ZIP file's own fields mean nothing."""
    content = bytearray(whole.read_bytes())
    with zipfile.ZipFile(whole) as file:
        largest = max(file.infolist(), key=lambda member: member.compress_size)
    content[largest.header_offset + 30 + len(largest.filename) + largest.compress_size // 2] ^= 16
    path.write_bytes(content)


def _foreign(path: Path, _whole: Path) -> None:
    np.savez(path, weights=np.zeros(3))


def _pickled(path: Path, _whole: Path) -> None:
    content = _header("|O", 1) + pickle.dumps(Hostile(path.with_suffix(".ran")))
    with zipfile.ZipFile(path, "w") as file:
        file.writestr("meta.npy", content)


def _bomb(path: Path, _whole: Path) -> None:
    """More than a gigabyte of nothing in five megabytes."""
    nothing, times = bytes(1 << 24), 65
    with (
        zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as file,
        file.open("meta.npy", "w") as member,
    ):
        member.write(_header("|u1", len(nothing) * times))
        for _ in range(times):
            member.write(nothing)


def _folder(path: Path, _whole: Path) -> None:
    path.mkdir()


def _absent(_path: Path, _whole: Path) -> None:
    """There is no such file."""


def _header(kind: str, length: int) -> bytes:
    content = io.BytesIO()
    np.lib.format.write_array_header_1_0(content, {"descr": kind, "fortran_order": False, "shape": (length,)})
    return content.getvalue()


SNAPSHOT_DAMAGES: dict[str, tuple[Callable[[Path, Path], None], str]] = {
    "notes": (_notes, "is not a MemNet snapshot: it is no .npz file"),
    "truncated": (_truncated, "is damaged: it ends too early"),
    "flipped": (_flipped, "is damaged: "),
    "foreign": (_foreign, "is not a MemNet snapshot: it has no metadata"),
    "pickled": (_pickled, "is not a MemNet snapshot: its metadata cannot be read"),
    "bomb": (_bomb, "is damaged: it would unpack to 1,090,519,168 bytes, more than the"),
    "folder": (_folder, "is not a MemNet snapshot: it is a folder"),
    "absent": (_absent, "cannot be read: No such file"),
}
"""How to make each from an intact one, and what is said about it."""


def make_snapshots(folder: Path, whole: Path) -> dict[str, Path]:
    """One of each kind, by name."""
    paths = {name: folder / f"{name}.npz" for name in SNAPSHOT_DAMAGES}
    for name, (make, _said) in SNAPSHOT_DAMAGES.items():
        make(paths[name], whole)
    return paths


# Room --------------------------------------------------------------------------------------------


@contextmanager
def small_disk(folder: Path, kilobytes: int) -> Iterator[Path]:
    """A disk of that size, mounted at the folder; skips where that cannot be had."""
    folder.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", f"size={kilobytes}k", "tmpfs", str(folder)]
    try:
        subprocess.run(command, check=True, capture_output=True)
    except (OSError, subprocess.CalledProcessError):
        pytest.skip("only root may mount a small disk, and not everywhere")
    try:
        yield folder
    finally:
        subprocess.run(["umount", "--lazy", folder], check=True)


def fill(disk: Path) -> None:
    """Leave no room."""
    with (disk / "everything.else").open("wb", buffering=0) as file:
        try:
            while True:
                file.write(bytes(4096))
        except OSError:
            return
