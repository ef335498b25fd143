"""The picture of a mosaic in a viewport: the canvas that NumPy and Qt share, and what is painted on it."""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil, floor

import numpy as np
from PySide6.QtCore import QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QImage, QPainter, QPen, QRegion

from engine.arrays import Ints
from memnet_gui.mosaic import Mosaic, Window
from memnet_gui.mosaic_atlas import color_table
from memnet_gui.theme import Theme
from memnet_gui.widgets.memory_signs import Sign, Signs, corner, sign_side

NAMED_FROM = 56
"""A tile this many device-independent pixels wide has room for its class beside the picture."""

CLOSE = 4
"""Cells are painted as one rectangle where that is at most this many times their own area."""


@dataclass(frozen=True, slots=True)
class Sight:
    """A window on a mosaic as it lies on a screen of `ratio` device pixels to a widget pixel.

    A level pixel is `scale.magnify` device pixels wide.
    """

    window: Window
    ratio: float

    @property
    def factor(self) -> float:
        """Widget pixels to a level pixel."""
        return self.window.scale.magnify / self.ratio

    def level_point(self, point: QPointF) -> tuple[int, int]:
        """A point of the widget in level pixels of the content."""
        x, y = floor(point.x() / self.factor), floor(point.y() / self.factor)
        return x + self.window.left, y + self.window.top

    def rect(self, x: int, y: int, width: int, height: int) -> QRectF:
        """Level pixels of the window in widget pixels."""
        factor = self.factor
        return QRectF(x * factor, y * factor, width * factor, height * factor)

    def cell(self, x: int, y: int) -> QRectF:
        """The cell whose corner is that level pixel of the window, in widget pixels."""
        return self.rect(x, y, self.window.scale.pitch, self.window.scale.pitch)

    def region(self, x: Ints, y: Ints) -> QRegion:
        """What covers the cells at these corners: a rectangle around them where they stand close."""
        pitch = self.window.scale.pitch
        left, top = int(x.min()), int(y.min())
        width, height = int(x.max()) + pitch - left, int(y.max()) + pitch - top
        if width * height <= CLOSE * x.size * pitch * pitch:
            return QRegion(self.rect(left, top, width, height).toAlignedRect())
        region = QRegion()
        for at_x, at_y in zip(x.tolist(), y.tolist(), strict=True):
            region += self.cell(at_x, at_y).toAlignedRect()
        return region

    def inside(self, mosaic: Mosaic, rect: QRectF) -> Ints:
        """(n,) slots whose cells touch a rectangle of the widget."""
        left, top = floor(rect.left() / self.factor), floor(rect.top() / self.factor)
        right, bottom = ceil(rect.right() / self.factor), ceil(rect.bottom() / self.factor)
        return mosaic.inside(self.window, left, top, right - left, bottom - top)

    def slot_rect(self, mosaic: Mosaic, slot: int) -> QRectF:
        """Where a slot's cell lies in the widget; empty when it is not in sight."""
        if slot < 0:
            return QRectF()
        _, x, y = mosaic.touching(self.window, np.array([slot]))
        return self.cell(int(x[0]), int(y[0])) if x.size else QRectF()


