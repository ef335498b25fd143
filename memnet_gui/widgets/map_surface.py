"""Paints the memories of a layer where a projection puts them: points, class marks or pictures."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from PySide6.QtCore import QPoint, QPointF, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QImage, QPainter, QPaintEvent, QPen, QRegion, QResizeEvent
from PySide6.QtWidgets import QWidget

from engine.arrays import Ints
from engine.findings import Projection
from memnet_gui.colormaps import Pixels
from memnet_gui.map_looks import NOTHING, Level, Looks
from memnet_gui.map_picture import (
    ROOMY,
    Canvas,
    Sheet,
    diamond,
    disc,
    enlarged,
    ring,
    spread,
    square,
)
from memnet_gui.mosaic import Mosaic
from memnet_gui.mosaic_atlas import DIMMED, FULL_INK
from memnet_gui.theme import BODY, DARK, GRID, Theme
from memnet_gui.widgets.map_stamps import MARK_ROOM, ClassMarks, ClassPills, mark_of, mixed
from memnet_gui.widgets.memory_signs import SMALL_SIGN, Sign, Signs
from memnet_gui.widgets.painting import draw_focus, sized

PICTURE = 28
"""A picture of a memory is about this wide, in device-independent pixels, or twice as wide."""
BUBBLE = 56
"""The picture of the memory under the cursor."""
_EDGE = 6 * GRID
_POINT, _LARGEST_POINT = 3, 7


class MapSurface(QWidget):
    """A map in a widget. The canvas is in device pixels and drawn anew only when something moved."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.mosaic: Mosaic | None = None
        self.projection: Projection | None = None
        self.class_names: Sequence[str] = ()
        self.message = ""
        """Shown where there is nothing to show."""
        self.slot = -1
        self.hovered_slot = -1
        self.fitted = True
        self.looks = NOTHING
        self.sheet = Sheet(1.0, 0.0, 0.0, 1, 1)
        self._theme = DARK
        self._signs, self._marks, self._pills = Signs(), ClassMarks(), ClassPills()
        self._level: Level | None = None
        self._canvas: Canvas | None = None
        self._stale = True
        self._drawn: tuple[Ints, Ints, Ints] = (NOTHING.slots,) * 3
        """Rows that are in view with their pixels, x and y, in the order in which they were drawn."""
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setAccessibleName("Map of memories")

    def minimumSizeHint(self) -> QSize:
        return QSize(40 * GRID, 24 * GRID)

    def sizeHint(self) -> QSize:
        return QSize(190 * GRID, 110 * GRID)

    # ── what is shown ─────────────────────────────────────────────────────────────────────────

    def set_theme(self, theme: Theme) -> None:
        self._theme = theme
        self.redraw()

    def redraw(self) -> None:
        """Draw everything again."""
        self._stale = True
        self.update()

    def refresh(self) -> None:
        """See how the memories look now; draw again only if that has changed."""
        before = self.looks
        self.looks = NOTHING
        if self.mosaic is not None and self.projection is not None:
            self.looks = Looks.of(self.mosaic, self.projection)
        if len(before.slots) != len(self.looks.slots):
            self._level = None
        if self.fitted:
            self._fit()
        written = self._level is None or self._level.side > 0  # pictures change without a word
        if written or not self.looks.same(before):
            self.redraw()

    def _whole(self) -> Sheet:
        """All of the map, as large as it goes."""
        width, height = self._pixels()
        places = self.projection.places if self.projection is not None else NOTHING.places
        return Sheet.fitted(places, width, height, round(_EDGE * self.devicePixelRatioF()))

    def _fit(self) -> None:
        sheet = self._whole()
        if sheet != self.sheet:
            self.sheet = sheet
            self.redraw()

    def _pixels(self) -> tuple[int, int]:
        ratio = self.devicePixelRatioF()
        return max(1, round(self.width() * ratio)), max(1, round(self.height() * ratio))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        width, height = self._pixels()
        middle = self.sheet.place(self.sheet.width / 2, self.sheet.height / 2)
        scale = self.sheet.scale
        self.sheet = Sheet(
            scale, middle[0] - width / 2 / scale, middle[1] - height / 2 / scale, width, height
        )
        if self.fitted:
            self._fit()
        self.redraw()

    # ── geometry, in the widget's own pixels ──────────────────────────────────────────────────

    def place_of(self, slot: int) -> QPointF | None:
        """Where a memory lies; None where the map does not have it."""
        row = np.flatnonzero(self.looks.slots == slot)
        if row.size == 0:
            return None
        x, y = self.sheet.pixels(self.looks.places[row])
        ratio = self.devicePixelRatioF()
        return QPointF((int(x[0]) + 0.5) / ratio, (int(y[0]) + 0.5) / ratio)

    def slot_rect(self, slot: int) -> QRectF:
        """What a memory's picture or point takes up; empty where the map does not have it."""
        at = self.place_of(slot) if slot >= 0 else None
        if at is None:
            return QRectF()
        side = self._level.side if self._level is not None else 0
        reach = side / 2 / self.devicePixelRatioF() + 2 if side else 2 * GRID
        return QRectF(at.x() - reach, at.y() - reach, 2 * reach, 2 * reach)

    def slot_at(self, point: QPointF) -> int:
        """The memory whose picture or point is there, or nearly; -1 where there is none."""
        if self._canvas is None:
            return -1
        rows, x, y = self._drawn
        ratio = self.devicePixelRatioF()
        across, down = np.abs(x - point.x() * ratio), np.abs(y - point.y() * ratio)
        if self._level is not None and self._level.side:
            on = np.flatnonzero(
                (np.maximum(across, down) <= self._level.side / 2) & np.isin(rows, self._level.rows)
            )
            if on.size:
                return int(self.looks.slots[rows[on[-1]]])
        near = np.hypot(across, down)
        if near.size == 0 or near.min() > 2 * GRID * ratio:
            return -1
        return int(self.looks.slots[rows[near.argmin()]])

    def slots_inside(self, rect: QRectF) -> Ints:
        rows, x, y = self._drawn
        ratio = self.devicePixelRatioF()
        left, top = rect.left() * ratio, rect.top() * ratio
        right, bottom = rect.right() * ratio, rect.bottom() * ratio
        inside = (x >= left) & (x <= right) & (y >= top) & (y <= bottom)
        slots: Ints = self.looks.slots[rows[inside]]
        return slots

    # ── the canvas ────────────────────────────────────────────────────────────────────────────

    def _level_at(self, scale: float) -> Level:
        """What there is room for at a scale, wherever one looks."""
        if self._level is not None and self._level.scale == scale:
            return self._level
        ratio, places = self.devicePixelRatioF(), self.looks.places
        enough = ROOMY * len(places)
        marks = len(spread(places, scale, round(MARK_ROOM * ratio))) >= enough
        level = Level(scale, 0, marks, NOTHING.slots)
        field = self.mosaic.layer.field if self.mosaic is not None else PICTURE
        for wide in (2 * PICTURE, PICTURE):
            side = max(1, round(wide * ratio / field)) * field
            rows = spread(places, scale, side + round(GRID * ratio))
            if len(rows) >= enough:
                level = Level(scale, side, True, rows)
                break
        self._level = level
        return level

    def _compose(self) -> Canvas:
        width, height = self._pixels()
        margin = self._margin()
        known = self._canvas
        if known is None or (known.width, known.height, known.margin) != (width, height, margin):
            self._canvas = known = Canvas(width, height, margin)
        canvas, theme, looks = known, self._theme, self.looks
        canvas.clear(theme.color("paper").rgb())
        level = self._level_at(self.sheet.scale)
        x, y = self.sheet.pixels(looks.places)
        near = self.sheet.inside(x, y, margin // 2)
        hidden = near & ~looks.shown
        side = self._point_side()
        canvas.stamp(x[hidden], y[hidden], disc(side), theme.color("line").rgb())
        rows = np.flatnonzero(near & looks.shown)
        self._drawn = rows, x[rows], y[rows]
        if level.side:
            self._draw_pictures(canvas, level, rows, x, y)
        elif level.marks:
            self._draw_marks(canvas, rows, x, y)
        else:
            self._draw_points(canvas, side, rows, x, y)
        self._stale = False
        return canvas

    def _margin(self) -> int:
        """Room for half a picture of any size, twice."""
        field = self.mosaic.layer.field if self.mosaic is not None else 0
        return max(field, round(3 * PICTURE * self.devicePixelRatioF())) + 2 * GRID

    def _colors(self) -> Pixels:
        count = max(len(self.class_names), int(self.looks.labels.max(initial=0)) + 1)
        return np.array([self._theme.class_color(label).rgb() for label in range(count)], np.uint32)

    def _point_side(self) -> int:
        """Points grow with the room between them."""
        ratio, count = self.devicePixelRatioF(), max(1, len(self.looks.slots))
        room = 0.35 * self.sheet.scale / ratio / math.sqrt(count)
        return round(min(_LARGEST_POINT, max(_POINT, room)) * ratio)

    def _draw_points(self, canvas: Canvas, side: int, rows: Ints, x: Ints, y: Ints) -> None:
        """A disc for each, on a larger one if it is selected; a ring if it is muted, a diamond if taught."""
        looks, theme = self.looks, self._theme
        colors = self._colors()[looks.labels]
        selected = rows[looks.selected[rows]]
        canvas.stamp(x[selected], y[selected], disc(side + 4), theme.color("accent").rgb())
        plain = rows[~(looks.muted | looks.taught)[rows]]
        canvas.stamp(x[plain], y[plain], disc(side), colors[plain])
        taught = rows[looks.taught[rows]]
        canvas.stamp(x[taught], y[taught], diamond(side + 4), colors[taught])
        muted = rows[looks.muted[rows]]
        canvas.stamp(x[muted], y[muted], disc(side + 2), theme.color("paper").rgb())
        canvas.stamp(x[muted], y[muted], ring(side + 2), colors[muted])

    def _draw_marks(self, canvas: Canvas, rows: Ints, x: Ints, y: Ints) -> None:
        """The class of each, in words and colour; muted ones faint."""
        ratio = self.devicePixelRatioF()
        for label in np.unique(self.looks.labels[rows]).tolist():
            mine = rows[self.looks.labels[rows] == label]
            for muted in (False, True):
                some = mine[self.looks.muted[mine] == muted]
                if some.size:
                    mark = self._marks.stamp(
                        self, mark_of(self.class_names, label), label, self._theme, ratio, muted
                    )
                    canvas.print(x[some], y[some], *mark)

    def _draw_pictures(self, canvas: Canvas, level: Level, rows: Ints, x: Ints, y: Ints) -> None:
        """Pictures where there is room, framed in the class's colour and marked; points elsewhere."""
        assert self.mosaic is not None
        looks, theme, ratio = self.looks, self._theme, self.devicePixelRatioF()
        chosen = rows[np.isin(rows, level.rows)]
        rest = rows[~np.isin(rows, level.rows)]
        colors = self._colors()[looks.labels]
        canvas.stamp(x[rest], y[rest], disc(round(_POINT * ratio)), colors[rest])
        inks = np.array(theme.ink_levels, np.uint32)[np.minimum(np.arange(256) * 255 // FULL_INK, 255)]
        tiles = self.mosaic.pictures(looks.slots[chosen])
        tiles[looks.muted[chosen]] = (tiles[looks.muted[chosen]] * DIMMED).astype(np.uint8)
        tiles = enlarged(tiles, level.side // self.mosaic.layer.field)
        frames = colors[chosen]
        frames[looks.muted[chosen]] = mixed(theme.color("paper"), theme.color("secondary"), 0.5)
        canvas.pictures(x[chosen], y[chosen], inks[tiles], frames, max(1, round(ratio)))
        low = level.side // 2 - round(MARK_ROOM / 2 * ratio)
        grounds = square(round(MARK_ROOM * ratio))
        canvas.stamp(x[chosen] - low, y[chosen] + low, grounds, theme.color("paper").rgb())
        for label in np.unique(looks.labels[chosen]).tolist():
            some = chosen[looks.labels[chosen] == label]
            mark = self._marks.stamp(self, mark_of(self.class_names, label), label, theme, ratio, False)
            canvas.print(x[some] - low, y[some] + low, *mark)

    # ── painting ──────────────────────────────────────────────────────────────────────────────

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        if not len(self.looks.slots):
            self._draw_message(painter)
        else:
            self._draw_canvas(painter)
            self._draw_signs(painter)
            self._draw_names(painter)
            self._draw_spot(painter, self.slot, "accent", 2)
            self._draw_bubble(painter)
        if self.hasFocus():
            draw_focus(painter, QRectF(self.rect()), self._theme)
        painter.end()

    def _draw_canvas(self, painter: QPainter) -> None:
        canvas = self._canvas
        if self._stale or canvas is None:
            canvas = self._compose()
        height, width = canvas.pixels.shape
        image = QImage(canvas.pixels.data, width, height, 4 * width, QImage.Format.Format_RGB32)
        painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_Source)
        source = QRectF(canvas.margin, canvas.margin, canvas.width, canvas.height)
        painter.drawImage(QRectF(self.rect()), image, source)
        painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_SourceOver)

    def _draw_signs(self, painter: QPainter) -> None:
        """Selected, taught, muted, beside marks and in the corners of pictures."""
        assert self._level is not None
        if not (self._level.side or self._level.marks):
            return
        ratio, looks = self.devicePixelRatioF(), self.looks
        rows, x, y = self._drawn
        if self._level.side:
            pictured = np.isin(rows, self._level.rows)
            rows, x, y = rows[pictured], x[pictured], y[pictured]
        reach = max(self._level.side / 2 / ratio, 1.5 * GRID)
        corners = {Sign.SELECTED: (1, -1), Sign.TAUGHT: (-1, -1), Sign.MUTED: (1, 1)}
        worn = {Sign.SELECTED: looks.selected, Sign.TAUGHT: looks.taught, Sign.MUTED: looks.muted}
        for sign, wearers in worn.items():
            wearing = wearers[rows]
            picture = self._signs.picture(self._theme, sign, SMALL_SIGN, ratio)
            shift = [reach * way - SMALL_SIGN / 2 for way in corners[sign]]
            for at_x, at_y in zip((x[wearing] / ratio).tolist(), (y[wearing] / ratio).tolist(), strict=True):
                painter.drawPixmap(QPointF(at_x + shift[0], at_y + shift[1]), picture)

    def _draw_names(self, painter: QPainter) -> None:
        """The classes' names where most of each lie, while there is no room for names of their own."""
        assert self._level is not None
        if self._level.marks or self._level.side:
            return
        ratio, placed = self.devicePixelRatioF(), QRegion()
        for label, *place in self.looks.heaps:
            x, y = self.sheet.pixels(np.array([place], np.float32))
            name = self.class_names[label] if label < len(self.class_names) else str(label)
            pill = self._pills.picture(self, name, label, self._theme)
            rect = QRect(QPoint(), pill.deviceIndependentSize().toSize())
            rect.moveCenter(QPoint(round(int(x[0]) / ratio), round(int(y[0]) / ratio)))
            if not placed.intersects(rect):
                placed += rect
                painter.drawPixmap(rect.topLeft(), pill)

    def _draw_spot(self, painter: QPainter, slot: int, color: str, width: int) -> None:
        """A ring around a point, or a frame around a picture."""
        rect = self.slot_rect(slot)
        if rect.isEmpty() or self._level is None:
            return
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(self._theme.color(color), width))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        if self._level.side:
            painter.drawRect(rect)
        else:
            painter.drawEllipse(rect)

    def _draw_bubble(self, painter: QPainter) -> None:
        """The picture of the memory under the cursor, beside it, unless it is that large anyway."""
        slot = self.hovered_slot if self.hovered_slot >= 0 else self.slot if self.hasFocus() else -1
        at = self.place_of(slot) if slot >= 0 else None
        if at is None or self.mosaic is None or self._level is None:
            return
        self._draw_spot(painter, slot, "text", 1)
        if self._level.side >= BUBBLE * self.devicePixelRatioF() * 0.8:
            return
        tile = np.ascontiguousarray(self.mosaic.pictures(np.array([slot]))[0])
        side = self.mosaic.layer.field
        stride = -(-side // 4) * 4
        padded = np.zeros((side, stride), np.uint8)
        padded[:, :side] = tile
        image = QImage(padded.data, side, side, stride, QImage.Format.Format_Indexed8)
        inks = self._theme.ink_levels
        image.setColorTable([inks[min(255, level * 255 // FULL_INK)] for level in range(256)])
        rect = QRectF(at.x() + 3 * GRID, at.y() - 3 * GRID - BUBBLE, BUBBLE, BUBBLE)
        if rect.right() > self.width() - GRID:
            rect.moveRight(at.x() - 3 * GRID)
        if rect.top() < GRID:
            rect.moveTop(at.y() + 3 * GRID)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        painter.drawImage(rect, image)
        label = int(self.mosaic.ledger.labels[slot])
        painter.setPen(QPen(self._theme.class_color(label) if label >= 0 else self._theme.color("line"), 2))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRect(rect)

    def _draw_message(self, painter: QPainter) -> None:
        painter.fillRect(self.rect(), self._theme.color("paper"))
        painter.setPen(self._theme.color("secondary"))
        painter.setFont(sized(self, BODY))
        wrapped = Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap
        painter.drawText(self.rect().adjusted(_EDGE, _EDGE, -_EDGE, -_EDGE), wrapped, self.message)
