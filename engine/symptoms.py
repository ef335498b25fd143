"""What is worth acting on about the memories, judged from figures: pure functions from facts to hints.

A threshold stands between what was measured on healthy runs and on sick ones: every preset on MNIST
from 1,000 to 60,000 digits on the one side; a capacity far too small, noise among the digits, a class
held back, a gate that lets everything pass and a plasticity far too high on the other.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from engine.arrays import Flags, Floats, Ints, freeze
from engine.commands import Delete, Teach, Tune
from engine.config import LayerConfig
from engine.findings import Hint

FEWEST_DIGITS = 1000
"""Digits before which nothing is judged: classes and memories have not had their turn yet."""

DUPLICATE_DISTANCE = 0.1
"""Memories of one column and class nearer than this say the same. In healthy runs none come nearer
than 0.15; a field as long as most has a length of 0.6 to 1."""
DUPLICATE_SHARE = 0.02
FEWEST_DUPLICATES = 5
"""So many of a layer, and at least so few, are worth a hint. Healthy runs have none."""

WINS_MISSED = 20
"""A memory that won nothing for so many wins of the average memory of its column. Were it as likely
to win as any other, that would happen once in e²⁰."""
DEAD_SHARE = 0.12
"""Healthy columns go through a phase, around digit 10,000, when the first memories of what was learned
better since have not won for that long: up to 7 % of a layer. Noise among every tenth digit makes 17 %."""

STRANGE_SHARE = 1 / 3
"""Share of fields farther than twice the vigilance from every memory. Columns that are full and good
leave 3 % so far (256 places a column), 7 % (64), 22 % (32, for larger fields); 8 places, which cost six
points of accuracy, 45 %."""

STARVING_ERROR = 3.0
"""A class answered wrongly so many times as often as the others starves. The hardest class of healthy
runs reaches 2.4 times; classes with a tenth of their digits, 7 times and more."""
STARVING_DEVIATIONS = 3.0
"""By so many standard deviations must that be more than chance."""
FEWEST_WRONG = 5

LARGEST_STEP = 8.0
"""One digit alone, learned, moves its votes by step × error; softmax overshoots beyond 4, where its
curvature is largest, ½ (D. Böhning, "Multinomial logistic regression algorithm", Annals of the
Institute of Statistical Mathematics 44, 1992). Errors are seldom where it is largest: healthy runs are
at 5.3 or less after 1,000 digits and fall; at 10, with twice the plasticity, 0.3 points of accuracy are
lost in the end, at 20 more than one."""


@dataclass(frozen=True, slots=True, eq=False)
class LayerFacts:
    """What was found out about a layer of `columns` columns; memories that are muted are left out.

    Of its n memories: ids, wins, births, missed (wins of the average memory of its column since its
    birth), (n,) int64; usefulness (n,) float32; taught, duplicate (so like a memory of the same column
    and class, which stays, that one of them says nothing new), (n,) bool.
    full: all places are taken, by muted ones too. strange: share of the last fields that were farther
    than twice the vigilance from every memory; None where that was not looked at. step: by how much,
    times its error, a digit moves the votes for its class when it is learned; None without plasticity.
    """

    number: int
    config: LayerConfig
    columns: int
    ids: Ints
    wins: Ints
    births: Ints
    missed: Ints
    usefulness: Floats
    taught: Flags
    duplicate: Flags
    full: bool
    strange: float | None
    step: float | None

    @property
    def whole(self) -> bool:
        return self.columns == 1

    @property
    def dead(self) -> Flags:
        """Won nothing since they were recruited, for long, and their votes did no good either."""
        silent = (self.wins <= 1) & (self.missed >= WINS_MISSED) & (self.usefulness <= 0)
        return silent & ~self.taught & ~self.duplicate


@dataclass(frozen=True, slots=True, eq=False)
class RunFacts:
    """What was found out about a run. recent: accuracy over the last 1,000 digits.

    labels, answers: (n,) int64, of the last digits. memories: (C,) int64, how many speak loudest for
    each class, in all layers. mistakes: (source, label) of digits answered wrongly, newest first, that
    have not been taught.
    """

    seen: int
    recent: float
    class_names: tuple[str, ...]
    labels: Ints
    answers: Ints
    memories: Ints
    mistakes: Sequence[tuple[int, int]]
    layers: Sequence[LayerFacts]


def hints(facts: RunFacts) -> tuple[Hint, ...]:
    """What is worth acting on, most urgent first: what spoils all that is learned from now on, what is
    not learned at all, who is left behind, what only takes room. No memory is named by two of them."""
    if facts.seen < FEWEST_DIGITS:
        return ()
    tight = [hint for layer in facts.layers for hint in full(layer)]
    served = {hint.layer for hint in tight if hint.remedy is not None}
    others = [layer for layer in facts.layers if layer.number not in served]
    return (
        *(hint for layer in facts.layers for hint in overshooting(layer, facts.recent)),
        *tight,
        *starving(facts),
        *(hint for layer in others for hint in duplicates(layer)),
        *(hint for layer in others for hint in dead(layer)),
    )


def full(layer: LayerFacts) -> Iterator[Hint]:
    """All places are taken, and that hurts.

    A surprise gate that is shut always does: what surprises from then on is not stored. Columns are
    meant to fill up within the first digits and then to refine and to reweigh what they have, so being
    full says nothing about them: they are too small only if much of what they see is like no memory.
    """
    if not layer.full:
        return
    expendable = layer.ids[layer.duplicate | layer.dead]
    name, capacity = layer.config.name, layer.config.capacity
    if len(expendable) == 0:
        room = "None of them is dead or double: only a new run with a larger capacity has more room."
    elif len(expendable) == 1:
        room = "One of them is dead or repeats another, so its place can be had back."
    else:
        room = f"{len(expendable):,} of them are dead or repeat another, so their places can be had back."
    if layer.config.gate == "surprise":
        places = f"{capacity:,} places" if layer.whole else f"{capacity:,} places of its columns"
        why = f"All {places} are taken, so what surprises it from now on is not stored. {room}"
        title = f"The layer {name} is full"
    elif layer.strange is not None and layer.strange > STRANGE_SHARE:
        why = (
            f"All {capacity:,} places of every column are taken, and {_percent(layer.strange, 0)} of what "
            f"the columns saw last was more than twice as far from every memory as new ones are let in at "
            f"({layer.config.vigilance:g}). {room}"
        )
        title = f"The layer {name} is too small"
    else:
        return
    yield _deleting("full", title, why, layer, expendable)


def duplicates(layer: LayerFacts) -> Iterator[Hint]:
    """Many memories that repeat another of the same column and class."""
    ids = layer.ids[layer.duplicate]
    if len(ids) < max(FEWEST_DUPLICATES, DUPLICATE_SHARE * len(layer.ids)):
        return
    kin = "class" if layer.whole else "column and class"
    why = (
        f"{len(ids):,} of the {len(layer.ids):,} memories of {layer.config.name} are nearer than "
        f"{DUPLICATE_DISTANCE:g} to another of their {kin} that won more, where healthy ones keep "
        f"0.15 apart. Without them the others answer in their place, and "
        f"{_percent(len(ids) / len(layer.ids), 0)} of the memories are free again."
    )
    yield _deleting("duplicates", f"{len(ids):,} memories are near-duplicates", why, layer, ids)


def dead(layer: LayerFacts) -> Iterator[Hint]:
    """Many memories that won nothing but the digit they were recruited from."""
    ids = layer.ids[layer.dead]
    if len(ids) == 0 or len(ids) < DEAD_SHARE * len(layer.ids):
        return
    use = "its places are all taken" if layer.full else "they cost time with every digit"
    why = (
        f"{len(ids):,} of the {len(layer.ids):,} memories of {layer.config.name} won nothing but the digit "
        f"they were recruited from, the newest at digit {layer.births[layer.dead].max():,}, while the "
        f"average memory won {layer.missed[layer.dead].min():,} times or more. Their votes did no good "
        f"either, and {use}."
    )
    yield _deleting("dead", f"{len(ids):,} memories have not won for long", why, layer, ids)


def starving(facts: RunFacts) -> Iterator[Hint]:
    """Classes answered wrongly far more often than the others, worst first."""
    classes = len(facts.class_names)
    seen = np.bincount(facts.labels, minlength=classes)
    wrong = np.bincount(facts.labels[facts.labels != facts.answers], minlength=classes)
    others, others_wrong = seen.sum() - seen, wrong.sum() - wrong
    pooled = wrong.sum() / max(1, seen.sum())
    for label in np.argsort(-wrong / np.maximum(1, seen), kind="stable"):
        if wrong[label] < FEWEST_WRONG or others[label] == 0:
            continue
        error, usual = wrong[label] / seen[label], others_wrong[label] / others[label]
        chance = np.sqrt(pooled * (1 - pooled) * (1 / seen[label] + 1 / others[label]))
        if error < STARVING_ERROR * usual or error - usual < STARVING_DEVIATIONS * chance:
            continue
        name = facts.class_names[label]
        source = next((source for source, of in facts.mistakes if of == label), None)
        average = (facts.memories.sum() - facts.memories[label]) / max(1, classes - 1)
        advice = "" if source is not None else "; draw some and teach them"
        why = (
            f"Of the last {seen.sum():,} digits, {seen[label]:,} were of class {name}, and "
            f"{_percent(1 - error)} of them were answered right, against {_percent(1 - usual)} of the "
            f"others. {facts.memories[label]:,} memories speak for it, where {average:,.0f} do for "
            f"another class on average{advice}."
        )
        yield Hint(
            "starving",
            f"Class {name} is starving",
            why,
            None if source is None else Teach(int(label), source=source),
            "" if source is None else f"Teach a missed {name}",
            None,
            freeze(np.zeros(0, np.int64)),
        )


def overshooting(layer: LayerFacts, recent: float) -> Iterator[Hint]:
    """A plasticity with which each digit undoes what others taught.

    Half of it is offered, not the highest that does not overshoot: what was learned so far was learned
    large, and at once far less plastic a layer cannot correct it. (Learned with 20 for 3,000 digits,
    columns reached 96.6 % after 14,000 with 20, 96.8 with 10, 95.7 with 2; with 2, 97.3 % with 2, 97.5
    with 1, 97.2 with 0.5.)
    """
    if layer.step is None or layer.step <= LARGEST_STEP:
        return
    now = layer.config.plasticity
    lower, gentle = _rounded(now / 2, 2), _rounded(now * 4 / layer.step, 1)
    why = (
        f"With a plasticity of {now:g}, a digit that is learned moves the votes for its class by "
        f"{layer.step:.1f} × its error, where more than 4 can overshoot and spoil other digits’ answers. "
        f"The last 1,000 digits were answered right {_percent(recent)} of the time; half of that steadies "
        f"what comes, and a new run with about {gentle:g} would overshoot no more."
    )
    yield Hint(
        "plasticity",
        f"The layer {layer.config.name} changes its mind too fast",
        why,
        Tune(layer.number, lower),
        f"Lower it to {lower:g}",
        layer.number,
        freeze(np.zeros(0, np.int64)),
    )


def _deleting(kind: str, title: str, why: str, layer: LayerFacts, ids: Ints) -> Hint:
    """A hint whose remedy is to delete these memories, as far as there are any."""
    remedy = Delete(layer.number, tuple(ids.tolist())) if len(ids) else None
    text = f"Delete {len(ids):,}" if len(ids) else ""
    return Hint(kind, title, why, remedy, text, layer.number, freeze(ids.copy()))


def _percent(share: float, digits: int = 1) -> str:
    return f"{100 * share:.{digits}f}\N{NO-BREAK SPACE}%"


def _rounded(value: float, figures: int) -> float:
    return float(f"{value:.{figures}g}")
