"""Ways to mutate what is in the file, its checksum with it: arrays, facts and settings."""

from __future__ import annotations

import copy
import json
import random
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import numpy as np

from engine import archive
from engine.contents import summary
from tests.engine.mutant import Arrays, Meta, Mutant, Original, as_version_1, members, pack

TEXTS = [
    "",
    "x",
    "a\nb",
    "\x1b[2J\x07",
    "\u202egpj.exe",
    "\ud800",
    "x" * 100_000,
    "../../etc/passwd",
    "C:\\con",
    "9a",
]
WHOLES = [-1, 0, 1, 2, 7, 28, 255, 10**4, 2**31, 2**53, 2**63, 10**400, -(10**400)]
REALS = [0.0, -0.5, 0.5, 1.0, 1e-300, 1e-12, 1e6, 1e308, -1e308, float("nan"), float("inf")]
ODDITIES: list[Any] = [
    None,
    True,
    False,
    [],
    {},
    [[]] * 1000,
    {"a": 1},
    [1, "x"],
    json.loads("[" * 300 + "]" * 300),
]
FLOATS = [np.nan, np.inf, -np.inf, 3e38, -3e38, 1e-45, 1e12, 1e6, 100.0, 1.0, 0.0, -1.0]
INTEGERS = [-(2**63), -1, 0, 1, 2, 9, 255, 2**31, 2**53, 2**62, 2**63 - 1]


def _write(chance: random.Random, original: Original, path: Path, arrays: Arrays, meta: Meta) -> None:
    """Sometimes with a summary in the meta that fits, so that what is behind that check is reached."""
    if chance.random() < 0.6:
        with suppress(Exception):  # of nonsense there is none
            meta = {**meta, **summary(arrays, [layer["name"] for layer in original.meta["config"]["layers"]])}
            meta["digits"] = meta["digits"] if chance.random() < 0.5 else int(arrays["metrics_counts"][0])
    if chance.random() < 0.15:
        arrays, meta = as_version_1(arrays, meta)
    pack(path, members(arrays, meta))


def mutate_array(chance: random.Random, original: Original, path: Path) -> Mutant:
    arrays = {name: values.copy() for name, values in original.arrays.items()}
    what = []
    for _ in range(chance.choice((1, 1, 1, 2, 4))):
        name = chance.choice(sorted(arrays))
        way = chance.choice(list(_CHANGES))
        what.append(f"{way} {name}")
        with suppress(ValueError, IndexError, TypeError, OverflowError):  # there is no such change of it
            arrays[name] = np.ascontiguousarray(_CHANGES[way](chance, arrays[name]))
    if chance.random() < 0.15:
        name = chance.choice(sorted(arrays))
        what.append(f"without {name}")
        del arrays[name]
    if chance.random() < 0.1:
        first, second = chance.sample(sorted(arrays), 2)
        what.append(f"swap {first} and {second}")
        arrays[first], arrays[second] = arrays[second], arrays[first]
    _write(chance, original, path, arrays, original.meta)
    return Mutant(path, f"array: {', '.join(what)}", may_differ=True)


def _element(chance: random.Random, values: Any) -> Any:
    values.reshape(-1)[chance.randrange(max(1, values.size))] = _number(chance, values)
    return values


def _number(chance: random.Random, values: Any) -> Any:
    value = chance.choice(FLOATS if values.dtype.kind == "f" else INTEGERS)
    return np.array(value).astype(values.dtype)


def _other_rows(chance: random.Random, values: Any) -> Any:
    rows = list(range(len(values)))
    match chance.randrange(5):
        case 0:
            chance.shuffle(rows)
        case 1:
            rows = rows[::-1]
        case 2:
            rows = rows[: chance.randrange(len(rows) + 1)]
        case 3:
            rows += rows[: chance.choice((1, 3, len(rows)))]
        case _:
            rows[chance.randrange(len(rows))] = rows[chance.randrange(len(rows))]
    return values[rows]


_CHANGES: dict[str, Callable[[random.Random, Any], Any]] = {
    "element": _element,
    "another element": _element,
    "all": lambda chance, values: np.full_like(values, _number(chance, values)),
    "shift": lambda chance, values: values + _number(chance, values),
    "scale": lambda chance, values: values * chance.choice((-1, 0, 2)),
    "rows": _other_rows,
    "type": lambda chance, values: values.astype(
        chance.choice(("<f8", "<f4", "<i4", "<i8", "<u8", "|u1", "|b1", "<f2"))
    ),
    "flat": lambda chance, values: values.reshape(-1),
    "deeper": lambda chance, values: values[..., None],
    "none": lambda chance, values: values[:0],
    "one": lambda chance, values: values.reshape(-1)[0],
    "across": lambda chance, values: values.T,
    "wide": lambda chance, values: np.zeros((*values.shape, chance.choice((2, 200))), values.dtype),
    "noise": lambda chance, values: np.frombuffer(chance.randbytes(values.nbytes), values.dtype).reshape(
        values.shape
    ),
}


def _places(values: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Paths to everything in nested objects and lists."""
    children = (
        values.items() if isinstance(values, dict) else enumerate(values) if isinstance(values, list) else ()
    )
    return [path, *(place for key, each in children for place in _places(each, (*path, key)))]


def mutate_fact(chance: random.Random, original: Original, path: Path) -> Mutant:
    meta: Any = {"": copy.deepcopy(original.meta)}
    what = []
    for _ in range(chance.choice((1, 1, 1, 2, 3))):
        *way, last = chance.choice(_places(meta)[1:])
        holder = meta
        for key in way:
            holder = holder[key]
        what.append(".".join(map(str, (*way[1:], last))))
        match chance.randrange(8):
            case 0 if len(way) > 0:
                del holder[last]
            case 1 if isinstance(holder, dict):
                holder[chance.choice(("extra", "", "x" * 1000, "\n", "version", "checksum"))] = chance.choice(
                    WHOLES
                )
            case 2 if isinstance(holder, list):
                holder.append(copy.deepcopy(chance.choice([*holder, *ODDITIES])))
            case 3 if isinstance(holder[last], int):
                holder[last] += chance.choice((-1, 1, 5, 1000))
            case _:
                holder[last] = chance.choice(chance.choice((TEXTS, WHOLES, REALS, ODDITIES)))
    changed = meta[""] if isinstance(meta.get(""), dict) else {"format": archive.FORMAT, "config": meta}
    arrays = original.arrays
    if chance.random() < 0.15:
        arrays, changed = as_version_1(arrays, changed)
    pack(path, members(arrays, changed))
    return Mutant(path, f"fact: {', '.join(what)}", may_differ=True)


def mutate_setting(chance: random.Random, original: Original, path: Path) -> Mutant:
    """Settings that could be: they go deeper than nonsense."""
    meta = copy.deepcopy(original.meta)
    what = []
    for _ in range(chance.choice((1, 1, 2, 4))):
        holder = chance.choice([*meta["config"]["layers"], *meta["config"]["layers"], meta["config"]])
        key = chance.choice([key for key in holder if key not in ("name", "preset", "layers")])
        some = chance.choice(
            (
                [0, 1, 2, 3, 8, 12, 100, 5000, 10**6],
                [1e-300, 1e-12, 1e-6, 0.01, 0.5, 0.99, 1.0, 3.0, 1e6],
                [None, "surprise", "novelty"],
            )
        )
        holder[key] = chance.choice(some)
        what.append(f"{key} {holder[key]}")
    pack(path, members(original.arrays, meta))
    return Mutant(path, f"setting: {', '.join(what)}", may_differ=True)
