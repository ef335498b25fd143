"""STREAM: the last mistakes."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import pytest
from PySide6.QtCore import QRectF, Qt
from pytestqt.qtbot import QtBot

from engine.frame import RunState
from memnet_gui.widgets.stream_panel import StreamPanel
from tests.gui.frames import make_frame, make_info, make_mistakes, make_score
from tests.gui.panels import grab, shown

LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def panel(qtbot: QtBot) -> StreamPanel:
    return shown(qtbot, StreamPanel(), 250, 732)


def test_the_strip_shows_the_newest_mistakes_and_counts_all(panel: StreamPanel) -> None:
    info, mistakes = make_info(), make_mistakes(20)
    score = replace(make_score(info), seen=21344, correct=20884)
    panel.show_frame(make_frame(info, mistakes=mistakes, score=score))
    assert panel.mistakes_note.text() == "460 so far"
    visible = panel.mistakes.visible_mistakes()
    assert [mistake.digit for mistake in visible] == sorted((m.digit for m in mistakes), reverse=True)[
        : len(visible)
    ]


def test_free_height_is_filled_with_rows_of_mistakes(qtbot: QtBot) -> None:
    for height, rows in ((560, 1), (760, 3), (900, 4)):
        panel = shown(qtbot, StreamPanel(), 250, height)
        panel.show_frame(make_frame(mistakes=make_mistakes(24)))
        grab(panel)
        strip, visible = panel.mistakes, panel.mistakes.visible_mistakes()
        assert len(visible) == min(24, rows * strip.per_row), height
        places = [strip.thumb_rect(place) for place in range(len(visible))]
        assert all(QRectF(strip.rect()).contains(place) for place in places)
        assert not any(one.intersects(other) for one, other in pairwise(places))


def test_mistakes_are_redrawn_four_times_a_second_while_it_plays_and_at_once_when_it_stops(
    qtbot: QtBot, panel: StreamPanel
) -> None:
    frame = make_frame(mistakes=make_mistakes(2))
    panel.show_frame(frame)
    panel.show_frame(replace(frame, mistakes=make_mistakes(3)))
    assert len(panel.mistakes.visible_mistakes()) == 2
    qtbot.waitUntil(lambda: len(panel.mistakes.visible_mistakes()) == 3, timeout=2000)
    panel.show_frame(replace(frame, mistakes=make_mistakes(4), state=RunState.PAUSED))
    assert len(panel.mistakes.visible_mistakes()) == 4


def test_clicking_a_mistake_hands_it_over(qtbot: QtBot, panel: StreamPanel) -> None:
    panel.show_frame(make_frame(mistakes=make_mistakes(5)))
    place = panel.mistakes.thumb_rect(1).center().toPoint()
    with qtbot.waitSignal(panel.mistake_clicked) as clicked:
        qtbot.mouseClick(panel.mistakes, LEFT, pos=place)
    assert clicked.args[0] is panel.mistakes.visible_mistakes()[1]


def test_mistakes_are_reached_by_keyboard(qtbot: QtBot, panel: StreamPanel) -> None:
    panel.show_frame(make_frame(mistakes=make_mistakes(5)))
    qtbot.keyClick(panel.mistakes, Qt.Key.Key_Right)
    assert panel.mistakes.accessibleDescription() == "digit 301 · a 3, answered 6"
    with qtbot.waitSignal(panel.mistake_clicked) as clicked:
        qtbot.keyClick(panel.mistakes, Qt.Key.Key_Space)
    assert clicked.args[0].digit == 301


def test_the_keyboard_goes_from_row_to_row_of_mistakes(qtbot: QtBot) -> None:
    panel = shown(qtbot, StreamPanel(), 250, 900)
    panel.show_frame(make_frame(mistakes=make_mistakes(24)))
    grab(panel)
    strip = panel.mistakes
    for key in (Qt.Key.Key_Down, Qt.Key.Key_Down, Qt.Key.Key_Right, Qt.Key.Key_Up):
        qtbot.keyClick(strip, key)
    with qtbot.waitSignal(panel.mistake_clicked) as clicked:
        qtbot.keyClick(strip, Qt.Key.Key_Return)
    assert clicked.args[0] is strip.visible_mistakes()[strip.per_row + 1]


def test_without_mistakes_the_strip_says_so_and_keys_do_nothing(qtbot: QtBot, panel: StreamPanel) -> None:
    panel.show_frame(make_frame(mistakes=(), state=RunState.PAUSED))
    with qtbot.assertNotEmitted(panel.mistake_clicked):
        qtbot.keyClick(panel.mistakes, Qt.Key.Key_Space)
        qtbot.keyClick(panel.mistakes, Qt.Key.Key_Right)
    empty = grab(panel.mistakes)
    panel.show_frame(make_frame(mistakes=make_mistakes(1), state=RunState.PAUSED))
    assert grab(panel.mistakes) != empty
