"""What is said about layers and memories, in a line each."""

from __future__ import annotations

from collections.abc import Sequence

from engine.frame import LayerInfo
from memnet_gui.mosaic_ledger import Facts
from memnet_gui.mosaic_order import Choice


def wins_in_words(wins: int) -> str:
    return "1 win" if wins == 1 else f"{wins:,} wins"


def source_in_words(source: int) -> str:
    """source: index in the training digits, negative for a drawing."""
    return f"source image {source:,}" if source >= 0 else f"from drawing {-source}"


def signs_in_words(*, taught: bool, muted: bool) -> str:
    """What the signs of a memory say; empty where it wears none."""
    return " · ".join(words for words, worn in (("taught by hand", taught), ("muted", muted)) if worn)


def readings(facts: Facts, class_name: str, *, compared: bool) -> list[str]:
    """The facts about a memory, longest first. compared: say how far it is from what it was compared with."""
    name = f"id {facts.id:,} · class {class_name}"
    signs = signs_in_words(taught=facts.taught, muted=facts.muted)
    if compared and facts.distance is not None:
        name = f"{name} · distance {facts.distance:.2f}"
    short = " · ".join(filter(None, (name, wins_in_words(facts.wins), signs)))
    middle = " · ".join(filter(None, (name, wins_in_words(facts.wins), f"born at {facts.birth:,}", signs)))
    useful = f"useful {facts.usefulness:+.2f}".replace("-", "−")
    full = " · ".join(
        filter(None, (name, wins_in_words(facts.wins), useful, f"born at {facts.birth:,}", signs))
    )
    return [full, middle, short, " · ".join(filter(None, (name, signs)))]


def layer_name(layer: LayerInfo, layers: Sequence[LayerInfo]) -> str:
    """As short as it can be told from the others."""
    if layer.whole:
        return "Whole digits"
    banks = sum(not other.whole for other in layers)
    return "Columns" if banks == 1 else f"Columns {layer.field}×{layer.field}"


def layer_meaning(layer: LayerInfo) -> str:
    if layer.whole:
        return f"Whole digits, up to {layer.capacity:,} of them"
    seen = f"each seeing {layer.field} × {layer.field} pixels"
    return f"{layer.fields} columns of up to {layer.capacity:,} memories, {seen}"


def why_empty(choice: Choice, class_names: Sequence[str], searched: str) -> str:
    """Why no memory is shown where there are some."""
    if choice.query:
        return f"No memory is found by “{searched}”. Clear the search to see the others."
    if choice.only_class is not None:
        where = "" if choice.only_column is None else f" in column {choice.only_column}"
        name = class_names[choice.only_class]
        return f"No memory of class {name}{where} yet. Choose All classes to see the others."
    return f"Column {choice.only_column} has written no memory yet."