class MosaicPicture:
    """One Indexed8 image that shares its bytes with a NumPy canvas the size of the viewport.

    Recolouring is a new colour table and a changed tile a few bytes; nothing is converted ahead of
    painting.
    """

    def __init__(self) -> None:
        self.stale = True
        """Does the canvas have to be composed again?"""
        self._colors: list[int] = []
        self._canvas = np.zeros((0, 0), np.uint8)
        self._image = QImage()

    def set_theme(self, theme: Theme) -> None:
        marks = (theme.color(name).rgb() for name in ("recruited", "refined", "raised", "accent"))
        self._colors = color_table(theme.ink_levels, *marks)
        if not self._image.isNull():
            self._image.setColorTable(self._colors)

    def patch(self, mosaic: Mosaic, window: Window, slots: Ints) -> None:
        """Draw the cells of these slots, all in sight, again."""
        mosaic.patch(window, self._canvas, slots)

    def draw(self, painter: QPainter, region: QRegion, mosaic: Mosaic, sight: Sight) -> None:
        """Paint what the region shows, in device pixels so that every tile is sharp."""
        if self.stale:
            self._compose(mosaic, sight.window)
        # One call for all of it: the painter is clipped to the region, and fifty calls cost more.
        rect, factor, magnify = region.boundingRect(), sight.factor, sight.window.scale.magnify
        left, top = floor(rect.left() / factor), floor(rect.top() / factor)
        right = min(self._image.width(), ceil((rect.left() + rect.width()) / factor))
        bottom = min(self._image.height(), ceil((rect.top() + rect.height()) / factor))
        source = QRect(left, top, right - left, bottom - top)
        target = QRect(source.topLeft() * magnify, source.size() * magnify)
        painter.save()
        painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_Source)
        painter.scale(1 / sight.ratio, 1 / sight.ratio)
        painter.drawImage(target, self._image, source)
        painter.restore()

    def _compose(self, mosaic: Mosaic, window: Window) -> None:
        if self._canvas.shape != (window.height, window.width):
            stride = -(-window.width // 4) * 4  # Qt wants lines of whole 32-bit words
            padded = np.zeros((window.height, stride), np.uint8)
            self._canvas = padded[:, : window.width]
            self._image = QImage(
                padded.data, window.width, window.height, stride, QImage.Format.Format_Indexed8
            )
            self._image.setColorTable(self._colors)
        mosaic.compose(window, self._canvas)
        self.stale = False


def draw_names(
    painter: QPainter, region: QRegion, mosaic: Mosaic, sight: Sight, theme: Theme, names: tuple[str, ...]
) -> None:
    """The class of each tile, in words and colour, where tiles are large enough for both."""
    scale = sight.window.scale
    if scale.screen < NAMED_FROM * sight.ratio:
        return
    margin = max(2.0, scale.inset * sight.factor)
    slots, x, y = mosaic.touching(sight.window, mosaic.visible(sight.window))
    for slot, at_x, at_y in zip(slots.tolist(), x.tolist(), y.tolist(), strict=True):
        rect = sight.cell(at_x, at_y)
        facts = mosaic.facts(slot)
        if facts is not None and region.intersects(rect.toAlignedRect()):
            painter.setPen(theme.class_color(facts.label))
            inner = rect.adjusted(margin, margin, -margin, -margin)
            corner = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignBottom
            painter.drawText(inner, corner, names[facts.label])


def draw_signs(
    painter: QPainter, region: QRegion, mosaic: Mosaic, sight: Sight, theme: Theme, signs: Signs
) -> None:
    """Who is selected, taught or muted, where tiles are large enough to say so in a corner."""
    side = sign_side(sight.window.scale.screen / sight.ratio)
    if not side:
        return
    for sign, marked in zip((Sign.SELECTED, Sign.TAUGHT, Sign.MUTED), mosaic.marked(), strict=True):
        if marked.size == 0:
            continue
        picture = signs.picture(theme, sign, side, sight.ratio)
        _, x, y = mosaic.touching(sight.window, marked)
        for at_x, at_y in zip(x.tolist(), y.tolist(), strict=True):
            place = corner(sight.cell(at_x, at_y), side, sign)
            if region.intersects(QRect(int(place.x()), int(place.y()), side + 1, side + 1)):
                painter.drawPixmap(place, picture)


def draw_block(painter: QPainter, sight: Sight, column: int, theme: Theme) -> None:
    """A frame around one column's block of an in-place mosaic."""
    window, plan = sight.window, sight.window.plan
    x, y = plan.corner(column * plan.stride)
    size = plan.across.cells * plan.across.pitch, plan.down.cells * plan.down.pitch
    _draw_frame(painter, sight.rect(x - window.left, y - window.top, *size), theme, "accent", 1)


def draw_tile_frame(
    painter: QPainter, sight: Sight, mosaic: Mosaic, slot: int, theme: Theme, color: str, width: int
) -> None:
    """A frame around one tile, if it is in sight."""
    rect = sight.slot_rect(mosaic, slot)
    if not rect.isEmpty():
        _draw_frame(painter, rect, theme, color, width)


def _draw_frame(painter: QPainter, rect: QRectF, theme: Theme, color: str, width: int) -> None:
    pen = QPen(theme.color(color), width)
    pen.setJoinStyle(Qt.PenJoinStyle.MiterJoin)
    painter.setPen(pen)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawRect(rect.adjusted(-0.5, -0.5, 0.5, 0.5))
