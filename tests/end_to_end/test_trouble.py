"""Trouble at the terminal: each a sentence that says what happened and what to do, and an exit code."""

from __future__ import annotations

import os
import re
import sys
from pathlib import Path

import pytest

from engine.datasets import Dataset
from engine.snapshot import load_snapshot
from tests.end_to_end.program import TINY, figures, refusal, run
from tests.end_to_end.wreckage import DATA_DAMAGES, SNAPSHOT_DAMAGES, TRAIN_IMAGES, installation, small_disk

pytestmark = pytest.mark.skipif(os.name == "nt", reason="POSIX files and displays")
on_linux = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="about X11 and shared libraries")


# The digits --------------------------------------------------------------------------------------


@pytest.mark.parametrize("said", DATA_DAMAGES)
def test_digits_that_are_not_as_they_should_be_are_not_learned(said: str, tmp_path: Path) -> None:
    main, _ = installation(tmp_path, DATA_DAMAGES[said])
    ended = run("learn", *TINY, "--limit", 10, "--out", tmp_path / "net.npz", main=main)
    sentence = refusal(ended)
    assert sentence.startswith(f"{TRAIN_IMAGES} {said}")
    assert sentence.endswith("install MemNet again, or restore the file.")
    assert not (tmp_path / "net.npz").exists()


# Snapshots ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["truncated", "foreign", "pickled", "bomb"])
def test_a_snapshot_that_is_none_is_refused(name: str, unreadable: dict[str, Path]) -> None:
    sentence = refusal(run(unreadable[name]))
    assert sentence.startswith(f"{name}.npz {SNAPSHOT_DAMAGES[name][1]}")
    assert sentence.endswith("Nothing was changed; open another snapshot.")
    assert not unreadable[name].with_suffix(".ran").exists(), "what is in a snapshot must never run"


# Room --------------------------------------------------------------------------------------------


def test_a_full_disk_costs_neither_the_run_nor_the_older_file(digits: Dataset, tmp_path: Path) -> None:
    spare = tmp_path / "spare"
    spare.mkdir()
    with small_disk(tmp_path / "small", 40) as disk:
        target = disk / "net.npz"
        target.write_bytes(b"an older run")
        ended = run("learn", *TINY, "--limit", 200, "--out", target, TMPDIR=spare)
        assert target.read_bytes() == b"an older run"
        assert [file.name for file in disk.iterdir()] == ["net.npz"]
    assert ended.returncode == 1
    assert re.search(r"memnet: net\.npz could not be written: No space left on device; .*kept", ended.stderr)
    (rescued,) = spare.glob("memnet-*.npz")
    assert f"was saved in {rescued} instead" in ended.stderr
    assert re.search(rf"^saved in +{re.escape(str(rescued))}$", ended.stdout, re.MULTILINE)
    assert load_snapshot(rescued, digits).seen == 200


# Display and libraries ---------------------------------------------------------------------------


@on_linux
def test_a_display_without_a_server_means_learning_in_the_terminal() -> None:
    ended = run(*TINY, DISPLAY=":987")
    assert ended.returncode == 0
    first, *_ = ended.stderr.splitlines()
    assert first == (
        "memnet: No display (DISPLAY is :987, but no X server answers there): "
        "learning in the terminal instead."
    )
    assert re.search(r"^test accuracy +9\d\.\d\d %$", ended.stdout, re.MULTILINE)


@on_linux
def test_libraries_that_qt_needs_are_named_before_qt_can_abort(tmp_path: Path, x_server: str) -> None:
    """An empty file is found first where the library should be, and does not load."""
    (tmp_path / "libxcb-cursor.so.0").touch()
    ended = run(DISPLAY=x_server, LD_LIBRARY_PATH=tmp_path)
    assert ended.returncode == 1
    problem, rest = ended.stderr.splitlines()
    assert problem.startswith(
        "memnet: Qt needs libraries that this system does not have (libxcb-cursor.so.0)."
    )
    assert problem.endswith("apt-get install -y libxcb-cursor0")
    assert rest == "`memnet learn` needs no window."


# CuPy without a device ---------------------------------------------------------------------------

NO_DEVICE = """
float32 = "float32"
def zeros(*arguments, **options):
    raise RuntimeError("cudaErrorNoDevice: no CUDA-capable device is detected")
"""


@pytest.fixture
def cupy_alone(tmp_path: Path) -> Path:
    """A folder with a CuPy that imports; no device answers."""
    (tmp_path / "cupy.py").write_text(NO_DEVICE)
    return tmp_path


def test_cupy_without_a_device_is_not_used(cupy_alone: Path) -> None:
    ended = run("learn", *TINY, "--limit", 50, "--json", PYTHONPATH=cupy_alone)
    assert figures(ended)["backend"] == "numpy"


def test_cupy_that_is_asked_for_must_have_a_device(cupy_alone: Path) -> None:
    sentence = refusal(run("learn", *TINY, "--backend", "cupy", PYTHONPATH=cupy_alone))
    assert sentence.startswith("CuPy is installed but no device answers (cudaErrorNoDevice")
    assert "choose --backend numpy" in sentence
