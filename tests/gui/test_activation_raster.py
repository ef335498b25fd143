"""ACTIVATION: the raster of the last digits, and networks of a single column."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QPointF, Qt
from pytestqt.qtbot import QtBot

from engine.arrays import freeze
from engine.config import PRESETS
from engine.frame import Raster
from memnet_gui.colormaps import VIRIDIS
from memnet_gui.theme import DARK
from memnet_gui.widgets.activation_panel import AGREEMENT, NOVELTY, ActivationPanel
from tests.gui.frames import make_frame, make_info, make_raster, make_trial
from tests.gui.panels import grab, hover, shown

LEFT = Qt.MouseButton.LeftButton
COLUMNS = 1  # the complementary preset's layer of columns; layer 0 holds whole digits


@pytest.fixture
def panel(qtbot: QtBot) -> ActivationPanel:
    return shown(qtbot, ActivationPanel(), 780, 190)


def raster_of(novelty: np.ndarray, first: int = 1) -> Raster:
    return Raster(
        COLUMNS, first, freeze(novelty.astype(np.float32)), freeze(np.zeros(novelty.shape, np.float32))
    )


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
