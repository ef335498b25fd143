"""The one entry: arguments in, window or terminal out.

Everything that Qt would answer with an abort (no display, missing libraries) is asked before Qt is
imported. Whatever goes wrong is one sentence on standard error and an exit code, never a traceback.
"""

from __future__ import annotations

import argparse
import gc
import io
import json
import os
import signal
import sys
from collections.abc import Sequence

from engine.terminal.arguments import WINDOW, parse

FAILED, INTERRUPTED = 1, 128 + signal.SIGINT
SPEAKING = frozenset({"ArchiveError", "BackendError", "DatasetError"})
"""Errors whose message already is a sentence. By name: their modules need NumPy, which may be missing."""


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command in `argv` (without the program's name). Returns the exit code."""
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="replace")  # a console's encoding may lack "·"
    arguments = parse(sys.argv[1:] if argv is None else argv)
    try:
        return _run(arguments)
    except KeyboardInterrupt:
        return _fail("stopped.", INTERRUPTED)
    except BrokenPipeError:
        # Nobody reads any more; without this the interpreter complains once more while it exits.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return FAILED
    except Exception as error:
        return _fail(_sentence(error))


def _run(arguments: argparse.Namespace) -> int:
    if arguments.command == "bench" and arguments.bench == "engine":
        return _bench_engine(arguments)
    run = {
        "learn": _learn,
        "info": _look,
        "evaluate": _look,
        "diff": _diff,
        "export": _export,
        "doctor": _doctor,
    }.get(arguments.command, _with_display)
    return run(arguments)


def _with_display(arguments: argparse.Namespace) -> int:
    """The window, or its benchmark; without a display, learning in the terminal."""
    from memnet_gui.preflight import find_display, window_problem  # noqa: PLC0415

    display = find_display()
    if not display.answers and arguments.command == WINDOW:
        return _learn(arguments, f"No display ({display.detail}): learning in the terminal instead.")
    if not display.answers:
        return _fail(f"no display ({display.detail}); `xvfb-run -a memnet …` lends one.")
    if problem := window_problem(display):
        return _fail(f"{problem}\n`memnet learn` needs no window.")
    gc.disable()  # little of what modules make while they load is garbage; `app.Startup` turns it on again
    if arguments.command == "bench":
        return _bench_window(arguments)
    from memnet_gui.app import run_app  # noqa: PLC0415 - not before Qt is known to start

    return run_app(arguments)


def _learn(arguments: argparse.Namespace, announcement: str = "") -> int:
    from engine.terminal.learn import learn  # noqa: PLC0415 - NumPy is not needed for --help

    return learn(arguments, announcement)


def _look(arguments: argparse.Namespace) -> int:
    from engine.terminal.look import evaluate, info  # noqa: PLC0415

    return (info if arguments.command == "info" else evaluate)(arguments)


def _diff(arguments: argparse.Namespace) -> int:
    from engine.terminal.diff import diff  # noqa: PLC0415

    return diff(arguments)


def _export(arguments: argparse.Namespace) -> int:
    from memnet_gui.exports.command import export  # noqa: PLC0415

    return export(arguments)


def _doctor(arguments: argparse.Namespace) -> int:
    from engine.doctor import engine_checks, report, window_can_open  # noqa: PLC0415
    from memnet_gui.preflight import window_checks  # noqa: PLC0415

    checks = engine_checks() + window_checks()
    sys.stdout.write(report(checks, as_json=arguments.json) + "\n")
    return 0 if window_can_open(checks) else FAILED


def _bench_engine(arguments: argparse.Namespace) -> int:
    from engine.bench import bench_engine  # noqa: PLC0415

    figures = bench_engine(arguments.preset, arguments.limit, arguments.seed, arguments.backend)
    _print_figures(figures, arguments.json)
    return 0


def _bench_window(arguments: argparse.Namespace) -> int:
    from memnet_gui.bench_window import bench_window  # noqa: PLC0415

    _print_figures(bench_window(arguments.seconds, arguments.preset), arguments.json)
    return 0


def _print_figures(figures: dict[str, object], as_json: bool) -> None:
    if as_json:
        sys.stdout.write(json.dumps(figures) + "\n")
        return
    for name, value in figures.items():
        sys.stdout.write(f"{name.replace('_', ' '):26}{_figure(value)}\n")


def _figure(value: object) -> str:
    """Four digits are enough for a measurement, and no power of ten."""
    if isinstance(value, float):
        return f"{value:,.0f}" if abs(value) >= 1000 else f"{value:.4g}"
    return f"{value:,}" if isinstance(value, int) else str(value)


def _sentence(error: Exception) -> str:
    """What happened and what to do."""
    text = " ".join(str(error).split())
    match error:
        case ModuleNotFoundError():
            pip = f"{sys.executable} -m pip install ."
            return f"the package {error.name} is not installed; in the folder of MemNet, run: {pip}"
        case ImportError():
            return f"a library did not load ({text}); `memnet doctor` says what to install."
        case MemoryError():
            return "there is not enough memory; close other programs or choose a smaller --preset."
    if type(error).__name__ in SPEAKING:
        return text
    return (
        f"something unexpected ended this ({type(error).__name__}: {text}); `memnet doctor` says what works."
    )


def _fail(sentence: str, code: int = FAILED) -> int:
    _say(sentence)
    return code


def _say(sentence: str) -> None:
    sys.stderr.write(f"memnet: {sentence}\n")
    sys.stderr.flush()


if __name__ == "__main__":
    sys.exit(main())
