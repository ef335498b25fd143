"""A menu of all classes."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtWidgets import QWidget

from memnet_gui.menus import ChoiceMenu


class ClassMenu(ChoiceMenu):
    """Emits `chosen` with a class's number; a class's first letter or figure chooses it, too."""

    def __init__(self, title: str, parent: QWidget | None = None) -> None:
        super().__init__(title, parent)
        self.setAccessibleName(title)
        self._names: tuple[str, ...] = ()

    def list_classes(self, names: Sequence[str]) -> None:
        """Offer these, above whatever else stands in the menu."""
        if tuple(names) == self._names:
            return
        self._names = tuple(names)
        for action in self._group.actions():
            self._group.removeAction(action)
            self.removeAction(action)
            action.deleteLater()
        others = self.actions()
        for number, name in enumerate(names):
            action = self.add_choice(f"&{name.replace('&', '&&')}", number)
            if others:
                self.insertAction(others[0], action)
        self._tick()
