"""The bundled digits, and what happens to files that are not what they should be."""

from __future__ import annotations

import gzip
import os
import random
import shutil
import tracemalloc
from dataclasses import replace
from importlib import resources
from pathlib import Path

import numpy as np
import pytest

from engine import datasets
from engine.datasets import MNIST_FILES, Dataset, DatasetError, load_mnist, read_idx


@pytest.fixture(scope="module")
def mnist() -> Dataset:
    return load_mnist()


@pytest.fixture
def copy_of_mnist(tmp_path: Path) -> Path:
    """A folder with the four files, to be damaged."""
    bundled = resources.files("resources") / "data" / "mnist"
    with resources.as_file(bundled) as folder:
        for name in MNIST_FILES.values():
            shutil.copy(folder / name, tmp_path / name)
    return tmp_path


def small_dataset(**changes: object) -> Dataset:
    values: dict[str, object] = {
        "name": "dots",
        "train_images": np.zeros((3, 8, 8), np.uint8),
        "train_labels": np.array([0, 1, 1], np.int64),
        "test_images": np.zeros((2, 8, 8), np.uint8),
        "test_labels": np.array([1, 0], np.int64),
        "class_names": ("no", "yes"),
        "checksum": "00",
        **changes,
    }
    return Dataset(**values)  # type: ignore[arg-type]


def idx(shape: tuple[int, ...], payload: bytes, kind: int = 8) -> bytes:
    lengths = b"".join(length.to_bytes(4, "big") for length in shape)
    return bytes([0, 0, kind, len(shape)]) + lengths + payload


def test_mnist_has_its_70_000_digits(mnist: Dataset) -> None:
    assert mnist.train_images.shape == (60_000, 28, 28)
    assert mnist.test_images.shape == (10_000, 28, 28)
    assert mnist.train_images.dtype == np.uint8
    assert mnist.train_labels.dtype == np.int64
    assert mnist.train_labels[:10].tolist() == [5, 0, 4, 1, 9, 2, 1, 3, 1, 4]
    assert mnist.test_labels[:5].tolist() == [7, 2, 1, 0, 4]
    assert np.bincount(mnist.test_labels).tolist() == [980, 1135, 1032, 1010, 982, 892, 958, 1028, 974, 1009]
    assert mnist.class_names == tuple("0123456789")
    assert (mnist.side, mnist.channels) == (28, 1)


def test_digits_are_the_right_way_up(mnist: Dataset) -> None:
    first_one = mnist.train_images[np.flatnonzero(mnist.train_labels == 1)[0]]
    rows, columns = np.nonzero(first_one > 128)
    assert np.ptp(rows) > np.ptp(columns), "a 1 is taller than wide"


@pytest.mark.parametrize("name", ["train_images", "train_labels", "test_images", "test_labels"])
def test_data_cannot_be_written_to(mnist: Dataset, name: str) -> None:
    with pytest.raises(ValueError, match="read-only"):
        getattr(mnist, name)[0] = 1


def test_a_dataset_leaves_the_callers_array_writable() -> None:
    mine = np.zeros((3, 8, 8), np.uint8)
    dataset = small_dataset(train_images=mine)
    mine[0, 0, 0] = 7
    assert not dataset.train_images.flags.writeable


def test_a_missing_file_is_named_with_a_remedy(copy_of_mnist: Path) -> None:
    (copy_of_mnist / MNIST_FILES["t10k-labels"]).unlink()
    with pytest.raises(
        DatasetError, match=r"^t10k-labels-idx1-ubyte\.gz is missing from .*; install .*restore"
    ):
        load_mnist(copy_of_mnist)


@pytest.mark.parametrize("keep", [0, 1, 12, 1000, -1])
def test_a_truncated_file_is_named(copy_of_mnist: Path, keep: int) -> None:
    path = copy_of_mnist / MNIST_FILES["t10k-labels"]
    path.write_bytes(path.read_bytes()[:keep])
    with pytest.raises(DatasetError, match=r"^t10k-labels.*(damaged|not the original)"):
        load_mnist(copy_of_mnist)


def test_one_altered_pixel_is_noticed(copy_of_mnist: Path) -> None:
    path = copy_of_mnist / MNIST_FILES["t10k-images"]
    content = bytearray(gzip.decompress(path.read_bytes()))
    content[4_000_000] ^= 1
    path.write_bytes(gzip.compress(content, 1))
    with pytest.raises(DatasetError, match=r"^t10k-images.*not the original file .*checksum"):
        load_mnist(copy_of_mnist)


def test_a_folder_in_a_files_place_is_no_traceback(copy_of_mnist: Path) -> None:
    path = copy_of_mnist / MNIST_FILES["train-images"]
    path.unlink()
    path.mkdir()
    with pytest.raises(DatasetError, match=r"^train-images.*cannot be read"):
        load_mnist(copy_of_mnist)


def test_idx_is_read_plain_and_packed(tmp_path: Path) -> None:
    content = idx((2, 3), bytes(range(6)))
    plain, packed = tmp_path / "plain", tmp_path / "packed.gz"
    plain.write_bytes(content)
    packed.write_bytes(gzip.compress(content))
    for path in (plain, packed):
        assert read_idx(path).tolist() == [[0, 1, 2], [3, 4, 5]]


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "not an IDX file"),
        (b"PK\x03\x04 something else", "not an IDX file"),
        (idx((2,), b"\0" * 8, kind=0x0D), "not an IDX file of unsigned bytes"),
        (bytes([0, 0, 8, 3, 0, 0]), "within its header"),
        (idx((4, 4), b"\0" * 15), "promises 16 bytes, 15 follow"),
        (idx((4, 4), b"\0" * 17), "promises 16 bytes, 17 follow"),
        (idx((2**32 - 1,) * 200, b""), "promises"),
        (idx((1,) * 200, b"\0"), "not an IDX file that NumPy can hold"),
        (gzip.compress(idx((9,), b"\0" * 9))[:-4], "ends too early"),
        (b"\x1f\x8b but no gzip", "damaged"),
    ],
)
def test_malformed_idx_is_refused_in_a_sentence(tmp_path: Path, content: bytes, reason: str) -> None:
    path = tmp_path / "digits-ubyte"
    path.write_bytes(content)
    with pytest.raises(DatasetError, match=reason) as refused:
        read_idx(path)
    assert str(refused.value).startswith("digits-ubyte ")


