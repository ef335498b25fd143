"""ACTIVATION: what every column made of the digit, who answered in one of them, and the digits before."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import Signal, Slot
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

from engine.arrays import Floats
from engine.frame import Frame, LayerInfo, NetworkInfo, Raster, RunState, Trial
from memnet_gui.colormaps import VIRIDIS, Pixels, SteadyScale, argb, diverging, levels
from memnet_gui.theme import DARK, GRID, Theme
from memnet_gui.widgets.columns_map import ColumnsMap
from memnet_gui.widgets.digit_view import DigitView
from memnet_gui.widgets.map_legend import MapLegend
from memnet_gui.widgets.panel import Panel
from memnet_gui.widgets.raster_view import MOST_DIGITS, RasterView
from memnet_gui.widgets.read_out import ReadOut
from memnet_gui.widgets.segments import Segments
from memnet_gui.widgets.winners_strip import WinnersStrip

NOVELTY, AGREEMENT = 0, 1
_NOTHING_YET = "no digit yet"
_OPENED = {
    RunState.FINISHED: "all digits were seen",
    RunState.FAILED: "stopped by an error",
}
"""A snapshot brings what was learned, not what was made of the digit that was seen last."""
_BARS = 48  # pixel rows of the raster of a single column, which is drawn as bars


class ActivationPanel(Panel):
    """Map of columns, winners of the picked one, raster of the last digits.

    Novelty is coloured on a fixed scale from 0 to twice the layer's vigilance, so that the middle
    of the map is where a column recruits (0 to 1 in a layer gated by surprise, which has no such
    distance). Agreement follows the size of the votes slowly (`SteadyScale`). Nothing flickers.

    A network of whole digits has a single column: its winners take the map's place.
    column_picked(int, int): layer and column.
    """

    refresh_hz = 10
    column_picked = Signal(int, int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("Activation", parent)
        self._info: NetworkInfo | None = None
        self._trial: Trial | None = None
        self._raster: Raster | None = None
        self._absence = _NOTHING_YET
        self._mapped = 0
        self._picked = (0, 0)
        self._theme = DARK
        self._reading: tuple[int | None, int] | None = None
        """(place in the raster or None for the map, column) that is pointed at."""
        self._agreement_scale = SteadyScale()
        self.mode = Segments(
            "Columns coloured by",
            [
                ("Novelty", "Distance from what each column sees to its nearest memory"),
                ("Agreement", "Each column's vote for the answer given, and the class that it says"),
            ],
        )
        self.map = ColumnsMap()
        self.field = DigitView("Receptive field of the picked column")
        self.field_label = QLabel()
        self.field_label.setObjectName("caption")
        self.winners = WinnersStrip()
        self.raster = RasterView()
        self.raster.say(self._absence)
        self.legend = MapLegend()
        self.raster_label = ReadOut()
        self.raster_label.say(f"last {MOST_DIGITS} digits →", f"last {MOST_DIGITS} →", "")
        self._lay_out()
        self.mode.chosen.connect(self._change_mode)
        self.map.picked.connect(self._pick_mapped)
        self.map.hovered.connect(self._read_map)
        self.field.pressed.connect(self._pick_whole)
        self.raster.pointed.connect(self._read_raster)
        self.raster.picked.connect(self._pick_mapped)

    # ── layout ────────────────────────────────────────────────────────────────────────────────

    def _lay_out(self) -> None:
        self.header.insertWidget(1, self.mode)
        field, past, foot = QVBoxLayout(), QVBoxLayout(), QHBoxLayout()
        self._content = QHBoxLayout()
        self._content.setSpacing(3 * GRID)
        self.body.addLayout(self._content, 1)
        self._content.addWidget(self.map)
        self._content.addLayout(field)
        self._content.addWidget(self.winners, 2)
        self._content.addLayout(past, 3)
        field.setSpacing(GRID)
        field.addWidget(self.field)
        field.addWidget(self.field_label)
        field.addStretch(1)
        past.setSpacing(GRID)
        past.addWidget(self.raster, 1)
        past.addLayout(foot)
        foot.setContentsMargins(2 * GRID, 0, 0, 0)
        foot.setSpacing(GRID)
        foot.addWidget(self.raster_label, 1)
        foot.addWidget(self.legend)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        """The picture of the field is large where nothing else shows the digit, small beside a map."""
        edge = 88 if self.width() >= 700 else 60
        if self._info is not None and self._info.layers[self._mapped].whole:
            self.body.activate()
            edge = max(60, self._content.geometry().height() - self.field_label.sizeHint().height() - GRID)
        self.field.setFixedSize(edge, edge)

    # ── frames ────────────────────────────────────────────────────────────────────────────────

    def set_theme(self, theme: Theme) -> None:
        self._theme = theme
        for part in (self.map, self.field, self.winners, self.raster, self.legend):
            part.set_theme(theme)
        self._draw_everything()

    def show_frame(self, frame: Frame) -> None:
        if self._info is not frame.info:
            self._adopt(frame.info)
        if self._absence != (absence := _absence(frame)):
            self._absence = absence
            self.raster.say(absence)
            self._draw_trial()
        if self._raster is not frame.raster:
            self._raster = frame.raster
            self._draw_raster()
        if self._trial is not frame.trial:
            self._trial = frame.trial
            self._draw_trial()

    def _adopt(self, info: NetworkInfo) -> None:
        """Another run, or another set of classes: map the layer with the most columns."""
        same_run = self._info is not None and self._info.run == info.run
        self._info = info
        if same_run:
            return
        self._trial = self._raster = self._reading = None
        self._agreement_scale = SteadyScale()
        self._mapped = max(range(len(info.layers)), key=lambda number: info.layers[number].fields)
        layer = info.layers[self._mapped]
        self._picked = (self._mapped, layer.rows // 2 * layer.columns + layer.columns // 2)
        self.map.set_grid(layer.rows, layer.columns)
        self.map.setVisible(not layer.whole)
        self.map.select(self._picked[1])
        self.raster.mark(self._picked[1])
        self._content.setStretchFactor(self.winners, 3 if layer.whole else 2)
        self._offer_whole(not layer.whole and any(other.whole for other in info.layers))
        self._fit()
        self._draw_everything()

    def _offer_whole(self, offered: bool) -> None:
        """Let the digit's picture be pressed where another layer sees all of it."""
        self.field.set_pressable(offered)
        self.field.setToolTip("Show the memories that see the whole digit" if offered else "")

    @Slot()
    def _change_mode(self) -> None:
        self._draw_everything()

    def _draw_everything(self) -> None:
        self._draw_legend()
        self._draw_raster()
        self._draw_trial()
        self._read()

    # ── the map and the winners ───────────────────────────────────────────────────────────────

    def _draw_trial(self) -> None:
        if self._info is None or self._trial is None:
            self.map.clear()
            self.winners.clear(self._absence)
            self.field.clear()
            self.field_label.setText("")
            return
        layer, percept = self._info.layers[self._mapped], self._trial.percept
        response = percept.layers[self._mapped]
        values = response.novelty if self.mode.index == NOVELTY else response.votes[:, percept.answer]
        names: list[str] = []
        if self.mode.index == AGREEMENT:
            says, speaks = response.votes.argmax(axis=1), response.winners[:, 0] >= 0
            names = [
                self._info.class_names[best] if heard else ""
                for best, heard in zip(says.tolist(), speaks.tolist(), strict=True)
            ]
        self.map.show_cells(self._colours(values).reshape(layer.rows, layer.columns), names)
        self._draw_picked(self._info, self._trial)
        if self._reading is not None:
            self._read()

    def _draw_picked(self, info: NetworkInfo, trial: Trial) -> None:
        number, column = self._picked
        layer = info.layers[number]
        top, left = (int(edge) for edge in layer.origins[column])
        self.field.show_digit(trial.percept.image, field=None if layer.whole else (top, left, layer.field))
        self.field_label.setText(_field_words(layer, column, "\n"))
        self.winners.show_column(layer, column, trial.percept.layers[number], info.class_names)

    @Slot(int)
    def _pick_mapped(self, column: int) -> None:
        self._pick(self._mapped, column)

    @Slot()
    def _pick_whole(self) -> None:
        """The digit's picture stands for the column that sees all of it."""
        if self._info is not None:
            self._pick(next(n for n, layer in enumerate(self._info.layers) if layer.whole), 0)

    def _pick(self, layer: int, column: int) -> None:
        self._picked = (layer, column)
        mapped = column if layer == self._mapped else -1
        self.map.select(mapped)
        self.raster.mark(mapped)
        if self._info is not None and self._trial is not None:
            self._draw_picked(self._info, self._trial)
        self._read_map(mapped)
        self.column_picked.emit(layer, column)

    # ── the raster ────────────────────────────────────────────────────────────────────────────

    def _values(self, raster: Raster) -> Floats:
        return raster.novelty if self.mode.index == NOVELTY else raster.agreement

    def _draw_raster(self) -> None:
        raster = self._raster
        if raster is None:
            self.raster.show_raster(np.zeros((1, 0), np.uint32), 1)
            return
        self._agreement_scale.follow(raster.agreement)
        values = self._values(raster)
        columns = values.shape[1]
        pixels = self._bars(values[:, 0]) if columns == 1 else self._colours(values).T
        self.raster.show_raster(pixels, columns)
        if self._reading is not None:
            self._read()

    def _bars(self, values: Floats) -> Pixels:
        """(n,) values of a single column → (48, n) pixels: bars, up from the ground or from the middle."""
        ground = np.uint32(self._theme.color("raised").rgba())
        low, high = self._range()
        heights = (levels(values, low, high).astype(np.int64) * _BARS + 254) // 255
        zero = levels(np.zeros(1, np.float32), low, high).astype(np.int64)[0] * _BARS // 255
        row = np.arange(_BARS - 1, -1, -1)[:, None]
        inside = (row < np.maximum(heights, zero)) & (row >= np.minimum(heights, zero))
        return np.where(inside, self._colours(values)[None], ground)

    # ── colours ───────────────────────────────────────────────────────────────────────────────

    def _range(self) -> tuple[float, float]:
        """The values at the two ends of the colour scale."""
        if self.mode.index == AGREEMENT:
            end = self._agreement_scale.end or 1.0
            return -end, end
        return 0.0, self._novelty_end()

    def _novelty_end(self) -> float:
        if self._info is None:
            return 1.0
        layer = self._info.config.layers[self._mapped]
        return 2 * layer.vigilance if layer.gate == "novelty" and layer.vigilance > 0 else 1.0

    def _table(self) -> Pixels:
        if self.mode.index == NOVELTY:
            return argb(VIRIDIS)
        return argb(diverging(self._theme.against, self._theme.paper, self._theme.favour))

    def _colours(self, values: Floats) -> Pixels:
        return self._table()[levels(values, *self._range())]

    def _draw_legend(self) -> None:
        if self.mode.index == AGREEMENT:
            meaning = "Each column's vote for the answer given; the scale follows the votes slowly."
            self.legend.show_scale(self._table(), "against", "for", meaning)
            return
        end = self._novelty_end()
        meaning = f"Distance to the nearest memory: 0 at the left end, {end:.2f} or more at the right."
        if self._info is not None and self._info.config.layers[self._mapped].gate == "novelty":
            meaning += f"\nAbove {end / 2:.2f}, the middle, a column recruits."
        self.legend.show_scale(self._table(), "known", "new", meaning)

    # ── reading values out ────────────────────────────────────────────────────────────────────

    @Slot(int)
    def _read_map(self, column: int) -> None:
        """Keep reading this column's value of the newest digit; −1: nothing."""
        self._reading = None if column < 0 else (None, column)
        self._read()

    @Slot(int, int)
    def _read_raster(self, place: int, column: int) -> None:
        """Keep reading what lies under this place of the raster; −1: nothing."""
        self._reading = None if place < 0 else (place, column)
        self._read()

    def _read(self) -> None:
        """Write the value that is pointed at beside the title, or what the panel shows."""
        if self._info is None:
            return
        layer = self._info.layers[self._mapped]
        if self._reading is None:
            what = "whole digits" if layer.whole else f"{layer.fields} columns"
            each = "" if layer.whole else " each"
            winners = "1 winner" if layer.winners == 1 else f"{layer.winners} winners"
            self._note(f"{what} · {winners}{each}", what)
            return
        place, column = self._reading
        if place is None:
            value = self._mapped_value(column)
            where = f"column {column}", f"column {column} · {_field_words(layer, column, ', ')}"
        else:
            raster = self._raster
            if raster is None or place >= len(raster.novelty):
                return
            value = float(self._values(raster)[place, column])
            digit = f"digit {raster.first + place:,}"
            where = f"{digit} · {column}", f"{digit} · column {column}"
        measure, short = (
            ("novelty", "novelty") if self.mode.index == NOVELTY else ("vote for the answer", "vote")
        )
        number = _number(value)
        self._note(
            f"{where[1]} · {measure} {number}",
            f"{where[1]} · {short} {number}",
            f"{where[0]} · {short} {number}",
        )

    def _mapped_value(self, column: int) -> float | None:
        """What the map shows for a column; None before the first digit."""
        if self._trial is None:
            return None
        response = self._trial.percept.layers[self._mapped]
        if self.mode.index == NOVELTY:
            return float(response.novelty[column])
        return float(response.votes[column, self._trial.percept.answer])

    def _note(self, *texts: str) -> None:
        """The longest of the texts that fits; whoever cannot see it is told the first."""
        self.note_label.say(*texts)
        self.note_label.setToolTip(texts[0])
        self.map.setAccessibleDescription(texts[0])
        self.raster.setAccessibleDescription(texts[0])


def _absence(frame: Frame) -> str:
    """Why there may be no digit to show."""
    return _OPENED.get(frame.state, "the next digit shows here") if frame.score.seen else _NOTHING_YET


def _field_words(layer: LayerInfo, column: int, between: str) -> str:
    """Where a column looks: rows and columns of pixels, counted from 0, both ends included."""
    if layer.whole:
        return "whole digit"
    top, left = (int(edge) for edge in layer.origins[column])
    last = layer.field - 1
    return f"rows {top}–{top + last}{between}cols {left}–{left + last}"


def _number(value: float | None) -> str:
    if value is None:
        return "–"
    return "∞, no memory yet" if np.isinf(value) else f"{value:.2f}"
