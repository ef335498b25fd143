"""What the animated record is painted with: a colour table, as GIF wants it, or plain red, green, blue."""

from __future__ import annotations

import numpy as np
from PySide6.QtGui import QColor

from engine.arrays import Bytes, Floats
from memnet_gui.theme import Theme

TRANSPARENT = 255
"""The entry of the colour table that stands for nothing: in an animation, what was there before."""
_INKS, _FLASHES, _TEXTS = 160, 24, 14
"""Steps from one colour to another, of those that share the table."""
_CUBE = 6
"""Steps of red, of green and of blue where memories are coloured."""


class Pigments:
    """What a frame is painted with: numbers of a colour table, or red, green and blue.

    Both kinds paint arrays of the same shape, but for the last axis (3) of the latter. `color_table`
    is (256, 3) uint8. Where memories are grey, the table holds every colour that a frame needs but for
    rounding; coloured ones are rounded to a cube of 216.
    """

    def __init__(self, theme: Theme, *, colored: bool, indexed: bool) -> None:
        self.indexed = indexed
        self.colored = colored
        ink = [(theme.paper, theme.text)]
        flashes = [(theme.paper, theme.recruited), (theme.paper, _between(theme.text, theme.recruited))]
        marks = [theme.recruited, _between(theme.background, theme.recruited)]
        texts = [(theme.background, theme.text), (theme.background, theme.secondary)]
        flat = {"background": theme.background, "paper": theme.paper, "raised": theme.raised}
        flat |= {"line": theme.line, "accent": theme.accent}
        self.color_table = np.zeros((256, 3), np.uint8)
        self._used = 0
        self._ramps: dict[str, tuple[int, int, Floats]] = {}
        if colored:
            self._add_cube()
        else:
            self._add_ramps("ink", ink, _INKS)
            self._add_ramps("flash", flashes, _FLASHES)
        self._add_ramps("text", texts, _TEXTS)
        self._flat = {name: self._add(_rgb(color)) for name, color in flat.items()}
        self._marks = [self._add(_rgb(color)) for color in marks]

    @property
    def pixel_shape(self) -> tuple[int, ...]:
        return () if self.indexed else (3,)

    def flat(self, name: str) -> Bytes:
        """A colour of the theme, as a pixel."""
        return self._pixel(self._flat[name])

    def mark(self, age: int) -> Bytes:
        """The colour of the frame around a memory that was new `age` pages ago."""
        return self._pixel(self._marks[age])

    def tiles(self, tiles: Bytes, age: int | None) -> Bytes:
        """Pictures of memories, 0 is no ink, as pixels. age: pages since they were new, None for old ones."""
        if self.colored:
            return self._cube_numbers(tiles) if self.indexed else tiles
        return self._ramp("ink0" if age is None else f"flash{age}", tiles)

    def text(self, coverage: Bytes, *, quiet: bool) -> Bytes:
        """Text on the background, where `coverage` says how much of a pixel is covered."""
        return self._ramp("text1" if quiet else "text0", coverage)

    def _ramp(self, name: str, levels: Bytes) -> Bytes:
        first, count, colors = self._ramps[name]
        if not self.indexed:
            return _lookup(colors)[levels]
        return (first + (levels.astype(np.uint16) * (count - 1) + 127) // 255).astype(np.uint8)

    def _pixel(self, entry: int) -> Bytes:
        return np.asarray(entry, np.uint8) if self.indexed else self.color_table[entry]

    def _add(self, color: Bytes) -> int:
        self.color_table[self._used] = color
        self._used += 1
        return self._used - 1

    def _add_ramps(self, name: str, ramps: list[tuple[str, str]], count: int) -> None:
        for number, (low, high) in enumerate(ramps):
            ends = np.stack([_rgb(low), _rgb(high)]).astype(np.float32)
            first = self._used
            for share in np.linspace(0, 1, count):
                self._add(np.rint(ends[0] + (ends[1] - ends[0]) * share).astype(np.uint8))
            self._ramps[f"{name}{number}"] = first, count, ends

    def _add_cube(self) -> None:
        steps = np.rint(np.linspace(0, 255, _CUBE)).astype(np.uint8)
        for color in np.stack(np.meshgrid(steps, steps, steps, indexing="ij"), axis=-1).reshape(-1, 3):
            self._add(color)

    @staticmethod
    def _cube_numbers(tiles: Bytes) -> Bytes:
        steps = ((tiles.astype(np.uint16) * (_CUBE - 1) + 127) // 255).astype(np.uint8)
        numbers: Bytes = (steps[..., 0] * _CUBE + steps[..., 1]) * _CUBE + steps[..., 2]
        return numbers


def _lookup(ends: Floats) -> Bytes:
    """(256, 3) uint8: the colours between two, (2, 3)."""
    shares = np.linspace(0, 1, 256, dtype=np.float32)[:, None]
    colors: Bytes = np.rint(ends[0] + (ends[1] - ends[0]) * shares).astype(np.uint8)
    return colors


def _rgb(color: str) -> Bytes:
    parsed = QColor(color)
    return np.array([parsed.red(), parsed.green(), parsed.blue()], np.uint8)


def _between(first: str, second: str) -> str:
    """The colour halfway."""
    middle = (_rgb(first).astype(np.uint16) + _rgb(second)) // 2
    return "#" + "".join(f"{part:02x}" for part in middle.tolist())
