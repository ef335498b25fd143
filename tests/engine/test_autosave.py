"""Autosaves: when one is due, what is kept, and what becomes of a disk that fails."""

from __future__ import annotations

import errno
import os
import shutil
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from engine import autosave
from engine.archive import ArchiveError
from engine.autosave import GLANCE, Autosaves, recover
from engine.backend import Backend
from engine.datasets import Dataset
from engine.generations import GENERATIONS, clear, generations
from engine.session import Session
from engine.snapshot import Snapshot, load_snapshot
from tests.engine.driving import until
from tests.engine.samples import assert_same, shrunk
from tests.gui.clock import Clock

SECONDS = 30.0


def show(session: Session, digits: int) -> None:
    """That many, whatever the bursts are."""
    while digits:
        digits -= session.advance(digits)


class Keeper:
    """A run that is autosaved by a clock that the test turns."""

    def __init__(self, folder: Path, data: Dataset) -> None:
        self.folder = folder
        self.clock = Clock()
        self.told: list[tuple[str, str]] = []
        self.saves = Autosaves(
            folder, lambda *words: self.told.append(words), seconds=SECONDS, clock=self.clock
        )
        self.session = Session(data, shrunk("tiny"), backend=Backend())
        self.saves.follow(self.session)

    def learn(self, digits: int = 8, seconds: float = 0.0) -> None:
        """Learn, then let time pass, and be seen to have."""
        show(self.session, digits)
        self.saves.follow(self.session)
        self.clock.now += seconds
        self.saves.follow(self.session)

    def settle(self) -> None:
        """Wait for what is due or being written, and hear what became of it."""

        def written() -> bool:
            self.saves.follow(self.session)
            return self.saves.idle_seconds() != GLANCE

        until(written, "it was written")

    def save(self) -> None:
        """Learn for long enough, and wait until that is saved."""
        self.learn(seconds=SECONDS)
        self.settle()

    @property
    def digits(self) -> list[int]:
        """After how many digits the autosaves are, newest first."""
        return [generation.digits for generation in generations(self.folder)]


@pytest.fixture
def keeper(tmp_path: Path, few: Dataset) -> Iterator[Keeper]:
    keeper = Keeper(tmp_path / "own", few)
    yield keeper
    keeper.saves.finish()


def full(*_: object, **__: object) -> Any:
    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


# When ------------------------------------------------------------------------------------------


def test_nothing_is_saved_before_it_is_time_to(keeper: Keeper) -> None:
    keeper.learn(seconds=SECONDS - 0.1)
    keeper.learn()
    assert keeper.saves.idle_seconds() == pytest.approx(0.1)
    assert not keeper.folder.exists()


def test_what_was_learned_first_is_saved_when_its_time_is_over(keeper: Keeper, few: Dataset) -> None:
    keeper.learn(seconds=SECONDS - 1)
    keeper.learn(seconds=1)
    keeper.settle()
    assert keeper.digits == [16]
    saved = load_snapshot(generations(keeper.folder)[0].path, few, Backend())
    assert_same(saved.state(), keeper.session.state())
    assert keeper.told == []


def test_a_run_that_stands_still_is_saved_once(keeper: Keeper) -> None:
    keeper.save()
    keeper.clock.now += 10 * SECONDS
    keeper.settle()
    assert keeper.digits == [8]
    assert keeper.saves.idle_seconds() is None, "nobody need come back"


def test_what_was_learned_before_a_pause_is_saved_during_it(keeper: Keeper) -> None:
    keeper.learn()
    assert keeper.saves.idle_seconds() == SECONDS
    keeper.clock.now += SECONDS
    assert keeper.saves.idle_seconds() == GLANCE, "soon, but nobody spins until then"
    keeper.learn(0)
    assert keeper.saves.idle_seconds() == GLANCE
    keeper.settle()
    assert keeper.digits == [8]


def test_a_change_by_hand_is_something_to_save(keeper: Keeper) -> None:
    keeper.saves.edited()
    keeper.saves.follow(keeper.session)
    keeper.clock.now += SECONDS
    keeper.settle()
    assert keeper.digits == [0]


def test_a_run_is_saved_once_when_it_ends(keeper: Keeper) -> None:
    while keeper.session.advance(32):
        keeper.saves.follow(keeper.session)
    keeper.settle()
    assert keeper.digits == [keeper.session.total]
    keeper.clock.now += SECONDS
    keeper.settle()
    assert len(keeper.digits) == 1


