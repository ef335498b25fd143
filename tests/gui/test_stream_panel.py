"""STREAM: picture, answer, bars, evidence, mistakes."""

from __future__ import annotations

import gc
import re
import weakref
from collections.abc import Callable
from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QObject, QPoint, QPointF, QRectF, Qt
from PySide6.QtGui import QHelpEvent, QImage, QPaintEvent, QRegion
from PySide6.QtWidgets import QApplication, QToolTip, QWidget
from pytestqt.qtbot import QtBot

from engine.config import PRESETS
from engine.frame import Frame, NetworkInfo, RunState, Trial, freeze
from memnet_gui.theme import DARK, LIGHT
from memnet_gui.widgets.answer_line import Verdict
from memnet_gui.widgets.stream_panel import EVIDENCE, PLAIN, StreamPanel
from tests.gui.frames import empty_frame, make_frame, make_info, make_mistakes, make_score, make_trial

LEFT = Qt.MouseButton.LeftButton
SIZES = [(250, 732), (230, 560)]


@pytest.fixture
def panel(qtbot: QtBot) -> StreamPanel:
    return shown(qtbot, 250, 732)


def shown(qtbot: QtBot, width: int, height: int) -> StreamPanel:
    panel = StreamPanel()
    qtbot.addWidget(panel)
    panel.set_theme(DARK)
    panel.resize(width, height)
    panel.show()
    return panel


def grab(widget: QWidget) -> QImage:
    QApplication.processEvents()
    return widget.grab().toImage()


def frame_of(
    info: NetworkInfo, label: int = 4, answer: int = 4, confidence: float = 0.9, digit: int = 21344
) -> Frame:
    return make_frame(info, trial=make_trial(info, digit, label, answer, confidence))


def click_bar(qtbot: QtBot, panel: StreamPanel, number: int) -> None:
    qtbot.mouseClick(panel.votes, LEFT, pos=panel.votes.row_rect(number).center().toPoint())


# ── the answer ────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("label", "answer", "confidence", "word"),
    [(4, 4, 0.9, "right"), (4, 4, 0.5, "right"), (4, 4, 0.3, "unsure"), (4, 2, 0.9, "wrong")],
)
def test_the_answer_says_right_unsure_or_wrong(
    panel: StreamPanel, label: int, answer: int, confidence: float, word: str
) -> None:
    frame = frame_of(make_info(), label, answer, confidence)
    panel.show_frame(frame)
    assert frame.trial is not None
    assert Verdict.of(frame.trial).value == word
    assert panel.answer.text.startswith(f"{answer} ")
    assert word in panel.answer.text
    assert f"label {label} · sure {100 * confidence:.0f} %" in panel.answer.accessibleDescription()


def test_each_verdict_is_drawn_in_its_own_colour(panel: StreamPanel) -> None:
    info = make_info()
    for confidence, answer, name in ((0.9, 4, "right"), (0.3, 4, "unsure"), (0.9, 2, "wrong")):
        panel.show_frame(frame_of(info, 4, answer, confidence, digit=answer * 1000))
        picture = grab(panel.answer)
        colors = {picture.pixel(x, y) for x in range(picture.width()) for y in range(picture.height())}
        assert DARK.color(name).rgb() in colors, name


def test_the_header_names_the_digit(panel: StreamPanel) -> None:
    panel.show_frame(frame_of(make_info()))
    assert panel.note_label.text() == "digit 21,344"


def test_surprise_is_written_and_drawn(panel: StreamPanel) -> None:
    info = make_info()
    panel.show_frame(frame_of(info, 4, 4, 0.9, digit=1))
    low = grab(panel.surprise)
    assert panel.surprise.text == "0.10"
    panel.show_frame(frame_of(info, 4, 4, 0.2, digit=2))
    assert panel.surprise.text == "0.80"
    assert grab(panel.surprise) != low


# ── the bars ──────────────────────────────────────────────────────────────────────────────────


