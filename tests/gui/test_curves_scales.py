"""Axes end at round numbers and begin where the accuracy is."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.arrays import freeze
from engine.frame import Curves
from memnet_gui.curve_scales import FLOORS, accuracy_floor, digit_extent, extent, floor_below
from tests.gui.frames import make_curves


def flat(accuracy: float, digits: int, early: float = 0.1) -> Curves:
    """`early` accuracy for the first tenth of the digits, then a constant one."""
    curves = make_curves(digits, 1, 0)
    values = np.full(digits, accuracy, np.float32)
    values[: digits // 10] = early
    return replace(curves, prequential=freeze(values), recent=freeze(values.copy()))


@given(st.integers(0, 10_000_000))
def test_an_extent_is_round_and_never_short(value: int) -> None:
    end = extent(value)
    assert end >= max(value, 100)
    assert end < 2.01 * max(value, 50)
    assert str(end).rstrip("0") in {"1", "2", "3", "4", "6", "8"}


@pytest.mark.parametrize(
    ("seen", "total", "end"),
    [
        (0, 60_000, 100),
        (101, 60_000, 200),
        (9_500, 60_000, 10_000),
        (21_344, 60_000, 30_000),
        (59_000, 60_000, 60_000),
        (950, 990, 990),
        (0, 0, 100),
        (5, 0, 100),
    ],
)
def test_digits_extend_in_steps_to_the_end_of_the_stream(seen: int, total: int, end: int) -> None:
    assert digit_extent(seen, total) == end


def test_the_digit_axis_changes_seldom() -> None:
    ends = {digit_extent(seen, 60_000) for seen in range(1, 60_001, 7)}
    assert len(ends) <= 20


@pytest.mark.parametrize(
    ("accuracy", "floor"), [(0.3, 0.0), (0.6, 0.5), (0.86, 0.8), (0.92, 0.9), (0.97, 0.95), (1.0, 0.95)]
)
def test_the_accuracy_axis_begins_below_all_but_the_first_quarter(accuracy: float, floor: float) -> None:
    assert accuracy_floor(flat(accuracy, 4000)) == pytest.approx(floor)


def test_the_accuracy_axis_shows_everything_while_accuracy_jumps() -> None:
    assert accuracy_floor(flat(1.0, 99, early=1.0)) == 0.0
    assert accuracy_floor(make_curves(0, tests=0)) == 0.0


def test_a_bad_test_widens_the_accuracy_axis() -> None:
    curves = flat(0.97, 4000)
    tested = replace(
        curves,
        test_digits=freeze(np.array([3000], np.int64)),
        test_accuracy=freeze(np.array([0.83], np.float32)),
        test_sizes=freeze(np.array([1000], np.int64)),
    )
    assert accuracy_floor(curves) == 0.95
    assert accuracy_floor(tested) == 0.8


@given(st.floats(0, 1))
def test_no_share_falls_below_its_floor(share: float) -> None:
    assert floor_below(share) <= share
    assert floor_below(share) in FLOORS
