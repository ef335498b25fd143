"""One thing worth acting on: what it is, why, and a button that does it."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, Signal, Slot
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QSizePolicy, QVBoxLayout, QWidget

from engine.findings import Hint
from memnet_gui.icons import SIDE, icon
from memnet_gui.theme import BODY, GRID, Theme
from memnet_gui.widgets.painting import fitting, sized
from memnet_gui.widgets.read_out import ReadOut

URGENT = ("plasticity", "full")
"""Kinds of hint that concern all that is learned from now on; the others are about what is there."""
UNDOABLE = "Ctrl+Z takes it back"
LONGEST_LABEL = 60 * GRID


class HintCard(QFrame):
    """A hint. apply_asked(Hint): do what it offers. memories_asked(Hint): show the memories it means."""

    apply_asked = Signal(object)
    memories_asked = Signal(object)

    def __init__(self, hint: Hint, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("hints")
        self.hint = hint
        self._theme = theme
        self.symbol = QLabel()
        self.title = QLabel()
        self.title.setTextFormat(Qt.TextFormat.PlainText)
        self.title.setFont(sized(self, BODY, bold=True))
        self.title.setWordWrap(True)
        self.why_button = QPushButton("Why")
        self.why_button.setCheckable(True)
        self.why_button.setToolTip("The figures behind it")
        self.why = QLabel()
        self.why.setTextFormat(Qt.TextFormat.PlainText)
        self.why.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.why.setWordWrap(True)
        self.show_button = QPushButton()
        self.show_button.setToolTip("Show them in the INSPECTOR, where each can be looked at")
        self.apply_button = QPushButton()
        self.apply_button.setToolTip(f"Do it now; {UNDOABLE}")
        self.note = ReadOut()
        self._lay_out()
        self.why_button.toggled.connect(self._expand)
        self.show_button.clicked.connect(self._ask_for_memories)
        self.apply_button.clicked.connect(self._ask_to_apply)
        self.show_hint(hint)

    def _lay_out(self) -> None:
        column, head = QVBoxLayout(self), QHBoxLayout()
        column.setContentsMargins(3 * GRID, 2 * GRID, 2 * GRID, 2 * GRID)
        column.setSpacing(2 * GRID)
        self.reasons, self.offer = QWidget(), QWidget()
        reasons, offer = QVBoxLayout(self.reasons), QHBoxLayout(self.offer)
        for layout in (head, reasons, offer):
            layout.setContentsMargins(0, 0, 0, 0)
            layout.setSpacing(2 * GRID)
        head.addWidget(self.symbol)
        head.addWidget(self.title, 1)
        head.addWidget(self.why_button, 0, Qt.AlignmentFlag.AlignTop)
        reasons.addWidget(self.why)
        reasons.addWidget(self.show_button, 0, Qt.AlignmentFlag.AlignLeft)
        offer.addWidget(self.apply_button)
        offer.addWidget(self.note, 1)
        for part in (self.reasons, self.offer):
            column.addWidget(part)
        column.insertLayout(0, head)
        self.title.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Minimum)
        self.why.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Minimum)
        self.reasons.hide()

    def set_theme(self, theme: Theme) -> None:
        self._theme = theme
        name, color = ("warning", theme.unsure) if self.hint.kind in URGENT else ("info", theme.accent)
        self.symbol.setPixmap(icon(name, color).pixmap(QSize(SIDE, SIDE), self.devicePixelRatioF()))

    def show_hint(self, hint: Hint) -> None:
        """Show this one instead, expanded or not as before."""
        self.hint = hint
        self.title.setText(hint.title)
        self.why.setText(hint.why)
        count = len(hint.ids)
        self.show_button.setVisible(hint.layer is not None and count > 0)
        self.show_button.setText("Show this memory" if count == 1 else f"Show these {count:,} memories")
        self.offer.setVisible(hint.remedy is not None)
        self.apply_button.setEnabled(True)
        label = fitting(self.apply_button.fontMetrics(), LONGEST_LABEL, hint.remedy_text)
        self.apply_button.setText(label.replace("&", "&&"))
        self.note.say(UNDOABLE, "undoable")
        self.setAccessibleName(hint.title)
        self.setAccessibleDescription(hint.why)
        self.why_button.setAccessibleName(f"Why: {hint.title}")
        self.show_button.setAccessibleName(f"{self.show_button.text()}: {hint.title}")
        self.apply_button.setAccessibleName(f"{hint.remedy_text}: {hint.title}. {UNDOABLE}.")
        self.set_theme(self._theme)

    @Slot(bool)
    def _expand(self, expanded: bool) -> None:
        self.reasons.setVisible(expanded)

    @Slot()
    def _ask_for_memories(self) -> None:
        self.memories_asked.emit(self.hint)

    @Slot()
    def _ask_to_apply(self) -> None:
        """Once: what it did shows when the memories have been looked over again."""
        if self.apply_button.hasFocus():
            self.why_button.setFocus()
        self.apply_button.setEnabled(False)
        self.note.say(f"Asked for. {UNDOABLE}", UNDOABLE, "undoable")
        self.apply_asked.emit(self.hint)
