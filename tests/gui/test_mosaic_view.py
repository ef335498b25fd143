"""The mosaic in its viewport: what is painted, zoom, pan, selection by mouse and keys."""

from __future__ import annotations

import gc
import weakref
from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QImage, QWheelEvent
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from engine.frame import RECRUITED
from memnet_gui.mosaic import Mosaic
from memnet_gui.mosaic_atlas import FULL_INK, Scale
from memnet_gui.mosaic_order import Choice
from memnet_gui.theme import DARK, LIGHT, Theme
from memnet_gui.widgets.mosaic_view import MosaicView
from tests.gui.frames import make_catalogue, make_info, make_tiles

INFO = make_info()
Show = Callable[..., MosaicView]


@pytest.fixture
def show(qtbot: QtBot) -> Show:
    def make(
        layer: int = 0, count: int = 100, choice: Choice | None = None, flash: float = 0.0
    ) -> MosaicView:
        view = MosaicView()
        view.class_names = INFO.class_names
        view.resize(500, 400)
        qtbot.addWidget(view)
        mosaic = Mosaic(INFO.layers[layer], choice, flash_seconds=flash)
        mosaic.take_tiles(make_tiles(INFO, layer, count))
        mosaic.take_catalogue(make_catalogue(INFO, layer, count))
        view.show_mosaic(mosaic)
        view.show()
        qtbot.waitUntil(lambda: mosaic.waiting == 0)
        return view

    return make


def painted(view: MosaicView) -> QImage:
    return view.viewport().grab().toImage()


def centre(view: MosaicView, slot: int) -> QPoint:
    return view.slot_rect(slot).center().toPoint()


def wheel(view: MosaicView, at: QPoint, steps: int) -> None:
    QApplication.sendEvent(
        view.viewport(),
        QWheelEvent(
            QPointF(at),
            QPointF(view.mapToGlobal(at)),
            QPoint(),
            QPoint(0, 120 * steps),
            Qt.MouseButton.NoButton,
            Qt.KeyboardModifier.NoModifier,
            Qt.ScrollPhase.NoScrollPhase,
            False,
        ),
    )


@pytest.mark.parametrize("theme", [DARK, LIGHT])
def test_each_pixel_of_a_tile_is_painted_in_the_themes_ink(show: Show, theme: Theme) -> None:
    view = show(count=12)
    view.set_theme(theme)
    view.zoom(-1)
    assert view.scale == Scale(28, 2)
    image, rect = painted(view), view.slot_rect(5)
    tile = np.minimum(make_tiles(INFO, 0, 12).tiles[5], FULL_INK)
    for y in range(10):
        for x in range(12, 28):
            level = round(int(tile[y, x]) * 255 / FULL_INK)
            at = QPoint(round(rect.left()) + 2 * (2 + x), round(rect.top()) + 2 * (2 + y))
            assert image.pixel(at) == theme.ink_levels[level]


def test_a_switch_of_theme_recolours_at_once(show: Show) -> None:
    view = show()
    before = painted(view)
    view.set_theme(LIGHT)
    after = painted(view)
    assert before.pixelColor(0, 0) == DARK.color("paper")
    assert after.pixelColor(0, 0) == LIGHT.color("paper")


def test_a_write_flashes_in_its_colour_and_fades_without_another_frame(show: Show, qtbot: QtBot) -> None:
    view = show(flash=0.1)
    assert view.mosaic is not None
    qtbot.waitUntil(lambda: view.mosaic is not None and not view.mosaic.busy)
    plain = painted(view)
    view.mosaic.take_tiles(replace(make_tiles(INFO, 0, 30, RECRUITED), complete=False))
    view.advance()
    rect = view.slot_rect(20).toAlignedRect()
    assert painted(view).pixelColor(rect.topLeft()) == DARK.color("recruited")
    qtbot.waitUntil(lambda: painted(view) == plain, timeout=2000)


@pytest.mark.parametrize("count", [20, 400])
def test_changed_tiles_are_painted_however_many_they_are(show: Show, count: int) -> None:
    view = show(count=400)
    assert view.mosaic is not None
    painted(view)
    tiles = make_tiles(INFO, 0, count)
    view.mosaic.take_tiles(replace(tiles, complete=False, tiles=255 - tiles.tiles))
    view.advance()
    patched = painted(view)
    view.refresh()
    assert patched == painted(view)
    assert patched.pixelColor(centre(view, 3) - QPoint(6, 0)) != DARK.color("paper")


