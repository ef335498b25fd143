"""Snapshots on disk: whole or not there, and no stranger's file does harm."""

from __future__ import annotations

import io
import json
import os
import random
import signal
import stat
import subprocess
import sys
import tracemalloc
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from engine import archive, files
from engine.archive import ArchiveError, check_writable, read_archive, write_archive

ARRAYS: dict[str, Any] = {
    "patterns": np.linspace(0, 1, 60, dtype=np.float32).reshape(3, 4, 5),
    "ids": np.array([3, 1, 2], np.int64),
    "used": np.array([True, False]),
    "none": np.zeros((0, 7), np.float32),
    "one": np.array(2.5),
    "pixels": np.arange(6, dtype=np.uint8)[::-2],
    "big_endian": np.arange(3, dtype=">i4"),
    "columns_first": np.asfortranarray(np.arange(6.0).reshape(2, 3)),
}
META = {"seed": 3, "preset": "tiny", "note": "naïve – ok", "nested": {"list": [1, 2.5, None, True]}}


@pytest.fixture
def snapshot(tmp_path: Path) -> Path:
    path = tmp_path / "net.npz"
    write_archive(path, ARRAYS, META)
    return path


def npy(array: Any) -> bytes:
    content = io.BytesIO()
    np.save(content, array)
    return content.getvalue()


def npz(path: Path, members: dict[str, bytes], compression: int = zipfile.ZIP_STORED) -> Path:
    with zipfile.ZipFile(path, "w", compression) as file:
        for name, content in members.items():
            file.writestr(name, content)
    return path


def meta_member(**changes: Any) -> bytes:
    values = {"format": archive.FORMAT, "version": archive.VERSION, "checksum": "00", **changes}
    return npy(np.array(json.dumps(values)))


def refusal(path: Path, **options: Any) -> str:
    """What `read_archive` says; anything but an ArchiveError that says what to do fails."""
    with pytest.raises(ArchiveError) as refused:
        read_archive(path, **options)
    text = str(refused.value)
    assert text.startswith(path.name)
    assert text.endswith(". Nothing was changed; open another snapshot.")
    assert "\n" not in text
    return text


# Round trip ------------------------------------------------------------------------------------


def test_arrays_and_metadata_come_back_as_they_were(snapshot: Path) -> None:
    arrays, meta = read_archive(snapshot)
    assert meta == META
    assert arrays.keys() == ARRAYS.keys()
    for name, array in ARRAYS.items():
        np.testing.assert_array_equal(arrays[name], array)
        assert arrays[name].dtype == array.dtype.newbyteorder("<"), name
        assert arrays[name].flags.writeable


def test_numpy_alone_reads_a_snapshot(snapshot: Path) -> None:
    with np.load(snapshot, allow_pickle=False) as file:
        np.testing.assert_array_equal(file["patterns"], ARRAYS["patterns"])
        meta = json.loads(str(file["meta"]))
    assert (meta["format"], meta["version"], meta["seed"]) == ("memnet-snapshot", 2, 3)


def test_the_same_contents_make_the_same_file(snapshot: Path, tmp_path: Path) -> None:
    again = tmp_path / "again.npz"
    write_archive(again, dict(reversed(ARRAYS.items())), META)
    assert again.read_bytes() == snapshot.read_bytes()


def test_number_keys_in_metadata_do_not_break_the_checksum(tmp_path: Path) -> None:
    path = tmp_path / "net.npz"
    write_archive(path, {}, {"wins": {9: 1, 10: 2}})
    assert read_archive(path) == ({}, {"wins": {"9": 1, "10": 2}})


@pytest.mark.parametrize(
    ("arrays", "meta"),
    [
        ({"objects": np.array([{}], object)}, {}),
        ({"words": np.array(["a"])}, {}),
        ({"../up": np.zeros(1)}, {}),
        ({"meta": np.zeros(1)}, {}),
        ({}, {"version": 2}),
        ({}, {"accuracy": float("nan")}),
    ],
)
def test_what_the_format_does_not_hold_is_refused_before_anything_is_written(
    tmp_path: Path, arrays: dict[str, Any], meta: dict[str, Any]
) -> None:
    with pytest.raises(ValueError, match=r"arrays|meta|JSON"):
        write_archive(tmp_path / "net.npz", arrays, meta)
    assert list(tmp_path.iterdir()) == []


