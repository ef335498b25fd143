"""The mosaic's levels of detail: which sizes there are, and what a smaller tile shows."""

from __future__ import annotations

import tracemalloc
from itertools import pairwise, product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.arrays import Bytes
from memnet_gui.mosaic_atlas import (
    FULL_INK,
    RECRUITED_INDEX,
    SELECTED_INDEX,
    Atlas,
    Scale,
    color_table,
    scales,
    zoom_stops,
)
from memnet_gui.theme import DARK
from tests.gui.mosaics import WHOLE, filled, picture


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
        table = color_table(DARK.ink_levels, 1, 2, 3, 4)
        assert len(table) == 256
        assert (table[0], table[FULL_INK]) == (DARK.ink_levels[0], DARK.ink_levels[255])
        assert table[RECRUITED_INDEX : SELECTED_INDEX + 1] == [1, 2, 3, 4]
