"""The canvas under real mouse, touch and pen events; and the sketch that it keeps."""

from __future__ import annotations

import gc
import weakref

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QColor, QImage, QInputDevice, QPaintEvent, QPointingDevice, QTabletEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from memnet_gui.sketch import Sketch
from memnet_gui.theme import DARK, LIGHT
from memnet_gui.widgets.canvas import CLEARED, DREW, LARGEST_BRUSH, RUBBED, SMALLEST_BRUSH, Canvas

LEFT, RIGHT = Qt.MouseButton.LeftButton, Qt.MouseButton.RightButton
DIAGONAL = [QPoint(40, 40), QPoint(80, 90), QPoint(120, 110), QPoint(160, 160)]
ACROSS = [QPoint(20, 160), QPoint(100, 100), QPoint(180, 40)]


@pytest.fixture
def canvas(qtbot: QtBot) -> Canvas:
    widget = Canvas()
    qtbot.addWidget(widget)
    widget.resize(200, 200)
    widget.set_theme(DARK)
    widget.show()
    qtbot.waitExposed(widget)
    return widget


def drag(qtbot: QtBot, canvas: Canvas, points: list[QPoint], button: Qt.MouseButton = LEFT) -> None:
    qtbot.mousePress(canvas, button, pos=points[0])
    for point in points[1:]:
        qtbot.mouseMove(canvas, point)
    qtbot.mouseRelease(canvas, button, pos=points[-1])


def picture(canvas: Canvas) -> QImage:
    """What is painted, without the ring at the pointer and the focus."""
    canvas.clearFocus()
    QApplication.sendEvent(canvas, QEvent(QEvent.Type.Leave))
    return canvas.grab().toImage()


def color_at(canvas: Canvas, point: QPoint) -> QColor:
    image = picture(canvas)
    ratio = image.devicePixelRatio()
    return image.pixelColor(round(point.x() * ratio), round(point.y() * ratio))


# ── drawing ───────────────────────────────────────────────────────────────────────────────────────


def test_a_drag_becomes_one_smooth_stroke_in_shares_of_the_side(canvas: Canvas, qtbot: QtBot) -> None:
    drag(qtbot, canvas, DIAGONAL)
    (stroke,) = canvas.strokes
    assert not stroke.erase
    assert stroke.diameter == canvas.brush
    assert stroke.points[0] == pytest.approx([0.2, 0.2])
    assert stroke.points[-1] == pytest.approx([0.8, 0.8])
    steps = np.hypot(*np.diff(stroke.points, axis=0).T)
    assert len(stroke.points) > 3 * len(DIAGONAL)
    assert steps.max() < 0.25


def test_ink_appears_while_the_button_is_down(canvas: Canvas, qtbot: QtBot) -> None:
    assert color_at(canvas, DIAGONAL[0]) == DARK.color("paper")
    qtbot.mousePress(canvas, LEFT, pos=DIAGONAL[0])
    assert color_at(canvas, DIAGONAL[0]) == DARK.color("text")
    qtbot.mouseMove(canvas, DIAGONAL[2])
    assert color_at(canvas, DIAGONAL[2]) == DARK.color("text")
    qtbot.mouseRelease(canvas, LEFT, pos=DIAGONAL[2])


def test_ink_drawn_piece_by_piece_equals_ink_drawn_anew(canvas: Canvas, qtbot: QtBot) -> None:
    drag(qtbot, canvas, DIAGONAL)
    drag(qtbot, canvas, ACROSS, RIGHT)
    live = picture(canvas)
    canvas.set_theme(DARK)  # throws the drawn ink away
    anew = picture(canvas)
    a, b = (np.array(i.convertToFormat(QImage.Format.Format_Grayscale8).constBits()) for i in (live, anew))
    assert np.abs(a.astype(int) - b.astype(int)).mean() < 0.3


class WatchedCanvas(Canvas):
    """Notes how many pixels each painting covered."""

    def __init__(self) -> None:
        super().__init__()
        self.painted: list[int] = []

    def paintEvent(self, event: QPaintEvent) -> None:
        self.painted.append(event.rect().width() * event.rect().height())
        super().paintEvent(event)


