"""Strangers' files: never code, never more than 1 GiB or 10 s, always a clear refusal.

Each mutant comes from its number, so that what a test names can be looked at again:
`python -m tests.engine.hostile NUMBER 1`.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from engine import snapshot
from engine.config import NetworkConfig, preset
from engine.datasets import Dataset
from tests.engine.hostile import MEMORY, SECONDS, data, judge, original
from tests.engine.largest import KINDS
from tests.engine.mutant import Original
from tests.engine.mutants import make

pytestmark = pytest.mark.skipif(os.name == "nt", reason="links, pipes and limits as POSIX has them")

ROOT = Path(__file__).resolve().parents[2]


def program(module: str, *arguments: object) -> dict[str, Any]:
    """What a program of these tests says, run by itself so that its memory can be limited and measured."""
    run = subprocess.run(
        [sys.executable, "-m", f"tests.engine.{module}", *map(str, arguments)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
        timeout=1200,
    )
    assert run.returncode == 0, run.stderr
    result: dict[str, Any] = json.loads(run.stdout or "{}")
    return result


def assert_harmless(first: int, count: int) -> None:
    result = program("hostile", first, count)
    assert result["failures"] == []
    assert result["refused"] + result["opened"] == count
    assert result["opened"] > count / 20, "mutants that open must live: there are too few to tell"
    assert result["refused"] > count / 2
    assert result["slowest"][0] < SECONDS, f"number {result['slowest'][1]}"
    assert result["grown"] < MEMORY


def test_hundreds_of_mutants_are_refused_or_harmless() -> None:
    assert_harmless(0, 300)


@pytest.mark.slow
def test_ten_thousand_mutants_are_refused_or_harmless() -> None:
    assert_harmless(0, 10_000)


@pytest.fixture(scope="module")
def dataset() -> Dataset:
    return data()


@pytest.fixture(scope="module")
def good(dataset: Dataset, tmp_path_factory: pytest.TempPathFactory) -> Original:
    return original(dataset, tmp_path_factory.mktemp("original"))


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_a_mutant_that_does_harm_is_noticed(
    good: Original, dataset: Dataset, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Were nothing looked through, some of the first hundred would get somewhere."""
    monkeypatch.setattr(snapshot, "check", lambda arrays, meta: None)
    harmful = []
    for number in range(100):
        folder = tmp_path / str(number)
        folder.mkdir()
        with np.errstate(all="ignore"):
            mutant = make(number, good, folder)
        try:
            judge(mutant, good, dataset, folder)
        except Exception:
            harmful.append(number)
    assert harmful


def test_a_mutant_is_the_same_whenever_it_is_made(good: Original, tmp_path: Path) -> None:
    for number in (0, 1, 2, 3, 5, 8):
        contents = set()
        for time in ("once", "again"):
            folder = tmp_path / f"{number}-{time}"
            folder.mkdir()
            mutant = make(number, good, folder)
            contents.add((mutant.what, mutant.path.read_bytes() if mutant.path.is_file() else b""))
        assert len(contents) == 1


@pytest.mark.slow
@pytest.mark.skipif(sys.platform != "linux", reason="measures memory as Linux tells it")
@pytest.mark.parametrize("kind", KINDS)
def test_the_heaviest_file_that_opens_does_so_within_the_limits(kind: str, tmp_path: Path) -> None:
    program("largest", kind, tmp_path)
    used = program("largest", kind, tmp_path)
    assert used["seconds"] < SECONDS
    assert used["opened"] < MEMORY
    assert used["played"] < MEMORY


def test_the_heaviest_files_are_as_heavy_as_can_be() -> None:
    """With one more memory a column they would not be accepted."""
    for layers in KINDS.values():
        config = NetworkConfig("largest", layers)
        fuller = [{**layer, "capacity": layer["capacity"] + 1} for layer in config.to_dict()["layers"]]
        with pytest.raises(ValueError, match="capacity"):
            NetworkConfig.from_dict({**config.to_dict(), "layers": fuller})
    assert preset("exemplar").layers[0].capacity * 4 < sum(
        layer.capacity * layer.grid(28) ** 2 for layer in KINDS["many memories"]
    )
