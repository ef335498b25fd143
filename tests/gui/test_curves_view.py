"""The curves show what the frame holds, on axes that fit, with values under the cursor."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QPointF, Qt
from PySide6.QtGui import QColor, QMouseEvent
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from engine.frame import HeldOut
from memnet_gui.envelope import MOST_POINTS
from memnet_gui.theme import DARK, LIGHT
from memnet_gui.widgets.curves_legend import STROKES
from memnet_gui.widgets.curves_view import MARKER_ROOM, CurvesView
from tests.gui.frames import empty_frame, make_curves, make_frame, make_info


@pytest.fixture
def view(qtbot: QtBot) -> CurvesView:
    view = CurvesView()
    qtbot.addWidget(view)
    view.resize(300, 200)
    view.set_theme(DARK)
    view.ensure_plot()
    view.show()
    return view


def drawn(view: CurvesView, name: str) -> tuple[np.ndarray, np.ndarray]:
    assert view.plot is not None
    x, y = view.plot.curves[name].getData()
    return (np.zeros(0), np.zeros(0)) if x is None else (x, y)


def y_range(view: CurvesView) -> tuple[float, float]:
    assert view.plot is not None
    bottom, top = view.plot._box.viewRange()[1]
    return round(bottom, 6), round(top, 6)


def move_mouse(view: CurvesView, position: QPointF) -> None:
    none = Qt.MouseButton.NoButton
    event = QMouseEvent(QEvent.Type.MouseMove, position, position, none, none, Qt.KeyboardModifier.NoModifier)
    QApplication.sendEvent(view, event)


def move_to(view: CurvesView, digit: float) -> None:
    area = view._plot_area()
    left = area.left() + digit / view.scales.digits * (area.width() - MARKER_ROOM)
    move_mouse(view, QPointF(left, area.center().y()))


def test_accuracies_are_drawn_as_the_frame_holds_them(view: CurvesView) -> None:
    curves = make_curves(100)
    view.show_frame(make_frame(curves=curves))
    for name, x, y in (
        ("prequential", curves.digits, curves.prequential),
        ("recent", curves.digits, curves.recent),
        ("test", curves.test_digits, curves.test_accuracy),
    ):
        np.testing.assert_array_equal(drawn(view, name)[0], x)
        np.testing.assert_array_equal(drawn(view, name)[1], y)
    assert drawn(view, "memories")[0].size == 0


def test_memories_and_novelty_share_a_plot(view: CurvesView) -> None:
    curves = make_curves(100)
    view.show_frame(make_frame(curves=curves))
    view.show_quantity("memories")
    assert y_range(view) == (0, view.scales.memories)
    np.testing.assert_array_equal(drawn(view, "memories")[1], curves.memories)
    np.testing.assert_allclose(
        drawn(view, "novelty_rate")[1] / view.scales.memories, curves.novelty_rate, rtol=1e-6
    )
    assert drawn(view, "prequential")[0].size == 0


def test_a_long_run_is_thinned_to_its_envelope(view: CurvesView) -> None:
    curves = make_curves(60_000, 1)
    view.show_frame(make_frame(curves=curves))
    x, y = drawn(view, "prequential")
    assert 500 < x.size <= MOST_POINTS + 2
    assert y.max() == curves.prequential.max()
    assert x[-1] == 60_000


def test_axes_follow_the_run_and_begin_again_with_a_new_one(view: CurvesView) -> None:
    view.show_frame(make_frame(curves=make_curves(50, 1, tests=0)))
    assert (view.scales.digits, y_range(view)) == (100, (0.0, 1.0))
    view.show_frame(make_frame(curves=make_curves(1800, 32, tests=0)))
    assert view.scales.digits == 60_000
    assert y_range(view) == (0.95, 1.0)
    view.show_frame(make_frame(make_info(run=2), curves=make_curves(3, 1, tests=0)))
    assert (view.scales.digits, y_range(view)) == (100, (0.0, 1.0))


def test_an_unchanged_frame_is_not_drawn_again(view: CurvesView, monkeypatch: pytest.MonkeyPatch) -> None:
    assert view.plot is not None
    calls: list[Any] = []
    monkeypatch.setattr(view.plot, "draw", calls.append)
    view.show_frame(make_frame(curves=make_curves(100)))
    view.show_frame(make_frame(curves=make_curves(100)))
    assert len(calls) == 1
    view.show_frame(make_frame(curves=make_curves(101)))
    view.show_frame(make_frame(curves=make_curves(101, tests=4)))
    assert len(calls) == 3


def test_a_plot_built_late_shows_the_newest_frame(qtbot: QtBot) -> None:
    view = CurvesView()
    qtbot.addWidget(view)
    view.show_frame(make_frame(curves=make_curves(10)))
    view.show_frame(make_frame(curves=make_curves(20)))
    view.ensure_plot()
    plot = view.plot
    np.testing.assert_array_equal(drawn(view, "recent")[0], make_curves(20).digits)
    view.ensure_plot()
    assert view.plot is plot


def test_without_digits_a_sentence_stands_where_the_curves_will_be(view: CurvesView) -> None:
    assert view.plot is not None
    view.show_frame(empty_frame())
    assert view.empty
    assert not view.plot.isVisible()
    sentence = view.grab().toImage()
    view.show_frame(make_frame())
    assert view.plot.isVisible()
    assert view.grab().toImage() != sentence
    view.show_frame(empty_frame(make_info(run=2)))
    assert not view.plot.isVisible()


def test_the_legend_says_the_present_values(view: CurvesView) -> None:
    frame = make_frame(held_out=HeldOut(False, 0, 0, 0, 0.984, 3000, 1000))
    view.show_values(replace(frame, score=replace(frame.score, prequential=0.971, recent=0.982)))
    assert view.legend.text() == "so far 97.1 · last 1,000 98.2 · test 98.4"
    view.show_quantity("memories")
    assert view.legend.text() == "memories 200 · novelty rate 20.0 %"
    view.show_quantity("accuracy")
    view.show_values(empty_frame())
    assert view.legend.text() == "so far – · last 1,000 – · test –"


def test_the_mouse_reads_values_into_the_legend(view: CurvesView) -> None:
    curves = make_curves(100)
    view.show_frame(make_frame(curves=curves))
    view.show_values(make_frame())
    present = view.legend.text()
    move_to(view, 1600)
    assert view.sentence().startswith("digit 1,600 · so far ")
    assert f"{100 * curves.prequential[49]:.1f} %" in view.sentence()
    assert f"so far {100 * curves.prequential[49]:.1f} ·" in view.legend.text()
    assert view.plot is not None
    assert view.plot.cursor_line.isVisible()
    assert view.plot.cursor_line.value() == 1600
    QApplication.sendEvent(view, QEvent(QEvent.Type.Leave))
    assert view.sentence() == ""
    assert view.legend.text() == present
    assert not view.plot.cursor_line.isVisible()


def test_beside_the_axes_nothing_is_read(view: CurvesView) -> None:
    view.show_frame(make_frame())
    move_to(view, 1600)
    move_mouse(view, QPointF(1, 1))
    assert view.sentence() == ""


def test_keys_move_the_cursor(view: CurvesView, qtbot: QtBot) -> None:
    curves = make_curves(100)
    view.show_frame(make_frame(curves=curves))
    view.setFocus()
    qtbot.keyClick(view, Qt.Key.Key_End)
    assert view.reading is not None
    assert view.reading.digit == 3200
    qtbot.keyClick(view, Qt.Key.Key_Left)
    assert view.reading.digit < 3200
    qtbot.keyClick(view, Qt.Key.Key_Home)
    assert view.reading.digit == 32
    assert view.accessibleDescription().startswith("digit 32 · so far")
    qtbot.keyClick(view, Qt.Key.Key_Escape)
    assert view.reading is None


def test_the_values_at_the_cursor_follow_the_quantity(view: CurvesView, qtbot: QtBot) -> None:
    view.show_frame(make_frame())
    qtbot.keyClick(view, Qt.Key.Key_End)
    view.show_quantity("memories")
    assert "memories · novelty rate" in view.sentence()


def test_a_new_run_takes_the_cursor_away(view: CurvesView, qtbot: QtBot) -> None:
    view.show_frame(make_frame())
    qtbot.keyClick(view, Qt.Key.Key_End)
    view.show_frame(make_frame(make_info(run=2)))
    assert view.sentence() == ""


def test_a_switch_of_theme_recolours_the_pens(view: CurvesView) -> None:
    view.show_frame(make_frame())
    assert view.plot is not None
    for theme in (DARK, LIGHT):
        view.set_theme(theme)
        for stroke in STROKES["accuracy"]:
            pen = view.plot.curves[stroke.series].opts["pen"]
            assert pen.color() == QColor(getattr(theme, stroke.token))
            assert pen.width() == 1
        shown = view.grab().toImage()
        area = view._plot_area()
        corner = shown.pixelColor(area.right() - 3, area.center().y() + 8)
        assert corner == QColor(theme.panel)


def test_curves_differ_by_more_than_colour() -> None:
    for strokes in STROKES.values():
        assert len({(stroke.dashed, stroke.marked) for stroke in strokes}) == len(strokes)
