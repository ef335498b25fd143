"""The container of a snapshot: named arrays and metadata in one .npz file.

`numpy.load(path, allow_pickle=False)` reads it: the arrays under their names, and under "meta" a
0-d string of JSON. Writing is atomic: whatever happens, the path holds either the old file or the
new one, whole. Reading trusts nothing: a file from a stranger can make `read_archive` say no, but
not run code, write anywhere, or take much memory or time. What the arrays mean is not known here.
"""

from __future__ import annotations

import hashlib
import io
import json
import math
import re
import stat
import struct
import zipfile
from collections.abc import Callable, Mapping
from contextlib import contextmanager
from pathlib import Path
from types import MappingProxyType
from typing import IO, TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from engine.files import check_place, replacing
from engine.names import shown

if TYPE_CHECKING:
    from collections.abc import Iterator

AnyArray = npt.NDArray[Any]
Migration = Callable[[dict[str, AnyArray], dict[str, Any]], tuple[dict[str, AnyArray], dict[str, Any]]]
"""From the arrays and metadata of one version to those of the next; ValueError where they are not."""

FORMAT, VERSION = "memnet-snapshot", 2
ENVELOPE = frozenset({"format", "version", "checksum"})
"""Keys of the metadata that belong to the container; callers cannot use them."""

LARGEST_ARCHIVE = 5 << 26
"""Bytes: the largest network there can be, and thousands of drawings."""
_LARGEST_META = 1 << 22
_MOST_MEMBERS = 256
_LARGEST_DIRECTORY = 1 << 16
_LONGEST_REASON = 240
_CHUNK = 1 << 20
_META = "meta"
_IMPOSSIBLE_VERSION = 1_000_000

_NAME = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]{0,99}")
_HEADER = re.compile(
    rb"\{'descr': '(?P<descr>[<|][biufU][0-9]{1,10})', 'fortran_order': False, "
    rb"'shape': \((?P<shape>|[0-9]{1,18},|[0-9]{1,18}(?:, [0-9]{1,18}){1,31})\), \} *\n"
)
"""A .npy header exactly as NumPy writes it: matched, never evaluated."""

_FIRST_MEMBER = b"PK\x03\x04"
_END = struct.Struct("<4s4H2LH")
_END_MAGIC, _END64_MAGIC = b"PK\x05\x06", b"PK\x06\x07"
_END64_SIZE = 20


class ArchiveError(Exception):
    """A file that could not be written or read. The message is a sentence: what happened, what was
    kept, what to do."""


class _RejectedError(Exception):
    """Why a file is not accepted: the rest of a sentence that begins with its name."""


def _foreign(reason: str) -> _RejectedError:
    return _RejectedError(f"is not a MemNet snapshot: {reason}")


def _damaged(reason: str) -> _RejectedError:
    return _RejectedError(f"is damaged: {reason}")


def write_archive(path: Path, arrays: Mapping[str, AnyArray], meta: Mapping[str, Any]) -> None:
    """Write arrays and JSON-ready metadata to `path`, replacing what is there only on success.

    arrays: booleans, integers or floats of any shape, under names of letters, digits and "_.-".
    Raises ArchiveError where the file cannot be written: the old one, if any, is untouched. Raises
    ValueError for arrays or metadata that the format does not hold.
    """
    ordered = {name: np.asarray(arrays[name], order="C") for name in sorted(arrays)}
    for name, array in ordered.items():
        if not _NAME.fullmatch(name) or name == _META:
            raise ValueError(f"arrays: {name!r} is not a name that a snapshot can hold")
        if array.dtype.kind not in "biuf" or array.ndim > 32:
            raise ValueError(f"arrays: {name!r} has a type or shape that a snapshot does not hold")
    if ENVELOPE & set(meta):
        raise ValueError(f"meta: {', '.join(sorted(ENVELOPE & set(meta)))} belongs to the container")
    # What comes back from JSON is what the reader will have: the checksum must be over that.
    envelope = json.loads(json.dumps({**meta, "format": FORMAT, "version": VERSION}, allow_nan=False))
    text = json.dumps({**envelope, "checksum": _checksum(envelope, ordered)})
    with _atomic(path) as file, zipfile.ZipFile(file, "w") as archive:
        for name, array in {_META: np.array(text), **ordered}.items():
            member = io.BytesIO()
            np.lib.format.write_array(member, _little_endian(array), version=(1, 0), allow_pickle=False)
            # No time of day: the same memories make the same file, byte for byte.
            with member.getbuffer() as content:
                archive.writestr(zipfile.ZipInfo(f"{name}.npy"), content, zipfile.ZIP_DEFLATED, 1)


