"""Everything that the keyboard and the menus can start, in one place."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QDockWidget, QMenu, QWidget

from memnet_gui.menus import DataMenu, ExportMenu, PresetMenu, ThemeMenu
from memnet_gui.settings import ThemeChoice

PANEL_KEYS = "1234567890D"
"""Ctrl and one of these shows a panel or hides it, in the panels' order; D for what differs."""


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
        self.show_export = self._make("Export…", "Take pictures, tables or a report home", "Ctrl+E")
        self.slower = self._make("Slower", "Fewer digits a second", "Ctrl+Left")
        self.faster = self._make("Faster", "More digits a second", "Ctrl+Right")
        self.undo = self._make("Undo", "Take back the last stroke or change made by hand", "Ctrl+Z")
        self.redo = self._make("Redo", "Make again what was taken back", "Ctrl+Shift+Z", "Ctrl+Y")
        self.why = self._make("Why?", "Why is the current digit, or the drawing, answered as it is? (W)")
        self.search = self._make("Search memories", "Find memories by class, age, wins and more", "Ctrl+F")
        self.reset_layout = self._make("Reset layout", "Put every panel back where it was at first")
        self.full_screen = self._make("Full screen", "Fill the screen, or stop that", "F11")
        self.first_steps = self._make("First steps", "Show the three first steps again")
        self.shortcuts = self._make("Shortcuts…", "Every shortcut on one sheet", "?")
        self.whats_this = self._make("What is this?", "Then click anything to learn what it shows", "F1")
        self.quit = self._make("Quit", "Close the window", "Ctrl+Q")
        self.panels = self._make_panels(docks)
        self.more = self._make_more()
        window.addAction(self.export.snapshot)

    def without_run(self) -> None:
        """There is no run and there will be none: what would need one can no longer be asked for."""
        needing = (
            *(self.open, self.reset, self.show_export, self.slower, self.faster, self.first_steps),
            *(self.why, self.undo, self.redo, self.search),
        )
        for action in (*needing, *self.export.actions()):
            action.setEnabled(False)
        for menu in (self.presets, self.data, self.export, self.panels):
            menu.setEnabled(False)

    def _make(self, text: str, tip: str, *shortcuts: str) -> QAction:
        action = QAction(text, self._window)
        if shortcuts:
            action.setShortcuts([QKeySequence(shortcut) for shortcut in shortcuts])
            tip = f"{tip} ({shortcuts[0]})"
        action.setToolTip(tip)
        self._window.addAction(action)
        return action

    def _make_panels(self, docks: Mapping[str, QDockWidget]) -> QMenu:
        menu = QMenu("Panels", self._window)
        for dock, key in zip(docks.values(), PANEL_KEYS, strict=False):
            show = dock.toggleViewAction()
            show.setShortcut(QKeySequence(f"Ctrl+{key}"))
            show.setToolTip(f"Show or hide {dock.windowTitle()} (Ctrl+{key})")
            self._window.addAction(show)
            menu.addAction(show)
        menu.addSeparator()
        menu.addAction(self.reset_layout)
        return menu

    def _make_more(self) -> QMenu:
        menu = QMenu("More", self._window)
        menu.setToolTipsVisible(True)
        menu.addAction(self.open)
        menu.addMenu(self.export)
        menu.addSeparator()
        for action in (self.why, self.undo, self.redo, self.search):
            menu.addAction(action)
        menu.addSeparator()
        menu.addMenu(self.presets)
        menu.addMenu(self.data)
        menu.addAction(self.reset)
        menu.addSeparator()
        menu.addMenu(self.panels)
        menu.addMenu(self.theme)
        menu.addAction(self.full_screen)
        menu.addSeparator()
        for action in (self.first_steps, self.shortcuts, self.whats_this):
            menu.addAction(action)
        menu.addSeparator()
        menu.addAction(self.quit)
        return menu
