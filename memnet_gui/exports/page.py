"""Pages of HTML that are one file: markup that cannot be broken by what is put into it, and its style.

There is no script and no address of anything elsewhere, and the style follows the reader's theme.
"""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterable, Sequence

from engine.arrays import Bytes
from engine.png import encode_png
from memnet_gui.exports.svg import FONTS, plain
from memnet_gui.theme import DARK, LIGHT, Theme

_TOKENS = (
    "background",
    "panel",
    "raised",
    "line",
    "text",
    "secondary",
    "tertiary",
    "accent",
    "right",
    "unsure",
    "wrong",
    "recruited",
    "refined",
)
_EMPTY = frozenset({"img", "meta", "br"})
"""Elements that have no end."""

_STYLE = """
* { box-sizing: border-box; }
html { color-scheme: light dark; }
body { margin: 0; background: var(--background); color: var(--text); font: 15px/1.5 FONTS; }
main { max-width: 1080px; margin: 0 auto; padding: 40px 24px 64px; }
h1 { font-size: 26px; line-height: 1.2; margin: 0 0 8px; }
h2 { font-size: 18px; margin: 0 0 4px; }
h3 { font-size: 14px; margin: 20px 0 8px; }
p { margin: 0 0 12px; max-width: 76ch; }
section { background: var(--panel); border: 1px solid var(--line); border-radius: 8px;
  padding: 20px 24px 24px; margin: 16px 0 0; }
section > p, .lead, figcaption, .note { color: var(--secondary); }
.cards { display: grid; grid-template-columns: repeat(auto-fill, minmax(180px, 1fr)); gap: 12px;
  margin: 16px 0 0; }
.cards > div { background: var(--raised); border-radius: 8px; padding: 12px 16px; }
.cards dt { color: var(--secondary); font-size: 13px; }
.cards dd { margin: 0; }
.cards .value { font-size: 26px; font-weight: 600; line-height: 1.3; font-variant-numeric: tabular-nums; }
.cards .meaning { font-size: 13px; color: var(--secondary); }
svg, img { max-width: 100%; height: auto; }
figure { margin: 12px 0 0; }
figcaption { font-size: 13px; margin-top: 4px; }
.wide { overflow-x: auto; }
table { border-collapse: collapse; font-size: 14px; font-variant-numeric: tabular-nums; margin: 8px 0 0; }
th, td { text-align: left; padding: 4px 16px 4px 0; border-bottom: 1px solid var(--line);
  vertical-align: top; }
th { color: var(--secondary); font-weight: 600; }
.n { text-align: right; }
.thumbs { display: flex; flex-wrap: wrap; gap: 12px 16px; margin: 8px 0 0; padding: 0; list-style: none; }
.thumbs li { width: 96px; font-size: 12px; line-height: 1.35; color: var(--secondary);
  overflow-wrap: anywhere; }
.thumbs img { display: block; image-rendering: pixelated; border: 1px solid #80808060; border-radius: 4px; }
.thumbs b { color: var(--text); }
.ink { mix-blend-mode: multiply; }
meter { width: 160px; height: 12px; }
pre { background: var(--raised); border-radius: 8px; padding: 12px 16px; overflow-x: auto;
  margin: 8px 0 12px; }
code { font: 13px/1.5 ui-monospace, Menlo, Consolas, monospace; overflow-wrap: anywhere; }
@media screen and (prefers-color-scheme: dark) { .ink { filter: invert(1); mix-blend-mode: screen; } }
@media print {
  body { background: none; font-size: 11pt; }
  main { max-width: none; padding: 0; }
  section { border: 0; padding: 0; margin: 24px 0 0; }
  h2, h3, section > p { break-after: avoid; }
  figure, tr, li, .cards > div { break-inside: avoid; }
}
"""


class Html(str):
    """Markup; any other text is escaped before it becomes part of a page."""

    __slots__ = ()


def element(name: str, /, *content: str, **attributes: str | int) -> Html:
    """An element. content: text, which is escaped, or `Html`. attributes: `class_` for "class"."""
    named = "".join(
        f' {key.rstrip("_").replace("_", "-")}="{plain(str(value))}"' for key, value in attributes.items()
    )
    if name in _EMPTY:
        return Html(f"<{name}{named}>")
    return Html(f"<{name}{named}>{joined(content)}</{name}>")


def joined(content: Iterable[str]) -> Html:
    return Html("".join(part if isinstance(part, Html) else plain(part) for part in content))


def table(header: Sequence[str], rows: Iterable[Sequence[str]], *, words: int = 1) -> Html:
    """A table; columns but for the first `words` hold numbers. A header of empty words is left out."""

    def line(cell: str, values: Sequence[str]) -> Html:
        return element(
            "tr",
            *(
                element(cell, value) if number < words else element(cell, value, class_="n")
                for number, value in enumerate(values)
            ),
        )

    head = element("thead", line("th", header)) if any(header) else Html("")
    body = element("tbody", *(line("td", row) for row in rows))
    return element("div", element("table", head, body), class_="wide")


def ink_image(levels: Bytes, words: str, *, width: int | None = None) -> Html:
    """A picture inside the page. levels: (h, w) uint8, 0 is no ink, which becomes the ink of the reader's
    theme, or (h, w, 3) in colour. words: what it shows. width: pixels across, as it is where None."""
    grey = levels.ndim == 2
    data = b64encode(encode_png(255 - levels if grey else levels)).decode()
    height, across = levels.shape[:2]
    shown = across if width is None else width
    return element(
        "img",
        src=f"data:image/png;base64,{data}",
        alt=words,
        width=shown,
        height=round(height * shown / across),
        **({"class_": "ink"} if grey else {}),
    )


def page_paint(token: str) -> str:
    """The paints of drawings inside a page (see `svg.Paint`)."""
    return f"var(--{token.replace(' ', '-')})"


def page(title: str, *content: str) -> str:
    """A whole page, ready to be written to a file."""
    style = Html(
        f":root {{ {_variables(LIGHT)} }}\n"
        f"@media screen and (prefers-color-scheme: dark) {{ :root {{ {_variables(DARK)} }} }}"
        + _STYLE.replace("FONTS", FONTS)
    )
    head = element(
        "head",
        element("meta", charset="utf-8"),
        element("meta", name="viewport", content="width=device-width, initial-scale=1"),
        element("meta", name="generator", content="MemNet"),
        element("title", title),
        element("style", style),
    )
    body = element("body", element("main", *content))
    return f"<!DOCTYPE html>\n{element('html', head, body, lang='en')}\n"


def _variables(theme: Theme) -> str:
    return " ".join(f"--{token}: {theme.color(token).name()};" for token in _TOKENS)
