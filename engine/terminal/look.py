"""`memnet info` and `memnet evaluate`: what is in a snapshot, and how good it is."""

from __future__ import annotations

import argparse
import json
import sys
from typing import Any

import numpy as np

from engine.archive import ArchiveError, read_archive
from engine.backend import limit_blas_threads, make_backend
from engine.datasets import load_mnist
from engine.snapshot import load_snapshot


def info(arguments: argparse.Namespace) -> int:
    """Print what a snapshot says of itself; the data it was learned from is not needed.

    arguments: snapshot, json. Returns the exit code. Raises ArchiveError with a sentence.
    """
    arrays, meta = read_archive(arguments.snapshot)
    try:
        facts = _facts(arrays, meta)
    except (KeyError, TypeError, ValueError, IndexError) as error:
        raise ArchiveError(
            f"{arguments.snapshot.name} is damaged: {error!s}. Nothing was changed; choose another snapshot."
        ) from error
    _print(facts, as_json=arguments.json)
    return 0


def evaluate(arguments: argparse.Namespace) -> int:
    """Test a snapshot on all held-out digits, and print accuracy and recall by class.

    arguments: snapshot, backend, json. Returns the exit code. Raises ArchiveError, BackendError or
    DatasetError with a sentence.
    """
    with limit_blas_threads():
        dataset = load_mnist()
        session = load_snapshot(arguments.snapshot, dataset, make_backend(arguments.backend))
        answers = session.predict_proba(dataset.test_images).argmax(axis=1)
    right = answers == dataset.test_labels
    tested = np.bincount(dataset.test_labels, minlength=len(dataset.class_names))
    found = np.bincount(dataset.test_labels[right], minlength=len(dataset.class_names))
    _print(
        {
            "snapshot": arguments.snapshot.name,
            "digits_seen": session.seen,
            "tested": len(answers),
            "test_accuracy": float(right.mean()),
            "recall": {
                name: float(hits / count)
                for name, hits, count in zip(dataset.class_names, found, tested, strict=True)
                if count
            },
        },
        as_json=arguments.json,
    )
    return 0


def _facts(arrays: dict[str, Any], meta: dict[str, Any]) -> dict[str, Any]:
    layers = [str(layer["name"]) for layer in meta["config"]["layers"]]
    tests = arrays["metrics_curve_test_accuracy"]
    return {
        "preset": str(meta["config"]["preset"]),
        "seed": int(meta["seed"]),
        "fixations": int(meta["config"]["fixations"]),
        "data": str(meta["data"]["name"]),
        "classes": [str(name) for name in meta["data"]["classes"]],
        "digits_seen": int(meta["digits"]),
        "prequential_accuracy": meta["prequential_accuracy"],
        "last_test_accuracy": float(tests[-1]) if len(tests) else None,
        "memories": {name: len(arrays[f"{name}_ids"]) for name in layers},
        "taught": {name: int(arrays[f"{name}_taught"].sum()) for name in layers},
        "muted": {name: int(arrays[f"{name}_muted"].sum()) for name in layers},
        "backend": str(meta["backend"]),
    }


def _print(facts: dict[str, Any], *, as_json: bool) -> None:
    if as_json:
        sys.stdout.write(json.dumps(facts) + "\n")
        return
    for name, value in facts.items():
        sys.stdout.write(f"{name.replace('_', ' '):22}{_words(name, value)}\n")


def _words(name: str, value: Any) -> str:
    """A fact for a person to read."""
    if isinstance(value, dict):
        return ", ".join(f"{key}: {_words(name, each)}" for key, each in value.items())
    if isinstance(value, list):
        return " ".join(value)
    if value is None:
        return "not measured"
    if isinstance(value, float):
        return f"{100 * value:.2f} %"
    return f"{value:,}" if isinstance(value, int) and name != "seed" else str(value)
