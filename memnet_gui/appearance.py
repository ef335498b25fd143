"""Which theme is on: the user's choice, or the desktop's where Qt can tell."""

from __future__ import annotations

from PySide6.QtCore import QObject, Qt, Signal, Slot
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication

from memnet_gui.settings import Settings, ThemeChoice
from memnet_gui.style import apply_style
from memnet_gui.theme import DARK, LIGHT, THEMES, Theme


class Appearance(QObject):
    """Dresses the application. changed(Theme): another palette is on, widgets adopt it."""

    changed = Signal(object)

    def __init__(self, app: QApplication, settings: Settings, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._app = app
        self._settings = settings
        self._hints = QGuiApplication.styleHints()
        self.theme = self._wanted()
        apply_style(app, self.theme)
        self._hints.colorSchemeChanged.connect(self._desktop_changed)

    @property
    def choice(self) -> ThemeChoice:
        return self._settings.theme

    @Slot(object)
    def choose(self, choice: ThemeChoice) -> None:
        """Follow the system, or stay dark or light; remembered."""
        self._settings.theme = choice
        self._switch()

    @Slot()
    def _desktop_changed(self) -> None:
        self._switch()

    def _switch(self) -> None:
        theme = self._wanted()
        if theme is not self.theme:
            self.theme = theme
            apply_style(self._app, theme)
            self.changed.emit(theme)

    def _wanted(self) -> Theme:
        """The chosen theme; the desktop's for "system", and dark where the desktop does not say."""
        if self.choice != "system":
            return THEMES[self.choice]
        return LIGHT if self._hints.colorScheme() is Qt.ColorScheme.Light else DARK
