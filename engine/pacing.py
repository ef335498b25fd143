"""How a background computation keeps to its slices: as many steps as fit, at least one."""

from __future__ import annotations

import time
from collections.abc import Iterator

from engine.backend import Backend
from engine.works import SLICE_SECONDS

DIGITS_A_STEP = 32
"""Digits matched at once, however fast that is: the last bits of a product depend on its size, and
what is found must not depend on the time it took."""


class PacedWork:
    """A `Work` (see `works`) written as an iterator: each step says how many units it got done.

    steps: the computation; it reaches `total` units with its last step. It must not hold the work
    itself: whoever gives a work up wants its copies gone at once, not with the next search for cycles.
    backend: where it computes.
    """

    def __init__(self, steps: Iterator[int], total: int, backend: Backend) -> None:
        self._steps = steps
        self._backend = backend
        self.done = 0
        self.total = total

    def advance(self) -> None:
        """Take steps for one slice, leaving the one that would exceed it for the next.

        Raises DeviceLostError when the device fails; there is nothing to go on with then.
        """
        begun = last = time.perf_counter()
        with self._backend.guard():
            while self.done < self.total:
                self.done += next(self._steps)
                now = time.perf_counter()
                if now + (now - last) > begun + SLICE_SECONDS:
                    return
                last = now
