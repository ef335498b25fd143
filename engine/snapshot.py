"""Snapshots: a run as one file, to take home, look into with plain NumPy, and go on from.

An `.npz` (see `archive`): the memories as `MemoryNetwork.state` names them, the scores as
`Metrics.state` names them under `metrics_`, mistakes, and `meta` in JSON.
"""

from __future__ import annotations

import secrets
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from engine.archive import ArchiveError, read_archive, write_archive
from engine.arrays import freeze
from engine.backend import Backend
from engine.config import MOST_CLASSES, NetworkConfig
from engine.datasets import Dataset
from engine.edits import checked_name
from engine.frame import Mistake
from engine.metrics import Metrics
from engine.session import MISTAKES_KEPT, Session

METRICS = "metrics_"


@dataclass(frozen=True, slots=True, eq=False)
class Snapshot:
    """A run, copied: host arrays and meta, ready to be written by any thread."""

    arrays: dict[str, npt.NDArray[Any]]
    meta: dict[str, Any]

    @staticmethod
    def take(session: Session) -> Snapshot:
        """Copy what a run has learned and scored. It may go on at once."""
        burst = session.burst
        open_burst = burst if burst is not None and not burst.learned else None
        mistakes = list(session.mistakes)
        arrays = dict(session.state())
        arrays |= {METRICS + name: values for name, values in session.metrics.state().items()}
        arrays["mistakes"] = np.array(
            [(mistake.digit, mistake.source, mistake.label, mistake.answer) for mistake in mistakes], np.int64
        ).reshape(-1, 4)
        arrays["answers"] = session.answers[: session.seen].copy()
        arrays["taught_images"] = np.array(session.taught, np.uint8).reshape(
            -1, *session.dataset.train_images.shape[1:]
        )
        meta = {
            "config": session.config.to_dict(),
            "seed": session.seed,
            "limit": session.stream.limit,
            "digits": session.seen,
            "digits_learned": session.seen - (open_burst.shown if open_burst else 0),
            "prequential_accuracy": session.metrics.prequential,
            "memories": session.memories,
            "backend": session.backend.description,
            "data": {
                "name": session.dataset.name,
                "checksum": session.dataset.checksum,
                "classes": list(session.class_names),
            },
        }
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
    arrays, meta = read_archive(path)
    try:
        if meta["data"]["checksum"] != dataset.checksum:
            raise ArchiveError(
                f"{path.name} was learned from other data ({meta['data']['name']}); this is {dataset.name}. "
                "The run in the window was kept; open the snapshot with the data it was learned from."
            )
        config = NetworkConfig.from_dict(meta["config"])
        session = Session(dataset, config, seed=int(meta["seed"]), backend=backend, limit=meta["limit"])
        _bring_back_what_was_taught(session, arrays, meta["data"]["classes"])
        metrics = Metrics.restore(
            {
                name.removeprefix(METRICS): values
                for name, values in arrays.items()
                if name.startswith(METRICS)
            }
        )
        mistakes = [
            Mistake(int(digit), int(source), dataset.train_images[source], int(label), int(answer))
            for digit, source, label, answer in arrays["mistakes"][-MISTAKES_KEPT:]
        ]
        session.restore(arrays, metrics, mistakes, int(meta["digits_learned"]))
    except ArchiveError:
        raise
    except (KeyError, TypeError, ValueError, IndexError, OverflowError, MemoryError) as error:
        reason = f"{error} is missing" if isinstance(error, KeyError) else str(error)
        raise ArchiveError(
            f"{path.name} is damaged: {reason}. Nothing was changed; open another snapshot."
        ) from error
    return session


def _bring_back_what_was_taught(
    session: Session, arrays: dict[str, npt.NDArray[Any]], class_names: list[str]
) -> None:
    """Class names, drawings and the record of answers. Raises ValueError where they do not fit."""
    own = session.dataset.class_names
    if class_names[: len(own)] != list(own) or len(class_names) > MOST_CLASSES:
        raise ValueError("classes: they are not the data's own and up to 62 in all")
    for name in class_names[len(own) :]:
        session.class_names = (*session.class_names, checked_name(name, session.class_names))
    images, shape = arrays["taught_images"], session.dataset.train_images.shape[1:]
    if images.shape[1:] != shape or images.dtype != np.uint8:
        raise ValueError(
            f"taught_images: shape {images.shape} of {images.dtype} is not that of {shape} images"
        )
    session.taught = [freeze(image.copy()) for image in images]
    answers = arrays["answers"]
    if answers.dtype != np.uint8 or answers.ndim != 1 or len(answers) > len(session.answers):
        raise ValueError(f"answers: shape {answers.shape} of {answers.dtype} is not one for each digit seen")
    if answers.max(initial=0) >= len(class_names):
        raise ValueError(f"answers: beyond the {len(class_names)} classes")
    session.answers[: len(answers)] = answers
