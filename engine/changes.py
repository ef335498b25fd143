"""Commands that change memories by hand, carried out."""

from __future__ import annotations

from dataclasses import dataclass

from engine import commands as ask
from engine.edits import Edits
from engine.store import Rows

BY_HAND = (ask.Teach, ask.AddClass, ask.Mute, ask.Delete, ask.Relabel, ask.Tune, ask.Undo, ask.Redo)


@dataclass(frozen=True, slots=True, eq=False)
class Change:
    """What was done. text: a sentence; advice: what may follow it.

    silenced: the layer and slots, as they were, of memories that do not speak any more.
    """

    text: str
    advice: str = ""
    silenced: tuple[int, Rows] | None = None


def carry_out(edits: Edits, command: ask.Command) -> Change:
    """Do what one of the commands `BY_HAND` says. Raises ValueError with a sentence where that cannot be."""
    silenced = None
    match command:
        case ask.Teach(label, image, source):
            edits.teach(label, image=image, source=source)
        case ask.AddClass(name):
            edits.add_class(name)
        case ask.Mute(layer, ids, muted):
            before = edits.mute(layer, ids, muted)
            silenced = (layer, before) if muted else None
        case ask.Delete(layer, ids):
            silenced = layer, edits.delete(layer, ids)
        case ask.Relabel(layer, ids, label):
            edits.relabel(layer, ids, label)
        case ask.Tune(layer, plasticity):
            edits.tune(layer, plasticity)
        case ask.Undo():
            return Change(edits.undo())
        case ask.Redo():
            return Change(edits.redo())
    text = edits.log()[-1].text
    return Change(f"{text[:1].upper()}{text[1:]}.", " Ctrl+Z takes it back.", silenced)
