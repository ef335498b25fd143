"""The timeline strip: what it shows of a run, and what it asks for when it is pointed at."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QAction, QWheelEvent
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from engine.commands import Bookmark, Command, ForgetLine, Look, NameLine, Step
from engine.frame import Frame, Line, Moment, Track
from memnet_gui.theme import DARK, LIGHT
from memnet_gui.widgets import timeline_track
from memnet_gui.widgets.timeline_strip import TimelineStrip
from memnet_gui.widgets.timeline_track import POST_MS
from tests.gui.frames import make_frame, make_info, make_score, make_track

HEAD, TOTAL = 30_000, 60_000
LINES = (Line(1, "Run", None, 0, 40_000), Line(2, "With H & K", 1, 12_000, HEAD))


def frame_at(digit: int, track: Track | None = None, **changes: Any) -> Frame:
    track = track or make_track(HEAD)
    info = make_info()
    past = changes.pop("past", digit < track.head)
    return make_frame(info, score=replace(make_score(info), seen=digit), track=track, past=past, **changes)


class Watched:
    """A strip, and all that it asked for."""

    def __init__(self, strip: TimelineStrip) -> None:
        self.strip = strip
        self.asked: list[Command] = []
        strip.asked.connect(self.asked.append)

    def place(self, digit: int) -> QPoint:
        """Where a digit lies on the track."""
        scale = self.strip.track.scale
        assert scale is not None
        return QPoint(round(scale.x(digit)), 30)


@pytest.fixture
def tips(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What was said beside the pointer; without a desktop there is nowhere to show it."""
    said: list[str] = []
    monkeypatch.setattr(timeline_track.QToolTip, "showText", lambda _place, text, _widget: said.append(text))
    return said


@pytest.fixture
def watched(qtbot: QtBot, tips: list[str]) -> Watched:
    strip = TimelineStrip()
    qtbot.addWidget(strip)
    strip.set_theme(DARK)
    strip.resize(1240, 56)
    strip.show()
    qtbot.waitExposed(strip)
    return Watched(strip)


def near(command: Command, digit: int, reach: int = 60) -> bool:
    return isinstance(command, Look) and abs(command.digit - digit) <= reach


def test_before_there_is_a_run_nothing_can_be_asked(watched: Watched, qtbot: QtBot) -> None:
    strip = watched.strip
    assert strip.when.text() == "Nothing learned yet"
    assert not strip.mark.isEnabled()
    qtbot.mouseClick(strip.track, Qt.MouseButton.LeftButton, pos=QPoint(50, 30))
    strip.step(-1)
    strip.to_start()
    strip.bookmark()
    assert watched.asked == []
    strip.grab()


def test_it_says_where_one_is(watched: Watched) -> None:
    strip = watched.strip
    strip.show_frame(frame_at(HEAD))
    assert (strip.where.text(), strip.when.text()) == ("Digit 30,000 of 60,000", "Now")
    assert strip.present.isHidden()
    strip.show_frame(frame_at(12_345))
    assert (strip.where.text(), strip.when.text()) == ("Digit 12,345 of 60,000", "Past · 17,655 digits ago")
    assert not strip.present.isHidden()
    strip.show_frame(frame_at(12_345, heading=20_000))
    assert strip.when.text() == "Going to digit 20,000…"
    assert "12,345 of 30,000" in strip.track.accessibleDescription()


def test_a_click_asks_for_the_digit_under_it(watched: Watched, qtbot: QtBot) -> None:
    watched.strip.show_frame(frame_at(HEAD))
    qtbot.mouseClick(watched.strip.track, Qt.MouseButton.LeftButton, pos=watched.place(10_000))
    assert len(watched.asked) == 1
    assert near(watched.asked[0], 10_000)


def test_beyond_what_was_seen_is_the_present(watched: Watched, qtbot: QtBot) -> None:
    watched.strip.show_frame(frame_at(HEAD))
    qtbot.mouseClick(watched.strip.track, Qt.MouseButton.LeftButton, pos=watched.place(50_000))
    assert watched.asked == [Look(HEAD)]


def test_what_a_snapshot_does_not_hold_cannot_be_asked_for(watched: Watched, qtbot: QtBot) -> None:
    watched.strip.show_frame(frame_at(HEAD, make_track(HEAD, earliest=20_000)))
    qtbot.mouseClick(watched.strip.track, Qt.MouseButton.LeftButton, pos=watched.place(5_000))
    assert watched.asked == [Look(20_000)]
    watched.strip.to_start()
    assert watched.asked[-1] == Look(20_000)
    assert "before the snapshot" in watched.strip.track.describe(watched.place(5_000).x())


def test_a_drag_asks_now_and_then_and_at_its_end_for_the_last(watched: Watched, qtbot: QtBot) -> None:
    strip = watched.strip
    strip.show_frame(frame_at(HEAD))
    qtbot.mousePress(strip.track, Qt.MouseButton.LeftButton, pos=watched.place(20_000))
    for digit in range(19_000, 5_000, -500):
        qtbot.mouseMove(strip.track, watched.place(digit))
    assert strip.track.playhead == pytest.approx(5_500, abs=60), "it follows at once"
    assert len(watched.asked) < 20, "but not every pixel is asked for"
    qtbot.mouseRelease(strip.track, Qt.MouseButton.LeftButton, pos=watched.place(5_500))
    assert near(watched.asked[-1], 5_500)
    asked = len(watched.asked)
    qtbot.wait(3 * POST_MS)
    assert len(watched.asked) == asked, "and not again afterwards"


