"""The held-out test measures the memories as they were at one digit, while learning goes on."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from engine import heldout
from engine.datasets import Dataset
from engine.heldout import Examiner, HeldOutTest, next_due
from engine.session import Session
from tests.engine.samples import shrunk


@pytest.fixture
def session(digits: Dataset) -> Session:
    session = Session(digits, shrunk("complementary"), limit=400)
    while session.seen < 90:
        session.advance(32)
    return session


def finish(test: HeldOutTest, session: Session) -> None:
    while not test.finished:
        test.advance()
        session.advance(5)


def test_the_memories_of_one_digit_are_measured_though_learning_goes_on(session: Session) -> None:
    data = session.dataset
    expected = session.predict_proba(data.test_images).argmax(axis=1) == data.test_labels
    at = session.seen
    test = HeldOutTest(session)
    finish(test, session)
    assert (test.at, test.total, test.done) == (at, 300, 300)
    assert test.accuracy == expected.mean()
    assert session.seen > at
    assert session.test_accuracy() != expected.mean()


def test_a_sample_is_the_same_in_every_run(session: Session, digits: Dataset) -> None:
    other = Session(digits, shrunk("complementary"), seed=7, limit=400)
    samples = [HeldOutTest(each, 50).chosen for each in (session, other)]
    np.testing.assert_array_equal(*samples)
    assert len(np.unique(samples[0])) == 50
    assert HeldOutTest(session, 10_000).total == 300


def test_accuracy_is_known_on_the_way(session: Session) -> None:
    test = HeldOutTest(session, 100)
    assert test.accuracy == 0
    test.advance()
    assert test.done == heldout.SLICE
    assert 0 < test.accuracy < 1
    assert not test.finished
    test.advance()
    assert test.done == 100
    assert test.finished


def test_tests_are_due_often_at_first() -> None:
    dues, seen = [], 0
    while seen < 45_000:
        seen = next_due(seen)
        dues.append(seen)
    assert dues == [300, 2000, 10_000, 20_000, 30_000, 40_000, 50_000]


def exam(session: Session, monkeypatch: pytest.MonkeyPatch) -> Examiner:
    monkeypatch.setattr(heldout, "SAMPLE", 64)
    monkeypatch.setattr(heldout, "SLICE", 32)
    monkeypatch.setattr(heldout, "CADENCE", (100, 300))
    return Examiner(session)


def test_an_examiner_tests_when_it_is_time(session: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    examiner = exam(session, monkeypatch)
    started: list[int] = []
    while session.advance(8):
        examiner.advance()
        report = examiner.report()
        if report.running and (not started or started[-1] != report.at):
            started.append(report.at)
            assert report.total == (64 if report.at < 400 else 300)
    assert [at // 100 for at in started] == [1, 3, 4]
    while examiner.running or examiner.due:
        examiner.advance()
    curves = session.metrics.history.curves()
    assert curves.test_digits.tolist() == started
    assert curves.test_sizes.tolist() == [64, 64, 300]
    assert curves.test_accuracy[-1] == pytest.approx(session.test_accuracy())
    report = examiner.report()
    assert not report.running
    assert report.accuracy == pytest.approx(session.test_accuracy())
    assert (report.accuracy_at, report.size) == (400, 300)


def test_a_test_on_demand_measures_all_digits(session: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    examiner = exam(session, monkeypatch)
    at = session.seen
    examiner.start()
    assert examiner.running
    while examiner.running:
        examiner.advance()
    assert session.metrics.history.last_test == (at, pytest.approx(session.test_accuracy()), 300)


def test_a_test_can_be_given_up(session: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    examiner = exam(session, monkeypatch)
    examiner.start()
    examiner.advance()
    examiner.cancel()
    examiner.advance()
    assert not examiner.running
    assert session.metrics.history.last_test is None


def test_a_test_given_up_at_the_end_does_not_come_back(
    session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    examiner = exam(session, monkeypatch)
    while session.advance(32):
        pass
    assert examiner.due
    examiner.advance()
    examiner.cancel()
    assert not examiner.due
    examiner.advance()
    assert not examiner.running
    examiner.start()
    assert examiner.running, "unless it is asked for"


def test_an_opened_run_is_not_tested_again_for_the_past(
    digits: Dataset, monkeypatch: pytest.MonkeyPatch
) -> None:
    session = Session(digits, replace(shrunk("tiny")), limit=400)
    while session.seen < 150:
        session.advance(32)
    examiner = exam(session, monkeypatch)
    assert not examiner.due
