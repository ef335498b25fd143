"""The memory panel: what it asks for, what it says, what it shows of a frame."""

from __future__ import annotations

import gc
import weakref
from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from engine.arrays import freeze
from engine.config import PRESETS
from engine.frame import Frame
from memnet_gui.mosaic_order import Choice, Sort
from memnet_gui.theme import DARK
from memnet_gui.widgets.memory_card import AssociationBars
from memnet_gui.widgets.memory_panel import NOTHING_YET, MemoryPanel
from tests.gui.frames import (
    empty_frame,
    make_catalogue,
    make_frame,
    make_info,
    make_inspection,
    make_score,
    make_tiles,
)

INFO = make_info()


@pytest.fixture
def panel(qtbot: QtBot) -> MemoryPanel:
    panel = MemoryPanel(flash_seconds=0)
    panel.set_theme(DARK)
    panel.resize(780, 520)
    qtbot.addWidget(panel)
    panel.show()
    return panel


def columns_frame(count: int = 490) -> Frame:
    return make_frame(INFO, tiles=make_tiles(INFO, 1, count), catalogue=make_catalogue(INFO, 1, count))


def click_tile(qtbot: QtBot, panel: MemoryPanel, slot: int) -> None:
    at = panel.view.slot_rect(slot).center().toPoint()
    qtbot.mouseClick(panel.view.viewport(), Qt.MouseButton.LeftButton, pos=at)


def test_before_anything_is_written_it_says_what_will_appear_here(panel: MemoryPanel) -> None:
    panel.show_frame(empty_frame(INFO))
    assert panel.view.message == NOTHING_YET
    assert panel.view.mosaic is not None
    assert panel.view.mosaic.count == 0


def test_segments_name_the_layers_with_live_counts(panel: MemoryPanel, qtbot: QtBot) -> None:
    panel.show_frame(make_frame(INFO, score=replace(make_score(INFO), memories=(3412, 12524))))
    assert panel.segments is not None
    assert [panel.segments.button(index).text() for index in (0, 1)] == [
        "Whole digits 3,412",
        "Columns 12,524",
    ]
    panel.show_frame(make_frame(INFO, score=replace(make_score(INFO), memories=(3413, 12524))))
    qtbot.waitUntil(
        lambda: panel.segments is not None and panel.segments.button(0).text() == "Whole digits 3,413"
    )


def test_choosing_a_layer_asks_for_it_and_shows_it_when_its_memories_arrive(
    panel: MemoryPanel, qtbot: QtBot
) -> None:
    panel.show_frame(make_frame(INFO))
    assert panel.segments is not None
    with qtbot.waitSignal(panel.watch_requested) as asked:
        panel.segments.button(1).click()
    assert asked.args == [1]
    assert panel.segments.index == 0
    assert panel.tools.arrangement.isHidden()
    panel.show_frame(columns_frame())
    assert panel.segments.index == 1
    assert not panel.tools.arrangement.isHidden()
    assert panel.view.mosaic is not None
    assert panel.view.mosaic.layer is INFO.layers[1]


def test_pictures_of_a_layer_that_is_not_shown_are_ignored(panel: MemoryPanel) -> None:
    panel.show_frame(make_frame(INFO))
    panel.show_frame(
        make_frame(INFO, tiles=make_tiles(INFO, 1, 50, complete=False), catalogue=make_catalogue(INFO, 1, 50))
    )
    assert panel.view.mosaic is not None
    assert (panel.view.mosaic.layer, panel.view.mosaic.count) == (INFO.layers[0], 100)


def test_a_new_run_starts_empty_and_asks_again_for_the_layer_that_was_chosen(
    panel: MemoryPanel, qtbot: QtBot
) -> None:
    panel.show_frame(make_frame(INFO))
    assert panel.segments is not None
    panel.segments.button(1).click()
    panel.show_frame(columns_frame())
    with qtbot.waitSignal(panel.watch_requested) as asked:
        panel.show_frame(empty_frame(make_info(run=2)))
    assert asked.args == [1]
    assert panel.view.mosaic is not None
    assert panel.view.mosaic.count == 0
    with qtbot.assertNotEmitted(panel.watch_requested):
        panel.show_frame(empty_frame(make_info(PRESETS["exemplar"], run=3)))


def test_sorting_and_filter_apply_and_hold_across_layers(panel: MemoryPanel) -> None:
    panel.show_frame(make_frame(INFO))
    panel.tools.sorting.setCurrentIndex(panel.tools.sorting.findData(Sort.WINS))
    panel.tools.classes.setCurrentIndex(panel.tools.classes.findData(4))
    mosaic = panel.view.mosaic
    assert mosaic is not None
    labels = {
        facts.label for slot in range(100) if mosaic.position(slot) >= 0 and (facts := mosaic.facts(slot))
    }
    assert labels == {4}
    wins = [facts.wins for place in range(mosaic.count) if (facts := mosaic.facts(mosaic.slot(place)))]
    assert wins == sorted(wins, reverse=True)
    assert panel.reading.text() == "10 of 100 memories shown"
    panel.show_frame(columns_frame())
    assert panel.view.mosaic is not None
    assert (panel.view.mosaic.choice.sort, panel.view.mosaic.choice.only_class) == (Sort.WINS, 4)


