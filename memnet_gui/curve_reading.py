"""The values of all curves at one digit, and how they are said."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from engine.frame import Curves, Frame

UNKNOWN = "–"


def percent(share: float | None) -> str:
    """A share in [0, 1] as "97.1 %"."""
    return UNKNOWN if share is None else f"{100 * share:.1f} %"


@dataclass(frozen=True, slots=True)
class Reading:
    """What the curves say at a digit. Shares are in [0, 1]; None where nothing was measured yet."""

    digit: int
    prequential: float | None
    recent: float | None
    test: float | None
    memories: int
    novelty_rate: float | None

    @staticmethod
    def at(curves: Curves, digit: float) -> Reading | None:
        """The point nearest to a digit, with the last held-out test up to there. None without points."""
        if curves.digits.size == 0:
            return None
        after = min(int(np.searchsorted(curves.digits, digit)), curves.digits.size - 1)
        before = max(after - 1, 0)
        nearer = digit - curves.digits[before] < curves.digits[after] - digit
        index = before if nearer else after
        tests = int(np.searchsorted(curves.test_digits, curves.digits[index], side="right"))
        return Reading(
            digit=int(curves.digits[index]),
            prequential=float(curves.prequential[index]),
            recent=float(curves.recent[index]),
            test=float(curves.test_accuracy[tests - 1]) if tests else None,
            memories=int(curves.memories[index]),
            novelty_rate=float(curves.novelty_rate[index]),
        )

    @staticmethod
    def of(frame: Frame) -> Reading:
        """The present: the frame's score and its last finished held-out test."""
        score = frame.score
        return Reading(
            digit=score.seen,
            prequential=score.prequential,
            recent=score.recent,
            test=frame.held_out.accuracy,
            memories=sum(score.memories),
            novelty_rate=score.novelty_rate,
        )

    def accuracy_sentence(self) -> str:
        return (
            f"digit {self.digit:,} · so far {percent(self.prequential)} · "
            f"last 1,000 {percent(self.recent)} · test {percent(self.test)}"
        )

    def memories_sentence(self) -> str:
        return (
            f"digit {self.digit:,} · {self.memories:,} memories · novelty rate {percent(self.novelty_rate)}"
        )
