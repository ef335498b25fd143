"""The confusion matrix counts, points, names and colours cells for any number of classes."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QColor
from pytestqt.qtbot import QtBot

from engine.arrays import freeze
from engine.config import PRESETS
from engine.frame import Frame, NetworkInfo
from memnet_gui.theme import DARK, LIGHT, Theme
from memnet_gui.widgets.confusion_view import ConfusionView, confusion_colors
from tests.gui.frames import empty_frame, make_frame, make_info


def info_of(classes: int) -> NetworkInfo:
    return make_info(replace(PRESETS["columns"], classes=classes))


def with_confusion(confusion: np.ndarray, info: NetworkInfo | None = None) -> Frame:
    frame = make_frame(info or info_of(len(confusion)))
    return replace(frame, score=replace(frame.score, confusion=freeze(confusion)))


@pytest.fixture
def counts() -> np.ndarray:
    counts = np.diag(np.full(10, 2400))
    counts[4, 9] = 31
    counts[4, 4] = 2500 - 31
    return counts


@pytest.fixture
def view(qtbot: QtBot, counts: np.ndarray) -> ConfusionView:
    view = ConfusionView()
    qtbot.addWidget(view)
    view.resize(170, 160)
    view.set_theme(DARK)
    view.show_frame(with_confusion(counts))
    view.show()
    return view


def test_a_cell_is_said_with_its_share_of_the_label(view: ConfusionView) -> None:
    assert view.describe((4, 9)) == "label 4, said 9: 31 (1.2 % of the 4s)"
    assert view.describe((4, 4)) == "label 4, said 4: 2,469 (98.8 % of the 4s)"
    assert view.describe((4, 2)) == "label 4, said 2: 0 (0.0 % of the 4s)"


def test_one_mistake_among_thousands_is_not_said_to_be_none(view: ConfusionView, counts: np.ndarray) -> None:
    counts = counts.copy()
    counts[4, 2] = 1
    view.show_frame(with_confusion(counts))
    assert view.describe((4, 2)) == "label 4, said 2: 1 (0.04 % of the 4s)"


def test_a_label_that_was_not_seen_has_no_share(view: ConfusionView) -> None:
    view.show_frame(empty_frame())
    assert view.describe((4, 9)) == "label 4, said 9: 0 (none seen yet)"


@pytest.mark.parametrize("classes", [2, 10, 37, 62])
@pytest.mark.parametrize("size", [(132, 120), (170, 160), (400, 300)])
def test_the_centre_of_each_cell_hits_it(qtbot: QtBot, classes: int, size: tuple[int, int]) -> None:
    view = ConfusionView()
    qtbot.addWidget(view)
    view.resize(*size)
    view.show_frame(make_frame(info_of(classes)))
    assert not view.grab().isNull()
    for cell in ((0, 0), (classes - 1, 0), (0, classes - 1), (classes // 2, classes // 3)):
        place = view.rect_of(cell)
        assert view.part_at(place.center()) == cell
        assert view.rect().contains(place.toRect())


def test_names_and_empty_room_are_no_cells(view: ConfusionView) -> None:
    first = view.rect_of((0, 0))
    last = view.rect_of((9, 9))
    assert view.part_at(first.topLeft() - QPointF(2, 0)) is None
    assert view.part_at(first.topLeft() - QPointF(0, 2)) is None
    assert view.part_at(last.bottomRight() + QPointF(2, 0)) is None


def test_nothing_can_be_hit_before_the_first_frame(qtbot: QtBot) -> None:
    view = ConfusionView()
    qtbot.addWidget(view)
    assert view.part_at(QPointF(40, 40)) is None
    qtbot.keyClick(view, Qt.Key.Key_Right)
    assert view.pointed is None
    assert not view.grab().isNull()


def test_the_mouse_points_and_picks(view: ConfusionView, qtbot: QtBot) -> None:
    said: list[str] = []
    view.part_pointed.connect(said.append)
    place = view.rect_of((4, 9)).center().toPoint()
    qtbot.mouseMove(view, place)
    qtbot.waitUntil(lambda: view.pointed == (4, 9))
    with qtbot.waitSignal(view.cell_clicked) as clicked:
        qtbot.mouseClick(view, Qt.MouseButton.LeftButton, pos=place)
    assert clicked.args == [4, 9]
    assert said == ["label 4, said 9: 31 (1.2 % of the 4s)"]


def test_only_the_left_button_on_a_cell_picks(view: ConfusionView, qtbot: QtBot) -> None:
    with qtbot.assertNotEmitted(view.cell_clicked):
        place = view.rect_of((4, 9)).center().toPoint()
        qtbot.mouseClick(view, Qt.MouseButton.RightButton, pos=place)
        qtbot.mouseClick(view, Qt.MouseButton.LeftButton, pos=QPoint(1, 1))


def test_keys_move_a_cell_cursor_that_stays_inside(view: ConfusionView, qtbot: QtBot) -> None:
    keys = [Qt.Key.Key_Down, Qt.Key.Key_Down, Qt.Key.Key_Right, Qt.Key.Key_Up]
    cells = []
    for key in keys:
        qtbot.keyClick(view, key)
        cells.append(view.pointed)
    assert cells == [(0, 0), (1, 0), (1, 1), (0, 1)]
    qtbot.keyClick(view, Qt.Key.Key_Up)
    assert view.pointed == (0, 1)
    qtbot.keyClick(view, Qt.Key.Key_End)
    qtbot.keyClick(view, Qt.Key.Key_Right)
    assert view.pointed == (0, 9)
    assert view.accessibleDescription().startswith("label 0, said 9")
    for key in (Qt.Key.Key_Return, Qt.Key.Key_Space):
        with qtbot.waitSignal(view.cell_clicked) as clicked:
            qtbot.keyClick(view, key)
        assert clicked.args == [0, 9]
    qtbot.keyClick(view, Qt.Key.Key_Escape)
    assert view.pointed is None


def test_the_pointed_cell_is_said_anew_when_its_count_changes(
    view: ConfusionView, counts: np.ndarray, qtbot: QtBot
) -> None:
    qtbot.keyClick(view, Qt.Key.Key_Down)
    said: list[str] = []
    view.part_pointed.connect(said.append)
    more = counts.copy()
    more[0, 0] += 1
    view.show_frame(with_confusion(more))
    view.show_frame(with_confusion(more.copy()))
    assert said == ["label 0, said 0: 2,401 (100.0 % of the 0s)"]


def test_fewer_classes_take_the_cursor_away(view: ConfusionView, qtbot: QtBot) -> None:
    qtbot.keyClick(view, Qt.Key.Key_Down)
    qtbot.keyClick(view, Qt.Key.Key_End)
    view.show_frame(make_frame(info_of(3)))
    assert view.pointed is None


@pytest.mark.parametrize("theme", [DARK, LIGHT], ids=["dark", "light"])
def test_colours_part_right_wrong_and_none(theme: Theme, counts: np.ndarray) -> None:
    counts[4, 7] = 2
    colors = [[QColor.fromRgb(int(value)) for value in row] for row in confusion_colors(counts, theme)]
    raised, right, wrong = (theme.color(name) for name in ("raised", "right", "wrong"))
    assert colors[0][1] == raised

    def share(color: QColor, full: QColor) -> float:
        """How far a mixture is from no count to the full colour."""
        return (color.green() - raised.green()) / (full.green() - raised.green())

    assert 0.3 < share(colors[4][4], right) < 0.9
    assert 0.05 < share(colors[4][7], wrong) < share(colors[4][9], wrong) <= 1.0


def strength(confusion: np.ndarray, cell: tuple[int, int]) -> float:
    """How far a cell is from the colour of none to that of wrong, by its red."""
    none, wrong = DARK.color("raised").red(), DARK.color("wrong").red()
    return (QColor.fromRgb(int(confusion_colors(confusion, DARK)[cell])).red() - none) / (wrong - none)


def test_one_count_is_seen_among_thousands_and_few_digits_compare_with_many() -> None:
    many, few = np.diag([4000, 4000]), np.diag([40, 40])
    many[0, 1], few[0, 1] = 2000, 20
    assert 0.05 < strength(np.array([[6000, 1], [0, 9]]), (0, 1)) < 0.25
    assert strength(many, (0, 1)) == pytest.approx(strength(few, (0, 1)), abs=0.05)


def test_the_worst_confusions_stand_out_among_many_small_ones() -> None:
    counts = np.full((10, 10), 6)
    np.fill_diagonal(counts, 5900)
    counts[4, 9], counts[7, 2] = 90, 60
    assert strength(counts, (4, 9)) == pytest.approx(1.0, abs=0.02)
    assert 0.6 < strength(counts, (7, 2)) < 0.8
    assert strength(counts, (3, 5)) < 0.2


def test_the_first_mistake_on_a_rare_class_does_not_outshine_the_others() -> None:
    counts = np.diag([5000, 5000, 0])
    counts[0, 1], counts[2, 1] = 500, 1
    assert strength(counts, (2, 1)) < strength(counts, (0, 1))


def test_a_switch_of_theme_recolours_the_cells(view: ConfusionView) -> None:
    for theme in (DARK, LIGHT):
        view.set_theme(theme)
        cell = view.rect_of((0, 5)).center().toPoint()
        assert view.grab().toImage().pixelColor(cell) == theme.color("raised")


def test_the_matrix_wants_to_be_square(view: ConfusionView) -> None:
    area = view._cells_area()
    assert area.width() == area.height()
    assert area.width() % 10 == 0
    assert abs(view.sizeHint().height() - view.width()) < 16
