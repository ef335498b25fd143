"""F1, then a click: what is shown, with the value that it has at that moment."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QPoint
from PySide6.QtGui import QHelpEvent
from PySide6.QtWidgets import QApplication, QWhatsThis, QWidget
from pytestqt.qtbot import QtBot

from engine.arrays import freeze
from engine.config import PRESETS
from engine.frame import Drawing, Frame, RunState
from memnet_gui.explainer import (
    NOTHING,
    Explainer,
    accuracy_now,
    activation_now,
    controls_now,
    memory_now,
    status_now,
    stream_now,
)
from memnet_gui.help import WHATS_THIS
from tests.gui.frames import empty_frame, make_frame, make_info, make_percept, make_score, make_trial
from tests.gui.stage import Stage

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support", extend=True)
INFO = make_info()


@pytest.mark.parametrize(
    ("now", "words"),
    [
        (
            stream_now,
            "Digit 321 is a 4 and was answered 9, wrong, with 80.0 % of the vote; surprise 0.98.",
        ),
        (
            memory_now,
            "3,412 of up to 5,000 whole digits and 12,524 of up to 12,544 memories in 49 columns in use.",
        ),
        (accuracy_now, "98.2 % of the last 1,000; 97.1 % of 1,000 held-out digits."),
        (controls_now, "The run is playing; speed: as fast as it goes; preset complementary"),
        (status_now, "3,200 of 60,000 digits seen, 4,180 a second, 15,936 memories."),
    ],
)
def test_each_says_its_present_values(now: Callable[[Frame], str], words: str) -> None:
    score = replace(make_score(INFO), recent=0.982, memories=(3412, 12524))
    frame = make_frame(INFO, score=score, trial=make_trial(INFO, 321, 4, 9, 0.8))
    assert words in now(frame)


def test_activation_names_the_column_that_sees_something_new() -> None:
    trial = make_trial(INFO)
    novelty = trial.percept.layers[1].novelty.copy()
    novelty[17] = 9.0
    layers = (trial.percept.layers[0], replace(trial.percept.layers[1], novelty=freeze(novelty)))
    frame = make_frame(INFO, trial=replace(trial, percept=replace(trial.percept, layers=layers)))
    assert activation_now(frame).endswith("column 17, novelty 9.00.")
    novelty = novelty.copy()
    novelty[3] = np.inf
    layers = (trial.percept.layers[0], replace(trial.percept.layers[1], novelty=freeze(novelty)))
    frame = make_frame(INFO, trial=replace(trial, percept=replace(trial.percept, layers=layers)))
    assert activation_now(frame).endswith("column 3, novelty infinite, since it has no memory yet.")


def test_whole_digits_have_winners_instead_of_columns() -> None:
    info = make_info(PRESETS["exemplar"])
    assert "5 of 5 winners answer" in activation_now(make_frame(info, trial=make_trial(info)))


@pytest.mark.parametrize("now", [stream_now, activation_now, accuracy_now])
def test_before_the_first_digit_there_is_nothing_to_say(now: Callable[[Frame], str]) -> None:
    assert now(empty_frame()) == NOTHING


def ask(widget: QWidget) -> None:
    """Click in "What's this?" mode."""
    event = QHelpEvent(QEvent.Type.WhatsThis, QPoint(5, 5), widget.mapToGlobal(QPoint(5, 5)))
    QApplication.sendEvent(widget, event)
    QWhatsThis.hideText()


def test_a_click_is_answered_with_the_newest_frame(qtbot: QtBot) -> None:
    widget = QWidget()
    qtbot.addWidget(widget)
    frames: list[Frame | None] = [None]
    explainer = Explainer({"status": widget}, lambda: frames[0], str)
    assert widget.whatsThis() == f"<p>{WHATS_THIS['status']}</p>"
    for seen in (3200, 6400):
        explainer.enter()
        frames[0] = make_frame(score=replace(make_score(INFO), seen=seen))
        ask(widget)
        assert f"{seen:,} of 60,000" in widget.whatsThis()
        assert not QWhatsThis.inWhatsThisMode()
    frames[0] = make_frame(score=replace(make_score(INFO), seen=9000))
    ask(widget)
    assert "9,000" not in widget.whatsThis(), "outside that mode no event is looked at"


def test_every_panel_and_bar_of_the_window_explains_itself(started: Stage) -> None:
    window = started.window
    started.send(make_frame(INFO, state=RunState.PLAYING, drawing=Drawing(1, make_percept(INFO))))
    window.choices.whats_this.trigger()
    assert QWhatsThis.inWhatsThisMode()
    ask(window.docks["stream"])
    for widget in (*window.docks.values(), window.toolbar, window.status):
        assert widget.whatsThis().count("<p>") == 2, widget
    assert "Nothing is drawn." in window.docks["draw"].whatsThis()
