"""Asking why, looking inside, taking back: the panels that answer, opened where they are needed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, fields
from functools import partial

from PySide6.QtCore import QObject, Slot

from engine.arrays import Floats
from engine.commands import Command
from engine.frame import Mistake
from memnet_gui.bridge import Bridge
from memnet_gui.comparing import SideName
from memnet_gui.export import Chooser
from memnet_gui.widgets.accuracy_panel import AccuracyPanel
from memnet_gui.widgets.compare_panel import ComparePanel
from memnet_gui.widgets.digits_panel import DigitsPanel
from memnet_gui.widgets.draw_panel import DrawPanel
from memnet_gui.widgets.health_panel import HealthPanel
from memnet_gui.widgets.history_panel import HistoryPanel
from memnet_gui.widgets.inspector_panel import InspectorPanel
from memnet_gui.widgets.memory_panel import MemoryPanel
from memnet_gui.widgets.panel import Panel
from memnet_gui.widgets.stream_panel import StreamPanel
from memnet_gui.widgets.timeline_strip import TimelineStrip
from memnet_gui.widgets.why_panel import WhyPanel


@dataclass(frozen=True, slots=True)
class Sources:
    """The panels in which digits and memories are pointed at."""

    stream: StreamPanel
    memory: MemoryPanel
    accuracy: AccuracyPanel
    draw: DrawPanel
    timeline: TimelineStrip


@dataclass(frozen=True, slots=True)
class Answers:
    """The panels that show what was found out about them."""

    why: WhyPanel
    inspector: InspectorPanel
    digits: DigitsPanel
    history: HistoryPanel
    health: HealthPanel
    compare: ComparePanel

    @property
    def panels(self) -> dict[str, Panel]:
        """By the names of their docks."""
        return {field.name: getattr(self, field.name) for field in fields(self)}


def make_answers() -> Answers:
    """These panels, to be put into their docks."""
    return Answers(WhyPanel(), InspectorPanel(), DigitsPanel(), HistoryPanel(), HealthPanel(), ComparePanel())


class Questions(QObject):
    """Leads from what was pointed at to the panel that knows more. Lives on the window's thread.

    chooser: asks for files. reveal: brings a dock, named as in the deck, to the front.
    """

    def __init__(
        self,
        sources: Sources,
        answers: Answers,
        bridge: Bridge,
        chooser: Chooser,
        reveal: Callable[[str], None],
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self.answers = answers
        self._sources = sources
        self._bridge = bridge
        self._chooser = chooser
        self._reveal = reveal
        self._connect_sources()
        self._connect_answers()

    def _connect_sources(self) -> None:
        sources = self._sources
        sources.stream.mistake_clicked.connect(self._explain_mistake)
        sources.stream.why_requested.connect(self.explain_current)
        sources.accuracy.cell_clicked.connect(self.show_cell)
        sources.timeline.compare_wanted.connect(self.compare)
        sources.draw.why_requested.connect(self.explain_image)
        sources.draw.drawing_changed.connect(sources.memory.set_drawing)
        sources.memory.memory_chosen.connect(self.inspect)
        sources.memory.inspect_requested.connect(self._follow_inspection)
        sources.memory.selection_changed.connect(self._follow_selection)
        for panel in (sources.memory, sources.draw):
            panel.asked.connect(self.post)
        self._share_history()

    def _share_history(self) -> None:
        """Strokes and changes of memories are taken back in the order in which they were made."""
        history, draw = self.answers.history, self._sources.draw
        draw.canvas.stepped.connect(history.note_stroke)
        draw.canvas.undone.connect(history.note_stroke_undone)
        draw.canvas.redone.connect(history.note_stroke_redone)
        history.stroke_undo_requested.connect(draw.canvas.undo)
        history.stroke_redo_requested.connect(draw.canvas.redo)
        history.changed.connect(draw.show_history)
        draw.undo_requested.connect(history.undo)
        draw.redo_requested.connect(history.redo)

    def _connect_answers(self) -> None:
        answers = self.answers
        for asking in (
            *(answers.why, answers.inspector, answers.digits, answers.history, answers.health),
            answers.compare,
        ):
            asking.asked.connect(self.post)
        for panel in (answers.why, answers.inspector, answers.compare):
            panel.memory_chosen.connect(self.inspect)
        for leading in (answers.inspector, answers.digits, answers.compare):
            leading.digit_chosen.connect(self.explain_digit)
        answers.health.memories_chosen.connect(self.inspect_many)
        answers.compare.file_wanted.connect(self._choose_to_compare)

    @Slot(object)
    def post(self, command: Command) -> None:
        self._bridge.post(command)

    # ── why ───────────────────────────────────────────────────────────────────────────────────

    @Slot()
    def explain_pointed(self) -> None:
        """Why? of the drawing while the keyboard is with it, of the current digit otherwise."""
        draw = self._sources.draw
        focus = draw.focusWidget()
        if focus is not None and focus.hasFocus() and draw.image is not None:
            self.explain_image(draw.image)
        else:
            self.explain_current()

    @Slot()
    def explain_current(self) -> None:
        frame = self._bridge.frame
        if frame is not None and frame.trial is not None:
            self.explain_digit(frame.trial.source, False)
        else:
            self._reveal("why")

    @Slot(object)
    def explain_image(self, image: Floats) -> None:
        self._reveal("why")
        self.answers.why.explain_image(image)

    @Slot(int, bool)
    def explain_digit(self, source: int, held_out: bool) -> None:
        self._reveal("why")
        self.answers.why.explain_source(source, held_out)

    @Slot(object)
    def _explain_mistake(self, mistake: Mistake) -> None:
        self.explain_digit(mistake.source, False)

    @Slot(int, int)
    def show_cell(self, label: int, answer: int) -> None:
        self._reveal("digits")
        self.answers.digits.show_cell(label, answer)

    # ── beside ────────────────────────────────────────────────────────────────────────────────

    @Slot(int, int)
    def compare(self, line: int, other: int) -> None:
        """Two lines of the run, as far as they have got."""
        self._reveal("compare")
        if self._bridge.frame is not None:  # while it was hidden it was not told of new lines
            self.answers.compare.show_frame(self._bridge.frame)
        self.answers.compare.compare(line, other)

    @Slot(str)
    def _choose_to_compare(self, side: SideName) -> None:
        """A snapshot to compare with, for one of the sides "a" and "b"."""
        self._chooser.open("Compare with a snapshot", partial(self.answers.compare.set_file, side))

    # ── inside ────────────────────────────────────────────────────────────────────────────────

    @Slot(int, int)
    def inspect(self, layer: int, slot: int) -> None:
        self._reveal("inspector")
        self.answers.inspector.inspect(layer, slot)

    @Slot(int, object)
    def inspect_many(self, layer: int, ids: tuple[int, ...]) -> None:
        self._reveal("inspector")
        self.answers.inspector.show_many(layer, ids)

    @Slot(int, object)
    def _follow_inspection(self, layer: int, slot: int | None) -> None:
        """What is clicked in the mosaic is shown by an inspector that is open anyway."""
        if slot is not None and self.answers.inspector.isVisible():
            self.answers.inspector.inspect(layer, slot)

    @Slot(int, object)
    def _follow_selection(self, layer: int, ids: tuple[int, ...]) -> None:
        if len(ids) > 1 and self.answers.inspector.isVisible():
            self.answers.inspector.show_many(layer, ids)
