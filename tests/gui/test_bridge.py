"""The bridge: demand-driven frames, staggered views, nothing lost."""

from __future__ import annotations

import contextlib
from dataclasses import replace

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from engine.commands import Play
from engine.frame import Frame, HeldOut, RunState
from memnet_gui import bridge as module
from memnet_gui.bridge import Bridge, TickLog
from tests.gui.clock import Clock
from tests.gui.fakes import FakeRunner
from tests.gui.frames import empty_frame, make_frame


class Recorder:
    """A view that keeps the numbers of the frames it was shown; each takes `cost` seconds."""

    def __init__(self, clock: Clock, hz: int = 10, *, every: bool = False, cost: float = 0.0) -> None:
        self.refresh_hz, self.every_frame, self.visible = hz, every, True
        self.shown: list[int] = []
        self._clock, self._cost = clock, cost

    def isVisible(self) -> bool:
        return self.visible

    def show_frame(self, frame: Frame) -> None:
        self.shown.append(frame.number)
        self._clock.now += self._cost


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch, qapp: QApplication) -> Clock:
    clock = Clock()
    monkeypatch.setattr(module.time, "perf_counter", clock)
    return clock


def run(bridge: Bridge, clock: Clock, ticks: int) -> None:
    for _ in range(ticks):
        bridge.tick()
        clock.now += module.TICK_MS / 1000


def test_a_frame_is_asked_for_taken_and_asked_for_again(clock: Clock) -> None:
    runner = FakeRunner(make_frame())
    bridge = Bridge(runner)
    bridge.tick()
    assert (runner.requests, bridge.frame) == (1, None)
    bridge.tick()
    assert bridge.frame is not None
    assert (runner.requests, bridge.frame.number) == (2, 1)


def test_no_second_frame_is_asked_for_while_one_is_on_its_way(clock: Clock) -> None:
    runner = FakeRunner(loaded=False)
    bridge = Bridge(runner)
    run(bridge, clock, 20)
    assert runner.requests == 1


def test_a_view_is_shown_no_more_often_than_it_wants_and_then_the_newest(clock: Clock) -> None:
    runner = FakeRunner(make_frame())
    slow, fast = Recorder(clock, hz=5), Recorder(clock, hz=60)
    bridge = Bridge(runner)
    bridge.add_views([slow, fast])
    run(bridge, clock, 64)  # a second
    assert 5 <= len(slow.shown) <= 7
    assert len(fast.shown) >= 60
    assert slow.shown == sorted(set(slow.shown))


def test_a_view_that_depends_on_deltas_gets_every_frame_even_while_hidden(clock: Clock) -> None:
    runner = FakeRunner(make_frame())
    view = Recorder(clock, hz=1, every=True)
    view.visible = False
    bridge = Bridge(runner)
    bridge.add_views([view])
    run(bridge, clock, 30)
    assert view.shown == list(range(1, bridge.frames_shown + 1))
    assert len(view.shown) >= 28


def test_a_hidden_view_waits_and_is_shown_the_newest_when_it_comes_back(clock: Clock) -> None:
    runner = FakeRunner(make_frame())
    view = Recorder(clock, hz=60)
    bridge = Bridge(runner)
    bridge.add_views([view])
    run(bridge, clock, 3)
    view.visible = False
    seen = len(view.shown)
    run(bridge, clock, 30)
    assert len(view.shown) == seen
    view.visible = True
    run(bridge, clock, 1)
    assert bridge.frame is not None
    assert view.shown[-1] == bridge.frame.number


def test_the_last_frame_before_a_pause_reaches_every_view(clock: Clock) -> None:
    runner = FakeRunner(make_frame())
    views = [Recorder(clock, hz=hz) for hz in (2, 5, 10, 20)]
    bridge = Bridge(runner)
    bridge.add_views(views)
    run(bridge, clock, 10)
    runner.loaded = False  # nothing new from here on
    run(bridge, clock, 64)
    assert bridge.frame is not None
    assert {view.shown[-1] for view in views} == {bridge.frame.number}


def test_costly_views_take_turns_within_the_budget_and_none_starves(clock: Clock) -> None:
    runner = FakeRunner(make_frame())
    views = [Recorder(clock, hz=60, cost=0.005) for _ in range(4)]
    bridge = Bridge(runner)
    bridge.add_views(views)
    bridge.tick()
    bridge.tick()  # the first frame goes to all
    counts = [len(view.shown) for view in views]
    assert counts == [1, 1, 1, 1]
    clock.now += 0.016
    bridge.tick()
    assert sum(len(view.shown) for view in views) - sum(counts) == 2
    run(bridge, clock, 20)
    shown = [len(view.shown) for view in views]
    assert max(shown) - min(shown) <= 1


