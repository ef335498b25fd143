"""The report: whole HTML in one file, nothing from elsewhere, nothing that a name could break."""

from __future__ import annotations

import base64
import errno
import os
import re
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtGui import QImage, QTextDocument

from engine.arrays import freeze
from engine.backend import Backend
from engine.config import PRESETS
from engine.session import Session
from engine.snapshot import Snapshot
from memnet_gui.exports.mosaic import Mosaic
from memnet_gui.exports.page import Html, element, ink_image, table
from memnet_gui.exports.report import report_html, write_report
from memnet_gui.exports.report_making import command
from memnet_gui.exports.run import Run
from memnet_gui.theme import DARK, LIGHT
from tests.engine.samples import separable
from tests.gui.takings import ODD_NAME, data, run

VOID = {"meta", "img", "br"}


class Reader(HTMLParser):
    """Reads strictly: every element is closed in its turn, every attribute named once."""

    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=True)
        self.open: list[str] = []
        self.seen: list[tuple[str, dict[str, str]]] = []
        self.words: dict[str, list[str]] = {}
        self.feed(text)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        names = [name for name, _ in attributes]
        assert len(names) == len(set(names))
        self.seen.append((tag, {name: value or "" for name, value in attributes}))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attributes)
        if tag not in VOID:
            self.handle_endtag(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, words: str) -> None:
        if words.strip():
            self.words.setdefault(self.open[-1] if self.open else "", []).append(words)


def images(of: Run, channels: int = 1) -> dict[int, np.ndarray]:
    return {source: data(channels).train_images[source] for source in of.mistakes[:, 1].tolist()}


@pytest.fixture(scope="module")
def page() -> str:
    return report_html(run(), images(run()))


@pytest.fixture(scope="module")
def reader(page: str) -> Reader:
    return Reader(page)


def test_it_is_a_whole_page(page: str, reader: Reader) -> None:
    assert page.startswith("<!DOCTYPE html>\n<html lang=")
    tags = [tag for tag, _ in reader.seen]
    assert tags[:3] == ["html", "head", "meta"]
    assert all(tags.count(tag) == 1 for tag in ("html", "head", "style", "body", "main", "h1"))
    assert tags.index("title") < tags.index("style")
    ids = [attributes["id"] for _, attributes in reader.seen if "id" in attributes]
    assert len(ids) == len(set(ids))
    for tag, attributes in reader.seen:
        for name in attributes.get("aria-labelledby", "").split():
            assert name in ids
        if tag == "img":
            assert attributes["alt"]
            assert int(attributes["width"]) > 0


def test_nothing_comes_from_elsewhere_and_nothing_runs(page: str, reader: Reader) -> None:
    assert not re.search(r"https?:|//[\w-]+\.|@import|url\(|javascript:", page, re.IGNORECASE)
    allowed = {"src": "data:image/png;base64,"}
    for tag, attributes in reader.seen:
        assert tag not in {"script", "iframe", "object", "embed", "link", "base", "form", "a"}
        for name, value in attributes.items():
            assert not name.startswith("on")
            assert name not in {"href", "xlink:href", "action", "srcset", "style"}
            if name in allowed:
                assert value.startswith(allowed[name])


def test_it_says_what_was_learned(reader: Reader) -> None:
    of = run()
    assert reader.words["h1"] == ["complementary, seed 3: a Memory Network after 200 digits"]
    headings = reader.words["h2"]
    for heading in (
        "Learning curves",
        "Confusion matrix",
        "Recall by class",
        "Held-out tests",
        "Memories",
        "All memories",
        "Most useful memories",
        "Changed by hand",
        "Last mistakes",
        "Bookmarks",
        "Settings",
        "How it was made",
    ):
        assert headings.count(heading) == 1
    values = reader.words["dd"]
    assert f"{of.count:,}" in values
    assert "87.5 %" in values
    cells = reader.words["td"]
    assert "half <way>" in cells
    assert of.data_checksum in cells
    assert of.versions["numpy"] in cells


def test_names_are_shown_as_they_are_and_become_no_markup(page: str, reader: Reader) -> None:
    assert '<b>"H"' not in page
    assert "&lt;b&gt;&quot;H&quot; &amp; co&lt;/b&gt;" in page
    assert ODD_NAME in reader.words["td"]
    of = run()
    of.data_name = "</style><script>alert(1)</script>"
    of.backend = "'\"><img src=x onerror=alert(1)>"
    of.bookmarks = [(3, "<!-- -->")]
    of.versions = {"<i>": "]]>"}
    broken = Reader(report_html(of, {}))
    assert {"script", "i"}.isdisjoint(tag for tag, _ in broken.seen)
    assert "<!-- -->" in broken.words["td"]


def test_pictures_are_pictures(reader: Reader) -> None:
    of = run()
    sources = [attributes["src"] for tag, attributes in reader.seen if tag == "img"]
    assert len(sources) > 2 + len(of.mistakes)
    for source in sources:
        image = QImage.fromData(base64.b64decode(source.partition(",")[2]), "PNG")  # type: ignore[call-overload]
        assert not image.isNull()


def test_mistakes_without_the_data_are_a_table(tmp_path: Path) -> None:
    of = run()
    assert len(of.mistakes)
    some = dict(list(images(of).items())[:-1])
    for at_hand in ({}, some):
        found = Reader(report_html(of, at_hand))
        assert "source image" in found.words["th"]
        assert f"{of.mistakes[-1, 1]:,}" in found.words["td"]
    assert "source image" not in Reader(report_html(of, images(of))).words["th"]


