"""ACTIVATION: the map of columns and the winners of the picked one."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QColor
from pytestqt.qtbot import QtBot

from engine.arrays import freeze
from engine.config import PRESETS
from engine.frame import Frame
from engine.percept import LayerResponse
from memnet_gui.colormaps import VIRIDIS
from memnet_gui.theme import DARK
from memnet_gui.widgets.activation_panel import AGREEMENT, NOVELTY, ActivationPanel
from tests.gui.frames import make_frame, make_info
from tests.gui.panels import grab, hover, shown

LEFT = Qt.MouseButton.LeftButton
COLUMNS = 1  # the complementary preset's layer of columns; layer 0 holds whole digits


@pytest.fixture
def panel(qtbot: QtBot) -> ActivationPanel:
    return shown(qtbot, ActivationPanel(), 780, 190)


def with_response(frame: Frame, **changes: np.ndarray) -> Frame:
    """The frame with parts of the columns' response replaced."""
    assert frame.trial is not None
    layers = list(frame.trial.percept.layers)
    frozen = {name: freeze(value) for name, value in changes.items()}
    layers[COLUMNS] = replace(layers[COLUMNS], **frozen)
    percept = replace(frame.trial.percept, layers=tuple(layers))
    return replace(frame, trial=replace(frame.trial, percept=percept))


def response_of(frame: Frame) -> LayerResponse:
    assert frame.trial is not None
    return frame.trial.percept.layers[COLUMNS]


def cell_color(panel: ActivationPanel, column: int) -> QColor:
    place = panel.map.cell_rect(column)
    return grab(panel.map).pixelColor((place.topLeft() + QPointF(4, 4)).toPoint())


# ── the map ───────────────────────────────────────────────────────────────────────────────────


def test_novelty_is_coloured_from_zero_to_twice_the_vigilance(panel: ActivationPanel) -> None:
    frame = make_frame()
    vigilance = frame.info.config.layers[COLUMNS].vigilance
    novelty = np.zeros(49, np.float32)
    novelty[[1, 2, 3]] = vigilance, 2 * vigilance, np.inf
    panel.show_frame(with_response(frame, novelty=novelty))
    ends = [cell_color(panel, column).getRgb()[:3] for column in (0, 1, 2, 3)]
    assert ends[0] == tuple(VIRIDIS[0].tolist())
    assert ends[1] == tuple(VIRIDIS[128].tolist())
    assert ends[2] == ends[3] == tuple(VIRIDIS[255].tolist())


def test_agreement_is_blue_for_the_answer_and_orange_against(panel: ActivationPanel) -> None:
    frame = make_frame()
    votes = np.zeros((49, 10), np.float32)
    votes[0, 4], votes[1, 4] = 5, -5
    panel.show_frame(with_response(frame, votes=votes))
    panel.mode.button(AGREEMENT).click()
    favour, against = cell_color(panel, 0), cell_color(panel, 1)
    assert favour.blue() > favour.red() + 60
    assert against.red() > against.blue() + 60


def test_the_toggle_changes_map_raster_and_legend(panel: ActivationPanel) -> None:
    panel.show_frame(make_frame())
    before = [grab(part) for part in (panel.map, panel.raster, panel.legend)]
    panel.mode.button(AGREEMENT).click()
    after = [grab(part) for part in (panel.map, panel.raster, panel.legend)]
    assert all(one != other for one, other in zip(before, after, strict=True))
    panel.mode.button(NOVELTY).click()
    assert grab(panel.map) == before[0]


def test_a_silent_column_says_no_class_on_the_map(panel: ActivationPanel) -> None:
    frame = make_frame()
    panel.show_frame(frame)
    panel.mode.button(AGREEMENT).click()
    spoken = grab(panel.map)
    silent = np.full_like(response_of(frame).winners, -1)
    panel.show_frame(with_response(frame, winners=silent))
    assert grab(panel.map) != spoken
    assert panel.winners.verdict() == "column 24 is silent"
    assert panel.winners.count == 0


def test_clicking_a_cell_picks_its_column(qtbot: QtBot, panel: ActivationPanel) -> None:
    panel.show_frame(make_frame())
    grab(panel)
    with qtbot.waitSignal(panel.column_picked) as picked:
        qtbot.mouseClick(panel.map, LEFT, pos=panel.map.cell_rect(16).center().toPoint())
    assert picked.args == [COLUMNS, 16]
    assert panel.winners.verdict().startswith("column 16 says ")
    assert panel.field_label.text() == "rows 6–15\ncols 6–15"


def test_arrow_keys_pick_columns_and_stop_at_the_rim(qtbot: QtBot, panel: ActivationPanel) -> None:
    panel.show_frame(make_frame())
    picked: list[int] = []
    panel.column_picked.connect(lambda _layer, column: picked.append(column))
    for key in (Qt.Key.Key_Right, Qt.Key.Key_Up, Qt.Key.Key_Home, Qt.Key.Key_Left, Qt.Key.Key_End):
        qtbot.keyClick(panel.map, key)
    assert picked == [25, 18, 0, 48]
    assert panel.map.selected == 48


