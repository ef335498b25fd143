"""Any moment of a run again, bit for bit; branches, and what is kept of them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from engine import timeline as module
from engine.backend import Backend
from engine.datasets import Dataset
from engine.edits import Edits
from engine.observe import Observer, trial
from engine.session import Session
from engine.snapshot import Snapshot, load_snapshot
from engine.timeline import MOST_LINES, Timeline
from tests.engine.samples import Arrays, assert_same, shrunk

END = 300


def everything(session: Session) -> Arrays:
    """All that a session has learned and scored."""
    return Snapshot.take(session).arrays


def letter() -> np.ndarray[Any, np.dtype[np.float32]]:
    image = np.zeros((28, 28), np.float32)
    image[4:24, 6:9] = image[4:24, 19:22] = image[12:15, 6:22] = 1.0
    return image


def some_ids(edits: Edits, layer: int) -> list[int]:
    ids = edits.session.network.layers[layer].ids
    return [int(id) for id in ids[ids > 0][:2]]


class Run:
    """A run with its timeline, moved as the engine's thread does."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self.edits = Edits(session)
        self.timeline = Timeline(session, self.edits)
        self.observer = Observer(session, 1)

    def learn(self, until: int, stride: int = 31) -> None:
        while self.session.seen < until:
            self.timeline.advance(min(stride, until - self.session.seen))

    def change(self, act: Callable[[Edits], Any], text: str = "changed") -> None:
        act(self.edits)
        self.timeline.changed(text)

    def look(self, digit: int, line: int | None = None) -> None:
        self.timeline.look(digit, line)
        self.timeline.settle(self.observer.follow)


@pytest.fixture
def run(digits: Dataset, monkeypatch: pytest.MonkeyPatch) -> Run:
    """A new run that keeps a state every forty digits, so that many lie on the way."""
    monkeypatch.setattr(module, "KEYFRAME_DIGITS", 40)
    monkeypatch.setattr(module, "LEAD_IN", 50)
    return Run(Session(digits, shrunk("complementary"), backend=Backend()))


def recorded(
    run: Run, until: int, changes: dict[int, Callable[[Edits], Any]] | None = None
) -> dict[int, Arrays]:
    """Learn digit by digit; everything as it was after each."""
    changes = changes or {}
    states = {0: everything(run.session)}
    for digit in range(1, until + 1):
        run.learn(digit)
        if digit in changes:
            run.change(changes[digit])
        states[digit] = everything(run.session)
    return states


CHANGES: dict[int, Callable[[Edits], Any]] = {
    60: lambda edits: edits.teach("H", image=letter()),
    101: lambda edits: edits.mute(0, some_ids(edits, 0), True),
    150: lambda edits: edits.teach(3, source=7),
    170: lambda edits: edits.undo(),
    171: lambda edits: edits.tune(1, 0.01),
    210: lambda edits: edits.delete(1, some_ids(edits, 1)),
}


def test_any_digit_comes_back_bit_for_bit_in_any_order(run: Run) -> None:
    states = recorded(run, END)
    for digit in (299, 5, 63, 64, 65, 0, 1, 150, 149, 300, 42, 40, 41, 255):
        run.look(digit)
        assert run.session.seen == digit
        assert_same(everything(run.session), states[digit])


def test_moments_around_changes_by_hand_come_back_too(run: Run) -> None:
    states = recorded(run, END, CHANGES)
    for digit in (209, 59, 60, 61, 169, 171, 170, 100, 101, 102, 150, 210, 211, 300):
        run.look(digit)
        assert_same(everything(run.session), states[digit])


@settings(max_examples=15, deadline=None)
@given(path=some.lists(some.integers(0, 260), min_size=1, max_size=6), at=some.integers(1, 259))
def test_wherever_one_has_been_going_on_from_the_present_is_the_run_that_never_stopped(
    digits: Dataset, path: list[int], at: int
) -> None:
    straight = Run(Session(digits, shrunk("tiny"), backend=Backend()))
    wandering = Run(Session(digits, shrunk("tiny"), backend=Backend()))
    for run in (straight, wandering):
        run.learn(at)
        run.change(lambda edits: edits.teach(1, image=letter()))
        run.learn(260, stride=13)
    for digit in (*path, 260):
        wandering.look(digit)
    for run in (straight, wandering):
        run.learn(400)
    assert_same(everything(wandering.session), everything(straight.session))


def test_a_glance_on_the_way_leads_to_the_newest_wish(run: Run) -> None:
    states = recorded(run, 200)
    run.timeline.look(10)
    run.timeline.travel(run.observer.follow, seconds=0)
    run.timeline.look(180)
    run.timeline.travel(run.observer.follow, seconds=0)
    run.look(90)
    assert_same(everything(run.session), states[90])


