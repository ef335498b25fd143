"""Everything that can be exported: what can be chosen about it, what it will be, and who writes it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from pathlib import Path

from engine.files import write_file
from engine.frame import NetworkInfo
from memnet_gui.export_fields import Choose, Count, Field, Item, Options
from memnet_gui.export_looks import (
    confusion_drawing,
    curves_drawing,
    memories_look,
    memory_png,
    mosaic_look,
    png_of,
    record_of,
)
from memnet_gui.export_material import Material
from memnet_gui.exports.animation import FORMATS, write_record
from memnet_gui.exports.memories import LARGEST_SCALE, write_memories
from memnet_gui.exports.mosaic import LARGEST_TILE, Caption, write_mosaic
from memnet_gui.exports.report import write_report
from memnet_gui.exports.run import Progress
from memnet_gui.exports.tables import write_confusion, write_curves
from memnet_gui.exports.text import LARGEST_WIDTH, SMALLEST_WIDTH, rendered
from memnet_gui.memory_words import layer_name
from memnet_gui.mosaic_order import Sort

Write = Callable[[Material, Options, Path, Progress, bool], bool]
"""Writes an export to a path, replacing a folder only where the last argument says so. → False where
`Progress` said to stop. Runs on a thread of its own; raises OSError, ArchiveError or ValueError with a
sentence."""


class Need(Enum):
    """What the engine is asked for first."""

    NOTHING = "nothing"
    RUN = "run"
    GROWTH = "growth"


@dataclass(frozen=True, slots=True)
class Kind:
    """Something that can be exported.

    id: what settings call it. meaning: a sentence. ending: the last part of the file's name, with its
    suffix where there is only one; fields: what can be chosen about it. why_not: why there is none now.
    """

    id: str
    name: str
    meaning: str
    ending: str
    need: Need
    fields: Callable[[NetworkInfo], tuple[Field, ...]]
    write: Write
    why_not: Callable[[Material], str] = lambda _material: ""
    folder: bool = False

    def suffix(self, options: Options) -> str:
        """ ".png"; empty for a folder."""
        return f".{options['format']}" if "format" in options else Path(self.ending).suffix

    def suffixes(self, info: NetworkInfo) -> tuple[str, ...]:
        """All that it can have."""
        formats = next((field for field in self.fields(info) if field.key == "format"), None)
        if isinstance(formats, Choose):
            return tuple(f".{item.value}" for item in formats.items)
        return (Path(self.ending).suffix,) if not self.folder else ()

    def file_name(self, material: Material, options: Options) -> str:
        """What is suggested."""
        stem = f"{material.stem}-{Path(self.ending).stem}" if self is not MEMORY else _memory_name(material)
        return stem + self.suffix(options)


# What can be chosen ----------------------------------------------------------------------------

_PAPER = Choose(
    "paper",
    "Pape&r",
    "Ink and paper of the picture",
    items=(Item("window", "As the window"), Item("light", "Light"), Item("dark", "Dark")),
)
_DRAWN_PAPER = Choose("paper", _PAPER.label, _PAPER.tip, ("format", ("svg", "png")), _PAPER.items)
_TABLE_FORMAT = Choose(
    "format",
    "For&mat",
    "A table of all figures, a drawing for print, or a picture",
    items=(Item("csv", "Table (CSV)"), Item("svg", "Drawing (SVG)"), Item("png", "Picture (PNG)")),
)
_WIDTH = Count(
    "width",
    "&Width",
    "Pixels across the picture",
    ("format", ("png",)),
    low=SMALLEST_WIDTH,
    high=LARGEST_WIDTH,
    first=1600,
    unit=" px",
)
_TILE_TIP = "Pixels across one memory"
_ORDERS = (
    Item("shown", "As in the window"),
    Item(Sort.TIME.value, "Oldest first"),
    Item(Sort.AGE.value, "Youngest first"),
    Item(Sort.CLASS.value, "By class"),
    Item(Sort.WINS.value, "Most wins first"),
    Item(Sort.USEFULNESS.value, "Most useful first"),
)
_CAPTIONS = (
    Item(Caption.NONE.value, "None"),
    Item(Caption.CLASS.value, "Class · born at digit"),
    Item(Caption.ID.value, "Id · born at digit"),
)


def _layers(info: NetworkInfo, *more: Item) -> tuple[Choose, ...]:
    """Which layer, where there are several."""
    if len(info.layers) == 1:
        return ()
    items = tuple(Item(layer.name, layer_name(layer, info.layers)) for layer in info.layers)
    return (Choose("layer", "&Layer", "Whose memories", items=(*more, *items)),)


def _mosaic_fields(info: NetworkInfo) -> tuple[Field, ...]:
    by_column = () if all(layer.whole for layer in info.layers) else (Item("columns", "By column"),)
    return (
        *_layers(info),
        Choose("order", "&Order", "Which memory stands where", items=(*_ORDERS, *by_column)),
        Choose("captions", "Ca&ptions", "What stands under each memory", items=_CAPTIONS),
        Count("tile", "&Tile size", _TILE_TIP, low=4, high=LARGEST_TILE, first=28, unit=" px"),
        _PAPER,
    )


def _memories_fields(info: NetworkInfo) -> tuple[Field, ...]:
    scale = Count(
        "scale",
        "Enlar&ge",
        "Pixels of the picture for each pixel of a memory",
        low=1,
        high=LARGEST_SCALE,
        first=4,
        unit=" ×",
    )
    return (*_layers(info, Item("", "All layers")), scale, _PAPER)


def _memory_fields(_info: NetworkInfo) -> tuple[Field, ...]:
    return (Count("tile", "&Tile size", _TILE_TIP, low=16, high=LARGEST_TILE, first=280, unit=" px"), _PAPER)


def _table_fields(_info: NetworkInfo) -> tuple[Field, ...]:
    return _TABLE_FORMAT, _WIDTH, _DRAWN_PAPER


def _record_fields(info: NetworkInfo) -> tuple[Field, ...]:
    formats = tuple(Item(kind.suffix[1:], kind.name, kind.missing) for kind in FORMATS)
    rates = tuple(Item(rate, f"{rate}") for rate in (10, 20, 25, 5))
    lengths = tuple(Item(pages, f"{pages}") for pages in (120, 60, 240, 480))
    return (
        *_layers(info),
        Choose(
            "format", "For&mat", "GIF plays anywhere; MP4 is smaller and keeps all colours", items=formats
        ),
        Count("tile", "&Tile size", f"{_TILE_TIP}, at most", low=4, high=64, first=14, unit=" px"),
        Choose("pages", "Moment&s", "How many moments of the run are shown", items=lengths),
        Choose("rate", "Frames a secon&d", "How many moments are shown each second", items=rates),
        _PAPER,
    )


def _no_fields(_info: NetworkInfo) -> tuple[Field, ...]:
    return ()


# Who writes it ---------------------------------------------------------------------------------


def _write_snapshot(
    material: Material, _options: Options, path: Path, _go_on: Progress, _replace: bool
) -> bool:
    assert material.snapshot is not None
    material.snapshot.write(path)
    return True


def _write_mosaic(material: Material, options: Options, path: Path, go_on: Progress, _replace: bool) -> bool:
    return write_mosaic(material.run, path, mosaic_look(material, options), go_on)


def _write_memories(material: Material, options: Options, path: Path, go_on: Progress, replace: bool) -> bool:
    return write_memories(material.run, path, memories_look(material, options), go_on, replace=replace)


def _write_memory(material: Material, options: Options, path: Path, _go_on: Progress, _replace: bool) -> bool:
    write_file(path, memory_png(material, options))
    return True


def _write_curves(material: Material, options: Options, path: Path, _go_on: Progress, _replace: bool) -> bool:
    if options["format"] == "csv":
        write_curves(material.run.curves, path)
    else:
        _write_drawing(curves_drawing(material, options).file(), options, path)
    return True


def _write_confusion(
    material: Material, options: Options, path: Path, _go_on: Progress, _replace: bool
) -> bool:
    if options["format"] == "csv":
        write_confusion(material.run.confusion, material.run.class_names, path)
    else:
        _write_drawing(confusion_drawing(material, options).file(), options, path)
    return True


def _write_drawing(svg: str, options: Options, path: Path) -> None:
    write_file(path, svg.encode() if options["format"] == "svg" else rendered(svg, int(options["width"])))


def _write_window(
    material: Material, _options: Options, path: Path, _go_on: Progress, _replace: bool
) -> bool:
    assert material.window is not None
    write_file(path, png_of(material.window))
    return True


def _write_record(material: Material, options: Options, path: Path, go_on: Progress, _replace: bool) -> bool:
    return write_record(record_of(material, options), path, go_on)


def _write_report(
    material: Material, _options: Options, path: Path, _go_on: Progress, _replace: bool
) -> bool:
    write_report(material.run, path, {mistake.source: mistake.image for mistake in material.mistakes})
    return True


# What there is ---------------------------------------------------------------------------------


def _needs_memories(material: Material) -> str:
    return (
        ""
        if sum(material.memories)
        else "There are no memories yet. Press Space in the window to learn some."
    )


def _needs_format(material: Material) -> str:
    return _needs_memories(material) or (
        "" if any(not kind.missing for kind in FORMATS) else FORMATS[0].missing
    )


def _needs_inspected(material: Material) -> str:
    return (
        "" if material.memory is not None else "Click a memory in the window first; then it can be exported."
    )


def _memory_name(material: Material) -> str:
    number = "" if material.memory is None else f"-{material.memory.id}"
    return f"{material.stem}-memory{number}"


SNAPSHOT = Kind(
    "snapshot",
    "Snapshot",
    "The whole run: memories, scores and settings. Open it again and learning goes on, digit for digit.",
    "snapshot.npz",
    Need.RUN,
    _no_fields,
    _write_snapshot,
)
MOSAIC = Kind(
    "mosaic",
    "Mosaic picture",
    "All memories of a layer side by side, as one picture.",
    "mosaic.png",
    Need.RUN,
    _mosaic_fields,
    _write_mosaic,
    _needs_memories,
)
MEMORIES = Kind(
    "memories",
    "Every memory",
    "A folder with each memory as a picture, and a table of all that is known about them.",
    "memories",
    Need.RUN,
    _memories_fields,
    _write_memories,
    _needs_memories,
    folder=True,
)
MEMORY = Kind(
    "memory",
    "Inspected memory",
    "The memory that is open in the Inspector, as a picture.",
    "memory.png",
    Need.NOTHING,
    _memory_fields,
    _write_memory,
    _needs_inspected,
)
CURVES = Kind(
    "curves",
    "Curves",
    "Accuracy, memories and novelty, digit by digit.",
    "curves.csv",
    Need.RUN,
    _table_fields,
    _write_curves,
)
CONFUSION = Kind(
    "confusion",
    "Confusion matrix",
    "How often each class was answered for each label.",
    "confusion.csv",
    Need.RUN,
    _table_fields,
    _write_confusion,
)
WINDOW = Kind(
    "window",
    "The window as it looks",
    "A picture of the window as it was when this dialog opened.",
    "window.png",
    Need.NOTHING,
    _no_fields,
    _write_window,
)
RECORD = Kind(
    "record",
    "Animated record",
    "The mosaic as it grew. New memories flash, and each keeps its place.",
    "growth.gif",
    Need.GROWTH,
    _record_fields,
    _write_record,
    _needs_format,
)
REPORT = Kind(
    "report",
    "Report",
    "The run on one page: scores, curves, confusions, memories. Opens offline in any browser.",
    "report.html",
    Need.RUN,
    _no_fields,
    _write_report,
)
KINDS = (SNAPSHOT, REPORT, MOSAIC, MEMORIES, MEMORY, RECORD, CURVES, CONFUSION, WINDOW)
"""In the order in which they are offered."""
