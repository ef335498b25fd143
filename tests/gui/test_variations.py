"""Variations of a drawing: each differs in the one thing that it names."""

from __future__ import annotations

import numpy as np
import pytest

from engine.arrays import Floats
from memnet_gui.drawing import Stroke, fit_strokes
from memnet_gui.variations import (
    LARGER,
    SHIFT,
    SMALLER,
    TURN,
    VARIATIONS,
    scaled,
    shifted,
    turned,
    vary,
    widened,
)


def drawing(points: list[tuple[float, float]], side: int = 28) -> Floats:
    image = fit_strokes([Stroke(np.array(points), 0.08)], side)
    assert image is not None
    return image


ELL = [(0.3, 0.2), (0.3, 0.8), (0.7, 0.8)]


def spread(image: Floats) -> float:
    """Root mean square distance of the ink from the image's middle, in pixels."""
    places = np.arange(len(image)) + 0.5 - len(image) / 2
    squared = places[:, None] ** 2 + places**2
    return float(np.sqrt((image * squared).sum() / image.sum()))


def slant(image: Floats) -> float:
    """Angle of the ink's longer axis in degrees, clockwise from level."""
    places = np.arange(len(image)) + 0.5
    y, x = np.meshgrid(places, places, indexing="ij")
    total = image.sum()
    y, x = y - (image * y).sum() / total, x - (image * x).sum() / total
    mixed = 2 * (image * x * y).sum()
    return float(np.rad2deg(np.arctan2(mixed, (image * (x * x - y * y)).sum()) / 2))


@pytest.mark.parametrize("side", [8, 13, 28, 64])
def test_variations_are_images_like_the_one_they_are_made_of(side: int) -> None:
    image = drawing(ELL, side)
    varied = vary(image)
    assert varied.shape == (len(VARIATIONS), side, side)
    assert varied.dtype == np.float32
    assert varied.min() >= 0
    assert 0.5 < varied.max() <= 1
    assert not varied.flags.writeable
    assert all(not np.array_equal(one, image) for one in varied)


def test_a_blank_image_stays_blank() -> None:
    assert not vary(np.zeros((28, 28), np.float32)).any()


@pytest.mark.parametrize("degrees", [-TURN, TURN])
def test_turning_turns_clockwise_and_keeps_the_ink(degrees: float) -> None:
    line = drawing([(0.2, 0.5), (0.8, 0.5)])
    result = turned(line, degrees)
    assert slant(result) - slant(line) == pytest.approx(degrees, abs=0.5)
    assert result.sum() == pytest.approx(line.sum(), rel=0.03)


def test_turning_there_and_back_brings_the_image_back() -> None:
    image = drawing(ELL)
    assert np.abs(turned(turned(image, 15), -15) - image).sum() / image.sum() < 0.12


@pytest.mark.parametrize("factor", [SMALLER, LARGER])
def test_scaling_scales_about_the_middle(factor: float) -> None:
    image = drawing([(0.3, 0.3), (0.7, 0.3), (0.5, 0.7), (0.3, 0.3)])
    result = scaled(image, factor)
    assert spread(result) / spread(image) == pytest.approx(factor, rel=0.03)
    assert result.sum() / image.sum() == pytest.approx(factor**2, rel=0.06)


def test_scaling_by_one_and_turning_by_nothing_change_nothing() -> None:
    image = drawing(ELL)
    assert np.allclose(scaled(image, 1.0), image, atol=1e-6)
    assert np.allclose(turned(image, 0.0), image, atol=1e-6)


@pytest.mark.parametrize(("down", "right"), [(0, -2), (0, 2), (-2, 0), (2, 0), (3, -1)])
def test_shifting_moves_every_pixel_and_wraps_none(down: int, right: int) -> None:
    image = np.random.default_rng(0).random((9, 9), np.float32)
    result = shifted(image, down, right)
    for row in range(9):
        for column in range(9):
            y, x = row - down, column - right
            inside = 0 <= y < 9 and 0 <= x < 9
            assert result[row, column] == (image[y, x] if inside else 0)


@pytest.mark.parametrize("pixels", [-1.0, 1.0])
def test_widening_changes_the_stroke_by_about_so_many_pixels(pixels: float) -> None:
    bar = np.zeros((28, 28), np.float32)
    bar[4:24, 12:16] = 1
    assert widened(bar, pixels)[14].sum() == pytest.approx(4 + pixels, abs=0.3)


def test_a_stroke_thinner_than_what_is_taken_from_it_does_not_tear() -> None:
    line = np.zeros((28, 28), np.float32)
    line[4:24, 14] = 1
    thinner = widened(line, -2.0)
    assert (thinner[5:23].max(1) > 0.4).all()


def test_all_four_directions_and_both_of_everything_else_are_there() -> None:
    image = drawing(ELL)
    varied = dict(zip((variation.name for variation in VARIATIONS), vary(image), strict=True))
    step = round(SHIFT * 28)
    for name, (down, right) in {
        "moved to the left": (0, -step),
        "moved to the right": (0, step),
        "moved up": (-step, 0),
        "moved down": (step, 0),
    }.items():
        assert np.array_equal(varied[name], shifted(image, down, right))
    assert spread(varied["made smaller"]) < spread(image) < spread(varied["made larger"])
    assert varied["with a thinner pen"].sum() < image.sum() < varied["with a thicker pen"].sum()
    assert slant(varied[f"turned {TURN:.0f}° to the left"]) < slant(image)
