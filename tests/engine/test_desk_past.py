"""Looking back, branching and comparing, as commands to the engine."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from engine import commands as ask
from engine.datasets import Dataset
from engine.desk import Desk
from engine.frame import Frame, RunState
from engine.snapshot import Snapshot, load_snapshot
from tests.engine.samples import Arrays, assert_same, shrunk


@pytest.fixture
def desk(digits: Dataset, tmp_path: Path) -> Iterator[Desk]:
    desk = Desk(digits, shrunk("complementary"), 0, "numpy", None, autosave=tmp_path / "autosave")
    yield desk
    desk.close()


def after(desk: Desk, *commands: ask.Command) -> Frame:
    """The frame once nothing is under way any more."""
    for command in commands:
        desk.apply(command)
    while desk.idle_seconds() == 0.0:
        desk.work()
    return desk.frame()


def learned(desk: Desk) -> Arrays:
    """Everything, as the window could take it home."""
    desk.apply(ask.Take(1))
    taken = desk.frame().findings.taken
    assert taken is not None
    return taken.snapshot.arrays


def letter() -> np.ndarray[tuple[int, int], np.dtype[np.float32]]:
    image = np.zeros((28, 28), np.float32)
    image[4:24, 6:9] = image[4:24, 19:22] = image[12:15, 6:22] = 1.0
    return image


def test_the_past_is_shown_and_left_again(desk: Desk) -> None:
    there = after(desk, ask.Step(150))
    states = learned(desk)
    now = after(desk, ask.Step(150))
    assert not now.past
    past = after(desk, ask.Look(150))
    assert past.past
    assert past.heading is None
    assert past.state is RunState.PAUSED
    assert past.score.seen == 150
    assert past.trial is not None
    assert past.trial.digit == 150
    assert past.track is not None
    assert past.track.head == 300
    np.testing.assert_array_equal(past.score.confusion, there.score.confusion)
    assert_same(learned(desk), states)
    again = after(desk, ask.Look(300))
    assert not again.past
    assert again.score.seen == 300


def test_on_the_way_frames_say_where_it_goes_and_a_question_waits_until_it_is_there(desk: Desk) -> None:
    after(desk, ask.Step(300))
    desk.apply(ask.Look(90))
    desk.apply(ask.Look(120))
    assert desk.frame().heading == 120
    assert desk.idle_seconds() == 0.0
    desk.apply(ask.Explain(5, source=3))
    frame = desk.frame()
    assert frame.heading is None
    assert frame.findings.explanation is not None
    assert frame.findings.explanation.at == 120


def test_a_step_in_the_past_is_a_look_at_the_next_digit(desk: Desk) -> None:
    after(desk, ask.Step(200))
    after(desk, ask.Look(50))
    frame = after(desk, ask.Step(1), ask.Step(1))
    assert frame.score.seen == 52
    assert frame.past
    assert after(desk, ask.Step(1000)).score.seen == 200


def test_playing_on_in_the_past_begins_a_branch(desk: Desk) -> None:
    after(desk, ask.Step(200))
    states = learned(desk)
    after(desk, ask.Look(60))
    desk.apply(ask.SetSpeed(1000.0))
    desk.apply(ask.Play())
    while desk.frame().score.seen < 80:
        desk.work()
    frame = after(desk, ask.Pause())
    assert not frame.past
    assert frame.track is not None
    assert [line.id for line in frame.track.lines] == [1, 2]
    assert frame.track.line == 2
    back = after(desk, ask.Look(200, line=1))
    assert_same(learned(desk), states)
    assert back.track is not None
    assert back.track.line == 1


def test_a_change_in_the_past_begins_a_branch_and_one_that_fails_does_not(desk: Desk) -> None:
    after(desk, ask.Step(200))
    after(desk, ask.Look(77))
    states = learned(desk)
    failed = after(desk, ask.Mute(0, (123456,)))
    assert [notice.level for notice in failed.notices] == ["error"]
    assert failed.track is not None
    assert len(failed.track.lines) == 1
    assert failed.score.seen == 77
    assert_same(learned(desk), states)
    frame = after(desk, ask.Teach("H", letter()))
    assert not frame.past
    assert frame.track is not None
    assert [moment.digit for moment in frame.track.changes] == [77]
    assert frame.track.changes[0].text == "Taught a drawing as H"
    assert frame.info.class_names[-1] == "H"
    assert after(desk, ask.Look(200, line=1)).info.class_names[-1] != "H"


def test_a_drawing_is_answered_anew_where_the_memories_are_others(desk: Desk) -> None:
    after(desk, ask.Step(300))
    now = after(desk, ask.Classify(letter(), 4)).drawing
    then = after(desk, ask.Look(40)).drawing
    assert now is not None
    assert then is not None
    assert then.request == 4
    assert not np.array_equal(now.percept.probabilities, then.percept.probabilities)


def test_what_was_learned_is_autosaved_before_looking_back_and_the_past_never_is(
    desk: Desk, digits: Dataset, tmp_path: Path
) -> None:
    after(desk, ask.Step(200))
    after(desk, ask.Look(50))
    desk.close()
    (saved,) = (tmp_path / "autosave").glob("*.npz")
    assert load_snapshot(saved, digits).seen == 200


def test_two_lines_are_compared_and_differ_in_what_was_taught(desk: Desk) -> None:
    after(desk, ask.Step(200))
    after(desk, ask.Look(150))
    full = [int((layer.used == layer.config.capacity).sum()) for layer in desk._session.network.layers]
    after(desk, ask.Teach("H", letter()), ask.Step(50))
    same = after(desk, ask.Compare(1, ask.LineAt(1, 150), ask.LineAt(2, 149))).findings.comparison
    assert same is not None
    assert same.tested == len(desk._session.dataset.test_labels)
    frame = after(desk, ask.Compare(2, ask.LineAt(1, 150), ask.LineAt(2, 150)))
    found = frame.findings.comparison
    assert found is not None
    assert found.request == 2
    columns = [layer.fields.count for layer in desk._session.network.layers]
    assert [layer.only_b.total for layer in found.layers] == columns
    assert [layer.only_a.total for layer in found.layers] == full  # there the new one took a place
    assert frame.score.seen == 200
    assert frame.state is RunState.PAUSED


def test_a_line_is_compared_with_a_snapshot(desk: Desk, tmp_path: Path) -> None:
    after(desk, ask.Step(100))
    Snapshot.take(desk._session).write(tmp_path / "then.npz")
    after(desk, ask.Step(100))
    found = after(desk, ask.Compare(1, tmp_path / "then.npz", ask.LineAt(1))).findings.comparison
    assert found is not None
    assert (found.a.digits, found.b.digits) == (100, 200)
    failed = after(desk, ask.Compare(2, tmp_path / "none.npz", ask.LineAt(1)))
    assert "none.npz" in failed.notices[-1].text


def test_how_memories_grew_is_told(desk: Desk) -> None:
    after(desk, ask.Step(200))
    growth = after(desk, ask.Record(3, 0, pages=10)).findings.growth
    assert growth is not None
    assert growth.pages[-1].digit == 200
    assert growth.pages[-1].memories == desk._session.network.layers[0].count


def test_lines_and_bookmarks_are_named(desk: Desk) -> None:
    after(desk, ask.Step(100))
    after(desk, ask.Bookmark(40, "sevens"), ask.NameLine(1, "Main"))
    track = desk.frame().track
    assert track is not None
    assert [(mark.digit, mark.text) for mark in track.bookmarks] == [(40, "sevens")]
    assert track.lines[0].name == "Main"
    refused = after(desk, ask.ForgetLine(1))
    assert "the one shown" in refused.notices[-1].text
