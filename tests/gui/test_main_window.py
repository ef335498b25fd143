"""The window: layout, themes, keys, and how it ends."""

from __future__ import annotations

import gc
import threading
import time
import weakref

import pytest
from PySide6.QtCore import QByteArray, QEvent, QPoint, QRect, QSize, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QWidget, QWidgetItem
from pytestqt.qtbot import QtBot

from engine import commands as ask
from memnet_gui.appearance import Appearance
from memnet_gui.docks import BEHIND, TITLES, bring_onto_screen
from memnet_gui.help import SHORTCUTS, ShortcutSheet
from memnet_gui.main_window import MainWindow
from memnet_gui.settings import Settings
from memnet_gui.theme import DARK, LIGHT
from tests.gui.answers import make_edits
from tests.gui.fakes import FakeRunner
from tests.gui.frames import make_frame, make_info
from tests.gui.stage import Stage

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support", extend=True)


@pytest.mark.parametrize(("width", "height"), [(1440, 900), (1280, 720)])
def test_every_panel_is_shown_whole(started: Stage, width: int, height: int) -> None:
    window = started.window
    window.notices.clear()
    window.resize(width, height)
    QApplication.processEvents()
    assert (window.width(), window.height()) == (width, height)
    area = window.rect()
    for dock in window.docks.values():
        place = QRect(dock.mapTo(window, QPoint(0, 0)), dock.size())
        assert area.contains(place)
        assert dock.width() >= dock.minimumSizeHint().width()
        assert dock.height() >= dock.minimumSizeHint().height()
        for part in dock.findChildren(QAbstractButton):
            if part.isVisible():
                assert part.visibleRegion().boundingRect().size() == part.size(), part.text()


def test_panels_stand_as_in_the_design(started: Stage) -> None:
    place = {
        name: QRect(dock.mapTo(started.window, QPoint(0, 0)), dock.size())
        for name, dock in started.window.docks.items()
    }
    assert (
        place["stream"].right() < place["memory"].left() < place["memory"].right() < place["accuracy"].left()
    )
    assert place["memory"].bottom() < place["activation"].top()
    assert place["accuracy"].bottom() < place["draw"].top()
    assert place["memory"].width() > place["accuracy"].width() > place["stream"].width()


def test_a_panels_header_is_the_docks_handle(started: Stage) -> None:
    dock = started.window.docks["stream"]
    bar, panel = dock.titleBarWidget(), started.window.stream
    assert bar.isAncestorOf(panel.title_label)
    assert bar.width() == panel.width()
    assert bar.geometry().bottom() + 1 == panel.geometry().top()


def test_reset_layout_brings_floating_and_hidden_panels_back(started: Stage) -> None:
    window = started.window
    before = {name: dock.geometry() for name, dock in window.docks.items()}
    window.docks["draw"].setFloating(True)
    window.docks["stream"].hide()
    window.choices.reset_layout.trigger()
    QApplication.processEvents()
    assert not window.docks["draw"].isFloating()
    assert window.docks["stream"].isVisible()
    assert {name: dock.geometry() for name, dock in window.docks.items()} == before


def test_the_users_arrangement_is_remembered(qtbot: QtBot, qapp: QApplication) -> None:
    first = Stage(qtbot, qapp, FakeRunner())
    first.show(1300, 800)
    first.window.docks["activation"].hide()
    first.window.close()
    second = Stage(qtbot, qapp, FakeRunner())
    second.window.show()
    assert second.settings.geometry == first.window.saveGeometry()
    assert not second.window.docks["activation"].isVisible()
    assert second.window.docks["memory"].isVisible()
    second.window.close()


def test_a_layout_that_cannot_be_read_is_ignored(qtbot: QtBot, qapp: QApplication) -> None:
    Settings().remember_window(QByteArray(b"nonsense"), QByteArray(b"nonsense"))
    stage = Stage(qtbot, qapp, FakeRunner())
    stage.show()
    assert {name for name, dock in stage.window.docks.items() if dock.isVisible()} == set(TITLES) - set(
        BEHIND
    )
    stage.window.close()


@pytest.mark.parametrize("place", [QRect(-9000, 0, 900, 600), QRect(300, 40000, 5000, 4000)])
def test_a_window_from_an_unplugged_screen_comes_onto_one_that_is_there(qtbot: QtBot, place: QRect) -> None:
    widget = QWidget()
    qtbot.addWidget(widget)
    widget.setGeometry(place)
    bring_onto_screen(widget)
    assert QGuiApplication.primaryScreen().availableGeometry().contains(widget.geometry())


def test_a_window_whose_top_can_be_reached_stays_where_it_is(qtbot: QtBot) -> None:
    widget = QWidget()
    qtbot.addWidget(widget)
    place = QRect(
        QGuiApplication.primaryScreen().availableGeometry().topLeft() + QPoint(40, 30), QSize(400, 9000)
    )
    widget.setGeometry(place)
    bring_onto_screen(widget)
    assert widget.geometry() == place


