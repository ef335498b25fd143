"""DIGITS: what is in a cell of the confusion matrix."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QInputDialog
from pytestqt.qtbot import QtBot

from engine.commands import ShowCell, Teach
from engine.findings import Findings
from engine.frame import Frame, HeldOut
from memnet_gui.widgets.digits_panel import ASK_INTERVAL, INVITATION, DigitsPanel
from tests.gui.answers import make_cell, make_digit_list
from tests.gui.clock import Clock
from tests.gui.frames import make_frame, make_info, make_score
from tests.gui.panels import assert_collectable, assert_follows_the_theme, grab, shown

INFO = make_info()
LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def panel(qtbot: QtBot, clock: Clock) -> DigitsPanel:
    return shown(qtbot, DigitsPanel(clock=clock), 348, 440)


@pytest.fixture
def asked(panel: DigitsPanel) -> list[object]:
    commands: list[object] = []
    panel.asked.connect(commands.append)
    return commands


def frame_at(seen: int, **changes: object) -> Frame:
    return make_frame(INFO, score=replace(make_score(INFO), seen=seen), **changes)


def answer(panel: DigitsPanel, asked: list[object], count: int = 12, seen: int = 3200) -> None:
    """Open 4→9 and show what the engine finds."""
    panel.show_frame(frame_at(seen))
    panel.show_cell(4, 9)
    request = last_question(asked).request
    panel.show_frame(frame_at(seen, findings=Findings(cell=make_cell(request=request, count=count))))


def last_question(asked: list[object]) -> ShowCell:
    question = [command for command in asked if isinstance(command, ShowCell)][-1]
    assert (question.label, question.answer) == (4, 9)
    return question


def test_before_a_cell_is_picked_it_says_where_to_click(panel: DigitsPanel, asked: list[object]) -> None:
    panel.show_frame(frame_at(3200))
    assert panel.empty.isVisible()
    assert panel.empty.text() == INVITATION
    assert asked == []


def test_a_cell_shows_the_digits_seen_and_the_held_out_ones(panel: DigitsPanel, asked: list[object]) -> None:
    answer(panel, asked, count=12)
    assert panel.note_label.text() == "labelled 4, answered 9"
    assert (panel.seen.grid.count, panel.held_out.grid.count) == (12, 6)
    assert panel.seen.note.text() == "36 · newest 12 shown"
    assert panel.held_out.note.text() == "6 of 10,000 tested at digit 60,000"
    assert panel.seen.grid.current is not None
    assert panel.seen.grid.current.fact == "digit 3,000 · a 4, answered 9"


def test_an_answer_to_another_question_is_not_shown(panel: DigitsPanel, asked: list[object]) -> None:
    panel.show_frame(frame_at(3200))
    panel.show_cell(4, 9)
    stale = make_cell(request=last_question(asked).request - 1)
    panel.show_frame(frame_at(3200, findings=Findings(cell=stale)))
    assert panel.seen.grid.count == 0


def test_without_a_held_out_test_it_says_so(panel: DigitsPanel, asked: list[object]) -> None:
    panel.show_frame(frame_at(3200))
    panel.show_cell(4, 9)
    cell = make_cell(request=last_question(asked).request)
    untested = replace(cell, held_out=make_digit_list(0, held_out=True), tested=0, tested_at=0)
    panel.show_frame(frame_at(3200, findings=Findings(cell=untested)))
    panel.held_out.grid.setFocus()
    assert "no held-out test yet" in panel.held_out.grid.accessibleDescription()
    assert panel.held_out.note.text() == ""


def test_clicking_a_digit_asks_why(qtbot: QtBot, panel: DigitsPanel, asked: list[object]) -> None:
    answer(panel, asked)
    grab(panel)
    place = panel.seen.grid.cell_rect(2).center().toPoint()
    with qtbot.waitSignal(panel.digit_chosen) as chosen:
        qtbot.mouseClick(panel.seen.grid, LEFT, pos=place)
    assert chosen.args == [62, False]
    with qtbot.waitSignal(panel.digit_chosen) as chosen:
        qtbot.keyClick(panel.held_out.grid, Qt.Key.Key_End)
        qtbot.keyClick(panel.held_out.grid, Qt.Key.Key_Return)
    assert chosen.args == [155, True]


def test_the_selected_training_digit_is_taught_as_its_label(
    qtbot: QtBot, panel: DigitsPanel, asked: list[object]
) -> None:
    answer(panel, asked)
    qtbot.keyClick(panel.seen.grid, Qt.Key.Key_Right)
    assert panel.teach_button.text() == "Teach as 4"
    panel.teach_button.click()
    panel.activateWindow()
    panel.seen.grid.setFocus()
    qtbot.waitUntil(panel.isActiveWindow)
    qtbot.keyClick(panel.seen.grid, Qt.Key.Key_T)
    for command in asked[-2:]:
        assert isinstance(command, Teach)
        assert (command.label, command.source, command.image) == (4, 31, None)


def test_a_digit_is_taught_as_another_class_or_a_new_one(
    qtbot: QtBot, panel: DigitsPanel, asked: list[object]
) -> None:
    answer(panel, asked)
    panel.classes.actions()[7].trigger()
    assert isinstance(asked[-1], Teach)
    assert (asked[-1].label, asked[-1].source) == (7, 0)
    panel.classes.actions()[-1].trigger()
    (dialog,) = panel.findChildren(QInputDialog)
    dialog.setTextValue("omega")
    dialog.accept()
    assert isinstance(asked[-1], Teach)
    assert (asked[-1].label, asked[-1].source) == ("omega", 0)


def test_held_out_digits_cannot_be_taught(qtbot: QtBot, panel: DigitsPanel, asked: list[object]) -> None:
    answer(panel, asked)
    assert panel.teach_button.isEnabled()
    qtbot.keyClick(panel.held_out.grid, Qt.Key.Key_Right)
    assert panel.selected is None
    assert not panel.teach_button.isEnabled()
    qtbot.keyClick(panel.held_out.grid, Qt.Key.Key_T)
    assert not any(isinstance(command, Teach) for command in asked)


def test_while_the_run_goes_on_it_asks_again_once_a_second(
    panel: DigitsPanel, asked: list[object], clock: Clock
) -> None:
    answer(panel, asked)
    panel.show_frame(frame_at(3300))
    assert len(asked) == 1
    clock.now += ASK_INTERVAL
    panel.show_frame(frame_at(3400))
    assert len(asked) == 2
    assert panel.seen.grid.count == 12  # still there until the answer comes
    clock.now += ASK_INTERVAL
    panel.show_frame(frame_at(3500))
    assert len(asked) == 2  # the last question has no answer yet
    request = last_question(asked).request
    panel.show_frame(frame_at(3500, findings=Findings(cell=make_cell(request=request, count=14))))
    assert panel.seen.grid.count == 14


def test_while_nothing_is_learned_or_seen_it_does_not_ask_again(
    panel: DigitsPanel, asked: list[object], clock: Clock
) -> None:
    answer(panel, asked)
    clock.now += 10
    panel.show_frame(frame_at(3200))
    assert len(asked) == 1
    panel.hide()
    panel.show_frame(frame_at(4000))
    assert len(asked) == 1
    panel.show()
    panel.show_frame(frame_at(4000))
    assert len(asked) == 2


def test_a_finished_held_out_test_is_fetched(panel: DigitsPanel, asked: list[object], clock: Clock) -> None:
    answer(panel, asked)
    clock.now += ASK_INTERVAL
    panel.show_frame(frame_at(3200, held_out=HeldOut(False, 0, 0, 0, 0.98, 3200, 10_000)))
    assert len(asked) == 2


def test_the_selected_digit_stays_selected_when_newer_ones_come(
    qtbot: QtBot, panel: DigitsPanel, asked: list[object]
) -> None:
    answer(panel, asked, count=12)
    qtbot.keyClick(panel.seen.grid, Qt.Key.Key_End)
    assert panel.selected == 11 * 31
    panel.show_cell(4, 9)
    request = last_question(asked).request
    panel.show_frame(frame_at(3200, findings=Findings(cell=make_cell(request=request, count=20))))
    assert panel.selected == 11 * 31


def test_a_class_added_by_hand_can_be_a_cell_and_be_taught(panel: DigitsPanel, asked: list[object]) -> None:
    panel.show_frame(frame_at(3200))
    info = replace(INFO, class_names=(*INFO.class_names, "omega"))
    panel.show_frame(make_frame(INFO))
    panel.show_frame(replace(make_frame(INFO), info=info))
    panel.show_cell(10, 4)
    assert panel.note_label.text() == "labelled omega, answered 4"
    assert [action.data() for action in panel.classes.actions()][:11] == list(range(11))


def test_a_long_class_name_does_not_widen_the_panel(panel: DigitsPanel, asked: list[object]) -> None:
    answer(panel, asked)
    width = panel.minimumSizeHint().width()
    names = (*INFO.class_names[:4], "R&D " + 40 * "w", *INFO.class_names[5:])
    panel.show_frame(replace(frame_at(3200), info=replace(INFO, class_names=names)))
    assert panel.teach_button.text().startswith("Teach as R&&D w")
    assert panel.teach_button.text().endswith("…")
    assert names[4] in panel.teach_button.accessibleName()
    assert panel.minimumSizeHint().width() <= max(width, 300)


def test_a_new_run_forgets_the_cell(panel: DigitsPanel, asked: list[object]) -> None:
    answer(panel, asked)
    panel.show_frame(make_frame(make_info(run=2)))
    assert panel.empty.isVisible()
    assert panel.note_label.text() == ""


def test_it_follows_the_theme(panel: DigitsPanel, asked: list[object]) -> None:
    answer(panel, asked)
    assert_follows_the_theme(panel, panel.seen)


def test_it_is_collectable(qtbot: QtBot) -> None:
    assert_collectable(DigitsPanel)
