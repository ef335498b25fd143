"""What the engine's thread shows: frames that never change, and tiles that add up to the memories."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest

from engine import commands as ask
from engine import observe
from engine.datasets import Dataset
from engine.frame import RECRUITED, REFINED, Frame, RunState
from tests.engine.driving import Driver, finished, played


def test_frames_are_counted_and_given_once(drive: Driver) -> None:
    assert [drive.frame().number for _ in range(3)] == [1, 2, 3]
    assert drive.runner.take_frame() is None


def arrays(value: Any) -> Iterator[npt.NDArray[Any]]:
    if isinstance(value, np.ndarray):
        yield value
    elif isinstance(value, tuple | list):
        for each in value:
            yield from arrays(each)
    elif dataclasses.is_dataclass(value):
        for field in dataclasses.fields(value):
            yield from arrays(getattr(value, field.name))


def test_a_frame_never_changes(drive: Driver) -> None:
    drive.frame(ask.Step(90), ask.Watch(1), ask.Classify(np.full((28, 28), 0.5, np.float32), 4))
    frame = drive.frame(ask.Inspect(1, 0), ask.Step(3))
    held = list(arrays(frame))
    copies = [each.copy() for each in held]
    assert frame.inspection is not None
    assert frame.drawing is not None
    assert len(held) > 40
    drive.frame(ask.Play())
    drive.frame_where(finished, "the end")
    for each, copy in zip(held, copies, strict=True):
        assert not each.flags.writeable
        np.testing.assert_array_equal(each, copy)


class Wall:
    """Tiles as a window puts them together from frames."""

    def __init__(self) -> None:
        self.tiles: dict[int, npt.NDArray[np.uint8]] = {}

    def hang(self, frame: Frame) -> None:
        if frame.tiles is None:
            return
        if frame.tiles.complete:
            self.tiles.clear()
        for slot, tile in zip(frame.tiles.slots.tolist(), frame.tiles.tiles, strict=True):
            self.tiles[slot] = tile


@pytest.mark.parametrize("layer", [0, 1])
@pytest.mark.parametrize("tiles_a_frame", [5, 800])
def test_tiles_add_up_to_the_memories_there_are(
    layer: int, tiles_a_frame: int, few: Dataset, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(observe, "TILES_A_FRAME", tiles_a_frame)
    wall = Wall()
    with Driver(lambda: few, "complementary") as driver:
        wall.hang(driver.frame(ask.Watch(layer), ask.Step(2)))
        for digits in (1, 7, 60, 80):
            frame = driver.frame(ask.Step(digits))
            assert frame.tiles is None or len(frame.tiles.slots) <= tiles_a_frame
            wall.hang(frame)
        while (frame := driver.frame()).tiles is not None:
            wall.hang(frame)
        fresh = driver.frame(ask.Watch(layer))
        catalogue = driver.frame(ask.Watch(layer)).catalogue
    assert fresh.tiles is not None
    assert fresh.tiles.complete
    assert catalogue is not None
    assert sorted(wall.tiles) == fresh.tiles.slots.tolist() == catalogue.slots.tolist()
    for slot, tile in zip(fresh.tiles.slots.tolist(), fresh.tiles.tiles, strict=True):
        np.testing.assert_array_equal(wall.tiles[slot], tile)
    assert len(wall.tiles) == fresh.score.memories[layer]


def test_tiles_say_what_happened_to_a_memory(drive: Driver) -> None:
    first = drive.frame(ask.Watch(1), ask.Step(1)).tiles
    assert first is not None
    assert first.complete
    again = drive.frame(ask.Step(1)).tiles
    assert again is not None
    assert not again.complete
    kinds = dict(zip(again.slots.tolist(), again.kinds.tolist(), strict=True))
    for slot, kind in kinds.items():
        assert kind == (REFINED if slot in first.slots else RECRUITED)
    assert set(kinds.values()) == {REFINED, RECRUITED}
    assert drive.frame().tiles is None, "nothing was written since"


def test_whole_digits_are_shown_as_they_were(drive: Driver, few: Dataset) -> None:
    frame = drive.frame(ask.Watch(0), ask.Step(5))
    assert frame.tiles is not None
    assert frame.catalogue is not None
    for tile, source in zip(frame.tiles.tiles, frame.catalogue.sources, strict=True):
        brightest = int(few.train_images[source].max())
        np.testing.assert_allclose(tile, few.train_images[source] * (255 / brightest), atol=1.01)


def test_the_catalogue_tells_about_every_memory(drive: Driver, few: Dataset) -> None:
    catalogue = drive.frame(ask.Watch(1), ask.Step(120)).catalogue
    session = played(few, 120)
    assert catalogue is not None
    state = session.state()
    assert catalogue.layer == 1
    for name in ("slots", "ids", "wins", "births", "sources"):
        np.testing.assert_array_equal(getattr(catalogue, name), state[f"columns_{name}"], err_msg=name)
    np.testing.assert_array_equal(catalogue.classes, state["columns_associations"].argmax(axis=1))
    assert drive.frame().catalogue is None, "nothing was learned since"


def test_a_memory_can_be_inspected(drive: Driver, few: Dataset) -> None:
    slot = 12 * 4 + 3
    frame = drive.frame(ask.Step(100), ask.Inspect(1, slot))
    layer = played(few, 100).network.layers[1]
    memory = frame.inspection
    assert memory is not None
    assert (memory.layer, memory.slot, memory.column) == (1, slot, 4)
    assert memory.origin == (9, 9)
    assert (memory.id, memory.wins, memory.birth) == (
        layer.ids[4, 3],
        layer.wins[4, 3],
        layer.births[4, 3],
    )
    np.testing.assert_array_equal(memory.association, layer.associations[4, :, 3])
    np.testing.assert_array_equal(memory.source_image, few.train_images[memory.source])
    assert memory.pattern.shape == (10, 10)
    assert drive.frame(ask.Inspect(1, None)).inspection is None


@pytest.mark.parametrize(("layer", "slot"), [(0, 39), (1, 10**6), (1, -1), (2, 0), (-1, 0)])
def test_what_is_not_there_cannot_be_inspected(layer: int, slot: int, drive: Driver) -> None:
    """A click may come late: from before a restart with fewer layers, say."""
    frame = drive.frame(ask.Step(2), ask.Inspect(layer, slot))
    assert frame.inspection is None
    assert frame.state is RunState.PAUSED
    assert not frame.notices


@pytest.mark.parametrize("layer", [2, -1])
def test_a_layer_that_is_not_there_cannot_be_watched(layer: int, drive: Driver) -> None:
    frame = drive.frame(ask.Watch(layer))
    assert [notice.text for notice in frame.notices] == [f"layer: there is no layer {layer}"]
    assert drive.frame(ask.Step(3)).tiles is not None
