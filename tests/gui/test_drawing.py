"""Strokes → the image a network sees: where, how large and how thick it was drawn does not matter."""

from __future__ import annotations

import gzip
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.arrays import Floats
from memnet_gui.drawing import (
    PEN,
    RESOLUTION,
    Points,
    Stroke,
    fit_like_mnist,
    fit_strokes,
    rasterise,
    smooth_step,
)
from memnet_gui.sketch import Sketch

MNIST = Path(__file__).resolve().parents[2] / "resources" / "data" / "mnist"


def eight() -> Points:
    """One closed line, 0.7 high, around the middle of the canvas."""
    turn = np.linspace(0, 2 * np.pi, 120)
    return np.column_stack([0.5 + 0.2 * np.sin(2 * turn), 0.5 - 0.35 * np.cos(turn)])


def seven() -> Points:
    return np.array([[0.3, 0.2], [0.7, 0.2], [0.45, 0.8]])


def placed(points: Points, scale: float = 1.0, shift: tuple[float, float] = (0.0, 0.0)) -> Points:
    return (points - 0.5) * scale + 0.5 + np.array(shift)


def fitted(points: Points, diameter: float = 0.08, side: int = 28) -> Floats:
    image = fit_strokes([Stroke(points, diameter)], side)
    assert image is not None
    return image


def difference(a: Floats, b: Floats) -> float:
    """Mean absolute difference, relative to the ink there is."""
    return float(np.abs(a - b).sum() / b.sum())


def centre_of_mass(image: Floats) -> tuple[float, float]:
    """Row and column, measured from the upper left corner of the image."""
    places = np.arange(len(image)) + 0.5
    return float(image.sum(1) @ places / image.sum()), float(image.sum(0) @ places / image.sum())


def stroke_width(image: Floats) -> float:
    """Twice the area over the outline's length (the total variation), in pixels."""
    padded = np.pad(image, 1)
    rise = (padded[2:, 1:-1] - padded[:-2, 1:-1]) / 2
    run = (padded[1:-1, 2:] - padded[1:-1, :-2]) / 2
    return float(2 * image.sum() / np.hypot(rise, run).sum())


def mnist_test_digits(count: int) -> Floats:
    raw = gzip.decompress((MNIST / "t10k-images-idx3-ubyte.gz").read_bytes())
    pixels = np.frombuffer(raw, np.uint8, count * 784, 16).reshape(count, 28, 28)
    return pixels.astype(np.float32) / 255


# ── the fitted image ──────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("side", [8, 13, 28, 64])
def test_image_is_float32_between_0_and_1_and_read_only(side: int) -> None:
    image = fitted(eight(), side=side)
    assert image.shape == (side, side)
    assert image.dtype == np.float32
    assert image.min() == 0
    assert image.max() == 1
    assert not image.flags.writeable


def test_ink_fills_20_of_28_pixels_and_its_mass_is_centred_like_mnist() -> None:
    image = fitted(seven())
    inked = np.flatnonzero((image > 0.02).any(1))
    assert 20 <= inked[-1] - inked[0] + 1 <= 21  # 20 pixels high, seldom exactly on the grid
    assert centre_of_mass(image) == pytest.approx((14.5, 14.5), abs=0.05)


@given(
    scale=st.floats(0.3, 1.2),
    x=st.floats(-0.3, 0.3),
    y=st.floats(-0.3, 0.3),
    diameter=st.floats(0.03, 0.1),
    shape=st.sampled_from([eight, seven]),
)
@settings(max_examples=60, deadline=None)
def test_size_place_and_brush_hardly_change_the_image(scale, x, y, diameter, shape) -> None:
    reach = 0.5 - 0.35 * scale - diameter / 2  # how far it may move without leaving the canvas
    shift = tuple(float(np.clip(offset, -max(0, reach), max(0, reach))) for offset in (x, y))
    assert difference(fitted(placed(shape(), scale, shift), diameter), fitted(shape())) < 0.12


def test_a_thick_brush_on_a_small_digit_keeps_its_holes_open() -> None:
    blob = placed(eight(), 0.35)
    assert difference(fitted(blob, 0.1), fitted(eight(), 0.08)) < 0.12
    # The same ink without its strokes has lost them:
    plain = fit_like_mnist(rasterise([Stroke(blob, 0.1)]))
    assert plain is not None
    assert stroke_width(plain) > 1.5 * stroke_width(fitted(blob, 0.1))


