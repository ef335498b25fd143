"""Selecting many memories: by mouse, by keys, and what becomes of them when memories go."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from pytestqt.qtbot import QtBot

from engine.frame import MemoryTiles
from memnet_gui.memory_search import parse
from memnet_gui.mosaic import Mosaic
from memnet_gui.mosaic_atlas import SELECTED_INDEX, Scale
from memnet_gui.mosaic_order import Choice
from memnet_gui.theme import DARK
from memnet_gui.widgets.mosaic_view import MosaicView
from tests.gui.frames import make_catalogue, make_info, make_tiles
from tests.gui.mosaics import COLUMNS, WHOLE, catalogue_of, filled, picture, shown, tiles_of

INFO = make_info()
CONTROL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier
LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def show(qtbot: QtBot) -> Callable[..., MosaicView]:
    def make(count: int = 100, choice: Choice | None = None) -> MosaicView:
        view = MosaicView()
        view.class_names = INFO.class_names
        view.resize(500, 400)
        qtbot.addWidget(view)
        mosaic = Mosaic(INFO.layers[0], choice, flash_seconds=0)
        mosaic.take_tiles(make_tiles(INFO, 0, count))
        mosaic.take_catalogue(make_catalogue(INFO, 0, count))
        view.show_mosaic(mosaic)
        view.show()
        qtbot.waitUntil(lambda: not mosaic.busy)
        return view

    return make


Show = Callable[..., MosaicView]


def selected(view: MosaicView) -> list[int]:
    assert view.mosaic is not None
    return view.mosaic.selected.tolist()


def click(qtbot: QtBot, view: MosaicView, slot: int, keys: Qt.KeyboardModifier) -> None:
    qtbot.mouseClick(view.viewport(), LEFT, keys, view.slot_rect(slot).center().toPoint())


class TestByMouse:
    def test_ctrl_click_selects_and_deselects_and_opens_nothing(self, show: Show, qtbot: QtBot) -> None:
        view = show()
        with qtbot.assertNotEmitted(view.picked):
            click(qtbot, view, 4, CONTROL)
            click(qtbot, view, 9, CONTROL)
        assert selected(view) == [4, 9]
        with qtbot.waitSignal(view.selection_changed):
            click(qtbot, view, 4, CONTROL)
        assert selected(view) == [9]
        assert view.slot == 4

    def test_a_plain_click_inspects_and_leaves_the_selection_alone(self, show: Show, qtbot: QtBot) -> None:
        view = show()
        click(qtbot, view, 4, CONTROL)
        with qtbot.waitSignal(view.picked):
            click(qtbot, view, 7, Qt.KeyboardModifier.NoModifier)
        assert selected(view) == [4]

    @pytest.mark.parametrize(("first", "last"), [(3, 8), (8, 3)])
    def test_shift_click_selects_everything_in_between_in_reading_order(
        self, show: Show, qtbot: QtBot, first: int, last: int
    ) -> None:
        view = show()
        click(qtbot, view, first, CONTROL)
        click(qtbot, view, last, SHIFT)
        assert selected(view) == [3, 4, 5, 6, 7, 8]

    def test_shift_click_extends_from_the_current_memory_where_none_was_selected(
        self, show: Show, qtbot: QtBot
    ) -> None:
        view = show()
        view.select(5)
        click(qtbot, view, 7, SHIFT)
        assert selected(view) == [5, 6, 7]

    def test_pulling_with_shift_selects_what_the_rectangle_touches_and_does_not_pan(
        self, show: Show, qtbot: QtBot
    ) -> None:
        view = show(3000)
        view.zoom(3)
        qtbot.waitUntil(lambda: view.verticalScrollBar().maximum() > 0)
        view.verticalScrollBar().setValue(0)
        left = view.slot_rect(0).left()
        per_row = next(slot for slot in range(1, 300) if view.slot_rect(slot).left() == left)
        goal = per_row + 2
        start, end = (view.slot_rect(slot).center().toPoint() for slot in (0, goal))
        qtbot.mousePress(view.viewport(), LEFT, SHIFT, start)
        qtbot.mouseMove(view.viewport(), (start + end) / 2)
        qtbot.mouseMove(view.viewport(), end)
        qtbot.mouseRelease(view.viewport(), LEFT, SHIFT, end)
        assert selected(view) == [0, 1, 2, per_row, per_row + 1, goal]
        assert view.verticalScrollBar().value() == 0

    def test_ctrl_click_beside_the_memories_changes_nothing(self, show: Show, qtbot: QtBot) -> None:
        view = show(3)
        click(qtbot, view, 1, CONTROL)
        qtbot.mouseClick(view.viewport(), LEFT, CONTROL, QPoint(490, 390))
        assert selected(view) == [1]


class TestByKeys:
    def test_ctrl_a_selects_all_that_are_shown_and_no_others(self, show: Show, qtbot: QtBot) -> None:
        view = show(50, Choice(only_class=3))
        qtbot.keyClick(view, Qt.Key.Key_A, CONTROL)
        assert selected(view) == [3, 13, 23, 33, 43]

    @pytest.mark.parametrize(
        ("key", "modifier"),
        [(Qt.Key.Key_Insert, Qt.KeyboardModifier.NoModifier), (Qt.Key.Key_Return, CONTROL)],
    )
    def test_the_current_memory_is_selected_and_deselected(
        self, show: Show, qtbot: QtBot, key: Qt.Key, modifier: Qt.KeyboardModifier
    ) -> None:
        view = show()
        view.select(6)
        with qtbot.assertNotEmitted(view.picked):
            qtbot.keyClick(view, key, modifier)
        assert selected(view) == [6]
        qtbot.keyClick(view, key, modifier)
        assert selected(view) == []

    def test_shift_and_an_arrow_selects_on_the_way(self, show: Show, qtbot: QtBot) -> None:
        view = show()
        view.select(6)
        for _ in range(2):
            qtbot.keyClick(view, Qt.Key.Key_Right, SHIFT)
        assert selected(view) == [6, 7, 8]
        assert view.slot == 8

    def test_deselecting_all_tells(self, show: Show, qtbot: QtBot) -> None:
        view = show()
        view.select_all()
        with qtbot.waitSignal(view.selection_changed):
            view.deselect_all()
        assert selected(view) == []


class TestLooks:
    def test_a_selected_memory_is_framed_and_ticked(self, show: Show, qtbot: QtBot) -> None:
        view = show(9)
        rect = view.slot_rect(4).toAlignedRect()
        accent = DARK.color("accent").rgb()

        def accents() -> int:
            image = view.viewport().grab(rect).toImage()
            return sum(
                image.pixel(x, y) == accent for x in range(image.width()) for y in range(image.height())
            )

        assert accents() == 0
        click(qtbot, view, 4, CONTROL)
        view.select(0)
        frame = 4 * rect.width()
        assert accents() > 1.5 * frame  # a frame two level pixels wide, and the tick's disc

    @pytest.mark.parametrize("size", [28, 14, 7, 4, 1])
    def test_it_is_marked_at_every_size_and_leaves_no_trace(self, size: int) -> None:
        mosaic = filled(WHOLE, np.arange(20))
        plain = picture(mosaic, Scale(size))
        mosaic.toggle(3)
        assert set(mosaic.step(0.0).slots.tolist()) == {3}
        assert (picture(mosaic, Scale(size)) == SELECTED_INDEX).any()
        mosaic.toggle(3)
        mosaic.step(0.0)
        np.testing.assert_array_equal(picture(mosaic, Scale(size)), plain)


class TestWhatGoesAndComes:
    SLOTS = np.arange(30)

    def complete(self, slots: np.ndarray) -> MemoryTiles:
        """What the engine sends after an edit: all that is left, each with the picture that it had."""
        before = tiles_of(WHOLE, self.SLOTS, complete=True)
        return replace(before, slots=slots, kinds=before.kinds[slots], tiles=before.tiles[slots])

    def test_a_deleted_memory_leaves_the_mosaic_and_the_selection(self) -> None:
        mosaic = filled(WHOLE, self.SLOTS)
        mosaic.select(np.array([4, 5, 6]))
        left = np.delete(self.SLOTS, 5)
        mosaic.take_tiles(self.complete(left))
        mosaic.step(0.0)
        assert shown(mosaic) != []
        assert 5 not in shown(mosaic)
        assert mosaic.count == mosaic.total == 29
        assert mosaic.selected.tolist() == [4, 6]
        assert mosaic.facts(5) is None
        assert not mosaic.holds(5)

    def test_what_stays_is_not_drawn_again(self) -> None:
        mosaic = filled(WHOLE, self.SLOTS)
        mosaic.take_tiles(self.complete(np.delete(self.SLOTS, 5)))
        assert mosaic.waiting == 0
        assert mosaic.facts(6) is not None

    def test_it_comes_back_with_its_picture_and_its_facts(self) -> None:
        mosaic = filled(WHOLE, self.SLOTS)
        before = picture(mosaic, Scale(14))
        mosaic.take_tiles(self.complete(np.delete(self.SLOTS, 5)))
        mosaic.step(0.0)
        assert (picture(mosaic, Scale(14)) != before).any()
        mosaic.take_tiles(self.complete(self.SLOTS))
        mosaic.take_catalogue(catalogue_of(WHOLE, self.SLOTS))
        mosaic.step(0.0)
        np.testing.assert_array_equal(picture(mosaic, Scale(14)), before)

    def test_another_memory_in_the_same_slot_is_not_selected(self) -> None:
        mosaic = filled(WHOLE, self.SLOTS)
        mosaic.select(np.array([4, 5]))
        catalogue = catalogue_of(WHOLE, self.SLOTS)
        ids = catalogue.ids.copy()
        ids[5] = 4711
        mosaic.take_catalogue(replace(catalogue, ids=ids))
        assert mosaic.selected.tolist() == [4]

    def test_a_memory_that_the_catalogue_no_longer_lists_is_gone(self) -> None:
        mosaic = filled(WHOLE, self.SLOTS)
        mosaic.take_catalogue(catalogue_of(WHOLE, self.SLOTS[:20]))
        mosaic.step(0.0)
        assert sorted(shown(mosaic)) == list(range(20))

    def test_all_of_them_can_go(self, show: Show, qtbot: QtBot) -> None:
        view = show(30)
        assert view.mosaic is not None
        view.select(7)
        view.select_all()
        view.mosaic.take_tiles(make_tiles(INFO, 0, 0))
        with qtbot.waitSignal(view.selected) as current:
            view.advance()
        assert current.args == [-1]
        assert view.mosaic.count == 0
        assert selected(view) == []

    def test_only_what_has_an_id_can_be_selected(self) -> None:
        mosaic = filled(WHOLE, self.SLOTS)
        mosaic.take_tiles(tiles_of(WHOLE, np.array([40]), seed=3))
        mosaic.step(0.0)
        mosaic.toggle(40)
        mosaic.select(np.array([3, 40]))
        assert mosaic.selected.tolist() == [3]

    def test_the_ids_are_those_of_the_catalogue(self) -> None:
        mosaic = filled(COLUMNS, self.SLOTS)
        mosaic.select(np.array([2, 9]))
        ids = catalogue_of(COLUMNS, self.SLOTS).ids
        assert mosaic.selected_ids() == (ids[2], ids[9])


class TestMuted:
    def test_a_muted_memory_is_drawn_faintly_at_every_size(self) -> None:
        slots = np.arange(20)
        mosaic = Mosaic(WHOLE, flash_seconds=0)
        mosaic.take_tiles(tiles_of(WHOLE, slots, complete=True))
        catalogue = replace(catalogue_of(WHOLE, slots), muted=np.zeros(20, bool))
        mosaic.take_catalogue(catalogue)
        mosaic.step(0.0)
        plain = {size: picture(mosaic, Scale(size), 40, 40) for size in (28, 7, 2)}
        muted = catalogue.muted.copy()
        muted[mosaic.slot(0)] = True
        mosaic.take_catalogue(replace(catalogue, muted=muted))
        assert mosaic.slot(0) in mosaic.step(0.0).slots
        for size, before in plain.items():
            now = picture(mosaic, Scale(size), 40, 40)
            pitch = Scale(size).pitch
            assert (now[:pitch, :pitch] < before[:pitch, :pitch]).any()
            assert 0.25 < now[:pitch, :pitch].sum() / before[:pitch, :pitch].sum() < 0.45
            np.testing.assert_array_equal(now[:pitch, pitch:], before[:pitch, pitch:])

    def test_signs_say_so_where_there_is_room(self, show: Show, qtbot: QtBot) -> None:
        view = show(9)  # slot 3 is muted, slot 5 was taught
        for slot, x, y in ((3, "right", "bottom"), (5, "left", "top")):
            rect = view.slot_rect(slot).toAlignedRect()
            side = 10
            left = rect.right() - side if x == "right" else rect.left() + 1
            top = rect.bottom() - side if y == "bottom" else rect.top() + 1
            image = view.viewport().grab().toImage().copy(left, top, side, side)
            colors = {image.pixel(at, down) for at in range(side) for down in range(side)}
            assert DARK.color("text").rgb() in colors


def test_a_search_filters_together_with_the_class_and_follows_the_facts() -> None:
    slots = np.arange(60)
    query = parse("age<100", INFO.class_names)
    mosaic = filled(WHOLE, slots, Choice(query=query))
    catalogue = catalogue_of(WHOLE, slots)
    seen = int(np.median(catalogue.births))
    mosaic.take_catalogue(catalogue, seen)
    mosaic.step(0.0)
    young = seen - catalogue.births < 100
    assert sorted(shown(mosaic)) == slots[young].tolist()
    mosaic.choose(Choice(query=query, only_class=4))
    mosaic.step(0.0)
    assert sorted(shown(mosaic)) == slots[young & (catalogue.classes == 4)].tolist()
    mosaic.choose(Choice(query=query))
    mosaic.take_catalogue(catalogue, seen + 70_000)
    mosaic.step(0.0)
    assert shown(mosaic) == []
