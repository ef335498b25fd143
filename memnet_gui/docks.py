"""Panels as docks that look like cards: the panel's own header is the handle to move it by."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial

from PySide6.QtCore import QByteArray, QCoreApplication, QRect, QSize, Qt
from PySide6.QtGui import QGuiApplication, QKeyEvent
from PySide6.QtWidgets import QDockWidget, QFrame, QMainWindow, QTabWidget, QWidget

from memnet_gui.theme import GRID
from memnet_gui.widgets.panel import Panel

LAYOUT_VERSION = 2
"""Goes up when a remembered arrangement would no longer fit."""
TITLES = {
    "stream": "Stream",
    "memory": "Memory",
    "activation": "Activation",
    "accuracy": "Accuracy",
    "draw": "Draw",
    "why": "Why?",
    "digits": "Digits",
    "inspector": "Inspector",
    "history": "History",
    "health": "Health",
    "compare": "Compare",
}
BEHIND = {
    "why": "memory",
    "digits": "memory",
    "compare": "memory",
    "inspector": "accuracy",
    "history": "accuracy",
    "health": "accuracy",
}
"""Panels that are hidden at first, and the one whose place they share when they are shown."""
_REACHABLE = QSize(160, 40)
"""A window counts as on a screen when at least this much of its top is."""


class PanelDock(QDockWidget):
    """A place for a panel that can be dragged by its header, floated by a double click, and put back.

    Its panel may come later: see `adopt`.
    """

    def __init__(self, name: str, title: str, parent: QWidget | None = None) -> None:
        super().__init__(title, parent)
        self.setObjectName(f"dock-{name}")
        self.setAccessibleName(title)

    def adopt(self, panel: Panel) -> None:
        """Show this panel from now on."""
        self.setAccessibleName(panel.accessibleName())
        self.setTitleBarWidget(self._take_header(panel))
        self.setWidget(panel)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """While it floats this is a window of its own: what no control wanted goes to the main one."""
        deck = self.parentWidget()
        if self.isFloating() and deck is not None:
            QCoreApplication.sendEvent(deck.window(), event)
        else:
            super().keyPressEvent(event)

    @staticmethod
    def _take_header(panel: Panel) -> QFrame:
        """Take the panel's header out, to continue its card upwards."""
        margins, head = panel.body.contentsMargins(), panel.head
        panel.body.removeWidget(head)
        panel.body.setContentsMargins(margins.left(), 0, margins.right(), margins.bottom())
        panel.setProperty("docked", True)
        panel.header.setContentsMargins(margins.left(), margins.top(), margins.right(), panel.body.spacing())
        head.setObjectName("panelHead")
        head.setToolTip("Drag to move this panel, double-click to float it")
        return head


@dataclass(frozen=True, slots=True)
class Shares:
    """The default arrangement: widths of the three columns and heights within them, in pixels."""

    columns: tuple[int, int, int] = (256, 804, 348)
    middle: tuple[int, int] = (540, 216)
    right: tuple[int, int] = (424, 332)


class Deck(QMainWindow):
    """The part of the window that the docks share: the default arrangement, or the user's own.

    It is a QMainWindow without a central widget inside the real one, so that it can have a margin.
    """

    def __init__(self, docks: Mapping[str, PanelDock], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowFlags(Qt.WindowType.Widget)
        self.setDockOptions(self.DockOption.AllowNestedDocks | self.DockOption.AllowTabbedDocks)
        self.setTabPosition(Qt.DockWidgetArea.AllDockWidgetAreas, QTabWidget.TabPosition.North)
        self._docks = docks
        for name, dock in docks.items():
            dock.setParent(self)
            dock.toggleViewAction().triggered.connect(partial(self._toggled, name))
        self.arrange()

    def arrange(self, shares: Shares = Shares()) -> None:
        """The default: stream; memory above activation; accuracy above draw."""
        docks = self._docks
        for dock in docks.values():
            dock.setFloating(False)
            self.removeDockWidget(dock)
        stream, memory, activation = docks["stream"], docks["memory"], docks["activation"]
        accuracy, draw = docks["accuracy"], docks["draw"]
        across, down = Qt.Orientation.Horizontal, Qt.Orientation.Vertical
        self.addDockWidget(Qt.DockWidgetArea.LeftDockWidgetArea, stream)
        self.splitDockWidget(stream, memory, across)
        self.splitDockWidget(memory, accuracy, across)
        self.splitDockWidget(memory, activation, down)
        self.splitDockWidget(accuracy, draw, down)
        for name, dock in docks.items():
            dock.setVisible(name not in BEHIND)
        self.resizeDocks([stream, memory, accuracy], list(shares.columns), across)
        self.resizeDocks([memory, activation], list(shares.middle), down)
        self.resizeDocks([accuracy, draw], list(shares.right), down)

    def put_away(self) -> None:
        """Show no panel, not even a floating one."""
        for dock in self._docks.values():
            dock.hide()
        self.hide()

    def reveal(self, name: str) -> None:
        """Show a panel, in front of those that share its place."""
        dock = self._docks[name]
        # Not before: Qt does not resize what is tabbed, and would count the hidden ones.
        if self.dockWidgetArea(dock) is Qt.DockWidgetArea.NoDockWidgetArea:
            self.tabifyDockWidget(self._docks[BEHIND[name]], dock)
        dock.show()
        dock.raise_()

    def _toggled(self, name: str, shown: bool) -> None:
        if shown:
            self.reveal(name)

    def restore(self, layout: QByteArray | None) -> bool:
        """Put the docks where they were. False, and nothing changed, where that is not known."""
        return layout is not None and self.restoreState(layout, LAYOUT_VERSION)

    def saved(self) -> QByteArray:
        return self.saveState(LAYOUT_VERSION)

    def bring_onto_screens(self) -> None:
        """Fetch floating panels that were left on a screen that is gone."""
        for dock in self._docks.values():
            if dock.isFloating():
                bring_onto_screen(dock)


def bring_onto_screen(widget: QWidget) -> None:
    """Move a top-level widget onto a screen, and shrink it to that, unless its top can be reached."""
    frame = widget.frameGeometry()
    top = QRect(frame.topLeft(), QSize(frame.width(), _REACHABLE.height()))
    for screen in QGuiApplication.screens():
        seen = screen.availableGeometry().intersected(top)
        if seen.width() >= _REACHABLE.width() and seen.height() >= _REACHABLE.height():
            return
    # Not widget.screen(): PySide takes what that returns for the widget's child and frees it with it.
    room = (
        QGuiApplication.primaryScreen().availableGeometry().adjusted(2 * GRID, 2 * GRID, -2 * GRID, -2 * GRID)
    )
    size = frame.size().boundedTo(room.size())
    place = QRect(room.topLeft(), size)
    place.moveCenter(room.center())
    widget.setGeometry(place)
