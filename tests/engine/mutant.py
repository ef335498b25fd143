"""What a mutated snapshot is made of."""

from __future__ import annotations

import io
import json
import zipfile
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from engine import archive

Arrays, Meta = dict[str, Any], dict[str, Any]
Members = list[tuple[str, bytes]]


@dataclass(frozen=True)
class Original:
    """A good snapshot. others: the bytes of other good ones."""

    content: bytes
    arrays: Arrays
    meta: Meta
    others: tuple[bytes, ...]


@dataclass(frozen=True)
class Mutant:
    """path: where it lies. what: how it was made. may_differ: what is in it was changed on purpose, and
    its checksum with it; otherwise it must not open but as the original."""

    path: Path
    what: str
    may_differ: bool = False


def npy(array: Any, **options: Any) -> bytes:
    content = io.BytesIO()
    np.lib.format.write_array(content, np.asanyarray(array), **options)
    return content.getvalue()


def members(arrays: Arrays, meta: Meta) -> Members:
    """What a snapshot of these would consist of, with a checksum that is right if there can be one."""
    envelope = {"format": archive.FORMAT, "version": archive.VERSION, **meta}
    checksum = "0" * 64
    with suppress(ValueError, TypeError, KeyError):  # there is none over NaNs
        envelope = json.loads(json.dumps(envelope))
        checksum = archive._checksum(envelope, arrays)
    text = json.dumps({"checksum": checksum, **envelope})
    return [
        ("meta.npy", npy(np.array(text))),
        *((f"{name}.npy", npy(values)) for name, values in arrays.items()),
    ]


def as_version_1(arrays: Arrays, meta: Meta) -> tuple[Arrays, Meta]:
    """As MemNet wrote them before there was version 2, as far as they are whole."""
    kept = ("config", "seed", "limit", "digits", "digits_learned", "backend")
    older = {key: meta[key] for key in kept if key in meta}
    data = meta.get("data")
    if isinstance(data, dict):
        older["data"] = {key: value for key, value in data.items() if key != "order"}
    return {name: values for name, values in arrays.items() if name != "recruits"}, {**older, "version": 1}


def pack(path: Path, parts: Members, compression: int = zipfile.ZIP_STORED) -> None:
    with zipfile.ZipFile(path, "w", compression) as file:
        for name, content in parts:
            file.writestr(zipfile.ZipInfo(name), content, compression, 1)