def test_bars_carry_their_numbers(panel: StreamPanel) -> None:
    frame = frame_of(make_info(), 4, 4, 0.903)
    panel.show_frame(frame)
    assert frame.trial is not None
    assert panel.votes.number_text(4) == "90.3 %"
    for number, probability in enumerate(frame.trial.percept.probabilities):
        assert panel.votes.number_text(number) == f"{100 * probability:.1f} %"
    assert "the true label" in panel.votes.fact(4)


def test_a_bar_is_as_long_as_its_vote(panel: StreamPanel) -> None:
    info = make_info()
    lengths = []
    for digit, confidence in enumerate((0.3, 0.9)):
        panel.show_frame(frame_of(info, 4, 4, confidence, digit))
        picture = grab(panel.votes)
        y = round(panel.votes.row_rect(4).center().y())
        color = DARK.class_color(4).rgb()
        lengths.append(sum(picture.pixel(x, y) == color for x in range(picture.width())))
    assert lengths[1] == pytest.approx(3 * lengths[0], rel=0.15)


def test_only_rows_that_say_something_else_are_painted_again(panel: StreamPanel) -> None:
    frame = frame_of(make_info(), 4, 4)
    trial = frame.trial
    assert trial is not None
    panel.show_frame(frame)
    grab(panel)
    painted: list[QRegion] = []

    class Watch(QObject):
        def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
            if isinstance(event, QPaintEvent):
                painted.append(event.region())
            return False

    watch = Watch()
    panel.votes.installEventFilter(watch)
    panel.show_frame(replace(frame, trial=replace(trial, digit=2)))
    QApplication.processEvents()
    assert painted == []
    shares = trial.percept.probabilities.copy()
    shares[[4, 7]] = shares[[7, 4]]
    percept = replace(trial.percept, probabilities=freeze(shares))
    panel.show_frame(replace(frame, trial=replace(trial, digit=3, percept=percept)))
    QApplication.processEvents()
    rows = {
        number
        for number in range(10)
        if any(region.contains(panel.votes.row_rect(number).center().toPoint()) for region in painted)
    }
    assert rows == {4, 7}


def test_the_true_label_is_marked_before_its_name(panel: StreamPanel) -> None:
    panel.show_frame(frame_of(make_info(), label=6, answer=4))
    picture, ink = grab(panel.votes), DARK.color("text").rgb()
    marked = [
        number
        for number in range(10)
        if picture.pixel(4, round(panel.votes.row_rect(number).center().y())) == ink
    ]
    assert marked == [6]


@pytest.mark.parametrize(("width", "height"), SIZES)
@pytest.mark.parametrize("classes", [2, 10, 12, 13, 62])
def test_any_number_of_classes_stands_without_clipping(
    qtbot: QtBot, width: int, height: int, classes: int
) -> None:
    panel = shown(qtbot, width, height)
    info = make_info(replace(PRESETS["columns"], classes=classes))
    trial = make_trial(info, 5, label=classes - 1, answer=classes - 1)
    panel.show_frame(make_frame(info, trial=trial, mistakes=()))
    grab(panel)
    bars = QRectF(panel.votes.rect())
    rects = [panel.votes.row_rect(number) for number in range(classes)]
    assert all(bars.contains(rect) for rect in rects)
    assert not any(one.intersects(other) for one, other in pairwise(rects))
    assert panel.votes.height() >= panel.votes_area.viewport().height()
    for part in (panel.digit, panel.answer, panel.votes_area, panel.surprise, panel.mistakes):
        assert panel.rect().contains(part.geometry()), type(part).__name__
        assert part.height() >= part.minimumSizeHint().height() or part is panel.votes_area


