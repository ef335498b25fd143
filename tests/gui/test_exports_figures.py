"""Figures: the numbers of the run at their places, whole SVG, pictures of it in both themes."""

from __future__ import annotations

import csv
import errno
import os
import re
from pathlib import Path
from xml.etree import ElementTree

import numpy as np
import pytest
from PySide6.QtGui import QColor

from engine.arrays import freeze
from engine.frame import Curves
from memnet_gui.confusion_reading import class_recalls
from memnet_gui.exports.confusion_figure import confusion_svg
from memnet_gui.exports.curves_figure import above, apart, curves_svg, ticks
from memnet_gui.exports.figures import export_confusion, export_curves
from memnet_gui.exports.run import Run
from memnet_gui.exports.svg import plain
from memnet_gui.exports.text import ready_for_text
from memnet_gui.theme import DARK, LIGHT, Theme
from tests.gui.frames import make_curves
from tests.gui.takings import ODD_NAME, picture, run

SVG = "{http://www.w3.org/2000/svg}"
BOTH = pytest.mark.parametrize("theme", [LIGHT, DARK], ids=["light", "dark"])


def drawn(svg: str) -> ElementTree.Element:
    return ElementTree.fromstring(svg.encode())


def texts(root: ElementTree.Element) -> list[str]:
    return [element.text or "" for element in root.iter(f"{SVG}text")]


def points(root: ElementTree.Element, kind: str) -> np.ndarray:
    """(n, 2) all points of a curve, in units of the sheet."""
    found = [
        [float(value) for value in place.split(",")]
        for line in root.iter(f"{SVG}polyline")
        if line.get("class") == kind
        for place in line.get("points", "").split()
    ]
    return np.array(found)


def long_run(points: int = 4000, every: int = 15) -> Run:
    of = run()
    of.curves = make_curves(points, every, tests=3)
    of.digits = points * every
    return of


# Curves ----------------------------------------------------------------------------------------


def test_curves_go_through_the_values_of_the_run() -> None:
    of = run()
    root = drawn(curves_svg(of))
    digits = of.curves.digits
    for kind, values in (("memories", of.curves.memories), ("novelty_rate", of.curves.novelty_rate)):
        places = points(root, kind)
        assert len(places) == len(digits)
        for axis, goal in ((0, digits), (1, values)):
            scale, offset = np.polyfit(places[:, axis], goal.astype(float), 1)
            assert scale * (1 if axis == 0 else -1) > 0
            np.testing.assert_allclose(scale * places[:, axis] + offset, goal, atol=0.01 * np.ptp(goal))


def test_ends_of_curves_are_named_with_their_values() -> None:
    of = run()
    words = texts(drawn(curves_svg(of)))
    assert f"all so far {100 * of.curves.prequential[-1]:.2f} %" in words
    assert "held-out test 87.5 %" in words
    assert f"memories {of.curves.memories[-1]:,}" in words
    assert "digits seen" in words


def test_long_runs_stay_small_and_lose_no_peak() -> None:
    of = long_run()
    svg = curves_svg(of)
    assert len(svg) < 120_000
    places = points(drawn(svg), "novelty_rate")
    assert len(places) <= 1202
    values = of.curves.novelty_rate
    top = places[:, 1].min()
    share = (places[:, 1].max() - top) / np.ptp(values)
    assert top == pytest.approx(places[0, 1] - (values.max() - values[0]) * share, abs=0.05)


def test_held_out_tests_are_marked_with_their_figures() -> None:
    root = drawn(curves_svg(run()))
    hints = [dot.find(f"{SVG}title").text for dot in root.iter(f"{SVG}circle")]  # type: ignore[union-attr]
    assert hints == ["held-out test at digit 100: 75.0 %", "held-out test at digit 200: 87.5 %"]


def test_nothing_learned_yet_is_said() -> None:
    root = drawn(curves_svg(run(0)))
    assert root.findtext(f"{SVG}desc") == "Nothing was learned yet."
    assert len(points(root, "prequential")) == 0


