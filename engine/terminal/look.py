"""`memnet info` and `memnet evaluate`: what is in a snapshot, and how good it is."""

from __future__ import annotations

import argparse
import json
import sys
from typing import Any

import numpy as np

from engine.backend import limit_blas_threads, make_backend
from engine.config import NetworkConfig
from engine.datasets import load_mnist
from engine.names import shown
from engine.snapshot import Snapshot, load_snapshot


def info(arguments: argparse.Namespace) -> int:
    """Print what a snapshot says of itself; the data it was learned from is not needed.

    arguments: snapshot, json. Returns the exit code. Raises ArchiveError with a sentence.
    """
    _print(_facts(Snapshot.read(arguments.snapshot).meta), as_json=arguments.json)
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
            "snapshot": shown(arguments.snapshot.name),
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


def _facts(meta: dict[str, Any]) -> dict[str, Any]:
    config, test = NetworkConfig.from_dict(meta["config"]), meta["metrics"]["test"]
    return {
        "preset": config.preset,
        "seed": meta["seed"],
        "fixations": config.fixations,
        "data": meta["data"]["name"],
        "classes": meta["data"]["classes"],
        "digits_seen": meta["digits"],
        "prequential_accuracy": meta["metrics"]["prequential"],
        "last_test_accuracy": test["accuracy"] if test else None,
        "memories": meta["memories"],
        "taught": meta["taught"],
        "muted": meta["muted"],
        "backend": meta["backend"],
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
