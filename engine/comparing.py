"""Lines of a run and snapshots: first brought to the moment that was asked for, then compared."""

from __future__ import annotations

import time
from dataclasses import dataclass
from pathlib import Path

from engine.comparison import ComparisonWork, Side
from engine.differences import Comparison
from engine.replay import Replay
from engine.session import Session
from engine.snapshot import load_snapshot
from engine.works import SLICE_SECONDS


@dataclass(frozen=True, slots=True, eq=False)
class Wanted:
    """One of two runs to compare, and the way to the moment of it that was asked for, if there is one."""

    side: Side
    replay: Replay | None = None


def opened(path: Path, beside: Session) -> Wanted:
    """The run in a snapshot of the same data. Raises ArchiveError with a sentence."""
    return Wanted(Side(path.name, load_snapshot(path, beside.dataset, beside.backend)))


class ReplayedComparison:
    """Compares two runs once both are where they should be. As a `Work`, see `works`."""

    kind = "comparison"

    def __init__(self, request: int, a: Wanted, b: Wanted) -> None:
        self.name = f"Comparing {a.side.name} with {b.side.name}"
        self._request = request
        self._sides = a.side, b.side
        self._replays = [wanted.replay for wanted in (a, b) if wanted.replay is not None]
        self._to_replay = sum(replay.left for replay in self._replays)
        self._work: ComparisonWork | None = None
        self.done = 0
        self.total = self._to_replay + 2 * len(a.side.session.dataset.test_labels)

    def advance(self) -> None:
        """Show digits again for one slice, or compare for one."""
        until = time.perf_counter() + SLICE_SECONDS
        while self._replays:
            self.done += self._replays[0].step()
            if self._replays[0].arrived:
                self._replays.pop(0)
            if time.perf_counter() > until:
                return
        if self._work is None:
            self._work = ComparisonWork(self._request, *self._sides)
            return
        self._work.advance()
        self.done = self._to_replay + self._work.done

    def result(self) -> Comparison:
        assert self._work is not None
        return self._work.result()
