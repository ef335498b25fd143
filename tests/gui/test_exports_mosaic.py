"""The mosaic as a PNG: every memory where the order says, at the size asked for, and nothing half written."""

from __future__ import annotations

import errno
import os
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from memnet_gui.exports.mosaic import Caption, Mosaic, MosaicLook, write_mosaic
from memnet_gui.exports.run import Run
from memnet_gui.exports.text import ready_for_text
from memnet_gui.mosaic_atlas import DIMMED
from memnet_gui.mosaic_order import Choice, Sort
from memnet_gui.theme import DARK, LIGHT, Theme
from tests.gui.takings import COLUMNS, ODD_NAME, WHOLE, inked, picture, run


def places(mosaic: Mosaic) -> tuple[list[int], list[int]]:
    """The top-left pixel of each tile, left and top."""
    x, y = mosaic.corners()
    return x.tolist(), y.tolist()


def assert_holds(pixels: np.ndarray, of: Run, look: MosaicLook, enlarged: int) -> None:
    """Each memory that is not muted stands in its place, its pixels enlarged so many times."""
    mosaic = Mosaic(of, look)
    assert pixels.shape[:2] == (mosaic.height, mosaic.width)
    levels = of.pictures(look.layer).repeat(enlarged, axis=1).repeat(enlarged, axis=2)
    muted = of.memories(look.layer).muted
    for row, x, y in zip(mosaic.rows.tolist(), *places(mosaic), strict=True):
        if not muted[row]:
            found = pixels[y : y + mosaic.tile, x : x + mosaic.tile]
            np.testing.assert_array_equal(found, inked(levels[row], look.theme))


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=["light", "dark"])
@pytest.mark.parametrize("times", [1, 3, 8])
@pytest.mark.parametrize("layer", [WHOLE, COLUMNS])
def test_every_memory_is_in_it_with_square_pixels(
    layer: int, times: int, theme: Theme, tmp_path: Path
) -> None:
    of = run()
    look = MosaicLook(layer, of.layers[layer].field * times, theme=theme)
    assert write_mosaic(of, tmp_path / "m.png", look)
    assert Mosaic(of, look).count == len(of.memories(layer))
    assert_holds(picture(tmp_path / "m.png"), of, look, times)


def test_other_sizes_are_averaged_by_area(tmp_path: Path) -> None:
    of = run()
    look = MosaicLook(WHOLE, 14)
    write_mosaic(of, tmp_path / "m.png", look)
    pixels, mosaic = picture(tmp_path / "m.png"), Mosaic(of, look)
    (x, *_), (y, *_) = places(mosaic)
    tile = of.pictures(WHOLE)[mosaic.rows[0]].astype(float)
    goal = tile.reshape(14, 2, 14, 2).mean(axis=(1, 3))
    levels = np.rint(goal).astype(np.uint8)
    difference = pixels[y : y + 14, x : x + 14].astype(int) - inked(levels, LIGHT)
    assert np.abs(difference).max() <= 1


@pytest.mark.parametrize("sort", [Sort.TIME, Sort.AGE, Sort.CLASS, Sort.WINS, Sort.USEFULNESS])
def test_memories_are_sorted_as_in_the_window(sort: Sort) -> None:
    of = run()
    own = of.memories(WHOLE)
    keys = {
        Sort.TIME: own.ids,
        Sort.AGE: -own.ids,
        Sort.CLASS: own.classes,
        Sort.WINS: -own.wins,
        Sort.USEFULNESS: -own.usefulness,
    }[sort]
    rows = Mosaic(of, MosaicLook(WHOLE, choice=Choice(sort))).rows
    assert (np.diff(keys[rows]) >= 0).all()
    assert sorted(rows) == list(range(len(own)))


