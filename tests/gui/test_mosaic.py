"""The mosaic without a window: levels of detail, deltas, order, geometry, flashes."""

from __future__ import annotations

import tracemalloc
from dataclasses import replace
from itertools import pairwise, product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.config import PRESETS
from engine.frame import RECRUITED, REFINED, Bytes, Catalogue, Ints, LayerInfo, MemoryTiles, freeze
from memnet_gui.mosaic import Mosaic, Window
from memnet_gui.mosaic_atlas import (
    FULL_INK,
    GROUND_INDEX,
    RECRUITED_INDEX,
    REFINED_INDEX,
    Atlas,
    Scale,
    color_table,
    scales,
    zoom_stops,
)
from memnet_gui.mosaic_fit import Fit, zoomed
from memnet_gui.mosaic_order import Choice, Sort
from memnet_gui.mosaic_plan import block_width, in_place, one_after_another
from memnet_gui.theme import DARK
from tests.gui.frames import make_info

INFO = make_info()
WHOLE, COLUMNS = INFO.layers


def tiles_of(
    layer: LayerInfo, slots: Ints, *, kind: int = 0, complete: bool = False, seed: int = 0
) -> MemoryTiles:
    rng = np.random.default_rng(seed)
    pictures = rng.integers(0, 256, (slots.size, layer.field, layer.field)).astype(np.uint8)
    kinds = np.full(slots.size, kind, np.uint8)
    return MemoryTiles(
        INFO.layers.index(layer), complete, freeze(slots.copy()), freeze(kinds), freeze(pictures)
    )


def catalogue_of(layer: LayerInfo, slots: Ints, seed: int = 0) -> Catalogue:
    rng = np.random.default_rng(seed)
    count = slots.size
    columns = (
        rng.permutation(count) + 1,
        rng.integers(0, 10, count),
        rng.integers(1, 50, count),
        rng.integers(1, 60000, count),
        rng.integers(0, 60000, count),
    )
    return Catalogue(INFO.layers.index(layer), slots, *(column.astype(np.int64) for column in columns))


def filled(layer: LayerInfo, slots: Ints, choice: Choice | None = None) -> Mosaic:
    mosaic = Mosaic(layer, choice)
    mosaic.take_tiles(tiles_of(layer, slots, complete=True))
    mosaic.take_catalogue(catalogue_of(layer, slots))
    while mosaic.waiting:
        mosaic.step(0.0)
    mosaic.step(0.0)
    return mosaic


def picture(mosaic: Mosaic, scale: Scale, width: int = 200, height: int = 120) -> Bytes:
    canvas = np.zeros((height, width), np.uint8)
    mosaic.compose(Window(mosaic.plan(scale, width), scale, 0, 0, width, height), canvas)
    return canvas


def shown(mosaic: Mosaic) -> list[int]:
    return [slot for position in range(20_000) if (slot := mosaic.slot(position)) >= 0]


