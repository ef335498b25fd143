"""What an export will be, in a line and a small picture; made on a thread of its own while one chooses."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace

import numpy as np
from PySide6.QtCore import QObject, QSize, Qt, Signal, Slot
from PySide6.QtGui import QImage

from engine.archive import ArchiveError
from engine.arrays import Bytes
from memnet_gui import export_kinds as kinds
from memnet_gui.export_fields import Options
from memnet_gui.export_kinds import Kind, Need
from memnet_gui.export_looks import (
    confusion_drawing,
    curves_drawing,
    memories_look,
    mosaic_look,
    record_of,
)
from memnet_gui.export_material import Material
from memnet_gui.exports.mosaic import Caption, Mosaic
from memnet_gui.exports.pigments import Pigments
from memnet_gui.exports.record import FADING
from memnet_gui.exports.text import rendered
from memnet_gui.exports.tiles import resized
from memnet_gui.theme import Theme

_CHEAP = 3_000_000
"""Pixels up to which a mosaic is drawn as it will be; beyond, with smaller tiles."""
_TILES = 12


@dataclass(frozen=True, slots=True)
class Sketch:
    """facts: a line. problem: a sentence on why it cannot be written so; empty where it can."""

    facts: str
    image: QImage | None = None
    problem: str = ""


def sketch(kind: Kind, material: Material, options: Options, room: QSize) -> Sketch:
    """room: pixels that the picture may take. May run on any thread."""
    if kind.need is not Need.NOTHING and material.snapshot is None:
        return Sketch("")
    try:
        facts, image = _SKETCHES[kind.id](material, options)
    except (OSError, ArchiveError, ValueError) as error:
        return Sketch("", problem=str(error))
    if image is not None and (image.width() > room.width() or image.height() > room.height()):
        image = image.scaled(
            room, Qt.AspectRatioMode.KeepAspectRatio, Qt.TransformationMode.SmoothTransformation
        )
    return Sketch(facts, image)


class Sketcher(QObject):
    """Makes sketches one after the other; of those that wait only the newest. made(Sketch).

    Whoever is asked for another meanwhile never hears of the one before. Lives on the window's thread.
    """

    made = Signal(object)
    _finished = Signal(int, object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._worker: ThreadPoolExecutor | None = None
        self._asked = 0
        self._finished.connect(self._take)

    def ask(self, make: Callable[[], Sketch]) -> None:
        self._asked += 1
        if self._worker is None:
            self._worker = ThreadPoolExecutor(1, thread_name_prefix="memnet-sketch")
        self._worker.submit(self._make, self._asked, make)

    def forget(self) -> None:
        """Whatever is being made is not wanted any more."""
        self._asked += 1

    def finish(self) -> None:
        """Wait for what is being made; from any thread."""
        self.forget()
        if self._worker is not None:
            self._worker.shutdown(wait=True, cancel_futures=True)

    def _make(self, number: int, make: Callable[[], Sketch]) -> None:
        if number == self._asked:  # one int, written by the window's thread alone
            self._finished.emit(number, make())

    @Slot(int, object)
    def _take(self, number: int, made: Sketch) -> None:
        if number == self._asked:
            self.made.emit(made)


# What each kind looks like ---------------------------------------------------------------------

_Sketched = tuple[str, QImage | None]


def _snapshot(material: Material, _options: Options) -> _Sketched:
    return f"1 file · {material.run.digits:,} digits · {material.run.count:,} memories", None


def _report(material: Material, _options: Options) -> _Sketched:
    return f"1 page · {material.run.digits:,} digits · {material.run.count:,} memories", None


def _mosaic(material: Material, options: Options) -> _Sketched:
    look = mosaic_look(material, options)
    whole = Mosaic(material.run, look)
    whole.require_fit()
    facts = f"{_size(whole.width, whole.height)} · {whole.count:,} memories"
    drawn = whole
    if whole.width * whole.height > _CHEAP:
        tile = int(whole.tile * (_CHEAP / (whole.width * whole.height)) ** 0.5)
        drawn = Mosaic(material.run, replace(look, tile=max(1, tile), caption=Caption.NONE))
    return facts, _as_image(drawn.draw(), look.theme)


def _memories(material: Material, options: Options) -> _Sketched:
    look, run = memories_look(material, options), material.run
    layers = range(len(run.layers)) if look.layer is None else (look.layer,)
    count = sum(len(run.memories(layer)) for layer in layers)
    sides = " and ".join(f"{run.layers[layer].field * look.scale}" for layer in layers)
    shown = next((layer for layer in layers if len(run.memories(layer))), layers[0])
    tables = "1 table" if len(layers) == 1 else f"{len(layers)} tables"
    facts = f"{count:,} pictures, {sides} pixels across, and {tables}"
    tiles = resized(run.pictures(shown, slice(0, _TILES)), run.layers[shown].field * look.scale)
    return facts, _as_image(_in_a_row(tiles), look.theme)


def _in_a_row(tiles: Bytes) -> Bytes:
    """(n, side, side[, 3]) → a picture of them, four to a row."""
    side, gap = tiles.shape[1], max(1, tiles.shape[1] // 14)
    pitch = side + gap
    rows = -(-len(tiles) // 4)
    canvas = np.zeros((rows * pitch + gap, 4 * pitch + gap, *tiles.shape[3:]), np.uint8)
    for number, tile in enumerate(tiles):
        top, left = gap + number // 4 * pitch, gap + number % 4 * pitch
        canvas[top : top + side, left : left + side] = tile
    return canvas


def _memory(material: Material, options: Options) -> _Sketched:
    assert material.memory is not None
    side = int(options["tile"])
    tile = resized(material.memory.pattern[None], side)[0]
    return f"{_size(side, side)} · memory {material.memory.id:,}", _as_image(tile, material.paper(options))


def _curves(material: Material, options: Options) -> _Sketched:
    drawing = curves_drawing(material, options)
    rows = np.union1d(material.run.curves.digits, material.run.curves.test_digits).size
    table = f"{rows + 1:,} rows · 7 columns"
    return _drawn(drawing.file(), drawing.width, drawing.height, options, table)


def _confusion(material: Material, options: Options) -> _Sketched:
    drawing = confusion_drawing(material, options)
    classes = len(material.run.class_names)
    table = f"{classes + 1} rows · {classes + 1} columns"
    return _drawn(drawing.file(), drawing.width, drawing.height, options, table)


def _drawn(svg: str, width: float, height: float, options: Options, table: str) -> _Sketched:
    across = int(options["width"])
    facts = {
        "csv": table,
        "svg": f"{_size(round(width), round(height))}, sharp at any size",
        "png": _size(across, round(across * height / width)),
    }
    form = str(options["format"])
    return facts[form], None if form == "csv" else QImage.fromData(rendered(svg, round(width)))


def _window(material: Material, _options: Options) -> _Sketched:
    assert material.window is not None
    return _size(material.window.width(), material.window.height()), material.window


def _record(material: Material, options: Options) -> _Sketched:
    record = record_of(material, options)
    frames = min(int(options["pages"]), material.run.digits) + FADING
    seconds = frames / record.frames_per_second
    facts = f"{_size(*record.size)} · about {frames} frames · {seconds:.0f} s"
    pigments = Pigments(record.theme, colored=record.colored, indexed=True)
    *_, last = record.paint(pigments)  # without flashes
    return facts, _rgb_image(pigments.color_table[last])


_SKETCHES: dict[str, Callable[[Material, Options], _Sketched]] = {
    kinds.SNAPSHOT.id: _snapshot,
    kinds.REPORT.id: _report,
    kinds.MOSAIC.id: _mosaic,
    kinds.MEMORIES.id: _memories,
    kinds.MEMORY.id: _memory,
    kinds.CURVES.id: _curves,
    kinds.CONFUSION.id: _confusion,
    kinds.WINDOW.id: _window,
    kinds.RECORD.id: _record,
}


def _size(width: int, height: int) -> str:
    return f"{width:,} × {height:,} pixels"


def _as_image(picture: Bytes | None, theme: Theme) -> QImage | None:
    """Ink on paper, (height, width), or colours as they are, (height, width, 3)."""
    if picture is None or picture.ndim == 3:
        return None if picture is None else _rgb_image(picture)
    picture = np.ascontiguousarray(picture)
    height, width = picture.shape
    image = QImage(picture.data, width, height, width, QImage.Format.Format_Indexed8)
    image.setColorTable(theme.ink_levels)
    return image.convertToFormat(QImage.Format.Format_RGB32)


def _rgb_image(picture: Bytes) -> QImage:
    picture = np.ascontiguousarray(picture)
    height, width = picture.shape[:2]
    return QImage(picture.data, width, height, 3 * width, QImage.Format.Format_RGB888).copy()
