"""The memory panel's controls: the search, what is done with selected memories, the way to the Inspector."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from engine.arrays import freeze
from engine.commands import Delete, Mute, Relabel
from engine.frame import Frame
from memnet_gui.theme import DARK
from memnet_gui.widgets.class_menu import ClassMenu
from memnet_gui.widgets.memory_panel import MemoryPanel
from tests.gui.frames import make_catalogue, make_frame, make_info, make_inspection, make_tiles

INFO = make_info()
CONTROL = Qt.KeyboardModifier.ControlModifier
LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def panel(qtbot: QtBot) -> MemoryPanel:
    panel = MemoryPanel(flash_seconds=0)
    panel.set_theme(DARK)
    panel.resize(780, 520)
    qtbot.addWidget(panel)
    panel.show()
    panel.show_frame(make_frame(INFO))
    QApplication.processEvents()
    return panel


def search(qtbot: QtBot, panel: MemoryPanel, words: str) -> None:
    panel.begin_search()
    qtbot.keyClick(panel.search.line, Qt.Key.Key_A, CONTROL)
    qtbot.keyClicks(panel.search.line, words)
    qtbot.keyClick(panel.search.line, Qt.Key.Key_Return)


def shown(panel: MemoryPanel) -> list[int]:
    assert panel.view.mosaic is not None
    return panel.view.mosaic.shown().tolist()


def select(qtbot: QtBot, panel: MemoryPanel, *slots: int) -> None:
    for slot in slots:
        at = panel.view.slot_rect(slot).center().toPoint()
        qtbot.mouseClick(panel.view.viewport(), LEFT, CONTROL, at)


def without(*slots: int) -> Frame:
    """What the engine sends once these memories are deleted."""
    tiles, catalogue = make_tiles(INFO, 0, 100), make_catalogue(INFO, 0, 100)
    left = np.delete(np.arange(100), slots)
    names = ("ids", "classes", "wins", "births", "sources", "usefulness", "taught", "muted")
    return make_frame(
        INFO,
        tiles=replace(tiles, slots=freeze(left), kinds=tiles.kinds[left] * 0, tiles=tiles.tiles[left]),
        catalogue=replace(
            catalogue, slots=freeze(left), **{name: getattr(catalogue, name)[left] for name in names}
        ),
    )


class TestSearch:
    def test_typing_finds_memories_after_a_pause_and_says_how_many(
        self, panel: MemoryPanel, qtbot: QtBot
    ) -> None:
        panel.begin_search()
        assert panel.search.line.hasFocus()
        with qtbot.waitSignal(panel.search.searched):
            qtbot.keyClicks(panel.search.line, "3 not muted")
        assert shown(panel) == [13, 23, 33, 43, 53, 63, 73, 83, 93]
        assert panel.search.matches.text() == "9 of 100 found"

    def test_enter_searches_at_once_and_goes_to_the_memories(self, panel: MemoryPanel, qtbot: QtBot) -> None:
        search(qtbot, panel, "id:5")
        assert shown(panel) == [4]
        assert panel.view.hasFocus()

    def test_it_holds_together_with_the_class_filter(self, panel: MemoryPanel, qtbot: QtBot) -> None:
        panel.tools.classes.setCurrentIndex(panel.tools.classes.findData(5))
        search(qtbot, panel, "taught")
        assert shown(panel) == [5]

    def test_what_cannot_be_read_is_explained_and_hides_nothing(
        self, panel: MemoryPanel, qtbot: QtBot
    ) -> None:
        search(qtbot, panel, "winz>3")
        assert len(shown(panel)) == 100
        sentence = panel.search.sentence
        assert sentence.isVisible()
        assert sentence.words.text() == "“winz” is not known. Is wins meant?"
        assert panel.rect().contains(sentence.geometry())
        assert panel.search.line.hasFocus()
        search(qtbot, panel, "wins>90")
        assert sentence.isHidden()
        assert 0 < len(shown(panel)) < 100

    def test_escape_clears_it_and_then_leaves_it(self, panel: MemoryPanel, qtbot: QtBot) -> None:
        search(qtbot, panel, "7")
        panel.begin_search()
        qtbot.keyClick(panel.search.line, Qt.Key.Key_Escape)
        assert panel.search.line.text() == ""
        assert len(shown(panel)) == 100
        qtbot.keyClick(panel.search.line, Qt.Key.Key_Escape)
        assert panel.view.hasFocus()

    def test_a_search_without_matches_says_so(self, panel: MemoryPanel, qtbot: QtBot) -> None:
        search(qtbot, panel, "wins>1000")
        assert panel.view.message == "No memory is found by “wins>1000”. Clear the search to see the others."
        assert panel.search.matches.text() == "0 of 100 found"

    def test_a_class_that_is_added_can_be_searched_for(self, panel: MemoryPanel, qtbot: QtBot) -> None:
        search(qtbot, panel, "heart")
        assert panel.search.sentence.isVisible()
        panel.show_frame(make_frame(replace(INFO, class_names=(*INFO.class_names, "heart")), tiles=None))
        assert panel.search.sentence.isHidden()
        assert shown(panel) == list(range(10, 100, 11))

    def test_age_counts_the_digits_seen_since(self, panel: MemoryPanel, qtbot: QtBot) -> None:
        search(qtbot, panel, "age<2910")
        born = make_catalogue(INFO, 0, 100).births
        assert shown(panel) == np.flatnonzero(make_frame(INFO).score.seen - born < 2910).tolist()


class TestSelection:
    def test_the_bar_says_how_many_and_tells_the_window(self, panel: MemoryPanel, qtbot: QtBot) -> None:
        told: list[tuple[int, object]] = []
        panel.selection_changed.connect(lambda *news: told.append(news))
        select(qtbot, panel, 4, 9)
        assert told == [(0, (5,)), (0, (5, 10))]
        assert panel.selection.isVisible()
        assert panel.legend.isHidden()
        assert panel.selection.words.text() == "2 selected"
        panel.selection.clear.click()
        assert told[-1] == (0, ())
        assert panel.selection.isHidden()
        assert panel.legend.isVisible()

    def test_selecting_moves_no_tile(self, panel: MemoryPanel, qtbot: QtBot) -> None:
        before = panel.view.slot_rect(40)
        select(qtbot, panel, 4)
        QApplication.processEvents()
        assert panel.view.slot_rect(40) == before

    @pytest.mark.parametrize("way", ["button", "key"])
    def test_mute_delete_and_relabel_are_asked_for_by_id(
        self, panel: MemoryPanel, qtbot: QtBot, way: str
    ) -> None:
        select(qtbot, panel, 4, 9)
        asked: list[object] = []
        panel.asked.connect(asked.append)
        for button, key in (
            (panel.selection.mute, Qt.Key.Key_M),
            (panel.selection.delete, Qt.Key.Key_Delete),
        ):
            if way == "button":
                button.click()
            else:
                qtbot.keyClick(panel.view, key)
        panel.selection.classes.chosen.emit(7)
        assert asked == [Mute(0, (5, 10)), Delete(0, (5, 10)), Relabel(0, (5, 10), 7)]

    def test_the_classes_are_offered_by_name(
        self, panel: MemoryPanel, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        opened: list[object] = []
        monkeypatch.setattr(ClassMenu, "popup", lambda menu, _: opened.append(menu))
        panel.show_frame(make_frame(replace(INFO, class_names=(*INFO.class_names, "heart")), tiles=None))
        select(qtbot, panel, 4)
        qtbot.keyClick(panel.view, Qt.Key.Key_R)
        assert opened == [panel.selection.classes]
        assert [action.text() for action in panel.selection.classes.actions()][-1] == "&heart"

    def test_muted_ones_can_speak_again(self, panel: MemoryPanel, qtbot: QtBot) -> None:
        select(qtbot, panel, 3, 22)  # both muted
        assert panel.selection.mute.text() == "Speak again"
        with qtbot.waitSignal(panel.asked) as asked:
            panel.selection.mute.click()
        assert asked.args == [Mute(0, (4, 23), muted=False)]
        select(qtbot, panel, 4)
        assert panel.selection.mute.text() == "Mute"

    def test_keys_do_nothing_while_none_is_selected(
        self, panel: MemoryPanel, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        opened: list[object] = []
        monkeypatch.setattr(ClassMenu, "popup", lambda menu, _: opened.append(menu))
        with qtbot.assertNotEmitted(panel.asked):
            for key in (Qt.Key.Key_M, Qt.Key.Key_Delete, Qt.Key.Key_R):
                qtbot.keyClick(panel.view, key)
        assert opened == []

    def test_letters_typed_into_the_search_are_no_shortcuts(self, panel: MemoryPanel, qtbot: QtBot) -> None:
        select(qtbot, panel, 4)
        with qtbot.assertNotEmitted(panel.asked):
            search(qtbot, panel, "m")
            panel.begin_search()
            qtbot.keyClick(panel.search.line, Qt.Key.Key_Delete)

    def test_deleted_memories_leave_the_selection_and_what_is_left_is_told(
        self, panel: MemoryPanel, qtbot: QtBot
    ) -> None:
        select(qtbot, panel, 4, 9)
        with qtbot.waitSignal(panel.selection_changed) as told:
            panel.show_frame(without(4))
        assert told.args == [0, (10,)]
        with qtbot.waitSignal(panel.selection_changed) as told:
            panel.show_frame(without(4, 9))
        assert told.args == [0, ()]
        assert panel.selection.isHidden()

    def test_selected_memories_that_a_search_hides_are_counted(
        self, panel: MemoryPanel, qtbot: QtBot
    ) -> None:
        select(qtbot, panel, 4, 9)
        search(qtbot, panel, "9")
        QApplication.processEvents()
        assert panel.selection.words.text() == "2 selected, 1 of them not shown"

    def test_escape_closes_the_card_first_and_then_selects_none(
        self, panel: MemoryPanel, qtbot: QtBot
    ) -> None:
        select(qtbot, panel, 4, 9)
        at = panel.view.slot_rect(30).center().toPoint()
        qtbot.mouseClick(panel.view.viewport(), LEFT, pos=at)
        panel.show_frame(make_frame(INFO, tiles=None, inspection=make_inspection(INFO, 0, 30)))
        qtbot.keyClick(panel.view, Qt.Key.Key_Escape)
        assert panel.card.isHidden()
        assert panel.selection.isVisible()
        qtbot.keyClick(panel.view, Qt.Key.Key_Escape)
        assert panel.selection.isHidden()

    def test_another_layer_begins_without_a_selection(self, panel: MemoryPanel, qtbot: QtBot) -> None:
        select(qtbot, panel, 4)
        with qtbot.waitSignal(panel.selection_changed) as told:
            panel.show_frame(
                make_frame(INFO, tiles=make_tiles(INFO, 1, 490), catalogue=make_catalogue(INFO, 1, 490))
            )
        assert told.args == [1, ()]

    @pytest.mark.parametrize(("width", "words"), [(780, "2 selected"), (300, "2")])
    def test_its_buttons_always_have_room(
        self, panel: MemoryPanel, qtbot: QtBot, width: int, words: str
    ) -> None:
        select(qtbot, panel, 4, 9)
        panel.resize(width, 520)
        QApplication.processEvents()
        bar = panel.selection
        assert bar.words.text() == words
        for button in (bar.mute, bar.delete, bar.relabel, bar.clear):
            assert button.width() >= button.sizeHint().width()


class TestInspector:
    @pytest.fixture
    def card(self, panel: MemoryPanel, qtbot: QtBot) -> MemoryPanel:
        """The panel with the card of memory 3."""
        at = panel.view.slot_rect(3).center().toPoint()
        qtbot.mouseClick(panel.view.viewport(), LEFT, pos=at)
        panel.show_frame(make_frame(INFO, tiles=None, inspection=make_inspection(INFO, 0, 3)))
        panel.view.setFocus()
        return panel

    @pytest.mark.parametrize("way", ["button", "enter", "enter on the card", "another click"])
    def test_it_can_be_opened_on_the_memory_whose_card_is_open(
        self, card: MemoryPanel, qtbot: QtBot, way: str
    ) -> None:
        with qtbot.waitSignal(card.memory_chosen) as chosen:
            if way == "button":
                qtbot.mouseClick(card.card.inspector, LEFT)
            elif way == "enter":
                qtbot.keyClick(card.view, Qt.Key.Key_Return)
            elif way == "enter on the card":
                qtbot.keyClick(card.card.inspector, Qt.Key.Key_Return)
            else:
                at = card.view.slot_rect(3).center().toPoint()
                qtbot.mouseClick(card.view.viewport(), LEFT, pos=at)
        assert chosen.args == [0, 3]

    def test_the_card_says_when_it_is_muted_or_taught_and_drawn(
        self, card: MemoryPanel, qtbot: QtBot
    ) -> None:
        memory = replace(make_inspection(INFO, 0, 3), muted=True, taught=True, source=-2)
        card.show_frame(make_frame(INFO, tiles=None, inspection=memory))
        assert card.card.facts.text().splitlines() == [
            "12 wins · useful +1.25",
            "born at digit 321",
            "from drawing 2",
            "taught by hand · muted",
        ]

    def test_hovering_says_so_too(self, panel: MemoryPanel, qtbot: QtBot) -> None:
        for slot, words in ((3, "muted"), (5, "taught by hand")):
            qtbot.mouseMove(panel.view.viewport(), panel.view.slot_rect(slot).center().toPoint())
            assert panel.reading.text().endswith(f" · {words}")
