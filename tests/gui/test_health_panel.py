"""HEALTH: it looks when it should, says what it found, and does what it offers."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QPushButton
from pytestqt.qtbot import QtBot

from engine.arrays import freeze
from engine.commands import CancelTask, Command, Delete, Diagnose
from engine.findings import Diagnosis, Edit, Findings, Hint, Task
from engine.frame import Frame, RunState
from engine.symptoms import FEWEST_DIGITS
from memnet_gui.widgets.health_panel import CADENCE, PATIENCE, UNHURRIED, HealthPanel
from memnet_gui.widgets.hint_card import HintCard
from tests.gui.answers import make_diagnosis
from tests.gui.frames import empty_frame, make_frame, make_info, make_score
from tests.gui.panels import assert_collectable, assert_follows_the_theme, grab, shown

NARROW, WIDE = (348, 332), (804, 332)
TASK = Task(1, "Looking over the memories", 300, 900)


class Watched:
    """A panel, what it asked for and said, and a clock that stands still."""

    def __init__(self, qtbot: QtBot, size: tuple[int, int] = NARROW) -> None:
        self.now = 0.0
        self.asked: list[Command] = []
        self.chosen: list[tuple[int, object]] = []
        self.counts: list[int] = []
        self.panel = HealthPanel(clock=lambda: self.now)
        self.panel.asked.connect(self.asked.append)
        self.panel.memories_chosen.connect(lambda layer, ids: self.chosen.append((layer, ids)))
        self.panel.count_changed.connect(self.counts.append)
        shown(qtbot, self.panel, *size)

    def show(self, seen: int = 3200, **changes: Any) -> None:
        self.panel.show_frame(at(seen, **changes))

    @property
    def looks(self) -> list[Diagnose]:
        return [command for command in self.asked if isinstance(command, Diagnose)]

    def answer(self, hints: tuple[Hint, ...] | None = None, seen: int = 3200, **changes: Any) -> None:
        """The answer to what was asked last."""
        found = make_diagnosis(self.looks[-1].request)
        if hints is not None:
            found = replace(found, hints=hints)
        self.show(seen, findings=Findings(diagnosis=replace(found, at=seen)), **changes)

    @property
    def titles(self) -> list[str]:
        QApplication.processEvents()  # a layout shows what is new in it a moment later
        return [card.title.text() for card in self.panel.cards if card.isVisible()]


def at(seen: int, **changes: Any) -> Frame:
    info = changes.pop("info", None) or make_info()
    return make_frame(info, score=make_score(info, seen), **changes)


@pytest.fixture
def watched(qtbot: QtBot) -> Watched:
    return Watched(qtbot)


def dead(count: int) -> Hint:
    """Another one of the dead memories' hints."""
    hint = make_diagnosis().hints[1]
    ids = freeze(np.arange(1, count + 1, dtype=np.int64))
    return replace(
        hint,
        ids=ids,
        title=f"{count} memories have not won for long",
        remedy=Delete(0, tuple(ids.tolist())),
        remedy_text=f"Delete {count}",
    )


# When it looks.


def test_it_looks_by_itself_when_it_comes_into_sight(qtbot: QtBot) -> None:
    watched = Watched(qtbot)
    watched.panel.hide()
    watched.show()
    assert watched.looks == []
    watched.panel.show()
    watched.show()
    assert len(watched.looks) == 1
    watched.show()
    assert len(watched.looks) == 1, "not twice while the answer is on its way"


def test_it_looks_again_every_so_many_digits(watched: Watched) -> None:
    watched.show(2000)
    watched.answer(seen=2000)
    watched.show(2000 + CADENCE - 1)
    assert len(watched.looks) == 1
    watched.show(2000 + CADENCE)
    assert len(watched.looks) == 2
    assert len({look.request for look in watched.looks}) == 2


def test_opened_again_it_looks_if_something_was_learned_since(watched: Watched) -> None:
    watched.show(2000)
    watched.answer(seen=2000)
    for seen, looks in ((2000, 1), (2001, 2)):
        watched.panel.hide()
        watched.panel.show()
        watched.show(seen)
        assert len(watched.looks) == looks


def test_a_change_by_hand_is_looked_at(watched: Watched) -> None:
    watched.show()
    watched.answer()
    changed = (Edit(1, "deleted 12 memories", False),)
    watched.show(edits=changed)
    assert len(watched.looks) == 2
    watched.answer((), edits=changed)
    watched.show(edits=(Edit(1, "deleted 12 memories", True),))
    assert len(watched.looks) == 3


def test_before_the_first_thousand_digits_there_is_nothing_to_ask(watched: Watched) -> None:
    watched.show(FEWEST_DIGITS - 1)
    assert watched.looks == []
    assert not watched.panel.look.isEnabled()
    assert "from digit 1,000 on" in watched.panel.verdict.text()
    watched.show(FEWEST_DIGITS)
    assert len(watched.looks) == 1


def test_the_button_looks_now(watched: Watched, qtbot: QtBot) -> None:
    watched.show()
    watched.answer()
    qtbot.mouseClick(watched.panel.look, Qt.MouseButton.LeftButton)
    assert len(watched.looks) == 2