def test_another_row_leaves_what_is_drawn_as_it_is(show: Show, monkeypatch: pytest.MonkeyPatch) -> None:
    view = show(count=14)
    view.zoom(-1)
    painted(view)
    mosaic = view.mosaic
    assert mosaic is not None
    monkeypatch.setattr(mosaic, "compose", lambda *_: pytest.fail("everything was drawn again"))
    mosaic.take_tiles(make_tiles(INFO, 0, 14, complete=False, start=14))
    view.advance()
    added = painted(view)
    monkeypatch.undo()
    assert not view.slot_rect(27).isEmpty()
    view.refresh()
    assert painted(view) == added


def test_fit_follows_the_content_until_the_user_zooms(show: Show) -> None:
    view = show(count=10)
    large = view.scale
    assert view.mosaic is not None
    view.mosaic.take_tiles(make_tiles(INFO, 0, 700, complete=False))
    view.advance()
    assert view.fitted
    assert view.scale.screen < large.screen
    view.zoom(1)
    zoomed = view.scale
    view.mosaic.take_tiles(make_tiles(INFO, 0, 1500, complete=False))
    view.advance()
    assert not view.fitted
    assert view.scale == zoomed


def test_the_wheel_zooms_and_keeps_the_tile_under_the_cursor(show: Show) -> None:
    view = show(count=3000)
    at = QPoint(250, 200)
    for _ in range(4):
        slot = view.slot_at(QPointF(at))
        assert slot >= 0
        wheel(view, at, 1)
        assert abs(view.slot_rect(slot).center().y() - at.y()) <= view.slot_rect(slot).height()
    wheel(view, at, -20)
    assert view.scale == Scale(1)


def test_zoom_stops_at_both_ends(show: Show) -> None:
    view = show()
    view.zoom(50)
    assert view.scale == Scale(28, 4)
    view.zoom(-50)
    assert view.scale == Scale(1)


@pytest.mark.parametrize("choice", [Choice(), Choice(in_place=True)])
def test_the_slot_at_the_centre_of_its_rectangle_is_itself(show: Show, choice: Choice) -> None:
    view = show(1, 490, choice)
    for step in range(4):
        view.zoom(int(step > 0))
        assert view.mosaic is not None
        for slot in make_tiles(INFO, 1, 490).slots.tolist():
            rect = view.slot_rect(slot)
            if not rect.isEmpty():
                assert view.slot_at(rect.center()) == slot


def test_a_click_selects_and_picks_and_a_click_beside_deselects(show: Show, qtbot: QtBot) -> None:
    view = show(count=9)
    with qtbot.waitSignal(view.selected) as selected, qtbot.waitSignal(view.picked) as picked:
        qtbot.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=centre(view, 7))
    assert selected.args == picked.args == [7]
    with qtbot.assertNotEmitted(view.picked):
        qtbot.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=QPoint(490, 395))
    assert view.slot == -1


def test_a_drag_pans_and_picks_nothing(show: Show, qtbot: QtBot) -> None:
    view = show(count=3000)
    view.zoom(3)
    view.verticalScrollBar().setValue(100)
    slot = view.slot_at(QPointF(250, 200))
    before = view.slot_rect(slot).center()
    with qtbot.assertNotEmitted(view.picked):
        qtbot.mousePress(view.viewport(), Qt.MouseButton.LeftButton, pos=QPoint(250, 200))
        qtbot.mouseMove(view.viewport(), QPoint(250, 180))
        qtbot.mouseMove(view.viewport(), QPoint(250, 140))
        qtbot.mouseRelease(view.viewport(), Qt.MouseButton.LeftButton, pos=QPoint(250, 140))
    assert view.slot_rect(slot).center().y() == before.y() - 60


