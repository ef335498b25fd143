"""The arithmetic of WHY?: whatever is rounded for showing still adds up, to the last digit."""

from __future__ import annotations

from decimal import Decimal

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as some
from hypothesis.extra import numpy as arrays

from engine.arrays import freeze
from engine.config import PRESETS
from engine.findings import Explanation, LayerReasons
from engine.frame import NetworkInfo
from memnet_gui.reasons import (
    VOTE,
    WHOLE,
    Answering,
    Reasons,
    apportion,
    compare,
    fixed,
    nearest,
    placed,
    runner_up,
    share_text,
    softmax,
    vote_text,
    weight_text,
)
from tests.gui.answers import make_explanation
from tests.gui.frames import digit_image, make_info, make_percept

INFO = make_info(PRESETS["complementary"])


def layer_of(info: NetworkInfo, number: int, activations: np.ndarray, weights: np.ndarray) -> LayerReasons:
    """Memories 0, 1, 2 … of a layer with these activations (n,) and associations (n, C)."""
    n, shape = len(activations), info.layers[number]
    pixels = shape.field**2
    slots = np.arange(n, dtype=np.int64)
    return LayerReasons(
        slots=slots,
        ids=slots + 100,
        columns=slots // shape.capacity,
        distances=np.ones(n, np.float32),
        activations=activations.astype(np.float32),
        associations=weights.astype(np.float32),
        patterns=np.zeros((n, pixels), np.float32),
        fields=np.zeros((shape.fields, pixels), np.float32),
        pictures=np.zeros((n, shape.field, shape.field), np.uint8),
        taught=np.zeros(n, np.bool_),
    )


def explained(layers: tuple[LayerReasons, ...]) -> Explanation:
    """An explanation whose probabilities are those of the votes."""
    total = sum(layer.votes.astype(np.float64).sum(axis=0) for layer in layers)
    percept = make_percept(INFO)
    percept = type(percept)(percept.image, freeze(softmax(total).astype(np.float32)), percept.layers)
    return Explanation(1, 10, percept, 4, 5, False, 5, 4, layers)


@some.composite
def explanations(draw: some.DrawFn) -> Explanation:
    """Up to forty memories in two layers, of any sign and size, many of them silent for a class."""
    layers = []
    for number in range(2):
        n = draw(some.integers(0, 20))
        activations = draw(arrays.arrays(np.float32, n, elements=some.floats(0, 1, width=32)))
        weight = some.one_of(some.just(0.0), some.floats(-9, 9, width=32))
        weights = draw(arrays.arrays(np.float32, (n, 10), elements=weight))
        layers.append(layer_of(INFO, number, activations, weights))
    return explained(tuple(layers))


def read(text: str) -> Decimal:
    """A shown number, as a reader takes it."""
    return Decimal(text.replace("−", "-").replace(" %", ""))


# ── rounding ──────────────────────────────────────────────────────────────────────────────────


@given(arrays.arrays(np.float64, some.integers(0, 50), elements=some.floats(-1000, 1000)))
def test_apportioned_numbers_add_up_and_are_less_than_a_unit_off(values: np.ndarray) -> None:
    exact = fixed(values)
    total = int(nearest(exact.sum()))
    whole = apportion(exact, total)
    assert whole.sum() == total
    assert (np.abs(whole - values) < 1 + 1e-9).all()
    np.testing.assert_array_equal(whole[values == 0], 0)


def test_the_largest_remainders_are_rounded_up_and_earlier_ones_first() -> None:
    assert apportion(fixed(np.array([0.3, 0.4, 0.3])), 1).tolist() == [0, 1, 0]
    assert apportion(fixed(np.array([1.5, 1.5, -0.25])), 3).tolist() == [2, 1, 0]
    assert apportion(fixed(np.array([0.5, 0.5, 1.0])), 2).tolist() == [1, 0, 1]


@pytest.mark.parametrize("total", [-1, 3])
def test_no_total_is_forced_upon_numbers(total: int) -> None:
    with pytest.raises(ValueError, match="total"):
        apportion(fixed(np.array([0.5, 0.5])), total)


