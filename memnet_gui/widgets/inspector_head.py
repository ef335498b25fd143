"""What the inspector is about: one memory enlarged, or several counted."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSizePolicy, QVBoxLayout, QWidget

from engine.arrays import Bytes, Flags, Ints
from engine.frame import Catalogue, Inspection, LayerInfo
from memnet_gui.digit_thumbs import class_name
from memnet_gui.theme import DARK, GRID, LARGE, Theme
from memnet_gui.widgets.digit_view import DigitView
from memnet_gui.widgets.painting import sized, stand_on_panel
from memnet_gui.widgets.read_out import ReadOut

PICTURE = 29 * GRID
"""Four screen pixels to a pixel of a digit, and a frame."""
USEFULNESS = (
    "Usefulness: its votes for the right class less those for the others, as far as\n"
    "they were expected, over the digits it answered before they were learned.\n"
    "Measured on every eighth burst."
)


class FieldMark(QWidget):
    """Where a receptive field lies in the image: a small outline of both."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFixedSize(28, 28)
        self._theme = DARK
        self._field: tuple[int, int, int] | None = None
        self._side = 1

    def set_theme(self, theme: Theme) -> None:
        self._theme = theme
        self.update()

    def show_field(self, origin: tuple[int, int], field: int, side: int) -> None:
        """origin: top row and left column of a field of that many pixels, in an image of `side`."""
        self._field, self._side = (*origin, field), side
        row, column = origin
        words = f"rows {row}–{row + field - 1}, columns {column}–{column + field - 1}"
        self.setAccessibleName(f"Receptive field: {words}")
        self.setToolTip(f"Its receptive field: {words} of the image")
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        if self._field is None:
            return
        painter = QPainter(self)
        painter.setPen(self._theme.color("tertiary"))
        painter.drawRect(self.rect().adjusted(0, 0, -1, -1))
        row, column, side = (round(part * self.width() / self._side) for part in self._field)
        painter.setPen(self._theme.color("accent"))
        ground = self._theme.color("accent")
        ground.setAlphaF(0.3)
        painter.setBrush(ground)
        painter.drawRect(column, row, side - 1, side - 1)


class Badge(QLabel):
    """A word in a frame."""

    def __init__(self, text: str, tip: str, parent: QWidget | None = None) -> None:
        super().__init__(text, parent)
        self.setObjectName("badge")
        self.setToolTip(tip)
        self.hide()


