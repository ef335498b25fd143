"""The sections of a report that say how good the run is."""

from __future__ import annotations

from collections.abc import Mapping
from math import isnan

from engine.arrays import Bytes
from engine.metrics import RECENT
from memnet_gui.confusion_reading import class_recalls
from memnet_gui.curve_reading import UNKNOWN
from memnet_gui.exports.page import Html, element, ink_image, joined, table
from memnet_gui.exports.run import Run
from memnet_gui.exports.words import percent, tenths

MOST_MISTAKES, MOST_TESTS, MOST_BOOKMARKS = 48, 24, 200
"""The newest of them are shown."""


def section(title: str, words: str, *content: str) -> Html:
    """A part of the report; empty, and so left out, where there is no content."""
    if not any(content):
        return Html("")
    return element("section", element("h2", title), element("p", words), *content)


def headline(run: Run) -> Html:
    """The figures that matter, each with what it means."""
    curves = run.curves
    recent = float(curves.recent[-1]) if curves.recent.size else None
    novelty = float(curves.novelty_rate[-1]) if curves.novelty_rate.size else None
    test = run.last_test
    last = f"last {min(run.digits, RECENT):,} digits"
    cards = [
        (
            "Prequential accuracy",
            percent(run.prequential),
            f"of all {run.digits:,} digits were answered rightly, each before it was learned",
        ),
        (
            "Recent accuracy",
            UNKNOWN if recent is None else tenths(recent),
            f"the same over the {last}",
        ),
        (
            "Held-out accuracy",
            percent(test[1]) if test else UNKNOWN,
            f"of {test[2]:,} digits that are never learned from, after {test[0]:,} digits"
            if test
            else "not measured yet on digits that are never learned from",
        ),
        ("Memories", f"{run.count:,}", _of_layers(run)),
        (
            "Novelty rate",
            UNKNOWN if novelty is None else tenths(novelty),
            f"of the {last} were new enough to become a memory",
        ),
    ]
    return element(
        "dl",
        *(
            element(
                "div",
                element("dt", name),
                element("dd", value, class_="value"),
                element("dd", meaning, class_="meaning"),
            )
            for name, value, meaning in cards
        ),
        class_="cards",
    )


def _of_layers(run: Run) -> str:
    parts = [f"{len(run.memories(number)):,} in {layer.name}" for number, layer in enumerate(run.layers)]
    return f"patterns that were kept: {', '.join(parts)}"


def recalls(run: Run) -> Html:
    """How often each class was known, and what it was taken for."""
    names, counts = run.class_names, run.confusion
    rows = []
    for number, recall in enumerate(class_recalls(counts).tolist()):
        others = counts[number].copy()
        others[number] = 0
        known = UNKNOWN if isnan(recall) else percent(recall)
        bar = Html("") if isnan(recall) else element("meter", known, min=0, max=1, value=f"{recall:.4f}")
        worst = int(others.argmax())
        taken = f"{names[worst]} ({int(others[worst]):,})" if others.any() else UNKNOWN
        total, right = int(counts[number].sum()), int(counts[number, number])
        rows.append((names[number], f"{total:,}", f"{right:,}", known, bar, taken))
    header = ("class", "seen", "right", "recall", "", "most often taken for")
    return section(
        "Recall by class",
        "How many of the digits of each class were answered rightly before they were learned.",
        table(header, rows),
    )


def held_out_tests(run: Run) -> Html:
    curves = run.curves
    tests = zip(
        curves.test_digits.tolist(), curves.test_accuracy.tolist(), curves.test_sizes.tolist(), strict=True
    )
    rows = [(f"{digit:,}", percent(accuracy), f"{size:,}") for digit, accuracy, size in tests]
    words = "Accuracy on digits that are never learned from, tested on a copy of the memories."
    if len(rows) > MOST_TESTS:
        words += f" The last {MOST_TESTS} of {len(rows):,} tests."
    content = table(("after digit", "accuracy", "digits tested"), rows[-MOST_TESTS:], words=0)
    return section("Held-out tests", words, content if rows else "")


def mistakes(run: Run, images: Mapping[int, Bytes]) -> Html:
    """The last digits answered wrongly, newest first; with pictures as far as they are at hand."""
    rows = run.mistakes[::-1][:MOST_MISTAKES].tolist()
    names = run.class_names
    if all(source in images for _, source, _, _ in rows):
        items = (
            element(
                "li",
                ink_image(images[source], f"a {names[label]}", width=72),
                element("b", names[answer]),
                joined((" for ", element("b", names[label]), f", digit {digit:,}")),
            )
            for digit, source, label, answer in rows
        )
        content = element("ul", *items, class_="thumbs")
    else:
        lines = [
            (f"{digit:,}", f"{source:,}", names[label], names[answer])
            for digit, source, label, answer in rows
        ]
        content = table(("digit", "source image", "label", "said"), lines, words=0)
    return section(
        "Last mistakes",
        "What was said for what it was, newest first: at that moment, before the digit was learned.",
        content if rows else "",
    )


def bookmarks(run: Run) -> Html:
    rows = [(f"{digit:,}", name) for digit, name in run.bookmarks[:MOST_BOOKMARKS]]
    content = table(("digit", "name"), rows, words=2)
    return section(
        "Bookmarks", "Moments of the run that somebody wanted to find again.", content if rows else ""
    )