def test_the_digit_and_the_last_rows_are_there_as_they_were(run: Run) -> None:
    run.learn(200, stride=1)
    run.observer.follow()
    shown = trial(run.session)
    run.learn(END)
    run.look(200)
    again = trial(run.session)
    assert shown is not None
    assert again is not None
    assert again.digit == 200
    np.testing.assert_array_equal(again.percept.probabilities, shown.percept.probabilities)
    assert len(run.observer.raster().novelty) >= module.LEAD_IN


def test_what_is_asked_beyond_the_ends_is_the_end(run: Run) -> None:
    run.learn(100)
    run.look(10_000)
    assert run.session.seen == 100
    assert not run.timeline.past
    run.look(-5)
    assert run.session.seen == 0
    assert run.timeline.past


def test_a_cut_burst_is_remembered_though_nothing_was_changed(run: Run) -> None:
    run.learn(205)
    run.edits.session.close_burst()
    run.timeline.changed(None)
    run.learn(215)
    there = everything(run.session)
    run.learn(END)
    run.look(215)
    assert_same(everything(run.session), there)


def test_the_history_of_changes_is_as_it_was(run: Run) -> None:
    recorded(run, END, CHANGES)
    run.look(155)
    assert [entry.text.split()[0] for entry in run.edits.log()] == ["added", "taught", "muted", "taught"]
    run.look(170)
    assert [entry.undone for entry in run.edits.log()] == [False, False, False, True]
    run.look(175)
    assert [entry.text.split()[0] for entry in run.edits.log()] == ["added", "taught", "muted", "plasticity"]
    run.look(END)
    assert len(run.edits.log()) == 5


# ── branches ──────────────────────────────────────────────────────────────────────────────────


def test_a_branch_without_changes_is_the_same_run(run: Run) -> None:
    states = recorded(run, END)
    run.look(123)
    run.timeline.fork()
    run.learn(250)
    assert_same(everything(run.session), states[250])


def test_a_branch_leaves_the_line_that_it_left_as_it_was(run: Run) -> None:
    states = recorded(run, END, CHANGES)
    run.look(123)
    name = run.timeline.fork()
    run.change(lambda edits: edits.teach("K", image=letter()[::-1].copy()), "taught K")
    run.learn(200)
    there = everything(run.session)
    track = run.timeline.track(lazily=False)
    assert name == "Branch 2"
    assert [(line.id, line.parent, line.forked_at, line.head) for line in track.lines] == [
        (1, None, 0, END),
        (2, 1, 123, 200),
    ]
    assert [change.digit for change in track.changes] == [60, 101, 123]
    run.look(END, line=1)
    assert_same(everything(run.session), states[END])
    assert run.timeline.track(lazily=False).changes[-1].digit == 210
    run.look(200, line=2)
    assert_same(everything(run.session), there)
    run.look(122, line=2)
    assert_same(everything(run.session), states[122])


def test_taking_a_branch_back_leaves_no_trace(run: Run) -> None:
    states = recorded(run, END)
    run.look(123)
    run.timeline.fork()
    run.session.close_burst()
    run.timeline.unfork()
    run.timeline.settle(run.observer.follow)
    assert_same(everything(run.session), states[123])
    assert len(run.timeline.track(lazily=False).lines) == 1


def test_a_branch_can_be_named_and_forgotten_but_not_the_one_shown(run: Run) -> None:
    states = recorded(run, 100)
    run.look(50)
    run.timeline.fork()
    run.learn(60)
    run.timeline.name_line(2, "  with H ")
    assert run.timeline.track(lazily=False).lines[1].name == "with H"
    with pytest.raises(ValueError, match="the one shown"):
        run.timeline.forget_line(2)
    run.look(100, line=1)
    assert run.timeline.forget_line(2) == "with H"
    assert [line.id for line in run.timeline.track(lazily=False).lines] == [1]
    with pytest.raises(ValueError, match="is gone"):
        run.timeline.look(60, 2)
    run.look(70)
    assert_same(everything(run.session), states[70])


def test_a_branch_that_is_forgotten_while_it_is_compared_is_still_what_it_was(run: Run) -> None:
    recorded(run, 120)
    run.look(60)
    run.timeline.fork()
    run.learn(100)
    run.change(lambda edits: edits.teach(3, image=letter()))
    run.learn(130)
    there = everything(run.session)
    run.learn(200)
    wanted = run.timeline.side(2, 130)
    run.look(120, line=1)
    run.timeline.forget_line(2)
    run.learn(300)
    assert wanted.replay is not None
    while not wanted.replay.arrived:
        wanted.replay.step()
    assert_same(everything(wanted.side.session), there)


