"""The export dialog at work: what it writes, asks, reports and gives up, and the end of the window."""

from __future__ import annotations

import errno
import threading
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from PySide6.QtCore import Qt
from PySide6.QtGui import QImage
from pytestqt.qtbot import QtBot

from engine import commands as ask
from engine.archive import read_archive
from engine.findings import Growth
from memnet_gui import export_job, export_kinds
from memnet_gui.export_fields import Options
from memnet_gui.export_material import Material
from memnet_gui.exports.record import FADING
from memnet_gui.exports.run import Progress
from tests.gui.exporting import DIGITS, INFO, Exporting, inspected_frame, learned, learned_frame
from tests.gui.frames import make_info

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support", extend=True)
KEYS = Qt.Key


def files_in(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


class Slow:
    """Stands for an export that takes as long as the test wants."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, problem: str = "") -> None:
        self.begun, self.go = threading.Event(), threading.Event()
        self.problem = problem
        kind = replace(export_kinds.CONFUSION, write=self.write)
        kinds = tuple(kind if one is export_kinds.CONFUSION else one for one in export_kinds.KINDS)
        monkeypatch.setattr("memnet_gui.export_dialog.KINDS", kinds)
        monkeypatch.setattr("memnet_gui.export_kinds.KINDS", kinds)

    def wait_until_begun(self, exporting: Exporting, qtbot: QtBot) -> None:
        def begun() -> bool:
            exporting.bridge.tick()
            return self.begun.is_set()

        qtbot.waitUntil(begun, timeout=5000)

    def write(
        self, _material: Material, _options: Options, path: Path, go_on: Progress, _replace: bool
    ) -> bool:
        assert go_on(1, 4)
        self.begun.set()
        self.go.wait(10)
        if self.problem:
            raise OSError(self.problem)
        if not go_on(2, 4):
            return False
        path.write_text("done")
        return True


# ── writing ───────────────────────────────────────────────────────────────────────────────────


def test_a_snapshot_is_the_run_as_it_is_when_export_is_pressed(exporting: Exporting) -> None:
    dialog = exporting.open("snapshot")
    target = exporting.write_to("mine.npz")
    exporting.runner.posted.clear()
    exporting.press(KEYS.Key_Return, dialog.path)
    exporting.wait_for("Saved mine.npz")
    assert [type(command) for command in exporting.runner.posted] == [ask.Take]
    arrays, meta = read_archive(target)
    assert meta["digits"] == DIGITS
    assert arrays.keys() == learned().arrays.keys()


@pytest.mark.parametrize(
    ("kind", "name", "options"),
    [
        ("mosaic", "mosaic.png", {"tile": 20}),
        ("memory", "memory.png", {"tile": 40}),
        ("curves", "curves.csv", {}),
        ("curves", "curves.svg", {}),
        ("confusion", "confusion.png", {"width": 400}),
        ("window", "window.png", {}),
        ("report", "report.html", {}),
        ("record", "growth.gif", {"pages": 60}),
    ],
)
def test_every_kind_is_written_and_the_dialog_stays_open(
    exporting: Exporting, kind: str, name: str, options: dict[str, int]
) -> None:
    exporting.send(inspected_frame())
    dialog = exporting.open(kind)
    target = exporting.write_to(name)
    for key, value in options.items():
        exporting.set_option(key, value)
    dialog.export.click()
    exporting.wait_for(f"Saved {name}")
    assert target.stat().st_size > 100
    assert files_in(exporting.folder) == [name]
    assert dialog.isVisible()
    assert dialog.export.isEnabled()
    assert not dialog.progress.isVisible()
    assert exporting.told == [("info", f"Saved {name} in {target.parent}.")]


def test_a_memory_has_the_size_that_was_chosen(exporting: Exporting) -> None:
    exporting.send(inspected_frame())
    dialog = exporting.open("memory")
    exporting.set_option("tile", 130)
    exporting.set_option("paper", "light")
    target = exporting.write_to("memory.png")
    dialog.export.click()
    exporting.wait_for("Saved")
    image = QImage(str(target))
    assert (image.width(), image.height()) == (130, 130)
    assert image.pixelColor(0, 0).lightness() > 250


def test_every_memory_is_in_the_folder(exporting: Exporting) -> None:
    dialog = exporting.open("memories")
    target = exporting.write_to("all")
    dialog.export.click()
    exporting.wait_for("Saved all")
    memories = len(learned().arrays[f"{INFO.layers[0].name}_slots"])
    assert len(list((target / INFO.layers[0].name).glob("*.png"))) == memories
    assert (target / f"{INFO.layers[0].name}.csv").is_file()


def test_the_record_is_what_the_engine_answers(exporting: Exporting) -> None:
    dialog = exporting.open("record")
    exporting.set_option("pages", 240)
    exporting.set_option("rate", 25)
    target = exporting.write_to("growth.gif")
    dialog.export.click()
    exporting.wait_for("Saved")
    (record,) = (command for command in exporting.runner.posted if isinstance(command, ask.Record))
    assert (record.layer, record.pages) == (0, 240)
    with Image.open(target) as gif:
        assert gif.n_frames == len(exporting.runner.growth.pages) + FADING
        assert gif.info["duration"] == 40


# ── names ─────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("typed", "written"), [("mine", "mine.csv"), ("mine.v2", "mine.v2.csv"), ("a.CSV", "a.CSV")]
)
def test_the_suffix_is_added_where_it_is_missing(exporting: Exporting, typed: str, written: str) -> None:
    dialog = exporting.open("confusion")
    exporting.write_to(typed)
    dialog.export.click()
    exporting.wait_for(f"Saved {written}")
    assert files_in(exporting.folder) == [written]
    assert dialog.path.text() == str(exporting.folder / written)


def test_a_bare_name_goes_to_the_folder_that_was_used_last(exporting: Exporting) -> None:
    dialog = exporting.open("confusion")
    dialog.path.setText("bare")
    dialog.export.click()
    exporting.wait_for("Saved bare.csv")
    assert files_in(exporting.folder) == ["bare.csv"]


@pytest.mark.parametrize("typed", ["", "   ", "folder/"])
def test_without_a_name_nothing_is_written(exporting: Exporting, typed: str) -> None:
    dialog = exporting.open("confusion")
    dialog.path.setText(typed)
    dialog.export.click()
    assert "name" in dialog.message.text()
    assert files_in(exporting.folder) == []


def test_replacing_asks_first_in_the_same_button(exporting: Exporting) -> None:
    (exporting.folder / "matrix.csv").write_text("older")
    dialog = exporting.open("confusion")
    target = exporting.write_to("matrix.csv")
    exporting.press(KEYS.Key_Return, dialog.path)
    assert dialog.message.text() == "matrix.csv exists already. Replace it?"
    assert dialog.export.text() == "R&eplace"
    assert target.read_text() == "older"
    exporting.press(KEYS.Key_Return, dialog.path)
    exporting.wait_for("Saved matrix.csv")
    assert target.read_text().startswith("label,")
    assert dialog.export.text() == "&Export"


def test_another_name_takes_the_question_back(exporting: Exporting) -> None:
    (exporting.folder / "matrix.csv").write_text("older")
    dialog = exporting.open("confusion")
    exporting.write_to("matrix.csv")
    dialog.export.click()
    exporting.write_to("other.csv")
    assert dialog.export.text() == "&Export"
    assert dialog.message.text() == ""
    dialog.export.click()
    exporting.wait_for("Saved other.csv")
    assert (exporting.folder / "matrix.csv").read_text() == "older"


def test_an_older_folder_of_memories_is_replaced_and_no_other(exporting: Exporting) -> None:
    dialog = exporting.open("memories")
    target = exporting.write_to("all")
    dialog.export.click()
    exporting.wait_for("Saved all")
    dialog.export.click()
    assert "exists already" in dialog.message.text()
    dialog.export.click()
    exporting.wait_for("Saved all")
    (target / "letter.txt").write_text("dear")
    dialog.export.click()
    assert "cannot be replaced" in dialog.message.text()
    assert dialog.export.text() == "&Export"
    assert (target / "letter.txt").read_text() == "dear"


# ── what goes wrong ───────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("kind", ["snapshot", "mosaic", "memories", "curves", "window", "report", "record"])
def test_what_cannot_be_written_is_a_sentence_and_leaves_nothing(exporting: Exporting, kind: str) -> None:
    dialog = exporting.open(kind)
    target = exporting.write_to("gone/file")
    dialog.export.click()
    exporting.wait_for("could not be written")
    assert not target.parent.exists()
    assert dialog.message.property("level") == "wrong"
    assert dialog.export.isEnabled()
    assert exporting.told == []


def test_a_full_disk_keeps_what_was_there(exporting: Exporting, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_descriptor: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    (exporting.folder / "matrix.csv").write_text("older")
    dialog = exporting.open("confusion")
    exporting.write_to("matrix.csv")
    dialog.export.click()
    monkeypatch.setattr("engine.files.os.fsync", full)
    dialog.export.click()
    exporting.wait_for("no space left on device")
    assert files_in(exporting.folder) == ["matrix.csv"]
    assert (exporting.folder / "matrix.csv").read_text() == "older"


def test_a_mistake_of_ours_is_a_sentence_too(exporting: Exporting, monkeypatch: pytest.MonkeyPatch) -> None:
    def wrong(*_anything: object) -> bool:
        raise KeyError("surprise")

    monkeypatch.setattr(export_kinds, "write_confusion", wrong)
    dialog = exporting.open("confusion")
    exporting.write_to("matrix.csv")
    dialog.export.click()
    exporting.wait_for("was not written (KeyError: 'surprise')")
    assert files_in(exporting.folder) == []


def test_a_layer_without_memories_makes_no_record(exporting: Exporting) -> None:
    exporting.runner.growth = Growth(0, 0, ())
    dialog = exporting.open("record")
    exporting.write_to("growth.gif")
    dialog.export.click()
    exporting.wait_for("no memories yet")
    assert files_in(exporting.folder) == []


def test_an_engine_that_stops_ends_the_waiting(exporting: Exporting) -> None:
    dialog = exporting.open("snapshot")
    exporting.runner.silent = True
    exporting.write_to("mine.npz")
    dialog.export.click()
    assert not dialog.export.isEnabled()
    exporting.bridge.failed.emit("The engine has stopped.")
    assert dialog.message.text() == "The engine has stopped."
    assert dialog.export.isEnabled()


def test_a_run_that_is_replaced_meanwhile_is_not_exported_as_the_other(exporting: Exporting) -> None:
    dialog = exporting.open("snapshot")
    exporting.runner.silent = True
    exporting.write_to("mine.npz")
    dialog.export.click()
    exporting.send(replace(learned_frame(), info=replace(make_info(), run=INFO.run + 1)))
    exporting.wait_for("The run was replaced")
    assert files_in(exporting.folder) == []


# ── long exports ──────────────────────────────────────────────────────────────────────────────


def test_progress_is_shown_and_can_be_cancelled(
    exporting: Exporting, monkeypatch: pytest.MonkeyPatch, qtbot: QtBot
) -> None:
    slow = Slow(monkeypatch)
    dialog = exporting.open("confusion")
    exporting.write_to("matrix.csv")
    dialog.export.setFocus()
    dialog.export.click()
    slow.wait_until_begun(exporting, qtbot)
    qtbot.waitUntil(lambda: dialog.progress.value() == 1, timeout=2000)
    assert dialog.progress.maximum() == 4
    assert dialog.progress.isVisible()
    assert dialog.cancel.hasFocus()
    dialog.cancel.click()
    slow.go.set()
    exporting.wait_for("Cancelled: matrix.csv was not written.")
    assert files_in(exporting.folder) == []
    assert dialog.export.hasFocus()


def test_looking_back_for_a_record_shows_progress_and_can_be_cancelled(exporting: Exporting) -> None:
    dialog = exporting.open("record")
    exporting.runner.silent = True
    exporting.write_to("growth.gif")
    dialog.export.click()
    exporting.runner.work(30, 120)
    exporting.wait_for("Recording how the memories grew")
    assert (dialog.progress.value(), dialog.progress.maximum()) == (30, 120)
    dialog.cancel.click()
    assert isinstance(exporting.runner.posted[-1], ask.CancelTask)
    exporting.wait_for("Cancelled")
    exporting.runner.answer_all()  # too late
    exporting.send(exporting.runner.current)
    assert files_in(exporting.folder) == []


def test_looking_back_that_was_given_up_elsewhere_is_said(
    exporting: Exporting, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(export_job, "BEGUN_SECONDS", 0.0)
    dialog = exporting.open("record")
    exporting.runner.silent = True
    exporting.runner.work(1, 120)
    exporting.write_to("growth.gif")
    dialog.export.click()
    exporting.wait_for("Recording")
    exporting.send(replace(exporting.runner.current, task=None))
    exporting.wait_for("gave up looking back")
    assert dialog.export.isEnabled()
    assert files_in(exporting.folder) == []


def test_a_closed_dialog_lets_it_finish_and_the_window_says_so(
    exporting: Exporting, monkeypatch: pytest.MonkeyPatch, qtbot: QtBot
) -> None:
    slow = Slow(monkeypatch)
    dialog = exporting.open("confusion")
    target = exporting.write_to("matrix.csv")
    dialog.export.click()
    slow.wait_until_begun(exporting, qtbot)
    exporting.press(KEYS.Key_Escape)
    assert not dialog.isVisible()
    slow.go.set()
    qtbot.waitUntil(lambda: bool(exporting.told), timeout=5000)
    assert exporting.told == [("info", f"Saved matrix.csv in {target.parent}.")]


def test_an_export_that_fails_behind_a_closed_dialog_is_told_by_the_window(
    exporting: Exporting, monkeypatch: pytest.MonkeyPatch, qtbot: QtBot
) -> None:
    slow = Slow(monkeypatch, "The disk is full.")
    dialog = exporting.open("confusion")
    dialog.export.click()
    slow.wait_until_begun(exporting, qtbot)
    dialog.reject()
    slow.go.set()
    qtbot.waitUntil(lambda: bool(exporting.told), timeout=5000)
    assert exporting.told == [("error", "The disk is full.")]


def test_a_dialog_that_is_opened_again_meanwhile_shows_how_far_it_is(
    exporting: Exporting, monkeypatch: pytest.MonkeyPatch, qtbot: QtBot
) -> None:
    slow = Slow(monkeypatch)
    dialog = exporting.open("confusion")
    exporting.write_to("matrix.csv")
    dialog.export.click()
    slow.wait_until_begun(exporting, qtbot)
    dialog.reject()
    exporting.open()
    assert dialog.progress.isVisible()
    assert not dialog.export.isEnabled()
    slow.go.set()
    exporting.wait_for("Saved matrix.csv")
    assert dialog.export.isEnabled()


# ── the end ───────────────────────────────────────────────────────────────────────────────────


def test_what_fails_while_the_window_closes_is_its_last_word(
    exporting: Exporting, monkeypatch: pytest.MonkeyPatch, qtbot: QtBot
) -> None:
    slow = Slow(monkeypatch, "The disk is full.")
    dialog = exporting.open("confusion")
    dialog.export.click()
    slow.wait_until_begun(exporting, qtbot)
    assert exporting.exporter.ready_to_close()
    assert not dialog.isVisible()
    slow.go.set()
    qtbot.waitUntil(lambda: bool(exporting.told), timeout=5000)  # but nobody reads it any more
    exporting.exporter.finish()
    assert exporting.exporter.last_words == ("The disk is full.",)


def test_what_was_heard_is_not_said_again_at_the_end(exporting: Exporting) -> None:
    dialog = exporting.open("confusion")
    exporting.write_to("gone/matrix.csv")
    dialog.export.click()
    exporting.wait_for("could not be written")
    assert exporting.exporter.ready_to_close()
    exporting.exporter.finish()
    assert exporting.exporter.last_words == ()


def test_the_window_stays_open_until_the_engine_has_sent_what_is_exported(exporting: Exporting) -> None:
    dialog = exporting.open("snapshot")
    exporting.runner.silent = True
    target = exporting.write_to("mine.npz")
    dialog.export.click()
    assert not exporting.exporter.ready_to_close()
    exporting.runner.answer_all()
    exporting.wait_for("Writing")
    assert exporting.exporter.ready_to_close()
    exporting.exporter.finish()
    assert np.load(target)["next_id"] > 0
    assert exporting.exporter.last_words == ()


def test_but_not_for_ever(exporting: Exporting, monkeypatch: pytest.MonkeyPatch) -> None:
    dialog = exporting.open("snapshot")
    exporting.runner.silent = True
    exporting.write_to("mine.npz")
    dialog.export.click()
    monkeypatch.setattr(export_job, "PATIENCE", 0.0)
    assert exporting.exporter.ready_to_close()
    exporting.exporter.finish()
    (sentence,) = exporting.exporter.last_words
    assert "mine.npz was not written" in sentence
    assert files_in(exporting.folder) == []
