"""Somebody looks through the memories: layers, order, one class, one column, one memory."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt

from engine.datasets import Dataset
from memnet_gui.widgets.memory_panel import MemoryPanel
from tests.end_to_end.driving import Visit


@pytest.fixture
def person(visit: Callable[..., Visit]) -> Visit:
    """In front of a network with two layers that has learned a little."""
    person = visit("complementary").become_ready()
    person.learn(400)
    return person


def shown(panel: MemoryPanel) -> list[int]:
    """The slots in the mosaic, in the order in which they stand there."""
    mosaic = panel.view.mosaic
    assert mosaic is not None
    positions = {slot: mosaic.position(slot) for slot in range(mosaic.layer.fields * mosaic.layer.capacity)}
    return sorted((slot for slot in positions if positions[slot] >= 0), key=positions.__getitem__)


def class_of(panel: MemoryPanel, slot: int) -> int:
    assert panel.view.mosaic is not None
    facts = panel.view.mosaic.facts(slot)
    assert facts is not None
    return facts.label


def place_of(panel: MemoryPanel, slot: int) -> QPoint:
    return panel.view.slot_rect(slot).center().toPoint()


def test_memories_are_sorted_filtered_and_looked_at(person: Visit, digits: Dataset) -> None:
    panel, tools = person.window.memory, person.window.memory.tools
    whole, _ = person.frame.score.memories
    assert len(shown(panel)) == whole > 20
    oldest_first = shown(panel)
    person.choose(tools.sorting, "Sort: age")
    assert shown(panel) == oldest_first[::-1]
    person.choose(tools.sorting, "Sort: class")
    classes = [class_of(panel, slot) for slot in shown(panel)]
    assert classes == sorted(classes)
    person.choose(tools.classes, "Class 7")
    sevens = shown(panel)
    assert len(sevens) == classes.count(7) > 0
    assert all(class_of(panel, slot) == 7 for slot in sevens)

    person.click(panel.view.viewport(), place_of(panel, sevens[-1]))
    person.wait(panel.card.isVisible, "the memory's card opens")
    memory = person.frame.inspection
    assert memory is not None
    assert (memory.layer, memory.slot) == (0, sevens[-1])
    assert int(memory.association.argmax()) == 7
    assert np.array_equal(memory.source_image, digits.train_images[memory.source])
    assert panel.card.title.text() == f"MEMORY {memory.id:,}"
    assert panel.card.label.text() == "class 7"
    assert f"born at digit {memory.birth:,}" in panel.card.facts.text()
    assert not panel.card.geometry().contains(place_of(panel, sevens[-1])), "the card hides what it is about"
    person.key(Qt.Key.Key_Escape)
    assert not panel.card.isVisible()
    person.wait(lambda: person.frame.inspection is None, "nobody asks about it any more")


def test_the_other_layer_is_shown_in_place_and_one_column_at_a_time(person: Visit, digits: Dataset) -> None:
    panel, tools = person.window.memory, person.window.memory.tools
    _, patches = person.frame.score.memories
    assert panel.segments is not None
    person.click(panel.segments.button(1))
    person.wait(lambda: panel.view.mosaic is not None and panel.view.mosaic.total == patches, "the columns")
    person.wait(lambda: panel.view.mosaic is not None and not panel.view.mosaic.waiting, "all are drawn")
    assert len(shown(panel)) == patches
    assert tools.arrangement.isVisible()

    person.choose(tools.arrangement, "One column")
    layer = person.frame.info.layers[1]
    column = shown(panel)
    assert 0 < len(column) < patches
    assert {slot // layer.capacity for slot in column} == {24}, "the one in the middle"
    person.click(panel.view.viewport(), place_of(panel, column[0]))
    person.wait(panel.card.isVisible, "the patch's card opens")
    memory = person.frame.inspection
    assert memory is not None
    assert memory.origin == tuple(layer.origins[24])
    assert "column 24" in panel.card.facts.text()
    assert panel.card.source.isVisible()

    person.click(panel.card.close_button)
    assert not panel.card.isVisible()
    person.key(Qt.Key.Key_Space)
    person.wait(lambda: person.seen > 600, "it learns on")
    person.wait(lambda: len(shown(panel)) > len(column), "new patches of this column are shown", 10)


def test_a_card_follows_its_memory_while_the_network_learns_on(person: Visit) -> None:
    panel = person.window.memory
    person.choose(panel.tools.sorting, "Sort: wins")
    person.click(panel.view.viewport(), place_of(panel, shown(panel)[0]))
    person.wait(panel.card.isVisible, "the card opens")
    memory = person.frame.inspection
    assert memory is not None
    person.key(Qt.Key.Key_Space)
    person.wait(lambda: person.frame.inspection.wins > memory.wins, "it wins again")
    person.key(Qt.Key.Key_Space)
    person.rest()
    assert person.frame.inspection.id == memory.id
    person.wait(
        lambda: f"{person.frame.inspection.wins:,} wins" in panel.card.facts.text(), "the card says so"
    )