def check_writable(path: Path) -> None:
    """Raise ArchiveError if `write_archive` could not even begin. Leaves nothing behind."""
    try:
        check_place(path)
    except OSError as error:
        raise _unwritable(path, error) from error


def read_archive(
    path: Path, *, max_bytes: int = LARGEST_ARCHIVE, older: Mapping[int, Migration] = MappingProxyType({})
) -> tuple[dict[str, AnyArray], dict[str, Any]]:
    """What `write_archive` wrote: arrays by name, and the metadata.

    max_bytes bounds the file, and all arrays together once unpacked. older: for each version before
    this one that is read too, what makes the next one's contents of it. Raises ArchiveError, and
    nothing else, for whatever is not an intact snapshot of a version known here.
    """
    try:
        with _opened(path, max_bytes) as file, zipfile.ZipFile(file) as archive:
            version, arrays, meta = _read(archive, max_bytes, VERSION - len(older))
            while version < VERSION:
                arrays, meta = older[version](arrays, meta)
                version += 1
            return arrays, meta
    except _RejectedError as rejected:
        raise unreadable(path, str(rejected)) from rejected
    except OSError as error:
        raise unreadable(path, f"cannot be read: {error.strerror or error}") from error
    except MemoryError as error:
        raise unreadable(path, "cannot be read: there is not enough memory for it") from error
    except Exception as error:  # malformed files make zipfile, zlib and NumPy raise a dozen kinds
        reason = str(error).rstrip(".") or "it ends too early"
        if isinstance(error, KeyError):
            reason += " is missing"
        raise unreadable(path, f"is damaged: {reason}") from error


# Writing ---------------------------------------------------------------------------------------


def _checksum(meta: Mapping[str, Any], arrays: Mapping[str, AnyArray]) -> str:
    """SHA-256 over the metadata and, in order of names, each array's name, type, shape and bytes."""
    digest = hashlib.sha256(json.dumps(meta, sort_keys=True, allow_nan=False).encode())
    for name in sorted(arrays):
        array = arrays[name]
        little = _little_endian(array)
        digest.update(f"\n{name} {little.dtype.str} {little.shape}\n".encode())
        digest.update(little.reshape(-1).view(np.uint8).data)
    return digest.hexdigest()


def _little_endian(array: AnyArray) -> AnyArray:
    return array.astype(array.dtype.newbyteorder("<"), copy=False)


@contextmanager
def _atomic(path: Path) -> Iterator[IO[bytes]]:
    """A file that takes `path`'s place when the block ends well and vanishes when it does not."""
    try:
        with replacing(path) as file:
            yield file
    except OSError as error:
        raise _unwritable(path, error) from error


def _unwritable(path: Path, error: OSError) -> ArchiveError:
    reason = shown(error.strerror or str(error), _LONGEST_REASON)
    return ArchiveError(
        f"{shown(path.name or str(path))} could not be written: {reason}; "
        "what was learned and any older file are kept; choose another place."
    )


# Reading ---------------------------------------------------------------------------------------


def unreadable(path: Path, reason: str) -> ArchiveError:
    """The error that says why a file was not opened. reason: a sentence without its subject and full
    stop; it may quote the file."""
    return ArchiveError(
        f"{shown(path.name or str(path))} {shown(reason, _LONGEST_REASON)}. "
        "Nothing was changed; open another snapshot."
    )


@contextmanager
def _opened(path: Path, max_bytes: int) -> Iterator[IO[bytes]]:
    """The file, once its size, kind and zip directory are known to be bounded."""
    status = path.stat()
    if stat.S_ISDIR(status.st_mode):
        raise _foreign("it is a folder")
    if not stat.S_ISREG(status.st_mode):
        raise _foreign("it is not a regular file")
    if status.st_size > max_bytes:
        raise _foreign(f"it is larger than {max_bytes:,} bytes")
    with path.open("rb") as file:
        if file.read(4) != _FIRST_MEMBER:
            raise _foreign("it is no .npz file" if status.st_size else "it is empty")
        _check_directory(file, status.st_size)
        file.seek(0)
        yield file


def _check_directory(file: IO[bytes], size: int) -> None:
    """A directory of millions of entries would fill the memory before zipfile returned."""
    tail_size = min(size, _END64_SIZE + _END.size)
    file.seek(size - tail_size)
    tail = file.read(tail_size)
    if len(tail) < _END.size or tail[-_END.size :][:4] != _END_MAGIC:
        raise _damaged("it ends too early")
    end = _END.unpack(tail[-_END.size :])
    members, directory_bytes, comment_bytes = end[4], end[5], end[7]
    if comment_bytes or tail.startswith(_END64_MAGIC):
        raise _foreign("it was not written by MemNet")
    if members > _MOST_MEMBERS or directory_bytes > _LARGEST_DIRECTORY:
        raise _foreign(f"it holds {members:,} arrays")


