"""On the map of the memories nearness means likeness, and the same memories give the same map."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from engine import pacing, projection
from engine.backend import Backend
from engine.datasets import Dataset
from engine.findings import Projection
from engine.memory import LayerMemory
from engine.projection import ProjectionWork
from engine.session import Session
from engine.store import Rows
from tests.engine.device import FlakyBackend
from tests.engine.driving import played
from tests.engine.samples import shrunk
from tests.engine.strict import StrictBackend

Points = npt.NDArray[np.float64]


def finish(work: ProjectionWork) -> Projection:
    while work.done < work.total:
        work.advance()
    assert work.done == work.total
    return work.result()


def project(session: Session, layer: int = 0) -> Projection:
    return finish(ProjectionWork(session, 4, layer))


def holding(few: Dataset, points: npt.NDArray[np.float32]) -> Session:
    """A run whose whole-digit layer holds these patterns, (n, d ≤ 784)."""
    config = shrunk("complementary")
    episodes = replace(config.layers[0], capacity=max(1, len(points)))
    session = Session(few, replace(config, layers=(episodes, *config.layers[1:])), backend=Backend())
    memory, slots = session.network.layers[0], np.arange(len(points))
    patterns = np.zeros((len(points), 784), np.float32)
    patterns[:, : points.shape[1]] = points
    _put(memory, memory.blank_rows(np.zeros_like(slots), slots), patterns)
    return session


def _put(memory: LayerMemory, blank: Rows, patterns: npt.NDArray[np.float32]) -> None:
    norms = (patterns**2).sum(axis=1, keepdims=True)
    rows = np.concatenate([-2 * patterns, norms, np.ones_like(norms)], axis=1)
    memory.put(replace(blank, patterns=rows, ids=1 + np.arange(len(patterns))))


def nearest(points: Points, count: int) -> npt.NDArray[np.int64]:
    distances = ((points[:, None] - points[None]) ** 2).sum(axis=2)
    np.fill_diagonal(distances, np.inf)
    return distances.argsort(axis=1)[:, :count]


def principal_plane(points: npt.NDArray[np.float32]) -> tuple[Points, float]:
    """Coordinates and the share of the variance, by the singular values of all."""
    centred = (points - points.mean(axis=0)).astype(np.float64)
    u, s, _ = np.linalg.svd(centred, full_matrices=False)
    return u[:, :2] * s[:2], float((s[:2] ** 2).sum() / (s**2).sum())


@pytest.fixture(scope="module")
def clusters(few: Dataset) -> tuple[Session, npt.NDArray[np.int64]]:
    """24 balls in 30 dimensions, 15 memories each: no plane shows them apart."""
    random = np.random.default_rng(5)
    centres = random.normal(0, 0.2, (24, 30))
    label = np.repeat(np.arange(24), 15)
    return holding(few, (centres[label] + random.normal(0, 0.06, (360, 30))).astype(np.float32)), label


def test_likes_lie_together_where_no_plane_shows_them(
    clusters: tuple[Session, npt.NDArray[np.int64]],
) -> None:
    session, label = clusters
    found = project(session)
    state = session.network.layers[0].state()
    plane, kept = principal_plane(state["patterns"])

    def purity(points: Points) -> float:
        return float((label[nearest(points, 10)] == label[:, None]).mean())

    assert purity(found.places.astype(np.float64)) > 0.99
    assert purity(plane) < 0.8
    assert found.kept == pytest.approx(kept, rel=1e-3)


def test_the_nearest_memory_is_another_and_is_found(few: Dataset, monkeypatch: pytest.MonkeyPatch) -> None:
    """60 pairs in 30 dimensions: drawn to one neighbour each, both of a pair meet."""
    monkeypatch.setattr(projection, "NEIGHBOURS", 1)
    random = np.random.default_rng(2)
    pairs = np.repeat(random.normal(0, 0.2, (60, 30)), 2, axis=0) + random.normal(0, 0.01, (120, 30))
    found = project(holding(few, pairs.astype(np.float32)))
    partner = np.arange(120) ^ 1
    assert (nearest(found.places.astype(np.float64), 1)[:, 0] == partner).mean() > 0.9


def test_the_map_of_real_memories_keeps_more_neighbours_than_the_plane(digits: Dataset) -> None:
    config = shrunk("exemplar")
    session = Session(
        digits, replace(config, layers=(replace(config.layers[0], capacity=200),)), backend=Backend()
    )
    while session.network.layers[0].count < 200:
        session.advance(32)
    patterns = session.network.layers[0].state()["patterns"]
    true = nearest(patterns.astype(np.float64), 10)

    def shared(points: Points) -> float:
        pairs = zip(nearest(points, 10), true, strict=True)
        return float(np.mean([len(np.intersect1d(here, there)) for here, there in pairs]))

    found = project(session)
    plane, kept = principal_plane(patterns)
    assert shared(found.places.astype(np.float64)) > 1.5 * shared(plane)
    assert found.kept == pytest.approx(kept, rel=1e-2)


def test_every_memory_has_its_place(few: Dataset, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(projection, "ROUNDS", 5)
    session = played(few, 200)
    memory = session.network.layers[1]
    memory.mute(np.array([3]), np.array([2]), muted=True)
    found = project(session, 1)
    columns, positions = memory.in_use()
    np.testing.assert_array_equal(found.slots, columns * memory.config.capacity + positions)
    np.testing.assert_array_equal(found.ids, memory.ids[columns, positions])
    assert found.places.shape == (len(columns), 2)
    assert found.places.dtype == np.float32
    assert (found.request, found.layer, found.at) == (4, 1, 200)
    assert len(np.unique(found.places, axis=0)) > 0.9 * len(columns)
    for array in (found.slots, found.ids, found.places):
        assert not array.flags.writeable


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    count=st.integers(0, 40),
    dimensions=st.integers(1, 12),
    distinct=st.integers(1, 40),
    seed=st.integers(0, 99),
)
def test_any_memories_find_a_place_on_the_unit_square(
    count: int, dimensions: int, distinct: int, seed: int, few: Dataset
) -> None:
    """However few there are, and however many are the same."""
    random = np.random.default_rng(seed)
    points = random.normal(0, 0.2, (distinct, dimensions))[random.integers(distinct, size=count)]
    found = project(holding(few, points.astype(np.float32)))
    assert found.places.shape == (count, 2)
    assert np.isfinite(found.places).all()
    assert 0.0 <= found.kept <= 1.0 + 1e-5
    if count:
        low, high = found.places.min(axis=0), found.places.max(axis=0)
        np.testing.assert_allclose((low + high) / 2, 0.5, atol=1e-5)
        spread = float((high - low).max())
        if len(np.unique(points, axis=0)) > 1:
            assert spread == pytest.approx(1.0, abs=1e-4), "it fills the square, both axes to one scale"
        else:
            assert spread == 0.0


def test_what_is_the_same_but_for_rounding_is_one_place(few: Dataset) -> None:
    pattern = np.random.default_rng(1).random((1, 784), np.float32) / 20
    found = project(holding(few, np.repeat(pattern, 7, axis=0)))
    assert (found.places == 0.5).all()
    assert found.kept == 1.0


def test_a_single_pixel_is_laid_out_along_a_line(few: Dataset, monkeypatch: pytest.MonkeyPatch) -> None:
    config = shrunk("tiny")
    layer = replace(config.layers[0], field=1, stride=27, centred=False)
    session = Session(few, replace(config, layers=(layer,)), backend=Backend())
    memory, columns = session.network.layers[0], np.arange(4)
    _put(memory, memory.blank_rows(columns, columns), np.array([[0.1], [0.2], [0.4], [0.9]], np.float32))
    found = project(session)
    assert np.isfinite(found.places).all()
    assert (np.abs(np.diff(found.places[:, 0])) > 0.01).all()


@pytest.mark.parametrize("seconds", [0.0, 100.0])
def test_the_same_memories_give_the_same_map_whatever_the_time(
    seconds: float, clusters: tuple[Session, npt.NDArray[np.int64]], monkeypatch: pytest.MonkeyPatch
) -> None:
    session, _ = clusters
    monkeypatch.setattr(projection, "ROUNDS", 20)
    usual = project(session)
    monkeypatch.setattr(pacing, "SLICE_SECONDS", seconds)
    work = ProjectionWork(session, 4, 0)
    work.advance()
    assert (work.done < work.total) == (seconds == 0)
    np.testing.assert_array_equal(finish(work).places, usual.places)


def test_axes_point_the_same_way_however_they_were_found(
    clusters: tuple[Session, npt.NDArray[np.int64]], monkeypatch: pytest.MonkeyPatch
) -> None:
    """More passes find the same axes to more digits, and may find them turned round."""
    session, _ = clusters
    monkeypatch.setattr(projection, "ROUNDS", 0)
    maps = []
    for passes in (8, 9, 12, 13):
        monkeypatch.setattr(projection, "PASSES", passes)
        maps.append(project(session).places)
    for other in maps[1:]:
        np.testing.assert_allclose(other, maps[0], atol=1e-3)


def test_learning_goes_on_meanwhile(few: Dataset, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(projection, "ROUNDS", 10)
    session, still = played(few, 60), played(few, 60)
    work = ProjectionWork(session, 4, 1)
    while work.done < work.total:
        session.advance(8)
        work.advance()
    found = work.result()
    assert session.seen > found.at == 60
    np.testing.assert_array_equal(found.places, project(still, 1).places)


@pytest.mark.parametrize("make", [StrictBackend, FlakyBackend])
def test_every_backend_gives_the_same_map(
    make: type[Backend],
    nothing_comes_home_by_itself: None,
    clusters: tuple[Session, npt.NDArray[np.int64]],
    few: Dataset,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(projection, "ROUNDS", 10)
    session, _ = clusters
    there = Session(few, session.config, backend=make())
    there.network.restore(session.state())
    np.testing.assert_array_equal(project(there).places, project(session).places)


def test_there_must_be_such_a_layer(clusters: tuple[Session, npt.NDArray[np.int64]]) -> None:
    for layer in (-1, 2):
        with pytest.raises(ValueError, match=f"layer: there is no layer {layer}"):
            ProjectionWork(clusters[0], 1, layer)
