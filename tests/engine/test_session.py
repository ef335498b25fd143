"""One run is one run: however it is played, the same digits leave the same memories and scores."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from engine.config import NetworkConfig
from engine.datasets import Dataset
from engine.heldout import HeldOutTest
from engine.network import burst_size
from engine.session import MISTAKES_KEPT, Session
from engine.snapshot import load_snapshot, save_snapshot
from tests.engine.samples import assert_same, shrunk

LIMIT = 700
CONFIG: NetworkConfig = replace(shrunk("complementary"), fixations=1)


def fresh(digits: Dataset, **changes: Any) -> Session:
    return Session(digits, CONFIG, **{"seed": 3, "limit": LIMIT, **changes})


def everything(session: Session) -> dict[str, Any]:
    """All that a run has learned and scored."""
    mistakes = [(each.digit, each.source, each.label, each.answer) for each in session.mistakes]
    return {
        **session.state(),
        **{f"metrics_{name}": values for name, values in session.metrics.state().items()},
        "mistakes": np.array(mistakes),
    }


@pytest.fixture(scope="module")
def in_one_go(digits: Dataset) -> dict[str, Any]:
    session = fresh(digits)
    for _ in session.run():
        pass
    assert session.finished
    return everything(session)


# Ways of playing ---------------------------------------------------------------------------------


def one_by_one(session: Session) -> None:
    while session.advance(1):
        pass


def in_random_steps(session: Session) -> None:
    random = np.random.default_rng(8)
    while session.advance(int(random.integers(1, 40))):
        pass


def with_looks_in_between(session: Session) -> None:
    """Drawings are classified and held-out tests measured while the run goes on, within bursts too."""
    random = np.random.default_rng(9)
    test = None
    while session.advance(int(random.integers(1, 25))):
        session.network.perceive(session.dataset.test_images[:1], aside=True)
        session.predict_proba(session.dataset.test_images[: random.integers(1, 20)])
        if test is None or test.finished:
            test = HeldOutTest(session, 40)
        test.advance()
        session.state()


WAYS: list[Callable[[Session], None]] = [one_by_one, in_random_steps, with_looks_in_between]


@pytest.mark.parametrize("way", WAYS, ids=lambda way: way.__name__)
def test_a_run_does_not_depend_on_how_it_is_played(
    way: Callable[[Session], None], digits: Dataset, in_one_go: dict[str, Any]
) -> None:
    session = fresh(digits)
    way(session)
    assert session.finished
    assert_same(everything(session), in_one_go)


@pytest.mark.parametrize("cut", [0, 1, 17, 64, 200, 401, 405, 699, 700])
def test_a_run_does_not_depend_on_being_saved_and_opened(
    cut: int, digits: Dataset, in_one_go: dict[str, Any], tmp_path: Path
) -> None:
    session = fresh(digits)
    while session.seen < cut:
        session.advance(1)
    before = everything(session)
    save_snapshot(session, tmp_path / "run.npz")
    opened = load_snapshot(tmp_path / "run.npz", digits)
    assert opened.seen == cut
    assert (opened.seed, opened.config, opened.total) == (3, session.config, LIMIT)
    assert_same(everything(opened), before)
    for _ in opened.run():
        pass
    assert_same(everything(opened), in_one_go)


def test_cuts_fall_within_bursts() -> None:
    """The cuts above are worth making: some of them have digits that were shown and not learned."""
    starts = [0]
    while starts[-1] < LIMIT:
        starts.append(starts[-1] + burst_size(starts[-1]))
    assert {0, 1, 17, 64} <= set(starts)
    assert not {200, 401, 405} <= set(starts)


@pytest.mark.parametrize("change", [{"seed": 4}, {"limit": 699}])
def test_another_seed_or_length_is_another_run(
    change: dict[str, Any], digits: Dataset, in_one_go: dict[str, Any]
) -> None:
    session = fresh(digits, **change)
    for _ in session.run():
        pass
    associations = session.state()["columns_associations"]
    assert associations.tobytes() != in_one_go["columns_associations"].tobytes()


# What a run says ---------------------------------------------------------------------------------


def test_every_digit_is_seen_once(digits: Dataset) -> None:
    session = fresh(digits, limit=None)
    assert session.total == len(digits.train_labels)
    assert sorted(session.stream.order) == list(range(session.total))
    first = session.stream.take(0, 7)
    assert first.digits.tolist() == [1, 2, 3, 4, 5, 6, 7]
    np.testing.assert_array_equal(first.labels, digits.train_labels[first.sources])
    np.testing.assert_array_equal(first.images, digits.train_images[first.sources])
    assert len(session.stream.take(session.total - 3, session.total + 9)) == 3


def test_scores_agree_with_a_plain_recount(digits: Dataset) -> None:
    """Every digit is answered before it is learned, by the memories as they were before its burst."""
    session = fresh(digits)
    told: list[tuple[int, int]] = []
    recruits: list[bool] = []
    writes: list[set[int]] = []
    session.on_write = lambda _, written: writes.append(set(written.recruiters.tolist()))
    while not session.finished:
        session.advance(32)
        burst = session.burst
        assert burst is not None
        told += zip(burst.sample.labels.tolist(), burst.answers.tolist(), strict=True)
        recruited = set().union(*writes)
        writes.clear()
        recruits += [place in recruited for place in range(len(burst.sample))]
    right = [label == answer for label, answer in told]
    metrics = session.metrics
    assert (metrics.seen, metrics.correct) == (LIMIT, sum(right))
    assert metrics.prequential == sum(right) / LIMIT
    assert metrics.recent.mean == sum(right) / LIMIT  # fewer than a thousand so far
    assert metrics.novel.mean == sum(recruits) / LIMIT
    for label in range(10):
        for answer in range(10):
            assert metrics.confusion[label, answer] == told.count((label, answer))
    wrong = [number for number, correct in enumerate(right, start=1) if not correct]
    assert [mistake.digit for mistake in session.mistakes] == wrong[-MISTAKES_KEPT:]
    for mistake in session.mistakes:
        assert (mistake.label, mistake.answer) == told[mistake.digit - 1]
        np.testing.assert_array_equal(mistake.image, digits.train_images[mistake.source])
    curves = metrics.history.curves()
    for number, digit in enumerate(curves.digits.tolist()):
        assert curves.prequential[number] == pytest.approx(sum(right[:digit]) / digit)
        assert curves.novelty_rate[number] == pytest.approx(sum(recruits[:digit]) / digit)
    assert curves.memories[-1] == session.memories == sum(len(ids) for ids in ids_of(session))


def ids_of(session: Session) -> list[Any]:
    return [layer.ids[layer.ids > 0] for layer in session.network.layers]


def test_scores_count_what_was_shown_of_a_burst(digits: Dataset) -> None:
    session = fresh(digits)
    while burst_size(session.seen) < 8:
        session.advance(32)
    memories, seen = session.memories, session.seen
    assert session.advance(3) == 3
    assert session.metrics.seen == seen + 3
    assert session.memories == memories, "a burst is learned when all of it was shown"
    assert not session.finished
    assert session.advance(99) == 5
    assert session.metrics.seen == seen + 8


def test_a_burst_can_be_closed_early(digits: Dataset) -> None:
    session = fresh(digits)
    while burst_size(session.seen) < 8:
        session.advance(32)
    seen = session.seen
    session.advance(3)
    session.close_burst()
    births = np.concatenate([layer.births[layer.ids > 0] for layer in session.network.layers])
    assert births.max() <= seen + 3
    session.close_burst()
    session.advance(1)
    assert session.seen == seen + 4
    assert session.burst is not None
    assert session.burst.sample.digits[0] == seen + 4


def test_reports_go_up_to_the_end(digits: Dataset) -> None:
    reports = list(fresh(digits, limit=100).run())
    assert [report.total for report in reports] == [100] * len(reports)
    assert reports[-1].seen == 100
    assert (np.diff([report.seen for report in reports]) > 0).all()
    assert 0 < reports[-1].prequential < 1
    assert fresh(digits).advance(0) == 0


def test_learning_gets_somewhere(digits: Dataset) -> None:
    session = Session(digits, shrunk("tiny", capacity=32), limit=1500)
    for _ in session.run():
        pass
    assert session.prequential_first_1000 is not None
    assert session.metrics.recent.mean is not None
    assert session.metrics.recent.mean > 0.7
    assert session.test_accuracy() > 0.75
