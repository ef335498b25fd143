"""Memories as pictures and tables: nothing lost on the way, nothing half done, nobody's files touched."""

from __future__ import annotations

import csv
import errno
import os
import re
from pathlib import Path

import numpy as np
import pytest

from memnet_gui.exports.memories import MemoriesLook, check_folder, write_memories
from memnet_gui.theme import DARK, LIGHT, Theme
from tests.gui.takings import COLUMNS, ODD_NAME, WHOLE, inked, picture, run

LOOK = MemoriesLook(1)


def rows(folder: Path, layer: str) -> list[dict[str, str]]:
    with (folder / f"{layer}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def everything(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()
    }


def test_the_tables_are_read_back_exactly(tmp_path: Path) -> None:
    of = run()
    assert write_memories(of, tmp_path / "out", LOOK)
    for number, layer in enumerate(of.layers):
        own, table = of.memories(number), rows(tmp_path / "out", layer.name)
        for column in ("wins", "usage", "usefulness", "squared_norm"):
            goal = getattr(own, column if column != "squared_norm" else "squared_norms")
            found = np.array([float(row[column]) for row in table], goal.dtype)
            np.testing.assert_array_equal(found, goal, column)
        for column, goal in (("id", own.ids), ("birth", own.births), ("source", own.sources)):
            np.testing.assert_array_equal([int(row[column]) for row in table], goal, column)
        places = [int(row["column"]) * layer.capacity + int(row["place"]) for row in table]
        np.testing.assert_array_equal(places, own.slots)
        assert [row["class"] for row in table] == [of.class_names[label] for label in own.classes]
        for column, goal in (("taught", own.taught), ("muted", own.muted)):
            np.testing.assert_array_equal([row[column] == "1" for row in table], goal, column)
        associations = [[row[f"association {name}"] for name in of.class_names] for row in table]
        np.testing.assert_array_equal(np.array(associations, np.float32), own.associations)
        patterns = [[row[f"pattern {number}"] for number in range(layer.field**2)] for row in table]
        np.testing.assert_array_equal(np.array(patterns, np.float32), own.patterns)
    assert ODD_NAME in {row["class"] for row in rows(tmp_path / "out", "episodes")}


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=["light", "dark"])
@pytest.mark.parametrize("scale", [1, 5])
def test_each_memory_is_a_picture_named_by_id_and_class(tmp_path: Path, scale: int, theme: Theme) -> None:
    of = run()
    write_memories(of, tmp_path / "out", MemoriesLook(scale, theme=theme))
    for number, layer in enumerate(of.layers):
        own, folder = of.memories(number), tmp_path / "out" / layer.name
        files = {int(path.name.partition("-")[0]): path for path in folder.iterdir()}
        assert sorted(files) == sorted(own.ids.tolist())
        for row in (0, len(own) - 1, int(np.flatnonzero(own.taught)[0])):
            path = files[int(own.ids[row])]
            tile = of.pictures(number)[row].repeat(scale, axis=0).repeat(scale, axis=1)
            np.testing.assert_array_equal(picture(path), inked(tile, theme))
            name = re.sub(r"[^\w-]+", "-", of.class_names[own.classes[row]]).strip("-")
            assert path.name == f"{own.ids[row]}-{name}.png"


def test_names_of_classes_lead_nowhere_else(tmp_path: Path) -> None:
    of = run()
    of.class_names = ("../../up", "a/b", "C:\\x", "..", "con")
    (tmp_path / "deep").mkdir()
    write_memories(of, tmp_path / "deep" / "out", LOOK)
    assert [path.name for path in tmp_path.iterdir()] == ["deep"]
    assert {path.name for path in (tmp_path / "deep").iterdir()} == {"out"}
    for path in (tmp_path / "deep" / "out").rglob("*.png"):
        assert re.fullmatch(r"[0-9]+-[\w-]+\.png", path.name)


def test_one_layer_alone_and_colours(tmp_path: Path) -> None:
    of = run(channels=3)
    write_memories(of, tmp_path / "out", MemoriesLook(2, COLUMNS))
    name = of.layers[COLUMNS].name
    assert {path.name for path in (tmp_path / "out").iterdir()} == {name, f"{name}.csv"}
    own = of.memories(COLUMNS)
    (path,) = (tmp_path / "out" / name).glob(f"{own.ids[3]}-*.png")
    tile = of.pictures(COLUMNS)[3].repeat(2, axis=0).repeat(2, axis=1)
    np.testing.assert_array_equal(picture(path), tile)
    assert f"pattern {3 * 100 - 1}" in rows(tmp_path / "out", name)[0]


