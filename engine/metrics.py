"""How well it does: prequential accuracy, the last thousand, confusion, and the curves of a run."""

from __future__ import annotations

from array import array
from typing import Any, ClassVar

import numpy as np
import numpy.typing as npt

from engine.arrays import Bytes, Ints, freeze
from engine.frame import Curves, Score

RECENT = 1000
"""Digits over which "recent" accuracy and the novelty rate are taken."""


class Window:
    """The mean of the last `RECENT` yes-or-no facts."""

    def __init__(self) -> None:
        self._facts = np.zeros(RECENT, bool)
        self._count = 0

    def add(self, facts: npt.NDArray[np.bool_]) -> None:
        places = (self._count + np.arange(len(facts))) % RECENT
        self._facts[places] = facts
        self._count += len(facts)

    @property
    def mean(self) -> float | None:
        filled = min(self._count, RECENT)
        return float(np.count_nonzero(self._facts[:filled]) / filled) if filled else None

    def state(self) -> Bytes:
        """The facts held, oldest first, (≤ RECENT,) uint8."""
        return np.roll(self._facts, -self._count)[RECENT - min(self._count, RECENT) :].astype(np.uint8)

    @staticmethod
    def from_state(facts: npt.NDArray[Any]) -> Window:
        window = Window()
        window.add(facts.astype(bool))
        return window


class Metrics:
    """Test-then-train scores of one run: every digit is counted once, before it is learned.

    seen, correct: digits. confusion: (C, C) int64, rows are labels, columns answers.
    correct_first_1000: right among the first thousand (or fewer, so far).
    """

    def __init__(self, classes: int) -> None:
        self.seen = 0
        self.correct = 0
        self.correct_first_1000 = 0
        self.confusion: Ints = np.zeros((classes, classes), np.int64)
        self.recent = Window()
        self.novel = Window()
        self.history = History()

    def score(self, labels: Ints, answers: Ints) -> None:
        """Count digits that were answered: (B,) each."""
        right = labels == answers
        self.correct_first_1000 += int(right[: max(0, 1000 - self.seen)].sum())
        self.seen += len(labels)
        self.correct += int(right.sum())
        cells = np.bincount(labels * len(self.confusion) + answers, minlength=self.confusion.size)
        self.confusion += cells.reshape(self.confusion.shape)
        self.recent.add(right)

    def learned(self, recruited: npt.NDArray[np.bool_], memories: int) -> None:
        """Count a burst that was learned. recruited: (B,), which digits became a memory.
        memories: how many there are now."""
        self.novel.add(recruited)
        self.history.add(
            self.seen, self.prequential or 0.0, self.recent.mean or 0.0, memories, self.novel.mean or 0.0
        )

    @property
    def prequential(self) -> float | None:
        """Accuracy over all digits so far, each tested before it was learned."""
        return self.correct / self.seen if self.seen else None

    @property
    def prequential_first_1000(self) -> float | None:
        """The same over the first thousand; None until they have been seen."""
        return self.correct_first_1000 / 1000 if self.seen >= 1000 else None

    def add_class(self) -> None:
        """Room for one more class in the confusion matrix."""
        self.confusion = np.pad(self.confusion, (0, 1))

    def drop_class(self) -> None:
        """Take the last class back. Raises ValueError with a sentence once it has been answered."""
        answered = int(self.confusion[-1].sum() + self.confusion[:, -1].sum())
        if answered:
            times = "1 digit was" if answered == 1 else f"{answered:,} digits were"
            raise ValueError(f"The class stays: {times} answered so meanwhile, and the scores count that.")
        self.confusion = self.confusion[:-1, :-1].copy()

    def report(self, memories: tuple[int, ...]) -> Score:
        """How it stands, frozen. memories: a number for each layer."""
        return Score(
            self.seen,
            self.correct,
            self.prequential,
            self.recent.mean,
            self.novel.mean,
            freeze(self.confusion.copy()),
            memories,
        )

    def state(self) -> dict[str, npt.NDArray[Any]]:
        """Everything, as host arrays: the inverse of `restore`."""
        curves = self.history.curves()
        return {
            "counts": np.array([self.seen, self.correct, self.correct_first_1000], np.int64),
            "confusion": self.confusion.copy(),
            "recent_correct": self.recent.state(),
            "recent_novel": self.novel.state(),
            **{f"curve_{name}": getattr(curves, name) for name in Curves.__slots__},
        }

    @staticmethod
    def restore(state: dict[str, npt.NDArray[Any]]) -> Metrics:
        """The scores in `state`. Raises ValueError or KeyError when they are not scores of one run."""
        confusion, counts = state["confusion"], state["counts"]
        if confusion.ndim != 2 or confusion.shape[0] != confusion.shape[1] or confusion.min(initial=0) < 0:
            raise ValueError(f"confusion: shape {confusion.shape} is not square, or counts are negative")
        if counts.tolist()[:2] != [confusion.sum(), confusion.trace()] or not 0 <= counts[2] <= counts[1]:
            raise ValueError(f"counts: {counts.tolist()} are not what the confusion matrix says")
        metrics = Metrics(len(confusion))
        metrics.seen, metrics.correct, metrics.correct_first_1000 = (int(count) for count in state["counts"])
        metrics.confusion = confusion.astype(np.int64)
        metrics.recent = Window.from_state(state["recent_correct"])
        metrics.novel = Window.from_state(state["recent_novel"])
        metrics.history = History.from_state(state)
        return metrics