def test_the_keyboard_reaches_every_class_and_the_view_follows(qtbot: QtBot, panel: StreamPanel) -> None:
    info = make_info(replace(PRESETS["columns"], classes=62))
    panel.show_frame(make_frame(info, trial=make_trial(info), mistakes=()))
    grab(panel)
    qtbot.keyClick(panel.votes, Qt.Key.Key_End)
    with qtbot.waitSignal(panel.class_picked) as picked:
        qtbot.keyClick(panel.votes, Qt.Key.Key_Return)
    assert picked.args == [61]
    assert panel.votes_area.verticalScrollBar().value() > 0
    qtbot.keyClick(panel.votes, Qt.Key.Key_Left)
    qtbot.keyClick(panel.votes, Qt.Key.Key_Up)
    assert panel.votes.accessibleDescription().startswith("29:")


def test_a_class_younger_than_the_digit_has_no_vote(panel: StreamPanel) -> None:
    info = make_info()
    frame = frame_of(info)
    panel.show_frame(frame)
    panel.show_frame(replace(frame, info=replace(info, class_names=(*info.class_names, "star"))))
    grab(panel)
    assert panel.votes.number_text(10) == "0.0 %"
    panel.votes.picked.emit(10)
    assert panel.shown_class == 4


def test_hovering_a_bar_says_what_it_is(panel: StreamPanel, monkeypatch: pytest.MonkeyPatch) -> None:
    said: list[str] = []
    monkeypatch.setattr(QToolTip, "showText", lambda _place, text, _widget: said.append(text))
    panel.show_frame(frame_of(make_info()))
    place = panel.votes.row_rect(4).center().toPoint()
    QApplication.sendEvent(panel.votes, QHelpEvent(QEvent.Type.ToolTip, place, QPoint(300, 300)))
    assert said == ["4: 90.0 % · the true label · evidence shown"]


# ── evidence ──────────────────────────────────────────────────────────────────────────────────


def test_the_toggle_changes_the_picture(qtbot: QtBot, panel: StreamPanel) -> None:
    panel.show_frame(frame_of(make_info()))
    evidence = grab(panel.digit)
    assert panel.digit.caption == "evidence for 4"
    qtbot.mouseClick(panel.mode.button(PLAIN), LEFT)
    plain = grab(panel.digit)
    assert plain != evidence
    assert panel.digit.caption == ""
    qtbot.mouseClick(panel.mode.button(EVIDENCE), LEFT)
    assert grab(panel.digit) == evidence


def test_clicking_a_bar_shows_its_evidence_and_again_the_answers(qtbot: QtBot, panel: StreamPanel) -> None:
    panel.show_frame(frame_of(make_info()))
    before = grab(panel.digit)
    with qtbot.waitSignal(panel.class_picked) as picked:
        click_bar(qtbot, panel, 7)
    assert picked.args == [7]
    assert panel.digit.caption == "evidence for 7"
    assert grab(panel.digit) != before
    with qtbot.waitSignal(panel.class_picked) as picked:
        click_bar(qtbot, panel, 7)
    assert picked.args == [4]
    assert grab(panel.digit) == before


def test_a_picked_class_stays_picked_from_digit_to_digit_but_not_into_a_new_run(
    qtbot: QtBot, panel: StreamPanel
) -> None:
    panel.show_frame(frame_of(make_info(), digit=1))
    click_bar(qtbot, panel, 7)
    panel.show_frame(frame_of(make_info(), digit=2))
    assert panel.shown_class == 7
    panel.show_frame(frame_of(make_info(run=2), digit=1))
    assert panel.shown_class == 4


def test_picking_a_class_in_plain_view_turns_to_evidence(qtbot: QtBot, panel: StreamPanel) -> None:
    panel.show_frame(frame_of(make_info()))
    qtbot.mouseClick(panel.mode.button(PLAIN), LEFT)
    click_bar(qtbot, panel, 2)
    assert panel.mode.index == EVIDENCE
    assert panel.digit.caption == "evidence for 2"