def test_a_run_is_saved_at_once_on_request_and_not_twice(keeper: Keeper) -> None:
    show(keeper.session, 5)
    keeper.saves.now(keeper.session)
    keeper.saves.now(keeper.session)
    keeper.settle()
    assert keeper.digits == [5]


def test_what_is_asked_for_while_another_is_written_takes_the_place_of_what_waits(
    keeper: Keeper, monkeypatch: pytest.MonkeyPatch
) -> None:
    writing, write, may_go_on = threading.Event(), Snapshot.write, threading.Event()

    def slowly(snapshot: Snapshot, path: Path) -> None:
        writing.set()
        assert may_go_on.wait(20)
        write(snapshot, path)

    monkeypatch.setattr(Snapshot, "write", slowly)
    for _ in range(4):
        keeper.session.advance(1)
        keeper.saves.now(keeper.session)
        assert writing.wait(20)
    keeper.learn(1, SECONDS)
    may_go_on.set()
    keeper.settle()
    assert keeper.digits == [5, 4, 1], "learning waits for nothing, and no two are written at once"


def test_a_run_that_was_opened_is_saved_though_it_learns_nothing(keeper: Keeper, few: Dataset) -> None:
    """The file it came from is the user's to take away."""
    keeper.save()
    keeper.session = load_snapshot(generations(keeper.folder)[0].path, few, Backend())
    keeper.settle()
    assert keeper.saves.idle_seconds() == SECONDS
    keeper.clock.now += SECONDS
    keeper.settle()
    assert keeper.digits == [8, 8]


def test_a_run_that_is_not_as_it_should_be_found_is_not_saved(
    keeper: Keeper, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "fsync", full)
    show(keeper.session, 5)
    keeper.saves.now(keeper.session)

    def heard() -> bool:
        keeper.saves.follow(None)
        return bool(keeper.told)

    until(heard, "what became of the save is said meanwhile")
    monkeypatch.undo()
    keeper.clock.now += SECONDS
    keeper.saves.follow(None)
    assert keeper.saves.idle_seconds() is None
    keeper.settle()
    assert keeper.digits == [5]


def test_without_a_folder_nothing_is_saved(few: Dataset) -> None:
    saves = Autosaves(None, lambda *_: pytest.fail("nothing is said"))
    session = Session(few, shrunk("tiny"), backend=Backend())
    saves.follow(session)
    session.advance(8)
    saves.now(session)
    saves.edited()
    assert saves.idle_seconds() is None
    saves.finish()


# What is kept ----------------------------------------------------------------------------------


def test_a_few_generations_are_kept(keeper: Keeper) -> None:
    for _ in range(GENERATIONS + 2):
        keeper.save()
    assert keeper.digits == [40, 32, 24]
    assert len(list(keeper.folder.iterdir())) == GENERATIONS


def test_a_run_that_begins_anew_leaves_the_one_before_until_it_is_saved_itself(
    keeper: Keeper, few: Dataset
) -> None:
    for _ in range(GENERATIONS):
        keeper.save()
    keeper.session = Session(few, shrunk("tiny"), backend=Backend())
    keeper.learn(4)
    assert keeper.digits == [24, 16, 8]
    keeper.clock.now += SECONDS
    keeper.settle()
    assert keeper.digits == [4, 24, 16], "the newest is the newest, however little it has seen"


def test_an_old_one_that_cannot_be_removed_now_is_removed_later(
    keeper: Keeper, monkeypatch: pytest.MonkeyPatch
) -> None:
    for _ in range(GENERATIONS):
        keeper.save()
    unlink = Path.unlink

    def held(path: Path, missing_ok: bool = False) -> None:
        if path.suffix == ".npz":
            raise PermissionError(errno.EACCES, "It is open in another program")
        unlink(path, missing_ok)

    monkeypatch.setattr(Path, "unlink", held)
    keeper.save()
    assert len(keeper.digits) == GENERATIONS + 1
    monkeypatch.undo()
    keeper.save()
    assert keeper.digits == [40, 32, 24]
    assert keeper.told == []


