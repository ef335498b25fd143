"""Questions and changes by hand through the desk: answered with their numbers, while it plays."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest

from engine import commands as ask
from engine.datasets import Dataset
from engine.desk import Desk
from engine.frame import Frame, RunState
from tests.engine.device import FlakyBackend
from tests.engine.samples import shrunk


def letter() -> np.ndarray[Any, np.dtype[np.float32]]:
    image = np.zeros((28, 28), np.float32)
    image[4:24, 6:9] = image[4:24, 19:22] = image[12:15, 6:22] = 1.0
    return image


@pytest.fixture
def desk(digits: Dataset) -> Iterator[Desk]:
    desk = Desk(digits, shrunk("complementary"), 0, "numpy", None)
    desk.apply(ask.Step(150))
    desk.frame()
    yield desk
    desk.close()


def worked_out(desk: Desk) -> Frame:
    """The frame when nothing is being computed any more."""
    for _ in range(20_000):
        desk.work()
        if desk.idle_seconds() is None:
            return desk.frame()
    raise AssertionError("it goes on computing")


def an_id(frame: Frame) -> int:
    assert frame.catalogue is not None
    return int(frame.catalogue.ids[0])


QUESTIONS = {
    "explanation": ask.Explain(41, source=7),
    "flip": ask.Explain(41, source=7, held_out=True),
    "likeness": ask.Liken(41),
    "variations": ask.ClassifyAll(np.stack([letter(), 1 - letter()]), 41),
    "cell": ask.ShowCell(41, 3, 3),
    "projection": ask.Project(41, 1),
    "diagnosis": ask.Diagnose(41),
    "ablation": ask.Ablate(41, 1, (1, 2)),
}


@pytest.mark.parametrize("kind", QUESTIONS)
def test_an_answer_carries_the_number_of_its_question(kind: str, desk: Desk) -> None:
    desk.apply(QUESTIONS[kind])
    frame = worked_out(desk)
    assert getattr(frame.findings, kind).request == 41
    assert frame.task is None
    assert not [notice for notice in frame.notices if notice.level == "error"]


def test_play_goes_on_while_answers_are_computed_and_the_task_says_how_far(desk: Desk) -> None:
    desk.apply(ask.Play())
    desk.apply(ask.Ablate(5, 1, (1, 2, 3)))
    before, steps = desk.frame(), []
    while (frame := desk.frame()).task is not None:
        assert frame.state is RunState.PLAYING
        steps.append(frame.task.done)
        desk.work()
    assert steps == sorted(steps)
    assert frame.findings.ablation is not None
    assert frame.score.seen > before.score.seen


def test_what_is_asked_again_replaces_the_first_and_all_can_be_given_up(desk: Desk) -> None:
    for request in (1, 2):
        desk.apply(ask.Ablate(request, 1, (1, 2)))
    desk.apply(ask.Project(3, 1))
    frame = worked_out(desk)
    assert frame.findings.ablation is not None
    assert frame.findings.ablation.request == 2
    desk.apply(ask.Ablate(4, 1, (1, 2)))
    desk.apply(ask.CancelTask())
    frame = worked_out(desk)
    assert frame.findings.ablation is not None
    assert frame.findings.ablation.request == 2


def test_a_memory_that_is_inspected_is_traced(desk: Desk) -> None:
    frame = desk.frame()
    desk.apply(ask.Watch(1))
    desk.apply(ask.Inspect(1, 0))
    frame = worked_out(desk)
    assert frame.inspection is not None
    assert frame.findings.trace is not None
    assert (frame.findings.trace.layer, frame.findings.trace.id) == (1, frame.inspection.id)


def test_a_new_class_is_everywhere_at_once(desk: Desk) -> None:
    desk.apply(ask.Classify(letter(), 1))
    desk.apply(ask.Teach("H", image=letter()))
    desk.apply(ask.Watch(0))
    frame = desk.frame()
    assert frame.info.class_names == (*"0123456789", "H")
    assert frame.info.run == 1
    assert frame.trial is not None
    assert frame.trial.percept.probabilities.shape == (11,)
    assert {layer.votes.shape[1] for layer in frame.trial.percept.layers} == {11}
    assert frame.score.confusion.shape == (11, 11)
    assert frame.drawing is None, "its answer knew nothing of the class"
    assert [edit.text for edit in frame.edits] == ["added class H", "taught a drawing as H"]
    assert frame.tiles is not None
    assert frame.tiles.complete
    assert frame.catalogue is not None
    assert frame.catalogue.taught.sum() == 1
    assert frame.catalogue.classes[frame.catalogue.taught].tolist() == [10]
    desk.apply(ask.Classify(letter(), 2))
    drawing = desk.frame().drawing
    assert drawing is not None
    assert drawing.percept.answer == 10
    for _ in range(2):
        desk.apply(ask.Undo())
    frame = desk.frame()
    assert frame.trial is not None
    assert frame.trial.percept.probabilities.shape == (10,)
    assert frame.info.class_names == tuple("0123456789")
    assert [edit.undone for edit in frame.edits] == [True, True]


def test_teaching_and_undoing_do_not_stop_play(desk: Desk) -> None:
    desk.apply(ask.Play())
    for command in (ask.Teach("H", image=letter()), ask.Undo(), ask.Redo(), ask.Mute(1, (1, 2)), ask.Undo()):
        for _ in range(3):
            desk.work()
        desk.apply(command)
        frame = desk.frame()
        assert frame.state is RunState.PLAYING
        assert not [notice for notice in frame.notices if notice.level != "info"]


def test_what_is_muted_or_deleted_is_measured(desk: Desk) -> None:
    desk.apply(ask.Watch(1))
    frame = desk.frame()
    assert frame.catalogue is not None
    ids = frame.catalogue.ids[:9].tolist()
    for command in (ask.Mute(1, tuple(ids[:4])), ask.Delete(1, tuple(ids[4:]))):
        desk.apply(command)
        ablation = worked_out(desk).findings.ablation
        assert ablation is not None
        assert ablation.ids.tolist() == list(command.ids)
        right = ablation.without_them * ablation.size
        now = desk.frame()
        assert now.edits[-1].undone is False
        accuracy = desk_accuracy(desk)
        assert accuracy == pytest.approx(right / ablation.size, abs=1e-6)


def desk_accuracy(desk: Desk) -> float:
    """Held-out accuracy now, measured by the test of all digits."""
    desk.apply(ask.Test())
    frame = worked_out(desk)
    assert frame.held_out.accuracy is not None
    return frame.held_out.accuracy


def test_muting_while_a_test_runs_leaves_the_test_what_it_was(desk: Desk) -> None:
    expected = desk_accuracy(desk)
    desk.apply(ask.Test())
    desk.work()
    desk.apply(ask.Watch(1))
    frame = desk.frame()
    assert frame.catalogue is not None
    desk.apply(ask.Delete(1, tuple(frame.catalogue.ids.tolist())))
    assert worked_out(desk).held_out.accuracy == expected


@pytest.mark.parametrize(
    "command",
    [
        ask.Teach("", image=letter()),
        ask.Teach("x" * 200, image=letter()),
        ask.Teach("3", image=letter()),
        ask.Teach(3, image=np.zeros((28, 28), np.float32)),
        ask.Delete(0, (10**9,)),
        ask.Undo(),
        ask.Explain(1, source=-50),
        ask.Ablate(1, 7, (1,)),
        ask.Project(1, 7),
        ask.ShowCell(1, 99, 0),
        ask.ClassifyAll(np.ones((2, 3, 3), np.float32), 1),
    ],
    ids=lambda command: f"{type(command).__name__}",
)
def test_what_cannot_be_is_one_sentence_and_play_goes_on(command: ask.Command, desk: Desk) -> None:
    desk.apply(ask.Play())
    desk.apply(command)
    frame = desk.frame()
    assert [notice.level for notice in frame.notices] == ["error"]
    assert frame.state is RunState.PLAYING
    assert frame.edits == ()
    desk.work()


def test_a_run_that_stopped_can_be_explained_but_not_changed(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> None:
        raise KeyError("lost")

    with monkeypatch.context() as patch:
        patch.setattr("engine.session.Session.advance", broken)
        desk.apply(ask.Play())
        desk.work()
    assert desk.frame().state is RunState.FAILED
    desk.apply(ask.Explain(9, source=7))
    desk.apply(ask.Teach(3, image=letter()))
    frame = desk.frame()
    assert frame.findings.explanation is not None
    assert frame.edits == ()
    assert "engine has stopped" in frame.notices[-1].text


def test_answers_that_were_begun_on_a_device_that_fails_are_begun_again(
    digits: Dataset, monkeypatch: pytest.MonkeyPatch
) -> None:
    backend = FlakyBackend()
    monkeypatch.setattr("engine.desk.make_backend", lambda _: backend)
    desk = Desk(digits, shrunk("complementary"), 0, "numpy", None)
    desk.apply(ask.Step(100))
    desk.apply(ask.Ablate(3, 1, (1, 2)))
    desk.work()
    backend.fails_at = backend.operations + 5
    frame = worked_out(desk)
    assert frame.backend.startswith("NumPy")
    assert frame.findings.ablation is not None
    desk.close()


def test_a_new_run_has_found_and_changed_nothing(desk: Desk) -> None:
    desk.apply(ask.Teach("H", image=letter()))
    desk.apply(ask.Explain(1, source=7))
    desk.apply(ask.Restart())
    frame = desk.frame()
    assert frame.edits == ()
    assert frame.findings.explanation is None
    assert frame.info.class_names == tuple("0123456789")