@pytest.mark.parametrize("state", [RunState.LOADING, RunState.FAILED])
def test_an_engine_that_cannot_answer_is_not_asked(state: RunState, watched: Watched) -> None:
    watched.show(state=state)
    assert watched.asked == []
    assert not watched.panel.look.isEnabled()


# What it shows.


def test_a_run_without_a_digit_says_so(watched: Watched) -> None:
    watched.panel.show_frame(empty_frame())
    assert watched.panel.verdict.text() == "Nothing was learned yet. Press Space to start."
    assert not watched.panel.symbol.isVisible()
    assert watched.asked == []


def test_before_the_first_answer_it_says_that_it_has_not_looked(watched: Watched) -> None:
    watched.show()
    assert watched.panel.verdict.text() == "The memories were not looked over yet."


def test_no_hints_are_good_news(watched: Watched) -> None:
    watched.show()
    watched.answer((), seen=12_345)
    assert watched.panel.verdict.text() == "Nothing to worry about at digit 12,345."
    assert watched.panel.verdict.isVisible()
    assert watched.panel.symbol.isVisible()


def test_each_hint_is_a_card_in_the_engines_order(watched: Watched) -> None:
    watched.show()
    watched.answer()
    assert watched.titles == ["The layer episodes is full", "12 memories have not won for long"]
    assert watched.panel.note_label.text() == "at digit 3,200"
    full, forgotten = watched.panel.cards
    assert not full.offer.isVisible(), "there is only advice"
    assert forgotten.apply_button.text() == "Delete 12"
    assert forgotten.note.text() == "Ctrl+Z takes it back"


def test_an_answer_to_another_question_is_not_shown(watched: Watched) -> None:
    watched.show()
    watched.show(findings=Findings(diagnosis=make_diagnosis(watched.looks[-1].request + 1000)))
    assert watched.titles == []


def test_why_gives_the_reasons_and_the_memories(watched: Watched, qtbot: QtBot) -> None:
    watched.show()
    watched.answer()
    full, forgotten = watched.panel.cards
    assert not forgotten.why.isVisible()
    qtbot.mouseClick(forgotten.why_button, Qt.MouseButton.LeftButton)
    assert forgotten.why.isVisible()
    assert forgotten.why.text() == forgotten.hint.why
    assert forgotten.show_button.text() == "Show these 12 memories"
    qtbot.mouseClick(forgotten.show_button, Qt.MouseButton.LeftButton)
    assert watched.chosen == [(0, tuple(range(1, 13)))]
    qtbot.mouseClick(full.why_button, Qt.MouseButton.LeftButton)
    assert not full.show_button.isVisible(), "it is about no memory"
    qtbot.mouseClick(forgotten.why_button, Qt.MouseButton.LeftButton)
    assert not forgotten.why.isVisible()


def test_a_card_stays_as_it_is_when_its_hint_is_found_again(watched: Watched) -> None:
    watched.show()
    watched.answer((dead(12),))
    (card,) = watched.panel.cards
    card.why_button.click()
    card.why_button.setFocus()
    watched.show(3200 + CADENCE)
    watched.answer((make_diagnosis().hints[0], dead(30)), seen=3200 + CADENCE)
    assert watched.panel.cards[1] is card
    assert card.why.isVisible()
    assert card.why_button.hasFocus()
    assert card.apply_button.text() == "Delete 30"
    assert watched.titles == ["The layer episodes is full", "30 memories have not won for long"]


def test_the_number_of_hints_is_told_when_it_changes(watched: Watched) -> None:
    watched.show()
    watched.answer()
    watched.panel.look.click()
    watched.answer()
    watched.panel.look.click()
    watched.answer((dead(3),))
    watched.show(info=make_info(run=2), seen=0)
    assert watched.counts == [2, 1, 0]


def test_another_run_is_looked_at_anew(watched: Watched) -> None:
    watched.show()
    watched.answer()
    watched.show(info=make_info(run=2))
    assert watched.titles == []
    assert watched.panel.note_label.text() == ""
    assert len(watched.looks) == 2


def test_a_name_is_shown_as_it_was_written(watched: Watched) -> None:
    hint = replace(dead(1), title="Class <b>&x is starving", remedy_text="Teach a missed <b>&x")
    watched.show()
    watched.answer((hint,))
    (card,) = watched.panel.cards
    assert card.title.textFormat() is Qt.TextFormat.PlainText
    assert card.apply_button.text() == "Teach a missed <b>&&x"


# Doing something about it.


def test_apply_asks_for_the_remedy_and_looks_again(watched: Watched, qtbot: QtBot) -> None:
    watched.show()
    watched.answer((dead(12),))
    (card,) = watched.panel.cards
    card.apply_button.setFocus()
    qtbot.keyClick(card.apply_button, Qt.Key.Key_Space)
    assert watched.asked[-2] is card.hint.remedy
    assert isinstance(watched.asked[-1], Diagnose)
    assert not card.apply_button.isEnabled(), "once is enough"
    assert card.why_button.hasFocus()
    assert card.note.text() == "Asked for. Ctrl+Z takes it back"
    edits = (Edit(1, "deleted 12 memories", False),)
    watched.show(edits=edits)
    assert len(watched.looks) == 2, "the change is its own, and looked at already"
    watched.answer((), edits=edits)
    assert watched.titles == []
    assert watched.panel.look.hasFocus(), "the keyboard is not left nowhere"


