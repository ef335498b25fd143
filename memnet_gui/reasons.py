"""An answer as arithmetic that a reader can check: votes, shares and sums, to the last digit shown.

What is shown is rounded, and rounded numbers seldom add up. Here they do: whole thousandths of a vote
and whole tenths of a per cent are dealt out by largest remainder (Hamilton's method), first to the
layers, then to the memories of each. So every number is less than one unit from its exact value, and
every sum of shown numbers is the sum that is shown.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from engine.arrays import Bytes, Floats, Ints
from engine.findings import Explanation
from engine.frame import NetworkInfo

VOTE = 1000
"""Votes are shown in thousandths: three decimals."""
WHOLE = 1000
"""Shares are shown in tenths of a per cent: one decimal."""
_FINE = 32
"""Bits below a unit in the exact sums: fixed point, good for two million votes."""
FAINT = 0.2
"""Centred fields whose values range over less than this are drawn fainter, not stretched to full ink."""
MINUS = "−"
"""As wide as a plus, so that columns of figures stand in line."""
_GHOST = 0.3
"""How much ink is left of a digit around the memory that is drawn into it."""
_EDGE = 0.55
"""And the edge's ink."""

Numbers = npt.NDArray[np.float64]


def fixed(values: Numbers) -> Ints:
    """Numbers of units as fixed point, which adds up without rounding."""
    return np.rint(values * (1 << _FINE)).astype(np.int64)


def nearest(exact: Ints) -> Ints:
    """Fixed point → whole units, halves up."""
    return (exact + (1 << (_FINE - 1))) >> _FINE


def apportion(exact: Ints, total: int) -> Ints:
    """Round fixed-point numbers (n,) to whole units, down or up, such that they add up to `total`.

    Those with the largest remainders are rounded up, earlier ones first where they are equal. Raises
    ValueError where no such rounding gives that total.
    """
    whole = exact >> _FINE
    missing = total - int(whole.sum())
    remainders = exact - (whole << _FINE)
    if not 0 <= missing <= np.count_nonzero(remainders):
        raise ValueError(f"total: rounding down or up cannot give {total}")
    whole[np.argsort(-remainders, kind="stable")[:missing]] += 1
    return whole


def vote_text(thousandths: int) -> str:
    """ "+7.431", "−0.010" or "0.000"."""
    return f"{_sign(thousandths)}{abs(thousandths) / VOTE:.3f}"


def share_text(tenths: int) -> str:
    """ "12.3 %" or "−0.4 %"."""
    return f"{_sign(tenths).replace('+', '')}{abs(tenths) / 10:.1f} %"


def weight_text(weight: float, decimals: int = 2) -> str:
    """An association: "+0.83", "−0.10" or "0.00"."""
    size = f"{abs(weight):.{decimals}f}"
    return size if not float(size) else f"{'+' if weight > 0 else MINUS}{size}"


def _sign(number: int) -> str:
    return "+" if number > 0 else MINUS if number < 0 else ""


def softmax(votes: Numbers) -> Numbers:
    """(C,) votes → probabilities."""
    powers = np.exp(votes - votes.max())
    probabilities: Numbers = powers / powers.sum()
    return probabilities


def runner_up(probabilities: Floats) -> int:
    """The class after the answer; the first of them where several are equal."""
    others = probabilities.astype(np.float64)
    others[probabilities.argmax()] = -1
    return int(others.argmax())


@dataclass(frozen=True, slots=True, eq=False)
class Ledger:
    """The votes for one class as they are shown, of all n memories that answered.

    votes: (n,) int64, thousandths. shares: (n,) int64, tenths of a per cent of all that was said *for*
    the class: the positive ones add up to 100 %, and a memory that speaks against it has as much of
    that below nothing. (A share of the sum of all votes would mean little where they nearly cancel
    out, and less where it is negative.) None where less than a thousandth of a vote is for the class.
    layers: (L,) int64, each layer's votes. order: (n,) int64, memories from the one that speaks most
    for the class to the one that speaks most against it.
    """

    number: int
    votes: Ints
    shares: Ints | None
    layers: Ints
    order: Ints

    @property
    def total(self) -> int:
        """All votes for the class, in thousandths."""
        return int(self.votes.sum())

    @property
    def favour(self) -> int:
        """What is said for the class."""
        return int(self.votes[self.votes > 0].sum())

    @property
    def against(self) -> int:
        """What is said against it, not above 0."""
        return int(self.votes[self.votes < 0].sum())


@dataclass(frozen=True, slots=True, eq=False)
class Answering:
    """One memory that answered. index: its number among all that did.

    association: (C,) float32. field: top row, left column and side of its receptive field in pixels.
    picture: (field, field[, 3]) uint8. seen, pattern: (d,) float32, what was compared; centred: without
    their means.
    """

    index: int
    layer: int
    layer_name: str
    whole: bool
    slot: int
    id: int
    column: int
    distance: float
    activation: float
    association: Floats
    field: tuple[int, int, int]
    picture: Bytes
    seen: Floats
    pattern: Floats
    centred: bool
    taught: bool


