"""Between the runner's thread and the window: one timer, frames in, commands out.

Everything here runs on the window's thread. The bridge asks for a frame, finds it in the runner's
mailbox on a later tick (or between two, where somebody waits for what a command does), hands it to
the views that are due, and asks for the next one: the engine never builds a frame that nobody takes,
and nothing piles up.
"""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Protocol

from PySide6.QtCore import QObject, Qt, QTimer, Signal, Slot

from engine.commands import Command
from engine.frame import Frame, RunState

TICK_MS = 16
VIEW_BUDGET = 0.006
"""Seconds of a tick after which views that are not urgent wait for the next one."""
IDLE_INTERVAL = 0.2
"""Seconds between two frames asked for while nothing can change by itself."""
AWAKE_AFTER_COMMAND = 0.5
ANSWER_MS, ANSWER_SECONDS = 4, 0.06
"""So often, and for so long after a command, its effect is looked for between the ticks."""
TICKS_KEPT = 36_000


class Engine(Protocol):
    """What the window needs of `engine.runner.Runner`."""

    @property
    def failure(self) -> str | None: ...
    def start(self) -> None: ...
    def post(self, command: Command) -> None: ...
    def request_frame(self) -> None: ...
    def take_frame(self) -> Frame | None: ...
    def close(self) -> None: ...


class View(Protocol):
    """Whatever shows frames: a panel, the toolbar, the status bar."""

    refresh_hz: int
    every_frame: bool

    def show_frame(self, frame: Frame) -> None: ...
    def isVisible(self) -> bool: ...


@dataclass(slots=True)
class TickLog:
    """What the last ticks cost, in milliseconds: `intervals` from tick to tick, `busy` the
    processor's time that the window's thread took meanwhile for anything: events, views, painting.

    Not measured by overriding QWidget.event around a paint: that would hold the interpreter, and with
    it the engine, through all of Qt's own painting.
    """

    intervals: deque[float] = field(default_factory=lambda: deque(maxlen=TICKS_KEPT))
    busy: deque[float] = field(default_factory=lambda: deque(maxlen=TICKS_KEPT))

    def clear(self) -> None:
        self.intervals.clear()
        self.busy.clear()

    def recent(self, ticks: int = 60) -> tuple[float, float] | None:
        """Mean interval and mean busy time of the last ticks; None before there are any."""
        count = min(ticks, len(self.intervals))
        if count == 0:
            return None
        intervals = sum(self.intervals[-1 - number] for number in range(count))
        busy = sum(self.busy[-1 - number] for number in range(count))
        return intervals / count, busy / count


@dataclass(slots=True)
class _Feed:
    """A view and what it still has to be shown."""

    view: View
    due: float = 0.0
    pending: bool = False


