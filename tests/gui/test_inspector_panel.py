"""INSPECTOR: one memory, several, and what becomes of them."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from pytestqt.qtbot import QtBot

from engine.arrays import freeze
from engine.commands import Ablate, CancelTask, Delete, Inspect, Mute, Relabel
from engine.findings import Findings, Task
from engine.frame import Frame, Inspection
from memnet_gui.widgets.inspector_drift import birth_words
from memnet_gui.widgets.inspector_panel import INVITATION, LOOKING, NOTHING_THERE, InspectorPanel
from tests.gui.answers import make_ablation, make_trace
from tests.gui.clock import Clock
from tests.gui.frames import make_catalogue, make_frame, make_info, make_inspection
from tests.gui.panels import assert_collectable, assert_follows_the_theme, grab, shown

INFO = make_info()
COLUMNS = 1
SLOT = 24 * INFO.layers[COLUMNS].capacity
LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def panel(qtbot: QtBot, clock: Clock) -> InspectorPanel:
    return shown(qtbot, InspectorPanel(clock=clock), 348, 700)


@pytest.fixture
def asked(panel: InspectorPanel) -> list[object]:
    commands: list[object] = []
    panel.asked.connect(commands.append)
    return commands


def inspected(memory: Inspection | None, **changes: object) -> Frame:
    return make_frame(INFO, inspection=memory, catalogue=None, **changes)


def look(panel: InspectorPanel, layer: int = COLUMNS, slot: int = SLOT, **changes: object) -> Inspection:
    """Inspect a memory and show the engine's answer."""
    memory = replace(make_inspection(INFO, layer, slot), **changes)
    panel.inspect(layer, slot)
    panel.show_frame(inspected(memory))
    return memory


def press(qtbot: QtBot, panel: InspectorPanel, key: Qt.Key) -> None:
    """A shortcut, while the keyboard is in the panel."""
    panel.activateWindow()
    qtbot.waitUntil(panel.isActiveWindow)
    panel.choices.ablate.setFocus()
    qtbot.keyClick(panel.choices.ablate, key)


# One memory.


def test_at_first_it_says_where_to_click(panel: InspectorPanel, asked: list[object]) -> None:
    panel.show_frame(inspected(None))
    assert panel.empty.isVisible()
    assert panel.empty.text() == INVITATION
    assert asked == []


def test_it_asks_for_the_memory_and_shows_its_facts(panel: InspectorPanel, asked: list[object]) -> None:
    panel.inspect(COLUMNS, SLOT)
    assert asked == [Inspect(COLUMNS, SLOT)]
    assert panel.empty.text() == LOOKING
    panel.show_frame(inspected(make_inspection(INFO, COLUMNS, SLOT)))
    assert panel.note_label.text() == "memory 17"
    assert panel.facts.title.text() == "memory 17 · class 3"
    assert panel.facts.place.text() == "column 24 of 49, 10 × 10 pixels"
    assert panel.facts.field.text() == "rows 9–18, cols 9–18"
    assert panel.facts.wins.text() == "12 wins"
    assert panel.facts.usefulness.text() == "usefulness +1.25"
    assert "every eighth burst" in panel.facts.usefulness.toolTip()
    assert panel.details.association.note.text() == "3 +0.80 · 5 -0.20"
    assert panel.details.origin.words.text() == "born at digit 321, from training digit 4,711"


def test_a_frame_from_before_the_question_is_not_taken_for_the_answer(panel: InspectorPanel) -> None:
    look(panel)
    panel.inspect(0, 3)
    panel.show_frame(inspected(make_inspection(INFO, COLUMNS, SLOT)))
    panel.show_frame(inspected(None))
    panel.show_frame(inspected(replace(make_inspection(INFO, 0, 3), id=99)))
    assert panel.facts.title.text() == "memory 99 · class 3"
    assert not panel.facts.mark.isVisible()  # whole digits see everything


def test_muted_and_taught_memories_are_marked_in_words(panel: InspectorPanel) -> None:
    look(panel)
    assert not panel.facts.muted.isVisible()
    assert not panel.facts.taught.isVisible()
    look(panel, muted=True, taught=True, source=-3)
    assert panel.facts.muted.isVisible()
    assert panel.facts.taught.isVisible()
    assert panel.choices.mute.text() == "Speak again"


