"""A memory's trace: the digits seen lately that it votes on, as it would vote now."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pytest

from engine import pacing, trace
from engine.backend import Backend, DeviceLostError
from engine.datasets import Dataset
from engine.findings import DigitList, Trace
from engine.session import Session
from engine.trace import TraceWork
from tests.engine.device import FlakyBackend
from tests.engine.driving import played
from tests.engine.strict import StrictBackend


def finish(work: TraceWork) -> Trace:
    while work.done < work.total:
        work.advance()
    return work.result()


def votes_by_the_network(session: Session, layer: int, id: int, first: int) -> npt.NDArray[np.float32]:
    """What a memory says for the answers given to the digits from `first` on: every digit on its own,
    matched in the whole network."""
    memory = session.network.layers[layer]
    ((column,), (slot,)) = memory.find(np.array([id]))
    votes = []
    for number in range(first, session.seen):
        image = session.dataset.train_images[session.stream.order[number]]
        response = session.network.perceive(image[None], aside=True).responses[layer]
        activation = response.activation[column, 0, slot] * response.share[column, 0]
        votes.append(activation * memory.associations[column, session.answers[number], slot])
    return np.array(votes)


def assert_lists(listed: DigitList, session: Session, places: list[int], votes: list[float]) -> None:
    """places: of all digits that belong there, counted from 0, oldest first."""
    newest = places[::-1][: trace.MOST_SHOWN]
    data, order = session.dataset, session.stream.order
    assert listed.total == len(places)
    assert listed.digits.tolist() == [place + 1 for place in newest]
    np.testing.assert_array_equal(listed.sources, order[newest])
    np.testing.assert_array_equal(listed.labels, data.train_labels[order[newest]])
    np.testing.assert_array_equal(listed.answers, session.answers[newest])
    np.testing.assert_array_equal(listed.images, data.train_images[order[newest]])
    np.testing.assert_allclose(listed.votes, votes[::-1][: trace.MOST_SHOWN], rtol=1e-3, atol=1e-5)


@pytest.fixture(scope="module")
def session(few: Dataset) -> Session:
    """The whole-digit layer matches the nearest, the columns have settled."""
    session = played(few, 250)
    assert [layer.settled for layer in session.network.layers] == [False, True]
    return session


@pytest.mark.parametrize("layer", [0, 1])
@pytest.mark.parametrize("which", [0, 7, -1])
def test_a_memory_votes_as_it_does_in_the_whole_network(layer: int, which: int, session: Session) -> None:
    memory = session.network.layers[layer]
    id = int(memory.ids[memory.in_use()][which])
    found = finish(TraceWork(session, 3, layer, id))
    assert (found.request, found.layer, found.id, found.looked) == (3, layer, id, 250)
    votes = votes_by_the_network(session, layer, id, 0)
    right = session.answers[:250] == session.dataset.train_labels[session.stream.order[:250]]
    for listed, chosen in ((found.right, right), (found.wrong, ~right)):
        places = np.flatnonzero(chosen & (votes > trace.SILENT)).tolist()
        assert_lists(listed, session, places, votes[places].tolist())
    assert found.right.total > 0


def test_both_lists_are_met_by_some_memory_and_the_longest_is_cut(session: Session) -> None:
    memory = session.network.layers[1]
    found = [finish(TraceWork(session, 1, 1, int(id))) for id in memory.ids[memory.in_use()][::5]]
    assert any(each.wrong.total for each in found)
    longest = max(found, key=lambda each: each.right.total)
    assert longest.right.total > len(longest.right.sources) == trace.MOST_SHOWN


def test_it_looks_back_only_so_far(session: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(trace, "LOOKED_AT", 40)
    memory = session.network.layers[1]
    id = int(memory.ids[memory.in_use()][0])
    found = finish(TraceWork(session, 1, 1, id))
    assert found.looked == 40
    votes = votes_by_the_network(session, 1, id, 210)
    assert found.right.total + found.wrong.total == np.count_nonzero(votes > trace.SILENT) > 0
    assert min(found.right.digits) > 210


def test_digits_that_were_shown_but_not_learned_yet_count(few: Dataset) -> None:
    session = played(few, 200)
    session.advance(1)
    assert session.burst is not None
    assert not session.burst.learned
    memory = session.network.layers[1]
    assert finish(TraceWork(session, 1, 1, int(memory.ids[0, 0]))).looked == 201


def test_a_muted_memory_says_nothing(few: Dataset) -> None:
    session = played(few, 100)
    memory = session.network.layers[1]
    memory.mute(np.array([0]), np.array([0]), muted=True)
    found = finish(TraceWork(session, 1, 1, int(memory.ids[0, 0])))
    assert (found.looked, found.right.total, found.wrong.total) == (100, 0, 0)


def test_nothing_seen_is_nothing_looked_at(few: Dataset) -> None:
    session = played(few, 0)
    session.network.teach(few.train_images[0], 3)
    work = TraceWork(session, 1, 0, 1)
    assert work.done == work.total == 0
    assert work.result().right.total == 0


def test_there_must_be_such_a_memory(session: Session) -> None:
    with pytest.raises(ValueError, match="id: there is no memory 99999"):
        TraceWork(session, 1, 0, 99_999)
    with pytest.raises(ValueError, match="id: there is no memory 0"):
        TraceWork(session, 1, 0, 0)
    with pytest.raises(ValueError, match="layer: there is no layer 2"):
        TraceWork(session, 1, 2, 1)


def test_it_is_the_memory_as_it_was_when_this_was_asked(
    few: Dataset, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pacing, "SLICE_SECONDS", 0.0)
    session, still = played(few, 100), played(few, 100)
    id = int(session.network.layers[1].ids[4, 0])
    work, expected = TraceWork(session, 1, 1, id), finish(TraceWork(still, 1, 1, id))
    while work.done < work.total:
        session.advance(32)
        work.advance()
    found = work.result()
    assert session.seen > 100
    assert found.looked == 100
    np.testing.assert_array_equal(found.right.votes, expected.right.votes)


@pytest.mark.parametrize("seconds", [0.0, 100.0])
def test_what_is_found_does_not_depend_on_the_time_it_takes(
    seconds: float, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    id = int(session.network.layers[0].ids[0, 5])
    usual = finish(TraceWork(session, 1, 0, id))
    monkeypatch.setattr(pacing, "SLICE_SECONDS", seconds)
    work = TraceWork(session, 1, 0, id)
    work.advance()
    assert work.done == (32 if seconds == 0 else 250)
    np.testing.assert_array_equal(finish(work).right.votes, usual.right.votes)


@pytest.mark.parametrize("make", [StrictBackend, FlakyBackend])
def test_every_backend_finds_the_same(
    make: type[Backend], nothing_comes_home_by_itself: None, few: Dataset
) -> None:
    here, there = played(few, 90), played(few, 90, backend=make())
    for layer in (0, 1):
        id = int(here.network.layers[layer].ids[0, 2])
        found, other = (finish(TraceWork(each, 1, layer, id)) for each in (here, there))
        for one, two in ((found.right, other.right), (found.wrong, other.wrong)):
            np.testing.assert_array_equal(one.digits, two.digits)
            np.testing.assert_allclose(one.votes, two.votes, rtol=1e-3, atol=1e-5)


def test_a_device_that_fails_is_reported_as_lost(few: Dataset) -> None:
    backend = FlakyBackend()
    session = played(few, 60, backend=backend)
    work = TraceWork(session, 1, 1, int(session.network.layers[1].ids[0, 0]))
    backend.fails_at = backend.operations + 3
    with pytest.raises(DeviceLostError):
        work.advance()
