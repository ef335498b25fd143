"""HISTORY: the list, the buttons, a click, and whom it asks."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from engine.commands import Redo, Undo
from memnet_gui.widgets.canvas import DREW, Canvas
from memnet_gui.widgets.history_panel import BEGINNING, EMPTY, TAKEN_BACK, HistoryPanel
from tests.gui.answers import make_edits
from tests.gui.frames import make_frame
from tests.gui.panels import assert_collectable, assert_follows_the_theme, shown

LEFT = Qt.MouseButton.LeftButton


class Desk:
    """The panel and a canvas, wired as the window wires them, and what the engine is asked."""

    def __init__(self, qtbot: QtBot) -> None:
        self.qtbot = qtbot
        self.panel = shown(qtbot, HistoryPanel(), 348, 300)
        self.canvas = Canvas()
        qtbot.addWidget(self.canvas)
        self.canvas.resize(100, 100)
        self.canvas.stepped.connect(self.panel.note_stroke)
        self.canvas.undone.connect(self.panel.note_stroke_undone)
        self.canvas.redone.connect(self.panel.note_stroke_redone)
        self.panel.stroke_undo_requested.connect(self.canvas.undo)
        self.panel.stroke_redo_requested.connect(self.canvas.redo)
        self.asked: list[type] = []
        self.panel.asked.connect(self.note)

    def note(self, command: object) -> None:
        self.asked.append(type(command))

    def draw(self) -> None:
        self.qtbot.mouseClick(self.canvas, LEFT, pos=QPoint(50, 50))

    @property
    def rows(self) -> list[str]:
        return [self.panel.list.item(row).text() for row in range(self.panel.list.count())]

    def click(self, row: int) -> None:
        entries = self.panel.list
        place = entries.visualItemRect(entries.item(row)).center()
        self.qtbot.mouseClick(entries.viewport(), LEFT, pos=place)


@pytest.fixture
def desk(qtbot: QtBot) -> Desk:
    return Desk(qtbot)


@pytest.fixture
def worked(desk: Desk) -> Desk:
    """A stroke, a taught drawing, another stroke."""
    desk.draw()
    desk.panel.show_frame(make_frame(edits=make_edits("taught a drawing as 4")))
    desk.draw()
    return desk


def test_it_is_empty_at_first_and_says_so(desk: Desk) -> None:
    assert desk.rows == [EMPTY]
    assert not desk.panel.undo_button.isEnabled()
    assert not desk.panel.redo_button.isEnabled()
    desk.panel.undo()
    desk.panel.redo()
    assert desk.asked == []


def test_what_was_done_is_listed_oldest_first_and_what_was_taken_back_is_marked_in_words(
    worked: Desk,
) -> None:
    assert worked.rows == [BEGINNING, "Drew a stroke", "Taught a drawing as 4", "Drew a stroke"]
    assert worked.panel.list.currentRow() == 3
    worked.panel.undo()
    assert worked.rows[3] == f"Drew a stroke · {TAKEN_BACK}"
    assert worked.panel.list.currentRow() == 2
    colors = [worked.panel.list.item(row).foreground().color() for row in (2, 3)]
    assert colors[0] != colors[1]


def test_undo_takes_back_strokes_and_changes_in_turn_and_redo_repeats_them(worked: Desk) -> None:
    panel, canvas = worked.panel, worked.canvas
    panel.undo()
    assert len(canvas.strokes) == 1
    assert worked.asked == []
    panel.undo()
    assert worked.asked == [Undo]
    panel.undo()
    assert canvas.empty
    assert worked.asked == [Undo]
    for _ in range(3):
        panel.redo()
    assert len(canvas.strokes) == 2
    assert worked.asked == [Undo, Redo]


def test_the_buttons_name_what_they_would_do(worked: Desk) -> None:
    panel = worked.panel
    assert panel.undo_button.text() == "Undo: drew a stroke"
    worked.qtbot.mouseClick(panel.undo_button, LEFT)
    assert panel.undo_button.text() == "Undo: taught a drawing as 4"
    assert panel.redo_button.text() == "Redo: drew a stroke"
    worked.qtbot.mouseClick(panel.redo_button, LEFT)
    assert not panel.redo_button.isEnabled()
    assert panel.undo_button.toolTip() == "Undo: drew a stroke (Ctrl+Z)"


def test_what_can_be_undone_and_redone_is_told_when_it_changes(worked: Desk) -> None:
    told: list[tuple[str, str]] = []
    worked.panel.changed.connect(lambda *words: told.append(words))
    worked.panel.undo()
    worked.panel.undo()
    assert told == [("taught a drawing as 4", "drew a stroke"), ("drew a stroke", "taught a drawing as 4")]


def test_a_click_goes_back_to_an_entry_and_forth_to_another(worked: Desk) -> None:
    worked.click(1)
    assert worked.asked == [Undo]
    assert len(worked.canvas.strokes) == 1
    worked.click(3)
    assert worked.asked == [Undo, Redo]
    assert len(worked.canvas.strokes) == 2
    worked.click(0)
    assert worked.canvas.empty
    assert worked.asked == [Undo, Redo, Undo]


def test_the_keyboard_goes_there_too(worked: Desk) -> None:
    entries, qtbot = worked.panel.list, worked.qtbot
    worked.panel.activateWindow()
    entries.setFocus()
    qtbot.waitUntil(entries.hasFocus)
    qtbot.keyClick(entries, Qt.Key.Key_Up)
    qtbot.keyClick(entries, Qt.Key.Key_Up)
    qtbot.keyClick(entries, Qt.Key.Key_Return)
    assert worked.asked == [Undo]
    assert len(worked.canvas.strokes) == 1


def test_undo_with_the_pen_down_takes_that_stroke_back(desk: Desk) -> None:
    desk.draw()
    desk.qtbot.mousePress(desk.canvas, LEFT, pos=QPoint(20, 20))
    desk.panel.undo()
    assert len(desk.canvas.strokes) == 1
    assert desk.rows[1:] == ["Drew a stroke", f"Drew a stroke · {TAKEN_BACK}"]


def test_it_follows_what_is_done_while_it_is_hidden(worked: Desk) -> None:
    worked.panel.hide()
    worked.panel.show_frame(make_frame(edits=make_edits("taught a drawing as 4", "muted memory 7")))
    assert worked.panel.every_frame
    worked.panel.undo()
    assert worked.asked == [Undo]
    worked.panel.show()
    assert worked.rows[-1] == f"Muted memory 7 · {TAKEN_BACK}"


def test_long_names_are_cut_short_and_stay_whole_in_the_tooltip(desk: Desk) -> None:
    text = "relabelled as " + "W" * 24 + ": 1,234 memories"
    desk.panel.show_frame(make_frame(edits=make_edits(text)))
    assert desk.panel.undo_button.text().endswith("…")
    assert text in desk.panel.undo_button.toolTip()
    assert desk.panel.width() == 348


def test_every_control_has_a_name_and_a_tip(worked: Desk) -> None:
    panel = worked.panel
    for control in (panel.list, panel.undo_button, panel.redo_button):
        assert control.accessibleName()
        assert control.toolTip()
        assert control.focusPolicy() & Qt.FocusPolicy.TabFocus


def test_a_theme_switch_reaches_the_list(worked: Desk) -> None:
    assert_follows_the_theme(worked.panel, worked.panel.list)


def test_the_panel_can_be_collected(qapp: QApplication) -> None:
    assert_collectable(HistoryPanel)


def test_strokes_are_named_by_the_canvas(desk: Desk) -> None:
    desk.draw()
    assert desk.panel.history.done[0].text == DREW
