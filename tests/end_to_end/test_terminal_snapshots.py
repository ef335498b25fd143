"""Snapshots at the terminal: go on with one, say what is in it, test it."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

import main as entry
from engine.archive import read_archive
from engine.backend import Backend
from engine.config import preset
from engine.datasets import Dataset
from engine.edits import Edits
from engine.session import Session
from engine.snapshot import load_snapshot, save_snapshot
from tests.engine.samples import assert_same


@pytest.fixture(scope="module")
def taken(digits: Dataset, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """500 digits, a letter taught, a memory muted."""
    session = Session(digits, preset("tiny"), seed=3, backend=Backend(), limit=600)
    while session.seen < 500:
        session.advance(1)
    edits = Edits(session)
    edits.teach("H", image=digits.test_images[0].astype(np.float32) / 255)
    edits.mute(0, session.network.layers[0].ids[0, :1].tolist(), True)
    path = tmp_path_factory.mktemp("taken") / "run.npz"
    save_snapshot(session, path)
    return path


def last_line(capsys: pytest.CaptureFixture[str]) -> dict[str, object]:
    line = capsys.readouterr().out.strip().splitlines()[-1]
    facts: dict[str, object] = json.loads(line)
    return facts


def test_info_says_what_is_in_it(taken: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert entry.main(["info", str(taken), "--json"]) == 0
    facts = last_line(capsys)
    assert facts["preset"] == "tiny"
    assert facts["seed"] == 3
    assert facts["digits_seen"] == 500
    assert facts["classes"] == [*"0123456789", "H"]
    assert facts["taught"] == {"columns": 9}
    assert facts["muted"] == {"columns": 1}
    assert entry.main(["info", str(taken)]) == 0
    assert "0 1 2 3 4 5 6 7 8 9 H" in capsys.readouterr().out


def test_evaluate_says_how_good_it_is(
    taken: Path, digits: Dataset, capsys: pytest.CaptureFixture[str]
) -> None:
    assert entry.main(["evaluate", str(taken), "--json", "--backend", "numpy"]) == 0
    facts = last_line(capsys)
    session = load_snapshot(taken, digits, Backend())
    assert facts["test_accuracy"] == pytest.approx(session.test_accuracy())
    assert facts["tested"] == 10_000
    recall = facts["recall"]
    assert isinstance(recall, dict)
    assert list(recall) == [*"0123456789"]


def test_a_run_that_is_resumed_ends_as_if_it_had_never_stopped(
    taken: Path, digits: Dataset, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "more.npz"
    words = ["learn", "--resume", str(taken), "--out", str(out), "--json", "--backend", "numpy"]
    assert entry.main(words) == 0
    assert last_line(capsys)["digits"] == 100
    session = load_snapshot(taken, digits, Backend())
    for _ in session.run():
        pass
    save_snapshot(session, tmp_path / "same.npz")
    assert_same(read_archive(out)[0], read_archive(tmp_path / "same.npz")[0])


@pytest.mark.parametrize("command", ["info", "evaluate", "learn --resume"])
def test_what_is_no_snapshot_is_one_sentence(
    command: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "odd.npz").write_bytes(b"PK\x03\x04nothing")
    assert entry.main([*command.split(), str(tmp_path / "odd.npz")]) == 1
    said = capsys.readouterr().err.strip().splitlines()
    assert len(said) == 1
    assert said[0].startswith("memnet: odd.npz")
