"""DRAW: a canvas, what the network sees of it, and what it says, while you draw."""

from __future__ import annotations

import time
from collections.abc import Callable

import numpy as np
from PySide6.QtCore import QSize, Qt, Signal, Slot
from PySide6.QtGui import QAction, QKeySequence, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSizePolicy, QSlider, QToolButton, QWidget

from engine.frame import Floats, Frame, NetworkInfo, RunState, freeze
from memnet_gui.drawing import fit_strokes
from memnet_gui.icons import icon
from memnet_gui.theme import GRID, Theme
from memnet_gui.widgets.canvas import LARGEST_BRUSH, SMALLEST_BRUSH, USUAL_BRUSH, Canvas
from memnet_gui.widgets.digit_view import DigitView
from memnet_gui.widgets.drawing_answer import DrawingAnswer, percent
from memnet_gui.widgets.panel import Panel

INVITATION = "Draw a digit: the network answers as you draw."
NOTHING_LEARNED = "Nothing learned yet: press Space first."
FOLLOW_INTERVAL = 0.25
"""Seconds between two questions about the same drawing while the network learns on."""
_BRUSH_STEP = 0.01
_COLUMN, _GAP = 88, 3 * GRID
_LARGE_PICTURE, _SMALL_PICTURE = 88, 60  # three and two times 28 pixels, and a frame
_ROOMY = 188


