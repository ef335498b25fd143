"""Snapshots: a run as one file, to take home, look into with plain NumPy, and go on from.

An `.npz` (see `archive`): the memories as `MemoryNetwork.state` names them, the scores as
`Metrics.state` names them under `metrics_`, what was answered, recruited and taught, and `meta` in
JSON (see `contents`). docs/SNAPSHOT.md writes all of it down.
"""

from __future__ import annotations

import secrets
import tempfile
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from engine.archive import ArchiveError, read_archive, unreadable, write_archive
from engine.arrays import freeze
from engine.backend import Backend
from engine.config import NetworkConfig
from engine.contents import METRICS, meta_of
from engine.datasets import Dataset
from engine.edits import checked_name
from engine.frame import Mistake
from engine.metrics import RECENT, Metrics
from engine.migration import OLDER
from engine.names import shown
from engine.scrutiny import check
from engine.session import Session


@dataclass(frozen=True, slots=True, eq=False)
class Snapshot:
    """A run, copied: host arrays and meta, ready to be written by any thread."""

    arrays: dict[str, npt.NDArray[Any]]
    meta: dict[str, Any]

    @staticmethod
    def take(session: Session) -> Snapshot:
        """Copy what a run has learned and scored. It may go on at once."""
        arrays = dict(session.state())
        arrays |= {METRICS + name: values for name, values in session.metrics.state().items()}
        arrays["mistakes"] = np.array(
            [(mistake.digit, mistake.source, mistake.label, mistake.answer) for mistake in session.mistakes],
            np.int64,
        ).reshape(-1, 4)
        arrays["answers"] = session.answers[: session.seen].copy()
        arrays["recruits"] = recruits = session.recruits[: session.seen].copy()
        recruits[session.learned :] = 0
        arrays["taught_images"] = np.array(session.taught, np.uint8).reshape(
            -1, *session.dataset.train_images.shape[1:]
        )
        return Snapshot(arrays, meta_of(session, arrays))

    @staticmethod
    def read(path: Path) -> Snapshot:
        """What a file holds, of this version of the format or an older one, and known to be that of a
        run (see `scrutiny.check`), over whatever data.

        Raises ArchiveError with a sentence.
        """
        arrays, meta = read_archive(path, older=OLDER)
        try:
            check(arrays, meta)
        except (ValueError, TypeError, OverflowError) as error:
            raise unreadable(path, f"is damaged: {error}") from error
        return Snapshot(arrays, meta)

    def write(self, path: Path) -> None:
        """Write atomically. Raises ArchiveError with a sentence; the old file stays."""
        write_archive(path, self.arrays, self.meta)

    def write_elsewhere(self) -> Path:
        """Write where nobody asked for it, rather than not at all: among the system's temporary files,
        else in the user's home. Returns the path, which is new.

        Raises ArchiveError with a sentence where there is no room in either.
        """
        preset, seed, digits = self.meta["config"]["preset"], self.meta["seed"], self.meta["digits"]
        name = f"memnet-{preset}-seed{seed}-{digits}-{secrets.token_hex(4)}.npz"
        for folder in (tempfile.gettempdir, Path.home):
            try:
                path = Path(folder(), name)
                self.write(path)
            except (ArchiveError, OSError, RuntimeError, MemoryError):  # no such folder, or none with room
                continue
            return path
        raise ArchiveError(
            "It could not be saved among the temporary files or in your home folder either: "
            "free some space, and learn again."
        )


def save_snapshot(session: Session, path: Path) -> None:
    """Write a run to `path`. Raises ArchiveError with a sentence; the old file stays."""
    Snapshot.take(session).write(path)


def load_snapshot(path: Path, dataset: Dataset, backend: Backend | None = None) -> Session:
    """The run at `path`, ready to go on over the same data.

    Raises ArchiveError with a sentence when it cannot be read, is damaged, or needs other data.
    """
    snapshot = Snapshot.read(path)
    try:
        return _opened(snapshot, path, dataset, backend)
    except (KeyError, TypeError, ValueError, IndexError, OverflowError, MemoryError) as error:
        raise unreadable(path, f"is damaged: {error}") from error


