"""Changes by hand: each can be taken back, bit for bit or at least by itself, whatever came between."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from engine.backend import Backend
from engine.datasets import Dataset
from engine.edits import Edits
from engine.session import Session
from tests.engine.device import FlakyBackend
from tests.engine.samples import assert_same, shrunk

Act = Callable[[Edits], Any]


def a_letter() -> np.ndarray[Any, np.dtype[np.float32]]:
    image = np.zeros((28, 28), np.float32)
    image[4:24, 6:9] = image[4:24, 19:22] = image[12:15, 6:22] = 1.0
    return image


@pytest.fixture
def session(few: Dataset) -> Session:
    session = Session(few, shrunk("complementary"), backend=Backend())
    session.advance(40)
    while session.seen < 120:
        session.advance(1)
    session.close_burst()
    return session


@pytest.fixture
def edits(session: Session) -> Edits:
    return Edits(session)


def some_ids(session: Session, layer: int, count: int) -> list[int]:
    ids = session.network.layers[layer].ids
    return [int(id) for id in ids[ids > 0][:count]]


ACTS: dict[str, Act] = {
    "teach a drawing": lambda edits: edits.teach(3, image=a_letter()),
    "teach a digit": lambda edits: edits.teach(3, source=5),
    "teach a new class": lambda edits: edits.teach("H", image=a_letter()),
    "add a class": lambda edits: edits.add_class("H"),
    "mute": lambda edits: edits.mute(1, some_ids(edits.session, 1, 3), True),
    "delete": lambda edits: edits.delete(0, some_ids(edits.session, 0, 3)),
    "delete a column": lambda edits: edits.delete(1, some_ids(edits.session, 1, 12)),
    "relabel": lambda edits: edits.relabel(1, some_ids(edits.session, 1, 2), 7),
    "tune": lambda edits: edits.tune(1, 0.01),
}


def whole_state(session: Session) -> dict[str, Any]:
    return {
        **session.state(),
        "confusion": session.metrics.confusion,
        "taught": np.array(len(session.taught)),
        "classes": np.array(session.class_names),
        "plasticity": np.array([layer.config.plasticity for layer in session.network.layers]),
    }


@pytest.mark.parametrize("name", ACTS)
def test_what_is_taken_back_at_once_leaves_no_bit_behind(name: str, session: Session, edits: Edits) -> None:
    before = whole_state(session)
    ACTS[name](edits)
    after = whole_state(session)
    with pytest.raises(AssertionError):
        assert_same(before, after)
    while any(not edit.undone for edit in edits.log()):
        assert edits.undo().startswith("Took back: ")
    assert_same(before, whole_state(session))
    while any(edit.undone for edit in edits.log()):
        edits.redo()
    assert_same(after, whole_state(session))


@pytest.mark.parametrize("name", ACTS)
def test_a_run_goes_on_as_if_nothing_had_been_changed(name: str, session: Session, few: Dataset) -> None:
    twin = Session(few, shrunk("complementary"), backend=Backend())
    twin.advance(40)
    while twin.seen < 120:
        twin.advance(1)
    twin.close_burst()
    edits = Edits(session)
    ACTS[name](edits)
    while any(not edit.undone for edit in edits.log()):
        edits.undo()
    for each in (session, twin):
        for _ in each.run():
            pass
    assert_same(whole_state(session), whole_state(twin))


@pytest.mark.parametrize("name", ACTS)
def test_later_only_the_change_itself_is_taken_back_and_that_is_said(
    name: str, session: Session, edits: Edits
) -> None:
    ACTS[name](edits)
    taught = [layer.ids[layer.taught].tolist() for layer in session.network.layers]
    silent = [layer.ids[layer.muted].tolist() for layer in session.network.layers]
    while session.seen < 128:
        session.advance(1)
    seen, learned = session.seen, session.network.layers[0].wins.sum()
    said = [edits.undo() for _ in edits.log()]
    assert all("Digits were learned since" in sentence for sentence in said)
    assert (session.seen, session.metrics.seen) == (seen, seen)
    for layer, ids, muted in zip(session.network.layers, taught, silent, strict=True):
        assert not np.isin(layer.ids, ids).any() or not ids
        assert not np.isin(layer.ids[layer.muted], muted).any() or not muted
        assert (layer.used == (layer.ids > 0).sum(axis=1)).all()
    assert learned > 0
    assert session.class_names == session.dataset.class_names


def test_what_was_deleted_comes_back_elsewhere_or_is_said_to_have_no_place(few: Dataset) -> None:
    session = Session(few, shrunk("tiny"), backend=Backend())
    for _ in range(200):
        session.advance(1)
    session.close_burst()
    layer, edits = session.network.layers[0], Edits(session)
    assert (layer.used == layer.config.capacity).all()
    ids = layer.ids[0].tolist()
    edits.delete(0, ids)
    while layer.used[0] < layer.config.capacity:
        session.advance(1)
    said = edits.undo()
    assert f"{len(ids)} memories stay as they are" in said
    assert not np.isin(layer.ids, ids).any()


def test_muted_memories_are_silent_and_kept(session: Session, edits: Edits) -> None:
    layer = session.network.layers[1]
    columns, slots = layer.in_use()
    mine = columns == columns[0]
    edits.mute(1, layer.ids[columns[mine], slots[mine]].tolist(), True)
    response = session.network.perceive(session.dataset.test_images[:5], aside=True).responses[1]
    assert not response.activation[columns[0]].any()
    assert np.isinf(response.novelty[columns[0]]).all()
    assert layer.speaking[columns[0]] == 0
    assert layer.used[columns[0]] == np.count_nonzero(mine)
    session.advance(1)
    session.close_burst()
    edits.mute(1, layer.ids[columns[mine], slots[mine]].tolist(), False)
    assert not layer.muted.any()
    assert (layer.speaking == layer.used).all()


def test_a_relabelled_memory_speaks_for_its_new_class(session: Session, edits: Edits) -> None:
    layer = session.network.layers[0]
    (id,) = some_ids(session, 0, 1)
    edits.relabel(0, [id], 7)
    column, slot = layer.find(np.array([id]))
    assert layer.associations[column, :, slot].argmax() == 7


def test_a_slot_that_was_freed_is_written_again(few: Dataset) -> None:
    session = Session(few, shrunk("exemplar"), backend=Backend())
    while session.network.layers[0].count < session.network.layers[0].config.capacity:
        session.advance(1)
    layer, edits = session.network.layers[0], Edits(session)
    freed = some_ids(session, 0, 3)
    edits.delete(0, freed)
    assert layer.count == layer.config.capacity - 3
    while layer.count < layer.config.capacity and not session.finished:
        session.advance(1)
    assert layer.count == layer.config.capacity
    assert not np.isin(layer.ids, freed).any()
    assert len(np.unique(layer.ids)) == layer.config.capacity


def test_a_burst_that_is_being_shown_is_learned_first(few: Dataset) -> None:
    session = Session(few, shrunk("tiny"), backend=Backend())
    session.advance(1)
    while session.seen < 100:
        session.advance(1)
    edits = Edits(session)
    edits.teach(3, image=a_letter())
    assert session.burst is None or session.burst.learned
    assert session.metrics.history.curves().digits[-1] == session.seen


BAD: dict[str, tuple[Act, str]] = {
    "a blank canvas": (
        lambda edits: edits.teach(3, image=np.zeros((28, 28), np.float32)),
        "nothing on the canvas",
    ),
    "a drawing with NaN": (
        lambda edits: edits.teach(3, image=np.full((28, 28), np.nan, np.float32)),
        "image",
    ),
    "no image at all": (lambda edits: edits.teach(3), "one of them"),
    "a digit that is none": (lambda edits: edits.teach(3, source=10**9), "source"),
    "a class that is none": (lambda edits: edits.teach(77, image=a_letter()), "class 77"),
    "an empty name": (lambda edits: edits.teach("  ", image=a_letter()), "needs a name"),
    "a name that is taken": (lambda edits: edits.add_class("7"), "already"),
    "two hundred emoji": (lambda edits: edits.add_class("\N{GRINNING FACE}" * 200), "200 characters"),
    "a line break": (lambda edits: edits.add_class("a\nb"), "cannot be shown"),
    "memories that are gone": (lambda edits: edits.delete(0, [10**9]), "gone already"),
    "nothing": (lambda edits: edits.mute(0, [], True), "gone already"),
    "a layer that is none": (lambda edits: edits.delete(9, [1]), "layer"),
    "a rate that is none": (lambda edits: edits.tune(0, float("nan")), "plasticity"),
    "nothing to undo": (lambda edits: edits.undo(), "nothing to take back"),
    "nothing to redo": (lambda edits: edits.redo(), "nothing to make again"),
}


@pytest.mark.parametrize("name", BAD)
def test_what_cannot_be_done_is_a_sentence_and_changes_nothing(
    name: str, session: Session, edits: Edits
) -> None:
    before, (act, words) = whole_state(session), BAD[name]
    with pytest.raises(ValueError, match=words):
        act(edits)
    assert_same(before, whole_state(session))
    assert edits.log() == ()


def test_no_more_than_62_classes(session: Session, edits: Edits) -> None:
    for number in range(52):
        edits.add_class(f"class {number}")
    with pytest.raises(ValueError, match="62"):
        edits.teach("one more", image=a_letter())
    assert len(session.class_names) == session.network.classes == 62
    assert not session.taught


def test_every_memory_can_be_deleted_and_learning_goes_on(session: Session, edits: Edits) -> None:
    for number, layer in enumerate(session.network.layers):
        edits.delete(number, layer.ids[layer.ids > 0].tolist())
        assert layer.count == 0
    np.testing.assert_allclose(session.predict_proba(session.dataset.test_images[:3]), 0.1, rtol=1e-5)
    for _ in session.run():
        pass
    assert session.memories > 0


def test_a_class_that_was_answered_meanwhile_stays(session: Session, edits: Edits) -> None:
    edits.add_class("H")
    session.metrics.confusion[3, 10] += 1
    with pytest.raises(ValueError, match="The class stays: 1 digit was answered"):
        edits.undo()
    assert len(session.class_names) == 11
    assert not edits.log()[0].undone


def test_a_new_change_ends_what_could_be_made_again(session: Session, edits: Edits) -> None:
    edits.mute(0, some_ids(session, 0, 1), True)
    edits.mute(0, some_ids(session, 0, 2)[1:], True)
    edits.undo()
    edits.teach(4, image=a_letter())
    assert [edit.text.split()[0] for edit in edits.log()] == ["muted", "taught"]
    assert len({edit.id for edit in edits.log()}) == 2
    with pytest.raises(ValueError, match="nothing to make again"):
        edits.redo()


@settings(max_examples=15)
@given(some.lists(some.sampled_from(["undo", "redo", "learn", *ACTS]), max_size=12))
def test_any_walk_through_the_history_keeps_the_books(few: Dataset, steps: list[str]) -> None:
    session = Session(few, shrunk("complementary"), backend=Backend(), limit=130)
    session.advance(1)
    edits = Edits(session)
    for step in steps:
        try:
            if step == "learn":
                session.advance(7)
            else:
                {"undo": Edits.undo, "redo": Edits.redo, **ACTS}[step](edits)
        except ValueError:
            pass
        for layer in session.network.layers:
            in_use = layer.ids > 0
            assert (layer.used == in_use.sum(axis=1)).all()
            assert (layer.speaking == (in_use & ~layer.muted).sum(axis=1)).all()
            assert layer.used.max() <= layer.config.capacity
            assert layer.sources.min() >= -len(session.taught)
        ids = np.concatenate([layer.ids[layer.ids > 0] for layer in session.network.layers])
        assert len(np.unique(ids)) == len(ids)
        assert ids.max(initial=0) < session.network.next_id


@pytest.fixture
def roomy(few: Dataset) -> Edits:
    """A run whose columns have free slots to the end."""
    session = Session(few, shrunk("complementary", capacity=200), backend=Backend())
    while session.seen < 120:
        session.advance(1)
    return Edits(session)


def test_what_is_made_again_after_digits_were_learned_is_whole(roomy: Edits) -> None:
    """At its digit it was taken back bit for bit, drawing and ids included; recruits have those ids now."""
    edits, session = roomy, roomy.session
    edits.teach(3, image=a_letter())
    taught = session.network.layers[0].ids[session.network.layers[0].taught].tolist()
    edits.undo()
    assert session.taught == []
    recruits = session.network.next_id
    for _ in range(40):
        session.advance(1)
    assert session.network.next_id > recruits
    edits.redo()
    layer = session.network.layers[0]
    assert layer.taught.sum() == 1
    (id,) = layer.ids[layer.taught]
    assert id not in taught
    ids = np.concatenate([each.ids[each.ids > 0] for each in session.network.layers])
    assert len(np.unique(ids)) == len(ids)
    np.testing.assert_array_equal(session.image(layer.sources[layer.taught][0]) > 0, a_letter() > 0)


def test_taking_back_what_was_made_again_later_leaves_what_was_learned_between(roomy: Edits) -> None:
    edits, session = roomy, roomy.session
    edits.teach(3, source=5)
    edits.undo()
    for _ in range(40):
        session.advance(1)
    session.close_burst()
    before = whole_state(session)
    edits.redo()
    assert any(layer.taught.any() for layer in session.network.layers)
    edits.undo()
    after = whole_state(session)
    assert after.pop("next_id") > before.pop("next_id")
    assert_same(before, after)


def test_a_device_that_dies_takes_no_change_with_it(few: Dataset) -> None:
    config = shrunk("complementary")
    with_device, without = (Session(few, config, backend=backend) for backend in (FlakyBackend(), Backend()))
    for session in (with_device, without):
        while session.seen < 60:
            session.advance(1)
        edits = Edits(session)
        edits.teach("H", image=a_letter())
        edits.mute(0, some_ids(session, 0, 2), True)
    backend = with_device.backend
    assert isinstance(backend, FlakyBackend)
    backend.fails_at = backend.operations + 40
    for session in (with_device, without):
        while session.seen < 90:
            session.advance(1)
    assert with_device.backend.name == "numpy"
    assert_same(with_device.state(), without.state())