def test_what_a_kill_left_half_written_is_removed(keeper: Keeper) -> None:
    keeper.folder.mkdir()
    (keeper.folder / ".memnet-0123456789abcdef.tmp").write_bytes(b"half")
    (keeper.folder / "notes.txt").write_text("the user's")
    keeper.save()
    assert sorted(path.name for path in keeper.folder.iterdir()) == ["autosave-000001-8.npz", "notes.txt"]


def test_only_what_is_an_autosave_is_removed_with_a_folder(keeper: Keeper) -> None:
    keeper.save()
    (keeper.folder / "autosave-mine.npz").write_bytes(b"the user's")
    clear(keeper.folder)
    assert [path.name for path in keeper.folder.iterdir()] == ["autosave-mine.npz"]
    (keeper.folder / "autosave-mine.npz").unlink()
    clear(keeper.folder)
    assert not keeper.folder.exists()
    clear(keeper.folder)


# Trouble ---------------------------------------------------------------------------------------


def no_descriptor(monkeypatch: pytest.MonkeyPatch, _folder: Path) -> None:
    def read_only(*_: object, **__: object) -> Any:
        raise OSError(errno.EROFS, os.strerror(errno.EROFS))

    monkeypatch.setattr(os, "open", read_only)


def no_space(monkeypatch: pytest.MonkeyPatch, _folder: Path) -> None:
    monkeypatch.setattr(os, "fsync", full)


def a_file_in_its_place(_monkeypatch: pytest.MonkeyPatch, folder: Path) -> None:
    shutil.rmtree(folder)
    folder.write_text("somebody else's")


def no_memory(monkeypatch: pytest.MonkeyPatch, _folder: Path) -> None:
    def take(_session: Session) -> Snapshot:
        raise MemoryError("for 40 MB")

    monkeypatch.setattr(autosave.Snapshot, "take", take)


@pytest.mark.parametrize(
    ("trouble", "reason"),
    [
        (no_descriptor, "Read-only file system"),
        (no_space, "No space left on device"),
        (a_file_in_its_place, "File exists"),
        (no_memory, "MemoryError: for 40 MB"),
    ],
)
def test_what_cannot_be_saved_is_said_once_and_tried_again(
    keeper: Keeper,
    monkeypatch: pytest.MonkeyPatch,
    trouble: Callable[[pytest.MonkeyPatch, Path], None],
    reason: str,
) -> None:
    keeper.save()
    trouble(monkeypatch, keeper.folder)
    for _ in range(3):
        keeper.save()
    ((level, sentence),) = keeper.told
    assert level == "warning"
    assert f"could not be autosaved in {keeper.folder} ({reason})" in sentence
    assert "learning goes on" in sentence
    assert keeper.digits in ([8], []), "the older one stays, unless its folder is gone"

    monkeypatch.undo()
    if keeper.folder.is_file():
        keeper.folder.unlink()
    keeper.clock.now += SECONDS
    keeper.settle()
    assert keeper.digits[0] == 32, "without anything new to learn"
    assert keeper.told[1:] == [("info", "Autosaving works again.")]
    trouble(monkeypatch, keeper.folder)
    keeper.save()
    assert len(keeper.told) == 3, "another time is said anew"


def test_a_run_that_ends_while_the_disk_is_full_is_saved_when_it_is_not(
    keeper: Keeper, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "fsync", full)
    while keeper.session.advance(32):
        keeper.saves.follow(keeper.session)
    keeper.settle()
    assert keeper.saves.idle_seconds() == SECONDS, "not over and over"
    monkeypatch.undo()
    keeper.clock.now += SECONDS
    keeper.settle()
    assert keeper.digits == [keeper.session.total]


def test_a_folder_that_vanishes_is_made_again(keeper: Keeper) -> None:
    keeper.save()
    shutil.rmtree(keeper.folder)
    keeper.save()
    assert keeper.digits == [16]
    assert keeper.told == []


def test_a_folder_that_vanishes_under_a_save_costs_that_save(
    keeper: Keeper, monkeypatch: pytest.MonkeyPatch
) -> None:
    fsync = os.fsync

    def remove(descriptor: int) -> None:
        shutil.rmtree(keeper.folder)
        monkeypatch.setattr(os, "fsync", fsync)

    monkeypatch.setattr(os, "fsync", remove)
    keeper.save()
    assert [level for level, _ in keeper.told] == ["warning"]
    keeper.clock.now += SECONDS
    keeper.settle()
    assert keeper.digits == [8]


