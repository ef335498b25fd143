"""What was chosen in the dialog, as the exporters want it, and the figures that say what it will be."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from PySide6.QtCore import QBuffer, QIODevice
from PySide6.QtGui import QImage, QImageWriter

from engine.arrays import freeze
from engine.findings import Growth, Page
from engine.png import encode_png
from memnet_gui.export_fields import Options
from memnet_gui.export_material import Material
from memnet_gui.exports.confusion_figure import draw_confusion
from memnet_gui.exports.curves_figure import draw_curves
from memnet_gui.exports.memories import MemoriesLook
from memnet_gui.exports.mosaic import Caption, MosaicLook
from memnet_gui.exports.record import Record
from memnet_gui.exports.svg import Drawing, of_theme
from memnet_gui.exports.tiles import ink_palette, resized
from memnet_gui.memory_words import layer_name
from memnet_gui.mosaic_order import Choice, Sort


def mosaic_look(material: Material, options: Options) -> MosaicLook:
    layer = material.layer(options)
    return MosaicLook(
        layer,
        int(options["tile"]),
        _choice(material, options, layer),
        Caption(options["captions"]),
        material.paper(options),
    )


def _choice(material: Material, options: Options, layer: int) -> Choice:
    """Order and filter; those of the panel only where it shows that layer."""
    if options["order"] == "shown":
        return material.choice if layer == material.shown else replace(Choice(), sort=material.choice.sort)
    if options["order"] == "columns":
        return Choice(in_place=not material.info.layers[layer].whole)
    return Choice(sort=Sort(options["order"]))


def memories_look(material: Material, options: Options) -> MemoriesLook:
    every = options.get("layer", "") == ""
    layer = None if every and len(material.info.layers) > 1 else material.layer(options)
    return MemoriesLook(int(options["scale"]), layer, material.paper(options))


def record_of(material: Material, options: Options) -> Record:
    """The record, once its pages are there. Raises ValueError, with a sentence, where there are none."""
    layer = material.layer(options)
    growth = material.growth if material.growth is not None else _all_at_once(material, layer)
    if not any(len(page.slots) for page in growth.pages):
        raise ValueError("This layer has no memories yet. Nothing was written; learn some digits first.")
    info = material.info
    name = layer_name(info.layers[layer], info.layers)
    title = f"{name} · {info.config.preset.capitalize()} · {info.data} · seed {info.seed}"
    paper = material.paper(options)
    return Record(growth, info.layers[layer], title, paper, int(options["tile"]), int(options["rate"]))


def _all_at_once(material: Material, layer: int) -> Growth:
    """A record of one page, on which every memory of the snapshot is old: what a preview needs."""
    run = material.run
    memories = run.memories(layer)
    recent = float(run.curves.recent[-1]) if run.curves.recent.size else None
    page = Page(
        run.digits,
        memories.slots,
        memories.classes,
        run.pictures(layer),
        freeze(np.zeros(0, np.int64)),
        recent,
        len(memories),
    )
    return Growth(0, layer, (page,))


def curves_drawing(material: Material, options: Options) -> Drawing:
    return draw_curves(material.run, of_theme(material.paper(options)))


def confusion_drawing(material: Material, options: Options) -> Drawing:
    return draw_confusion(material.run, of_theme(material.paper(options)))


def memory_png(material: Material, options: Options) -> bytes:
    assert material.memory is not None
    pattern = material.memory.pattern
    tile = resized(pattern[None], int(options["tile"]))[0]
    return encode_png(tile, None if tile.ndim == 3 else ink_palette(material.paper(options)))


def png_of(image: QImage) -> bytes:
    """A picture as the bytes of a PNG file."""
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    QImageWriter(buffer, b"png").write(image)
    return bytes(buffer.data().data())
