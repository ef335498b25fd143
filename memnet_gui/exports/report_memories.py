"""The sections of a report that show the memories."""

from __future__ import annotations

from bisect import bisect_left

import numpy as np

from memnet_gui.exports.mosaic import Mosaic, MosaicLook
from memnet_gui.exports.page import Html, element, ink_image, joined, table
from memnet_gui.exports.report_scores import section
from memnet_gui.exports.run import Run
from memnet_gui.memory_words import layer_meaning, layer_name, source_in_words, wins_in_words
from memnet_gui.mosaic_order import Choice, Sort

MOSAIC_PIXELS = 4_000_000
"""Of all mosaics together, where memories are grey; a third of that in colour. It bounds the report:
compressed and in letters they take up to a third more bytes than that, and mostly a third."""
_WIDEST = 1800
_LARGEST_TILE = 56
MOST_USEFUL, MOST_TOUCHED = 16, 32
"""Memories shown of each layer."""
_THUMB = 72


def memories(run: Run) -> Html:
    """How many memories of each class each layer holds."""
    layers = range(len(run.layers))
    counts = [np.bincount(run.memories(layer).classes, minlength=len(run.class_names)) for layer in layers]
    rows = [
        (name, *(f"{int(count[number]):,}" for count in counts))
        for number, name in enumerate(run.class_names)
    ]
    rows.append(("all", *(f"{int(count.sum()):,}" for count in counts)))
    meanings = (
        element("p", element("b", layer.name), f": {layer_meaning(layer)}.", class_="note")
        for layer in run.layers
    )
    return section(
        "Memories",
        "Each memory votes for the classes it is associated with; it counts for the strongest of them.",
        *meanings,
        table(("class", *(layer.name for layer in run.layers)), rows),
    )


def mosaics(run: Run) -> Html:
    """Every memory of every layer, as small as it takes."""
    figures = []
    for layer, info in enumerate(run.layers):
        look = _fitting(run, layer, MOSAIC_PIXELS // len(run.layers) // run.config.channels)
        if look is None or not len(run.memories(layer)):
            continue
        picture = Mosaic(run, look).draw()
        assert picture is not None
        how = "where their columns sit in the image" if look.choice.in_place else "by class"
        words = f"{layer_name(info, run.layers)}: {len(run.memories(layer)):,} memories, {how}."
        figures.append(element("figure", ink_image(picture, words), element("figcaption", words)))
    return section("All memories", "Every pattern that was kept, drawn as it is compared.", *figures)


def _fitting(run: Run, layer: int, pixels: int) -> MosaicLook | None:
    """The largest tiles whose mosaic has no more pixels; None where even the smallest has."""
    choice = Choice(Sort.CLASS, in_place=not run.layers[layer].whole)

    def too_large(tile: int) -> bool:
        mosaic = Mosaic(run, MosaicLook(layer, tile, choice))
        return mosaic.width * mosaic.height > pixels or mosaic.width > _WIDEST

    tile = bisect_left(range(1, _LARGEST_TILE + 1), True, key=too_large)
    return MosaicLook(layer, tile, choice) if tile else None


def most_useful(run: Run) -> Html:
    """The memories whose votes helped the right answers most."""
    parts = []
    for layer in range(len(run.layers)):
        useful = run.memories(layer).usefulness
        order = np.argsort(-useful, kind="stable")[:MOST_USEFUL]
        if rows := order[useful[order] > 0].tolist():
            parts += _gallery(run, layer, rows)
    return section(
        "Most useful memories",
        "Those whose votes spoke most for the right class and least for the others.",
        *parts,
    )


def touched(run: Run) -> Html:
    """What was changed by hand and is still there."""
    parts = []
    for layer in range(len(run.layers)):
        own = run.memories(layer)
        for words, flags in (("taught by hand", own.taught), ("muted", own.muted)):
            rows = np.flatnonzero(flags)
            if rows.size:
                shown = f", {MOST_TOUCHED} of them shown" if rows.size > MOST_TOUCHED else ""
                heading = f"{run.layers[layer].name}: {rows.size:,} {words}{shown}"
                parts += _gallery(run, layer, rows[:MOST_TOUCHED].tolist(), heading)
    return section(
        "Changed by hand",
        "Memories that somebody taught, and memories that are kept but do not vote.",
        *parts,
    )


def _gallery(run: Run, layer: int, rows: list[int], heading: str | None = None) -> list[Html]:
    """Memories side by side, each with what is known about it."""
    own = run.memories(layer)
    pictures = run.pictures(layer, np.array(rows))
    width = max(1, round(_THUMB / run.layers[layer].field)) * run.layers[layer].field
    items = []
    for row, picture in zip(rows, pictures, strict=True):
        name = run.class_names[int(own.classes[row])]
        facts = (
            f"#{int(own.ids[row])}",
            wins_in_words(int(own.wins[row])),
            f"useful {float(own.usefulness[row]):+.1f}".replace("-", "−"),
            f"born at {int(own.births[row]):,}",
            source_in_words(int(own.sources[row])),
        )
        image = ink_image(picture, f"memory {int(own.ids[row])} of class {name}", width=width)
        lines = joined(part for fact in facts for part in (element("br"), fact))
        items.append(element("li", image, element("b", name), lines))
    title = heading or layer_name(run.layers[layer], run.layers)
    return [element("h3", title), element("ul", *items, class_="thumbs")]
