"""The class to teach: choosing one, naming a new one, and what is wrong with its name."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from engine.config import MOST_CLASSES
from memnet_gui.theme import DARK, LIGHT
from memnet_gui.widgets.teach_row import NEW_CLASS, NO_ROOM, TeachRow

DIGITS = tuple("0123456789")
LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def row(qtbot: QtBot) -> TeachRow:
    row = TeachRow()
    qtbot.addWidget(row)
    row.set_theme(DARK)
    row.set_classes(DIGITS)
    row.resize(300, 31)
    row.show()
    row.activateWindow()
    return row


@pytest.fixture
def taught(row: TeachRow) -> list[int | str]:
    labels: list[int | str] = []
    row.taught.connect(labels.append)
    return labels


def choose(row: TeachRow, text: str) -> None:
    """As the user does, from the popup."""
    place = row.chooser.findText(text)
    row.chooser.setCurrentIndex(place)
    row.chooser.activated.emit(place)


def name(qtbot: QtBot, row: TeachRow, text: str) -> None:
    choose(row, NEW_CLASS)
    row.field.setFocus()
    qtbot.keyClicks(row.field, text)


def test_every_class_is_offered_and_a_new_one(row: TeachRow) -> None:
    texts = [row.chooser.itemText(place) for place in range(row.chooser.count())]
    assert texts == [*DIGITS, "", NEW_CLASS]
    assert all(not row.chooser.itemIcon(place).isNull() for place in range(10))


def test_the_button_teaches_the_class_chosen(row: TeachRow, taught: list[int | str], qtbot: QtBot) -> None:
    choose(row, "7")
    qtbot.mouseClick(row.button, LEFT)
    qtbot.mouseClick(row.button, LEFT)
    assert taught == [7, 7]


def test_typing_finds_a_class(row: TeachRow, taught: list[int | str], qtbot: QtBot) -> None:
    row.set_classes((*DIGITS, "alpha", "beta", "omega"))
    row.chooser.setFocus()
    qtbot.keyClicks(row.chooser, "be")
    row.teach()
    assert taught == [11]


def test_while_a_class_is_sought_plain_keys_are_no_shortcuts(row: TeachRow) -> None:
    def overrides(key: Qt.Key, text: str, modifier: Qt.KeyboardModifier) -> bool:
        event = QKeyEvent(QEvent.Type.ShortcutOverride, key, modifier, text)
        event.ignore()
        QApplication.sendEvent(row.chooser, event)
        return event.isAccepted()

    none, control = Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.ControlModifier
    assert overrides(Qt.Key.Key_E, "e", none)
    assert overrides(Qt.Key.Key_W, "W", Qt.KeyboardModifier.ShiftModifier)
    assert not overrides(Qt.Key.Key_T, "\x14", control)
    assert not overrides(Qt.Key.Key_Delete, "\x7f", none)


def test_a_new_class_is_named_in_place_and_taught_with_enter(
    row: TeachRow, taught: list[int | str], qtbot: QtBot
) -> None:
    name(qtbot, row, "  alpha ")
    assert row.naming
    assert row.field.isVisible()
    assert not row.chooser.isVisible()
    assert row.field.hasFocus()
    qtbot.keyClick(row.field, Qt.Key.Key_Return)
    assert taught == ["alpha"]


def test_a_new_class_stays_chosen_once_the_run_has_it(
    row: TeachRow, taught: list[int | str], qtbot: QtBot
) -> None:
    name(qtbot, row, "A")
    row.teach()
    row.set_classes((*DIGITS, "A"))
    assert not row.naming
    assert row.chooser.currentText() == "A"
    row.teach()
    assert taught == ["A", 10]


def test_a_decomposed_name_is_taught_composed(row: TeachRow, taught: list[int | str]) -> None:
    row.begin_naming()
    row.field.setText("A\u0308")
    row.teach()
    assert taught == ["Ä"]
    row.set_classes((*DIGITS, "Ä"))
    assert row.chooser.currentText() == "Ä"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "needs a name"),
        ("   ", "needs a name"),
        ("7", "There is a class 7 already"),
        ("ALPHA", "already"),
        ("🦊" * 200, "200 characters"),
        ("x" * 25, "25 characters"),
        ("a\u202eb", "cannot be shown"),
        ("a\u0007b", "cannot be shown"),
    ],
)
def test_a_name_that_cannot_be_is_refused_with_a_sentence(
    row: TeachRow, taught: list[int | str], text: str, words: str
) -> None:
    row.set_classes((*DIGITS, "alpha"))
    said: list[str] = []
    row.problem_changed.connect(said.append)
    row.begin_naming()
    row.field.setText(text)
    row.teach()
    assert taught == []
    assert len(said) == 1
    assert words in said[0]
    assert said[0].endswith(".")
    assert row.field.accessibleDescription() == said[0]
    assert row.naming


def test_a_name_is_judged_as_it_is_typed(row: TeachRow, qtbot: QtBot) -> None:
    said: list[str] = []
    row.problem_changed.connect(said.append)
    name(qtbot, row, "1")
    assert "already" in said[-1]
    qtbot.keyClicks(row.field, "a")
    assert said[-1] == ""
    qtbot.keyClick(row.field, Qt.Key.Key_Backspace)
    assert "already" in said[-1]
    qtbot.keyClick(row.field, Qt.Key.Key_Backspace)
    assert said[-1] == ""  # not yet a mistake


@pytest.mark.parametrize("way", ["escape", "button"])
def test_one_can_go_back_to_the_class_chosen_before(
    row: TeachRow, taught: list[int | str], qtbot: QtBot, way: str
) -> None:
    choose(row, "4")
    name(qtbot, row, "1")
    if way == "escape":
        qtbot.keyClick(row.field, Qt.Key.Key_Escape)
    else:
        qtbot.mouseClick(row.back_button, LEFT)
    assert not row.naming
    assert row.problem == ""
    assert row.chooser.currentText() == "4"
    row.teach()
    assert taught == [4]


def test_twenty_four_characters_and_an_emoji_are_a_name(row: TeachRow, taught: list[int | str]) -> None:
    for text in ("x" * 24, "🦊"):
        row.begin_naming()
        row.field.setText(text)
        row.teach()
    assert taught == ["x" * 24, "🦊"]


def test_without_room_for_another_class_it_says_so(row: TeachRow, taught: list[int | str]) -> None:
    row.set_classes(tuple(f"class {number}" for number in range(MOST_CLASSES)))
    choose(row, "class 61")
    choose(row, NEW_CLASS)
    assert row.problem == NO_ROOM
    assert not row.naming
    assert row.chooser.currentText() == "class 61"
    choose(row, "class 60")
    assert row.problem == ""


def test_a_class_that_is_taken_back_is_no_longer_chosen(row: TeachRow, taught: list[int | str]) -> None:
    row.set_classes((*DIGITS, "A"))
    choose(row, "A")
    row.set_classes(DIGITS)
    row.teach()
    assert taught == [9]


def test_before_the_first_frame_nothing_is_taught(qtbot: QtBot) -> None:
    row = TeachRow()
    qtbot.addWidget(row)
    labels: list[object] = []
    row.taught.connect(labels.append)
    row.teach()
    assert labels == []


def test_a_theme_switch_keeps_the_class_chosen(row: TeachRow) -> None:
    choose(row, "6")
    dark = row.grab().toImage()
    row.set_theme(LIGHT)
    assert row.chooser.currentText() == "6"
    assert row.grab().toImage() != dark
