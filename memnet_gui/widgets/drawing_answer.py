"""What the network says to a drawing: the class, how sure, the runners-up, and the votes as columns."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFontMetrics, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from engine.percept import Percept
from memnet_gui.theme import BODY, DARK, DISPLAY, GRID, Theme
from memnet_gui.widgets.painting import draw_pill, fitting, sized, stand_on_panel

MOST_COLUMNS = 10
WORTH_NAMING = 0.01
"""A runner-up is named when it has at least this probability."""
UNSURE_BELOW = 0.5
UNKNOWN = "I don't know"
_ANSWER, _LINE, _BAR = 28, 14, 6


def percent(probability: float) -> str:
    return f"{probability:.0%}".replace("%", " %")


class DrawingAnswer(QWidget):
    """Painted by hand, since it changes with every movement of the pen.

    answer_painted: the answer last shown has reached the screen's buffer. Below the confidence set
    with `set_sure_from` it says that it does not know, and what it would lean to.
    """

    answer_painted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName("Answer to the drawing")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        stand_on_panel(self)
        self._theme = DARK
        self._names: tuple[str, ...] = ()
        self._percept: Percept | None = None
        self._sure_from = 0.0
        self._sentence = ""
        self._news = False

    def sizeHint(self) -> QSize:
        return QSize(88, 88)

    def minimumSizeHint(self) -> QSize:
        return QSize(72, _ANSWER + _LINE)

    def set_theme(self, theme: Theme) -> None:
        self._theme = theme
        self.update()

    def show_answer(self, percept: Percept, names: tuple[str, ...]) -> None:
        """names: of the classes that `percept.probabilities` are about."""
        self._percept, self._names, self._sentence, self._news = percept, names, "", True
        shares = "\n".join(
            f"{names[number]}: {percent(float(percept.probabilities[number]))}"
            for number in np.argsort(-percept.probabilities, kind="stable")[:MOST_COLUMNS]
        )
        self.setToolTip(f"How the network votes on the drawing:\n{shares}")
        self.setAccessibleDescription(self.text)
        self.update()

    def show_sentence(self, sentence: str) -> None:
        """No answer; why."""
        if self._percept is None and sentence == self._sentence:
            return
        self._percept, self._sentence, self._news = None, sentence, False
        self.setToolTip("")
        self.setAccessibleDescription(sentence)
        self.update()

    def set_sure_from(self, confidence: float) -> None:
        """The least confidence that counts as an answer, in [0, 1]."""
        self._sure_from = confidence
        self.setAccessibleDescription(self.text)
        self.update()

    @property
    def known(self) -> bool:
        """Is an answer shown that is sure enough?"""
        return self._percept is not None and self._percept.confidence >= self._sure_from

    @property
    def percept(self) -> Percept | None:
        """The answer that is shown."""
        return self._percept

    @property
    def text(self) -> str:
        """What is shown, in words."""
        if self._percept is None:
            return self._sentence
        share = percent(self._percept.confidence)
        if not self.known:
            return f"{UNKNOWN}, leans to {self.name} {share}"
        return " ".join([self.name, share, self._doubt()]).strip()

    @property
    def name(self) -> str:
        """Of the class with the most votes; "" while no answer is shown."""
        return self._names[self._percept.answer] if self._percept is not None else ""

    def _doubt(self) -> str:
        """The runners-up: "then 3, 9", or "or 3, 9" where no class has half of the vote."""
        assert self._percept is not None
        probabilities = self._percept.probabilities
        order = np.argsort(-probabilities, kind="stable")
        others = [n for n in order if n != self._percept.answer and probabilities[n] >= WORTH_NAMING]
        if not others:
            return ""
        word = "then" if self._percept.confidence >= UNSURE_BELOW else "or"
        return f"{word} {', '.join(self._names[n] for n in others[:2])}"

    # ── painting ──────────────────────────────────────────────────────────────────────────────

    def columns(self) -> list[int]:
        """Classes that get a column: those with the most votes that fit, in the classes' own order."""
        if self._percept is None:
            return []
        metrics = QFontMetrics(sized(self))
        widest = max(metrics.horizontalAdvance(name) for name in self._names)
        slot = min(max(widest + 1, self.width() // MOST_COLUMNS), self.width() // 3)
        room = min(MOST_COLUMNS, max(1, self.width() // slot))
        best = np.argsort(-self._percept.probabilities, kind="stable")[:room]
        return sorted(int(number) for number in best)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if self._percept is None:
            painter.setFont(sized(self))
            painter.setPen(self._theme.color("secondary"))
            painter.drawText(
                self.rect(), Qt.AlignmentFlag.AlignLeft | Qt.TextFlag.TextWordWrap, self._sentence
            )
            return
        if self.known:
            self._draw_answer(painter, self._percept)
        else:
            self._draw_not_knowing(painter, self._percept)
        top = _ANSWER + _LINE + GRID
        self._draw_votes(painter, self._percept, QRectF(0, top, self.width(), self.height() - top))
        if self._news:
            self._news = False
            self.answer_painted.emit()

    def _draw_answer(self, painter: QPainter, percept: Percept) -> None:
        """The class and its share on one base line, the runners-up beneath."""
        display, body, small = sized(self, DISPLAY, bold=True), sized(self, BODY, bold=True), sized(self)
        share = percent(percept.confidence)
        share_width = QFontMetrics(body).horizontalAdvance(share)
        base = _ANSWER - GRID
        room = self.width() - share_width - 2 * GRID
        name = fitting(QFontMetrics(display), room, self._names[percept.answer])
        painter.setFont(display)
        painter.setPen(self._theme.class_color(percept.answer))
        painter.drawText(0, base, name)
        sure = percept.confidence >= UNSURE_BELOW
        painter.setFont(body)
        painter.setPen(self._theme.color("text" if sure else "unsure"))
        painter.drawText(QFontMetrics(display).horizontalAdvance(name) + 2 * GRID, base, share)
        painter.setFont(small)
        self._draw_line(painter, self._doubt())

    def _draw_not_knowing(self, painter: QPainter, percept: Percept) -> None:
        """That it does not know, and the likeliest class beneath."""
        body, small = sized(self, BODY, bold=True), sized(self)
        painter.setFont(body)
        painter.setPen(self._theme.color("unsure"))
        painter.drawText(0, _ANSWER - 2 * GRID, fitting(QFontMetrics(body), self.width(), UNKNOWN, "unsure"))
        painter.setFont(small)
        share = percent(percept.confidence)
        self._draw_line(
            painter, f"leans to {self.name}, {share}", f"{self.name}, {share}", f"leans to {self.name}"
        )

    def _draw_line(self, painter: QPainter, *texts: str) -> None:
        """The line under the answer: the first of these that fits."""
        painter.setPen(self._theme.color("secondary"))
        line = QRectF(0, _ANSWER, self.width(), _LINE)
        words = fitting(painter.fontMetrics(), line.width(), *texts)
        painter.drawText(line, Qt.AlignmentFlag.AlignVCenter, words)

    def _draw_votes(self, painter: QPainter, percept: Percept, rect: QRectF) -> None:
        """A column a class, its name beneath."""
        shown = self.columns()
        height = rect.height() - _LINE
        if height < 2 * GRID:
            return
        pitch = rect.width() / len(shown)
        bar_width = min(_BAR, pitch - 2)
        painter.setFont(sized(self))
        for place, number in enumerate(shown):
            middle = rect.left() + (place + 0.5) * pitch
            bar = QRectF(middle - bar_width / 2, rect.top(), bar_width, height)
            draw_pill(painter, bar, self._theme.color("raised"))
            bar.setTop(bar.bottom() - max(2.0, height * float(percept.probabilities[number])))
            draw_pill(painter, bar, self._theme.class_color(number))
            painter.setPen(self._theme.color("text" if number == percept.answer else "secondary"))
            label = QRectF(middle - pitch / 2, rect.bottom() - _LINE, pitch, _LINE)
            name = fitting(painter.fontMetrics(), pitch + 1, self._names[number])
            painter.drawText(label, Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignBottom, name)