def plain_average(tile: Bytes, size: int) -> np.ndarray:
    """Average by area, one target pixel and one source pixel under it at a time."""
    side = tile.shape[0]
    goal = np.zeros((size, size))
    under = [range(at * side // size, -(-(at + 1) * side // size)) for at in range(size)]
    for y, x in product(range(size), repeat=2):
        for source_y, source_x in product(under[y], under[x]):
            high = min((y + 1) / size, (source_y + 1) / side) - max(y / size, source_y / side)
            wide = min((x + 1) / size, (source_x + 1) / side) - max(x / size, source_x / side)
            goal[y, x] += high * wide * size * size * float(tile[source_y, source_x])
    return goal


class TestLevels:
    def test_the_zoom_stops_where_a_28_pixel_tile_is_sharp(self) -> None:
        assert [scale.screen for scale in zoom_stops(28)] == [1, 2, 4, 7, 14, 28, 56, 112]

    @given(field=st.integers(4, 64), seams=st.booleans())
    @settings(max_examples=40, deadline=None)
    def test_scales_go_in_small_steps_from_one_pixel_past_the_tiles_own_size(
        self, field: int, seams: bool
    ) -> None:
        known = scales(field, seams=seams)
        sides = [scale.screen for scale in known]
        assert sides[0] == 1
        assert {field, 2 * field} <= set(sides)
        assert all(small < large <= max(small + 1, 1.3 * small) for small, large in pairwise(sides))
        assert set(zoom_stops(field, seams=seams)) <= set(known)

    @pytest.mark.parametrize("field", [4, 10, 14, 28, 33])
    def test_a_resampled_tile_is_the_plain_average_of_the_tile(self, field: int) -> None:
        atlas = Atlas(field, 3, seams=False)
        tile = np.random.default_rng(field).integers(0, FULL_INK + 1, (field, field)).astype(np.uint8)
        atlas.write(np.array([2]), np.zeros(1, np.uint8), tile[None])
        atlas.drain(1)
        for size in {scale.size for scale in scales(field)}:
            got = atlas.tiles(size, np.array([2]))[0]
            assert np.abs(got - plain_average(tile, size)).max() <= 0.51

    @given(field=st.integers(4, 64))
    @settings(max_examples=20, deadline=None)
    def test_full_ink_stays_full_at_every_size(self, field: int) -> None:
        atlas = Atlas(field, 1, seams=False)
        atlas.write(np.array([0]), np.zeros(1, np.uint8), np.full((1, field, field), 255, np.uint8))
        atlas.drain(1)
        assert all(
            (atlas.tiles(scale.size, np.array([0])) == FULL_INK).all() for scale in scales(field, seams=True)
        )

    def test_only_the_size_that_is_looked_at_is_kept_beside_the_tiles_own(self) -> None:
        tracemalloc.start()
        mosaic = filled(WHOLE, np.arange(WHOLE.capacity))
        for size in (24, 12, 6):
            picture(mosaic, Scale(size), 2000, 2000)
        held = tracemalloc.get_traced_memory()[0]
        tracemalloc.stop()
        assert held < WHOLE.capacity * (28**2 + 6**2 + 150)

    def test_pictures_never_use_the_reserved_colours(self) -> None:
        mosaic = filled(WHOLE, np.arange(50))
        for scale in mosaic.scales:
            assert picture(mosaic, scale).max() <= FULL_INK

    def test_the_colour_table_spans_paper_to_ink_and_holds_the_marks(self) -> None:
        table = color_table(DARK.ink_levels, 1, 2, 3)
        assert len(table) == 256
        assert (table[0], table[FULL_INK]) == (DARK.ink_levels[0], DARK.ink_levels[255])
        assert table[RECRUITED_INDEX : GROUND_INDEX + 1] == [1, 2, 3]


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
        facts = [mosaic.facts(slot) for slot in shown(mosaic)]
        key = {
            Sort.TIME: lambda fact: fact.id,
            Sort.CLASS: lambda fact: (fact.label, fact.id),
            Sort.WINS: lambda fact: (-fact.wins, fact.id),
            Sort.AGE: lambda fact: -fact.id,
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


class TestGeometry:
    @given(
        field=st.integers(4, 64),
        level=st.integers(0, 8),
        count=st.integers(1, 3000),
        width=st.integers(1, 900),
        data=st.data(),
    )
    @settings(max_examples=100, deadline=None)
    def test_the_position_under_any_pixel_of_a_cell_is_the_cells_own(
        self, field: int, level: int, count: int, width: int, data: st.DataObject
    ) -> None:
        known = scales(field)
        scale = known[level % len(known)]
        plan = one_after_another(count, scale, width)
        position = data.draw(st.integers(0, count - 1))
        x, y = plan.corner(position)
        inside = st.integers(0, scale.pitch - 1)
        assert plan.position(x + data.draw(inside), y + data.draw(inside)) == position
        assert 0 <= x <= plan.width - scale.pitch
        assert 0 <= y <= plan.height - scale.pitch

    @given(
        rows=st.integers(1, 9),
        columns=st.integers(1, 9),
        capacity=st.integers(1, 300),
        size=st.sampled_from([1, 3, 5, 10, 28]),
        aspect=st.sampled_from([0.3, 1.0, 1.7, 4.0]),
        data=st.data(),
    )
    @settings(max_examples=100, deadline=None)
    def test_in_place_positions_and_pixels_agree_too(
        self, rows: int, columns: int, capacity: int, size: int, aspect: float, data: st.DataObject
    ) -> None:
        plan = in_place(rows, columns, capacity, Scale(size), aspect)
        position = data.draw(st.integers(0, rows * columns * capacity - 1))
        x, y = plan.corner(position)
        assert plan.position(x, y) == position
        many = np.array([position, 0])
        assert [int(axis[0]) for axis in plan.corners(many)] == [x, y]
        assert plan.position(x, plan.height) == plan.position(-1, y) == -1

    def test_blocks_take_the_shape_that_makes_the_tiles_largest(self) -> None:
        square, wide, high = (block_width(3, 3, 32, aspect) for aspect in (1.0, 1.7, 0.5))
        assert (square, wide, high) == (6, 8, 4)
        mosaic = filled(COLUMNS, np.arange(2000), Choice(in_place=True))
        before = mosaic.fit(780, 450)
        mosaic.aspect = 1.7
        assert mosaic.fit(780, 450).screen > before.screen

    def test_nothing_is_hit_between_blocks_and_behind_the_last_memory(self) -> None:
        plan = in_place(7, 7, 256, Scale(10))
        assert plan.position(16 * 12, 0) == -1
        mosaic = filled(WHOLE, np.arange(5))
        assert mosaic.slot_at(mosaic.plan(Scale(28), 320), 5 * 32 + 1, 1) == -1

    @given(left=st.integers(-40, 700), top=st.integers(-40, 700), size=st.sampled_from([1, 3, 5, 10]))
    @settings(max_examples=40, deadline=None)
    def test_a_window_shows_the_part_of_the_whole_picture_that_it_covers(
        self, left: int, top: int, size: int
    ) -> None:
        mosaic, scale = IN_PLACE, Scale(size)
        plan = mosaic.plan(scale, 0)
        everything = np.zeros((plan.height + 1600, plan.width + 1600), np.uint8)
        mosaic.compose(Window(plan, scale, -800, -800, *everything.shape[::-1]), everything)
        part = np.zeros((83, 117), np.uint8)
        mosaic.compose(Window(plan, scale, left, top, 117, 83), part)
        goal = everything[800 + top : 883 + top, 800 + left : 917 + left]
        np.testing.assert_array_equal(part[: goal.shape[0], : goal.shape[1]], goal)

    @pytest.mark.parametrize("choice", [Choice(), Choice(in_place=True), Choice(only_column=3)])
    def test_fit_is_the_largest_scale_at_which_everything_fits(self, choice: Choice) -> None:
        mosaic = filled(COLUMNS, np.arange(2000), choice)
        best = mosaic.fit(700, 500)

        def fits(scale: Scale) -> bool:
            plan = mosaic.plan(scale, 700 // scale.magnify)
            return plan.width * scale.magnify <= 700 and plan.height * scale.magnify <= 500

        assert fits(best)
        assert not any(fits(scale) for scale in mosaic.scales[mosaic.scales.index(best) + 1 :])

    @pytest.mark.parametrize("count", [113, 400, 1000, 1900, 3000, 5000])
    def test_a_fitted_mosaic_fills_most_of_its_view(self, count: int) -> None:
        mosaic = filled(WHOLE, np.arange(count))
        scale = mosaic.fit(780, 450)
        cell = scale.pitch * scale.magnify
        assert count * cell**2 / (780 * 450) > 0.58

    def test_where_nothing_fits_the_smallest_scale_is_taken(self) -> None:
        assert filled(WHOLE, np.arange(500)).fit(10, 10) == Scale(1)


class TestFit:
    def test_the_scale_falls_step_by_step_as_memories_are_added(self) -> None:
        fit, mosaic, seen = Fit(), Mosaic(WHOLE, flash_seconds=0), []
        for start in range(0, 5000, 250):
            mosaic.take_tiles(tiles_of(WHOLE, np.arange(start, start + 250)))
            mosaic.step(0.0)
            seen.append(fit.scale(mosaic, 780, 450))
            assert mosaic.fits(seen[-1], 780, 450)
        assert seen == sorted(seen, key=lambda scale: -scale.screen)
        assert seen[-1] == mosaic.fit(780, 450)

    def test_a_memory_more_or_less_does_not_make_the_tiles_jump(self) -> None:
        fit, counts = Fit(), (336, 337, 336, 330, 337, 336)
        mosaic = filled(WHOLE, np.arange(400), Choice(only_class=1))
        scales_seen = set()
        for count in counts:
            catalogue = catalogue_of(WHOLE, np.arange(400))
            mosaic.take_catalogue(replace(catalogue, classes=(np.arange(400) < count).astype(np.int64)))
            mosaic.step(0.0)
            assert mosaic.count == count
            scales_seen.add(fit.scale(mosaic, 780, 450))
        assert mosaic.fit(780, 450) != Mosaic(WHOLE).fit(780, 450)
        assert len(scales_seen) <= 2
        assert fit.scale(mosaic, 780, 450) == min(scales_seen, key=lambda scale: scale.screen)

    def test_far_fewer_memories_another_choice_or_another_view_are_fitted_anew(self) -> None:
        fit = Fit()
        mosaic = filled(WHOLE, np.arange(2000))
        crowded = fit.scale(mosaic, 780, 450)
        assert fit.scale(mosaic, 1560, 900).screen > crowded.screen
        assert fit.scale(mosaic, 780, 450) == crowded
        mosaic.choose(Choice(only_class=3))
        mosaic.step(0.0)
        assert fit.scale(mosaic, 780, 450) == mosaic.fit(780, 450) != crowded

    @pytest.mark.parametrize(
        ("side", "steps", "goal"),
        [
            (18, 1, 28),
            (18, -1, 14),
            (28, 1, 56),
            (28, -1, 14),
            (18, 2, 56),
            (112, 3, 112),
            (3, -9, 1),
            (18, 0, 18),
        ],
    )
    def test_zooming_goes_to_the_next_stop(self, side: int, steps: int, goal: int) -> None:
        start = next(scale for scale in scales(28) if scale.screen == side)
        assert zoomed(start, steps, zoom_stops(28)).screen == goal


IN_PLACE = filled(COLUMNS, np.arange(0, 49 * 256, 2), Choice(in_place=True))


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
