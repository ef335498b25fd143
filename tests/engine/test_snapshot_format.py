"""The written format is what is written: docs/SNAPSHOT.md against a real snapshot."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from engine.backend import Backend
from engine.datasets import Dataset
from engine.edits import Edits
from engine.session import Session
from engine.snapshot import save_snapshot
from tests.engine.samples import shrunk

DOCUMENT = Path(__file__).resolve().parents[2] / "docs" / "SNAPSHOT.md"


@pytest.fixture(scope="module")
def taken(digits: Dataset, tmp_path_factory: pytest.TempPathFactory) -> Path:
    session = Session(digits, shrunk("complementary"), backend=Backend())
    while session.seen < 120:
        session.advance(1)
    Edits(session).teach("H", image=digits.test_images[0].astype(np.float32) / 255)
    session.metrics.history.add_test(120, session.test_accuracy(), len(digits.test_labels))
    path = tmp_path_factory.mktemp("format") / "run.npz"
    save_snapshot(session, path)
    return path


def described(title: str) -> set[str]:
    """The first cells of a section's tables."""
    (section,) = re.findall(rf"^## {title}\n(.*?)^## ", DOCUMENT.read_text("utf-8"), re.DOTALL | re.MULTILINE)
    return set(re.findall(r"^\| `([A-Za-z0-9_.]+)` \|", section, re.MULTILINE))


def test_every_array_is_described_and_none_that_is_not_there(taken: Path) -> None:
    with np.load(taken, allow_pickle=False) as file:
        held = {re.sub(r"^(episodes|columns)_", "LAYER_", name) for name in file.files}
    assert described("Arrays") == held


def keys(values: dict[str, Any], prefix: str = "") -> set[str]:
    """Names of all facts, nested ones after a dot; settings and layers have names of their own."""
    found = set()
    for key, value in values.items():
        found.add(prefix + key)
        if isinstance(value, dict) and key not in ("config", "memories", "taught", "muted"):
            found |= keys(value, f"{prefix}{key}.")
    return found


def test_every_fact_is_described_and_none_that_is_not_there(taken: Path) -> None:
    with np.load(taken, allow_pickle=False) as file:
        held = keys(json.loads(str(file["meta"])))
    assert described("`meta`") == held - {"data", "metrics", "versions"}


def test_the_reader_in_the_document_reads_it(taken: Path) -> None:
    (code,) = re.findall(r"```python\n(.*?)```", DOCUMENT.read_text("utf-8"), re.DOTALL)
    assert len(code.strip().splitlines()) <= 18
    read = subprocess.run(
        [sys.executable, "-c", code, str(taken)], capture_output=True, text=True, check=True
    ).stdout.splitlines()
    assert read[0] == "complementary, seed 0, 120 digits seen"
    assert read[1].startswith("episodes: ")
    assert any(line.strip().startswith("H: 1 memories") for line in read)
    assert sum("columns: " in line for line in read) == 1
