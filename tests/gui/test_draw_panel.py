"""The DRAW panel: what it asks, which answers it shows, and when it asks again."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import (
    QAbstractButton,
    QApplication,
    QComboBox,
    QLineEdit,
    QSlider,
    QWidget,
)
from pytestqt.qtbot import QtBot

from engine.arrays import Floats
from engine.config import PRESETS
from engine.frame import Drawing, Frame, NetworkInfo, RunState
from memnet_gui.drawing import fit_strokes
from memnet_gui.theme import DARK, LIGHT
from memnet_gui.widgets.draw_panel import FOLLOW_INTERVAL, INVITATION, NOTHING_LEARNED, DrawPanel
from tests.gui.clock import Clock
from tests.gui.frames import empty_frame, make_frame, make_info, make_percept, make_score
from tests.gui.panels import assert_collectable

LEFT = Qt.MouseButton.LeftButton
ZIGZAG = [QPoint(50, 40), QPoint(140, 40), QPoint(100, 90), QPoint(80, 150)]


class Desk:
    """A panel on screen, and everything it asked."""

    def __init__(self, qtbot: QtBot) -> None:
        self.qtbot = qtbot
        self.clock = Clock()
        self.window = QWidget()
        qtbot.addWidget(self.window)
        self.window.resize(640, 480)
        self.panel = DrawPanel(self.window, clock=self.clock)
        self.panel.set_theme(DARK)
        self.panel.resize(320, 330)
        self.window.show()
        qtbot.waitExposed(self.window)
        self.asked: list[tuple[Floats, int]] = []
        self.panel.classify_requested.connect(self.note)

    def note(self, image: Floats, request: int) -> None:
        self.asked.append((image, request))

    def draw(self, points: list[QPoint] = ZIGZAG) -> None:
        canvas = self.panel.canvas
        self.qtbot.mousePress(canvas, LEFT, pos=points[0])
        for point in points[1:]:
            self.qtbot.mouseMove(canvas, point)
        self.qtbot.mouseRelease(canvas, LEFT, pos=points[-1])

    def answer(self, request: int, answer: int, confidence: float = 0.9, frame: Frame | None = None) -> None:
        frame = frame or make_frame(tiles=None)
        percept = make_percept(frame.info, answer, confidence)
        self.panel.show_frame(replace(frame, drawing=Drawing(request, percept)))

    @property
    def said(self) -> int | None:
        percept = self.panel.answer.percept
        return None if percept is None else percept.answer


@pytest.fixture
def desk(qtbot: QtBot) -> Desk:
    return Desk(qtbot)


@pytest.fixture
def ready(desk: Desk) -> Desk:
    """A desk whose network has memories."""
    desk.panel.show_frame(make_frame())
    return desk


def frame_at(seen: int, state: RunState = RunState.PLAYING, info: NetworkInfo | None = None) -> Frame:
    info = info or make_info()
    return make_frame(info, state=state, score=make_score(info, seen))


# ── asking ────────────────────────────────────────────────────────────────────────────────────────


def test_a_drawing_is_sent_as_the_network_sees_it(ready: Desk) -> None:
    ready.draw()
    image, request = ready.asked[-1]
    expected = fit_strokes(ready.panel.canvas.strokes)
    assert expected is not None
    assert np.array_equal(image, expected)
    assert image.dtype == np.float32
    assert not image.flags.writeable
    assert request == len(ready.asked)


def test_request_numbers_increase_by_one(ready: Desk) -> None:
    ready.draw()
    ready.draw([QPoint(30, 30), QPoint(60, 60)])
    requests = [request for _, request in ready.asked]
    assert requests == list(range(1, len(requests) + 1))
    assert len(requests) >= 3


def test_the_image_has_the_networks_side_and_channels(desk: Desk) -> None:
    small = replace(PRESETS["tiny"], side=21, channels=3)
    desk.panel.show_frame(make_frame(make_info(small)))
    desk.draw()
    image, _ = desk.asked[-1]
    assert image.shape == (21, 21, 3)
    assert not image.flags.writeable
    assert np.array_equal(image[..., 0], image[..., 2])


def test_a_blank_or_rubbed_out_canvas_asks_nothing(ready: Desk) -> None:
    ready.panel.canvas.set_erasing(True)
    ready.draw()
    assert ready.asked == []
    assert ready.panel.answer.text == ""


def test_clearing_takes_the_answer_away_and_a_late_one_stays_away(ready: Desk) -> None:
    ready.draw()
    ready.answer(ready.asked[-1][1], 7)
    assert ready.said == 7
    ready.draw([QPoint(30, 30), QPoint(60, 60)])
    ready.panel.clear_action.trigger()
    assert ready.said is None
    ready.answer(ready.asked[-1][1], 7)
    assert ready.said is None
    assert ready.panel.canvas.hint == INVITATION


# ── answers ───────────────────────────────────────────────────────────────────────────────────────


def test_an_answer_is_shown_with_its_share_and_the_runners_up(ready: Desk) -> None:
    ready.draw()
    percept = make_percept(make_info(), 8, 0.9)
    probabilities = np.full(10, 0.001, np.float32)
    probabilities[[8, 3, 9]] = 0.94, 0.033, 0.02
    drawing = Drawing(ready.asked[-1][1], replace(percept, probabilities=probabilities))
    ready.panel.show_frame(make_frame(drawing=drawing))
    assert ready.panel.answer.text == "8 94 % then 3, 9"
    probabilities = np.full(10, 0.001, np.float32)
    probabilities[[8, 3]] = 0.45, 0.44
    ready.panel.answer.show_answer(replace(percept, probabilities=probabilities), tuple("0123456789"))
    assert ready.panel.answer.text == "8 45 % or 3"


def test_a_stale_answer_never_replaces_a_newer_one(ready: Desk) -> None:
    ready.draw()
    newest = ready.asked[-1][1]
    assert newest >= 2
    ready.answer(newest, 5)
    ready.answer(newest - 1, 3)
    assert ready.said == 5
    ready.draw([QPoint(30, 30), QPoint(60, 60)])
    ready.answer(newest + 1, 6)  # not the newest that was asked, but newer than what is shown
    assert ready.said == 6


def test_a_new_run_forgets_the_old_answer_and_asks_again(ready: Desk) -> None:
    ready.draw()
    ready.answer(ready.asked[-1][1], 5)
    old = ready.asked[-1][1]
    ready.panel.show_frame(frame_at(3200, info=make_info(run=2)))
    assert ready.said is None
    assert ready.asked[-1][1] == old + 1
    ready.answer(old, 4, frame=frame_at(3200, info=make_info(run=2)))
    assert ready.said is None
    ready.answer(old + 1, 4, frame=frame_at(3200, info=make_info(run=2)))
    assert ready.said == 4


def test_before_anything_is_learned_it_says_so_and_asks_when_it_is(desk: Desk) -> None:
    desk.panel.show_frame(empty_frame())
    assert desk.panel.canvas.hint == NOTHING_LEARNED
    desk.draw()
    assert desk.asked == []
    assert desk.panel.answer.text == NOTHING_LEARNED
    desk.panel.show_frame(make_frame())
    assert len(desk.asked) == 1
    assert desk.panel.answer.text == ""


def test_what_was_drawn_before_the_first_frame_is_asked_with_it(desk: Desk) -> None:
    assert desk.panel.canvas.hint == INVITATION
    desk.draw()
    assert desk.asked == []
    desk.panel.show_frame(make_frame())
    assert len(desk.asked) == 1


# ── following what is learned ─────────────────────────────────────────────────────────────────────


def test_while_it_learns_it_is_asked_again_at_most_four_times_a_second(ready: Desk) -> None:
    ready.draw()
    count = len(ready.asked)
    for tenth in range(1, 21):  # two seconds of ten frames each
        ready.clock.now += 0.1
        ready.panel.show_frame(frame_at(3200 + tenth))
    assert 6 <= len(ready.asked) - count <= 2 / FOLLOW_INTERVAL


def test_it_is_not_asked_again_when_nothing_was_learned(ready: Desk) -> None:
    ready.draw()
    count = len(ready.asked)
    for _ in range(5):
        ready.clock.now += 1
        ready.panel.show_frame(frame_at(3200))
    assert len(ready.asked) == count


@pytest.mark.parametrize("state", [RunState.PAUSED, RunState.FINISHED])
def test_when_learning_stops_it_is_asked_once_more_at_once(ready: Desk, state: RunState) -> None:
    ready.draw()
    count = len(ready.asked)
    ready.panel.show_frame(frame_at(3201, state))
    ready.panel.show_frame(frame_at(3201, state))
    assert len(ready.asked) == count + 1


def test_latency_runs_from_the_stroke_to_the_painted_votes(ready: Desk) -> None:
    assert ready.panel.last_latency_ms is None
    ready.draw()
    ready.answer(ready.asked[-1][1], 5)
    ready.qtbot.waitUntil(lambda: ready.panel.last_latency_ms is not None, timeout=1000)
    latency = ready.panel.last_latency_ms
    assert latency is not None
    assert 0 < latency < 1000
    ready.clock.now += 1
    ready.panel.show_frame(frame_at(4000))
    ready.answer(ready.asked[-1][1], 6, frame=frame_at(4000))  # no stroke led to this one
    QApplication.processEvents()
    assert ready.panel.last_latency_ms == latency


# ── controls ──────────────────────────────────────────────────────────────────────────────────────


def test_shortcuts_work_from_the_canvas(ready: Desk) -> None:
    panel, canvas, qtbot = ready.panel, ready.panel.canvas, ready.qtbot
    ready.window.activateWindow()
    canvas.setFocus()
    ready.draw()
    qtbot.waitUntil(canvas.hasFocus)
    qtbot.keyClick(canvas, Qt.Key.Key_Delete)
    assert canvas.empty
    qtbot.keyClick(canvas, Qt.Key.Key_E)
    assert canvas.erasing
    brush = canvas.brush
    qtbot.keyClick(canvas, Qt.Key.Key_BracketRight)
    qtbot.keyClick(canvas, Qt.Key.Key_BracketRight)
    assert canvas.brush == pytest.approx(brush + 0.02)
    qtbot.keyClick(canvas, Qt.Key.Key_BracketLeft)
    assert canvas.brush == pytest.approx(brush + 0.01)
    assert panel.brush_slider.value() == round(canvas.brush * 100)


def test_undo_and_redo_are_offered_with_what_they_would_do_and_asked_of_the_window(ready: Desk) -> None:
    panel = ready.panel
    asked: list[str] = []
    panel.undo_requested.connect(lambda: asked.append("undo"))
    panel.redo_requested.connect(lambda: asked.append("redo"))
    assert not panel.undo_action.isEnabled()
    assert not panel.redo_action.isEnabled()
    panel.show_history("taught a drawing as 4", "")
    assert panel.undo_action.isEnabled()
    assert "taught a drawing as 4" in panel.undo_action.toolTip()
    assert not panel.redo_action.isEnabled()
    panel.show_history("", "drew a stroke")
    panel.undo_action.trigger()
    panel.redo_action.trigger()
    assert asked == ["redo"]


def test_clear_is_offered_only_when_there_is_something_to_clear(ready: Desk) -> None:
    action = ready.panel.clear_action
    assert not action.isEnabled()
    ready.draw()
    assert action.isEnabled()
    action.trigger()
    assert not action.isEnabled()


def test_every_control_has_a_name_a_tip_and_the_keyboard(ready: Desk) -> None:
    panel = ready.panel
    kinds: tuple[type[QWidget], ...] = (QAbstractButton, QSlider, QComboBox, QLineEdit)
    ready.draw()  # now what it sees can be pressed
    controls = [
        panel.canvas,
        panel.strip,
        panel.seen,
        *(part for kind in kinds for part in panel.findChildren(kind)),
    ]
    assert len(controls) == 14
    for control in controls:
        assert control.accessibleName()
        assert control.toolTip()
        assert control.focusPolicy() & Qt.FocusPolicy.TabFocus
    for action in panel.actions():
        assert not action.shortcut().isEmpty()


SIZES = [(348, 332), (348, 260), (320, 330), (290, 280), (264, 260), (600, 300), (804, 420)]


@pytest.mark.parametrize("naming", [False, True])
@pytest.mark.parametrize("coping", [False, True])
@pytest.mark.parametrize(("width", "height"), SIZES)
def test_nothing_is_clipped(ready: Desk, width: int, height: int, coping: bool, naming: bool) -> None:
    panel = ready.panel
    if naming:
        panel.teach_row.begin_naming()
    panel.set_coping(coping)
    panel.resize(width, height)
    assert (panel.width(), panel.height()) == (width, height)
    assert panel.canvas.width() == panel.canvas.height() >= 88
    easel, row = panel.easel, panel.teach_row
    parts: list[QWidget] = [panel.canvas, easel.caption, panel.seen, panel.answer, panel.sure.slider]
    parts += [panel.sure.label, panel.strip, panel.brush_slider, row.field, row.chooser]
    parts += panel.findChildren(QAbstractButton)
    for widget in parts:
        if not widget.isVisibleTo(panel):
            continue
        if isinstance(widget, QAbstractButton):
            assert widget.width() >= widget.sizeHint().width()
            assert widget.height() >= widget.sizeHint().height()
        assert widget.width() >= min(widget.sizeHint().width(), 48)
        corner = widget.mapTo(panel, QPoint(widget.width(), widget.height()))
        assert corner.x() <= width - 8
        assert corner.y() <= height - 8
    assert panel.minimumSizeHint().width() <= 264
    assert not panel.seen.geometry().intersects(panel.answer.geometry())
    if panel.sure.isVisibleTo(panel):
        assert not panel.answer.geometry().intersects(panel.sure.geometry())
        assert not panel.seen.geometry().intersects(panel.sure.geometry())
    assert panel.answer.height() >= panel.answer.minimumSizeHint().height()


def test_variations_give_way_to_the_canvas_in_a_low_panel_and_it_says_so(ready: Desk) -> None:
    panel = ready.panel
    panel.resize(348, 332)
    panel.set_coping(True)
    assert panel.strip.isVisible()
    panel.resize(348, 240)
    assert not panel.strip.isVisible()
    assert "higher" in panel.cope_button.toolTip()
    assert panel.coping
    panel.resize(348, 332)
    assert panel.strip.isVisible()
    assert "higher" not in panel.cope_button.toolTip()


def test_of_many_classes_the_likeliest_get_a_column(ready: Desk) -> None:
    names = tuple("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz")
    info = make_info()
    info = replace(info, class_names=names, config=replace(info.config, classes=62))
    percept = make_percept(info, 40, 0.6)
    ready.panel.answer.show_answer(percept, names)
    shown = ready.panel.answer.columns()
    assert shown == sorted(shown)
    assert 3 <= len(shown) <= 10
    assert set(shown) == set(np.argsort(-percept.probabilities, kind="stable")[: len(shown)])


def test_a_theme_switch_reaches_every_part(ready: Desk) -> None:
    ready.draw()
    ready.answer(ready.asked[-1][1], 5)
    parts = ready.panel.canvas, ready.panel.seen, ready.panel.answer
    dark = [part.grab().toImage() for part in parts]
    ready.panel.set_theme(LIGHT)
    assert all(part.grab().toImage() != before for part, before in zip(parts, dark, strict=True))


def test_the_panel_can_be_collected(qapp: QApplication) -> None:
    assert_collectable(DrawPanel)