class History:
    """The curves of a run, growing by one point a burst."""

    _TYPES: ClassVar = {
        "digits": "q",
        "prequential": "f",
        "recent": "f",
        "memories": "q",
        "novelty_rate": "f",
        "test_digits": "q",
        "test_accuracy": "f",
        "test_sizes": "q",
    }  # array typecodes: q is int64, f is float32

    def __init__(self) -> None:
        self._columns: dict[str, Any] = {name: array(code) for name, code in self._TYPES.items()}

    def add(self, digits: int, prequential: float, recent: float, memories: int, novelty_rate: float) -> None:
        for name, value in zip(
            self._TYPES, (digits, prequential, recent, memories, novelty_rate), strict=False
        ):
            self._columns[name].append(value)

    def add_test(self, digits: int, accuracy: float, size: int) -> None:
        """A held-out test of the memories as they were after `digits`, on `size` digits."""
        self._columns["test_digits"].append(digits)
        self._columns["test_accuracy"].append(accuracy)
        self._columns["test_sizes"].append(size)

    @property
    def last_test(self) -> tuple[int, float, int] | None:
        """The last held-out test: after how many digits, accuracy, on how many digits."""
        if not self._columns["test_digits"]:
            return None
        columns = self._columns
        return columns["test_digits"][-1], columns["test_accuracy"][-1], columns["test_sizes"][-1]

    def tests(self) -> dict[int, tuple[float, int]]:
        """Accuracy and size of the held-out tests by digit; of several after one digit, the last."""
        columns = self._columns
        values = zip(columns["test_accuracy"], columns["test_sizes"], strict=True)
        return dict(zip(columns["test_digits"], values, strict=True))

    def set_tests(self, tests: dict[int, tuple[float, int]]) -> None:
        """These held-out tests, by rising digit, instead of those there are."""
        for name in ("test_digits", "test_accuracy", "test_sizes"):
            del self._columns[name][:]
        for digits, (accuracy, size) in tests.items():
            self.add_test(digits, accuracy, size)

    def curves(self) -> Curves:
        """The points so far, copied and frozen."""
        copies: dict[str, Any] = {name: freeze(np.array(column)) for name, column in self._columns.items()}
        return Curves(**copies)

    @staticmethod
    def from_state(state: dict[str, npt.NDArray[Any]]) -> History:
        """The curves in `state`. Raises ValueError or KeyError when they do not belong together."""
        history = History()
        for names in (list(History._TYPES)[:5], list(History._TYPES)[5:]):
            shapes = {state[f"curve_{name}"].shape for name in names}
            if len(shapes) != 1 or len(shapes.pop()) != 1:
                raise ValueError(f"curves: {', '.join(names)} are not of one length")
        for name, column in history._columns.items():
            values = state[f"curve_{name}"]
            column.frombytes(values.astype(np.int64 if column.typecode == "q" else np.float32).tobytes())
        return history
