"""Everything that the keyboard and the menus can start, in one place."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QDockWidget, QMenu, QWidget

from memnet_gui.menus import DataMenu, ExportMenu, PresetMenu, ThemeMenu
from memnet_gui.settings import ThemeChoice


class Actions:
    """The window's actions, with their shortcuts, and its menus.

    `more` holds all of them, so that nothing is lost when the toolbar is too narrow. Space and → are
    not among them: the window takes those keys only when no control wants them.
    """

    def __init__(self, window: QWidget, docks: Mapping[str, QDockWidget], theme: ThemeChoice) -> None:
        self._window = window
        self.presets = PresetMenu(window)
        self.data = DataMenu(window)
        self.export = ExportMenu(window)
        self.theme = ThemeMenu(theme, window)
        self.open = self._make("Open a snapshot…", "Go on from a saved snapshot, or drop one here", "Ctrl+O")
        self.reset = self._make("Reset", "Forget everything and begin again", "Ctrl+R")
        self.show_export = self._make("Show the export menu", "Take things home", "Ctrl+E")
        self.slower = self._make("Slower", "Fewer digits a second", "Ctrl+Left")
        self.faster = self._make("Faster", "More digits a second", "Ctrl+Right")
        self.reset_layout = self._make("Reset layout", "Put every panel back where it was at first")
        self.full_screen = self._make("Full screen", "Fill the screen, or stop that", "F11")
        self.first_steps = self._make("First steps", "Show the three first steps again")
        self.shortcuts = self._make("Shortcuts…", "Every shortcut on one sheet", "?")
        self.whats_this = self._make("What is this?", "Then click anything to learn what it shows", "F1")
        self.quit = self._make("Quit", "Close the window", "Ctrl+Q")
        self.more = self._make_more(docks)
        window.addAction(self.export.snapshot)

    def _make(self, text: str, tip: str, shortcut: str = "") -> QAction:
        action = QAction(text, self._window)
        if shortcut:
            action.setShortcut(QKeySequence(shortcut))
            tip = f"{tip} ({shortcut})"
        action.setToolTip(tip)
        self._window.addAction(action)
        return action

    def _make_more(self, docks: Mapping[str, QDockWidget]) -> QMenu:
        menu = QMenu("More", self._window)
        menu.setToolTipsVisible(True)
        panels = QMenu("Panels", menu)
        for dock in docks.values():
            panels.addAction(dock.toggleViewAction())
        panels.addSeparator()
        panels.addAction(self.reset_layout)
        menu.addAction(self.open)
        menu.addMenu(self.export)
        menu.addSeparator()
        menu.addMenu(self.presets)
        menu.addMenu(self.data)
        menu.addAction(self.reset)
        menu.addSeparator()
        menu.addMenu(panels)
        menu.addMenu(self.theme)
        menu.addAction(self.full_screen)
        menu.addSeparator()
        for action in (self.first_steps, self.shortcuts, self.whats_this):
            menu.addAction(action)
        menu.addSeparator()
        menu.addAction(self.quit)
        return menu
