"""The mosaic as a PNG: what is in it, and what happens when it cannot be written."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtGui import QImage

from memnet_gui.mosaic import Mosaic
from memnet_gui.mosaic_atlas import FULL_INK, Scale
from memnet_gui.mosaic_export import mosaic_image, write_png
from memnet_gui.mosaic_order import Choice, Sort
from memnet_gui.theme import DARK, LIGHT, Theme
from tests.gui.frames import make_catalogue, make_info, make_tiles

INFO = make_info()


def mosaic_of(layer: int = 0, count: int = 100, choice: Choice | None = None) -> Mosaic:
    mosaic = Mosaic(INFO.layers[layer], choice)
    mosaic.take_tiles(make_tiles(INFO, layer, count))
    mosaic.take_catalogue(make_catalogue(INFO, layer, count))
    mosaic.step(0.0)
    mosaic.step(0.0)
    return mosaic


def test_every_memory_is_in_the_picture_at_its_own_size_and_in_order() -> None:
    mosaic = mosaic_of(choice=Choice(Sort.WINS))
    picture = mosaic_image(mosaic)
    tiles = make_tiles(INFO, 0, 100).tiles
    per_row = picture.shape[1] // 32
    for position in range(100):
        y, x = position // per_row * 32 + 2, position % per_row * 32 + 2
        goal = np.minimum(tiles[mosaic.slot(position)], FULL_INK)
        np.testing.assert_array_equal(picture[y : y + 28, x : x + 28], goal)


def test_fresh_writes_are_not_marked_in_it() -> None:
    assert mosaic_of().busy
    assert mosaic_image(mosaic_of()).max() <= FULL_INK


def test_only_what_the_filter_lets_through_is_in_it() -> None:
    assert mosaic_image(mosaic_of(choice=Choice(only_class=3))).size < mosaic_image(mosaic_of()).size / 4


def test_columns_in_place_keep_their_places() -> None:
    mosaic = mosaic_of(1, 490, Choice(in_place=True))
    picture = mosaic_image(mosaic)
    x, y = mosaic.plan(Scale(10), 0).corner(48 * 256)
    slot = mosaic.slot(48 * 256)
    tiles = make_tiles(INFO, 1, 490)
    goal = np.minimum(tiles.tiles[tiles.slots.tolist().index(slot)], FULL_INK)
    np.testing.assert_array_equal(picture[y + 1 : y + 11, x + 1 : x + 11], goal)


def test_a_picture_taller_than_one_strip_is_seamless() -> None:
    mosaic = mosaic_of(count=2000)
    while mosaic.waiting:
        mosaic.step(0.0)
    picture = mosaic_image(mosaic)
    assert picture.shape[0] > 1024
    per_row = picture.shape[1] // 32
    tiles = np.minimum(make_tiles(INFO, 0, 2000).tiles, FULL_INK)
    for row in range(picture.shape[0] // 32):
        slot = mosaic.slot(row * per_row)
        if slot >= 0:
            np.testing.assert_array_equal(picture[row * 32 + 2 : row * 32 + 30, 2:30], tiles[slot])


def test_an_empty_mosaic_is_one_blank_cell() -> None:
    picture = mosaic_image(Mosaic(INFO.layers[0]))
    assert picture.shape[0] == 32
    assert not picture.any()


@pytest.mark.parametrize("theme", [DARK, LIGHT])
def test_the_file_holds_ink_on_paper(theme: Theme, tmp_path: Path) -> None:
    picture = mosaic_image(mosaic_of())
    path = tmp_path / "mosaic.png"
    write_png(picture, path, theme)
    image = QImage(str(path))
    assert (image.height(), image.width()) == picture.shape
    assert image.pixelColor(0, 0) == theme.color("paper")
    y, x = np.unravel_index(picture.argmax(), picture.shape)
    level = round(int(picture[y, x]) * 255 / FULL_INK)
    assert image.pixel(int(x), int(y)) == theme.ink_levels[level]


@pytest.mark.usefixtures("qapp")
def test_a_target_that_cannot_be_written_is_a_sentence_and_leaves_nothing_behind(tmp_path: Path) -> None:
    picture = mosaic_image(mosaic_of())
    with pytest.raises(OSError, match=r"could not be written to .*nowhere.* No such file or directory"):
        write_png(picture, tmp_path / "nowhere" / "mosaic.png")
    folder = tmp_path / "folder.png"
    folder.mkdir()
    with pytest.raises(OSError, match=r"could not be written to .*folder\.png"):
        write_png(picture, folder)
    assert list(tmp_path.iterdir()) == [folder]


def test_a_failed_write_keeps_the_file_that_was_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "mosaic.png"
    path.write_bytes(b"older")

    def full_disk(handle: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("memnet_gui.mosaic_export.os.fsync", full_disk)
    with pytest.raises(OSError, match="No space left on device"):
        write_png(mosaic_image(mosaic_of()), path)
    assert path.read_bytes() == b"older"
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.skipif(os.name == "nt", reason="Windows has no umask")
@pytest.mark.parametrize("umask", [0o022, 0o077])
def test_the_file_may_be_read_by_whom_the_system_lets_read_new_files(tmp_path: Path, umask: int) -> None:
    before = os.umask(umask)
    try:
        write_png(mosaic_image(mosaic_of()), tmp_path / "mosaic.png")
        (tmp_path / "any.txt").touch()
    finally:
        os.umask(before)
    mode = (tmp_path / "mosaic.png").stat().st_mode
    assert mode == (tmp_path / "any.txt").stat().st_mode
    assert mode & 0o777 == 0o666 & ~umask
