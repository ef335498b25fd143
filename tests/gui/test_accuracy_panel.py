"""The ACCURACY panel as a whole: what it asks for, how it keeps up, how it fits."""

from __future__ import annotations

import gc
import subprocess
import sys
import weakref
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from engine.config import PRESETS
from engine.frame import Frame, HeldOut, RunState
from memnet_gui.theme import DARK, LIGHT
from memnet_gui.widgets.accuracy_panel import NOTE, READOUT, AccuracyPanel
from memnet_gui.widgets.held_out_view import held_out_sentence
from tests.gui.frames import empty_frame, make_curves, make_frame, make_info, make_score

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def panel(qtbot: QtBot) -> AccuracyPanel:
    panel = AccuracyPanel(pace=0)
    qtbot.addWidget(panel)
    panel.set_theme(DARK)
    panel.resize(320, 400)
    panel.show()
    return panel


def while_testing(frame: Frame) -> Frame:
    return replace(frame, held_out=HeldOut(True, 640, 10_000, 3200, 0.971, 3000, 1000))


def test_pyqtgraph_is_imported_only_for_the_plot() -> None:
    script = (
        "import sys\n"
        "from PySide6.QtWidgets import QApplication\n"
        "app = QApplication([])\n"
        "from memnet_gui.widgets.accuracy_panel import AccuracyPanel\n"
        "from tests.gui.frames import make_frame\n"
        "panel = AccuracyPanel(pace=0)\n"
        "panel.show_frame(make_frame())\n"
        "panel.grab()\n"
        "assert 'pyqtgraph' not in sys.modules\n"
        "panel.ensure_plot()\n"
        "assert 'pyqtgraph' in sys.modules\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == 0, done.stderr


def test_a_test_can_be_asked_for_and_given_up(panel: AccuracyPanel, qtbot: QtBot) -> None:
    panel.show_frame(make_frame())
    view = panel.held_out
    assert view.test_button.isVisible()
    with qtbot.waitSignal(panel.test_requested):
        qtbot.mouseClick(view.test_button, Qt.MouseButton.LeftButton)
    assert view.test_button.isVisible(), "the button shows what the frame says, not what was clicked"
    panel.show_frame(while_testing(make_frame()))
    assert not view.test_button.isVisible()
    assert (view.progress.value(), view.progress.maximum()) == (640, 10_000)
    with qtbot.waitSignal(panel.cancel_test_requested):
        qtbot.mouseClick(view.cancel_button, Qt.MouseButton.LeftButton)
    panel.show_frame(make_frame())
    assert view.test_button.isVisible()


@pytest.mark.parametrize(
    ("frame", "enabled"),
    [
        (make_frame(), True),
        (make_frame(state=RunState.PAUSED), True),
        (make_frame(state=RunState.FINISHED), True),
        (make_frame(state=RunState.FAILED), False),
        (make_frame(state=RunState.LOADING), False),
        (empty_frame(), False),
    ],
    ids=["playing", "paused", "finished", "failed", "loading", "empty"],
)
def test_a_test_needs_something_learned_and_a_living_engine(
    panel: AccuracyPanel, frame: Frame, enabled: bool
) -> None:
    panel.show_frame(frame)
    assert panel.held_out.test_button.isEnabled() is enabled


def test_the_held_out_test_is_said_in_words() -> None:
    spaces = str.maketrans("\N{NO-BREAK SPACE}", " ")
    finished = held_out_sentence(HeldOut(False, 0, 0, 0, 0.984, 20_000, 1000)).translate(spaces)
    assert finished == "test 98.4 % on 1,000 digits at digit 20,000"
    assert held_out_sentence(HeldOut(True, 640, 10_000, 21_344, None, 0, 0)) == (
        "testing at digit 21,344: 640 of 10,000"
    )
    assert "not tested" in held_out_sentence(HeldOut(False, 0, 0, 0, None, 0, 0))


def test_a_clicked_cell_is_handed_on(panel: AccuracyPanel, qtbot: QtBot) -> None:
    panel.show_frame(make_frame())
    place = panel.confusion.rect_of((3, 8)).center().toPoint()
    with qtbot.waitSignal(panel.cell_clicked) as clicked:
        qtbot.mouseClick(panel.confusion, Qt.MouseButton.LeftButton, pos=place)
    assert clicked.args == [3, 8]


def test_what_is_pointed_at_is_said_below(panel: AccuracyPanel, qtbot: QtBot) -> None:
    panel.show_frame(make_frame())
    assert panel.readout.text() == READOUT
    qtbot.keyClick(panel.confusion, Qt.Key.Key_Down)
    assert panel.readout.text().startswith("label 0, said 0: ")
    qtbot.keyClick(panel.confusion, Qt.Key.Key_Escape)
    assert panel.readout.text() == READOUT
    qtbot.keyClick(panel.recall, Qt.Key.Key_Right)
    assert panel.readout.text().startswith("recall of 0: ")


def test_the_segments_choose_the_quantity(panel: AccuracyPanel) -> None:
    panel.quantity.button(1).click()
    assert panel.curves.quantity == "memories"
    panel.quantity.button(0).click()
    assert panel.curves.quantity == "accuracy"


def test_while_playing_parts_wait_for_their_turn_and_catch_up(qtbot: QtBot) -> None:
    panel = AccuracyPanel(pace=0.4)
    qtbot.addWidget(panel)
    info = make_info()
    first, second = make_frame(info, score=make_score(info, 1000)), make_frame(info, curves=make_curves(150))
    panel.show_frame(first)
    panel.show_frame(second)
    assert panel.curves.scales.digits == 4000
    np.testing.assert_array_equal(panel.confusion._confusion, first.score.confusion)
    qtbot.waitUntil(lambda: panel.curves.scales.digits == 6000, timeout=2000)
    qtbot.waitUntil(lambda: np.array_equal(panel.confusion._confusion, second.score.confusion), timeout=2000)


def test_a_pause_leaves_nothing_stale(qtbot: QtBot) -> None:
    panel = AccuracyPanel(pace=1000)
    qtbot.addWidget(panel)
    info = make_info()
    panel.show_frame(make_frame(info, score=make_score(info, 1000), curves=make_curves(10)))
    last = while_testing(make_frame(info, state=RunState.PAUSED, curves=make_curves(150)))
    panel.show_frame(last)
    assert panel.curves.scales.digits == 6000
    assert panel.held_out.sentence.text() == held_out_sentence(last.held_out)
    np.testing.assert_array_equal(panel.confusion._confusion, last.score.confusion)
    np.testing.assert_array_equal(panel.recall._confusion, last.score.confusion)


@pytest.mark.parametrize("size", [(290, 300), (320, 400), (460, 640)])
def test_nothing_is_clipped(panel: AccuracyPanel, size: tuple[int, int], qtbot: QtBot) -> None:
    panel.ensure_plot()
    panel.resize(*size)
    panel.show_frame(while_testing(make_frame()))
    qtbot.waitUntil(lambda: panel.size().toTuple() == size)
    parts: list[QWidget] = [panel.curves, panel.confusion, panel.recall, panel.held_out, panel.readout]
    for part in (*parts, panel.quantity, panel.title_label):
        corner = part.mapTo(panel, QPoint(0, 0))
        assert panel.contentsRect().contains(part.rect().translated(corner))
        assert part.width() >= part.minimumSizeHint().width() or part is panel.readout
        wraps = part.hasHeightForWidth()
        needed = part.heightForWidth(part.width()) if wraps else part.minimumSizeHint().height()
        assert part.height() >= needed


def test_the_curves_shrink_first(panel: AccuracyPanel, qtbot: QtBot) -> None:
    tall = panel.curves.height(), panel.confusion.height()
    panel.resize(320, 320)
    qtbot.waitUntil(lambda: panel.curves.height() < tall[0])
    assert panel.confusion.height() == tall[1]


def test_the_note_goes_where_it_does_not_fit(panel: AccuracyPanel) -> None:
    panel.resize(460, 500)
    assert panel.note_label.text() == NOTE
    panel.resize(290, 300)
    assert panel.note_label.text() == ""


@pytest.mark.parametrize("classes", [2, 62])
def test_few_and_many_classes_are_shown(panel: AccuracyPanel, classes: int) -> None:
    panel.show_frame(make_frame(make_info(replace(PRESETS["columns"], classes=classes))))
    assert len(panel.recall.recalls) == classes
    assert panel.confusion.describe((classes - 1, 0)).startswith(f"label {classes - 1}, said 0: ")
    assert not panel.grab().isNull()


def test_an_empty_run_is_shown(panel: AccuracyPanel) -> None:
    panel.ensure_plot()
    panel.show_frame(empty_frame())
    assert panel.curves.empty
    assert panel.curves.legend.text() == "so far – · last 1,000 – · test –"
    assert not panel.grab().isNull()


def test_before_the_first_frame_there_is_nothing_to_test(panel: AccuracyPanel) -> None:
    assert not panel.held_out.test_button.isEnabled()


def test_themes_reach_every_part(panel: AccuracyPanel) -> None:
    panel.ensure_plot()
    panel.show_frame(make_frame())
    pictures = []
    for theme in (DARK, LIGHT, DARK):
        panel.set_theme(theme)
        pictures.append([part.grab().toImage() for part in (panel.curves, panel.confusion, panel.recall)])
    for dark, light, again in zip(*pictures, strict=True):
        assert dark != light
        assert dark == again


def test_controls_have_names_tooltips_and_keyboard_focus(panel: AccuracyPanel) -> None:
    view = panel.held_out
    for control in (
        view.test_button,
        view.cancel_button,
        panel.quantity.button(0),
        panel.curves,
        panel.confusion,
        panel.recall,
    ):
        assert control.accessibleName()
        assert control.focusPolicy() & Qt.FocusPolicy.TabFocus
    for control in (view.test_button, view.cancel_button, panel.confusion, panel.recall, panel.curves.legend):
        assert control.toolTip()


def test_the_panel_can_be_collected(qtbot: QtBot) -> None:
    panel = AccuracyPanel(pace=0)
    panel.ensure_plot()
    panel.show_frame(make_frame())
    references = [weakref.ref(panel), weakref.ref(panel.curves), weakref.ref(panel.curves.plot)]
    panel.deleteLater()
    qtbot.waitSignal(panel.destroyed, timeout=1000).wait()
    del panel
    gc.collect()
    assert [reference() for reference in references] == [None, None, None]
