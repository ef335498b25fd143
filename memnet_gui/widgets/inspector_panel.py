"""INSPECTOR: one memory looked at closely, or several together, and what can be done with them."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from enum import Enum

import numpy as np
from PySide6.QtCore import QRect, Qt, Signal, Slot
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QLabel, QPushButton, QStackedWidget, QVBoxLayout, QWidget

from engine.commands import Ablate, CancelTask, Delete, Inspect, Mute, Relabel
from engine.frame import Catalogue, Frame, Inspection, NetworkInfo
from memnet_gui.requests import next_request
from memnet_gui.theme import GRID, Theme
from memnet_gui.widgets.inspector_ablation import AblationView
from memnet_gui.widgets.inspector_actions import MemoryActions
from memnet_gui.widgets.inspector_details import MemoryDetails
from memnet_gui.widgets.inspector_head import MemoryHead, SelectionHead
from memnet_gui.widgets.panel import Panel
from memnet_gui.widgets.scrolling import reveal, scrolling

INVITATION = "Click a memory in MEMORY, or one that decided in WHY?, and all about it stands here."
LOOKING = "Looking for it…"
NOTHING_THERE = "There is no memory in this place any more."
WIDE = 640
"""From this width on two columns stand side by side."""
GONE = "Memory {:,} is gone. If it was deleted, Ctrl+Z brings it back."
PATIENCE = 0.6
"""Seconds after which a memory that does not come is asked for again, and then taken for gone."""


class _Mode(Enum):
    EMPTY = 0
    ONE = 1
    MANY = 2
    GONE = 3


class InspectorPanel(Panel):
    """What the engine knows about a memory.

    asked(object): a command. memory_chosen(layer, slot): another memory was clicked.
    digit_chosen(source, held_out): a digit was. export_requested(layer, slot): save this memory.
    While several memories are shown it needs every frame, since the catalogue comes with few of them.
    """

    refresh_hz = 10
    asked = Signal(object)
    memory_chosen = Signal(int, int)
    digit_chosen = Signal(int, bool)
    export_requested = Signal(int, int)

    def __init__(self, parent: QWidget | None = None, clock: Callable[[], float] = time.perf_counter) -> None:
        super().__init__("Inspector", parent)
        self._clock = clock
        self._info: NetworkInfo | None = None
        self._mode = _Mode.EMPTY
        self._place: tuple[int, int] | None = None
        """Layer and slot of the one memory that is meant."""
        self._asked_at = 0.0
        self._sought_again = False
        self._deleting = False
        """Delete was asked for here: no need to wait for the memory."""
        self._memory: Inspection | None = None
        self._group: tuple[int, tuple[int, ...]] | None = None
        """Layer and ids of the several that are."""
        self._catalogue: Catalogue | None = None
        self._living: tuple[int, ...] = ()
        self.empty = QLabel(INVITATION)
        self.message = QLabel()
        self.successor = QPushButton()
        self.facts = MemoryHead()
        self.selection = SelectionHead()
        self.choices = MemoryActions(self)
        self.ablation = AblationView(clock)
        self.details = MemoryDetails()
        self._lay_out()
        self._connect()
        self._enter(_Mode.EMPTY)

    # ── building ──────────────────────────────────────────────────────────────────────────────

    def _lay_out(self) -> None:
        for label in (self.empty, self.message):
            label.setObjectName("emptyState")
            label.setWordWrap(True)
        self.empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.successor.setToolTip("Inspect the memory that has taken its place")
        content, self._left = QWidget(), QWidget()
        self._columns = QBoxLayout(QBoxLayout.Direction.TopToBottom, content)
        self._columns.setContentsMargins(0, 0, 0, 0)
        self._columns.setSpacing(3 * GRID)
        self._columns.addWidget(self._left)
        self._columns.addWidget(self.details, 1)
        left = QVBoxLayout(self._left)
        left.setContentsMargins(0, 0, 0, 0)
        left.setSpacing(3 * GRID)
        for part in (self.message, self.facts, self.selection, self.choices, self.ablation):
            left.addWidget(part)
        left.addWidget(self.successor, 0, Qt.AlignmentFlag.AlignLeft)
        left.addWidget(self.details.association)
        left.addStretch(1)
        self.area = scrolling(content)
        self.pages = QStackedWidget()
        self.pages.addWidget(self.empty)
        self.pages.addWidget(self.area)
        self.body.addWidget(self.pages, 1)

    def _connect(self) -> None:
        choices = self.choices
        choices.mute_asked.connect(self._mute)
        choices.delete_asked.connect(self._delete)
        choices.relabel_asked.connect(self._relabel)
        choices.ablate_asked.connect(self._ablate)
        choices.export_asked.connect(self._export)
        self.successor.clicked.connect(self._inspect_successor)
        self.ablation.cancelled.connect(self._cancel)
        self.ablation.digit_chosen.connect(self.digit_chosen)
        self.details.digit_chosen.connect(self.digit_chosen)
        self.details.memory_chosen.connect(self.memory_chosen)
        for grid in (self.ablation.flips.grid, *self.details.grids):
            grid.reached.connect(self._follow)

    def set_theme(self, theme: Theme) -> None:
        for part in (self.facts, self.selection, self.ablation, self.details):
            part.set_theme(theme)

    def resizeEvent(self, event: QResizeEvent) -> None:
        wide = event.size().width() >= WIDE
        self._columns.setDirection(
            QBoxLayout.Direction.LeftToRight if wide else QBoxLayout.Direction.TopToBottom
        )
        self._columns.setSpacing((6 if wide else 4) * GRID)
        self._columns.setStretch(0, 1 if wide else 0)
        super().resizeEvent(event)

    # ── what is shown ─────────────────────────────────────────────────────────────────────────

    @Slot(int, object)
    def inspect(self, layer: int, slot: int | None) -> None:
        """Show the memory in a slot; None shows none."""
        if slot is None:
            self._leave()
            self._enter(_Mode.EMPTY)
            return
        if self._place != (layer, slot) or self._mode is not _Mode.ONE:
            self._group = self._memory = None
            self._place = layer, slot
            self.ablation.forget()
            self.choices.offer(())
            self.every_frame = False
            if self._mode is not _Mode.ONE:
                self._enter(_Mode.EMPTY)
                self.empty.setText(LOOKING)
            self._deleting = self._sought_again = False
        self._seek(layer, slot)

    def show_many(self, layer: int, ids: Sequence[int]) -> None:
        """Show several memories of a layer together; none of them shows nothing."""
        self._leave()
        if not ids:
            self._enter(_Mode.EMPTY)
            return
        self._group, self._living = (layer, tuple(ids)), tuple(ids)
        self.every_frame = True
        self._enter(_Mode.MANY)
        self._name_group()
        self.choices.offer([False] * len(ids))

    def _leave(self) -> None:
        """No memory is meant any more."""
        if self._place is not None:
            self.asked.emit(Inspect(self._place[0], None))
        self._place = self._memory = self._group = self._catalogue = None
        self.every_frame = False
        self.ablation.forget()

    def _enter(self, mode: _Mode) -> None:
        """Show the parts that belong to a mode."""
        self._mode = mode
        if mode is _Mode.EMPTY:
            self.empty.setText(INVITATION)
            self.note_label.say("")
        self.pages.setCurrentWidget(self.empty if mode is _Mode.EMPTY else self.area)
        for part in (self.facts, self.details, self.details.association):
            part.setVisible(mode is _Mode.ONE)
        self.selection.setVisible(mode is _Mode.MANY)
        self.message.setVisible(mode is _Mode.GONE)
        self.successor.hide()
        if mode in (_Mode.EMPTY, _Mode.GONE):
            self.choices.offer(())

    def _lose(self, sentence: str) -> None:
        """What was shown is gone."""
        if self._mode is not _Mode.GONE:
            self._enter(_Mode.GONE)
        if self.message.text() != sentence:
            self.message.setText(sentence)

    # ── frames ────────────────────────────────────────────────────────────────────────────────

    def show_frame(self, frame: Frame) -> None:
        if self._info is not frame.info:
            self._adopt(frame.info)
        if self._place is not None:
            self._show_one(frame, self._place)
        elif self._group is not None:
            self._show_group(frame, *self._group)
        meant = self._meant
        if meant is not None:
            self.ablation.show_frame(frame, *meant)

    def _adopt(self, info: NetworkInfo) -> None:
        """Another run, or another set of classes."""
        before, self._info = self._info, info
        self.choices.classes.list_classes(info.class_names)
        if before is not None and before.run != info.run:
            self._leave()
            self._enter(_Mode.EMPTY)

    def _show_one(self, frame: Frame, place: tuple[int, int]) -> None:
        found = frame.inspection
        if found is None or (found.layer, found.slot) != place:
            self._miss(found is None)
            return
        self._sought_again = False
        known = self._memory
        if known is not None and known.id != found.id:
            self._lose(f"Memory {known.id:,} is gone, and memory {found.id:,} has taken its place.")
            self.successor.setText(f"Inspect memory {found.id:,}")
            self.successor.show()
        else:
            self._show_memory(frame, found)

    def _miss(self, nothing: bool) -> None:
        """The frame does not bring the memory: it is on its way, or gone, or somebody else asked for
        another one, or for none. nothing: the frame brings no memory at all."""
        assert self._place is not None
        waited = self._clock() - self._asked_at > PATIENCE
        if nothing and self._deleting and self._memory is not None:
            self._lose(GONE.format(self._memory.id))
        elif waited and not self._sought_again:
            self._sought_again = True
            self._seek(*self._place)
        elif waited and nothing:
            self._lose(NOTHING_THERE if self._memory is None else GONE.format(self._memory.id))

    def _seek(self, layer: int, slot: int) -> None:
        self._asked_at = self._clock()
        self.asked.emit(Inspect(layer, slot))

    def _show_memory(self, frame: Frame, memory: Inspection) -> None:
        info, self._memory = frame.info, memory
        layer, names = info.layers[memory.layer], info.class_names
        if self._mode is not _Mode.ONE:
            self._deleting = False
            self._enter(_Mode.ONE)
        self.note_label.say(f"memory {memory.id:,}")
        self.facts.show_memory(memory, layer, info.config.side, names)
        self.choices.offer([memory.muted], int(memory.association.argmax()))
        self.details.show_memory(memory, frame.findings.trace, layer, names, searching=frame.task is not None)

    def _show_group(self, frame: Frame, layer: int, ids: tuple[int, ...]) -> None:
        catalogue = frame.catalogue
        if catalogue is None or catalogue is self._catalogue or catalogue.layer != layer:
            return
        self._catalogue = catalogue
        chosen = np.isin(catalogue.ids, ids)
        self._living = tuple(catalogue.ids[chosen].tolist())
        if not self._living:
            self._lose(f"All {len(ids):,} memories are gone. If they were deleted, Ctrl+Z brings them back.")
            return
        if self._mode is not _Mode.MANY:
            self._enter(_Mode.MANY)
        self._name_group()
        self.selection.show_facts(catalogue, chosen, len(ids) - len(self._living), frame.info.class_names)
        self.choices.offer(catalogue.muted[chosen].tolist())

    def _name_group(self) -> None:
        assert self._group is not None
        count = len(self._living)
        self.note_label.say(f"{count:,} memories")
        if self._info is not None:
            self.selection.show_count(count, self._info.layers[self._group[0]])

    # ── what the user does ────────────────────────────────────────────────────────────────────

    @property
    def _meant(self) -> tuple[int, tuple[int, ...]] | None:
        """Layer and ids of what is shown, or was until it was deleted."""
        if self._memory is not None:
            return self._memory.layer, (self._memory.id,)
        if self._group is not None:
            return self._group[0], self._living or self._group[1]
        return None

    @Slot(bool)
    def _mute(self, muted: bool) -> None:
        if self._meant is not None:
            if muted:
                self.ablation.expect()
            self.asked.emit(Mute(*self._meant, muted))

    @Slot()
    def _delete(self) -> None:
        if self._meant is not None:
            self._deleting = True
            self.ablation.expect()
            self.asked.emit(Delete(*self._meant))

    @Slot(object)
    def _relabel(self, label: int) -> None:
        if self._meant is not None:
            self.asked.emit(Relabel(*self._meant, label))

    @Slot()
    def _ablate(self) -> None:
        if self._meant is not None:
            self.ablation.expect()
            self.asked.emit(Ablate(next_request(), *self._meant))

    @Slot()
    def _cancel(self) -> None:
        self.asked.emit(CancelTask())

    @Slot()
    def _export(self) -> None:
        if self._place is not None:
            self.export_requested.emit(*self._place)

    @Slot()
    def _inspect_successor(self) -> None:
        if self._place is not None:
            self._memory = None
            self.inspect(*self._place)

    @Slot(QWidget, QRect)
    def _follow(self, grid: QWidget, place: QRect) -> None:
        reveal(self.area, grid, place)