def test_a_taught_memory_names_its_drawing() -> None:
    memory = replace(make_inspection(INFO), taught=True, source=-3)
    assert birth_words(memory) == "taught by hand after digit 321, from drawing 3"


def test_the_source_digit_leads_to_why_and_a_drawing_does_not(qtbot: QtBot, panel: InspectorPanel) -> None:
    look(panel)
    with qtbot.waitSignal(panel.digit_chosen) as chosen:
        qtbot.keyClick(panel.details.origin.source, Qt.Key.Key_Return)
    assert chosen.args == [4711, False]
    look(panel, slot=SLOT + 1, id=18, source=-1)
    with qtbot.assertNotEmitted(panel.digit_chosen):
        qtbot.keyClick(panel.details.origin.source, Qt.Key.Key_Return)


def test_drift_is_drawn_only_where_there_is_some(panel: InspectorPanel) -> None:
    memory = look(panel)
    assert panel.details.origin.drift.isVisible()
    drawn = grab(panel.details.origin.drift)
    panel.show_frame(inspected(replace(memory, drift=freeze(-memory.drift))))
    assert grab(panel.details.origin.drift) != drawn
    panel.show_frame(inspected(replace(memory, drift=freeze(np.zeros_like(memory.drift)))))
    assert not panel.details.origin.drift.isVisible()
    assert panel.details.origin.still.text() == "It has not drifted since."


def test_a_neighbour_leads_to_its_own_inspection(qtbot: QtBot, panel: InspectorPanel) -> None:
    memory = look(panel)
    grid = panel.details.neighbours.grid
    assert grid.count == 8
    with qtbot.waitSignal(panel.memory_chosen) as chosen:
        qtbot.keyClick(grid, Qt.Key.Key_Right)
        qtbot.keyClick(grid, Qt.Key.Key_Return)
    assert chosen.args == [COLUMNS, int(memory.neighbours.slots[1])]
    assert grid.accessibleDescription() == "memory 102 · class 2 · distance 0.300"


def test_the_digits_it_helped_lead_to_why(qtbot: QtBot, panel: InspectorPanel) -> None:
    memory = look(panel)
    right, wrong = panel.details.right, panel.details.wrong
    assert right.grid.count == 0
    panel.show_frame(inspected(memory, findings=Findings(trace=make_trace(COLUMNS))))
    assert (right.grid.count, wrong.grid.count) == (8, 4)
    assert right.note.text() == "140 of the last 2,000 digits"
    with qtbot.waitSignal(panel.digit_chosen) as chosen:
        qtbot.mouseClick(wrong.grid, LEFT, pos=wrong.grid.cell_rect(1).center().toPoint())
    assert chosen.args == [31, False]
    assert wrong.grid.accessibleDescription() == "digit 2,960 · a 5, answered 3 · its vote +0.367"


def test_the_digits_of_another_memory_are_not_shown(panel: InspectorPanel) -> None:
    memory = look(panel)
    panel.show_frame(inspected(memory, findings=Findings(trace=make_trace(COLUMNS, id=18))))
    assert panel.details.right.grid.count == 0


def test_a_deleted_memory_is_said_to_be_gone_and_comes_back_when_that_is_undone(
    panel: InspectorPanel, asked: list[object]
) -> None:
    memory = look(panel)
    panel.choices.delete.click()
    assert asked[-1] == Delete(COLUMNS, (17,))
    panel.show_frame(inspected(None))
    assert panel.message.isVisible()
    assert panel.message.text() == "Memory 17 is gone. If it was deleted, Ctrl+Z brings it back."
    assert not panel.choices.isVisible()
    panel.show_frame(inspected(memory))
    assert not panel.message.isVisible()
    assert panel.choices.delete.isVisible()


def test_a_memory_that_took_the_place_is_offered_not_shown(
    panel: InspectorPanel, asked: list[object]
) -> None:
    memory = look(panel)
    panel.show_frame(inspected(replace(memory, id=230)))
    assert panel.message.text() == "Memory 17 is gone, and memory 230 has taken its place."
    assert not panel.facts.isVisible()
    panel.successor.click()
    assert asked[-1] == Inspect(COLUMNS, SLOT)
    panel.show_frame(inspected(replace(memory, id=230)))
    assert panel.facts.title.text() == "memory 230 · class 3"


