"""What is computed in the background for an answer: in slices, between bursts, on the engine's thread."""

from __future__ import annotations

from typing import Protocol

SLICE_SECONDS = 0.01
"""About how long a slice may take: a burst, a frame or a command waits for it."""


class Work(Protocol):
    """Something that takes longer than a moment.

    kind: the field of `Findings` that its result belongs in. name: in words, for the user. done of
    total, in units of its own; it is finished when they are equal. Works on copies made when it was
    begun, so learning may go on. A device that fails raises DeviceLostError from `advance`.
    """

    kind: str
    name: str
    done: int
    total: int

    def advance(self) -> None:
        """Compute the next slice; only while done < total."""

    def result(self) -> object:
        """The finding; only once finished."""