# Bringing a run back ---------------------------------------------------------------------------


@pytest.fixture
def crashed(keeper: Keeper, tmp_path: Path) -> Path:
    """The folder of a process that is gone, with autosaves after 8, 16 and 24 digits."""
    for _ in range(GENERATIONS):
        keeper.save()
    (keeper.folder / ".memnet-0123456789abcdef.tmp").write_bytes(b"half")
    return keeper.folder.rename(tmp_path / "crashed")


def test_the_newest_autosave_is_brought_back(crashed: Path, few: Dataset, keeper: Keeper) -> None:
    recovered = recover(crashed, few, Backend())
    assert recovered.session.seen == 24
    assert_same(recovered.session.state(), keeper.session.state())
    assert recovered.sentence == ("info", "Back at digit 24. Press play to go on.")
    assert len(generations(crashed)) == GENERATIONS, "nothing is removed before it is safe"


def test_where_the_newest_is_damaged_the_one_before_is_brought_back(crashed: Path, few: Dataset) -> None:
    for generation in generations(crashed)[:2]:
        generation.path.write_bytes(generation.path.read_bytes()[:500])
    recovered = recover(crashed, few, Backend())
    assert recovered.session.seen == 8
    assert recovered.sentence == (
        "warning",
        "The newest autosave could not be opened, but an older one could. "
        "Back at digit 8. Press play to go on.",
    )


def test_where_none_can_be_opened_that_is_said_and_all_are_kept(crashed: Path, few: Dataset) -> None:
    for generation in generations(crashed):
        generation.path.write_bytes(b"")
    with pytest.raises(ArchiveError) as refused:
        recover(crashed, few, Backend())
    assert str(refused.value) == (
        f"No autosave in {crashed} could be opened (autosave-000003-24.npz is not a MemNet snapshot: it is "
        "empty). The run in the window and the files were kept; go on without it, or try again."
    )
    assert len(generations(crashed)) == GENERATIONS
    shutil.rmtree(crashed)
    with pytest.raises(ArchiveError, match="there is none"):
        recover(crashed, few, Backend())


def test_a_run_that_is_brought_back_is_in_the_new_folder_and_no_longer_in_the_old(
    crashed: Path, few: Dataset, keeper: Keeper
) -> None:
    keeper.save()
    newest = generations(crashed)[0].path
    newest.write_bytes(b"damaged")
    recovered = recover(crashed, few, Backend())
    keeper.saves.adopt(crashed, recovered)
    keeper.session = recovered.session
    keeper.settle()
    assert not crashed.exists()
    assert keeper.digits == [16, 8, 24, 32], "first what was opened; what could not be comes after"
    assert keeper.saves.idle_seconds() is None, "it is saved already"
    keeper.save()
    assert keeper.digits == [24, 16, 8]
    assert keeper.told == []


def test_what_is_being_written_meanwhile_counts_as_older_than_what_is_brought_back(
    crashed: Path, few: Dataset, keeper: Keeper, monkeypatch: pytest.MonkeyPatch
) -> None:
    write = Snapshot.write

    def slowly(snapshot: Snapshot, path: Path) -> None:
        time.sleep(0.1)
        write(snapshot, path)

    monkeypatch.setattr(Snapshot, "write", slowly)
    show(keeper.session, 5)
    keeper.saves.now(keeper.session)
    keeper.saves.adopt(crashed, recovered := recover(crashed, few, Backend()))
    keeper.session = recovered.session
    keeper.settle()
    assert keeper.digits == [24, 16, 8, 29]


def test_a_run_whose_files_cannot_be_moved_is_saved_anew_and_they_stay(
    crashed: Path, few: Dataset, keeper: Keeper, monkeypatch: pytest.MonkeyPatch
) -> None:
    def other_disk(*_: object) -> Path:
        raise OSError(errno.EXDEV, os.strerror(errno.EXDEV))

    monkeypatch.setattr(Path, "rename", other_disk)
    recovered = recover(crashed, few, Backend())
    keeper.saves.adopt(crashed, recovered)
    keeper.session = recovered.session
    keeper.settle()
    assert keeper.digits == [24]
    assert len(generations(crashed)) == GENERATIONS