class Bridge(QObject):
    """Feeds views from the engine and carries commands to it.

    first_frame: the data is loaded and everything is shown for the first time. failed(sentence):
    the engine could not even begin, or is no more.
    """

    first_frame = Signal()
    failed = Signal(str)

    def __init__(self, engine: Engine, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.ticks = TickLog()
        self.frame: Frame | None = None
        """The newest frame."""
        self.frames_shown = 0
        self._engine = engine
        self._feeds: list[_Feed] = []
        self._reported_failure = False
        self._last_tick: float | None = None
        self._last_cpu = 0.0
        self._asked = False
        self._ask_at = 0.0
        self._awake_until = 0.0
        self._timer = QTimer(self)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.setInterval(TICK_MS)
        self._timer.timeout.connect(self.tick)
        self._impatient_until = 0.0
        self._impatience = QTimer(self)
        self._impatience.setTimerType(Qt.TimerType.PreciseTimer)
        self._impatience.setInterval(ANSWER_MS)
        self._impatience.timeout.connect(self._look_for_answer)

    def add_views(self, views: Iterable[View]) -> None:
        """Feed these too. They start out evenly out of step, so that few are due in the same tick."""
        now = time.perf_counter()
        for view in views:
            self._feeds.append(_Feed(view, due=now + len(self._feeds) * TICK_MS / 1000))

    def start(self) -> None:
        self._engine.start()
        self._timer.start()

    def stop(self) -> None:
        """No more frames; the engine is not touched."""
        self._timer.stop()
        self._impatience.stop()
        self._last_tick = None

    def resume(self) -> None:
        """Go on after `stop`."""
        self._timer.start()

    def post(self, command: Command) -> None:
        """Hand a command to the engine and ask for its effect at once."""
        self._engine.post(command)
        self._engine.request_frame()
        self._asked = True
        now = time.perf_counter()
        self._awake_until = now + AWAKE_AFTER_COMMAND
        self._impatient_until = now + ANSWER_SECONDS
        if self._timer.isActive():
            self._impatience.start()

    def hurry(self, view: View) -> None:
        """This view waits for something in the newest frame: it comes first, in this tick."""
        for feed in self._feeds:
            if feed.view is view:
                feed.due = 0.0

    @Slot()
    def tick(self) -> None:
        """Take a frame if one is there, show it to the views that are due, ask for the next."""
        now, cpu = time.perf_counter(), time.thread_time()
        if self._last_tick is not None:
            self.ticks.intervals.append((now - self._last_tick) * 1000)
            self.ticks.busy.append((cpu - self._last_cpu) * 1000)
        self._last_tick, self._last_cpu = now, cpu
        frames = self._take(now)
        # Before showing anything, so that the engine builds the next one meanwhile. Also an
        # exception in a view then stops nothing but the view.
        self._ask(now)
        for frame in frames:
            self._receive(frame, now)
        self._report_failure()
        if not self._reported_failure:
            self._show_due(now)

    @Slot()
    def _look_for_answer(self) -> None:
        """Somebody waits for what a command does: show it when it is there, not at the next tick."""
        now = time.perf_counter()
        if frames := self._take(now):
            for frame in frames:
                self._receive(frame, now)
            self._show_due(now)
        if now > self._impatient_until:
            self._impatience.stop()

    def _take(self, now: float) -> list[Frame]:
        """All frames that are there, oldest first; there is more than one only after commands."""
        frames = []
        while (frame := self._engine.take_frame()) is not None:
            frames.append(frame)
        if frames:
            self._asked = False
            self._ask_at = now + (0.0 if self._is_moving(frames[-1], now) else IDLE_INTERVAL)
        return frames

    def _receive(self, frame: Frame, now: float) -> None:
        first = self.frame is None
        self.frame = frame
        self.frames_shown += 1
        for feed in self._feeds:
            feed.pending = True
        for feed in self._feeds:
            if feed.view.every_frame:
                self._show(feed, frame, now)
        if first:
            for feed in self._feeds:
                self._show(feed, frame, now)
            self.first_frame.emit()

    def _show_due(self, now: float) -> None:
        """Show the newest frame to the views that have waited longest, within the tick's budget."""
        if self.frame is None:
            return
        due = [feed for feed in self._feeds if feed.pending and feed.due <= now and feed.view.isVisible()]
        for feed in sorted(due, key=lambda feed: feed.due):
            self._show(feed, self.frame, now)
            if time.perf_counter() - now > VIEW_BUDGET:
                break

    @staticmethod
    def _show(feed: _Feed, frame: Frame, now: float) -> None:
        if feed.pending:
            feed.pending = False
            feed.due = now + 1 / feed.view.refresh_hz - TICK_MS / 2000
            feed.view.show_frame(frame)

    def _ask(self, now: float) -> None:
        if not self._asked and now >= self._ask_at:
            self._asked = True
            self._engine.request_frame()

    def _is_moving(self, frame: Frame, now: float) -> bool:
        """Can the next frame differ from this one?"""
        return (
            frame.state in (RunState.PLAYING, RunState.LOADING)
            or frame.held_out.running
            or frame.saving
            or frame.heading is not None
            or now < self._awake_until
        )

    def _report_failure(self) -> None:
        if not self._reported_failure and (sentence := self._engine.failure) is not None:
            self._reported_failure = True
            self.failed.emit(sentence)
