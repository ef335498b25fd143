"""STREAM: the digit, and the evidence in it."""

from __future__ import annotations

import re
from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QPointF, Qt
from pytestqt.qtbot import QtBot

from engine.arrays import freeze
from engine.config import PRESETS
from engine.frame import NetworkInfo, Trial
from memnet_gui.theme import DARK
from memnet_gui.widgets.stream_panel import EVIDENCE, PLAIN, StreamPanel
from tests.gui.frames import answered_frame, make_frame, make_info, make_trial
from tests.gui.panels import grab, shown

LEFT = Qt.MouseButton.LeftButton
SIZES = [(250, 732), (230, 560)]


@pytest.fixture
def panel(qtbot: QtBot) -> StreamPanel:
    return shown(qtbot, StreamPanel(), 250, 732)


def click_bar(qtbot: QtBot, panel: StreamPanel, number: int) -> None:
    qtbot.mouseClick(panel.votes, LEFT, pos=panel.votes.row_rect(number).center().toPoint())


# ── evidence ──────────────────────────────────────────────────────────────────────────────────


def test_the_toggle_changes_the_picture(qtbot: QtBot, panel: StreamPanel) -> None:
    panel.show_frame(answered_frame(make_info()))
    evidence = grab(panel.digit)
    assert panel.digit.caption == "evidence for 4"
    qtbot.mouseClick(panel.mode.button(PLAIN), LEFT)
    plain = grab(panel.digit)
    assert plain != evidence
    assert panel.digit.caption == ""
    qtbot.mouseClick(panel.mode.button(EVIDENCE), LEFT)
    assert grab(panel.digit) == evidence


def test_clicking_a_bar_shows_its_evidence_and_again_the_answers(qtbot: QtBot, panel: StreamPanel) -> None:
    panel.show_frame(answered_frame(make_info()))
    before = grab(panel.digit)
    with qtbot.waitSignal(panel.class_picked) as picked:
        click_bar(qtbot, panel, 7)
    assert picked.args == [7]
    assert panel.digit.caption == "evidence for 7"
    assert grab(panel.digit) != before
    with qtbot.waitSignal(panel.class_picked) as picked:
        click_bar(qtbot, panel, 7)
    assert picked.args == [4]
    assert grab(panel.digit) == before


def test_a_picked_class_stays_picked_from_digit_to_digit_but_not_into_a_new_run(
    qtbot: QtBot, panel: StreamPanel
) -> None:
    panel.show_frame(answered_frame(make_info(), digit=1))
    click_bar(qtbot, panel, 7)
    panel.show_frame(answered_frame(make_info(), digit=2))
    assert panel.shown_class == 7
    panel.show_frame(answered_frame(make_info(run=2), digit=1))
    assert panel.shown_class == 4


def test_picking_a_class_in_plain_view_turns_to_evidence(qtbot: QtBot, panel: StreamPanel) -> None:
    panel.show_frame(answered_frame(make_info()))
    qtbot.mouseClick(panel.mode.button(PLAIN), LEFT)
    click_bar(qtbot, panel, 2)
    assert panel.mode.index == EVIDENCE
    assert panel.digit.caption == "evidence for 2"


def test_evidence_for_is_blue_and_against_is_orange(panel: StreamPanel) -> None:
    info = make_info(PRESETS["columns"])
    trial = make_trial(info)
    votes = np.zeros_like(trial.percept.layers[0].votes)
    votes[0, 4], votes[48, 4] = 1.0, -1.0  # the top left field speaks for 4, the bottom right one against
    blank = freeze(np.zeros((28, 28), np.float32))
    percept = replace(
        trial.percept, image=blank, layers=(replace(trial.percept.layers[0], votes=freeze(votes)),)
    )
    panel.show_frame(make_frame(info, trial=replace(trial, percept=percept)))
    picture, area = grab(panel.digit), panel.digit.picture_rect()
    scale = area.width() / 28
    favoured = picture.pixelColor((area.topLeft() + QPointF(5, 5) * scale).toPoint())
    opposed = picture.pixelColor((area.topLeft() + QPointF(23, 23) * scale).toPoint())
    assert favoured.blue() > favoured.red() + 60
    assert opposed.red() > opposed.blue() + 60


def test_the_share_of_each_layer_is_told(panel: StreamPanel) -> None:
    panel.show_frame(answered_frame(make_info()))
    text = panel.shares_label.text()
    assert text.startswith("whole digits ")
    assert "columns" in text


def test_in_a_narrow_panel_the_shares_are_told_in_fewer_words(qtbot: QtBot) -> None:
    panel = shown(qtbot, StreamPanel(), 186, 560)
    panel.show_frame(answered_frame(make_info()))
    grab(panel)
    assert re.fullmatch(r"digits \d+ %, columns \d+ %", panel.shares_label.text())


def test_whole_digits_alone_have_no_map_and_say_so(panel: StreamPanel) -> None:
    info = make_info(PRESETS["exemplar"])
    panel.show_frame(answered_frame(info))
    evidence = grab(panel.digit)
    assert "no map" in panel.shares_label.text()
    panel.mode.button(PLAIN).click()
    assert grab(panel.digit) == evidence


# ── the picture ───────────────────────────────────────────────────────────────────────────────


def with_image(info: NetworkInfo, image: np.ndarray) -> Trial:
    trial = make_trial(info)
    return replace(trial, percept=replace(trial.percept, image=freeze(image)))


@pytest.mark.parametrize("side", [8, 13, 28, 64])
@pytest.mark.parametrize(("width", "height"), SIZES)
def test_pixels_are_square_and_whole(qtbot: QtBot, width: int, height: int, side: int) -> None:
    panel = shown(qtbot, StreamPanel(), width, height)
    layer = replace(PRESETS["columns"].layers[0], field=8, stride=2, capacity=64)
    info = make_info(replace(PRESETS["columns"], layers=(layer,), side=side))
    checks = (np.indices((side, side)).sum(axis=0) % 2).astype(np.float32)
    panel.show_frame(make_frame(info, trial=with_image(info, checks)))
    panel.mode.button(PLAIN).click()
    picture, area = grab(panel.digit), panel.digit.picture_rect()
    scale = area.width() / side
    assert scale == int(scale) >= 1
    ink, paper = DARK.color("text").rgb(), DARK.color("paper").rgb()
    row = [
        picture.pixel(round(area.x() + (c + 0.5) * scale), round(area.y() + 0.5 * scale)) for c in range(side)
    ]
    assert row == [(paper, ink)[column % 2] for column in range(side)]


def test_a_colour_image_is_drawn_in_its_colours(panel: StreamPanel) -> None:
    info = make_info(replace(PRESETS["columns"], channels=3))
    image = np.zeros((28, 28, 3), np.float32)
    image[..., 1] = 1
    panel.show_frame(make_frame(info, trial=with_image(info, image)))
    plain_center = panel.digit.picture_rect().center().toPoint()
    with_evidence = grab(panel.digit)
    panel.mode.button(PLAIN).click()
    plain = grab(panel.digit)
    assert plain.pixelColor(plain_center).getRgb()[:3] == (0, 255, 0)
    assert with_evidence != plain


def test_the_digit_gives_way_when_the_panel_is_low(qtbot: QtBot) -> None:
    tall, low = shown(qtbot, StreamPanel(), 250, 732), shown(qtbot, StreamPanel(), 230, 560)
    assert tall.digit.width() == tall.digit.height()
    assert 110 <= low.digit.height() < tall.digit.height()
