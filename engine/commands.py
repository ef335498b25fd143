"""What can be asked of the runner: frozen requests, applied between two bursts."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from engine.config import NetworkConfig
from engine.frame import Floats


@dataclass(frozen=True, slots=True)
class Play:
    """Go on streaming digits."""


@dataclass(frozen=True, slots=True)
class Pause:
    """Stop streaming; what was learned stays."""


@dataclass(frozen=True, slots=True)
class Step:
    """Pause, and stream this many digits."""

    digits: int = 1


@dataclass(frozen=True, slots=True)
class SetSpeed:
    """Digits a second; None is as fast as possible."""

    digits_per_second: float | None


@dataclass(frozen=True, slots=True)
class Restart:
    """Forget everything and begin again. None keeps what the run has now.

    backend: "auto", "numpy" or "cupy".
    """

    config: NetworkConfig | None = None
    seed: int | None = None
    backend: str | None = None


@dataclass(frozen=True, slots=True)
class Watch:
    """Send tiles and catalogue of this layer; the next frame brings all of its memories."""

    layer: int


@dataclass(frozen=True, slots=True)
class Inspect:
    """Send this memory's facts with every frame; slot None stops that."""

    layer: int
    slot: int | None


@dataclass(frozen=True, slots=True, eq=False)
class Classify:
    """What is this? image: (side, side[, 3]) float32 in [0, 1], handed over and never written again."""

    image: Floats
    request: int


@dataclass(frozen=True, slots=True)
class Test:
    """Measure held-out accuracy on all test digits now, in the background."""


@dataclass(frozen=True, slots=True)
class CancelTest:
    """Give up the held-out test that is running."""


@dataclass(frozen=True, slots=True)
class Save:
    """Write a snapshot to this path."""

    path: Path


@dataclass(frozen=True, slots=True)
class Open:
    """Replace the run by the snapshot at this path, paused."""

    path: Path


Command = (
    Play | Pause | Step | SetSpeed | Restart | Watch | Inspect | Classify | Test | CancelTest | Save | Open
)
