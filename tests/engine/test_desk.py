"""How digits are paced and what becomes of failed saves, with a clock in hand and no thread."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

from engine import commands as ask
from engine import desk as desks
from engine import glance, pace
from engine.datasets import Dataset
from engine.desk import Desk
from engine.frame import Frame, RunState
from engine.network import LARGEST_BURST
from engine.pace import LONGEST_LAG, LONGEST_WAIT
from tests.engine.samples import shrunk


class Clock:
    now = 100.0

    def perf_counter(self) -> float:
        return self.now


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    for module in (desks, glance, pace):
        monkeypatch.setattr(module, "time", SimpleNamespace(perf_counter=clock.perf_counter))
    return clock


@pytest.fixture
def desk(clock: Clock, digits: Dataset) -> Iterator[Desk]:
    desk = Desk(digits, shrunk("tiny"), 0, "numpy", None)
    yield desk
    desk.close()


def seen(desk: Desk) -> int:
    return desk.frame().score.seen


@pytest.mark.parametrize("tick", [0.001, 0.016, 0.03])
@pytest.mark.parametrize("speed", [1, 30, 50, 144, 1000])
def test_digits_come_at_the_speed_asked_for(speed: float, tick: float, desk: Desk, clock: Clock) -> None:
    desk.apply(ask.SetSpeed(speed))
    desk.apply(ask.Play())
    start = clock.now
    # Not for longer than there is nothing to test: tests take turns with learning.
    while clock.now < start + min(2.0, 250 / speed):
        desk.work()
        clock.now += tick
    expected = (clock.now - start) * speed
    assert seen(desk) == pytest.approx(expected, abs=1 + speed * tick)
    assert desk.frame().digits_per_second == pytest.approx(speed, rel=0.25, abs=1.5)


def test_at_full_speed_a_large_burst_is_perceived_in_one_turn_and_learned_in_the_next(desk: Desk) -> None:
    desk.apply(ask.Step(LARGEST_BURST**2))
    desk.apply(ask.Play())
    turns = []
    for _ in range(12):
        before = desk.frame()
        desk.work()
        after = desk.frame()
        turns.append(
            (after.score.seen - before.score.seen, len(after.curves.digits) > len(before.curves.digits))
        )
    played = [turn for turn in turns if turn[0]][
        1:
    ]  # the others measured a held-out test; the first ends a burst
    assert played[:4] == 2 * [(LARGEST_BURST - 1, False), (1, True)]


def test_it_waits_exactly_until_the_next_digit_is_due(desk: Desk, clock: Clock) -> None:
    assert desk.idle_seconds() is None, "paused: nothing to wait for but commands"
    desk.apply(ask.SetSpeed(10))
    desk.apply(ask.Play())
    assert desk.idle_seconds() == 0
    desk.work()
    assert desk.idle_seconds() == pytest.approx(0.1)
    clock.now += 0.08
    desk.work()
    assert seen(desk) == 1
    assert desk.idle_seconds() == pytest.approx(0.02)
    clock.now += 0.02
    desk.work()
    assert seen(desk) == 2
    desk.apply(ask.SetSpeed(0.01))
    desk.work()
    assert desk.idle_seconds() == LONGEST_WAIT
    desk.apply(ask.SetSpeed(None))
    assert desk.idle_seconds() == 0


def test_what_was_missed_while_the_machine_stood_still_is_not_made_up_for(desk: Desk, clock: Clock) -> None:
    desk.apply(ask.SetSpeed(50))
    desk.apply(ask.Play())
    desk.work()
    clock.now += 60
    desk.work()
    missed = LONGEST_LAG * 50
    assert missed < seen(desk) <= missed + 2
    desk.work()
    assert seen(desk) <= missed + 2


def test_a_pause_is_not_made_up_for_either(desk: Desk, clock: Clock) -> None:
    desk.apply(ask.SetSpeed(50))
    for command in (ask.Play(), ask.Pause()):
        desk.apply(command)
        desk.work()
        clock.now += 30
    assert seen(desk) == 1
    desk.apply(ask.Play())
    desk.work()
    assert seen(desk) == 2


def test_the_catalogue_comes_a_few_times_a_second_while_playing(desk: Desk, clock: Clock) -> None:
    desk.apply(ask.Play())
    catalogues = []
    for _ in range(120):
        desk.work()
        clock.now += 1 / 60
        catalogues.append(desk.frame().catalogue is not None)
    assert 6 <= np.count_nonzero(catalogues) <= 10
    desk.apply(ask.Pause())
    assert desk.frame().state is RunState.PAUSED
    desk.apply(ask.Step())
    assert desk.frame().catalogue is not None, "and at once after a step"


# Saves that fail ---------------------------------------------------------------------------------


@pytest.fixture
def telling(desk: Desk, temporary: Path, tmp_path: Path) -> Frame:
    """The frame that tells of a save that failed."""
    desk.apply(ask.Step())
    desk.apply(ask.Save(tmp_path / "gone" / "run.npz"))
    while desk.idle_seconds() is not None:
        desk.work()
    frame = desk.frame()
    assert [notice.level for notice in frame.notices] == ["error"]
    return frame


def test_a_failed_save_that_nobody_heard_of_is_made_elsewhere(
    desk: Desk, telling: Frame, temporary: Path
) -> None:
    desk.frame()
    (said,) = desk.close((telling,))
    (path,) = temporary.iterdir()
    assert said == f"{telling.notices[0].text} What was learned was saved in {path} instead."


def test_a_failed_save_that_was_heard_of_is_not_made_elsewhere(
    desk: Desk, telling: Frame, temporary: Path
) -> None:
    desk.was_heard()
    assert desk.close() == ()
    assert list(temporary.iterdir()) == []


def test_what_is_still_to_be_told_was_not_heard(desk: Desk, temporary: Path, tmp_path: Path) -> None:
    desk.apply(ask.Step())
    desk.apply(ask.Save(tmp_path / "gone" / "run.npz"))
    while desk.idle_seconds() is not None:
        desk.work()
    desk.was_heard()
    assert len(desk.close()) == len(list(temporary.iterdir())) == 1
