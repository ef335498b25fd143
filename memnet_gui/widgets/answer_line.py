"""The answer in one line: the class large, right, unsure or wrong, and how sure; and the surprise bar."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QFontMetrics, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QSizePolicy, QWidget

from engine.frame import Trial
from memnet_gui.theme import BODY, DARK, DISPLAY, GRID, Theme
from memnet_gui.widgets.painting import draw_pill, fitting, sized, stand_on_panel


class Verdict(Enum):
    """How an answer turned out; the value is both its word and its colour in the theme."""

    RIGHT = "right"
    UNSURE = "unsure"
    WRONG = "wrong"

    @staticmethod
    def of(trial: Trial) -> Verdict:
        """Wrong when the answer is not the label; unsure when it is, with less than half of the vote."""
        if not trial.correct:
            return Verdict.WRONG
        return Verdict.RIGHT if trial.percept.confidence >= 0.5 else Verdict.UNSURE

    @property
    def text(self) -> str:
        """Sign and word: what the line says, for those who hear it rather than see it."""
        return f"{'✓?✗'[list(Verdict).index(self)]} {self.value}"


@dataclass(frozen=True)
class _Said:
    answer: int
    answer_name: str
    label_name: str
    verdict: Verdict
    confidence: float


class AnswerLine(QWidget):
    """The class answered in its colour, the verdict as sign and word, the label, the confidence."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName("Answer")
        self.setToolTip("The class with the most votes.\nunsure: right, but with less than half of the vote")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        stand_on_panel(self)
        self._theme = DARK
        self._said: _Said | None = None
        self.text = ""

    def sizeHint(self) -> QSize:
        return QSize(200, 28)

    def minimumSizeHint(self) -> QSize:
        return QSize(160, 28)

    def set_theme(self, theme: Theme) -> None:
        self._theme = theme
        self.update()

    def show_trial(self, trial: Trial | None, names: tuple[str, ...]) -> None:
        """None shows an empty line."""
        self._said, self.text = None, "No digit yet"
        if trial is not None:
            answer, confidence = trial.percept.answer, trial.percept.confidence
            self._said = _Said(answer, names[answer], names[trial.label], Verdict.of(trial), confidence)
            self.text = f"{names[answer]} {self._said.verdict.text} · {self._note(self._said)}"
        self.setAccessibleDescription(self.text)
        self.update()

    @staticmethod
    def _note(said: _Said) -> str:
        return f"label {said.label_name} · sure {100 * said.confidence:.0f} %"

    # ── painting ──────────────────────────────────────────────────────────────────────────────

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        middle = Qt.AlignmentFlag.AlignVCenter
        display, body, small = (
            sized(self, DISPLAY, bold=True),
            sized(self, BODY, bold=True),
            sized(self),
        )
        rect = QRectF(self.rect())
        said = self._said
        painter.setFont(display)
        if said is None:
            painter.setPen(self._theme.color("tertiary"))
            painter.drawText(rect, middle, "–")
            return
        metrics = QFontMetrics(display)
        name = fitting(metrics, rect.width() * 0.4, said.answer_name)
        painter.setPen(self._theme.class_color(said.answer))
        painter.drawText(rect, middle, name)
        left = metrics.horizontalAdvance(name) + 2 * GRID
        color = self._theme.color(said.verdict.value)
        sign = QRectF(left, rect.center().y() - 5, 10, 10)
        self._draw_sign(painter, sign, said.verdict, QPen(color, 2))
        painter.setFont(body)
        painter.setPen(color)
        left += 10 + GRID
        painter.drawText(rect.adjusted(left, 0, 0, 0), middle, said.verdict.value)
        left += QFontMetrics(body).horizontalAdvance(said.verdict.value) + 2 * GRID
        painter.setFont(small)
        painter.setPen(self._theme.color("secondary"))
        note = self._note(said)
        text = fitting(
            QFontMetrics(small),
            rect.width() - left,
            note,
            note.replace("sure ", ""),
            f"label {said.label_name}",
        )
        painter.drawText(rect, middle | Qt.AlignmentFlag.AlignRight, text)

    def _draw_sign(self, painter: QPainter, box: QRectF, verdict: Verdict, pen: QPen) -> None:
        """A tick, a question mark or a cross, drawn so that no font needs to have them."""
        painter.setPen(pen)
        x, y, side = box.x(), box.y(), box.width()
        if verdict is Verdict.RIGHT:
            tick = ((0.05, 0.55), (0.38, 0.88), (0.98, 0.15))
            painter.drawPolyline(QPolygonF([QPointF(x + side * u, y + side * v) for u, v in tick]))
        elif verdict is Verdict.WRONG:
            painter.drawLine(QPointF(x + 1, y + 1), QPointF(x + side - 1, y + side - 1))
            painter.drawLine(QPointF(x + 1, y + side - 1), QPointF(x + side - 1, y + 1))
        else:
            painter.setFont(sized(self, BODY, bold=True))
            painter.drawText(box.adjusted(-2, -4, 2, 4), Qt.AlignmentFlag.AlignCenter, "?")


class SurpriseBar(QWidget):
    """How surprising the label was: 1 − the probability that it was given."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName("Surprise")
        self.setToolTip("Surprise: 1 − the probability given to the true label.\nIt drives what is learned.")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        stand_on_panel(self)
        self._theme = DARK
        self._surprise: float | None = None
        self._verdict = Verdict.RIGHT

    @property
    def text(self) -> str:
        return "–" if self._surprise is None else f"{self._surprise:.2f}"

    def sizeHint(self) -> QSize:
        return QSize(200, 16)

    def minimumSizeHint(self) -> QSize:
        return QSize(120, 16)

    def set_theme(self, theme: Theme) -> None:
        self._theme = theme
        self.update()

    def show_trial(self, trial: Trial | None) -> None:
        self._surprise = None if trial is None else trial.surprise
        if trial is not None:
            self._verdict = Verdict.of(trial)
        self.setAccessibleDescription(self.text)
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(sized(self))
        painter.setPen(self._theme.color("secondary"))
        words = QRectF(self.rect())
        painter.drawText(words, Qt.AlignmentFlag.AlignVCenter, "surprise")
        painter.drawText(words, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight, self.text)
        metrics = painter.fontMetrics()
        left = metrics.horizontalAdvance("surprise") + 2 * GRID
        right = self.width() - metrics.horizontalAdvance("0.00") - 2 * GRID
        bar = QRectF(left, words.center().y() - 4, max(GRID, right - left), 8)
        draw_pill(painter, bar, self._theme.color("raised"))
        if self._surprise is not None:
            bar.setWidth(max(2.0, bar.width() * self._surprise))
            draw_pill(painter, bar, self._theme.color(self._verdict.value))
