"""Colours, type sizes and spacing: two palettes of our own, handed to every widget as a `Theme`."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from PySide6.QtGui import QColor

GRID = 4
"""Spacing unit in device-independent pixels; paddings and gaps are multiples of it."""
CORNER = 8
SMALL, BODY, LARGE, DISPLAY = 11, 13, 14, 26
"""The one type scale, in pixels: captions, text, headings, the answer."""


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

    def color(self, name: str) -> QColor:
        return QColor(getattr(self, name))

    def class_color(self, index: int) -> QColor:
        """The colour of a class; beyond the tenth the ten hues come round again, paler or darker."""
        color = QColor(self.classes[index % len(self.classes)])
        turn = index // len(self.classes)
        return color.lighter(100 + 18 * turn) if self.dark else color.darker(100 + 14 * turn)

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
)  # fmt: skip
THEMES = {theme.name: theme for theme in (DARK, LIGHT)}
