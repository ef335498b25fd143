"""A comparison in words."""

from __future__ import annotations

from dataclasses import replace

import pytest

from engine.commands import LineAt
from engine.frame import Line
from memnet_gui.comparing import chance, choices, digit_thumbs, headline, memory_thumbs
from tests.gui.comparisons import make_comparison, make_layer_difference
from tests.gui.frames import make_info, make_track

INFO = make_info()
SPACE = "\N{NO-BREAK SPACE}"


@pytest.mark.parametrize(
    ("only_a", "only_b", "neither", "words"),
    [
        (57, 15, 0, "A is 0.42 points better on 10,000 held-out digits: 57 digits it gets right that B does"),
        (0, 1, 0, "B is 0.01 points better on 10,000 held-out digits: 1 digit it gets right that A does not"),
        (9, 9, 2, "A and B are equally good on 10,000 held-out digits: each gets 9 digits right that the"),
        (0, 0, 0, "A and B answer all 10,000 held-out digits alike."),
    ],
)
def test_the_headline_says_which_is_better(only_a: int, only_b: int, neither: int, words: str) -> None:
    assert headline(make_comparison(INFO, 1, only_a, only_b, neither)).startswith(words)


@pytest.mark.parametrize(
    ("p_value", "words"),
    [
        (0.00004, "p < 0.001: more than chance"),
        (0.012, "p = 0.012: more than chance"),
        (0.21, "p = 0.21: it may be chance"),
        (1.0, "p = 1: it may be chance"),
    ],
)
def test_chance_is_said_with_its_figure(p_value: float, words: str) -> None:
    assert chance(p_value).replace(SPACE, " ") == words


def test_without_a_track_there_is_nothing_to_choose() -> None:
    assert choices(None, 0, past=False) == ()


def test_each_line_can_be_chosen_as_far_as_it_has_got() -> None:
    track = make_track(800, line=3, lines=(Line(1, "Run", None, 0, 500), Line(3, "Other", 1, 200, 800)))
    assert {choice.text: choice.target for choice in choices(track, 800, past=False)} == {
        "Run · its end, digit 500": LineAt(1),
        "Other · now": LineAt(3),
    }


def test_memories_say_what_they_are_and_pairs_what_turned() -> None:
    layer = make_layer_difference(INFO, 1)
    alone = memory_thumbs(layer, "only_a", INFO.class_names)
    assert alone[2].lines == ("2", "won 27")
    assert alone[2].fact == "memory 3 · class 2 · born at digit 7 · won 27 times · taught"
    assert memory_thumbs(layer, "only_a", INFO.class_names)[0].fact.endswith("won once")
    pairs = memory_thumbs(layer, "drifted", INFO.class_names)
    assert pairs[0].lines == ("0", "moved 0.60")
    assert pairs[0].fact == (
        "memory 1 → 101 · class 0 · won 1 → 40 · patterns 0.600 apart, associations 0.200"
    )
    assert pairs[3].fact.endswith("silent in A")
    assert memory_thumbs(layer, "reassociated", INFO.class_names)[0].lines == ("0", "by 0.20")


def test_a_class_that_was_taken_back_has_no_name() -> None:
    found = make_comparison(INFO, neither=1)
    only_a, _, neither = digit_thumbs(replace(found, class_names=found.class_names[:9]))
    assert only_a[0].lines == ("4", "A 4 · B –")
    assert neither[0].lines == ("5", "A 4 · B –")
