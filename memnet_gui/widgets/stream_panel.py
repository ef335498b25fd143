"""STREAM: the digit that just arrived, the answer, the votes, and what spoke for and against."""

from __future__ import annotations

from PySide6.QtCore import QRect, Signal, Slot
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QWidget

from engine.frame import Frame, NetworkInfo, RunState, Trial
from memnet_gui.evidence import EvidenceMap, shares
from memnet_gui.theme import GRID, Theme
from memnet_gui.throttle import Throttle
from memnet_gui.widgets.answer_line import AnswerLine, SurpriseBar
from memnet_gui.widgets.digit_view import DigitView
from memnet_gui.widgets.mistakes_strip import MistakesStrip
from memnet_gui.widgets.panel import Panel
from memnet_gui.widgets.read_out import ReadOut
from memnet_gui.widgets.scrolling import scrolling
from memnet_gui.widgets.segments import Segments
from memnet_gui.widgets.vote_bars import LARGEST_ROW, MOST_IN_ONE_COLUMN, SMALLEST_ROW, VoteBars

EVIDENCE, PLAIN = 0, 1
MISTAKES_MS = 250
"""The last mistakes are redrawn at most this often while digits stream by."""
_READY = "Press Space to start"
_WAITING = {
    RunState.LOADING: "Loading the digits",
    RunState.PLAYING: "The first digit is on its way",
    RunState.FAILED: "Stopped before the first digit",
}
_OPENED = {
    RunState.LOADING: "Loading the digits",
    RunState.PLAYING: "The next digit is on its way",
    RunState.PAUSED: "Press Space to go on",
    RunState.FINISHED: "All digits were seen. Draw one, or reset to begin again.",
    RunState.FAILED: "Stopped by an error; what was learned is kept",
}
"""A snapshot brings what was learned, not the digit that was seen last."""


