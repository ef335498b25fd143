"""Teaching from DRAW, what is not known, and how it would cope: the panel as a whole."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from engine.commands import ClassifyAll, Teach
from engine.config import PRESETS
from engine.findings import Edit
from engine.frame import Drawing, Frame, RunState
from memnet_gui.drawing import fit_strokes
from memnet_gui.theme import DARK
from memnet_gui.widgets.draw_panel import DRAW_FIRST, USUAL_NOTE, DrawPanel
from memnet_gui.widgets.sure_row import USUALLY_SURE_FROM
from tests.gui.answers import make_edits
from tests.gui.frames import empty_frame, make_frame, make_info, make_percept

LEFT = Qt.MouseButton.LeftButton
CONTROL = Qt.KeyboardModifier.ControlModifier
ZIGZAG = [QPoint(50, 40), QPoint(140, 40), QPoint(100, 90), QPoint(80, 150)]


class Desk:
    """A panel in a window, and what it asks, in order: Teach, ClassifyAll, or the number of a Classify."""

    def __init__(self, qtbot: QtBot) -> None:
        self.qtbot = qtbot
        self.window = QWidget()
        qtbot.addWidget(self.window)
        self.window.resize(640, 480)
        self.panel = DrawPanel(self.window)
        self.panel.set_theme(DARK)
        self.panel.resize(348, 332)
        self.window.show()
        qtbot.waitExposed(self.window)
        self.window.activateWindow()
        self.asked: list[Teach | ClassifyAll | int] = []
        self.panel.asked.connect(self.asked.append)
        self.panel.classify_requested.connect(lambda _image, request: self.asked.append(request))
        self.panel.show_frame(make_frame(state=RunState.PAUSED))

    def draw(self) -> None:
        canvas = self.panel.canvas
        self.qtbot.mousePress(canvas, LEFT, pos=ZIGZAG[0])
        for point in ZIGZAG[1:]:
            self.qtbot.mouseMove(canvas, point)
        self.qtbot.mouseRelease(canvas, LEFT, pos=ZIGZAG[-1])

    def press_teach(self) -> None:
        self.qtbot.keyClick(self.panel.canvas, Qt.Key.Key_T, CONTROL)

    def frame(self, *edits: Edit, names: tuple[str, ...] | None = None) -> Frame:
        info = make_info()
        if names is not None:
            info = replace(info, class_names=names)
        return make_frame(info, state=RunState.PAUSED, edits=edits)

    @property
    def taught(self) -> list[Teach]:
        return [command for command in self.asked if isinstance(command, Teach)]

    @property
    def note(self) -> str:
        return self.panel.note_label.text()


@pytest.fixture
def desk(qtbot: QtBot) -> Desk:
    return Desk(qtbot)


# ── teaching ──────────────────────────────────────────────────────────────────────────────────────


def test_the_drawing_is_taught_as_the_network_sees_it_and_asked_about_again_after_it(desk: Desk) -> None:
    desk.draw()
    desk.asked.clear()
    desk.panel.teach_row.chooser.setFocus()
    desk.qtbot.keyClicks(desk.panel.teach_row.chooser, "7")
    desk.press_teach()
    teach, request = desk.asked
    assert isinstance(teach, Teach)
    assert teach.label == 7
    assert np.array_equal(teach.image, fit_strokes(desk.panel.canvas.strokes))
    assert teach.source is None
    assert isinstance(request, int)  # the engine answers it after it has been taught


def test_a_network_that_sees_colour_is_taught_in_colour(desk: Desk) -> None:
    desk.panel.show_frame(make_frame(make_info(replace(PRESETS["tiny"], channels=3), run=2)))
    desk.draw()
    desk.press_teach()
    (teach,) = desk.taught
    assert teach.image is not None
    assert teach.image.shape == (28, 28, 3)


def test_that_it_was_taught_is_said_once_the_run_says_so(desk: Desk) -> None:
    desk.draw()
    desk.press_teach()
    desk.panel.show_frame(desk.frame())
    assert desk.note == USUAL_NOTE
    desk.panel.show_frame(desk.frame(*make_edits("taught a drawing as 0")))
    assert desk.note == "Taught as 0. Ctrl+Z takes it back."
    desk.panel.clear_action.trigger()
    assert desk.note == USUAL_NOTE


def test_a_change_made_elsewhere_is_not_said_to_be_the_drawing(desk: Desk) -> None:
    desk.draw()
    desk.panel.show_frame(desk.frame(*make_edits("muted memory 7")))
    assert desk.note == USUAL_NOTE


def test_a_letter_is_taught_three_times_with_two_keys_in_between(desk: Desk) -> None:
    digits = tuple("0123456789")
    desk.draw()
    desk.panel.teach_row.begin_naming()
    desk.qtbot.keyClicks(desk.panel.teach_row.field, "A")
    desk.qtbot.keyClick(desk.panel.teach_row.field, Qt.Key.Key_Return)
    edits = make_edits("added class A", "taught a drawing as A")
    desk.panel.show_frame(desk.frame(*edits, names=(*digits, "A")))
    assert desk.note == "Taught as A. Ctrl+Z takes it back."
    for _ in range(2):
        desk.qtbot.keyClick(desk.panel.canvas, Qt.Key.Key_Delete)
        desk.draw()
        desk.press_teach()
    assert [teach.label for teach in desk.taught] == ["A", 10, 10]


def test_a_blank_canvas_is_not_taught_and_a_stroke_takes_the_sentence_away(desk: Desk) -> None:
    message = desk.panel.easel.message
    assert not message.isVisible()
    desk.press_teach()
    assert desk.asked == []
    assert message.isVisible()
    assert message.text() == DRAW_FIRST
    desk.draw()
    assert not message.isVisible()
    desk.press_teach()
    assert len(desk.taught) == 1


def test_a_sheet_rubbed_clean_is_not_taught(desk: Desk) -> None:
    desk.panel.canvas.set_erasing(True)
    desk.draw()
    assert not desk.panel.canvas.empty
    desk.press_teach()
    assert desk.taught == []
    assert desk.panel.easel.message.text() == DRAW_FIRST


def test_a_name_that_cannot_be_is_said_over_the_controls_and_nothing_is_lost(desk: Desk) -> None:
    desk.draw()
    strokes = desk.panel.canvas.strokes
    row, message = desk.panel.teach_row, desk.panel.easel.message
    row.begin_naming()
    row.field.setText("🦊" * 200)
    row.teach()
    assert "200 characters" in message.text()
    assert message.isVisible()
    width = message.width()
    assert message.height() >= message.heightForWidth(width)
    assert message.geometry().bottom() < row.geometry().top()
    assert desk.taught == []
    assert desk.panel.canvas.strokes == strokes
    row.field.setText("")
    desk.qtbot.keyClicks(row.field, "fox")
    assert not message.isVisible()


def test_the_first_memory_may_be_taught(desk: Desk) -> None:
    desk.panel.show_frame(empty_frame(make_info(run=2)))
    desk.draw()
    assert desk.asked == []  # nothing is known yet, so nothing is asked
    desk.press_teach()
    assert isinstance(desk.asked[0], Teach)
    assert isinstance(desk.asked[1], int)


def test_what_is_changed_by_hand_while_paused_is_asked_about_again(desk: Desk) -> None:
    desk.draw()
    count = len(desk.asked)
    desk.panel.show_frame(desk.frame())
    assert len(desk.asked) == count
    desk.panel.show_frame(desk.frame(*make_edits("muted memory 7")))
    assert len(desk.asked) == count + 1
    desk.panel.show_frame(desk.frame(*make_edits("muted memory 7")))
    assert len(desk.asked) == count + 1
    desk.panel.show_frame(desk.frame(*make_edits("muted memory 7", undone=1)))
    assert len(desk.asked) == count + 2


def test_an_answer_with_a_class_that_was_taken_back_is_not_shown(desk: Desk) -> None:
    desk.draw()
    request = desk.asked[-1]
    assert isinstance(request, int)
    frame = desk.frame(names=tuple("012345678"))
    percept = make_percept(make_info(), 9)
    desk.panel.show_frame(replace(frame, drawing=Drawing(request, percept)))
    assert desk.panel.answer.percept is None
    assert desk.panel.present() == "The answer is on its way."


def test_keys_typed_to_find_a_class_do_not_reach_the_canvas(desk: Desk) -> None:
    chooser = desk.panel.teach_row.chooser
    chooser.setFocus()
    desk.qtbot.waitUntil(chooser.hasFocus)
    desk.qtbot.keyClicks(chooser, "e]")
    assert not desk.panel.canvas.erasing
    desk.panel.canvas.setFocus()
    desk.qtbot.keyClick(desk.panel.canvas, Qt.Key.Key_E)
    assert desk.panel.canvas.erasing


def test_a_click_on_what_it_sees_asks_why(desk: Desk) -> None:
    images: list[object] = []
    desk.panel.why_requested.connect(images.append)
    desk.qtbot.mouseClick(desk.panel.seen, LEFT)
    assert images == []
    desk.draw()
    desk.qtbot.mouseClick(desk.panel.seen, LEFT)
    assert np.array_equal(images[0], fit_strokes(desk.panel.canvas.strokes))  # type: ignore[arg-type]


# ── not knowing ───────────────────────────────────────────────────────────────────────────────────


def test_below_the_confidence_chosen_it_does_not_know_and_says_what_it_leans_to(desk: Desk) -> None:
    told: list[float] = []
    desk.panel.sure_from_changed.connect(told.append)
    assert desk.panel.sure_from == USUALLY_SURE_FROM
    desk.draw()
    request = desk.asked[-1]
    assert isinstance(request, int)
    percept = make_percept(make_info(), 4, 0.55)
    desk.panel.show_frame(replace(desk.frame(), drawing=Drawing(request, percept)))
    answer = desk.panel.answer
    assert answer.text.startswith("4 55 %")
    known = answer.grab().toImage()
    desk.panel.set_sure_from(0.6)
    assert told == [pytest.approx(0.6)]
    assert answer.text == "I don't know, leans to 4 55 %"
    assert answer.accessibleDescription() == answer.text
    assert answer.grab().toImage() != known
    assert desk.panel.present() == "The drawing is not known; it leans to 4, with 55 % of the vote."
    desk.panel.set_sure_from(0.0)
    assert answer.known
    assert answer.grab().toImage() == known
    assert desk.panel.sure.label.text() == "always answers"


def test_the_slider_says_where_it_stands(desk: Desk) -> None:
    sure = desk.panel.sure
    assert sure.label.text() == "sure from 40 %"
    sure.slider.setFocus()
    desk.qtbot.keyClick(sure.slider, Qt.Key.Key_Right)
    assert sure.label.text() == "sure from 45 %"
    assert desk.panel.sure_from == pytest.approx(0.45)
    assert "45 %" in sure.slider.toolTip()


# ── how it would cope ─────────────────────────────────────────────────────────────────────────────


def test_variations_are_asked_for_only_while_they_are_wanted(desk: Desk) -> None:
    told: list[bool] = []
    desk.panel.coping_changed.connect(told.append)
    desk.draw()
    assert not any(isinstance(command, ClassifyAll) for command in desk.asked)
    desk.qtbot.mouseClick(desk.panel.cope_button, LEFT)
    assert told == [True]
    assert desk.panel.coping
    assert desk.panel.strip.isVisible()
    assert isinstance(desk.asked[-1], ClassifyAll)
    desk.panel.set_coping(False)
    assert told == [True, False]
    assert not desk.panel.strip.isVisible()


def test_variations_are_asked_for_again_after_teaching_and_learning(desk: Desk) -> None:
    desk.draw()
    desk.panel.set_coping(True)
    desk.asked.clear()
    desk.press_teach()
    assert [type(command) for command in desk.asked] == [Teach, int, ClassifyAll]
    desk.asked.clear()
    desk.panel.show_frame(desk.frame(*make_edits("taught a drawing as 0")))
    assert [type(command) for command in desk.asked] == [int, ClassifyAll]
