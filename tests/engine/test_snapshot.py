"""Snapshots as runs: what comes back, and what is refused with a sentence although it is intact."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from engine.archive import ArchiveError, read_archive, write_archive
from engine.backend import Backend
from engine.datasets import Dataset
from engine.edits import Edits
from engine.session import Session
from engine.snapshot import Snapshot, load_snapshot, save_snapshot
from engine.stream import Stream
from tests.engine.samples import assert_same, separable, shrunk

Arrays, Meta = dict[str, Any], dict[str, Any]


@pytest.fixture(scope="module")
def taken(digits: Dataset, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run of 205 digits, five of them in a burst that is still to be learned."""
    session = Session(digits, shrunk("complementary"), seed=2, limit=500)
    while session.seen < 201:
        session.advance(32)
    while session.seen < 205:
        session.advance(1)
    assert session.burst is not None
    assert not session.burst.learned
    path = tmp_path_factory.mktemp("runs") / "run.npz"
    save_snapshot(session, path)
    return path


def test_plain_numpy_reads_it(taken: Path) -> None:
    with np.load(taken, allow_pickle=False) as arrays:
        patterns = arrays["episodes_patterns"]
        assert patterns.shape[1] == 28 * 28
        assert arrays["columns_associations"].shape[1] == 10
        assert '"digits": 205' in str(arrays["meta"])


def test_it_says_what_it_is(taken: Path, digits: Dataset) -> None:
    _, meta = read_archive(taken)
    assert meta["digits"] == 205
    assert meta["digits_learned"] < 205
    assert meta["seed"] == 2
    assert meta["limit"] == 500
    assert meta["config"]["preset"] == "complementary"
    assert meta["data"]["checksum"] == digits.checksum
    assert 0 < meta["metrics"]["prequential"] < 1


def test_taking_one_again_gives_the_same_file(taken: Path, digits: Dataset, tmp_path: Path) -> None:
    save_snapshot(load_snapshot(taken, digits), tmp_path / "again.npz")
    assert (tmp_path / "again.npz").read_bytes() == taken.read_bytes()


def test_what_was_taken_does_not_change_while_the_run_goes_on(digits: Dataset) -> None:
    session = Session(digits, shrunk("complementary"), limit=200)
    session.advance(32)
    snapshot = Snapshot.take(session)
    copies = {name: values.copy() for name, values in snapshot.arrays.items()}
    while session.advance(32):
        pass
    assert_same(snapshot.arrays, copies)


def test_an_empty_run_comes_back(digits: Dataset, tmp_path: Path) -> None:
    save_snapshot(Session(digits, shrunk("tiny")), tmp_path / "new.npz")
    session = load_snapshot(tmp_path / "new.npz", digits)
    assert (session.seen, session.memories, session.total) == (0, 0, 2000)
    assert session.advance() == 1


def test_a_finished_run_comes_back_finished(digits: Dataset, tmp_path: Path) -> None:
    session = Session(digits, shrunk("tiny"), limit=50)
    for _ in session.run():
        pass
    save_snapshot(session, tmp_path / "done.npz")
    opened = load_snapshot(tmp_path / "done.npz", digits)
    assert opened.finished
    assert opened.advance(32) == 0
    assert opened.test_accuracy() == session.test_accuracy()


def test_other_data_is_refused_by_name(taken: Path, digits: Dataset) -> None:
    with pytest.raises(
        ArchiveError, match=r"run\.npz was learned from other data \(MNIST, the first"
    ) as error:
        load_snapshot(taken, separable(28, classes=10))
    assert "10 patterns of 28" in str(error.value)
    with pytest.raises(ArchiveError, match="other data"):
        load_snapshot(taken, replace(digits, checksum="00"))


