"""The whole engine on an array module that has nothing but the array API standard."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from engine.config import PRESETS
from engine.datasets import Dataset
from engine.edits import Edits
from engine.explanation import FlipWork, explain
from engine.inspection import inspect
from engine.network import MemoryNetwork
from engine.observe import Observer, percept
from engine.session import Session
from tests.engine.samples import assert_close, assert_same, learn, shrunk
from tests.engine.strict import StrictBackend


def both(name: str, fixations: int = 0) -> tuple[MemoryNetwork, MemoryNetwork]:
    config = replace(shrunk(name), fixations=fixations)
    return MemoryNetwork(config), MemoryNetwork(config, StrictBackend())


@pytest.mark.parametrize("name", PRESETS)
def test_a_preset_learns_the_same_on_the_standard_alone(name: str, digits: Dataset) -> None:
    usual, strict = both(name)
    for burst in (1, 8):
        answers = [learn(network, digits, 64, burst) for network in (usual, strict)]
        assert answers[0].tolist() == answers[1].tolist()
    assert_close(usual.state(), strict.state())


def test_fixations_teaching_and_new_classes_need_nothing_else(digits: Dataset) -> None:
    networks = both("complementary", fixations=1)
    for network in networks:
        learn(network, digits, 24, burst=4)
        assert network.add_class() == 10
        network.teach(digits.train_images[30], 10)
    assert_close(networks[0].state(), networks[1].state())


def test_memories_move_between_backends(digits: Dataset) -> None:
    usual, strict = both("complementary")
    learn(usual, digits, 40)
    strict.restore(usual.state())
    assert_close(usual.state(), strict.state(), tolerance=0)
    seen = digits.test_images[:20]
    np.testing.assert_allclose(usual.predict_proba(seen), strict.predict_proba(seen), atol=1e-5)
    np.testing.assert_array_equal(strict.frozen().predict_proba(seen), strict.predict_proba(seen))


def test_what_the_window_sees_needs_nothing_else(digits: Dataset) -> None:
    session = Session(digits, shrunk("complementary"), backend=StrictBackend(), limit=60)
    observer = Observer(session, run=1)
    for _ in session.run():
        observer.follow()
    observer.watch(1)
    tiles, catalogue = observer.tiles(), observer.catalogue()
    assert tiles is not None
    assert catalogue is not None
    assert len(tiles.slots) == len(catalogue.slots) == session.network.layers[1].count
    assert inspect(session, 1, int(tiles.slots[0])) is not None
    assert len(observer.raster().novelty) == 60
    seen = percept(session.network, session.network.perceive(digits.test_images[:1], aside=True), 0)
    np.testing.assert_allclose(seen.probabilities, session.predict_proba(digits.test_images[:1])[0])


def test_changes_by_hand_need_nothing_else(few: Dataset) -> None:
    session = Session(few, shrunk("complementary"), backend=StrictBackend(), limit=60)
    for _ in session.run():
        pass
    edits, before = Edits(session), session.state()
    edits.teach("H", source=3)
    ids = session.network.layers[1].ids[0, :2].tolist()
    edits.mute(1, ids, True)
    edits.mute(1, ids[:1], False)
    edits.relabel(1, ids[1:], 4)
    edits.delete(1, ids)
    why = explain(session, 1, source=7)
    work = FlipWork(session, 1, source=7)
    while work.done < work.total:
        work.advance()
    assert len(why.votes) == 11
    while any(not edit.undone for edit in edits.log()):
        edits.undo()
    assert_same(before, session.state())
