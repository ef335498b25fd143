"""ACTIVATION: map of columns, winners, raster."""

from __future__ import annotations

import gc
import weakref
from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QColor, QImage
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from engine.config import PRESETS
from engine.frame import Frame, LayerResponse, Raster, freeze
from memnet_gui.colormaps import VIRIDIS
from memnet_gui.theme import DARK, LIGHT
from memnet_gui.widgets.activation_panel import AGREEMENT, NOVELTY, ActivationPanel
from tests.gui.frames import empty_frame, make_frame, make_info, make_raster, make_trial

LEFT = Qt.MouseButton.LeftButton
SIZES = [(780, 190), (560, 150)]
COLUMNS = 1  # the complementary preset's layer of columns; layer 0 holds whole digits


@pytest.fixture
def panel(qtbot: QtBot) -> ActivationPanel:
    return shown(qtbot, 780, 190)


def shown(qtbot: QtBot, width: int, height: int) -> ActivationPanel:
    panel = ActivationPanel()
    qtbot.addWidget(panel)
    panel.set_theme(DARK)
    panel.resize(width, height)
    panel.show()
    return panel


def grab(widget: QWidget) -> QImage:
    QApplication.processEvents()
    return widget.grab().toImage()


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


def raster_of(novelty: np.ndarray, first: int = 1) -> Raster:
    return Raster(
        COLUMNS, first, freeze(novelty.astype(np.float32)), freeze(np.zeros(novelty.shape, np.float32))
    )


def hover(qtbot: QtBot, widget: QWidget, place: QPoint) -> None:
    """Move the mouse there, from elsewhere: a mouse that is there already does not move."""
    qtbot.mouseMove(widget, place + QPoint(1, 1))
    qtbot.mouseMove(widget, place)


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
    panel = shown(qtbot, 560, 150)
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


# ── the raster ────────────────────────────────────────────────────────────────────────────────


def test_the_newest_digit_is_at_the_right_edge(panel: ActivationPanel) -> None:
    novelty = np.zeros((200, 49))
    novelty[-1] = np.inf
    panel.show_frame(make_frame(raster=raster_of(novelty)))
    picture = grab(panel.raster)
    middle = picture.height() // 2
    assert picture.pixelColor(picture.width() - 1, middle).getRgb()[:3] == tuple(VIRIDIS[255].tolist())
    assert picture.pixelColor(picture.width() - 6, middle).getRgb()[:3] == tuple(VIRIDIS[0].tolist())


def test_columns_run_from_top_to_bottom(panel: ActivationPanel) -> None:
    novelty = np.zeros((200, 49))
    novelty[:, :7] = 1
    panel.show_frame(make_frame(raster=raster_of(novelty)))
    picture = grab(panel.raster)
    column = [
        picture.pixelColor(200, y).getRgb()[:3] == tuple(VIRIDIS[255].tolist())
        for y in range(picture.height())
    ]
    assert sum(column) == pytest.approx(picture.height() / 7, abs=1)
    assert all(column[: sum(column)])


@pytest.mark.parametrize("digits", [0, 1, 7, 200])
def test_a_raster_of_any_length_is_drawn_from_the_right(panel: ActivationPanel, digits: int) -> None:
    panel.show_frame(make_frame(raster=raster_of(np.ones((digits, 49)))))
    picture = grab(panel.raster)
    top = tuple(VIRIDIS[255].tolist())
    lit = [picture.pixelColor(x, 30).getRgb()[:3] == top for x in range(picture.width())]
    assert sum(lit) == pytest.approx((picture.width() - 8) * digits / 200, abs=2)
    assert not lit[0]
    assert panel.raster.digits == digits


def test_hovering_the_raster_reads_digit_column_and_value(qtbot: QtBot, panel: ActivationPanel) -> None:
    raster = make_raster(make_info(), first=3001)
    panel.show_frame(make_frame(raster=raster))
    grab(panel)
    area = panel.raster.picture_rect()
    point = QPointF(area.x() + 100.5 / 200 * area.width(), area.y() + 10.5 / 49 * area.height())
    digit, column = panel.raster.place_at(QPointF(point.toPoint()))
    hover(qtbot, panel.raster, point.toPoint())
    value = raster.novelty[digit, column]
    assert panel.note_label.text() == f"digit {3001 + digit:,} · column {column} · novelty {value:.2f}"


def test_the_raster_is_read_and_picked_from_by_keyboard(qtbot: QtBot, panel: ActivationPanel) -> None:
    panel.show_frame(make_frame(raster=make_raster(make_info(), first=3001)))
    qtbot.keyClick(panel.raster, Qt.Key.Key_Left)
    assert panel.note_label.text().startswith("digit 3,200 · column 24 · ")
    qtbot.keyClick(panel.raster, Qt.Key.Key_Down)
    with qtbot.waitSignal(panel.column_picked) as picked:
        qtbot.keyClick(panel.raster, Qt.Key.Key_Return)
    assert picked.args == [COLUMNS, 25]
    assert panel.map.selected == 25


def test_clicking_the_raster_picks_the_column(qtbot: QtBot, panel: ActivationPanel) -> None:
    panel.show_frame(make_frame())
    grab(panel)
    with qtbot.waitSignal(panel.column_picked) as picked:
        qtbot.mouseClick(panel.raster, LEFT, pos=panel.raster.rect().bottomRight())
    assert picked.args == [COLUMNS, 48]


