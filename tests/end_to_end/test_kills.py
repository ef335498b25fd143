"""Killed at any moment, saving included: every file is whole, and little is lost."""

from __future__ import annotations

import os
import random
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from engine.autosave import recover
from engine.backend import Backend, limit_blas_threads
from engine.config import preset
from engine.datasets import Dataset
from engine.generations import GENERATIONS, generations
from engine.session import Session
from engine.snapshot import load_snapshot, save_snapshot
from tests.end_to_end.program import ROOT, environment
from tests.engine.samples import Arrays, assert_same

if TYPE_CHECKING:
    from tests.end_to_end.driving import Visit

pytestmark = pytest.mark.skipif(os.name == "nt", reason="SIGKILL")
SECONDS = 0.2
"""Between two autosaves here."""
LATENESS = 1.5
"""Seconds that a busy machine may need to copy and write one."""
PATIENCE = 60.0
OLDER = 50
"""Digits in the user's file before it is saved to."""

SAVE_AND_SAVE_AGAIN = """
import sys, time
from pathlib import Path
from engine.commands import Play, Save, SetSpeed
from engine.config import preset
from engine.datasets import load_mnist
from engine.runner import Runner

folder, mine, seconds = Path(sys.argv[1]), Path(sys.argv[2]), float(sys.argv[3])
runner = Runner(load_mnist, preset("tiny"), backend="numpy", autosave=folder, autosave_seconds=seconds)
runner.start()
runner.post(SetSpeed(3000.0))
runner.post(Play())
while True:
    runner.request_frame()
    while (frame := runner.take_frame()) is None:
        time.sleep(0.001)
    if not frame.saving:
        runner.post(Save(mine))
    print(time.monotonic(), frame.score.seen, flush=True)
"""

LEARN_IN_A_WINDOW = """
import argparse
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication
from memnet_gui import app
from memnet_gui.main_window import MainWindow

def play():
    (window,) = [w for w in QApplication.topLevelWidgets() if isinstance(w, MainWindow)]
    window.ready.connect(window.toolbar.toggle_play)

QTimer.singleShot(0, app.make_application(), play)
app.run_app(argparse.Namespace(
    snapshot=None, preset="tiny", seed=0, backend="numpy", fixations=0, theme=None))
"""


@contextmanager
def process(script: str, *words: object, **variables: object) -> Iterator[subprocess.Popen[str]]:
    """A script that goes on until it is killed."""
    with subprocess.Popen(
        [sys.executable, "-c", script, *map(str, words)],
        cwd=ROOT,
        env=environment(**variables),
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    ) as started:
        try:
            yield started
        finally:
            started.kill()


def kill_after(seconds: float, folder: Path, mine: Path) -> tuple[float, list[tuple[float, int]]]:
    """Learn, autosave and save without a pause, and be killed so long after that began.

    Returns when that was, and when how many digits had been seen.
    """
    with process(SAVE_AND_SAVE_AGAIN, folder, mine, SECONDS) as running:
        assert running.stdout is not None
        log = [running.stdout.readline()]
        time.sleep(seconds)
        killed = time.monotonic()
        running.send_signal(signal.SIGKILL)
        log += running.stdout.read().splitlines()
    # The last line may have been killed as well.
    seen = [
        (float(line.split()[0]), int(line.split()[1])) for line in log if re.fullmatch(r"\S+ \d+\n?", line)
    ]
    return killed, seen[:-1] if len(seen) > 1 else seen


def check(digits: Dataset, folder: Path, mine: Path, killed: float, seen: list[tuple[float, int]]) -> bool:
    """Nothing is damaged and little is lost. Returns whether the kill came while something was written."""
    load_snapshot(mine, digits, Backend())  # the older or a newer one, but whole: it raises otherwise
    autosaves = generations(folder)
    assert len(autosaves) <= GENERATIONS + 1
    for autosave in autosaves:
        assert load_snapshot(autosave.path, digits, Backend()).seen == autosave.digits
    left = sorted(
        path.name for path in (*mine.parent.iterdir(), *(folder.iterdir() if folder.exists() else ()))
    )
    names = {mine.name, folder.name, *(autosave.path.name for autosave in autosaves)}
    half = [name for name in left if name not in names]
    assert all(re.fullmatch(r"\.memnet-[0-9a-f]{16}\.tmp", name) for name in half), half
    due = [count for when, count in seen if when <= killed - SECONDS - LATENESS]
    if due and due[-1]:
        assert autosaves, f"nothing was saved of {due[-1]} digits"
        assert autosaves[0].digits >= due[-1], "more was lost than was learned since the last was due"
    return bool(half)


