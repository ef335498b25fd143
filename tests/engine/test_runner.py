"""The engine's thread: what is asked for happens, and the next frame says so."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from engine import commands as ask
from engine import heldout
from engine.datasets import Dataset
from engine.frame import RunState
from engine.network import MemoryNetwork
from engine.session import Session
from engine.snapshot import load_snapshot
from tests.engine.driving import Driver, finished, played
from tests.engine.samples import assert_same, shrunk

# Before and while playing ------------------------------------------------------------------------


def test_it_waits_ready_and_paused(drive: Driver, few: Dataset) -> None:
    frame = drive.frame()
    assert frame.state is RunState.PAUSED
    assert (frame.score.seen, frame.total, frame.score.prequential) == (0, 300, None)
    assert frame.info.config == shrunk("complementary")
    assert frame.info.class_names == few.class_names
    assert frame.info.data == few.name
    assert [layer.name for layer in frame.info.layers] == ["episodes", "columns"]
    assert [layer.whole for layer in frame.info.layers] == [True, False]
    assert frame.backend.startswith("NumPy")
    assert frame.trial is frame.drawing is frame.inspection is frame.failure is frame.speed is None
    assert frame.digits_per_second == 0
    assert drive.frame().score.seen == 0, "nothing happens by itself"


def test_it_plays_to_the_end_and_tests_all_held_out_digits(drive: Driver, few: Dataset) -> None:
    drive.post(ask.Play())
    last = drive.frame_where(lambda frame: finished(frame) and not frame.held_out.running, "the end")
    last = drive.frame_where(lambda frame: frame.held_out.accuracy is not None, "the last test")
    session = played(few, 300)
    assert last.score.seen == 300
    assert last.score.correct == session.metrics.correct
    assert last.score.memories == tuple(layer.count for layer in session.network.layers)
    assert last.held_out.accuracy == pytest.approx(session.test_accuracy())
    assert (last.held_out.accuracy_at, last.held_out.size) == (300, 100)
    assert last.curves.test_digits.tolist() == [300]
    assert last.trial is not None
    assert last.trial.digit == 300
    assert drive.frame(ask.Play()).state is RunState.FINISHED
    assert not drive.notices


def test_steps_show_as_many_digits_as_asked_whatever_the_speed(drive: Driver) -> None:
    assert drive.frame(ask.Step()).score.seen == 1
    assert drive.frame(ask.Step(25)).score.seen == 26
    assert drive.frame(ask.SetSpeed(2.0), ask.Step(150)).score.seen == 176
    assert drive.frame(ask.SetSpeed(None), ask.Play(), ask.Step(3)).state is RunState.PAUSED
    seen = drive.frame().score.seen
    assert drive.frame().score.seen == seen
    assert drive.frame(ask.Step(10_000)).state is RunState.FINISHED


def test_a_step_shows_the_digit_and_what_was_made_of_it(drive: Driver, few: Dataset) -> None:
    session = Session(few, shrunk("complementary"))
    for number in range(1, 80):
        session.advance(1)
        frame = drive.frame(ask.Step())
        trial, burst = frame.trial, session.burst
        assert trial is not None
        assert burst is not None
        place = burst.shown - 1
        assert trial.digit == number
        assert trial.source == session.stream.order[number - 1]
        assert trial.label == few.train_labels[trial.source]
        assert trial.percept.answer == burst.answers[place]
        assert trial.correct == (trial.percept.answer == trial.label)
        assert trial.surprise == pytest.approx(1 - trial.percept.probabilities[trial.label])
        np.testing.assert_allclose(trial.percept.image * 255, few.train_images[trial.source], atol=1e-4)
        votes = np.sum([layer.votes.sum(axis=0) for layer in trial.percept.layers], axis=0)
        assert votes.argmax() == trial.percept.answer
        assert frame.raster.first == 1
        assert len(frame.raster.novelty) == number
        np.testing.assert_allclose(frame.raster.novelty[-1], trial.percept.layers[1].novelty, atol=1e-6)


def test_pause_is_answered_within_a_moment(endless: Driver) -> None:
    endless.frame(ask.Play())
    endless.frame_where(lambda frame: frame.score.seen > 200, "some digits")
    started = time.monotonic()
    paused = endless.frame(ask.Pause())
    assert time.monotonic() - started < 2.0  # on a busy machine; 0.1 s where it counts
    assert paused.state is RunState.PAUSED
    assert endless.frame().score.seen == endless.frame().score.seen


def test_about_as_many_digits_are_shown_as_the_speed_says(endless: Driver) -> None:
    endless.frame(ask.SetSpeed(50.0), ask.Play())
    first = endless.frame_where(lambda frame: frame.score.seen >= 5, "the first digits")
    start = time.monotonic()
    last = endless.frame_where(lambda frame: frame.score.seen >= 45, "forty more")
    rate = (last.score.seen - first.score.seen) / (time.monotonic() - start)
    assert 15 < rate < 90
    assert last.speed == 50
    assert 10 < last.digits_per_second < 120
    assert endless.frame(ask.SetSpeed(None)).speed is None


@pytest.mark.parametrize("speed", [1e-300, 1e-9, 1e300])
def test_no_speed_is_too_slow_or_too_fast(speed: float, endless: Driver) -> None:
    endless.frame(ask.SetSpeed(speed), ask.Play())
    frame = endless.frame_where(lambda frame: frame.score.seen >= 1, "a digit")
    assert frame.state in (RunState.PLAYING, RunState.FINISHED)
    assert endless.frame(ask.Pause()).state in (RunState.PAUSED, RunState.FINISHED)
    assert not endless.notices


@pytest.mark.parametrize("speed", [0.0, -1.0, float("nan"), float("inf")])
def test_a_speed_that_is_none_is_refused(speed: float, drive: Driver) -> None:
    frame = drive.frame(ask.SetSpeed(speed))
    assert frame.speed is None
    assert [notice.level for notice in frame.notices] == ["error"]
    assert frame.notices[0].text.startswith("speed: ")


def test_a_run_is_the_same_however_it_is_played(few: Dataset, tmp_path: Path) -> None:
    with Driver(lambda: few, "complementary") as driver:
        driver.frame(ask.Step(3), ask.SetSpeed(400.0), ask.Play())
        driver.frame_where(lambda frame: frame.score.seen >= 60, "60 digits")
        driver.frame(ask.Pause(), ask.Step(), ask.Test(), ask.SetSpeed(2000.0), ask.Play())
        driver.frame(ask.Classify(np.zeros((28, 28), np.float32), 1))
        driver.frame_where(lambda frame: frame.score.seen >= 150, "150 digits")
        driver.frame(ask.Save(tmp_path / "half.npz"), ask.SetSpeed(None), ask.Watch(1))
        driver.frame_where(finished, "the end")
        driver.frame(ask.Save(tmp_path / "whole.npz"))
        driver.frame_where(lambda frame: not frame.saving, "saved")
    whole = load_snapshot(tmp_path / "whole.npz", few)
    half = load_snapshot(tmp_path / "half.npz", few)
    assert 150 <= half.seen <= 300
    for _ in half.run():
        pass
    expected = played(few, 300)
    for session in (whole, half):
        assert_same(session.state(), expected.state())
        np.testing.assert_array_equal(session.metrics.confusion, expected.metrics.confusion)
        np.testing.assert_array_equal(
            session.metrics.history.curves().novelty_rate, expected.metrics.history.curves().novelty_rate
        )


# Drawings and tests ------------------------------------------------------------------------------


def test_a_drawing_is_answered_by_the_memories_there_are(drive: Driver, few: Dataset) -> None:
    image = (few.test_images[0] / 255).astype(np.float32)
    frame = drive.frame(ask.Step(150), ask.Classify(image, 7))
    assert frame.drawing is not None
    assert frame.drawing.request == 7
    expected = played(few, 150).predict_proba(image[None])[0]
    np.testing.assert_allclose(frame.drawing.percept.probabilities, expected, atol=1e-6)
    assert drive.frame(ask.Classify(image, 8)).drawing.request == 8  # type: ignore[union-attr]
    assert drive.frame().score.seen == 150, "looking is not learning"


@pytest.mark.parametrize(
    "image", [np.zeros((27, 28), np.float32), np.full((28, 28), np.nan, np.float32), np.zeros((28, 28), int)]
)
def test_a_drawing_that_cannot_be_is_refused(image: Any, drive: Driver) -> None:
    frame = drive.frame(ask.Classify(image, 1))
    assert frame.drawing is None
    assert [notice.level for notice in frame.notices] == ["error"]
    assert frame.notices[0].text.startswith("images: ")
    assert frame.state is RunState.PAUSED


def test_a_test_can_be_asked_for_and_given_up(endless: Driver, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(heldout, "SLICE", 1)
    started = endless.frame(ask.Step(50), ask.Test())
    assert started.held_out.running
    assert (started.held_out.at, started.held_out.total) == (50, 300)
    going = endless.frame_where(lambda frame: frame.held_out.done > 3, "some digits tested")
    assert going.held_out.accuracy is None
    given_up = endless.frame(ask.CancelTest())
    assert not given_up.held_out.running
    assert given_up.held_out.accuracy is None
    monkeypatch.setattr(heldout, "SLICE", 64)
    endless.frame(ask.Test())
    done = endless.frame_where(lambda frame: not frame.held_out.running, "the test's end")
    assert done.held_out.size == 300
    assert done.state is RunState.PAUSED


# Beginning again, saving, opening ----------------------------------------------------------------


def test_a_restart_forgets_everything(drive: Driver) -> None:
    drive.frame(ask.Step(40), ask.Inspect(0, 0), ask.Classify(np.zeros((28, 28), np.float32), 1))
    frame = drive.frame(ask.Restart(seed=5))
    assert frame.state is RunState.PAUSED
    assert (frame.score.seen, frame.info.run, frame.info.seed) == (0, 2, 5)
    assert frame.score.memories == (0, 0)
    assert frame.tiles is not None
    assert frame.tiles.complete
    assert len(frame.tiles.slots) == 0
    assert frame.trial is frame.inspection is frame.drawing is None
    assert len(frame.raster.novelty) == 0
    changed = drive.frame(ask.Restart(config=shrunk("tiny")))
    assert [layer.name for layer in changed.info.layers] == ["columns"]
    assert changed.info.seed == 5
    assert drive.frame(ask.Step(4)).score.seen == 4


def test_restarting_with_another_seed_is_another_run(drive: Driver) -> None:
    first = drive.frame(ask.Step(20)).trial
    second = drive.frame(ask.Restart(seed=1), ask.Step(20)).trial
    again = drive.frame(ask.Restart(seed=0), ask.Step(20)).trial
    assert first is not None
    assert second is not None
    assert again is not None
    assert first.source == again.source != second.source


def test_a_restart_that_cannot_be_keeps_the_run(drive: Driver) -> None:
    drive.frame(ask.Step(10))
    for command in (ask.Restart(seed=-1), ask.Restart(backend="torch")):
        frame = drive.frame(command)
        assert (frame.score.seen, frame.info.run, frame.state) == (10, 1, RunState.PAUSED)
        assert [notice.level for notice in frame.notices] == ["error"]


def test_a_run_is_saved_while_it_goes_on_and_opened_again(
    endless: Driver, digits: Dataset, tmp_path: Path
) -> None:
    path = tmp_path / "run.npz"
    saved_at = endless.frame(ask.Step(64), ask.Save(path), ask.Play()).score.seen
    endless.frame_where(lambda frame: frame.score.seen > saved_at and not frame.saving, "saved")
    assert [notice.text for notice in endless.notices if notice.level == "info"] == [
        f"Saved run.npz in {tmp_path}."
    ]
    session = load_snapshot(path, digits)
    assert session.seen == 64
    opened = endless.frame(ask.Open(path))
    assert (opened.score.seen, opened.state) == (64, RunState.PAUSED)
    assert opened.notices[-1].text.startswith("Opened run.npz: 64 digits seen.")
    assert opened.tiles is not None
    assert opened.tiles.complete
    assert len(opened.tiles.slots) == session.network.layers[0].count
    assert len(opened.curves.digits) == len(session.metrics.history.curves().digits)
    assert endless.frame(ask.Step(2)).score.seen == 66


def test_a_run_opened_in_the_middle_of_a_burst_shows_its_last_digit(few: Dataset, tmp_path: Path) -> None:
    with Driver(lambda: few, "complementary") as driver:
        before = driver.frame(ask.Step(201), ask.Save(tmp_path / "mid.npz"))
        driver.frame_where(lambda frame: not frame.saving, "saved")
    with Driver(lambda: few, "tiny", snapshot=tmp_path / "mid.npz") as driver:
        frame = driver.frame()
        assert frame.info.config.preset == "complementary"
        assert frame.trial is not None
        assert before.trial is not None
        assert frame.trial.digit == 201
        np.testing.assert_array_equal(frame.trial.percept.probabilities, before.trial.percept.probabilities)
        np.testing.assert_array_equal(frame.score.confusion, before.score.confusion)
        assert driver.frame(ask.Step(1)).score.seen == 202


def test_the_network_is_the_one_described(drive: Driver) -> None:
    info = drive.frame().info
    for described, layer in zip(info.layers, MemoryNetwork(shrunk("complementary")).layers, strict=True):
        assert (described.fields, described.capacity) == (layer.fields.count, layer.config.capacity)
        np.testing.assert_array_equal(described.origins, layer.fields.origins)
