"""The sheet to draw on: mouse, touch and pen, ink at once, eraser, undo, redo.

Ink is drawn twice on purpose: here with QPainter, for the eye, at the screen's own resolution; and
in `memnet_gui.drawing`, for the network, from the same strokes. So what the network sees depends
neither on the size of the widget nor on the screen. Strokes are kept in shares of the side.
"""

from __future__ import annotations

import math
import time

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QEvent, QPointF, QRect, QRectF, QSize, Qt, Signal, Slot
from PySide6.QtGui import (
    QColor,
    QEnterEvent,
    QEventPoint,
    QFocusEvent,
    QHideEvent,
    QImage,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QPointingDevice,
    QPolygonF,
    QResizeEvent,
    QTabletEvent,
    QTouchEvent,
)
from PySide6.QtWidgets import QSizePolicy, QWidget

from memnet_gui.drawing import BOX, Stroke
from memnet_gui.sketch import Sketch
from memnet_gui.theme import DARK, GRID, Theme
from memnet_gui.throttle import Throttle
from memnet_gui.widgets.painting import draw_focus, sized

SMALLEST_BRUSH, USUAL_BRUSH, LARGEST_BRUSH = 0.03, 0.08, 0.2
"""Brush diameters as shares of the canvas side."""
DREW, RUBBED, CLEARED = "drew a stroke", "rubbed something out", "cleared the drawing"
ANNOUNCE_MS = 14
"""While drawing, `changed` is emitted at most this often: the votes wait for it, and most of all."""


