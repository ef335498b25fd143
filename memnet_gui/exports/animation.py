"""The animated record as a file: GIF through Pillow, MP4 through PyAV, both optional (`memnet[record]`).

Both write frame by frame, so that a record takes no more memory than a few frames, in whatever
thread calls, and leave nothing behind where they are given up or fail.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from importlib.util import find_spec
from pathlib import Path
from typing import IO

import numpy as np

from engine.arrays import Bytes
from engine.files import replacing, unwritable
from memnet_gui.exports.pigments import TRANSPARENT, Pigments
from memnet_gui.exports.record import HOLD, Record
from memnet_gui.exports.run import Progress, go_on

_DO_NOT_DISPOSE = 1
_H264 = {"crf": "18", "preset": "veryfast"}
"""A rate factor beyond what the eye tells from the original."""
_THREADS = 1
"""For encoding: learning goes on meanwhile, and wants the other processors."""


class _StopError(Exception):
    """The record was given up: the file must not come to be."""


@dataclass(frozen=True, slots=True)
class Format:
    """A kind of file for records. library: the module that it needs. package: what pip calls that."""

    suffix: str
    name: str
    library: str
    package: str
    rates: tuple[int, ...]
    """Frames a second that can be chosen; a GIF counts in hundredths of a second."""

    @property
    def missing(self) -> str:
        """A sentence on what has to be installed; empty where nothing has."""
        if find_spec(self.library) is not None:
            return ""
        return f"{self.name} needs {self.package}; in a terminal: pip install {self.package}"


GIF = Format(".gif", "GIF", "PIL", "pillow", (5, 10, 20, 25))
MP4 = Format(".mp4", "MP4", "av", "av", (5, 10, 20, 25, 30, 60))
FORMATS = (GIF, MP4)


def write_record(record: Record, path: Path, progress: Progress = go_on) -> bool:
    """Write an animated record, whole or not at all. → False where `progress` said to stop.

    The suffix says in which format. Raises OSError with a sentence where the file cannot be written or
    the library is missing, ValueError for a record without pages or a suffix that is neither .gif nor
    .mp4. An old file then stays as it was.
    """
    kind = next((kind for kind in FORMATS if kind.suffix == path.suffix.lower()), None)
    if kind is None:
        raise ValueError(f"path: {path.name} ends neither in .gif nor in .mp4")
    if not record.frames:
        raise ValueError("record: it has no pages")
    if kind.missing:
        raise OSError(f"Nothing was written: {kind.missing}")
    write = _write_gif if kind is GIF else _write_mp4
    try:
        with replacing(path) as file:
            write(record, file, _Watch(record.frames, progress))
    except _StopError:
        return False
    except OSError as error:
        raise unwritable(path, error) from error
    return True


@dataclass(frozen=True, slots=True)
class _Watch:
    """Tells how far it has got, and stops where that is wanted."""

    frames: int
    progress: Progress

    def over(self, frames: Iterator[Bytes]) -> Iterator[tuple[int, Bytes]]:
        for number, frame in enumerate(frames, start=1):
            yield number, frame
            if not self.progress(number, self.frames):
                raise _StopError


# GIF -------------------------------------------------------------------------------------------


def _write_gif(record: Record, file: IO[bytes], watch: _Watch) -> None:
    """One colour table for all frames; of each only what differs from the one before."""
    from PIL import Image  # noqa: PLC0415 - optional
    from PIL.GifImagePlugin import getdata  # noqa: PLC0415

    pigments = Pigments(record.theme, colored=record.colored, indexed=True)
    table = pigments.color_table.tobytes()
    file.write(_gif_header(record.size, table))
    before: Bytes | None = None
    for number, frame in watch.over(record.paint(pigments)):
        piece, offset = _changes(before, frame)
        height, width = piece.shape
        picture = Image.frombytes("P", (width, height), piece.tobytes())
        picture.putpalette(table)
        last = number == record.frames
        milliseconds = HOLD * 1000 if last else 1000 / record.frames_per_second
        file.writelines(
            getdata(
                picture, offset, duration=milliseconds, transparency=TRANSPARENT, disposal=_DO_NOT_DISPOSE
            )
        )
        before = frame.copy()
    file.write(b";")


def _gif_header(size: tuple[int, int], table: bytes) -> bytes:
    """Everything before the first frame: the size, 256 colours, and that the animation begins again."""
    screen = struct.pack("<6sHHBBB", b"GIF89a", *size, 0xF7, 0, 0)
    forever = struct.pack("<BBB11sBBHB", 0x21, 0xFF, 11, b"NETSCAPE2.0", 3, 1, 0, 0)
    return screen + table + forever


def _changes(before: Bytes | None, frame: Bytes) -> tuple[Bytes, tuple[int, int]]:
    """The smallest rectangle that holds all changes, transparent where nothing changed, and where it is."""
    if before is None:
        return frame, (0, 0)
    changed = before != frame
    rows, columns = np.flatnonzero(changed.any(axis=1)), np.flatnonzero(changed.any(axis=0))
    if not len(rows):
        return np.full((1, 1), TRANSPARENT, np.uint8), (0, 0)
    part = np.s_[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
    return np.where(changed[part], frame[part], np.uint8(TRANSPARENT)), (int(columns[0]), int(rows[0]))


# MP4 -------------------------------------------------------------------------------------------


def _write_mp4(record: Record, file: IO[bytes], watch: _Watch) -> None:
    """H.264 with 4:2:0 colours, which every browser and player shows."""
    import av  # noqa: PLC0415 - optional
    from av.error import FFmpegError  # noqa: PLC0415

    pigments = Pigments(record.theme, colored=record.colored, indexed=False)
    rate = record.frames_per_second
    try:
        with av.open(file, "w", format="mp4") as container:
            stream = container.add_stream("libx264", rate=rate, options=_H264)
            stream.width, stream.height = record.size
            stream.pix_fmt = "yuv420p"
            stream.codec_context.thread_count = _THREADS
            stream.time_base = Fraction(1, rate)
            for number, frame in watch.over(record.paint(pigments)):
                again = round(HOLD * rate) if number == record.frames else 1
                for _ in range(again):
                    container.mux(stream.encode(av.VideoFrame.from_ndarray(frame, format="rgb24")))
            container.mux(stream.encode(None))
    except FFmpegError as error:
        raise OSError(error.errno, error.strerror) from error
