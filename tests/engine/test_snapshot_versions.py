"""Files of older versions of the format open; what they do not say stays unknown."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from engine.archive import ArchiveError, read_archive
from engine.backend import Backend
from engine.datasets import Dataset
from engine.migration import from_version_1
from engine.scrutiny import check
from engine.session import Session
from engine.snapshot import Snapshot, load_snapshot, save_snapshot
from tests.engine.samples import assert_same

FIRST = Path(__file__).parent / "files" / "version-1.npz"
"""203 digits of `digits` with seed 5, three of them in an open burst; one drawing taught as H, two
memories muted, two deleted, one held-out test. Written by MemNet before there was version 2."""


@pytest.fixture
def opened(digits: Dataset) -> Session:
    return load_snapshot(FIRST, digits, Backend())


def test_a_file_of_version_1_opens_with_all_that_is_in_it(opened: Session, digits: Dataset) -> None:
    with np.load(FIRST, allow_pickle=False) as file:
        arrays = {name: file[name] for name in file.files}
    meta = json.loads(str(arrays.pop("meta")))
    assert meta["version"] == 1
    again = Snapshot.take(opened)
    recruits = again.arrays.pop("recruits")
    assert_same(again.arrays, arrays)
    assert (opened.seen, opened.seed, opened.total) == (203, 5, 400)
    assert again.meta["digits_learned"] == meta["digits_learned"] == 200
    assert again.meta["metrics"]["prequential"] == meta["prequential_accuracy"]
    assert opened.class_names == (*digits.class_names, "H")
    assert len(recruits) == 203


def test_recruits_of_version_1_are_counted_by_the_births_of_those_that_are_left(opened: Session) -> None:
    births = np.concatenate(
        [layer.births[rows & ~layer.taught] for layer in opened.network.layers for rows in [layer.ids > 0]]
    )
    assert opened.recruits.sum() == len(births) > 50
    assert [opened.recruits[birth - 1] for birth in births] == [(births == birth).sum() for birth in births]


def test_a_run_of_version_1_goes_on_and_is_saved_in_the_newest(opened: Session, tmp_path: Path) -> None:
    save_snapshot(opened, tmp_path / "newer.npz")
    twin = load_snapshot(tmp_path / "newer.npz", opened.dataset, Backend())
    for session in (opened, twin):
        for _ in session.run():
            pass
    assert opened.seen == 400
    assert_same(twin.state(), opened.state())
    assert twin.recruits.tobytes() == opened.recruits.tobytes()
    assert Snapshot.read(tmp_path / "newer.npz").meta["data"]["order"] == opened.stream.checksum


def test_what_version_1_does_not_say_stays_unknown() -> None:
    meta = Snapshot.read(FIRST).meta
    assert meta["data"]["order"] is None
    assert meta["versions"] == {"memnet": None, "numpy": None, "python": None}
    assert meta["bookmarks"] == []
    assert (meta["taught"]["columns"], meta["muted"]) == (9, {"episodes": 0, "columns": 2})


@pytest.fixture
def as_written() -> tuple[dict[str, Any], dict[str, Any]]:
    """The arrays and metadata of the file, as version 1 has them."""
    arrays, meta = read_archive(FIRST, older={1: lambda arrays, meta: (arrays, meta)})
    return arrays, meta


@pytest.mark.parametrize(
    "damage",
    [
        lambda arrays, _: arrays.pop("answers"),
        lambda arrays, _: arrays.update(answers=np.zeros(204, np.uint8)),
        lambda arrays, _: arrays.update(answers=np.array(3, np.uint8)),
        lambda arrays, _: arrays.update(columns_births=np.zeros((3, 3), np.int64)),
        lambda arrays, _: arrays.update(columns_births=arrays["columns_births"] + 10**15),
        lambda arrays, _: arrays.update(columns_births=arrays["columns_births"].astype(np.float32)),
        lambda arrays, _: arrays.update(columns_taught=arrays["columns_ids"]),
        lambda arrays, _: arrays.update(metrics_counts=np.zeros(2, np.int64)),
        lambda _, meta: meta.pop("limit"),
        lambda _, meta: meta.update(config=3),
        lambda _, meta: meta["config"].update(layers=[3]),
        lambda _, meta: meta.update(data=[]),
        lambda _, meta: meta.update(digits=10**18),
    ],
)
def test_a_damaged_version_1_is_refused_as_any_other(
    damage: Callable[[Any, Any], Any], as_written: tuple[dict[str, Any], dict[str, Any]]
) -> None:
    check(*from_version_1(*as_written))
    damage(*as_written)
    with pytest.raises((ValueError, KeyError, TypeError, IndexError)):
        check(*from_version_1(*as_written))


def test_a_file_too_old_for_any_migration_is_refused() -> None:
    with pytest.raises(ArchiveError, match=r"version-1\.npz is damaged: its version"):
        read_archive(FIRST)