def test_hovering_a_cell_reads_its_value_until_the_mouse_leaves(qtbot: QtBot, panel: ActivationPanel) -> None:
    frame = make_frame()
    panel.show_frame(frame)
    grab(panel)
    at_rest = panel.note_label.text()
    assert at_rest == "49 columns · 12 winners each"
    hover(qtbot, panel.map, panel.map.cell_rect(24).center().toPoint())
    value = response_of(frame).novelty[24]
    assert panel.note_label.text() == f"column 24 · rows 9–18, cols 9–18 · novelty {value:.2f}"
    panel.show_frame(with_response(frame, novelty=np.full(49, 0.125, np.float32)))
    assert panel.note_label.text().endswith("novelty 0.12"), "the read-out follows the stream"
    panel.map.hovered.emit(-1)
    assert panel.note_label.text() == at_rest


def test_a_column_without_memories_is_read_out_in_words(qtbot: QtBot, panel: ActivationPanel) -> None:
    panel.show_frame(with_response(make_frame(), novelty=np.full(49, np.inf, np.float32)))
    grab(panel)
    hover(qtbot, panel.map, panel.map.cell_rect(24).center().toPoint())
    assert panel.note_label.text().endswith("novelty ∞, no memory yet")


def test_a_low_window_shortens_the_read_out(qtbot: QtBot) -> None:
    panel = shown(qtbot, ActivationPanel(), 560, 150)
    panel.show_frame(make_frame())
    panel.mode.button(AGREEMENT).click()
    grab(panel)
    panel.map.hovered.emit(24)
    text = panel.note_label.text()
    assert text.startswith("column 24 · ")
    assert panel.note_label.label.fontMetrics().horizontalAdvance(text) <= panel.note_label.width()


# ── the winners ───────────────────────────────────────────────────────────────────────────────


def test_winners_are_read_by_keyboard_and_mouse(qtbot: QtBot, panel: ActivationPanel) -> None:
    frame = make_frame()
    panel.show_frame(frame)
    grab(panel)
    response = response_of(frame)

    def fact(place: int) -> str:
        share, distance = response.activations[24, place], response.distances[24, place]
        return f"winner {place + 1}: activation {100 * share:.0f} %, distance {distance:.2f}"

    qtbot.keyClick(panel.winners, Qt.Key.Key_Right)
    assert panel.winners.accessibleDescription() == fact(1)
    hover(qtbot, panel.winners, panel.winners.slot_rect(5).center().toPoint())
    assert panel.winners.accessibleDescription() == fact(5)
    qtbot.keyClick(panel.winners, Qt.Key.Key_End)
    assert panel.winners.accessibleDescription() == fact(11)


def test_bars_are_as_tall_as_the_activations(panel: ActivationPanel) -> None:
    frame = make_frame()
    activations = np.tile(np.array([0.8, 0.4] + [0.0] * 10, np.float32), (49, 1))
    distances = np.zeros((49, 12), np.float32)
    panel.show_frame(with_response(frame, activations=activations, distances=distances))
    picture = grab(panel.winners)

    def height(place: int, name: str) -> int:
        x = round(panel.winners.slot_rect(place).left() + 4)
        return sum(picture.pixelColor(x, y) == DARK.color(name) for y in range(16, picture.height() - 16))

    assert height(0, "accent") == pytest.approx(2 * height(1, "secondary"), abs=3)


def test_the_vote_of_a_narrow_column_is_not_cut_off(panel: ActivationPanel) -> None:
    panel.show_frame(make_frame())
    strip = panel.winners
    for width in (240, 120):
        strip.resize(width, 120)
        line = grab(strip).copy(0, 0, strip.width(), 16)
        ground = DARK.color("panel")
        last = max(
            x for x in range(line.width()) for y in range(line.height()) if line.pixelColor(x, y) != ground
        )
        assert last < width - 2, width


def test_fewer_winners_than_places_are_drawn_alone(panel: ActivationPanel) -> None:
    frame = make_frame()
    winners = response_of(frame).winners.copy()
    winners[:, 3:] = -1
    panel.show_frame(with_response(frame, winners=winners))
    assert panel.winners.count == 3
    assert panel.winners.fact(2).startswith("winner 3:")
    assert panel.winners.fact(3) == ""


def test_the_verdict_is_the_class_with_the_columns_strongest_vote(panel: ActivationPanel) -> None:
    votes = np.zeros((49, 10), np.float32)
    votes[24, 7] = 0.5
    panel.show_frame(with_response(make_frame(), votes=votes))
    assert panel.winners.verdict() == "column 24 says 7 +0.50"


def test_pressing_the_digit_shows_the_winners_that_see_all_of_it(
    qtbot: QtBot, panel: ActivationPanel
) -> None:
    panel.show_frame(make_frame())
    framed = grab(panel.field)
    with qtbot.waitSignal(panel.column_picked) as picked:
        qtbot.mouseClick(panel.field, LEFT)
    assert picked.args == [0, 0]
    assert panel.winners.verdict().startswith("whole digit says ")
    assert panel.field_label.text() == "whole digit"
    assert panel.map.selected == -1
    assert grab(panel.field) != framed
    with qtbot.waitSignal(panel.column_picked):
        qtbot.keyClick(panel.field, Qt.Key.Key_Space)


def test_without_whole_digits_the_picture_is_no_button(qtbot: QtBot, panel: ActivationPanel) -> None:
    panel.show_frame(make_frame(make_info(PRESETS["columns"])))
    with qtbot.assertNotEmitted(panel.column_picked):
        qtbot.mouseClick(panel.field, LEFT)
    assert panel.field.focusPolicy() == Qt.FocusPolicy.NoFocus
