"""Whose autosaves are whose: folders, their locks, and what processes left that are gone."""

from __future__ import annotations

import os
import platform
import subprocess
import sys
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication

from engine.generations import file_name, generations
from memnet_gui.settings import fresh_settings
from memnet_gui.shelf import DATA_VARIABLE, MOST_CRASHES, Shelf, data_folder

ROOT = Path(__file__).resolve().parents[2]
LIVE_AND_DIE = """
import os, signal, sys
from pathlib import Path
from memnet_gui.shelf import Shelf
shelf = Shelf(Path(sys.argv[1]))
shelf.hold_own()
shelf.own.mkdir()
(shelf.own / sys.argv[2]).write_bytes(b"a run")
print(shelf.own, flush=True)
if sys.argv[3] == "die":
    os.kill(os.getpid(), signal.SIGKILL)
sys.stdin.read()
"""


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return tmp_path / "autosaves"


def left(root: Path, digits: int, age: float = 0.0) -> Path:
    """A folder of a process that is gone, with one autosave so many seconds old."""
    folder = root / f"gone-{digits}"
    folder.mkdir(parents=True)
    path = folder / file_name(1, digits)
    path.write_bytes(b"a run")
    saved = path.stat().st_mtime - age
    os.utime(path, (saved, saved))
    return folder


def process(root: Path, end: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", LIVE_AND_DIE, str(root), file_name(2, 700), end],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )


def opened(root: Path) -> Shelf:
    """A shelf whose own folder holds an autosave."""
    shelf = Shelf(root)
    shelf.hold_own()
    shelf.own.mkdir()
    (shelf.own / file_name(1, 5)).write_bytes(b"a run")
    return shelf


def test_a_shelf_is_made_where_there_was_none_and_leaves_nothing_in_the_end(root: Path) -> None:
    shelf = opened(root)
    shelf.close(keep=False)
    assert list(root.iterdir()) == []


def test_a_run_is_kept_where_the_end_was_not_in_order(root: Path) -> None:
    shelf = opened(root)
    shelf.close(keep=True)
    (crash,) = Shelf(root).crashes()
    assert crash.folder == shelf.own


def test_two_windows_have_folders_of_their_own_and_offer_neither(root: Path) -> None:
    first, second = opened(root), opened(root)
    assert first.own != second.own
    assert first.crashes() == second.crashes() == []
    second.close(keep=False)
    assert generations(first.own), "what another one removes is its own"


def test_what_a_killed_process_left_is_found_and_what_a_living_one_has_is_not(root: Path) -> None:
    with process(root, "die") as dead, process(root, "live") as alive:
        assert dead.stdout is not None
        assert alive.stdout is not None
        folders = [Path(each.stdout.readline().strip()) for each in (dead, alive)]
        dead.wait()
        (crash,) = Shelf(root).crashes()
        assert (crash.folder, crash.newest.digits) == (folders[0], 700)
        alive.communicate()
    assert len(Shelf(root).crashes()) == 2


def test_the_newest_is_first_and_held_and_the_others_are_not(root: Path) -> None:
    for digits, age in ((10, 60.0), (20, 5.0), (30, 600.0)):
        left(root, digits, age)
    first, second = Shelf(root), Shelf(root)
    assert [crash.newest.digits for crash in first.crashes()] == [20, 10, 30]
    assert [crash.newest.digits for crash in second.crashes()] == [10, 30]
    third = Shelf(root)
    assert [crash.newest.digits for crash in third.crashes()] == [30]
    first.let_go(root / "gone-20")
    assert [crash.newest.digits for crash in Shelf(root).crashes()] == [20]


def test_no_more_than_a_few_are_kept_and_never_one_that_is_held(root: Path) -> None:
    oldest = left(root, 1, 10_000.0)
    holder = Shelf(root)
    holder.crashes()
    folders = [left(root, 10 + number, 100.0 * number) for number in range(MOST_CRASHES + 2)]
    shelf = Shelf(root)
    assert [crash.folder for crash in shelf.crashes()] == folders[:MOST_CRASHES]
    assert [folder.exists() for folder in folders] == [True] * MOST_CRASHES + [False] * 2
    assert oldest.exists()
    assert len(list(root.glob("*.lock"))) == 2, "the holder's and the one for what is offered"


def test_what_is_discarded_goes_when_the_window_is_closed_and_not_before(root: Path) -> None:
    left(root, 10)
    shelf = Shelf(root)
    (crash,) = shelf.crashes()
    shelf.discard(crash)
    assert shelf.crashes() == []
    assert crash.folder.exists()
    shelf.close(keep=False)
    assert list(root.iterdir()) == []


def test_what_is_not_discarded_after_all_stays(root: Path) -> None:
    left(root, 10)
    shelf = Shelf(root)
    (crash,) = shelf.crashes()
    shelf.discard(crash)
    shelf.discard(crash, False)
    shelf.close(keep=False)
    assert Shelf(root).crashes() == [crash]


def test_empty_folders_and_locks_of_the_dead_are_cleared_away(root: Path) -> None:
    (root / "gone-empty").mkdir(parents=True)
    half = left(root, 10)
    (half / file_name(1, 10)).rename(half / ".memnet-0123456789abcdef.tmp")
    (root / "gone-early.lock").write_text(f"2147483646\npython3\n{platform.node()}\n")
    shelf = opened(root)
    assert shelf.crashes() == []
    assert sorted(path.name for path in root.iterdir()) == [shelf.own.name, f"{shelf.own.name}.lock"]


def test_what_is_not_ours_stays(root: Path) -> None:
    folder = left(root, 10)
    (folder / "thesis.txt").write_text("mine")
    shelf = Shelf(root)
    (crash,) = shelf.crashes()
    shelf.discard(crash)
    shelf.close(keep=False)
    assert [path.name for path in folder.iterdir()] == ["thesis.txt"]


def test_a_place_where_nothing_can_be_written_is_no_obstacle(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("no folder")
    shelf = Shelf(tmp_path / "file" / "autosaves")
    shelf.hold_own()
    assert shelf.crashes() == []
    shelf.close(keep=False)


def test_the_data_lie_where_the_user_says_else_with_what_applications_keep(
    qapp: QApplication, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(DATA_VARIABLE, str(tmp_path / "mine"))
    assert data_folder() == tmp_path / "mine"
    monkeypatch.delenv(DATA_VARIABLE)
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    name = qapp.applicationName()
    qapp.setApplicationName("MemNet")
    try:
        usual = data_folder()
    finally:
        qapp.setApplicationName(name)
    assert usual.name == "MemNet"
    if sys.platform == "linux":
        assert usual == tmp_path / "data" / "MemNet"


def test_fresh_settings_mean_fresh_data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(DATA_VARIABLE, str(tmp_path))
    with fresh_settings():
        assert data_folder() != tmp_path
    assert data_folder() == tmp_path
    monkeypatch.delenv(DATA_VARIABLE)
    with fresh_settings():
        assert DATA_VARIABLE in os.environ
    assert DATA_VARIABLE not in os.environ
