"""The essentials of one memory: its pattern, where it came from, what it says."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QHelpEvent, QKeyEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QSizePolicy,
    QToolButton,
    QToolTip,
    QVBoxLayout,
    QWidget,
)

from engine.arrays import Floats
from engine.frame import Inspection, LayerInfo
from memnet_gui.icons import icon
from memnet_gui.memory_words import signs_in_words, source_in_words, wins_in_words
from memnet_gui.theme import DARK, GRID, LARGE, Theme
from memnet_gui.widgets.digit_view import DigitView
from memnet_gui.widgets.painting import fitting, sized

_PICTURE = 22 * GRID  # three screen pixels to a pixel of a digit, and a frame
_BARS = 14 * GRID
_NAMES = 4 * GRID


class AssociationBars(QWidget):
    """Signed weights to the classes: bars up from a line for a class, down from it against."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName("Association with each class")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._theme = DARK
        self._weights: list[float] = []
        self._names: tuple[str, ...] = ()

    def sizeHint(self) -> QSize:
        return QSize(60 * GRID, _BARS + _NAMES)

    def set_theme(self, theme: Theme) -> None:
        self._theme = theme
        self.update()

    def show_weights(self, weights: Floats, names: tuple[str, ...]) -> None:
        """weights (C,): the memory's votes for the classes, of either sign."""
        self._weights, self._names = weights.tolist(), names
        spoken = (f"{name} {weight:+.2f}" for name, weight in zip(names, self._weights, strict=False))
        self.setAccessibleDescription(", ".join(spoken))
        self.update()

    def ground(self) -> float:
        """Height of the zero line: as far down as the negative weights need, out of the bars' range."""
        high, low = max(0.0, *self._weights), min(0.0, *self._weights)
        return _BARS * (high / (high - low) if high > low else 0.5)

    def bar(self, index: int) -> QRectF:
        """Where a class's bar lies."""
        slot = self.width() / len(self._weights)
        width = max(1.0, min(5.0 * GRID, slot - 2))
        left = slot * index + (slot - width) / 2
        span = max(0.0, *self._weights) - min(0.0, *self._weights)
        height = abs(self._weights[index]) / span * _BARS if span else 0.0
        ground = self.ground()
        return QRectF(left, ground - height if self._weights[index] > 0 else ground, width, height)

    def paintEvent(self, event: QPaintEvent) -> None:
        if not self._weights:
            return
        painter = QPainter(self)
        painter.setFont(sized(self))
        painter.setPen(QPen(self._theme.color("line"), 1))
        line = round(self.ground()) + 0.5
        painter.drawLine(QPointF(0, line), QPointF(self.width(), line))
        slot = self.width() / len(self._weights)
        strongest = max(range(len(self._weights)), key=self._weights.__getitem__)
        names = self._names[: len(self._weights)]
        roomy = all(painter.fontMetrics().horizontalAdvance(name) <= slot for name in names)
        for index, name in enumerate(names):
            painter.fillRect(self.bar(index), self._theme.class_color(index))
            if roomy or index == strongest:
                painter.setPen(self._theme.color("text" if index == strongest else "tertiary"))
                self._draw_name(painter, slot * (index + 0.5), name)

    def _draw_name(self, painter: QPainter, centre: float, name: str) -> None:
        """A class's name below its bar, within the widget."""
        words = fitting(painter.fontMetrics(), self.width(), name)
        width = painter.fontMetrics().horizontalAdvance(words)
        left = max(0.0, min(self.width() - width, centre - width / 2))
        room = QRectF(left, _BARS, width + 1, _NAMES)
        painter.drawText(room, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignBottom, words)

    def event(self, event: QHelpEvent) -> bool:  # type: ignore[override] # Qt sends any QEvent here
        if isinstance(event, QHelpEvent) and self._weights:
            index = min(len(self._weights) - 1, int(event.x() / self.width() * len(self._weights)))
            words = f"{self._weights[index]:+.3f} for class {self._names[index]}"
            QToolTip.showText(event.globalPos(), words, self)
            return True
        return super().event(event)