def _read(
    archive: zipfile.ZipFile, max_bytes: int, oldest: int
) -> tuple[int, dict[str, AnyArray], dict[str, Any]]:
    """The version, at least `oldest`, the arrays and the metadata that is the caller's."""
    members = _checked_members(archive, max_bytes)
    if _META not in members:
        raise _foreign("it has no metadata")
    meta = _read_meta(archive, members.pop(_META), oldest)
    checksum = meta.pop("checksum", None)
    arrays = {name: _read_array(archive, member, "biuf") for name, member in members.items()}
    if _checksum(meta, arrays) != checksum:
        raise _damaged("its contents do not match its checksum")
    own = {key: value for key, value in meta.items() if key not in ENVELOPE}
    return meta["version"], arrays, own


def _checked_members(archive: zipfile.ZipFile, max_bytes: int) -> dict[str, zipfile.ZipInfo]:
    members: dict[str, zipfile.ZipInfo] = {}
    for member in archive.infolist():
        name = member.filename.removesuffix(".npy")
        if name == member.filename or not _NAME.fullmatch(name):
            raise _foreign("it holds something that is not an array")
        if name in members:
            raise _damaged(f"it holds {name} twice")
        if member.flag_bits & 1:
            raise _foreign("it is encrypted")
        if member.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            raise _foreign(f"{name} is compressed in a way that MemNet does not use")
        members[name] = member
    if sum(member.compress_size for member in members.values()) > max_bytes:
        raise _damaged("its parts overlap")
    unpacked = sum(member.file_size for member in members.values())
    if unpacked > max_bytes:
        raise _damaged(f"it would unpack to {unpacked:,} bytes, more than the {max_bytes:,} allowed")
    return members


def _read_meta(archive: zipfile.ZipFile, member: zipfile.ZipInfo, oldest: int) -> dict[str, Any]:
    """The metadata, once its format and version are known ones."""
    if member.file_size > _LARGEST_META:
        raise _foreign("its metadata is too large")
    try:
        meta = json.loads(str(_read_array(archive, member, "U")))
    except (_RejectedError, ValueError, RecursionError) as error:
        raise _foreign("its metadata cannot be read") from error
    if not isinstance(meta, dict) or meta.get("format") != FORMAT:
        raise _foreign("its metadata is not MemNet's")
    version = meta.get("version")
    if type(version) is not int or not oldest <= version < _IMPOSSIBLE_VERSION:
        raise _damaged("its version is not one that there is")
    if version > VERSION:
        raise _RejectedError(
            f"was written by a newer version of MemNet ({version}); "
            f"this one reads up to {VERSION}, so update it"
        )
    return meta


def _read_array(archive: zipfile.ZipFile, member: zipfile.ZipInfo, kinds: str) -> AnyArray:
    """One array whose type is one of `kinds` and whose size is the member's, byte for byte."""
    name = member.filename
    with archive.open(member) as stream:
        prefix = stream.read(10)
        if prefix[:8] != b"\x93NUMPY\x01\x00" or len(prefix) < 10:
            raise _damaged(f"{name} is not an array")
        header = stream.read(int.from_bytes(prefix[8:], "little"))
        match = _HEADER.fullmatch(header)
        if match is None:
            raise _damaged(f"{name} is not an array of numbers")
        dtype = np.dtype(match["descr"].decode())
        if dtype.kind not in kinds:
            raise _damaged(f"{name} holds the wrong type")
        shape = tuple(int(length) for length in re.findall(rb"[0-9]+", match["shape"]))
        size = math.prod(shape) * dtype.itemsize
        if len(prefix) + len(header) + size != member.file_size:
            raise _damaged(f"{name} promises {size:,} bytes that the file does not hold")
        array = np.empty(shape, dtype)
        _fill(stream, array.reshape(-1).view(np.uint8).data, name)
    return array


def _fill(stream: IO[bytes], room: memoryview, name: str) -> None:
    """Read to the member's end, where zipfile compares its CRC."""
    at = 0
    while chunk := stream.read(_CHUNK):
        if at + len(chunk) > len(room):
            raise _damaged(f"{name} is longer than it says")
        room[at : at + len(chunk)] = chunk
        at += len(chunk)
    if at != len(room):
        raise _damaged(f"{name} ends too early")
