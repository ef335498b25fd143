"""The digits behind a cell of the confusion matrix, and nothing else."""

from __future__ import annotations

import time

import numpy as np
import pytest

from engine import cells
from engine.cells import cell_digits
from engine.datasets import Dataset
from engine.heldout import HeldOutTest
from engine.session import Session
from tests.engine.driving import played
from tests.engine.samples import shrunk


@pytest.fixture(scope="module")
def session(few: Dataset) -> Session:
    session = played(few, 230)
    session.advance(2)  # some of a burst: shown and scored, not learned yet
    assert session.burst is not None
    assert not session.burst.learned
    return session


@pytest.fixture(scope="module")
def tested(session: Session) -> HeldOutTest:
    test = HeldOutTest(session, 60)
    while not test.finished:
        test.advance()
    test.forget_memories()
    return test


def test_the_cells_hold_what_the_matrix_counts(session: Session) -> None:
    counted = session.metrics.confusion
    assert counted.sum() == session.seen == 232
    for label in range(10):
        for answer in range(10):
            found = cell_digits(session, None, 5, label, answer)
            assert found.seen.total == counted[label, answer]
            assert (found.request, found.label, found.answer) == (5, label, answer)


def test_what_was_seen_is_shown_with_its_facts_newest_first(session: Session) -> None:
    data, order = session.dataset, session.stream.order
    seen = cell_digits(session, None, 1, 1, 1).seen
    assert len(seen.sources) == seen.total > 5
    assert (np.diff(seen.digits) < 0).all()
    np.testing.assert_array_equal(order[seen.digits - 1], seen.sources)
    assert (data.train_labels[seen.sources] == 1).all()
    assert (session.answers[seen.digits - 1] == 1).all()
    assert seen.labels.tolist() == seen.answers.tolist() == [1] * seen.total
    np.testing.assert_array_equal(seen.images, data.train_images[seen.sources])
    assert not seen.votes.any()
    for array in (seen.sources, seen.digits, seen.labels, seen.answers, seen.images, seen.votes):
        assert not array.flags.writeable


def test_what_was_held_out_comes_from_the_last_test(session: Session, tested: HeldOutTest) -> None:
    labels = session.dataset.test_labels
    total = 0
    for label in range(10):
        for answer in range(10):
            found = cell_digits(session, tested, 1, label, answer)
            assert (found.tested, found.tested_at) == (60, tested.at)
            held_out = found.held_out
            expected = [
                source
                for source, said in zip(tested.chosen, tested.answers, strict=True)
                if (labels[source], said) == (label, answer)
            ]
            assert held_out.sources.tolist() == expected
            assert held_out.total == len(expected)
            assert not held_out.digits.any()
            np.testing.assert_array_equal(held_out.images, session.dataset.test_images[expected])
            total += held_out.total
    assert total == 60


def test_before_the_first_test_and_the_first_digit_there_is_nothing(few: Dataset) -> None:
    found = cell_digits(Session(few, shrunk("tiny")), None, 1, 0, 0)
    assert (found.seen.total, found.held_out.total, found.tested, found.tested_at) == (0, 0, 0, 0)
    assert found.seen.images.shape == found.held_out.images.shape == (0, 28, 28)


def test_only_so_many_are_shown_and_all_counted(session: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    everything = cell_digits(session, None, 1, 1, 1).seen
    monkeypatch.setattr(cells, "MOST_SHOWN", 3)
    few = cell_digits(session, None, 1, 1, 1).seen
    assert few.total == everything.total > 3
    assert few.digits.tolist() == everything.digits[:3].tolist()


def test_there_must_be_such_a_class(few: Dataset) -> None:
    session = played(few, 40)
    for label, answer, named in ((10, 0, "label"), (-1, 0, "label"), (0, 10, "answer")):
        with pytest.raises(ValueError, match=f"{named}: there is no class"):
            cell_digits(session, None, 1, label, answer)
    session.add_class("gamma")
    assert cell_digits(session, None, 1, 10, 0).seen.total == 0


def test_all_digits_are_gone_through_at_once(mnist: Dataset) -> None:
    session = Session(mnist, shrunk("tiny"))
    session.metrics.seen = session.total
    session.answers[:] = mnist.train_labels[session.stream.order]
    cell_digits(session, None, 1, 3, 3)
    took = []
    for _ in range(5):
        begun = time.perf_counter()
        assert cell_digits(session, None, 1, 3, 3).seen.total == 6131
        took.append(time.perf_counter() - begun)
    assert min(took) < 0.02, "a cell is clicked between two bursts"
