"""What a frame shows of the memories and of the digit: copied as often as it is worth it, no oftener."""

from __future__ import annotations

import time
from dataclasses import dataclass

from engine.arrays import Floats
from engine.frame import Catalogue, Drawing, Inspection, MemoryTiles, Trial
from engine.inspection import inspect
from engine.network import MemoryNetwork
from engine.observe import Observer, percept, trial, with_classes
from engine.session import Session

CATALOGUE_SECONDS = 0.25
INSPECTION_SECONDS = 0.25
TRIAL_SECONDS = 1 / 20
"""At full speed hundreds of digits go by between two glances; one is copied out this often."""


@dataclass(slots=True)
class Glimpse:
    """What was copied; nothing, where looking failed."""

    trial: Trial | None = None
    tiles: MemoryTiles | None = None
    catalogue: Catalogue | None = None
    inspection: Inspection | None = None


class Glance:
    """Looks at one session for its frames.

    drawing: the answer to what was last asked to be classified.
    """

    def __init__(self, session: Session, run: int) -> None:
        self.observer = Observer(session, run)
        self.drawing: Drawing | None = None
        self._session = session
        self._drawn: tuple[Floats, int] | None = None
        self._trial: Trial | None = None
        self._inspected: tuple[int, int] | None = None
        self._inspection: Inspection | None = None
        self._catalogue_time = self._trial_time = self._inspection_time = 0.0

    def look(self, *, playing: bool, fast: bool) -> Glimpse:
        """Copy from the device what a frame shows. fast: as many digits as possible stream in."""
        now = time.perf_counter()
        if not fast or now - self._trial_time >= TRIAL_SECONDS:
            # None once the burst at hand was dropped because classes changed: then the old one stays.
            self._trial, self._trial_time = trial(self._session) or self._trial, now
        seen = Glimpse(self._trial)
        if not playing or now - self._catalogue_time >= CATALOGUE_SECONDS:
            self._catalogue_time = now
            seen.catalogue = self.observer.catalogue()
        if self._inspected is not None and (not fast or now - self._inspection_time >= INSPECTION_SECONDS):
            self._inspection_time = now
            self._inspection = inspect(self._session, *self._inspected)
        seen.inspection = self._inspection
        seen.tiles = self.observer.tiles()
        return seen

    def follow(self) -> None:
        """Note the digits that were just shown; to be called after every advance."""
        self.observer.follow()

    def follow_to(self, digit: int | None) -> None:
        """The same while digits are shown again, of which `digit` is the one that will be looked at."""
        self.observer.follow()
        if self._session.seen == digit:
            self._trial = trial(self._session)

    # ── what is asked ─────────────────────────────────────────────────────────────────────────

    def inspect(self, layer: int, slot: int | None) -> Inspection | None:
        """Send this memory along from now on, if there is one; slot None is none."""
        self._inspected = None if slot is None else (layer, slot)
        self._inspection = None if slot is None else inspect(self._session, layer, slot)
        return self._inspection

    def classify(self, image: Floats, request: int) -> None:
        """Answer a drawing, and again whenever other memories are looked at."""

        def look(network: MemoryNetwork) -> Drawing:
            return Drawing(request, percept(network, network.perceive(image[None], aside=True), 0))

        self._drawn = image, request
        self.drawing = self._session.on_device(look)

    # ── what was seen is not so any more ──────────────────────────────────────────────────────

    def jumped(self) -> None:
        """The session was put back to another moment."""
        self.observer.begin_anew()
        self._trial = None
        self._look_soon()

    def arrived(self) -> None:
        """The session is where it was to go."""
        self._refit()
        if self._drawn is not None:
            self.classify(*self._drawn)

    def changed(self) -> None:
        """Memories or classes were changed by hand."""
        self.observer.describe_anew()
        self.observer.watch_anew()
        self._look_soon()
        self._refit()

    def _look_soon(self) -> None:
        self._catalogue_time = self._inspection_time = 0.0

    def _refit(self) -> None:
        """The digit and the drawing as they were shown, for the classes that there are now."""
        classes = len(self._session.class_names)
        if self._trial is not None:
            self._trial = with_classes(self._trial, classes)
        if self.drawing is not None and len(self.drawing.percept.probabilities) != classes:
            self.drawing = None
