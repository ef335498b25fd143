"""How the memories of one layer are shared out between two runs: a bar, and each part of it in words."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QFocusEvent,
    QFontMetrics,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QResizeEvent,
)
from PySide6.QtWidgets import QSizePolicy, QWidget

from engine.differences import LayerDifference
from memnet_gui.comparing import WORDINGS, Group, count
from memnet_gui.theme import CORNER, DARK, GRID, Theme
from memnet_gui.widgets.painting import draw_focus, fitting, sized, stand_on_panel

_LINE, _BAR, _CHIP = 16, 3 * GRID, 5 * GRID
_SWATCH = 2 * GRID
_SMALLEST = 2
"""Pixels of the bar that a part has at least, however few its memories are."""


class DifferenceBar(QWidget):
    """A click on a part picks it; Left and Right move between parts, Enter and Space pick.

    picked(int, str): its number, and a group of the layer's memories, any but those that are the same.
    """

    picked = Signal(int, str)

    def __init__(self, number: int, parent: QWidget | None = None) -> None:
        """number: which of several bars this is."""
        super().__init__(parent)
        self._number = number
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        stand_on_panel(self)
        self._theme = DARK
        self._layer: LayerDifference | None = None
        self._totals = ""
        self._current: Group = "only_b"
        self._chosen: Group | None = None

    # ── what is shown ─────────────────────────────────────────────────────────────────────────

    def set_theme(self, theme: Theme) -> None:
        self._theme = theme
        self.update()

    def show_layer(self, layer: LayerDifference, memories: tuple[int, int]) -> None:
        """memories: of A and of B in this layer."""
        self._layer = layer
        self._totals = f"{memories[0]:,} in A, {memories[1]:,} in B"
        self.setAccessibleName(f"Memories of {layer.name}: {self._totals}")
        self.setToolTip(
            layer.problem or "\n".join(f"{wording.title}: {wording.meaning}" for wording in WORDINGS.values())
        )
        self._chosen = None
        self._current = next(iter(self.parts), "same")
        self._describe()
        self.updateGeometry()
        self.update()

    def choose(self, group: Group | None) -> None:
        """Mark the part whose memories are shown; None where they are another layer's."""
        self._chosen = group
        self._current = group or self._current
        self._describe()
        self.update()

    @property
    def parts(self) -> dict[Group, int]:
        """The groups that have memories, and how many."""
        if self._layer is None:
            return {}
        counts = {group: count(self._layer, group) for group in WORDINGS}
        return {group: number for group, number in counts.items() if number}

    def words(self, group: Group) -> str:
        """ "306 only in B"."""
        return f"{self.parts.get(group, 0):,} {WORDINGS[group].counted}"

    def _describe(self) -> None:
        said = "; ".join(self.words(group) for group in self.parts) or "no memories"
        at = f". Here: {self.words(self._current)}" if self.parts else ""
        problem = f"{self._layer.problem} " if self._layer is not None and self._layer.problem else ""
        self.setAccessibleDescription(f"{problem}{said}{at}")

    # ── geometry ──────────────────────────────────────────────────────────────────────────────

    def sizeHint(self) -> QSize:
        width = self.width() or 80 * GRID
        return QSize(80 * GRID, self.heightForWidth(width))

    def minimumSizeHint(self) -> QSize:
        return QSize(30 * GRID, _LINE + _BAR)

    def heightForWidth(self, width: int) -> int:
        chips = self._chips(width)
        bottom = max((chip.bottom() for chip in chips.values()), default=float(_LINE + _BAR))
        problem = _LINE if self._layer is not None and self._layer.problem else 0
        return round(bottom) + problem

    def resizeEvent(self, event: QResizeEvent) -> None:
        if event.size().width() != event.oldSize().width():
            self.updateGeometry()
        super().resizeEvent(event)

    def segments(self) -> dict[Group, QRectF]:
        """Where each part is in the bar."""
        parts = self.parts
        whole, spare = sum(parts.values()), self.width() - _SMALLEST * len(parts)
        found, left = {}, 0.0
        for group, number in parts.items():
            width = _SMALLEST + spare * number / whole
            found[group] = QRectF(left, _LINE + 2, width, _BAR - 4)
            left += width
        return found

    def _chips(self, width: int) -> dict[Group, QRectF]:
        """Where the words for each part stand: from the left, in as many rows as they need."""
        metrics = QFontMetrics(sized(self))
        found, left, top = {}, 0.0, float(_LINE + _BAR + GRID)
        for group in self.parts:
            needed = _SWATCH + metrics.horizontalAdvance(self.words(group)) + 5 * GRID
            if left and left + needed > width:
                left, top = 0.0, top + _CHIP
            found[group] = QRectF(left, top, min(needed, width), _CHIP)
            left += needed
        return found

    def part_at(self, point: QPointF) -> Group | None:
        for places in (self._chips(self.width()), self.segments()):
            for group, place in places.items():
                if place.contains(point):
                    return group
        return None

    # ── mouse and keyboard ────────────────────────────────────────────────────────────────────

    def mousePressEvent(self, event: QMouseEvent) -> None:
        group = self.part_at(event.position())
        if group is None or event.button() != Qt.MouseButton.LeftButton:
            super().mousePressEvent(event)
            return
        self._go_to(group)
        self._pick()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        over = self.part_at(event.position()) not in (None, "same")
        self.setCursor(Qt.CursorShape.PointingHandCursor if over else Qt.CursorShape.ArrowCursor)
        super().mouseMoveEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        groups = list(self.parts)
        here = groups.index(self._current) if self._current in groups else 0
        steps = {Qt.Key.Key_Left: here - 1, Qt.Key.Key_Right: here + 1}
        steps |= {Qt.Key.Key_Home: 0, Qt.Key.Key_End: len(groups) - 1}
        key = Qt.Key(event.key())
        if groups and key in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space):
            self._pick()
        elif groups and key in steps:
            self._go_to(groups[min(max(steps[key], 0), len(groups) - 1)])
        else:
            super().keyPressEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        self._describe()
        super().focusInEvent(event)

    def _go_to(self, group: Group) -> None:
        self._current = group
        self._describe()
        self.update()

    def _pick(self) -> None:
        if self._current in self.parts and self._current != "same":
            self.picked.emit(self._number, self._current)

    # ── painting ──────────────────────────────────────────────────────────────────────────────

    def paintEvent(self, event: QPaintEvent) -> None:
        if self._layer is None:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._draw_heading(painter, self._layer)
        self._draw_bar(painter)
        painter.setFont(sized(self))
        for group, place in self._chips(self.width()).items():
            self._draw_chip(painter, group, place)
        if self._layer.problem:
            painter.setPen(self._theme.color("secondary"))
            line = QRectF(0, self.height() - _LINE, self.width(), _LINE)
            words = fitting(painter.fontMetrics(), self.width(), self._layer.problem)
            painter.drawText(line, Qt.AlignmentFlag.AlignVCenter, words)

    def _draw_heading(self, painter: QPainter, layer: LayerDifference) -> None:
        line = QRectF(0, 0, self.width(), _LINE - 2)
        painter.setFont(sized(self, bold=True))
        painter.setPen(self._theme.color("text"))
        painter.drawText(line, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, layer.name)
        left = painter.fontMetrics().horizontalAdvance(layer.name) + 2 * GRID
        painter.setFont(sized(self))
        painter.setPen(self._theme.color("tertiary"))
        words = fitting(painter.fontMetrics(), self.width() - left, self._totals)
        painter.drawText(line, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, words)

    def _draw_bar(self, painter: QPainter) -> None:
        segments = self.segments()
        if not segments:
            painter.fillRect(QRectF(0, _LINE + 2, self.width(), _BAR - 4), self._theme.color("raised"))
        for group, place in segments.items():
            color = "line" if group == "same" else WORDINGS[group].token
            painter.fillRect(place.adjusted(0, 0, -1, 0), self._theme.color(color))

    def _draw_chip(self, painter: QPainter, group: Group, place: QRectF) -> None:
        inner = place.adjusted(0, 0, -2 * GRID, 0)
        if group == self._chosen:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(self._theme.color("raised"))
            painter.drawRoundedRect(inner, CORNER / 2, CORNER / 2)
        swatch = QRectF(inner.x() + GRID, inner.center().y() - _SWATCH / 2, _SWATCH, _SWATCH)
        painter.fillRect(swatch, self._theme.color("line" if group == "same" else WORDINGS[group].token))
        painter.setPen(self._theme.color("text" if group == self._chosen else "secondary"))
        words = inner.adjusted(_SWATCH + 2 * GRID, 0, 0, 0)
        painter.drawText(words, Qt.AlignmentFlag.AlignVCenter, self.words(group))
        if self.hasFocus() and group == self._current:
            draw_focus(painter, inner, self._theme)
