"""The command line."""

from __future__ import annotations

import argparse
import math
from collections.abc import Sequence
from pathlib import Path

from engine import __version__
from engine.config import DEFAULT_PRESET, MOST_FIXATIONS, PRESETS

WINDOW = "window"
COMMANDS = (WINDOW, "learn", "info", "evaluate", "diff", "export", "bench", "doctor")
BACKENDS = ("auto", "numpy", "cupy")
THEMES = ("system", "dark", "light")
PAPERS = ("light", "dark")
SORTS = ("time", "age", "class", "wins", "usefulness")
EXPORTS = ("snapshot", "mosaic", "memories", "curves", "confusion", "report")
LARGEST_TILE, LARGEST_SCALE = 1024, 32
LARGEST_SEED = 2**32 - 1


def parse(argv: Sequence[str]) -> argparse.Namespace:
    """The command in `command` ("window" where none is named) and its options.

    Exits with code 2 and a sentence where the arguments make no sense.
    """
    words = list(argv)
    if not words or words[0] not in (*COMMANDS, "-h", "--help", "--version"):
        words.insert(0, WINDOW)
    parser = _parser()
    arguments = parser.parse_args(words)
    if (
        arguments.command == WINDOW
        and str(arguments.snapshot) in COMMANDS
        and not arguments.snapshot.exists()
    ):
        parser.error(f"the command comes first: memnet {arguments.snapshot} [options]")
    if arguments.command == "export" and all(getattr(arguments, name) is None for name in EXPORTS):
        parser.error(f"nothing to export was named: one of {', '.join(f'--{name}' for name in EXPORTS)}")
    return arguments


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="memnet",
        description="Watch a Memory Network learn: one pass, no back-propagation, every memory visible.",
        epilog="Without a command the window opens. `memnet COMMAND --help` lists a command's options.",
    )
    parser.add_argument("--version", action="version", version=f"memnet {__version__}")
    commands = parser.add_subparsers(dest="command", metavar="COMMAND", required=True)

    window = commands.add_parser(WINDOW, help="open the window (the default)")
    window.add_argument("snapshot", nargs="?", type=Path, help="a snapshot (.npz) to open")
    _add_run_options(window)
    window.add_argument("--theme", choices=THEMES, help="colours; the last choice is remembered")
    window.set_defaults(limit=None, out=None, json=False)

    learn = commands.add_parser("learn", help="learn the digits in the terminal")
    _add_run_options(learn)
    learn.add_argument("--limit", type=_at_least_one, metavar="N", help="stop after N digits")
    learn.add_argument("--out", type=Path, metavar="F.npz", help="save what was learned as a snapshot")
    learn.add_argument(
        "--resume",
        dest="snapshot",
        type=Path,
        metavar="F.npz",
        help="go on with a saved run, whose own preset, seed, fixations and limit hold",
    )
    _add_json(learn)

    info = commands.add_parser("info", help="say what is in a snapshot")
    evaluate = commands.add_parser("evaluate", help="test a snapshot on all held-out digits")
    for command in (info, evaluate):
        command.add_argument("snapshot", type=Path, metavar="F.npz", help="the snapshot")
        _add_json(command)
    _add_backend(evaluate)

    diff = commands.add_parser("diff", help="compare two snapshots: memories, accuracy, answers")
    for side in "AB":
        diff.add_argument(side.lower(), type=Path, metavar=f"{side}.npz", help=f"snapshot {side}")
    _add_backend(diff)
    _add_json(diff)

    _add_export(commands.add_parser("export", help="write pictures, tables and a report from a snapshot"))

    benches = commands.add_parser("bench", help="measure speed").add_subparsers(
        dest="bench", metavar="engine|window", required=True
    )
    engine = benches.add_parser("engine", help="digits a second, against the bare matrix products")
    _add_preset(engine)
    _add_seed(engine)
    _add_backend(engine)
    engine.add_argument("--limit", type=_at_least_one, metavar="N", help="use N digits")
    _add_json(engine)
    window_bench = benches.add_parser("window", help="play at full speed in a real window")
    _add_preset(window_bench)
    window_bench.add_argument(
        "--seconds", type=_seconds, default=20.0, metavar="S", help="how long (default: %(default)g)"
    )
    _add_json(window_bench)

    _add_json(commands.add_parser("doctor", help="say what works here"))
    return parser


