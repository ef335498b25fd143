"""ACTIVATION as a whole: sizes, themes, empty states, focus."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from engine.config import PRESETS
from engine.frame import RunState
from memnet_gui.widgets.activation_panel import AGREEMENT, ActivationPanel
from tests.gui.frames import empty_frame, make_frame, make_info, make_score
from tests.gui.panels import assert_collectable, assert_follows_the_theme, grab, shown

SIZES = [(780, 190), (560, 150)]


@pytest.fixture
def panel(qtbot: QtBot) -> ActivationPanel:
    return shown(qtbot, ActivationPanel(), 780, 190)


@pytest.mark.parametrize("preset", list(PRESETS))
@pytest.mark.parametrize(("width", "height"), SIZES)
def test_nothing_is_clipped_at_either_size(qtbot: QtBot, preset: str, width: int, height: int) -> None:
    panel = shown(qtbot, ActivationPanel(), width, height)
    panel.show_frame(make_frame(make_info(PRESETS[preset])))
    grab(panel)
    assert (panel.width(), panel.height()) == (width, height)
    parts = [panel.field, panel.field_label, panel.winners, panel.raster, panel.legend, panel.raster_label]
    if panel.map.isVisible():
        parts.append(panel.map)
        assert panel.map.rect().contains(panel.map.map_rect().toAlignedRect())
    for part in parts:
        assert panel.rect().contains(part.geometry()), type(part).__name__
        assert part.width() >= part.minimumSizeHint().width()
    geometries = [part.geometry() for part in parts]
    assert not any(
        one.intersects(other) for number, one in enumerate(geometries) for other in geometries[number + 1 :]
    )


def test_before_the_first_digit_everything_is_empty_but_there(panel: ActivationPanel) -> None:
    panel.show_frame(make_frame())
    full = grab(panel)
    panel.show_frame(empty_frame(make_info(run=2)))
    assert grab(panel) != full
    assert panel.winners.verdict() == "no digit yet"
    assert panel.raster.digits == 0
    panel.map.hovered.emit(3)
    assert panel.note_label.text().endswith("novelty –")


@pytest.mark.parametrize(
    ("state", "words"),
    [
        (RunState.PAUSED, "the next digit shows here"),
        (RunState.FINISHED, "all digits were seen"),
        (RunState.FAILED, "stopped by an error"),
    ],
)
def test_a_run_that_was_opened_has_no_digit_to_show_but_is_not_at_its_start(
    panel: ActivationPanel, state: RunState, words: str
) -> None:
    panel.show_frame(empty_frame())
    raster = grab(panel.raster)
    panel.show_frame(empty_frame(state=state, score=make_score(make_info())))
    assert panel.winners.verdict() == words
    assert grab(panel.raster) != raster, "which says so too"


PARTS: list[Callable[[ActivationPanel], QWidget]] = [
    lambda panel: panel.map,
    lambda panel: panel.field,
    lambda panel: panel.winners,
    lambda panel: panel.raster,
    lambda panel: panel.legend,
]


@pytest.mark.parametrize("part", PARTS)
def test_switching_the_theme_recolours_every_part(
    panel: ActivationPanel, part: Callable[[ActivationPanel], QWidget]
) -> None:
    panel.show_frame(make_frame())
    panel.mode.button(AGREEMENT).click()
    assert_follows_the_theme(panel, part(panel))


def test_controls_have_names_and_can_be_focused(panel: ActivationPanel) -> None:
    panel.show_frame(make_frame())
    for part in (panel.map, panel.field, panel.winners, panel.raster):
        assert part.accessibleName()
        assert part.focusPolicy() & Qt.FocusPolicy.TabFocus
    assert panel.legend.accessibleDescription() == "from known to new"
    assert "0.30" in panel.legend.toolTip()


def test_the_focus_is_visible(qtbot: QtBot, panel: ActivationPanel) -> None:
    panel.show_frame(make_frame())
    for part in (panel.map, panel.field, panel.winners, panel.raster):
        panel.mode.button(0).setFocus()
        without = grab(part)
        part.setFocus()
        assert grab(part) != without, type(part).__name__


def test_the_panel_can_be_collected(qapp: QApplication) -> None:
    assert_collectable(ActivationPanel)
