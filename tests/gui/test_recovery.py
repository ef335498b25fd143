"""The bar after a crash: what it says, and what each answer does."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot

from engine import commands as ask
from engine.generations import file_name
from memnet_gui.recovery import Recovery, ago
from memnet_gui.shelf import Shelf
from memnet_gui.theme import LIGHT
from tests.gui.frames import empty_frame, make_frame, make_info
from tests.gui.stage import Stage

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support", extend=True)


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (-5, "moments ago"),
        (59, "moments ago"),
        (60, "1 minute ago"),
        (3599, "59 minutes ago"),
        (7199, "1 hour ago"),
        (3 * 86_400, "3 days ago"),
    ],
)
def test_time_is_told_as_people_tell_it(seconds: float, words: str) -> None:
    assert ago(seconds) == words


class Aftermath:
    """A window that was started after crashes."""

    def __init__(self, stage: Stage, root: Path, *digits: int) -> None:
        self.window, self.root, self._stage = stage.window, root, stage
        for number, count in enumerate(digits):
            (root / f"gone-{count}").mkdir(parents=True)
            path = root / f"gone-{count}" / file_name(1, count)
            path.write_bytes(b"a run")
            saved = path.stat().st_mtime - 200 * (number + 1)
            os.utime(path, (saved, saved))
        self.shelf = Shelf(root)
        self.recovery = Recovery(self.shelf, self.window.recovery, self.window.control.recover, self.window)
        self.window.ready.connect(self.recovery.look)

    @property
    def text(self) -> str:
        assert self.window.recovery.isVisible() == bool(self.window.recovery.text)
        return self.window.recovery.text

    def button(self, label: str) -> QPushButton:
        (button,) = [
            each
            for each in self.window.recovery.findChildren(QPushButton)
            if each.text() == label and each.isVisible()
        ]
        return button

    def press(self, label: str) -> None:
        self.button(label).click()

    def offered(self) -> list[int]:
        """What another window that is started now would find."""
        other = Shelf(self.root)
        found = [crash.newest.digits for crash in other.crashes()]
        other.close(keep=False)
        return found


@pytest.fixture
def after(stage: Stage, tmp_path: Path) -> Aftermath:
    return Aftermath(stage, tmp_path, 21_344, 500)


def test_nothing_is_asked_after_an_end_in_order(stage: Stage, tmp_path: Path) -> None:
    after = Aftermath(stage, tmp_path / "never made")
    stage.begin()
    assert after.text == ""


def test_the_newest_run_is_offered_when_everything_else_is_there(after: Aftermath, stage: Stage) -> None:
    assert after.text == "", "not before there is something to look at"
    stage.begin()
    assert after.text == (
        "MemNet ended unexpectedly. Its run was saved 3 minutes ago, at digit 21,344. Go on from there? "
        "One older run is kept for later."
    )
    assert stage.runner.posted == []


def test_going_on_asks_the_engine_and_leaves_the_files_to_it(after: Aftermath, stage: Stage) -> None:
    stage.begin()
    after.press("Go on")
    assert stage.runner.posted == [ask.Recover(after.root / "gone-21344")]
    assert after.text == ""
    assert after.offered() == [500], "another window does not take it meanwhile"
    after.shelf.close(keep=False)
    assert after.offered() == [21_344, 500], "what the engine could not open stays"


def test_going_on_instead_of_a_run_that_has_learned_asks_first(after: Aftermath, stage: Stage) -> None:
    stage.begin()
    stage.send(make_frame())
    after.press("Go on")
    assert "21,344" in stage.question.text()
    stage.press("Cancel")
    assert stage.runner.posted == []
    assert "Go on from there?" in after.text
    after.press("Go on")
    stage.press("Go on")
    assert stage.runner.posted == [ask.Recover(after.root / "gone-21344")]
    assert after.text == ""


def test_what_is_not_wanted_now_is_offered_again_another_time(after: Aftermath, stage: Stage) -> None:
    stage.begin()
    after.press("Not now")
    assert after.text == ""
    assert after.offered() == [21_344, 500]


def test_discarding_can_be_undone_until_the_window_is_closed(after: Aftermath, stage: Stage) -> None:
    stage.begin()
    after.press("Discard")
    assert after.text == "The run at digit 21,344 is removed when this window closes."
    after.press("Undo")
    assert "Go on from there?" in after.text
    after.press("Discard")
    assert (after.root / "gone-21344").exists()
    after.shelf.close(keep=False)
    assert after.offered() == [500]


def test_the_offer_outlasts_new_runs_and_their_notices(after: Aftermath, stage: Stage) -> None:
    stage.begin()
    stage.window.tell("error", "Something failed.")
    stage.send(empty_frame(make_info(run=2)))
    assert stage.window.notices.texts == []
    assert "Go on from there?" in after.text


def test_the_answers_are_reached_by_tab_in_order_and_none_is_pressed_by_chance(
    after: Aftermath, stage: Stage, qtbot: QtBot
) -> None:
    stage.begin()
    qtbot.keyClick(stage.window, Qt.Key.Key_Space)
    assert "Go on from there?" in after.text, "Space plays"
    after.button("Go on").setFocus(Qt.FocusReason.TabFocusReason)
    for label in ("Not now", "Discard"):
        qtbot.keyClick(stage.window.focusWidget(), Qt.Key.Key_Tab)
        assert after.button(label).hasFocus()
        assert after.button(label).toolTip() not in ("", label)
    stage.window.set_theme(LIGHT)
    qtbot.keyClick(after.button("Discard"), Qt.Key.Key_Space)
    after.press("Undo")