class Reasons:
    """An explanation as one list of n memories: those of the first layer, then those of the next.

    votes: (n, C) float64. totals: (C,) int64, all votes for each class in thousandths, as shown.
    """

    def __init__(self, explanation: Explanation, info: NetworkInfo) -> None:
        self.explanation = explanation
        self._info = info
        counts = [len(layer.ids) for layer in explanation.layers]
        self._first = np.concatenate([[0], np.cumsum(counts)]).astype(np.int64)
        self.votes: Numbers = np.concatenate(
            [
                layer.activations.astype(np.float64)[:, None] * layer.associations
                for layer in explanation.layers
            ]
        )
        self._exact = fixed(self.votes * VOTE)
        self.totals = nearest(self._exact.sum(axis=0))
        self._ledgers: dict[int, Ledger] = {}

    @property
    def count(self) -> int:
        return len(self.votes)

    @property
    def classes(self) -> int:
        return len(self.totals)

    @property
    def layer_names(self) -> tuple[str, ...]:
        """The layers, as they are called in words."""
        return tuple("whole digits" if layer.whole else layer.name for layer in self._info.layers)

    @cached_property
    def answer(self) -> int:
        return self.explanation.percept.answer

    @cached_property
    def runner_up(self) -> int:
        return runner_up(self.explanation.percept.probabilities)

    def ledger(self, number: int) -> Ledger:
        """The votes for a class."""
        if number not in self._ledgers:
            self._ledgers[number] = self._make_ledger(number)
        return self._ledgers[number]

    def _make_ledger(self, number: int) -> Ledger:
        exact = self._exact[:, number]
        slices = [slice(*ends) for ends in zip(self._first[:-1], self._first[1:], strict=True)]
        sums = np.array([exact[part].sum() for part in slices])
        layers = apportion(sums, int(self.totals[number]))
        shown = [apportion(exact[part], int(votes)) for part, votes in zip(slices, layers, strict=True)]
        votes = self.votes[:, number]
        return Ledger(
            number, np.concatenate(shown), _shares(votes), layers, np.argsort(-votes, kind="stable")
        )

    def memory(self, index: int) -> Answering:
        """The memory with that number in the list."""
        number = int(np.searchsorted(self._first, index, side="right")) - 1
        reasons, layer = self.explanation.layers[number], self._info.layers[number]
        row = index - int(self._first[number])
        column = int(reasons.columns[row])
        return Answering(
            index=index,
            layer=number,
            layer_name=layer.name,
            whole=layer.whole,
            slot=int(reasons.slots[row]),
            id=int(reasons.ids[row]),
            column=column,
            distance=float(reasons.distances[row]),
            activation=float(reasons.activations[row]),
            association=reasons.associations[row],
            field=self.field(number, int(reasons.slots[row])),
            picture=reasons.pictures[row],
            seen=reasons.fields[column],
            pattern=reasons.patterns[row],
            centred=self._info.config.layers[number].centred,
            taught=bool(reasons.taught[row]),
        )

    def field(self, layer: int, slot: int) -> tuple[int, int, int]:
        """Top row, left column and side of the receptive field that a slot belongs to, in pixels."""
        shape = self._info.layers[layer]
        top, left = shape.origins[slot // shape.capacity].tolist()
        return top, left, shape.field

    def find(self, layer: int, id: int) -> int | None:
        """The number of a memory in the list; None where it did not answer."""
        rows = np.flatnonzero(self.explanation.layers[layer].ids == id)
        return int(self._first[layer] + rows[0]) if len(rows) else None


def _shares(votes: Numbers) -> Ints | None:
    """Votes (n,) in tenths of a per cent of the positive ones' sum, which get exactly 100 %."""
    favour = votes[votes > 0].sum()
    if favour * VOTE < 1:
        return None
    exact = fixed(np.abs(votes) / favour * WHOLE)
    shares = np.zeros(len(votes), np.int64)
    shares[votes > 0] = apportion(exact[votes > 0], WHOLE)
    against = exact[votes < 0]
    shares[votes < 0] = -apportion(against, int(nearest(against.sum())))
    return shares


@dataclass(frozen=True, slots=True, eq=False)
class Comparison:
    """What was seen beside what was remembered, both (field, field[, 3]) uint8 on one scale of ink;
    difference: (field, field) float32 in [−1, 1], positive where the digit has more ink."""

    seen: Bytes
    remembered: Bytes
    difference: Floats


def compare(memory: Answering) -> Comparison:
    """The digit's field and a memory as pictures, and one less the other."""
    side = memory.field[2]
    shape = (side, side) if len(memory.pattern) == side**2 else (side, side, 3)
    low = min(float(memory.seen.min()), float(memory.pattern.min()))
    high = max(float(memory.seen.max()), float(memory.pattern.max()))
    span = max(high - low, FAINT if memory.centred else 1e-6)
    seen, remembered = (
        np.rint((values - low) * (255 / span)).astype(np.uint8).reshape(shape)
        for values in (memory.seen, memory.pattern)
    )
    difference = ((memory.seen - memory.pattern) / span).reshape(shape)
    return Comparison(
        seen, remembered, (difference.mean(axis=2) if difference.ndim == 3 else difference).astype(np.float32)
    )


def placed(image: Floats, picture: Bytes, field: tuple[int, int, int]) -> Bytes:
    """A memory's picture where it sees: in an image that is faint elsewhere, with an edge around it.

    image: (side, side[, 3]) float32 in [0, 1]. field: top row, left column and side in pixels.
    Returns uint8 of the image's shape; a picture as large as the image comes back as it is.
    """
    top, left, side = field
    if side >= len(image):
        return picture
    scene: Bytes = np.rint(np.clip(image, 0, 1) * (255 * _GHOST)).astype(np.uint8)
    scene[max(0, top - 1) : top + side + 1, max(0, left - 1) : left + side + 1] = round(255 * _EDGE)
    scene[top : top + side, left : left + side] = picture
    return scene
