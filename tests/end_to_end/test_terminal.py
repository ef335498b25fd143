"""`memnet learn` and its sisters, as somebody at a terminal meets them."""

from __future__ import annotations

import io
import json
import os
import re
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import engine.terminal.learn as learn_module
import main as entry
from engine.archive import ArchiveError, read_archive
from engine.backend import BACKENDS, BackendError
from engine.config import preset
from engine.datasets import Dataset, DatasetError, load_mnist
from engine.session import Report, Session
from engine.snapshot import Snapshot, load_snapshot
from engine.terminal import arguments
from engine.terminal.progress import Progress
from memnet_gui.preflight import Display

ROOT = Path(__file__).resolve().parents[2]
FIGURES = {
    "digits", "seconds", "digits_per_second", "prequential_accuracy", "prequential_first_1000",
    "test_accuracy", "memories", "preset", "seed", "backend",
}  # fmt: skip
TINY = ("--preset", "tiny", "--backend", "numpy")


@pytest.fixture(scope="module")
def mnist() -> Dataset:
    """The digits, with few enough held out to be tested in a moment."""
    whole = load_mnist()
    return Dataset(
        whole.name,
        whole.train_images,
        whole.train_labels,
        whole.test_images[:200],
        whole.test_labels[:200],
        whole.class_names,
        whole.checksum,
    )


@pytest.fixture
def quick(mnist: Dataset, monkeypatch: pytest.MonkeyPatch) -> None:
    """Spare each test the loading and 9,800 test digits."""
    monkeypatch.setattr(learn_module, "load_mnist", lambda: mnist)


def without_display() -> dict[str, str]:
    away = ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM")
    return {name: value for name, value in os.environ.items() if name not in away}


@pytest.fixture
def processes() -> Iterator[list[subprocess.Popen[str]]]:
    started: list[subprocess.Popen[str]] = []
    yield started
    for process in started:
        with process:
            process.kill()


