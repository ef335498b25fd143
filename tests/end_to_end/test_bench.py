"""The measurements print the figures they promise, and nothing that is no number."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

from tests.end_to_end.program import TINY, figures, run

WORDS = {"preset", "backend"}


def assert_measured(found: dict[str, Any], *names: str) -> None:
    """All of these and every other figure are finite, and above 0 where they are named."""
    for name, value in found.items():
        assert name in WORDS or math.isfinite(value), name
    for name in names:
        assert found[name] > 0, name


def test_the_engine_is_measured() -> None:
    found = figures(run("bench", "engine", *TINY, "--json", "--limit", 2000))
    assert_measured(found, "digits_per_second", "floor_digits_per_second", "ratio")
    assert found["digits"] == 2000


def test_the_window_is_measured(tmp_path: Path) -> None:
    ended = run(
        "bench", "window", *TINY, "--seconds", 1, "--json", QT_QPA_PLATFORM="offscreen", HOME=tmp_path
    )
    found = figures(ended)
    assert_measured(
        found,
        "frames_per_second",
        "tick_ms_p50",
        "tick_ms_p99",
        "tick_ms_max",
        "ui_ms_mean",
        "engine_digits_per_second",
        "headless_digits_per_second",
        "engine_share",
        "peak_rss_mb",
        "first_paint_seconds",
    )
    assert found["tick_ms_p50"] <= found["tick_ms_p99"] <= found["tick_ms_max"]
    assert found["first_paint_seconds"] <= found["ready_seconds"]
