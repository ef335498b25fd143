"""What older versions of the snapshot format hold, as the next version says it."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from engine.contents import summary

Arrays = dict[str, npt.NDArray[Any]]
Meta = dict[str, Any]


def from_version_1(arrays: Arrays, meta: Meta) -> tuple[Arrays, Meta]:
    """Version 1 did not count recruits by digit: those that are still there are counted by their
    births. Nor did it say in which order digits came and what wrote it, which stays unknown.

    Raises ValueError or KeyError where it is not version 1.
    """
    layers = [str(layer["name"]) for layer in meta["config"]["layers"]]
    digits = len(arrays["answers"])
    recruits = np.zeros(digits + 1, np.int64)
    for layer in layers:
        births, taught = arrays[f"{layer}_births"], arrays[f"{layer}_taught"]
        recruited = births[~taught & (births >= 1) & (births <= digits)]
        recruits += np.bincount(recruited, minlength=digits + 1)
    migrated = {**arrays, "recruits": np.minimum(recruits[1:], 255).astype(np.uint8)}
    kept = {key: meta[key] for key in ("config", "seed", "limit", "digits", "digits_learned", "backend")}
    return migrated, {
        **kept,
        **summary(arrays, layers),
        "bookmarks": [],
        "versions": {"memnet": None, "numpy": None, "python": None},
        "data": {**meta["data"], "order": None},
    }


OLDER = {1: from_version_1}
