"""Sorting by likeness: what is asked, how often, and what becomes of the answer."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from engine.arrays import freeze
from engine.commands import Liken
from engine.findings import Findings, Likeness
from engine.frame import Frame
from memnet_gui.mosaic_order import Sort
from memnet_gui.theme import DARK
from memnet_gui.widgets.memory_panel import NOTHING_DRAWN, MemoryPanel
from tests.gui.frames import digit_image, empty_frame, make_frame, make_info, make_score, make_tiles

INFO = make_info()


@pytest.fixture
def panel(qtbot: QtBot) -> MemoryPanel:
    panel = MemoryPanel(flash_seconds=0)
    panel.set_theme(DARK)
    panel.resize(780, 520)
    qtbot.addWidget(panel)
    panel.show()
    panel.show_frame(at(100))
    return panel


def at(seen: int, likeness: Likeness | None = None, **changes: object) -> Frame:
    score = replace(make_score(INFO), seen=seen)
    return make_frame(INFO, score=score, findings=Findings(likeness=likeness), **changes)


def sort(panel: MemoryPanel, order: Sort) -> None:
    panel.tools.sorting.setCurrentIndex(panel.tools.sorting.findData(order))


def commands(panel: MemoryPanel) -> list[object]:
    asked: list[object] = []
    panel.asked.connect(asked.append)
    return asked


def answer(request: int, layer: int = 0, count: int = 100) -> Likeness:
    """The higher the slot, the nearer."""
    slots = np.arange(count, dtype=np.int64)
    return Likeness(request, layer, freeze(slots), freeze((count - slots).astype(np.float32) / 50))


def order(panel: MemoryPanel) -> list[int]:
    assert panel.view.mosaic is not None
    panel.view.mosaic.step(0.0)
    return panel.view.mosaic.shown().tolist()


def test_nothing_is_asked_while_another_order_is_chosen(panel: MemoryPanel) -> None:
    asked = commands(panel)
    panel.show_frame(at(101))
    sort(panel, Sort.USEFULNESS)
    panel.show_frame(at(102))
    assert asked == []


def test_the_answer_orders_the_memories_and_the_footer_says_how_far_each_is(panel: MemoryPanel) -> None:
    asked = commands(panel)
    sort(panel, Sort.LIKE_DIGIT)
    panel.show_frame(at(101))
    assert len(asked) == 1
    assert isinstance(asked[0], Liken)
    assert asked[0].image is None
    panel.show_frame(at(101, answer(asked[0].request)))
    assert order(panel) == list(range(99, -1, -1))
    panel.view.select(98)
    assert " · distance 0.04 · " in panel.reading.text()


def test_a_digit_is_asked_about_once_and_the_next_one_not_before_its_time(
    panel: MemoryPanel, qtbot: QtBot
) -> None:
    assert panel._likening._throttle.interval >= 500
    panel._likening._throttle.interval = 80
    asked = commands(panel)
    sort(panel, Sort.LIKE_DIGIT)
    for seen in (101, 101, 101, 102, 103, 104):
        panel.show_frame(at(seen))
    assert len(asked) == 1
    qtbot.waitUntil(lambda: len(asked) == 2)
    panel.show_frame(at(104))
    qtbot.wait(100)
    assert len(asked) == 2


def test_an_answer_to_another_question_or_about_another_layer_is_not_used(panel: MemoryPanel) -> None:
    asked = commands(panel)
    sort(panel, Sort.LIKE_DIGIT)
    panel.show_frame(at(101))
    assert isinstance(asked[0], Liken)
    before = order(panel)
    panel.show_frame(at(101, answer(asked[0].request + 1)))
    panel.show_frame(at(101, answer(asked[0].request, layer=1)))
    assert order(panel) == before


def test_a_drawing_is_compared_with_when_there_is_one(panel: MemoryPanel, qtbot: QtBot) -> None:
    panel._likening._throttle.interval = 0
    asked = commands(panel)
    sort(panel, Sort.LIKE_DRAWING)
    panel.show_frame(at(101))
    assert asked == []
    assert panel.reading.text() == NOTHING_DRAWN
    image = digit_image(4)
    panel.set_drawing(image)
    panel.show_frame(at(101))
    assert isinstance(asked[-1], Liken)
    assert asked[-1].image is image
    panel.set_drawing(digit_image(5))
    panel.show_frame(at(101))
    assert len(asked) == 2
    panel.set_drawing(None)
    panel.show_frame(at(102))
    assert len(asked) == 2


def test_nothing_is_asked_before_the_first_digit_nor_while_hidden(panel: MemoryPanel, qtbot: QtBot) -> None:
    asked = commands(panel)
    sort(panel, Sort.LIKE_DIGIT)
    panel.show_frame(empty_frame(INFO))
    panel.hide()
    panel.show_frame(at(101))
    assert asked == []


def test_newcomers_stand_last_until_they_are_compared(panel: MemoryPanel) -> None:
    asked = commands(panel)
    sort(panel, Sort.LIKE_DIGIT)
    panel.show_frame(at(101))
    assert isinstance(asked[0], Liken)
    panel.show_frame(at(101, answer(asked[0].request)))
    panel.show_frame(at(102, tiles=make_tiles(INFO, 0, 1, start=100, complete=False), catalogue=None))
    assert order(panel)[-1] == 100
