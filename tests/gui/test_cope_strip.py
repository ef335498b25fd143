"""The strip of variations: when it asks, what it shows, where it differs."""

from __future__ import annotations

import gc
import weakref
from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from engine.arrays import freeze
from engine.commands import ClassifyAll
from engine.findings import Findings, Variations
from engine.frame import Frame
from memnet_gui.theme import DARK, LIGHT
from memnet_gui.variations import VARIATIONS, vary
from memnet_gui.widgets.cope_strip import CopeStrip
from tests.gui.frames import digit_image, make_frame, make_info

IMAGE = digit_image(3)
LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def strip(qtbot: QtBot) -> CopeStrip:
    strip = CopeStrip()
    qtbot.addWidget(strip)
    strip.set_theme(DARK)
    strip.resize(324, strip.height_for(2))
    strip.show()
    qtbot.waitExposed(strip)
    strip.activateWindow()
    return strip


@pytest.fixture
def asked(strip: CopeStrip) -> list[ClassifyAll]:
    commands: list[ClassifyAll] = []
    strip.asked.connect(commands.append)
    return commands


def answered(request: int, *others: tuple[int, int, float], own: int = 3, sure: float = 0.9) -> Frame:
    """The drawing and its variations are answered `own`, but for some: (variation, answer, confidence)."""
    info = make_info()
    probabilities = np.full((len(VARIATIONS) + 1, info.classes), (1 - sure) / 9, np.float32)
    probabilities[:, own] = sure
    for place, answer, confidence in others:
        probabilities[place + 1] = (1 - confidence) / 9
        probabilities[place + 1, answer] = confidence
    findings = Findings(variations=Variations(request, freeze(probabilities)))
    return make_frame(info, findings=findings)


def ask(strip: CopeStrip, asked: list[ClassifyAll]) -> int:
    strip.show_drawing(IMAGE, 1)
    strip.ask()
    return asked[-1].request


# ── asking ────────────────────────────────────────────────────────────────────────────────────────


def test_it_asks_about_the_drawing_and_its_variations(strip: CopeStrip, asked: list[ClassifyAll]) -> None:
    ask(strip, asked)
    images = asked[-1].images
    assert np.array_equal(images[0], IMAGE)
    assert np.array_equal(images[1:], vary(IMAGE))
    assert not images.flags.writeable


def test_a_network_that_sees_colour_is_asked_in_colour(strip: CopeStrip, asked: list[ClassifyAll]) -> None:
    strip.show_drawing(IMAGE, 3)
    strip.ask()
    assert asked[-1].images.shape == (len(VARIATIONS) + 1, 28, 28, 3)
    assert np.array_equal(asked[-1].images[0, ..., 2], IMAGE)


def test_it_asks_once_a_changing_drawing_has_settled(
    strip: CopeStrip, asked: list[ClassifyAll], qtbot: QtBot
) -> None:
    for digit in range(6):
        strip.show_drawing(digit_image(digit), 1)
        qtbot.wait(5)
    assert asked == []
    qtbot.waitUntil(lambda: len(asked) == 1, timeout=2000)
    assert np.array_equal(asked[0].images[0], digit_image(5))
    qtbot.wait(300)
    assert len(asked) == 1


def test_hidden_it_asks_nothing_and_shown_it_asks_at_once(
    strip: CopeStrip, asked: list[ClassifyAll], qtbot: QtBot
) -> None:
    strip.hide()
    strip.show_drawing(IMAGE, 1)
    strip.ask()
    qtbot.wait(300)
    assert asked == []
    strip.show()
    assert len(asked) == 1


def test_without_a_drawing_it_asks_nothing_and_shows_nothing(
    strip: CopeStrip, asked: list[ClassifyAll]
) -> None:
    blank = strip.grab().toImage()
    strip.show_frame(answered(ask(strip, asked)))
    assert strip.grab().toImage() != blank
    strip.show_drawing(None, 1)
    strip.ask()
    assert len(asked) == 1
    assert strip.grab().toImage() == blank
    assert strip.summary == ""


# ── answers ───────────────────────────────────────────────────────────────────────────────────────


def test_each_variation_has_its_answer_and_differing_ones_are_marked(
    strip: CopeStrip, asked: list[ClassifyAll]
) -> None:
    request = ask(strip, asked)
    strip.show_frame(answered(request))
    same = strip.grab().toImage()
    assert strip.said(0) == ("3", pytest.approx(0.9))
    assert not any(strip.differs(place) for place in range(len(VARIATIONS)))
    assert strip.summary == "The same answer to 10 of 10 variations"
    strip.show_frame(answered(request, (1, 9, 0.61), (8, 8, 0.7)))
    assert [place for place in range(len(VARIATIONS)) if strip.differs(place)] == [1, 8]
    assert strip.said(1) == ("9", pytest.approx(0.61))
    assert strip.summary == "The same answer to 8 of 10 variations"
    assert "answered 9, 61 %, unlike the drawing itself" in strip.fact(1)
    assert "as the drawing itself" in strip.fact(0)
    assert strip.grab().toImage() != same


