"""What the confusion matrix and the recall by class share: counts, and pointing at a part of them."""

from __future__ import annotations

from typing import Generic, TypeVar

import numpy as np
from PySide6.QtCore import QEvent, QPointF, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from engine.arrays import Ints
from engine.frame import Frame
from memnet_gui.theme import DARK, Theme
from memnet_gui.widgets.painting import Standing, stand_on_panel

Part = TypeVar("Part")


class CountsView(QWidget, Generic[Part]):
    """Shows answers counted by label; mouse and keys point at a part, which is then put in words.

    What a part is, subclasses say: where it lies (`part_at`), where keys lead (`part_after`) and what
    it says (`describe`). description: what the view is and how keys move in it, for those who do not
    see it.
    """

    part_pointed = Signal(str)
    """The pointed part in words; empty when none is."""

    def __init__(self, name: str, description: str, tip: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._description = description
        self.setAccessibleName(name)
        self.setAccessibleDescription(description)
        self.setToolTip(tip)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        stand_on_panel(self)
        self._theme = DARK
        self._confusion: Ints = np.zeros((0, 0), np.int64)
        self._names: tuple[str, ...] = ()
        self._standing = Standing()
        self.pointed: Part | None = None

    # --- what a part is --------------------------------------------------------------------------

    def part_at(self, point: QPointF) -> Part | None:
        """The part under a point of the widget."""
        raise NotImplementedError

    def part_after(self, part: Part | None, key: int) -> Part | None:
        """Where a key leads from a part, or from none; None where the key leads nowhere."""
        raise NotImplementedError

    def describe(self, part: Part) -> str:
        """A part in words."""
        raise NotImplementedError

    def _prepare(self) -> None:
        """Work out what is painted; called when the counts or the theme have changed."""
        raise NotImplementedError

    # --- what is shown ---------------------------------------------------------------------------

    def set_theme(self, theme: Theme) -> None:
        self._theme = theme
        self._prepare()
        self.update()

    def show_frame(self, frame: Frame) -> None:
        confusion, names = frame.score.confusion, frame.info.class_names
        if names == self._names and np.array_equal(confusion, self._confusion):
            return
        if names != self._names:
            self._point_at(None)
        self._confusion, self._names = confusion, names
        self._prepare()
        if self.pointed is not None:
            self.part_pointed.emit(self.describe(self.pointed))
        self.update()

    # --- pointing --------------------------------------------------------------------------------

    def _point_at(self, part: Part | None) -> None:
        if part != self.pointed:
            self.pointed = part
            text = "" if part is None else self.describe(part)
            self.setAccessibleDescription(text or self._description)
            self.part_pointed.emit(text)
            self.update()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self._point_at(self.part_at(event.position()))

    def leaveEvent(self, event: QEvent) -> None:
        self._point_at(None)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        self._point_at(None)
        super().focusOutEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        part = self.part_after(self.pointed, event.key()) if self._names else None
        if part is not None:
            self._point_at(part)
        elif self.pointed is not None and event.key() == Qt.Key.Key_Escape:
            self._point_at(None)
        else:
            super().keyPressEvent(event)