def test_a_dot_stays_a_dot() -> None:
    image = fitted(np.array([[0.2, 0.7]]))
    assert np.count_nonzero(image) <= 16
    assert centre_of_mass(image) == pytest.approx((14.5, 14.5), abs=0.05)


def test_a_drawing_grows_without_a_jump() -> None:
    """A touch more ink changes the image by a touch; moved by whole pixels it would flip by half."""
    turn = np.linspace(0.5, 0.7, 100)
    line = np.column_stack([0.5 + 0.35 * np.sin(2 * np.pi * turn), 0.5 - 0.35 * np.cos(2 * np.pi * turn)])
    images = [fitted(line[:count]) for count in range(50, 101)]
    steps = [difference(before, after) for before, after in pairwise(images)]
    assert max(steps) < 0.1
    assert difference(images[0], images[-1]) > 0.5


def test_ink_is_never_cut_off_by_centring() -> None:
    heavy_end = np.vstack([[[0.1, 0.1]], np.random.default_rng(0).normal([0.85, 0.85], 0.04, (400, 2))])
    raster = rasterise([Stroke(heavy_end, 0.05)])
    image = fit_like_mnist(raster)
    assert image is not None
    top, left = np.flatnonzero(image.any(1))[0], np.flatnonzero(image.any(0))[0]
    whole = np.pad(raster, RESOLUTION)  # nothing can be lost when there is room all around
    rows = np.flatnonzero(raster.any(1))
    share = image.sum() * ((rows[-1] - rows[0] + 1) / 20) ** 2 / whole.sum()
    assert (top, left) >= (0, 0)
    assert share == pytest.approx(1, abs=0.02)


def test_strokes_that_leave_the_canvas_end_at_its_edge() -> None:
    inside = np.array([[0.5, 0.2], [0.5, 0.8], [1.0, 0.8]])
    beyond = np.array([[0.5, 0.2], [0.5, 0.8], [3.0, 0.8]])
    assert difference(fitted(beyond), fitted(inside)) < 0.12


def test_nothing_drawn_is_none() -> None:
    assert fit_strokes([]) is None
    assert fit_strokes([Stroke(np.array([[2.0, 2.0], [3.0, 2.0]]), 0.1)]) is None
    assert fit_strokes([Stroke(eight(), 0.1, erase=True)]) is None
    assert fit_like_mnist(np.zeros((50, 50))) is None


# ── the pen: slow, fast, in several strokes ───────────────────────────────────────────────────────


def ell_and_bar() -> list[Points]:
    """An A of three strokes."""
    return [
        np.array([[0.5, 0.15], [0.2, 0.85]]),
        np.array([[0.5, 0.15], [0.8, 0.85]]),
        np.array([[0.3, 0.6], [0.7, 0.6]]),
    ]


def along(points: Points, count: int) -> Points:
    """So many places of the pen along a line, evenly spaced, its ends included."""
    lengths = np.concatenate(([0.0], np.cumsum(np.hypot(*np.diff(points, axis=0).T))))
    places = np.linspace(0, lengths[-1], count)
    return np.column_stack([np.interp(places, lengths, points[:, axis]) for axis in (0, 1)])


def penned(places: Points, diameter: float = 0.08) -> list[Stroke]:
    """Strokes as the canvas makes them of the places where the pen was seen."""
    sketch = Sketch()
    sketch.begin(places[0], diameter, False)
    for place in places[1:]:
        sketch.move(place)
    sketch.end()
    return list(sketch.strokes)


def image_of(strokes: list[Stroke]) -> Floats:
    image = fit_strokes(strokes)
    assert image is not None
    return image


@pytest.mark.parametrize("shape", [eight, seven])
@pytest.mark.parametrize(("places", "most"), [(12, 0.16), (16, 0.07), (40, 0.03), (1500, 0.02)])
def test_a_fast_pen_draws_what_a_slow_one_does(shape, places: int, most: float) -> None:
    assert difference(image_of(penned(along(shape(), places))), fitted(shape())) < most


