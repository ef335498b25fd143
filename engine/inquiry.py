"""What the window wants to know about a run: answered at once, or computed between bursts."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

from engine import commands as ask
from engine.ablation import AblationWork
from engine.arrays import Bytes, freeze
from engine.backend import DeviceLostError
from engine.cells import cell_digits
from engine.comparing import ReplayedComparison, Wanted, opened
from engine.diagnosis import DiagnosisWork
from engine.explanation import FlipWork, explain
from engine.findings import Findings, Taken, Task, Variations
from engine.heldout import Examiner
from engine.likeness import likeness
from engine.projection import ProjectionWork
from engine.session import Session
from engine.snapshot import Snapshot
from engine.store import Rows
from engine.timeline import Timeline
from engine.trace import TraceWork
from engine.works import Work


class Inquiry:
    """Answers about one session. `findings` holds the newest of each kind.

    What takes longer is queued, one work of a kind: who asks again does not want the first answer
    any more. A device that fails ends the works on it, and they begin again in NumPy.
    """

    def __init__(self, session: Session, examiner: Examiner, timeline: Timeline) -> None:
        self.findings = Findings()
        self._session = session
        self._examiner = examiner
        self._timeline = timeline
        self._queue: list[tuple[Callable[[], Work], Work]] = []
        """What makes each work, in case that it must begin again, and the work itself."""
        self._tasks = 0

    # ── at once ───────────────────────────────────────────────────────────────────────────────

    def answer(self, command: ask.Command, watched: int) -> bool:
        """Answer it if it is a question; watched: the layer whose memories are shown.

        Raises ValueError with a sentence on what cannot be answered.
        """
        session = self._session
        match command:
            case ask.Explain(request, image, source, held_out):
                self._find(
                    explanation=explain(session, request, image=image, source=source, held_out=held_out),
                    flip=None,
                )
                self._begin(
                    "flip",
                    lambda: FlipWork(session, request, image=image, source=source, held_out=held_out),
                )
            case ask.Liken(request, image):
                shown = self._digit_at_hand() if image is None else image
                self._find(likeness=likeness(session, request, watched, shown))
            case ask.ClassifyAll(images, request):
                self._find(variations=Variations(request, freeze(session.predict_proba(images))))
            case ask.ShowCell(request, label, answer):
                self._find(cell=cell_digits(session, self._examiner.last, request, label, answer))
            case ask.Project(request, layer):
                self._begin("projection", lambda: ProjectionWork(session, request, layer))
            case ask.Diagnose(request):
                self._begin("diagnosis", lambda: DiagnosisWork(session, request))
            case ask.Ablate(request, layer, ids):
                self.ablate(request, layer, ids)
            case ask.Compare(request, a, b):
                self._begin("comparison", lambda: ReplayedComparison(request, self._side(a), self._side(b)))
            case ask.Take(request):
                self._find(taken=Taken(request, Snapshot.take(session)))
            case ask.Record(request, layer, pages):
                self._begin("growth", lambda: self._timeline.record(request, layer, pages))
            case ask.CancelTask():
                self.cancel()
            case _:
                return False
        return True

    def ablate(self, request: int, layer: int, ids: Sequence[int], before: Rows | None = None) -> None:
        """Measure what these memories are worth. before: their slots, where they are silent by now."""
        text = f"memory {ids[0]:,}" if len(ids) == 1 else f"{len(ids):,} memories"
        self._begin("ablation", lambda: AblationWork(self._session, request, text, layer, ids, before))

    def trace(self, request: int, layer: int, id: int) -> None:
        """Look for the digits that a memory votes on."""
        self._find(trace=None)
        self._begin("trace", lambda: TraceWork(self._session, request, layer, id))

    def _side(self, asked: ask.LineAt | Path) -> Wanted:
        if isinstance(asked, Path):
            return opened(asked, self._session)
        return self._timeline.side(asked.line, asked.digit)

    def _digit_at_hand(self) -> Bytes:
        session = self._session
        if not session.seen:
            raise ValueError("There is no digit yet to compare memories with.")
        return session.image(int(session.stream.order[session.seen - 1]))

    def _find(self, **found: object) -> None:
        self.findings = replace(self.findings, **found)  # type: ignore[arg-type]

    # ── between bursts ────────────────────────────────────────────────────────────────────────

    @property
    def busy(self) -> bool:
        """Is there something to compute?"""
        return bool(self._queue)

    @property
    def task(self) -> Task | None:
        """What is being computed."""
        if not self._queue:
            return None
        work = self._queue[0][1]
        return Task(self._tasks, work.name, work.done, work.total)

    def cancel(self) -> None:
        """Give up what is being computed and what waits."""
        self._queue.clear()

    def advance(self) -> None:
        """Compute the next slice of the work at hand."""
        if not self._queue:
            return
        _, work = self._queue[0]
        try:
            if work.done < work.total:
                work.advance()
        except DeviceLostError as lost:
            if self._session.backend.volatile:  # else it was left before, and only this work had not heard
                self._session.fall_back(lost)
            self._begin_again()
            return
        if work.done >= work.total:
            self._queue.pop(0)
            self._tasks += 1
            self._find(**{work.kind: work.result()})

    def _begin(self, kind: str, make: Callable[[], Work]) -> None:
        self._queue = [(other, work) for other, work in self._queue if work.kind != kind]
        self._queue.append((make, make()))

    def _begin_again(self) -> None:
        """All of them, but for those whose memories are gone by now."""
        waiting, self._queue = [make for make, _ in self._queue], []
        for make in waiting:
            with suppress(ValueError):
                self._queue.append((make, make()))
