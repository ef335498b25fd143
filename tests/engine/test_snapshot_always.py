"""Whatever was done to a run, what is saved of it opens again and is the same run."""

from __future__ import annotations

import random
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import numpy as np
import pytest

from engine.backend import Backend
from engine.datasets import Dataset
from engine.edits import Edits
from engine.session import Session
from engine.snapshot import Snapshot, load_snapshot
from engine.timeline import Timeline
from tests.engine.samples import assert_same, shrunk

ACTIONS = 60


class Hand:
    """Somebody who does this and that with a run; what cannot be done is left alone."""

    def __init__(self, digits: Dataset, number: int) -> None:
        self.random = random.Random(number)
        config = shrunk(self.random.choice(("complementary", "tiny", "columns")), capacity=6)
        self.session = Session(
            digits, config, seed=number, backend=Backend(), limit=self.random.choice((None, 300))
        )
        self.edits = Edits(self.session)
        self.timeline = Timeline(self.session, self.edits)

    def some(self) -> tuple[int, list[int]]:
        layer = self.random.randrange(len(self.session.network.layers))
        ids = self.session.network.layers[layer].ids
        held = ids[ids > 0].tolist() or [1]
        return layer, self.random.sample(held, min(len(held), self.random.choice((1, 1, 2, 5))))

    def change(self, work: Callable[[], object]) -> None:
        if self.timeline.past:
            self.timeline.fork()
        with suppress(ValueError):
            work()
        self.timeline.changed("changed")

    def act(self) -> None:
        """One thing or another."""
        chance, session = self.random, self.session
        match chance.randrange(8):
            case 0 | 1:
                if self.timeline.past:
                    self.timeline.fork()
                self.timeline.advance(chance.choice((1, 5, 32)))
            case 2:
                self.timeline.look(chance.randrange(session.seen + 1))
                self.timeline.settle(lambda: None)
            case 3:
                self.timeline.bookmark(chance.randrange(session.seen + 1), "here")
                session.metrics.history.add_test(session.seen, session.test_accuracy(), 300)
            case 4 | 5:
                self.change(chance.choice((self.edits.undo, self.edits.undo, self.edits.redo)))
            case _:
                self.edit()

    def edit(self) -> None:
        """Change something by hand."""
        chance, edits, session = self.random, self.edits, self.session
        layer, ids = self.some()
        label = chance.choice(["H", "Ω", 0, 3, len(session.class_names) - 1])
        if isinstance(label, str) and label in session.class_names:
            label = session.class_names.index(label)
        image = np.roll(session.dataset.test_images[chance.randrange(20)], 2) / np.float32(255)
        self.change(
            chance.choice(
                (
                    lambda: edits.teach(label, image=image),
                    lambda: edits.teach(label, source=chance.randrange(100)),
                    lambda: edits.mute(layer, ids, chance.random() < 0.7),
                    lambda: edits.delete(layer, ids),
                    lambda: edits.relabel(layer, ids, chance.randrange(10)),
                    lambda: edits.tune(layer, chance.choice((0.0, 0.3, 5.0))),
                )
            )
        )


@pytest.mark.parametrize("number", range(24))
def test_whatever_was_done_what_is_saved_opens_and_is_the_same_run(
    number: int, digits: Dataset, tmp_path: Path
) -> None:
    hand, path = Hand(digits, number), tmp_path / "run.npz"
    for _ in range(ACTIONS):
        hand.act()
        if hand.random.random() < 0.2:
            taken = Snapshot.take(hand.session)
            taken.write(path)
            opened = load_snapshot(path, digits, Backend())
            again = Snapshot.take(opened)
            assert again.meta == taken.meta
            assert_same(again.arrays, taken.arrays)
    for session in (opened, load_snapshot(path, digits, Backend())):
        session.advance(32)