class Canvas(QWidget):
    """A square sheet.

    changed: the ink is different, at most every `ANNOUNCE_MS` while drawing and at the end of each
    stroke. stepped(text): something was done that `undo` would take back, in words; undone, redone:
    it was. emptied(bool): whether there is anything to clear is different. The right mouse button and
    the other end of a pen erase. Pressure is ignored: thickness means nothing here.
    """

    changed = Signal()
    stepped = Signal(str)
    undone = Signal()
    redone = Signal()
    emptied = Signal(bool)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName("Drawing canvas")
        self.setToolTip("Draw a digit with mouse, finger or pen.\nThe right mouse button erases.")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setAttribute(Qt.WidgetAttribute.WA_AcceptTouchEvents)
        self.setMouseTracking(True)
        self.setCursor(Qt.CursorShape.CrossCursor)
        self.hint = ""
        self._theme = DARK
        self._brush = USUAL_BRUSH
        self._erasing = False
        self._sketch = Sketch()
        self._finger: int | None = None
        self._pointer: QPointF | None = None
        self._ink: QImage | None = None
        self._stroke_time: float | None = None
        self._announcer = Throttle(ANNOUNCE_MS, self)
        self._announcer.due.connect(self._announce)

    # ── what is drawn ─────────────────────────────────────────────────────────────────────────

    @property
    def strokes(self) -> tuple[Stroke, ...]:
        """Everything drawn so far, the stroke under the pen included."""
        return self._sketch.strokes

    @property
    def empty(self) -> bool:
        return self._sketch.empty

    @property
    def can_undo(self) -> bool:
        return self._sketch.can_undo

    @property
    def can_redo(self) -> bool:
        return self._sketch.can_redo

    def take_stroke_time(self) -> float | None:
        """When the first movement since the last call arrived (time.perf_counter), or None."""
        taken, self._stroke_time = self._stroke_time, None
        return taken

    @Slot()
    def undo(self) -> None:
        """Take back the last stroke, or the last clearing."""
        self._end()
        if self._sketch.undo():
            self._draw_anew()
            self.undone.emit()

    @Slot()
    def redo(self) -> None:
        self._end()
        if self._sketch.redo():
            self._draw_anew()
            self.redone.emit()

    @Slot()
    def clear(self) -> None:
        """An empty sheet; can be undone."""
        self._end()
        if self._sketch.clear():
            self._draw_anew()
            self.stepped.emit(CLEARED)

    def _draw_anew(self) -> None:
        self._ink = None
        self.update()
        self.emptied.emit(self.empty)
        self._announcer.offer(None, at_once=True)

    @Slot(object)
    def _announce(self, _: object) -> None:
        self.changed.emit()

    # ── brush, hint, theme ────────────────────────────────────────────────────────────────────

    @property
    def brush(self) -> float:
        """Diameter of the brush as a share of the side."""
        return self._brush

    def set_brush(self, diameter: float) -> None:
        self._end()
        self._brush = min(max(diameter, SMALLEST_BRUSH), LARGEST_BRUSH)
        self.update()

    @property
    def erasing(self) -> bool:
        return self._erasing

    @Slot(bool)
    def set_erasing(self, erasing: bool) -> None:
        self._erasing = erasing
        self.update()

    def set_hint(self, hint: str) -> None:
        """The sentence on an empty sheet."""
        if hint != self.hint:
            self.hint = hint
            self.update()

    def set_theme(self, theme: Theme) -> None:
        self._theme = theme
        self._ink = None
        self.update()

    # ── the pen ───────────────────────────────────────────────────────────────────────────────

    def _begin(self, position: QPointF, erase: bool) -> None:
        if self._sketch.drawing:  # the mouse while a finger is down
            return
        self._note_time()
        if self.empty:
            self.update()  # the hint goes
        self._add_ink(self._sketch.begin(self._share(position), self._brush, erase))
        self.emptied.emit(False)
        self._announcer.offer(None)

    def _move(self, position: QPointF) -> None:
        before = self._sketch.tail
        point = self._share(position)
        if before is None or np.array_equal(point, before.points[-1]):
            return
        self._note_time()
        self._add_ink(self._sketch.move(point))
        self._repaint(before)
        after = self._sketch.tail
        assert after is not None
        self._repaint(after)
        self._announcer.offer(None)

    def _end(self) -> None:
        """Lift the pen."""
        piece = self._sketch.end()
        if piece is not None:
            self._note_time()
            self._add_ink(piece)
            self._announcer.offer(None, at_once=True)
            self.stepped.emit(RUBBED if piece.erase else DREW)

    def _note_time(self) -> None:
        if self._stroke_time is None:
            self._stroke_time = time.perf_counter()

    def _add_ink(self, piece: Stroke) -> None:
        if self._ink is not None:
            painter = QPainter(self._ink)
            self._draw_stroke(painter, piece)
            painter.end()
        self._repaint(piece)

    def _repaint(self, stroke: Stroke) -> None:
        """Only what the stroke covers."""
        reach = stroke.diameter / 2
        left, top = (stroke.points.min(0) - reach) * self.side
        right, bottom = (stroke.points.max(0) + reach) * self.side
        self.update(QRectF(left, top, right - left, bottom - top).toAlignedRect().adjusted(-1, -1, 1, 1))

    # ── geometry ──────────────────────────────────────────────────────────────────────────────

    @property
    def side(self) -> int:
        """Of the sheet, in device-independent pixels."""
        return max(1, min(self.width(), self.height()))

    def sizeHint(self) -> QSize:
        return QSize(200, 200)

    def minimumSizeHint(self) -> QSize:
        return QSize(96, 96)

    def _share(self, position: QPointF) -> npt.NDArray[np.float64]:
        return np.array([position.x(), position.y()]) / self.side

    def _ring(self) -> QRectF:
        """The outline of the brush at the pointer."""
        assert self._pointer is not None
        radius = max(2.0, self._brush * self.side / 2)
        return QRectF(self._pointer.x() - radius, self._pointer.y() - radius, 2 * radius, 2 * radius)

    def _point_at(self, position: QPointF | None) -> None:
        for pointer in (self._pointer, position):
            if pointer is not None:
                self._pointer = pointer
                self.update(self._ring().toAlignedRect().adjusted(-2, -2, 2, 2))
        self._pointer = position

    # ── painting ──────────────────────────────────────────────────────────────────────────────

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.fillRect(event.rect(), self._theme.color("panel"))
        self._draw_paper(painter)
        self._draw_ink(painter, event.rect())
        if self.empty:
            self._draw_hint(painter)
        self._draw_edge(painter)
        if self._pointer is not None:
            self._draw_ring(painter)

    def _draw_paper(self, painter: QPainter) -> None:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self._theme.color("paper"))
        painter.drawRoundedRect(QRectF(0, 0, self.side, self.side), GRID, GRID)
        guide = round(self.side * (1 - BOX) / 2) + 0.5
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(self._theme.color("line"), 1, Qt.PenStyle.DotLine))
        painter.drawRect(QRectF(guide, guide, self.side - 2 * guide, self.side - 2 * guide))

    def _draw_ink(self, painter: QPainter, dirty: QRect) -> None:
        ratio = self.devicePixelRatioF()
        if self._ink is None or self._ink.devicePixelRatio() != ratio:
            self._ink = self._make_ink(ratio)
        source = QRectF(dirty.x() * ratio, dirty.y() * ratio, dirty.width() * ratio, dirty.height() * ratio)
        painter.drawImage(QRectF(dirty), self._ink, source)
        tail = self._sketch.tail
        if tail is not None:
            self._draw_line(painter, tail, self._theme.color("paper" if tail.erase else "text"))

    def _make_ink(self, ratio: float) -> QImage:
        """All strokes on transparent ground, at the screen's resolution."""
        pixels = math.ceil(self.side * ratio)
        ink = QImage(pixels, pixels, QImage.Format.Format_ARGB32_Premultiplied)
        ink.setDevicePixelRatio(ratio)
        ink.fill(Qt.GlobalColor.transparent)
        painter = QPainter(ink)
        for stroke in self.strokes:
            self._draw_stroke(painter, stroke)
        painter.end()
        return ink

    def _draw_stroke(self, painter: QPainter, stroke: Stroke) -> None:
        """A stroke or a piece of one, on the ink's own layer."""
        modes = QPainter.CompositionMode
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setCompositionMode(
            modes.CompositionMode_DestinationOut if stroke.erase else modes.CompositionMode_SourceOver
        )
        self._draw_line(painter, stroke, self._theme.color("text"))

    def _draw_line(self, painter: QPainter, stroke: Stroke, color: QColor) -> None:
        pen = QPen(color, stroke.diameter * self.side)
        pen.setCapStyle(Qt.PenCapStyle.RoundCap)
        pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
        painter.setPen(pen)
        corners = [QPointF(x, y) for x, y in (stroke.points * self.side).tolist()]
        if np.ptp(stroke.points, axis=0).max() == 0:
            painter.drawPoint(corners[0])
        else:
            painter.drawPolyline(QPolygonF(corners))

    def _draw_hint(self, painter: QPainter) -> None:
        painter.setFont(sized(self))
        painter.setPen(self._theme.color("secondary"))
        margin = self.side / 6
        room = QRectF(margin, margin, self.side - 2 * margin, self.side - 2 * margin)
        painter.drawText(room, Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap, self.hint)

    def _draw_edge(self, painter: QPainter) -> None:
        sheet = QRectF(0, 0, self.side, self.side)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(self._theme.color("line"))
        painter.drawRoundedRect(sheet.adjusted(0.5, 0.5, -0.5, -0.5), GRID, GRID)
        if self.hasFocus():
            draw_focus(painter, sheet, self._theme)

    def _draw_ring(self, painter: QPainter) -> None:
        """Whole for the brush, broken for the eraser."""
        erasing = self._sketch.erasing or (self._erasing and not self._sketch.drawing)
        style = Qt.PenStyle.DashLine if erasing else Qt.PenStyle.SolidLine
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(self._theme.color("tertiary"), 1.5, style))
        painter.drawEllipse(self._ring())

    # ── mouse, pen, touch ─────────────────────────────────────────────────────────────────────

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() in (Qt.MouseButton.LeftButton, Qt.MouseButton.RightButton):
            self._begin(event.position(), self._erasing or event.button() == Qt.MouseButton.RightButton)
        else:
            super().mousePressEvent(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self._point_at(event.position())
        if event.buttons():
            self._move(event.position())

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if not event.buttons():
            self._move(event.position())
            self._end()

    def tabletEvent(self, event: QTabletEvent) -> None:
        self._point_at(event.position())
        if event.type() == QEvent.Type.TabletPress:
            eraser = event.pointerType() == QPointingDevice.PointerType.Eraser
            self.setFocus(Qt.FocusReason.MouseFocusReason)
            self._begin(event.position(), self._erasing or eraser)
        else:
            self._move(event.position())
            if event.type() == QEvent.Type.TabletRelease:
                self._end()
        event.accept()

    def event(self, event: QEvent) -> bool:
        if isinstance(event, QTouchEvent):
            self._touch(event)
            return True
        return super().event(event)

    def _touch(self, event: QTouchEvent) -> None:
        """Draw with the first finger; the others are a resting hand."""
        event.accept()
        if event.type() == QEvent.Type.TouchBegin:
            self._finger = event.points()[0].id()
            self.setFocus(Qt.FocusReason.MouseFocusReason)
            self._begin(event.points()[0].position(), self._erasing)
        for point in event.points():
            if point.id() == self._finger:
                self._move(point.position())
                if point.state() == QEventPoint.State.Released:
                    self._end()
        if event.type() == QEvent.Type.TouchCancel:
            self._end()

    # ── the widget's own changes ──────────────────────────────────────────────────────────────

    def enterEvent(self, event: QEnterEvent) -> None:
        self._point_at(event.position())
        super().enterEvent(event)

    def leaveEvent(self, event: QEvent) -> None:
        self._point_at(None)
        super().leaveEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._ink = None
        super().resizeEvent(event)

    def hideEvent(self, event: QHideEvent) -> None:
        self._end()
        super().hideEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        self.update()
        super().focusInEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        self.update()
        super().focusOutEvent(event)
