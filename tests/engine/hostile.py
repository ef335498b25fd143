"""Opens mutants, with a limit on memory: `python -m tests.engine.hostile FIRST COUNT`.

Prints a JSON object: how many were refused, how many opened, how long the slowest took, by how many
bytes memory grew, and what went wrong with which number.
"""

from __future__ import annotations

import argparse
import contextlib
import io
import json
import resource
import shutil
import sys
import tempfile
import time
import warnings
from pathlib import Path
from typing import Any

import numpy as np

from engine import commands as ask
from engine.archive import ArchiveError
from engine.backend import Backend, limit_blas_threads
from engine.config import preset
from engine.datasets import Dataset
from engine.desk import Desk
from engine.edits import Edits
from engine.frame import RunState
from engine.session import Session
from engine.snapshot import Snapshot, load_snapshot
from engine.terminal.look import info
from tests.engine.mutant import Mutant, Original
from tests.engine.mutants import make
from tests.engine.samples import assert_same, separable, shrunk

MEMORY, SECONDS = 1 << 30, 10.0
DIGITS = 40


def data() -> Dataset:
    return separable(28, classes=10, count=600)


def original(dataset: Dataset, folder: Path) -> Original:
    """A run with all that a snapshot can hold: drawings, silent memories, a class of one's own, a
    held-out test, bookmarks, an open burst."""
    session = Session(dataset, shrunk("complementary", capacity=8), seed=5, backend=Backend(), limit=400)
    contents = []
    while session.seen < 200:
        session.advance(1)
        if session.seen in (64, 100):
            Snapshot.take(session).write(folder / "before.npz")
            contents.append((folder / "before.npz").read_bytes())
    edits = Edits(session)
    edits.teach("H", image=dataset.test_images[0].astype(np.float32) / 255)
    edits.mute(1, session.network.layers[1].ids[0, :2].tolist(), True)
    session.metrics.history.add_test(200, session.test_accuracy(), len(dataset.test_labels))
    session.bookmarks = {0: "the beginning", 64: "½"}
    while session.seen < 203:
        session.advance(1)
    Snapshot.take(session).write(folder / "original.npz")
    read = Snapshot.read(folder / "original.npz")
    return Original((folder / "original.npz").read_bytes(), read.arrays, read.meta, tuple(contents))


def judge(mutant: Mutant, good: Original, dataset: Dataset, folder: Path) -> bool:
    """Whether it opened. Raises AssertionError, or whatever it makes the program raise, where it did harm."""
    try:
        session = load_snapshot(mutant.path, dataset, Backend())
    except ArchiveError as refusal:
        text = str(refusal)
        assert text.isprintable(), text
        assert len(text) < 500, text
        assert text.endswith("."), text
        assert "not enough memory" not in text, text
        return False
    again = Snapshot.take(session)
    said = json.loads(json.dumps(again.meta))
    if not mutant.may_differ:
        assert said == good.meta
        assert_same(again.arrays, good.arrays)
        return True
    again.write(folder / "again.npz")
    read = Snapshot.read(folder / "again.npz")
    assert read.meta == said
    assert_same(read.arrays, again.arrays)
    _live(mutant.path, dataset)
    return True


def _live(path: Path, dataset: Dataset) -> None:
    """Look at it in the terminal, and play on in a window: nothing fails, every number stays finite."""
    shown = io.StringIO()
    with contextlib.redirect_stdout(shown):
        info(argparse.Namespace(snapshot=path, json=False))
    assert all(line.isprintable() and len(line) < 10_000 for line in shown.getvalue().splitlines())
    desk = Desk(dataset, preset("tiny"), 0, "numpy", path)
    for command in (None, ask.Look(150), ask.Step(DIGITS), ask.Look(10**6), ask.Step(DIGITS)):
        if command is not None:
            desk.apply(command)
        while desk.idle_seconds() == 0.0:
            desk.work()
        frame = desk.frame()
        assert frame.state is not RunState.FAILED, frame.failure
        assert not [notice for notice in frame.notices if notice.level == "error"]
    assert frame.trial is not None
    assert np.isfinite(frame.trial.percept.probabilities).all()
    for name, values in desk._session.state().items():
        assert np.isfinite(values).all(), name
    desk.close()


def main(first: int, count: int) -> dict[str, Any]:
    warnings.simplefilter("error")
    warnings.filterwarnings("ignore", "Duplicate name", UserWarning)
    refused = opened = 0
    slowest, failures = (0.0, 0), []
    dataset = data()
    with tempfile.TemporaryDirectory() as name, limit_blas_threads():
        folder = Path(name)
        good = original(dataset, folder)
        _forbid_more_memory()
        before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        for number in range(first, first + count):
            place = folder / "mutant"
            place.mkdir()
            with np.errstate(all="ignore"):
                mutant = make(number, good, place)
            begun = time.perf_counter()
            try:
                if judge(mutant, good, dataset, folder):
                    opened += 1
                else:
                    refused += 1
            except Exception as error:
                failures.append(f"{number}: {mutant.what}: {type(error).__name__}: {error}"[:500])
            slowest = max(slowest, (time.perf_counter() - begun, number))
            shutil.rmtree(place)
    grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
    return {
        "refused": refused,
        "opened": opened,
        "slowest": slowest,
        "grown": grown if sys.platform == "darwin" else grown * 1024,
        "failures": failures,
    }


def _forbid_more_memory() -> None:
    """Every allocation beyond the limit fails from here on, where the system tells what is in use."""
    told = Path("/proc/self/statm")
    if not told.exists():
        return
    used = int(told.read_text("ascii").split()[0]) * resource.getpagesize()
    resource.setrlimit(resource.RLIMIT_AS, (used + MEMORY, resource.RLIM_INFINITY))


if __name__ == "__main__":
    sys.stdout.write(json.dumps(main(int(sys.argv[1]), int(sys.argv[2]))) + "\n")
