"""The animated record: what its frames show, and the files it becomes."""

from __future__ import annotations

import errno
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from PySide6.QtGui import QColor

from engine.arrays import Bytes
from engine.config import PRESETS
from engine.findings import Growth
from engine.frame import NetworkInfo
from memnet_gui.exports import animation
from memnet_gui.exports.animation import GIF, MP4, write_record
from memnet_gui.exports.pigments import Pigments
from memnet_gui.exports.record import FADING, HOLD, LARGEST, Record
from memnet_gui.theme import DARK, LIGHT, Theme
from tests.gui.frames import make_info
from tests.gui.growths import changed, make_growth, make_page

pytestmark = pytest.mark.usefixtures("qapp")


@pytest.fixture(scope="module")
def whole() -> NetworkInfo:
    """A network of which layer 0 holds whole digits."""
    return make_info(PRESETS["exemplar"])


@pytest.fixture(scope="module")
def columns() -> NetworkInfo:
    return make_info(PRESETS["tiny"])


def make_record(
    info: NetworkInfo, growth: Growth | None = None, *, theme: Theme = DARK, tile: int = 14, rate: int = 10
) -> Record:
    growth = growth or make_growth(info)
    return Record(growth, info.layers[0], "Episodes · Exemplar · seed 0", theme, tile, rate)


def painted(record: Record) -> list[Bytes]:
    """All frames as they are seen, (height, width, 3)."""
    return [frame.copy() for frame in record.paint(Pigments(record.theme, colored=False, indexed=False))]


def rgb(color: str) -> tuple[int, ...]:
    return QColor(color).getRgb()[:3]


def cell(record: Record, frame: Bytes, slot: int) -> Bytes:
    """The pixels of a memory's cell in a frame."""
    layout, pitch = record.layout, record.layout.scale.pitch
    (x,), (y,) = layout.corners(np.array([slot]))
    left, top = record.origin[0] + int(x), record.origin[1] + int(y)
    return frame[top : top + pitch, left : left + pitch]


def picture(record: Record, frame: Bytes, slot: int) -> Bytes:
    """What of its cell shows the memory."""
    inset, size = record.layout.scale.inset, record.layout.scale.size
    return cell(record, frame, slot)[inset : inset + size, inset : inset + size]


# ── frames ────────────────────────────────────────────────────────────────────────────────────


def test_a_memory_stays_at_its_place_and_looks_the_same_once_it_is_no_longer_new(whole: NetworkInfo) -> None:
    record = make_record(whole)
    frames = painted(record)
    first = int(record.growth.pages[0].slots[0])
    looks = [cell(record, frame, first) for frame in frames]
    assert all((look == looks[FADING]).all() for look in looks[FADING:])
    assert (looks[0] != looks[FADING]).any()


def test_a_known_tile_is_painted_in_the_themes_ink(whole: NetworkInfo) -> None:
    for theme in (DARK, LIGHT):
        record = make_record(whole, theme=theme, tile=28)
        page = record.growth.pages[0]
        shown = picture(record, painted(record)[-1], int(page.slots[3]))
        share = page.tiles[3][..., None] / 255
        expected = np.array(rgb(theme.paper)) * (1 - share) + np.array(rgb(theme.text)) * share
        assert np.abs(shown - expected).max() < 2


@pytest.mark.parametrize("theme", [DARK, LIGHT])
def test_new_memories_flash_in_the_recruited_colour_and_fade(whole: NetworkInfo, theme: Theme) -> None:
    record = make_record(whole, theme=theme)
    frames = painted(record)
    slot = int(record.growth.pages[2].slots[0])
    borders = [tuple(cell(record, frame, slot)[0, 0].tolist()) for frame in frames]
    assert borders[1] == rgb(theme.paper)
    assert borders[2] == rgb(theme.recruited)
    assert borders[3] not in {rgb(theme.recruited), rgb(theme.paper)}
    assert set(borders[2 + FADING :]) == {rgb(theme.paper)}


def test_a_memory_that_only_changed_does_not_flash(whole: NetworkInfo) -> None:
    first = make_page(whole, number=0)
    slot = int(first.slots[0])
    second = changed(first, 1, slots=[slot], tiles=np.full((1, 28, 28), 255, np.uint8))
    third = changed(first, 2, slots=[slot], tiles=np.zeros((1, 28, 28), np.uint8))
    record = make_record(whole, Growth(1, 0, (first, second, third)))
    frames = painted(record)
    assert (picture(record, frames[2], slot) == rgb(DARK.paper)).all()
    assert tuple(cell(record, frames[2], slot)[0, 0]) == rgb(DARK.paper)


def test_a_deleted_memory_leaves_its_place_empty_and_the_others_where_they_are(whole: NetworkInfo) -> None:
    first = make_page(whole, number=0)
    gone, kept = int(first.slots[4]), int(first.slots[5])
    later = [
        changed(first, number, slots=[], tiles=np.zeros((0, 28, 28), np.uint8), gone=(gone,) * (number == 3))
        for number in range(1, 5)
    ]
    record = make_record(whole, Growth(1, 0, (first, *later)))
    frames = painted(record)
    assert (cell(record, frames[2], gone) != rgb(DARK.paper)).any()
    assert (cell(record, frames[3], gone) == rgb(DARK.paper)).all()
    assert (cell(record, frames[2], kept) == cell(record, frames[-1], kept)).all()


