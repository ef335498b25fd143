"""`memnet diff`: how the memories of two snapshots differ, and what each says of the held-out digits."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

from engine.backend import limit_blas_threads, make_backend
from engine.comparison import ComparisonWork, Side
from engine.datasets import load_mnist
from engine.differences import Comparison, LayerDifference, RunFacts
from engine.names import shown
from engine.snapshot import load_snapshot
from engine.terminal.progress import Progress
from engine.terminal.words import percent

WIDTH, NAME = 22, 16
"""Columns of the table: what it is about, and each snapshot."""
MOST_CELLS = 8
"""Kinds of mistake that are worth a line."""


def diff(arguments: argparse.Namespace) -> int:
    """Compare two snapshots and print what differs.

    arguments: a, b, backend, json. Returns the exit code. Raises ArchiveError, BackendError or
    DatasetError with a sentence.
    """
    with limit_blas_threads():
        dataset, backend = load_mnist(), make_backend(arguments.backend)
        a, b = (
            Side(name, load_snapshot(path, dataset, backend))
            for path, name in zip((arguments.a, arguments.b), _names(arguments.a, arguments.b), strict=True)
        )
        found = _computed(ComparisonWork(1, a, b))
    if arguments.json:
        sys.stdout.write(json.dumps(_figures(found)) + "\n")
    else:
        sys.stdout.writelines(f"{line.rstrip()}\n" for line in _table(found))
    return 0


def _names(a: Path, b: Path) -> tuple[str, str]:
    """What tells the files apart: their names, or else where they are."""
    first, second = (a.name, b.name) if a.name != b.name else (str(a), str(b))
    return shown(first), shown(second)


def _computed(work: ComparisonWork) -> Comparison:
    progress = Progress()
    while work.done < work.total:
        work.advance()
        progress.count("of the held-out digits answered by both", work.done, work.total)
    progress.clear()
    return work.result()


# ── for programs ──────────────────────────────────────────────────────────────────────────────────


def _figures(found: Comparison) -> dict[str, Any]:
    return {
        "a": _side(found.a, found.accuracy_a),
        "b": _side(found.b, found.accuracy_b),
        "layers": {layer.name: _layer(layer) for layer in found.layers},
        "tested": found.tested,
        "both_right": found.both_right,
        "only_a_right": found.only_a_right,
        "only_b_right": found.only_b_right,
        "both_wrong": found.both_wrong,
        "p_value": found.p_value,
        "classes": list(found.class_names),
        "confusion_difference": (found.confusion_b - found.confusion_a).tolist(),
    }


def _side(run: RunFacts, accuracy: float) -> dict[str, Any]:
    return {
        "snapshot": run.name,
        "preset": run.preset,
        "seed": run.seed,
        "digits_seen": run.digits,
        "prequential_accuracy": run.prequential,
        "recent_accuracy": run.recent,
        "test_accuracy": accuracy,
        "memories": dict(zip(run.layers, run.memories, strict=True)),
        "taught": run.taught,
        "muted": run.muted,
        "classes": list(run.class_names),
    }


def _layer(layer: LayerDifference) -> dict[str, Any]:
    return {
        "problem": layer.problem or None,
        "only_a": layer.only_a.total,
        "only_b": layer.only_b.total,
        "same": layer.same,
        "drifted": layer.drifted.a.total,
        "largest_drift": float(layer.drifted.drifts.max(initial=0.0)),
        "other_associations": layer.reassociated.a.total,
    }


# ── for people ────────────────────────────────────────────────────────────────────────────────────


def _table(found: Comparison) -> Iterator[str]:
    a, b = found.a, found.b
    yield _row("", "A", "B", "B − A")
    yield _row("snapshot", a.name, b.name)
    yield _row("preset, seed", f"{a.preset}, {a.seed}", f"{b.preset}, {b.seed}")
    yield _row("digits seen", f"{a.digits:,}", f"{b.digits:,}", _signed(f"{b.digits - a.digits:+,}"))
    for words, first, second in (
        ("prequential accuracy", a.prequential, b.prequential),
        ("last 1,000 digits", a.recent, b.recent),
        ("test accuracy", found.accuracy_a, found.accuracy_b),
    ):
        yield _row(words, percent(first), percent(second), _points(first, second))
    yield _row("taught, muted", f"{a.taught:,}, {a.muted:,}", f"{b.taught:,}, {b.muted:,}")
    yield ""
    for layer in found.layers:
        yield from _memories(layer)
    yield ""
    yield f"{'held-out digits':{WIDTH}}{found.tested:,}: {found.both_right:,} right in both, " + (
        f"{found.only_a_right:,} only in A, {found.only_b_right:,} only in B, {found.both_wrong:,} in neither"
    )
    yield f"{'chance':{WIDTH}}p = {found.p_value:.2g} (McNemar's exact test)"
    yield from _mistakes(found)


def _memories(layer: LayerDifference) -> Iterator[str]:
    yield f"{layer.name:{WIDTH}}{layer.only_a.total:,} only in A, {layer.only_b.total:,} only in B" + (
        f". {layer.problem}" if layer.problem else ""
    )
    if not layer.problem:
        drift = layer.drifted.drifts.max(initial=0.0)
        furthest = f" (by {drift:.2f} at most)" if layer.drifted.a.total else ""
        yield f"{'':{WIDTH}}{layer.same:,} the same, {layer.drifted.a.total:,} drifted{furthest}, " + (
            f"{layer.reassociated.a.total:,} with other associations"
        )


def _mistakes(found: Comparison) -> Iterator[str]:
    """What one makes more often than the other."""
    change = found.confusion_b - found.confusion_a
    np.fill_diagonal(change, 0)
    order = np.argsort(-np.abs(change), axis=None, kind="stable")[:MOST_CELLS]
    words = "mistakes, B − A"
    for label, answer in zip(*np.unravel_index(order, change.shape), strict=True):
        count = int(change[label, answer])
        if count:
            yield (
                f"{words:{WIDTH}}{count:+,} × {found.class_names[label]} answered "
                + (found.class_names[answer])
            )
            words = ""


def _row(words: str, *cells: str) -> str:
    return f"{words:{WIDTH}}" + "  ".join(f"{cell:{NAME}}" for cell in cells)


def _points(first: float | None, second: float | None) -> str:
    return "" if first is None or second is None else _signed(f"{(second - first) * 100:+.2f}")


def _signed(figure: str) -> str:
    """With a minus as wide as a plus."""
    return figure.replace("-", "\N{MINUS SIGN}")
