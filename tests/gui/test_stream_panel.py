"""STREAM as a whole: what it says without a digit, themes, names."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from engine.frame import RunState
from memnet_gui.widgets.stream_panel import EVIDENCE, PLAIN, StreamPanel
from tests.gui.frames import answered_frame, empty_frame, make_frame, make_info
from tests.gui.panels import assert_collectable, assert_follows_the_theme, grab, shown


@pytest.fixture
def panel(qtbot: QtBot) -> StreamPanel:
    return shown(qtbot, StreamPanel(), 250, 732)


def test_before_the_first_digit_there_is_a_sentence(panel: StreamPanel) -> None:
    panel.show_frame(empty_frame(state=RunState.LOADING))
    assert panel.digit.sentence == "Loading the digits"
    panel.show_frame(empty_frame())
    assert panel.digit.sentence == "Press Space to start"
    assert panel.note_label.text() == ""
    assert panel.votes.number_text(3) == "–"
    with_sentence = grab(panel.digit)
    panel.digit.clear("")
    assert grab(panel.digit) != with_sentence


@pytest.mark.parametrize(
    ("state", "words"),
    [
        (RunState.PAUSED, "Press Space to go on"),
        (RunState.PLAYING, "The next digit"),
        (RunState.FINISHED, "All digits were seen"),
        (RunState.FAILED, "what was learned is kept"),
    ],
)
def test_a_run_that_was_opened_has_no_digit_to_show_but_is_not_at_its_start(
    panel: StreamPanel, state: RunState, words: str
) -> None:
    panel.show_frame(make_frame(state=state, trial=None))
    assert words in panel.digit.sentence


def test_a_reset_empties_the_panel(panel: StreamPanel) -> None:
    panel.show_frame(answered_frame(make_info()))
    full = grab(panel)
    panel.show_frame(empty_frame(make_info(run=2)))
    assert grab(panel) != full
    assert panel.votes.number_text(4) == "–"
    assert panel.mistakes.visible_mistakes() == []


PARTS: list[Callable[[StreamPanel], QWidget]] = [
    lambda panel: panel.digit,
    lambda panel: panel.answer,
    lambda panel: panel.votes,
    lambda panel: panel.surprise,
    lambda panel: panel.mistakes,
]


@pytest.mark.parametrize("part", PARTS)
def test_switching_the_theme_recolours_every_part(
    panel: StreamPanel, part: Callable[[StreamPanel], QWidget]
) -> None:
    panel.show_frame(make_frame())
    assert_follows_the_theme(panel, part(panel))


def test_the_same_digit_is_not_drawn_again(
    qtbot: QtBot, panel: StreamPanel, monkeypatch: pytest.MonkeyPatch
) -> None:
    frame = make_frame()
    panel.show_frame(frame)
    monkeypatch.setattr(panel, "_show_trial", lambda *_: pytest.fail("drawn twice"))
    panel.show_frame(replace(frame, number=2))


def test_controls_have_names_and_tooltips(panel: StreamPanel) -> None:
    for part in (panel.digit, panel.answer, panel.votes, panel.surprise, panel.mistakes, panel.mode):
        assert part.accessibleName()
    for index in (EVIDENCE, PLAIN):
        assert panel.mode.button(index).toolTip()
        assert panel.mode.button(index).focusPolicy() != Qt.FocusPolicy.NoFocus
    assert panel.votes.focusPolicy() == panel.mistakes.focusPolicy() == Qt.FocusPolicy.StrongFocus


def test_the_panel_can_be_collected(qapp: QApplication) -> None:
    assert_collectable(StreamPanel)
