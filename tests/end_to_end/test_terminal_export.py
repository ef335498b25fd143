"""`memnet export`: everything at once from a snapshot, or nothing and a sentence."""

from __future__ import annotations

import csv
import json
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtGui import QImage

import main as entry
from engine.archive import read_archive
from engine.backend import Backend
from engine.config import preset
from engine.datasets import Dataset, DatasetError
from engine.session import Session
from engine.snapshot import save_snapshot
from memnet_gui.exports import command
from tests.end_to_end.program import MAIN, environment, figures, refusal, run
from tests.engine.samples import assert_same


@pytest.fixture(scope="module")
def taken(digits: Dataset, tmp_path_factory: pytest.TempPathFactory) -> Path:
    session = Session(digits, preset("tiny"), seed=3, backend=Backend(), limit=500)
    for _ in session.run():
        pass
    path = tmp_path_factory.mktemp("taken") / "run.npz"
    save_snapshot(session, path)
    return path


@pytest.fixture
def export(taken: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., int]:
    """The command in this process, in a folder of its own."""
    monkeypatch.chdir(tmp_path)
    return lambda *words: entry.main(["export", str(taken), *words])


def said(capsys: pytest.CaptureFixture[str]) -> str:
    """The one sentence on standard error."""
    captured = capsys.readouterr()
    assert captured.out == ""
    (sentence,) = captured.err.splitlines()
    return sentence.removeprefix("memnet: ")


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_everything_at_once_without_a_display(taken: Path, tmp_path: Path) -> None:
    places = {"snapshot": "s", "mosaic": "m", "memories": "mem", "curves": "c.png", "confusion": "f.svg"}
    words = [word for name, place in places.items() for word in (f"--{name}", str(tmp_path / place))]
    looks = ["--captions", "--tile", "2x", "--by-column", "--theme", "dark"]
    ended = run("export", taken, *words, "--report", tmp_path / "r", *looks, "--json")
    written = figures(ended)["written"]
    assert {name: Path(path).name for name, path in written.items()} == {
        "snapshot": "s.npz",
        "curves": "c.png",
        "confusion": "f.svg",
        "mosaic": "m.png",
        "report": "r.html",
        "memories": "mem",
    }
    assert names(tmp_path) == ["c.png", "f.svg", "m.png", "mem", "r.html", "s.npz"]
    assert_same(read_archive(tmp_path / "s.npz")[0], read_archive(taken)[0])
    for name in ("c.png", "m.png"):
        assert not QImage(str(tmp_path / name)).isNull()
    with (tmp_path / "mem" / "columns.csv").open(encoding="utf-8", newline="") as file:
        assert len(list(csv.DictReader(file))) == len(list((tmp_path / "mem" / "columns").iterdir()))
    report = (tmp_path / "r.html").read_text("utf-8")
    assert "tiny, seed 3: a Memory Network after 500 digits" in report
    assert "source image</th>" not in report, "the data is at hand, so mistakes have pictures"
    assert "100 %  of the memories done" in ended.stderr