@given(some.integers(-(10**7), 10**7))
def test_a_vote_reads_as_what_it_is(thousandths: int) -> None:
    assert read(vote_text(thousandths)) * VOTE == thousandths
    assert read(share_text(thousandths)) * 10 == thousandths


def test_figures_have_a_sign_where_they_have_a_direction() -> None:
    assert [vote_text(number) for number in (7431, -10, 0)] == ["+7.431", "−0.010", "0.000"]
    assert [share_text(number) for number in (123, -4, 0)] == ["12.3 %", "−0.4 %", "0.0 %"]
    assert [weight_text(weight) for weight in (0.834, -0.1, -0.001)] == ["+0.83", "−0.10", "0.00"]


# ── sums ──────────────────────────────────────────────────────────────────────────────────────


@settings(max_examples=60, deadline=None)
@given(explanations())
def test_every_sum_of_shown_votes_is_the_sum_that_is_shown(explanation: Explanation) -> None:
    reasons = Reasons(explanation, INFO)
    sizes = [len(layer.ids) for layer in explanation.layers]
    for number in range(10):
        ledger = reasons.ledger(number)
        shown = [read(vote_text(vote)) for vote in ledger.votes.tolist()]
        total = read(vote_text(int(reasons.totals[number])))
        assert sum(shown) == total == read(vote_text(ledger.total))
        assert sum(shown[: sizes[0]]) == read(vote_text(int(ledger.layers[0])))
        assert sum(shown[sizes[0] :]) == read(vote_text(int(ledger.layers[1])))
        assert ledger.favour + ledger.against == ledger.total
        exact = reasons.votes[:, number]
        assert abs(float(total) - exact.sum()) <= 0.0005 + 1e-9
        assert all(
            abs(float(one) - vote) < 0.001 + 1e-9 for one, vote in zip(shown, exact.tolist(), strict=True)
        )


@settings(max_examples=60, deadline=None)
@given(explanations())
def test_shares_of_what_speaks_for_a_class_add_up_to_a_hundred_per_cent(explanation: Explanation) -> None:
    reasons = Reasons(explanation, INFO)
    for number in range(10):
        votes, shares = reasons.votes[:, number], reasons.ledger(number).shares
        if shares is None:
            assert votes[votes > 0].sum() < 0.001
            continue
        assert shares[votes > 0].sum() == WHOLE
        assert (shares[votes < 0] <= 0).all()
        assert (shares[votes == 0] == 0).all()
        parts = votes / votes[votes > 0].sum()
        np.testing.assert_allclose(shares / WHOLE, parts, atol=0.001 + 1e-9)


@settings(max_examples=40, deadline=None)
@given(explanations())
def test_memories_stand_in_order_of_their_votes(explanation: Explanation) -> None:
    reasons = Reasons(explanation, INFO)
    for number in (0, 7):
        ledger = reasons.ledger(number)
        assert sorted(ledger.order.tolist()) == list(range(reasons.count))
        assert (np.diff(reasons.votes[ledger.order, number]) <= 0).all()


@settings(max_examples=40, deadline=None)
@given(explanations())
def test_softmax_of_the_shown_votes_gives_the_probabilities(explanation: Explanation) -> None:
    shown = np.array([float(read(vote_text(total))) for total in Reasons(explanation, INFO).totals.tolist()])
    np.testing.assert_allclose(softmax(shown), explanation.percept.probabilities, atol=5e-4)


def test_a_class_that_nothing_speaks_for_has_no_shares() -> None:
    weights = np.zeros((3, 10))
    weights[:, 1] = -1, -2, 0
    weights[:, 2] = 1, 2, -3
    layers = (
        layer_of(INFO, 0, np.array([0.5, 0.3, 0.2]), weights),
        layer_of(INFO, 1, np.zeros(0), np.zeros((0, 10))),
    )
    reasons = Reasons(explained(layers), INFO)
    assert reasons.ledger(0).shares is None
    assert reasons.ledger(1).shares is None
    shares = reasons.ledger(2).shares
    assert shares is not None
    assert shares.tolist() == [455, 545, -545]