def test_only_what_a_movement_covers_is_repainted(qtbot: QtBot) -> None:
    canvas = WatchedCanvas()
    qtbot.addWidget(canvas)
    canvas.resize(200, 200)
    canvas.show()
    qtbot.waitExposed(canvas)
    qtbot.mouseMove(canvas, QPoint(40, 40))
    qtbot.mousePress(canvas, LEFT, pos=QPoint(40, 40))
    QApplication.processEvents()
    canvas.painted.clear()
    qtbot.mouseMove(canvas, QPoint(44, 40))
    QApplication.processEvents()
    qtbot.mouseRelease(canvas, LEFT, pos=QPoint(44, 40))
    assert canvas.painted
    assert max(canvas.painted) < 32 * 32


def test_a_press_without_a_movement_is_a_dot(canvas: Canvas, qtbot: QtBot) -> None:
    qtbot.mouseClick(canvas, LEFT, pos=QPoint(100, 100))
    (stroke,) = canvas.strokes
    assert np.ptp(stroke.points, axis=0).max() == 0
    assert color_at(canvas, QPoint(100, 100)) == DARK.color("text")


def test_movement_without_a_button_draws_nothing(canvas: Canvas, qtbot: QtBot) -> None:
    qtbot.mouseMove(canvas, QPoint(50, 50))
    qtbot.mouseMove(canvas, QPoint(90, 90))
    assert canvas.strokes == ()


def test_drawing_survives_a_resize(canvas: Canvas, qtbot: QtBot) -> None:
    drag(qtbot, canvas, DIAGONAL)
    before = canvas.strokes
    canvas.resize(320, 320)
    assert canvas.strokes is not None
    assert canvas.strokes[0] is before[0]
    assert color_at(canvas, QPoint(64, 64)) == DARK.color("text")


def test_hiding_the_canvas_lifts_the_pen(canvas: Canvas, qtbot: QtBot) -> None:
    qtbot.mousePress(canvas, LEFT, pos=DIAGONAL[0])
    canvas.hide()
    canvas.show()
    qtbot.mouseMove(canvas, DIAGONAL[1])
    (stroke,) = canvas.strokes
    assert np.ptp(stroke.points, axis=0).max() == 0


# ── announcements ─────────────────────────────────────────────────────────────────────────────────


def test_changes_are_announced_while_drawing_but_not_for_every_event(canvas: Canvas, qtbot: QtBot) -> None:
    announced = []
    canvas.changed.connect(lambda: announced.append(len(canvas.strokes[0].points)))
    qtbot.mousePress(canvas, LEFT, pos=QPoint(20, 100))
    assert len(announced) == 1
    for x in range(21, 61):
        qtbot.mouseMove(canvas, QPoint(x, 100))
    burst = len(announced)
    assert burst < 30
    qtbot.waitUntil(lambda: len(announced) > burst, timeout=1000)  # the last movement is not forgotten
    assert announced[-1] == len(canvas.strokes[0].points)
    count = len(announced)
    qtbot.mouseRelease(canvas, LEFT, pos=QPoint(60, 100))
    assert len(announced) == count + 1  # at once


def test_stroke_time_is_that_of_the_first_unseen_movement(canvas: Canvas, qtbot: QtBot) -> None:
    assert canvas.take_stroke_time() is None
    qtbot.mousePress(canvas, LEFT, pos=QPoint(20, 100))
    first = canvas.take_stroke_time()
    assert first is not None
    assert canvas.take_stroke_time() is None
    qtbot.mouseMove(canvas, QPoint(30, 100))
    qtbot.mouseRelease(canvas, LEFT, pos=QPoint(30, 100))
    later = canvas.take_stroke_time()
    assert later is not None
    assert later > first


# ── eraser, brush, history ────────────────────────────────────────────────────────────────────────


def test_the_eraser_takes_ink_away(canvas: Canvas, qtbot: QtBot) -> None:
    drag(qtbot, canvas, DIAGONAL)
    canvas.set_erasing(True)
    drag(qtbot, canvas, [QPoint(20, 20), *DIAGONAL, QPoint(180, 180)])
    assert [stroke.erase for stroke in canvas.strokes] == [False, True]
    assert color_at(canvas, DIAGONAL[0]) == DARK.color("paper")


def test_the_right_button_erases_without_choosing_the_eraser(canvas: Canvas, qtbot: QtBot) -> None:
    drag(qtbot, canvas, DIAGONAL)
    drag(qtbot, canvas, ACROSS, RIGHT)
    drag(qtbot, canvas, ACROSS)
    assert [stroke.erase for stroke in canvas.strokes] == [False, True, False]


