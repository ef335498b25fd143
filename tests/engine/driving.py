"""A runner, driven as the window drives it: post, ask for a frame, take it, each with a time limit."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import Any

from engine.backend import Backend
from engine.commands import Command
from engine.datasets import Dataset
from engine.frame import Frame, Notice, RunState
from engine.runner import Runner
from engine.session import Session
from tests.engine.samples import shrunk

PATIENCE = 20.0
"""Seconds after which something that should have happened counts as failed."""
GLANCE = 0.001


def until(happened: Callable[[], Any], what: str) -> Any:
    """Poll until it is true; returns what it gave."""
    deadline = time.monotonic() + PATIENCE
    while not (result := happened()):
        if time.monotonic() > deadline:
            raise AssertionError(f"not within {PATIENCE:.0f} s: {what}")
        time.sleep(GLANCE)
    return result


class Driver:
    """A runner and everything it said. Use as a context: it ends the thread."""

    def __init__(self, load: Callable[[], Dataset], preset: str = "tiny", **options: Any) -> None:
        options.setdefault("backend", "numpy")
        config = options.pop("config", None) or shrunk(preset)
        self.runner = Runner(load, config, **options)
        self.frames: list[Frame] = []

    def __enter__(self) -> Driver:
        self.runner.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.runner.close()

    @property
    def notices(self) -> list[Notice]:
        return [notice for frame in self.frames for notice in frame.notices]

    def post(self, *commands: Command) -> None:
        for command in commands:
            self.runner.post(command)

    def frame(self, *commands: Command) -> Frame:
        """The frame after these commands."""
        self.post(*commands)
        self.runner.request_frame()
        frame: Frame = until(self.runner.take_frame, f"a frame after {commands}")
        self.frames.append(frame)
        return frame

    def frame_where(self, holds: Callable[[Frame], Any], what: str) -> Frame:
        """Ask for frames until one is as wanted."""
        return until(lambda: frame if holds(frame := self.frame()) else None, what)  # type: ignore[no-any-return]


def engine_threads() -> list[str]:
    """Threads of the engine that are alive."""
    return [thread.name for thread in threading.enumerate() if thread.name.startswith("memnet")]


def finished(frame: Frame) -> bool:
    return frame.state is RunState.FINISHED


def played(
    few: Dataset, count: int, preset: str = "complementary", backend: Backend | None = None
) -> Session:
    """The same run without a thread, after this many digits."""
    session = Session(few, shrunk(preset), backend=backend)
    while session.seen < count:
        session.advance(min(32, count - session.seen))
    return session