def test_the_runner_up_comes_after_the_answer() -> None:
    assert runner_up(np.array([0.1, 0.6, 0.3], np.float32)) == 2
    assert runner_up(np.array([0.5, 0.5], np.float32)) == 1
    assert runner_up(np.array([1.0, 0.0, 0.0], np.float32)) == 1


# ── single memories ───────────────────────────────────────────────────────────────────────────


def test_memories_are_numbered_through_the_layers() -> None:
    explanation = make_explanation(INFO)
    reasons = Reasons(explanation, INFO)
    first = len(explanation.layers[0].ids)
    assert reasons.count == first + len(explanation.layers[1].ids)
    for index, number, row in ((0, 0, 0), (first - 1, 0, first - 1), (first, 1, 0), (first + 30, 1, 30)):
        memory, layer = reasons.memory(index), explanation.layers[number]
        assert (memory.layer, memory.slot, memory.id) == (number, layer.slots[row], layer.ids[row])
        assert memory.field == (
            *INFO.layers[number].origins[memory.column].tolist(),
            INFO.layers[number].field,
        )
        assert memory.whole == (number == 0)
        np.testing.assert_array_equal(memory.seen, layer.fields[layer.columns[row]])
        np.testing.assert_allclose(
            reasons.votes[index], memory.activation * memory.association.astype(np.float64), rtol=1e-6
        )
        assert reasons.find(number, memory.id) == index
    assert reasons.find(1, -5) is None


def answering(seen: np.ndarray, pattern: np.ndarray, *, centred: bool = False) -> Answering:
    side = 4
    return Answering(
        index=0,
        layer=0,
        layer_name="columns",
        whole=False,
        slot=0,
        id=1,
        column=0,
        distance=0.1,
        activation=1.0,
        association=np.zeros(10, np.float32),
        field=(3, 5, side),
        picture=np.full((side, side), 200, np.uint8),
        seen=seen.astype(np.float32),
        pattern=pattern.astype(np.float32),
        centred=centred,
        taught=False,
    )


def test_digit_and_memory_are_drawn_on_one_scale() -> None:
    seen, pattern = np.zeros(16), np.zeros(16)
    seen[3], pattern[3], pattern[5] = 1.0, 0.5, 0.25
    parts = compare(answering(seen, pattern))
    assert parts.seen[0, 3] == 255
    assert parts.remembered[0, 3] == 128
    assert parts.difference[0, 3] == pytest.approx(0.5)
    assert parts.difference[1, 1] == pytest.approx(-0.25)
    assert np.count_nonzero(parts.difference) == 2


def test_nearly_empty_centred_fields_stay_faint() -> None:
    seen = np.linspace(-0.01, 0.01, 16)
    assert compare(answering(seen, seen, centred=True)).seen.max() < 30
    assert compare(answering(seen, seen)).seen.max() == 255
    assert compare(answering(np.zeros(16), np.zeros(16))).seen.max() == 0


def test_colours_are_compared_channel_by_channel() -> None:
    seen, pattern = np.zeros(48), np.zeros(48)
    seen[0] = 1.0
    parts = compare(answering(seen, pattern))
    assert parts.seen.shape == parts.remembered.shape == (4, 4, 3)
    assert parts.difference.shape == (4, 4)
    assert parts.difference[0, 0] == pytest.approx(1 / 3)


def test_a_patch_is_drawn_where_it_sees_and_the_digit_is_faint_around_it() -> None:
    image, patch = digit_image(8), np.full((10, 10), 200, np.uint8)
    scene = placed(image, patch, (9, 6, 10))
    assert (scene[9:19, 6:16] == 200).all()
    assert (scene[8, 5:17] == scene[19, 5:17]).all()
    outside = np.ones((28, 28), bool)
    outside[8:20, 5:17] = False
    np.testing.assert_allclose(scene[outside], image[outside] * 255 * 0.3, atol=1)
    corner = placed(image, patch, (18, 18, 10))
    assert (corner[18:, 18:] == 200).all()


def test_a_whole_digit_is_its_own_scene() -> None:
    whole = np.zeros((28, 28), np.uint8)
    assert placed(digit_image(3), whole, (0, 0, 28)) is whole