def test_the_same_run_makes_the_same_file(tmp_path: Path) -> None:
    for name in ("a.html", "b.html"):
        write_report(run(), tmp_path / name, images(run()))
    assert (tmp_path / "a.html").read_bytes() == (tmp_path / "b.html").read_bytes()
    Reader((tmp_path / "a.html").read_text("utf-8"))


def test_colour_and_a_run_that_has_not_begun_have_reports() -> None:
    coloured = Reader(report_html(run(channels=3), images(run(channels=3), 3)))
    inked = [attributes.get("class") for tag, attributes in coloured.seen if tag == "img"]
    assert set(inked) == {None}, "colours are not turned into ink"
    empty = Reader(report_html(run(0), {}))
    assert {"Last mistakes", "All memories", "Bookmarks", "Held-out tests"}.isdisjoint(empty.words["h2"])
    assert "To get the same memories again" not in empty.words.get("h3", [])


def test_both_themes_are_in_it(page: str) -> None:
    dark = page.index("prefers-color-scheme: dark")
    assert page.index(f"--panel: {LIGHT.panel}") < dark < page.index(f"--panel: {DARK.panel}")
    assert 'fill="var(--text)"' in page
    tokens = set(re.findall(r"var\(--([a-z-]+)\)", page))
    assert all(f"--{token}: #" in page for token in tokens)


def test_large_layers_are_drawn_smaller(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("memnet_gui.exports.report_memories.MOSAIC_PIXELS", 20_000)
    drawn = []
    draw = Mosaic.draw

    def note(mosaic: Mosaic) -> object:
        drawn.append((mosaic.width * mosaic.height, mosaic.count))
        return draw(mosaic)

    monkeypatch.setattr(Mosaic, "draw", note)
    of = run()
    report_html(of, {})
    assert [count for _, count in drawn] == [len(of.memories(layer)) for layer in range(2)]
    assert max(pixels for pixels, _ in drawn) <= 10_000


def test_the_command_brings_the_same_memories_about(tmp_path: Path) -> None:
    digits, tiny = data(), replace(PRESETS["tiny"], classes=4)
    session = Session(digits, tiny, seed=5, backend=Backend())
    while session.seen < 150:
        session.advance(7)
    of = Run(Snapshot.take(session))
    words = command(of).split()
    assert words[:3] == ["python", "main.py", "learn"]
    options = dict(zip(words[3::2], words[4::2], strict=True))
    assert (options["--preset"], options["--seed"]) == ("tiny", "5")
    again = Session(digits, tiny, seed=5, backend=Backend(), limit=int(options["--limit"]))
    for _ in again.run():
        pass
    theirs = Run(Snapshot.take(again)).memories(0)
    np.testing.assert_array_equal(theirs.patterns, of.memories(0).patterns)
    np.testing.assert_array_equal(theirs.associations, of.memories(0).associations)


def test_only_settings_with_a_name_have_a_command() -> None:
    assert "pre" not in [tag for tag, _ in Reader(report_html(run(), {})).seen]
    session = Session(separable(28, classes=10), PRESETS["tiny"], seed=1, backend=Backend())
    session.advance(3)
    session.close_burst()
    reader = Reader(report_html(Run(Snapshot.take(session)), {}))
    assert reader.words["code"] == [
        "python main.py learn --preset tiny --seed 1 --limit 1 --out memnet-tiny-seed1-1.npz"
    ]


def test_qt_reads_it_too(page: str) -> None:
    document = QTextDocument()
    document.setHtml(page)
    text = document.toPlainText()
    assert "Prequential accuracy" in text
    assert ODD_NAME in text


def test_a_full_disk_keeps_the_old_report(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "report.html"
    path.write_bytes(b"older")

    def full(handle: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match=r"“report.html” could not be written"):
        write_report(run(), path)
    assert path.read_bytes() == b"older"


def test_versions_that_an_old_snapshot_does_not_say_are_left_out() -> None:
    of = run()
    of.versions = {"memnet": "9.9", "numpy": None, "python": None}
    cells = Reader(report_html(of, {})).words["td"]
    assert "memnet version" in cells
    assert "numpy version" not in cells


# The page ----------------------------------------------------------------------------------------


def test_text_is_escaped_and_markup_is_not() -> None:
    inner = element("b", "1 < 2")
    assert element("p", "a & b ", inner, class_="x") == '<p class="x">a &amp; b <b>1 &lt; 2</b></p>'
    assert element("img", alt='"') == '<img alt="&quot;">'
    assert isinstance(inner, Html)


def test_a_table_parts_words_from_numbers() -> None:
    found = Reader(table(("name", "count"), [("a", "1")]))
    assert [attributes.get("class") for tag, attributes in found.seen if tag == "td"] == [None, "n"]
    assert "thead" not in [tag for tag, _ in Reader(table(("", ""), [("a", "b")], words=2)).seen]


def test_ink_is_dark_in_the_file_and_turned_by_the_dark_theme() -> None:
    levels = freeze(np.array([[0, 255], [100, 0]], np.uint8))
    ((_, attributes),) = Reader(ink_image(levels, "two", width=20)).seen
    image = QImage.fromData(base64.b64decode(attributes["src"].partition(",")[2]), "PNG")  # type: ignore[call-overload]
    assert [image.pixelColor(x, y).red() for y in (0, 1) for x in (0, 1)] == [255, 0, 155, 255]
    assert (attributes["class"], attributes["width"], attributes["height"]) == ("ink", "20", "20")
