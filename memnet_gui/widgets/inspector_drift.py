"""Where a memory comes from and what became of it: its digit, its first picture, the present one."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QRectF, QSize, Qt, Signal, Slot
from PySide6.QtGui import QImage, QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSizePolicy, QVBoxLayout, QWidget

from engine.arrays import Floats
from engine.frame import Inspection, LayerInfo
from memnet_gui.colormaps import argb, diverging, levels
from memnet_gui.theme import DARK, GRID, Theme
from memnet_gui.widgets.digit_view import DigitView, ink_pixels
from memnet_gui.widgets.painting import fitting, pixel_image, sized, stand_on_panel, whole_pixels

_EDGE, _LINE, _GAP = 58, 14, 2 * GRID
STILL = 0.005
"""Less than this, in the units that are compared, is no drift that could be seen."""


class DriftView(QWidget):
    """First, now, and the difference on a map with two ends: more ink, less ink."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName("Drift since it was recruited")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        stand_on_panel(self)
        self._theme = DARK
        self._memory: Inspection | None = None
        self._images: list[QImage] = []

    def sizeHint(self) -> QSize:
        return QSize(3 * _EDGE + 2 * _GAP, _EDGE + _LINE)

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def set_theme(self, theme: Theme) -> None:
        self._theme = theme
        self._render()

    def show_memory(self, memory: Inspection) -> None:
        self._memory = memory
        end = float(np.abs(memory.drift).max())
        self.setToolTip(
            "First: as it was recruited. Now: the running mean of what it won.\n"
            f"Difference: blue has more ink now, orange less; the strongest differs by {end:.2f}."
        )
        self.setAccessibleDescription(f"The strongest pixel differs by {end:.2f}")
        self._render()

    def _render(self) -> None:
        if self._memory is not None:
            memory, theme = self._memory, self._theme
            table = argb(diverging(theme.against, theme.paper, theme.favour))
            end = max(STILL, float(np.abs(memory.drift).max()))
            changes = table[levels(flat(memory.drift), -end, end)]
            pictures = [ink_pixels(memory.first, theme), ink_pixels(memory.pattern, theme), changes]
            self._images = [pixel_image(pixels) for pixels in pictures]
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setFont(sized(self))
        captions = ("first", "now", "difference")
        for number, (image, caption) in enumerate(zip(self._images, captions, strict=False)):
            frame = QRectF(number * (_EDGE + _GAP), 0, _EDGE, _EDGE)
            painter.setPen(self._theme.color("line"))
            painter.setBrush(self._theme.color("paper"))
            painter.drawRect(frame.adjusted(0, 0, -1, -1))
            painter.drawImage(whole_pixels(frame, image.width(), self.devicePixelRatioF()), image)
            painter.setPen(self._theme.color("secondary"))
            words = fitting(painter.fontMetrics(), _EDGE, caption)
            place = QRectF(frame.x(), frame.bottom(), _EDGE, _LINE)
            painter.drawText(place, Qt.AlignmentFlag.AlignCenter, words)


def flat(drift: Floats) -> Floats:
    """(field, field): the mean over the channels, where there are any."""
    values: Floats = drift.mean(axis=2) if drift.ndim == 3 else drift
    return values


class Origin(QWidget):
    """The digit that a memory was recruited from, when that was, and how far it has drifted.

    digit_chosen(int, bool): the digit was clicked; a drawing cannot be.
    """

    digit_chosen = Signal(int, bool)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.title = QLabel("ORIGIN AND DRIFT")
        self.title.setObjectName("panelTitle")
        self.source = DigitView("The digit it was recruited from")
        self.source.setFixedSize(_EDGE, _EDGE)
        self.words = QLabel()
        self.words.setObjectName("caption")
        self.words.setWordWrap(True)
        self.drift = DriftView()
        self.still = QLabel()
        self.still.setObjectName("caption")
        self.still.setWordWrap(True)
        self._source = -1
        self._shown: Inspection | None = None
        self.source.pressed.connect(self._choose)
        caption = QLabel("source")
        caption.setObjectName("caption")
        column, row, digit = QVBoxLayout(self), QHBoxLayout(), QVBoxLayout()
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(GRID)
        column.addWidget(self.title)
        column.addWidget(self.words)
        column.addLayout(row)
        row.setSpacing(_GAP)
        row.addLayout(digit)
        row.addWidget(self.drift)
        row.addWidget(self.still, 1)
        digit.setSpacing(0)
        digit.addWidget(self.source)
        digit.addWidget(caption, 0, Qt.AlignmentFlag.AlignHCenter)

    def set_theme(self, theme: Theme) -> None:
        self.source.set_theme(theme)
        self.drift.set_theme(theme)

    def show_memory(self, memory: Inspection, layer: LayerInfo) -> None:
        """A memory of that layer; nothing is done where nothing of this has changed."""
        before, self._shown = self._shown, memory
        if before is None or (before.layer, before.id) != (memory.layer, memory.id):
            self._show_source(memory, layer)
        elif _unmoved(before, memory):
            return
        moved = float(np.abs(memory.drift).max()) >= STILL
        self.drift.setVisible(moved)
        self.still.setVisible(not moved)
        kept = "stays the digit that was seen" if layer.whole else "has not drifted since"
        self.still.setText(f"It {kept}.")
        if moved:
            self.drift.show_memory(memory)

    def _show_source(self, memory: Inspection, layer: LayerInfo) -> None:
        self._source = memory.source
        drawn = memory.source < 0
        field = None if layer.whole else (*memory.origin, layer.field)
        self.source.show_digit(memory.source_image, field=field)
        self.source.set_pressable(not drawn)
        self.source.setToolTip("" if drawn else "Why is this digit answered as it is?")
        self.words.setText(birth_words(memory))
        self.source.setAccessibleDescription(birth_words(memory))

    @Slot()
    def _choose(self) -> None:
        self.digit_chosen.emit(self._source, False)


def birth_words(memory: Inspection) -> str:
    """When and from what a memory came."""
    what = f"drawing {-memory.source:,}" if memory.source < 0 else f"training digit {memory.source:,}"
    if memory.taught:
        return f"taught by hand after digit {memory.birth:,}, from {what}"
    return f"born at digit {memory.birth:,}, from {what}"


def _unmoved(before: Inspection, now: Inspection) -> bool:
    return before.drift is now.drift or np.array_equal(before.drift, now.drift)
