"""One export at a time: what it needs is asked of the engine, then a thread writes it."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from PySide6.QtCore import QObject, Signal, Slot

from engine.archive import ArchiveError
from engine.commands import CancelTask, Command, Record, Take
from engine.frame import Frame, RunState
from engine.saving import named
from memnet_gui.export_fields import Options
from memnet_gui.export_kinds import Kind, Need
from memnet_gui.export_material import Material
from memnet_gui.requests import next_request

TELL_SECONDS = 0.05
"""Between two reports of progress."""
PATIENCE = 20.0
"""Seconds that a closing window waits for what the engine was asked for."""
BEGUN_SECONDS = 2.0
"""After a question, before the engine must be at work on the answer."""
COPYING = "Copying the run…"


@dataclass(frozen=True, slots=True)
class Order:
    """What is wanted, and where. replace: what stands at the path goes."""

    kind: Kind
    options: Options
    path: Path
    replace: bool = False


@dataclass(frozen=True, slots=True)
class Outcome:
    """written: it is there. problem: a sentence where it is not; empty where it was cancelled."""

    order: Order
    written: bool
    problem: str = ""


class ExportJob(QObject):
    """post: hands a command to the engine.

    progressed(str, int, int): what is being done, how much of how much is done (0 of 0: nobody knows).
    ended(Outcome). Lives on the window's thread; only `finish` may be called from others.
    """

    progressed = Signal(str, int, int)
    ended = Signal(object)
    _written = Signal(object)

    def __init__(self, post: Callable[[Command], None], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._post = post
        self._order: Order | None = None
        self._material: Material | None = None
        self._request = 0
        self._asked_at = 0.0
        self._cancelled = threading.Event()
        self._thread: threading.Thread | None = None
        self._outcome: Outcome | None = None
        """Of the thread, until the window has heard of it while it was open."""
        self._closing = False
        self._written.connect(self._hear)

    @property
    def order(self) -> Order | None:
        """What is being exported."""
        return self._order

    @property
    def waiting(self) -> bool:
        """Was the engine asked for something that it has not answered yet?"""
        return self._request != 0

    def start(self, order: Order, material: Material) -> None:
        """Begin. `ended` follows, sooner or later. There must be no other one under way."""
        assert self._order is None
        self._order, self._material = order, material
        self._cancelled.clear()
        if order.kind.need is Need.NOTHING:
            self._write(material)
            return
        self._request, self._asked_at = next_request(), time.monotonic()
        self.progressed.emit(COPYING, 0, 0)
        if order.kind.need is Need.RUN:
            self._post(Take(self._request))
        else:
            layer = material.layer(order.options)
            self._post(Record(self._request, layer, int(order.options["pages"])))

    @Slot()
    def cancel(self) -> None:
        """Give up; nothing is left of it."""
        self._cancelled.set()
        if self.waiting and self._order is not None:
            if self._order.kind.need is Need.GROWTH:
                self._post(CancelTask())
            self._end(Outcome(self._order, written=False))

    def follow(self, frame: Frame) -> None:
        """Go on once the engine has answered."""
        if not self.waiting or self._material is None:
            return
        findings = frame.findings
        if findings.taken is not None and findings.taken.request == self._request:
            self._write(replace(self._material, snapshot=findings.taken.snapshot))
        elif findings.growth is not None and findings.growth.request == self._request:
            self._write(replace(self._material, growth=findings.growth))
        elif frame.info.run != self._material.info.run:
            self.fail("The run was replaced before it was copied, so nothing was written. Export again.")
        elif self._order is not None and self._order.kind.need is Need.GROWTH:
            self._follow_task(frame)

    def _follow_task(self, frame: Frame) -> None:
        """How far has the engine got? All that it computes can be given up from other panels too."""
        if frame.task is not None and frame.state is not RunState.FAILED:
            self.progressed.emit(f"{frame.task.name}…", frame.task.done, frame.task.total)
        elif time.monotonic() - self._asked_at > BEGUN_SECONDS:
            self.fail("The engine gave up looking back, so nothing was written. Export again.")

    @Slot(str)
    def fail(self, sentence: str) -> None:
        """What the engine was asked for will not come."""
        if self.waiting and self._order is not None:
            self._end(Outcome(self._order, written=False, problem=sentence))

    def ready_to_close(self) -> bool:
        """The window is to be closed: may it, or has the engine yet to answer? Not for ever."""
        if self.waiting and time.monotonic() - self._asked_at < PATIENCE:
            return False
        self._closing = True  # whatever is said from here on is not read any more
        if self.waiting and self._order is not None:
            problem = (
                f"{self._order.path.name} was not written: the engine did not answer before the window "
                "was closed. Nothing that was there was changed; open the run and export again."
            )
            self._request = 0
            self._outcome = Outcome(self._order, written=False, problem=problem)
        return True

    def finish(self) -> tuple[str, ...]:
        """Wait for what is being written. → sentences that the window has not heard, if it went wrong."""
        thread = self._thread
        if thread is not None:
            thread.join()
        outcome = self._outcome
        return (outcome.problem,) if outcome is not None and outcome.problem else ()

    # ── on a thread of its own ────────────────────────────────────────────────────────────────

    def _run(self, order: Order, material: Material) -> None:
        outcome = _carry_out(order, material, self._go_on())
        self._outcome = outcome
        self._written.emit(outcome)

    def _go_on(self) -> Callable[[int, int], bool]:
        last = 0.0

        def go_on(done: int, total: int) -> bool:
            nonlocal last
            now = time.monotonic()
            if now - last > TELL_SECONDS or done == total:
                last = now
                self.progressed.emit("Writing…", done, total)
            return not self._cancelled.is_set()

        return go_on

    # ── on the window's thread ────────────────────────────────────────────────────────────────

    def _write(self, material: Material) -> None:
        order, self._request = self._order, 0
        assert order is not None
        self.progressed.emit("Writing…", 0, 0)
        self._thread = threading.Thread(target=self._run, args=(order, material), name="memnet-export")
        self._thread.start()

    @Slot(object)
    def _hear(self, outcome: Outcome) -> None:
        if not self._closing:
            self._outcome = None
        self._end(outcome)

    def _end(self, outcome: Outcome) -> None:
        self._order = self._material = None
        self._request = 0
        self.ended.emit(outcome)


def _carry_out(order: Order, material: Material, go_on: Callable[[int, int], bool]) -> Outcome:
    try:
        written = order.kind.write(material, order.options, order.path, go_on, order.replace)
    except (OSError, ArchiveError, ValueError) as error:
        return Outcome(order, written=False, problem=str(error))
    except Exception as error:  # nobody may wait for ever
        return Outcome(
            order,
            written=False,
            problem=f"{order.path.name} was not written ({named(error)}). Nothing that was there was "
            "changed; the run is kept, so try again or export something else.",
        )
    return Outcome(order, written)