def test_a_filter_that_matches_nothing_says_so(panel: MemoryPanel) -> None:
    panel.show_frame(make_frame(INFO, tiles=make_tiles(INFO, 0, 3), catalogue=make_catalogue(INFO, 0, 3)))
    panel.tools.classes.setCurrentIndex(panel.tools.classes.findData(7))
    assert panel.view.mosaic is not None
    assert panel.view.mosaic.count == 0
    assert panel.view.message == "No memory of class 7 yet. Choose All classes to see the others."


def test_the_column_picked_elsewhere_is_outlined_in_place_and_shown_alone_on_demand(
    panel: MemoryPanel,
) -> None:
    panel.show_frame(columns_frame())
    panel.set_column(10)
    assert panel.view.mosaic is not None
    assert panel.view.mosaic.choice.in_place
    assert panel.view.outlined_column == 10
    panel.tools.arrangement.setCurrentIndex(1)
    assert panel.view.mosaic.count == 10
    assert panel.view.mosaic.slot(0) // 256 == 10
    panel.set_column(11)
    assert panel.view.mosaic.slot(0) // 256 == 11


def test_a_column_without_memories_says_so(panel: MemoryPanel) -> None:
    panel.show_frame(columns_frame(5))
    panel.tools.arrangement.setCurrentIndex(1)
    panel.set_column(40)
    assert panel.view.message == "Column 40 has written no memory yet."


def test_hover_names_the_memory_in_the_footer(panel: MemoryPanel, qtbot: QtBot) -> None:
    panel.show_frame(make_frame(INFO))
    qtbot.mouseMove(panel.view.viewport(), panel.view.slot_rect(4).center().toPoint())
    assert panel.reading.text() == "id 5 · class 4 · 53 wins · useful +0.00 · born at 13"


def test_new_classes_appear_in_the_filter_and_the_choice_stays(panel: MemoryPanel) -> None:
    panel.show_frame(make_frame(INFO))
    panel.tools.classes.setCurrentIndex(panel.tools.classes.findData(4))
    panel.show_frame(make_frame(replace(INFO, class_names=(*INFO.class_names, "heart"))))
    assert panel.tools.classes.currentData() == 4
    assert panel.tools.classes.itemText(panel.tools.classes.count() - 1) == "Class heart"


class TestCard:
    def test_a_click_asks_for_the_facts_and_their_arrival_opens_the_card(
        self, panel: MemoryPanel, qtbot: QtBot
    ) -> None:
        panel.show_frame(columns_frame())
        with qtbot.waitSignal(panel.inspect_requested) as asked:
            click_tile(qtbot, panel, 256)
        assert asked.args == [1, 256]
        assert panel.card.isHidden()
        panel.show_frame(make_frame(INFO, tiles=None, inspection=make_inspection(INFO, 1, 256)))
        assert panel.card.isVisible()
        assert panel.card.title.text() == "MEMORY 17"
        assert panel.card.label.text() == "class 3"
        assert panel.card.facts.text().splitlines() == [
            "12 wins · useful +1.25",
            "born at digit 321",
            "source image 4,711",
            "column 1",
        ]
        assert panel.card.source.isVisible()

    def test_it_stays_inside_the_mosaic_and_off_the_tile_that_was_clicked(
        self, panel: MemoryPanel, qtbot: QtBot
    ) -> None:
        panel.show_frame(
            make_frame(INFO, tiles=make_tiles(INFO, 0, 400), catalogue=make_catalogue(INFO, 0, 400))
        )
        panel.view.zoom(1)
        for x, y in ((60, 60), (700, 60), (60, 400), (700, 400)):
            slot = panel.view.slot_at(QPoint(x, y).toPointF())
            assert slot >= 0
            panel.view.select(slot)
            panel.view.picked.emit(slot)
            panel.show_frame(
                make_frame(INFO, tiles=None, catalogue=None, inspection=make_inspection(INFO, 0, slot))
            )
            assert panel.view.viewport().rect().contains(panel.card.geometry())
            assert not panel.card.geometry().intersects(panel.view.slot_rect(slot).toAlignedRect())

    @pytest.mark.parametrize("way", ["escape", "button", "empty paper"])
    def test_closing_it_stops_asking(self, panel: MemoryPanel, qtbot: QtBot, way: str) -> None:
        panel.show_frame(make_frame(INFO, tiles=make_tiles(INFO, 0, 9), catalogue=None))
        click_tile(qtbot, panel, 3)
        inspected = make_frame(INFO, tiles=None, inspection=make_inspection(INFO, 0, 3))
        panel.show_frame(inspected)
        with qtbot.waitSignal(panel.inspect_requested) as asked:
            if way == "escape":
                qtbot.keyClick(panel.view, Qt.Key.Key_Escape)
            elif way == "button":
                qtbot.mouseClick(panel.card.close_button, Qt.MouseButton.LeftButton)
            else:
                panel.view.select(-1)
        assert asked.args == [0, None]
        assert panel.card.isHidden()
        panel.show_frame(inspected)
        assert panel.card.isHidden()

    def test_it_follows_the_arrow_keys_while_it_is_open(self, panel: MemoryPanel, qtbot: QtBot) -> None:
        panel.show_frame(make_frame(INFO))
        click_tile(qtbot, panel, 3)
        with qtbot.waitSignal(panel.inspect_requested) as asked:
            qtbot.keyClick(panel.view, Qt.Key.Key_Right)
        assert asked.args == [0, 4]

    def test_another_layer_closes_it(self, panel: MemoryPanel, qtbot: QtBot) -> None:
        panel.show_frame(make_frame(INFO))
        click_tile(qtbot, panel, 3)
        panel.show_frame(make_frame(INFO, tiles=None, inspection=make_inspection(INFO, 0, 3)))
        panel.show_frame(columns_frame())
        assert panel.card.isHidden()

    def test_bars_rise_for_a_class_and_fall_against_it(self, qtbot: QtBot) -> None:
        bars = AssociationBars()
        qtbot.addWidget(bars)
        bars.resize(300, 72)
        bars.show_weights(freeze(np.array([0.8, -0.2, 0.0], np.float32)), ("a", "b", "c"))
        assert bars.bar(0).bottom() == pytest.approx(bars.ground())
        assert bars.bar(1).top() == pytest.approx(bars.ground())
        assert bars.bar(0).height() == pytest.approx(4 * bars.bar(1).height())
        assert bars.bar(2).height() == 0
        assert bars.accessibleDescription() == "a +0.80, b -0.20, c +0.00"