class StreamPanel(Panel):
    """The stream's newest digit. The digit's picture gives way first when the panel is low.

    class_picked(int): the class whose evidence is now shown. mistake_clicked(object): a `Mistake`.
    why_requested: the digit was clicked.
    """

    refresh_hz = 12
    class_picked = Signal(int)
    mistake_clicked = Signal(object)
    why_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("Stream", parent)
        self._info: NetworkInfo | None = None
        self._trial: Trial | None = None
        self._sentence: str | None = None
        """What the empty panel says; None while it shows a digit or has still to be emptied."""
        self._picked: int | None = None
        self.digit = DigitView("Digit")
        self.digit.setToolTip("Click to see why it is answered as it is (W)")
        self.digit.pressed.connect(self.why_requested)
        self.answer = AnswerLine()
        self.votes = VoteBars()
        self.votes_area = scrolling(self.votes)  # more than twelve bars scroll
        self.surprise = SurpriseBar()
        self.mode = Segments(
            "Digit shown with",
            [
                (
                    "Evidence",
                    "Draw what each column says for (blue) or against (orange) the class, where it looks",
                ),
                ("Plain", "Draw the digit alone"),
            ],
        )
        self.shares_label = ReadOut()
        self.shares_label.setToolTip("Each layer's share of the votes in favour of the class shown")
        self.mistakes = MistakesStrip()
        self.mistakes_note = ReadOut("panelNote")
        self.mistakes_note.align_right()
        self._mistakes_turn = Throttle(MISTAKES_MS, self)
        self._lay_out()
        self.votes.picked.connect(self._pick)
        self.votes.reached.connect(self._follow)
        self.mode.chosen.connect(self._draw_digit)
        self.mistakes.mistake_clicked.connect(self.mistake_clicked)
        self._mistakes_turn.due.connect(self._show_mistakes)
        self._show_nothing(_READY)

    # ── layout ────────────────────────────────────────────────────────────────────────────────

    def _lay_out(self) -> None:
        toggle, heading = QHBoxLayout(), QHBoxLayout()
        self.body.addWidget(self.digit, 100)
        self.body.addWidget(self.answer)
        self.body.addWidget(self.votes_area)
        self.body.addWidget(self.surprise)
        self.body.addLayout(toggle)
        self.body.addWidget(self.shares_label)
        self.body.addSpacing(GRID)
        self.body.addLayout(heading)
        self.body.addWidget(self.mistakes, 1)
        toggle.addWidget(self.mode)
        toggle.addStretch(1)
        title = QLabel("LAST MISTAKES")
        title.setObjectName("panelTitle")
        heading.addWidget(title)
        heading.addWidget(self.mistakes_note, 1)
        self._fit_votes()

    def _fit_votes(self) -> None:
        rows = min(self.votes.rows, MOST_IN_ONE_COLUMN)
        self.votes_area.setMinimumHeight(min(rows, 10) * SMALLEST_ROW)
        self.votes_area.setMaximumHeight(rows * LARGEST_ROW)

    def resizeEvent(self, event: QResizeEvent) -> None:
        self.digit.setMaximumHeight(max(56, self.body.contentsRect().width()))
        super().resizeEvent(event)

    # ── frames ────────────────────────────────────────────────────────────────────────────────

    def set_theme(self, theme: Theme) -> None:
        for part in (self.digit, self.answer, self.votes, self.surprise, self.mistakes):
            part.set_theme(theme)

    def show_frame(self, frame: Frame) -> None:
        if self._info is not frame.info:
            self._adopt(frame.info)
        self._mistakes_turn.offer(frame, at_once=frame.state is not RunState.PLAYING)
        if frame.trial is None:
            sentences = _OPENED if frame.score.seen else _WAITING
            self._show_nothing(sentences.get(frame.state, _READY))
        elif frame.trial is not self._trial:
            self._show_trial(frame.trial, frame.info)

    @Slot(object)
    def _show_mistakes(self, frame: Frame) -> None:
        self.mistakes.show_mistakes(frame.mistakes, frame.info.class_names)
        count = frame.score.seen - frame.score.correct
        self.mistakes_note.say(f"{count:,} so far" if count else "")

    def _adopt(self, info: NetworkInfo) -> None:
        """Another run, or another set of classes."""
        known, self._info = self._info, info
        if known is None or known.run != info.run:
            self._picked = None
            self.mistakes.forget()
            self.mistakes_note.say("")
        if known is None or known.class_names != info.class_names:
            self.votes.set_classes(info.class_names)
            self._fit_votes()
        self._trial = self._sentence = None
        self._evidence = EvidenceMap(info)

    def _show_nothing(self, sentence: str) -> None:
        if self._sentence == sentence:
            return
        self._trial, self._sentence = None, sentence
        self.digit.clear(sentence)
        self.digit.set_pressable(False)
        names = self._info.class_names if self._info else ()
        self.answer.show_trial(None, names)
        self.surprise.show_trial(None)
        self.votes.show_votes(None, None, None)
        self.note_label.say("")
        self._describe_evidence()

    def _show_trial(self, trial: Trial, info: NetworkInfo) -> None:
        if self._trial is None:
            self.digit.set_pressable(True)
        self._trial, self._sentence = trial, None
        self.note_label.say(f"digit {trial.digit:,}")
        self.answer.show_trial(trial, info.class_names)
        self.surprise.show_trial(trial)
        self._draw_digit()

    @property
    def shown_class(self) -> int | None:
        """The class whose evidence is drawn: the picked one, else the answer."""
        if self._trial is None:
            return None
        percept = self._trial.percept
        known = self._picked is not None and self._picked < len(percept.probabilities)
        return self._picked if known else percept.answer

    @Slot()
    def _draw_digit(self) -> None:
        shown = self.shown_class
        if self._trial is not None and shown is not None:
            percept = self._trial.percept
            visible = self.mode.index == EVIDENCE and self._evidence.places
            self.digit.show_digit(percept.image, self._evidence.relative(percept, shown) if visible else None)
            self.votes.show_votes(
                percept.probabilities, self._trial.label, shown if self.mode.index == EVIDENCE else None
            )
        self._describe_evidence()

    # ── evidence ──────────────────────────────────────────────────────────────────────────────

    @Slot(int)
    def _pick(self, number: int) -> None:
        """A bar was clicked: show its evidence, or the answer's again."""
        if self._info is None:
            return
        self._picked = None if number == self._picked else number
        self.mode.choose(EVIDENCE)
        self._draw_digit()
        if self.shown_class is not None:
            self.class_picked.emit(self.shown_class)

    @Slot(QRect)
    def _follow(self, row: QRect) -> None:
        """Keep the row that the keyboard is on in sight."""
        self.votes_area.ensureVisible(row.center().x(), row.center().y(), 0, row.height())

    def _describe_evidence(self) -> None:
        """Say for which class the evidence is, and which layers gave it."""
        shown, info, trial = self.shown_class, self._info, self._trial
        if shown is None or info is None or trial is None or self.mode.index == PLAIN:
            self.digit.set_caption("")
            self.shares_label.say("")
            return
        if not self._evidence.places:
            self.digit.set_caption("")
            self.shares_label.say("whole digits vote as one: no map")
            return
        self.digit.set_caption(f"evidence for {info.class_names[shown]}")
        parts = shares(trial.percept, shown)
        if parts is None:
            self.shares_label.say("no memory votes for it")
            return
        pairs = [
            (layer.whole, f"{layer.name} {100 * part:.0f} %", f"{100 * part:.0f} %")
            for layer, part in zip(info.layers, parts, strict=True)
        ]
        words = ", ".join(f"whole digits {share}" if whole else named for whole, named, share in pairs)
        short = ", ".join(f"digits {share}" if whole else named for whole, named, share in pairs)
        self.shares_label.say(f"{words} of the vote", words, short)