def test_a_remedy_that_did_not_help_can_be_asked_for_again(watched: Watched) -> None:
    watched.show()
    watched.answer((dead(12),))
    (card,) = watched.panel.cards
    card.apply_button.click()
    watched.answer((dead(12),))
    assert watched.panel.cards == [card]
    assert card.apply_button.isEnabled()
    assert card.note.text() == "Ctrl+Z takes it back"


# How far it is.


def test_progress_is_shown_only_if_it_takes_longer_than_a_moment(watched: Watched) -> None:
    watched.show()
    watched.show(task=TASK)
    assert not watched.panel.progress.isVisible()
    watched.now += UNHURRIED + 0.01
    watched.show(task=TASK)
    assert watched.panel.progress.isVisible()
    assert watched.panel.progress.value() / watched.panel.progress.maximum() == pytest.approx(1 / 3)
    assert watched.panel.task.text() == "Looking over the memories"
    watched.answer()
    assert not watched.panel.progress.isVisible()
    assert watched.panel.look.isVisible()


def test_a_look_can_be_given_up_and_what_was_known_stays(watched: Watched, qtbot: QtBot) -> None:
    watched.show()
    watched.answer()
    watched.panel.look.setFocus()
    qtbot.keyClick(watched.panel.look, Qt.Key.Key_Space)
    watched.now += 1
    watched.show(task=TASK)
    assert watched.panel.cancel.hasFocus()
    qtbot.keyClick(watched.panel.cancel, Qt.Key.Key_Space)
    assert isinstance(watched.asked[-1], CancelTask)
    assert watched.panel.look.hasFocus()
    watched.answer(())
    assert len(watched.titles) == 2


def test_an_answer_that_does_not_come_is_not_waited_for(watched: Watched) -> None:
    watched.show()
    watched.now += PATIENCE + 0.1
    watched.show()
    watched.show(3200 + CADENCE)
    assert len(watched.looks) == 2


def test_while_something_else_is_computed_it_waits(watched: Watched) -> None:
    watched.show()
    for _ in range(5):
        watched.now += PATIENCE
        watched.show(3200 + CADENCE, task=replace(TASK, name="Testing with and without"))
    assert len(watched.looks) == 1


# Looks.


@pytest.mark.parametrize("size", [NARROW, WIDE])
def test_nothing_is_cut_off(qtbot: QtBot, size: tuple[int, int]) -> None:
    watched = Watched(qtbot, size)
    watched.show()
    long = replace(dead(12_345), remedy_text="Teach a missed " + "W" * 24, why="many words " * 30)
    watched.answer((long, make_diagnosis().hints[0]))
    for card in watched.panel.cards:
        card.why_button.click()
    grab(watched.panel)
    for card in watched.panel.cards:
        room = card.parentWidget().parentWidget().rect()
        assert card.width() <= room.width()
        for label in (card.title, card.why):
            assert label.heightForWidth(label.width()) <= label.height()
        for button in card.findChildren(QPushButton):
            if button.isVisible():
                assert button.mapTo(card, button.rect().bottomRight()).x() < card.width()


def test_every_control_has_a_name_a_tooltip_and_the_keyboard(watched: Watched) -> None:
    watched.show()
    watched.answer()
    panel = watched.panel
    buttons = [panel.look, panel.cancel, *(b for card in panel.cards for b in card.findChildren(QPushButton))]
    assert len(buttons) >= 8
    for button in buttons:
        assert button.toolTip()
        assert button.accessibleName()
        assert button.focusPolicy() & Qt.FocusPolicy.TabFocus


def test_the_theme_is_followed(watched: Watched) -> None:
    watched.show()
    watched.answer()
    watched.panel.cards[0].setFocus()
    assert_follows_the_theme(watched.panel, watched.panel.cards[0].symbol)


def test_a_panel_and_its_cards_can_be_collected() -> None:
    assert_collectable(HealthPanel)

    def with_cards() -> HealthPanel:
        panel = HealthPanel()
        asked: list[Any] = []
        panel.asked.connect(asked.append)
        panel.show()
        panel.show_frame(at(3200))
        panel.show_frame(at(3200, findings=Findings(diagnosis=make_diagnosis(asked[-1].request))))
        assert all(isinstance(card, HintCard) for card in panel.cards)
        assert len(panel.cards) == 2
        return panel

    assert_collectable(with_cards)


def test_a_diagnosis_that_is_shown_already_costs_nothing(watched: Watched, monkeypatch: Any) -> None:
    watched.show()
    watched.answer()
    found = Findings(diagnosis=watched.panel._shown)
    assert isinstance(found.diagnosis, Diagnosis)
    monkeypatch.setattr(HintCard, "show_hint", lambda *_: pytest.fail("drawn again"))
    watched.show(findings=found)
