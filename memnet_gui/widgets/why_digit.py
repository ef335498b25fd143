"""The digit in question, large: what it is, what is said of it now and was said then, every class's vote."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QFontMetrics, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QVBoxLayout, QWidget

from engine.findings import Explanation
from engine.frame import NetworkInfo
from memnet_gui.evidence import EvidenceMap
from memnet_gui.reasons import Reasons, vote_text
from memnet_gui.theme import BODY, DARK, DISPLAY, GRID, Theme
from memnet_gui.widgets.digit_view import DigitView
from memnet_gui.widgets.painting import fitting, sized, stand_on_panel
from memnet_gui.widgets.read_out import ReadOut
from memnet_gui.widgets.vote_bars import VoteBars

PICTURES = (50 * GRID, 36 * GRID, 29 * GRID)
"""Edges in pixels: seven, five or four screen pixels to a pixel of a digit, and a margin."""
_FIGURE_SPACE = "\N{FIGURE SPACE}"
"""As wide as a figure, so that votes stand in line whatever percentage follows them."""


def origin_words(explanation: Explanation) -> str:
    """Which digit this is."""
    if explanation.source < 0:
        return "a drawing"
    if explanation.held_out:
        return f"held-out digit {explanation.source:,}"
    if explanation.digit:
        return f"digit {explanation.digit:,}"
    return f"training digit {explanation.source:,}, not seen yet"


def history_words(explanation: Explanation, names: tuple[str, ...]) -> str:
    """What is said of it, and was said when it was seen."""
    parts = [] if explanation.label is None else [f"label {names[explanation.label]}"]
    if explanation.said is not None:
        same = explanation.said == explanation.percept.answer
        parts.append("said so then too" if same else f"said {names[explanation.said]} then")
    return " · ".join(parts)


class AnswerNow(QWidget):
    """The class answered, large and in its colour; whether that is right; its probability."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setToolTip("What is answered with the memories as they are, and its probability")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        stand_on_panel(self)
        self._theme = DARK
        self._answer = 0
        self._name = self._verdict = self._sure = self._roughly = ""

    def sizeHint(self) -> QSize:
        return QSize(116, 28)

    def minimumSizeHint(self) -> QSize:
        return QSize(116, 28)

    def set_theme(self, theme: Theme) -> None:
        self._theme = theme
        self.update()

    @property
    def text(self) -> str:
        return f"{self._name} {self._verdict} {self._sure}".replace("  ", " ")

    def show_answer(self, explanation: Explanation, names: tuple[str, ...]) -> None:
        percept = explanation.percept
        self._answer, self._name = percept.answer, names[percept.answer]
        self._sure = f"{100 * percept.confidence:.1f} %"
        self._roughly = f"{100 * percept.confidence:.0f} %"
        self._verdict = ""
        if explanation.label is not None:
            self._verdict = "right" if explanation.label == percept.answer else "wrong"
        self.setAccessibleName(f"Answer now: {self.text}")
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        display, body, small = sized(self, DISPLAY, bold=True), sized(self, BODY, bold=True), sized(self)
        room = QRectF(self.rect())
        middle = Qt.AlignmentFlag.AlignVCenter
        name = fitting(QFontMetrics(display), room.width() * 0.5, self._name)
        painter.setFont(display)
        painter.setPen(self._theme.class_color(self._answer))
        painter.drawText(room, middle, name)
        left = QFontMetrics(display).horizontalAdvance(name) + 2 * GRID
        if self._verdict:
            sign = "✓" if self._verdict == "right" else "✗"
            painter.setFont(body)
            painter.setPen(self._theme.color(self._verdict))
            painter.drawText(room.adjusted(left, 0, 0, 0), middle, f"{sign} {self._verdict}")
        painter.setFont(small)
        painter.setPen(self._theme.color("secondary"))
        width = room.width() - left - QFontMetrics(body).horizontalAdvance(f"✓ {self._verdict}") - GRID
        words = fitting(QFontMetrics(small), width, f"now, sure {self._sure}", self._sure, self._roughly)
        painter.drawText(room, middle | Qt.AlignmentFlag.AlignRight, words)


class WhyVotes(VoteBars):
    """Probabilities as bars, each with the sum of votes that it comes from; one column, however many."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setToolTip("Softmax of the votes gives the probabilities")
        self._reasons: Reasons | None = None

    @property
    def columns(self) -> int:
        return 1

    def show_reasons(self, reasons: Reasons, shown: int) -> None:
        """shown: the class whose evidence is drawn."""
        self._reasons = reasons
        self.show_votes(reasons.explanation.percept.probabilities, reasons.explanation.label, shown)

    def number_text(self, number: int) -> str:
        """ "+7.431  98.2 %": the votes for a class and the probability that they make."""
        share = super().number_text(number)
        if self._reasons is None or number >= self._reasons.classes:
            return share
        return f"{vote_text(int(self._reasons.totals[number]))}  {share.rjust(7, _FIGURE_SPACE)}"

    @property
    def widest_number(self) -> str:
        return f"+00.000  {super().widest_number}"


class WhyDigit(QWidget):
    """The picture with the evidence for one class behind it, and the field of a memory framed."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.picture = DigitView("The digit in question")
        self.answer = AnswerNow()
        self.history, self.moment = ReadOut(), ReadOut()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.picture, 0, Qt.AlignmentFlag.AlignLeft)
        column.addSpacing(2 * GRID)
        for part in (self.answer, self.history, self.moment):
            column.addWidget(part)
        column.addStretch(1)
        self._evidence: EvidenceMap | None = None
        self.set_side(PICTURES[0])

    def set_side(self, side: int) -> None:
        """How large the picture is."""
        self.picture.setFixedSize(side, side)

    def set_theme(self, theme: Theme) -> None:
        self.picture.set_theme(theme)
        self.answer.set_theme(theme)

    def set_network(self, info: NetworkInfo) -> None:
        """A run with this geometry."""
        self._evidence = EvidenceMap(info)

    def show_explanation(self, explanation: Explanation, names: tuple[str, ...]) -> None:
        self.answer.show_answer(explanation, names)
        self.history.say(history_words(explanation, names))
        self.moment.say(
            f"with the memories as after digit {explanation.at:,}", f"as after {explanation.at:,}"
        )

    def show_evidence(
        self,
        explanation: Explanation,
        shown: int,
        names: tuple[str, ...],
        field: tuple[int, int, int] | None,
    ) -> None:
        """What speaks for and against class `shown`, where; field: one to frame."""
        assert self._evidence is not None
        percept = explanation.percept
        places = self._evidence.places
        self.picture.show_digit(
            percept.image, self._evidence.relative(percept, shown) if places else None, field
        )
        large = self.picture.width() >= PICTURES[0]  # in a smaller one the words would lie on the digit
        self.picture.set_caption(f"evidence for {names[shown]}" if places and large else "")
        self.picture.setToolTip(
            f"Blue speaks for {names[shown]}, orange against it, where the columns look.\n"
            "Click another class's bar for its evidence."
            if places
            else "Whole digits vote as one: there is no map of where."
        )