def test_evidence_for_is_blue_and_against_is_orange(panel: StreamPanel) -> None:
    info = make_info(PRESETS["columns"])
    trial = make_trial(info)
    votes = np.zeros_like(trial.percept.layers[0].votes)
    votes[0, 4], votes[48, 4] = 1.0, -1.0  # the top left field speaks for 4, the bottom right one against
    blank = freeze(np.zeros((28, 28), np.float32))
    percept = replace(
        trial.percept, image=blank, layers=(replace(trial.percept.layers[0], votes=freeze(votes)),)
    )
    panel.show_frame(make_frame(info, trial=replace(trial, percept=percept)))
    picture, area = grab(panel.digit), panel.digit.picture_rect()
    scale = area.width() / 28
    favoured = picture.pixelColor((area.topLeft() + QPointF(5, 5) * scale).toPoint())
    opposed = picture.pixelColor((area.topLeft() + QPointF(23, 23) * scale).toPoint())
    assert favoured.blue() > favoured.red() + 60
    assert opposed.red() > opposed.blue() + 60


def test_the_share_of_each_layer_is_told(panel: StreamPanel) -> None:
    panel.show_frame(frame_of(make_info()))
    text = panel.shares_label.text()
    assert text.startswith("whole digits ")
    assert "columns" in text


def test_in_a_narrow_panel_the_shares_are_told_in_fewer_words(qtbot: QtBot) -> None:
    panel = shown(qtbot, 186, 560)
    panel.show_frame(frame_of(make_info()))
    grab(panel)
    assert re.fullmatch(r"digits \d+ %, columns \d+ %", panel.shares_label.text())


def test_whole_digits_alone_have_no_map_and_say_so(panel: StreamPanel) -> None:
    info = make_info(PRESETS["exemplar"])
    panel.show_frame(frame_of(info))
    evidence = grab(panel.digit)
    assert "no map" in panel.shares_label.text()
    panel.mode.button(PLAIN).click()
    assert grab(panel.digit) == evidence


# ── the picture ───────────────────────────────────────────────────────────────────────────────


def with_image(info: NetworkInfo, image: np.ndarray) -> Trial:
    trial = make_trial(info)
    return replace(trial, percept=replace(trial.percept, image=freeze(image)))


@pytest.mark.parametrize("side", [8, 13, 28, 64])
@pytest.mark.parametrize(("width", "height"), SIZES)
def test_pixels_are_square_and_whole(qtbot: QtBot, width: int, height: int, side: int) -> None:
    panel = shown(qtbot, width, height)
    layer = replace(PRESETS["columns"].layers[0], field=8, stride=2)
    info = make_info(replace(PRESETS["columns"], layers=(layer,), side=side))
    checks = (np.indices((side, side)).sum(axis=0) % 2).astype(np.float32)
    panel.show_frame(make_frame(info, trial=with_image(info, checks)))
    panel.mode.button(PLAIN).click()
    picture, area = grab(panel.digit), panel.digit.picture_rect()
    scale = area.width() / side
    assert scale == int(scale) >= 1
    ink, paper = DARK.color("text").rgb(), DARK.color("paper").rgb()
    row = [
        picture.pixel(round(area.x() + (c + 0.5) * scale), round(area.y() + 0.5 * scale)) for c in range(side)
    ]
    assert row == [(paper, ink)[column % 2] for column in range(side)]


def test_a_colour_image_is_drawn_in_its_colours(panel: StreamPanel) -> None:
    info = make_info(replace(PRESETS["columns"], channels=3))
    image = np.zeros((28, 28, 3), np.float32)
    image[..., 1] = 1
    panel.show_frame(make_frame(info, trial=with_image(info, image)))
    plain_center = panel.digit.picture_rect().center().toPoint()
    with_evidence = grab(panel.digit)
    panel.mode.button(PLAIN).click()
    plain = grab(panel.digit)
    assert plain.pixelColor(plain_center).getRgb()[:3] == (0, 255, 0)
    assert with_evidence != plain


def test_the_digit_gives_way_when_the_panel_is_low(qtbot: QtBot) -> None:
    tall, low = shown(qtbot, 250, 732), shown(qtbot, 230, 560)
    assert tall.digit.width() == tall.digit.height()
    assert 110 <= low.digit.height() < tall.digit.height()