class MemoryHead(QWidget):
    """A memory enlarged, with what is known about it in a few lines."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._pattern: Bytes | None = None
        self.picture = DigitView("The memory")
        self.picture.setFixedSize(PICTURE, PICTURE)
        self.title = ReadOut("memoryClass")
        self.muted = Badge("muted", "It is silent: it neither votes nor learns until it speaks again")
        self.taught = Badge("taught", "Taught by hand, not recruited from the stream")
        self.place = ReadOut()
        self.mark = FieldMark()
        self.field = ReadOut()
        self.wins = ReadOut()
        self.usefulness = ReadOut()
        self.usefulness.setToolTip(USEFULNESS)
        self.wins.setToolTip("How many fields or digits it was the nearest memory to")
        self._lay_out()

    def _lay_out(self) -> None:
        self.title.label.setFont(sized(self, LARGE, bold=True))
        row, words, badges, where = QHBoxLayout(self), QVBoxLayout(), QHBoxLayout(), QHBoxLayout()
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(3 * GRID)
        row.addWidget(self.picture, 0, Qt.AlignmentFlag.AlignTop)
        row.addLayout(words, 1)
        words.setSpacing(GRID)
        words.addWidget(self.title)
        words.addWidget(self.place)
        words.addLayout(where)
        words.addWidget(self.wins)
        words.addWidget(self.usefulness)
        words.addLayout(badges)
        words.addStretch(1)
        where.setSpacing(2 * GRID)
        where.addWidget(self.mark)
        where.addWidget(self.field, 1)
        badges.setSpacing(GRID)
        badges.addWidget(self.muted)
        badges.addWidget(self.taught)
        badges.addStretch(1)

    def set_theme(self, theme: Theme) -> None:
        self.picture.set_theme(theme)
        self.mark.set_theme(theme)

    def show_memory(self, memory: Inspection, layer: LayerInfo, side: int, names: Sequence[str]) -> None:
        """A memory of that layer. side: of the image, in pixels. names: of the classes."""
        label = class_name(names, int(memory.association.argmax()))
        if self._pattern is None or not np.array_equal(memory.pattern, self._pattern):
            self._pattern = memory.pattern
            self.picture.show_digit(memory.pattern)
        self.title.say(f"memory {memory.id:,} · class {label}", f"class {label}")
        size = f"{layer.field} × {layer.field} pixels"
        column = "whole digits" if layer.whole else f"column {memory.column} of {layer.fields}"
        self.place.say(f"{column}, {size}", column)
        for part in (self.mark, self.field):
            part.setVisible(not layer.whole)
        if not layer.whole:
            top, left = memory.origin
            last = layer.field - 1
            rows, columns = f"{top}–{top + last}", f"{left}–{left + last}"
            self.mark.show_field(memory.origin, layer.field, side)
            self.field.say(f"rows {rows}, cols {columns}", f"{rows}, {columns}")
        self.wins.say("1 win" if memory.wins == 1 else f"{memory.wins:,} wins")
        self.usefulness.say(f"usefulness {memory.usefulness:+.2f}")
        self.muted.setVisible(memory.muted)
        self.taught.setVisible(memory.taught)
        self.setAccessibleName(f"Memory {memory.id}, class {label}")


class ClassTally(QWidget):
    """How many of some memories are of which class: one bar, a part for each class."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName("Classes among them")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        stand_on_panel(self)
        self._theme = DARK
        self._parts: list[tuple[int, str, int]] = []

    def sizeHint(self) -> QSize:
        return QSize(60 * GRID, 7 * GRID)

    def set_theme(self, theme: Theme) -> None:
        self._theme = theme
        self.update()

    def show_classes(self, classes: Ints, names: Sequence[str]) -> None:
        """classes (n,): of each memory."""
        numbers, counts = np.unique(classes, return_counts=True)
        order = np.argsort(-counts, kind="stable")
        self._parts = [
            (number, class_name(names, number), count)
            for number, count in zip(numbers[order].tolist(), counts[order].tolist(), strict=True)
        ]
        self.setToolTip(self.words())
        self.setAccessibleDescription(self.words())
        self.update()

    def words(self) -> str:
        return ", ".join(f"class {name}: {count:,}" for _, name, count in self._parts)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setFont(sized(self))
        total, left = sum(count for *_, count in self._parts), 0.0
        for number, name, count in self._parts:
            width = self.width() * count / total
            painter.fillRect(QRectF(left, 0, max(1.0, width - 1), 3 * GRID), self._theme.class_color(number))
            room = QRectF(left, 3 * GRID, width, 4 * GRID)
            for words in (f"{name}: {count:,}", name):
                if painter.fontMetrics().horizontalAdvance(words) < width:
                    painter.setPen(self._theme.color("secondary"))
                    painter.drawText(room, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, words)
                    break
            left += width


class SelectionHead(QWidget):
    """Several memories of a layer: how many, of which classes, what they have done together."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.title = ReadOut("memoryClass")
        self.title.label.setFont(sized(self, LARGE, bold=True))
        self.kind = ReadOut()
        self.tally = ClassTally()
        self.marks = ReadOut()
        self.wins = ReadOut()
        self.usefulness = ReadOut()
        self.usefulness.setToolTip(USEFULNESS)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(GRID)
        for part in (self.title, self.kind, self.tally, self.marks, self.wins, self.usefulness):
            column.addWidget(part)

    def set_theme(self, theme: Theme) -> None:
        self.tally.set_theme(theme)

    def show_count(self, count: int, layer: LayerInfo) -> None:
        """What is known before a catalogue has come."""
        kind = "whole digits" if layer.whole else f"columns of {layer.field} × {layer.field} pixels"
        self.title.say(f"{count:,} memories", f"{count:,}")
        self.kind.say(kind)
        self.setAccessibleName(f"{count} memories, {kind}")

    def show_facts(self, catalogue: Catalogue, chosen: Flags, gone: int, names: Sequence[str]) -> None:
        """chosen (n,) bool: which of the catalogue's memories are meant. gone: how many more there were."""
        muted, taught = int(catalogue.muted[chosen].sum()), int(catalogue.taught[chosen].sum())
        parts = [
            f"{count:,} {word}"
            for count, word in ((muted, "muted"), (taught, "taught"), (gone, "gone"))
            if count
        ]
        self.tally.show_classes(catalogue.classes[chosen], names)
        self.marks.say(" · ".join(parts) or "none muted, none taught")
        self.wins.say(f"{int(catalogue.wins[chosen].sum()):,} wins together")
        self.usefulness.say(f"usefulness {float(catalogue.usefulness[chosen].sum()):+.2f} together")
