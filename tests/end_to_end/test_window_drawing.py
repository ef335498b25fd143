"""Somebody draws digits with the mouse and reads what the network says."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt

from memnet_gui.widgets.draw_panel import INVITATION, NOTHING_LEARNED
from tests.end_to_end.driving import Visit
from tests.end_to_end.handwriting import DIGITS
from tests.end_to_end.pen import read, write


def test_drawn_digits_are_read(visit: Callable[..., Visit]) -> None:
    person = visit("small").become_ready()
    panel = person.window.draw
    person.learn(10_000)
    said = {}
    for digit in DIGITS:
        assert panel.canvas.hint == INVITATION
        write(person, DIGITS[digit])
        said[digit] = read(person)
        person.key(Qt.Key.Key_Delete)
        assert panel.canvas.empty
        assert panel.answer.text == ""
    right = [digit for digit, name in said.items() if name == str(digit)]
    assert len(right) >= 8, said


def test_a_drawing_is_answered_as_soon_as_something_is_learned_and_again_while_more_is(
    visit: Callable[..., Visit],
) -> None:
    person = visit().become_ready()
    panel = person.window.draw
    assert panel.canvas.hint == NOTHING_LEARNED
    write(person, DIGITS[0])
    assert panel.answer.text == NOTHING_LEARNED
    person.learn(3000)
    assert read(person) == "0"
    unsure = panel.answer.percept
    person.learn(person.seen + 3000)
    person.wait(lambda: panel.answer.percept is not unsure, "the drawing is answered anew")
    assert read(person) == "0"


def test_what_is_drawn_while_it_learns_is_answered_at_once(visit: Callable[..., Visit]) -> None:
    person = visit("complementary").become_ready()
    person.key(Qt.Key.Key_Space)
    person.wait(lambda: person.seen > 500, "digits stream by")
    panel = person.window.draw
    waits = []
    for _ in range(5):
        panel.last_latency_ms = None
        write(person, DIGITS[1])
        person.wait(lambda: panel.last_latency_ms is not None, "the votes are painted", 5)
        waits.append(panel.last_latency_ms)
        person.key(Qt.Key.Key_Delete)
    assert sorted(waits)[2] < 500, f"votes came {waits} ms after the pen"
    assert person.playing, "drawing interrupts nothing"
