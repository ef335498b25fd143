"""The engine does what the rule says: a plain-Python network, written apart, does the same."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from engine import backend
from engine.config import PRESETS, NetworkConfig
from engine.datasets import Dataset
from engine.network import MemoryNetwork
from tests.engine.reference import Memory, ReferenceNetwork
from tests.engine.samples import separable, shrunk

BURSTS = [1] * 30 + [3] * 5 + [5] * 3 + [32] * 2
COLUMNS = shrunk("columns")
EPISODES = shrunk("exemplar")
VARIANTS = {
    **{name: shrunk(name) for name in PRESETS},
    "refines for ever": shrunk("columns", critical_period=None),
    "never refines": shrunk("columns", critical_period=0),
    "neither plastic nor meta": shrunk("tiny", plasticity=0.0, metaplasticity=0.0),
    "always young": shrunk("columns", capacity=5, winners=4),
    "one winner": shrunk("columns", winners=1),
    "sharpness 1": shrunk("columns", sharpness=1.0),
    "sharpness 3": shrunk("columns", sharpness=3.0),
    "surprise in columns": shrunk("tiny", gate="surprise", vigilance=0.5),
    "novelty in whole digits": shrunk("exemplar", gate="novelty", vigilance=0.8, critical_period=100),
    "no homeostasis": shrunk("columns", homeostasis=0.0),
    "strong homeostasis": shrunk("columns", homeostasis=0.3, critical_period=40),
    "beyond one block of slots": shrunk(
        "columns", capacity=48, vigilance=0.05, winners=6, critical_period=None
    ),
}


def run_both(config: NetworkConfig, data: Dataset) -> tuple[MemoryNetwork, ReferenceNetwork]:
    """Both networks learn the same bursts and give the same answers on the way."""
    config = replace(config, side=data.side, channels=data.channels, classes=len(data.class_names))
    fast, slow = MemoryNetwork(config), ReferenceNetwork(config)
    start = 0
    for burst in BURSTS:
        numbers = np.arange(start, min(start + burst, len(data.train_labels)))
        start += burst
        if not len(numbers):
            break
        images, labels = data.train_images[numbers], data.train_labels[numbers]
        perception = fast.perceive(images)
        pixels = (images / 255).reshape(len(images), data.side, data.side, data.channels)
        looks = [slow.perceive(image) for image in pixels.tolist()]
        np.testing.assert_allclose(perception.probabilities, [p for _, p in looks], atol=2e-4)
        fast.learn(perception, labels, numbers + 1, numbers)
        slow.learn(looks, labels.tolist(), (numbers + 1).tolist(), numbers.tolist())
    return fast, slow


def assert_same_memories(fast: MemoryNetwork, slow: ReferenceNetwork) -> None:
    state = fast.state()
    assert fast.next_id == slow.next_id
    for layer, columns, thresholds in zip(fast.layers, slow.columns, slow.thresholds, strict=True):
        name, capacity = layer.config.name, layer.config.capacity
        slots = [number * capacity + place for number, m in enumerate(columns) for place in range(len(m))]
        memories: list[Memory] = [memory for column in columns for memory in column]
        assert state[f"{name}_slots"].tolist() == slots
        for key, attribute in (("ids", "id"), ("wins", "wins"), ("births", "birth"), ("sources", "source")):
            assert state[f"{name}_{key}"].tolist() == [getattr(memory, attribute) for memory in memories], key
        assert layer.settled == bool(thresholds)
        if thresholds:
            np.testing.assert_allclose(state[f"{name}_thresholds"], thresholds, rtol=1e-3)
        for key, attribute in (("patterns", "pattern"), ("associations", "association"), ("usage", "usage")):
            expected = np.array([getattr(memory, attribute) for memory in memories])
            np.testing.assert_allclose(state[f"{name}_{key}"], expected, rtol=1e-3, atol=2e-4, err_msg=key)


@pytest.mark.parametrize("variant", VARIANTS)
def test_the_engine_agrees_with_plain_python(variant: str, digits: Dataset) -> None:
    assert_same_memories(*run_both(VARIANTS[variant], digits))


@pytest.mark.parametrize("variant", ["complementary", "small", "always young"])
def test_it_agrees_where_the_nearest_are_selected_and_not_sorted(
    variant: str, digits: Dataset, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Rows too long to be sorted whole take another way to the k + 1 nearest."""
    monkeypatch.setattr(backend, "SORTED_UP_TO", 8)
    monkeypatch.setattr(backend, "BLOCK", 8)
    assert_same_memories(*run_both(VARIANTS[variant], digits))


@pytest.mark.parametrize(("side", "channels", "classes"), [(9, 1, 2), (12, 3, 13)])
def test_it_agrees_on_other_sizes(side: int, channels: int, classes: int) -> None:
    layers = tuple(
        replace(layer, field=field, stride=3, capacity=10, winners=3)
        for layer, field in ((EPISODES.layers[0], side), (COLUMNS.layers[0], 5))
    )
    data = separable(side, channels, classes, count=300)
    assert_same_memories(*run_both(NetworkConfig("test", layers), data))


def test_enough_happens_for_agreement_to_mean_something(digits: Dataset) -> None:
    """Both gates fire, columns fill up, memories are refined and leave their critical period."""
    fast, _ = run_both(VARIANTS["complementary"], digits)
    episodes, columns = fast.layers
    assert episodes.used[0] == episodes.config.capacity
    assert (columns.used == columns.config.capacity).any()
    assert columns.wins.max() > 50
    assert columns.settled
    assert sum(BURSTS) > 2 * (columns.config.critical_period or 0)
