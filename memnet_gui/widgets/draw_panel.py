"""DRAW: a canvas, what the network sees of it, and what it says, while you draw; and teaching it."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence

import numpy as np
from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QHBoxLayout, QSlider, QToolButton, QWidget

from engine.arrays import Floats, freeze
from engine.commands import Teach
from engine.findings import Edit
from engine.frame import Frame, NetworkInfo, RunState
from memnet_gui.drawing import fit_strokes
from memnet_gui.icons import icon
from memnet_gui.theme import DARK, GRID, Theme
from memnet_gui.widgets.canvas import LARGEST_BRUSH, SMALLEST_BRUSH, USUAL_BRUSH
from memnet_gui.widgets.drawing_answer import percent
from memnet_gui.widgets.easel import Easel
from memnet_gui.widgets.panel import Panel

INVITATION = "Draw a digit: the network answers as you draw."
NOTHING_LEARNED = "Nothing learned yet: press Space first."
DRAW_FIRST = "Draw something first."
USUAL_NOTE = "Del clears · Ctrl+T teaches"
FOLLOW_INTERVAL = 0.25
"""Seconds between two questions about the same drawing while the network learns on."""
_BRUSH_STEP = 0.01


class DrawPanel(Panel):
    """Sends drawings to the network and shows the newest answer.

    classify_requested(image, request): image (side, side) float32 in [0, 1], read-only, with three
    equal channels for a network that sees colour; request goes up by one each time. Answers come
    back in `Frame.drawing`, and one that is older than what is shown is never shown.
    asked(command): `Teach` the drawing, and `ClassifyAll` of its variations. why_requested(image): the
    user wants to know why that image is answered as it is. drawing_changed(image): the same image, or
    None for an empty canvas. undo_requested, redo_requested: take back or
    repeat what was done last, here or elsewhere. sure_from_changed(confidence), coping_changed(shown):
    worth remembering.
    last_latency_ms: from the pen's movement to its votes painted, for the last answer to one.
    """

    classify_requested = Signal(object, int)
    asked = Signal(object)
    why_requested = Signal(object)
    drawing_changed = Signal(object)
    undo_requested = Signal()
    redo_requested = Signal()
    sure_from_changed = Signal(float)
    coping_changed = Signal(bool)

    def __init__(self, parent: QWidget | None = None, clock: Callable[[], float] = time.perf_counter) -> None:
        super().__init__("Draw", parent)
        self.last_latency_ms: float | None = None
        self._clock = clock
        self._theme = DARK
        self._info: NetworkInfo | None = None
        self._seen = 0
        self._edits: Sequence[Edit] = ()
        self._learned = False
        self._image: Floats | None = None
        self._request = 0
        self._oldest_welcome = 1
        self._asked_after: tuple[int, Sequence[Edit]] = (-1, ())
        """Digits seen and changes made by hand when it was last asked."""
        self._asked_at_time = 0.0
        self._stroke_times: dict[int, float] = {}
        self._stroke_time_shown: float | None = None
        self._teaching = ""
        """The name of the class that a drawing is being taught as, until a frame says that it was."""
        self._controls = QWidget()
        self.cope_button = QToolButton()
        self.easel = Easel(self._controls, self.cope_button)
        self.canvas, self.seen, self.answer = self.easel.canvas, self.easel.seen, self.easel.answer
        self.teach_row, self.sure, self.strip = self.easel.teach, self.easel.sure, self.easel.strip
        self._make_actions()
        self._lay_out()
        self._connect()
        self.show_history("", "")
        self._show_nothing()

    def _connect(self) -> None:
        self.canvas.changed.connect(self._look)
        self.canvas.emptied.connect(self.clear_action.setDisabled)
        self.answer.answer_painted.connect(self._measure)
        self.seen.pressed.connect(self._ask_why)
        self.teach_row.taught.connect(self._teach)
        self.teach_row.problem_changed.connect(self.easel.say)
        self.sure.changed.connect(self._choose_sure_from)
        self.strip.asked.connect(self.asked)
        self.strip.picked.connect(self.why_requested)
        self.strip.summary_changed.connect(self._describe_coping)
        self.cope_button.toggled.connect(self._show_coping)
        self.easel.strip_fits.connect(self._describe_coping)

    # ── controls ──────────────────────────────────────────────────────────────────────────────

    def _make_actions(self) -> None:
        """Shortcuts work while the keyboard is anywhere in this panel; that of teaching, in its window."""
        self.erase_action = self._action("Eraser", "Rub out instead of drawing", "E")
        self.erase_action.setCheckable(True)
        self.erase_action.toggled.connect(self.canvas.set_erasing)
        # Their keys are the whole window's: what was done last may have been done elsewhere.
        self.undo_action, self.redo_action = QAction("Undo", self), QAction("Redo", self)
        self.undo_action.triggered.connect(self.undo_requested)
        self.redo_action.triggered.connect(self.redo_requested)
        self.clear_action = self._action("Clear", "An empty canvas", "Del")
        self.clear_action.triggered.connect(self.canvas.clear)
        self.clear_action.setEnabled(False)
        self.thinner_action = self._action("Thinner brush", "A thinner brush", "[")
        self.thinner_action.triggered.connect(self._thinner)
        self.thicker_action = self._action("Thicker brush", "A thicker brush", "]")
        self.thicker_action.triggered.connect(self._thicker)
        self.teach_action = self._action("Teach the drawing", "Write it as a memory of the class", "Ctrl+T")
        self.teach_action.setShortcutContext(Qt.ShortcutContext.WindowShortcut)
        self.teach_action.setAutoRepeat(False)
        self.teach_action.triggered.connect(self.teach_row.teach)

    def _action(self, text: str, tip: str, *shortcuts: str) -> QAction:
        action = QAction(text, self)
        action.setShortcuts([QKeySequence(shortcut) for shortcut in shortcuts])
        action.setShortcutContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        action.setToolTip(f"{tip} ({' or '.join(shortcuts)})")
        self.addAction(action)
        return action

    def _lay_out(self) -> None:
        self.note_label.say(USUAL_NOTE)
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
        self.cope_button.setText("How it copes")
        self.cope_button.setAccessibleName("How would it cope?")
        self.cope_button.setCheckable(True)
        self.cope_button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self._describe_coping()
        self.teach_row.button.setToolTip(self.teach_action.toolTip())
        self.answer.set_sure_from(self.sure.confidence)
        self.strip.set_sure_from(self.sure.confidence)
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

    @Slot(str, str)
    def show_history(self, undo: str, redo: str) -> None:
        """What would be taken back and repeated, in words; "" where there is nothing."""
        for action, verb, what, keys in (
            (self.undo_action, "Take back", undo, "Ctrl+Z"),
            (self.redo_action, "Repeat", redo, "Ctrl+Shift+Z"),
        ):
            action.setEnabled(bool(what))
            action.setToolTip(f"{verb}: {what} ({keys})" if what else f"{verb} what was done last ({keys})")

    def set_theme(self, theme: Theme) -> None:
        self._theme = theme
        for part in (self.canvas, self.seen, self.answer, self.teach_row, self.strip):
            part.set_theme(theme)
        self.erase_action.setIcon(icon("eraser", theme.text))
        self.undo_action.setIcon(icon("undo", theme.text))
        self.redo_action.setIcon(icon("redo", theme.text))
        self._point_chevron()

    # ── how sure, how it copes ────────────────────────────────────────────────────────────────

    @property
    def sure_from(self) -> float:
        """Below this confidence, in [0, 1], the answer is "I don't know"."""
        return self.sure.confidence

    def set_sure_from(self, confidence: float) -> None:
        self.sure.set_confidence(confidence)

    @Slot(float)
    def _choose_sure_from(self, confidence: float) -> None:
        self.answer.set_sure_from(confidence)
        self.strip.set_sure_from(confidence)
        self.sure_from_changed.emit(confidence)

    @property
    def coping(self) -> bool:
        """Are variations of the drawing asked for?"""
        return self.easel.strip_wanted

    def set_coping(self, shown: bool) -> None:
        """Show variations of the drawing and their answers, where there is room."""
        self.cope_button.setChecked(shown)

    @Slot(bool)
    def _show_coping(self, shown: bool) -> None:
        self.easel.want_strip(shown)
        self._point_chevron()
        self._describe_coping()
        self.coping_changed.emit(shown)

    def _point_chevron(self) -> None:
        name = "chevron-down" if self.coping else "chevron-right"
        self.cope_button.setIcon(icon(name, self._theme.text))

    @Slot()
    def _describe_coping(self) -> None:
        """What the strip found, or why it is not to be seen."""
        words = "Turn, move, scale and thicken the drawing a little, and see whether the answer stays"
        if self.coping and self.strip.isHidden():
            words = "Make this panel higher to see variations of the drawing"
            self.note_label.say("Needs a higher panel")
        elif self.coping and self.strip.summary:
            words = self.strip.summary
        self.cope_button.setToolTip(words)

    # ── asking ────────────────────────────────────────────────────────────────────────────────

    @Slot()
    def _look(self) -> None:
        """The ink changed: show what the network sees of it, and ask."""
        self.easel.say(self.teach_row.problem)
        self.note_label.say(USUAL_NOTE)
        stroke_time = self.canvas.take_stroke_time()
        self._image = fit_strokes(self.canvas.strokes, self._info.config.side if self._info else 28)
        if self._image is None:
            self._show_nothing()
        else:
            self.seen.show_digit(self._image)
            self.seen.set_pressable(True)
            self.strip.show_drawing(self._image, self._channels)
            self._ask(stroke_time)
        self.drawing_changed.emit(self.image)

    def _ask(self, stroke_time: float | None = None) -> None:
        """Send the drawing, if there is one and somebody who could know it."""
        if self._image is None or self._info is None:
            return
        if not self._learned:
            self.answer.show_sentence(NOTHING_LEARNED)
            return
        self._classify(stroke_time)

    def _classify(self, stroke_time: float | None = None) -> None:
        self._request += 1
        self._asked_after, self._asked_at_time = (self._seen, self._edits), self._clock()
        if stroke_time is not None:
            self._stroke_times[self._request] = stroke_time
        self.classify_requested.emit(self.image, self._request)

    @property
    def _channels(self) -> int:
        return 1 if self._info is None else self._info.config.channels

    @property
    def image(self) -> Floats | None:
        """The drawing as the network takes it; None for an empty canvas."""
        if self._image is None or self._channels == 1:
            return self._image
        return freeze(np.repeat(self._image[..., None], self._channels, axis=2))

    @Slot()
    def _ask_why(self) -> None:
        if self._image is not None:
            self.why_requested.emit(self.image)

    def _show_nothing(self) -> None:
        self._oldest_welcome = self._request + 1
        self._stroke_times.clear()
        self.seen.clear()
        self.seen.set_pressable(False)
        self.strip.show_drawing(None, self._channels)
        self.answer.show_sentence("")
        self.canvas.set_hint(INVITATION if self._learned or self._info is None else NOTHING_LEARNED)

    # ── teaching ──────────────────────────────────────────────────────────────────────────────

    @Slot(object)
    def _teach(self, label: int | str) -> None:
        """Have the drawing written as a memory of a class, and ask again what it is."""
        if self._info is None or self._image is None:
            self.easel.say(DRAW_FIRST)
            return
        self.easel.say("")
        self._teaching = label if isinstance(label, str) else self._info.class_names[label]
        self.asked.emit(Teach(label, image=self.image))
        self._classify()
        self.strip.ask()

    def _note_taught(self, edits: Sequence[Edit]) -> None:
        """Say that the drawing was taught, once there is a change that was not there before."""
        known = {edit.id for edit in self._edits}
        if self._teaching and any(edit.id not in known and not edit.undone for edit in edits):
            taught, self._teaching = f"Taught as {self._teaching}.", ""
            self.note_label.say(f"{taught} Ctrl+Z takes it back.", taught)

    # ── answers ───────────────────────────────────────────────────────────────────────────────

    def present(self) -> str:
        """What is drawn, and what the network says to it, in a sentence."""
        if self._image is None:
            return "Nothing is drawn."
        percept = self.answer.percept
        if percept is None:
            return self.answer.text or "The answer is on its way."
        share = f"with {percent(percept.confidence)} of the vote"
        if not self.answer.known:
            return f"The drawing is not known; it leans to {self.answer.name}, {share}."
        return f"The drawing is answered {self.answer.name}, {share}."

    def show_frame(self, frame: Frame) -> None:
        new_run = self._info is None or frame.info.run != self._info.run
        learned = sum(frame.score.memories) > 0
        woke = learned != self._learned
        if new_run:
            self._teaching = ""
        else:
            self._note_taught(frame.edits)
        self._info, self._seen, self._learned = frame.info, frame.score.seen, learned
        self._edits = frame.edits
        self.teach_row.set_classes(frame.info.class_names)
        if new_run or woke:
            self._oldest_welcome = self._request + 1
            self.answer.show_sentence("")
            self._look()
            return
        self.strip.show_frame(frame)
        if (
            frame.drawing is not None
            and frame.drawing.request >= self._oldest_welcome
            # A class may have been taken back since.
            and len(frame.drawing.percept.probabilities) <= frame.info.classes
        ):
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
        """Ask again when more was learned or changed since: a few times a second, and once when it stops."""
        if (self._seen, self._edits) != self._asked_after and (
            not playing or self._clock() - self._asked_at_time >= FOLLOW_INTERVAL
        ):
            self._ask()
            self.strip.ask()

    @Slot()
    def _measure(self) -> None:
        if self._stroke_time_shown is not None:
            self.last_latency_ms = (time.perf_counter() - self._stroke_time_shown) * 1000
            self._stroke_time_shown = None