def test_agreement_colours_hold_still_when_one_digit_shouts(panel: ActivationPanel) -> None:
    frame = make_frame()
    panel.show_frame(frame)
    panel.mode.button(AGREEMENT).click()
    before = panel.legend.toolTip(), panel._range()
    loud = replace(frame.raster, agreement=freeze(frame.raster.agreement * 10))
    panel.show_frame(replace(frame, raster=loud))
    assert panel._range()[1] < 2 * before[1][1]
    assert panel._range()[1] > before[1][1]


# ── whole digits only ─────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("mode", [NOVELTY, AGREEMENT])
def test_a_single_column_gives_its_place_to_the_winners(panel: ActivationPanel, mode: int) -> None:
    info = make_info(PRESETS["exemplar"])
    panel.show_frame(make_frame(info, trial=make_trial(info)))
    panel.mode.button(mode).click()
    empty = grab(panel)
    assert not panel.map.isVisible()
    assert panel.winners.verdict().startswith("whole digit says ")
    assert panel.winners.count == 5
    assert panel.winners.width() > 250
    panel.show_frame(make_frame(info, trial=make_trial(info), raster=make_raster(info, rows=50)))
    assert grab(panel) != empty


def test_the_raster_of_a_single_column_is_drawn_as_bars(panel: ActivationPanel) -> None:
    info = make_info(PRESETS["exemplar"])
    novelty = np.linspace(0, 1, 200, dtype=np.float32)[:, None]
    panel.show_frame(make_frame(info, raster=Raster(0, 1, freeze(novelty), freeze(novelty * 0))))
    picture = grab(panel.raster)
    ground = DARK.color("raised")

    def height(x: int) -> int:
        return sum(picture.pixelColor(x, y) != ground for y in range(picture.height()))

    right = picture.width() - 3
    assert height(right) > 0.9 * picture.height()
    assert height(8 + (right - 8) // 2) == pytest.approx(picture.height() / 2, abs=5)


def test_the_map_comes_back_with_another_preset(panel: ActivationPanel) -> None:
    panel.show_frame(make_frame(make_info(PRESETS["exemplar"], run=1)))
    panel.show_frame(make_frame(make_info(PRESETS["tiny"], run=2)))
    assert panel.map.isVisible()
    assert (panel.map.rows, panel.map.columns) == (3, 3)
    assert panel.note_label.text() == "9 columns · 4 winners each"


# ── the whole panel ───────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("preset", list(PRESETS))
@pytest.mark.parametrize(("width", "height"), SIZES)
def test_nothing_is_clipped_at_either_size(qtbot: QtBot, preset: str, width: int, height: int) -> None:
    panel = shown(qtbot, width, height)
    panel.show_frame(make_frame(make_info(PRESETS[preset])))
    grab(panel)
    assert (panel.width(), panel.height()) == (width, height)
    parts = [panel.field, panel.field_label, panel.winners, panel.raster, panel.legend, panel.raster_label]
    if panel.map.isVisible():
        parts.append(panel.map)
        assert panel.map.rect().contains(panel.map.map_rect().toAlignedRect())
    for part in parts:
        assert panel.rect().contains(part.geometry()), type(part).__name__
        assert part.width() >= part.minimumSizeHint().width()
    geometries = [part.geometry() for part in parts]
    assert not any(
        one.intersects(other) for number, one in enumerate(geometries) for other in geometries[number + 1 :]
    )


def test_before_the_first_digit_everything_is_empty_but_there(panel: ActivationPanel) -> None:
    panel.show_frame(make_frame())
    full = grab(panel)
    panel.show_frame(empty_frame(make_info(run=2)))
    assert grab(panel) != full
    assert panel.winners.verdict() == "no digit yet"
    assert panel.raster.digits == 0
    panel.map.hovered.emit(3)
    assert panel.note_label.text().endswith("novelty –")


PARTS: list[Callable[[ActivationPanel], QWidget]] = [
    lambda panel: panel.map,
    lambda panel: panel.field,
    lambda panel: panel.winners,
    lambda panel: panel.raster,
    lambda panel: panel.legend,
]


@pytest.mark.parametrize("part", PARTS)
def test_switching_the_theme_recolours_every_part(
    panel: ActivationPanel, part: Callable[[ActivationPanel], QWidget]
) -> None:
    panel.show_frame(make_frame())
    panel.mode.button(AGREEMENT).click()
    dark = grab(part(panel))
    panel.set_theme(LIGHT)
    assert grab(part(panel)) != dark
    panel.set_theme(DARK)
    assert grab(part(panel)) == dark


def test_controls_have_names_and_can_be_focused(panel: ActivationPanel) -> None:
    panel.show_frame(make_frame())
    for part in (panel.map, panel.field, panel.winners, panel.raster):
        assert part.accessibleName()
        assert part.focusPolicy() == Qt.FocusPolicy.StrongFocus
    assert panel.legend.accessibleDescription() == "from known to new"
    assert "0.30" in panel.legend.toolTip()


def test_the_focus_is_visible(qtbot: QtBot, panel: ActivationPanel) -> None:
    panel.show_frame(make_frame())
    for part in (panel.map, panel.field, panel.winners, panel.raster):
        panel.mode.button(0).setFocus()
        without = grab(part)
        part.setFocus()
        assert grab(part) != without, type(part).__name__


def test_the_panel_can_be_collected(qapp: QApplication) -> None:
    panel = ActivationPanel()
    panel.set_theme(DARK)
    panel.show_frame(make_frame())
    gone = weakref.ref(panel)
    del panel
    gc.collect()
    assert gone() is None
