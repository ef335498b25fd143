"""ACCURACY: how well it does, on the stream and on digits that it never learns."""

from __future__ import annotations

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from engine.frame import Frame, RunState
from memnet_gui.theme import GRID, Theme
from memnet_gui.throttle import Throttle
from memnet_gui.widgets.confusion_view import ConfusionView
from memnet_gui.widgets.curves_legend import Quantity
from memnet_gui.widgets.curves_view import CurvesView
from memnet_gui.widgets.held_out_view import HeldOutView
from memnet_gui.widgets.panel import Panel
from memnet_gui.widgets.read_out import ReadOut
from memnet_gui.widgets.recall_view import RecallView
from memnet_gui.widgets.segments import Segments

NOTE = "test then train"
READOUT = "label ↓ said → · click a cell"
CURVES_MS, LABELS_MS, CONFUSION_MS = 200, 200, 250
"""At most this often each part is redrawn while digits stream."""
QUANTITIES: tuple[Quantity, ...] = ("accuracy", "memories")


class AccuracyPanel(Panel):
    """Curves, held-out test, confusion matrix and recall by class.

    Each part is redrawn at a rate of its own; `pace` stretches those intervals, and 0 draws all
    parts with every frame. When the run is not playing everything is drawn at once. `ensure_plot`
    brings in pyqtgraph; until then the axes stand there without curves.
    """

    test_requested = Signal()
    cancel_test_requested = Signal()
    cell_clicked = Signal(int, int)
    """(label, answer) of a cell of the confusion matrix."""

    def __init__(self, parent: QWidget | None = None, *, pace: float = 1.0) -> None:
        super().__init__("Accuracy", parent)
        self.curves = CurvesView()
        self.confusion = ConfusionView()
        self.recall = RecallView()
        self.held_out = HeldOutView()
        self.readout = ReadOut()
        self.readout.say(READOUT)
        self.quantity = Segments(
            "Curves",
            (
                ("Accuracy", "Share of digits answered rightly: so far, lately, on held-out digits"),
                ("Memories", "Memories in use, and how many digits recruit one"),
            ),
        )
        self.note_label.say(NOTE, "")
        self.title_label.setToolTip("Every digit is first answered, then learned: test, then train.")
        self._lay_out()
        self._curves_turn = Throttle(round(CURVES_MS * pace), self)
        self._labels_turn = Throttle(round(LABELS_MS * pace), self)
        self._confusion_turn = Throttle(round(CONFUSION_MS * pace), self)
        self._connect()

    def _lay_out(self) -> None:
        self.header.insertWidget(1, self.quantity)
        lower, right = QHBoxLayout(), QVBoxLayout()
        self.body.addWidget(self.curves, 1)
        self.body.addLayout(lower)
        lower.setSpacing(2 * GRID)
        lower.addWidget(self.confusion, 10)
        lower.addLayout(right, 9)
        right.setSpacing(2 * GRID)
        right.addWidget(self.recall, 1)
        right.addWidget(self.held_out)
        self.body.addWidget(self.readout)
        self.body.setSpacing(GRID)

    def _connect(self) -> None:
        self._curves_turn.due.connect(self.curves.show_frame)
        self._labels_turn.due.connect(self._show_labels)
        self._confusion_turn.due.connect(self._show_confusion)
        self.quantity.chosen.connect(self._choose_quantity)
        self.held_out.test_requested.connect(self.test_requested)
        self.held_out.cancel_requested.connect(self.cancel_test_requested)
        self.confusion.cell_clicked.connect(self.cell_clicked)
        self.confusion.part_pointed.connect(self._show_readout)
        self.recall.part_pointed.connect(self._show_readout)

    def ensure_plot(self) -> None:
        """Build the plot; the window calls this after its first paint."""
        self.curves.ensure_plot()

    def set_theme(self, theme: Theme) -> None:
        for part in (self.curves, self.confusion, self.recall, self.held_out):
            part.set_theme(theme)

    def show_frame(self, frame: Frame) -> None:
        at_once = frame.state is not RunState.PLAYING
        for turn in (self._curves_turn, self._labels_turn, self._confusion_turn):
            turn.offer(frame, at_once=at_once)

    @Slot(object)
    def _show_labels(self, frame: Frame) -> None:
        self.curves.show_values(frame)
        self.held_out.show_frame(frame)

    @Slot(object)
    def _show_confusion(self, frame: Frame) -> None:
        self.confusion.show_frame(frame)
        self.recall.show_frame(frame)

    @Slot(int)
    def _choose_quantity(self, index: int) -> None:
        self.curves.show_quantity(QUANTITIES[index])

    @Slot(str)
    def _show_readout(self, text: str) -> None:
        self.readout.say(text or READOUT)
