"""The engine's thread in trouble: it says what happened, keeps what was learned, and ends when told."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from engine import commands as ask
from engine import desk, glance, heldout, session
from engine.archive import write_archive
from engine.datasets import Dataset, DatasetError, load_mnist
from engine.frame import Frame, RunState
from engine.memory import LayerMemory
from engine.observe import Observer
from engine.session import Session
from engine.snapshot import Snapshot, load_snapshot, save_snapshot
from tests.engine.device import DriverError, FlakyBackend
from tests.engine.driving import Driver, engine_threads, until
from tests.engine.samples import separable, shrunk

pytestmark = pytest.mark.usefixtures("no_thread_stays_behind")


@pytest.fixture
def drive(digits: Dataset) -> Iterator[Driver]:
    with Driver(lambda: digits) as driver:
        yield driver


def errors(driver: Driver) -> list[str]:
    return [notice.text for notice in driver.notices if notice.level == "error"]


def break_at(monkeypatch: pytest.MonkeyPatch, owner: Any, name: str, call: int, error: BaseException) -> None:
    """The call-th call of owner.name raises."""
    method, calls = getattr(owner, name), 0

    def broken(*arguments: Any, **options: Any) -> Any:
        nonlocal calls
        calls += 1
        if calls == call:
            raise error
        return method(*arguments, **options)

    monkeypatch.setattr(owner, name, broken)


# An error in the engine --------------------------------------------------------------------------

BREAKS = [
    (LayerMemory, "perceive", ZeroDivisionError("division by zero")),
    (LayerMemory, "adjust", ValueError("operands could not be broadcast")),
    (LayerMemory, "write", IndexError("index 8 is out of bounds")),
    (Observer, "follow", RuntimeError("")),
    (LayerMemory, "_win", MemoryError("no room")),
]


@pytest.mark.parametrize(("owner", "method", "error"), BREAKS)
@pytest.mark.parametrize("command", [ask.Play(), ask.Step(300)])
def test_an_error_stops_the_run_visibly_and_keeps_it(
    owner: Any,
    method: str,
    error: Exception,
    command: ask.Command,
    drive: Driver,
    digits: Dataset,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    drive.frame(ask.Step(100))
    break_at(monkeypatch, owner, method, 5, error)
    drive.post(command)
    failed = drive.frame_where(lambda frame: frame.state is RunState.FAILED, "the failure")
    assert failed.failure is not None
    assert failed.failure.startswith(
        f"The engine stopped at digit {failed.score.seen} ({type(error).__name__}"
    )
    assert str(error) in failed.failure
    assert "save a snapshot" in failed.failure
    assert errors(drive) == [failed.failure]
    monkeypatch.undo()

    for useless in (ask.Play(), ask.Step(), ask.Pause(), ask.Test()):
        frame = drive.frame(useless)
        assert frame.state is RunState.FAILED
        assert not frame.held_out.running
    assert drive.frame(ask.Watch(0)).tiles is not None, "what was learned can still be looked at"
    drive.frame(ask.Save(tmp_path / "kept.npz"))
    drive.frame_where(lambda frame: not frame.saving, "saved")
    kept = load_snapshot(tmp_path / "kept.npz", digits)
    assert kept.seen == failed.score.seen >= 100
    assert kept.memories >= sum(failed.score.memories) > 0
    assert kept.advance(32) > 0

    again = drive.frame(ask.Restart())
    assert again.state is RunState.PAUSED
    assert again.failure is None
    assert drive.frame(ask.Step(40)).score.seen == 40
    assert len(errors(drive)) == 1


@pytest.mark.parametrize(
    ("owner", "name"), [(Observer, "tiles"), (Observer, "catalogue"), (glance, "inspect")]
)
def test_an_error_while_looking_still_gives_a_frame(
    owner: Any, name: str, drive: Driver, monkeypatch: pytest.MonkeyPatch
) -> None:
    drive.frame(ask.Step(40), ask.Inspect(0, 0))

    def broken(*_: Any) -> None:
        raise KeyError("lost")

    monkeypatch.setattr(owner, name, broken)
    frames = [drive.frame(ask.Watch(0)) for _ in range(3)]
    for frame in frames:
        assert frame.state is RunState.FAILED
        assert frame.failure is not None
        assert "KeyError" in frame.failure
        assert frame.score.seen == 40
    assert len(errors(drive)) == 1, "it is said once"


def test_an_error_in_the_held_out_test_is_a_failure_too_and_no_idle_loop(
    drive: Driver, monkeypatch: pytest.MonkeyPatch
) -> None:
    break_at(monkeypatch, heldout.HeldOutTest, "advance", 2, OSError("gone"))
    drive.post(ask.Step(20), ask.Test())
    drive.frame_where(lambda frame: frame.state is RunState.FAILED, "the failure")
    waits: list[float | None] = []
    idle = desk.Desk.idle_seconds
    monkeypatch.setattr(desk.Desk, "idle_seconds", lambda at: waits.append(wait := idle(at)) or wait)
    drive.frame()
    assert waits[-1] is None, "nothing to do but wait for commands"


# Nothing to run ----------------------------------------------------------------------------------


def no_data() -> Dataset:
    raise DatasetError("train-images-idx3-ubyte.gz is missing from the bundled data; install MemNet again.")


def surprise() -> Dataset:
    raise ZeroDivisionError("what now")


@pytest.mark.parametrize(
    ("load", "options", "reason"),
    [
        (no_data, {}, "^train-images.* is missing .*install MemNet again"),
        (surprise, {}, r"^The engine could not start \(ZeroDivisionError: what now\)\."),
        (lambda: separable(8), {}, "^field: 14 pixels do not fit into an image of 8"),
        (lambda: separable(28), {"seed": -3}, "^seed: -3"),
        (lambda: separable(28), {"backend": "torch"}, "^backend: 'torch'"),
    ],
)
def test_where_there_is_nothing_to_run_it_says_why(
    load: Callable[[], Dataset], options: dict[str, Any], reason: str
) -> None:
    with Driver(load, **options) as driver:
        until(lambda: driver.runner.failure, "the failure")
        driver.post(ask.Play())
        driver.runner.request_frame()
        until(lambda: not engine_threads(), "the thread's end")
        assert driver.runner.take_frame() is None
    assert driver.runner.failure is not None
    assert re.search(reason, driver.runner.failure)


def test_missing_files_are_a_sentence(tmp_path: Path) -> None:
    with Driver(lambda: load_mnist(tmp_path)) as driver:
        failure = until(lambda: driver.runner.failure, "the failure")
    assert failure.startswith("train-images-idx3-ubyte.gz is missing from")


# Files -------------------------------------------------------------------------------------------


def test_a_first_snapshot_that_cannot_be_read_is_said_and_a_new_run_stands_ready(
    digits: Dataset, tmp_path: Path
) -> None:
    (tmp_path / "notes.npz").write_text("not a snapshot")
    with Driver(lambda: digits, seed=3, snapshot=tmp_path / "notes.npz") as driver:
        first = driver.frame()
        assert errors(driver) == [
            "notes.npz is not a MemNet snapshot: it is no .npz file. Nothing was changed; "
            "open another snapshot. A new run stands ready instead."
        ]
        assert (first.state, first.score.seen, first.info.seed) == (RunState.PAUSED, 0, 3)
        assert driver.frame(ask.Step(20)).score.seen == 20


def test_a_snapshot_that_cannot_be_written_is_said_and_the_run_goes_on(drive: Driver, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    for path in (tmp_path / "missing" / "run.npz", tmp_path / "file" / "run.npz", tmp_path):
        told = len(errors(drive))
        drive.frame(ask.Step(10), ask.Save(path))
        frame = drive.frame_where(lambda frame, told=told: len(errors(drive)) > told, "the error")
        assert path.name in errors(drive)[-1]
        assert frame.state is RunState.PAUSED
        assert not frame.saving
    assert drive.frame(ask.Step(5)).score.seen == 35


def test_what_cannot_be_opened_is_said_and_the_run_stays(
    drive: Driver, digits: Dataset, tmp_path: Path
) -> None:
    other = Session(separable(28, classes=10), shrunk("tiny"))
    other.advance(1)
    save_snapshot(other, tmp_path / "other.npz")
    (tmp_path / "garbage.npz").write_bytes(b"PK\x03\x04 but no more")
    (tmp_path / "empty.npz").write_bytes(b"")
    write_archive(tmp_path / "foreign.npz", {"weights": np.zeros(3)}, {"made by": "somebody"})
    drive.frame(ask.Step(30))
    for name in ("other", "garbage", "empty", "foreign", "missing"):
        frame = drive.frame(ask.Open(tmp_path / f"{name}.npz"))
        assert [notice.level for notice in frame.notices] == ["error"]
        assert frame.notices[0].text.startswith(f"{name}.npz")
        assert (frame.score.seen, frame.info.run, frame.state) == (30, 1, RunState.PAUSED)
    assert drive.frame(ask.Step(1)).score.seen == 31


def test_a_frame_that_is_saving_says_so(
    digits: Dataset, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    go_on, write = threading.Event(), Snapshot.write

    def when_told(snapshot: Snapshot, path: Path) -> None:
        assert go_on.wait(20)
        write(snapshot, path)

    monkeypatch.setattr(Snapshot, "write", when_told)
    with Driver(lambda: digits) as driver:
        assert driver.frame(ask.Step(3), ask.Save(tmp_path / "run.npz")).saving
        assert driver.frame(ask.Step(4)).score.seen == 7, "learning does not wait for the disk"
        go_on.set()
        driver.frame_where(lambda frame: not frame.saving, "saved")
    saved = load_snapshot(tmp_path / "run.npz", digits)
    assert saved.seen == 3, "as it was when it was asked for"


# A device that fails -----------------------------------------------------------------------------


@pytest.mark.parametrize("share", [0.02, 0.3, 0.55, 0.8, 0.999, 1.001])
def test_a_lost_device_is_said_once_and_the_run_goes_on(
    share: float,
    digits: Dataset,
    monkeypatch: pytest.MonkeyPatch,
    nothing_comes_home_by_itself: None,
) -> None:
    """While it streams, tests, answers drawings and builds frames."""
    monkeypatch.setattr(session, "KEYFRAME_BURSTS", 5)

    def play(backend: FlakyBackend) -> tuple[Frame, Driver, int]:
        monkeypatch.setattr(desk, "make_backend", lambda _: backend)
        with Driver(lambda: digits, "complementary") as driver:
            driver.frame(ask.Watch(1), ask.Inspect(1, 0))
            for number in range(12):
                driver.frame(ask.Step(8), ask.Classify(np.full((28, 28), 0.3, np.float32), number))
            operations = backend.operations
            driver.frame(ask.Test())
            driver.frame_where(lambda frame: not frame.held_out.running, "the test's end")
            return driver.frame(ask.Step(8)), driver, operations

    expected, quiet, operations = play(FlakyBackend())
    assert not quiet.notices
    last, driver, _ = play(FlakyBackend(fails_at=int(share * operations)))
    assert [notice.level for notice in driver.notices] == ["warning"]
    assert last.backend.startswith("NumPy")
    assert last.state is RunState.PAUSED
    assert (last.score.seen, last.score.correct) == (104, expected.score.correct)
    assert last.score.memories == expected.score.memories
    assert last.held_out == expected.held_out
    warned = next(at for at, frame in enumerate(driver.frames) if frame.notices)
    tiles = next(frame.tiles for frame in driver.frames[warned:] if frame.tiles is not None)
    assert tiles.complete, "the memories were put together anew, so all of them are sent again"
    drawn = [frame.drawing.request for frame in driver.frames if frame.drawing is not None]
    assert drawn[-1] == 11


def test_a_step_is_finished_although_the_device_fails_in_it(
    digits: Dataset, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(desk, "make_backend", lambda _: FlakyBackend())
    break_at(monkeypatch, Observer, "follow", 3, DriverError("gone"))
    with Driver(lambda: digits) as driver:
        frame = driver.frame(ask.Step(8))
    assert frame.score.seen == 8
    assert [notice.level for notice in frame.notices] == ["warning"]
    assert frame.backend.startswith("NumPy")
