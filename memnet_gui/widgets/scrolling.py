"""Panels whose content may be higher than they are."""

from __future__ import annotations

from PySide6.QtCore import QRect, Qt
from PySide6.QtWidgets import QFrame, QScrollArea, QWidget

from memnet_gui.theme import GRID
from memnet_gui.widgets.painting import stand_on_panel


def scrolling(content: QWidget) -> QScrollArea:
    """An area as wide as it is given that scrolls its content up and down."""
    area = QScrollArea()
    area.setFrameShape(QFrame.Shape.NoFrame)
    area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    area.setWidgetResizable(True)
    area.setWidget(content)
    area.viewport().setAutoFillBackground(False)
    stand_on_panel(content)  # the area has just chosen another ground
    return area


def reveal(area: QScrollArea, part: QWidget, place: QRect) -> None:
    """Scroll a place in a part of the content into sight."""
    content = area.widget()
    assert content is not None
    at = part.mapTo(content, place.center())
    area.ensureVisible(at.x(), at.y(), 0, place.height() // 2 + GRID)
