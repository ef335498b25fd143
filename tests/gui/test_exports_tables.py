"""What is exported can be read back; what cannot be written leaves everything as it was."""

from __future__ import annotations

import csv
import errno
import os
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from engine.arrays import freeze
from memnet_gui.exports.tables import CURVE_COLUMNS, write_confusion, write_curves
from tests.gui.frames import make_curves, make_info, make_score


def read(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_curves_are_read_back_exactly(tmp_path: Path) -> None:
    curves = make_curves(500, 32, tests=0)
    write_curves(curves, tmp_path / "curves.csv")
    rows = read(tmp_path / "curves.csv")
    assert tuple(rows[0]) == CURVE_COLUMNS
    np.testing.assert_array_equal([int(row["digit"]) for row in rows], curves.digits)
    np.testing.assert_array_equal([int(row["memories"]) for row in rows], curves.memories)
    for column, values in (
        ("prequential", curves.prequential),
        ("last_1000", curves.recent),
        ("novelty_rate", curves.novelty_rate),
    ):
        np.testing.assert_array_equal(np.array([row[column] for row in rows], np.float32), values)
    assert {row["test_accuracy"] for row in rows} == {""}


def test_tests_stand_at_their_digits(tmp_path: Path) -> None:
    curves = replace(
        make_curves(4, 10, tests=0),
        test_digits=freeze(np.array([20, 20, 25], np.int64)),
        test_accuracy=freeze(np.array([0.5, 0.625, 0.75], np.float32)),
        test_sizes=freeze(np.array([1000, 10000, 1000], np.int64)),
    )
    write_curves(curves, tmp_path / "curves.csv")
    rows = [(row["digit"], row["test_accuracy"], row["test_size"]) for row in read(tmp_path / "curves.csv")]
    assert rows == [
        ("10", "", ""),
        ("20", "0.5", "1000"),
        ("20", "0.625", "10000"),
        ("25", "0.75", "1000"),
        ("30", "", ""),
        ("40", "", ""),
    ]


def test_an_empty_run_is_a_header(tmp_path: Path) -> None:
    write_curves(make_curves(0, tests=0), tmp_path / "curves.csv")
    assert (tmp_path / "curves.csv").read_text("utf-8").split() == [",".join(CURVE_COLUMNS)]


def test_a_confusion_matrix_is_read_back_with_awkward_names(tmp_path: Path) -> None:
    score = make_score(make_info())
    names = ('a, "b"', "été", *(str(number) for number in range(8)))
    write_confusion(score.confusion, names, tmp_path / "confusion.csv")
    rows = read(tmp_path / "confusion.csv")
    assert tuple(row["label"] for row in rows) == names
    counts = [[int(row[f"said {name}"]) for name in names] for row in rows]
    np.testing.assert_array_equal(counts, score.confusion)


def test_names_must_fit_the_matrix(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="class_names"):
        write_confusion(make_score(make_info()).confusion, ("0", "1"), tmp_path / "confusion.csv")
    assert list(tmp_path.iterdir()) == []


def test_a_missing_folder_is_named(tmp_path: Path) -> None:
    with pytest.raises(
        OSError, match=r"“curves.csv” could not be written to .*gone.*choose another"
    ) as caught:
        write_curves(make_curves(), tmp_path / "gone" / "curves.csv")
    assert "[Errno" not in str(caught.value)


def test_a_full_disk_leaves_the_old_file_and_no_draft(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    target = tmp_path / "curves.csv"
    target.write_text("precious")

    def full(handle: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="no space left"):
        write_curves(make_curves(), target)
    assert [path.name for path in tmp_path.iterdir()] == ["curves.csv"]
    assert target.read_text() == "precious"


def test_a_folder_in_the_way_is_refused_without_a_trace(tmp_path: Path) -> None:
    (tmp_path / "curves.csv").mkdir()
    with pytest.raises(OSError, match="could not be written"):
        write_curves(make_curves(), tmp_path / "curves.csv")
    assert [path.name for path in tmp_path.iterdir()] == ["curves.csv"]