def test_a_run_without_memories_has_headers(tmp_path: Path) -> None:
    assert write_memories(run(0), tmp_path / "out", LOOK)
    assert set(everything(tmp_path / "out")) == {"episodes.csv", "columns.csv"}
    assert rows(tmp_path / "out", "episodes") == []


# Whole or not at all ---------------------------------------------------------------------------


def test_it_says_how_far_it_is(tmp_path: Path) -> None:
    seen: list[tuple[int, int]] = []

    def note(done: int, total: int) -> bool:
        seen.append((done, total))
        assert not (tmp_path / "out").exists()
        return True

    write_memories(run(), tmp_path / "out", LOOK, note)
    total = run().count
    assert seen[-1] == (total, total)
    assert [done for done, _ in seen] == sorted({done for done, _ in seen})


@pytest.mark.parametrize("earlier", [False, True])
def test_stopped_it_leaves_what_was_there(tmp_path: Path, earlier: bool) -> None:
    if earlier:
        write_memories(run(), tmp_path / "out", LOOK)
    before = everything(tmp_path)
    look = MemoriesLook(2)
    assert not write_memories(run(), tmp_path / "out", look, lambda *_: False, replace=True)
    assert everything(tmp_path) == before
    assert (tmp_path / "out").exists() == earlier


def test_a_full_disk_is_a_sentence_and_leaves_what_was_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_memories(run(), tmp_path / "out", LOOK)
    before = everything(tmp_path)
    count = 0

    def full_after_some(path: Path, content: bytes) -> None:
        nonlocal count
        count += 1
        if count > 20:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(Path, "write_bytes", full_after_some)
    with pytest.raises(OSError, match=r"“out” could not be written .*no space left"):
        write_memories(run(), tmp_path / "out", LOOK, replace=True)
    monkeypatch.undo()
    assert everything(tmp_path) == before


def test_an_earlier_export_is_replaced_only_if_asked(tmp_path: Path) -> None:
    write_memories(run(), tmp_path / "out", LOOK)
    before = everything(tmp_path)
    with pytest.raises(OSError, match="exists already"):
        write_memories(run(100), tmp_path / "out", LOOK)
    assert everything(tmp_path) == before
    write_memories(run(100), tmp_path / "out", LOOK, replace=True)
    assert len(rows(tmp_path / "out", "episodes")) == len(run(100).memories(WHOLE))
    assert [path.name for path in tmp_path.iterdir()] == ["out"]


@pytest.mark.parametrize(
    "other", ["thesis.txt", "episodes/thesis.txt", "photos/1-a.png", "notes.csv/x", "notes.csv"]
)
def test_a_folder_with_anything_else_in_it_is_never_touched(tmp_path: Path, other: str) -> None:
    write_memories(run(), tmp_path / "out", LOOK)
    (tmp_path / "out" / other).parent.mkdir(exist_ok=True)
    (tmp_path / "out" / other).write_text("years of work")
    before = everything(tmp_path)
    with pytest.raises(OSError, match="no memories"):
        write_memories(run(), tmp_path / "out", LOOK, replace=True)
    assert everything(tmp_path) == before


@pytest.mark.skipif(os.name == "nt", reason="links need rights on Windows")
def test_a_link_to_a_folder_is_not_taken_for_one_of_ours(tmp_path: Path) -> None:
    write_memories(run(), tmp_path / "out", LOOK)
    (tmp_path / "out" / "columns").rename(tmp_path / "elsewhere")
    (tmp_path / "out" / "columns").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(OSError, match="no memories"):
        write_memories(run(), tmp_path / "out", LOOK, replace=True)
    assert any((tmp_path / "elsewhere").iterdir())


def test_places_that_cannot_be_are_known_before(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    (tmp_path / "empty").mkdir()
    check_folder(tmp_path / "empty", replace=False)
    check_folder(tmp_path / "new", replace=False)
    with pytest.raises(OSError, match="it is a file"):
        check_folder(tmp_path / "file", replace=True)
    with pytest.raises(OSError, match="there is no folder"):
        check_folder(tmp_path / "nowhere" / "new", replace=False)
