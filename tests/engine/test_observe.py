"""What frames say of a digit and of the memories is what was perceived and what is stored."""

from __future__ import annotations

import numpy as np
import pytest

from engine import observe
from engine.datasets import Dataset
from engine.memory import LayerMemory
from engine.network import MemoryNetwork
from engine.observe import RASTER_DIGITS, Observer, describe, percept
from engine.percept import LayerResponse
from engine.pictures import FAINT, ink
from engine.session import Session
from tests.engine.samples import learn, shrunk


@pytest.fixture(params=["nearest", "settled"])
def network(request: pytest.FixtureRequest, digits: Dataset) -> MemoryNetwork:
    """Before and after its columns settle on thresholds of their own."""
    network = MemoryNetwork(shrunk("complementary"))
    learn(network, digits, 40 if request.param == "nearest" else 140, burst=2)
    assert network.layers[1].settled == (request.param == "settled")
    return network


def distances(layer: LayerMemory, column: int, field: np.ndarray) -> np.ndarray:
    memories = -0.5 * layer.patterns[column, :-2, : layer.used[column]].T
    return np.linalg.norm(memories.astype(np.float64) - field, axis=1)


def test_a_percept_names_the_nearest_memories(network: MemoryNetwork, digits: Dataset) -> None:
    perception = network.perceive(digits.test_images[:3])
    seen = percept(network, perception, 2)
    np.testing.assert_array_equal(seen.probabilities, perception.probabilities[2])
    for layer, response, raw in zip(network.layers, seen.layers, perception.responses, strict=True):
        columns, k = layer.fields.count, layer.config.winners
        assert (
            response.winners.shape == response.distances.shape == response.activations.shape == (columns, k)
        )
        assert response.votes.shape == (columns, 10)
        for column in range(columns):
            true = distances(layer, column, raw.fields[column, 2, :-2])
            assert response.novelty[column] == pytest.approx(true.min(), abs=2e-3)
            check_column(response, layer, column, true)


def check_column(response: LayerResponse, layer: LayerMemory, column: int, true: np.ndarray) -> None:
    answered = response.winners[column] >= 0
    places = response.winners[column][answered] - column * layer.config.capacity
    assert answered.tolist() == sorted(answered.tolist(), reverse=True), "those that answered come first"
    np.testing.assert_allclose(response.distances[column][answered], true[places], atol=5e-3)
    assert np.isinf(response.distances[column][~answered]).all()
    assert (np.diff(response.activations[column]) <= 0).all()
    assert not response.activations[column][~answered].any()
    assert set(places) <= set(np.argsort(true)[: layer.config.winners])


def test_the_raster_holds_the_last_digits(digits: Dataset) -> None:
    session = Session(digits, shrunk("complementary"), limit=450)
    observer = Observer(session, run=1)
    assert observer.raster().novelty.shape == (0, 9)
    rows: list[np.ndarray] = []
    while session.advance(7):
        observer.follow()
        assert session.burst is not None
        for place in range(len(rows), session.seen):
            index = place - session.seen + session.burst.shown
            seen = percept(session.network, session.burst.perception, index)
            rows.append(np.stack([seen.layers[1].novelty, seen.layers[1].votes[:, seen.answer]]))
        raster = observer.raster()
        assert raster.layer == 1
        assert len(raster.novelty) == min(session.seen, RASTER_DIGITS)
        assert raster.first == session.seen - len(raster.novelty) + 1
        expected = np.stack(rows[-RASTER_DIGITS:])
        np.testing.assert_array_equal(raster.novelty, expected[:, 0])
        np.testing.assert_array_equal(raster.agreement, expected[:, 1])
    assert session.seen == 450


def test_every_refined_memory_gets_its_turn(digits: Dataset, monkeypatch: pytest.MonkeyPatch) -> None:
    """More memories are refined for every frame than a frame takes, and none waits for ever."""
    monkeypatch.setattr(observe, "TILES_A_FRAME", 4)
    session = Session(digits, shrunk("columns", critical_period=None))
    while session.seen < 40:
        session.advance()
    observer = Observer(session, run=1)
    observer.tiles()
    shown: set[int] = set()
    for _ in range(12):
        session.advance()
        tiles = observer.tiles()
        assert tiles is not None
        assert len(tiles.slots) == 4
        shown |= set(tiles.slots // 12)
    assert shown == set(range(9)), "columns of which something was shown"


def test_ink_shows_brightness_where_there_is_any_and_shape_where_there_is_not() -> None:
    grey = np.array([[0, 0.25, 0.5, 0.25], [0, 0, 0, 0]], np.float32)
    assert ink(grey, 2, centred=False).reshape(2, 4).tolist() == [[0, 128, 255, 128], [0, 0, 0, 0]]
    centred = np.array([[-0.5, 0, 0, 0.5], [-0.05, 0, 0, 0.05]], np.float32)
    shown = ink(centred, 2, centred=True).reshape(2, 4)
    assert shown[0].tolist() == [0, 128, 128, 255]
    assert shown[1].max() == round(255 * 0.1 / FAINT), "a faint pattern stays faint"
    assert ink(np.zeros((5, 12), np.float32), 2, centred=True).shape == (5, 2, 2, 3)


def test_a_description_is_the_networks_geometry(digits: Dataset) -> None:
    session = Session(digits, shrunk("complementary"), seed=4)
    info = describe(session, run=3)
    assert (info.run, info.seed, info.classes) == (3, 4, 10)
    whole, columns = info.layers
    assert (whole.rows, whole.columns, whole.whole) == (1, 1, True)
    assert (columns.rows, columns.columns, columns.fields, columns.whole) == (3, 3, 9, False)
    assert columns.origins.tolist() == [[r, c] for r in (0, 9, 18) for c in (0, 9, 18)]