def test_both_themes_reach_every_panel(started: Stage) -> None:
    window = started.window
    window.choices.theme.chosen.emit("light")
    light = window.grab().toImage()
    window.choices.theme.chosen.emit("dark")
    dark = window.grab().toImage()
    for dock in window.docks.values():
        corner = dock.mapTo(window, QPoint(6, dock.height() // 2))
        assert light.pixelColor(corner).name() == LIGHT.panel
        assert dark.pixelColor(corner).name() == DARK.panel


def test_space_plays_pauses_and_right_steps(started: Stage) -> None:
    window, runner = started.window, started.runner
    window.centre.setFocus()
    QTest.keyClick(window.centre, Qt.Key.Key_Space)
    assert runner.posted == [ask.Play()]
    started.send(make_frame())
    QTest.keyClick(window.centre, Qt.Key.Key_Space)
    QTest.keyClick(window.centre, Qt.Key.Key_Right)
    assert runner.posted == [ask.Play(), ask.Pause(), ask.Step(1)]


def test_a_focused_button_keeps_its_space(started: Stage) -> None:
    started.send(make_frame())
    step = started.window.toolbar.step
    step.setFocus(Qt.FocusReason.TabFocusReason)
    QTest.keyClick(step, Qt.Key.Key_Space)
    assert started.runner.posted == [ask.Step(1)]


def test_space_works_after_a_click_on_any_button(started: Stage, qtbot: QtBot) -> None:
    started.window.centre.setFocus()
    qtbot.mouseClick(started.window.toolbar.step, Qt.MouseButton.LeftButton)
    focus = QApplication.focusWidget()
    assert not isinstance(focus, QAbstractButton)


def test_keys_of_a_floating_panel_reach_the_window(started: Stage) -> None:
    dock = started.window.docks["stream"]
    dock.setFloating(True)
    QTest.keyClick(dock, Qt.Key.Key_Space)
    assert started.runner.posted == [ask.Play()]


def test_the_shortcut_sheet_lists_every_shortcut_of_an_action(started: Stage) -> None:
    shown = " ".join(keys for keys, _meaning in SHORTCUTS).replace("←", "Left").replace("→", "Right")
    shown = shown.replace("Ctrl+1 … Ctrl+0", " ".join(f"Ctrl+{number}" for number in range(10)))
    for action in started.window.actions():
        if not action.shortcut().isEmpty():
            assert action.shortcut().toString() in shown
    started.window.choices.shortcuts.trigger()
    sheet = started.window.findChild(ShortcutSheet)
    assert sheet is not None
    assert sheet.isVisible()
    sheet.reject()


def test_every_panel_says_what_it_is(started: Stage) -> None:
    for dock in started.window.docks.values():
        assert dock.whatsThis().count(". ") >= 1
        assert dock.accessibleName()


def test_every_control_is_reached_by_tab_and_named(started: Stage) -> None:
    for button in started.window.centre.findChildren(QAbstractButton):
        if button.focusPolicy() == Qt.FocusPolicy.NoFocus or not button.isVisible():
            continue
        assert button.accessibleName() or button.text()
        assert button.toolTip() or button.text()


def test_closing_stops_the_engine_once_and_leaves_no_thread(stage: Stage) -> None:
    stage.begin()
    assert stage.window.close()
    stage.window.close()
    assert stage.runner.closed == 1
    assert not [thread for thread in threading.enumerate() if thread.name.startswith("memnet")]


def test_closing_while_something_is_saved_says_so_and_then_closes(stage: Stage, qtbot: QtBot) -> None:
    stage.begin()
    saved = threading.Event()
    stage.runner.close = lambda: saved.wait(10)  # type: ignore[method-assign, assignment, return-value]
    began = time.perf_counter()
    assert not stage.window.close()
    assert time.perf_counter() - began < 0.5
    assert stage.window.isVisible()
    assert stage.window.status.state.text().startswith("Closing")
    saved.set()
    qtbot.waitUntil(lambda: not stage.window.isVisible(), timeout=2000)


def test_a_closed_window_is_collected(qtbot: QtBot, qapp: QApplication) -> None:
    settings = Settings()
    window = MainWindow(FakeRunner(make_frame()), settings, Appearance(qapp, settings))
    window.resize(1280, 720)
    window.show()
    window.bridge.tick()
    window.bridge.tick()
    window.close()
    gone = weakref.ref(window)
    window.deleteLater()
    del window
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    QApplication.processEvents()
    gc.collect()
    assert gone() is None


def test_no_layout_is_nested_once_it_holds_widgets(started: Stage) -> None:
    """PySide then wraps the layout's items in Python, and collecting such a window frees them twice."""
    started.window.choices.shortcuts.trigger()
    assert not [item for item in gc.get_objects() if isinstance(item, QWidgetItem)]


def test_the_number_of_hints_stands_on_their_tab(started: Stage) -> None:
    dock = started.window.docks["health"]
    assert started.window.questions is not None
    health = started.window.questions.answers.health
    health.count_changed.emit(2)
    assert dock.windowTitle() == "Health 2"
    health.count_changed.emit(0)
    assert dock.windowTitle() == "Health"


def test_a_panel_that_answers_comes_to_the_front_where_it_belongs(started: Stage) -> None:
    window = started.window
    before = {name: window.docks[name].width() for name in ("stream", "activation", "draw")}
    for name, front in BEHIND.items():
        window.deck.reveal(name)
        assert window.docks[name].isVisible()
        assert window.docks[name] in window.deck.tabifiedDockWidgets(window.docks[front])
    assert {name: window.docks[name].width() for name in before} == before


def test_undo_and_redo_go_to_whatever_was_done_last(started: Stage) -> None:
    window, info = started.window, make_info()
    started.send(make_frame(info, edits=make_edits("taught a drawing as A")))
    window.choices.undo.trigger()
    assert started.runner.posted[-1] == ask.Undo()
    started.send(make_frame(info, edits=make_edits("taught a drawing as A", undone=1)))
    window.choices.redo.trigger()
    assert started.runner.posted[-1] == ask.Redo()


def test_w_asks_why_the_current_digit_is_answered_as_it_is(started: Stage) -> None:
    frame = make_frame()
    started.send(frame)
    QTest.keyClick(started.window, Qt.Key.Key_W)
    question = started.runner.posted[-1]
    assert isinstance(question, ask.Explain)
    assert frame.trial is not None
    assert (question.source, question.held_out) == (frame.trial.source, False)
    assert started.window.docks["why"].isVisible()
