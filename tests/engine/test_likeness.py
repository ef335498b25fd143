"""How far all memories of a layer are from one image."""

from __future__ import annotations

import numpy as np
import pytest

from engine.backend import Backend
from engine.datasets import Dataset
from engine.likeness import likeness
from engine.session import Session
from tests.engine.device import FlakyBackend
from tests.engine.driving import played
from tests.engine.strict import StrictBackend


@pytest.fixture(scope="module")
def session(few: Dataset) -> Session:
    return played(few, 200)


@pytest.mark.parametrize("layer", [0, 1])
def test_each_memory_is_compared_with_what_its_column_sees(
    layer: int, session: Session, few: Dataset
) -> None:
    image = few.test_images[4]
    found = likeness(session, 9, layer, image)
    memory = session.network.layers[layer]
    columns, positions = memory.in_use()
    assert (found.request, found.layer) == (9, layer)
    np.testing.assert_array_equal(found.slots, columns * memory.config.capacity + positions)
    fields = session.fields(image)[layer].astype(np.float64)
    expected = np.linalg.norm(memory.patterns_at(columns, positions) - fields[columns], axis=1)
    np.testing.assert_allclose(found.distances, expected, atol=1e-3)
    assert (found.slots.dtype, found.distances.dtype) == (np.int64, np.float32)
    assert not found.slots.flags.writeable
    assert not found.distances.flags.writeable


def test_a_memory_is_like_the_digit_that_it_was(session: Session) -> None:
    memory = session.network.layers[0]
    for position in (0, 11, 39):
        source = int(memory.sources[0, position])
        found = likeness(session, 1, 0, session.image(source))
        assert found.slots[found.distances.argmin()] == position
        assert found.distances.min() < 2e-3


def test_drawings_and_digits_are_measured_alike(session: Session, few: Dataset) -> None:
    image = few.test_images[0]
    first = likeness(session, 1, 1, image)
    second = likeness(session, 1, 1, image / np.float32(255))
    np.testing.assert_allclose(first.distances, second.distances, atol=1e-3)


@pytest.mark.parametrize("layer", [0, 1])
def test_muted_memories_are_as_far_as_they_would_be(layer: int, few: Dataset) -> None:
    session = played(few, 120)
    memory, image = session.network.layers[layer], few.test_images[3]
    before = likeness(session, 1, layer, image)
    columns, positions = memory.in_use()
    memory.mute(columns[::3], positions[::3], muted=True)
    after = likeness(session, 1, layer, image)
    np.testing.assert_array_equal(after.slots, before.slots)
    np.testing.assert_allclose(after.distances, before.distances, atol=1e-3)


def test_a_blank_canvas_and_an_empty_layer_have_distances_too(session: Session, few: Dataset) -> None:
    found = likeness(session, 1, 1, np.zeros((28, 28), np.float32))
    assert np.isfinite(found.distances).all()
    assert len(likeness(played(few, 0), 1, 0, few.test_images[0]).slots) == 0


def test_what_does_not_fit_is_refused(session: Session, few: Dataset) -> None:
    for layer in (-1, 2):
        with pytest.raises(ValueError, match=f"layer: there is no layer {layer}"):
            likeness(session, 1, layer, few.test_images[0])
    with pytest.raises(ValueError, match="images: shape"):
        likeness(session, 1, 0, np.zeros((27, 27), np.float32))


@pytest.mark.parametrize("make", [StrictBackend, FlakyBackend])
def test_every_backend_measures_the_same(
    make: type[Backend], nothing_comes_home_by_itself: None, few: Dataset
) -> None:
    here, there = played(few, 60), played(few, 0, backend=make())
    here.network.layers[1].mute(np.array([2]), np.array([1]), muted=True)
    there.network.restore(here.state())
    for layer in (0, 1):
        found, other = (likeness(each, 1, layer, few.test_images[1]) for each in (here, there))
        np.testing.assert_array_equal(found.slots, other.slots)
        np.testing.assert_allclose(found.distances, other.distances, atol=1e-3)


def test_a_device_that_fails_is_left_and_the_answer_given(few: Dataset) -> None:
    backend = FlakyBackend()
    session = played(few, 60, backend=backend)
    backend.fails_at = backend.operations + 4
    found = likeness(session, 1, 1, few.test_images[1])
    assert type(session.backend) is Backend
    np.testing.assert_array_equal(
        found.distances, likeness(played(few, 60), 1, 1, few.test_images[1]).distances
    )