@BOTH
def test_nothing_leaves_the_sheet(theme: Theme) -> None:
    for of in (run(), long_run(), run(0)):
        root = drawn(curves_svg(of, theme))
        width, height = float(root.get("width", 0)), float(root.get("height", 0))
        for line in root.iter(f"{SVG}polyline"):
            for place in line.get("points", "").split():
                x, y = (float(value) for value in place.split(","))
                assert 0 <= x <= width
                assert 0 <= y <= height


@pytest.mark.parametrize(
    ("low", "high", "most"), [(0, 1, 2), (0.95, 1, 6), (0, 60_000, 6), (0, 1, 6), (0, 7, 6), (0.5, 1, 6)]
)
def test_ticks_are_few_round_and_within(low: float, high: float, most: int) -> None:
    found = ticks(low, high, most)
    assert 2 <= len(found) <= most + 1
    assert low - 1e-9 <= found[0] < found[-1] <= high + 1e-9
    step = found[1] - found[0]
    assert re.fullmatch(r"[125]0*\.?0*e?[-+]?\d*", f"{step:.0e}".replace("e", "0e", 1))


def test_lines_are_cut_where_they_leave_the_plot() -> None:
    assert above([(0, 0.0), (2, 2.0), (4, 0.0), (6, 2.0)], 1.0) == [
        [(1.0, 1.0), (2, 2.0), (3.0, 1.0)],
        [(5.0, 1.0), (6, 2.0)],
    ]
    assert above([(0, 0.0), (1, 0.5)], 1.0) == []
    assert above([], 1.0) == []


def test_labels_are_apart_and_on_the_plot() -> None:
    for heights in ([10.0, 11.0, 12.0], [96.0, 97.0, 98.0], [10.0, 50.0, 99.0]):
        placed = apart(heights, 100.0)
        assert (np.diff(placed) >= 18 - 1e-9).all()
        assert placed[-1] <= 100.0
    assert apart([10.0, 60.0], 100.0) == [10.0, 60.0]


# Confusion -------------------------------------------------------------------------------------


def many(classes: int) -> Run:
    of = run()
    of.class_names = tuple(f"class number {number}" for number in range(classes))
    of.confusion = freeze(np.random.default_rng(0).integers(0, 50, (classes, classes)))
    return of


def test_cells_hold_the_counts_in_rows_of_labels() -> None:
    of = run()
    of.confusion = freeze(np.arange(25, dtype=np.int64).reshape(5, 5) * 30)
    root = drawn(confusion_svg(of))
    hints = [cell.text or "" for cell in root.iter(f"{SVG}title")][1:]
    assert len(hints) == 24  # none for a cell without a count
    assert hints[0].startswith(f"label {of.class_names[0]}, said {of.class_names[1]}: 30 ")
    assert hints[-1].startswith(f"label {ODD_NAME}, said {ODD_NAME}: 720 ")
    counts = [word for word in texts(root) if re.fullmatch(r"[\d,]+", word) and word not in "01234"]
    assert counts == [f"{count:,}" for count in of.confusion.ravel()[1:]]


def test_recall_stands_beside_each_row() -> None:
    of = run()
    words = texts(drawn(confusion_svg(of)))
    for recall in class_recalls(of.confusion)[:4]:
        assert f"{100 * recall:.1f} %" in words
    assert "–" in words  # of the class that was never shown


@pytest.mark.parametrize("classes", [2, 10, 62])
def test_any_number_of_classes_fits(classes: int) -> None:
    root = drawn(confusion_svg(many(classes)))
    width, height = float(root.get("width", 0)), float(root.get("height", 0))
    assert max(width, height) < 1500
    for cell in root.iter(f"{SVG}rect"):
        assert float(cell.get("x", 0)) + float(cell.get("width", 0)) <= width + 0.01
        assert float(cell.get("y", 0)) + float(cell.get("height", 0)) <= height + 0.01