def test_a_place_without_a_memory_is_said_to_be_empty(panel: InspectorPanel, clock: Clock) -> None:
    panel.inspect(0, 4000)
    panel.show_frame(inspected(None))
    assert panel.empty.text() == LOOKING
    for _ in range(2):
        clock.now += 2
        panel.show_frame(inspected(None))
    assert panel.message.text() == NOTHING_THERE


def test_a_memory_that_is_missed_is_asked_for_again_before_it_is_given_up(
    panel: InspectorPanel, asked: list[object], clock: Clock
) -> None:
    memory = look(panel)
    clock.now += 2
    panel.show_frame(inspected(None))  # somebody else ended the inspection
    assert asked == [Inspect(COLUMNS, SLOT)] * 2
    assert panel.facts.isVisible()
    panel.show_frame(inspected(memory))
    clock.now += 2
    panel.show_frame(inspected(make_inspection(INFO, 0, 3)))  # or wanted another memory
    assert asked == [Inspect(COLUMNS, SLOT)] * 3
    panel.show_frame(inspected(memory))
    for _ in range(3):
        clock.now += 2
        panel.show_frame(inspected(None))
    assert asked == [Inspect(COLUMNS, SLOT)] * 4
    assert panel.message.text() == "Memory 17 is gone. If it was deleted, Ctrl+Z brings it back."


def test_no_slot_ends_the_inspection(panel: InspectorPanel, asked: list[object]) -> None:
    look(panel)
    panel.inspect(COLUMNS, None)
    assert asked[-1] == Inspect(COLUMNS, None)
    panel.show_frame(inspected(make_inspection(INFO, COLUMNS, SLOT)))
    assert panel.empty.isVisible()


def test_a_new_run_forgets_the_memory(panel: InspectorPanel, asked: list[object]) -> None:
    look(panel)
    panel.show_frame(make_frame(make_info(run=2), inspection=make_inspection(INFO, COLUMNS, SLOT)))
    assert panel.empty.isVisible()
    assert asked[-1] == Inspect(COLUMNS, None)


# What can be done with it.


def test_shortcuts_mute_delete_test_and_export(
    qtbot: QtBot, panel: InspectorPanel, asked: list[object]
) -> None:
    look(panel)
    press(qtbot, panel, Qt.Key.Key_M)
    assert asked[-1] == Mute(COLUMNS, (17,), True)
    look(panel, muted=True)
    press(qtbot, panel, Qt.Key.Key_M)
    assert asked[-1] == Mute(COLUMNS, (17,), False)
    press(qtbot, panel, Qt.Key.Key_S)
    assert isinstance(asked[-1], Ablate)
    assert (asked[-1].layer, asked[-1].ids) == (COLUMNS, (17,))
    with qtbot.waitSignal(panel.export_requested) as exported:
        press(qtbot, panel, Qt.Key.Key_E)
    assert exported.args == [COLUMNS, SLOT]
    press(qtbot, panel, Qt.Key.Key_Delete)
    assert asked[-1] == Delete(COLUMNS, (17,))


def test_relabelling_offers_every_class_and_ticks_its_own(panel: InspectorPanel, asked: list[object]) -> None:
    info = replace(INFO, class_names=(*INFO.class_names, "R&D"))
    panel.inspect(COLUMNS, SLOT)
    panel.show_frame(replace(inspected(make_inspection(INFO, COLUMNS, SLOT)), info=info))
    entries = panel.choices.classes.actions()
    assert [entry.data() for entry in entries] == list(range(11))
    assert [entry.data() for entry in entries if entry.isChecked()] == [3]
    assert entries[10].text() == "&R&&D"
    entries[9].trigger()
    assert asked[-1] == Relabel(COLUMNS, (17,), 9)


def test_every_control_has_a_name_and_says_what_it_does(panel: InspectorPanel) -> None:
    look(panel)
    choices = panel.choices
    for button in (choices.mute, choices.delete, choices.relabel, choices.ablate, choices.export):
        assert button.accessibleName()
        assert button.toolTip().rpartition("(")[2].rstrip(")") in ("M", "Del", "R", "S", "E")
    assert "Ctrl+Z brings it back" in choices.delete.toolTip()


