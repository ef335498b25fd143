"""MEMORY: all memories of one layer as a mosaic or a map, what orders it, and what is under the cursor."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QWidget

from engine.arrays import Floats
from engine.frame import Frame, LayerInfo, MemoryTiles, NetworkInfo
from memnet_gui.likening import Likening
from memnet_gui.memory_words import layer_meaning, layer_name, readings, why_empty
from memnet_gui.mosaic import FLASH_SECONDS, Mosaic
from memnet_gui.mosaic_order import Choice, Sort
from memnet_gui.theme import GRID, Theme
from memnet_gui.throttle import Throttle
from memnet_gui.widgets.control_rows import ControlRows
from memnet_gui.widgets.memory_search_field import MemorySearchField
from memnet_gui.widgets.memory_stage import MemoryStage
from memnet_gui.widgets.mosaic_tools import MosaicTools
from memnet_gui.widgets.panel import Panel
from memnet_gui.widgets.read_out import ReadOut
from memnet_gui.widgets.segments import Segments
from memnet_gui.widgets.selection_bar import SelectionBar
from memnet_gui.widgets.view_buttons import ViewButtons
from memnet_gui.widgets.write_legend import WriteLegend

LABELS_MS = 200
"""Counts and read-outs are rewritten at most this often."""
SEARCH_ROOM = 160
"""Pixels that the search needs beside the other tools."""
NOTHING_YET = "Memories appear here as they are written. Press Space to start."
NOTHING_DRAWN = "Nothing is drawn yet to compare with"
_VIEWS = (("Grid", "All memories in order, side by side"), ("Map", "Each memory beside those most like it"))


class MemoryPanel(Panel):
    """The memories with their controls.

    watch_requested(int): show that layer. inspect_requested(int, object): send the facts of the
    memory in that slot of a layer; None instead of a slot stops that. memory_chosen(layer, slot):
    everything about this memory is wanted. selection_changed(layer, ids): these are selected now, a
    tuple. asked(object): a command. export_requested(): the user wants the mosaic as a picture (`shown`
    is what is to be in it).
    """

    refresh_hz = 60
    every_frame = True
    watch_requested = Signal(int)
    inspect_requested = Signal(int, object)
    memory_chosen = Signal(int, int)
    selection_changed = Signal(int, object)
    asked = Signal(object)
    export_requested = Signal()

    def __init__(self, parent: QWidget | None = None, flash_seconds: float = FLASH_SECONDS) -> None:
        """flash_seconds: how long a fresh write is marked; 0 is not at all."""
        super().__init__("Memory", parent)
        self.flash_seconds = flash_seconds
        self._info: NetworkInfo | None = None
        self._layer = 0
        self._watched_name = ""
        self._column: int | None = None
        self._selected: tuple[int, ...] = ()
        self.stage = MemoryStage()
        self.view, self.card = self.stage.view, self.stage.card
        self.buttons = ViewButtons(self.stage)
        self.segments: Segments | None = None
        self.views = Segments("Memories as", _VIEWS)
        self.tools = MosaicTools()
        self.search = MemorySearchField(self)
        self.legend = WriteLegend()
        self.selection = SelectionBar(self)
        self.reading = ReadOut()
        self.reading.align_right()
        self._likening = Likening(self)
        self._labels = Throttle(LABELS_MS, self)
        self._lay_out()
        self._connect()

    # Building.

    def _lay_out(self) -> None:
        self.note_label.hide()
        self.header.addStretch(1)
        self.header.addWidget(self.buttons)
        self.head.setMinimumWidth(1)  # what does not fit moves to a row of its own
        self.rows = ControlRows(3, self.search)
        self.views.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.tools.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        self.body.addWidget(self.rows)
        self.body.addWidget(self.stage, 1)
        self.footer = QWidget()
        self.footer.setMinimumWidth(1)
        self.footer.setFixedHeight(6 * GRID)  # as high as the selection's buttons, which come and go
        footer = QHBoxLayout(self.footer)
        footer.setContentsMargins(0, 0, 0, 0)
        footer.setSpacing(3 * GRID)
        self.body.addWidget(self.footer)
        footer.addWidget(self.legend)
        footer.addWidget(self.selection)
        footer.addWidget(self.stage.map_page.controls, 1)
        footer.addWidget(self.reading, 1)
        self.selection.hide()
        self.stage.map_page.controls.hide()
        self.view.message = NOTHING_YET

    def _connect(self) -> None:
        self.views.chosen.connect(self._show_view)
        self.tools.changed.connect(self._choose)
        self.search.searched.connect(self._choose)
        self.search.left.connect(self.stage.focus)
        self.buttons.export_requested.connect(self.export_requested)
        stage = self.stage
        stage.pointed.connect(self._read)
        stage.selection_changed.connect(self._follow_selection)
        stage.inspect_requested.connect(self.inspect_requested)
        stage.memory_chosen.connect(self.memory_chosen)
        self.selection.cleared.connect(self._deselect)
        for source in (self.selection, stage, self._likening):
            source.asked.connect(self.asked)
        self._labels.due.connect(self._write_labels)

    # What the window asks for.

    @Slot(int)
    def set_column(self, column: int) -> None:
        """The column to show as "One column"; in place, its block is outlined."""
        self._column = column
        self._choose()

    @Slot(object)
    def set_drawing(self, image: Floats | None) -> None:
        """What is drawn now, as the network sees it: (side, side[, 3]) float32, never written again."""
        self._likening.set_drawing(image)

    @Slot()
    def begin_search(self) -> None:
        """Let the user type what to search for."""
        self.search.focus()

    @Slot()
    def close_card(self) -> None:
        """Close the memory's card and stop asking for its facts."""
        self.stage.close_card()

    def shown(self) -> tuple[int, Choice]:
        """The number of the layer, and which of its memories are shown in which order."""
        mosaic = self.view.mosaic
        return self._layer, Choice() if mosaic is None else mosaic.choice

    def set_theme(self, theme: Theme) -> None:
        for part in (self.stage, self.buttons, self.search, self.legend):
            part.set_theme(theme)

    # Frames.

    def show_frame(self, frame: Frame) -> None:
        if self._info is not frame.info:
            self._adopt(frame.info)
        if frame.tiles is not None:
            self._take_tiles(frame.tiles)
        mosaic = self.view.mosaic
        assert mosaic is not None
        news = frame.catalogue is not None and frame.catalogue.layer == self._layer
        if frame.catalogue is not None and news:
            mosaic.take_catalogue(frame.catalogue, frame.score.seen)
        if self.isVisible():
            found = self._likening.follow(frame, mosaic.choice.sort, self._layer)
            if found is not None:
                mosaic.take_likeness(found)
        self.stage.map_page.follow(frame)
        self.view.keep_up()
        if news:
            self._follow_news()
        self._labels.offer(frame)
        if frame.inspection is not None:
            self.stage.show_card(frame.inspection, frame.info)

    def _follow_news(self) -> None:
        """The catalogue may have changed what is selected, and how the map looks."""
        if self._selected:
            self._follow_selection()
        if self.stage.map_page.isVisible():
            self.stage.map_page.begin()

    def _adopt(self, info: NetworkInfo) -> None:
        """Another run, or another set of classes."""
        before, self._info = self._info, info
        self.stage.name_classes(info.class_names)
        if before is None or before.class_names != info.class_names:
            self.tools.list_classes(info.class_names)
            self.search.list_classes(info.class_names)
            self.selection.list_classes(info.class_names)
        if before is None or before.run != info.run:
            self._build_segments(info.layers)
            self._column = None
            self._open(0, anew=True)
            names = [layer.name for layer in info.layers]
            if self._watched_name in names[1:]:  # a new run begins with its first layer
                self.watch_requested.emit(names.index(self._watched_name))

    def _build_segments(self, layers: Sequence[LayerInfo]) -> None:
        if self.segments is not None:
            self.header.removeWidget(self.segments)
            self.segments.deleteLater()
        self.segments = Segments(
            "Layer", [(layer_name(layer, layers), layer_meaning(layer)) for layer in layers]
        )
        self.segments.chosen.connect(self._watch)
        self.header.insertWidget(1, self.segments)

    def _take_tiles(self, tiles: MemoryTiles) -> None:
        if tiles.complete and tiles.layer != self._layer:
            self._open(tiles.layer)
        if tiles.layer == self._layer and self.view.mosaic is not None:
            self.view.mosaic.take_tiles(tiles)

    def _open(self, layer: int, *, anew: bool = False) -> None:
        """Show another layer, still without memories. anew: of another run."""
        assert self._info is not None
        assert self.segments is not None
        self._layer = layer
        self.segments.choose(layer)
        info = self._info.layers[layer]
        self.tools.show_for(info, map_shown=self.stage.map_shown)
        mosaic = Mosaic(info, self._choice(info), self.flash_seconds)
        self.stage.open(layer, mosaic, anew=anew)
        self._choose()
        self._follow_selection()
        self._place_controls()

    @Slot(object)
    def _write_labels(self, frame: Frame) -> None:
        assert self.segments is not None
        layers = frame.info.layers
        for index, (layer, count) in enumerate(zip(layers, frame.score.memories, strict=True)):
            text = f"{layer_name(layer, layers)} {count:,}"
            button = self.segments.button(index)
            if button.text() != text:
                button.setText(text)
                button.setAccessibleName(f"Layer: {text}")
        self._read()
        self._say_why_empty()

    # What is shown, and how.

    @Slot(int)
    def _show_view(self, index: int) -> None:
        """The grid or the map."""
        assert self._info is not None
        self.stage.show_view(index)
        self.tools.show_for(self._info.layers[self._layer], map_shown=self.stage.map_shown)
        self._follow_selection()
        self._place_controls()
        self._read()

    @Slot()
    def _choose(self) -> None:
        """Apply sorting, filter and arrangement as the controls have them."""
        if self._info is not None and self.view.mosaic is not None:
            layer = self._info.layers[self._layer]
            self.view.mosaic.choose(self._choice(layer))
            self.view.outlined_column = None if layer.whole else self._column
            self.stage.refresh()
            if self._selected:
                self._follow_selection()
            self._say_why_empty()
            self._read()

    def _choice(self, layer: LayerInfo) -> Choice:
        return replace(self.tools.choice(layer, self._column_of(layer)), query=self.search.query)

    def _column_of(self, layer: LayerInfo) -> int:
        """The picked column, or the one in the middle of the image."""
        if self._column is not None and self._column < layer.fields:
            return self._column
        return layer.rows // 2 * layer.columns + layer.columns // 2

    def _say_why_empty(self) -> None:
        mosaic = self.view.mosaic
        if mosaic is None:
            return
        self.search.say_matches(mosaic.count, mosaic.total)
        message = NOTHING_YET
        if mosaic.total:
            message = why_empty(mosaic.choice, self.view.class_names, self.search.text)
        if message != self.view.message:
            self.view.message = message
            self.view.viewport().update()

    @Slot(int)
    def _watch(self, layer: int) -> None:
        """Ask for another layer; what is shown changes when its memories arrive."""
        assert self._info is not None
        assert self.segments is not None
        self._watched_name = self._info.layers[layer].name
        self.segments.choose(self._layer)
        if layer != self._layer:
            self.watch_requested.emit(layer)

    @Slot()
    def _read(self) -> None:
        """Say in the footer what is under the cursor, or current."""
        self.reading.say(*self._readings())

    def _readings(self) -> list[str]:
        mosaic, shown = self.view.mosaic, self.stage.shown
        if mosaic is None:
            return [""]
        slot = shown.hovered_slot if shown.hovered_slot >= 0 else shown.slot
        facts = mosaic.facts(slot)
        if facts is not None:
            return readings(
                facts, self.view.class_names[facts.label], compared=mosaic.choice.sort.by_likeness
            )
        if slot >= 0:
            return ["written just now"]
        if mosaic.choice.sort is Sort.LIKE_DRAWING and not self._likening.has_drawing:
            return [NOTHING_DRAWN]
        if mosaic.count < mosaic.total:
            return [f"{mosaic.count:,} of {mosaic.total:,} memories shown", f"{mosaic.count:,} shown"]
        return [""]

    # What is selected.

    @Slot()
    def _follow_selection(self) -> None:
        """Offer what can be done with the selected memories, and tell if they are others."""
        mosaic = self.view.mosaic
        if mosaic is None:
            return
        ids, slots = mosaic.selected_ids(), mosaic.selected
        self.selection.show_selection(
            self._layer,
            ids,
            silent=bool(mosaic.ledger.muted[slots].all()),
            hidden=int((mosaic.positions(slots) < 0).sum()),
        )
        self.selection.setVisible(bool(ids))
        self.legend.setVisible(not ids and not self.stage.map_shown)
        self.stage.map_page.controls.setVisible(not ids and self.stage.map_shown)
        if ids != self._selected:
            self._selected = ids
            self.selection_changed.emit(self._layer, ids)

    @Slot()
    def _deselect(self) -> None:
        self.stage.shown.deselect_all()
        self.stage.focus()

    # Events.

    def keyPressEvent(self, event: QKeyEvent) -> None:
        escape = event.key() == Qt.Key.Key_Escape
        if escape and self.stage.inspected is not None:
            self.close_card()
        elif escape and self._selected:
            self._deselect()
        else:
            super().keyPressEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._place_controls()
        self.search.moved()

    def _place_controls(self) -> None:
        """Each control in the first row that has room for it."""
        margins = self.body.contentsMargins()
        room = self.width() - margins.left() - margins.right()
        gap = self.header.spacing()

        def left(*parts: QWidget) -> int:
            return room - sum(part.sizeHint().width() + gap for part in parts)

        layers: list[list[QWidget]] = []
        if self.segments is not None:
            if left(self.title_label, self.segments, self.buttons) < 0:
                layers = [[self.segments]]
            elif self.header.indexOf(self.segments) < 0:
                self.header.insertWidget(1, self.segments)
        beside = left(self.views, self.tools)
        if beside >= SEARCH_ROOM:
            self.rows.arrange(*layers, [self.views, self.tools, self.search])
        elif beside >= 0:
            self.rows.arrange(*layers, [self.views, self.tools], [self.search])
        else:
            self.rows.arrange(*layers, [self.tools], [self.views, self.search])
