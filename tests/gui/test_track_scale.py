"""Where digits lie on the timeline, and what its columns count."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as some
from hypothesis.extra import numpy as arrays

from memnet_gui.track_scale import (
    FULLEST,
    SHORTEST_SPAN,
    Scale,
    bar_heights,
    column_edges,
    column_means,
    edge_shares,
    span_for,
)


@given(span=some.integers(1, 100_000), width=some.integers(50, 3000), share=some.floats(0, 1))
def test_a_digit_is_found_again_where_it_was_drawn(span: int, width: int, share: float) -> None:
    scale, digit = Scale(span, width), round(share * span)
    assert abs(scale.digit(scale.x(digit)) - digit) <= 1
    assert scale.digit(-5) == 0
    assert scale.digit(width + 5) == span


@pytest.mark.parametrize(
    ("head", "span"), [(0, 1000), (700, 1000), (800, 2000), (5000, 8000), (60000, 60000)]
)
def test_little_that_was_seen_is_shown_wide(head: int, span: int) -> None:
    assert span_for(head, 60000) == span


@given(head=some.integers(0, 70_000), total=some.integers(1, 70_000))
def test_all_that_was_seen_fits(head: int, total: int) -> None:
    head = min(head, total)
    span = span_for(head, total)
    assert head <= span <= max(total, 1)
    assert span == total or head <= FULLEST * span
    assert span == total or span >= SHORTEST_SPAN


@given(span=some.integers(1, 2_000_000), width=some.integers(120, 4000), apart=some.integers(10, 100))
def test_ticks_are_round_apart_and_inside(span: int, width: int, apart: int) -> None:
    scale = Scale(span, width)
    ticks = list(scale.ticks(apart))
    for number, tick in enumerate(ticks, start=1):
        assert tick == number * ticks[0]
        assert scale.x(tick) >= apart - 1e-6
        assert width - scale.x(tick) >= apart - 1e-6
        assert str(ticks[0]).rstrip("0") in {"1", "2", "5"}


def test_a_full_stream_has_a_tick_at_every_ten_thousandth_digit() -> None:
    assert list(Scale(60_000, 900).ticks(80)) == [10_000, 20_000, 30_000, 40_000, 50_000]


@given(
    values=arrays.arrays(np.uint8, some.integers(0, 300)),
    more=some.integers(1, 200),
    columns=some.integers(1, 400),
)
def test_columns_have_the_mean_of_their_digits(values: np.ndarray, more: int, columns: int) -> None:
    span = len(values) + more
    means = column_means(values, span, columns)
    assert means.shape == (columns,)
    edges = column_edges(span, columns)
    assert (edges[0], edges[-1]) == (0, span)
    for column, mean in enumerate(means.tolist()):
        digits = values[edges[column] : max(edges[column + 1], edges[column] + 1)]
        assert mean == pytest.approx(digits.mean() if digits.size else 0, abs=1e-4)


def test_bars_grow_with_the_root_and_end_at_the_top() -> None:
    heights = bar_heights(np.array([0, 2.5, 10, 40], np.float32), 10.0)
    np.testing.assert_allclose(heights, [0, 0.5, 1, 1])


def test_a_curve_ends_where_its_last_point_is() -> None:
    digits, shares = np.array([100, 200, 400]), np.array([0.5, 0.75, 1.0], np.float32)
    np.testing.assert_allclose(edge_shares(digits, shares, 1000, 10), [0.5, 0.5, 0.75, 0.875, 1.0])
    assert edge_shares(digits[:0], shares[:0], 1000, 10).size == 0