def test_a_view_in_a_hurry_comes_first(clock: Clock) -> None:
    runner = FakeRunner(make_frame())
    lazy = Recorder(clock, hz=1)
    bridge = Bridge(runner)
    bridge.add_views([lazy])
    run(bridge, clock, 5)
    seen = len(lazy.shown)
    bridge.hurry(lazy)
    run(bridge, clock, 1)
    assert len(lazy.shown) == seen + 1


def test_an_idle_run_is_asked_seldom_and_a_command_wakes_it(clock: Clock) -> None:
    runner = FakeRunner(empty_frame())
    bridge = Bridge(runner)
    run(bridge, clock, 3)
    before = runner.requests
    run(bridge, clock, 63)
    assert runner.requests - before <= 6
    bridge.post(Play())
    before = runner.requests
    run(bridge, clock, 10)
    assert runner.posted == [Play()]
    assert runner.requests - before >= 9


def test_a_paused_run_that_tests_or_saves_is_followed_closely(clock: Clock) -> None:
    for moving in (
        empty_frame(held_out=HeldOut(True, 100, 1000, 0, None, 0, 0)),
        empty_frame(saving=True),
    ):
        runner = FakeRunner(moving)
        bridge = Bridge(runner)
        run(bridge, clock, 20)
        assert runner.requests >= 19


def test_the_first_frame_is_told_once_after_all_views_have_it(clock: Clock) -> None:
    runner = FakeRunner(empty_frame())
    view = Recorder(clock, hz=1)
    view.visible = False
    bridge = Bridge(runner)
    bridge.add_views([view])
    told: list[int] = []
    bridge.first_frame.connect(lambda: told.append(len(view.shown)))
    run(bridge, clock, 20)
    assert told == [1]


def test_a_run_that_cannot_begin_is_told_once(clock: Clock) -> None:
    runner = FakeRunner(loaded=False)
    bridge = Bridge(runner)
    told: list[str] = []
    bridge.failed.connect(told.append)
    run(bridge, clock, 3)
    assert told == []
    runner.failure = "The digits are damaged."
    run(bridge, clock, 3)
    assert told == ["The digits are damaged."]


def test_one_broken_view_does_not_stop_the_others(clock: Clock) -> None:
    class Broken(Recorder):
        def show_frame(self, frame: Frame) -> None:
            raise ZeroDivisionError

    runner = FakeRunner(make_frame())
    healthy = Recorder(clock, hz=60)
    bridge = Bridge(runner)
    bridge.add_views([Broken(clock, hz=60), healthy])
    for _ in range(20):
        with contextlib.suppress(ZeroDivisionError):
            bridge.tick()
        clock.now += 0.016
    assert len(healthy.shown) >= 5


def test_ticks_are_measured_with_the_processor_time_between_them(
    clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    processor = Clock()
    monkeypatch.setattr(module.time, "thread_time", processor)
    bridge = Bridge(FakeRunner(make_frame()))
    for _ in range(5):
        bridge.tick()
        clock.now += 0.016
        processor.now += 0.005
    assert len(bridge.ticks.intervals) == len(bridge.ticks.busy) == 4
    assert bridge.ticks.recent(2) == (pytest.approx(16.0), pytest.approx(5.0))
    bridge.ticks.clear()
    assert TickLog().recent() is bridge.ticks.recent() is None


def test_the_timer_drives_it_and_stops(qtbot: QtBot) -> None:
    runner = FakeRunner(replace(make_frame(), state=RunState.PLAYING))
    bridge = Bridge(runner)
    bridge.start()
    assert runner.started
    qtbot.waitUntil(lambda: bridge.frames_shown >= 3, timeout=2000)
    bridge.stop()
    shown = bridge.frames_shown
    qtbot.wait(60)
    assert bridge.frames_shown == shown


def test_what_a_command_does_is_shown_without_waiting_for_a_tick(
    qtbot: QtBot, qapp: QApplication, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "TICK_MS", 60_000)
    runner = FakeRunner(make_frame())
    bridge = Bridge(runner)
    bridge.start()
    try:
        qtbot.wait(3 * module.ANSWER_MS)
        assert bridge.frame is None
        bridge.post(Play())
        qtbot.waitUntil(lambda: bridge.frame is not None, timeout=5000)
        qtbot.wait(round(1500 * module.ANSWER_SECONDS))
        runner.request_frame()  # nobody waits for this one
        qtbot.wait(5 * module.ANSWER_MS)
        assert bridge.frames_shown == 1
    finally:
        bridge.stop()
