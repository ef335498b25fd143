"""Where digits come from: the bundled MNIST files, read and checked.

The bundled files are the canonical 60,000 + 10,000 digits in the IDX format of LeCun, Cortes and
Burges (a magic number, one big-endian length per dimension, then the bytes), compressed with gzip.
"""

from __future__ import annotations

import hashlib
import math
import stat
import zlib
from dataclasses import dataclass
from importlib import resources
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import IO

import numpy as np

from engine.arrays import Bytes, Ints, freeze
from engine.config import FEWEST_CLASSES, LARGEST_SIDE, MOST_CLASSES, SMALLEST_SIDE
from engine.names import shown

MNIST_FILES = {
    "train-images": "train-images-idx3-ubyte.gz",
    "train-labels": "train-labels-idx1-ubyte.gz",
    "t10k-images": "t10k-images-idx3-ubyte.gz",
    "t10k-labels": "t10k-labels-idx1-ubyte.gz",
}
MNIST_SHA256 = {
    "train-images": "ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db",
    "train-labels": "65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5",
    "t10k-images": "0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7",
    "t10k-labels": "ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2",
}
"""SHA-256 of the decompressed files, IDX header included."""

LARGEST_IDX = 5 << 27
"""No IDX file is read or decompressed beyond this many bytes, whatever its header promises."""
LONGEST_NAME = 100
"""Characters of a data set's name, of a class's, and of a checksum."""

_GZIP_MAGIC = b"\x1f\x8b"
_IDX_UNSIGNED_BYTE = 0x08
_CHUNK = 1 << 18
_REMEDY = "install MemNet again, or restore the file"


class DatasetError(ValueError):
    """Data that cannot be learned from. The message is a sentence: what happened, what to do."""


@dataclass(frozen=True, slots=True, eq=False)
class Dataset:
    """Labelled images, split once and for all into a stream to learn and digits held out.

    train_images, test_images: (n, side, side) or (n, side, side, 3) uint8, 0 is no ink. train_labels,
    test_labels: (n,) int64 indices into class_names. checksum: SHA-256 in hexadecimal, the same
    exactly when the digits are; snapshots carry it. The arrays are read-only views.

    Raises DatasetError if shapes, types or labels do not fit together, or a text cannot be shown.
    """

    name: str
    train_images: Bytes
    train_labels: Ints
    test_images: Bytes
    test_labels: Ints
    class_names: tuple[str, ...]
    checksum: str

    def __post_init__(self) -> None:
        for text in (self.name, self.checksum, *self.class_names):
            if not (0 < len(text) <= LONGEST_NAME and text.isprintable()):
                raise DatasetError(
                    f"{shown(self.name)}: {shown(text)!r} is not a name of 1 to {LONGEST_NAME} printable "
                    "characters."
                )
        if len(set(self.class_names)) != len(self.class_names):
            raise DatasetError(f"{self.name}: two classes have the same name.")
        if not FEWEST_CLASSES <= len(self.class_names) <= MOST_CLASSES:
            raise DatasetError(
                f"{self.name} has {len(self.class_names)} classes; "
                f"MemNet learns {FEWEST_CLASSES} to {MOST_CLASSES}."
            )
        for part, images, labels in (
            ("training", self.train_images, self.train_labels),
            ("test", self.test_images, self.test_labels),
        ):
            self._check(part, images, labels)
        if self.train_images.shape[1:] != self.test_images.shape[1:]:
            raise DatasetError(
                f"{self.name} has training images of {self.train_images.shape[1:]} "
                f"but test images of {self.test_images.shape[1:]}."
            )
        for field in ("train_images", "train_labels", "test_images", "test_labels"):
            object.__setattr__(self, field, freeze(getattr(self, field).view()))

    def _check(self, part: str, images: Bytes, labels: Ints) -> None:
        shape = images.shape
        square = images.ndim in (3, 4) and shape[1] == shape[2] and shape[3:] in ((), (3,))
        if images.dtype != np.uint8 or not square or not SMALLEST_SIDE <= shape[1] <= LARGEST_SIDE:
            raise DatasetError(
                f"{self.name}: {part} images of shape {shape}, {images.dtype}, are not square 8-bit images "
                f"of {SMALLEST_SIDE} to {LARGEST_SIDE} pixels with 1 or 3 channels."
            )
        if labels.dtype != np.int64 or labels.shape != shape[:1] or not labels.size:
            raise DatasetError(f"{self.name}: {labels.size} {part} labels do not match {shape[0]} images.")
        if labels.min() < 0 or labels.max() >= len(self.class_names):
            raise DatasetError(
                f"{self.name}: {part} labels from {labels.min()} to {labels.max()} "
                f"do not name one of {len(self.class_names)} classes."
            )

    @property
    def side(self) -> int:
        """Height and width of the images, in pixels."""
        return int(self.train_images.shape[1])

    @property
    def channels(self) -> int:
        """1 for grey images, 3 for colour."""
        return 1 if self.train_images.ndim == 3 else 3


