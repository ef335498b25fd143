"""Curves and confusion matrix as CSV files, written whole or not at all."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from pathlib import Path

from engine.arrays import Ints
from engine.files import write_file
from engine.frame import Curves

CURVE_COLUMNS = (
    "digit",
    "prequential",
    "last_1000",
    "memories",
    "novelty_rate",
    "test_accuracy",
    "test_size",
)


def write_curves(curves: Curves, path: Path) -> None:
    """Write the run so far: `CURVE_COLUMNS`, then one row for each point, by digit.

    Accuracies and rates are shares in [0, 1] with as many figures as float32 needs to be read back
    exactly. A held-out test stands in the row of its digit, or in a row of its own where no point
    was kept for that digit; what was not measured is empty.

    Raises OSError, with a sentence for the user, when the file cannot be written; a file that was
    there before is then unchanged.
    """
    _write_csv(path, [CURVE_COLUMNS, *_curve_rows(curves)])


def write_confusion(confusion: Ints, class_names: Sequence[str], path: Path) -> None:
    """Write a (C, C) confusion matrix: a row for each label, a column for each answer, both named.

    Raises OSError as `write_curves` does, and ValueError when there is not one name for each class.
    """
    if confusion.shape != (len(class_names),) * 2:
        raise ValueError(f"class_names: {len(class_names)} names for a matrix of shape {confusion.shape}")
    header = ["label", *(f"said {name}" for name in class_names)]
    rows = ([name, *counts] for name, counts in zip(class_names, confusion.tolist(), strict=True))
    _write_csv(path, [header, *rows])


def _curve_rows(curves: Curves) -> list[list[str]]:
    columns = (curves.digits, curves.prequential, curves.recent, curves.memories, curves.novelty_rate)
    rows = [[str(value) for value in point] + ["", ""] for point in zip(*columns, strict=True)]
    free = {int(digit): row for digit, row in zip(curves.digits, rows, strict=True)}
    tests = zip(curves.test_digits, curves.test_accuracy, curves.test_sizes, strict=True)
    for digit, accuracy, size in tests:
        row = free.pop(int(digit), None)
        if row is None:
            row = [str(digit), "", "", "", "", "", ""]
            rows.append(row)
        row[-2:] = [str(accuracy), str(size)]
    return sorted(rows, key=lambda row: int(row[0]))


def _write_csv(path: Path, rows: Iterable[Sequence[object]]) -> None:
    text = io.StringIO(newline="")
    csv.writer(text).writerows(rows)
    write_file(path, text.getvalue().encode())
