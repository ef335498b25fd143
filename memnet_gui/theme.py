"""Colours, type sizes and spacing: two palettes of our own, handed to every widget as a `Theme`."""

from __future__ import annotations

from dataclasses import dataclass, fields
from functools import cached_property

from PySide6.QtGui import QColor

GRID = 4
"""Spacing unit in device-independent pixels; paddings and gaps are multiples of it."""
CORNER = 8
SMALL, BODY, LARGE, DISPLAY = 11, 13, 14, 26
"""The one type scale, in pixels: captions, text, headings, the answer."""
HUE_TURN = 0.03
"""Part of the circle by which the classes' hues are turned each time they come round."""


@dataclass(frozen=True)
class Theme:
    """A palette. Colours are "#rrggbb"; `color(name)` gives the QColor."""

    name: str
    dark: bool
    background: str
    panel: str
    raised: str
    line: str
    text: str
    secondary: str
    tertiary: str
    accent: str
    on_accent: str
    right: str
    unsure: str
    wrong: str
    recruited: str
    refined: str
    favour: str
    against: str
    """Ends of diverging maps: what speaks for a class, what speaks against it."""
    paper: str
    """Ground of pictures of digits and memories; `text` is their ink."""
    classes: tuple[str, ...]
    class_contrasts: tuple[float, ...]
    """The hues come round again beyond the tenth class, each time at another contrast on the panel."""

    def color(self, name: str) -> QColor:
        """A copy of the token's colour, which the caller may change."""
        return QColor(self._colors[name])

    @cached_property
    def _colors(self) -> dict[str, QColor]:
        values = {field.name: getattr(self, field.name) for field in fields(self)}
        return {name: QColor(value) for name, value in values.items() if isinstance(value, str)}

    def class_color(self, index: int) -> QColor:
        """The colour of a class, told from the panel whatever its number.

        More than some twenty colours cannot be told from each other at a glance, so the class's name
        stands beside it everywhere.
        """
        return QColor(self._class_colors[index % len(self._class_colors)])

    @cached_property
    def _class_colors(self) -> tuple[QColor, ...]:
        first = tuple(QColor(color) for color in self.classes)
        ground = QColor(self.panel)
        again = (
            _at_contrast(color, turn * HUE_TURN, contrast, ground)
            for turn, contrast in enumerate(self.class_contrasts, start=1)
            for color in first
        )
        return (*first, *again)

    @cached_property
    def ink_levels(self) -> tuple[int, ...]:
        """256 ARGB values from paper to ink, a colour table for Indexed8 pictures."""
        paper, ink = QColor(self.paper), QColor(self.text)
        return tuple(
            0xFF000000
            | round(paper.red() + (ink.red() - paper.red()) * level / 255) << 16
            | round(paper.green() + (ink.green() - paper.green()) * level / 255) << 8
            | round(paper.blue() + (ink.blue() - paper.blue()) * level / 255)
            for level in range(256)
        )


def contrast(first: QColor, second: QColor) -> float:
    """The contrast of two colours as WCAG 2 defines it: from 1, the same, to 21, black on white."""
    low, high = sorted((_luminance(first), _luminance(second)))
    return (high + 0.05) / (low + 0.05)


def _luminance(color: QColor) -> float:
    linear = (
        part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4
        for part in (color.redF(), color.greenF(), color.blueF())
    )
    return sum(weight * part for weight, part in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


def _at_contrast(color: QColor, turned: float, goal: float, ground: QColor) -> QColor:
    """A colour with its hue turned by a part of the circle, as light as gives that contrast on the ground."""
    hue, saturation = (color.hslHueF() + turned) % 1, color.hslSaturationF()
    on_dark = ground.lightnessF() < 0.5
    low, high = 0.0, 1.0
    for _ in range(12):
        middle = (low + high) / 2
        if (contrast(QColor.fromHslF(hue, saturation, middle), ground) < goal) == on_dark:
            low = middle
        else:
            high = middle
    return QColor.fromHslF(hue, saturation, (low + high) / 2)


DARK = Theme(
    name="dark",
    dark=True,
    background="#15171c",
    panel="#1c1f26",
    raised="#262a34",
    line="#2f3440",
    text="#e8eaf0",
    secondary="#a6adbb",
    tertiary="#8890a0",
    accent="#5aa9ff",
    on_accent="#0c1016",
    right="#57c785",
    unsure="#e6b84a",
    wrong="#f0716f",
    recruited="#ffd166",
    refined="#4dd0c4",
    favour="#4a9bea",
    against="#f07a24",
    paper="#0c0d11",
    classes=(
        "#3f90da", "#ffa90e", "#ee5a45", "#94a4a2", "#b27ae0",
        "#c08070", "#f07a24", "#b9ac70", "#8c92a3", "#92dadd",
    ),
    class_contrasts=(9.1, 4.7, 6.9, 6.1, 10.1, 7.8),
)  # fmt: skip
LIGHT = Theme(
    name="light",
    dark=False,
    background="#f3f4f7",
    panel="#ffffff",
    raised="#eceef3",
    line="#d8dce4",
    text="#1a1d24",
    secondary="#525a6a",
    tertiary="#6a7282",
    accent="#1f6feb",
    on_accent="#ffffff",
    right="#23864a",
    unsure="#8f6400",
    wrong="#c53535",
    recruited="#a86a12",
    refined="#0b7f77",
    favour="#2f7fc8",
    against="#d25a00",
    paper="#ffffff",
    classes=(
        "#2f7fc8", "#b97a00", "#bd1f01", "#6f807e", "#832db6",
        "#a0604e", "#d25a00", "#8a7d3f", "#5f6470", "#2f9297",
    ),
    class_contrasts=(8.0, 6.8, 8.8, 3.7, 5.6, 9.6),
)  # fmt: skip
THEMES = {theme.name: theme for theme in (DARK, LIGHT)}
