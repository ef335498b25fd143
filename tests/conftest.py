"""Shared by every test, Qt or not: nothing is shown, nothing of the user's is read or written."""

from __future__ import annotations

import gc
import os

# Qt reads these when it is first imported, so they are set before any test module is.
os.environ["QT_QPA_PLATFORM"] = "offscreen"
os.environ["QT_ENABLE_HIGHDPI_SCALING"] = "1"
os.environ.pop("QT_SCALE_FACTOR", None)


def pytest_collection_finish() -> None:
    """What the collected tests are made of stays to the end; no search for cycles need look at it."""
    gc.collect()
    gc.freeze()