def test_without_a_memory_shortcuts_do_nothing(
    qtbot: QtBot, panel: InspectorPanel, asked: list[object]
) -> None:
    look(panel)
    panel.choices.delete.click()
    panel.show_frame(inspected(None))
    count = len(asked)
    panel.activateWindow()
    qtbot.waitUntil(panel.isActiveWindow)
    for key in (Qt.Key.Key_M, Qt.Key.Key_Delete, Qt.Key.Key_S, Qt.Key.Key_E):
        qtbot.keyClick(panel, key)
    assert len(asked) == count


# Held-out accuracy without it.


def test_muting_shows_how_held_out_accuracy_changes_and_what_flips(
    qtbot: QtBot, panel: InspectorPanel, asked: list[object]
) -> None:
    memory = look(panel)
    view = panel.ablation
    assert not view.isVisible()
    panel.choices.mute.click()
    muted = replace(memory, muted=True)
    panel.show_frame(inspected(muted, task=Task(1, "Testing with and without: memory 17", 3000, 10_000)))
    assert view.running.isVisible()
    assert view.task.text() == "Testing with and without: memory 17"
    assert (view.progress.value(), view.progress.maximum()) == (3000, 10_000)
    panel.show_frame(inspected(muted, findings=Findings(ablation=make_ablation(COLUMNS))))
    assert not view.running.isVisible()
    assert view.accuracy.accessibleName() == (
        "Held-out accuracy 97.12 % with, 97.04 % without: ▼ 0.08 points"
    )
    assert "10 lost, 2 gained of 10,000 held-out digits" in view.facts.text()
    assert view.flips.grid.count == 6
    with qtbot.waitSignal(panel.digit_chosen) as chosen:
        qtbot.mouseClick(view.flips.grid, LEFT, pos=view.flips.grid.cell_rect(1).center().toPoint())
    assert chosen.args == [31, True]
    assert view.flips.grid.accessibleDescription() == (
        "held-out digit 31 · 4: was 4, now 9 · right only with"
    )


def test_measuring_can_be_cancelled(panel: InspectorPanel, asked: list[object], clock: Clock) -> None:
    memory = look(panel)
    panel.choices.ablate.click()
    panel.show_frame(inspected(memory, task=Task(1, "Testing", 10, 100)))
    panel.ablation.cancel.click()
    assert asked[-1] == CancelTask()
    panel.show_frame(inspected(memory))
    clock.now += 2
    panel.show_frame(inspected(memory))
    assert not panel.ablation.isVisible()


def test_an_older_result_does_not_answer_a_new_question(panel: InspectorPanel) -> None:
    memory = look(panel)
    first = Findings(ablation=make_ablation(COLUMNS))
    panel.show_frame(inspected(memory, findings=first))
    assert panel.ablation.result.isVisible()
    panel.choices.ablate.click()
    panel.show_frame(inspected(memory, findings=first))
    assert panel.ablation.running.isVisible()
    assert not panel.ablation.result.isVisible()
    second = replace(make_ablation(COLUMNS, flips=0), without_them=0.9715, lost=0)
    panel.show_frame(inspected(memory, findings=Findings(ablation=second)))
    assert "▲ 0.03 points" in panel.ablation.accuracy.text()
    assert not panel.ablation.flips.isVisible()


def test_a_result_about_other_memories_is_not_shown(panel: InspectorPanel) -> None:
    memory = look(panel)
    for other in (make_ablation(0), make_ablation(COLUMNS, ids=(17, 18)), make_ablation(COLUMNS, ids=(4,))):
        panel.show_frame(inspected(memory, findings=Findings(ablation=other)))
        assert not panel.ablation.isVisible()


def test_the_result_of_a_deletion_outlives_the_memory(panel: InspectorPanel) -> None:
    look(panel)
    panel.choices.delete.click()
    panel.show_frame(inspected(None))
    panel.show_frame(inspected(None, findings=Findings(ablation=make_ablation(COLUMNS))))
    assert panel.message.isVisible()
    assert panel.ablation.result.isVisible()


# Several memories.


