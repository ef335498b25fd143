"""One history of strokes and changes: what comes last is taken back first, whoever keeps it."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.findings import Edit
from memnet_gui.history import PATIENCE, History, Side
from tests.gui.clock import Clock


class FakeEngine:
    """Keeps changes as the engine does: those in force first, what can be repeated after them."""

    def __init__(self) -> None:
        self.texts: list[tuple[int, str]] = []
        self.in_force = 0
        self.count = 0

    def change(self) -> None:
        del self.texts[self.in_force :]
        self.count += 1
        self.texts.append((self.count, f"change {self.count}"))
        self.in_force += 1

    def undo(self) -> None:
        assert self.in_force > 0
        self.in_force -= 1

    def redo(self) -> None:
        assert self.in_force < len(self.texts)
        self.in_force += 1

    @property
    def edits(self) -> tuple[Edit, ...]:
        return tuple(Edit(n, text, at >= self.in_force) for at, (n, text) in enumerate(self.texts))


def texts(history: History) -> tuple[list[str], list[str]]:
    return [entry.text for entry in history.done], [entry.text for entry in history.undone]


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def history(clock: Clock) -> History:
    return History(clock)


def test_strokes_and_changes_stand_in_the_order_in_which_they_came(history: History) -> None:
    engine = FakeEngine()
    history.stroke_made("drew a stroke")
    engine.change()
    assert history.follow(1, engine.edits)
    history.stroke_made("cleared the drawing")
    assert texts(history) == (["drew a stroke", "change 1", "cleared the drawing"], [])
    assert [entry.side for entry in history.done] == [Side.CANVAS, Side.ENGINE, Side.CANVAS]


def test_undo_asks_whoever_keeps_what_came_last_and_redo_the_other_way(history: History) -> None:
    engine = FakeEngine()
    history.stroke_made("drew a stroke")
    engine.change()
    history.follow(1, engine.edits)
    assert history.undo() is Side.ENGINE
    engine.undo()
    history.follow(1, engine.edits)
    assert history.undo() is Side.CANVAS
    history.stroke_undone()
    assert history.undo() is None
    assert texts(history) == ([], ["drew a stroke", "change 1"])
    assert history.redo() is Side.CANVAS
    history.stroke_redone()
    assert history.redo() is Side.ENGINE
    assert history.redo() is None


def test_a_stroke_counts_as_taken_back_only_once_the_canvas_says_so(history: History) -> None:
    history.stroke_made("drew a stroke")
    assert history.undo() is Side.CANVAS
    assert texts(history) == (["drew a stroke"], [])
    history.stroke_undone()
    assert texts(history) == ([], ["drew a stroke"])


def test_a_second_undo_does_not_wait_for_the_frame_of_the_first(history: History) -> None:
    engine = FakeEngine()
    engine.change()
    engine.change()
    history.follow(1, engine.edits)
    assert history.undo() is Side.ENGINE
    history.follow(1, engine.edits)  # a frame that was on its way
    assert texts(history) == (["change 1"], ["change 2"])
    assert history.undo() is Side.ENGINE
    assert texts(history) == ([], ["change 1", "change 2"])


def test_what_the_engine_refuses_to_take_back_comes_back(history: History, clock: Clock) -> None:
    engine = FakeEngine()
    engine.change()
    history.follow(1, engine.edits)
    history.undo()
    clock.now += PATIENCE + 0.1
    assert history.follow(1, engine.edits)
    assert texts(history) == (["change 1"], [])


def test_undo_and_redo_at_once_do_not_flicker_while_frames_lag(history: History, clock: Clock) -> None:
    engine = FakeEngine()
    engine.change()
    before = engine.edits
    history.follow(1, before)
    history.undo()
    history.redo()
    engine.undo()
    for edits in (before, engine.edits, before):
        clock.now += 0.01
        history.follow(1, edits)
        assert texts(history) == (["change 1"], [])


def test_a_new_stroke_gives_up_what_the_engine_could_repeat(history: History) -> None:
    engine = FakeEngine()
    engine.change()
    history.follow(1, engine.edits)
    history.undo()
    engine.undo()
    history.stroke_made("drew a stroke")
    history.follow(1, engine.edits)  # the engine would still repeat it
    assert texts(history) == (["drew a stroke"], [])
    assert history.redo() is None
    engine.change()
    history.follow(1, engine.edits)
    assert texts(history) == (["drew a stroke", "change 2"], [])


def test_a_new_change_gives_up_strokes_that_could_be_repeated(history: History) -> None:
    engine = FakeEngine()
    history.stroke_made("drew a stroke")
    history.stroke_undone()
    engine.change()
    history.follow(1, engine.edits)
    assert texts(history) == (["change 1"], [])


def test_a_new_run_has_its_own_changes_and_leaves_the_strokes(history: History) -> None:
    engine = FakeEngine()
    history.stroke_made("drew a stroke")
    engine.change()
    engine.change()
    history.follow(1, engine.edits)
    history.undo()
    assert history.follow(2, ())
    assert texts(history) == (["drew a stroke"], [])
    other = FakeEngine()
    other.change()  # its numbers begin again
    history.follow(2, other.edits)
    assert texts(history) == (["drew a stroke", "change 1"], [])


def test_what_was_changed_before_the_first_frame_is_taken_over(history: History) -> None:
    edits = (Edit(1, "a", False), Edit(2, "b", True), Edit(3, "c", True))
    history.follow(1, edits)
    assert texts(history) == (["a"], ["b", "c"])


def test_a_frame_without_news_changes_nothing(history: History) -> None:
    engine = FakeEngine()
    engine.change()
    assert history.follow(1, engine.edits)
    assert not history.follow(1, engine.edits)


def test_a_change_taken_back_elsewhere_is_followed(history: History) -> None:
    engine = FakeEngine()
    engine.change()
    history.follow(1, engine.edits)
    history.stroke_made("drew a stroke")
    engine.undo()
    history.follow(1, engine.edits)
    assert texts(history) == (["drew a stroke"], ["change 1"])


@settings(max_examples=200, deadline=None)
@given(st.lists(st.sampled_from(["stroke", "change", "undo", "redo", "frame"]), max_size=40))
def test_whatever_is_done_both_sides_can_always_do_what_is_asked(acts: list[str]) -> None:
    """The engine asserts that there is something to take back or repeat; so does the canvas here."""
    history, engine = History(Clock()), FakeEngine()
    drawn = redrawable = 0
    for act in acts:
        if act == "stroke":
            drawn, redrawable = drawn + 1, 0
            history.stroke_made("drew a stroke")
        elif act == "change":
            engine.change()
            history.follow(1, engine.edits)
        elif act == "frame":
            history.follow(1, engine.edits)
        elif act == "undo":
            side = history.undo()
            if side is Side.ENGINE:
                engine.undo()
            elif side is Side.CANVAS:
                assert drawn > 0
                drawn, redrawable = drawn - 1, redrawable + 1
                history.stroke_undone()
        else:
            side = history.redo()
            if side is Side.ENGINE:
                engine.redo()
            elif side is Side.CANVAS:
                assert redrawable > 0
                drawn, redrawable = drawn + 1, redrawable - 1
                history.stroke_redone()
    history.follow(1, engine.edits)
    assert sum(entry.side is Side.CANVAS for entry in history.done) == drawn
    in_force = {edit.id for edit in engine.edits if not edit.undone}
    assert {entry.edit for entry in history.done if entry.edit} == in_force
