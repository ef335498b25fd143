"""The program as a process of its own, started from somewhere else, without a display unless one is named."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
MAIN = ROOT / "main.py"
TINY = ("--preset", "tiny")
_DISPLAYS = ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM")
PATIENCE = 120.0


def environment(**changes: object) -> dict[str, str]:
    """This process's, without a display, with these variables."""
    kept = {name: value for name, value in os.environ.items() if name not in _DISPLAYS}
    return kept | {name: str(value) for name, value in changes.items()}


def run(*words: object, main: Path = MAIN, **changes: object) -> subprocess.CompletedProcess[str]:
    """Run it to its end, with these words on the command line and these environment variables.

    Whatever happens in it must be said in sentences: a traceback is an error here.
    """
    ended = subprocess.run(
        [sys.executable, main, *map(str, words)],
        cwd="/",
        env=environment(**changes),
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=PATIENCE,
        check=False,
    )
    assert "Traceback" not in ended.stderr, ended.stderr
    return ended


def refusal(ended: subprocess.CompletedProcess[str]) -> str:
    """All that was said by a program that could not do what was asked; nothing else came of it."""
    assert ended.returncode == 1, ended
    assert ended.stdout == ""
    (sentence,) = ended.stderr.splitlines()
    assert sentence.startswith("memnet: ")
    return sentence.removeprefix("memnet: ")


def figures(ended: subprocess.CompletedProcess[str]) -> dict[str, Any]:
    """The JSON object that is the last line of the output."""
    assert ended.returncode == 0, ended
    found: dict[str, Any] = json.loads(ended.stdout.splitlines()[-1])
    return found