def test_before_the_first_digit_there_is_a_sentence(panel: StreamPanel) -> None:
    panel.show_frame(empty_frame(state=RunState.LOADING))
    assert panel.digit.sentence == "Loading the digits"
    panel.show_frame(empty_frame())
    assert panel.digit.sentence == "Press Space to start"
    assert panel.note_label.text() == ""
    assert panel.votes.number_text(3) == "–"
    with_sentence = grab(panel.digit)
    panel.digit.clear("")
    assert grab(panel.digit) != with_sentence


@pytest.mark.parametrize(
    ("state", "words"),
    [
        (RunState.PAUSED, "Press Space to go on"),
        (RunState.PLAYING, "The next digit"),
        (RunState.FINISHED, "All digits were seen"),
        (RunState.FAILED, "what was learned is kept"),
    ],
)
def test_a_run_that_was_opened_has_no_digit_to_show_but_is_not_at_its_start(
    panel: StreamPanel, state: RunState, words: str
) -> None:
    panel.show_frame(make_frame(state=state, trial=None))
    assert words in panel.digit.sentence


def test_a_reset_empties_the_panel(panel: StreamPanel) -> None:
    panel.show_frame(frame_of(make_info()))
    full = grab(panel)
    panel.show_frame(empty_frame(make_info(run=2)))
    assert grab(panel) != full
    assert panel.votes.number_text(4) == "–"
    assert panel.mistakes.visible_mistakes() == []


# ── mistakes ──────────────────────────────────────────────────────────────────────────────────


def test_the_strip_shows_the_newest_mistakes_and_counts_all(panel: StreamPanel) -> None:
    info, mistakes = make_info(), make_mistakes(20)
    score = replace(make_score(info), seen=21344, correct=20884)
    panel.show_frame(make_frame(info, mistakes=mistakes, score=score))
    assert panel.mistakes_note.text() == "460 so far"
    visible = panel.mistakes.visible_mistakes()
    assert [mistake.digit for mistake in visible] == sorted((m.digit for m in mistakes), reverse=True)[
        : len(visible)
    ]


def test_free_height_is_filled_with_rows_of_mistakes(qtbot: QtBot) -> None:
    for height, rows in ((560, 1), (760, 3), (900, 4)):
        panel = shown(qtbot, 250, height)
        panel.show_frame(make_frame(mistakes=make_mistakes(24)))
        grab(panel)
        strip, visible = panel.mistakes, panel.mistakes.visible_mistakes()
        assert len(visible) == min(24, rows * strip.per_row), height
        places = [strip.thumb_rect(place) for place in range(len(visible))]
        assert all(QRectF(strip.rect()).contains(place) for place in places)
        assert not any(one.intersects(other) for one, other in pairwise(places))


def test_mistakes_are_redrawn_four_times_a_second_while_it_plays_and_at_once_when_it_stops(
    qtbot: QtBot, panel: StreamPanel
) -> None:
    frame = make_frame(mistakes=make_mistakes(2))
    panel.show_frame(frame)
    panel.show_frame(replace(frame, mistakes=make_mistakes(3)))
    assert len(panel.mistakes.visible_mistakes()) == 2
    qtbot.waitUntil(lambda: len(panel.mistakes.visible_mistakes()) == 3, timeout=2000)
    panel.show_frame(replace(frame, mistakes=make_mistakes(4), state=RunState.PAUSED))
    assert len(panel.mistakes.visible_mistakes()) == 4


def test_clicking_a_mistake_hands_it_over(qtbot: QtBot, panel: StreamPanel) -> None:
    panel.show_frame(make_frame(mistakes=make_mistakes(5)))
    place = panel.mistakes.thumb_rect(1).center().toPoint()
    with qtbot.waitSignal(panel.mistake_clicked) as clicked:
        qtbot.mouseClick(panel.mistakes, LEFT, pos=place)
    assert clicked.args[0] is panel.mistakes.visible_mistakes()[1]


