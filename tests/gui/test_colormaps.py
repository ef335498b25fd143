"""Heat-map tables: the published colours, the scale's ends, the slow scale."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pyqtgraph
import pytest

from memnet_gui.colormaps import CIVIDIS, MAGMA, VIRIDIS, SteadyScale, Table, argb, diverging, levels


def published(name: str) -> Table:
    """The full table, as pyqtgraph ships it: numbers in [0, 1] or 0–255, comments after ';'."""
    path = Path(pyqtgraph.__file__).parent / "colors" / "maps" / f"{name}.csv"
    lines = [line for line in path.read_text(encoding="utf-8").splitlines() if line[:1] not in ("", ";")]
    table = np.array([[float(part) for part in line.split(",")] for line in lines])
    return np.rint(table * 255 if table.max() <= 1 else table).astype(np.uint8)


@pytest.mark.parametrize(("table", "name"), [(VIRIDIS, "viridis"), (CIVIDIS, "cividis"), (MAGMA, "magma")])
def test_a_table_is_within_three_levels_of_the_published_one(table: Table, name: str) -> None:
    assert table.shape == (256, 3)
    assert np.abs(table.astype(int) - published(name).astype(int)).max() <= 3


def test_a_diverging_map_runs_from_against_through_the_ground_to_favour() -> None:
    table = diverging("#ff0000", "#102030", "#0000ff")
    assert table[0].tolist() == [255, 0, 0]
    assert table[255].tolist() == [0, 0, 255]
    assert np.abs(table[128].astype(int) - [0x10, 0x20, 0x30]).max() <= 1


def test_argb_pixels_are_opaque_and_in_order() -> None:
    assert argb(np.array([[0x12, 0x34, 0x56]], np.uint8)).tolist() == [0xFF123456]


def test_levels_clip_and_give_infinity_the_top() -> None:
    values = np.array([-1, 0, 0.5, 1, 7, np.inf, -np.inf], np.float32)
    assert levels(values, 0, 1).tolist() == [0, 0, 128, 255, 255, 255, 0]


def test_levels_need_a_range() -> None:
    with pytest.raises(ValueError, match="high"):
        levels(np.zeros(1, np.float32), 1, 1)


def test_the_scale_takes_the_first_look_and_follows_later_ones_slowly() -> None:
    scale = SteadyScale()
    assert scale.follow(np.full(100, 2.0, np.float32)) == pytest.approx(2)
    after = scale.follow(np.full(100, -4.0, np.float32))
    assert 2 < after < 2.2


def test_the_scale_ignores_infinity_and_stands_at_one_without_data() -> None:
    scale = SteadyScale()
    assert scale.follow(np.array([np.inf, -np.inf])) == 1
    assert scale.follow(np.array([np.inf, 0.25])) == pytest.approx(0.25)