def test_the_brush_stays_within_its_range(canvas: Canvas) -> None:
    canvas.set_brush(5.0)
    assert canvas.brush == LARGEST_BRUSH
    canvas.set_brush(0.0)
    assert canvas.brush == SMALLEST_BRUSH


def test_undo_and_redo_walk_through_strokes_and_clearing(canvas: Canvas, qtbot: QtBot) -> None:
    drag(qtbot, canvas, DIAGONAL)
    drag(qtbot, canvas, ACROSS)
    both = canvas.strokes
    canvas.clear()
    assert canvas.empty
    canvas.undo()
    assert canvas.strokes == both
    canvas.undo()
    assert canvas.strokes == both[:1]
    assert color_at(canvas, ACROSS[0]) == DARK.color("paper")
    canvas.redo()
    assert canvas.strokes == both
    assert color_at(canvas, ACROSS[0]) == DARK.color("text")
    canvas.redo()
    assert canvas.empty
    assert not canvas.can_redo


def test_undo_while_drawing_takes_the_stroke_back(canvas: Canvas, qtbot: QtBot) -> None:
    qtbot.mousePress(canvas, LEFT, pos=DIAGONAL[0])
    canvas.undo()
    assert canvas.empty
    qtbot.mouseMove(canvas, DIAGONAL[1])
    qtbot.mouseRelease(canvas, LEFT, pos=DIAGONAL[1])
    assert canvas.empty


def test_a_new_stroke_forgets_what_could_be_redone() -> None:
    sketch = Sketch()
    for _ in range(2):
        sketch.begin(np.array([0.1, 0.1]), 0.1, False)
        sketch.end()
    assert sketch.undo()
    sketch.begin(np.array([0.5, 0.5]), 0.1, False)
    sketch.end()
    assert not sketch.redo()
    assert len(sketch.strokes) == 2


def test_undo_reaches_back_to_the_first_stroke_however_many_there_were() -> None:
    sketch = Sketch()
    sheets = [sketch.strokes]
    for number in range(600):
        if number % 50 == 49:
            assert sketch.clear()
        else:
            sketch.begin(np.array([number / 600, 0.1]), 0.1, False)
            sketch.end()
        sheets.append(sketch.strokes)
    for sheet in reversed(sheets[:-1]):
        assert sketch.undo()
        assert sketch.strokes == sheet
    assert not sketch.undo()
    for sheet in sheets[1:]:
        assert sketch.redo()
        assert sketch.strokes == sheet
    assert not sketch.redo()


def test_what_was_done_taken_back_and_repeated_is_told(canvas: Canvas, qtbot: QtBot) -> None:
    told: list[str] = []
    canvas.stepped.connect(told.append)
    canvas.undone.connect(lambda: told.append("undone"))
    canvas.redone.connect(lambda: told.append("redone"))
    drag(qtbot, canvas, DIAGONAL)
    drag(qtbot, canvas, ACROSS, RIGHT)
    canvas.clear()
    canvas.clear()
    assert told == [DREW, RUBBED, CLEARED]
    told.clear()
    for _ in range(4):
        canvas.undo()
    canvas.redo()
    assert told == ["undone"] * 3 + ["redone"]


def test_a_stroke_under_the_pen_is_told_before_it_is_taken_back(canvas: Canvas, qtbot: QtBot) -> None:
    told: list[str] = []
    canvas.stepped.connect(told.append)
    canvas.undone.connect(lambda: told.append("undone"))
    qtbot.mousePress(canvas, LEFT, pos=DIAGONAL[0])
    assert told == []
    canvas.undo()
    assert told == [DREW, "undone"]


def test_whether_there_is_anything_to_clear_is_told(canvas: Canvas, qtbot: QtBot) -> None:
    told: list[bool] = []
    canvas.emptied.connect(told.append)
    drag(qtbot, canvas, DIAGONAL)
    assert told[-1] is False
    canvas.clear()
    assert told[-1] is True
    canvas.undo()
    assert told[-1] is False


def test_clearing_an_empty_sheet_is_no_step() -> None:
    sketch = Sketch()
    assert not sketch.clear()
    assert not sketch.can_undo


# ── pen and touch ─────────────────────────────────────────────────────────────────────────────────


