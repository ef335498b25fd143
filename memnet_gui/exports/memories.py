"""Every memory as a picture, and all that is known about it as a table: a folder to take home.

`LAYER.csv` has a row for each memory of a layer, `LAYER/ID-class.png` is its picture.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO

import numpy as np

from engine.arrays import Bytes
from engine.files import filling, unwritable
from engine.png import encode_png
from memnet_gui.exports.run import Memories, Progress, Run, go_on
from memnet_gui.exports.tiles import ink_palette, resized
from memnet_gui.theme import LIGHT, Theme

LARGEST_SCALE = 32
"""Pixels of a picture for each of a memory's own."""
_AT_ONCE = 256
_ODD = re.compile(r"[^\w-]+")
_FIRST = ("id", "column", "place", "class")
_BEGINNING = ",".join((*_FIRST, "")).encode()
"""How every table begins, whatever the classes are called."""
_OURS = re.compile(r"[0-9]+-[\w-]+\.png")


@dataclass(frozen=True, slots=True)
class MemoriesLook:
    """scale: pixels across for each pixel of a memory, 1 to `LARGEST_SCALE`. layer: its number, None
    is all of them. theme: ink on paper."""

    scale: int = 4
    layer: int | None = None
    theme: Theme = LIGHT


class _StoppedError(Exception):
    """`progress` said to stop."""


def write_memories(
    run: Run, folder: Path, look: MemoriesLook, progress: Progress = go_on, *, replace: bool = False
) -> bool:
    """Write the folder, whole or not at all. → False where `progress` said to stop; then nothing is left.

    folder: new, or empty. replace: or one that `write_memories` wrote, which then goes; one that
    holds anything else is never touched. May run on any thread. Raises OSError with a sentence.
    """
    layers = range(len(run.layers)) if look.layer is None else (look.layer,)
    total = sum(len(run.memories(layer)) for layer in layers)
    done = 0
    try:
        check_folder(folder, replace=replace)
        with filling(folder, replace=replace) as draft:
            for layer in layers:
                for count in _write_layer(run, layer, draft, look):
                    done += count
                    if not progress(done, total):
                        raise _StoppedError
    except _StoppedError:
        return False
    except OSError as error:
        raise unwritable(folder, error) from error
    return True


def check_folder(folder: Path, *, replace: bool) -> None:
    """Raise OSError, as the system says it, where `write_memories` could not even begin; FileExistsError
    where only `replace` is missing. Changes nothing."""
    if not folder.exists():
        if not folder.resolve().parent.is_dir():
            raise OSError(f"there is no folder {folder.parent}")
        return
    if not folder.is_dir():
        raise OSError("it is a file")
    if not any(folder.iterdir()):
        return
    if not replace:
        raise FileExistsError("it exists already")
    if not is_ours(folder):
        raise OSError("it holds files that are no memories, which are not replaced")


def is_ours(folder: Path) -> bool:
    """Does the folder hold what `write_memories` writes, and nothing else?"""
    inside = list(folder.iterdir())
    tables = {path.stem for path in inside if path.suffix == ".csv" and _is_table(path)}
    layers = {path.name for path in inside if _is_layer(path)}
    return tables == layers and len(inside) == 2 * len(layers)


def _is_table(path: Path) -> bool:
    if path.is_symlink() or not path.is_file():
        return False
    with path.open("rb") as file:
        return file.read(len(_BEGINNING)) == _BEGINNING


def _is_layer(path: Path) -> bool:
    return (
        path.is_dir()
        and not path.is_symlink()
        and all(_OURS.fullmatch(file.name) and file.is_file() for file in path.iterdir())
    )


def _write_layer(run: Run, layer: int, draft: Path, look: MemoriesLook) -> Iterator[int]:
    """Write a layer's pictures and its table, saying after each portion how many memories it held."""
    info, memories = run.layers[layer], run.memories(layer)
    places = draft / info.name
    places.mkdir()
    palette = None if run.config.channels == 3 else ink_palette(look.theme)
    scale = min(max(1, look.scale), LARGEST_SCALE)
    names = [_ODD.sub("-", name).strip("-") or "class" for name in run.class_names]
    with (draft / f"{info.name}.csv").open("w", encoding="utf-8", newline="") as table:
        csv.writer(table).writerow(_header(run, memories))
        for start in range(0, len(memories), _AT_ONCE):
            part = slice(start, min(start + _AT_ONCE, len(memories)))
            tiles = resized(run.pictures(layer, part), info.field * scale)
            labels = memories.classes[part].tolist()
            for memory, label, tile in zip(memories.ids[part].tolist(), labels, tiles, strict=True):
                _write_picture(places / f"{memory}-{names[label]}.png", tile, palette)
            _write_rows(run, layer, memories, part, table)
            yield part.stop - part.start


def _write_picture(path: Path, tile: Bytes, palette: Bytes | None) -> None:
    path.write_bytes(encode_png(tile, palette))


def _header(run: Run, memories: Memories) -> list[str]:
    return [
        *_FIRST,
        *(f"association {name}" for name in run.class_names),
        "wins",
        "usage",
        "usefulness",
        "birth",
        "source",
        "taught",
        "muted",
        "squared_norm",
        *(f"pattern {number}" for number in range(memories.patterns.shape[1])),
    ]


def _write_rows(run: Run, layer: int, memories: Memories, part: slice, table: TextIO) -> None:
    """One row a memory; nine figures are read back as exactly the float32 that they stand for."""
    columns, places = np.divmod(memories.slots[part], run.layers[layer].capacity)
    associations = ",".join(["%.9g"] * memories.associations.shape[1])
    patterns = ",".join(["%.9g"] * memories.patterns.shape[1])
    names = [_quoted(name) for name in run.class_names]
    rows = zip(
        memories.ids[part].tolist(),
        columns.tolist(),
        places.tolist(),
        memories.classes[part].tolist(),
        memories.associations[part].tolist(),
        memories.wins[part].tolist(),
        memories.usage[part].tolist(),
        memories.usefulness[part].tolist(),
        memories.births[part].tolist(),
        memories.sources[part].tolist(),
        memories.taught[part].tolist(),
        memories.muted[part].tolist(),
        memories.squared_norms[part].tolist(),
        memories.patterns[part].tolist(),
        strict=True,
    )
    table.writelines(
        f"{number},{column},{place},{names[label]},{associations % tuple(weights)},{wins},{usage:.9g},"
        f"{useful:.9g},{birth},{source},{int(taught)},{int(muted)},{norm:.9g},{patterns % tuple(values)}\r\n"
        for number, column, place, label, weights, wins, usage, useful, birth, source, taught, muted, norm,
        values in rows
    )  # fmt: skip


def _quoted(name: str) -> str:
    """A name as a field of a CSV file."""
    return '"' + name.replace('"', '""') + '"' if any(sign in name for sign in ',"\r\n') else name
