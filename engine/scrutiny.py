"""Is this a run? Every array and every fact of a stranger's snapshot, before anything is made of them.

What passes `check` has the shape of a run: every array that its configuration asks for and no other,
every number finite and within what learning can reach, every text short and printable, and the meta
says what the arrays say. Whether the run is one over the data at hand is `snapshot`'s to find out.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import numpy as np

from engine.config import FEWEST_CLASSES, MOST_CLASSES, LayerConfig, NetworkConfig
from engine.contents import (
    METRICS,
    MOST_BOOKMARKS,
    Arrays,
    summary,
    types_of_layer,
    types_of_run,
)
from engine.metrics import RECENT
from engine.names import LONGEST_NAME
from engine.session import MISTAKES_KEPT
from engine.store import FAR

Meta = Mapping[str, Any]

LONGEST_TEXT = 200
LARGEST_WHOLE = 2**53
"""What every reader of JSON takes for a whole number; far beyond any run."""
MOST_TESTS = 100_000

_META = {
    "config",
    "seed",
    "limit",
    "digits",
    "digits_learned",
    "memories",
    "taught",
    "muted",
    "metrics",
    "bookmarks",
    "backend",
    "versions",
    "data",
}
_DATA = {"name", "checksum", "order", "classes"}
_VERSIONS = {"memnet", "numpy", "python"}

_BELIEVABLE: dict[str, tuple[float, float]] = {
    "patterns": (-2, 2),
    "squared_norms": (0, FAR),
    "associations": (-1e12, 1e12),
    "usage": (0, 1e12),
    "usefulness": (-1e30, 1e30),
    "thresholds": (1e-13, 100),
}
"""No run comes near these ends, and from anywhere within them learning goes on with finite numbers."""
_NORM_TOLERANCE = 1e-3


def check(arrays: Arrays, meta: Meta) -> NetworkConfig:
    """The configuration, once everything else is known to fit it.

    Raises ValueError naming the first array or fact that cannot be.
    """
    config = _check_meta(meta)
    classes, digits = len(meta["data"]["classes"]), meta["digits"]
    _check_types(arrays, config, classes, digits)
    for layer in config.layers:
        _check_layer(arrays, layer, layer.grid(config.side) ** 2, digits)
    _check_ids(arrays, config)
    _check_run(arrays, classes, digits)
    _require(
        not arrays["recruits"][meta["digits_learned"] :].any(), "recruits: from digits still to be learned"
    )
    _check_scores(arrays, classes, digits, meta["digits_learned"])
    _check_curves(arrays, config, digits, meta["digits_learned"])
    for key, value in summary(arrays, [layer.name for layer in config.layers]).items():
        # As JSON: to Python true is 1 and 1.0 as well.
        same = json.dumps(meta[key], sort_keys=True) == json.dumps(value, sort_keys=True)
        _require(same, f"{key}: not what the arrays say")
    return config


# What can be required -----------------------------------------------------------------------------


def _require(condition: object, message: str) -> None:
    if not condition:
        raise ValueError(message)


def _require_keys(values: Any, keys: set[str], name: str) -> None:
    _require(isinstance(values, dict), f"{name}: not an object")
    for key in sorted(keys ^ set(values)):
        raise ValueError(f"{name}: {str(key)[:40]!r} is {'missing' if key in keys else 'not known'}")


def _require_whole(value: object, name: str, low: int, high: int = LARGEST_WHOLE) -> None:
    _require(
        type(value) is int and low <= value <= high, f"{name}: not a whole number from {low:,} to {high:,}"
    )


def _require_text(value: object, name: str, longest: int = LONGEST_TEXT) -> None:
    fits = isinstance(value, str) and 0 < len(value) <= longest and value.isprintable()
    _require(fits, f"{name}: not a text of 1 to {longest} printable characters")


def _require_within(arrays: Arrays, name: str, low: float, high: float) -> None:
    """No number is below, above or none (NaN fails every comparison)."""
    values = arrays[name]
    if values.size:
        fits = low <= values.min() and values.max() <= high
        _require(fits, f"{name}: not all finite numbers from {low:,} to {high:,}")


# The meta ------------------------------------------------------------------------------------------


def _check_meta(meta: Meta) -> NetworkConfig:
    _require_keys(meta, _META, "meta")
    _require_whole(meta["seed"], "seed", 0)
    if meta["limit"] is not None:
        _require_whole(meta["limit"], "limit", 1)
    _require_whole(meta["digits"], "digits", 0, meta["limit"] or LARGEST_WHOLE)
    _require_whole(meta["digits_learned"], "digits_learned", 0, meta["digits"])
    _require_text(meta["backend"], "backend")
    _require_keys(meta["versions"], _VERSIONS, "versions")
    for name, version in meta["versions"].items():
        if version is not None:
            _require_text(version, f"versions: {name}")
    data = meta["data"]
    _require_keys(data, _DATA, "data")
    _require_text(data["name"], "data: name")
    _require_text(data["checksum"], "data: checksum")
    if data["order"] is not None:
        _require_text(data["order"], "data: order")
    names = data["classes"]
    _require(
        isinstance(names, list) and FEWEST_CLASSES <= len(names) <= MOST_CLASSES,
        f"classes: not {FEWEST_CLASSES} to {MOST_CLASSES} names",
    )
    for name in names:
        _require_text(name, "classes")
    _check_bookmarks(meta["bookmarks"], meta["digits"])
    config = NetworkConfig.from_dict(meta["config"])
    _require(config.classes <= len(names), f"classes: {len(names)} names for {config.classes} classes")
    return config


def _check_bookmarks(bookmarks: Any, digits: int) -> None:
    _require(
        isinstance(bookmarks, list) and len(bookmarks) <= MOST_BOOKMARKS,
        f"bookmarks: not a list of {MOST_BOOKMARKS:,} at most",
    )
    before = -1
    for bookmark in bookmarks:
        _require(isinstance(bookmark, list) and len(bookmark) == 2, "bookmarks: not pairs of digit and name")
        _require_whole(bookmark[0], "bookmarks", before + 1, digits)
        _require_text(bookmark[1], "bookmarks", LONGEST_NAME)
        before = bookmark[0]


# The arrays ------------------------------------------------------------------------------------


def _check_types(arrays: Arrays, config: NetworkConfig, classes: int, digits: int) -> None:
    """Every array has the type and shape that the format gives it; there is none too many."""
    expected = types_of_run(config, classes, digits)
    for layer in config.layers:
        slots = arrays.get(f"{layer.name}_slots", np.zeros(0))
        count = len(slots) if slots.ndim else 0
        expected |= types_of_layer(layer, config, classes, count)
    for name in sorted(set(expected) ^ set(arrays)):
        raise ValueError(f"{name}: {'missing' if name in expected else 'not part of a run'}")
    for name, (dtype, shape) in expected.items():
        array = arrays[name]
        fits = array.ndim == len(shape) and all(
            want in (None, have) for want, have in zip(shape, array.shape, strict=True)
        )
        _require(
            fits and array.dtype == dtype,
            f"{name}: shape {array.shape} of {array.dtype} does not fit",
        )


def _check_layer(arrays: Arrays, layer: LayerConfig, columns: int, digits: int) -> None:
    for name, (low, high) in _BELIEVABLE.items():
        _require_within(arrays, f"{layer.name}_{name}", low, high)
    _require_within(arrays, f"{layer.name}_settled", 0, 1)
    _require_within(arrays, f"{layer.name}_wins", 0, digits + 1)
    _require_within(arrays, f"{layer.name}_births", 0, digits)
    _require_within(arrays, f"{layer.name}_sources", -len(arrays["taught_images"]), LARGEST_WHOLE)
    slots = arrays[f"{layer.name}_slots"]
    _require_within(arrays, f"{layer.name}_slots", 0, columns * layer.capacity - 1)
    _require(
        (slots[1:] > slots[:-1]).all(), f"{layer.name}_slots: not slots of {columns} columns in rising order"
    )
    patterns = arrays[f"{layer.name}_patterns"]
    muted, norms = arrays[f"{layer.name}_muted"], arrays[f"{layer.name}_squared_norms"]
    difference = np.where(muted, FAR, np.einsum("nd,nd->n", patterns, patterns)) - norms
    _require(
        np.abs(difference).max(initial=0) <= _NORM_TOLERANCE,
        f"{layer.name}_squared_norms: not those of the patterns, and {FAR:,.0f} where muted",
    )


def _check_ids(arrays: Arrays, config: NetworkConfig) -> None:
    ids = np.concatenate([arrays[f"{layer.name}_ids"] for layer in config.layers])
    _require_within(arrays, "next_id", 1, LARGEST_WHOLE)
    next_id = int(arrays["next_id"])
    _require(
        ids.min(initial=1) >= 1 and ids.max(initial=0) < next_id and len(np.unique(ids)) == len(ids),
        f"ids: not all above 0, below {next_id} and different",
    )


def _check_run(arrays: Arrays, classes: int, digits: int) -> None:
    _require_within(arrays, "answers", 0, classes - 1)
    mistakes = arrays["mistakes"]
    _require(len(mistakes) <= MISTAKES_KEPT, f"mistakes: more than the last {MISTAKES_KEPT}")
    numbers, sources, labels, answers = mistakes.T
    _require(
        numbers.min(initial=1) >= 1
        and numbers.max(initial=0) <= digits
        and (numbers[1:] > numbers[:-1]).all()
        and sources.min(initial=0) >= 0,
        f"mistakes: not of the {digits:,} digits, in their order",
    )
    named = mistakes[:, 2:]
    _require(
        named.min(initial=0) >= 0 and named.max(initial=0) < classes and (labels != answers).all(),
        f"mistakes: not of {classes} classes, each taken for another one",
    )


def _check_scores(arrays: Arrays, classes: int, digits: int, learned: int) -> None:
    _require_within(arrays, f"{METRICS}confusion", 0, digits)
    confusion = arrays[f"{METRICS}confusion"]
    seen, correct, first = arrays[f"{METRICS}counts"].tolist()
    _require(
        [seen, correct] == [digits, confusion.trace()] and confusion.sum() == digits,
        f"{METRICS}counts: {seen} digits and {correct} right are not what the confusion matrix says",
    )
    _require(
        max(0, correct - max(0, digits - 1000)) <= first <= min(correct, 1000),
        f"{METRICS}counts: {first} right among the first 1,000 cannot be",
    )
    for name, count in (("correct", digits), ("novel", learned)):
        _require_within(arrays, f"{METRICS}recent_{name}", 0, 1)
        length = len(arrays[f"{METRICS}recent_{name}"])
        _require(length == min(RECENT, count), f"{METRICS}recent_{name}: {length} facts of {count} digits")


def _check_curves(arrays: Arrays, config: NetworkConfig, digits: int, learned: int) -> None:
    names = [name.removeprefix(f"{METRICS}curve_") for name in arrays if name.startswith(f"{METRICS}curve_")]
    for tests, most in ((False, learned), (True, MOST_TESTS)):
        lengths = {
            len(arrays[f"{METRICS}curve_{name}"]) for name in names if name.startswith("test_") == tests
        }
        _require(len(lengths) == 1 and max(lengths) <= most, "curves: not of one length, or too long")
    room = sum(layer.grid(config.side) ** 2 * layer.capacity for layer in config.layers)
    ends = {"digits": (1, digits), "test_digits": (0, digits), "memories": (0, room)}
    ends["test_sizes"] = (1, LARGEST_WHOLE)
    for name in names:
        _require_within(arrays, f"{METRICS}curve_{name}", *ends.get(name, (0, 1)))
    points = arrays[f"{METRICS}curve_digits"]
    _require((points[1:] > points[:-1]).all(), f"{METRICS}curve_digits: not in rising order")