def test_a_resting_hand_is_asked_for_once(watched: Watched, qtbot: QtBot) -> None:
    strip = watched.strip
    strip.show_frame(frame_at(HEAD))
    qtbot.mousePress(strip.track, Qt.MouseButton.LeftButton, pos=watched.place(20_000))
    qtbot.mouseMove(strip.track, watched.place(15_000))
    qtbot.waitUntil(lambda: near(watched.asked[-1], 15_000))
    asked = len(watched.asked)
    qtbot.wait(3 * POST_MS)
    assert len(watched.asked) == asked


def test_a_click_near_a_mark_means_the_mark(watched: Watched, qtbot: QtBot) -> None:
    track = make_track(
        HEAD, bookmarks=(Moment(9_000, "sevens"),), changes=(Moment(15_000, "Taught a drawing as H"),)
    )
    watched.strip.show_frame(frame_at(HEAD, track))
    for digit in (9_000, 15_000):
        qtbot.mouseClick(
            watched.strip.track, Qt.MouseButton.LeftButton, pos=watched.place(digit) + QPoint(3, 0)
        )
        assert watched.asked[-1] == Look(digit)
    assert "9,000: sevens" in watched.strip.track.describe(watched.place(9_000).x())
    assert "Taught a drawing as H" in watched.strip.track.describe(watched.place(15_000).x())


