"""What is taken home from the window."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QFileDialog
from pytestqt.qtbot import QtBot

from engine import commands as ask
from memnet_gui.export import FileDialogs
from memnet_gui.settings import Settings
from tests.gui.frames import make_frame
from tests.gui.stage import Chooser, Stage

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support", extend=True)


def test_a_snapshot_is_saved_by_the_engine_under_a_telling_name(started: Stage, tmp_path: Path) -> None:
    chooser = started.answer(Chooser(tmp_path / "mine.npz"))
    started.send(make_frame())
    started.window.choices.export.snapshot.trigger()
    assert started.runner.posted == [ask.Save(tmp_path / "mine.npz")]
    assert chooser.suggested == ["memnet-complementary-seed0-3200-snapshot.npz"]


@pytest.mark.parametrize("what", ["curves", "confusion"])
def test_tables_are_written(started: Stage, tmp_path: Path, what: str) -> None:
    started.answer(Chooser(tmp_path / "table.csv"))
    started.send(make_frame())
    getattr(started.window.choices.export, what).trigger()
    rows = (tmp_path / "table.csv").read_text(encoding="utf-8").splitlines()
    assert len(rows) == {"curves": 102, "confusion": 11}[what]  # and a row for the test of digit 1
    assert "table.csv" in started.window.status.state.text()


def test_a_picture_of_the_window_is_written(started: Stage, tmp_path: Path) -> None:
    started.answer(Chooser(tmp_path / "window.png"))
    started.window.choices.export.picture.trigger()
    assert QImage(str(tmp_path / "window.png")).size() == started.window.size()


def test_the_mosaic_is_written_beside_the_window(started: Stage, tmp_path: Path, qtbot: QtBot) -> None:
    started.answer(Chooser(tmp_path / "mosaic.png"))
    started.send(make_frame())
    started.window.choices.export.mosaic.trigger()
    started.window.exporter.finish()
    qtbot.waitUntil(lambda: "Saved mosaic.png" in started.window.status.state.text(), timeout=5000)
    assert QImage(str(tmp_path / "mosaic.png")).width() > 100


def test_there_is_no_mosaic_of_nothing(started: Stage, tmp_path: Path) -> None:
    started.answer(Chooser(tmp_path / "mosaic.png"))
    started.window.choices.export.mosaic.trigger()
    assert "no memories" in started.window.status.state.text()
    assert not (tmp_path / "mosaic.png").exists()


@pytest.mark.parametrize("what", ["curves", "confusion", "picture"])
def test_what_cannot_be_written_is_a_sentence_and_leaves_nothing(
    started: Stage, tmp_path: Path, what: str
) -> None:
    target = tmp_path / "gone" / "file"
    started.answer(Chooser(target))
    getattr(started.window.choices.export, what).trigger()
    (sentence,) = started.window.notices.texts
    assert "could not be written" in sentence
    assert not target.exists()


def test_nothing_can_be_exported_before_the_digits_are_there(stage: Stage, tmp_path: Path) -> None:
    chooser = stage.answer(Chooser(tmp_path / "x"))
    stage.window.choices.export.snapshot.trigger()
    assert chooser.suggested == []
    assert "nothing to export" in stage.window.status.state.text()


def test_dialogs_open_in_the_last_folder_and_add_the_suffix(
    started: Stage, tmp_path: Path, qtbot: QtBot
) -> None:
    started.settings.folder = tmp_path
    chosen: list[Path] = []
    FileDialogs(started.window, started.settings).save("Save", "run.npz", chosen.append)
    (box,) = started.window.findChildren(QFileDialog)
    assert Path(box.directory().absolutePath()) == tmp_path
    assert box.defaultSuffix() == "npz"
    assert not box.testOption(QFileDialog.Option.DontConfirmOverwrite)
    other = tmp_path / "other"
    other.mkdir()
    box.fileSelected.emit(str(other / "run.npz"))
    assert chosen == [other / "run.npz"]
    assert Settings().folder == other
    box.reject()
