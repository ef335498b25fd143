"""An engine for the window's tests: no thread, no digits, frames made by hand."""

from __future__ import annotations

from collections import deque
from dataclasses import replace

from engine.commands import Command, Pause, Play, SetSpeed
from engine.frame import Frame, RunState
from tests.gui.frames import empty_frame


class FakeRunner:
    """Answers each request with the next queued frame, or with `current` where none is queued.

    Play, pause and speed show in `current`, as they would; every command is kept in `posted`.
    loaded: while False no frame comes, as before the digits are read.
    """

    def __init__(self, current: Frame | None = None, *, loaded: bool = True) -> None:
        self.current = current or empty_frame()
        self.loaded = loaded
        self.failure: str | None = None
        self.last_words: tuple[str, ...] = ()
        self.posted: list[Command] = []
        self.queue: deque[Frame] = deque()
        self.started = False
        self.closed = 0
        self.requests = 0
        self._ready: Frame | None = None

    def start(self) -> None:
        self.started = True

    def post(self, command: Command) -> None:
        self.posted.append(command)
        match command:
            case Play():
                self.current = replace(self.current, state=RunState.PLAYING)
            case Pause():
                self.current = replace(self.current, state=RunState.PAUSED)
            case SetSpeed(speed):
                self.current = replace(self.current, speed=speed)

    def request_frame(self) -> None:
        self.requests += 1
        if self.loaded:
            frame = self.queue.popleft() if self.queue else self.current
            self._ready = replace(frame, number=self.requests)

    def take_frame(self) -> Frame | None:
        frame, self._ready = self._ready, None
        return frame

    def close(self) -> None:
        self.closed += 1