def test_a_filter_leaves_the_others_out() -> None:
    of = run()
    rows = Mosaic(of, MosaicLook(COLUMNS, choice=Choice(only_class=2, only_column=4))).rows
    own = of.memories(COLUMNS)
    assert rows.size
    assert set(own.classes[rows]) == {2}
    assert set(own.slots[rows] // of.layers[COLUMNS].capacity) == {4}


def test_columns_stand_where_they_sit_in_the_image(tmp_path: Path) -> None:
    of = run()
    look = MosaicLook(COLUMNS, choice=Choice(Sort.CLASS, in_place=True))
    write_mosaic(of, tmp_path / "m.png", look)
    assert_holds(picture(tmp_path / "m.png"), of, look, 1)
    mosaic, info = Mosaic(of, look), of.layers[COLUMNS]
    columns = of.memories(COLUMNS).slots[mosaic.rows] // info.capacity
    x, y = (np.array(values) for values in places(mosaic))
    for column in range(1, info.fields):
        here, before = columns == column, columns == column - 1
        if column % info.columns:
            assert x[here].min() > x[before].max()
        else:
            assert y[here].min() > y[before].max()


def test_muted_memories_are_faint(tmp_path: Path) -> None:
    of = run()
    look = MosaicLook(COLUMNS)
    write_mosaic(of, tmp_path / "m.png", look)
    mosaic, own = Mosaic(of, look), of.memories(COLUMNS)
    assert own.muted.sum() == 2
    pixels = picture(tmp_path / "m.png")
    for row, x, y in zip(mosaic.rows.tolist(), *places(mosaic), strict=True):
        if own.muted[row]:
            faint = np.rint(of.pictures(COLUMNS)[row] * DIMMED).astype(np.uint8)
            np.testing.assert_array_equal(pixels[y : y + 10, x : x + 10], inked(faint, LIGHT))


def test_coloured_memories_keep_their_colours(tmp_path: Path) -> None:
    of = run(channels=3)
    look = MosaicLook(WHOLE, 56, theme=DARK)
    write_mosaic(of, tmp_path / "m.png", look)
    pixels, mosaic = picture(tmp_path / "m.png"), Mosaic(of, look)
    assert tuple(pixels[0, 0]) == DARK.color("paper").getRgb()[:3]
    tiles = of.pictures(WHOLE).repeat(2, axis=1).repeat(2, axis=2)
    for row, x, y in zip(mosaic.rows.tolist(), *places(mosaic), strict=True):
        np.testing.assert_array_equal(pixels[y : y + 56, x : x + 56], tiles[row])


@pytest.mark.usefixtures("qapp")
@pytest.mark.parametrize("caption", [Caption.CLASS, Caption.ID])
@pytest.mark.parametrize("in_place", [False, True])
def test_captions_stand_below_the_tiles_and_cover_none(
    caption: Caption, in_place: bool, tmp_path: Path
) -> None:
    ready_for_text()
    of = run()
    look = MosaicLook(COLUMNS, 20, Choice(in_place=in_place), caption)
    write_mosaic(of, tmp_path / "m.png", look)
    pixels = picture(tmp_path / "m.png")
    assert_holds(pixels, of, look, 2)
    mosaic = Mosaic(of, look)
    paper = np.array(LIGHT.color("paper").getRgb()[:3])
    for x, y in zip(*places(mosaic), strict=True):
        below = pixels[y + 24 : y + 34, x : x + 20]
        assert (below != paper).any(), "nothing is written below"
    assert mosaic.height > Mosaic(of, replace(look, caption=Caption.NONE)).height


@pytest.mark.usefixtures("qapp")
def test_captions_and_header_say_what_is_seen() -> None:
    ready_for_text()
    of = run()
    own = of.memories(WHOLE)
    mosaic = Mosaic(of, MosaicLook(WHOLE, caption=Caption.CLASS))
    taught = int(np.flatnonzero(own.taught)[0])
    assert mosaic.captions[mosaic.rows.tolist().index(taught)] == f"{ODD_NAME} · {own.births[taught]:,} †"
    title, legend = mosaic.header()
    assert "complementary · seed 3 · 200 digits" in title
    assert f"{len(own)} memories, oldest first" in legend
    assert "† taught by hand" in legend
    assert "muted" not in legend
    mosaic = Mosaic(of, MosaicLook(COLUMNS, caption=Caption.ID))
    own = of.memories(COLUMNS)
    assert mosaic.captions[0] == f"#{own.ids[mosaic.rows[0]]} · {own.births[mosaic.rows[0]]:,}" + (
        " ×" if own.muted[mosaic.rows[0]] else ""
    )
    assert "× muted" in mosaic.header()[1]


def test_nothing_learned_is_a_blank_sheet(tmp_path: Path) -> None:
    write_mosaic(run(0), tmp_path / "m.png", MosaicLook())
    pixels = picture(tmp_path / "m.png")
    assert (pixels == LIGHT.color("paper").getRgb()[:3]).all()


def test_what_would_not_fit_is_a_sentence_that_says_what_does(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("memnet_gui.exports.mosaic.MOST_PIXELS", 2_000_000)
    of = run()
    with pytest.raises(OSError, match=r"pixels.*Nothing was written; choose tiles of (\d+) pixels") as caught:
        write_mosaic(of, tmp_path / "m.png", MosaicLook(COLUMNS, 400))
    assert list(tmp_path.iterdir()) == []
    tile = int(str(caught.value).partition("tiles of ")[2].split()[0])
    fitting, larger = (Mosaic(of, MosaicLook(COLUMNS, size)) for size in (tile, tile + 1))
    assert fitting.width * fitting.height <= 2_000_000 < larger.width * larger.height


@pytest.mark.parametrize("look", [MosaicLook(2), MosaicLook(-1), MosaicLook(0, 1025), MosaicLook(0, -3)])
def test_a_layer_or_size_that_there_is_not_is_refused(look: MosaicLook) -> None:
    with pytest.raises(ValueError, match=r"layer|tile"):
        Mosaic(run(), look)


def test_it_can_be_stopped_and_leaves_nothing(tmp_path: Path) -> None:
    seen: list[tuple[int, int]] = []

    def stop(done: int, total: int) -> bool:
        seen.append((done, total))
        return False

    assert not write_mosaic(run(), tmp_path / "m.png", MosaicLook(), stop)
    assert seen == [(len(run().memories(WHOLE)),) * 2]
    assert list(tmp_path.iterdir()) == []


def test_a_full_disk_keeps_the_old_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "m.png"
    path.write_bytes(b"older")

    def full(handle: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match=r"“m.png” could not be written .*no space left"):
        write_mosaic(run(), path, MosaicLook())
    assert path.read_bytes() == b"older"
    assert [file.name for file in tmp_path.iterdir()] == ["m.png"]
