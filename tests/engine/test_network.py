"""Named checks that every network passes, whatever its layers: one list, one small promise each."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields, replace
from typing import Any

import numpy as np
import pytest

from engine.config import PRESETS, NetworkConfig, preset
from engine.datasets import Dataset
from engine.network import LARGEST_BURST, MemoryNetwork, burst_size, softmax
from engine.store import Rows
from tests.engine.samples import assert_same, learn, shrunk

Check = Callable[[NetworkConfig, Dataset], None]


def taught(config: NetworkConfig, digits: Dataset, count: int = 150, burst: int = 4) -> MemoryNetwork:
    network = MemoryNetwork(config)
    learn(network, digits, count, burst)
    return network


def probabilities_are_probabilities(config: NetworkConfig, digits: Dataset) -> None:
    seen = taught(config, digits).predict_proba(digits.test_images)
    assert seen.shape == (len(digits.test_images), config.classes)
    assert seen.dtype == np.float32
    assert (seen >= 0).all()
    np.testing.assert_allclose(seen.sum(axis=1), 1, atol=1e-5)


def an_empty_network_knows_nothing(config: NetworkConfig, digits: Dataset) -> None:
    network = MemoryNetwork(config)
    perception = network.perceive(digits.test_images[:3])
    np.testing.assert_array_equal(perception.probabilities, np.float32(1 / config.classes))
    for response in perception.responses:
        assert np.isinf(response.novelty).all()
        assert not response.activation.any()


def perceiving_changes_nothing(config: NetworkConfig, digits: Dataset) -> None:
    network = taught(config, digits)
    before = network.state()
    network.perceive(digits.test_images[:32])
    network.perceive(digits.test_images[:5], aside=True)
    network.predict_proba(digits.test_images)
    network.frozen().predict_proba(digits.test_images)
    assert_same(network.state(), before)


def inputs_are_left_alone(config: NetworkConfig, digits: Dataset) -> None:
    network = MemoryNetwork(config)
    images = (digits.train_images[:20] / 255).astype(np.float32)
    labels, numbers = digits.train_labels[:20].copy(), np.arange(20)
    copies = images.copy(), labels.copy(), numbers.copy()
    network.learn(network.perceive(images), labels, numbers, numbers)
    for mine, copy in zip((images, labels, numbers), copies, strict=True):
        np.testing.assert_array_equal(mine, copy)


def bytes_and_floats_are_the_same_digit(config: NetworkConfig, digits: Dataset) -> None:
    network = taught(config, digits)
    seen = digits.test_images[:32]
    for kind in (np.float16, np.float32, np.float64):
        given = (seen / 255).astype(kind)
        assert np.abs(network.predict_proba(given) - network.predict_proba(seen)).max() < 2e-2, kind


def the_same_seed_gives_the_same_memories(config: NetworkConfig, digits: Dataset) -> None:
    first, second = (taught(replace(config, fixations=1), digits, 60) for _ in range(2))
    assert_same(first.state(), second.state())


def memories_come_back_as_they_were(config: NetworkConfig, digits: Dataset) -> None:
    network = taught(config, digits, 120)
    twin = MemoryNetwork(config)
    learn(twin, digits, 10)
    twin.restore(network.state())
    assert_same(twin.state(), network.state())
    for each in (network, twin):
        learn(each, digits, 64, burst=16)
    assert_same(twin.state(), network.state())


def a_frozen_copy_stays_behind(config: NetworkConfig, digits: Dataset) -> None:
    network = taught(config, digits, 20)
    frozen = network.frozen()
    before = network.predict_proba(digits.test_images[:64])
    learn(network, digits, 60)
    np.testing.assert_array_equal(frozen.predict_proba(digits.test_images[:64]), before)
    assert np.abs(network.predict_proba(digits.test_images[:64]) - before).max() > 0.01


def an_aside_disturbs_no_perception(config: NetworkConfig, digits: Dataset) -> None:
    disturbed, quiet = taught(config, digits), taught(config, digits)
    for network in (disturbed, quiet):
        perception = network.perceive(digits.train_images[200:232])
        if network is disturbed:
            network.perceive(digits.test_images[:32], aside=True)
            network.predict_proba(digits.test_images[:40])
        network.learn(perception, digits.train_labels[200:232], np.arange(201, 233), np.arange(200, 232))
    assert_same(disturbed.state(), quiet.state())


def capacity_holds(config: NetworkConfig, digits: Dataset) -> None:
    config = replace(config, layers=tuple(replace(layer, capacity=5, winners=2) for layer in config.layers))
    network = taught(config, digits, 200, burst=8)
    for layer in network.layers:
        assert layer.used.max() == 5
        assert (layer.ids > 0).sum(axis=1).tolist() == layer.used.tolist()


def ids_are_unique_and_grow(config: NetworkConfig, digits: Dataset) -> None:
    network = taught(config, digits)
    for layer in network.layers:
        for ids, used in zip(layer.ids, layer.used, strict=True):
            assert (np.diff(ids[:used]) > 0).all()
    ids = np.concatenate([layer.ids[layer.ids > 0] for layer in network.layers])
    assert len(np.unique(ids)) == len(ids)
    assert ids.max() == network.next_id - 1 == len(ids)


def memories_know_where_they_come_from(config: NetworkConfig, digits: Dataset) -> None:
    network = MemoryNetwork(config)
    order = np.random.default_rng(3).permutation(100)
    for start in range(0, 100, 5):
        part = order[start : start + 5]
        perception = network.perceive(digits.train_images[part])
        network.learn(perception, digits.train_labels[part], np.arange(start, start + 5) + 1, part)
    for layer in network.layers:
        columns, slots = layer.in_use()
        births, sources = layer.births[columns, slots], layer.sources[columns, slots]
        np.testing.assert_array_equal(order[births - 1], sources)


def every_field_is_won_or_stored(config: NetworkConfig, digits: Dataset) -> None:
    """A digit adds one win in every column: to the memory it became or to the nearest one. Only a
    field in a column that was empty when its burst was perceived can do neither."""
    network = taught(config, digits, 100, burst=1)
    for layer in network.layers:
        wins = layer.wins.sum(axis=1)
        assert (wins <= 100).all()
        np.testing.assert_array_equal(wins, 100 - (layer.births[:, 0] - 1))


def columns_share_nothing(config: NetworkConfig, digits: Dataset) -> None:
    """A column answers the same whatever the rest of the image holds."""
    network = taught(config, digits)
    images = digits.test_images[:8].copy()
    blank = images.copy()
    layer, number = network.layers[-1], len(network.layers) - 1
    top, left = layer.fields.origins[0]
    field = layer.config.field
    blank[:] = 0
    blank[:, top : top + field, left : left + field] = images[:, top : top + field, left : left + field]
    whole, part = network.perceive(images), network.perceive(blank, aside=True)
    np.testing.assert_allclose(
        whole.responses[number].votes[0], part.responses[number].votes[0], rtol=1e-4, atol=1e-5
    )


def writes_are_told(config: NetworkConfig, digits: Dataset) -> None:
    network = taught(config, digits, 60)
    before = network.state()
    part = slice(60, 76)
    perception = network.perceive(digits.train_images[part])
    numbers = np.arange(60, 76)
    told = network.learn(perception, digits.train_labels[part], numbers + 1, numbers)
    after = network.state()
    for layer, writes in zip(network.layers, told, strict=True):
        name, capacity = layer.config.name, layer.config.capacity
        old = dict(zip(before[f"{name}_slots"].tolist(), before[f"{name}_patterns"], strict=True))
        changed = {
            slot
            for slot, pattern in zip(after[f"{name}_slots"].tolist(), after[f"{name}_patterns"], strict=True)
            if slot not in old or not np.array_equal(pattern, old[slot])
        }
        new = changed - old.keys()
        recruited, refined = (
            {int(slot) for slot in columns * capacity + slots}
            for columns, slots in (writes.recruited, writes.refined)
        )
        assert recruited == new
        assert changed - new <= refined
        assert len(writes.recruiters) == len(recruited)


def a_new_class_takes_nothing_from_the_others(config: NetworkConfig, digits: Dataset) -> None:
    network = taught(config, digits)
    seen = digits.test_images[:40]
    before = network.predict_proba(seen)
    assert network.add_class() == config.classes
    after = network.predict_proba(seen)
    assert after.shape == (40, config.classes + 1)
    np.testing.assert_allclose(
        after[:, :-1] / after[:, :-1].sum(axis=1, keepdims=True), before, rtol=1e-4, atol=1e-6
    )
    assert before.argmax(axis=1).tolist() == after[:, :-1].argmax(axis=1).tolist()


def a_new_class_can_be_taught(config: NetworkConfig, digits: Dataset) -> None:
    network = taught(config, digits, 20)
    label = network.add_class()
    stripes = np.zeros((28, 28), np.uint8)
    stripes[::4] = 255
    for _ in range(6):
        network.teach(stripes, label)
    assert network.predict_proba(stripes[None])[0].argmax() == label


def what_is_taught_is_known_at_once(config: NetworkConfig, digits: Dataset) -> None:
    network = taught(config, digits)
    for label in (7, 3, 7):  # a teacher may change his mind
        network.teach(digits.test_images[1], label)
        assert network.predict_proba(digits.test_images[1:2])[0].argmax() == label


def teaching_writes_one_memory_a_column_and_nothing_else(config: NetworkConfig, digits: Dataset) -> None:
    network = taught(config, digits)
    ids = network.next_id
    before = [layer.rows(*np.indices(layer.ids.shape).reshape(2, -1)) for layer in network.layers]
    replaced = network.teach(digits.test_images[0], 4, digit=81, source=-1)
    for layer, old, rows in zip(network.layers, before, replaced, strict=True):
        assert rows.columns.tolist() == list(range(layer.fields.count))
        written = layer.rows(rows.columns, rows.slots)
        assert written.ids.tolist() == list(range(ids, ids + layer.fields.count))
        assert written.taught.all()
        assert set(written.births.tolist()) == {81}
        ids += layer.fields.count
        layer.put(rows)
        now = layer.rows(old.columns, old.slots)
        for field in fields(Rows):
            assert getattr(now, field.name).tobytes() == getattr(old, field.name).tobytes(), field.name


CHECKS: list[Check] = [
    probabilities_are_probabilities,
    an_empty_network_knows_nothing,
    perceiving_changes_nothing,
    inputs_are_left_alone,
    bytes_and_floats_are_the_same_digit,
    the_same_seed_gives_the_same_memories,
    memories_come_back_as_they_were,
    a_frozen_copy_stays_behind,
    an_aside_disturbs_no_perception,
    capacity_holds,
    ids_are_unique_and_grow,
    memories_know_where_they_come_from,
    every_field_is_won_or_stored,
    columns_share_nothing,
    writes_are_told,
    a_new_class_takes_nothing_from_the_others,
    a_new_class_can_be_taught,
    what_is_taught_is_known_at_once,
    teaching_writes_one_memory_a_column_and_nothing_else,
]


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.__name__)
@pytest.mark.parametrize("name", PRESETS)
def test_every_preset(name: str, check: Check, digits: Dataset) -> None:
    check(shrunk(name), digits)


# Bursts, teaching, fixations ---------------------------------------------------------------------


def test_bursts_grow_with_what_was_seen() -> None:
    assert [burst_size(seen) for seen in (0, 1, 32, 63, 64, 96, 1000, 1023, 1024, 60_000)] == [
        1, 1, 1, 1, 2, 3, 31, 31, 32, 32,
    ]  # fmt: skip
    assert max(map(burst_size, range(5000))) == LARGEST_BURST


def test_fixations_adjust_and_neither_recruit_nor_refine(digits: Dataset) -> None:
    config = shrunk("columns")
    plain, fixating = MemoryNetwork(config), MemoryNetwork(replace(config, fixations=2))
    for network in (plain, fixating):
        perception = network.perceive(digits.train_images[:20])
        network.learn(perception, digits.train_labels[:20], np.arange(20) + 1, np.arange(20))
    kept, looked = plain.state(), fixating.state()
    for name in ("ids", "births", "sources", "wins", "patterns", "slots"):
        np.testing.assert_array_equal(kept[f"columns_{name}"], looked[f"columns_{name}"], err_msg=name)
    assert np.abs(kept["columns_associations"] - looked["columns_associations"]).max() > 1e-3
    assert looked["columns_usage"].sum() > kept["columns_usage"].sum()


def test_a_fixation_sees_the_digit_one_pixel_away(digits: Dataset) -> None:
    network = MemoryNetwork(shrunk("exemplar"))
    pixels = (digits.train_images[:9] / np.float32(255)).reshape(9, -1)
    shifts = np.array([(r, c) for r in (-1, 0, 1) for c in (-1, 0, 1)])
    for image, moved, (down, right) in zip(
        digits.train_images, network._shifted(pixels, shifts).reshape(9, 28, 28), shifts, strict=False
    ):
        # These digits keep clear of the border, so rolling them loses nothing.
        assert not image[[0, -1]].any()
        assert not image[:, [0, -1]].any()
        np.testing.assert_allclose(moved * 255, np.roll(image, (down, right), axis=(0, 1)), atol=1e-4)


def test_the_eye_moves_elsewhere_for_every_digit_and_seed(
    digits: Dataset, monkeypatch: pytest.MonkeyPatch
) -> None:
    shifted, told = MemoryNetwork._shifted, []

    def telling(network: MemoryNetwork, pixels: Any, shifts: Any) -> Any:
        told[-1].append(shifts.tolist())
        return shifted(network, pixels, shifts)

    monkeypatch.setattr(MemoryNetwork, "_shifted", telling)
    for seed in (0, 0, 1):
        told.append([])
        learn(MemoryNetwork(replace(shrunk("tiny"), fixations=2), seed=seed), digits, 24, burst=8)
    first, again, other = told
    assert first == again != other
    assert len(first) == 6, "two looks for each of three bursts"
    assert len({str(shifts) for shifts in first}) == 6
    assert {-1, 0, 1} == {move for look in first for shift in look for move in shift}


def test_what_was_perceived_is_still_there_after_fixations(digits: Dataset) -> None:
    """The window shows the first look, after the burst was learned."""
    network = taught(replace(shrunk("complementary"), fixations=2), digits, 60)
    perception = network.perceive(digits.train_images[60:68])
    before = [response.activation.copy() for response in perception.responses]
    network.learn(perception, digits.train_labels[60:68], np.arange(61, 69), np.arange(60, 68))
    for response, activation in zip(perception.responses, before, strict=True):
        np.testing.assert_array_equal(response.activation, activation)


def test_softmax_bears_large_votes() -> None:
    votes = np.array([[1000.0, 0.0], [-1000.0, -1000.0]], np.float32)
    np.testing.assert_allclose(softmax(votes), [[1, 0], [0.5, 0.5]])


def test_presets_are_named_and_an_unknown_one_says_so() -> None:
    assert preset("small", fixations=3).fixations == 3
    with pytest.raises(ValueError, match="preset: there is no 'huge'; choose one of complementary, columns"):
        preset("huge")


def test_rehearsing_makes_what_was_taught_known_again_when_it_is_shifted(
    digits: Dataset, monkeypatch: pytest.MonkeyPatch
) -> None:
    image = digits.test_images[1]
    shifted = np.stack([np.roll(image, step, axis=axis) for axis in (0, 1) for step in (-1, 1)])
    sure = []
    for rehearsals in (0, 4):
        monkeypatch.setattr("engine.network.REHEARSALS", rehearsals)
        network = taught(shrunk("complementary"), digits)
        network.teach(image, 7)
        sure.append(float(network.predict_proba(shifted)[:, 7].mean()))
    assert sure[1] > sure[0] + 0.01
