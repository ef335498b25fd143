"""Snapshots as a stranger might send them: each made from a good one, and from its number alone."""

from __future__ import annotations

import random
from pathlib import Path

from tests.engine import mutant_contents as contents
from tests.engine import mutant_files as files
from tests.engine.mutant import Mutant, Original

_WAYS = (
    files.mutate_bytes,
    files.mutate_bytes,
    files.mutate_container,
    files.mutate_header,
    files.mutate_kind,
    contents.mutate_array,
    contents.mutate_array,
    contents.mutate_array,
    contents.mutate_fact,
    contents.mutate_fact,
    contents.mutate_setting,
)


def make(number: int, original: Original, folder: Path) -> Mutant:
    """The mutant of this number, in an empty folder."""
    chance = random.Random(number)
    return chance.choice(_WAYS)(chance, original, folder / "mutant.npz")
