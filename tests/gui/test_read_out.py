"""A read-out shows the longest text that fits, and no layout notices."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QEvent, QObject
from PySide6.QtWidgets import QApplication, QHBoxLayout, QLabel, QWidget
from pytestqt.qtbot import QtBot

from memnet_gui.theme import DARK
from memnet_gui.widgets.read_out import ReadOut

TEXTS = ("whole digits 5 %, columns 95 % of the vote", "whole digits 5 %, columns 95 %", "5 %, 95 %")


class LayoutRequests(QObject):
    """Counts how often a widget was asked to lay out anew."""

    def __init__(self, widget: QWidget) -> None:
        super().__init__()
        self.count = 0
        widget.installEventFilter(self)

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
        self.count += event.type() == QEvent.Type.LayoutRequest
        return False


@pytest.fixture
def row(qtbot: QtBot) -> QWidget:
    row = QWidget()
    qtbot.addWidget(row)
    QHBoxLayout(row).setContentsMargins(0, 0, 0, 0)
    row.resize(400, 30)
    return row


def put(row: QWidget, widget: QWidget) -> None:
    layout = row.layout()
    assert layout is not None
    layout.addWidget(widget)
    row.show()
    QApplication.processEvents()


def test_the_longest_text_that_fits_is_shown_whatever_the_width_becomes(row: QWidget) -> None:
    words = ReadOut()
    put(row, words)
    words.say(*TEXTS)
    assert words.text() == TEXTS[0]
    for text in (*TEXTS[1:], TEXTS[0]):
        row.resize(words.label.fontMetrics().horizontalAdvance(text) + 1, 30)
        QApplication.processEvents()
        assert words.text() == text
    row.resize(30, 30)
    QApplication.processEvents()
    assert words.text().endswith("…")


def test_new_words_lay_nothing_out_anew_where_a_label_would(row: QWidget) -> None:
    asked = {}
    for make in (ReadOut, QLabel):
        widget = make("digit 9") if make is QLabel else ReadOut()
        put(row, widget)
        requests = LayoutRequests(row)
        say = widget.say if isinstance(widget, ReadOut) else widget.setText
        say("digit 12,345")
        QApplication.processEvents()
        asked[make.__name__] = requests.count
    assert asked["ReadOut"] == 0 < asked["QLabel"]


def test_its_ground_is_the_panels_so_that_nothing_beneath_is_painted(row: QWidget) -> None:
    words = ReadOut()
    put(row, words)
    assert words.grab().toImage().pixelColor(0, 0) == DARK.color("panel")
    assert words.autoFillBackground()