def _opened(snapshot: Snapshot, path: Path, dataset: Dataset, backend: Backend | None) -> Session:
    arrays, meta = snapshot.arrays, snapshot.meta
    if meta["data"]["checksum"] != dataset.checksum:
        raise ArchiveError(
            f"{shown(path.name)} was learned from other data ({meta['data']['name']}); "
            f"this is {dataset.name}. The run in the window was kept; "
            "open the snapshot with the data it was learned from."
        )
    config = NetworkConfig.from_dict(meta["config"])
    # Room for all the memories is made once, when they come back.
    little = replace(config, layers=tuple(replace(layer, capacity=1) for layer in config.layers))
    session = Session(dataset, little, seed=meta["seed"], backend=backend, limit=meta["limit"])
    session.config = replace(session.config, layers=config.layers)
    if session.config != config:
        raise ValueError(f"config: not one for {dataset.name}")
    if meta["data"]["order"] not in (None, session.stream.checksum):
        raise ArchiveError(
            f"{shown(path.name)} was learned in an order that NumPy {np.__version__} does not bring about "
            f"again (it was saved with {meta['versions']['numpy']}). The run in the window was kept; "
            "open the snapshot with the NumPy that it was saved with."
        )
    _bring_back_what_was_taught(session, arrays, meta["data"]["classes"])
    _check_record(session, arrays)
    metrics = Metrics.restore(
        {name.removeprefix(METRICS): values for name, values in arrays.items() if name.startswith(METRICS)}
    )
    mistakes = [
        Mistake(int(digit), int(source), dataset.train_images[source], int(label), int(answer))
        for digit, source, label, answer in arrays["mistakes"]
    ]
    seen = metrics.seen
    session.answers[:seen], session.recruits[:seen] = arrays["answers"], arrays["recruits"]
    session.bookmarks = dict(meta["bookmarks"])
    session.restore(arrays, metrics, mistakes, meta["digits_learned"])
    return session


def _bring_back_what_was_taught(
    session: Session, arrays: dict[str, npt.NDArray[Any]], class_names: list[str]
) -> None:
    """Class names and drawings. Raises ValueError where they do not fit."""
    own = session.dataset.class_names
    if class_names[: len(own)] != list(own):
        raise ValueError("classes: the first are not the data's own")
    for name in class_names[len(own) :]:
        if checked_name(name, session.class_names) != name:
            raise ValueError("classes: not names as they are shown")
        session.class_names = (*session.class_names, name)
    session.taught = list(freeze(arrays["taught_images"]))


def _check_record(session: Session, arrays: dict[str, npt.NDArray[Any]]) -> None:
    """Raises ValueError where what was answered, digit by digit, does not lead to the scores."""
    answers = arrays["answers"].astype(np.int64)
    if len(answers) > session.total:
        raise ValueError(f"digits: {len(answers):,} seen of {session.total:,}")
    sources = session.stream.order[: len(answers)]
    labels = session.dataset.train_labels[sources]
    classes = len(session.class_names)
    confusion = np.bincount(labels * classes + answers, minlength=classes**2).reshape(classes, classes)
    right = labels == answers
    scores_fit = (
        (confusion == arrays[f"{METRICS}confusion"]).all()
        and right[:1000].sum() == arrays[f"{METRICS}counts"][2]
        and (right[-RECENT:] == arrays[f"{METRICS}recent_correct"]).all()
    )
    if not scores_fit:
        raise ValueError("metrics: not the scores of these answers")
    numbers = arrays["mistakes"][:, 0] - 1
    told = np.stack([numbers + 1, sources[numbers], labels[numbers], answers[numbers]], axis=1)
    if not (told == arrays["mistakes"]).all():
        raise ValueError("mistakes: not those of these answers")
