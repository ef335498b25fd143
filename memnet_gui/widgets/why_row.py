"""How one memory that voted is drawn: where it sees, what it holds, its figures, its vote as a bar."""

from __future__ import annotations

from PySide6.QtCore import QRectF
from PySide6.QtGui import QImage, QPainter

from memnet_gui.reasons import Answering, Ledger, Reasons, placed, share_text, vote_text, weight_text
from memnet_gui.theme import DARK, Theme
from memnet_gui.widgets.digit_view import ink_pixels
from memnet_gui.widgets.memory_signs import Sign, Signs, corner, sign_side
from memnet_gui.widgets.painting import pixel_image
from memnet_gui.widgets.why_columns import LEFT, PICTURE, PICTURE_GAP, ROW, Columns

_BAR = 3


class RowPainter:
    """Draws the memories of one ledger, and keeps the pictures that it has made for them."""

    def __init__(self) -> None:
        self._theme = DARK
        self._signs = Signs()
        self._reasons: Reasons | None = None
        self._span = 1
        self._images: dict[tuple[int, bool], QImage] = {}

    def set_theme(self, theme: Theme) -> None:
        self._theme = theme
        self._images.clear()

    def show_ledger(self, reasons: Reasons | None, ledger: Ledger | None) -> None:
        """The strongest vote of the ledger has the longest bar."""
        if reasons is not self._reasons:
            self._images.clear()
        self._reasons = reasons
        self._span = 1 if ledger is None else max(1, int(abs(ledger.votes).max(initial=0)))

    def draw(
        self,
        painter: QPainter,
        place: QRectF,
        columns: Columns,
        memory: Answering,
        ledger: Ledger,
        *,
        marked: bool,
    ) -> None:
        """One row, in the painter's small font. marked: on a raised ground."""
        if marked:
            painter.fillRect(place, self._theme.color("raised"))
        self._draw_pictures(painter, place.top() + (ROW - PICTURE) // 2, memory)
        vote = int(ledger.votes[memory.index])
        figures = (
            "–" if ledger.shares is None else share_text(int(ledger.shares[memory.index])),
            f"{100 * memory.activation:.0f} %",
            weight_text(float(memory.association[ledger.number])),
            f"{memory.distance:.2f}",
        )
        painter.setPen(self._theme.color("text"))
        columns.draw(painter, place.top(), ROW - _BAR, (vote_text(vote),))
        painter.setPen(self._theme.color("secondary"))
        columns.draw(painter, place.top(), ROW - _BAR, ("", *figures))
        track = QRectF(columns.words, place.bottom() - 2 * _BAR, place.width() - columns.words, _BAR)
        painter.fillRect(track, self._theme.color("line" if marked else "raised"))
        self._draw_bar(painter, track, vote / self._span)

    def _draw_bar(self, painter: QPainter, track: QRectF, part: float) -> None:
        """The vote beside the strongest one, in the colours of evidence."""
        if part:
            bar = QRectF(track)
            bar.setWidth(max(1.0, abs(part) * track.width()))
            painter.fillRect(bar, self._theme.color("favour" if part > 0 else "against"))

    def _draw_pictures(self, painter: QPainter, top: float, memory: Answering) -> None:
        """Where it sees, and beside that what it holds; a whole digit sees everything."""
        place = QRectF(0, top, PICTURE, PICTURE)
        beside = place.translated(PICTURE + PICTURE_GAP, 0)
        if memory.whole:
            painter.setPen(self._theme.color("tertiary"))
            painter.drawText(place, LEFT, "whole")
        else:
            self._draw_picture(painter, place, memory, in_place=True)
        self._draw_picture(painter, beside, memory, in_place=False)
        if memory.taught:
            side = sign_side(PICTURE)
            ratio = painter.device().devicePixelRatio()
            sign = self._signs.picture(self._theme, Sign.TAUGHT, side, ratio)
            painter.drawPixmap(corner(beside, side, Sign.TAUGHT), sign)

    def _draw_picture(self, painter: QPainter, frame: QRectF, memory: Answering, *, in_place: bool) -> None:
        painter.setPen(self._theme.color("line"))
        painter.setBrush(self._theme.color("paper"))
        painter.drawRect(frame.adjusted(0, 0, -1, -1))
        image, room = self._image(memory, in_place=in_place), frame.adjusted(1, 1, -1, -1)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, bool(room.width() % image.width()))
        painter.drawImage(room, image)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, False)

    def _image(self, memory: Answering, *, in_place: bool) -> QImage:
        key = memory.index, in_place
        if key not in self._images:
            assert self._reasons is not None
            picture = memory.picture
            if in_place:
                picture = placed(self._reasons.explanation.percept.image, picture, memory.field)
            self._images[key] = pixel_image(ink_pixels(picture, self._theme))
        return self._images[key]