def test_arrows_walk_plus_and_minus_zoom_enter_picks(show: Show, qtbot: QtBot) -> None:
    view = show(count=100)
    view.zoom(0)
    qtbot.keyClick(view, Qt.Key.Key_Right)
    assert view.slot == 0
    for key in (Qt.Key.Key_Right, Qt.Key.Key_Right, Qt.Key.Key_Down, Qt.Key.Key_Left, Qt.Key.Key_Up):
        qtbot.keyClick(view, key)
    assert view.slot == 1
    qtbot.keyClick(view, Qt.Key.Key_Down)
    per_row = view.slot - 1
    assert view.slot_rect(1).left() == view.slot_rect(1 + per_row).left()
    with qtbot.waitSignal(view.picked) as picked:
        qtbot.keyClick(view, Qt.Key.Key_Return)
    assert picked.args == [1 + per_row]
    scale = view.scale
    qtbot.keyClick(view, Qt.Key.Key_Plus)
    assert view.scale.screen > scale.screen
    assert not view.fitted
    qtbot.keyClick(view, Qt.Key.Key_0)
    assert view.fitted
    assert view.scale == scale


def test_arrows_cross_from_block_to_block_in_place(show: Show, qtbot: QtBot) -> None:
    view = show(1, 490, Choice(in_place=True))
    view.select(0)
    qtbot.keyClick(view, Qt.Key.Key_Right)
    for _ in range(9):
        qtbot.keyClick(view, Qt.Key.Key_Right)
    assert view.slot // 256 == 1
    qtbot.keyClick(view, Qt.Key.Key_Down)
    assert view.slot // 256 == 8


def test_a_selected_tile_is_brought_into_sight_and_framed(show: Show) -> None:
    view = show(count=3000)
    view.zoom(3)
    assert view.slot_rect(2500).isEmpty()
    view.select(2500)
    rect = view.slot_rect(2500)
    assert view.viewport().rect().contains(rect.toAlignedRect())
    assert painted(view).pixelColor(rect.toAlignedRect().topLeft() + QPoint(8, -1)) == DARK.color("accent")


def test_page_keys_scroll(show: Show, qtbot: QtBot) -> None:
    view = show(count=3000)
    view.zoom(3)
    qtbot.keyClick(view, Qt.Key.Key_End)
    assert view.verticalScrollBar().value() == view.verticalScrollBar().maximum() > 0
    qtbot.keyClick(view, Qt.Key.Key_PageUp)
    assert view.verticalScrollBar().value() < view.verticalScrollBar().maximum()
    qtbot.keyClick(view, Qt.Key.Key_Home)
    assert view.verticalScrollBar().value() == 0


def test_hover_names_the_tile_and_leaving_names_none(show: Show, qtbot: QtBot) -> None:
    view = show(count=9)
    with qtbot.waitSignal(view.hovered) as hovered:
        qtbot.mouseMove(view.viewport(), centre(view, 4))
    assert hovered.args == [4]
    with qtbot.waitSignal(view.hovered) as hovered:
        QApplication.sendEvent(view.viewport(), QEvent(QEvent.Type.Leave))
    assert hovered.args == [-1]


def test_large_tiles_carry_their_class_in_words(show: Show) -> None:
    view = show(count=9)
    assert view.scale == Scale(28, 4)
    rect = view.slot_rect(3)
    corner = painted(view).copy(rect.adjusted(8, rect.height() - 24, 24 - rect.width(), -4).toAlignedRect())
    colors = {corner.pixelColor(x, y).name() for x in range(corner.width()) for y in range(corner.height())}
    assert DARK.class_color(3).name() in colors


def test_a_hidden_view_leaves_tiles_waiting_and_shows_them_when_it_returns(show: Show, qtbot: QtBot) -> None:
    view = show(count=9)
    mosaic = view.mosaic
    assert mosaic is not None
    view.hide()
    mosaic.take_tiles(make_tiles(INFO, 0, 50, complete=False))
    view.advance()
    assert mosaic.waiting == 50
    view.show()
    qtbot.waitUntil(lambda: mosaic.waiting == 0)
    assert mosaic.count == 50


def test_it_is_collected_when_nobody_holds_it(qtbot: QtBot) -> None:
    view = MosaicView()
    mosaic = Mosaic(INFO.layers[0])
    mosaic.take_tiles(make_tiles(INFO, 0, 50))
    view.show_mosaic(mosaic)
    view.show()
    painted(view)
    reference = weakref.ref(view)
    view.close()
    del view
    gc.collect()
    assert reference() is None
