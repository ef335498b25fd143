"""What memories are worth is measured as if the whole network were asked twice, though it is not."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from engine import ablation, pacing
from engine.ablation import AblationWork
from engine.arrays import Ints
from engine.backend import Backend, DeviceLostError
from engine.datasets import Dataset
from engine.findings import Ablation
from engine.memory import LayerMemory
from engine.session import Session
from engine.store import Rows
from engine.works import Work
from tests.engine.device import FlakyBackend
from tests.engine.driving import played
from tests.engine.strict import StrictBackend


def finish(work: Work) -> Ablation:
    while work.done < work.total:
        work.advance()
    result = work.result()
    assert isinstance(result, Ablation)
    return result


def measure(session: Session, layer: int, ids: Sequence[int], with_rows: Rows | None = None) -> Ablation:
    return finish(AblationWork(session, 7, "some memories", layer, ids, with_rows))


def answers(session: Session) -> Ints:
    return session.predict_proba(session.dataset.test_images).argmax(axis=1)


def stored(session: Session, layer: int) -> tuple[LayerMemory, Ints]:
    memory = session.network.layers[layer]
    return memory, memory.ids[memory.in_use()]


def the_plain_way(session: Session, layer: int, ids: Ints) -> tuple[Ints, Ints]:
    """Answers with and without, by silencing the memories in the network and letting them speak again."""
    memory = session.network.layers[layer]
    places = memory.find(ids)
    before, rows = answers(session), memory.rows(*places)
    memory.mute(*places, muted=True)
    after = answers(session)
    memory.put(rows)
    return before, after


def assert_says(found: Ablation, session: Session, said_with: Ints, said_without: Ints) -> None:
    labels = session.dataset.test_labels
    right, still_right = said_with == labels, said_without == labels
    assert found.size == len(labels)
    assert found.with_them == pytest.approx(right.mean())
    assert found.without_them == pytest.approx(still_right.mean())
    assert (found.lost, found.gained) == ((right & ~still_right).sum(), (still_right & ~right).sum())
    flips = found.flips
    assert flips.total == (said_with != said_without).sum()
    assert len(flips.sources) == min(ablation.MOST_SHOWN, flips.total)
    np.testing.assert_array_equal(flips.labels, labels[flips.sources])
    np.testing.assert_array_equal(flips.answers, said_without[flips.sources])
    np.testing.assert_array_equal(found.said_with, said_with[flips.sources])
    np.testing.assert_array_equal(flips.images, session.dataset.test_images[flips.sources])
    assert (flips.answers != found.said_with).all()
    assert not flips.digits.any()
    assert not flips.votes.any()


@pytest.fixture(scope="module")
def session(digits: Dataset) -> Session:
    return played(digits, 250)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(layer=st.integers(0, 1), chosen=st.sets(st.integers(0, 1000), min_size=1, max_size=40))
def test_any_memories_are_measured_as_the_whole_network_would(
    layer: int, chosen: set[int], session: Session
) -> None:
    ids = stored(session, layer)[1]
    some = ids[sorted({number % len(ids) for number in chosen})]
    found = measure(session, layer, some.tolist())
    assert_says(found, session, *the_plain_way(session, layer, some))
    assert (found.request, found.layer, found.at) == (7, layer, session.seen)
    assert sorted(found.ids) == sorted(some)


def test_a_network_without_any_memory_of_a_layer_is_measured_too(session: Session) -> None:
    for layer in (0, 1):
        ids = stored(session, layer)[1]
        found = measure(session, layer, ids.tolist())
        assert_says(found, session, *the_plain_way(session, layer, ids))
        assert found.flips.total > 0


def test_flips_that_cost_something_come_first(session: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ablation, "MOST_SHOWN", 1000)
    found = measure(session, 1, stored(session, 1)[1].tolist())
    labels = found.flips.labels
    lost, gained = found.said_with == labels, found.flips.answers == labels
    kinds = np.select([lost, gained], [0, 1], 2)
    assert (np.diff(kinds) >= 0).all()
    assert set(kinds) == {0, 1, 2}
    assert (np.diff(found.flips.sources[lost]) > 0).all()
    monkeypatch.setattr(ablation, "MOST_SHOWN", 5)
    few = measure(session, 1, stored(session, 1)[1].tolist())
    np.testing.assert_array_equal(few.flips.sources, found.flips.sources[:5])
    assert few.flips.total == found.flips.total > 5


@pytest.mark.parametrize("layer", [0, 1])
@pytest.mark.parametrize("how", ["muted", "deleted"])
def test_memories_that_are_silent_by_now_are_put_back(how: str, layer: int, digits: Dataset) -> None:
    """The last ones of each column, so that the layer does not reach as far without them."""
    session = played(digits, 250)
    memory = session.network.layers[layer]
    columns, slots = memory.in_use()
    last = slots >= memory.used[columns] - 9
    rows = memory.rows(columns[last], slots[last])
    said_with = answers(session)
    reach = memory.reach
    if how == "muted":
        memory.mute(rows.columns, rows.slots, muted=True)
    else:
        memory.put(memory.blank_rows(rows.columns, rows.slots))
        assert layer == 1 or memory.reach < reach
    before = session.state()
    found = measure(session, layer, rows.ids.tolist(), rows)
    assert_says(found, session, said_with, answers(session))
    after = session.state()
    assert all(after[name].tobytes() == before[name].tobytes() for name in before), "on copies"


def test_rows_from_before_a_class_was_added_still_fit(digits: Dataset) -> None:
    session = played(digits, 120)
    memory = session.network.layers[0]
    rows = memory.rows(*memory.in_use())
    said_with = answers(session)
    memory.put(memory.blank_rows(rows.columns, rows.slots))
    session.add_class("gamma")
    assert_says(measure(session, 0, rows.ids.tolist(), rows), session, said_with, answers(session))


def test_a_place_that_was_given_away_is_not_taken_back(digits: Dataset) -> None:
    session = played(digits, 120)
    memory = session.network.layers[0]
    columns, slots = memory.in_use()
    rows = memory.rows(columns[:3], slots[:3])
    memory.put(memory.blank_rows(columns[:3], slots[:3]))
    newcomer = replace(rows.select(np.array([True, False, False])), ids=np.array([10_000]))
    memory.put(newcomer)
    found = measure(session, 0, rows.ids.tolist(), rows)
    np.testing.assert_array_equal(found.ids, rows.ids[1:])
    memory.put(rows.select(np.array([False, True, True])))
    assert_says(found, session, *the_plain_way(session, 0, rows.ids[1:]))
    memory.put(replace(rows, ids=rows.ids + 20_000))
    with pytest.raises(ValueError, match="nothing to compare"):
        AblationWork(session, 1, "", 0, rows.ids.tolist(), rows)


def test_there_must_be_such_memories(session: Session) -> None:
    with pytest.raises(ValueError, match="nothing to compare"):
        AblationWork(session, 1, "", 0, [0, 99_999])
    for layer in (-1, 2):
        with pytest.raises(ValueError, match=f"layer: there is no layer {layer}"):
            AblationWork(session, 1, "", layer, [1])


def test_memories_that_were_silent_anyway_change_nothing(digits: Dataset) -> None:
    session = played(digits, 120)
    memory, ids = stored(session, 1)
    memory.mute(*memory.find(ids[:20]), muted=True)
    found = measure(session, 1, ids[:20].tolist())
    assert (found.flips.total, found.lost, found.gained) == (0, 0, 0)
    assert found.with_them == found.without_them == pytest.approx(session.test_accuracy())


@pytest.mark.parametrize("layer", [0, 1])
def test_learning_goes_on_meanwhile(layer: int, digits: Dataset, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pacing, "SLICE_SECONDS", 0.0)
    session = played(digits, 120)
    ids = stored(session, layer)[1][::3]
    expected = the_plain_way(session, layer, ids)
    work = AblationWork(session, 1, "", layer, ids.tolist())
    while work.done < work.total:
        session.advance(32)
        work.advance()
    assert session.seen > 120
    found = finish(work)
    assert found.at == 120
    assert_says(found, session, *expected)


@pytest.mark.parametrize("seconds", [0.0, 100.0])
def test_what_is_found_does_not_depend_on_the_time_it_takes(
    seconds: float, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    ids = stored(session, 0)[1][:10].tolist()
    usual = measure(session, 0, ids)
    monkeypatch.setattr(pacing, "SLICE_SECONDS", seconds)
    work = AblationWork(session, 7, "some memories", 0, ids)
    work.advance()
    assert (work.done < work.total) == (seconds == 0)
    other = finish(work)
    assert (other.with_them, other.without_them) == (usual.with_them, usual.without_them)
    np.testing.assert_array_equal(other.flips.sources, usual.flips.sources)


def test_progress_is_in_digits_and_named(session: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pacing, "SLICE_SECONDS", 0.0)
    work = AblationWork(session, 1, "memory 12", 0, [int(stored(session, 0)[1][0])])
    assert (work.kind, work.done, work.total) == ("ablation", 0, 300)
    assert "memory 12" in work.name
    counts = []
    while work.done < work.total:
        work.advance()
        counts.append(work.done)
    assert counts[:6] == [0, 0, 32, 32, 32, 64]
    assert counts[-1] == 300


@pytest.mark.parametrize("make", [StrictBackend, FlakyBackend])
def test_every_backend_finds_the_same(
    make: type[Backend], nothing_comes_home_by_itself: None, few: Dataset
) -> None:
    here, there = played(few, 90), played(few, 90, backend=make())
    for layer in (0, 1):
        ids = stored(here, layer)[1][::2].tolist()
        rows = here.network.layers[layer].rows(*here.network.layers[layer].find(np.array(ids)))
        found, other = measure(here, layer, ids), measure(there, layer, ids, rows)
        assert (other.with_them, other.without_them) == (found.with_them, found.without_them)
        np.testing.assert_array_equal(other.flips.sources, found.flips.sources)


def test_a_device_that_fails_is_reported_as_lost(few: Dataset) -> None:
    backend = FlakyBackend()
    session = played(few, 60, backend=backend)
    ids = stored(session, 0)[1][:3].tolist()
    work = AblationWork(session, 1, "", 0, ids)
    backend.fails_at = backend.operations + 10
    with pytest.raises(DeviceLostError):
        finish(work)
    backend.fails_at = backend.operations + 2
    work = AblationWork(session, 1, "", 0, ids)
    assert type(session.backend) is Backend, "while it was begun: begun again in NumPy"
    assert finish(work).size == 100