def test_several_memories_are_counted_and_their_classes_named(
    panel: InspectorPanel, asked: list[object]
) -> None:
    panel.show_frame(inspected(None))
    panel.show_many(0, (4, 14, 24, 5, 6, 999))
    assert panel.every_frame
    panel.show_frame(make_frame(INFO, catalogue=make_catalogue(INFO)))
    assert panel.note_label.text() == "5 memories"
    assert panel.selection.tally.words() == "class 3: 3, class 4: 1, class 5: 1"
    assert panel.selection.marks.text() == "1 muted · 1 taught · 1 gone"
    assert not panel.choices.export.isVisible()
    panel.choices.mute.click()
    assert asked[-1] == Mute(0, (4, 5, 6, 14, 24), True)
    panel.choices.classes.actions()[7].trigger()
    assert asked[-1] == Relabel(0, (4, 5, 6, 14, 24), 7)
    panel.choices.delete.click()
    assert asked[-1] == Delete(0, (4, 5, 6, 14, 24))


def test_several_silent_memories_may_speak_again(panel: InspectorPanel, asked: list[object]) -> None:
    catalogue = make_catalogue(INFO)
    silent = replace(catalogue, muted=freeze(np.isin(catalogue.ids, (4, 14))))
    panel.show_many(0, (4, 14))
    panel.show_frame(make_frame(INFO, catalogue=silent))
    panel.choices.mute.click()
    assert asked[-1] == Mute(0, (4, 14), False)


def test_a_result_for_those_still_there_answers_for_the_selection(panel: InspectorPanel) -> None:
    panel.show_many(0, (4, 14, 24))
    panel.show_frame(make_frame(INFO))
    panel.choices.ablate.click()
    panel.show_frame(make_frame(INFO, findings=Findings(ablation=make_ablation(0, ids=(14, 4)))))
    assert panel.ablation.result.isVisible()


def test_when_all_are_deleted_it_says_so_and_undo_brings_them_back(panel: InspectorPanel) -> None:
    catalogue = make_catalogue(INFO)
    panel.show_many(0, (998, 999))
    panel.show_frame(make_frame(INFO, catalogue=catalogue))
    assert panel.message.text().startswith("All 2 memories are gone.")
    ids = catalogue.ids.copy()
    ids[:2] = (998, 999)
    panel.show_frame(make_frame(INFO, catalogue=replace(catalogue, ids=freeze(ids))))
    assert panel.note_label.text() == "2 memories"
    assert not panel.message.isVisible()


def test_one_memory_after_several_needs_no_more_than_the_usual_frames(
    panel: InspectorPanel, asked: list[object]
) -> None:
    look(panel)
    panel.show_many(0, (4, 14))
    assert asked[-1] == Inspect(COLUMNS, None)
    look(panel)
    assert not panel.every_frame
    assert panel.facts.isVisible()
    assert not panel.selection.isVisible()
    panel.show_many(0, ())
    assert panel.empty.isVisible()


# The picture as a whole.


def test_two_columns_stand_side_by_side_where_there_is_room(qtbot: QtBot) -> None:
    for width, beside in ((348, False), (804, True)):
        panel = shown(qtbot, InspectorPanel(), width, 560)
        look(panel)
        grab(panel)
        facts, origin = (part.mapTo(panel, QPoint(0, 0)) for part in (panel.facts, panel.details.origin))
        assert (origin.x() > facts.x() + 200) is beside
        assert (origin.y() > facts.y() + 100) is not beside


def test_the_keyboard_is_followed_to_what_is_out_of_sight(qtbot: QtBot) -> None:
    panel = shown(qtbot, InspectorPanel(), 348, 300)
    look(panel)
    grab(panel)
    qtbot.keyClick(panel.details.neighbours.grid, Qt.Key.Key_End)
    cell = panel.details.neighbours.grid.cell_rect(7).toAlignedRect()
    at = panel.details.neighbours.grid.mapTo(panel.area.viewport(), cell.center())
    assert panel.area.viewport().rect().contains(at)


def test_it_follows_the_theme(panel: InspectorPanel) -> None:
    look(panel)
    assert_follows_the_theme(panel, panel.facts)
    assert_follows_the_theme(panel, panel.details)


def test_it_is_collectable(qtbot: QtBot) -> None:
    assert_collectable(InspectorPanel)
