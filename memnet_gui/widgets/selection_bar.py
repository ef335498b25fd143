"""What can be done with the selected memories, in one line."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QSize, Qt, Signal, Slot
from PySide6.QtGui import QAction, QKeySequence, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QToolButton, QWidget

from engine.commands import Delete, Mute, Relabel
from memnet_gui.theme import GRID
from memnet_gui.widgets.class_menu import ClassMenu
from memnet_gui.widgets.painting import fitting


class SelectionBar(QWidget):
    """“12 selected: Mute · Delete · Relabel… · Clear”, with keys that work anywhere in `owner`.

    asked(object): a `Mute`, `Delete` or `Relabel` of the selected memories. cleared(): none is to be
    selected any more.
    """

    asked = Signal(object)
    cleared = Signal()

    def __init__(self, owner: QWidget) -> None:
        super().__init__()
        self.setAccessibleName("Selected memories")
        self._layer = 0
        self._ids: tuple[int, ...] = ()
        self._silent = False
        self._actions: list[QAction] = []
        self._texts: tuple[str, ...] = ("",)
        self.words = QLabel()
        self.classes = ClassMenu("Class that they are to speak for", self)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(GRID)
        row.addWidget(self.words)
        self.mute, self.delete, self.relabel, self.clear = (QToolButton() for _ in range(4))
        for button in (self.mute, self.delete, self.relabel, self.clear):
            button.setObjectName("bare")
            row.addWidget(button)
        for button, key in ((self.mute, "M"), (self.delete, "Del"), (self.relabel, "R")):
            self._give_key(owner, button, key)
        row.addStretch(1)
        self._name(self.delete, "Delete", "Forget the selected memories; Ctrl+Z brings them back (Del)")
        self._name(self.relabel, "Relabel…", "Let the selected memories speak for another class (R)")
        self._name(self.clear, "Clear", "Select none (Esc)")
        self.mute.clicked.connect(self._mute)
        self.delete.clicked.connect(self._delete)
        self.relabel.clicked.connect(self._open_classes)
        self.clear.clicked.connect(self.cleared)
        self.classes.chosen.connect(self._relabel)
        self.show_selection(0, (), silent=False)

    def _give_key(self, owner: QWidget, button: QToolButton, key: str) -> None:
        action = QAction(owner)
        action.setShortcut(QKeySequence(key))
        action.setShortcutContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        action.triggered.connect(button.click)
        owner.addAction(action)
        self._actions.append(action)

    @staticmethod
    def _name(button: QToolButton, text: str, tip: str) -> None:
        button.setText(text)
        button.setToolTip(tip)
        button.setAccessibleName(f"{text.rstrip('…')} the selected memories")

    def list_classes(self, names: Sequence[str]) -> None:
        self.classes.list_classes(names)

    def show_selection(self, layer: int, ids: tuple[int, ...], *, silent: bool, hidden: int = 0) -> None:
        """ids: what is selected in that layer. silent: all of it is muted. hidden: so many are not shown."""
        self._layer, self._ids, self._silent = layer, ids, silent
        for action in self._actions:
            action.setEnabled(bool(ids))
        count = f"{len(ids):,}"
        self._texts = (f"{count} selected", count)
        if hidden:
            self._texts = (f"{count} selected, {hidden:,} of them not shown", *self._texts)
        self.setAccessibleDescription(self._texts[0])
        self.updateGeometry()
        self._fit()
        if silent:
            self._name(self.mute, "Speak again", "Let the selected memories vote and learn again (M)")
        else:
            self._name(self.mute, "Mute", "Keep the selected memories, but silent (M)")

    def sizeHint(self) -> QSize:
        """As wide as the longest words need, whichever are shown."""
        hint = super().sizeHint()
        return QSize(hint.width() - self.words.sizeHint().width() + self._advance(), hint.height())

    def minimumSizeHint(self) -> QSize:
        return QSize(1, super().minimumSizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _advance(self) -> int:
        return self.words.fontMetrics().horizontalAdvance(self._texts[0]) + GRID

    def _fit(self) -> None:
        """Say as much as there is room for beside the buttons."""
        room = self.width() - (self.sizeHint().width() - self._advance())
        self.words.setText(fitting(self.words.fontMetrics(), room, *self._texts))

    @Slot()
    def _mute(self) -> None:
        self.asked.emit(Mute(self._layer, self._ids, not self._silent))

    @Slot()
    def _delete(self) -> None:
        self.asked.emit(Delete(self._layer, self._ids))

    @Slot()
    def _open_classes(self) -> None:
        self.classes.popup(self.relabel.mapToGlobal(self.relabel.rect().bottomLeft()))

    @Slot(object)
    def _relabel(self, label: int) -> None:
        self.asked.emit(Relabel(self._layer, self._ids, label))
