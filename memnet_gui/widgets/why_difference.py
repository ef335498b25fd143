"""What a column saw, what a memory holds, and one less the other."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QImage, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from memnet_gui.colormaps import argb, diverging, levels
from memnet_gui.reasons import Answering, Ledger, compare, vote_text, weight_text
from memnet_gui.theme import DARK, GRID, Theme
from memnet_gui.widgets.digit_view import ink_pixels
from memnet_gui.widgets.painting import fitting, pixel_image, sized, stand_on_panel, whole_pixels
from memnet_gui.widgets.read_out import ReadOut
from memnet_gui.widgets.section import Section

_EDGE, _SMALLEST, _LINE, _GAP = 86, 56, 14, 2 * GRID
_CAPTIONS = ("digit", "memory", "digit − memory")
_TIP = (
    "The digit where the memory's column sees it, the memory, and their difference.\n"
    "Blue: the digit has more ink. Orange: the memory has. The paler, the better the match."
)


class DifferenceView(QWidget):
    """Three pictures side by side, each as large as there is room for."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName("Digit, memory and their difference")
        self.setToolTip(_TIP)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        stand_on_panel(self)
        self._theme = DARK
        self._memory: Answering | None = None
        self._images: list[QImage] = []
        self._absence = ""

    def sizeHint(self) -> QSize:
        return QSize(3 * _EDGE + 2 * _GAP, _EDGE + _LINE)

    def minimumSizeHint(self) -> QSize:
        return QSize(3 * _SMALLEST + 2 * _GAP, _EDGE + _LINE)

    def set_theme(self, theme: Theme) -> None:
        self._theme = theme
        self._render()

    def show_memory(self, memory: Answering | None, absence: str = "") -> None:
        """absence: what to say where there is none."""
        self._memory, self._absence = memory, absence
        self._render()

    def _render(self) -> None:
        self._images = []
        if self._memory is not None:
            theme, parts = self._theme, compare(self._memory)
            table = argb(diverging(theme.against, theme.paper, theme.favour))
            pictures = [ink_pixels(parts.seen, theme), ink_pixels(parts.remembered, theme)]
            self._images = [
                pixel_image(pixels) for pixels in (*pictures, table[levels(parts.difference, -1, 1)])
            ]
        self.update()

    @property
    def edge(self) -> int:
        """Side of each picture's frame."""
        return int(min(_EDGE, (self.width() - 2 * _GAP) // 3))

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setFont(sized(self))
        if not self._images:
            painter.setPen(self._theme.color("tertiary"))
            painter.drawText(self.rect(), 0, fitting(painter.fontMetrics(), self.width(), self._absence))
        edge = self.edge
        for number, (image, caption) in enumerate(zip(self._images, _CAPTIONS, strict=False)):
            frame = QRectF(number * (edge + _GAP), 0, edge, edge)
            painter.setPen(self._theme.color("line"))
            painter.setBrush(self._theme.color("paper"))
            painter.drawRect(frame.adjusted(0, 0, -1, -1))
            painter.drawImage(whole_pixels(frame, image.width(), self.devicePixelRatioF()), image)
            painter.setPen(self._theme.color("secondary"))
            words = fitting(painter.fontMetrics(), edge, caption, "difference")
            place = QRectF(frame.x(), frame.bottom(), edge, _LINE)
            painter.drawText(place, Qt.AlignmentFlag.AlignCenter, words)


class DifferenceSection(Section):
    """The difference to one memory, under its name; below it what it says, in figures."""

    def __init__(self, parent: QWidget | None = None) -> None:
        self.view = DifferenceView()
        super().__init__("Difference", self.view, _TIP, parent)
        self.products = ReadOut(), ReadOut()
        column = self.layout()
        assert column is not None
        for product in self.products:
            product.setToolTip("Activation × association = vote")
            column.addWidget(product)

    def set_theme(self, theme: Theme) -> None:
        self.view.set_theme(theme)

    def show_memory(
        self, memory: Answering | None, ledgers: Sequence[Ledger], names: tuple[str, ...]
    ) -> None:
        """ledgers: for the two classes that are looked at. names: of all classes."""
        if memory is None:
            self.note.say("")
            for product in self.products:
                product.say("")
            self.view.show_memory(None, "No memory answered.")
            return
        taught = " · taught" if memory.taught else ""
        where = "whole digit" if memory.whole else f"column {memory.column}"
        name = f"memory {memory.id:,}"
        self.note.say(f"{name} · {where}{taught}", f"{name}{taught}", name)
        for product, ledger in zip(self.products, ledgers, strict=True):
            activation, weight, vote = product_parts(memory, ledger)
            sum_words = f"{activation} × {weight} = {vote}"
            product.say(f"for {names[ledger.number]}: {sum_words}", sum_words)
        self.view.show_memory(memory)
        self.view.setAccessibleDescription(". ".join(product.text() for product in self.products))


def product_parts(memory: Answering, ledger: Ledger) -> tuple[str, str, str]:
    """Activation, association and vote of a memory for the ledger's class, as they are shown."""
    return (
        f"{100 * memory.activation:.1f} %",
        weight_text(float(memory.association[ledger.number]), 3),
        vote_text(int(ledger.votes[memory.index])),
    )
