"""What the window asks of the run, and what it does before forgetting one."""

from __future__ import annotations

import warnings
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from engine import commands as ask
from engine.frame import Drawing, Frame, Notice
from memnet_gui.main_window import MainWindow
from tests.gui.frames import empty_frame, make_frame, make_info, make_percept
from tests.gui.stage import Chooser, Stage

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support", extend=True)


def test_what_panels_ask_for_becomes_commands(started: Stage) -> None:
    window, posted = started.window, started.runner.posted
    image = np.zeros((28, 28), np.float32)
    window.memory.watch_requested.emit(1)
    window.memory.inspect_requested.emit(0, 5)
    window.memory.inspect_requested.emit(0, None)
    window.accuracy.test_requested.emit()
    window.accuracy.cancel_test_requested.emit()
    window.draw.classify_requested.emit(image, 3)
    assert posted[:5] == [ask.Watch(1), ask.Inspect(0, 5), ask.Inspect(0, None), ask.Test(), ask.CancelTest()]
    assert isinstance(posted[5], ask.Classify)
    assert posted[5].image is image
    assert posted[5].request == 3


def test_an_answer_to_a_drawing_is_shown_in_the_tick_that_brings_it(started: Stage) -> None:
    info = make_info()
    frames: list[int] = []
    show = started.window.draw.show_frame

    def watch(frame: Frame) -> None:
        if frame.drawing is not None:
            frames.append(frame.number)
        show(frame)

    started.window.draw.show_frame = watch  # type: ignore[method-assign]
    started.send(make_frame(info))
    started.runner.current = make_frame(info, drawing=Drawing(1, make_percept(info)))
    while not frames:
        started.window.bridge.tick()
        assert started.window.bridge.frame is not None
        if started.window.bridge.frame.drawing is not None:
            break
    assert frames == [started.window.bridge.frame.number]


def test_curves_come_after_the_first_frame_and_then_it_is_ready(stage: Stage, qtbot: QtBot) -> None:
    with qtbot.waitSignal(stage.window.ready, timeout=10_000):
        stage.begin()
    assert stage.window.accuracy.curves.plot is not None


def test_a_young_run_is_reset_without_a_question(started: Stage) -> None:
    started.window.choices.reset.trigger()
    assert started.runner.posted == [ask.Restart()]


def test_a_grown_run_is_reset_only_after_a_yes(started: Stage) -> None:
    started.send(make_frame())
    started.window.choices.reset.trigger()
    assert "3,200 digits" in started.question.informativeText()
    started.press("Cancel")
    assert started.runner.posted == []
    started.window.choices.reset.trigger()
    started.press("Reset")
    assert started.runner.posted == [ask.Restart()]


def test_save_first_resets_only_once_the_engine_says_that_it_saved(started: Stage, tmp_path: Path) -> None:
    chooser = started.answer(Chooser(tmp_path / "mine.npz"))
    started.send(make_frame())
    started.window.choices.reset.trigger()
    started.press("Save first…")
    assert started.runner.posted == [ask.Pause(), ask.Save(chooser.path)]
    started.send(make_frame(saving=True))
    assert started.runner.posted[2:] == []
    started.runner.queue.append(make_frame(notices=(Notice(1, "info", "Saved mine.npz in here."),)))
    started.send(make_frame())
    assert started.runner.posted[2:] == [ask.Restart()]


def test_a_save_that_fails_keeps_the_run(started: Stage, tmp_path: Path) -> None:
    started.answer(Chooser(tmp_path / "mine.npz"))
    started.send(make_frame())
    started.window.choices.reset.trigger()
    started.press("Save first…")
    started.runner.queue.append(make_frame(notices=(Notice(1, "error", "mine.npz could not be written."),)))
    started.send(make_frame())
    started.runner.queue.append(make_frame(notices=(Notice(2, "info", "Saved mine.npz in here."),)))
    started.send(make_frame())
    assert ask.Restart() not in started.runner.posted
    assert started.window.notices.texts == ["mine.npz could not be written."]


def test_preset_seed_and_fixations_begin_a_new_run(started: Stage) -> None:
    choices, posted = started.window.choices, started.runner.posted
    choices.presets.actions()[-1].trigger()
    choices.data.seeds.actions()[2].trigger()
    choices.data.fixations.actions()[1].trigger()
    first, second, third = posted
    assert isinstance(first, ask.Restart)
    assert first.config is not None
    assert first.config.preset == "tiny"
    assert second == ask.Restart(seed=2)
    assert isinstance(third, ask.Restart)
    assert third.config is not None
    assert (third.config.preset, third.config.fixations) == ("complementary", 1)


def test_a_preset_keeps_the_fixations_that_were_chosen(started: Stage) -> None:
    info = make_info(replace(make_info().config, fixations=2))
    started.send(empty_frame(info))
    started.window.choices.presets.actions()[1].trigger()
    (restart,) = started.runner.posted
    assert isinstance(restart, ask.Restart)
    assert restart.config is not None
    assert restart.config.fixations == 2


def drop(window: MainWindow, *paths: Path) -> bool:
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
    none, left = Qt.KeyboardModifier.NoModifier, Qt.MouseButton.LeftButton
    with warnings.catch_warnings(action="ignore", category=DeprecationWarning):
        # From Qt 6.12 on a QPointF is preferred, which no version before takes.
        enter = QDragEnterEvent(QPoint(5, 5), Qt.DropAction.CopyAction, data, left, none)
    enter.ignore()
    QApplication.sendEvent(window, enter)
    if not enter.isAccepted():
        return False
    QApplication.sendEvent(window, QDropEvent(QPointF(5, 5), Qt.DropAction.CopyAction, data, left, none))
    return True


def test_a_dropped_snapshot_is_opened(started: Stage, tmp_path: Path) -> None:
    assert drop(started.window, tmp_path / "run.npz")
    assert started.runner.posted == [ask.Open(tmp_path / "run.npz")]


def test_other_files_are_refused_with_a_sentence(started: Stage, tmp_path: Path) -> None:
    assert drop(started.window, tmp_path / "holiday.jpg")
    assert not drop(started.window, tmp_path / "a.npz", tmp_path / "b.npz")
    assert started.runner.posted == []
    assert "holiday.jpg" in started.window.notices.texts[0]


def test_opening_replaces_a_grown_run_only_after_a_yes(started: Stage, tmp_path: Path) -> None:
    chooser = started.answer(Chooser(tmp_path / "run.npz"))
    started.send(make_frame())
    started.window.choices.open.trigger()
    started.press("Open")
    assert started.runner.posted == [ask.Open(chooser.path)]
