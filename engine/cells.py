"""The digits behind a cell of the confusion matrix."""

from __future__ import annotations

import numpy as np

from engine.arrays import Ints
from engine.digit_lists import digit_list
from engine.findings import CellDigits, DigitList
from engine.heldout import HeldOutTest
from engine.session import Session

MOST_SHOWN = 120
"""Digits of a cell that are worth looking through."""


def cell_digits(
    session: Session, last: HeldOutTest | None, request: int, label: int, answer: int
) -> CellDigits:
    """The digits labelled `label` and answered `answer`: seen while learning, the newest first, and
    held out, in the order of the data set.

    last: the last held-out test that was finished, None before the first. Raises ValueError naming
    `label` or `answer` where there is no such class.
    """
    for name, number in (("label", label), ("answer", answer)):
        if not 0 <= number < session.network.classes:
            raise ValueError(f"{name}: there is no class {number}")
    return CellDigits(
        request,
        label,
        answer,
        _seen(session, label, answer),
        _held_out(session, last, label, answer),
        last.total if last else 0,
        last.at if last else 0,
    )


def _seen(session: Session, label: int, answer: int) -> DigitList:
    data, seen = session.dataset, session.seen
    sources, answers = session.stream.order[:seen], session.answers[:seen]
    # Few of the answers are the one asked for; only their labels need looking up.
    said = np.flatnonzero(answers == answer)
    places: Ints = said[data.train_labels[sources[said]] == label][::-1]
    return digit_list(
        data.train_images,
        data.train_labels,
        sources[places],
        answers[places],
        MOST_SHOWN,
        digits=places + 1,
    )


def _held_out(session: Session, last: HeldOutTest | None, label: int, answer: int) -> DigitList:
    data = session.dataset
    nothing = np.zeros(0, np.int64)
    sources, answers = (last.chosen, last.answers) if last else (nothing, nothing)
    places = np.flatnonzero((data.test_labels[sources] == label) & (answers == answer))
    return digit_list(data.test_images, data.test_labels, sources[places], answers[places], MOST_SHOWN)