class MemoryCard(QFrame):
    """A card over the memories, closed with × (or Esc, which is its owner's to handle).

    inspector_asked(): the user wants to know everything about this memory.
    """

    closed = Signal()
    inspector_asked = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("panel")
        self.setCursor(Qt.CursorShape.ArrowCursor)
        self._theme = DARK
        self.title = QLabel()
        self.title.setObjectName("panelTitle")
        self.close_button = QToolButton()
        self.close_button.setObjectName("bare")
        self.close_button.setToolTip("Close (Esc)")
        self.close_button.setAccessibleName("Close the memory's card")
        self.close_button.clicked.connect(self.closed)
        self.inspector = QPushButton("Inspector")
        self.inspector.setToolTip("Everything about this memory, and what can be done with it (Enter)")
        self.inspector.setAccessibleName("Open the Inspector on this memory")
        self.inspector.clicked.connect(self.inspector_asked)
        self.pattern = DigitView("The memory")
        self.source = DigitView("The digit it came from, its receptive field framed")
        self.source_words = QLabel("from")
        self.label = QLabel()
        self.facts = QLabel()
        self.bars = AssociationBars()
        self._lay_out()

    def _lay_out(self) -> None:
        self.body = body = QVBoxLayout(self)
        body.setContentsMargins(3 * GRID, 2 * GRID, 3 * GRID, 2 * GRID)
        body.setSpacing(2 * GRID)
        head, middle, words = QHBoxLayout(), QHBoxLayout(), QVBoxLayout()
        body.addLayout(head)
        body.addLayout(middle)
        body.addWidget(self.bars)
        head.addWidget(self.title)
        head.addStretch(1)
        head.addWidget(self.inspector)
        head.addWidget(self.close_button)
        self.label.setFont(sized(self, LARGE, bold=True))
        self.facts.setObjectName("caption")
        middle.setSpacing(2 * GRID)
        for picture in (self.pattern, self.source):
            picture.setFixedSize(_PICTURE, _PICTURE)
            middle.addWidget(picture, 0, Qt.AlignmentFlag.AlignTop)
        middle.addSpacing(GRID)
        middle.addLayout(words, 1)
        words.setSpacing(GRID)
        words.addWidget(self.label)
        words.addWidget(self.facts)
        words.addStretch(1)

    def set_theme(self, theme: Theme) -> None:
        self._theme = theme
        self.close_button.setIcon(icon("close", theme.secondary))
        for part in (self.pattern, self.source, self.bars):
            part.set_theme(theme)

    def show_inspection(self, memory: Inspection, layer: LayerInfo, names: tuple[str, ...]) -> None:
        """Show a memory of that layer. names: of the classes."""
        label = names[int(memory.association.argmax())]
        self.title.setText(f"MEMORY {memory.id:,}")
        self.pattern.show_digit(memory.pattern)
        self.source.setVisible(not layer.whole)  # a whole digit is its own source
        self.source.show_digit(memory.source_image, field=(*memory.origin, layer.field))
        self.label.setText(f"class {label}")
        useful = f"useful {memory.usefulness:+.2f}".replace("-", "−")
        facts = [
            f"{wins_in_words(memory.wins)} · {useful}",
            f"born at digit {memory.birth:,}",
            source_in_words(memory.source),
        ]
        if not layer.whole:
            facts.append(f"column {memory.column}")
        if signs := signs_in_words(taught=memory.taught, muted=memory.muted):
            facts.append(signs)
        self.facts.setText("\n".join(facts))
        self.bars.show_weights(memory.association, names)
        self.setAccessibleName(f"Memory {memory.id}, class {label}")
        self.setAccessibleDescription(", ".join(facts))
        self.body.activate()
        self.resize(self.sizeHint())

    def place(self, room: QRect, tile: QRect) -> None:
        """At the lower right of the room, or in the first corner that leaves the memory's tile in sight."""
        room = room.adjusted(2 * GRID, 2 * GRID, -2 * GRID, -2 * GRID)
        size = self.size().boundedTo(room.size())
        right, bottom = room.right() - size.width() + 1, room.bottom() - size.height() + 1
        corners = [(right, bottom), (room.left(), bottom), (right, room.top()), (room.left(), room.top())]
        places = [QRect(x, y, size.width(), size.height()) for x, y in corners]
        self.setGeometry(next((place for place in places if not place.intersects(tile)), places[0]))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.inspector_asked.emit()
        else:
            super().keyPressEvent(event)
