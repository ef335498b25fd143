"""Scores and curves by themselves."""

from __future__ import annotations

import numpy as np
import pytest

from engine.metrics import RECENT, History, Metrics, Window


def facts(count: int, seed: int = 0) -> np.ndarray:
    return np.random.default_rng(seed).random(count) < 0.7


# The window of the last thousand ---------------------------------------------------------------


def test_a_window_is_empty_at_first() -> None:
    assert Window().mean is None
    assert Window().state().tolist() == []


@pytest.mark.parametrize("sizes", [[1] * 5, [999], [1000], [1001], [32] * 80, [2500], [0, 3, 0]])
def test_a_window_holds_the_last_thousand(sizes: list[int]) -> None:
    told, window = facts(sum(sizes)), Window()
    for start, size in zip(np.cumsum([0, *sizes[:-1]]), sizes, strict=True):
        window.add(told[start : start + size])
    last = told[-RECENT:]
    assert window.mean == pytest.approx(last.mean())
    np.testing.assert_array_equal(window.state(), last.astype(np.uint8))


@pytest.mark.parametrize("count", [0, 3, 1000, 1777])
def test_a_window_comes_back_as_it_was(count: int) -> None:
    window = Window()
    window.add(facts(count))
    twin = Window.from_state(window.state())
    more = facts(600, seed=1)
    for each in (window, twin):
        each.add(more)
    assert window.mean == twin.mean
    np.testing.assert_array_equal(window.state(), twin.state())


# Curves -----------------------------------------------------------------------------------------


def test_curves_have_a_point_for_every_burst() -> None:
    history = History()
    assert history.last_test is None
    assert history.curves().digits.shape == (0,)
    history.add(1, 0.0, 0.0, 1, 1.0)
    history.add(3, 0.25, 0.5, 4, 0.75)
    history.add_test(3, 0.125, 1000)
    curves = history.curves()
    assert curves.digits.tolist() == [1, 3]
    assert curves.prequential.tolist() == [0, 0.25]
    assert curves.recent.tolist() == [0, 0.5]
    assert curves.memories.tolist() == [1, 4]
    assert curves.novelty_rate.tolist() == [1, 0.75]
    assert history.last_test == (3, 0.125, 1000)
    assert (curves.test_digits.tolist(), curves.test_sizes.tolist()) == ([3], [1000])


def test_curves_once_taken_stay_as_they_are() -> None:
    history = History()
    history.add(1, 0.5, 0.5, 1, 1.0)
    curves = history.curves()
    history.add(2, 0.75, 0.5, 2, 1.0)
    assert curves.digits.tolist() == [1]
    for name in curves.__slots__:
        assert not getattr(curves, name).flags.writeable


# Scores -----------------------------------------------------------------------------------------


def scored(count: int, burst: int) -> Metrics:
    random = np.random.default_rng(2)
    labels = random.integers(0, 4, 1500)
    answers = np.where(random.random(1500) < 0.6, labels, random.integers(0, 4, 1500))[:count]
    labels = labels[:count]
    metrics = Metrics(4)
    for start in range(0, count, burst):
        metrics.score(labels[start : start + burst], answers[start : start + burst])
        metrics.learned(labels[start : start + burst] == 0, memories=start)
    return metrics


def test_nothing_is_said_before_the_first_digit() -> None:
    score = Metrics(3).report((0, 0))
    assert (score.seen, score.correct) == (0, 0)
    assert score.prequential is score.recent is score.novelty_rate is None
    assert Metrics(3).prequential_first_1000 is None


@pytest.mark.parametrize("burst", [1, 7, 32])
def test_the_first_thousand_are_counted_across_bursts(burst: int) -> None:
    whole = scored(1500, 1)
    metrics = scored(1500, burst)
    assert metrics.prequential_first_1000 == scored(1000, 1).prequential == whole.prequential_first_1000
    assert scored(999, 1).prequential_first_1000 is None
    np.testing.assert_array_equal(metrics.confusion, whole.confusion)
    assert metrics.confusion.trace() == metrics.correct
    assert metrics.confusion.sum() == metrics.seen == 1500


def test_a_report_stays_as_it_is() -> None:
    metrics = scored(40, 4)
    score = metrics.report((3, 4))
    confusion = score.confusion.copy()
    metrics.score(np.array([1]), np.array([1]))
    np.testing.assert_array_equal(score.confusion, confusion)
    assert score.memories == (3, 4)
    assert not score.confusion.flags.writeable


def test_a_new_class_has_no_past() -> None:
    metrics = scored(40, 4)
    metrics.add_class()
    assert metrics.confusion.shape == (5, 5)
    assert metrics.confusion.sum() == 40
    metrics.score(np.array([4]), np.array([4]))
    assert metrics.confusion[4, 4] == 1


def test_scores_come_back_as_they_were() -> None:
    metrics = scored(1200, 32)
    metrics.history.add_test(1200, 0.5, 300)
    twin = Metrics.restore(metrics.state())
    for name, values in metrics.state().items():
        np.testing.assert_array_equal(values, twin.state()[name], err_msg=name)
        assert values.dtype == twin.state()[name].dtype
    assert twin.history.last_test == (1200, 0.5, 300)


@pytest.mark.parametrize(
    ("name", "values", "reason"),
    [
        ("confusion", np.zeros((4, 3), np.int64), "confusion"),
        ("confusion", np.full((4, 4), -1), "confusion"),
        ("counts", np.array([41, 20, 20]), "counts"),
        ("counts", np.array([40, 2, 2]), "counts"),
        ("curve_recent", np.zeros(3, np.float32), "curves"),
        ("curve_test_sizes", np.zeros((1, 1), np.int64), "curves"),
    ],
)
def test_scores_that_contradict_themselves_are_refused(name: str, values: np.ndarray, reason: str) -> None:
    state = {**scored(40, 4).state(), name: values}
    with pytest.raises(ValueError, match=f"^{reason}"):
        Metrics.restore(state)