def test_what_is_not_sure_enough_is_not_known(strip: CopeStrip, asked: list[ClassifyAll]) -> None:
    strip.show_frame(answered(ask(strip, asked), (2, 3, 0.38)))
    assert strip.said(2) == ("3", pytest.approx(0.38))
    assert not strip.differs(2)
    strip.set_sure_from(0.4)
    assert strip.said(2) == ("?", pytest.approx(0.38))
    assert strip.differs(2)
    assert "not known" in strip.fact(2)
    strip.set_sure_from(0.95)  # then the drawing itself is not known either
    assert not strip.differs(0)


def test_answers_to_an_earlier_question_are_not_shown(strip: CopeStrip, asked: list[ClassifyAll]) -> None:
    first = ask(strip, asked)
    strip.show_drawing(digit_image(5), 1)
    strip.ask()
    strip.show_frame(answered(first))
    assert strip.said(0) is None
    strip.show_frame(answered(asked[-1].request))
    assert strip.said(0) is not None


def test_asked_again_about_the_same_drawing_the_old_answers_stay_until_the_new_ones_come(
    strip: CopeStrip, asked: list[ClassifyAll]
) -> None:
    strip.show_frame(answered(ask(strip, asked)))
    strip.ask()
    assert strip.said(0) == ("3", pytest.approx(0.9))
    strip.show_frame(answered(asked[-1].request, own=5))
    assert strip.said(0) == ("5", pytest.approx(0.9))


def test_answers_with_a_class_that_was_taken_back_are_not_shown(
    strip: CopeStrip, asked: list[ClassifyAll]
) -> None:
    frame = answered(ask(strip, asked))
    fewer = replace(frame, info=replace(frame.info, class_names=frame.info.class_names[:-1]))
    strip.show_frame(fewer)
    assert strip.said(0) is None


# ── mouse, keyboard, looks ────────────────────────────────────────────────────────────────────────


def test_a_click_or_enter_picks_a_variation_to_ask_why(
    strip: CopeStrip, asked: list[ClassifyAll], qtbot: QtBot
) -> None:
    picked: list[object] = []
    strip.picked.connect(picked.append)
    qtbot.keyClick(strip, Qt.Key.Key_Return)
    assert picked == []
    ask(strip, asked)
    qtbot.mouseClick(strip, LEFT, pos=strip.thumb_rect(4).center().toPoint())
    strip.setFocus()
    qtbot.keyClick(strip, Qt.Key.Key_Right)
    qtbot.keyClick(strip, Qt.Key.Key_Return)
    assert [np.array_equal(image, vary(IMAGE)[n]) for image, n in zip(picked, (4, 5), strict=True)] == [
        True,
        True,
    ]


def test_the_keyboard_walks_and_the_description_follows(
    strip: CopeStrip, asked: list[ClassifyAll], qtbot: QtBot
) -> None:
    strip.show_frame(answered(ask(strip, asked)))
    strip.setFocus()
    for key, place in (
        (Qt.Key.Key_End, len(VARIATIONS) - 1),
        (Qt.Key.Key_Left, len(VARIATIONS) - 2),
        (Qt.Key.Key_Home, 0),
        (Qt.Key.Key_Left, 0),
    ):
        qtbot.keyClick(strip, key)
        assert strip.accessibleDescription() == strip.fact(place)


@pytest.mark.parametrize("width", [240, 324, 780])
def test_all_variations_fit_side_by_side(strip: CopeStrip, width: int) -> None:
    strip.resize(width, strip.height_for(2))
    places = [strip.thumb_rect(place) for place in range(len(VARIATIONS))]
    assert places[0].left() == 0
    assert places[-1].right() <= width
    assert all(a.right() < b.left() for a, b in pairwise(places))
    assert places[0].height() <= strip.height()


def test_a_theme_switch_recolours_it(strip: CopeStrip, asked: list[ClassifyAll]) -> None:
    strip.show_frame(answered(ask(strip, asked)))
    dark = strip.grab().toImage()
    strip.set_theme(LIGHT)
    assert strip.grab().toImage() != dark


def test_it_can_be_collected(qapp: QApplication) -> None:
    strip = CopeStrip()
    strip.grab()
    alive = weakref.ref(strip)
    del strip
    gc.collect()
    assert alive() is None
