"""The timeline strip: what it shows of a run, and what it asks for when it is pointed at."""

from __future__ import annotations

import gc
import weakref
from dataclasses import replace
from typing import Any

import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QAction, QFocusEvent, QMouseEvent, QWheelEvent
from PySide6.QtWidgets import QApplication, QMessageBox, QPushButton, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from engine.commands import Bookmark, Command, ForgetLine, Look, NameLine, Step
from engine.frame import Frame, Line, Moment, Track
from memnet_gui.theme import DARK, LIGHT
from memnet_gui.track_scale import Scale
from memnet_gui.widgets import timeline_track
from memnet_gui.widgets.timeline_picture import bundles, rows
from memnet_gui.widgets.timeline_strip import LEGEND_FROM, TimelineStrip
from memnet_gui.widgets.timeline_track import POST_MS
from tests.gui.frames import make_frame, make_info, make_score, make_track
from tests.gui.panels import grab, hover

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
    assert not strip.present.isEnabled()
    strip.show_frame(frame_at(12_345))
    assert (strip.where.text(), strip.when.text()) == ("Digit 12,345 of 60,000", "Past · 17,655 digits ago")
    assert strip.present.isEnabled()
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


def test_a_drag_ends_where_the_button_is_let_go(watched: Watched, qtbot: QtBot) -> None:
    strip = watched.strip
    strip.show_frame(frame_at(HEAD))
    qtbot.mousePress(strip.track, Qt.MouseButton.LeftButton, pos=watched.place(20_000))
    qtbot.mouseMove(strip.track, watched.place(18_000))
    end = strip.track.mapToGlobal(watched.place(9_000))
    release = QMouseEvent(
        QEvent.Type.MouseButtonRelease,
        QPointF(watched.place(9_000)),
        QPointF(end),
        Qt.MouseButton.LeftButton,
        Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier,
    )
    QApplication.sendEvent(strip.track, release)
    assert near(watched.asked[-1], 9_000)


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
    strip.show_frame(frame_at(HEAD))
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
    assert watched.asked == [Look(11_000), Look(12_000)]
    for turned, digit in ((120, 11_999), (-240, 12_001), (60, None), (60, 12_000)):
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


def test_hurried_steps_add_up_before_any_frame_comes(watched: Watched, qtbot: QtBot) -> None:
    strip = watched.strip
    strip.show_frame(frame_at(12_000))
    for _ in range(3):
        strip.step(-1)
    strip.forward_by(1)
    assert watched.asked == [Look(11_999), Look(11_998), Look(11_997), Step(1)]
    assert strip.track.playhead == 11_998
    strip.show_frame(frame_at(11_999))
    assert strip.track.playhead == 11_998, "a frame that is behind does not pull it back"
    strip.show_frame(frame_at(11_998))
    strip.show_frame(frame_at(11_500))
    assert strip.track.playhead == 11_500, "once it has arrived it shows what frames say"


def test_what_is_refused_is_given_up(watched: Watched, qtbot: QtBot) -> None:
    strip = watched.strip
    strip.show_frame(frame_at(12_000))
    strip.to_start()
    assert strip.track.playhead == 0
    qtbot.waitUntil(lambda: strip.track.playhead == 12_000)


def test_where_a_drag_ends_the_playhead_stays(watched: Watched, qtbot: QtBot) -> None:
    strip = watched.strip
    strip.show_frame(frame_at(HEAD))
    qtbot.mouseClick(strip.track, Qt.MouseButton.LeftButton, pos=watched.place(10_000))
    there = strip.track.playhead
    assert there == pytest.approx(10_000, abs=60)
    strip.show_frame(frame_at(HEAD, heading=there))
    strip.show_frame(frame_at(there))
    assert strip.track.playhead == there


def test_going_into_the_past_moves_nothing_under_the_pointer(watched: Watched) -> None:
    strip = watched.strip
    strip.show_frame(frame_at(HEAD))
    width = strip.track.width()
    strip.show_frame(frame_at(10_000))
    QApplication.processEvents()
    assert strip.track.width() == width


def test_while_digits_stream_in_the_present_is_the_digit_shown(watched: Watched) -> None:
    strip, track = watched.strip, make_track(HEAD)
    strip.show_frame(frame_at(HEAD + 120, track))
    strip.to_present()
    assert watched.asked == [], "it is there"
    strip.step(-1)
    assert watched.asked == [Look(HEAD + 119)]


def test_arrows_go_from_mark_to_mark(watched: Watched, qtbot: QtBot) -> None:
    strip = watched.strip
    track = make_track(HEAD, bookmarks=(Moment(9_000, "sevens"),), changes=(Moment(15_000, "Taught"),))
    strip.show_frame(frame_at(12_000, track))
    for key in (Qt.Key.Key_Down, Qt.Key.Key_Down, Qt.Key.Key_Up, Qt.Key.Key_Up):
        qtbot.keyClick(strip.track, key)
    assert watched.asked == [Look(15_000), Look(9_000)], "and no further than the last of them"


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


