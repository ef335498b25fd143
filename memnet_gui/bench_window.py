"""The window's benchmark: play at full speed in a real window and say what it cost.

The engine's speed beside the window is paired with its speed alone. Both play the same digits in
short turns, one after the other, so that a machine that is busy for a while slows both.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from typing import Any

import numpy as np
from PySide6.QtCore import QCoreApplication, QEvent, QEventLoop, QPointF, Qt
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QApplication

from engine.backend import limit_blas_threads
from engine.commands import CancelTest, Pause, Play
from engine.config import preset
from engine.datasets import load_mnist
from engine.frame import RunState
from engine.network import LARGEST_BURST
from engine.runner import Runner
from engine.session import Session
from memnet_gui.app import make_application, make_window
from memnet_gui.process_facts import peak_memory_use
from memnet_gui.settings import fresh_settings

TURN_SECONDS = 2.0
PATIENCE_SECONDS = 30.0
STROKES = 12


class BenchError(RuntimeError):
    """The window did not do what it was asked in time."""


def bench_window(seconds: float, name: str) -> dict[str, Any]:
    """Play a preset for about `seconds` in a window (or all of the digits), as many digits again
    without it, and draw in it.

    Returns frames_per_second (frames shown), tick_ms_p50, tick_ms_p99, tick_ms_max (from one tick
    of the window's 16-ms timer to the next), ui_ms_mean (the window thread's processor time, a tick),
    engine_digits_per_second, headless_digits_per_second, engine_share, pause_ms_max,
    draw_to_votes_ms_p50, draw_to_votes_ms_max, peak_rss_mb, first_paint_seconds, ready_seconds,
    digits. Raises BenchError when the window does not answer.
    """
    with fresh_settings():
        return _Bench(name).run(seconds)


class _Bench:
    def __init__(self, name: str) -> None:
        self._app: QApplication = make_application()
        self._runner = Runner(load_mnist, preset(name))
        self._window, self._startup = make_window(self._app, self._runner)
        self._name = name

    def run(self, seconds: float) -> dict[str, Any]:
        window = self._window
        try:
            window.resize(1440, 900)
            window.show()
            window.start()
            self._wait(lambda: self._startup.ready_seconds is not None, "become ready")
            window.bridge.stop()
            alone = Session(load_mnist(), preset(self._name))
            window.bridge.resume()
            turns = max(1, round(seconds / TURN_SECONDS))
            window.bridge.ticks.clear()
            frames = digits = played = lone = 0.0
            pauses: list[float] = []
            drawing: list[float] = []
            for turn in range(turns):
                shown, seen, started = window.bridge.frames_shown, self._seen, time.perf_counter()
                self._play(seconds / turns)
                pauses.append(self._pause())
                played += time.perf_counter() - started
                frames += window.bridge.frames_shown - shown
                digits += self._seen - seen
                window.bridge.stop()
                lone += _play_alone(alone, self._seen)
                window.bridge.resume()
                if turn == 0:  # while there is something left to learn
                    drawing = self._draw()
                if self._state is RunState.FINISHED:
                    break
            intervals = np.array(window.bridge.ticks.intervals)
            busy = np.array(window.bridge.ticks.busy)
            return {
                "preset": self._name,
                "digits": self._seen,
                "frames_per_second": frames / played,
                "tick_ms_p50": float(np.percentile(intervals, 50)),
                "tick_ms_p99": float(np.percentile(intervals, 99)),
                "tick_ms_max": float(intervals.max()),
                "ui_ms_mean": float(busy.mean()),
                "engine_digits_per_second": digits / played,
                "headless_digits_per_second": alone.seen / lone,
                "engine_share": digits / played / (alone.seen / lone),
                "pause_ms_max": max(pauses),
                "draw_to_votes_ms_p50": float(np.percentile(drawing, 50)),
                "draw_to_votes_ms_max": max(drawing),
                "peak_rss_mb": peak.bytes / 2**20 if (peak := peak_memory_use()) else None,
                "first_paint_seconds": self._startup.first_paint_seconds,
                "ready_seconds": self._startup.ready_seconds,
            }
        finally:
            window.close()
            self._runner.close()

    @property
    def _seen(self) -> int:
        frame = self._window.bridge.frame
        return frame.score.seen if frame else 0

    @property
    def _state(self) -> RunState:
        frame = self._window.bridge.frame
        return frame.state if frame else RunState.LOADING

    def _play(self, seconds: float) -> None:
        """Play for so long, or to the end of the stream."""
        self._window.bridge.post(Play())
        until = time.perf_counter() + seconds
        while time.perf_counter() < until and self._state is not RunState.FINISHED:
            self._turn()

    def _pause(self) -> float:
        """Pause; milliseconds until the window shows that it did."""
        bridge, asked = self._window.bridge, time.perf_counter()
        bridge.post(Pause())
        bridge.post(CancelTest())  # it would go on beside the engine that plays alone
        self._wait(lambda: self._state is not RunState.PLAYING, "pause")
        return (time.perf_counter() - asked) * 1000

    def _draw(self) -> list[float]:
        """Draw strokes while it learns; milliseconds from the end of each to the votes on the screen."""
        panel = self._window.draw
        canvas, latencies = panel.canvas, []
        self._window.bridge.post(Play())
        for number in range(STROKES):
            panel.last_latency_ms = None
            side = canvas.side
            angles = np.linspace(0, 2 * math.pi * (0.4 + 0.05 * number), 24)
            places = [
                QPointF(
                    canvas.width() / 2 + 0.3 * side * math.sin(a),
                    canvas.height() / 2 - 0.3 * side * math.cos(a),
                )
                for a in angles
            ]
            _send(canvas, QEvent.Type.MouseButtonPress, places[0])
            for place in places[1:]:
                _send(canvas, QEvent.Type.MouseMove, place)
                self._turn()
            panel.last_latency_ms = None
            _send(canvas, QEvent.Type.MouseButtonRelease, places[-1])
            self._wait(lambda: panel.last_latency_ms is not None, "answer a drawing")
            latencies.append(float(panel.last_latency_ms or 0.0))
            canvas.clear()
            self._turn()
        self._pause()
        return latencies

    def _wait(self, done: Callable[[], bool], what: str) -> None:
        until = time.perf_counter() + PATIENCE_SECONDS
        while not done():
            self._turn()
            if self._runner.failure is not None:
                raise BenchError(self._runner.failure)
            if time.perf_counter() > until:
                raise BenchError(f"The window did not {what} within {PATIENCE_SECONDS:.0f} s.")

    def _turn(self) -> None:
        """Let the window do what is due, waiting for it as its own loop would."""
        self._app.processEvents(QEventLoop.ProcessEventsFlag.WaitForMoreEvents)


def _play_alone(session: Session, digits: int) -> float:
    """Seconds to stream up to this many digits with no window beside it."""
    with limit_blas_threads():
        started = time.perf_counter()
        while session.seen < digits:
            session.advance(min(LARGEST_BURST, digits - session.seen))
        return time.perf_counter() - started


def _send(canvas: Any, kind: QEvent.Type, place: QPointF) -> None:
    button = Qt.MouseButton.LeftButton
    held = Qt.MouseButton.NoButton if kind is QEvent.Type.MouseButtonRelease else button
    pressed = Qt.MouseButton.NoButton if kind is QEvent.Type.MouseMove else button
    event = QMouseEvent(kind, place, canvas.mapToGlobal(place), pressed, held, Qt.KeyboardModifier.NoModifier)
    QCoreApplication.sendEvent(canvas, event)
