"""The map of memories: where they lie, what is drawn, mouse and keys, and how it is made."""

from __future__ import annotations

from dataclasses import fields, replace

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QColor, QImage
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from engine.arrays import freeze
from engine.commands import CancelTask, Project
from engine.findings import Findings, Projection, Task
from engine.frame import Frame
from memnet_gui.map_picture import Canvas, Sheet, densest, diamond, disc, ring, spread
from memnet_gui.memory_search import parse
from memnet_gui.mosaic import Mosaic
from memnet_gui.mosaic_order import Choice
from memnet_gui.theme import DARK, LIGHT
from memnet_gui.widgets.map_page import BEING_MADE, NO_MEMORIES, NOT_MADE
from memnet_gui.widgets.memory_map import MemoryMap
from memnet_gui.widgets.memory_panel import MemoryPanel
from tests.gui.answers import make_projection
from tests.gui.frames import empty_frame, make_catalogue, make_frame, make_info, make_tiles

INFO = make_info()
CONTROL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier
LEFT = Qt.MouseButton.LeftButton


def grid_of(count: int, side: int) -> Projection:
    """Memories 0 … count − 1 in rows of `side`, evenly spaced."""
    projection = make_projection(INFO, 0, count)
    numbers = np.arange(count)
    places = np.stack((numbers % side, numbers // side), axis=1) / max(1, side - 1)
    return replace(projection, places=freeze(places.astype(np.float32)))


def mosaic_of(count: int, choice: Choice | None = None) -> Mosaic:
    mosaic = Mosaic(INFO.layers[0], choice, flash_seconds=0)
    mosaic.take_tiles(make_tiles(INFO, 0, count))
    mosaic.take_catalogue(make_catalogue(INFO, 0, count))
    while mosaic.busy:
        mosaic.step(0.0)
    return mosaic


@pytest.fixture
def plane(qtbot: QtBot) -> MemoryMap:
    plane = MemoryMap()
    plane.class_names = INFO.class_names
    plane.resize(500, 400)
    qtbot.addWidget(plane)
    plane.show()
    return plane


def at(plane: MemoryMap, slot: int) -> QPoint:
    place = plane.place_of(slot)
    assert place is not None
    return place.toPoint()


def painted(plane: MemoryMap) -> QImage:
    return plane.grab().toImage()


class TestPicture:
    def test_a_sheet_shows_all_places_and_keeps_what_is_under_the_cursor(self) -> None:
        places = np.random.default_rng(0).random((100, 2), np.float32)
        sheet = Sheet.fitted(places, 300, 200, 10)
        x, y = sheet.pixels(places)
        assert sheet.inside(x, y, -9).all()
        assert (y.min(), y.max()) == (10, 190)
        closer = sheet.zoomed(sheet.scale * 3, 40.0, 50.0)
        assert closer.place(40.0, 50.0) == pytest.approx(sheet.place(40.0, 50.0))
        assert closer.moved(7.0, -3.0).place(47.0, 47.0) == pytest.approx(sheet.place(40.0, 50.0))

    @pytest.mark.parametrize("side", [3, 4, 5, 7, 8])
    def test_shapes_are_told_apart_and_stay_within_their_size(self, side: int) -> None:
        drawn = {shape: {tuple(at) for at in shape(side).tolist()} for shape in (disc, ring, diamond)}
        assert drawn[ring] < drawn[disc]
        assert {tuple(at) for at in diamond(side + 4).tolist()} - drawn[disc]
        for offsets in drawn.values():
            assert all(-side / 2 <= part <= side / 2 for offset in offsets for part in offset)

    def test_stamps_land_where_the_points_are_and_may_reach_over_the_edge(self) -> None:
        canvas = Canvas(20, 10, 8)
        canvas.stamp(np.array([3, 19]), np.array([4, 0]), disc(3), np.array([7, 9], np.uint32))
        inner = canvas.pixels[8:18, 8:28]
        assert (inner[3:6, 2:5] == 7).sum() == len(disc(3))
        assert (inner == 9).sum() == (np.array(disc(3)) @ np.eye(2, dtype=int) >= (0, -9)).all(1)[
            np.array(disc(3))[:, 1] <= 0
        ].sum()

    def test_one_memory_of_each_square_is_spread_whatever_the_view(self) -> None:
        places = np.array([[0.1, 0.1], [0.11, 0.12], [0.5, 0.1], [0.9, 0.9]], np.float32)
        assert spread(places, 100.0, 10).tolist() == [0, 2, 3]
        assert spread(places, 1000.0, 10).tolist() == [0, 1, 2, 3]

    def test_classes_are_named_where_they_lie_close_together_and_in_each_of_their_heaps(self) -> None:
        rng = np.random.default_rng(0)
        heaps = [(0, 0.2, 0.2, 300), (0, 0.8, 0.2, 280), (1, 0.5, 0.8, 100), (0, 0.2, 0.8, 5)]
        places = np.concatenate([rng.normal((x, y), 0.02, (n, 2)) for _, x, y, n in heaps])
        labels = np.concatenate([np.full(n, label) for label, _, _, n in heaps])
        found = densest(places.astype(np.float32), labels)
        assert sorted(label for label, _, _ in found) == [0, 0, 1]
        for label, x, y in found:
            assert min(np.hypot(x - a, y - b) for known, a, b, _ in heaps[:3] if known == label) < 0.05


class TestView:
    def test_far_away_it_shows_points_then_names_then_pictures(self, plane: MemoryMap) -> None:
        plane.show_map(mosaic_of(2500), make_projection(INFO, 0, 2500))
        kinds = []
        for _ in range(30):
            painted(plane)
            level = plane._level_at(plane.sheet.scale)
            kinds.append((level.marks, bool(level.side)))
            plane.zoom(1)
        assert list(dict.fromkeys(kinds)) == [(False, False), (True, False), (True, True)]

    def test_the_pictures_are_those_of_the_memories(self, plane: MemoryMap) -> None:
        mosaic = mosaic_of(4)
        plane.show_map(mosaic, grid_of(4, 2))
        image = painted(plane)
        rect = plane.slot_rect(2).toAlignedRect().adjusted(3, 3, -3, -3)
        shown = image.copy(rect)
        inks = {shown.pixel(x, y) for x in range(shown.width()) for y in range(shown.height())}
        assert DARK.ink_levels[0] in inks
        assert len(inks) > 3
        assert image.pixelColor(rect.left() - 2, rect.center().y()) == DARK.class_color(2)

    def test_points_have_their_class_colour_and_the_classes_names_stand_beside_them(
        self, plane: MemoryMap
    ) -> None:
        plane.show_map(mosaic_of(900), make_projection(INFO, 0, 900))
        image = painted(plane)
        colors = {image.pixelColor(x, y).name() for x in range(500) for y in range(400)}
        assert {DARK.class_color(label).name() for label in range(10)} <= colors
        assert sorted({label for label, _, _ in plane.looks.heaps}) == list(range(10))

    def test_what_a_search_leaves_out_is_faint_and_cannot_be_pointed_at(
        self, plane: MemoryMap, qtbot: QtBot
    ) -> None:
        mosaic = mosaic_of(4, Choice(query=parse("3", INFO.class_names)))
        plane.show_map(mosaic, grid_of(4, 2))
        painted(plane)
        assert plane.slot_at(QPointF(at(plane, 3))) == 3
        assert plane.slot_at(QPointF(at(plane, 0))) == -1
        assert painted(plane).pixelColor(at(plane, 0)) == DARK.color("line")
        plane.select_all()
        assert mosaic.selected.tolist() == [3]

    def test_memories_that_are_gone_are_left_out_and_come_back(self, plane: MemoryMap) -> None:
        mosaic = mosaic_of(100)
        projection = make_projection(INFO, 0, 100)
        plane.show_map(mosaic, projection)
        all_tiles = make_tiles(INFO, 0, 100)
        kept = np.delete(np.arange(100), [4, 50])
        mosaic.take_tiles(
            replace(all_tiles, slots=kept, kinds=all_tiles.kinds[kept], tiles=all_tiles.tiles[kept])
        )
        plane.refresh()
        assert plane.place_of(4) is None
        assert len(plane.looks.slots) == 98
        mosaic.take_tiles(all_tiles)
        mosaic.take_catalogue(make_catalogue(INFO, 0, 100))
        plane.refresh()
        assert len(plane.looks.slots) == 100

    def test_another_memory_in_the_same_slot_is_not_taken_for_the_one_laid_out(
        self, plane: MemoryMap
    ) -> None:
        mosaic = mosaic_of(100)
        catalogue = make_catalogue(INFO, 0, 100)
        ids = catalogue.ids.copy()
        ids[7] = 999
        mosaic.take_catalogue(replace(catalogue, ids=ids))
        plane.show_map(mosaic, make_projection(INFO, 0, 100))
        assert plane.place_of(7) is None

    @pytest.mark.parametrize("steps", [0, 6, 14])
    def test_selected_taught_and_muted_ones_look_different(self, plane: MemoryMap, steps: int) -> None:
        mosaic = mosaic_of(64)
        plane.show_map(mosaic, grid_of(64, 8))
        plane.select(20)
        plane.zoom(steps)
        before = painted(plane)
        for change in ("muted", "taught", "selected"):
            catalogue = make_catalogue(INFO, 0, 64)
            if change == "selected":
                mosaic.toggle(20)
            else:
                flags = getattr(catalogue, change).copy()
                flags[20] = True
                mosaic.take_catalogue(replace(catalogue, **{change: flags}))
            plane.refresh()
            around = plane.slot_rect(20).toAlignedRect().adjusted(-8, -8, 8, 8)
            assert plane.rect().contains(around)
            assert painted(plane).copy(around) != before.copy(around), change
            mosaic.deselect()
            mosaic.take_catalogue(catalogue)
            plane.refresh()
            assert painted(plane) == before

    def test_it_follows_the_theme(self, plane: MemoryMap) -> None:
        plane.show_map(mosaic_of(100), make_projection(INFO, 0, 100))
        dark = painted(plane)
        plane.set_theme(LIGHT)
        assert painted(plane).pixelColor(12, 12) == QColor(LIGHT.paper)
        plane.set_theme(DARK)
        assert painted(plane) == dark

    def test_it_is_not_composed_again_while_nothing_changes(self, plane: MemoryMap) -> None:
        plane.show_map(mosaic_of(900), make_projection(INFO, 0, 900))
        painted(plane)
        canvas = plane._canvas
        assert canvas is not None
        canvas.pixels[:] = 0xFF123456
        plane.refresh()
        assert painted(plane).pixelColor(3, 3).name() == "#123456"


class TestMouseAndKeys:
    @pytest.fixture
    def plane(self, plane: MemoryMap) -> MemoryMap:
        plane.show_map(mosaic_of(25), grid_of(25, 5))
        painted(plane)
        return plane

    def test_hover_names_a_memory_and_leaving_names_none(self, plane: MemoryMap, qtbot: QtBot) -> None:
        with qtbot.waitSignal(plane.hovered) as hovered:
            qtbot.mouseMove(plane, at(plane, 7))
        assert hovered.args == [7]
        with qtbot.waitSignal(plane.hovered) as hovered:
            qtbot.mouseMove(plane, (at(plane, 7) + at(plane, 13)) / 2)
        assert hovered.args == [-1]

    def test_a_click_makes_it_current_and_picks_it(self, plane: MemoryMap, qtbot: QtBot) -> None:
        with qtbot.waitSignal(plane.selected) as selected, qtbot.waitSignal(plane.picked) as picked:
            qtbot.mouseClick(plane, LEFT, pos=at(plane, 12))
        assert selected.args == picked.args == [12]

    def test_ctrl_click_and_insert_select(self, plane: MemoryMap, qtbot: QtBot) -> None:
        assert plane.mosaic is not None
        with qtbot.assertNotEmitted(plane.picked):
            qtbot.mouseClick(plane, LEFT, CONTROL, at(plane, 12))
            qtbot.mouseClick(plane, LEFT, CONTROL, at(plane, 3))
        assert plane.mosaic.selected.tolist() == [3, 12]
        qtbot.keyClick(plane, Qt.Key.Key_Insert)
        assert plane.mosaic.selected.tolist() == [12]

    def test_pulling_with_shift_selects_what_is_inside(self, plane: MemoryMap, qtbot: QtBot) -> None:
        assert plane.mosaic is not None
        start, end = at(plane, 6) - QPoint(5, 5), at(plane, 12) + QPoint(5, 5)
        qtbot.mousePress(plane, LEFT, SHIFT, start)
        qtbot.mouseMove(plane, start + QPoint(20, 20))
        qtbot.mouseMove(plane, end)
        qtbot.mouseRelease(plane, LEFT, SHIFT, end)
        assert plane.mosaic.selected.tolist() == [6, 7, 11, 12]
        assert plane.fitted

    @pytest.mark.parametrize(
        ("key", "goal"),
        [(Qt.Key.Key_Right, 13), (Qt.Key.Key_Left, 11), (Qt.Key.Key_Up, 7), (Qt.Key.Key_Down, 17)],
    )
    def test_arrows_go_to_the_nearest_memory_in_their_direction(
        self, plane: MemoryMap, qtbot: QtBot, key: Qt.Key, goal: int
    ) -> None:
        plane.select(12)
        qtbot.keyClick(plane, key)
        assert plane.slot == goal
        with qtbot.waitSignal(plane.picked) as picked:
            qtbot.keyClick(plane, Qt.Key.Key_Return)
        assert picked.args == [goal]

    def test_the_first_arrow_begins_in_the_middle(self, plane: MemoryMap, qtbot: QtBot) -> None:
        qtbot.keyClick(plane, Qt.Key.Key_Left)
        assert plane.slot == 12

    def test_zoom_keeps_what_is_under_the_cursor_and_fit_shows_all_again(
        self, plane: MemoryMap, qtbot: QtBot
    ) -> None:
        place = plane.place_of(8)
        assert place is not None
        with qtbot.waitSignal(plane.fitted_changed) as fitted:
            plane.zoom(3, place)
        assert fitted.args == [False]
        moved = plane.place_of(8)
        assert moved is not None
        assert (moved - place).manhattanLength() < 2.5
        qtbot.keyClick(plane, Qt.Key.Key_0)
        assert plane.place_of(8) == place

    def test_it_zooms_neither_out_of_the_whole_map_nor_in_for_ever(
        self, plane: MemoryMap, qtbot: QtBot
    ) -> None:
        whole = plane.sheet.scale
        qtbot.keyClick(plane, Qt.Key.Key_Minus)
        assert plane.sheet.scale == whole
        for _ in range(40):
            qtbot.keyClick(plane, Qt.Key.Key_Plus)
        assert plane.sheet.scale == pytest.approx(64 * whole)

    def test_dragging_pans_and_never_loses_the_map(self, plane: MemoryMap, qtbot: QtBot) -> None:
        before = at(plane, 12)
        qtbot.mousePress(plane, LEFT, pos=before)
        qtbot.mouseMove(plane, before + QPoint(30, 20))
        qtbot.mouseMove(plane, before + QPoint(60, 40))
        with qtbot.assertNotEmitted(plane.picked):
            qtbot.mouseRelease(plane, LEFT, pos=before + QPoint(60, 40))
        assert at(plane, 12) == before + QPoint(60, 40)
        for _ in range(20):
            plane._pan(QPointF(100, 0))
        middle = plane.sheet.place(plane.sheet.width / 2, plane.sheet.height / 2)
        assert 0 <= middle[0] <= 1

    def test_a_memory_stepped_to_comes_into_sight(self, plane: MemoryMap) -> None:
        plane.select(0)
        plane.zoom(12)
        plane.select(24)
        assert plane.rect().contains(at(plane, 24))


@pytest.fixture
def panel(qtbot: QtBot) -> MemoryPanel:
    panel = MemoryPanel(flash_seconds=0)
    panel.set_theme(DARK)
    panel.resize(780, 520)
    qtbot.addWidget(panel)
    panel.show()
    panel.show_frame(make_frame(INFO))
    return panel


def quiet(**changes: object) -> Frame:
    """A frame with nothing new but this."""
    return make_frame(INFO, **{"tiles": None, "catalogue": None, **changes})


class TestMaking:
    def test_looking_at_the_map_asks_for_it_once(self, panel: MemoryPanel, qtbot: QtBot) -> None:
        with qtbot.waitSignal(panel.asked) as asked:
            panel.views.button(1).click()
        command = asked.args[0]
        assert isinstance(command, Project)
        assert command.layer == 0
        assert panel.stage.map.message == BEING_MADE
        with qtbot.assertNotEmitted(panel.asked):
            panel.views.button(0).click()
            panel.views.button(1).click()
            panel.show_frame(make_frame(INFO, tiles=None))

    def test_it_shows_how_far_it_is_and_then_the_map(self, panel: MemoryPanel, qtbot: QtBot) -> None:
        page = panel.stage.map_page
        with qtbot.waitSignal(panel.asked) as asked:
            panel.views.button(1).click()
        panel.show_frame(quiet(task=Task(1, "Laying the memories out by likeness", 30, 120)))
        assert page.progress.isVisible()
        assert (page.progress.value(), page.progress.maximum()) == (30, 120)
        made = make_projection(INFO, 0, 100, asked.args[0].request)
        panel.show_frame(quiet(findings=Findings(projection=made)))
        assert page.progress.isHidden()
        assert page.again.isVisible()
        assert len(page.map.looks.slots) == 100
        assert page.note.text() == "as of digit 3,200 · shows 27 % of the variance"

    def test_an_answer_to_somebody_elses_question_is_not_shown(
        self, panel: MemoryPanel, qtbot: QtBot
    ) -> None:
        with qtbot.waitSignal(panel.asked) as asked:
            panel.views.button(1).click()
        other = make_projection(INFO, 0, 100, asked.args[0].request + 1)
        panel.show_frame(quiet(findings=Findings(projection=other)))
        assert len(panel.stage.map.looks.slots) == 0

    def test_it_can_be_cancelled_and_made_again(self, panel: MemoryPanel, qtbot: QtBot) -> None:
        page = panel.stage.map_page
        panel.views.button(1).click()
        with qtbot.waitSignal(panel.asked) as asked:
            page.cancel.click()
        assert isinstance(asked.args[0], CancelTask)
        assert page.map.message == NOT_MADE
        with qtbot.assertNotEmitted(panel.asked):
            panel.show_frame(make_frame(INFO, tiles=None))
        with qtbot.waitSignal(panel.asked) as asked:
            page.again.click()
        assert isinstance(asked.args[0], Project)

    def test_being_cancelled_elsewhere_is_noticed(self, panel: MemoryPanel) -> None:
        panel.views.button(1).click()
        panel.show_frame(quiet())
        assert panel.stage.map.message == BEING_MADE
        panel.show_frame(quiet(task=Task(1, "Laying the memories out by likeness", 1, 9)))
        panel.show_frame(quiet())
        assert panel.stage.map.message == NOT_MADE
        assert panel.stage.map_page.again.isVisible()

    def test_the_note_counts_what_is_new_and_gone_since(self, panel: MemoryPanel, qtbot: QtBot) -> None:
        with qtbot.waitSignal(panel.asked) as asked:
            panel.views.button(1).click()
        made = make_projection(INFO, 0, 100, asked.args[0].request)
        panel.show_frame(quiet(findings=Findings(projection=made)))
        tiles, catalogue = make_tiles(INFO, 0, 130), make_catalogue(INFO, 0, 130)
        left = np.delete(np.arange(130), [3, 4])
        panel.show_frame(
            make_frame(
                INFO,
                tiles=replace(tiles, slots=left, kinds=tiles.kinds[left], tiles=tiles.tiles[left]),
                catalogue=replace(
                    catalogue,
                    **{
                        part.name: getattr(catalogue, part.name)[left]
                        for part in fields(catalogue)
                        if part.name != "layer"
                    },
                ),
                findings=Findings(projection=made),
            )
        )
        note = panel.stage.map_page.note
        note.resize(600, note.height())
        assert note.text() == "as of digit 3,200 · 30 new, 2 gone since · shows 27 % of the variance"

    def test_each_layer_keeps_its_map_and_a_new_run_none(self, panel: MemoryPanel, qtbot: QtBot) -> None:
        with qtbot.waitSignal(panel.asked) as asked:
            panel.views.button(1).click()
        made = make_projection(INFO, 0, 100, asked.args[0].request)
        panel.show_frame(quiet(findings=Findings(projection=made)))
        panel.show_frame(
            make_frame(INFO, tiles=make_tiles(INFO, 1, 490), catalogue=make_catalogue(INFO, 1, 490))
        )
        assert len(panel.stage.map.looks.slots) == 0
        with qtbot.assertNotEmitted(panel.asked):
            panel.show_frame(make_frame(INFO))
        assert len(panel.stage.map.looks.slots) == 100
        panel.show_frame(empty_frame(make_info(run=2)))
        assert panel.stage.map.projection is None
        assert panel.stage.map.message == NO_MEMORIES
        assert not panel.stage.map_page.again.isEnabled()

    def test_a_hidden_map_asks_for_nothing(self, panel: MemoryPanel, qtbot: QtBot) -> None:
        panel.views.button(1).click()
        panel.show_frame(empty_frame(make_info(run=2)))
        panel.hide()
        QApplication.processEvents()
        with qtbot.assertNotEmitted(panel.asked):
            panel.show_frame(make_frame(make_info(run=2)))


def test_a_click_on_the_map_opens_the_card_and_the_grid_keeps_the_memory_current(
    panel: MemoryPanel, qtbot: QtBot
) -> None:
    with qtbot.waitSignal(panel.asked) as asked:
        panel.views.button(1).click()
    made = make_projection(INFO, 0, 100, asked.args[0].request)
    panel.show_frame(quiet(findings=Findings(projection=made)))
    painted(panel.stage.map)
    with qtbot.waitSignal(panel.inspect_requested) as inspected:
        qtbot.mouseClick(panel.stage.map, LEFT, pos=at(panel.stage.map, 42))
    slot = inspected.args[1]
    assert inspected.args[0] == 0
    assert panel.reading.text().startswith(f"id {slot + 1} ")
    panel.views.button(0).click()
    assert panel.view.slot == slot
    assert panel.stage.inspected == slot


def test_zoom_and_fit_buttons_work_on_what_is_shown(panel: MemoryPanel, qtbot: QtBot) -> None:
    with qtbot.waitSignal(panel.asked) as asked:
        panel.views.button(1).click()
    made = make_projection(INFO, 0, 100, asked.args[0].request)
    panel.show_frame(quiet(findings=Findings(projection=made)))
    scale = panel.view.scale
    panel.buttons.zoom_in.click()
    assert not panel.stage.map.fitted
    assert not panel.buttons.fit.isChecked()
    assert panel.view.scale == scale
    panel.views.button(0).click()
    assert panel.buttons.fit.isChecked()
    panel.views.button(1).click()
    panel.buttons.fit.click()
    assert panel.stage.map.fitted