@pytest.mark.parametrize(
    ("width", "layers_in_header", "rows"),
    [
        (900, True, ["views tools search"]),
        (600, True, ["views tools", "search"]),
        (348, False, ["segments", "tools", "views search"]),
    ],
)
def test_each_control_stands_in_the_first_row_that_has_room_for_it(
    panel: MemoryPanel, width: int, layers_in_header: bool, rows: list[str]
) -> None:
    panel.show_frame(columns_frame())
    panel.resize(width, 400)
    QApplication.processEvents()
    assert panel.width() == width
    assert panel.segments is not None
    assert (panel.header.indexOf(panel.segments) >= 0) == layers_in_header
    named = {
        **{panel.segments: "segments", panel.views: "views"},
        **{panel.tools: "tools", panel.search: "search"},
    }
    assert [" ".join(named[part] for part in row) for row in panel.rows.rows if row] == rows
    for part in (*named, panel.buttons, panel.footer):
        assert part.mapTo(panel, QPoint(part.width(), 0)).x() <= width - 12


def test_everything_can_be_reached_and_is_named(panel: MemoryPanel) -> None:
    panel.show_frame(columns_frame())
    assert panel.segments is not None
    controls = [
        *(panel.tools.sorting, panel.tools.classes, panel.tools.arrangement, panel.view),
        *(panel.search.line, panel.stage.map, panel.views.button(0), panel.views.button(1)),
        *(panel.selection.mute, panel.selection.delete, panel.selection.relabel, panel.selection.clear),
        *(panel.stage.map_page.again, panel.stage.map_page.cancel, panel.card.inspector),
        *(panel.buttons.zoom_in, panel.buttons.zoom_out, panel.buttons.fit, panel.buttons.export),
        *(panel.segments.button(0), panel.segments.button(1)),
    ]
    for control in controls:
        assert control.accessibleName()
        assert control.toolTip()
        assert control.focusPolicy() & Qt.FocusPolicy.TabFocus == Qt.FocusPolicy.TabFocus


def test_the_fit_button_shows_whether_the_mosaic_is_fitted(panel: MemoryPanel) -> None:
    panel.show_frame(make_frame(INFO))
    assert panel.buttons.fit.isChecked()
    panel.buttons.zoom_out.click()
    assert not panel.buttons.fit.isChecked()
    panel.buttons.fit.click()
    panel.buttons.fit.click()
    assert panel.buttons.fit.isChecked()
    assert panel.view.fitted


def test_the_export_button_asks_for_what_is_shown(panel: MemoryPanel, qtbot: QtBot) -> None:
    assert panel.shown() == (0, Choice())
    panel.show_frame(make_frame(INFO))
    panel.tools.sorting.setCurrentIndex(panel.tools.sorting.findData(Sort.WINS))
    panel.tools.classes.setCurrentIndex(panel.tools.classes.findData(3))
    with qtbot.waitSignal(panel.export_requested):
        panel.buttons.export.click()
    assert panel.shown() == (0, Choice(Sort.WINS, only_class=3))


def test_the_panel_is_collected_when_nobody_holds_it(qtbot: QtBot) -> None:
    panel = MemoryPanel()
    panel.set_theme(DARK)
    panel.show()
    panel.show_frame(make_frame(INFO))
    qtbot.mouseClick(panel.view.viewport(), Qt.MouseButton.LeftButton, pos=QPoint(20, 20))
    reference = weakref.ref(panel)
    panel.close()
    del panel
    gc.collect()
    assert reference() is None
