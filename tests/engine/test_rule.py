"""Invariants of perceiving, recruiting and refining, on networks and images nobody chose."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from hypothesis import given, settings
from hypothesis import strategies as some

from engine.config import LayerConfig, NetworkConfig
from engine.network import MemoryNetwork
from engine.observe import percept

SIDE = 10
EXAMPLES = settings(max_examples=25, deadline=None)


@some.composite
def layers(draw: some.DrawFn, name: str) -> LayerConfig:
    field = draw(some.integers(2, SIDE))
    return LayerConfig(
        name=name,
        field=field,
        stride=draw(some.integers(2, 6)),
        capacity=draw(some.integers(1, 40)),
        winners=draw(some.integers(1, 6)),
        gate=draw(some.sampled_from(["novelty", "surprise"])),
        vigilance=draw(some.floats(0.05, 0.9)),
        one_shot=draw(some.floats(0.1, 2.0)),
        sharpness=draw(some.sampled_from([1.0, 2.0, 1.5])),
        contrast=draw(some.sampled_from([1e-6, 0.3, 1.0])),
        centred=draw(some.booleans()),
        plasticity=draw(some.sampled_from([0.0, 0.3])),
        metaplasticity=draw(some.sampled_from([0.0, 0.2])),
        critical_period=draw(some.sampled_from([None, 0, 20])),
        homeostasis=draw(some.sampled_from([0.0, 0.05])),
    )


@some.composite
def networks(draw: some.DrawFn) -> tuple[MemoryNetwork, np.random.Generator]:
    """A network that has learned up to 60 noisy images, and more randomness."""
    config = NetworkConfig(
        "any",
        tuple(draw(layers(name)) for name in ("first", "second")[: draw(some.integers(1, 2))]),
        fixations=draw(some.integers(0, 1)),
        side=SIDE,
        channels=draw(some.sampled_from([1, 3])),
        classes=draw(some.sampled_from([2, 10, 62])),
    )
    random = np.random.default_rng(draw(some.integers(0, 2**32)))
    network = MemoryNetwork(config)
    learn_some(network, random, draw(some.integers(0, 60)), draw(some.integers(1, 7)))
    return network, random


def images(network: MemoryNetwork, random: np.random.Generator, count: int) -> npt.NDArray[np.uint8]:
    shape = (count, SIDE, SIDE) if network.config.channels == 1 else (count, SIDE, SIDE, 3)
    return random.integers(0, 256, shape, dtype=np.uint8)


def learn_some(network: MemoryNetwork, random: np.random.Generator, count: int, burst: int) -> None:
    for start in range(0, count, burst):
        numbers = np.arange(start, min(start + burst, count))
        seen = images(network, random, len(numbers))
        labels = random.integers(0, network.config.classes, len(numbers))
        network.learn(network.perceive(seen), labels, numbers + 1, numbers)


def patterns(network: MemoryNetwork, layer: int) -> list[npt.NDArray[np.float32]]:
    """The memories in use of each column, oldest first: (n, d) each."""
    memory = network.layers[layer]
    return [
        -0.5 * memory.patterns[column, :-2, :used].T.copy()
        for column, used in enumerate(memory.used.tolist())
    ]


@EXAMPLES
@given(networks())
def test_the_winner_is_the_nearest_memory(given_network: tuple[MemoryNetwork, np.random.Generator]) -> None:
    network, random = given_network
    perception = network.perceive(images(network, random, 5))
    for number, response in enumerate(perception.responses):
        for column, memories in enumerate(patterns(network, number)):
            if not len(memories):
                assert np.isinf(response.novelty[column]).all()
                continue
            for digit in range(5):
                field = response.fields[column, digit, :-2]
                distances = np.linalg.norm(memories - field, axis=1)
                winner = response.winners[column, digit]
                assert winner < len(memories)
                assert distances[winner] <= distances.min() + 1e-3
                np.testing.assert_allclose(
                    np.sqrt(response.novelty[column, digit]), distances.min(), atol=2e-3
                )


@EXAMPLES
@given(networks())
def test_at_most_k_answer_and_their_shares_add_up(
    given_network: tuple[MemoryNetwork, np.random.Generator],
) -> None:
    network, random = given_network
    perception = network.perceive(images(network, random, 4))
    for layer, response in zip(network.layers, perception.responses, strict=True):
        answering = (response.activation > 1e-6).sum(axis=-1)  # the threshold itself rounds to almost 0
        shares = (response.activation * response.share[..., None]).sum(axis=-1)
        assert (np.isclose(shares, 1, atol=1e-3) | (answering == 0)).all()
        assert not answering[layer.used == 0].any()
        if not layer.settled:  # settled columns answer with k memories on average
            k = layer.config.winners
            # In a column of k + 1 memories all may answer: its threshold lies beyond the farthest.
            assert (answering <= np.where(layer.used == k + 1, k + 1, k)[:, None]).all()


@EXAMPLES
@given(networks())
def test_silent_slots_never_vote(given_network: tuple[MemoryNetwork, np.random.Generator]) -> None:
    """Whatever stands in an unused slot's association, nobody hears it."""
    network, random = given_network
    seen = images(network, random, 6)
    before = network.predict_proba(seen)
    for layer in network.layers:
        unused = np.arange(layer.config.capacity) >= layer.used[:, None]
        layer.associations[:] += 1e6 * unused[:, None, :]
    np.testing.assert_array_equal(network.predict_proba(seen), before)


