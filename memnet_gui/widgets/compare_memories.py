"""How the memories of two runs differ, layer by layer; those of the part that was picked as pictures."""

from __future__ import annotations

from PySide6.QtCore import QRect, Signal, Slot
from PySide6.QtWidgets import QVBoxLayout, QWidget

from engine.differences import Comparison, LayerDifference, RunFacts
from memnet_gui.comparing import WORDINGS, Group, SideName, count, memory_thumbs
from memnet_gui.theme import DARK, GRID, Theme
from memnet_gui.widgets.compare_bar import DifferenceBar
from memnet_gui.widgets.compare_layout import LongSection
from memnet_gui.widgets.read_out import ReadOut
from memnet_gui.widgets.thumb_grid import LARGE_THUMB, ThumbGrid

_FIRST: tuple[Group, ...] = ("only_b", "only_a", "drifted", "reassociated")
"""What is shown before anything was picked: the first of these that there is."""


class MemoriesView(QWidget):
    """A bar for each layer, and the pictures of one group below.

    memory_picked(str, str, int): a memory was clicked: the layer's name, the group, the place in it.
    reached(grid, QRect): the keyboard went there.
    """

    memory_picked = Signal(str, str, int)
    reached = Signal(QWidget, QRect)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = DARK
        self._found: Comparison | None = None
        self._shown: tuple[LayerDifference, Group] | None = None
        self.bars: list[DifferenceBar] = []
        self.pictures = LongSection("", ThumbGrid("Memories that differ", LARGE_THUMB, 2))
        self.reading = ReadOut()
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(3 * GRID)
        self._column.addWidget(self.pictures)
        self._column.addWidget(self.reading)
        self.pictures.grid.picked.connect(self._pick)
        self.pictures.grid.moved.connect(self._say_fact)
        self.pictures.grid.reached.connect(self.reached)

    def set_theme(self, theme: Theme) -> None:
        self._theme = theme
        self.pictures.set_theme(theme)
        for bar in self.bars:
            bar.set_theme(theme)

    # ── what is shown ─────────────────────────────────────────────────────────────────────────

    def show_comparison(self, found: Comparison) -> None:
        self._found, self._shown = found, None
        self._make_bars(len(found.layers))
        for bar, layer in zip(self.bars, found.layers, strict=True):
            bar.show_layer(layer, (_memories(found.a, layer.name), _memories(found.b, layer.name)))
        first = next(
            ((at, group) for group in _FIRST for at, layer in enumerate(found.layers) if count(layer, group)),
            None,
        )
        for part in (self.pictures, self.reading):
            part.setVisible(first is not None)
        if first is not None:
            self._show(*first)

    def _make_bars(self, wanted: int) -> None:
        while len(self.bars) < wanted:
            bar = DifferenceBar(len(self.bars))
            bar.set_theme(self._theme)
            bar.picked.connect(self._show)
            self._column.insertWidget(len(self.bars), bar)
            self.bars.append(bar)
        while len(self.bars) > wanted:
            bar = self.bars.pop()
            self._column.removeWidget(bar)
            bar.hide()
            bar.deleteLater()

    @Slot(int, str)
    def _show(self, at: int, group: Group) -> None:
        """Show the memories of a layer's group."""
        assert self._found is not None
        layer = self._found.layers[at]
        self._shown = layer, group
        for number, bar in enumerate(self.bars):
            bar.choose(group if number == at else None)
        thumbs = memory_thumbs(layer, group, self._found.class_names)
        total = count(layer, group)
        which = "strongest" if group in ("drifted", "reassociated") else "first"
        note = f"{total:,}" if len(thumbs) == total else f"{total:,} · {which} {len(thumbs):,} shown"
        arrow = ", A → B" if group in ("drifted", "reassociated") else ""
        self.pictures.title.setText(f"{WORDINGS[group].title}{arrow} · {layer.name}".upper())
        self.pictures.title.setToolTip(WORDINGS[group].meaning.capitalize())
        self.pictures.grid.setAccessibleName(f"{WORDINGS[group].title}: memories of {layer.name}")
        self.pictures.grid.show_thumbs([])  # their keys are places, the same in every group
        self.pictures.show_thumbs(thumbs, "none", note, f"{total:,}")
        self._say_fact()

    # ── a memory ──────────────────────────────────────────────────────────────────────────────

    @Slot()
    def _say_fact(self) -> None:
        thumb = self.pictures.grid.current
        self.reading.say("" if thumb is None else thumb.fact)

    @Slot(object)
    def _pick(self, place: int) -> None:
        if self._shown is not None:
            layer, group = self._shown
            self._say_fact()
            self.memory_picked.emit(layer.name, group, place)

    def explain(self, words: str) -> None:
        """Say why the picked memory cannot be gone to."""
        self.reading.say(words)


def sides_of(group: Group) -> tuple[SideName, ...]:
    """The runs that have a group's memories; first the one that is gone to if it can be."""
    return {"only_a": ("a",), "only_b": ("b",)}.get(group, ("b", "a"))  # type: ignore[return-value]


def _memories(run: RunFacts, layer: str) -> int:
    return dict(zip(run.layers, run.memories, strict=True)).get(layer, 0)
