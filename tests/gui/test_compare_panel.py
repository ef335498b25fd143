"""COMPARE: two states of memories are chosen, compared, and what differs leads on."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from engine.arrays import freeze
from engine.commands import CancelTask, Compare, LineAt
from engine.findings import Findings, Task
from engine.frame import Frame, Line, Moment, RunState
from memnet_gui.widgets.compare_choosers import FROM_FILE
from memnet_gui.widgets.compare_layout import GLANCE
from memnet_gui.widgets.compare_panel import ELSEWHERE, INVITATION, PATIENCE, ComparePanel
from tests.gui.clock import Clock
from tests.gui.comparisons import make_comparison, make_layer_difference, make_memory_list, make_run_facts
from tests.gui.frames import make_frame, make_info, make_score, make_track
from tests.gui.panels import assert_collectable, assert_follows_the_theme, grab, shown

INFO = make_info()
LEFT = Qt.MouseButton.LeftButton
ONE_LINE = make_track()
TWO_LINES = make_track(
    4800, line=2, lines=(Line(1, "Run", None, 0, 3200), Line(2, "Branch 1", 1, 2000, 4800))
)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def panel(qtbot: QtBot, clock: Clock) -> ComparePanel:
    return shown(qtbot, ComparePanel(clock=clock), 804, 700)


@pytest.fixture
def asked(panel: ComparePanel) -> list[object]:
    commands: list[object] = []
    panel.asked.connect(commands.append)
    return commands


def frame_of(track: object = TWO_LINES, **changes: object) -> Frame:
    return make_frame(INFO, track=track, score=replace(make_score(INFO), seen=4800), **changes)


def answer(panel: ComparePanel, asked: list[object], **changes: Any) -> None:
    """Press Compare, and show what the engine finds."""
    panel.show_frame(frame_of())
    panel.button.click()
    question = asked[-1]
    assert isinstance(question, Compare)
    found = make_comparison(INFO, question.request, **changes)
    panel.show_frame(frame_of(findings=Findings(comparison=found)))
    grab(panel)


def texts(panel: ComparePanel, side: str) -> list[str]:
    box = panel.choosers.sides["a" if side == "a" else "b"].box
    return [box.itemText(number) for number in range(box.count())]


def pick(qtbot: QtBot, panel: ComparePanel, side: str, entry: int) -> None:
    """As a user does: choose it in the list with the keyboard."""
    box = panel.choosers.sides["a" if side == "a" else "b"].box
    box.setFocus()
    qtbot.keyClick(box, Qt.Key.Key_Home)
    for _ in range(entry):
        qtbot.keyClick(box, Qt.Key.Key_Down)


# ── choosing ──────────────────────────────────────────────────────────────────────────────────────


def test_before_anything_was_compared_it_says_what_to_do(panel: ComparePanel) -> None:
    panel.show_frame(frame_of())
    assert panel.empty.isVisible()
    assert panel.empty.text() == INVITATION


def test_a_branch_is_compared_with_the_line_that_it_left(panel: ComparePanel, asked: list[object]) -> None:
    panel.show_frame(frame_of())
    assert texts(panel, "a") == ["Run · its end, digit 3,200", "Branch 1 · now", FROM_FILE]
    panel.button.click()
    (question,) = asked
    assert isinstance(question, Compare)
    assert (question.a, question.b) == (LineAt(1), LineAt(2))


def test_a_run_without_branches_waits_for_a_choice(panel: ComparePanel) -> None:
    panel.show_frame(frame_of(ONE_LINE))
    assert not panel.button.isEnabled()
    assert panel.why_not.text() == "Choose both A and B."


def test_bookmarks_and_the_moment_that_is_shown_can_be_chosen(
    qtbot: QtBot, panel: ComparePanel, asked: list[object]
) -> None:
    track = make_track(4800, bookmarks=(Moment(1200, "before the letter"),))
    past = replace(frame_of(track, past=True), score=replace(make_score(INFO), seen=700))
    panel.show_frame(past)
    assert texts(panel, "b") == [
        "Run · now",
        "Run · digit 700",
        "Run · before the letter, digit 1,200",
        FROM_FILE,
    ]
    pick(qtbot, panel, "a", 2)
    panel.button.click()
    assert isinstance(asked[-1], Compare)
    assert (asked[-1].a, asked[-1].b) == (LineAt(1, 1200), LineAt(1))
    panel.show_frame(frame_of(make_track(4800)))
    assert panel.choosers.targets == (LineAt(1, 1200), LineAt(1))


def test_the_same_state_twice_is_not_compared(qtbot: QtBot, panel: ComparePanel) -> None:
    panel.show_frame(frame_of())
    pick(qtbot, panel, "a", 1)
    assert not panel.button.isEnabled()
    assert panel.why_not.text() == "A and B are the same: choose another one."


def test_a_snapshot_is_asked_for_and_then_chosen(
    qtbot: QtBot, panel: ComparePanel, asked: list[object]
) -> None:
    panel.show_frame(frame_of(ONE_LINE))
    with qtbot.waitSignal(panel.file_wanted) as wanted:
        pick(qtbot, panel, "a", 1)
    assert wanted.args == ["a"]
    assert panel.choosers.targets is None
    path = Path("/somewhere/else.npz")
    panel.set_file("a", path)
    panel.button.click()
    assert isinstance(asked[-1], Compare)
    assert (asked[-1].a, asked[-1].b) == (path, LineAt(1))
    assert "else.npz" in texts(panel, "a")


def test_a_file_dialog_that_is_cancelled_leaves_the_choice(qtbot: QtBot, panel: ComparePanel) -> None:
    panel.show_frame(frame_of())
    with qtbot.waitSignal(panel.file_wanted):
        pick(qtbot, panel, "b", 2)
    assert panel.choosers.sides["b"].box.currentText() == "Branch 1 · now"


def test_a_and_b_change_places(panel: ComparePanel) -> None:
    panel.show_frame(frame_of(ONE_LINE))
    panel.set_file("a", Path("early.npz"))
    panel.swap.click()
    assert panel.choosers.targets == (LineAt(1), Path("early.npz"))


def test_the_timeline_can_ask_for_two_lines(panel: ComparePanel, asked: list[object]) -> None:
    panel.show_frame(frame_of())
    panel.compare(2, 1)
    (question,) = asked
    assert isinstance(question, Compare)
    assert (question.a, question.b) == (LineAt(2), LineAt(1))


def test_a_line_that_was_given_up_is_not_chosen_any_more(panel: ComparePanel) -> None:
    panel.show_frame(frame_of())
    left = replace(TWO_LINES, lines=TWO_LINES.lines[1:])
    panel.show_frame(frame_of(left))
    assert panel.choosers.targets is None
    panel.set_file("a", Path("kept.npz"))
    assert panel.choosers.targets == (Path("kept.npz"), LineAt(2))


def test_nothing_is_compared_while_the_digits_load(panel: ComparePanel) -> None:
    panel.show_frame(frame_of(state=RunState.LOADING))
    assert not panel.button.isEnabled()
    panel.show_frame(frame_of())
    assert panel.button.isEnabled()


# ── waiting ───────────────────────────────────────────────────────────────────────────────────────


def test_it_shows_how_far_the_comparison_is_and_can_give_it_up(
    panel: ComparePanel, asked: list[object]
) -> None:
    panel.show_frame(frame_of())
    panel.button.setFocus()
    panel.button.click()
    panel.show_frame(frame_of(task=Task(3, "Comparing Run with Branch 1", 5000, 20_000)))
    grab(panel)
    assert panel.task.text() == "Comparing Run with Branch 1"
    assert (panel.progress.value(), panel.progress.maximum()) == (5000, 20_000)
    assert panel.cancel.hasFocus()
    panel.cancel.click()
    assert isinstance(asked[-1], CancelTask)
    assert panel.button.isVisible()
    assert panel.button.hasFocus()


def test_what_is_refused_is_not_waited_for_for_ever(
    panel: ComparePanel, asked: list[object], clock: Clock
) -> None:
    panel.show_frame(frame_of())
    panel.button.click()
    clock.now += PATIENCE / 2
    panel.show_frame(frame_of(task=Task(1, "Comparing", 1, 2)))
    clock.now += PATIENCE - 0.1
    panel.show_frame(frame_of())
    assert panel.cancel.isVisible()
    clock.now += 0.2
    panel.show_frame(frame_of())
    assert panel.button.isVisible()


def test_an_answer_to_another_question_is_not_shown(panel: ComparePanel, asked: list[object]) -> None:
    panel.show_frame(frame_of())
    panel.button.click()
    question = asked[-1]
    assert isinstance(question, Compare)
    stale = make_comparison(INFO, question.request - 1)
    panel.show_frame(frame_of(findings=Findings(comparison=stale)))
    assert panel.empty.isVisible()


def test_a_new_run_forgets_what_was_found_but_not_the_file(panel: ComparePanel, asked: list[object]) -> None:
    answer(panel, asked)
    panel.set_file("a", Path("kept.npz"))
    other = make_info(run=2)
    panel.show_frame(make_frame(other, track=ONE_LINE))
    assert panel.empty.isVisible()
    assert panel.note_label.text() == ""
    assert panel.choosers.sides["a"].box.currentText() == "kept.npz"


# ── what is shown ─────────────────────────────────────────────────────────────────────────────────


def test_the_result_is_said_in_plain_words(panel: ComparePanel, asked: list[object]) -> None:
    answer(panel, asked)
    words = panel.result.headline.text().replace("\N{NO-BREAK SPACE}", " ")
    assert words == (
        "B is 0.42 points better on 10,000 held-out digits: 57 digits it gets right that A does not, "
        "15 the other way (p < 0.001: more than chance)."
    )
    assert panel.note_label.text() == "A at digit 3,200, B at digit 4,800"
    cells = {fact: [cell.text() for cell in row] for fact, row in panel.result.facts.cells.items()}
    assert cells["name"] == ["Run", "Branch 1", ""]
    assert cells["accuracy"] == ["97.15 %", "97.57 %", "+0.42"]
    assert cells["digits"] == ["3,200", "4,800", "+1,600"]
    assert cells["memories"] == ["1,200", "1,200", ""]


def test_another_group_of_memories_is_shown_by_mouse_and_keyboard(
    qtbot: QtBot, panel: ComparePanel, asked: list[object]
) -> None:
    answer(panel, asked)
    memories = panel.result.memories
    assert memories.pictures.title.text() == "ONLY IN B · EPISODES"
    assert memories.pictures.grid.count == GLANCE
    columns = memories.bars[1]
    drifted = columns.segments()["drifted"].center().toPoint()
    qtbot.mouseClick(columns, LEFT, pos=drifted)
    assert memories.pictures.title.text() == "DRIFTED, A → B · COLUMNS"
    assert memories.pictures.grid.current is not None
    assert memories.pictures.grid.current.later is not None
    assert "patterns 0.600 apart" in memories.pictures.grid.current.fact
    qtbot.keyClick(columns, Qt.Key.Key_Home)
    qtbot.keyClick(columns, Qt.Key.Key_Return)
    assert memories.pictures.title.text() == "ONLY IN A · COLUMNS"
    assert memories.pictures.grid.count == 12
    for _ in range(3):
        qtbot.keyClick(columns, Qt.Key.Key_Right)
    qtbot.keyClick(columns, Qt.Key.Key_Return)
    assert memories.pictures.title.text() == "ONLY IN A · COLUMNS", "there are no pictures of the same"
    assert "Here: 500 the same" in columns.accessibleDescription()


def test_more_pictures_are_shown_when_they_are_asked_for(panel: ComparePanel, asked: list[object]) -> None:
    answer(panel, asked)
    section = panel.result.memories.pictures
    assert section.more.text() == "Show 60"
    section.more.click()
    assert section.grid.count == 60
    assert section.grid.hasFocus()
    assert section.more.isHidden()


def test_a_layer_that_cannot_be_matched_says_why(panel: ComparePanel, asked: list[object]) -> None:
    alone = make_layer_difference(INFO, 0, 0, (400, 0), 0, 0, "Only A has this layer.")
    answer(panel, asked, layers=(alone,), b=make_run_facts(INFO, "B", layers=(), memories=()))
    (bar,) = panel.result.memories.bars
    assert bar.toolTip() == "Only A has this layer."
    assert bar.accessibleName() == "Memories of episodes: 400 in A, 0 in B"
    assert list(bar.parts) == ["only_a"]


def test_where_no_memory_differs_there_are_no_pictures(panel: ComparePanel, asked: list[object]) -> None:
    alike = make_layer_difference(INFO, 0, 500, (0, 0), 0, 0)
    answer(panel, asked, only_a=0, only_b=0, neither=0, layers=(alike,), p_value=1.0)
    assert panel.result.headline.text() == (
        "Nothing differs: A and B hold the same memories and answer all 10,000 held-out digits alike."
    )
    assert panel.result.memories.pictures.isHidden()
    assert [section.grid.count for section in panel.result.digits.sections] == [0, 0, 0]


def test_classes_that_only_one_run_has_are_in_the_matrix(panel: ComparePanel, asked: list[object]) -> None:
    names = (*INFO.class_names, "a letter with a long name")
    blank = freeze(np.pad(make_comparison(INFO).confusion_a, (0, 1)))
    answer(panel, asked, class_names=names, confusion_a=blank, confusion_b=blank)
    confusion = panel.result.confusion
    assert confusion.describe((10, 4)) == "a letter with a long name answered 4: 0 digits in A, 0 in B"


# ── where it leads ────────────────────────────────────────────────────────────────────────────────


def test_a_digit_leads_to_why(qtbot: QtBot, panel: ComparePanel, asked: list[object]) -> None:
    answer(panel, asked)
    only_b = panel.result.digits.sections[1].grid
    assert only_b.current is not None
    assert only_b.current.fact == "held-out digit 255 · a 4: A answers 9, B answers 4"
    with qtbot.waitSignal(panel.digit_chosen) as chosen:
        qtbot.keyClick(only_b, Qt.Key.Key_Return)
    assert chosen.args == [255, True]


def test_a_cell_shows_its_digits_alone(qtbot: QtBot, panel: ComparePanel, asked: list[object]) -> None:
    answer(panel, asked)
    view, confusion = panel.result.digits, panel.result.confusion
    assert view.filter.isHidden()
    assert confusion.change[4, 9] == -42
    qtbot.mouseClick(confusion, LEFT, pos=confusion.rect_of((5, 4)).center().toPoint())
    assert [section.grid.count for section in view.sections] == [0, 0, 8]
    assert not view.filter.isHidden()
    assert panel.result.cell.text() == "5 answered 4: 8 digits in A, 0 in B"
    view.everything.click()
    assert [section.grid.count for section in view.sections] == [15, GLANCE, 8]
    assert view.sections[1].note.text() == "57"


@pytest.mark.parametrize(("side", "slot"), [("only_b", True), ("only_a", False)])
def test_a_memory_of_the_line_shown_is_gone_to_and_no_other(
    panel: ComparePanel, asked: list[object], side: str, slot: bool
) -> None:
    answer(panel, asked)
    gone: list[tuple[int, int]] = []
    panel.memory_chosen.connect(lambda layer, place: gone.append((layer, place)))
    panel.result.memories._show(1, side)  # type: ignore[arg-type]
    panel.result.memories.pictures.grid.picked.emit(3)
    expected = make_memory_list(INFO, 1, 90, start=200).slots[3]
    assert gone == ([(1, expected)] if slot else [])
    assert (panel.result.memories.reading._texts == (ELSEWHERE,)) is not slot


def test_a_memory_that_is_younger_than_the_moment_shown_is_not_gone_to(
    panel: ComparePanel, asked: list[object]
) -> None:
    answer(panel, asked)
    gone: list[int] = []
    panel.memory_chosen.connect(lambda _layer, place: gone.append(place))
    panel.show_frame(replace(frame_of(past=True), score=replace(make_score(INFO), seen=300)))
    panel.result.memories.pictures.grid.picked.emit(0)  # born at digit 601
    assert gone == []


# ── looks ─────────────────────────────────────────────────────────────────────────────────────────


def test_curves_are_laid_over_each_other_and_read_out(
    qtbot: QtBot, panel: ComparePanel, asked: list[object]
) -> None:
    answer(panel, asked)
    curves = panel.result.curves
    assert curves.plot is not None
    for side, run in zip("ab", (make_comparison(INFO).a, make_comparison(INFO).b), strict=True):
        digits, shares = curves.plot.curves[side].getData()
        np.testing.assert_array_equal(digits, run.curves.digits)
        np.testing.assert_allclose(shares, run.curves.recent)
    panel.result.measures.button(1).click()
    np.testing.assert_allclose(
        curves.plot.curves["a"].getData()[1], make_comparison(INFO).a.curves.prequential
    )
    qtbot.keyClick(curves, Qt.Key.Key_End)
    assert curves.sentence() == "digit 6,000: A – · B –"
    for _ in range(12):
        qtbot.keyClick(curves, Qt.Key.Key_Left)
    assert curves.sentence().startswith("digit 4,560: A – · B ")
    assert curves.value_at("b", 4560) is not None
    qtbot.keyClick(curves, Qt.Key.Key_Escape)
    assert curves.sentence().startswith("at the end: A ")


@pytest.mark.parametrize("width", [348, 804])
def test_it_fits_into_a_narrow_column_and_a_broad_one(
    panel: ComparePanel, asked: list[object], width: int
) -> None:
    panel.resize(width, 700)
    answer(panel, asked)
    assert panel.width() == width
    content = panel.area.widget()
    assert content is not None
    assert content.width() <= panel.area.viewport().width()
    side_by_side = panel.result.digits.mapTo(panel, panel.result.digits.rect().topLeft()).x() > width / 3
    assert side_by_side == (width == 804)


def test_it_follows_the_theme(panel: ComparePanel, asked: list[object]) -> None:
    answer(panel, asked)
    assert_follows_the_theme(panel, panel.result)


def test_it_is_collectable_with_all_that_it_shows(qtbot: QtBot) -> None:
    def compared() -> ComparePanel:
        panel = ComparePanel()
        asked: list[object] = []
        panel.asked.connect(asked.append)
        panel.show()
        answer(panel, asked)
        return panel

    assert_collectable(compared)


def test_every_control_has_a_name_and_a_tooltip(panel: ComparePanel) -> None:
    boxes = [chooser.box for chooser in panel.choosers.sides.values()]
    for control in (*boxes, panel.button, panel.swap, panel.cancel, panel.result.curves):
        assert control.accessibleName()
    for control in (*boxes, panel.button, panel.swap, panel.cancel):
        assert control.toolTip()