def pen_event(kind: QEvent.Type, device: QPointingDevice, point: QPointF) -> QTabletEvent:
    """The event does not own the device: it must outlive the event."""
    down = LEFT if kind != QEvent.Type.TabletRelease else Qt.MouseButton.NoButton
    none = Qt.KeyboardModifier.NoModifier
    return QTabletEvent(kind, device, point, point, 0.5, 0, 0, 0, 0, 0, none, LEFT, down)


@pytest.mark.parametrize(
    ("end", "erase"),
    [(QPointingDevice.PointerType.Pen, False), (QPointingDevice.PointerType.Eraser, True)],
)
def test_a_pen_draws_and_its_other_end_erases(
    canvas: Canvas, qapp: QApplication, end: QPointingDevice.PointerType, erase: bool
) -> None:
    stylus, place = QInputDevice.DeviceType.Stylus, QInputDevice.Capability.Position
    device = QPointingDevice("pen", end.value, stylus, end, place, 1, 1, parent=qapp)
    kinds = QEvent.Type.TabletPress, QEvent.Type.TabletMove, QEvent.Type.TabletRelease
    for kind, x in zip(kinds, (50, 100, 150), strict=True):
        event = pen_event(kind, device, QPointF(x, 100.5))
        canvas.tabletEvent(event)
        assert event.isAccepted()  # or Qt would send the same as a mouse
    (stroke,) = canvas.strokes
    assert stroke.erase is erase
    assert stroke.points[-1] == pytest.approx([0.75, 0.5025])


def test_the_first_finger_draws_and_a_resting_hand_does_not(canvas: Canvas) -> None:
    device = QTest.createTouchDevice()
    QTest.touchEvent(canvas, device).press(0, QPoint(40, 40), canvas).commit()
    QTest.touchEvent(canvas, device).stationary(0).press(1, QPoint(190, 190), canvas).commit()
    moved = QTest.touchEvent(canvas, device)
    moved.move(0, QPoint(100, 60), canvas).move(1, QPoint(180, 190), canvas).commit()
    QTest.touchEvent(canvas, device).release(0, QPoint(120, 60), canvas).stationary(1).commit()
    QTest.touchEvent(canvas, device).release(1, QPoint(10, 190), canvas).commit()
    (stroke,) = canvas.strokes
    assert stroke.points[0] == pytest.approx([0.2, 0.2])
    assert stroke.points[-1] == pytest.approx([0.6, 0.3])
    assert stroke.points[:, 1].max() < 0.4


# ── looks ─────────────────────────────────────────────────────────────────────────────────────────


def test_a_theme_recolours_paper_and_ink(canvas: Canvas, qtbot: QtBot) -> None:
    drag(qtbot, canvas, DIAGONAL)
    canvas.set_theme(LIGHT)
    assert color_at(canvas, DIAGONAL[0]) == LIGHT.color("text")
    assert color_at(canvas, QPoint(150, 20)) == LIGHT.color("paper")


def test_the_hint_shows_until_the_first_stroke(canvas: Canvas, qtbot: QtBot) -> None:
    bare = picture(canvas)
    canvas.set_hint("Draw here")
    assert picture(canvas) != bare
    qtbot.mouseClick(canvas, LEFT, pos=QPoint(20, 180))
    canvas.set_hint("Something else")
    with_dot = picture(canvas)
    canvas.set_hint("")
    assert picture(canvas) == with_dot


def test_the_ring_shows_the_brush_and_breaks_for_the_eraser(canvas: Canvas, qtbot: QtBot) -> None:
    away = picture(canvas)
    qtbot.mouseMove(canvas, QPoint(100, 100))
    brush = canvas.grab().toImage()
    canvas.set_erasing(True)
    eraser = canvas.grab().toImage()
    assert away != brush
    assert brush != eraser


def test_the_keyboard_focus_is_seen(canvas: Canvas, qtbot: QtBot) -> None:
    without = picture(canvas)
    canvas.activateWindow()
    canvas.setFocus(Qt.FocusReason.TabFocusReason)
    qtbot.waitUntil(canvas.hasFocus)
    assert canvas.grab().toImage() != without


def test_the_canvas_can_be_collected(qapp: QApplication) -> None:
    canvas = Canvas()
    canvas.grab()
    alive = weakref.ref(canvas)
    del canvas
    gc.collect()
    assert alive() is None