def test_pointing_tells_what_happened_there(watched: Watched, tips: list[str], qtbot: QtBot) -> None:
    track = make_track(HEAD)
    watched.strip.show_frame(frame_at(HEAD, track))
    place = watched.place(1_000).x()
    columns = watched.strip.track.width()
    column = slice(place * TOTAL // columns, (place + 1) * TOTAL // columns)
    words = watched.strip.track.describe(place)
    assert f"{int(track.recruits[column].sum()):,} recruit" in words
    assert f"{int(track.wrong[column].sum()):,} mistake" in words
    assert "of the last 1,000 right" in words
    qtbot.mouseMove(watched.strip.track, watched.place(1_000))
    qtbot.waitUntil(lambda: tips[-1:] == [words])
    assert "not seen yet" in watched.strip.track.describe(watched.place(45_000).x())


def test_buttons_and_steps(watched: Watched, qtbot: QtBot) -> None:
    strip = watched.strip
    strip.show_frame(frame_at(12_000))
    strip.back.click()
    strip.forward.click()
    strip.step(-100)
    strip.forward_by(100)
    strip.present.click()
    assert watched.asked == [Look(11_999), Step(1), Look(11_900), Step(100), Look(HEAD)]
    strip.show_frame(frame_at(12_000, heading=8_000))
    strip.step(-100)
    assert watched.asked[-1] == Look(7_900), "from where it is going to"
    strip.show_frame(frame_at(0))
    assert not strip.back.isEnabled()
    strip.show_frame(frame_at(TOTAL, make_track(TOTAL)))
    assert not strip.forward.isEnabled()


def test_wheel_and_page_keys_travel(watched: Watched, qtbot: QtBot) -> None:
    strip = watched.strip
    strip.show_frame(frame_at(12_000))
    strip.track.setFocus()
    qtbot.keyClick(strip.track, Qt.Key.Key_PageUp)
    qtbot.keyClick(strip.track, Qt.Key.Key_PageDown)
    assert watched.asked == [Look(11_000), Look(13_000)]
    for turned, digit in ((120, 11_999), (-240, 12_002), (60, None), (60, 11_999)):
        asked = len(watched.asked)
        event = QWheelEvent(
            QPointF(100, 20),
            strip.track.mapToGlobal(QPointF(100, 20)),
            QPoint(),
            QPoint(0, turned),
            Qt.MouseButton.NoButton,
            Qt.KeyboardModifier.NoModifier,
            Qt.ScrollPhase.NoScrollPhase,
            False,
        )
        QApplication.sendEvent(strip.track, event)
        assert watched.asked[asked:] == ([] if digit is None else [Look(digit)])


# ── bookmarks ─────────────────────────────────────────────────────────────────────────────────


def test_a_bookmark_is_named_in_place(watched: Watched, qtbot: QtBot) -> None:
    strip = watched.strip
    strip.show_frame(frame_at(12_345))
    strip.mark.click()
    edit = strip.name_edit
    assert edit.isVisible()
    assert edit.text() == "Digit 12,345"
    assert strip.rect().contains(edit.geometry())
    qtbot.keyClicks(edit, "first sevens")
    qtbot.keyClick(edit, Qt.Key.Key_Return)
    assert not edit.isVisible()
    assert watched.asked == [Bookmark(12_345, "first sevens")]


def test_escape_names_nothing(watched: Watched, qtbot: QtBot) -> None:
    strip = watched.strip
    strip.show_frame(frame_at(100))
    strip.bookmark()
    qtbot.keyClick(strip.name_edit, Qt.Key.Key_Escape)
    assert not strip.name_edit.isVisible()
    assert watched.asked == []


def test_a_bookmark_is_renamed_from_the_keyboard(watched: Watched, qtbot: QtBot) -> None:
    strip = watched.strip
    strip.show_frame(frame_at(9_000, make_track(HEAD, bookmarks=(Moment(9_000, "sevens"),))))
    strip.track.setFocus()
    qtbot.keyClick(strip.track, Qt.Key.Key_F2)
    assert strip.name_edit.text() == "sevens"


# ── branches ──────────────────────────────────────────────────────────────────────────────────


def entries(watched: Watched, *path: str) -> dict[str, QAction]:
    menu = watched.strip.menu
    menu.aboutToShow.emit()
    for name in path:
        action = next(action for action in menu.actions() if action.text() == name)
        menu = action.menu()  # type: ignore[assignment]
    return {action.text(): action for action in menu.actions()}


def test_branches_can_be_chosen_compared_and_forgotten(watched: Watched, qtbot: QtBot) -> None:
    strip = watched.strip
    strip.show_frame(frame_at(HEAD, make_track(HEAD, line=2, lines=LINES)))
    assert strip.branch.text() == "With H & K" or strip.branch.text().startswith("With")
    chosen = entries(watched)
    assert chosen["With H && K · from 12,000 · 30,000 digits"].isChecked()
    chosen["Run · 40,000 digits"].trigger()
    assert watched.asked == [Look(40_000, 1)]
    with qtbot.waitSignal(strip.compare_wanted) as wanted:
        entries(watched, "Compare with")["Run"].trigger()
    assert wanted.args == [2, 1]
    entries(watched, "Forget")["Run: 40,000 digits of its own"].trigger()
    assert watched.asked[-1] == ForgetLine(1)


def test_the_only_branch_says_how_another_begins(watched: Watched) -> None:
    watched.strip.show_frame(frame_at(HEAD))
    found = entries(watched)
    assert not found["Compare with"].isEnabled()
    assert any("play" in text for text in found)


def test_a_branch_is_renamed(watched: Watched, qtbot: QtBot) -> None:
    strip = watched.strip
    strip.show_frame(frame_at(HEAD, make_track(HEAD, line=2, lines=LINES)))
    entries(watched)["Rename this one…"].trigger()
    assert strip.name_edit.text() == "With H & K"
    strip.name_edit.setText("  ")
    qtbot.keyClick(strip.name_edit, Qt.Key.Key_Return)
    assert watched.asked == [], "an empty name is none"
    entries(watched)["Rename this one…"].trigger()
    strip.name_edit.setText("Letters")
    qtbot.keyClick(strip.name_edit, Qt.Key.Key_Return)
    assert watched.asked == [NameLine(2, "Letters")]


# ── painting ──────────────────────────────────────────────────────────────────────────────────


def test_the_same_track_at_the_same_digit_is_not_painted_again(watched: Watched, qtbot: QtBot) -> None:
    strip, frame = watched.strip, frame_at(12_000)
    strip.show_frame(frame)
    qtbot.wait(30)
    painted: list[int] = []
    paint = strip.track.paintEvent
    strip.track.paintEvent = lambda event: (painted.append(1), paint(event))[1]  # type: ignore[method-assign]
    strip.show_frame(frame)
    qtbot.wait(30)
    assert painted == []
    strip.show_frame(frame_at(12_001, frame.track))
    qtbot.waitUntil(lambda: bool(painted))


def test_recruits_and_mistakes_have_their_colours_and_the_future_none(watched: Watched) -> None:
    strip = watched.strip
    for theme in (DARK, LIGHT):
        strip.set_theme(theme)
        strip.show_frame(frame_at(HEAD))
        image = strip.track.grab().toImage()
        ratio = image.devicePixelRatio()
        seen = {
            image.pixelColor(x, y).name()
            for x in range(int(watched.place(HEAD - 500).x() * ratio))
            for y in range(image.height())
        }
        later = {
            image.pixelColor(x, y).name()
            for x in range(int(watched.place(HEAD + 2000).x() * ratio), image.width())
            for y in range(image.height())
        }
        for token in ("recruited", "wrong"):
            assert theme.color(token).name() in seen
            assert theme.color(token).name() not in later


def test_many_marks_and_branches_fit(watched: Watched) -> None:
    lines = tuple(Line(n, f"Branch {n}", 1 if n > 1 else None, n * 1000, HEAD) for n in range(1, 13))
    track = make_track(
        HEAD,
        lines=lines,
        bookmarks=tuple(Moment(5_000 + 10 * n, f"mark {n}") for n in range(12)),
        changes=tuple(Moment(8_000 + 100 * n, "changed") for n in range(30)),
    )
    watched.strip.show_frame(frame_at(100, track))
    watched.strip.resize(900, 56)
    assert not watched.strip.grab().isNull()
    assert len(watched.strip.track.describe(watched.place(5_050).x()).splitlines()) <= 5
