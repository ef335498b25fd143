"""What a snapshot holds beside the memories themselves: the facts of its meta, and which arrays there are."""

from __future__ import annotations

import platform
from collections.abc import Mapping
from typing import Any

import numpy as np
import numpy.typing as npt

from engine import __version__
from engine.config import LayerConfig, NetworkConfig
from engine.frame import Curves
from engine.session import Session

Arrays = Mapping[str, npt.NDArray[Any]]
ArrayType = tuple[type[np.generic], tuple[int | None, ...]]
"""The type of an array's numbers, and its shape; None is any length."""

METRICS = "metrics_"
MOST_BOOKMARKS = 1000


def meta_of(session: Session, arrays: Arrays) -> dict[str, Any]:
    """What is said of a run beside its arrays. arrays: what `Snapshot.take` copied."""
    return {
        "config": session.config.to_dict(),
        "seed": session.seed,
        "limit": session.stream.limit,
        "digits": session.seen,
        "digits_learned": session.learned,
        **summary(arrays, [layer.name for layer in session.config.layers]),
        "bookmarks": [
            [digit, name] for digit, name in sorted(session.bookmarks.items()) if digit <= session.seen
        ],
        "backend": session.backend.description,
        "versions": {"memnet": __version__, "numpy": np.__version__, "python": platform.python_version()},
        "data": {
            "name": session.dataset.name,
            "checksum": session.dataset.checksum,
            "order": session.stream.checksum,
            "classes": list(session.class_names),
        },
    }


def summary(arrays: Arrays, layers: list[str]) -> dict[str, Any]:
    """What the meta says that the arrays say too, for readers in a hurry: how many memories there are
    in each layer, how many were taught or are muted, and the scores, in [0, 1], None where there is none.
    """
    seen, correct, correct_first_1000 = (int(count) for count in arrays[f"{METRICS}counts"])
    recent = arrays[f"{METRICS}recent_correct"]
    digits, accuracies, sizes = (
        arrays[f"{METRICS}curve_test_{name}"] for name in ("digits", "accuracy", "sizes")
    )
    return {
        "memories": {name: len(arrays[f"{name}_ids"]) for name in layers},
        **{
            fact: {name: int(np.count_nonzero(arrays[f"{name}_{fact}"])) for name in layers}
            for fact in ("taught", "muted")
        },
        "metrics": {
            "prequential": correct / seen if seen else None,
            "first_1000": correct_first_1000 / 1000 if seen >= 1000 else None,
            "last_1000": int(np.count_nonzero(recent)) / len(recent) if len(recent) else None,
            "test": {"digits": int(digits[-1]), "accuracy": float(accuracies[-1]), "tested": int(sizes[-1])}
            if len(digits)
            else None,
        },
    }


def types_of_layer(
    layer: LayerConfig, config: NetworkConfig, classes: int, count: int
) -> dict[str, ArrayType]:
    """The arrays of a layer with `count` memories, by name."""
    whole: ArrayType = (np.int64, (count,))
    real: ArrayType = (np.float32, (count,))
    flag: ArrayType = (np.bool_, (count,))
    own: dict[str, ArrayType] = {
        "slots": whole,
        "patterns": (np.float32, (count, layer.field**2 * config.channels)),
        "squared_norms": real,
        "associations": (np.float32, (count, classes)),
        "usage": real,
        "usefulness": real,
        "ids": whole,
        "wins": whole,
        "births": whole,
        "sources": whole,
        "taught": flag,
        "muted": flag,
        "thresholds": (np.float32, (layer.grid(config.side) ** 2,)),
        "settled": (np.int64, ()),
    }
    return {f"{layer.name}_{name}": each for name, each in own.items()}


def types_of_run(config: NetworkConfig, classes: int, digits: int) -> dict[str, ArrayType]:
    """The arrays of a run beside those of its layers, by name."""
    image = (config.side, config.side, *([config.channels] if config.channels > 1 else []))
    curves: dict[str, ArrayType] = {
        f"{METRICS}curve_{name}": (
            np.int64 if name in ("digits", "memories", "test_digits", "test_sizes") else np.float32,
            (None,),
        )
        for name in Curves.__slots__
    }
    return {
        "next_id": (np.int64, ()),
        "answers": (np.uint8, (digits,)),
        "recruits": (np.uint8, (digits,)),
        "mistakes": (np.int64, (None, 4)),
        "taught_images": (np.uint8, (None, *image)),
        f"{METRICS}counts": (np.int64, (3,)),
        f"{METRICS}confusion": (np.int64, (classes, classes)),
        f"{METRICS}recent_correct": (np.uint8, (None,)),
        f"{METRICS}recent_novel": (np.uint8, (None,)),
        **curves,
    }
