"""Saving through the runner: disks that fail while it happens, and autosaves that need no asking."""

from __future__ import annotations

import errno
import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from engine import commands as ask
from engine.datasets import Dataset
from engine.frame import Notice, RunState
from engine.generations import generations
from engine.snapshot import load_snapshot
from tests.engine.driving import Driver, finished, played, until
from tests.engine.samples import assert_same

pytestmark = pytest.mark.usefixtures("no_thread_stays_behind")


def refusing(number: int) -> Callable[..., Any]:
    def refuse(*_: object, **__: object) -> Any:
        raise OSError(number, os.strerror(number))

    return refuse


# Trouble with the user's own files ---------------------------------------------------------------


def read_only_folder(monkeypatch: pytest.MonkeyPatch, _mine: Path) -> None:
    monkeypatch.setattr(os, "open", refusing(errno.EROFS))


def full_disk(monkeypatch: pytest.MonkeyPatch, _mine: Path) -> None:
    monkeypatch.setattr(os, "fsync", refusing(errno.ENOSPC))


def open_in_another_program(monkeypatch: pytest.MonkeyPatch, _mine: Path) -> None:
    """As Windows answers."""
    monkeypatch.setattr(Path, "replace", refusing(errno.EACCES))


def folder_removed_meanwhile(monkeypatch: pytest.MonkeyPatch, mine: Path) -> None:
    monkeypatch.setattr(os, "fsync", lambda _descriptor: shutil.rmtree(mine.parent))


@pytest.mark.parametrize(
    ("trouble", "reason"),
    [
        (read_only_folder, "Read-only file system"),
        (full_disk, "No space left on device"),
        (open_in_another_program, "Permission denied"),
        (folder_removed_meanwhile, "No such file or directory"),
    ],
)
def test_a_save_that_fails_is_one_sentence_and_costs_nothing(
    drive: Driver,
    few: Dataset,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    trouble: Callable[[pytest.MonkeyPatch, Path], None],
    reason: str,
) -> None:
    mine = tmp_path / "folder" / "mine.npz"
    mine.parent.mkdir()
    mine.write_bytes(b"an older run")
    drive.frame(ask.Step(60))
    trouble(monkeypatch, mine)
    drive.post(ask.Save(mine))
    drive.frame_where(lambda _: drive.notices, "what became of it")
    monkeypatch.undo()
    (notice,) = drive.notices
    assert notice.level == "error"
    assert notice.text == (
        f"mine.npz could not be written: {reason}; what was learned and any older file are kept; "
        "choose another place."
    )
    if mine.parent.exists():
        assert mine.read_bytes() == b"an older run"
        assert list(mine.parent.iterdir()) == [mine]
    drive.frame(ask.Step(10), ask.Save(tmp_path / "elsewhere.npz"))
    drive.frame_where(lambda _: len(drive.notices) > 1, "it is saved elsewhere")
    assert_same(load_snapshot(tmp_path / "elsewhere.npz", few).state(), played(few, 70).state())


def test_a_file_that_is_removed_while_it_is_written_is_there_afterwards(
    drive: Driver, few: Dataset, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    mine = tmp_path / "mine.npz"
    mine.write_bytes(b"an older run")
    replace = Path.replace

    def remove(temporary: Path, target: Path) -> None:
        mine.unlink()
        replace(temporary, target)

    monkeypatch.setattr(Path, "replace", remove)
    drive.frame(ask.Step(60), ask.Save(mine))
    drive.frame_where(lambda _: drive.notices, "it is saved")
    assert load_snapshot(mine, few).seen == 60


# Autosaves -----------------------------------------------------------------------------------------


@pytest.fixture
def own(tmp_path: Path) -> Path:
    return tmp_path / "own"


@pytest.fixture
def careful(few: Dataset, own: Path) -> Iterator[Driver]:
    """A run that is autosaved as soon as anything changes."""
    with Driver(lambda: few, "complementary", autosave=own, autosave_seconds=0.0) as driver:
        yield driver


def newest(folder: Path) -> int | None:
    """After how many digits the newest autosave is."""
    return next((generation.digits for generation in generations(folder)), None)


def test_a_run_is_autosaved_while_it_plays_and_when_it_ends(careful: Driver, own: Path) -> None:
    careful.post(ask.SetSpeed(500.0), ask.Play())
    until(lambda: newest(own), "an autosave while it plays")
    assert not finished(careful.frame())
    careful.post(ask.SetSpeed(None))
    until(lambda: newest(own) == 300, "one at the end")
    assert careful.notices == []


def test_what_was_taught_is_autosaved_though_no_digit_is_seen(
    careful: Driver, few: Dataset, own: Path
) -> None:
    careful.frame(ask.Step(40))
    until(lambda: newest(own) == 40, "the digits are saved")
    before = load_snapshot(generations(own)[0].path, few)
    careful.post(ask.Teach("star", source=3))
    until(lambda: len(generations(own)) == 2, "the lesson is saved, and nobody asked for a frame")
    taught = load_snapshot(generations(own)[0].path, few)
    assert taught.seen == 40
    assert taught.class_names == (*before.class_names, "star")


def test_an_autosave_that_fails_is_said_while_the_run_stands_still(
    careful: Driver, own: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    own.write_text("no folder")
    careful.frame(ask.Step(40))
    careful.frame_where(lambda _: careful.notices, "what became of it")
    assert [notice.level for notice in careful.notices] == ["warning"]
    own.unlink()
    until(lambda: newest(own) == 40, "it is tried again")
    careful.frame_where(lambda _: len(careful.notices) > 1, "that it works")
    assert careful.notices[-1] == Notice(2, "info", "Autosaving works again.")


def test_a_run_that_was_left_is_gone_on_with_where_it_stood(
    few: Dataset, tmp_path: Path, own: Path, careful: Driver
) -> None:
    careful.frame(ask.Step(70))
    until(lambda: newest(own) == 70, "an autosave")
    until(lambda: not list(own.glob(".memnet-*")), "it is done")
    careful.runner.close()
    crashed = own.rename(tmp_path / "crashed")
    with Driver(lambda: few, "complementary", autosave=own) as driver:
        frame = driver.frame(ask.Step(5), ask.Recover(crashed))
        assert (frame.state, frame.score.seen) == (RunState.PAUSED, 70)
        assert frame.info.run == 2
        assert [notice.text for notice in frame.notices] == ["Back at digit 70. Press play to go on."]
        assert not crashed.exists()
        assert newest(own) == 70, "it is in this run's care now"
        driver.frame(ask.Step(30), ask.Save(tmp_path / "mine.npz"))
    assert_same(load_snapshot(tmp_path / "mine.npz", few).state(), played(few, 100).state())


def test_what_cannot_be_gone_on_with_leaves_the_run_as_it_is(drive: Driver, tmp_path: Path) -> None:
    crashed = tmp_path / "crashed"
    crashed.mkdir()
    (crashed / "autosave-000001-70.npz").write_bytes(b"half")
    frame = drive.frame(ask.Step(20), ask.Recover(crashed))
    assert (frame.info.run, frame.score.seen) == (1, 20)
    (notice,) = frame.notices
    assert notice.level == "error"
    assert str(crashed) in notice.text
    assert generations(crashed)