# Writing that fails ----------------------------------------------------------------------------


def test_nothing_but_the_snapshot_is_left_in_the_folder(snapshot: Path) -> None:
    assert [path.name for path in snapshot.parent.iterdir()] == ["net.npz"]


@pytest.mark.skipif(os.name == "nt", reason="POSIX permissions")
def test_a_snapshot_has_the_permissions_that_the_user_gives_new_files(tmp_path: Path) -> None:
    old = os.umask(0o027)
    try:
        write_archive(tmp_path / "net.npz", {}, {})
    finally:
        os.umask(old)
    assert stat.S_IMODE((tmp_path / "net.npz").stat().st_mode) == 0o640


@pytest.mark.parametrize("failing", ["fsync", "replace"])
def test_a_full_disk_keeps_the_old_file(
    snapshot: Path, monkeypatch: pytest.MonkeyPatch, failing: str
) -> None:
    before = snapshot.read_bytes()

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    if failing == "fsync":
        monkeypatch.setattr(os, "fsync", full)
    else:
        monkeypatch.setattr(Path, "replace", full)
    with pytest.raises(
        ArchiveError,
        match=r"^net\.npz could not be written: No space left on device; .*kept; choose another place\.$",
    ):
        write_archive(snapshot, {"other": np.ones(3)}, {})
    assert snapshot.read_bytes() == before
    assert [path.name for path in snapshot.parent.iterdir()] == ["net.npz"]


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full")
def test_a_disk_that_fills_up_while_writing_keeps_the_old_file(
    snapshot: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = snapshot.read_bytes()

    def on_full_disk(target: Path) -> tuple[int, Path]:
        temporary = target.parent / "unfinished"
        temporary.touch()
        return os.open("/dev/full", os.O_WRONLY), temporary

    monkeypatch.setattr(files, "temporary_beside", on_full_disk)
    with pytest.raises(ArchiveError, match="No space left on device"):
        write_archive(snapshot, {"large": np.random.default_rng(0).random(100_000)}, {})
    assert snapshot.read_bytes() == before
    assert [path.name for path in snapshot.parent.iterdir()] == ["net.npz"]


def test_a_process_killed_while_writing_keeps_the_old_file(snapshot: Path) -> None:
    before = snapshot.read_bytes()
    program = (
        "import os, signal, sys\n"
        "from pathlib import Path\n"
        "import numpy as np\n"
        "from engine.archive import write_archive\n"
        "os.fsync = lambda descriptor: os.kill(os.getpid(), signal.SIGKILL)\n"
        "write_archive(Path(sys.argv[1]), {'other': np.ones(1000)}, {})\n"
    )
    killed = subprocess.run([sys.executable, "-c", program, snapshot], check=False, timeout=60)
    assert killed.returncode == -signal.SIGKILL
    assert snapshot.read_bytes() == before
    assert read_archive(snapshot)[1] == META


def test_an_interrupt_while_writing_leaves_no_litter(snapshot: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(os, "fsync", interrupted)
    with pytest.raises(KeyboardInterrupt):
        write_archive(snapshot, {}, {})
    assert [path.name for path in snapshot.parent.iterdir()] == ["net.npz"]
    monkeypatch.undo()
    assert read_archive(snapshot)[1] == META


@pytest.mark.parametrize("ask", [check_writable, lambda path: write_archive(path, {}, {})])
def test_a_place_that_cannot_be_written_is_named(tmp_path: Path, ask: Any) -> None:
    with pytest.raises(ArchiveError, match=r"^missing-net\.npz could not be written: there is no folder"):
        ask(tmp_path / "nowhere" / "missing-net.npz")
    (tmp_path / "folder").mkdir()
    with pytest.raises(ArchiveError, match=r"^folder could not be written: it is a folder"):
        ask(tmp_path / "folder")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs device files")
def test_a_device_is_never_replaced_by_a_file() -> None:
    with pytest.raises(ArchiveError, match="not a regular file"):
        write_archive(Path("/dev/null"), {}, {})
    assert Path("/dev/null").is_char_device()


@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="root may write anywhere")
def test_a_folder_without_permission_is_named(tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    with pytest.raises(ArchiveError, match="Permission denied"):
        check_writable(tmp_path / "net.npz")


def test_asking_whether_a_place_is_writable_leaves_nothing_behind(snapshot: Path) -> None:
    before = snapshot.read_bytes()
    check_writable(snapshot)
    check_writable(snapshot.with_name("new.npz"))
    assert [path.name for path in snapshot.parent.iterdir()] == ["net.npz"]
    assert snapshot.read_bytes() == before


@pytest.mark.skipif(os.name == "nt", reason="links need rights on Windows")
def test_writing_through_a_link_keeps_the_link(snapshot: Path, tmp_path: Path) -> None:
    link = tmp_path / "latest.npz"
    link.symlink_to(snapshot)
    write_archive(link, {}, {"seed": 9})
    assert link.is_symlink()
    assert read_archive(snapshot)[1] == {"seed": 9}


@pytest.mark.skipif(os.name == "nt", reason="links need rights on Windows")
def test_links_that_lead_nowhere_or_to_no_file_are_left_alone(tmp_path: Path) -> None:
    for name, target in {
        "loop.npz": "loop.npz",
        "far.npz": "nowhere/net.npz",
        "null.npz": "/dev/null",
    }.items():
        link = tmp_path / name
        link.symlink_to(target)
        with pytest.raises(ArchiveError, match=rf"^{name} could not be written: "):
            write_archive(link, {}, {})
        assert link.is_symlink()
        assert os.readlink(link) == target  # noqa: PTH115 - what it says, not where it leads
    assert len(list(tmp_path.iterdir())) == 3


@pytest.mark.skipif(os.name == "nt", reason="links need rights on Windows")
def test_a_link_to_a_file_that_is_not_there_yet_writes_that_file(tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    (tmp_path / "latest.npz").symlink_to("folder/net.npz")
    write_archive(tmp_path / "latest.npz", {}, {"seed": 9})
    assert (tmp_path / "latest.npz").is_symlink()
    assert read_archive(tmp_path / "folder" / "net.npz")[1] == {"seed": 9}


@pytest.mark.skipif(os.name == "nt", reason="links need rights on Windows")
def test_reading_through_a_link_reads_the_file(snapshot: Path, tmp_path: Path) -> None:
    (tmp_path / "latest.npz").symlink_to(snapshot.name)
    assert read_archive(tmp_path / "latest.npz")[1] == META


@pytest.mark.skipif(os.name == "nt", reason="POSIX files")
@pytest.mark.parametrize(
    ("target", "reason"),
    [
        ("link.npz", "cannot be read: "),
        ("nowhere", "cannot be read: No such file"),
        (".", "is not a MemNet snapshot: it is a folder"),
        ("/dev/zero", "is not a MemNet snapshot: it is not a regular file"),
        ("pipe", "is not a MemNet snapshot: it is not a regular file"),
    ],
)
def test_a_link_to_no_regular_file_is_refused_at_once(tmp_path: Path, target: str, reason: str) -> None:
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "link.npz").symlink_to(target)
    assert refusal(tmp_path / "link.npz").startswith(f"link.npz {reason}")


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such names")
@pytest.mark.parametrize("name", ["a\nb.npz", "\x1b[2J.npz", "\u202ezpn.exe", "\udcff.npz", "x" * 250])
def test_names_are_shown_on_one_line(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    path.write_bytes(b"nonsense")
    for act in (lambda: read_archive(path), lambda: write_archive(path / "net.npz", {}, {})):
        with pytest.raises(ArchiveError) as refused:
            act()
        text = str(refused.value)
        assert text.isprintable()
        assert len(text) < 500
        text.encode()


def test_members_that_claim_more_bytes_than_there_may_be_are_refused_unread(snapshot: Path) -> None:
    """Members that overlap would else be read many times over."""
    content = bytearray(snapshot.read_bytes())
    packed_size = content.index(b"PK\x01\x02") + 20
    content[packed_size : packed_size + 4] = (2**31).to_bytes(4, "little")
    snapshot.write_bytes(content)
    assert "is damaged: its parts overlap" in refusal(snapshot)


# Reading what is none of ours ------------------------------------------------------------------


def test_what_is_no_readable_file_is_refused(tmp_path: Path) -> None:
    assert "No such file" in refusal(tmp_path / "nothing.npz")
    assert "it is a folder" in refusal(tmp_path)
    empty = tmp_path / "empty.npz"
    empty.touch()
    assert "not a MemNet snapshot: it is empty" in refusal(empty)
    text = tmp_path / "notes.npz"
    text.write_text("I am not a zip file")
    assert "not a MemNet snapshot: it is no .npz file" in refusal(text)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs named pipes")
def test_a_named_pipe_does_not_hang(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe.npz"
    os.mkfifo(pipe)
    assert "not a regular file" in refusal(pipe)


def test_somebody_elses_npz_is_foreign(tmp_path: Path) -> None:
    path = tmp_path / "theirs.npz"
    np.savez(path, weights=np.ones(3))
    assert "theirs.npz is not a MemNet snapshot: it has no metadata" in refusal(path)
    np.savez(path, meta=np.array('{"format": "something-else"}'))
    assert "not a MemNet snapshot: its metadata is not MemNet's" in refusal(path)
    np.savez(path, meta=np.array("[" * 100_000))
    assert "not a MemNet snapshot: its metadata cannot be read" in refusal(path)


def test_a_newer_version_is_said_to_be_newer(tmp_path: Path) -> None:
    path = npz(tmp_path / "net.npz", {"meta.npy": meta_member(version=3)})
    assert refusal(path).startswith(
        "net.npz was written by a newer version of MemNet (3); this one reads up to 2, so update it."
    )


@pytest.mark.parametrize("version", [0, -1, 1.0, "1", None, True, 10**6, 10**4000])
def test_an_impossible_version_is_damage(tmp_path: Path, version: object) -> None:
    path = npz(tmp_path / "net.npz", {"meta.npy": meta_member(version=version)})
    assert "is damaged: its version" in refusal(path)


def test_pickles_are_never_opened(tmp_path: Path) -> None:
    witness = tmp_path / "witness"

    class Trap:
        def __reduce__(self) -> tuple[Any, ...]:
            return (Path.touch, (witness,))

    trap = np.array([Trap()], object)
    content = io.BytesIO()
    np.save(content, trap, allow_pickle=True)
    for members in (
        {"meta.npy": content.getvalue()},
        {"meta.npy": meta_member(), "a.npy": content.getvalue()},
    ):
        refusal(npz(tmp_path / "trap.npz", members))
    assert not witness.exists()


@pytest.mark.parametrize("name", ["../a.npy", "/etc/a.npy", "a/b.npy", "C:\\a.npy", "a.txt", ".npy", "ä.npy"])
def test_members_with_odd_names_are_refused(tmp_path: Path, name: str) -> None:
    path = npz(tmp_path / "net.npz", {"meta.npy": meta_member(), name: npy(np.zeros(1))})
    assert "something that is not an array" in refusal(path)


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_two_members_of_one_name_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "net.npz"
    with zipfile.ZipFile(path, "w") as file:
        for _ in range(2):
            file.writestr("meta.npy", meta_member())
    assert "holds meta twice" in refusal(path)


def header(descr: str, shape: str) -> bytes:
    text = f"{{'descr': {descr}, 'fortran_order': False, 'shape': {shape}, }}\n".encode()
    return b"\x93NUMPY\x01\x00" + len(text).to_bytes(2, "little") + text


@pytest.mark.parametrize(
    "content",
    [
        header("'<f4'", "(1000000000, 1000000000)"),
        header("'<f4'", "(999999999999999999, 999999999999999999, 999999999999999999)"),
        header("'<f4'", "(-1,)"),
        header("'<f4'", "(0, 999999999999999999, 999999999999999999)"),
        header("'<f4'", "(" + "1, " * 40 + "1)") + b"\0" * 4,
        header("'<f3'", "(1,)") + b"\0" * 3,
        header("'|b999'", "(1,)") + b"\0" * 999,
        header("'|O'", "(1,)") + b"\0" * 8,
        header("'<U9999999999'", "()"),
        header("'<U0'", "(5,)"),
        header("'>f4'", "(1,)") + b"\0" * 4,
        header("[('a', '<f4')]", "(1,)") + b"\0" * 4,
        header("__import__('os').abort()", "(1,)"),
        header("'<f4'", "(3,)") + b"\0" * 11,
        header("'<f4'", "(3,)") + b"\0" * 13,
        b"\x93NUMPY\x01\x00\xff\xff",
        b"\x93NUMPY\x02\x00\x10\x00\x00\x00",
        b"",
    ],
)
def test_array_headers_that_lie_are_refused_at_once(tmp_path: Path, content: bytes) -> None:
    refusal(npz(tmp_path / "net.npz", {"meta.npy": meta_member(), "a.npy": content}))
    refusal(npz(tmp_path / "net.npz", {"meta.npy": content}))


def test_a_zip_bomb_is_refused_before_it_unpacks(tmp_path: Path) -> None:
    large = npy(np.zeros(20_000_000, np.uint8))
    path = npz(tmp_path / "bomb.npz", {"meta.npy": meta_member(), "a.npy": large}, zipfile.ZIP_DEFLATED)
    assert path.stat().st_size < 100_000
    tracemalloc.start()
    try:
        assert "would unpack to 20,0" in refusal(path, max_bytes=10_000_000)
        assert tracemalloc.get_traced_memory()[1] < 1_000_000
    finally:
        tracemalloc.stop()


def test_a_zip_that_understates_its_sizes_gains_nothing(tmp_path: Path) -> None:
    large = npy(np.zeros(5_000_000, np.uint8))
    path = npz(tmp_path / "bomb.npz", {"a.npy": large, "meta.npy": meta_member()}, zipfile.ZIP_DEFLATED)
    content = path.read_bytes()
    path.write_bytes(content.replace(len(large).to_bytes(4, "little"), (200).to_bytes(4, "little")))
    tracemalloc.start()
    try:
        refusal(path)
        assert tracemalloc.get_traced_memory()[1] < 1_000_000
    finally:
        tracemalloc.stop()


def test_thousands_of_members_are_refused_unread(tmp_path: Path) -> None:
    path = npz(tmp_path / "many.npz", {f"a{n}.npy": b"" for n in range(2000)})
    assert "2,000 arrays" in refusal(path)


def test_a_file_beyond_the_limit_is_refused_unread(snapshot: Path) -> None:
    assert "larger than 100 bytes" in refusal(snapshot, max_bytes=100)


def test_an_array_changed_in_place_fails_its_checksum(snapshot: Path) -> None:
    with zipfile.ZipFile(snapshot) as file:
        members = {name: file.read(name) for name in file.namelist()}
    changed = bytearray(members["patterns.npy"])
    changed[-1] ^= 1
    path = npz(snapshot, {**members, "patterns.npy": bytes(changed)})  # with a CRC that is right again
    assert "is damaged: its contents do not match its checksum" in refusal(path)


def test_metadata_changed_in_place_fails_its_checksum(snapshot: Path) -> None:
    with zipfile.ZipFile(snapshot) as file:
        members = {name: file.read(name) for name in file.namelist()}
    meta = json.loads(str(np.load(io.BytesIO(members["meta.npy"]))))
    path = npz(snapshot, {**members, "meta.npy": npy(np.array(json.dumps({**meta, "seed": 4})))})
    assert "checksum" in refusal(path)


def test_a_snapshot_cut_anywhere_is_refused(snapshot: Path) -> None:
    content = snapshot.read_bytes()
    for length in [*range(0, len(content), 97), len(content) - 1]:
        snapshot.write_bytes(content[:length])
        refusal(snapshot)


def test_random_damage_is_refused_or_harmless(snapshot: Path) -> None:
    content = snapshot.read_bytes()
    random_source = random.Random(0)
    refused = 0
    for _ in range(400):
        damaged = bytearray(content)
        for _ in range(random_source.choice((1, 1, 2, 8, 40))):
            at = random_source.randrange(len(damaged))
            match random_source.randrange(3):
                case 0:
                    damaged[at] = random_source.randrange(256)
                case 1:
                    damaged[at : at + 4] = random_source.choice((b"\xff" * 4, b"\0" * 4, b"\x80\0\0\0"))
                case _:
                    del damaged[at : at + random_source.randrange(1, 20)]
        snapshot.write_bytes(damaged)
        try:
            arrays, meta = read_archive(snapshot)
        except ArchiveError:
            refused += 1
        else:
            assert meta == META
            assert arrays.keys() == ARRAYS.keys()
            for name, array in ARRAYS.items():
                np.testing.assert_array_equal(arrays[name], array)
    assert refused > 300
