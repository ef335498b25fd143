"""Lists of digits and memories that the engine found, as pictures with words."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from engine.arrays import Bytes
from engine.findings import Ablation, DigitList
from engine.frame import Neighbours
from memnet_gui.widgets.thumb_grid import Thumb

UNKNOWN_CLASS = "–"
"""A class that was there when the digit was found, and was taken back since."""


def class_name(names: Sequence[str], number: int) -> str:
    return names[number] if number < len(names) else UNKNOWN_CLASS


def listed(digits: DigitList, names: Sequence[str], *, held_out: bool) -> list[Thumb]:
    """With the number that each digit had in the stream, or in the held-out digits."""
    return [
        Thumb(
            key=(source, held_out),
            picture=picture,
            lines=(f"{source:,}" if held_out else f"{digit:,}",),
            fact=f"{_which(source, digit, held_out)} · {_said(label, answer, names)}",
        )
        for source, digit, label, answer, _, picture in _rows(digits)
    ]


def traced(digits: DigitList, names: Sequence[str]) -> list[Thumb]:
    """With what a memory voted for the answer: "4 / +0.31", or "4→9 / +0.31" where that was wrong."""
    return [
        Thumb(
            key=(source, False),
            picture=picture,
            lines=(_verdict(label, answer, names), f"{vote:+.2f}"),
            fact=f"{_which(source, digit, False)} · {_said(label, answer, names)} · its vote {vote:+.3f}",
            tone="right" if label == answer else "wrong",
        )
        for source, digit, label, answer, vote, picture in _rows(digits)
    ]


def flipped(ablation: Ablation, names: Sequence[str]) -> list[Thumb]:
    """With the label and both answers: "4: was 4 / now 9"."""
    thumbs = []
    for said, row in zip(ablation.said_with.tolist(), _rows(ablation.flips), strict=True):
        source, digit, label, answer, _, picture = row
        name, was, now = (class_name(names, number) for number in (label, said, answer))
        tone = "right" if answer == label else "wrong" if said == label else "secondary"
        words = {"right": "right only without", "wrong": "right only with", "secondary": "wrong either way"}
        thumbs.append(
            Thumb(
                key=(source, True),
                picture=picture,
                lines=(f"{name}: was {was}", f"now {now}"),
                fact=f"{_which(source, digit, True)} · {name}: was {was}, now {now} · {words[tone]}",
                tone=tone,
            )
        )
    return thumbs


def neighbouring(neighbours: Neighbours, layer: int, names: Sequence[str]) -> list[Thumb]:
    """With class and distance; the key is (layer, slot)."""
    rows = zip(
        neighbours.slots.tolist(),
        neighbours.ids.tolist(),
        neighbours.classes.tolist(),
        neighbours.distances.tolist(),
        neighbours.pictures,
        strict=True,
    )
    return [
        Thumb(
            key=(layer, slot),
            picture=picture,
            lines=(class_name(names, label), f"{distance:.2f}"),
            fact=f"memory {id:,} · class {class_name(names, label)} · distance {distance:.3f}",
        )
        for slot, id, label, distance, picture in rows
    ]


def _rows(digits: DigitList) -> Iterator[tuple[int, int, int, int, float, Bytes]]:
    """Source, number in the stream, label, answer, vote and picture of each."""
    return zip(
        digits.sources.tolist(),
        digits.digits.tolist(),
        digits.labels.tolist(),
        digits.answers.tolist(),
        digits.votes.tolist(),
        digits.images,
        strict=True,
    )


def _which(source: int, digit: int, held_out: bool) -> str:
    return f"held-out digit {source:,}" if held_out else f"digit {digit:,}"


def _said(label: int, answer: int, names: Sequence[str]) -> str:
    return f"a {class_name(names, label)}, answered {class_name(names, answer)}"


def _verdict(label: int, answer: int, names: Sequence[str]) -> str:
    """ "4", or "4→9" where that was wrong."""
    name = class_name(names, label)
    return name if label == answer else f"{name}→{class_name(names, answer)}"
