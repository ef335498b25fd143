"""Where the memories of a layer are seen: as a mosaic or as a map, with the card of one of them."""

from __future__ import annotations

from PySide6.QtCore import Signal, Slot
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QStackedWidget, QWidget

from engine.frame import Inspection, NetworkInfo
from memnet_gui.mosaic import Mosaic
from memnet_gui.theme import Theme
from memnet_gui.widgets.map_page import MapPage
from memnet_gui.widgets.memory_card import MemoryCard
from memnet_gui.widgets.memory_map import MemoryMap
from memnet_gui.widgets.memory_signs import SIGNS_EXPLAINED
from memnet_gui.widgets.mosaic_view import MosaicView

GRID_VIEW, MAP_VIEW = range(2)
_HANDLING = (
    "Wheel zooms, drag pans, a click inspects, another one opens the Inspector.\n"
    "Ctrl+click (Ctrl+Enter) selects, Shift+click up to there, Shift+drag a rectangle, Ctrl+A all.\n"
)


class MemoryStage(QStackedWidget):
    """One mosaic in two views, of which one is `shown`; they share what is current and what is selected.

    pointed(): another memory is under the cursor, or current. inspect_requested(int, object),
    memory_chosen(int, int), asked(object): as in `MemoryPanel`. selection_changed(): other memories
    are selected. fitted_changed(bool): the view shown fits everything, or no longer.
    """

    pointed = Signal()
    inspect_requested = Signal(int, object)
    memory_chosen = Signal(int, int)
    selection_changed = Signal()
    fitted_changed = Signal(bool)
    asked = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.view = MosaicView()
        self.map_page = MapPage()
        self.map = self.map_page.map
        self.card = MemoryCard(self)
        self.card.hide()
        self._layer = 0
        self._inspected: int | None = None
        self.addWidget(self.view)
        self.addWidget(self.map_page)
        for view in (self.view, self.map):
            view.setToolTip(_HANDLING + SIGNS_EXPLAINED)
            view.fitted_changed.connect(self.fitted_changed)
            view.hovered.connect(self.pointed)
            view.selected.connect(self._follow_current)
            view.picked.connect(self._inspect)
            view.selection_changed.connect(self.selection_changed)
        self.map_page.asked.connect(self.asked)
        self.card.closed.connect(self.close_card)
        self.card.inspector_asked.connect(self._open_inspector)

    def set_theme(self, theme: Theme) -> None:
        for part in (self.view, self.map_page, self.card):
            part.set_theme(theme)

    # ── what is shown ─────────────────────────────────────────────────────────────────────────

    @property
    def map_shown(self) -> bool:
        return self.currentIndex() == MAP_VIEW

    @property
    def shown(self) -> MosaicView | MemoryMap:
        return self.map if self.map_shown else self.view

    @property
    def inspected(self) -> int | None:
        """The slot whose card is open, or about to be."""
        return self._inspected

    def open(self, layer: int, mosaic: Mosaic, *, anew: bool) -> None:
        """Show another layer. anew: of another run."""
        self.close_card()
        self._layer = layer
        self.view.show_mosaic(mosaic)
        self.map_page.open(layer, mosaic, anew=anew)

    def name_classes(self, names: tuple[str, ...]) -> None:
        self.view.class_names = self.map.class_names = names

    def show_view(self, index: int) -> None:
        """Show the grid or the map, with the same memory current in it."""
        current = self.shown.slot
        self.setCurrentIndex(index)
        if self.map_shown:
            self.map_page.begin()
        self.shown.select(current)
        self.fitted_changed.emit(self.shown.fitted)
        self._place_card()

    def refresh(self) -> None:
        """Other memories, in another order, or with other looks."""
        self.view.refresh()
        if self.map_shown:
            self.map_page.refresh()

    def focus(self) -> None:
        self.shown.setFocus()

    # ── the card ──────────────────────────────────────────────────────────────────────────────

    @Slot()
    def close_card(self) -> None:
        """Close the memory's card and stop asking for its facts."""
        if self._inspected is not None:
            self._inspected = None
            self.card.hide()
            self.focus()
            self.inspect_requested.emit(self._layer, None)

    @Slot(int)
    def _inspect(self, slot: int) -> None:
        """Show a memory's card; on the one that it shows already, open the Inspector."""
        if slot == self._inspected:
            self._open_inspector()
        else:
            self._inspected = slot
            self.inspect_requested.emit(self._layer, slot)

    @Slot()
    def _open_inspector(self) -> None:
        if self._inspected is not None:
            self.memory_chosen.emit(self._layer, self._inspected)

    @Slot(int)
    def _follow_current(self, slot: int) -> None:
        """The card follows the current memory while it is open."""
        if slot < 0:
            self.close_card()
        elif self._inspected is not None and slot != self._inspected:
            self._inspect(slot)
        self.pointed.emit()

    def show_card(self, memory: Inspection, info: NetworkInfo) -> None:
        """Show this memory's facts, if they are what was asked for."""
        if (memory.layer, memory.slot) == (self._layer, self._inspected):
            self.card.show()  # first: only what is shown knows its size
            self.card.raise_()
            self.card.show_inspection(memory, info.layers[memory.layer], info.class_names)
            self._place_card()

    def _place_card(self) -> None:
        if self._inspected is not None:
            room = self.map.geometry() if self.map_shown else self.view.viewport().geometry()
            self.card.place(room, self.shown.slot_rect(self.shown.slot).toAlignedRect())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._place_card()
