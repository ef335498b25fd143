"""The mosaic without a window: deltas, order, flashes."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from engine.config import PRESETS
from engine.findings import Likeness
from engine.frame import RECRUITED, REFINED, MemoryTiles
from memnet_gui.mosaic import Mosaic, Window
from memnet_gui.mosaic_atlas import FULL_INK, RECRUITED_INDEX, REFINED_INDEX, Atlas, Scale
from memnet_gui.mosaic_order import Choice, Sort
from tests.gui.frames import make_info
from tests.gui.mosaics import COLUMNS, WHOLE, catalogue_of, filled, picture, shown, tiles_of


class TestDeltas:
    def test_deltas_add_up_to_the_same_picture_as_a_complete_set(self) -> None:
        slots = np.arange(90)
        whole = tiles_of(WHOLE, slots, complete=True)
        at_once, piecewise = Mosaic(WHOLE, flash_seconds=0), Mosaic(WHOLE, flash_seconds=0)
        at_once.take_tiles(whole)
        at_once.step(0.0)
        piecewise.take_tiles(replace(whole, slots=slots[:0], kinds=whole.kinds[:0], tiles=whole.tiles[:0]))
        for start in range(0, 90, 7):
            part = slice(start, start + 7)
            old = replace(whole, complete=False, slots=slots[part], kinds=whole.kinds[part])
            piecewise.take_tiles(replace(old, tiles=255 - whole.tiles[part]))
            piecewise.take_tiles(replace(old, tiles=whole.tiles[part]))
            piecewise.step(0.0)
        for scale in at_once.scales:
            np.testing.assert_array_equal(picture(at_once, scale), picture(piecewise, scale))

    def test_a_complete_set_replaces_what_was_there(self) -> None:
        mosaic = filled(WHOLE, np.arange(50))
        mosaic.take_tiles(tiles_of(WHOLE, np.arange(3), complete=True))
        mosaic.step(0.0)
        assert (mosaic.count, mosaic.total) == (3, 3)

    def test_patching_draws_what_composing_draws(self) -> None:
        mosaic = filled(COLUMNS, np.arange(0, 49 * 256, 3), Choice(in_place=True))
        scale = Scale(5)
        plan = mosaic.plan(scale, 300)
        window = Window(plan, scale, 37, 51, 301, 199)
        canvas, again = np.zeros((199, 301), np.uint8), np.zeros((199, 301), np.uint8)
        mosaic.compose(window, canvas)
        mosaic.take_tiles(tiles_of(COLUMNS, np.arange(0, 49 * 256, 9), kind=REFINED, seed=5))
        touched = []
        while mosaic.waiting:
            slots, _, _ = mosaic.touching(window, mosaic.step(0.0).slots)
            mosaic.patch(window, canvas, slots)
            touched.append(slots.size)
        mosaic.compose(window, again)
        assert sum(touched) > 0
        np.testing.assert_array_equal(canvas, again)

    def test_a_step_draws_at_most_its_share_and_carries_the_rest_over_without_loss(self) -> None:
        mosaic = Mosaic(WHOLE, flash_seconds=0)
        mosaic.take_tiles(tiles_of(WHOLE, np.arange(1900), complete=True))
        steps = []
        while mosaic.waiting:
            steps.append(mosaic.step(0.0).slots)
        assert [step.size for step in steps] == [800, 800, 300]
        assert sorted(np.concatenate(steps).tolist()) == list(range(1900))
        assert mosaic.count == 1900

    def test_a_waiting_tile_that_is_written_again_shows_its_newest_picture(self) -> None:
        mosaic, goal = Mosaic(WHOLE, flash_seconds=0), Mosaic(WHOLE, flash_seconds=0)
        mosaic.take_tiles(tiles_of(WHOLE, np.arange(30), complete=True, seed=1))
        mosaic.step(0.0, limit=10)
        for one in (mosaic, goal):
            one.take_tiles(tiles_of(WHOLE, np.arange(30), seed=2))
            while one.waiting:
                one.step(0.0, limit=10)
        np.testing.assert_array_equal(picture(mosaic, Scale(7)), picture(goal, Scale(7)))

    def test_recruits_go_first_and_no_waiting_tile_is_passed_over_for_ever(self) -> None:
        atlas = Atlas(10, 1000, seams=True)
        every = np.arange(1000)
        tiles = np.zeros((1000, 10, 10), np.uint8)
        kinds = np.full(1000, REFINED, np.uint8)
        kinds[900:] = RECRUITED
        atlas.write(every, kinds, tiles)
        first, _ = atlas.drain(100)
        assert set(first.tolist()) == set(range(900, 1000))
        seen: set[int] = set()
        for _ in range(5):
            atlas.write(every, np.full(1000, REFINED, np.uint8), tiles)
            seen |= set(atlas.drain(200)[0].tolist())
        assert seen == set(range(1000))


class TestOrder:
    SLOTS = np.arange(0, 49 * 256, 5)

    @pytest.mark.parametrize("sort", list(Sort))
    def test_memories_stand_in_the_chosen_order(self, sort: Sort) -> None:
        mosaic = filled(COLUMNS, self.SLOTS, Choice(sort))
        distances = np.random.default_rng(3).random(self.SLOTS.size, np.float32)
        mosaic.take_likeness(Likeness(1, 1, self.SLOTS, distances))
        mosaic.step(0.0)
        facts = [mosaic.facts(slot) for slot in shown(mosaic)]
        key = {
            Sort.TIME: lambda fact: fact.id,
            Sort.CLASS: lambda fact: (fact.label, fact.id),
            Sort.WINS: lambda fact: (-fact.wins, fact.id),
            Sort.AGE: lambda fact: -fact.id,
            Sort.USEFULNESS: lambda fact: (-fact.usefulness, fact.id),
            Sort.LIKE_DIGIT: lambda fact: (fact.distance, fact.id),
            Sort.LIKE_DRAWING: lambda fact: (fact.distance, fact.id),
        }[sort]
        assert len(facts) == self.SLOTS.size
        assert facts == sorted(facts, key=key)

    def test_a_class_filter_shows_that_class_alone(self) -> None:
        mosaic = filled(COLUMNS, self.SLOTS, Choice(only_class=4))
        labels = catalogue_of(COLUMNS, self.SLOTS).classes
        assert sorted(shown(mosaic)) == self.SLOTS[labels == 4].tolist()
        assert mosaic.total == self.SLOTS.size

    def test_one_column_shows_its_memories_alone(self) -> None:
        mosaic = filled(COLUMNS, self.SLOTS, Choice(only_column=7))
        assert sorted(shown(mosaic)) == [slot for slot in self.SLOTS.tolist() if slot // 256 == 7]

    def test_in_place_every_memory_stands_in_the_block_of_its_column(self) -> None:
        mosaic = filled(COLUMNS, self.SLOTS, Choice(Sort.WINS, in_place=True))
        for slot in self.SLOTS.tolist():
            assert mosaic.position(slot) // 256 == slot // 256
        first = [mosaic.facts(mosaic.slot(256 * 3 + rank)) for rank in range(10)]
        assert [fact.wins for fact in first if fact] == sorted(
            (fact.wins for fact in first if fact), reverse=True
        )

    @pytest.mark.parametrize("in_place", [False, True])
    def test_newcomers_without_facts_are_appended_and_move_nothing(self, in_place: bool) -> None:
        mosaic = filled(COLUMNS, self.SLOTS, Choice(Sort.CLASS, in_place=in_place))
        before = {slot: mosaic.position(slot) for slot in self.SLOTS.tolist()}
        new = self.SLOTS[:40] + 1
        mosaic.take_tiles(tiles_of(COLUMNS, new, kind=RECRUITED))
        changes = mosaic.step(0.0)
        assert not changes.moved
        assert {slot: mosaic.position(slot) for slot in before} == before
        assert all(mosaic.position(slot) >= 0 for slot in new.tolist())
        assert mosaic.facts(int(new[0])) is None

    def test_newcomers_take_their_place_once_the_catalogue_names_them(self) -> None:
        mosaic = filled(WHOLE, np.arange(10), Choice(Sort.CLASS))
        mosaic.take_tiles(tiles_of(WHOLE, np.array([10]), kind=RECRUITED))
        mosaic.step(0.0)
        assert mosaic.position(10) == 10
        catalogue = catalogue_of(WHOLE, np.arange(11))
        catalogue.classes[:] = 5
        catalogue.classes[10] = 0
        mosaic.take_catalogue(catalogue)
        assert mosaic.step(0.0).moved
        assert mosaic.position(10) == 0

    def test_the_youngest_come_first_when_sorted_by_age(self) -> None:
        mosaic = filled(WHOLE, np.arange(10), Choice(Sort.AGE))
        mosaic.take_tiles(tiles_of(WHOLE, np.array([10, 11]), kind=RECRUITED))
        assert mosaic.step(0.0).moved
        assert shown(mosaic)[:2] == [11, 10]

    def test_a_catalogue_that_says_the_same_moves_nothing(self) -> None:
        mosaic = filled(WHOLE, np.arange(100))
        mosaic.take_catalogue(catalogue_of(WHOLE, np.arange(100)))
        assert not mosaic.step(0.0).moved


class TestFlashes:
    @pytest.mark.parametrize("size", [28, 14, 7, 4, 2, 1])
    @pytest.mark.parametrize(("kind", "index"), [(RECRUITED, RECRUITED_INDEX), (REFINED, REFINED_INDEX)])
    def test_a_write_is_marked_for_a_while_and_leaves_no_trace(
        self, size: int, kind: int, index: int
    ) -> None:
        mosaic = filled(WHOLE, np.arange(20))
        plain = picture(mosaic, Scale(size))
        mosaic.take_tiles(replace(tiles_of(WHOLE, np.arange(20)), kinds=np.full(20, kind, np.uint8)))
        mosaic.step(10.0)
        assert (picture(mosaic, Scale(size)) == index).any()
        assert mosaic.busy
        assert mosaic.step(10.2).slots.size == 0
        assert set(mosaic.step(10.31).slots.tolist()) == set(range(20))
        np.testing.assert_array_equal(picture(mosaic, Scale(size)), plain)
        assert not mosaic.busy

    def test_a_mark_frames_the_tile_and_hides_none_of_it(self) -> None:
        mosaic = filled(WHOLE, np.arange(1))
        plain = picture(mosaic, Scale(28), 32, 32)
        mosaic.take_tiles(tiles_of(WHOLE, np.arange(1), kind=RECRUITED))
        mosaic.step(0.0)
        marked = picture(mosaic, Scale(28), 32, 32)
        np.testing.assert_array_equal(marked[2:30, 2:30], plain[2:30, 2:30])
        border = np.ones((32, 32), bool)
        border[2:30, 2:30] = False
        assert (marked[border] == RECRUITED_INDEX).all()

    def test_what_is_shown_without_a_write_is_not_marked(self) -> None:
        mosaic = Mosaic(WHOLE)
        mosaic.take_tiles(tiles_of(WHOLE, np.arange(9), complete=True))
        mosaic.step(0.0)
        assert not mosaic.busy
        assert picture(mosaic, Scale(28)).max() <= FULL_INK

    def test_with_no_flash_time_nothing_is_ever_marked(self) -> None:
        mosaic = Mosaic(WHOLE, flash_seconds=0)
        mosaic.take_tiles(tiles_of(WHOLE, np.arange(9), kind=RECRUITED))
        mosaic.step(0.0)
        assert not mosaic.busy
        assert picture(mosaic, Scale(28)).max() <= FULL_INK


def test_an_empty_mosaic_draws_blank_paper() -> None:
    mosaic = Mosaic(COLUMNS)
    mosaic.step(0.0)
    assert mosaic.count == 0
    assert mosaic.first_slot() == -1
    assert not picture(mosaic, Scale(10)).any()


def test_a_layer_of_any_field_size_can_be_drawn() -> None:
    config = PRESETS["tiny"]
    info = make_info(replace(config, side=8, layers=(replace(config.layers[0], field=4, stride=1),)))
    mosaic = Mosaic(info.layers[0], Choice(in_place=True))
    tiles = np.full((1, 4, 4), 255, np.uint8)
    mosaic.take_tiles(MemoryTiles(0, True, np.array([33]), np.zeros(1, np.uint8), tiles))
    mosaic.step(0.0)
    assert picture(mosaic, Scale(4)).sum() == 16 * FULL_INK