def start(processes: list[subprocess.Popen[str]], *words: object, **options: Any) -> subprocess.Popen[str]:
    process = subprocess.Popen(
        [sys.executable, ROOT / "main.py", *map(str, words)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        encoding="utf-8",
        cwd="/",
        **options,
    )
    processes.append(process)
    return process


def said(capsys: pytest.CaptureFixture[str]) -> str:
    """Standard error, which is never a traceback."""
    error = capsys.readouterr().err
    assert "Traceback" not in error
    return error


# Learning --------------------------------------------------------------------------------------


@pytest.mark.usefixtures("quick")
def test_json_carries_the_figures_of_the_very_run(mnist: Dataset, capsys: pytest.CaptureFixture[str]) -> None:
    assert entry.main(["learn", *TINY, "--limit", "1200", "--seed", "3", "--json"]) == 0
    figures = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert figures.keys() >= FIGURES

    session = Session(mnist, preset("tiny"), seed=3, limit=1200)
    for _ in session.run():
        pass
    assert figures["digits"] == 1200
    assert figures["prequential_accuracy"] == session.prequential
    assert figures["prequential_first_1000"] == session.prequential_first_1000
    assert figures["test_accuracy"] == session.test_accuracy()
    assert figures["memories"] == session.memories
    assert (figures["preset"], figures["seed"], figures["backend"]) == ("tiny", 3, "numpy")
    assert figures["digits_per_second"] == pytest.approx(figures["digits"] / figures["seconds"])


@pytest.mark.usefixtures("quick")
def test_a_summary_is_for_people(capsys: pytest.CaptureFixture[str]) -> None:
    assert entry.main(["learn", *TINY, "--limit", "300", "--fixations", "1"]) == 0
    text = capsys.readouterr().out
    assert re.search(r"^preset +tiny, seed 0, fixations 1$", text, re.MULTILINE)
    assert re.search(r"^test accuracy +\d\d\.\d\d %$", text, re.MULTILINE)
    assert re.search(r"^ +first 1,000 digits +not measured$", text, re.MULTILINE)
    assert re.search(r"^saved in +no file \(--out", text, re.MULTILINE)


@pytest.mark.usefixtures("quick")
def test_a_saved_run_goes_on_as_if_it_had_never_stopped(
    mnist: Dataset, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    half, whole = tmp_path / "half.npz", tmp_path / "whole.npz"
    assert entry.main(["learn", *TINY, "--limit", "400", "--out", str(whole)]) == 0
    with monkeypatch.context() as patched:
        patched.setattr(Session, "run", limited(Session.run, 200))
        assert entry.main(["learn", *TINY, "--limit", "400", "--out", str(half)]) == 0
    resumed = load_snapshot(half, mnist)
    assert resumed.seen < 400
    for _ in resumed.run():
        pass
    expected = load_snapshot(whole, mnist)
    assert resumed.seen == expected.seen == 400
    for name, array in expected.state().items():
        assert (resumed.state()[name] == array).all(), name


def limited(run: Any, digits: int) -> Any:
    def run_in_part(session: Session) -> Iterator[Report]:
        for report in run(session):
            yield report
            if report.seen >= digits:
                return

    return run_in_part


def test_an_unwritable_target_is_refused_before_learning(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(learn_module, "load_mnist", lambda: pytest.fail("learning had begun"))
    assert entry.main(["learn", *TINY, "--out", str(tmp_path / "nowhere" / "net.npz")]) == 1
    assert said(capsys).startswith("memnet: net.npz could not be written: there is no folder")


@pytest.mark.usefixtures("quick")
def test_what_cannot_be_saved_in_its_place_is_saved_elsewhere(
    mnist: Dataset, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    write, elsewhere = Snapshot.write, tmp_path / "elsewhere"
    elsewhere.mkdir()

    def write_unless_full(snapshot: Snapshot, path: Path) -> None:
        if path.parent == tmp_path:
            raise ArchiveError("net.npz could not be written: No space left on device.")
        write(snapshot, path)

    monkeypatch.setattr(Snapshot, "write", write_unless_full)
    monkeypatch.setattr(tempfile, "gettempdir", lambda: str(elsewhere))
    assert entry.main(["learn", *TINY, "--limit", "100", "--out", str(tmp_path / "net.npz")]) == 1
    (rescued,) = elsewhere.iterdir()
    assert f"was saved in {rescued} instead" in said(capsys)
    assert load_snapshot(rescued, mnist).seen == 100


@pytest.mark.usefixtures("quick")
def test_an_unexpected_error_keeps_what_was_learned(
    mnist: Dataset, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    run = Session.run

    def break_down(session: Session) -> Iterator[Report]:
        yield from limited(run, 64)(session)
        raise ZeroDivisionError("a bug")

    monkeypatch.setattr(Session, "run", break_down)
    assert entry.main(["learn", *TINY, "--limit", "400", "--out", str(tmp_path / "net.npz")]) == 1
    assert "memnet: something unexpected ended this (ZeroDivisionError: a bug)" in said(capsys)
    assert load_snapshot(tmp_path / "net.npz", mnist).seen >= 64


@pytest.mark.parametrize("error", [DatasetError("The digits are gone."), BackendError("No device answers.")])
def test_errors_with_a_sentence_are_that_sentence(
    error: Exception, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def fail() -> None:
        raise error

    monkeypatch.setattr(learn_module, "load_mnist", fail)
    assert entry.main(["learn", *TINY]) == 1
    assert said(capsys) == f"memnet: {error}\n"


@pytest.mark.skipif(os.name == "nt", reason="POSIX signals")
@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_an_interrupted_run_saves_and_says_so(
    number: signal.Signals, code: int, mnist: Dataset, tmp_path: Path, processes: list[subprocess.Popen[str]]
) -> None:
    out = tmp_path / "net.npz"
    process = start(processes, "learn", *TINY, "--fixations", 4, "--out", out)
    assert process.stderr is not None
    assert "of 60,000 digits" in process.stderr.readline()
    process.send_signal(number)
    _, error = process.communicate(timeout=60)
    assert process.returncode == code
    assert re.search(rf"memnet: stopped after [\d,]+ of 60,000 digits; what was learned is in {out}\.", error)
    assert "Traceback" not in error
    assert 6_000 <= load_snapshot(out, mnist).seen < 60_000


@pytest.mark.usefixtures("quick")
def test_ctrl_c_while_testing_keeps_the_snapshot(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def interrupted(_: Session) -> float:
        raise KeyboardInterrupt

    monkeypatch.setattr(Session, "test_accuracy", interrupted)
    out = tmp_path / "net.npz"
    assert entry.main(["learn", *TINY, "--limit", "100", "--out", str(out), "--json"]) == 130
    captured = capsys.readouterr()
    assert json.loads(captured.out)["test_accuracy"] is None
    assert "stopped after 100 of 100 digits" in captured.err
    assert read_archive(out)[1]["digits"] == 100


@pytest.mark.skipif(os.name == "nt", reason="POSIX pipes")
def test_a_reader_that_leaves_is_no_traceback(processes: list[subprocess.Popen[str]]) -> None:
    process = start(processes, "learn", *TINY, "--limit", 50)
    assert process.stdout is not None
    assert process.stderr is not None
    process.stdout.close()
    error = process.stderr.read()
    assert process.wait(60) == 1
    assert "Traceback" not in error
    assert "Exception" not in error


def test_a_console_without_the_characters_still_gets_a_summary(
    processes: list[subprocess.Popen[str]],
) -> None:
    environment = {**os.environ, "PYTHONIOENCODING": "ascii", "PYTHONUTF8": "0"}
    output, error = start(processes, "learn", *TINY, "--limit", 50, env=environment).communicate(timeout=60)
    assert "test accuracy" in output
    assert "Error" not in error


# Measuring -------------------------------------------------------------------------------------


@pytest.fixture
def quick_bench(mnist: Dataset, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("engine.bench.load_mnist", lambda: mnist)


@pytest.mark.usefixtures("quick_bench")
def test_the_engine_is_measured_against_its_floor(capsys: pytest.CaptureFixture[str]) -> None:
    assert entry.main(["bench", "engine", *TINY, "--limit", "300", "--json"]) == 0
    figures = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert figures["digits"] == 300
    assert figures["ratio"] == pytest.approx(
        figures["floor_digits_per_second"] / figures["digits_per_second"]
    )


@pytest.mark.usefixtures("quick_bench")
def test_measurements_are_readable_without_json(capsys: pytest.CaptureFixture[str]) -> None:
    assert entry.main(["bench", "engine", *TINY, "--limit", "300"]) == 0
    text = capsys.readouterr().out
    assert re.search(r"^digits per second +[\d,]+$", text, re.MULTILINE)
    assert re.search(r"^digits +300$", text, re.MULTILINE)


# Progress --------------------------------------------------------------------------------------


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def reports(total: int) -> Iterator[Report]:
    for seen in range(1, total + 1):
        yield Report(seen, total, 0.9, 0.95, 2 * seen)


def test_a_log_gets_ten_lines_whatever_the_length() -> None:
    log = io.StringIO()
    progress = Progress(stream=log)
    for report in reports(5000):
        progress.show(report)
    lines = log.getvalue().splitlines()
    assert len(lines) == 10
    assert lines[0].startswith(" 10 %  500 of 5,000 digits, 95.0 % of the last 500 right, 1,000 memories")
    assert lines[-1].startswith("100 %  5,000 of 5,000 digits, 95.0 % of the last 1,000 right")


def test_a_terminal_gets_one_line_that_goes_away(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "60")
    terminal = Terminal()
    progress = Progress(stream=terminal)
    for report in reports(3000):
        progress.show(report)
    assert "\n" not in terminal.getvalue()
    states = terminal.getvalue().split("\r")[1:]
    assert 2 <= len(states) < 100
    assert max(map(len, states)) < 60, "a longer line would wrap and not go away"
    assert states[-1].startswith("[########################] 100 %")
    progress.say("The GPU stopped answering.")
    assert terminal.getvalue().endswith(
        "\r" + " " * len(states[-1]) + "\rmemnet: The GPU stopped answering.\n"
    )


# Arguments -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["learn", "--preset", "huge"], "invalid choice: 'huge'"),
        (["learn", "--limit", "0"], "'0' is not a whole number of at least 1"),
        (["learn", "--limit", "many"], "'many' is not a whole number"),
        (["learn", "--seed", "-1"], "'-1' is not a whole number from 0"),
        (["learn", "--fixations", "9"], "'9' is not a whole number from 0 to 8"),
        (["learn", "--backend", "abacus"], "invalid choice: 'abacus'"),
        (["bench"], "engine|window"),
        (["bench", "window", "--seconds", "nan"], "'nan' is not a number of seconds"),
        (["--theme", "pink"], "invalid choice: 'pink'"),
        (["--preset", "tiny", "learn"], "the command comes first: memnet learn"),
        (["--nonsense"], "unrecognized arguments: --nonsense"),
    ],
)
def test_arguments_that_make_no_sense_exit_with_2_and_a_sentence(
    words: list[str], sentence: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as stopped:
        entry.main(words)
    assert stopped.value.code == 2
    assert sentence in said(capsys)


def test_the_window_is_what_opens_without_a_command() -> None:
    bare = arguments.parse([])
    assert (bare.command, bare.snapshot, bare.preset, bare.seed) == ("window", None, "complementary", 0)
    opened = arguments.parse(["runs/mine.npz", "--theme", "dark"])
    assert (opened.command, opened.snapshot, opened.theme) == ("window", Path("runs/mine.npz"), "dark")


def test_choices_agree_with_those_who_take_them() -> None:
    from memnet_gui.settings import THEME_CHOICES  # noqa: PLC0415 - Qt, which the terminal never needs

    assert arguments.BACKENDS == BACKENDS
    assert arguments.THEMES == THEME_CHOICES


def test_the_terminal_never_imports_qt() -> None:
    program = (
        "import sys, main, engine.terminal.learn, engine.doctor, memnet_gui.preflight\n"
        "sys.exit(any(name.partition('.')[0] in ('PySide6', 'pyqtgraph') for name in sys.modules))"
    )
    assert subprocess.run([sys.executable, "-c", program], cwd=ROOT, check=False).returncode == 0


# Without a window ------------------------------------------------------------------------------


@pytest.mark.skipif(sys.platform in ("win32", "darwin"), reason="there is always a display")
def test_without_a_display_it_says_so_once_and_learns(processes: list[subprocess.Popen[str]]) -> None:
    process = start(processes, *TINY, env=without_display())
    assert process.stderr is not None
    assert process.stderr.readline() == (
        "memnet: No display (neither DISPLAY nor WAYLAND_DISPLAY is set): learning in the terminal instead.\n"
    )
    assert "of 60,000 digits" in process.stderr.readline()
    output, error = process.communicate(timeout=120)
    assert process.returncode == 0
    assert re.search(r"^test accuracy +9\d\.\d\d %$", output, re.MULTILINE)
    assert "Traceback" not in error


@pytest.fixture
def no_display(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("memnet_gui.preflight.find_display", lambda: Display("none", "none here"))


@pytest.mark.usefixtures("quick", "no_display")
def test_without_a_display_an_opened_snapshot_is_learned_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "net.npz"
    with monkeypatch.context() as patched:
        patched.setattr(Session, "run", limited(Session.run, 100))
        assert entry.main(["learn", *TINY, "--limit", "300", "--out", str(out)]) == 0
    capsys.readouterr()
    assert entry.main([str(out)]) == 0
    captured = capsys.readouterr()
    assert "of 300 digits" in captured.err
    assert "preset                tiny" in captured.out


@pytest.mark.usefixtures("no_display")
def test_without_a_display_the_window_cannot_be_measured(capsys: pytest.CaptureFixture[str]) -> None:
    assert entry.main(["bench", "window", "--seconds", "1", "--json"]) == 1
    assert said(capsys).startswith("memnet: no display (none here); `xvfb-run -a memnet")


@pytest.mark.usefixtures("no_display")
def test_a_snapshot_that_is_none_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "notes.npz"
    path.write_text("not a snapshot")
    assert entry.main([str(path)]) == 1
    assert said(capsys).startswith("memnet: notes.npz is not a MemNet snapshot: it is no .npz file.")


def test_missing_libraries_are_named_before_qt_is_touched(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("memnet_gui.preflight.find_display", lambda: Display("x11", ":0"))
    monkeypatch.setattr("memnet_gui.preflight.window_problem", lambda _: "Qt needs libGL.so.1.")
    assert entry.main([]) == 1
    assert said(capsys) == "memnet: Qt needs libGL.so.1.\n`memnet learn` needs no window.\n"