@pytest.mark.parametrize("shape", [eight, seven])
@pytest.mark.parametrize("size", [1.0, 0.5, 0.3])
def test_a_slow_and_shaking_pen_on_whole_pixels_draws_the_same(shape, size: float) -> None:
    canvas = 200
    shake = np.random.default_rng(0).normal(0, 0.25, (600, 2))
    places = np.rint(along(placed(shape(), size), 600) * canvas + shake) / canvas
    assert difference(image_of(penned(places)), fitted(shape())) < 0.14


@given(
    scale=st.floats(0.3, 1.2),
    x=st.floats(-0.3, 0.3),
    y=st.floats(-0.3, 0.3),
    diameter=st.floats(0.03, 0.15),
)
@settings(max_examples=40, deadline=None)
def test_several_strokes_keep_their_places_to_each_other(scale, x, y, diameter) -> None:
    reach = 0.5 - 0.35 * scale - diameter / 2
    shift = tuple(float(np.clip(offset, -max(0, reach), max(0, reach))) for offset in (x, y))
    drawn = [Stroke(placed(points, scale, shift), diameter) for points in ell_and_bar()]
    usual = [Stroke(points, 0.08) for points in ell_and_bar()]
    assert difference(image_of(drawn), image_of(usual)) < 0.12


def test_the_order_and_direction_of_strokes_do_not_matter() -> None:
    strokes = [Stroke(points, 0.08) for points in ell_and_bar()]
    other = [Stroke(points[::-1].copy(), 0.08) for points in reversed(ell_and_bar())]
    assert difference(image_of(other), image_of(strokes)) < 0.01


@pytest.mark.parametrize("shape", [eight, seven])
@pytest.mark.parametrize("diameter", [0.03, 0.08, 0.2])
def test_a_drawing_that_fills_the_canvas_to_its_edge_is_not_cut(shape, diameter: float) -> None:
    points = shape() - shape().min(0)
    assert difference(fitted(points / points.max(), diameter), fitted(shape())) < 0.05


@pytest.mark.parametrize("diameter", [0.03, 0.1])
@pytest.mark.parametrize("corner", [(-1, -1), (1, -1), (0, 1)])
def test_a_drawing_in_a_corner_is_seen_as_in_the_middle(corner, diameter: float) -> None:
    points = placed(eight(), 0.5)
    points += np.where(np.array(corner) > 0, 1 - points.max(0), -points.min(0)) * np.abs(corner)
    assert difference(fitted(points, diameter), fitted(eight())) < 0.12


def test_what_shows_of_a_stroke_just_off_the_canvas_is_seen_and_what_comes_back_is_not_joined() -> None:
    along_the_edge = fitted(np.array([[0.2, 1.03], [0.8, 1.03]]))
    assert difference(along_the_edge, fitted(np.array([[0.2, 0.5], [0.8, 0.5]]))) < 0.1
    out_and_in = np.array([[0.5, 0.1], [1.5, 0.1], [1.5, 0.9], [0.5, 0.9]])
    two = [Stroke(np.array([[0.5, y], [1.0, y]]), 0.08) for y in (0.1, 0.9)]
    assert difference(fitted(out_and_in), image_of(two)) < 0.02


# ── the eraser ────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("diameter", [0.03, 0.08, 0.2])
def test_what_is_rubbed_out_entirely_is_gone(diameter: float) -> None:
    kept, wrong = placed(seven(), 0.5, (-0.2, 0)), placed(eight(), 0.4, (0.25, 0.1))
    drawn = [Stroke(kept, diameter), Stroke(wrong, diameter)]
    rubbed = [*drawn, Stroke(np.array([[0.8, 0.2], [0.8, 1.0]]), 0.5, erase=True)]
    with_it, without, alone = fit_strokes(drawn), fit_strokes(rubbed), fitted(kept, diameter)
    assert with_it is not None
    assert without is not None
    assert difference(without, alone) < 0.15
    assert difference(with_it, alone) > 0.5


@pytest.mark.parametrize("diameter", [0.03, 0.06, 0.15])
def test_a_cut_stays_open_and_ink_drawn_after_it_closes_it(diameter: float) -> None:
    line = np.array([[0.5, 0.1], [0.5, 0.9]])
    cut = Stroke(np.array([[0.3, 0.5], [0.7, 0.5]]), max(diameter, 0.08), erase=True)
    image = fit_strokes([Stroke(line, diameter), cut])
    again = fit_strokes([Stroke(line, diameter), cut, Stroke(line, diameter)])
    assert image is not None
    assert again is not None
    middle = slice(12, 17)
    assert image[middle].max(1).min() < 0.3
    assert again[middle].max(1).min() > 0.9


