"""The export dialog: what can be chosen, by keyboard, and what it remembers."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import Qt, QUrl
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QApplication, QComboBox, QLabel, QPushButton, QSpinBox
from pytestqt.qtbot import QtBot

from memnet_gui.export_dialog import ExportDialog
from memnet_gui.export_kinds import KINDS
from memnet_gui.exports import animation
from memnet_gui.settings import Settings
from memnet_gui.theme import LIGHT
from tests.gui.exporting import INFO, Exporting, inspected_frame, learned_frame
from tests.gui.frames import empty_frame

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support", extend=True)
KEYS = Qt.Key


def lightness(dialog: ExportDialog) -> int:
    """Of the paper in the preview, 0 to 255."""
    return dialog.preview.pixmap().toImage().pixelColor(0, 0).lightness()


# ── opening ───────────────────────────────────────────────────────────────────────────────────


def test_it_blocks_nothing_and_escape_closes_it(exporting: Exporting) -> None:
    dialog = exporting.open()
    assert dialog.isVisible()
    assert not dialog.isModal()
    exporting.press(KEYS.Key_Escape)
    assert not dialog.isVisible()
    assert dialog.material is None


def test_opening_it_again_brings_it_to_the_front_as_it_was(exporting: Exporting) -> None:
    dialog = exporting.open("curves")
    exporting.set_option("format", "svg")
    exporting.open()
    assert dialog.kind.id == "curves"
    assert dialog.form.options["format"] == "svg"


def test_there_is_nothing_to_export_before_the_digits_are_there(exporting: Exporting) -> None:
    exporting.bridge.frame = None
    exporting.exporter.export_anything()
    assert exporting.exporter.dialog is None
    assert exporting.told == [("info", "There is nothing to export before the digits are loaded.")]


# ── choosing ──────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("kind", "facts"),
    [
        ("snapshot", "64 digits"),
        ("report", "1 page"),
        ("mosaic", "pixels · "),
        ("memories", "and 1 table"),
        ("memory", "280 × 280 pixels · memory 17"),
        ("record", "about 66 frames · 7 s"),
        ("curves", "7 columns"),
        ("confusion", "11 rows · 11 columns"),
        ("window", "640 × 400 pixels"),
    ],
)
def test_it_says_what_will_be_written(exporting: Exporting, kind: str, facts: str) -> None:
    exporting.send(inspected_frame())
    dialog = exporting.open(kind)
    assert facts in dialog.facts.text()
    assert dialog.export.isEnabled()
    assert dialog.message.text() == ""


@pytest.mark.parametrize("kind", ["mosaic", "memories", "memory", "record", "window"])
def test_it_shows_what_will_be_written(exporting: Exporting, kind: str) -> None:
    exporting.send(inspected_frame())
    dialog = exporting.open(kind)
    assert not dialog.preview.pixmap().isNull()


def test_a_larger_tile_makes_a_larger_mosaic(exporting: Exporting) -> None:
    dialog = exporting.open("mosaic")
    before = dialog.facts.text()
    dialog.facts.clear()
    exporting.set_option("tile", 56)
    exporting.settle()
    assert int(dialog.facts.text().split(" ")[0].replace(",", "")) > int(
        before.split(" ")[0].replace(",", "")
    )


def test_a_mosaic_that_is_too_large_is_a_sentence(exporting: Exporting) -> None:
    dialog = exporting.open("mosaic")
    dialog.facts.clear()
    exporting.set_option("tile", 1024)
    exporting.settle()
    assert "choose tiles of" in dialog.facts.text()
    assert dialog.preview.pixmap().isNull()


def test_the_preview_follows_the_paper(exporting: Exporting) -> None:
    dialog = exporting.open("mosaic")
    seen = []
    for paper in ("dark", "light"):
        dialog.facts.clear()
        exporting.set_option("paper", paper)
        exporting.settle()
        seen.append(lightness(dialog))
    assert seen[0] < 60
    assert seen[1] > 200


def test_what_does_not_matter_for_a_format_cannot_be_chosen(exporting: Exporting) -> None:
    dialog = exporting.open("curves")
    for form, able in (("csv", (False, False)), ("svg", (False, True)), ("png", (True, True))):
        exporting.set_option("format", form)
        controls = dialog.form.controls
        assert (controls["width"].isEnabled(), controls["paper"].isEnabled()) == able


def test_without_memories_there_is_no_mosaic_but_a_reason(exporting: Exporting) -> None:
    exporting.send(empty_frame(INFO))
    dialog = exporting.open("mosaic")
    assert "no memories yet" in dialog.message.text()
    assert not dialog.export.isEnabled()
    exporting.pick("curves")
    assert dialog.export.isEnabled()


def test_a_memory_can_be_exported_once_one_is_inspected(exporting: Exporting) -> None:
    dialog = exporting.open("memory")
    assert "Click a memory" in dialog.message.text()
    assert not dialog.export.isEnabled()
    exporting.send(inspected_frame())
    assert dialog.export.isEnabled()
    assert dialog.message.text() == ""


def test_a_format_whose_library_is_missing_is_disabled_and_says_what_to_install(
    exporting: Exporting, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(animation, "find_spec", lambda name: None if name == "av" else name)
    dialog = exporting.open("record")
    box = dialog.form.controls["format"]
    assert isinstance(box, QComboBox)
    row = box.findData("mp4")
    assert not box.model().index(row, 0).flags() & Qt.ItemFlag.ItemIsEnabled
    assert any("pip install av" in label.text() for label in dialog.form.findChildren(QLabel))
    assert dialog.export.isEnabled()


def test_without_any_library_a_record_cannot_be_made(
    exporting: Exporting, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(animation, "find_spec", lambda _name: None)
    dialog = exporting.open("record")
    assert not dialog.export.isEnabled()
    assert "pip install pillow" in dialog.message.text()


# ── keyboard and names ────────────────────────────────────────────────────────────────────────


def test_everything_is_chosen_by_keyboard(exporting: Exporting, qtbot: QtBot) -> None:
    dialog = exporting.open("snapshot")
    dialog.kinds.setFocus()
    exporting.press(KEYS.Key_Down, dialog.kinds)
    exporting.press(KEYS.Key_Down, dialog.kinds)
    assert dialog.kind.id == "mosaic"
    QApplication.processEvents()  # lays out what can be chosen about it
    qtbot.keyClick(dialog, KEYS.Key_T, Qt.KeyboardModifier.AltModifier)
    box = dialog.form.controls["tile"]
    assert QApplication.focusWidget() is box
    exporting.press(KEYS.Key_Up, box)
    assert dialog.form.options["tile"] == 29
    reached = set()
    for _ in range(20):
        exporting.press(KEYS.Key_Tab, QApplication.focusWidget())
        reached.add(QApplication.focusWidget())
    assert {
        dialog.kinds,
        *dialog.form.controls.values(),
        dialog.path,
        dialog.browse,
        dialog.export,
    } <= reached


def test_mnemonics_are_unique_and_every_control_says_what_it_is(exporting: Exporting) -> None:
    exporting.send(inspected_frame())
    for kind in KINDS:
        dialog = exporting.open(kind.id)
        texts = [label.text() for label in dialog.findChildren(QLabel) if label.buddy() is not None]
        texts += [button.text() for button in dialog.findChildren(QPushButton)]
        letters = [text[text.index("&") + 1].lower() for text in texts if "&" in text and text != "&Export"]
        assert len(letters) == len(set(letters)), texts
        for control in (*dialog.findChildren(QComboBox), *dialog.findChildren(QSpinBox), dialog.path):
            assert control.accessibleName(), control
            assert control.toolTip()


@pytest.mark.parametrize(("width", "height"), [(1280, 720), (1440, 900)])
def test_it_fits_the_screen_and_clips_nothing(exporting: Exporting, width: int, height: int) -> None:
    exporting.send(inspected_frame())
    for kind in KINDS:
        dialog = exporting.open(kind.id)
        QApplication.processEvents()
        assert dialog.width() < width
        assert dialog.height() < height - 80
        for control in (*dialog.form.controls.values(), dialog.export, dialog.browse):
            assert control.width() >= control.minimumSizeHint().width()
            assert control.geometry().right() <= control.parentWidget().width()
            assert control.mapTo(dialog, control.rect().bottomRight()).y() < dialog.height()


# ── names and places ──────────────────────────────────────────────────────────────────────────


def test_the_name_tells_the_run_and_follows_what_is_chosen(exporting: Exporting) -> None:
    dialog = exporting.open("curves")
    stem = exporting.folder / "memnet-tiny-seed0-3200"
    assert dialog.path.text() == f"{stem}-curves.csv"
    exporting.set_option("format", "png")
    assert dialog.path.text() == f"{stem}-curves.png"
    exporting.pick("memories")
    assert dialog.path.text() == f"{stem}-memories"


def test_a_folder_that_was_typed_stays_for_what_is_chosen_next(exporting: Exporting) -> None:
    (exporting.folder / "other").mkdir()
    dialog = exporting.open("curves")
    exporting.write_to("other/mine.csv")
    exporting.pick("mosaic")
    assert dialog.path.text() == str(exporting.folder / "other" / "memnet-tiny-seed0-3200-mosaic.png")


def test_a_suffix_that_is_typed_chooses_the_format(exporting: Exporting) -> None:
    dialog = exporting.open("curves")
    exporting.write_to("mine.svg")
    assert dialog.form.options["format"] == "svg"
    assert dialog.path.text().endswith("mine.svg")


def test_the_desktops_dialog_is_asked_for_a_place(exporting: Exporting) -> None:
    dialog = exporting.open("mosaic")
    asked: list[Path] = []

    class Places:
        def place(self, path: Path, then: object) -> None:
            asked.append(path)
            then(exporting.folder / "there.png")  # type: ignore[operator]

    exporting.exporter.chooser = Places()  # type: ignore[assignment]
    dialog.browse.click()
    assert asked == [exporting.folder / "memnet-tiny-seed0-3200-mosaic.png"]
    assert dialog.path.text() == str(exporting.folder / "there.png")


# ── remembering ───────────────────────────────────────────────────────────────────────────────


def test_kind_options_and_folder_are_remembered_once_something_was_exported(exporting: Exporting) -> None:
    (exporting.folder / "mine").mkdir()
    dialog = exporting.open("confusion")
    exporting.set_option("format", "png")
    exporting.set_option("width", 640)
    target = exporting.write_to("mine/matrix.png")
    dialog.export.click()
    exporting.wait_for("Saved matrix.png")
    assert QImage(str(target)).width() == 640
    dialog.reject()
    dialog = exporting.open()
    assert dialog.kind.id == "confusion"
    assert (dialog.form.options["format"], dialog.form.options["width"]) == ("png", 640)
    assert Path(dialog.path.text()).parent == target.parent
    assert Settings().export_kind == "confusion"
    assert Settings().folder == target.parent


def test_what_is_remembered_of_other_layers_or_by_other_versions_does_no_harm(exporting: Exporting) -> None:
    settings = exporting.settings
    settings.remember_export("mosaic", {"tile": "large", "order": "sideways", "paper": 3, "more": None})
    dialog = exporting.open()
    assert dialog.kind.id == "mosaic"
    assert dialog.form.options == {"order": "shown", "captions": "none", "tile": 28, "paper": "window"}
    assert settings.export_options("never exported") == {}
    settings.remember_export("nothing that is known", {})
    dialog.reject()
    assert exporting.open().kind.id == KINDS[0].id


# ── while it is open ──────────────────────────────────────────────────────────────────────────


def test_another_run_is_what_is_exported_from_then_on(exporting: Exporting) -> None:
    dialog = exporting.open("curves")
    exporting.send(replace(learned_frame(), info=replace(INFO, run=INFO.run + 1, seed=7)))
    assert dialog.material is not None
    assert dialog.material.info.seed == 7
    assert "seed7" in dialog.path.text()


def test_the_paper_as_the_window_follows_the_theme(exporting: Exporting) -> None:
    dialog = exporting.open("mosaic")
    dark = dialog.preview.pixmap().toImage()
    exporting.theme = LIGHT
    dialog.facts.clear()
    exporting.send(learned_frame())
    exporting.settle()
    assert lightness(dialog) > dark.pixelColor(0, 0).lightness() + 100


def test_saved_files_are_shown_in_their_folder(exporting: Exporting, monkeypatch: pytest.MonkeyPatch) -> None:
    dialog = exporting.open("confusion")
    shown: list[QUrl] = []
    monkeypatch.setattr(dialog, "_show_folder", shown.append)
    target = exporting.write_to("matrix.csv")
    dialog.export.click()
    exporting.wait_for("Saved")
    assert dialog.show_folder.isVisible()
    dialog.show_folder.click()
    assert [Path(url.toLocalFile()) for url in shown] == [target.parent]
