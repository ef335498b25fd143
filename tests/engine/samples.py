"""Small networks, made-up images and comparisons, shared by the engine's tests."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from typing import Any

import numpy as np
import numpy.typing as npt

from engine.config import NetworkConfig, preset
from engine.datasets import Dataset
from engine.network import MemoryNetwork

Arrays = dict[str, npt.NDArray[Any]]


def shrunk(name: str, **changes: Any) -> NetworkConfig:
    """A preset with fewer columns and memories; same rule, same number of layers. `changes` go to
    every layer."""
    config = preset(name)
    layers = []
    for layer in config.layers:
        whole = layer.field == config.side
        small = replace(
            layer,
            stride=layer.stride if whole else max(layer.stride, 9),
            capacity=40 if whole else 12,
            winners=min(layer.winners, 4),
        )
        if small.critical_period:
            small = replace(small, critical_period=50)
        layers.append(replace(small, **changes))
    return replace(config, layers=tuple(layers))


def separable(side: int, channels: int = 1, classes: int = 4, count: int = 400, seed: int = 0) -> Dataset:
    """A blurred random pattern for each class, with noise: easy, whatever the size."""
    random = np.random.default_rng(seed)
    shape = (side, side) if channels == 1 else (side, side, channels)
    block = -(-side // 4)
    coarse = random.uniform(0, 220, (classes, 4, 4, channels))
    fine = coarse.repeat(block, axis=1).repeat(block, axis=2)[:, :side, :side]
    labels = np.concatenate([np.arange(classes), random.integers(0, classes, count - classes)])
    images = np.clip(fine[labels] + random.normal(0, 12, (count, side, side, channels)), 0, 255)
    images = images.reshape(count, *shape).astype(np.uint8)
    held_out = count // 4
    return Dataset(
        f"{classes} patterns of {side} × {side} × {channels}",
        images[:-held_out],
        labels[:-held_out],
        images[-held_out:],
        labels[-held_out:],
        tuple(f"pattern {number}" for number in range(classes)),
        hashlib.sha256(images.tobytes() + labels.tobytes()).hexdigest(),
    )


def learn(network: MemoryNetwork, data: Dataset, count: int, burst: int = 1) -> npt.NDArray[np.int64]:
    """Show the first digits in order, `burst` at a time; returns the answers given before learning."""
    answers = []
    for start in range(0, count, burst):
        part = slice(start, min(start + burst, count))
        perception = network.perceive(data.train_images[part])
        answers.append(perception.probabilities.argmax(axis=1))
        numbers = np.arange(part.start, part.stop)
        network.learn(perception, data.train_labels[part], numbers + 1, numbers)
    return np.concatenate(answers)


def assert_same(first: Arrays, second: Arrays) -> None:
    """Bit for bit the same arrays under the same names."""
    assert first.keys() == second.keys()
    for name, values in first.items():
        other = second[name]
        assert values.dtype == other.dtype, name
        assert values.shape == other.shape, name
        assert values.tobytes() == other.tobytes(), name


def assert_close(first: Arrays, second: Arrays, tolerance: float = 1e-3) -> None:
    """The same memories up to rounding: whole numbers equal, the others within `tolerance`."""
    assert first.keys() == second.keys()
    for name, values in first.items():
        if values.dtype.kind == "f":
            np.testing.assert_allclose(values, second[name], rtol=tolerance, atol=tolerance, err_msg=name)
        else:
            np.testing.assert_array_equal(values, second[name], err_msg=name)