def load_mnist(folder: Path | Traversable | None = None) -> Dataset:
    """The 60,000 digits to learn and the 10,000 held out. `folder` holds the four files of
    MNIST_FILES; None is the bundled one.

    Raises DatasetError where a file is missing, unreadable, truncated or altered.
    """
    if folder is None:
        folder = resources.files("resources") / "data" / "mnist"
    contents: dict[str, Bytes] = {}
    for part, file_name in MNIST_FILES.items():
        data = _unpacked(folder / file_name)
        if hashlib.sha256(data).hexdigest() != MNIST_SHA256[part]:
            raise DatasetError(f"{file_name} is not the original file (its checksum differs); {_REMEDY}.")
        contents[part] = _parse_idx(data, file_name)
    return Dataset(
        name="MNIST",
        train_images=contents["train-images"],
        train_labels=contents["train-labels"].astype(np.int64),
        test_images=contents["t10k-images"],
        test_labels=contents["t10k-labels"].astype(np.int64),
        class_names=tuple(str(digit) for digit in range(10)),
        checksum=hashlib.sha256("".join(MNIST_SHA256.values()).encode()).hexdigest(),
    )


def read_idx(path: Path | Traversable) -> Bytes:
    """The array in an IDX file of unsigned bytes, plain or compressed with gzip: uint8, read-only.

    Raises DatasetError where the file is missing, unreadable, truncated, too long or something else.
    """
    return _parse_idx(_unpacked(path), path.name)


def _unpacked(path: Path | Traversable) -> bytearray:
    """A file's bytes, decompressed, never more than LARGEST_IDX of them."""
    name = shown(path.name)
    try:
        if isinstance(path, Path) and not stat.S_ISREG(path.stat().st_mode):
            raise DatasetError(f"{name} cannot be read (it is not a regular file); {_REMEDY}.")
        with path.open("rb") as file:
            return _read(file)
    except FileNotFoundError:
        raise DatasetError(f"{name} is missing from {_folder_of(path)}; {_REMEDY}.") from None
    except OSError as error:
        raise DatasetError(f"{name} cannot be read ({error.strerror or error}); {_REMEDY}.") from error
    except zlib.error as error:
        raise DatasetError(f"{name} is damaged ({error}); {_REMEDY}.") from error


def _read(file: IO[bytes]) -> bytearray:
    """All of a file, decompressed a little at a time. Raises zlib.error where it is damaged or too large."""
    data = bytearray()
    pending = file.read(_CHUNK)
    packed = pending.startswith(_GZIP_MAGIC)
    unpacker = zlib.decompressobj(wbits=31)
    while not unpacker.eof:
        piece = unpacker.decompress(pending, _CHUNK) if packed else pending
        data += piece
        if len(data) > LARGEST_IDX:
            raise zlib.error("it is too large")
        pending = unpacker.unconsumed_tail or file.read(_CHUNK)
        if not (pending or piece):
            if packed and not unpacker.eof:
                raise zlib.error("it ends too early")
            break
    return data


def _folder_of(path: Path | Traversable) -> str:
    """Where a file was looked for, for a person to read."""
    return shown(str(path.parent), 200) if isinstance(path, Path) else "the bundled data"


def _parse_idx(data: bytearray, name: str) -> Bytes:
    name = shown(name)
    if len(data) < 4 or data[:3] != bytes([0, 0, _IDX_UNSIGNED_BYTE]) or not data[3]:
        raise DatasetError(f"{name} is not an IDX file of unsigned bytes; {_REMEDY}.")
    dimensions = data[3]
    start = 4 + 4 * dimensions
    if len(data) < start:
        raise DatasetError(f"{name} is damaged (it ends within its header); {_REMEDY}.")
    shape = tuple(int.from_bytes(data[at : at + 4], "big") for at in range(4, start, 4))
    expected, found = math.prod(shape), len(data) - start
    if expected != found:
        promise = f"{expected:,}" if expected <= LARGEST_IDX else f"more than {LARGEST_IDX:,}"
        raise DatasetError(
            f"{name} is damaged (its header promises {promise} bytes, {found:,} follow); {_REMEDY}."
        )
    try:
        return freeze(np.frombuffer(data, np.uint8, offset=start).reshape(shape))
    except ValueError as error:  # more dimensions than an array can have
        raise DatasetError(f"{name} is not an IDX file that NumPy can hold ({error}); {_REMEDY}.") from error
