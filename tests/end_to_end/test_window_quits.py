"""The program as it is, on a real display, closed while it learns: it ends in order, every time."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from engine.snapshot import Snapshot
from tests.end_to_end.desktop import PATIENCE, Desktop
from tests.end_to_end.program import MAIN, environment

pytestmark = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="on an X display")
STARTS = 20
LOADED, LEARNED = 0.1, 1.0
"""Processor seconds of the engine's thread: it needs a third of a second to read the digits, and then
none until it learns."""


@pytest.fixture
def desktop(x_server: str) -> Desktop:
    return Desktop(x_server)


@pytest.fixture
def start(desktop: Desktop, tmp_path: Path) -> Iterator[Callable[[], subprocess.Popen[str]]]:
    """Starts the program for somebody without settings; what a failed test leaves is killed."""
    started: list[subprocess.Popen[str]] = []

    def begin() -> subprocess.Popen[str]:
        started.append(
            subprocess.Popen(
                [sys.executable, MAIN],
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                text=True,
                env=environment(
                    DISPLAY=desktop.display, HOME=tmp_path, XDG_CONFIG_HOME=tmp_path, MEMNET_DATA=tmp_path
                ),
            )
        )
        return started[-1]

    yield begin
    for process in started:
        with process:
            process.kill()


def engine_seconds(process: subprocess.Popen[str]) -> float:
    """What the busiest thread but the window's has taken of the processor."""
    ticks = [0]
    for task in Path(f"/proc/{process.pid}/task").iterdir():
        if task.name != str(process.pid):
            fields = (task / "stat").read_text(encoding="utf-8").rpartition(")")[2].split()
            ticks.append(int(fields[11]) + int(fields[12]))
    return max(ticks) / os.sysconf("SC_CLK_TCK")


def reached(process: subprocess.Popen[str], seconds: float, patience: float) -> bool:
    """Does the engine's thread work that long, before our patience ends?"""
    deadline = time.monotonic() + patience
    while engine_seconds(process) < seconds:
        assert process.poll() is None, process.communicate()
        if time.monotonic() > deadline:
            return False
        time.sleep(0.02)
    return True


def let_it_learn(process: subprocess.Popen[str], desktop: Desktop) -> int:
    """Press Space in its window and wait until it learns → the window."""
    window = desktop.window_of(process)
    assert reached(process, LOADED, PATIENCE), "it does not read the digits"
    for _ in range(5):  # a window that is not ready yet is pressed in vain
        time.sleep(0.5)
        desktop.press(window, "space")
        if reached(process, LEARNED, 2.5):
            return window
    raise AssertionError("it does not learn")


def assert_ended_in_order(process: subprocess.Popen[str]) -> None:
    output, error = process.communicate(timeout=PATIENCE)
    assert (process.returncode, output, error) == (0, "", "")


def test_closing_the_window_while_it_learns_ends_the_program(
    start: Callable[[], subprocess.Popen[str]], desktop: Desktop, tmp_path: Path
) -> None:
    process = start()
    desktop.close(let_it_learn(process, desktop))
    assert_ended_in_order(process)
    assert not list(tmp_path.glob("autosaves/*/*.npz")), "who closes a window is done with its run"


def test_asking_the_program_to_end_while_it_learns_ends_it_and_keeps_the_run(
    start: Callable[[], subprocess.Popen[str]], desktop: Desktop, tmp_path: Path
) -> None:
    process = start()
    let_it_learn(process, desktop)
    process.send_signal(signal.SIGTERM)
    assert_ended_in_order(process)
    (kept,) = tmp_path.glob("autosaves/*/*.npz")
    assert Snapshot.read(kept).meta["digits"] > 0


@pytest.mark.slow
@pytest.mark.parametrize("number", range(STARTS))
def test_it_ends_in_order_every_time(
    number: int, start: Callable[[], subprocess.Popen[str]], desktop: Desktop
) -> None:
    process = start()
    window = let_it_learn(process, desktop)
    if number % 2:
        desktop.close(window)
    else:
        process.send_signal(signal.SIGTERM)
    assert_ended_in_order(process)
