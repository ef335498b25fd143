"""Where digits lie on the timeline, and what its columns count."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as some
from hypothesis.extra import numpy as arrays

from memnet_gui.track_scale import FULLEST, SHORTEST_SPAN, Scale, bar_heights, column_sums, span_for


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


@given(
    values=arrays.arrays(np.uint8, some.integers(0, 300)),
    more=some.integers(1, 200),
    columns=some.integers(1, 400),
)
def test_columns_count_every_digit_once(values: np.ndarray, more: int, columns: int) -> None:  # type: ignore[type-arg]
    span = len(values) + more
    sums = column_sums(values, span, columns)
    assert sums.shape == (columns,)
    assert sums.sum() == values.sum(dtype=np.int64)
    plain = np.zeros(columns, np.int64)
    for digit, value in enumerate(values.tolist()):
        plain[next(c for c in range(columns) if digit < (c + 1) * span // columns)] += value
    np.testing.assert_array_equal(sums, plain)


def test_bars_grow_with_the_root_and_end_at_the_top() -> None:
    heights = bar_heights(np.array([0, 25, 100, 400]), 10, 10.0)
    np.testing.assert_allclose(heights, [0, 0.5, 1, 1])