def test_an_order_that_this_numpy_does_not_make_is_refused(
    taken: Path, digits: Dataset, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Another NumPy may shuffle another way; the run would go on with digits it has seen."""
    monkeypatch.setattr(Stream, "checksum", "0" * 64)
    with pytest.raises(ArchiveError) as error:
        load_snapshot(taken, digits)
    assert str(error.value) == (
        f"run.npz was learned in an order that NumPy {np.__version__} does not bring about again (it was "
        f"saved with {np.__version__}). The run in the window was kept; open the snapshot with the NumPy "
        "that it was saved with."
    )


def test_bookmarks_come_back(digits: Dataset, tmp_path: Path) -> None:
    session = Session(digits, shrunk("tiny"))
    for _ in range(20):
        session.advance(1)
    session.bookmarks = {20: "here – ½", 0: "the beginning", 21: "on a line that was left"}
    save_snapshot(session, tmp_path / "run.npz")
    assert load_snapshot(tmp_path / "run.npz", digits).bookmarks == {0: "the beginning", 20: "here – ½"}


def test_recruits_come_back_and_go_on(digits: Dataset, tmp_path: Path) -> None:
    session = Session(digits, shrunk("complementary"), seed=1)
    while session.seen < 75:
        session.advance(1)
    save_snapshot(session, tmp_path / "run.npz")
    opened = load_snapshot(tmp_path / "run.npz", digits)
    assert session.recruits.sum() == session.memories
    for each in (session, opened):
        while each.seen < 150:
            each.advance(1)
    assert opened.recruits.tobytes() == session.recruits.tobytes()


def array(name: str, change: Callable[[Any], Any]) -> Callable[[Arrays, Meta], None]:
    def damage(arrays: Arrays, _: Meta) -> None:
        arrays[name] = change(arrays[name].copy())

    return damage


def fact(*path: Any) -> Callable[[Arrays, Meta], None]:
    *keys, last, value = path

    def damage(_: Arrays, meta: Meta) -> None:
        for key in keys:
            meta = meta[key]
        meta[last] = value

    return damage


def put(place: Any, value: Any) -> Callable[[Any], Any]:
    def change(values: Any) -> Any:
        values[place] = value
        return values

    return change


DAMAGES: dict[str, Callable[[Arrays, Meta], None]] = {
    "no config": lambda _, meta: meta.pop("config"),
    "no data": lambda _, meta: meta.pop("data"),
    "data that is a number": fact("data", 3),
    "a config that is a list": fact("config", []),
    "no layers": fact("config", "layers", []),
    "a layer that is a word": fact("config", "layers", ["columns"]),
    "a preset that is a path": fact("config", "preset", "../elsewhere"),
    "a preset that is a number": fact("config", "preset", 3),
    "a layer without a name": fact("config", "layers", 0, "name", ""),
    "a layer with a name that fills the window": fact("config", "layers", 0, "name", "x" * 41),
    "a field beyond the image": fact("config", "layers", 0, "field", 29),
    "a capacity beyond all memory": fact("config", "layers", 1, "capacity", 10**12),
    "half a winner": fact("config", "layers", 1, "winners", 2.5),
    "an unknown setting": fact("config", "layers", 1, "colour", "red"),
    "more columns than memories": fact("config", "layers", 1, "stride", 1),
    "a negative seed": fact("seed", -1),
    "a seed in words": fact("seed", "two"),
    "a limit of nothing": fact("limit", 0),
    "a limit in words": fact("limit", "all"),
    "a limit before the last digit": fact("limit", 100),
    "more learned than seen": fact("digits_learned", 206),
    "more shown than a burst has": fact("digits_learned", 100),
    "less than nothing learned": fact("digits_learned", -1),
    "no patterns": lambda arrays, _: arrays.pop("columns_patterns"),
    "no next id": lambda arrays, _: arrays.pop("next_id"),
    "many next ids": lambda arrays, _: arrays.update(next_id=np.arange(3)),
    "no curves": lambda arrays, _: arrays.pop("metrics_curve_digits"),
    "no mistakes": lambda arrays, _: arrays.pop("mistakes"),
    "patterns of another size": array("columns_patterns", lambda values: values[:, :-1]),
    "a memory too few": array("columns_wins", lambda values: values[:-1]),
    "a pattern that is not a number": array("columns_patterns", put((0, 0), np.nan)),
    "an endless association": array("episodes_associations", put((0, 0), np.inf)),
    "a slot twice": array("columns_slots", put(1, 0)),
    "a slot below all": array("columns_slots", put(0, -1)),
    "a slot beyond all": array("columns_slots", put(-1, 10**9)),
    "a column too full": array("episodes_slots", lambda values: values + 1),
    "classes too few": array("episodes_associations", lambda values: values[:, :5]),
    "classes that differ": array("columns_associations", lambda values: np.pad(values, ((0, 0), (0, 1)))),
    "a source beyond the data": array("columns_sources", put(0, 10**6)),
    "thresholds of no size": array("columns_thresholds", lambda values: values * 0),
    "thresholds too few": array("columns_thresholds", lambda values: values[:-1]),
    "a confusion of fewer classes": array("metrics_confusion", lambda values: values[:5, :5]),
    "counts that do not add up": array("metrics_counts", lambda values: values + 1),
    "curves of different lengths": array("metrics_curve_recent", lambda values: values[:-1]),
    "a mistake from nowhere": array("mistakes", put((0, 1), 10**6)),
    "a mistake with a negative source": array("mistakes", put((0, 1), -1)),
    "an answer that is no class": array("mistakes", put((0, 3), 10)),
    "mistakes of another shape": array("mistakes", lambda values: values[:, :3]),
}


@pytest.mark.parametrize("damage", DAMAGES)
def test_intact_files_that_make_no_sense_are_refused_in_a_sentence(
    damage: str, taken: Path, digits: Dataset, tmp_path: Path
) -> None:
    arrays, meta = read_archive(taken)
    DAMAGES[damage](arrays, meta)
    path = tmp_path / "odd.npz"
    write_archive(path, arrays, meta)
    with pytest.raises(ArchiveError) as error:
        load_snapshot(path, digits)
    text = str(error.value)
    assert text.startswith("odd.npz is damaged: ")
    assert text.endswith("Nothing was changed; open another snapshot.")


def test_without_damage_it_opens(taken: Path, digits: Dataset, tmp_path: Path) -> None:
    arrays, meta = read_archive(taken)
    write_archive(tmp_path / "same.npz", arrays, meta)
    assert load_snapshot(tmp_path / "same.npz", digits).seen == 205


# Somewhere else ----------------------------------------------------------------------------------


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "home"
    folder.mkdir()
    monkeypatch.setattr(Path, "home", lambda: folder)
    return folder


@pytest.fixture
def snapshot(digits: Dataset) -> Snapshot:
    session = Session(digits, shrunk("tiny"), seed=2)
    session.advance(1)
    return Snapshot.take(session)


def test_elsewhere_is_among_the_temporary_files_under_a_new_name(
    snapshot: Snapshot, temporary: Path, digits: Dataset
) -> None:
    paths = [snapshot.write_elsewhere() for _ in range(2)]
    assert sorted(paths) == sorted(temporary.iterdir())
    for path in paths:
        assert path.name.startswith("memnet-tiny-seed2-1-")
        assert load_snapshot(path, digits).seen == 1


def test_elsewhere_is_the_home_where_there_is_no_folder_for_temporary_files(
    snapshot: Snapshot, temporary: Path, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def none_usable() -> str:
        raise FileNotFoundError("No usable temporary directory found")

    temporary.rmdir()
    assert snapshot.write_elsewhere().parent == home
    monkeypatch.setattr(tempfile, "gettempdir", none_usable)
    assert snapshot.write_elsewhere().parent == home


def test_where_it_cannot_be_saved_anywhere_it_says_so(
    snapshot: Snapshot, temporary: Path, home: Path
) -> None:
    temporary.rmdir()
    home.rmdir()
    with pytest.raises(ArchiveError, match=r"could not be saved .* either: free some space"):
        snapshot.write_elsewhere()


def test_what_was_taught_muted_and_named_comes_back_bit_for_bit(few: Dataset, tmp_path: Path) -> None:
    session = Session(few, shrunk("complementary"), backend=Backend())
    for _ in range(90):
        session.advance(1)
    edits = Edits(session)
    image = few.test_images[0].astype(np.float32) / 255
    edits.teach("H", image=image)
    edits.mute(1, session.network.layers[1].ids[0, :2].tolist(), True)
    edits.delete(0, session.network.layers[0].ids[0, 1:3].tolist())
    session.advance(1)
    save_snapshot(session, tmp_path / "run.npz")
    opened = load_snapshot(tmp_path / "run.npz", few, Backend())
    assert opened.class_names == session.class_names
    assert [drawing.tobytes() for drawing in opened.taught] == [
        drawing.tobytes() for drawing in session.taught
    ]
    for each in (session, opened):
        for _ in each.run():
            pass
    assert_same(opened.state(), session.state())
    assert opened.answers.tobytes() == session.answers.tobytes()
    assert opened.image(-1).tobytes() == few.test_images[0].tobytes()


@pytest.mark.parametrize(
    ("name", "change"),
    [
        ("answers", lambda arrays: np.full(90, 200, np.uint8)),
        ("answers", lambda arrays: np.zeros((3, 3), np.uint8)),
        ("taught_images", lambda arrays: np.zeros((1, 5, 5), np.uint8)),
        ("taught_images", lambda arrays: arrays["taught_images"][:0]),
        ("episodes_slots", lambda arrays: arrays["episodes_slots"][::-1].copy()),
        ("episodes_ids", lambda arrays: 0 * arrays["episodes_ids"]),
        ("episodes_taught", lambda arrays: arrays["episodes_taught"][:-1]),
        ("episodes_muted", lambda arrays: arrays["episodes_ids"]),
        ("columns_usefulness", lambda arrays: np.float32("nan") * arrays["columns_usefulness"]),
    ],
)
def test_what_was_taught_must_fit(
    name: str, change: Callable[[dict[str, Any]], Any], few: Dataset, tmp_path: Path
) -> None:
    session = Session(few, shrunk("complementary"), backend=Backend())
    for _ in range(90):
        session.advance(1)
    Edits(session).teach("H", image=few.test_images[0].astype(np.float32) / 255)
    snapshot = Snapshot.take(session)
    write_archive(tmp_path / "run.npz", {**snapshot.arrays, name: change(snapshot.arrays)}, snapshot.meta)
    with pytest.raises(ArchiveError, match=r"run\.npz is damaged"):
        load_snapshot(tmp_path / "run.npz", few, Backend())
