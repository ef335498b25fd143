"""Small runs to export: learned in a moment, with everything in them that exports must cope with."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

import numpy as np
from PySide6.QtGui import QImage

from engine.arrays import Bytes
from engine.backend import Backend
from engine.config import NetworkConfig
from engine.datasets import Dataset
from engine.edits import Edits
from engine.session import Session
from engine.snapshot import Snapshot
from memnet_gui.exports.run import Run
from memnet_gui.theme import Theme
from tests.engine.samples import separable, shrunk

ODD_NAME = '<b>"H" & co</b>'
"""What a class may be called."""
WHOLE, COLUMNS = 0, 1
"""Numbers of the layers."""


@lru_cache
def data(channels: int = 1) -> Dataset:
    return separable(28, channels, classes=4)


def config(channels: int = 1) -> NetworkConfig:
    small = shrunk("complementary")
    return NetworkConfig(small.preset, small.layers, channels=channels, classes=4)


@lru_cache
def taken(digits: int = 200, channels: int = 1) -> Snapshot:
    """A run over patterns of four classes, with a drawing taught as a fifth, two memories muted, two
    held-out tests and a bookmark."""
    session = Session(data(channels), config(channels), seed=3, backend=Backend())
    while session.seen < digits:
        session.advance(digits - session.seen)
    session.close_burst()
    if digits:
        edits = Edits(session)
        edits.teach(ODD_NAME, image=data(channels).test_images[0].astype(np.float32) / 255)
        edits.mute(COLUMNS, session.network.layers[COLUMNS].ids[0, :2].tolist(), True)
        session.metrics.history.add_test(digits // 2, 0.75, 100)
        session.metrics.history.add_test(digits, 0.875, 100)
        session.bookmarks[digits // 2] = "half <way>"
    return Snapshot.take(session)


def run(digits: int = 200, channels: int = 1) -> Run:
    return Run(taken(digits, channels))


def picture(path: Path) -> Bytes:
    """(height, width, 3) uint8, as a viewer shows the file."""
    image = QImage(str(path)).convertToFormat(QImage.Format.Format_RGB888)
    assert not image.isNull()
    rows = np.frombuffer(image.constBits(), np.uint8).reshape(image.height(), image.bytesPerLine())
    return rows[:, : 3 * image.width()].reshape(image.height(), image.width(), 3).copy()


def inked(levels: Bytes, theme: Theme) -> Bytes:
    """(…) uint8 levels of ink → (…, 3) colours of the theme."""
    colors = np.array(theme.ink_levels, np.uint32)[levels]
    return np.stack([colors >> shift & 0xFF for shift in (16, 8, 0)], axis=-1).astype(np.uint8)