@pytest.mark.parametrize("key", [Qt.Key.Key_Return, Qt.Key.Key_Escape])
def test_naming_gives_the_keys_back(qtbot: QtBot, key: Qt.Key) -> None:
    window = QWidget()
    column = QVBoxLayout(window)
    strip, other = TimelineStrip(), QPushButton("Elsewhere")
    column.addWidget(strip)
    column.addWidget(other)
    qtbot.addWidget(window)
    window.show()
    qtbot.waitExposed(window)
    window.activateWindow()
    strip.show_frame(frame_at(100))
    other.setFocus()
    qtbot.waitUntil(other.hasFocus)
    strip.bookmark()
    qtbot.waitUntil(strip.name_edit.hasFocus)
    qtbot.keyClick(strip.name_edit, key)
    assert other.hasFocus()


def test_looking_something_up_elsewhere_keeps_what_was_typed(watched: Watched) -> None:
    strip = watched.strip
    strip.show_frame(frame_at(100))
    strip.bookmark()
    for reason, stays in (
        (Qt.FocusReason.ActiveWindowFocusReason, True),
        (Qt.FocusReason.MouseFocusReason, False),
    ):
        QApplication.sendEvent(strip.name_edit, QFocusEvent(QEvent.Type.FocusOut, reason))
        assert strip.name_edit.isVisible() == stays


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
    assert strip.branch.text().strip() == "With H && K", "no letter of the name is taken for a key"
    chosen = entries(watched)
    assert chosen["With H && K · from 12,000 · 30,000 digits"].isChecked()
    chosen["Run · 40,000 digits"].trigger()
    assert watched.asked == [Look(40_000, 1)]
    with qtbot.waitSignal(strip.compare_wanted) as wanted:
        entries(watched, "Compare with")["Run"].trigger()
    assert wanted.args == [2, 1]


def test_a_branch_is_forgotten_only_after_saying_what_is_lost(watched: Watched) -> None:
    strip = watched.strip
    strip.show_frame(frame_at(HEAD, make_track(HEAD, line=2, lines=LINES)))
    for answer, commands in (("Cancel", []), ("Forget", [ForgetLine(1)])):
        entries(watched, "Forget")["Run: 28,000 digits of its own…"].trigger()
        (box,) = strip.findChildren(QMessageBox)
        assert "Run" in box.text()
        assert "28,000 digits" in box.informativeText()
        assert watched.asked == []
        next(button for button in box.buttons() if button.text().replace("&", "") == answer).click()
        assert watched.asked == commands
        QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)


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


def test_a_branch_is_told_where_it_is_drawn(watched: Watched) -> None:
    strip, track = watched.strip, make_track(HEAD, line=2, lines=LINES)
    strip.show_frame(frame_at(HEAD, track))
    scale = strip.track.scale
    assert scale is not None
    divided = rows(track, scale, strip.track.height())
    ((line, since, lane),) = divided.lanes
    place = divided.lane_rect(since, line, lane, scale)
    assert place.left() == pytest.approx(scale.x(12_000)), "from where they part"
    assert place.bottom() <= strip.track.height()
    words = "Run: leaves the branch shown at 12,000 and has got to 40,000"
    assert words in strip.track.describe(scale.x(20_000), place.center().y())
    assert words not in strip.track.describe(scale.x(20_000), 20)
    assert words not in strip.track.describe(scale.x(5_000), place.center().y())


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
    assert len(watched.strip.track.describe(watched.place(5_050).x()).splitlines()) <= 6


def test_bookmarks_too_close_for_their_names_are_counted(watched: Watched) -> None:
    scale = Scale(TOTAL, 980)
    marks = [Moment(digit, str(digit)) for digit in (5_000, 5_030, 5_060, 20_000)]
    assert [[mark.digit for mark in bundle] for bundle in bundles(marks, scale)] == [
        [5_000, 5_030, 5_060],
        [20_000],
    ]


def test_the_legend_yields_where_there_is_no_room(watched: Watched) -> None:
    strip = watched.strip
    assert strip.legend.isVisible()
    strip.resize(LEGEND_FROM - 1, 58)
    assert not strip.legend.isVisible()
    strip.resize(LEGEND_FROM, 58)
    assert strip.legend.isVisible()


def test_pointing_draws_a_line_and_leaving_takes_it_away(watched: Watched, qtbot: QtBot) -> None:
    strip = watched.strip
    strip.show_frame(frame_at(HEAD))
    before = grab(strip.track)
    hover(qtbot, strip.track, watched.place(10_000))
    pointed = watched.place(10_000)
    after = grab(strip.track)
    assert after.pixelColor(pointed).name() == DARK.tertiary
    assert before.pixelColor(pointed).name() != DARK.tertiary
    QApplication.sendEvent(strip.track, QEvent(QEvent.Type.Leave))
    assert grab(strip.track) == before


def test_a_strip_that_drew_a_run_is_collectable() -> None:
    strip = TimelineStrip()
    strip.set_theme(DARK)
    strip.show_frame(frame_at(HEAD, make_track(HEAD, line=2, lines=LINES)))
    strip.menu.aboutToShow.emit()
    strip.grab()
    gone = weakref.ref(strip)
    del strip
    gc.collect()
    assert gone() is None