# ── rasters ───────────────────────────────────────────────────────────────────────────────────────


def test_raster_agrees_with_the_distance_to_the_line() -> None:
    """Slow and plain: a pixel is inked when its middle is within half a brush of the polyline."""
    points, diameter, n = seven(), 0.1, 90
    x, y = np.meshgrid(np.arange(n) + 0.5, np.arange(n) + 0.5)
    nearest = np.full((n, n), np.inf)
    for (ax, ay), (bx, by) in zip(points[:-1] * n, points[1:] * n, strict=True):
        along = ((x - ax) * (bx - ax) + (y - ay) * (by - ay)) / ((bx - ax) ** 2 + (by - ay) ** 2)
        along = np.clip(along, 0, 1)
        nearest = np.minimum(nearest, np.hypot(ax + along * (bx - ax) - x, ay + along * (by - ay) - y))
    raster = rasterise([Stroke(points, diameter)], n)
    assert not (raster & (nearest > diameter * n / 2)).any()
    assert not (~raster & (nearest < diameter * n / 2 - 0.15)).any()


def test_smooth_steps_join_without_a_corner() -> None:
    events = np.array([[0.0, 0.0], [0.4, 0.1], [0.5, 0.6]])
    middles = (events[:-1] + events[1:]) / 2
    first = smooth_step(events[0], events[0], middles[0], 0.01)
    second = smooth_step(middles[0], events[1], middles[1], 0.01)
    line = np.vstack([events[:1], first, second])
    assert np.array_equal(line[-1], middles[1])
    steps = np.diff(line, axis=0)
    assert np.hypot(*steps.T).max() <= 0.0101
    angles = np.unwrap(np.arctan2(steps[:, 1], steps[:, 0]))
    assert np.abs(np.diff(angles)).max() < 0.1


@pytest.mark.parametrize(
    ("points", "diameter", "named"),
    [
        (np.zeros((0, 2)), 0.1, "points"),
        (np.zeros(2), 0.1, "points"),
        (np.zeros((3, 3)), 0.1, "points"),
        (np.zeros((1, 2)), 0.0, "diameter"),
        (np.zeros((1, 2)), float("nan"), "diameter"),
    ],
)
def test_bad_strokes_are_named(points, diameter, named) -> None:
    with pytest.raises(ValueError, match=named):
        Stroke(points, diameter)


def test_a_side_below_one_pixel_is_named() -> None:
    with pytest.raises(ValueError, match="side"):
        fit_like_mnist(np.ones((10, 10)), 0)


# ── against the real digits ───────────────────────────────────────────────────────────────────────


def test_mnist_digits_enlarged_and_moved_come_back_as_they_were() -> None:
    digits = mnist_test_digits(100)
    back = []
    for number, digit in enumerate(digits):
        raster = np.zeros((330, 330), np.float32)
        top, left = number * 7 % 50, number * 11 % 50
        raster[top : top + 280, left : left + 280] = np.kron(digit, np.ones((10, 10), np.float32))
        image = fit_like_mnist(raster)
        assert image is not None
        back.append(image)
    # Ours is centred to a fraction of a pixel, MNIST to a whole one: half a pixel of blur at most.
    assert np.abs(np.array(back) - digits).mean() < 0.03
    likeness = [np.corrcoef(a.ravel(), b.ravel())[0, 1] for a, b in zip(back, digits, strict=True)]
    assert min(likeness) > 0.85


def test_drawings_have_the_ink_and_the_thickness_of_mnist() -> None:
    digits = mnist_test_digits(1000)
    widths = [stroke_width(digit) for digit in digits]
    ink = digits.mean((1, 2))
    for image in (fitted(eight()), fitted(seven())):
        assert np.percentile(widths, 25) < stroke_width(image) < np.percentile(widths, 85)
        assert np.percentile(ink, 5) < image.mean() < np.percentile(ink, 95)
    assert abs(np.median(widths) - 20 * PEN) < 0.15
