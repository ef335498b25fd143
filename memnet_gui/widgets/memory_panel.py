"""MEMORY: the mosaic of all memories of one layer, what orders it, and what is under the cursor."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QRect, Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QToolButton, QWidget

from engine.frame import Bytes, Frame, Inspection, LayerInfo, MemoryTiles, NetworkInfo
from memnet_gui.icons import icon
from memnet_gui.mosaic import FLASH_SECONDS, Mosaic
from memnet_gui.mosaic_export import mosaic_image
from memnet_gui.mosaic_order import Choice
from memnet_gui.theme import GRID, Theme
from memnet_gui.throttle import Throttle
from memnet_gui.widgets.memory_card import MemoryCard
from memnet_gui.widgets.mosaic_tools import MosaicTools
from memnet_gui.widgets.mosaic_view import MosaicView
from memnet_gui.widgets.panel import Panel
from memnet_gui.widgets.read_out import ReadOut
from memnet_gui.widgets.segments import Segments
from memnet_gui.widgets.write_legend import WriteLegend

LABELS_MS = 200
"""Counts and read-outs are rewritten at most this often."""
NOTHING_YET = "Memories appear here as they are written. Press Space to start."


class MemoryPanel(Panel):
    """The mosaic with its controls.

    watch_requested(int): show that layer. inspect_requested(int, object): send the facts of the
    memory in that slot of a layer; None instead of a slot stops that. export_requested(): the user
    wants the mosaic as a PNG (`picture` is what is to be in it).
    """

    refresh_hz = 60
    every_frame = True
    watch_requested = Signal(int)
    inspect_requested = Signal(int, object)
    export_requested = Signal()

    def __init__(self, parent: QWidget | None = None, flash_seconds: float = FLASH_SECONDS) -> None:
        """flash_seconds: how long a fresh write is marked; 0 is not at all."""
        super().__init__("Memory", parent)
        self.flash_seconds = flash_seconds
        self._info: NetworkInfo | None = None
        self._layer = 0
        self._watched_name = ""
        self._column: int | None = None
        self._inspected: int | None = None
        self.view = MosaicView()
        self.view.setToolTip("Wheel zooms, drag pans, a click inspects")
        self.card = MemoryCard(self.view)
        self.card.hide()
        self.segments: Segments | None = None
        self.tools = MosaicTools()
        self.legend = WriteLegend()
        self.reading = ReadOut()
        self.reading.align_right()
        self._labels = Throttle(LABELS_MS, self)
        self._lay_out()
        self._connect()

    # Building.

    @staticmethod
    def _button(text: str, tooltip: str) -> QToolButton:
        button = QToolButton()
        button.setText(text)
        button.setToolTip(tooltip)
        button.setAccessibleName(tooltip.partition(" (")[0])
        return button

    def _lay_out(self) -> None:
        # The tools may be squeezed for a moment: on the next resize they move to a row of their own.
        self.tools.setMinimumWidth(1)
        self.buttons = QWidget()
        row = QHBoxLayout(self.buttons)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(GRID)
        self.zoom_out = self._button("−", "Smaller tiles (−)")
        self.zoom_in = self._button("+", "Larger tiles (+)")
        self.fit = self._button("Fit", "Show all memories, as large as they go (0)")
        self.fit.setCheckable(True)
        self.fit.setChecked(True)
        self.export = self._button("PNG", "Export the mosaic as a PNG picture")
        for button in (self.zoom_out, self.zoom_in, self.export):
            button.setObjectName("icon")
        for button in (self.zoom_out, self.zoom_in, self.fit, self.export):
            row.addWidget(button)
        self.note_label.hide()
        self.header.addStretch(1)
        self.header.addWidget(self.tools)
        self.header.addWidget(self.buttons)
        self.second_row = QHBoxLayout()
        footer = QHBoxLayout()
        footer.setSpacing(3 * GRID)
        self.body.addLayout(self.second_row)
        self.body.addWidget(self.view, 1)
        self.body.addLayout(footer)
        footer.addWidget(self.legend)
        footer.addWidget(self.reading, 1)
        self.view.message = NOTHING_YET

    def _connect(self) -> None:
        self.tools.changed.connect(self._choose)
        self.zoom_in.clicked.connect(self.view.zoom_in)
        self.zoom_out.clicked.connect(self.view.zoom_out)
        self.fit.clicked.connect(self._fit)
        self.export.clicked.connect(self.export_requested)
        self.view.fitted_changed.connect(self.fit.setChecked)
        self.view.hovered.connect(self._read)
        self.view.selected.connect(self._follow_selection)
        self.view.picked.connect(self._inspect)
        self.card.closed.connect(self.close_card)
        self._labels.due.connect(self._write_labels)

    # What the window asks for.

    @Slot(int)
    def set_column(self, column: int) -> None:
        """The column to show as "One column"; in place, its block is outlined."""
        self._column = column
        self._choose()

    @Slot()
    def close_card(self) -> None:
        """Close the memory's card and stop asking for its facts."""
        if self._inspected is not None:
            self._inspected = None
            self.card.hide()
            self.view.setFocus()
            self.inspect_requested.emit(self._layer, None)

    def picture(self) -> Bytes | None:
        """All memories as they are sorted and filtered, for `mosaic_export.write_png`; None where there
        are none to show."""
        self.view.catch_up()
        mosaic = self.view.mosaic
        return mosaic_image(mosaic) if mosaic is not None and mosaic.count else None

    def set_theme(self, theme: Theme) -> None:
        self.view.set_theme(theme)
        self.card.set_theme(theme)
        self.legend.set_theme(theme)
        self.export.setIcon(icon("export", theme.text))

    # Frames.

    def show_frame(self, frame: Frame) -> None:
        if self._info is not frame.info:
            self._adopt(frame.info)
        if frame.tiles is not None:
            self._take_tiles(frame.tiles)
        mosaic = self.view.mosaic
        if frame.catalogue is not None and mosaic is not None and frame.catalogue.layer == self._layer:
            mosaic.take_catalogue(frame.catalogue)
        self.view.keep_up()
        self._labels.offer(frame)
        if frame.inspection is not None:
            self._show_card(frame.inspection)

    def _adopt(self, info: NetworkInfo) -> None:
        """Another run, or another set of classes."""
        before, self._info = self._info, info
        self.view.class_names = info.class_names
        if before is None or before.class_names != info.class_names:
            self.tools.list_classes(info.class_names)
        if before is None or before.run != info.run:
            self._build_segments(info.layers)
            self._column = None
            self._open(0)
            names = [layer.name for layer in info.layers]
            if self._watched_name in names[1:]:  # a new run begins with its first layer
                self.watch_requested.emit(names.index(self._watched_name))

    def _build_segments(self, layers: Sequence[LayerInfo]) -> None:
        if self.segments is not None:
            self.header.removeWidget(self.segments)
            self.segments.deleteLater()
        self.segments = Segments(
            "Layer", [(_layer_name(layer, layers), _layer_tooltip(layer)) for layer in layers]
        )
        self.segments.chosen.connect(self._watch)
        self.header.insertWidget(1, self.segments)

    def _take_tiles(self, tiles: MemoryTiles) -> None:
        if tiles.complete and tiles.layer != self._layer:
            self._open(tiles.layer)
        if tiles.layer == self._layer and self.view.mosaic is not None:
            self.view.mosaic.take_tiles(tiles)

    def _open(self, layer: int) -> None:
        """Show another layer, still without memories."""
        assert self._info is not None
        assert self.segments is not None
        self.close_card()
        self._layer = layer
        self.segments.choose(layer)
        info = self._info.layers[layer]
        self.tools.arrangement.setVisible(not info.whole)
        self.view.show_mosaic(Mosaic(info, self._choice(info), self.flash_seconds))
        self._choose()
        self._place_tools()

    @Slot(object)
    def _write_labels(self, frame: Frame) -> None:
        assert self.segments is not None
        layers = frame.info.layers
        for index, (layer, count) in enumerate(zip(layers, frame.score.memories, strict=True)):
            text = f"{_layer_name(layer, layers)} {count:,}"
            button = self.segments.button(index)
            if button.text() != text:
                button.setText(text)
                button.setAccessibleName(f"Layer: {text}")
        self._place_tools()
        self._read()
        self._say_why_empty()

    # What is shown, and how.

    @Slot()
    def _choose(self) -> None:
        """Apply sorting, filter and arrangement as the controls have them."""
        if self._info is not None and self.view.mosaic is not None:
            layer = self._info.layers[self._layer]
            self.view.mosaic.choose(self._choice(layer))
            self.view.outlined_column = None if layer.whole else self._column
            self.view.refresh()
            self._say_why_empty()
            self._read()

    def _choice(self, layer: LayerInfo) -> Choice:
        return self.tools.choice(layer, self._column_of(layer))

    def _column_of(self, layer: LayerInfo) -> int:
        """The picked column, or the one in the middle of the image."""
        if self._column is not None and self._column < layer.fields:
            return self._column
        return layer.rows // 2 * layer.columns + layer.columns // 2

    def _say_why_empty(self) -> None:
        mosaic = self.view.mosaic
        if mosaic is None:
            return
        choice, message = mosaic.choice, NOTHING_YET
        if mosaic.total and choice.only_class is not None:
            name = self.view.class_names[choice.only_class]
            where = "" if choice.only_column is None else f" in column {choice.only_column}"
            message = f"No memory of class {name}{where} yet. Choose All classes to see the others."
        elif mosaic.total:
            message = f"Column {choice.only_column} has written no memory yet."
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
    def _fit(self) -> None:
        self.view.fit()
        self.fit.setChecked(True)

    @Slot()
    def _read(self) -> None:
        """Say in the footer what is under the cursor, or selected."""
        self.reading.say(*self._readings())

    def _readings(self) -> list[str]:
        mosaic = self.view.mosaic
        if mosaic is None:
            return [""]
        slot = self.view.hovered_slot if self.view.hovered_slot >= 0 else self.view.slot
        facts = mosaic.facts(slot)
        if facts is not None:
            wins = "1 win" if facts.wins == 1 else f"{facts.wins:,} wins"
            name = f"id {facts.id:,} · class {self.view.class_names[facts.label]} · {wins}"
            return [f"{name} · born at {facts.birth:,}", name]
        if slot >= 0:
            return ["written just now"]
        if mosaic.count < mosaic.total:
            return [f"{mosaic.count:,} of {mosaic.total:,} memories shown", f"{mosaic.count:,} shown"]
        return [""]

    # The card.

    @Slot(int)
    def _inspect(self, slot: int) -> None:
        if slot != self._inspected:
            self._inspected = slot
            self.inspect_requested.emit(self._layer, slot)

    @Slot(int)
    def _follow_selection(self, slot: int) -> None:
        if slot < 0:
            self.close_card()
        elif self._inspected is not None:
            self._inspect(slot)
        self._read()

    def _show_card(self, memory: Inspection) -> None:
        if (memory.layer, memory.slot) != (self._layer, self._inspected) or self._info is None:
            return
        self.card.show()  # first: only what is shown knows its size
        self.card.raise_()
        self.card.show_inspection(memory, self._info.layers[memory.layer], self._info.class_names)
        self._place_card()

    def _place_card(self) -> None:
        """At the lower right, or in the first corner that leaves the selected tile in sight."""
        room = self.view.viewport().rect().adjusted(2 * GRID, 2 * GRID, -2 * GRID, -2 * GRID)
        size = self.card.size().boundedTo(room.size())
        right, bottom = room.right() - size.width() + 1, room.bottom() - size.height() + 1
        corners = [(right, bottom), (room.left(), bottom), (right, room.top()), (room.left(), room.top())]
        tile = self.view.slot_rect(self.view.slot).toAlignedRect()
        places = [QRect(x, y, size.width(), size.height()) for x, y in corners]
        self.card.setGeometry(next((place for place in places if not place.intersects(tile)), places[0]))

    # Events.

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape and self._inspected is not None:
            self.close_card()
        else:
            super().keyPressEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._place_tools()
        if self._inspected is not None:
            self._place_card()

    def _place_tools(self) -> None:
        """Sorting and filters stand in the header where there is room, else in a row below it."""
        margins = self.body.contentsMargins()
        room = self.width() - margins.left() - margins.right()
        parts = [self.title_label, self.tools, self.buttons, *([self.segments] if self.segments else [])]
        needed = sum(part.sizeHint().width() for part in parts) + (len(parts) - 1) * self.header.spacing()
        goal = self.header if needed <= room else self.second_row
        if goal.indexOf(self.tools) < 0:
            if goal is self.header:
                self.second_row.takeAt(0)
                self.second_row.takeAt(0)
                self.header.insertWidget(self.header.indexOf(self.buttons), self.tools)
            else:
                self.header.removeWidget(self.tools)
                self.second_row.addWidget(self.tools)
                self.second_row.addStretch(1)


def _layer_name(layer: LayerInfo, layers: Sequence[LayerInfo]) -> str:
    if layer.whole:
        return "Whole digits"
    banks = sum(not other.whole for other in layers)
    return "Columns" if banks == 1 else f"Columns {layer.field}×{layer.field}"


def _layer_tooltip(layer: LayerInfo) -> str:
    if layer.whole:
        return f"Whole digits, up to {layer.capacity:,} of them"
    seen = f"each seeing {layer.field} × {layer.field} pixels"
    return f"{layer.fields} columns of up to {layer.capacity:,} memories, {seen}"
