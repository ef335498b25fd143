"""Two snapshots compared in the terminal."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

import main as entry
from engine.backend import Backend
from engine.config import preset
from engine.datasets import Dataset
from engine.edits import Edits
from engine.session import Session
from engine.snapshot import save_snapshot


@pytest.fixture(scope="module")
def taken(digits: Dataset, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path, Session]:
    """The same run after 200 digits and, with a letter taught, after 400; and as it is then."""
    folder = tmp_path_factory.mktemp("taken")
    session = Session(digits, preset("tiny"), seed=3, backend=Backend(), limit=600)
    while session.seen < 200:
        session.advance(1)
    save_snapshot(session, folder / "early.npz")
    Edits(session).teach("H", image=digits.test_images[0].astype(np.float32) / 255)
    while session.seen < 400:
        session.advance(1)
    save_snapshot(session, folder / "late.npz")
    return folder / "early.npz", folder / "late.npz", session


def test_diff_says_how_two_snapshots_differ(
    taken: tuple[Path, Path, Session], capsys: pytest.CaptureFixture[str]
) -> None:
    early, late, session = taken
    assert entry.main(["diff", str(early), str(late), "--json", "--backend", "numpy"]) == 0
    said = capsys.readouterr()
    facts = json.loads(said.out.strip().splitlines()[-1])
    assert (facts["a"]["snapshot"], facts["b"]["snapshot"]) == ("early.npz", "late.npz")
    assert (facts["a"]["digits_seen"], facts["b"]["digits_seen"]) == (200, 400)
    assert facts["b"]["memories"] == {"columns": session.memories}
    assert facts["b"]["taught"] == 9
    assert facts["classes"] == [*"0123456789", "H"]
    assert facts["b"]["test_accuracy"] == pytest.approx(session.test_accuracy())
    counts = [facts[name] for name in ("both_right", "only_a_right", "only_b_right", "both_wrong")]
    assert sum(counts) == facts["tested"] == len(session.dataset.test_labels)
    layer = facts["layers"]["columns"]
    both = layer["same"] + layer["drifted"] + layer["other_associations"]
    assert both + layer["only_b"] == session.memories
    assert both + layer["only_a"] == facts["a"]["memories"]["columns"]
    assert layer["largest_drift"] > 0
    assert np.sum(facts["confusion_difference"]) == 0
    assert "100 %  of the held-out digits answered by both" in said.err


def test_people_are_told_in_a_table(
    taken: tuple[Path, Path, Session], capsys: pytest.CaptureFixture[str]
) -> None:
    early, late, _ = taken
    assert entry.main(["diff", str(early), str(late), "--backend", "numpy"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[1].split() == ["snapshot", "early.npz", "late.npz"]
    assert any(line.startswith("digits seen") and line.endswith("+200") for line in lines)
    assert any(line.startswith("held-out digits") and "right in both" in line for line in lines)
    assert all(line == line.rstrip() for line in lines)


def test_a_snapshot_does_not_differ_from_itself(
    taken: tuple[Path, Path, Session], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    early = taken[0]
    again = tmp_path / early.name
    again.write_bytes(early.read_bytes())
    assert entry.main(["diff", str(early), str(again), "--json", "--backend", "numpy"]) == 0
    facts = json.loads(capsys.readouterr().out)
    layer = facts["layers"]["columns"]
    assert [layer[name] for name in ("only_a", "only_b", "drifted", "other_associations")] == [0] * 4
    assert (facts["only_a_right"], facts["only_b_right"], facts["p_value"]) == (0, 0, 1.0)
    assert facts["a"]["snapshot"] == str(early)
    assert facts["b"]["snapshot"] == str(again)


def test_what_cannot_be_compared_is_one_sentence(
    taken: tuple[Path, Path, Session], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "odd.npz").write_bytes(b"PK\x03\x04nothing")
    for a, b in ((taken[0], tmp_path / "odd.npz"), (tmp_path / "odd.npz", taken[0])):
        assert entry.main(["diff", str(a), str(b)]) == 1
        said = capsys.readouterr()
        assert said.out == ""
        (sentence,) = said.err.strip().splitlines()
        assert sentence.startswith("memnet: odd.npz")


def test_diff_needs_two_snapshots(taken: tuple[Path, Path, Session]) -> None:
    with pytest.raises(SystemExit) as ended:
        entry.main(["diff", str(taken[0])])
    assert ended.value.code == 2
