"""The timeline's bars and curve, pixel by pixel."""

from __future__ import annotations

import numpy as np

from memnet_gui.track_pixels import bars, curve

UP, DOWN = 0xFFAA0000, 0xFF0000BB
LINE = 0xFF4080FF


def test_bars_stand_on_the_middle_and_hang_from_it() -> None:
    up, down = np.array([0, 0.5, 1], np.float32), np.array([1, 0, 0.25], np.float32)
    pixels = bars(up, down, 9, UP, DOWN)
    expected = np.zeros((9, 3), np.uint32)
    expected[2:4, 1] = expected[:4, 2] = UP
    expected[4:, 0] = expected[4:6, 2] = DOWN
    np.testing.assert_array_equal(pixels, expected)


def test_what_is_rare_is_still_a_pixel_high() -> None:
    pixels = bars(np.array([1e-4], np.float32), np.array([1e-4], np.float32), 20, UP, DOWN)
    assert pixels[9, 0] == UP
    assert pixels[10, 0] == DOWN
    assert np.count_nonzero(pixels) == 2


def test_a_level_line_is_as_thick_as_asked_and_premultiplied() -> None:
    pixels = curve(np.array([1.0, 1.0, 0.0, 0.0], np.float32), 10, 1.5, LINE)
    assert pixels.shape == (10, 3)
    assert pixels[0, 0] == LINE
    np.testing.assert_array_equal(pixels[2:, 0], 0)
    for pixel in (pixels[1, 0], pixels[8, 2]):
        alpha, red, blue = int(pixel) >> 24, int(pixel) >> 16 & 0xFF, int(pixel) & 0xFF
        assert abs(alpha - 127) <= 1
        assert (red, blue) == (0x40 * alpha // 255, alpha)
    assert (pixels[:, 1] == LINE).all(), "a fall within a column leaves no gap"
