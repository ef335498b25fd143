"""Thinning a curve loses none of its peaks."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from memnet_gui.envelope import MOST_POINTS, envelope


@settings(max_examples=150, deadline=None)
@given(
    count=st.integers(1, 700),
    half=st.integers(1, 40),
    seed=st.integers(0, 1000),
)
def test_every_stretch_keeps_its_extremes_in_order(count: int, half: int, seed: int) -> None:
    most = 2 * half
    y = np.random.default_rng(seed).normal(size=count).astype(np.float32)
    x = np.arange(count, dtype=np.int64) * 3
    kept_x, kept_y = envelope(x, y, most)
    assert kept_x.size <= max(most + 2, 1)
    assert (np.diff(kept_x) > 0).all()
    np.testing.assert_array_equal(kept_y, y[kept_x // 3])
    length = 1 if count <= most else -(-count // half)
    for start in range(0, count, length):
        inside = (kept_x >= x[start]) & (kept_x < x[start] + 3 * length)
        assert kept_y[inside].min() == y[start : start + length].min()
        assert kept_y[inside].max() == y[start : start + length].max()


def test_first_and_last_point_stay() -> None:
    x = np.arange(10_000)
    y = np.sin(x / 50)
    kept, _ = envelope(x, y)
    assert kept[0] == 0
    assert kept[-1] == 9_999


def test_a_short_curve_is_drawn_point_by_point() -> None:
    x, y = np.arange(MOST_POINTS), np.arange(MOST_POINTS) * 0.5
    kept_x, kept_y = envelope(x, y)
    assert kept_x is x
    assert kept_y is y


@pytest.mark.parametrize(
    ("x", "y", "most", "said"),
    [
        (np.zeros(3), np.zeros(4), 100, "x, y"),
        (np.zeros((2, 2)), np.zeros((2, 2)), 100, "x, y"),
        (np.zeros(3), np.zeros(3), 1, "most"),
    ],
)
def test_what_is_not_a_curve_is_refused(x: np.ndarray, y: np.ndarray, most: int, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        envelope(x, y, most)
