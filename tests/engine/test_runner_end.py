"""The engine's thread ends when it is told, whatever it is doing, and what it was to save is saved."""

from __future__ import annotations

import threading
import time
from pathlib import Path

import pytest

from engine import commands as ask
from engine import heldout
from engine.archive import ArchiveError
from engine.datasets import Dataset
from engine.session import Session
from engine.snapshot import Snapshot, load_snapshot
from tests.engine.driving import Driver, engine_threads
from tests.engine.samples import assert_same, shrunk

pytestmark = pytest.mark.usefixtures("no_thread_stays_behind")


def test_it_ends_without_having_begun(digits: Dataset) -> None:
    Driver(lambda: digits).runner.close()


def test_ending_twice_is_ending_once(digits: Dataset) -> None:
    with Driver(lambda: digits) as driver:
        driver.frame()
        driver.runner.close()
    assert driver.runner.take_frame() is None


def test_it_ends_while_it_plays(digits: Dataset) -> None:
    with Driver(lambda: digits, "complementary") as driver:
        driver.post(ask.Play())
        driver.frame_where(lambda frame: frame.score.seen > 50, "some digits")
    assert engine_threads() == []


def test_a_save_asked_for_just_before_the_end_is_written(digits: Dataset, tmp_path: Path) -> None:
    paths = [tmp_path / f"{number}.npz" for number in range(5)]
    for path in paths:
        with Driver(lambda: digits, "complementary") as driver:
            driver.post(ask.Play())
            driver.frame_where(lambda frame: frame.score.seen > 50, "some digits")
            driver.post(ask.Save(path))
    assert [load_snapshot(path, digits).seen > 50 for path in paths] == [True] * 5


def test_it_ends_while_it_plays_slowly(digits: Dataset) -> None:
    with Driver(lambda: digits) as driver:
        driver.frame(ask.SetSpeed(0.001), ask.Play())
        started = time.monotonic()
    assert time.monotonic() - started < 5


def test_it_ends_while_it_tests(digits: Dataset, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(heldout, "SLICE", 1)
    with Driver(lambda: digits) as driver:
        assert driver.frame(ask.Step(5), ask.Test()).held_out.running


def test_it_ends_while_it_loads(digits: Dataset) -> None:
    loading, go_on = threading.Event(), threading.Event()

    def slowly() -> Dataset:
        loading.set()
        assert go_on.wait(20)
        return digits

    driver = Driver(slowly)
    with driver:
        assert loading.wait(20)
        threading.Timer(0.05, go_on.set).start()
    assert driver.runner.failure is None
    assert driver.runner.take_frame() is None


def test_it_finishes_saving_before_it_ends(
    digits: Dataset, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    writing, write = threading.Event(), Snapshot.write

    def slowly(snapshot: Snapshot, path: Path) -> None:
        writing.set()
        time.sleep(0.1)
        write(snapshot, path)

    monkeypatch.setattr(Snapshot, "write", slowly)
    with Driver(lambda: digits) as driver:
        driver.frame(ask.Step(60), ask.Save(tmp_path / "run.npz"))
        assert writing.wait(20)
    assert load_snapshot(tmp_path / "run.npz", digits).seen == 60


def test_twenty_quick_runs_leave_no_thread(digits: Dataset) -> None:
    for number in range(20):
        with Driver(lambda: digits) as driver:
            if number % 2:
                driver.post(ask.Play())
            if number % 3 == 0:
                driver.frame()
        assert engine_threads() == []


def test_two_runs_side_by_side_do_not_touch(digits: Dataset, tmp_path: Path) -> None:
    with Driver(lambda: digits) as one, Driver(lambda: digits, seed=1) as two:
        for number in range(6):
            one.frame(ask.Step(15))
            two.frame(ask.Step(9 + number))
        one.frame(ask.Save(tmp_path / "one.npz"))
        one.frame_where(lambda frame: not frame.saving, "saved")
    alone = Session(digits, shrunk("tiny"))
    while alone.seen < 90:
        alone.advance(min(32, 90 - alone.seen))
    assert_same(load_snapshot(tmp_path / "one.npz", digits).state(), alone.state())


# What cannot be saved ----------------------------------------------------------------------------


def test_a_save_that_fails_at_the_end_is_made_elsewhere_and_said(
    digits: Dataset, tmp_path: Path, temporary: Path
) -> None:
    with Driver(lambda: digits) as driver:
        driver.frame(ask.Step(30))
        driver.post(ask.Save(tmp_path / "gone" / "run.npz"), ask.Save(tmp_path / "fine.npz"))
    (path,) = temporary.iterdir()
    (said,) = driver.runner.last_words
    assert said.startswith("run.npz could not be written: there is no folder")
    assert said.endswith(f"What was learned was saved in {path} instead.")
    assert [load_snapshot(file, digits).seen for file in (path, tmp_path / "fine.npz")] == [30, 30]


def test_a_failed_save_that_was_heard_of_is_left_to_who_heard(
    digits: Dataset, tmp_path: Path, temporary: Path
) -> None:
    with Driver(lambda: digits) as driver:
        driver.frame(ask.Step(30), ask.Save(tmp_path / "gone" / "run.npz"))
        driver.frame_where(lambda frame: not frame.saving, "the error is told")
        assert [notice.level for notice in driver.notices] == ["error"]
        driver.frame()
    assert driver.runner.last_words == ()
    assert list(temporary.iterdir()) == []


def test_where_nothing_can_be_saved_anywhere_that_is_the_last_word(
    digits: Dataset, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_snapshot: Snapshot, path: Path) -> None:
        raise ArchiveError(f"{path.name} could not be written: No space left on device.")

    monkeypatch.setattr(Snapshot, "write", full)
    with Driver(lambda: digits) as driver:
        driver.frame(ask.Step(1))
        driver.post(ask.Save(tmp_path / "run.npz"))
    (said,) = driver.runner.last_words
    assert said.startswith("run.npz could not be written: No space left on device. It could not be saved")
    assert said.endswith("free some space, and learn again.")


def test_what_was_saved_needs_no_last_word(digits: Dataset, tmp_path: Path) -> None:
    with Driver(lambda: digits) as driver:
        driver.frame(ask.Step(1))
        driver.post(ask.Save(tmp_path / "run.npz"))
    assert (tmp_path / "run.npz").is_file()
    assert driver.runner.last_words == ()


def test_an_error_that_no_frame_can_show_is_said_and_what_was_learned_is_saved(
    digits: Dataset, monkeypatch: pytest.MonkeyPatch, temporary: Path
) -> None:
    def broken(*_: object) -> None:
        raise KeyError("lost")

    with Driver(lambda: digits) as driver:
        seen = driver.frame(ask.Step(70)).score.seen
        monkeypatch.setattr("engine.metrics.Metrics.report", broken)
        driver.runner.request_frame()
        deadline = time.monotonic() + 10
        while driver.runner.failure is None and time.monotonic() < deadline:
            time.sleep(0.01)
        monkeypatch.undo()
    assert driver.runner.failure is not None
    (saved,) = temporary.glob("*.npz")
    assert str(saved) in driver.runner.failure
    assert load_snapshot(saved, digits).seen == seen