def test_mistakes_are_reached_by_keyboard(qtbot: QtBot, panel: StreamPanel) -> None:
    panel.show_frame(make_frame(mistakes=make_mistakes(5)))
    qtbot.keyClick(panel.mistakes, Qt.Key.Key_Right)
    assert panel.mistakes.accessibleDescription() == "digit 301 · a 3, answered 6"
    with qtbot.waitSignal(panel.mistake_clicked) as clicked:
        qtbot.keyClick(panel.mistakes, Qt.Key.Key_Space)
    assert clicked.args[0].digit == 301


def test_the_keyboard_goes_from_row_to_row_of_mistakes(qtbot: QtBot) -> None:
    panel = shown(qtbot, 250, 900)
    panel.show_frame(make_frame(mistakes=make_mistakes(24)))
    grab(panel)
    strip = panel.mistakes
    for key in (Qt.Key.Key_Down, Qt.Key.Key_Down, Qt.Key.Key_Right, Qt.Key.Key_Up):
        qtbot.keyClick(strip, key)
    with qtbot.waitSignal(panel.mistake_clicked) as clicked:
        qtbot.keyClick(strip, Qt.Key.Key_Return)
    assert clicked.args[0] is strip.visible_mistakes()[strip.per_row + 1]


def test_without_mistakes_the_strip_says_so_and_keys_do_nothing(qtbot: QtBot, panel: StreamPanel) -> None:
    panel.show_frame(make_frame(mistakes=(), state=RunState.PAUSED))
    with qtbot.assertNotEmitted(panel.mistake_clicked):
        qtbot.keyClick(panel.mistakes, Qt.Key.Key_Space)
        qtbot.keyClick(panel.mistakes, Qt.Key.Key_Right)
    empty = grab(panel.mistakes)
    panel.show_frame(make_frame(mistakes=make_mistakes(1), state=RunState.PAUSED))
    assert grab(panel.mistakes) != empty


# ── the whole panel ───────────────────────────────────────────────────────────────────────────


PARTS: list[Callable[[StreamPanel], QWidget]] = [
    lambda panel: panel.digit,
    lambda panel: panel.answer,
    lambda panel: panel.votes,
    lambda panel: panel.surprise,
    lambda panel: panel.mistakes,
]


@pytest.mark.parametrize("part", PARTS)
def test_switching_the_theme_recolours_every_part(
    panel: StreamPanel, part: Callable[[StreamPanel], QWidget]
) -> None:
    panel.show_frame(make_frame())
    dark = grab(part(panel))
    panel.set_theme(LIGHT)
    assert grab(part(panel)) != dark
    panel.set_theme(DARK)
    assert grab(part(panel)) == dark


def test_the_same_digit_is_not_drawn_again(
    qtbot: QtBot, panel: StreamPanel, monkeypatch: pytest.MonkeyPatch
) -> None:
    frame = make_frame()
    panel.show_frame(frame)
    monkeypatch.setattr(panel, "_show_trial", lambda *_: pytest.fail("drawn twice"))
    panel.show_frame(replace(frame, number=2))


def test_controls_have_names_and_tooltips(panel: StreamPanel) -> None:
    for part in (panel.digit, panel.answer, panel.votes, panel.surprise, panel.mistakes, panel.mode):
        assert part.accessibleName()
    for index in (EVIDENCE, PLAIN):
        assert panel.mode.button(index).toolTip()
        assert panel.mode.button(index).focusPolicy() != Qt.FocusPolicy.NoFocus
    assert panel.votes.focusPolicy() == panel.mistakes.focusPolicy() == Qt.FocusPolicy.StrongFocus


def test_the_panel_can_be_collected(qapp: QApplication) -> None:
    panel = StreamPanel()
    panel.set_theme(DARK)
    panel.show_frame(make_frame())
    gone = weakref.ref(panel)
    del panel
    gc.collect()
    assert gone() is None
