"""`memnet export`: everything that the window exports, from a snapshot, without a display."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from engine.archive import ArchiveError
from engine.datasets import DatasetError, load_mnist
from engine.files import check_place, unwritable
from engine.snapshot import Snapshot
from engine.terminal.progress import Progress
from memnet_gui.exports.figures import SUFFIXES, export_confusion, export_curves
from memnet_gui.exports.memories import MemoriesLook, check_folder, write_memories
from memnet_gui.exports.mosaic import LARGEST_TILE, Caption, Mosaic, MosaicLook, write_mosaic
from memnet_gui.exports.report import Images, write_report
from memnet_gui.exports.run import Progress as Going
from memnet_gui.exports.run import Run
from memnet_gui.exports.text import ready_for_text
from memnet_gui.mosaic_order import Choice, Sort
from memnet_gui.theme import THEMES

FAILED = 1


@dataclass(frozen=True, slots=True)
class _Export:
    """One of the things that were asked for: what it is called, where it goes, and how it is written."""

    name: str
    path: Path
    write: Callable[[Path, Going], object]


def export(arguments: argparse.Namespace) -> int:
    """Write what is asked for, and say what was written. Returns the exit code.

    arguments: source, the snapshot; snapshot, mosaic, memories, curves, confusion, report: where to,
    or None; layer, tile, sort, by_column, captions, scale, theme: how; force, json. Either every place
    can be written, or nothing is begun. Raises ArchiveError with a sentence where the snapshot
    cannot be read.
    """
    snapshot = Snapshot.read(arguments.source)
    run = Run(snapshot)
    try:
        exports = _wanted(arguments, snapshot, run)
        _check(exports, replace=arguments.force)
    except (OSError, ValueError) as error:
        Progress().say(str(error))
        return FAILED
    written: dict[str, str] = {}
    for wanted in exports:
        progress = Progress()
        try:
            wanted.write(wanted.path, _counting(progress, wanted.name))
        except (OSError, ArchiveError) as error:
            kept = f" Written before that: {', '.join(written.values())}." if written else ""
            progress.say(f"{error}{kept}")
            return FAILED
        progress.clear()
        written[wanted.name] = str(wanted.path)
    if arguments.json:
        sys.stdout.write(json.dumps({"snapshot": arguments.source.name, "written": written}) + "\n")
    else:
        sys.stdout.writelines(f"{name:12}{path}\n" for name, path in written.items())
    return 0


def _counting(progress: Progress, name: str) -> Going:
    def show(done: int, total: int) -> bool:
        progress.count(f"of the {name} done", done, total)
        return True

    return show


def _wanted(arguments: argparse.Namespace, snapshot: Snapshot, run: Run) -> list[_Export]:
    """What is asked for, quick things first. Raises OSError with a sentence where a mosaic is too large."""
    theme = THEMES[arguments.theme]
    layer = None if arguments.layer is None else run.layer_called(arguments.layer)
    figures = {
        name: _with_suffix(path, *SUFFIXES)
        for name, path in (("curves", arguments.curves), ("confusion", arguments.confusion))
        if path is not None
    }
    if (arguments.mosaic and arguments.captions) or any(
        path.suffix.lower() == ".png" for path in figures.values()
    ):
        ready_for_text()

    exports = []
    if arguments.snapshot is not None:
        exports.append(
            _Export(
                "snapshot", _with_suffix(arguments.snapshot, ".npz"), lambda place, _: snapshot.write(place)
            )
        )
    if path := figures.get("curves"):
        exports.append(_Export("curves", path, lambda place, _: export_curves(run, place, theme)))
    if path := figures.get("confusion"):
        exports.append(_Export("confusion", path, lambda place, _: export_confusion(run, place, theme)))
    if arguments.mosaic is not None:
        look = _mosaic_look(arguments, run, layer or 0)
        Mosaic(run, look).require_fit()
        path = _with_suffix(arguments.mosaic, ".png")
        exports.append(_Export("mosaic", path, lambda place, go_on: write_mosaic(run, place, look, go_on)))
    if arguments.report is not None:
        path = _with_suffix(arguments.report, ".html", ".htm")
        exports.append(_Export("report", path, lambda place, _: write_report(run, place, _images(run))))
    if arguments.memories is not None:
        kind = MemoriesLook(arguments.scale, layer, theme)
        replace = arguments.force
        exports.append(
            _Export(
                "memories",
                arguments.memories,
                lambda place, go_on: write_memories(run, place, kind, go_on, replace=replace),
            )
        )
    return exports


def _mosaic_look(arguments: argparse.Namespace, run: Run, layer: int) -> MosaicLook:
    count, times = arguments.tile or (1, True)
    tile = count * run.layers[layer].field if times else count
    if tile > LARGEST_TILE:
        raise ValueError(f"Tiles of {tile:,} pixels are too large; choose up to {LARGEST_TILE:,}.")
    return MosaicLook(
        layer,
        tile,
        Choice(Sort(arguments.sort), in_place=arguments.by_column),
        Caption.CLASS if arguments.captions else Caption.NONE,
        THEMES[arguments.theme],
    )


def _with_suffix(path: Path, *suffixes: str) -> Path:
    """The path, with the first of the suffixes unless it has one of them."""
    return path if path.suffix.lower() in suffixes else path.with_name(path.name + suffixes[0])


def _check(exports: list[_Export], *, replace: bool) -> None:
    """Raise OSError with a sentence where anything could not be written, or would be written over unasked."""
    places: dict[Path, str] = {}
    for wanted in exports:
        path = wanted.path
        if (other := places.setdefault(path.resolve(), wanted.name)) != wanted.name:
            raise OSError(
                f"{other} and {wanted.name} would both go to {path}. Nothing was written; "
                "give each a place of its own."
            )
        try:
            if wanted.name == "memories":
                check_folder(path, replace=replace)
            else:
                check_place(path)
        except FileExistsError:
            raise _in_the_way(path) from None
        except OSError as error:
            raise unwritable(path, error) from error
        if wanted.name != "memories" and path.exists() and not replace:
            raise _in_the_way(path)


def _in_the_way(path: Path) -> OSError:
    return OSError(
        f"{path} exists already. Nothing was written; choose another name, or add --force to replace it."
    )


def _images(run: Run) -> Images:
    """The digits that were answered wrongly last, where the data that the run learned is at hand."""
    if not len(run.mistakes):
        return {}
    try:
        dataset = load_mnist()
    except DatasetError:
        return {}
    if dataset.checksum != run.data_checksum:
        return {}
    return {source: dataset.train_images[source] for source in run.mistakes[:, 1].tolist()}