def test_the_figure_is_told_in_words() -> None:
    of = run()
    of.confusion = freeze(np.diag([90, 0, 0, 0, 0]) + 10 * np.eye(5, k=4, dtype=np.int64))
    text = drawn(confusion_svg(of)).findtext(f"{SVG}desc") or ""
    assert "Of 100 digits, 90 (90.00 %)" in text
    assert f"taken for {ODD_NAME}, 10 times" in text


def test_odd_names_and_signs_cannot_break_a_drawing() -> None:
    assert plain('<a & "b">\x00\x1f\u202e\'') == "&lt;a &amp; &quot;b&quot;&gt;   &#x27;"
    assert f"{ODD_NAME[:13]}…" in texts(drawn(confusion_svg(run())))


# Files -----------------------------------------------------------------------------------------


@BOTH
@pytest.mark.usefixtures("qapp")
@pytest.mark.parametrize("export", [export_curves, export_confusion])
def test_pictures_show_the_drawing(export: object, theme: Theme, tmp_path: Path) -> None:
    ready_for_text()
    path = tmp_path / "figure.png"
    export(run(), path, theme, 800)  # type: ignore[operator]
    pixels = picture(path)
    assert pixels.shape[1] == 800
    assert QColor(*pixels[2, 2].tolist()) == theme.color("panel")
    ink = np.array(theme.color("text").getRgb()[:3], int)
    title = np.abs(pixels[20:60].astype(int) - ink).sum(axis=2)
    assert (title < 40).sum() > 50, "the title is there, in the theme's ink"


@BOTH
def test_drawings_are_in_the_colours_of_the_theme(theme: Theme, tmp_path: Path) -> None:
    export_curves(run(), tmp_path / "curves.SVG", theme)
    text = (tmp_path / "curves.SVG").read_text("utf-8")
    assert text.startswith('<?xml version="1.0" encoding="UTF-8"?>')
    root = drawn(text)
    assert root.find(f"{SVG}rect").get("fill") == theme.panel  # type: ignore[union-attr]
    assert root.findtext(f"{SVG}title") == "Learning curves"
    strokes = {line.get("class"): line.get("stroke") for line in root.iter(f"{SVG}polyline")}
    assert (strokes["prequential"], strokes["recent"]) == (theme.text, theme.accent)


def test_tables_are_tables(tmp_path: Path) -> None:
    of = run()
    export_curves(of, tmp_path / "a.csv")
    export_confusion(of, tmp_path / "b.csv")
    with (tmp_path / "b.csv").open(encoding="utf-8", newline="") as file:
        found = list(csv.reader(file))
    assert found[0][-1] == f"said {ODD_NAME}"
    np.testing.assert_array_equal([[int(count) for count in row[1:]] for row in found[1:]], of.confusion)
    assert len((tmp_path / "a.csv").read_text("utf-8").splitlines()) > len(of.curves.digits)


@pytest.mark.parametrize("name", ["figure", "figure.pdf", "figure.npz"])
def test_other_suffixes_are_refused(name: str, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="suffix"):
        export_curves(run(), tmp_path / name)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("suffix", ["csv", "svg", "png"])
@pytest.mark.usefixtures("qapp")
def test_a_full_disk_keeps_the_old_file(suffix: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / f"figure.{suffix}"
    path.write_bytes(b"older")

    def full(handle: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "fsync", full)
    for export in (export_curves, export_confusion):
        with pytest.raises(OSError, match="could not be written"):
            export(run(), path)
    assert path.read_bytes() == b"older"
    assert len(list(tmp_path.iterdir())) == 1


def test_a_run_of_a_single_point_is_drawn() -> None:
    of = run()
    of.curves = Curves(
        *(freeze(np.array([value], dtype)) for value, dtype in (
            (1, np.int64), (0.0, np.float32), (0.0, np.float32), (3, np.int64), (1.0, np.float32)
        )),
        *(freeze(np.zeros(0, dtype)) for dtype in (np.int64, np.float32, np.int64)),
    )  # fmt: skip
    of.digits = 1
    assert "memories 3" in texts(drawn(curves_svg(of)))