def _add_export(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("source", type=Path, metavar="F.npz", help="the snapshot")
    wanted = parser.add_argument_group("what to write, at least one")
    for name, place, what in (
        ("snapshot", "P.npz", "the snapshot, in today's version of the format"),
        ("mosaic", "P.png", "the memories of a layer as one picture"),
        ("memories", "FOLDER", "each memory as a picture, and a table of all that is known of them"),
        ("curves", "P.csv|.svg|.png", "accuracy, memories and novelty over the digits seen"),
        ("confusion", "P.csv|.svg|.png", "what was said for what it was"),
        ("report", "P.html", "the run on one page, which opens anywhere"),
    ):
        wanted.add_argument(f"--{name}", type=Path, metavar=place, help=what)
    looks = parser.add_argument_group("how")
    looks.add_argument(
        "--layer", metavar="NAME", help="of the mosaic (default: the first), of the memories (all)"
    )
    looks.add_argument(
        "--tile", type=_tile, metavar="N|Nx", help="mosaic: N pixels, or N times a memory's own (default: 1x)"
    )
    looks.add_argument("--sort", choices=SORTS, default=SORTS[0], help="mosaic: order (default: %(default)s)")
    looks.add_argument(
        "--by-column", action="store_true", help="mosaic: each column where it sits in the image"
    )
    looks.add_argument("--captions", action="store_true", help="mosaic: class and digit of birth below each")
    looks.add_argument(
        "--scale", type=_scale, default=4, metavar="N", help="memories: N times their own size (default: 4)"
    )
    looks.add_argument("--theme", choices=PAPERS, default=PAPERS[0], help="paper (default: %(default)s)")
    parser.add_argument("--force", action="store_true", help="replace what is there already")
    _add_json(parser)


def _add_run_options(parser: argparse.ArgumentParser) -> None:
    _add_preset(parser)
    _add_seed(parser)
    _add_backend(parser)
    parser.add_argument(
        "--fixations",
        type=_fixations,
        default=0,
        metavar="F",
        help=f"look at each digit again, 0 to {MOST_FIXATIONS} times (default: %(default)s)",
    )


def _add_preset(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--preset", choices=tuple(PRESETS), default=DEFAULT_PRESET, help="network (default: %(default)s)"
    )


def _add_seed(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--seed", type=_seed, default=0, metavar="S", help="order of the digits (default: %(default)s)"
    )


def _add_backend(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--backend",
        choices=BACKENDS,
        default="auto",
        help="arrays on the CPU or a GPU (default: %(default)s)",
    )


def _add_json(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--json", action="store_true", help="one JSON object as the last line")


def _whole(text: str, low: int, high: int | None, meaning: str) -> int:
    try:
        number = int(text)
    except ValueError:
        number = low - 1
    if number < low or (high is not None and number > high):
        raise argparse.ArgumentTypeError(f"{text!r} is not {meaning}")
    return number


def _at_least_one(text: str) -> int:
    return _whole(text, 1, None, "a whole number of at least 1")


def _seed(text: str) -> int:
    return _whole(text, 0, LARGEST_SEED, f"a whole number from 0 to {LARGEST_SEED}")


def _fixations(text: str) -> int:
    return _whole(text, 0, MOST_FIXATIONS, f"a whole number from 0 to {MOST_FIXATIONS}")


def _scale(text: str) -> int:
    return _whole(text, 1, LARGEST_SCALE, f"a whole number from 1 to {LARGEST_SCALE}")


def _tile(text: str) -> tuple[int, bool]:
    """How large a tile is: 56 is (56, False), pixels; 4x is (4, True), times a memory's own size."""
    times = text.endswith("x")
    most = LARGEST_SCALE if times else LARGEST_TILE
    meaning = f"a number of pixels up to {LARGEST_TILE}, or 1x to {LARGEST_SCALE}x"
    return _whole(text.removesuffix("x"), 1, most, meaning), times


def _seconds(text: str) -> float:
    try:
        number = float(text)
    except ValueError:
        number = math.nan
    if not 0 < number <= 3600:
        raise argparse.ArgumentTypeError(f"{text!r} is not a number of seconds up to an hour")
    return number
