"""What the window says: notices, first steps, status."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractButton, QApplication, QLabel, QPushButton
from pytestqt.qtbot import QtBot

from engine import commands as ask
from engine.frame import Drawing, Notice, RunState
from memnet_gui.settings import Settings
from tests.gui.fakes import FakeRunner
from tests.gui.frames import empty_frame, make_frame, make_info, make_inspection, make_percept, make_score
from tests.gui.stage import Chooser, Stage

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support", extend=True)


def test_warnings_stay_until_dismissed_and_information_passes(started: Stage, qtbot: QtBot) -> None:
    window = started.window
    started.runner.queue.append(
        empty_frame(notices=(Notice(1, "warning", "The GPU is gone."), Notice(2, "info", "Saved a.npz.")))
    )
    started.send(empty_frame())
    assert window.notices.texts == ["The GPU is gone."]
    assert window.status.state.text() == "Saved a.npz."
    close = window.notices.findChild(QAbstractButton)
    assert close is not None
    qtbot.mouseClick(close, Qt.MouseButton.LeftButton)
    assert window.notices.texts == []
    assert not window.notices.isVisible()


def test_a_failure_offers_to_save_what_was_learned(started: Stage, tmp_path: Path) -> None:
    started.answer(Chooser(tmp_path / "kept.npz"))
    text = "The engine stopped at digit 3,200. Everything was kept."
    started.runner.queue.append(
        make_frame(state=RunState.FAILED, failure=text, notices=(Notice(1, "error", text),))
    )
    started.send(make_frame(state=RunState.FAILED, failure=text))
    assert started.window.notices.texts == [text]
    (button,) = started.window.notices.findChildren(QPushButton)
    button.click()
    assert started.runner.posted == [ask.Save(tmp_path / "kept.npz")]
    assert "can be saved" in started.window.status.state.text()


def test_a_new_run_leaves_the_old_ones_troubles_behind(started: Stage) -> None:
    started.window.tell("error", "Something failed.")
    started.send(empty_frame(make_info(run=2)))
    assert started.window.notices.texts == []


def test_the_same_sentence_is_shown_once_and_no_more_than_three_stand(started: Stage) -> None:
    window = started.window
    window.tell("error", "One.")
    for text in ("Two.", "Two.", "Three.", "Four."):
        window.tell("warning", text)
    assert window.notices.texts == ["One.", "Three.", "Four."]


# Nothing to learn from ---------------------------------------------------------------------------


@pytest.fixture
def failing(qtbot: QtBot, qapp: QApplication) -> Iterator[Stage]:
    """A window that still loads, and is about to be told that there is nothing to load."""
    stage = Stage(qtbot, qapp, FakeRunner(loaded=False))
    stage.show()
    stage.runner.failure = "The digits are damaged: install MemNet again."
    yield stage
    stage.window.close()


def test_data_that_cannot_be_loaded_is_said_in_the_window(failing: Stage) -> None:
    window = failing.window
    window.bridge.tick()
    assert window.notices.texts == ["The digits are damaged: install MemNet again."]
    assert "memnet doctor" in window.nothing.text()
    assert window.nothing.isVisible()
    assert window.status.state.text() == "Learning cannot begin."


def test_where_nothing_can_be_learned_no_panel_and_no_hint_asks_for_it(failing: Stage) -> None:
    window = failing.window
    window.docks["draw"].setFloating(True)
    assert window.hints.isVisible()
    window.bridge.tick()
    assert not window.hints.isVisible()
    assert not any(panel.isVisible() for panel in window.panels.values())
    shown = [label.text() for label in window.findChildren(QLabel) if label.isVisible()]
    assert not any("Space" in text for text in shown)


def test_where_nothing_can_be_learned_nothing_can_be_asked_for(failing: Stage) -> None:
    window, toolbar, choices = failing.window, failing.window.toolbar, failing.window.choices
    window.bridge.tick()
    for control in (
        toolbar.play, toolbar.step, toolbar.speed, toolbar.preset, toolbar.data, toolbar.reset, toolbar.open,
        toolbar.export,
    ):  # fmt: skip
        assert not control.isEnabled(), control.accessibleName()
    for action in (choices.reset, choices.open, choices.export.snapshot, choices.first_steps):
        assert not action.isEnabled(), action.text()
    offered = [action.text() for action in choices.more.actions() if action.isEnabled() and action.text()]
    assert offered == ["Theme", "Full screen", "Shortcuts…", "What is this?", "Quit"]
    assert not window.acceptDrops()
    assert failing.runner.posted == []


def test_where_nothing_can_be_learned_the_panels_are_remembered_as_they_were(failing: Stage) -> None:
    window = failing.window
    window.docks["draw"].setFloating(True)
    before = window.deck.saved()
    window.bridge.tick()
    window.close()
    assert Settings().layout == before


# First steps and status --------------------------------------------------------------------------


def test_an_engine_that_is_no_more_is_said_and_what_it_showed_stays(started: Stage) -> None:
    started.runner.failure = "The engine stopped; what was learned was saved in /tmp/run.npz."
    started.window.bridge.tick()
    assert started.window.notices.texts == [started.runner.failure]
    assert started.window.stream.isVisible()
    assert not started.window.toolbar.play.isEnabled()


def test_first_steps_are_ticked_off_and_go_for_good(started: Stage) -> None:
    window, info = started.window, make_info()
    assert window.hints.isVisible()
    started.send(make_frame(info))
    assert window.hints.done == {0}
    started.send(make_frame(info, inspection=make_inspection(info)))
    assert window.hints.done == {0, 1}
    started.send(make_frame(info, drawing=Drawing(1, make_percept(info))))
    assert not window.hints.isVisible()
    assert Settings().hints_dismissed


def test_first_steps_can_be_dismissed_and_brought_back(started: Stage) -> None:
    window = started.window
    close = window.hints.findChild(QAbstractButton)
    assert close is not None
    close.click()
    assert not window.hints.isVisible()
    assert Settings().hints_dismissed
    window.choices.first_steps.trigger()
    assert window.hints.isVisible()
    assert window.hints.done == set()


def test_the_status_bar_says_what_the_run_costs(started: Stage) -> None:
    status = started.window.status
    status.show_frame(make_frame())
    assert status.digits.text() == "3,200 / 60,000 digits"
    assert status.speed.text() == "4,180 digits/s"
    assert status.memories.text() == "200 memories"
    assert status.process.text().endswith("MB")
    assert "fps" in status.frames.text()


def test_one_is_said_in_the_singular(started: Stage) -> None:
    status = started.window.status
    score = replace(make_score(make_info()), memories=(1, 0))
    status.show_frame(make_frame(score=score, digits_per_second=1.1))
    assert (status.speed.text(), status.memories.text()) == ("1 digit/s", "1 memory")


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"state": RunState.PLAYING}, "Learning"),
        ({"state": RunState.PAUSED}, "Paused"),
        ({"state": RunState.FINISHED}, "all 60,000 digits"),
        ({"state": RunState.FAILED, "failure": "x"}, "kept"),
        ({"saving": True}, "Writing a snapshot"),
    ],
)
def test_the_status_bar_says_what_is_going_on(started: Stage, changes: dict[str, object], words: str) -> None:
    started.window.status.show_frame(make_frame(**changes))
    assert words in started.window.status.state.text()
