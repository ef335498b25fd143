"""The toolbar: what it shows is what the frame says; what it asks for are commands."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractButton, QMainWindow, QWidget
from pytestqt.qtbot import QtBot

from engine.commands import Pause, Play, SetSpeed, Step
from engine.config import PRESETS
from engine.frame import RunState
from memnet_gui import speed_slider
from memnet_gui.actions import Actions
from memnet_gui.menus import PRESET_MEANINGS
from memnet_gui.speed_slider import FASTEST, POSITIONS, SpeedSlider, position_of, speed_at, speed_text
from memnet_gui.theme import DARK
from memnet_gui.toolbar import Toolbar
from tests.gui.frames import empty_frame, make_frame, make_info


class Bench:
    """A toolbar on its own, and what it asked for."""

    def __init__(self, qtbot: QtBot) -> None:
        self.window = QMainWindow()
        qtbot.addWidget(self.window)
        self.actions = Actions(self.window, {}, "system")
        self.toolbar = Toolbar(self.actions)
        self.toolbar.set_theme(DARK)
        self.window.setCentralWidget(self.toolbar)
        self.asked: list[object] = []
        self.toolbar.commanded.connect(self.asked.append)

    def resize(self, width: int) -> None:
        self.toolbar.resize(width, self.toolbar.height())


@pytest.fixture
def bench(qtbot: QtBot) -> Iterator[Bench]:
    bench = Bench(qtbot)
    with qtbot.waitExposed(bench.window):
        bench.window.resize(1440, 200)
        bench.window.show()
    return bench


def test_nothing_can_be_played_before_the_digits_are_loaded(bench: Bench) -> None:
    bench.toolbar.toggle_play()
    bench.toolbar.step_once()
    assert not bench.toolbar.play.isEnabled()
    assert bench.asked == []


def test_a_menu_ticks_what_is_until_the_frame_says_otherwise(bench: Bench, qtbot: QtBot) -> None:
    presets = bench.actions.presets
    bench.toolbar.show_frame(make_frame(make_info(PRESETS["small"])))

    def ticked() -> list[str]:
        return [action.data() for action in presets.actions() if action.isChecked()]

    assert ticked() == ["small"]
    with qtbot.waitSignal(presets.chosen) as chosen:
        presets.actions()[1].trigger()
    assert chosen.args == ["columns"]
    assert ticked() == ["small"]
    bench.toolbar.show_frame(make_frame(make_info(PRESETS["columns"], run=2)))
    assert ticked() == ["columns"]
    assert bench.toolbar.preset.text() == "Columns"


def test_the_play_button_shows_the_frame_and_not_the_click(bench: Bench, qtbot: QtBot) -> None:
    toolbar = bench.toolbar
    toolbar.show_frame(empty_frame())
    qtbot.mouseClick(toolbar.play, Qt.MouseButton.LeftButton)
    assert bench.asked == [Play()]
    assert toolbar.play.text() == "Play"
    toolbar.show_frame(make_frame())
    assert toolbar.play.text() == "Pause"
    qtbot.mouseClick(toolbar.play, Qt.MouseButton.LeftButton)
    assert bench.asked == [Play(), Pause()]


@pytest.mark.parametrize("state", [RunState.FINISHED, RunState.FAILED])
def test_a_run_that_is_over_can_neither_play_nor_step(bench: Bench, state: RunState) -> None:
    bench.toolbar.show_frame(make_frame(state=state))
    assert not bench.toolbar.play.isEnabled()
    assert not bench.toolbar.step.isEnabled()


def test_step_asks_for_one_digit(bench: Bench, qtbot: QtBot) -> None:
    bench.toolbar.show_frame(empty_frame())
    qtbot.mouseClick(bench.toolbar.step, Qt.MouseButton.LeftButton)
    assert bench.asked == [Step(1)]


def test_a_click_takes_no_focus_so_that_space_still_plays(bench: Bench, qtbot: QtBot) -> None:
    bench.toolbar.show_frame(empty_frame())
    qtbot.mouseClick(bench.toolbar.step, Qt.MouseButton.LeftButton)
    assert not bench.toolbar.step.hasFocus()


def test_names_of_preset_data_and_backend_come_from_the_frame(bench: Bench) -> None:
    frame = replace(make_frame(make_info(PRESETS["tiny"])), backend="CuPy · RTX 4090")
    bench.toolbar.show_frame(frame)
    assert bench.toolbar.preset.text() == "Tiny"
    assert PRESET_MEANINGS["tiny"] in bench.toolbar.preset.toolTip()
    assert bench.toolbar.data.text() == "MNIST"
    assert bench.toolbar.backend.text() == "CuPy · RTX 4090"
    ticked = [action.text() for action in bench.actions.presets.actions() if action.isChecked()]
    assert ticked == ["Tiny"]


def test_every_preset_has_a_meaning_in_the_menu(bench: Bench) -> None:
    tips = {action.data(): action.toolTip() for action in bench.actions.presets.actions()}
    assert tips == PRESET_MEANINGS
    assert set(tips) == set(PRESETS)


def test_seed_and_fixations_of_the_run_are_ticked(bench: Bench) -> None:
    config = replace(PRESETS["small"], fixations=2)
    bench.toolbar.show_frame(make_frame(replace(make_info(config), seed=1)))
    data = bench.actions.data
    assert [action.data() for action in data.seeds.actions() if action.isChecked()] == [1]
    assert [action.data() for action in data.fixations.actions() if action.isChecked()] == [2]


def test_every_control_is_named_explained_and_reached_by_tab(bench: Bench) -> None:
    controls: list[QWidget] = [*bench.toolbar.findChildren(QAbstractButton), bench.toolbar.speed.slider]
    assert len(controls) >= 11
    for control in controls:
        assert control.accessibleName()
        assert control.toolTip()
        assert control.focusPolicy() & Qt.FocusPolicy.TabFocus


# ── room ──────────────────────────────────────────────────────────────────────────────────────


def test_all_controls_fit_at_1280(bench: Bench) -> None:
    bench.toolbar.show_frame(make_frame())
    bench.resize(1280)
    toolbar = bench.toolbar
    for control in (*toolbar.findChildren(QAbstractButton), toolbar.backend, toolbar.brand, toolbar.speed):
        assert control.isVisibleTo(toolbar)
        assert control.geometry().right() <= 1280


@pytest.mark.parametrize("width", [1100, 900, 700, 500, 300])
def test_a_narrow_toolbar_drops_what_is_least_needed_and_clips_nothing(bench: Bench, width: int) -> None:
    toolbar = bench.toolbar
    toolbar.show_frame(make_frame())
    bench.resize(width)
    shown = [
        control
        for control in toolbar.findChildren(QWidget, options=Qt.FindChildOption.FindDirectChildrenOnly)
        if control.isVisibleTo(toolbar)
    ]
    assert {toolbar.play, toolbar.step, toolbar.more} <= set(shown)
    assert max(control.geometry().right() for control in shown) <= max(
        width, toolbar.minimumSizeHint().width()
    )
    assert toolbar.open not in shown
    for control in shown:
        assert control.width() >= control.minimumSizeHint().width()


def test_what_a_narrow_toolbar_drops_is_in_the_menu(bench: Bench) -> None:
    menus = {action.menu() for action in bench.actions.more.actions() if action.menu()}
    assert {bench.actions.export, bench.actions.presets, bench.actions.data, bench.actions.theme} <= menus
    assert {bench.actions.open, bench.actions.reset, bench.actions.shortcuts} <= set(
        bench.actions.more.actions()
    )


def test_dropped_controls_come_back(bench: Bench) -> None:
    bench.toolbar.show_frame(make_frame())
    bench.resize(500)
    assert not bench.toolbar.preset.isVisibleTo(bench.toolbar)
    bench.resize(1440)
    assert bench.toolbar.preset.isVisibleTo(bench.toolbar)


def test_the_export_button_asks_for_the_dialog(bench: Bench, qtbot: QtBot) -> None:
    with qtbot.waitSignal(bench.actions.show_export.triggered, timeout=1000):
        bench.toolbar.export.click()


# ── speed ─────────────────────────────────────────────────────────────────────────────────────


def test_speeds_rise_tenfold_in_equal_steps_and_end_at_max() -> None:
    speeds = [speed_at(position) for position in range(POSITIONS)]
    assert speeds[0] == 1
    assert speeds[-1] == FASTEST
    assert all(a is not None and b is not None and a < b for a, b in itertools.pairwise(speeds))
    assert speed_at(POSITIONS) is None


def test_every_position_is_found_again_from_its_speed() -> None:
    for position in range(POSITIONS + 1):
        assert position_of(speed_at(position)) == position


@pytest.mark.parametrize(
    ("speed", "text"), [(None, "max"), (1.0, "1/s"), (1.6, "1.6/s"), (120.0, "120/s"), (9000.0, "9,000/s")]
)
def test_a_speed_reads_as_text(speed: float | None, text: str) -> None:
    assert speed_text(speed) == text


def test_moving_the_slider_asks_for_its_speed_and_says_it(bench: Bench) -> None:
    bench.toolbar.speed.slider.setValue(position_of(100.0))
    (asked,) = bench.asked
    assert isinstance(asked, SetSpeed)
    assert asked.digits_per_second == pytest.approx(100, rel=0.1)
    assert bench.toolbar.speed.value.text() == speed_text(asked.digits_per_second)
    bench.toolbar.faster()
    assert isinstance(bench.asked[-1], SetSpeed)
    assert (bench.asked[-1].digits_per_second or 0) > (asked.digits_per_second or 0)


def test_the_slider_shows_the_frames_speed_without_asking_for_it(bench: Bench) -> None:
    bench.toolbar.show_frame(make_frame(speed=10.0))
    assert bench.toolbar.speed.slider.value() == position_of(10.0)
    assert bench.toolbar.speed.value.text() == "10/s"
    assert bench.asked == []


def test_a_frame_from_before_the_change_does_not_pull_the_slider_back(
    qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = 10.0
    monkeypatch.setattr(speed_slider.time, "perf_counter", lambda: now)
    slider = SpeedSlider()
    qtbot.addWidget(slider)
    slider.slider.setValue(20)
    slider.show_speed(None)
    assert slider.slider.value() == 20
    now = 12.0  # the engine did not take it up: it is right
    slider.show_speed(None)
    assert slider.slider.value() == POSITIONS