class Easel(QWidget):
    """The canvas, as large a square as fits; beside it what the network sees and says; `controls` below.

    Laid out by hand: the canvas is square whatever the panel's shape, and what is left over stays
    free below, not between its parts.
    """

    def __init__(self, controls: QWidget, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.canvas = Canvas(self)
        self.caption = QLabel("what it sees", self)
        self.caption.setObjectName("caption")
        self.seen = DigitView("What the network sees", self)
        self.seen.setToolTip("The drawing as the network gets it:\nscaled, centred and drawn like MNIST's.")
        self.answer = DrawingAnswer(self)
        self.controls = controls
        controls.setParent(self)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)

    def sizeHint(self) -> QSize:
        return self._around(196)

    def minimumSizeHint(self) -> QSize:
        return self._around(self.canvas.minimumSizeHint().width())

    def _around(self, side: int) -> QSize:
        """The size of an easel whose canvas has this side."""
        controls = self.controls.minimumSizeHint()
        return QSize(max(side + _GAP + _COLUMN, controls.width()), side + 2 * GRID + controls.height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        below = self.controls.sizeHint().height()
        side = max(1, min(self.height() - below - 2 * GRID, self.width() - _COLUMN - _GAP))
        self.canvas.setGeometry(0, 0, side, side)
        self.controls.setGeometry(0, side + 2 * GRID, self.width(), below)
        # Pixels of the picture are whole: three times its size where there is room, else twice.
        picture = _LARGE_PICTURE if side >= _ROOMY else _SMALL_PICTURE
        left = side + _GAP
        width = min(2 * _COLUMN, self.width() - left)
        line = self.caption.sizeHint().height()
        self.caption.setGeometry(left, 0, width, line)
        self.seen.setGeometry(left, line + GRID, picture, picture)
        top = line + GRID + picture + GRID
        self.answer.setGeometry(left, top, width, max(1, side - top))


class DrawPanel(Panel):
    """Sends drawings to the network and shows the newest answer.

    classify_requested(image, request): image (side, side) float32 in [0, 1], read-only, with three
    equal channels for a network that sees colour; request goes up by one each time. Answers come
    back in `Frame.drawing`, and one that is older than what is shown is never shown.
    last_latency_ms: from the pen's movement to its votes painted, for the last answer to one.
    """

    classify_requested = Signal(object, int)

    def __init__(self, parent: QWidget | None = None, clock: Callable[[], float] = time.perf_counter) -> None:
        super().__init__("Draw", parent)
        self.last_latency_ms: float | None = None
        self._clock = clock
        self._info: NetworkInfo | None = None
        self._seen = 0
        self._learned = False
        self._image: Floats | None = None
        self._request = 0
        self._oldest_welcome = 1
        self._asked_at_digit = -1
        self._asked_at_time = 0.0
        self._stroke_times: dict[int, float] = {}
        self._stroke_time_shown: float | None = None
        self._controls = QWidget()
        self.easel = Easel(self._controls)
        self.canvas, self.seen, self.answer = self.easel.canvas, self.easel.seen, self.easel.answer
        self._make_actions()
        self._lay_out()
        self.canvas.changed.connect(self._look)
        self.canvas.history_changed.connect(self._enable_actions)
        self.answer.answer_painted.connect(self._measure)
        self._enable_actions()
        self._show_nothing()

    # ── controls ──────────────────────────────────────────────────────────────────────────────

    def _make_actions(self) -> None:
        """Shortcuts work while the keyboard is anywhere in this panel."""
        self.erase_action = self._action("Eraser", "Rub out instead of drawing", "E")
        self.erase_action.setCheckable(True)
        self.erase_action.toggled.connect(self.canvas.set_erasing)
        self.undo_action = self._action("Undo stroke", "Take back the last stroke", "Ctrl+Z")
        self.undo_action.triggered.connect(self.canvas.undo)
        self.redo_action = self._action("Redo stroke", "Draw it again", "Ctrl+Shift+Z", "Ctrl+Y")
        self.redo_action.triggered.connect(self.canvas.redo)
        self.clear_action = self._action("Clear", "An empty canvas", "Del")
        self.clear_action.triggered.connect(self.canvas.clear)
        self.thinner_action = self._action("Thinner brush", "A thinner brush", "[")
        self.thinner_action.triggered.connect(self._thinner)
        self.thicker_action = self._action("Thicker brush", "A thicker brush", "]")
        self.thicker_action.triggered.connect(self._thicker)

    def _action(self, text: str, tip: str, *shortcuts: str) -> QAction:
        action = QAction(text, self)
        action.setShortcuts([QKeySequence(shortcut) for shortcut in shortcuts])
        action.setShortcutContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        action.setToolTip(f"{tip} ({' or '.join(shortcuts)})")
        self.addAction(action)
        return action

    def _lay_out(self) -> None:
        self.note_label.say("Del clears · Ctrl+Z undoes")
        self.brush_slider = QSlider(Qt.Orientation.Horizontal)
        self.brush_slider.setAccessibleName("Brush size")
        self.brush_slider.setRange(round(SMALLEST_BRUSH / _BRUSH_STEP), round(LARGEST_BRUSH / _BRUSH_STEP))
        self.brush_slider.setValue(round(USUAL_BRUSH / _BRUSH_STEP))
        self.brush_slider.setMinimumWidth(48)
        self.brush_slider.valueChanged.connect(self._choose_brush)
        self._choose_brush(self.brush_slider.value())
        controls = QHBoxLayout(self._controls)
        controls.setContentsMargins(0, 0, 0, 0)
        controls.setSpacing(GRID)
        controls.addWidget(self.brush_slider, 1)
        controls.addSpacing(GRID)
        for action in (self.erase_action, self.undo_action, self.redo_action, self.clear_action):
            controls.addWidget(self._button(action))
        self.body.addWidget(self.easel)

    def _button(self, action: QAction) -> QToolButton:
        button = QToolButton()
        button.setDefaultAction(action)
        button.setAccessibleName(action.text())
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        if action is not self.clear_action:
            button.setObjectName("icon")
        return button

    @Slot(int)
    def _choose_brush(self, size: int) -> None:
        self.canvas.set_brush(size * _BRUSH_STEP)
        self.brush_slider.setToolTip(
            f"Brush: {size} % of the canvas ([ and ])\nThe network sees every brush as equally thick."
        )

    @Slot()
    def _thinner(self) -> None:
        self.brush_slider.setValue(self.brush_slider.value() - 1)

    @Slot()
    def _thicker(self) -> None:
        self.brush_slider.setValue(self.brush_slider.value() + 1)

    @Slot()
    def _enable_actions(self) -> None:
        self.undo_action.setEnabled(self.canvas.can_undo)
        self.redo_action.setEnabled(self.canvas.can_redo)
        self.clear_action.setEnabled(not self.canvas.empty)

    def set_theme(self, theme: Theme) -> None:
        self.canvas.set_theme(theme)
        self.seen.set_theme(theme)
        self.answer.set_theme(theme)
        self.erase_action.setIcon(icon("eraser", theme.text))
        self.undo_action.setIcon(icon("undo", theme.text))
        self.redo_action.setIcon(icon("redo", theme.text))

    # ── asking ────────────────────────────────────────────────────────────────────────────────

    @Slot()
    def _look(self) -> None:
        """The ink changed: show what the network sees of it, and ask."""
        stroke_time = self.canvas.take_stroke_time()
        self._image = fit_strokes(self.canvas.strokes, self._info.config.side if self._info else 28)
        if self._image is None:
            self._show_nothing()
        else:
            self.seen.show_digit(self._image)
            self._ask(stroke_time)

    def _ask(self, stroke_time: float | None = None) -> None:
        """Send the drawing, if there is one and somebody who could know it."""
        if self._image is None or self._info is None:
            return
        if not self._learned:
            self.answer.show_sentence(NOTHING_LEARNED)
            return
        self._request += 1
        self._asked_at_digit, self._asked_at_time = self._seen, self._clock()
        if stroke_time is not None:
            self._stroke_times[self._request] = stroke_time
        image = self._image
        if self._info.config.channels == 3:
            image = freeze(np.repeat(image[..., None], 3, axis=2))
        self.classify_requested.emit(image, self._request)

    def _show_nothing(self) -> None:
        self._oldest_welcome = self._request + 1
        self._stroke_times.clear()
        self.seen.clear()
        self.answer.show_sentence("")
        self.canvas.set_hint(INVITATION if self._learned or self._info is None else NOTHING_LEARNED)

    # ── answers ───────────────────────────────────────────────────────────────────────────────

    def present(self) -> str:
        """What is drawn, and what the network says to it, in a sentence."""
        if self._image is None:
            return "Nothing is drawn."
        percept = self.answer.percept
        if percept is None or self._info is None:
            return self.answer.text or "The answer is on its way."
        name = self._info.class_names[percept.answer]
        return f"The drawing is answered {name}, with {percent(percept.confidence)} of the vote."

    def show_frame(self, frame: Frame) -> None:
        new_run = self._info is None or frame.info.run != self._info.run
        learned = sum(frame.score.memories) > 0
        woke = learned != self._learned
        self._info, self._seen, self._learned = frame.info, frame.score.seen, learned
        if new_run or woke:
            self._oldest_welcome = self._request + 1
            self.answer.show_sentence("")
            self._look()
            return
        if frame.drawing is not None and frame.drawing.request >= self._oldest_welcome:
            self._oldest_welcome = frame.drawing.request + 1
            self._stroke_time_shown = self._stroke_times.get(frame.drawing.request)
            self._stroke_times = {
                request: moment
                for request, moment in self._stroke_times.items()
                if request > frame.drawing.request
            }
            self.answer.show_answer(frame.drawing.percept, frame.info.class_names)
        self._follow(frame.state is RunState.PLAYING)

    def _follow(self, playing: bool) -> None:
        """Ask again when more was learned since: a few times a second, and once when it stops."""
        if self._seen != self._asked_at_digit and (
            not playing or self._clock() - self._asked_at_time >= FOLLOW_INTERVAL
        ):
            self._ask()

    @Slot()
    def _measure(self) -> None:
        if self._stroke_time_shown is not None:
            self.last_latency_ms = (time.perf_counter() - self._stroke_time_shown) * 1000
            self._stroke_time_shown = None
