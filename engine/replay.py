"""The same digits again: from a state that was kept to a moment after it."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from engine.keyframes import Keyframe
from engine.network import LARGEST_BURST
from engine.session import Session

STRIDE = LARGEST_BURST - 1
"""Digits shown at a time: a burst is perceived in one step and learned in the next."""


class Replay:
    """Brings a session to a moment of its line.

    stops: what was changed by hand on the way, by digit. put_back: makes the session what a keyframe
    says.
    """

    def __init__(
        self,
        session: Session,
        digit: int,
        stops: Sequence[Keyframe],
        put_back: Callable[[Keyframe], None],
    ) -> None:
        self.digit = digit
        self._session = session
        self._stops = list(stops)
        self._put_back = put_back

    @property
    def left(self) -> int:
        """Digits still to be shown."""
        return self.digit - self._session.seen

    @property
    def arrived(self) -> bool:
        return not self.left and not self._stops

    def step(self, follow: Callable[[], None] = lambda: None) -> int:
        """Show the next few digits; returns how many. follow: called before they may be gone again."""
        session = self._session
        stop = self._stops[0].seen if self._stops else self.digit
        shown = session.advance(min(STRIDE, stop - session.seen)) if session.seen < stop else 0
        if shown:
            follow()
        if self._stops and session.seen == stop:
            self._put_back(self._stops.pop(0))
        return shown