def scores(session: Session) -> Arrays:
    """But for the held-out tests, of which a `Session` alone makes none."""
    state = session.metrics.state()
    return {name: values for name, values in state.items() if not name.startswith("curve_test")}


@pytest.fixture
def mine(digits: Dataset, tmp_path: Path) -> Path:
    """A file of the user's that is saved to over and over."""
    session = Session(digits, preset("tiny"), backend=Backend())
    while session.seen < OLDER:
        session.advance(1)
    save_snapshot(session, tmp_path / "mine.npz")
    return tmp_path / "mine.npz"


@pytest.mark.parametrize("moment", [0.02, 0.7, 1.9])
def test_a_kill_damages_no_file_and_costs_little(
    moment: float, digits: Dataset, mine: Path, tmp_path: Path
) -> None:
    folder = tmp_path / "own"
    check(digits, folder, mine, *kill_after(moment, folder, mine))


@pytest.mark.slow
@pytest.mark.parametrize("ten", range(5))
def test_fifty_kills_damage_no_file_and_cost_little(
    ten: int, digits: Dataset, mine: Path, tmp_path: Path
) -> None:
    moments, while_writing = random.Random(ten), 0
    for number in range(10):
        folder = tmp_path / f"own-{number}"
        while_writing += check(digits, folder, mine, *kill_after(moments.uniform(0, 3.5), folder, mine))
        for half in mine.parent.glob(".memnet-*.tmp"):
            half.unlink()
        shutil.rmtree(folder, ignore_errors=True)
    assert while_writing >= 2, f"only {while_writing} came while something was written"


def test_what_is_brought_back_is_bit_for_bit_what_was_learned(
    digits: Dataset, mine: Path, tmp_path: Path
) -> None:
    folder = tmp_path / "own"
    kill_after(1.0, folder, mine)
    with limit_blas_threads():
        recovered = recover(folder, digits, Backend()).session
        whole = Session(digits, preset("tiny"), backend=Backend())
        for session, goal in ((whole, recovered.seen), (whole, 8000), (recovered, 8000)):
            while session.seen < goal:
                session.advance(min(32, goal - session.seen))
    assert_same(recovered.state(), whole.state())
    assert_same(scores(recovered), scores(whole))


def test_a_killed_window_is_gone_on_with_in_the_next(visit: Callable[..., Visit], tmp_path: Path) -> None:
    from PySide6.QtWidgets import QPushButton  # noqa: PLC0415

    from memnet_gui.shelf import Shelf  # noqa: PLC0415

    def press(person: Visit, label: str) -> None:
        (button,) = [
            each for each in person.window.recovery.findChildren(QPushButton) if each.text() == label
        ]
        person.click(button)

    root = tmp_path / "autosaves"
    with process(
        LEARN_IN_A_WINDOW, QT_QPA_PLATFORM="offscreen", MEMNET_DATA=tmp_path, HOME=tmp_path,
        XDG_CONFIG_HOME=tmp_path,
    ) as running:  # fmt: skip
        deadline = time.monotonic() + PATIENCE
        while not list(root.glob("*/autosave-*-60000.npz")):  # a run is saved when it ends
            assert running.poll() is None
            assert time.monotonic() < deadline, "it is not saved"
            time.sleep(0.05)
        beside = visit(shelf=Shelf(root)).become_ready()
        assert beside.window.recovery.text == "", "what another window learns is its own"
        beside.close()
        running.send_signal(signal.SIGKILL)
        running.wait()

    person = visit(shelf=Shelf(root)).become_ready()
    assert "saved moments ago, at digit 60,000. Go on from there?" in person.window.recovery.text
    press(person, "Not now")
    person.close()
    assert list(root.glob("*/autosave-*-60000.npz")), "it is kept for another time"

    shelf = Shelf(root)
    person = visit(shelf=shelf).become_ready()
    press(person, "Go on")
    person.wait(lambda: person.seen == 60_000, "the run is back")
    assert person.said == "Back at digit 60,000. Press play to go on."
    assert person.troubles == []
    assert person.window.recovery.text == ""
    assert [autosave.digits for autosave in generations(shelf.own)] == [60_000], "it is in this window's care"
    person.close()
    assert list(root.iterdir()) == [], "after an end in order nothing is left"