@EXAMPLES
@given(networks())
def test_votes_make_the_probabilities(given_network: tuple[MemoryNetwork, np.random.Generator]) -> None:
    network, random = given_network
    seen = percept(network, network.perceive(images(network, random, 1)), 0)
    votes = np.sum([response.votes.astype(np.float64).sum(axis=0) for response in seen.layers], axis=0)
    powers = np.exp(votes - votes.max())
    np.testing.assert_allclose(seen.probabilities, powers / powers.sum(), atol=1e-4)
    for layer, response in zip(network.layers, seen.layers, strict=True):
        if layer.settled or layer.config.winners + 1 in layer.used:
            continue  # more than the k memories that a percept names may have answered
        shown = np.zeros_like(response.votes)
        for column, (slots, shares) in enumerate(zip(response.winners, response.activations, strict=True)):
            answered = slots >= 0
            places = slots[answered] - column * layer.config.capacity
            shown[column] = layer.associations[column][:, places] @ shares[answered]
        np.testing.assert_allclose(response.votes, shown, atol=2e-3)


@EXAMPLES
@given(networks(), some.integers(1, 6))
def test_only_winners_move_and_they_come_closer(
    given_network: tuple[MemoryNetwork, np.random.Generator], burst: int
) -> None:
    network, random = given_network
    perception = network.perceive(images(network, random, burst))
    fields = [response.fields[:, :, :-2].copy() for response in perception.responses]
    winners = [response.winners.copy() for response in perception.responses]
    before = [patterns(network, number) for number in range(len(network.layers))]
    labels = random.integers(0, network.config.classes, burst)
    network.learn(perception, labels, np.arange(burst) + 15, np.arange(burst))
    for number in range(len(network.layers)):
        for column, (old, new) in enumerate(zip(before[number], patterns(network, number), strict=True)):
            assert len(new) >= len(old)
            for place in range(len(old)):
                won = fields[number][column][winners[number][column] == place]
                moved = not np.allclose(old[place], new[place], atol=1e-6)
                assert not moved or len(won)
                if moved and len(won) == 1:
                    was, now = (np.linalg.norm(won[0] - each[place]) for each in (old, new))
                    assert now <= was + 1e-5


@EXAMPLES
@given(networks(), some.integers(1, 40))
def test_bookkeeping_holds_after_any_learning(
    given_network: tuple[MemoryNetwork, np.random.Generator], more: int
) -> None:
    network, random = given_network
    before = {
        (number, column, place): layer.ids[column, place]
        for number, layer in enumerate(network.layers)
        for column, place in zip(*layer.in_use(), strict=True)
    }
    learn_some(network, random, more, burst=4)
    ids: list[int] = []
    for layer in network.layers:
        assert (layer.used <= layer.config.capacity).all()
        in_use = np.arange(layer.config.capacity) < layer.used[:, None]
        np.testing.assert_array_equal(layer.ids > 0, in_use)
        np.testing.assert_array_equal(layer.wins > 0, in_use)
        assert not layer.associations.transpose(0, 2, 1)[~in_use].any()
        assert not layer.usage[~in_use].any()
        assert np.isfinite(layer.patterns).all()
        assert np.isfinite(layer.associations).all()
        ids += layer.ids[in_use].tolist()
    assert len(set(ids)) == len(ids) == network.next_id - 1
    for (number, column, place), kept in before.items():
        assert network.layers[number].ids[column, place] == kept


@EXAMPLES
@given(networks(), some.integers(0, 40))
def test_a_restored_network_goes_on_bit_for_bit(
    given_network: tuple[MemoryNetwork, np.random.Generator], more: int
) -> None:
    network, _ = given_network
    twin = MemoryNetwork(network.config)
    twin.restore(network.state())
    for each in (network, twin):
        learn_some(each, np.random.default_rng(5), more, burst=3)
    for name, values in network.state().items():
        assert values.tobytes() == twin.state()[name].tobytes(), name


def test_silent_slots_are_silent_for_62_classes() -> None:
    """Before the first memory all classes are equally likely, and after it only its own is heard."""
    layer = LayerConfig("whole", SIDE, 1, 500, 3, "surprise", 0.9, 5.0)
    network = MemoryNetwork(NetworkConfig("any", (layer,), side=SIDE, classes=62))
    seen = images(network, np.random.default_rng(0), 1)
    np.testing.assert_array_equal(network.predict_proba(seen), np.float32(1 / 62))
    network.learn(network.perceive(seen), [61], [1], [0])
    after = network.predict_proba(seen)[0]
    assert after.argmax() == 61
    assert np.ptp(after[:61]) == 0
    np.testing.assert_allclose(after[61] / after[0], np.exp(5.0), rtol=1e-3)
