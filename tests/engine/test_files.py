"""Files and folders come to be whole or not at all, and what had the name before is kept until then."""

from __future__ import annotations

import errno
import os
from pathlib import Path

import pytest

from engine.files import check_place, filling, write_file


def full(*_: object) -> None:
    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


# Files -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("failing", ["fsync", "replace"])
def test_a_full_disk_is_a_sentence_and_keeps_the_old_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, failing: str
) -> None:
    path = tmp_path / "a.csv"
    write_file(path, b"old")
    monkeypatch.setattr(*((os, "fsync", full) if failing == "fsync" else (Path, "replace", full)))
    with pytest.raises(
        OSError, match=r"^“a.csv” could not be written to .* \(no space left on device\)\. No"
    ):
        write_file(path, b"new")
    assert path.read_bytes() == b"old"
    assert names(tmp_path) == ["a.csv"]


@pytest.mark.skipif(os.name == "nt", reason="links need rights on Windows")
def test_a_link_stays_and_what_it_points_to_is_replaced(tmp_path: Path) -> None:
    (tmp_path / "there").mkdir()
    target, link = tmp_path / "there" / "real.txt", tmp_path / "link.txt"
    target.write_bytes(b"old")
    link.symlink_to(target)
    write_file(link, b"new")
    assert link.is_symlink()
    assert target.read_bytes() == b"new"
    assert names(target.parent) == ["real.txt"]


@pytest.mark.skipif(os.name == "nt", reason="links need rights on Windows")
def test_a_link_to_itself_is_a_sentence(tmp_path: Path) -> None:
    loop = tmp_path / "loop"
    loop.symlink_to(loop)
    with pytest.raises(OSError, match="could not be written"):
        write_file(loop, b"")
    assert loop.is_symlink()


@pytest.mark.skipif(os.name == "nt", reason="Windows has no umask")
@pytest.mark.parametrize("umask", [0o022, 0o077])
def test_the_file_may_be_read_by_whom_the_system_lets_read_new_files(tmp_path: Path, umask: int) -> None:
    before = os.umask(umask)
    try:
        write_file(tmp_path / "new", b"")
        with filling(tmp_path / "folder"):
            pass
    finally:
        os.umask(before)
    assert (tmp_path / "new").stat().st_mode & 0o777 == 0o666 & ~umask
    assert (tmp_path / "folder").stat().st_mode & 0o777 == 0o777 & ~umask


def test_asking_for_a_place_leaves_nothing(tmp_path: Path) -> None:
    check_place(tmp_path / "new")
    assert names(tmp_path) == []
    for path in (tmp_path, tmp_path / "nowhere" / "new"):
        with pytest.raises(OSError, match=r"it is a folder|there is no folder"):
            check_place(path)


# Folders ---------------------------------------------------------------------------------------


def fill(path: Path, *, replace: bool = False) -> None:
    with filling(path, replace=replace) as draft:
        (draft / "new").write_text("new")
        assert not (path / "new").exists()


@pytest.mark.parametrize("before", ["nothing", "an empty folder"])
def test_a_folder_gets_its_name_when_it_is_full(tmp_path: Path, before: str) -> None:
    folder = tmp_path / "folder"
    if before != "nothing":
        folder.mkdir()
    fill(folder)
    assert names(tmp_path) == ["folder"]
    assert names(folder) == ["new"]


def test_a_folder_that_holds_something_is_replaced_only_if_that_was_asked_for(tmp_path: Path) -> None:
    folder = tmp_path / "folder"
    folder.mkdir()
    (folder / "old").write_text("old")
    with pytest.raises(OSError, match="exists already"):
        fill(folder)
    assert names(folder) == ["old"]
    fill(folder, replace=True)
    assert names(folder) == ["new"]
    assert names(tmp_path) == ["folder"]


@pytest.mark.parametrize("replace", [False, True])
def test_a_file_is_never_replaced_by_a_folder(tmp_path: Path, replace: bool) -> None:
    (tmp_path / "file").write_text("old")
    with pytest.raises(OSError, match="exists already"):
        fill(tmp_path / "file", replace=replace)
    assert (tmp_path / "file").read_text() == "old"


@pytest.mark.parametrize("error", [KeyboardInterrupt, OSError])
def test_what_ends_early_leaves_no_folder_and_keeps_the_old_one(
    tmp_path: Path, error: type[BaseException]
) -> None:
    folder = tmp_path / "folder"
    folder.mkdir()
    (folder / "old").write_text("old")

    def end_early(path: Path) -> None:
        with filling(path, replace=True) as draft:
            (draft / "new").write_text("new")
            raise error

    for path in (folder, tmp_path / "other"):
        with pytest.raises(error):
            end_early(path)
    assert names(tmp_path) == ["folder"]
    assert names(folder) == ["old"]


def test_a_folder_that_cannot_get_its_name_leaves_the_old_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "folder"
    folder.mkdir()
    (folder / "old").write_text("old")
    rename = Path.rename

    def refuse_the_new(path: Path, target: Path) -> Path:
        if (path / "new").exists():
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))
        return rename(path, target)

    monkeypatch.setattr(Path, "rename", refuse_the_new)
    with pytest.raises(PermissionError):
        fill(folder, replace=True)
    assert names(tmp_path) == ["folder"]
    assert names(folder) == ["old"]
