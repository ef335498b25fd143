"""The engine's thread: commands in, frames out.

The window posts frozen commands; they are applied between bursts. It asks for a frame when it is
ready for one, and the frame is built after the burst at hand: the engine never draws more than is
looked at, nothing piles up, and what a frame says has happened is never dropped.
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable
from enum import Enum
from pathlib import Path
from queue import Empty, SimpleQueue
from typing import TYPE_CHECKING

from engine import commands as ask
from engine.config import NetworkConfig
from engine.frame import Frame
from engine.generations import AUTOSAVE_SECONDS

if TYPE_CHECKING:
    from engine.datasets import Dataset
    from engine.desk import Desk


class _Wake(Enum):
    FRAME = "build a frame"
    CLOSE = "look at the closing flag"


class Runner:
    """Runs one session at a time on a thread of its own.

    load: reads the data set, on the engine's thread. snapshot: a run to go on from. autosave: a folder
    of this runner's own, in which the run is saved while it learns; None is nowhere.
    `post`, `request_frame`, `take_frame` and `close` may be called from any thread and return at
    once (`close` waits for the thread to end). `failure` is set when there is no run, or none any more.
    After `close`, `last_words` are the errors that no frame could tell any more.
    """

    def __init__(
        self,
        load: Callable[[], Dataset],
        config: NetworkConfig,
        *,
        seed: int = 0,
        backend: str = "auto",
        snapshot: Path | None = None,
        autosave: Path | None = None,
        autosave_seconds: float = AUTOSAVE_SECONDS,
    ) -> None:
        self.failure: str | None = None
        self.last_words: tuple[str, ...] = ()
        self._load = load
        self._first = (config, seed, backend, snapshot, autosave, autosave_seconds)
        self._inbox: SimpleQueue[ask.Command | _Wake] = SimpleQueue()
        self._closing = threading.Event()
        self._built: deque[Frame] = deque()
        self._thread = threading.Thread(target=self._main, name="memnet-engine")

    # ── from any thread ───────────────────────────────────────────────────────────────────────

    def start(self) -> None:
        self._thread.start()

    def post(self, command: ask.Command) -> None:
        """Ask for something, to be done between two bursts."""
        self._inbox.put(command)

    def request_frame(self) -> None:
        """Build a frame after the burst at hand and after all that was posted before.

        Requests that the engine finds together are answered with one frame.
        """
        self._inbox.put(_Wake.FRAME)

    def take_frame(self) -> Frame | None:
        """The frame that was asked for, once; None while there is none.

        Of several it is the oldest: each tells what changed since the one before. No lock: a deque
        takes at one end and gives at the other atomically.
        """
        return self._built.popleft() if self._built else None

    def close(self) -> None:
        """Stop after the burst at hand, finish saving, end the thread. Idempotent."""
        self._closing.set()
        self._inbox.put(_Wake.CLOSE)
        if self._thread.ident is not None:
            self._thread.join()

    # ── on the engine's thread ────────────────────────────────────────────────────────────────

    def _main(self) -> None:
        # Here, so that the window need not wait for them before it is first painted.
        from engine.backend import BackendError, limit_blas_threads  # noqa: PLC0415
        from engine.datasets import DatasetError  # noqa: PLC0415
        from engine.desk import Desk  # noqa: PLC0415
        from engine.saving import named  # noqa: PLC0415

        with limit_blas_threads():
            try:
                desk = Desk(self._load(), *self._first)
            except (DatasetError, BackendError, ValueError, OSError) as error:
                self.failure = str(error)
                return
            except Exception as error:
                self.failure = f"The engine could not start ({named(error)})."
                return
            try:
                while not self._closing.is_set():
                    if self._take_commands(desk):
                        if not self._built:
                            desk.was_heard()
                        self._built.append(desk.frame())
                    desk.work()
                while not self._inbox.empty():  # a save that was asked for is not forgotten
                    if isinstance(message := self._inbox.get(), ask.Save | ask.Autosave):
                        desk.apply(message)
            except Exception as error:
                self.failure = desk.give_up(error)
            finally:
                self.last_words = desk.close(tuple(self._built))

    def _take_commands(self, desk: Desk) -> bool:
        """Apply everything in the inbox, waiting for it while there is nothing else to do.

        Returns whether a frame was asked for.
        """
        wanted = False
        wait = desk.idle_seconds()
        while not self._closing.is_set():
            try:
                message = self._inbox.get(block=wait != 0.0, timeout=wait)
            except Empty:
                break
            if message is _Wake.FRAME:
                wanted = True
            elif not isinstance(message, _Wake):
                desk.apply(message)
            wait = 0.0
        return wanted