def test_memories_of_a_column_stand_in_its_block(columns: NetworkInfo) -> None:
    layer = columns.layers[0]
    record = make_record(columns, make_growth(columns, pages=4, each=30))
    layout = record.layout
    xs, ys = layout.corners(layout.slots)
    block_columns = xs // layout.plan.across.stride
    block_rows = ys // layout.plan.down.stride
    assert (block_rows * layer.columns + block_columns == layout.slots // layer.capacity).all()
    assert len({*zip(xs.tolist(), ys.tolist(), strict=True)}) == len(layout.slots)


def test_whole_digits_stand_in_order_of_recruitment(whole: NetworkInfo) -> None:
    first, second = make_page(whole, number=1), make_page(whole, number=0)  # later slots come first
    record = make_record(whole, Growth(1, 0, (first, second)))
    order = np.lexsort(record.layout.corners(np.concatenate([first.slots, second.slots])))
    assert (order == np.arange(20)).all()


def test_tiles_are_made_smaller_until_a_frame_is_small_enough(whole: NetworkInfo) -> None:
    record = make_record(whole, make_growth(whole, pages=3, each=1000), tile=64)
    width, height = record.size
    assert record.layout.width * record.layout.height <= LARGEST
    assert 28 < record.layout.scale.size < 64
    assert width % 2 == height % 2 == 0


def test_the_caption_counts_and_the_bar_grows(whole: NetworkInfo) -> None:
    record = make_record(whole)
    frames = painted(record)
    strip = [frame[: record.origin[1]] for frame in frames]
    assert (strip[0] != strip[1]).any()
    accents = [int((part == rgb(DARK.accent)).all(axis=-1).sum()) for part in strip]
    assert accents == sorted(accents)
    assert accents[0] < accents[-1] / 4


# ── files ─────────────────────────────────────────────────────────────────────────────────────


def test_a_gif_shows_every_frame_for_its_time(whole: NetworkInfo, tmp_path: Path) -> None:
    record = make_record(whole, rate=20)
    assert write_record(record, tmp_path / "growth.gif")
    frames = painted(record)
    with Image.open(tmp_path / "growth.gif") as gif:
        assert gif.n_frames == len(frames) == len(record.growth.pages) + FADING
        assert gif.size == record.size
        assert gif.info["loop"] == 0
        durations = []
        for number, frame in enumerate(frames):
            gif.seek(number)
            durations.append(gif.info["duration"])
            seen = np.asarray(gif.convert("RGB")).astype(int)
            assert np.abs(seen - frame).max() <= 10  # the colour table has fewer steps of ink
    assert durations == [50] * (len(frames) - 1) + [HOLD * 1000]


def test_a_gif_of_coloured_memories_keeps_their_colours(whole: NetworkInfo, tmp_path: Path) -> None:
    record = make_record(whole, make_growth(whole, colored=True), tile=28)
    assert write_record(record, tmp_path / "growth.gif")
    page = record.growth.pages[0]
    with Image.open(tmp_path / "growth.gif") as gif:
        gif.seek(gif.n_frames - 1)
        seen = picture(record, np.asarray(gif.convert("RGB")), int(page.slots[0])).astype(int)
    assert np.abs(seen - page.tiles[0]).max() <= 255 / 10 + 1


def test_an_mp4_shows_every_frame_and_holds_the_last(whole: NetworkInfo, tmp_path: Path) -> None:
    av = pytest.importorskip("av")
    record = make_record(whole)
    assert write_record(record, tmp_path / "growth.mp4")
    with av.open(str(tmp_path / "growth.mp4")) as film:
        stream = film.streams.video[0]
        seen = [frame.to_ndarray(format="rgb24") for frame in film.decode(stream)]
        assert stream.average_rate == record.frames_per_second
    assert len(seen) == record.frames - 1 + HOLD * record.frames_per_second
    assert np.abs(seen[-1].astype(int) - painted(record)[-1]).mean() < 3


@pytest.mark.parametrize("suffix", [".gif", ".mp4"])
def test_giving_up_leaves_what_was_there(whole: NetworkInfo, tmp_path: Path, suffix: str) -> None:
    pytest.importorskip("av")
    path = tmp_path / f"growth{suffix}"
    path.write_bytes(b"older")
    told: list[tuple[int, int]] = []

    def stop_at_three(done: int, total: int) -> bool:
        told.append((done, total))
        return done < 3

    assert not write_record(make_record(whole), path, stop_at_three)
    assert told == [(1, 8), (2, 8), (3, 8)]
    assert path.read_bytes() == b"older"
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize("suffix", [".gif", ".mp4"])
def test_a_full_disk_is_a_sentence_and_leaves_nothing(
    whole: NetworkInfo, tmp_path: Path, suffix: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip("av")

    def full(_descriptor: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("engine.files.os.fsync", full)
    with pytest.raises(OSError, match="no space left on device"):
        write_record(make_record(whole), tmp_path / f"growth{suffix}")
    assert list(tmp_path.iterdir()) == []


def test_without_the_library_a_sentence_says_what_to_install(
    whole: NetworkInfo, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert GIF.missing == ""
    monkeypatch.setattr(animation, "find_spec", lambda _name: None)
    assert "pip install pillow" in GIF.missing
    assert "pip install av" in MP4.missing
    with pytest.raises(OSError, match="pip install pillow"):
        write_record(make_record(whole), tmp_path / "growth.gif")
    assert list(tmp_path.iterdir()) == []


def test_nothing_can_be_recorded_of_no_pages_or_in_another_format(whole: NetworkInfo, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="no pages"):
        write_record(make_record(whole, Growth(1, 0, ())), tmp_path / "growth.gif")
    with pytest.raises(ValueError, match=r"\.gif"):
        write_record(make_record(whole), tmp_path / "growth.webm")
