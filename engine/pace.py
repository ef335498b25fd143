"""How fast digits come: as fast as possible, or so many a second."""

from __future__ import annotations

import time
from collections import deque

from engine.network import LARGEST_BURST

RATE_SECONDS = 1.0
"""Digits a second are measured over about this long."""
LONGEST_LAG = 0.1
"""At a chosen speed, lateness beyond this many seconds is forgotten rather than caught up."""
LARGEST_TURN = LARGEST_BURST - 1
"""Digits shown at a time at full speed. With its last digit a burst is learned, so a large one is
perceived in one turn and learned in the next, and whoever asks for something waits for one of them."""
LONGEST_WAIT = 1.0
"""Seconds; speeds may be so slow that no clock can wait for the next digit."""


class Pace:
    """When the next digits are due, and how many a second there really are.

    speed: digits a second asked for; None is as fast as possible.
    """

    def __init__(self) -> None:
        self.speed: float | None = None
        self.begin()

    def set(self, digits_per_second: float | None) -> None:
        """Ask for another speed. Raises ValueError naming `speed` where it is none."""
        if digits_per_second is not None and not 0 < digits_per_second < float("inf"):
            raise ValueError(f"speed: {digits_per_second} digits a second is not a number above 0")
        self.speed = digits_per_second
        self._due = time.perf_counter()

    def begin(self) -> None:
        """Play begins now, and with it the measurement."""
        self._due = time.perf_counter()
        self._marks: deque[tuple[float, int]] = deque()

    def wait_seconds(self) -> float:
        """How long until the next digit is due."""
        if self.speed is None:
            return 0.0
        return min(LONGEST_WAIT, max(0.0, self._due - time.perf_counter()))

    def due(self) -> int:
        """How many digits are to be shown now."""
        if self.speed is None:
            return LARGEST_TURN
        now, interval = time.perf_counter(), 1.0 / self.speed
        if now < self._due:
            return 0
        self._due = max(self._due, now - LONGEST_LAG)
        digits = int(min(LARGEST_BURST, (now - self._due) / interval + 1))
        self._due += digits * interval
        return digits

    def mark(self, begun: float, seen: int) -> None:
        """So many digits have been seen after a turn that began at `begun`."""
        self._marks.append((begun, seen))

    def rate(self) -> float:
        """Digits a second over the last second of play."""
        marks = self._marks
        if len(marks) < 2:
            return 0.0
        while len(marks) > 2 and marks[-1][0] - marks[0][0] > RATE_SECONDS:
            marks.popleft()
        span = marks[-1][0] - marks[0][0]
        return (marks[-1][1] - marks[0][1]) / span if span > 0 else 0.0
