"""Two states of memories compared, in words: what can be chosen, and what was found."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from engine.commands import LineAt
from engine.differences import Comparison, LayerDifference, MemoryList, MemoryPairs
from engine.frame import Track
from memnet_gui.digit_thumbs import class_name
from memnet_gui.widgets.thumb_grid import Thumb

SideName = Literal["a", "b"]
Group = Literal["only_a", "drifted", "reassociated", "same", "only_b"]
Cell = tuple[int, int]
"""Label and answer."""
TELLING = 0.05
"""Below this p-value a difference in accuracy is taken for more than chance."""


@dataclass(frozen=True, slots=True)
class Wording:
    """What a group of memories is called. token: its colour in the theme."""

    title: str
    counted: str
    meaning: str
    token: str


WORDINGS: dict[Group, Wording] = {
    "only_a": Wording("Only in A", "only in A", "B has no memory of that image there", "against"),
    "drifted": Wording("Drifted", "drifted", "in both, but their patterns moved apart", "refined"),
    "reassociated": Wording(
        "Other associations",
        "other associations",
        "the same pattern in both, with other associations, or silent in one of them",
        "unsure",
    ),
    "same": Wording("The same", "the same", "in both, and they answer alike", "tertiary"),
    "only_b": Wording("Only in B", "only in B", "A has no memory of that image there", "favour"),
}
"""In the order in which they are drawn: what is A's at the left, what is B's at the right."""


# ── what can be compared ──────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class Choice:
    """A state of memories that can be compared."""

    text: str
    target: LineAt | Path


def choices(track: Track | None, seen: int, *, past: bool) -> tuple[Choice, ...]:
    """The lines of the run as far as they have got; of the one that is shown, what is shown while
    that is the past, and its bookmarks."""
    if track is None:
        return ()
    found = []
    for line in track.lines:
        shown = line.id == track.line
        when = "now" if shown else f"its end, digit {line.head:,}"
        found.append(Choice(f"{line.name} · {when}", LineAt(line.id)))
        if shown and past:
            found.append(Choice(f"{line.name} · digit {seen:,}", LineAt(line.id, seen)))
        if shown:
            found += [
                Choice(f"{line.name} · {mark.text}, digit {mark.digit:,}", LineAt(line.id, mark.digit))
                for mark in track.bookmarks
            ]
    return tuple(found)


# ── what was found ────────────────────────────────────────────────────────────────────────────────


def headline(found: Comparison) -> str:
    """Which is better, by how much, and whether that may be chance."""
    alike = all(_differing(layer) == 0 for layer in found.layers)
    tested = f"{found.tested:,} held-out digits"
    if not found.disagreements.total:
        answers = f"answer all {tested} alike"
        return (
            f"Nothing differs: A and B hold the same memories and {answers}."
            if alike
            else (f"A and B {answers}.")
        )
    points = 100 * (found.accuracy_b - found.accuracy_a)
    a, b = found.only_a_right, found.only_b_right
    if not points:
        return (
            f"A and B are equally good on {tested}: each gets {digits_text(a)} right that the other does not."
        )
    better, ahead, behind = ("B", b, a) if points > 0 else ("A", a, b)
    return (
        f"{better} is {abs(points):.2f} points better on {tested}: {digits_text(ahead)} it gets right that "
        f"{'A' if better == 'B' else 'B'} does not, {behind:,} the other way ({chance(found.p_value)})."
    )


def digits_text(count: int) -> str:
    return "1 digit" if count == 1 else f"{count:,} digits"


def chance(p_value: float) -> str:
    """ "p = 0.21: it may be chance"."""
    figure = "< 0.001" if p_value < 0.001 else f"= {p_value:.2g}" if p_value < 0.995 else "= 1"
    verdict = "more than chance" if p_value < TELLING else "it may be chance"
    return f"p {figure}: {verdict}".replace(" ", "\N{NO-BREAK SPACE}", 2)


def count(layer: LayerDifference, group: Group) -> int:
    """How many memories of a layer are in a group."""
    totals: dict[Group, int] = {
        "only_a": layer.only_a.total,
        "drifted": layer.drifted.a.total,
        "reassociated": layer.reassociated.a.total,
        "same": layer.same,
        "only_b": layer.only_b.total,
    }
    return totals[group]


def _differing(layer: LayerDifference) -> int:
    return sum(count(layer, group) for group in WORDINGS if group != "same")


def memory_thumbs(layer: LayerDifference, group: Group, names: Sequence[str]) -> list[Thumb]:
    """The memories of a group that are shown. A key is the place in the group."""
    if group == "only_a":
        return _alone(layer.only_a, names)
    if group == "only_b":
        return _alone(layer.only_b, names)
    if group == "same":
        return []
    return _pairs(layer.drifted if group == "drifted" else layer.reassociated, group, names)


def _alone(memories: MemoryList, names: Sequence[str]) -> list[Thumb]:
    return [
        Thumb(
            key=place,
            picture=picture,
            lines=(class_name(names, number), f"won {wins:,}"),
            fact=_fact(memories, place, names),
        )
        for place, (number, wins, picture) in enumerate(
            zip(memories.classes.tolist(), memories.wins.tolist(), memories.pictures, strict=True)
        )
    ]


def _pairs(pairs: MemoryPairs, group: Group, names: Sequence[str]) -> list[Thumb]:
    thumbs = []
    for place, (before, after, drift, change) in enumerate(
        zip(
            pairs.a.classes.tolist(),
            pairs.b.classes.tolist(),
            pairs.drifts.tolist(),
            pairs.changes.tolist(),
            strict=True,
        )
    ):
        first, second = class_name(names, before), class_name(names, after)
        measure = f"moved {drift:.2f}" if group == "drifted" else f"by {change:.2f}"
        thumbs.append(
            Thumb(
                key=place,
                picture=pairs.a.pictures[place],
                later=pairs.b.pictures[place],
                lines=(_turned(first, second), measure),
                fact=_pair_fact(pairs, place, first, second),
            )
        )
    return thumbs


def _fact(memories: MemoryList, place: int, names: Sequence[str]) -> str:
    wins = int(memories.wins[place])
    words = [
        f"memory {memories.ids[place]:,}",
        f"class {class_name(names, int(memories.classes[place]))}",
        f"born at digit {memories.births[place]:,}",
        "won once" if wins == 1 else f"won {wins:,} times",
    ]
    words += [
        word for word, flags in (("taught", memories.taught), ("silent", memories.muted)) if flags[place]
    ]
    return " · ".join(words)


def _pair_fact(pairs: MemoryPairs, place: int, first: str, second: str) -> str:
    """What differs as A → B, what does not once."""
    a, b = pairs.a, pairs.b
    words = [
        f"{what} {_turned(one, other)}"
        for what, one, other in (
            ("memory", f"{a.ids[place]:,}", f"{b.ids[place]:,}"),
            ("class", first, second),
            ("won", f"{a.wins[place]:,}", f"{b.wins[place]:,}"),
        )
    ]
    words += [f"patterns {pairs.drifts[place]:.3f} apart, associations {pairs.changes[place]:.3f}"]
    silent = [side for side, memories in (("A", a), ("B", b)) if memories.muted[place]]
    return " · ".join([*words, *([f"silent in {' and '.join(silent)}"] if silent else [])])


def _turned(one: str, other: str) -> str:
    return one if one == other else f"{one} → {other}"


def digit_thumbs(found: Comparison, cell: Cell | None = None) -> tuple[list[Thumb], list[Thumb], list[Thumb]]:
    """Digits answered differently: those that only A has right, only B, neither. The key is the digit's
    number. cell: those alone with this label that either answered so."""
    thumbs: tuple[list[Thumb], list[Thumb], list[Thumb]] = ([], [], [])
    digits, names = found.disagreements, found.class_names
    for source, label, a, b, picture in zip(
        digits.sources.tolist(),
        digits.labels.tolist(),
        found.said_a.tolist(),
        digits.answers.tolist(),
        digits.images,
        strict=True,
    ):
        if cell is not None and (label != cell[0] or cell[1] not in (a, b)):
            continue
        name, first, second = (class_name(names, number) for number in (label, a, b))
        thumbs[0 if a == label else 1 if b == label else 2].append(
            Thumb(
                key=source,
                picture=picture,
                lines=(name, f"A {first} · B {second}"),
                fact=f"held-out digit {source:,} · a {name}: A answers {first}, B answers {second}",
            )
        )
    return thumbs