def test_what_was_written_is_said(
    export: Callable[..., int], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert export("--curves", "c", "--confusion", "f.csv") == 0
    assert capsys.readouterr().out.split() == ["curves", "c.csv", "confusion", "f.csv"]
    assert names(tmp_path) == ["c.csv", "f.csv"]


@pytest.mark.parametrize("there", ["m.png", "c.csv", "r.html", "mem"])
def test_nothing_is_replaced_unasked_and_then_nothing_is_written(
    there: str, export: Callable[..., int], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    words = ("--mosaic", "m", "--curves", "c", "--report", "r", "--memories", "mem")
    if there == "mem":
        assert export("--memories", "mem") == 0
        capsys.readouterr()
    else:
        (tmp_path / there).write_text("precious")
    assert export(*words) == 1
    assert said(capsys) == (
        f"{there} exists already. Nothing was written; choose another name, or add --force to replace it."
    )
    assert names(tmp_path) == [there]
    assert export(*words, "--force", "--json") == 0
    assert len(json.loads(capsys.readouterr().out)["written"]) == 4
    assert names(tmp_path) == ["c.csv", "m.png", "mem", "r.html"]


def test_a_folder_of_somebody_else_is_not_replaced_even_when_asked(
    export: Callable[..., int], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "docs").mkdir()
    (tmp_path / "docs" / "thesis.txt").write_text("precious")
    assert export("--memories", "docs", "--force", "--curves", "c") == 1
    assert "no memories" in said(capsys)
    assert names(tmp_path) == ["docs"]
    assert (tmp_path / "docs" / "thesis.txt").read_text() == "precious"


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["--mosaic", "m", "--layer", "nope"], "There is no layer nope; choose one of columns."),
        (["--mosaic", "m", "--tile", "1024"], "The mosaic would have .* Nothing was written; choose tiles"),
        (["--curves", "gone/c"], "“c.csv” could not be written to .*gone .there is no folder"),
        (["--curves", "x.csv", "--confusion", "./x"], "curves and confusion would both go to x.csv"),
        (["--report", "r", "--memories", "gone/mem"], "“mem” could not be written to .*gone"),
    ],
)
def test_what_cannot_be_is_one_sentence_and_nothing_is_written(
    words: list[str],
    sentence: str,
    export: Callable[..., int],
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert export(*words) == 1
    assert names(tmp_path) == []
    assert re.match(sentence, said(capsys))


@pytest.mark.parametrize("words", [[], ["--json"], ["--captions", "--tile", "2x"]])
def test_something_has_to_be_asked_for(
    words: list[str], export: Callable[..., int], capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        export(*words)
    assert ended.value.code == 2
    assert "nothing to export was named: one of --snapshot, --mosaic" in capsys.readouterr().err


@pytest.mark.parametrize("tile", ["0", "1025", "33x", "x", "2.5x", "-3"])
def test_tiles_of_no_size_are_refused(
    tile: str, export: Callable[..., int], capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit):
        export("--mosaic", "m", f"--tile={tile}")
    assert "is not a number of pixels up to 1024, or 1x to 32x" in capsys.readouterr().err


def test_what_is_no_snapshot_is_one_sentence(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "odd.npz").write_bytes(b"PK\x03\x04nothing")
    assert entry.main(["export", str(tmp_path / "odd.npz"), "--curves", str(tmp_path / "c")]) == 1
    assert said(capsys).startswith("odd.npz")
    assert names(tmp_path) == ["odd.npz"]


@pytest.mark.parametrize("why", ["it is missing", "it is other data"])
def test_without_its_data_the_report_has_no_pictures_of_mistakes(
    why: str,
    digits: Dataset,
    export: Callable[..., int],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    class Other:
        checksum = "another"

    def load() -> object:
        if why == "it is missing":
            raise DatasetError("train-images is missing.")
        return Other()

    monkeypatch.setattr(command, "load_mnist", load)
    assert export("--report", "r") == 0
    assert "source image</th>" in (tmp_path / "r.html").read_text("utf-8")


def test_data_is_read_for_nothing_but_the_report(
    export: Callable[..., int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(command, "load_mnist", lambda: pytest.fail("it was read"))
    assert export("--curves", "c.svg", "--memories", "mem", "--mosaic", "m", "--confusion", "f") == 0


def test_a_disk_that_fills_up_says_what_was_written_before(
    export: Callable[..., int],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    def full(*_: object) -> None:
        raise OSError("“r.html” could not be written to . (no space left on device). Nothing was changed.")

    monkeypatch.setattr(command, "write_report", full)
    assert export("--report", "r", "--curves", "c") == 1
    assert said(capsys).endswith("Nothing was changed. Written before that: c.csv.")
    assert names(tmp_path) == ["c.csv"]


def test_a_missing_folder_is_a_sentence_in_a_process_of_its_own(taken: Path, tmp_path: Path) -> None:
    ended = run("export", taken, "--mosaic", tmp_path / "gone" / "m.png")
    assert refusal(ended).startswith("“m.png” could not be written")


@pytest.mark.skipif(os.name == "nt", reason="Windows has no SIGINT to send")
def test_interrupted_it_leaves_no_folder(taken: Path, tmp_path: Path) -> None:
    words = ["export", taken, "--memories", tmp_path / "mem", "--scale", "32"]
    with subprocess.Popen(
        [sys.executable, MAIN, *map(str, words)], env=environment(), stderr=subprocess.PIPE, text=True
    ) as process:
        until = time.monotonic() + 60
        while not names(tmp_path) and process.poll() is None and time.monotonic() < until:
            time.sleep(0.001)
        process.send_signal(signal.SIGINT)
        _, errors = process.communicate(timeout=60)
    assert "Traceback" not in errors
    if process.returncode:
        assert process.returncode == 130
        assert names(tmp_path) == []
    else:
        assert names(tmp_path) == ["mem"]  # it was quicker
