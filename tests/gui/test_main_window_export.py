"""What is taken home from the window."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QFileDialog
from pytestqt.qtbot import QtBot

from engine import commands as ask
from memnet_gui.export import FileDialogs
from memnet_gui.export_kinds import KINDS
from memnet_gui.settings import Settings
from tests.gui.frames import make_frame, make_info, make_inspection
from tests.gui.stage import Chooser, Stage

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support", extend=True)


def test_a_snapshot_is_saved_by_the_engine_under_a_telling_name(started: Stage, tmp_path: Path) -> None:
    chooser = started.answer(Chooser(tmp_path / "mine.npz"))
    started.send(make_frame())
    started.window.choices.export.snapshot.trigger()
    assert started.runner.posted == [ask.Save(tmp_path / "mine.npz")]
    assert chooser.suggested == ["memnet-complementary-seed0-3200-snapshot.npz"]


def test_ctrl_e_and_the_toolbar_open_the_dialog(started: Stage, qtbot: QtBot) -> None:
    qtbot.keyClick(started.window, Qt.Key.Key_E, Qt.KeyboardModifier.ControlModifier)
    dialog = started.window.exporter.dialog
    assert dialog is not None
    assert dialog.isVisible()
    dialog.reject()
    started.window.toolbar.export.click()
    assert dialog.isVisible()


def test_the_menu_opens_the_dialog_where_it_says(started: Stage) -> None:
    menu = started.window.choices.export
    for kind, action in menu.kinds.items():
        action.trigger()
        dialog = started.window.exporter.dialog
        assert dialog is not None
        assert dialog.kind.id == kind
    assert {kind.id for kind in KINDS} - set(menu.kinds) == {"snapshot", "memory"}


def test_panels_open_the_dialog_at_what_they_show(started: Stage) -> None:
    info = make_info()
    started.send(make_frame(info, inspection=make_inspection(info)))
    started.window.memory.export_requested.emit()
    dialog = started.window.exporter.dialog
    assert dialog is not None
    assert dialog.kind.id == "mosaic"
    assert started.window.questions is not None
    started.window.questions.answers.inspector.export_requested.emit(0, 0)
    assert dialog.kind.id == "memory"


def test_a_picture_of_the_window_is_taken_before_the_dialog_covers_it(
    started: Stage, tmp_path: Path, qtbot: QtBot
) -> None:
    started.send(make_frame())
    looks = started.window.picture()
    started.window.choices.export.kinds["window"].trigger()
    dialog = started.window.exporter.dialog
    assert dialog is not None
    dialog.path.setText(str(tmp_path / "window"))
    dialog.export.click()
    qtbot.waitUntil(lambda: "Saved window.png" in started.window.status.state.text(), timeout=5000)
    written = QImage(str(tmp_path / "window.png"))
    assert written.size() == started.window.size()
    assert written.convertToFormat(looks.format()) == looks


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


def test_the_dialog_for_a_place_leaves_asking_about_replacing_to_whoever_asks(
    started: Stage, tmp_path: Path
) -> None:
    chosen: list[Path] = []
    FileDialogs(started.window, started.settings).place(tmp_path / "mosaic.png", chosen.append)
    (box,) = started.window.findChildren(QFileDialog)
    assert Path(box.directory().absolutePath()) == tmp_path
    assert box.testOption(QFileDialog.Option.DontConfirmOverwrite)
    box.fileSelected.emit(str(tmp_path / "other.png"))
    assert chosen == [tmp_path / "other.png"]
    box.reject()