def test_there_is_an_end_to_branches(run: Run) -> None:
    run.learn(60)
    for number in range(MOST_LINES - 1):
        run.look(10 + number)
        run.timeline.fork()
    with pytest.raises(ValueError, match="Forget one"):
        run.timeline.fork()


# ── what is kept ──────────────────────────────────────────────────────────────────────────────


def test_keyframes_stay_within_their_budget_and_every_digit_still_comes_back(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    run.learn(80)
    limit = 4 * run.timeline.nbytes
    monkeypatch.setattr(module, "BUDGET", limit)
    states = recorded(run, 600, {90: lambda edits: edits.teach("H", image=letter())})
    assert run.timeline.nbytes <= limit
    assert run.timeline.earliest == 0
    for digit in (590, 85, 90, 91, 333, 600):
        run.look(digit)
        assert_same(everything(run.session), states[digit])


def test_an_opened_snapshot_begins_where_it_was_saved(run: Run, tmp_path: Any) -> None:
    run.learn(107)
    Snapshot.take(run.session).write(tmp_path / "run.npz")
    run.learn(200)
    there = everything(run.session)
    opened = Run(load_snapshot(tmp_path / "run.npz", run.session.dataset, Backend()))
    opened.learn(250)
    opened.look(30)
    assert opened.session.seen == opened.timeline.earliest == 107
    opened.look(200)
    assert_same(everything(opened.session), there)
    track = opened.timeline.track(lazily=False)
    assert len(track.recruits) == len(track.wrong) == track.head == 250
    assert track.recruits[:107].any()


def test_held_out_tests_stay_where_they_were_made(run: Run) -> None:
    run.learn(100)
    run.session.metrics.history.add_test(100, 0.5, 10)
    run.learn(200)
    run.session.metrics.history.add_test(200, 0.75, 10)
    run.look(150)
    assert run.session.metrics.history.tests() == {100: (0.5, 10)}
    run.session.metrics.history.add_test(150, 0.625, 10)
    run.look(200)
    assert list(run.session.metrics.history.tests()) == [100, 150, 200]


def test_bookmarks_belong_to_a_line(run: Run) -> None:
    run.learn(100)
    run.timeline.bookmark(40, "first sevens")
    run.look(50)
    run.timeline.fork()
    run.timeline.bookmark(50, "here")
    assert [mark.text for mark in run.timeline.track(lazily=False).bookmarks] == ["first sevens", "here"]
    run.look(100, line=1)
    assert run.session.bookmarks == {40: "first sevens"}
    run.timeline.bookmark(40, " ")
    assert run.timeline.track(lazily=False).bookmarks == ()
    with pytest.raises(ValueError, match="no digit 101"):
        run.timeline.bookmark(101, "later")


def test_the_track_tells_of_every_digit(run: Run) -> None:
    run.learn(200)
    track = run.timeline.track(lazily=False)
    session = run.session
    labels = session.dataset.train_labels[session.stream.order[:200]]
    np.testing.assert_array_equal(track.wrong, session.answers[:200] != labels)
    assert int(track.recruits.sum()) == session.memories
    assert run.timeline.track(lazily=False) is track
    run.look(50)
    past = run.timeline.track(lazily=False)
    assert past.head == 200
    np.testing.assert_array_equal(past.recent, track.recent)


# ── growth ────────────────────────────────────────────────────────────────────────────────────


def test_pages_turned_one_after_the_other_show_the_memories_there_are(run: Run) -> None:
    run.learn(120)
    run.change(lambda edits: edits.delete(1, [int(run.session.network.layers[1].ids.max())]))
    run.learn(END)
    work = run.timeline.record(7, 1, pages=20)
    while work.done < work.total:
        work.advance()
    growth = work.result()
    assert (growth.request, growth.layer) == (7, 1)
    assert [page.digit for page in growth.pages] == sorted({page.digit for page in growth.pages})
    shown: dict[int, bytes] = {}
    for page in growth.pages:
        for slot in page.gone.tolist():
            del shown[slot]
        shown |= dict(zip(page.slots.tolist(), [tile.tobytes() for tile in page.tiles], strict=True))
        assert len(shown) == page.memories
    complete = Observer(run.session, 1)
    complete.watch(1)
    tiles = complete.tiles()
    assert tiles is not None
    assert shown == dict(zip(tiles.slots.tolist(), [tile.tobytes() for tile in tiles.tiles], strict=True))


def test_a_memory_stands_on_the_first_page_after_its_birth(run: Run) -> None:
    run.learn(END)
    work = run.timeline.record(1, 1, pages=40)
    while work.done < work.total:
        work.advance()
    layer = run.session.network.layers[1]
    births = layer.births[layer.ids > 0]
    for page in work.result().pages:
        assert page.memories == np.count_nonzero(births <= page.digit), page.digit
