"""What can be asked of the runner: frozen requests, applied between two bursts."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from engine.arrays import Floats
from engine.config import NetworkConfig


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
    """Send this memory's facts with every frame, and look for the digits it votes on (`Trace`);
    slot None stops that."""

    layer: int
    slot: int | None


@dataclass(frozen=True, slots=True, eq=False)
class Classify:
    """What is this? image: (side, side[, 3]) float32 in [0, 1], handed over and never written again."""

    image: Floats
    request: int


@dataclass(frozen=True, slots=True, eq=False)
class ClassifyAll:
    """What are these? images: (n, side, side[, 3]) float32 in [0, 1]. Answered by `Variations`."""

    images: Floats
    request: int


@dataclass(frozen=True, slots=True, eq=False)
class Explain:
    """Why would this be answered as it is? Answered by `Explanation` at once, and by `Flip` later.

    Either image: (side, side[, 3]) float32 in [0, 1], a drawing; or source: an index in the training
    or, where `held_out`, in the test digits.
    """

    request: int
    image: Floats | None = None
    source: int | None = None
    held_out: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class Liken:
    """How far are the watched layer's memories from this? Answered by `Likeness`.

    image: as in `Explain`; None is the digit last streamed.
    """

    request: int
    image: Floats | None = None


@dataclass(frozen=True, slots=True)
class ShowCell:
    """Which digits are in this cell of the confusion matrix? Answered by `CellDigits`."""

    request: int
    label: int
    answer: int


@dataclass(frozen=True, slots=True)
class Project:
    """Lay the memories of a layer out on a plane, in the background. Answered by `Projection`."""

    request: int
    layer: int


@dataclass(frozen=True, slots=True)
class Diagnose:
    """Look for what one may want to change, in the background. Answered by `Diagnosis`."""

    request: int


@dataclass(frozen=True, slots=True)
class Ablate:
    """How would held-out accuracy change if these memories were silent? Measured in the background,
    answered by `Ablation`. `Mute` and `Delete` ask it by themselves."""

    request: int
    layer: int
    ids: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class CancelTask:
    """Give up what is being computed in the background, and what waits for its turn."""


@dataclass(frozen=True, slots=True, eq=False)
class Teach:
    """Write this as a memory of a class, in every column.

    label: a class's number, or the name of a new one, which is added first. Either image, as in
    `Explain`, or source: an index in the training digits.
    """

    label: int | str
    image: Floats | None = None
    source: int | None = None


@dataclass(frozen=True, slots=True)
class AddClass:
    """Make room for one more class of this name."""

    name: str


@dataclass(frozen=True, slots=True)
class Mute:
    """Let these memories be silent, or speak again; they are kept."""

    layer: int
    ids: tuple[int, ...]
    muted: bool = True


@dataclass(frozen=True, slots=True)
class Delete:
    """Forget these memories."""

    layer: int
    ids: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Relabel:
    """Let these memories speak for another class: their weight for it changes places with their
    strongest one."""

    layer: int
    ids: tuple[int, ...]
    label: int


@dataclass(frozen=True, slots=True)
class Tune:
    """Change how fast a layer's associations change from here on."""

    layer: int
    plasticity: float


@dataclass(frozen=True, slots=True)
class Undo:
    """Take back the newest change made by hand that is not taken back yet."""


@dataclass(frozen=True, slots=True)
class Redo:
    """Make the change again that was taken back last."""


@dataclass(frozen=True, slots=True)
class Look:
    """Show everything as it was after this many digits of a line of the run; learning pauses.

    line: None is the line that is shown. Where there is nothing after `digit`, it is the present again.
    """

    digit: int
    line: int | None = None


@dataclass(frozen=True, slots=True)
class NameLine:
    """Call a line of the run so."""

    line: int
    name: str


@dataclass(frozen=True, slots=True)
class ForgetLine:
    """Give a line of the run up, with what was learned on it; not the one that is shown."""

    line: int


@dataclass(frozen=True, slots=True)
class Bookmark:
    """Name a digit of the line that is shown; an empty name takes the bookmark away."""

    digit: int
    name: str


@dataclass(frozen=True, slots=True)
class LineAt:
    """A line of the run, as it was after a digit; None is as far as it has got."""

    line: int
    digit: int | None = None


@dataclass(frozen=True, slots=True)
class Compare:
    """How do two states of memories differ? Computed in the background, answered by `Comparison`.

    Each is a line of this run or the path of a snapshot.
    """

    request: int
    a: LineAt | Path
    b: LineAt | Path


@dataclass(frozen=True, slots=True)
class Take:
    """Copy the whole run as a snapshot into memory, for exports. Answered by `Taken`."""

    request: int


@dataclass(frozen=True, slots=True)
class Record:
    """How did the memories of a layer come to be, up to the digit shown? Computed in the background,
    answered by `Growth`. pages: about how many moments to show."""

    request: int
    layer: int
    pages: int = 120


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
class Autosave:
    """Put the run among the autosaves now, because the process is about to be ended from outside."""


@dataclass(frozen=True, slots=True)
class Open:
    """Replace the run by the snapshot at this path, paused."""

    path: Path


@dataclass(frozen=True, slots=True)
class Recover:
    """Replace the run, paused, by the newest autosave in the folder of a process that is gone."""

    folder: Path


Command = (
    Play
    | Pause
    | Step
    | SetSpeed
    | Restart
    | Watch
    | Inspect
    | Classify
    | ClassifyAll
    | Explain
    | Liken
    | ShowCell
    | Project
    | Diagnose
    | Ablate
    | CancelTask
    | Teach
    | AddClass
    | Mute
    | Delete
    | Relabel
    | Tune
    | Undo
    | Redo
    | Look
    | NameLine
    | ForgetLine
    | Bookmark
    | Compare
    | Take
    | Record
    | Test
    | CancelTest
    | Save
    | Autosave
    | Open
    | Recover
)
