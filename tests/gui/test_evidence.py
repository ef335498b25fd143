"""Evidence: votes spread over receptive fields, and each layer's share of them."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.arrays import freeze
from engine.config import PRESETS, NetworkConfig
from engine.percept import Percept
from memnet_gui.evidence import EvidenceMap, shares
from tests.gui.frames import make_info, make_percept

_COLUMNS = PRESETS["columns"].layers[0]


def with_votes(percept: Percept, layer: int, column: int, shown: int, vote: float) -> Percept:
    """The percept with all votes zero but one."""
    responses = []
    for number, response in enumerate(percept.layers):
        votes = np.zeros_like(response.votes)
        if number == layer:
            votes[column, shown] = vote
        responses.append(replace(response, votes=freeze(votes)))
    return replace(percept, layers=tuple(responses))


@settings(max_examples=40, deadline=None)
@given(
    side=st.integers(8, 40),
    field=st.integers(1, 8),
    stride=st.integers(1, 5),
    shown=st.integers(0, 4),
    seed=st.integers(0, 1000),
)
def test_the_picture_sums_to_the_votes_of_the_columns(
    side: int, field: int, stride: int, shown: int, seed: int
) -> None:
    layer = replace(_COLUMNS, field=field, stride=stride, capacity=64)
    info = make_info(NetworkConfig("any", (layer,), side=side, classes=5))
    percept = make_percept(info, answer=2, seed=seed)
    image = EvidenceMap(info).image(percept, shown)
    assert image.shape == (side, side)
    cast = 0.0 if info.layers[0].whole else float(percept.layers[0].votes[:, shown].sum())
    assert float(image.sum()) == pytest.approx(cast, abs=1e-3)


def test_a_vote_lies_inside_its_receptive_field_and_nowhere_else() -> None:
    info = make_info(PRESETS["columns"])
    column = 17
    image = EvidenceMap(info).image(with_votes(make_percept(info), 0, column, 4, -0.7), 4)
    top, left = info.layers[0].origins[column]
    inside = np.zeros((28, 28), bool)
    inside[top : top + 10, left : left + 10] = True
    assert (image[inside] < 0).all()
    assert (image[~inside] == 0).all()


def test_whole_digits_are_left_out_of_the_picture() -> None:
    info = make_info(PRESETS["complementary"])
    image = EvidenceMap(info).image(with_votes(make_percept(info), 0, 0, 4, 3.0), 4)
    assert not image.any()
    assert EvidenceMap(info).places
    assert not EvidenceMap(make_info(PRESETS["exemplar"])).places


def test_relative_evidence_is_measured_by_the_answer() -> None:
    info = make_info(PRESETS["columns"])
    percept, evidence = make_percept(info, answer=4), EvidenceMap(info)
    peak = np.abs(evidence.image(percept, 4)).max()
    assert np.abs(evidence.relative(percept, 4)).max() == pytest.approx(1)
    expected = np.clip(evidence.image(percept, 7) / peak, -1, 1)
    np.testing.assert_allclose(evidence.relative(percept, 7), expected, rtol=1e-5)


def test_silent_columns_give_no_evidence() -> None:
    info = make_info(PRESETS["columns"])
    silent = with_votes(make_percept(info), 0, 0, 4, 0.0)
    assert not EvidenceMap(info).relative(silent, 4).any()
    assert shares(silent, 4) is None


def test_shares_count_positive_votes_and_sum_to_one() -> None:
    info = make_info(PRESETS["complementary"])
    percept = make_percept(info)
    whole, columns = (np.maximum(response.votes[:, 4], 0).sum() for response in percept.layers)
    parts = shares(percept, 4)
    assert parts is not None
    assert sum(parts) == pytest.approx(1)
    assert parts[0] == pytest.approx(whole / (whole + columns), rel=1e-5)
