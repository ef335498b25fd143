"""Drawings as SVG text: what figures are made of, and nothing that Qt's renderer does not know.

Colours are tokens of the theme, turned into paints by whoever asks for the text: colours for a file,
CSS variables for a page that follows the reader's theme.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from html import escape

from memnet_gui.theme import Theme

FONTS = "Inter, 'Helvetica Neue', Arial, sans-serif"
Point = tuple[float, float]
Paint = Callable[[str], str]
"""A token of the theme, or "class 3" → what fills or strokes."""


def plain(text: str) -> str:
    """Text for XML and HTML: escaped, and without signs that neither may hold or that reorder others."""
    return escape("".join(sign if sign.isprintable() else " " for sign in text), quote=True)


def of_theme(theme: Theme) -> Paint:
    """Paints that are the colours of a theme."""

    def paint(token: str) -> str:
        if token.startswith("class "):
            return theme.class_color(int(token.removeprefix("class "))).name()
        return theme.color(token).name()

    return paint


class Drawing:
    """Shapes on a sheet `width` × `height` units large, which are pixels where nobody scales it.

    name: tells it from other drawings of the same page. title, description: for those who do not see it.
    """

    def __init__(
        self, name: str, width: float, height: float, title: str, description: str, paint: Paint
    ) -> None:
        self.width, self.height = width, height
        self._name, self._title, self._description = name, title, description
        self._paint = paint
        self._parts: list[str] = []

    def rect(
        self,
        x: float,
        y: float,
        width: float,
        height: float,
        fill: str,
        *,
        opacity: float = 1,
        hint: str = "",
    ) -> None:
        """hint: shown where the pointer rests on it."""
        faint = "" if opacity == 1 else f' fill-opacity="{opacity:.3g}"'
        end = f"><title>{plain(hint)}</title></rect>" if hint else "/>"
        self._parts.append(
            f'<rect x="{_number(x)}" y="{_number(y)}" width="{_number(width)}" height="{_number(height)}" '
            f'fill="{self._paint(fill)}"{faint}{end}'
        )

    def line(self, x1: float, y1: float, x2: float, y2: float, stroke: str, width: float = 1) -> None:
        self._parts.append(
            f'<line x1="{_number(x1)}" y1="{_number(y1)}" x2="{_number(x2)}" y2="{_number(y2)}" '
            f'stroke="{self._paint(stroke)}" stroke-width="{_number(width)}"/>'
        )

    def path(
        self,
        points: Iterable[Point],
        stroke: str,
        width: float = 1.5,
        *,
        dashes: str = "",
        kind: str = "",
    ) -> None:
        """A line through points. kind: what it is, as its class."""
        places = " ".join(f"{_number(x)},{_number(y)}" for x, y in points)
        self._parts.append(
            f'<polyline points="{places}" fill="none" stroke="{self._paint(stroke)}" '
            f'stroke-width="{_number(width)}" stroke-linejoin="round"'
            + (f' stroke-dasharray="{dashes}"' if dashes else "")
            + (f' class="{kind}"' if kind else "")
            + "/>"
        )

    def dot(self, x: float, y: float, radius: float, fill: str, *, hint: str = "", kind: str = "") -> None:
        end = f"><title>{plain(hint)}</title></circle>" if hint else "/>"
        named = f' class="{kind}"' if kind else ""
        self._parts.append(
            f'<circle cx="{_number(x)}" cy="{_number(y)}" r="{_number(radius)}" '
            f'fill="{self._paint(fill)}"{named}{end}'
        )

    def text(
        self,
        x: float,
        y: float,
        words: str,
        fill: str = "text",
        size: float = 12,
        *,
        anchor: str = "start",
        bold: bool = False,
    ) -> None:
        """Words whose baseline begins, is centred or ends ("start", "middle", "end") at (x, y)."""
        self._parts.append(
            f'<text x="{_number(x)}" y="{_number(y)}" fill="{self._paint(fill)}" font-size="{_number(size)}"'
            + ("" if anchor == "start" else f' text-anchor="{anchor}"')
            + (' font-weight="600"' if bold else "")
            + f">{plain(words)}</text>"
        )

    def turned(self, x: float, y: float, words: str, fill: str, size: float) -> None:
        """Words that climb from (x, y)."""
        self._parts.append(
            f'<text transform="translate({_number(x)} {_number(y)}) rotate(-90)" fill="{self._paint(fill)}" '
            f'font-size="{_number(size)}">{plain(words)}</text>'
        )

    def markup(self) -> str:
        """The drawing as an element of a page of HTML."""
        width, height = _number(self.width), _number(self.height)
        return (
            f'<svg viewBox="0 0 {width} {height}" width="{width}" '
            f'height="{height}" role="img" aria-labelledby="{self._name}-title {self._name}-description" '
            f'font-family="{FONTS}">\n<title id="{self._name}-title">{plain(self._title)}</title>\n'
            f'<desc id="{self._name}-description">{plain(self._description)}</desc>\n'
            + "\n".join(self._parts)
            + "\n</svg>\n"
        )

    def file(self) -> str:
        """The drawing as the text of an SVG file."""
        named = self.markup().replace("<svg ", '<svg xmlns="http://www.w3.org/2000/svg" ', 1)
        return f'<?xml version="1.0" encoding="UTF-8"?>\n{named}'


def _number(value: float) -> str:
    """Hundredths are enough; no zeros at the end."""
    return f"{value:.2f}".rstrip("0").rstrip(".") if value % 1 else f"{value:.0f}"


def room_for(words: str, size: float) -> float:
    """About how wide words are in a sans-serif font; never much too little."""
    return sum(1.0 if ord(sign) > 0x2E7F else 0.6 for sign in words) * size
