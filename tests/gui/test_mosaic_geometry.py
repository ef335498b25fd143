"""Where the mosaic's tiles stand: pixels, positions, windows, and the scale at which all fit."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from memnet_gui.mosaic import Mosaic, Window
from memnet_gui.mosaic_atlas import Scale, scales, zoom_stops
from memnet_gui.mosaic_fit import Fit, zoomed
from memnet_gui.mosaic_order import Choice
from memnet_gui.mosaic_plan import block_width, in_place, one_after_another
from tests.gui.mosaics import COLUMNS, WHOLE, catalogue_of, filled, tiles_of

IN_PLACE = filled(COLUMNS, np.arange(0, 49 * 256, 2), Choice(in_place=True))


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
