"""What would have to be silent for the answer to change."""

from __future__ import annotations

from PySide6.QtCore import QRect, Signal, Slot
from PySide6.QtWidgets import QLabel, QWidget

from engine.findings import Flip
from memnet_gui.reasons import Reasons, placed, vote_text
from memnet_gui.theme import Theme
from memnet_gui.widgets.scrolling import reveal, scrolling
from memnet_gui.widgets.section import Section
from memnet_gui.widgets.thumb_grid import LARGE_THUMB, Thumb, ThumbGrid

LOOKING = "Looking for what it hangs on…"
GIVEN_UP = "The search was given up. “Ask again” takes it up."
_TIP = (
    "Whichever memory speaks most for the answer against the runner-up is silenced, one after the\n"
    "other, until the answer changes; then those speak again that need not be silent. When a memory\n"
    "is silent others answer in its place. There may be a smaller set that this does not find."
)


def flip_sentence(flip: Flip, names: tuple[str, ...]) -> str:
    """What was found, in words. names: of the classes."""
    if flip.answer is None:
        return f"No set of up to {flip.limit} memories, silenced from the strongest on, changes it."
    these = "this memory" if len(flip.ids) == 1 else f"these {len(flip.ids)} memories"
    return f"Silencing {these} would make it say {names[flip.answer]}."


class FlipSection(Section):
    """A sentence, and the memories that would have to be silent, in order.

    chosen(int, int): layer and slot of one that was clicked.
    """

    chosen = Signal(int, int)

    def __init__(self, parent: QWidget | None = None) -> None:
        self.sentence = QLabel()
        self.sentence.setWordWrap(True)
        self.sentence.setObjectName("caption")
        self.grid = ThumbGrid("Memories that the answer hangs on", LARGE_THUMB)
        self.area = scrolling(self.grid)
        self.area.setMinimumHeight(LARGE_THUMB + 16)
        super().__init__("What it hangs on", self.sentence, _TIP, parent)
        column = self.layout()
        assert column is not None
        column.addWidget(self.area)
        self.grid.picked.connect(self._choose)
        self.grid.reached.connect(self._follow)

    def set_theme(self, theme: Theme) -> None:
        self.grid.set_theme(theme)

    def say(self, sentence: str) -> None:
        """Words instead of memories."""
        self.note.say("")
        self.sentence.setText(sentence)
        self.grid.show_thumbs([])

    def show_flip(self, flip: Flip, reasons: Reasons, names: tuple[str, ...]) -> None:
        """What was found for the answer that the reasons are for."""
        self.sentence.setText(flip_sentence(flip, names))
        self.note.say("" if flip.answer is None else "one by one, in this order")
        self.grid.show_thumbs(flip_thumbs(flip, reasons, names))

    @Slot(object)
    def _choose(self, key: tuple[int, int]) -> None:
        self.chosen.emit(*key)

    @Slot(QWidget, QRect)
    def _follow(self, grid: QWidget, place: QRect) -> None:
        reveal(self.area, grid, place)


def flip_thumbs(flip: Flip, reasons: Reasons, names: tuple[str, ...]) -> list[Thumb]:
    """The memories in the order in which they are silenced, each with its present vote for the answer."""
    image, answer = reasons.explanation.percept.image, reasons.answer
    rows = zip(flip.layers.tolist(), flip.slots.tolist(), flip.ids.tolist(), flip.pictures, strict=True)
    thumbs = []
    for number, (layer, slot, id, picture) in enumerate(rows, start=1):
        index = reasons.find(layer, id)
        vote = vote_text(0 if index is None else int(reasons.ledger(answer).votes[index]))
        says = f"vote for {names[answer]} {vote}" if index is not None else "answers once others are silent"
        thumbs.append(
            Thumb(
                key=(layer, slot),
                picture=placed(image, picture, reasons.field(layer, slot)),
                lines=(f"{number}. {vote}",),
                fact=f"{number} of {len(flip.ids)} · memory {id:,} · {says}",
            )
        )
    return thumbs
