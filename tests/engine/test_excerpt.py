"""A column on its own answers as it does among all others; background works keep to their slices."""

from __future__ import annotations

import gc
import weakref
from collections.abc import Iterator

import numpy as np
import pytest

from engine import pacing
from engine.ablation import AblationWork
from engine.arrays import Ints
from engine.backend import Backend, DeviceLostError
from engine.datasets import Dataset
from engine.excerpt import as_pixels, excerpt
from engine.pacing import PacedWork
from engine.projection import ProjectionWork
from engine.response import Scratch
from engine.session import Session
from engine.trace import TraceWork
from engine.works import SLICE_SECONDS
from tests.engine.device import FlakyBackend
from tests.engine.driving import played
from tests.engine.strict import StrictBackend


@pytest.fixture(scope="module")
def session(few: Dataset) -> Session:
    return played(few, 200)


@pytest.mark.parametrize("columns", [[4], [0, 2, 8], [8, 0], list(range(9))])
def test_some_columns_answer_bit_for_bit_as_among_all(
    columns: list[int], session: Session, few: Dataset
) -> None:
    layer, backend = session.network.layers[1], session.backend
    assert layer.settled, "so that each column's own threshold matters"
    twin = excerpt(layer, np.array(columns), backend)
    pixels = as_pixels(few.test_images[:20], backend)
    whole, part = layer.perceive(pixels, Scratch(backend)), twin.perceive(pixels, Scratch(backend))
    for name in ("fields", "activation", "share", "threshold", "novelty", "votes", "winners"):
        np.testing.assert_array_equal(getattr(part, name), getattr(whole, name)[columns], err_msg=name)


def test_images_are_what_the_network_makes_of_them(session: Session, few: Dataset) -> None:
    images = few.test_images[:5]
    pixels = as_pixels(images, session.backend)
    np.testing.assert_array_equal(pixels.T, session.network.perceive(images, aside=True).images)


def test_writing_into_an_excerpt_leaves_the_layer_alone(few: Dataset) -> None:
    session = played(few, 60)
    layer, before = session.network.layers[1], session.state()
    twin = excerpt(layer, np.array([3]), session.backend, slots=12)
    slots: Ints = np.arange(12)
    twin.put(twin.blank_rows(np.zeros_like(slots), slots))
    assert twin.count == 0
    after = session.state()
    assert all(after[name].tobytes() == before[name].tobytes() for name in before)


@pytest.mark.parametrize("make", [StrictBackend, FlakyBackend])
def test_every_backend_can_take_columns_apart(
    make: type[Backend], nothing_comes_home_by_itself: None, session: Session, few: Dataset
) -> None:
    there = Session(few, session.config, backend=make())
    there.network.restore(session.state())
    answers = []
    for each in (session, there):
        twin = excerpt(each.network.layers[1], np.array([1, 5]), each.backend)
        response = twin.perceive(as_pixels(few.test_images[:8], each.backend), Scratch(each.backend))
        answers.append(each.backend.to_host(response.votes))
    np.testing.assert_allclose(*answers, atol=1e-5)


class Clock:
    """Time that passes only in steps."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.now = 0.0
        monkeypatch.setattr(pacing.time, "perf_counter", lambda: self.now)

    def steps(self, durations: list[float]) -> Iterator[int]:
        for duration in durations:
            self.now += duration
            yield 1


@pytest.mark.parametrize(
    ("durations", "a_slice"),
    [([0.3] * 4, 3), ([0.6] * 4, 1), ([5.0] * 4, 1), ([0.0] * 4, 4), ([0.1, 0.6, 0.1, 0.1], 2)],
    ids=["three fit", "two would be too long", "one must", "all at once", "another like the last"],
)
def test_a_slice_holds_as_many_steps_as_fit(
    durations: list[float], a_slice: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = Clock(monkeypatch)
    work = PacedWork(clock.steps([SLICE_SECONDS * share for share in durations]), 4, Backend())
    work.advance()
    assert work.done == a_slice
    while work.done < work.total:
        work.advance()
    assert work.done == 4


def test_a_device_that_fails_is_reported_as_lost() -> None:
    backend = FlakyBackend(fails_at=3)

    def operating() -> Iterator[int]:
        while True:
            backend.operate()
            yield 1

    work = PacedWork(operating(), 10, backend)
    with pytest.raises(DeviceLostError):
        work.advance()
    assert work.done == 2


@pytest.mark.parametrize("kind", ["ablation", "trace", "projection"])
def test_a_work_that_is_given_up_is_gone_with_its_copies_at_once(
    kind: str, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pacing, "SLICE_SECONDS", 0.0)
    id = int(session.network.layers[0].ids[0, 0])
    work: PacedWork = {
        "ablation": lambda: AblationWork(session, 1, "", 0, [id]),
        "trace": lambda: TraceWork(session, 1, 0, id),
        "projection": lambda: ProjectionWork(session, 1, 0),
    }[kind]()
    gc.disable()
    try:
        for _ in range(3):
            work.advance()
        assert work.done < work.total
        left = weakref.ref(work)
        del work
        assert left() is None
    finally:
        gc.enable()
