"""What can be done with the inspected memory, or with several."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from memnet_gui.theme import GRID
from memnet_gui.widgets.class_menu import ClassMenu


class MemoryActions(QWidget):
    """Buttons, each with a shortcut that works anywhere in `owner` while the buttons are there.

    mute_asked(bool): True is silence, False is speaking again. relabel_asked(object): a class.
    """

    mute_asked = Signal(bool)
    delete_asked = Signal()
    relabel_asked = Signal(object)
    ablate_asked = Signal()
    export_asked = Signal()

    def __init__(self, owner: QWidget) -> None:
        super().__init__()
        self._muted = False
        self._actions: dict[QPushButton, QAction] = {}
        self.classes = ClassMenu("Class that it speaks for", self)
        self.classes.chosen.connect(self.relabel_asked)
        self.mute = self._button(owner, "M")
        self.delete = self._button(owner, "Del")
        self.relabel = self._button(owner, "R")
        self.ablate = self._button(owner, "S")
        self.export = self._button(owner, "E")
        self._actions[self.mute].triggered.connect(self._toggle_mute)
        self._actions[self.delete].triggered.connect(self.delete_asked)
        self._actions[self.relabel].triggered.connect(self._open_classes)
        self._actions[self.ablate].triggered.connect(self.ablate_asked)
        self._actions[self.export].triggered.connect(self.export_asked)
        self._lay_out()
        self.offer(())

    def _button(self, owner: QWidget, shortcut: str) -> QPushButton:
        button, action = QPushButton(), QAction(owner)
        action.setShortcut(QKeySequence(shortcut))
        action.setShortcutContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        owner.addAction(action)
        button.clicked.connect(action.trigger)
        self._actions[button] = action
        return button

    def _lay_out(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(GRID)
        for buttons in ((self.mute, self.delete, self.relabel), (self.ablate, self.export)):
            column.addLayout(row := QHBoxLayout())
            row.setSpacing(GRID)
            for button in buttons:
                row.addWidget(button)
            row.addStretch(1)

    def offer(self, muted: Sequence[bool], label: int | None = None) -> None:
        """Offer what can be done with memories that are silent or not, none where there are none.

        label: the class of a single one; only a single one can be exported.
        """
        many = len(muted) != 1
        self._muted = bool(muted) and all(muted)
        self.setVisible(bool(muted))
        for action in self._actions.values():
            action.setEnabled(bool(muted))
        self._actions[self.export].setEnabled(len(muted) == 1)
        self.export.setVisible(not many)
        self.classes.show_choice(label)
        for button, (text, tip) in self._words(many).items():
            self._name(button, text, tip)

    def _words(self, many: bool) -> dict[QPushButton, tuple[str, str]]:
        """What stands on each button, and what it does."""
        them = "them" if many else "it"
        measured = f"Held-out accuracy is measured without {them}"
        mute = ("Mute", f"Keep {them}, without a vote and without learning.\n{measured}")
        if self._muted:
            mute = ("Speak again", f"Let {them} vote and learn again")
        return {
            self.mute: mute,
            self.delete: ("Delete", f"Forget {them}; Ctrl+Z brings {them} back.\n{measured}"),
            self.relabel: ("Relabel", f"Let {them} speak for another class"),
            self.ablate: (
                f"What if {'they' if many else 'it'} were silent?",
                f"Measure held-out accuracy without {them}, and change nothing",
            ),
            self.export: ("Export…", "Save its picture and its facts"),
        }

    def _name(self, button: QPushButton, text: str, tip: str) -> None:
        if button.text() != text:
            button.setText(text)
            button.setAccessibleName(text.rstrip("…"))
        shortcut = self._actions[button].shortcut().toString(QKeySequence.SequenceFormat.NativeText)
        button.setToolTip(f"{tip} ({shortcut})")

    @Slot()
    def _toggle_mute(self) -> None:
        self.mute_asked.emit(not self._muted)

    @Slot()
    def _open_classes(self) -> None:
        self.classes.popup(self.relabel.mapToGlobal(self.relabel.rect().bottomLeft()))
