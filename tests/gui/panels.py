"""What the panels' tests share: a panel on the offscreen screen, its looks, the mouse, its end."""

from __future__ import annotations

import gc
import weakref
from collections.abc import Callable
from typing import TypeVar

from PySide6.QtCore import QPoint
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from memnet_gui.theme import DARK, LIGHT
from memnet_gui.widgets.panel import Panel
from tests.gui.frames import make_frame

AnyPanel = TypeVar("AnyPanel", bound=Panel)


def shown(qtbot: QtBot, panel: AnyPanel, width: int, height: int) -> AnyPanel:
    """The panel in the dark theme, on the screen, in this size."""
    qtbot.addWidget(panel)
    panel.set_theme(DARK)
    panel.resize(width, height)
    panel.show()
    return panel


def grab(widget: QWidget) -> QImage:
    QApplication.processEvents()
    return widget.grab().toImage()


def hover(qtbot: QtBot, widget: QWidget, place: QPoint) -> None:
    """Move the mouse there, from elsewhere: a mouse that is there already does not move."""
    qtbot.mouseMove(widget, place + QPoint(1, 1))
    qtbot.mouseMove(widget, place)


def assert_follows_the_theme(panel: Panel, part: QWidget) -> None:
    """Another theme changes what is drawn; the first one brings it back."""
    dark = grab(part)
    panel.set_theme(LIGHT)
    assert grab(part) != dark
    panel.set_theme(DARK)
    assert grab(part) == dark


def assert_collectable(make: Callable[[], Panel]) -> None:
    """Once nobody holds a panel that has drawn a frame, it is gone."""
    panel = make()
    panel.set_theme(DARK)
    panel.show_frame(make_frame())
    panel.grab()
    gone = weakref.ref(panel)
    del panel
    gc.collect()
    assert gone() is None
