"""`memnet doctor`: each question has an answer, and a no comes with what to do."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

import main as entry
from engine import backend, datasets, doctor
from engine.datasets import DatasetError
from engine.doctor import Check, engine_checks, report, window_can_open

FINE = [Check("Python", True, "3.13"), Check("CuPy", False, "not installed", "pip", required=False)]


def named(name: str) -> Check:
    return next(check for check in engine_checks() if check.name == name)


def test_python_arrays_and_digits_are_found() -> None:
    assert all(check.ok for check in engine_checks() if check.required)
    assert named("digits").detail == "60,000 + 10,000, checksums match"
    assert "threads used" in named("BLAS").detail


def test_only_what_the_window_needs_decides() -> None:
    assert window_can_open(FINE)
    assert not window_can_open([*FINE, Check("display", False, "none")])


def test_a_report_has_a_line_for_each_question_and_a_verdict() -> None:
    broken = Check("digits", False, "train-images is missing.", "install MemNet again")
    lines = report([*FINE, broken], as_json=False).splitlines()
    assert [line.split()[0] for line in lines[:3]] == ["ok", "none", "missing"]
    assert lines[2].endswith("train-images is missing.  →  install MemNet again")
    assert lines[-1].startswith("The window cannot open")
    assert report(FINE, as_json=False).endswith("The window can open.")


def test_a_report_in_json_says_the_same() -> None:
    values = json.loads(report([*FINE, replace(FINE[0], ok=False)], as_json=True))
    assert values["window_can_open"] is False
    assert [check["ok"] for check in values["checks"]] == [True, False, False]


def test_altered_digits_are_reported(monkeypatch: pytest.MonkeyPatch) -> None:
    def altered() -> None:
        raise DatasetError("t10k-images is not the original file; install MemNet again, or restore the file.")

    monkeypatch.setattr(datasets, "load_mnist", altered)
    check = named("digits")
    assert not check.ok
    assert check.required
    assert str(check).endswith(
        "t10k-images is not the original file  →  install MemNet again, or restore the file"
    )


def test_importing_cupy_and_reaching_a_device_are_two_questions(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doctor.util, "find_spec", lambda _: object())
    problems = {
        None: [("CuPy", True), ("GPU", True)],
        "CuPy is installed but no device answers (no driver)": [("CuPy", True), ("GPU", False)],
        "CuPy does not import (libcudart)": [("CuPy", False)],
    }
    for problem, expected in problems.items():
        monkeypatch.setattr(backend, "cupy_problem", lambda problem=problem: problem)
        found = [(check.name, check.ok) for check in engine_checks() if check.name in ("CuPy", "GPU")]
        assert found == expected


def test_a_missing_numpy_is_reported_and_ends_the_questions(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doctor.util, "find_spec", lambda name: None if name == "numpy" else object())
    last = engine_checks()[-1]
    assert (last.name, last.ok) == ("NumPy", False)
    assert last.remedy.endswith("-m pip install numpy")


def test_the_command_tries_qt_and_exits_accordingly(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("QT_QPA_PLATFORM", "offscreen")
    assert entry.main(["doctor", "--json"]) == 0
    values = json.loads(capsys.readouterr().out)
    assert values["window_can_open"] is True
    assert {"Python", "NumPy", "digits", "Qt libraries", "display", "Qt starts"} <= {
        check["name"] for check in values["checks"]
    }
    monkeypatch.setenv("QT_QPA_PLATFORM", "no-such-platform")
    assert entry.main(["doctor"]) == 1
    text = capsys.readouterr().out
    assert "missing  Qt starts" in text
    assert "The window cannot open" in text
