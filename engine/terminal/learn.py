"""`memnet learn`: the same session as in the window, with a progress bar and a summary."""

from __future__ import annotations

import argparse
import json
import signal
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from types import FrameType

from engine.archive import ArchiveError, check_writable
from engine.backend import limit_blas_threads, make_backend
from engine.config import preset
from engine.datasets import load_mnist
from engine.session import Session
from engine.snapshot import Snapshot, load_snapshot
from engine.terminal.progress import Progress
from engine.terminal.words import percent

SIGNALLED = 128
"""A process ended by signal n has exit code 128 + n."""


@dataclass(frozen=True, slots=True)
class Summary:
    """A run in figures. digits, seconds: learned by this command and how long that took, testing
    left out. Accuracies in [0, 1], None where not measured."""

    digits: int
    seconds: float
    digits_per_second: float
    prequential_accuracy: float
    prequential_first_1000: float | None
    test_accuracy: float | None
    memories: int
    preset: str
    seed: int
    fixations: int
    backend: str
    device: str
    saved: str | None

    def __str__(self) -> str:
        rows = [
            ("preset", f"{self.preset}, seed {self.seed}, fixations {self.fixations}"),
            ("backend", self.device),
            ("digits", f"{self.digits:,} in {self.seconds:.1f} s, {self.digits_per_second:,.0f} a second"),
            ("prequential accuracy", percent(self.prequential_accuracy)),
            ("  first 1,000 digits", percent(self.prequential_first_1000)),
            ("test accuracy", percent(self.test_accuracy)),
            ("memories", f"{self.memories:,}"),
            ("saved in", self.saved or "no file (--out F.npz keeps what was learned)"),
        ]
        return "\n".join(f"{name:22}{value}" for name, value in rows)


class Interruption:
    """Set by Ctrl+C or a request to terminate, read between two bursts."""

    number: int | None = None


def learn(arguments: argparse.Namespace, announcement: str = "") -> int:
    """Learn, save, test, print. Returns the exit code.

    arguments: preset, seed, backend, fixations, limit, out, json, and snapshot, a run to go on
    with. announcement: what to say first, unless there is nothing that can be learned. Raises
    ArchiveError, BackendError, DatasetError or ValueError with a sentence.
    """
    out: Path | None = arguments.out
    if out is not None:
        check_writable(out)  # before the minutes of learning, not after
    with limit_blas_threads():
        session = _begin(arguments)
        progress = Progress(session.seen)
        if announcement:
            progress.say(announcement)
        first, started = session.seen, time.perf_counter()
        interruption = _stream(session, progress, out)
        seconds = time.perf_counter() - started
        saved = _save(session, out, progress)
        accuracy = None if interruption.number else _test(session, progress, interruption)
        summary = _summary(session, session.seen - first, seconds, accuracy, saved)
    sys.stdout.write((json.dumps(asdict(summary)) if arguments.json else str(summary)) + "\n")
    sys.stdout.flush()
    if interruption.number:
        kept = f"what was learned is in {saved}" if saved else "nothing was saved, as no --out was given"
        progress.say(f"stopped after {session.seen:,} of {session.total:,} digits; {kept}.")
        return SIGNALLED + interruption.number
    return 0 if saved == out else 1


def _begin(arguments: argparse.Namespace) -> Session:
    config = preset(arguments.preset, fixations=arguments.fixations)
    backend = make_backend(arguments.backend)
    dataset = load_mnist()
    if arguments.snapshot is not None:
        return load_snapshot(arguments.snapshot, dataset, backend)
    return Session(dataset, config, seed=arguments.seed, backend=backend, limit=arguments.limit)


def _stream(session: Session, progress: Progress, out: Path | None) -> Interruption:
    """Learn to the end of the stream or to the first signal."""
    with _between_bursts() as interruption:
        try:
            for report in session.run():
                progress.show(report)
                while session.notices:
                    progress.say(session.notices.pop(0))
                if interruption.number:
                    break
        except Exception:
            _save(session, out, progress)
            raise
        finally:
            progress.clear()
    return interruption


def _summary(
    session: Session, digits: int, seconds: float, accuracy: float | None, saved: Path | None
) -> Summary:
    return Summary(
        digits=digits,
        seconds=seconds,
        digits_per_second=digits / seconds,
        prequential_accuracy=session.prequential,
        prequential_first_1000=session.prequential_first_1000,
        test_accuracy=accuracy,
        memories=session.memories,
        preset=session.config.preset,
        seed=session.seed,
        fixations=session.config.fixations,
        backend=session.backend.name,
        device=session.backend.description,
        saved=None if saved is None else str(saved),
    )


def _test(session: Session, progress: Progress, interruption: Interruption) -> float | None:
    progress.say(f"testing on {len(session.dataset.test_labels):,} held-out digits")
    try:
        return session.test_accuracy()
    except KeyboardInterrupt:
        interruption.number = signal.SIGINT
        return None


def _save(session: Session, out: Path | None, progress: Progress) -> Path | None:
    """Save to `out`; should that fail by now, somewhere else rather than not at all."""
    if out is None:
        return None
    snapshot = Snapshot.take(session)
    try:
        snapshot.write(out)
    except ArchiveError as error:
        progress.say(str(error))
        out = snapshot.write_elsewhere()
        progress.say(f"what was learned was saved in {out} instead.")
    return out


@contextmanager
def _between_bursts() -> Iterator[Interruption]:
    """Note the first Ctrl+C or request to terminate instead of breaking off in a half-written burst.

    A second one ends the program at once.
    """
    interruption = Interruption()
    if threading.current_thread() is not threading.main_thread():
        yield interruption  # signals reach the main thread alone
        return

    def note(number: int, _: FrameType | None) -> None:
        if interruption.number:
            raise KeyboardInterrupt
        interruption.number = number

    before = {number: signal.signal(number, note) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield interruption
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
