"""Recall by class: right values, a written scale, readable bars."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QFontMetrics
from pytestqt.qtbot import QtBot

from engine.arrays import freeze
from engine.config import PRESETS
from engine.frame import Frame
from memnet_gui.confusion_reading import class_recalls
from memnet_gui.theme import DARK, LIGHT
from memnet_gui.widgets.painting import sized
from memnet_gui.widgets.recall_view import RecallView
from tests.gui.frames import empty_frame, make_frame, make_info


def with_confusion(confusion: np.ndarray) -> Frame:
    frame = make_frame(make_info(replace(PRESETS["columns"], classes=len(confusion))))
    return replace(frame, score=replace(frame.score, confusion=freeze(confusion)))


@pytest.fixture
def view(qtbot: QtBot) -> RecallView:
    view = RecallView()
    qtbot.addWidget(view)
    view.resize(160, 90)
    view.set_theme(DARK)
    view.show()
    return view


def test_recall_is_the_diagonal_over_the_row() -> None:
    confusion = np.array([[90, 10, 0], [0, 0, 0], [1, 1, 2]])
    np.testing.assert_allclose(class_recalls(confusion), [0.9, np.nan, 0.5])


def test_a_class_is_said_with_its_counts(view: RecallView) -> None:
    counts = np.diag(np.full(10, 2000))
    counts[4, 4], counts[4, 9] = 2345, 46
    view.show_frame(with_confusion(counts))
    assert view.describe(4) == "recall of 4: 98.1 % (2,345 of 2,391)"


def test_a_class_that_was_not_seen_has_no_recall(view: RecallView) -> None:
    view.show_frame(empty_frame())
    assert view.describe(4) == "recall of 4: – (none seen yet)"
    assert view.floor == 0.0


def test_the_scale_is_written_and_begins_below_the_worst_class(view: RecallView) -> None:
    counts = np.diag(np.full(10, 97))
    counts[3, 3], counts[3, 5] = 92, 8
    view.show_frame(with_confusion(counts))
    metrics = QFontMetrics(sized(view))
    assert view.floor == 0.9
    view.resize(220, 90)
    assert view.caption(metrics) == "recall by class, 90–100 %"
    view.resize(100, 90)
    assert view.caption(metrics) == "recall, 90–100 %"


def test_bars_are_as_high_as_their_share_of_the_scale(view: RecallView) -> None:
    counts = np.diag([100, 95])
    counts[1, 0] = 5
    view.show_frame(with_confusion(counts))
    for theme in (DARK, LIGHT):
        view.set_theme(theme)
        shown = view.grab().toImage()
        for index, (share, color) in enumerate(((1.0, theme.class_color(0)), (0.0, theme.class_color(1)))):
            track = view.bar_rect(index).toRect()
            column = [shown.pixelColor(track.center().x(), y) for y in range(track.top(), track.bottom() + 1)]
            height = sum(pixel.rgb() == color.rgb() for pixel in column)
            assert height == pytest.approx(max(1, share * track.height()), abs=1)


@pytest.mark.parametrize("classes", [2, 10, 62])
def test_each_bar_is_inside_and_hit(view: RecallView, classes: int) -> None:
    view.show_frame(with_confusion(np.diag(np.full(classes, 5))))
    for index in (0, classes // 2, classes - 1):
        track = view.bar_rect(index)
        assert track.width() >= 1
        assert view.rect().contains(track.toAlignedRect())
        assert view.part_at(track.center()) == index
    assert view.part_at(QPointF(5, view.height() - 2)) is None
    assert not view.grab().isNull()


def test_mouse_and_keys_point_at_a_class(view: RecallView, qtbot: QtBot) -> None:
    view.show_frame(make_frame())
    said: list[str] = []
    view.part_pointed.connect(said.append)
    qtbot.mouseMove(view, view.bar_rect(7).center().toPoint())
    qtbot.waitUntil(lambda: view.pointed == 7)
    qtbot.keyClick(view, Qt.Key.Key_Right)
    qtbot.keyClick(view, Qt.Key.Key_End)
    qtbot.keyClick(view, Qt.Key.Key_Right)
    assert view.pointed == 9
    qtbot.keyClick(view, Qt.Key.Key_Home)
    qtbot.keyClick(view, Qt.Key.Key_Escape)
    assert [text[:11] for text in said] == ["recall of 7", "recall of 8", "recall of 9", "recall of 0", ""]


def test_the_pointed_class_is_said_anew_when_it_changes(view: RecallView, qtbot: QtBot) -> None:
    view.show_frame(with_confusion(np.diag([3, 3])))
    qtbot.keyClick(view, Qt.Key.Key_Right)
    said: list[str] = []
    view.part_pointed.connect(said.append)
    view.show_frame(with_confusion(np.diag([4, 3])))
    view.show_frame(with_confusion(np.diag([4, 3])))
    assert said == ["recall of 0: 100.0 % (4 of 4)"]
