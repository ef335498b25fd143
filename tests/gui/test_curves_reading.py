"""Values under the cursor, in words."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from engine.arrays import freeze
from engine.frame import Curves
from memnet_gui.curve_reading import Reading, percent
from tests.gui.frames import empty_frame, make_curves, make_frame


@pytest.fixture
def curves() -> Curves:
    return Curves(
        freeze(np.array([1, 2, 9032], np.int64)),
        freeze(np.array([0.0, 0.5, 0.961], np.float32)),
        freeze(np.array([0.0, 0.5, 0.970], np.float32)),
        freeze(np.array([1, 2, 12034], np.int64)),
        freeze(np.array([1.0, 1.0, 0.12], np.float32)),
        freeze(np.array([2000, 9032, 9900], np.int64)),
        freeze(np.array([0.9, 0.974, 0.99], np.float32)),
        freeze(np.array([1000, 1000, 1000], np.int64)),
    )


def test_the_nearest_point_is_read_with_the_last_test_up_to_there(curves: Curves) -> None:
    reading = Reading.at(curves, 8000.0)
    assert reading is not None
    assert reading.accuracy_sentence() == "digit 9,032 · so far 96.1 % · last 1,000 97.0 % · test 97.4 %"
    assert reading.memories_sentence() == "digit 9,032 · 12,034 memories · novelty rate 12.0 %"


def test_before_the_first_test_a_dash_stands(curves: Curves) -> None:
    reading = Reading.at(curves, 1.6)
    assert reading is not None
    assert reading.accuracy_sentence() == "digit 2 · so far 50.0 % · last 1,000 50.0 % · test –"


@pytest.mark.parametrize(("digit", "nearest"), [(-5.0, 1), (0.0, 1), (1.4, 1), (1e9, 9032)])
def test_beyond_the_ends_the_end_is_read(curves: Curves, digit: float, nearest: int) -> None:
    reading = Reading.at(curves, digit)
    assert reading is not None
    assert reading.digit == nearest


def test_nothing_is_read_from_no_points() -> None:
    assert Reading.at(make_curves(0, tests=0), 10.0) is None


def test_the_present_comes_from_score_and_held_out_test() -> None:
    frame = make_frame()
    reading = Reading.of(frame)
    assert reading.digit == frame.score.seen
    assert reading.recent == frame.score.recent
    assert reading.test == frame.held_out.accuracy
    assert reading.memories == sum(frame.score.memories)


def test_an_unmeasured_present_is_all_dashes() -> None:
    assert Reading.of(empty_frame()).accuracy_sentence() == "digit 0 · so far – · last 1,000 – · test –"


def test_a_share_is_said_in_per_cent() -> None:
    assert percent(0.97149) == "97.1 %"
    assert percent(None) == "–"


def test_one_point_is_enough(curves: Curves) -> None:
    single = replace(
        curves,
        **{
            name: freeze(getattr(curves, name)[:1].copy())
            for name in ("digits", "prequential", "recent", "memories", "novelty_rate")
        },
    )
    reading = Reading.at(single, 5000.0)
    assert reading is not None
    assert reading.digit == 1
