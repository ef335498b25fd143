"""The held-out test: accuracy on digits that are never learned from, measured bit by bit.

A test looks at a frozen copy of the memories, so that it says how good they were at one digit
however long it takes while learning goes on.
"""

from __future__ import annotations

import numpy as np

from engine.arrays import Ints
from engine.backend import Backend
from engine.frame import HeldOut
from engine.network import MemoryNetwork
from engine.session import Session

SAMPLE = 500
"""Test digits measured on the way; all of them are at the end and on demand."""
CADENCE = (300, 2000, 10_000)
"""Digits after which a sample is measured; then after every ten thousand."""
SLICE = 64


def next_due(seen: int) -> int:
    """The first digit count after `seen` at which a test is due."""
    return next((due for due in CADENCE if due > seen), (seen // 10_000 + 1) * 10_000)


class HeldOutTest:
    """One measurement: `size` test digits against the memories as they are now.

    A sample smaller than all is drawn once by a fixed seed, the same in every run.
    """

    def __init__(self, session: Session, size: int | None = None) -> None:
        labels = session.dataset.test_labels
        self.at = session.seen
        self.total = min(size or len(labels), len(labels))
        chosen: Ints = np.arange(len(labels))
        if self.total < len(labels):
            chosen = np.sort(np.random.default_rng(0).choice(len(labels), self.total, replace=False))
        self._images = session.dataset.test_images
        self._labels = labels
        self.chosen = chosen
        """Indices of the digits that are tested, (total,) int64."""
        self.answers: Ints = np.zeros(self.total, np.int64)
        """What was said to each of them, valid for the `done` first."""
        self._network: MemoryNetwork | None = session.network.frozen()
        self._right = 0
        self.done = 0

    @property
    def backend(self) -> Backend:
        """Where the memories that are tested live."""
        assert self._network is not None
        return self._network.backend

    @property
    def finished(self) -> bool:
        return self.done >= self.total

    @property
    def accuracy(self) -> float:
        """Share of right answers among the digits done."""
        return self._right / max(1, self.done)

    def forget_memories(self) -> None:
        """Keep the answers, give the copy of the memories back."""
        self._network = None

    def advance(self) -> None:
        """Measure the next few digits."""
        assert self._network is not None
        part = self.chosen[self.done : self.done + SLICE]
        answers = self._network.predict_proba(self._images[part]).argmax(axis=1)
        self.answers[self.done : self.done + len(part)] = answers
        self._right += int((answers == self._labels[part]).sum())
        self.done += len(part)


class Examiner:
    """Starts held-out tests when they are due and takes them along, a slice at a time."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self.begin_anew()

    def begin_anew(self) -> None:
        """The session was put back to another moment: give up the test that is running."""
        session = self._session
        self._due = next_due(session.seen)
        self._test: HeldOutTest | None = None
        self.last: HeldOutTest | None = None
        """The last test that was finished, for its answers."""
        tested = session.metrics.history.last_test
        whole = tested is not None and tested[2] == len(session.dataset.test_labels)
        self._tested_whole_at = tested[0] if tested is not None and whole else -1

    @property
    def running(self) -> bool:
        return self._test is not None

    @property
    def busy(self) -> bool:
        """Is there something to measure now?"""
        return self.running or self.due

    @property
    def due(self) -> bool:
        """Should a test begin now?"""
        session = self._session
        if session.finished:
            return session.seen > 0 and self._tested_whole_at != session.seen
        return session.seen >= self._due

    def start(self) -> None:
        """Measure all test digits, giving up a test that is running."""
        self._test = self._session.on_device(lambda _: HeldOutTest(self._session))

    def cancel(self) -> None:
        """Give up the test that is running, for good when it was the one at the end."""
        if self._test is not None:
            self._tested_whole_at = self._session.seen
        self._test = None

    def advance(self) -> None:
        """Begin a test if one is due; measure a slice of the one that is running.

        Where the device is lost, the test begins again, with the memories as they are then.
        """
        self._session.on_device(lambda _: self._measure())

    def _measure(self) -> None:
        session = self._session
        if not self.busy:
            return
        if self._test is None:
            self._due = next_due(session.seen)
            if session.finished:
                self._tested_whole_at = session.seen
            self._test = HeldOutTest(session, None if session.finished else SAMPLE)
        if self._test.backend is not session.backend:
            self._test = HeldOutTest(session, self._test.total)
        self._test.advance()
        if self._test.finished:
            session.metrics.history.add_test(self._test.at, self._test.accuracy, self._test.total)
            self._test.forget_memories()
            self.last, self._test = self._test, None

    def report(self) -> HeldOut:
        """How the test stands, and what the last finished one said."""
        last = self._session.metrics.history.last_test
        at, accuracy, size = last if last else (0, None, 0)
        test = self._test
        if test is None:
            return HeldOut(False, 0, 0, self._session.seen, accuracy, at, size)
        return HeldOut(True, test.done, test.total, test.at, accuracy, at, size)
