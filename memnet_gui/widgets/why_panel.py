"""WHY?: a digit beside the memories that decided what it is taken for, in numbers that add up."""

from __future__ import annotations

from PySide6.QtCore import QRect, Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import (
    QLabel,
    QSizePolicy,
    QStackedWidget,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from engine.arrays import Floats
from engine.commands import Explain
from engine.findings import Explanation, Flip
from engine.frame import Frame, NetworkInfo
from memnet_gui.icons import icon
from memnet_gui.reasons import Reasons
from memnet_gui.requests import next_request
from memnet_gui.theme import Theme
from memnet_gui.widgets.panel import Panel
from memnet_gui.widgets.scrolling import reveal, scrolling
from memnet_gui.widgets.segments import Segments
from memnet_gui.widgets.vote_bars import MOST_IN_ONE_COLUMN, SMALLEST_ROW, USUAL_ROW
from memnet_gui.widgets.why_difference import DifferenceSection
from memnet_gui.widgets.why_digit import PICTURES, WhyDigit, WhyVotes, origin_words
from memnet_gui.widgets.why_flip import GIVEN_UP, LOOKING, FlipSection
from memnet_gui.widgets.why_layout import ROWS, Arrangement, WhyGrid
from memnet_gui.widgets.why_list import ReasonList

INVITATION = "Press W, or click any digit or drawing, to ask why it is answered as it is."
QWIDGETSIZE_MAX = (1 << 24) - 1
"""Qt's own word for no greatest width, which PySide does not pass on."""
UNNAMED = "–"
"""A class that was taken back before anybody heard its name."""
AGAINST = 1


class WhyPanel(Panel):
    """Explains the answer to a digit or a drawing that `explain_source` or `explain_image` asks about.

    asked(object): an `Explain` command. memory_chosen(int, int): layer and slot of a memory that was
    clicked. class_picked(int): the class whose evidence is shown.
    Keys: the arrows walk through the memories, Tab goes from part to part, a class's own key (0–9)
    picks the class.
    """

    refresh_hz = 10
    asked = Signal(object)
    memory_chosen = Signal(int, int)
    class_picked = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("Why?", parent)
        self._info: NetworkInfo | None = None
        self._names: tuple[str, ...] = ()
        self._question: Explain | None = None
        self._reasons: Reasons | None = None
        self._flip: Flip | None = None
        self._sought = ""
        """What is said in place of the flip."""
        self._picked: int | None = None
        self._pointed: int | None = None
        self._arrangement: Arrangement | None = None
        self.empty = QLabel(INVITATION)
        self.order = Segments(
            "Memories in order of what they say",
            [
                ("For", "Those that speak most for the class first"),
                ("Against", "Those that speak most against the class first"),
            ],
        )
        self.again_button = QToolButton()
        self.digit, self.votes = WhyDigit(), WhyVotes()
        self.votes_area = scrolling(self.votes)
        self.votes_area.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Ignored)
        self._votes_place = QWidget()
        self.first, self.second = ReasonList("Memories: the answer"), ReasonList("Memories: the other class")
        self.difference, self.flip = DifferenceSection(), FlipSection()
        self._lay_out()
        self._connect()
        self._forget()

    # ── building ──────────────────────────────────────────────────────────────────────────────

    def _lay_out(self) -> None:
        self.again_button.setObjectName("icon")
        self.again_button.setToolTip("Ask again: the same digit, with the memories as they are now")
        self.again_button.setAccessibleName("Ask again about the same digit")
        self.header.addWidget(self.order)
        self.header.addWidget(self.again_button)
        self.empty.setObjectName("emptyState")
        self.empty.setWordWrap(True)
        self.empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        content = QWidget()
        parts = (self.digit, self._votes_place, self.first, self.second, self.difference, self.flip)
        self._grid = WhyGrid(content, parts)
        self.area = scrolling(content)
        self.pages = QStackedWidget()
        self.pages.addWidget(self.empty)
        self.pages.addWidget(self.area)
        self.body.addWidget(self.pages, 1)
        column = QVBoxLayout(self._votes_place)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.votes_area, 1)
        column.addStretch(0)
        self._arrange(Arrangement.WIDE)

    def _connect(self) -> None:
        self.again_button.clicked.connect(self.ask_again)
        self.order.chosen.connect(self._turn_round)
        self.votes.picked.connect(self.pick)
        self.votes.reached.connect(self._follow_votes)
        self.flip.chosen.connect(self.memory_chosen)
        for reasons in (self.first, self.second):
            reasons.pointed.connect(self._point)
            reasons.chosen.connect(self.memory_chosen)

    def _arrange(self, arrangement: Arrangement) -> None:
        if arrangement is self._arrangement:
            return
        self._arrangement = arrangement
        self._grid.arrange(arrangement)
        self.digit.set_side(PICTURES[list(Arrangement).index(arrangement)])
        beside = arrangement is Arrangement.WIDE
        self._votes_place.setMaximumWidth(PICTURES[0] if beside else QWIDGETSIZE_MAX)
        for reasons in (self.first, self.second):
            reasons.set_rows(ROWS[arrangement])
        self._show_memory()

    def resizeEvent(self, event: QResizeEvent) -> None:
        margins = self.body.contentsMargins()
        self._arrange(Arrangement.of(event.size().width() - margins.left() - margins.right()))
        super().resizeEvent(event)

    def set_theme(self, theme: Theme) -> None:
        self.again_button.setIcon(icon("reset", theme.text))
        for part in (self.digit, self.votes, self.first, self.second, self.difference, self.flip):
            part.set_theme(theme)

    # ── asking ────────────────────────────────────────────────────────────────────────────────

    @property
    def shown(self) -> Explanation | None:
        """What is explained at the moment."""
        return None if self._reasons is None else self._reasons.explanation

    @Slot(int, bool)
    def explain_source(self, source: int, held_out: bool) -> None:
        """Ask about a digit of the training data or, where `held_out`, of the test data."""
        self._ask(Explain(next_request(), source=source, held_out=held_out))

    @Slot(object)
    def explain_image(self, image: Floats) -> None:
        """Ask about a drawing: (side, side[, 3]) float32 in [0, 1], handed over."""
        self._ask(Explain(next_request(), image=image))

    @Slot()
    def ask_again(self) -> None:
        """Ask the same question of the memories as they are now."""
        before = self._question
        if before is not None:
            self._ask(Explain(next_request(), before.image, before.source, before.held_out))

    def _ask(self, question: Explain) -> None:
        self._question = question
        self.asked.emit(question)

    # ── frames ────────────────────────────────────────────────────────────────────────────────

    def show_frame(self, frame: Frame) -> None:
        if self._info is not frame.info:
            self._adopt(frame.info)
        found, question = frame.findings.explanation, self._question
        if found is None or question is None:
            return
        if found is not self.shown and found.request == question.request:
            self._show(found, frame.info)
        if found is self.shown:
            self._show_flip(frame)

    def _adopt(self, info: NetworkInfo) -> None:
        """Another run, or another set of classes."""
        before, self._info = self._info, info
        if before is None or before.run != info.run:
            self._forget()
            self.digit.set_network(info)
        elif before.class_names != info.class_names and self._reasons is not None:
            self._show(self._reasons.explanation, info)

    def _forget(self) -> None:
        """A new run knows nothing of what was asked before."""
        self._question = self._reasons = self._flip = self._picked = self._pointed = None
        self._names = ()
        self.pages.setCurrentWidget(self.empty)
        self.note_label.say("")
        for part in (self.order, self.again_button):
            part.hide()

    def _show(self, explanation: Explanation, info: NetworkInfo) -> None:
        again = self.shown is not None and _same_digit(self.shown, explanation)
        classes = len(explanation.percept.probabilities)
        # A class that was taken back since keeps its name in what it had a part in.
        names = info.class_names + self._names[len(info.class_names) :]
        self._names = (names + (UNNAMED,) * classes)[: max(classes, len(info.class_names))]
        self._reasons, self._flip, self._sought = Reasons(explanation, info), None, ""
        self._pointed = None
        if not again or (self._picked is not None and self._picked >= classes):
            self._picked = None
        self.pages.setCurrentWidget(self.area)
        for part in (self.order, self.again_button):
            part.show()
        self.note_label.say(origin_words(explanation))
        self.digit.show_explanation(explanation, self._names)
        self.votes.set_classes(self._names[:classes])
        self._fit_votes()
        self._show_class()

    def _fit_votes(self) -> None:
        rows = min(self.votes.rows, MOST_IN_ONE_COLUMN)
        self.votes_area.setMinimumHeight(rows * SMALLEST_ROW)
        self.votes_area.setMaximumHeight(rows * USUAL_ROW)

    def _show_flip(self, frame: Frame) -> None:
        """The answer to the second half of the question, which takes a while."""
        flip, reasons = frame.findings.flip, self._reasons
        if reasons is None or self._flip is not None:
            return
        if flip is not None and flip.request == reasons.explanation.request:
            self._flip = flip
            self.flip.show_flip(flip, reasons, self._names)
            return
        sentence = GIVEN_UP if frame.task is None else LOOKING
        if sentence != self._sought:
            self._sought = sentence
            self.flip.say(sentence)

    # ── the class picked and the memory pointed at ────────────────────────────────────────────

    @property
    def shown_class(self) -> int | None:
        """The class whose evidence is drawn: the one picked, else the answer."""
        if self._reasons is None:
            return None
        return self._reasons.answer if self._picked is None else self._picked

    @Slot(int)
    def pick(self, number: int) -> None:
        """Show the evidence for a class, and its memories beside the answer's; again: the answer's."""
        if self._reasons is None or number >= self._reasons.classes:
            return
        self._picked = None if number in (self._picked, self._reasons.answer) else number
        self._show_class()
        assert self.shown_class is not None
        self.class_picked.emit(self.shown_class)

    def _show_class(self) -> None:
        if self._reasons is not None and self.shown_class is not None:
            self.votes.show_reasons(self._reasons, self.shown_class)
            self._show_lists()

    def _compared(self, reasons: Reasons) -> tuple[int, int]:
        """The answer; the class picked, or else the runner-up."""
        return reasons.answer, reasons.runner_up if self._picked is None else self._picked

    @Slot()
    def _turn_round(self) -> None:
        """The lists begin with other memories."""
        self._pointed = None
        self._show_lists()

    def _show_lists(self) -> None:
        """The answer, and beside it the other class."""
        reasons = self._reasons
        if reasons is None:
            return
        first, second = self._compared(reasons)
        role = "runner-up" if second == reasons.runner_up else "picked"
        against_first = self.order.index == AGAINST
        for part, number, words in ((self.first, first, "answer"), (self.second, second, role)):
            true = ", true label" if number == reasons.explanation.label else ""
            part.show_class(reasons, number, self._names, f"{words}{true}", against_first=against_first)
        listed = self.first.table.listed
        if self._pointed is None and listed:
            self._pointed = listed[0]
        self._show_memory()

    @Slot(int)
    def _point(self, index: int) -> None:
        if index != self._pointed:
            self._pointed = index
            self._show_memory()

    def _show_memory(self) -> None:
        """The memory pointed at: its difference to the digit, and its field framed in the digit."""
        reasons, shown = self._reasons, self.shown_class
        if reasons is None or shown is None:
            return
        memory = None if self._pointed is None else reasons.memory(self._pointed)
        ledgers = [reasons.ledger(number) for number in self._compared(reasons)]
        self.difference.show_memory(memory, ledgers, self._names)
        for part in (self.first, self.second):
            part.table.mark(self._pointed)
        field = None if memory is None or memory.whole else memory.field
        self.digit.show_evidence(reasons.explanation, shown, self._names, field)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.text() and event.text() in self._names:
            self.pick(self._names.index(event.text()))
        else:
            super().keyPressEvent(event)

    @Slot(QRect)
    def _follow_votes(self, row: QRect) -> None:
        reveal(self.votes_area, self.votes, row)


def _same_digit(one: Explanation, other: Explanation) -> bool:
    """Are both about the same digit, so that what was picked can stay?"""
    return one.source >= 0 and (one.source, one.held_out) == (other.source, other.held_out)
