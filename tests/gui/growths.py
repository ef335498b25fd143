"""Hand-made records of how a layer's memories came to be."""

from __future__ import annotations

import numpy as np

from engine.arrays import Bytes, freeze
from engine.findings import Growth, Page
from engine.frame import NetworkInfo
from tests.gui.frames import make_tiles


def make_growth(
    info: NetworkInfo, layer: int = 0, pages: int = 6, each: int = 10, request: int = 1, colored: bool = False
) -> Growth:
    """Every page brings `each` new memories; none changes later."""
    return Growth(
        request, layer, tuple(make_page(info, layer, number, each, colored) for number in range(pages))
    )


def make_page(
    info: NetworkInfo, layer: int = 0, number: int = 0, each: int = 10, colored: bool = False
) -> Page:
    """The page of that number, with memories of its own."""
    tiles = make_tiles(info, layer, each, start=number * each)
    return Page(
        digit=100 * (number + 1),
        slots=tiles.slots,
        classes=freeze(np.arange(each, dtype=np.int64) % info.classes),
        tiles=freeze(np.repeat(tiles.tiles[..., None], 3, axis=3)) if colored else tiles.tiles,
        gone=freeze(np.zeros(0, np.int64)),
        recent=0.5 + number / 100,
        memories=each * (number + 1),
    )


def changed(page: Page, number: int, *, slots: list[int], tiles: Bytes, gone: tuple[int, ...] = ()) -> Page:
    """A page after `page` on which only those slots changed."""
    return Page(
        digit=page.digit + 100 * number,
        slots=freeze(np.array(slots, np.int64)),
        classes=freeze(np.zeros(len(slots), np.int64)),
        tiles=freeze(tiles),
        gone=freeze(np.array(gone, np.int64)),
        recent=page.recent,
        memories=page.memories + len(slots) - len(gone),
    )
