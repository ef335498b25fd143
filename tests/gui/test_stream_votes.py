"""STREAM: the answer, and the bars of the votes."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import pytest
from PySide6.QtCore import QEvent, QObject, QPoint, QRectF, Qt
from PySide6.QtGui import QHelpEvent, QPaintEvent, QRegion
from PySide6.QtWidgets import QApplication, QToolTip
from pytestqt.qtbot import QtBot

from engine.arrays import freeze
from engine.config import PRESETS
from memnet_gui.theme import DARK
from memnet_gui.widgets.answer_line import Verdict
from memnet_gui.widgets.stream_panel import StreamPanel
from tests.gui.frames import answered_frame, make_frame, make_info, make_trial
from tests.gui.panels import grab, shown

SIZES = [(250, 732), (230, 560)]


@pytest.fixture
def panel(qtbot: QtBot) -> StreamPanel:
    return shown(qtbot, StreamPanel(), 250, 732)


# ── the answer ────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("label", "answer", "confidence", "word"),
    [(4, 4, 0.9, "right"), (4, 4, 0.5, "right"), (4, 4, 0.3, "unsure"), (4, 2, 0.9, "wrong")],
)
def test_the_answer_says_right_unsure_or_wrong(
    panel: StreamPanel, label: int, answer: int, confidence: float, word: str
) -> None:
    frame = answered_frame(make_info(), label, answer, confidence)
    panel.show_frame(frame)
    assert frame.trial is not None
    assert Verdict.of(frame.trial).value == word
    assert panel.answer.text.startswith(f"{answer} ")
    assert word in panel.answer.text
    assert f"label {label} · sure {100 * confidence:.0f} %" in panel.answer.accessibleDescription()


def test_each_verdict_is_drawn_in_its_own_colour(panel: StreamPanel) -> None:
    info = make_info()
    for confidence, answer, name in ((0.9, 4, "right"), (0.3, 4, "unsure"), (0.9, 2, "wrong")):
        panel.show_frame(answered_frame(info, 4, answer, confidence, digit=answer * 1000))
        picture = grab(panel.answer)
        colors = {picture.pixel(x, y) for x in range(picture.width()) for y in range(picture.height())}
        assert DARK.color(name).rgb() in colors, name


def test_the_header_names_the_digit(panel: StreamPanel) -> None:
    panel.show_frame(answered_frame(make_info()))
    assert panel.note_label.text() == "digit 21,344"


def test_surprise_is_written_and_drawn(panel: StreamPanel) -> None:
    info = make_info()
    panel.show_frame(answered_frame(info, 4, 4, 0.9, digit=1))
    low = grab(panel.surprise)
    assert panel.surprise.text == "0.10"
    panel.show_frame(answered_frame(info, 4, 4, 0.2, digit=2))
    assert panel.surprise.text == "0.80"
    assert grab(panel.surprise) != low


# ── the bars ──────────────────────────────────────────────────────────────────────────────────


def test_bars_carry_their_numbers(panel: StreamPanel) -> None:
    frame = answered_frame(make_info(), 4, 4, 0.903)
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
        panel.show_frame(answered_frame(info, 4, 4, confidence, digit))
        picture = grab(panel.votes)
        y = round(panel.votes.row_rect(4).center().y())
        color = DARK.class_color(4).rgb()
        lengths.append(sum(picture.pixel(x, y) == color for x in range(picture.width())))
    assert lengths[1] == pytest.approx(3 * lengths[0], rel=0.15)


def test_only_rows_that_say_something_else_are_painted_again(panel: StreamPanel) -> None:
    frame = answered_frame(make_info(), 4, 4)
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
    panel.show_frame(answered_frame(make_info(), label=6, answer=4))
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
    panel = shown(qtbot, StreamPanel(), width, height)
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
    frame = answered_frame(info)
    panel.show_frame(frame)
    panel.show_frame(replace(frame, info=replace(info, class_names=(*info.class_names, "star"))))
    grab(panel)
    assert panel.votes.number_text(10) == "0.0 %"
    panel.votes.picked.emit(10)
    assert panel.shown_class == 4


def test_hovering_a_bar_says_what_it_is(panel: StreamPanel, monkeypatch: pytest.MonkeyPatch) -> None:
    said: list[str] = []
    monkeypatch.setattr(QToolTip, "showText", lambda _place, text, _widget: said.append(text))
    panel.show_frame(answered_frame(make_info()))
    place = panel.votes.row_rect(4).center().toPoint()
    QApplication.sendEvent(panel.votes, QHelpEvent(QEvent.Type.ToolTip, place, QPoint(300, 300)))
    assert said == ["4: 90.0 % · the true label · evidence shown"]
