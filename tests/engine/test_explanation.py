"""Answers taken apart: the parts add up, and what an answer hangs on changes it."""

from __future__ import annotations

import numpy as np
import pytest

from engine.backend import Backend
from engine.config import PRESETS
from engine.datasets import Dataset
from engine.edits import Edits
from engine.explanation import MOST_SILENCED, FlipWork, explain
from engine.findings import Flip
from engine.network import softmax
from engine.pictures import pictures
from engine.session import Session
from tests.engine.samples import shrunk


def learned(digits: Dataset, name: str, count: int = 400) -> Session:
    session = Session(digits, shrunk(name), backend=Backend(), limit=count)
    for _ in session.run():
        pass
    return session


def flip_of(session: Session, source: int) -> Flip:
    work = FlipWork(session, 3, source=source, held_out=True)
    while work.done < work.total:
        work.advance()
    return work.result()


@pytest.mark.parametrize("name", PRESETS)
def test_the_votes_of_all_memories_add_up_to_the_answer(name: str, digits: Dataset) -> None:
    session = learned(digits, name)
    for source in range(5):
        why = explain(session, 7, source=source, held_out=True)
        said = session.network.perceive(digits.test_images[source : source + 1], aside=True)
        np.testing.assert_allclose(why.votes, session.backend.to_host(said.logits)[0], atol=1e-4)
        np.testing.assert_allclose(softmax(why.votes[None])[0], why.percept.probabilities, atol=1e-5)
        assert why.label == digits.test_labels[source]
        for number, (layer, reasons) in enumerate(zip(session.network.layers, why.layers, strict=True)):
            by_column = np.zeros((layer.fields.count, 10))
            np.add.at(by_column, reasons.columns, reasons.votes)
            np.testing.assert_allclose(by_column, why.percept.layers[number].votes, atol=1e-5)
            shares = np.bincount(reasons.columns, reasons.activations, minlength=layer.fields.count)
            np.testing.assert_allclose(shares[np.unique(reasons.columns)], 1, atol=1e-5)
            np.testing.assert_array_equal(layer.ids.ravel()[reasons.slots], reasons.ids)


def test_distances_are_those_to_what_each_column_sees(digits: Dataset) -> None:
    session = learned(digits, "columns")
    why = explain(session, 1, source=0, held_out=True)
    nearest = np.full(session.network.layers[0].fields.count, np.inf)
    np.minimum.at(nearest, why.layers[0].columns, why.layers[0].distances)
    np.testing.assert_allclose(nearest, why.percept.layers[0].novelty, atol=1e-3)


def test_a_streamed_digit_tells_what_was_said_when_it_was_seen(digits: Dataset) -> None:
    session = learned(digits, "tiny", 100)
    source = int(session.stream.order[41])
    why = explain(session, 1, source=source)
    assert (why.digit, why.said, why.at) == (42, int(session.answers[41]), 100)
    unseen = explain(session, 1, source=int(np.setdiff1d(np.arange(2000), session.stream.order)[0]))
    assert (unseen.digit, unseen.said) == (0, None)


def test_a_drawing_has_no_label_and_explaining_changes_nothing(digits: Dataset) -> None:
    session = learned(digits, "complementary", 100)
    before = session.state()
    why = explain(session, 1, image=digits.test_images[3].astype(np.float32) / 255)
    assert (why.label, why.said, why.source, why.digit) == (None, None, -1, 0)
    flip_of(session, 3)
    for key, values in session.state().items():
        assert values.tobytes() == before[key].tobytes(), key


@pytest.mark.parametrize("name", ["complementary", "columns", "exemplar", "tiny"])
def test_silencing_what_an_answer_hangs_on_changes_it_and_nothing_less_does(
    name: str, digits: Dataset
) -> None:
    session = learned(digits, name)
    edits = Edits(session)
    found = 0
    for source in range(8):
        image = digits.test_images[source : source + 1]
        answer = int(session.predict_proba(image)[0].argmax())
        flip = flip_of(session, source)
        assert (flip.request, flip.limit) == (3, MOST_SILENCED)
        if flip.answer is None:
            assert len(flip.ids) == 0
            continue
        found += 1
        for layer, slot, picture in zip(
            flip.layers.tolist(), flip.slots.tolist(), flip.pictures, strict=True
        ):
            place = divmod(slot, session.network.layers[layer].config.capacity)
            own = pictures(session.network.layers[layer], *(np.array([part]) for part in place))
            np.testing.assert_array_equal(picture, own[0])
        for layer in np.unique(flip.layers):
            edits.mute(int(layer), flip.ids[flip.layers == layer].tolist(), True)
        assert session.predict_proba(image)[0].argmax() == flip.answer != answer
        for layer, id in zip(flip.layers.tolist(), flip.ids.tolist(), strict=True):
            edits.mute(layer, [id], False)
            assert session.predict_proba(image)[0].argmax() == answer or len(flip.ids) == 1
            edits.undo()
        for _ in np.unique(flip.layers):
            edits.undo()
    assert found


@pytest.mark.parametrize(
    "wrong", [{}, {"source": 10**9}, {"source": 10**9, "held_out": True}, {"image": np.ones((3, 3))}]
)
def test_what_is_no_digit_is_refused(wrong: dict[str, object], digits: Dataset) -> None:
    session = learned(digits, "tiny", 40)
    with pytest.raises(ValueError, match=r"explain|source|images"):
        explain(session, 1, **wrong)  # type: ignore[arg-type]


def test_nothing_answers_before_the_first_memory(few: Dataset) -> None:
    session = Session(few, shrunk("complementary"), backend=Backend())
    why = explain(session, 1, source=0)
    assert all(len(layer.ids) == 0 for layer in why.layers)
    assert flip_of(session, 0).answer is None