def test_a_small_file_cannot_unpack_to_a_huge_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(datasets, "LARGEST_IDX", 1000)
    path = tmp_path / "bomb.gz"
    path.write_bytes(gzip.compress(idx((100_000,), b"\0" * 100_000)))
    with pytest.raises(DatasetError, match="too large"):
        read_idx(path)


def test_what_unpacks_to_very_much_is_given_up_in_little_memory(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(datasets, "LARGEST_IDX", 1 << 20)
    path = tmp_path / "bomb.gz"
    path.write_bytes(gzip.compress(bytes(64 << 20)))
    tracemalloc.start()
    try:
        with pytest.raises(DatasetError, match="too large"):
            read_idx(path)
        assert tracemalloc.get_traced_memory()[1] < 4 << 20
    finally:
        tracemalloc.stop()


def test_a_file_that_is_too_large_is_not_read_whole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(datasets, "LARGEST_IDX", 1 << 20)
    path = tmp_path / "sparse"
    with path.open("wb") as file:
        file.truncate(1 << 30)
    with pytest.raises(DatasetError, match="too large"):
        read_idx(path)


@pytest.mark.skipif(os.name == "nt", reason="POSIX files")
@pytest.mark.parametrize("kind", ["pipe", "endless", "loop", "link"])
def test_what_is_no_regular_file_is_refused_at_once(tmp_path: Path, kind: str) -> None:
    path = tmp_path / "digits"
    match kind:
        case "pipe":
            os.mkfifo(path)
        case "endless":
            path.symlink_to("/dev/zero")
        case "loop":
            path.symlink_to("digits")
        case _:
            (tmp_path / "real").write_bytes(idx((2,), b"ab"))
            path.symlink_to("real")
            assert read_idx(path).tolist() == [97, 98]
            return
    with pytest.raises(DatasetError, match=r"^digits cannot be read \("):
        read_idx(path)


@pytest.mark.parametrize("packed", [False, True])
def test_damaged_data_is_an_array_or_a_sentence(tmp_path: Path, packed: bool) -> None:
    content = idx((4, 8, 8), bytes(range(256)))
    content = gzip.compress(content) if packed else content
    path, chance, said = tmp_path / "digits", random.Random(0), list[str]()
    for _ in range(500):
        damaged = bytearray(content)
        for _ in range(chance.choice((1, 1, 3))):
            at = chance.randrange(min(len(damaged), chance.choice((16, 1000))))
            match chance.randrange(3):
                case 0:
                    damaged[at] ^= 1 << chance.randrange(8)
                case 1:
                    damaged[at : at + 4] = chance.choice((b"\xff" * 4, bytes(4), chance.randbytes(4)))
                case _:
                    del damaged[at : at + chance.randrange(1, len(damaged) - 1)]
        path.write_bytes(damaged)
        try:
            array = read_idx(path)
        except DatasetError as error:
            said.append(str(error))
        else:
            assert array.dtype == np.uint8
            assert array.size <= len(damaged) or packed
            assert not array.flags.writeable
    assert len(said) > 250
    assert all(sentence.isprintable() and len(sentence) < 300 for sentence in said)


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"train_images": np.zeros((3, 8, 9), np.uint8)}, "not square"),
        ({"train_images": np.zeros((3, 7, 7), np.uint8)}, "8 to 64 pixels"),
        ({"train_images": np.zeros((3, 8, 8), np.float32)}, "float32"),
        ({"train_images": np.zeros((3, 8, 8, 4), np.uint8)}, "1 or 3 channels"),
        ({"train_labels": np.array([0, 1], np.int64)}, "2 training labels do not match 3 images"),
        ({"test_labels": np.array([0, 2], np.int64)}, "test labels from 0 to 2"),
        ({"test_labels": np.array([0, -1], np.int64)}, "test labels from -1 to 0"),
        ({"test_images": np.zeros((2, 9, 9), np.uint8)}, "training images of"),
        ({"class_names": ("only",)}, "1 classes"),
        ({"class_names": ("no", "no")}, "dots: two classes have the same name"),
        ({"class_names": ("no", "")}, "'' is not a name"),
        ({"class_names": ("no", "y\x1b[2Jes")}, "not a name of 1 to 100 printable"),
        ({"class_names": ("no", "y" * 10**6)}, "dots: 'y{79}…' is not a name"),
        ({"name": "a\nb"}, "^a\N{REPLACEMENT CHARACTER}b: "),
        ({"checksum": ""}, "'' is not a name"),
    ],
)
def test_data_that_does_not_fit_together_is_refused(changes: dict[str, object], reason: str) -> None:
    with pytest.raises(DatasetError, match=reason):
        small_dataset(**changes)


def test_colour_images_have_three_channels() -> None:
    colour = small_dataset(
        train_images=np.zeros((3, 8, 8, 3), np.uint8), test_images=np.zeros((2, 8, 8, 3), np.uint8)
    )
    assert (colour.side, colour.channels) == (8, 3)
    assert replace(colour, name="other").name == "other"
