"""Other sizes than MNIST's are learned; what cannot work is a ValueError that names its argument."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from engine.config import PRESETS, LayerConfig, NetworkConfig
from engine.network import MemoryNetwork
from engine.session import Session
from engine.stream import Stream
from tests.engine.samples import learn, separable, shrunk

COLUMNS, WHOLE = PRESETS["columns"].layers[0], PRESETS["exemplar"].layers[0]


def network_for(side: int) -> NetworkConfig:
    field = max(4, side // 3)
    return NetworkConfig(
        "test",
        (
            replace(WHOLE, field=side, capacity=100),
            replace(COLUMNS, field=field, stride=max(2, field // 2), capacity=32, winners=5),
        ),
        side=side,
    )


# What can be learned -----------------------------------------------------------------------------


@pytest.mark.parametrize("channels", [1, 3])
@pytest.mark.parametrize(("side", "classes"), [(8, 2), (9, 62), (28, 10), (33, 5), (64, 3)])
def test_images_of_any_size_are_learned(side: int, channels: int, classes: int) -> None:
    data = separable(side, channels, classes, count=classes * 12 + 60)
    session = Session(data, network_for(side))
    for _ in session.run():
        pass
    assert session.config.channels == channels
    assert session.network.classes == max(10, classes)
    assert session.test_accuracy() > 0.9
    assert session.predict_proba(data.test_images).argmax(axis=1).max() < classes


def test_two_classes_can_be_all_there_are() -> None:
    data = separable(12, classes=2, count=80)
    network = MemoryNetwork(replace(network_for(12), classes=2))
    learn(network, data, 60)
    answers = network.predict_proba(data.test_images)
    assert answers.shape == (20, 2)
    assert (answers.argmax(axis=1) == data.test_labels).mean() > 0.9


def test_one_colour_more_is_more_to_see() -> None:
    """Two classes that differ in colour alone."""
    image = np.full((8, 8, 3), 20, np.uint8)
    red, blue = image.copy(), image.copy()
    red[2:6, 2:6, 0], blue[2:6, 2:6, 2] = 200, 200
    network = MemoryNetwork(replace(network_for(8), channels=3, classes=2))
    for _ in range(5):
        network.teach(red, 0)
        network.teach(blue, 1)
    assert network.predict_proba(np.stack([red, blue])).argmax(axis=1).tolist() == [0, 1]


def test_classes_may_be_added_up_to_62() -> None:
    network = MemoryNetwork(replace(shrunk("tiny"), classes=60))
    assert [network.add_class(), network.add_class()] == [60, 61]
    with pytest.raises(ValueError, match="classes: there are 62 already"):
        network.add_class()
    assert network.predict_proba(np.zeros((1, 28, 28), np.uint8)).shape == (1, 62)


def test_blank_images_do_no_harm() -> None:
    network = MemoryNetwork(shrunk("complementary"))
    blank = np.zeros((28, 28), np.uint8)
    for label in (1, 1, 2, 1):
        network.teach(blank, label)
    probabilities = network.predict_proba(blank[None])[0]
    assert np.isfinite(probabilities).all()
    assert probabilities.argmax() == 1


def test_no_images_are_no_answers() -> None:
    network = MemoryNetwork(shrunk("tiny"))
    assert network.predict_proba(np.zeros((0, 28, 28), np.uint8)).shape == (0, 10)


# What cannot ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"field": 0}, "field: 0"),
        ({"field": 10.5}, "field: 10.5 is not a whole number"),
        ({"field": True}, "field: True is not a whole number"),
        ({"stride": 0}, "stride: 0"),
        ({"stride": 65}, "stride: 65"),
        ({"stride": 10**400}, "stride: 1000"),
        ({"capacity": 0}, "capacity: 0"),
        ({"winners": -1}, "winners: -1"),
        ({"winners": 10**400}, "winners: 1000"),
        ({"gate": "luck"}, "gate: 'luck'"),
        ({"vigilance": float("nan")}, "vigilance: nan"),
        ({"vigilance": 10**400}, "vigilance: 1000"),
        ({"vigilance": "0.3"}, "vigilance: '0.3'"),
        ({"vigilance": True}, "vigilance: True"),
        ({"one_shot": -0.5}, "one_shot: -0.5"),
        ({"one_shot": 1e7}, "one_shot: 10000000.0"),
        ({"plasticity": float("inf")}, "plasticity: inf"),
        ({"metaplasticity": -1}, "metaplasticity: -1"),
        ({"homeostasis": -0.1}, "homeostasis: -0.1"),
        ({"homeostasis": 1.0}, "homeostasis: 1.0"),
        ({"sharpness": 0}, "sharpness"),
        ({"contrast": 0}, "contrast"),
        ({"contrast": 1e-300}, "contrast: 1e-300"),
        ({"sharpness": 1e-300}, "sharpness: 1e-300"),
        ({"critical_period": -1}, "critical_period: -1"),
        ({"critical_period": 2.5}, "critical_period: 2.5"),
        ({"critical_period": 10**400}, "critical_period: 1000"),
        ({"name": ""}, "name"),
    ],
)
def test_a_layer_that_cannot_be_is_refused(changes: dict[str, Any], reason: str) -> None:
    with pytest.raises(ValueError, match=f"^{reason}"):
        replace(COLUMNS, **changes)


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"side": 7}, "side: images of 7 pixels"),
        ({"side": 65}, "side: images of 65 pixels"),
        ({"side": 28.0}, "side: 28.0 is not a whole number"),
        ({"side": 9}, "field: 10 pixels do not fit into an image of 9"),
        ({"channels": 2}, "channels: 2"),
        ({"classes": 1}, "classes: 1"),
        ({"classes": 63}, "classes: 63"),
        ({"fixations": -1}, "fixations: -1"),
        ({"fixations": 9}, "fixations: 9"),
        ({"layers": ()}, "layers: a network needs at least one"),
        ({"layers": (COLUMNS, COLUMNS)}, "layers: names are not distinct"),
        ({"layers": tuple(replace(COLUMNS, name=f"layer-{n}") for n in range(17))}, "layers: .* 16 at most"),
        ({"layers": (replace(COLUMNS, capacity=10**6),)}, "capacity: .* GiB"),
        ({"layers": (replace(COLUMNS, field=1, stride=1, capacity=400),)}, "capacity: .* 313,600 memories"),
        (
            {
                "layers": tuple(
                    replace(COLUMNS, name=f"layer-{n}", field=14, stride=1, capacity=1) for n in range(12)
                )
            },
            "field: all fields of an image are 529,200 numbers",
        ),
    ],
)
def test_a_network_that_cannot_be_is_refused(changes: dict[str, Any], reason: str) -> None:
    with pytest.raises(ValueError, match=f"^{reason}"):
        replace(PRESETS["columns"], **changes)


def test_a_field_larger_than_the_datas_images_is_named() -> None:
    with pytest.raises(ValueError, match="field: 28 pixels do not fit into an image of 16"):
        Session(separable(16), PRESETS["exemplar"])


@pytest.mark.parametrize(
    ("images", "reason"),
    [
        (np.zeros((28, 28), np.uint8), r"images: shape \(28, 28\) is not \(digits, 28, 28\)"),
        (np.zeros((2, 27, 28), np.uint8), "images: shape"),
        (np.zeros((2, 28, 28, 3), np.uint8), "images: shape"),
        (np.zeros((2, 784), np.float32), "images: shape"),
        (np.float32(0.5), "images: shape"),
        (np.zeros((2, 28, 28), np.int64), "images: int64"),
        (np.zeros((2, 28, 28), bool), "images: bool"),
        (np.zeros((2, 28, 28), complex), "images: complex128"),
        (np.full((2, 28, 28), "x"), "images: <U1"),
        (np.full((1, 28, 28), np.nan), "images: values"),
        (np.full((1, 28, 28), np.inf), "images: values"),
        (np.full((1, 28, 28), -0.01), "images: values"),
        (np.full((1, 28, 28), 255.0), "images: values"),
    ],
)
def test_images_that_cannot_be_are_refused(images: Any, reason: str) -> None:
    network = MemoryNetwork(shrunk("tiny"))
    for look in (network.perceive, network.predict_proba):
        with pytest.raises(ValueError, match=f"^{reason}"):
            look(images)


def test_one_channel_may_be_spelled_out() -> None:
    network = MemoryNetwork(shrunk("tiny"))
    assert network.predict_proba(np.zeros((2, 28, 28, 1), np.uint8)).shape == (2, 10)


@pytest.mark.parametrize(
    ("labels", "reason"),
    [
        ([10, 0], "labels: 0–10 is not within the 10 classes"),
        ([0, -1], "labels: -1–0 is not within"),
        ([0], r"labels: shape \(1,\)"),
        ([[0, 1]], r"labels: shape \(1, 2\)"),
        ([0.0, 1.0], "labels: .*float64"),
        (["0", "1"], "labels: "),
        ([True, False], "labels: .*bool"),
    ],
)
def test_labels_that_cannot_be_are_refused_and_nothing_is_learned(labels: Any, reason: str) -> None:
    network = MemoryNetwork(shrunk("complementary"))
    perception = network.perceive(np.zeros((2, 28, 28), np.uint8))
    with pytest.raises(ValueError, match=f"^{reason}"):
        network.learn(perception, labels, [1, 2], [0, 1])
    assert sum(layer.count for layer in network.layers) == 0
    assert not any(layer.associations.any() for layer in network.layers)


def test_a_taught_label_out_of_range_is_named() -> None:
    with pytest.raises(ValueError, match="labels: 10–10"):
        MemoryNetwork(shrunk("tiny")).teach(np.zeros((28, 28), np.uint8), 10)


def test_seeds_and_limits_that_cannot_be_are_named() -> None:
    data = separable(12, count=40)
    for limit in (0, -5):
        with pytest.raises(ValueError, match=f"limit: {limit}"):
            Stream(data, seed=0, limit=limit)
    with pytest.raises(ValueError, match="seed: -1"):
        Session(data, network_for(12), seed=-1)
    with pytest.raises(ValueError, match="seed: -1"):
        MemoryNetwork(network_for(12), seed=-1)


# Descriptions -----------------------------------------------------------------------------------


@pytest.mark.parametrize("name", PRESETS)
def test_a_description_brings_the_network_back(name: str) -> None:
    config = replace(PRESETS[name], fixations=2, classes=62)
    assert NetworkConfig.from_dict(config.to_dict()) == config


@pytest.mark.parametrize(
    "values",
    [
        {},
        {"layers": 3, "preset": "x"},
        {"layers": [{}], "preset": "x"},
        {"layers": [{**PRESETS["tiny"].to_dict()["layers"][0], "field": "10"}], "preset": "x"},
        {"layers": [{**PRESETS["tiny"].to_dict()["layers"][0], "colour": 1}], "preset": "x"},
        {**PRESETS["tiny"].to_dict(), "side": None},
        {**PRESETS["tiny"].to_dict(), "surplus": 1},
    ],
)
def test_a_description_of_something_else_is_refused(values: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=": "):
        NetworkConfig.from_dict(values)


def test_the_grid_covers_what_fits() -> None:
    layer: LayerConfig = replace(COLUMNS, field=10, stride=3)
    assert [layer.grid(side) for side in (10, 12, 13, 28)] == [1, 1, 2, 7]
    assert WHOLE.grid(28) == 1
