"""A device that fails in mid-run costs nothing but speed: the run goes on in NumPy, bit for bit."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from engine import heldout
from engine import session as sessions
from engine.backend import Backend, DeviceLostError
from engine.datasets import Dataset
from engine.heldout import Examiner, HeldOutTest
from engine.memory import LayerMemory
from engine.observe import trial
from engine.session import Session
from engine.snapshot import load_snapshot, save_snapshot
from tests.engine.device import DriverError, FlakyBackend
from tests.engine.samples import assert_same, shrunk

CONFIG = replace(shrunk("complementary", capacity=8), fixations=1)
LIMIT = 90


@pytest.fixture(autouse=True)
def keyframes_are_frequent(monkeypatch: pytest.MonkeyPatch, nothing_comes_home_by_itself: None) -> None:
    monkeypatch.setattr(sessions, "KEYFRAME_BURSTS", 7)


def run(digits: Dataset, backend: Backend) -> Session:
    session = Session(digits, CONFIG, seed=1, backend=backend, limit=LIMIT)
    while session.advance(3):
        pass
    return session


@pytest.fixture(scope="module")
def in_numpy(digits: Dataset) -> Session:
    return run(digits, Backend())


def test_the_make_believe_device_computes_what_numpy_does(digits: Dataset, in_numpy: Session) -> None:
    session = run(digits, FlakyBackend())
    assert session.backend.name == "flaky"
    assert not session.notices
    assert_same(session.state(), in_numpy.state())


@pytest.fixture(scope="module")
def operations(digits: Dataset) -> int:
    """How many a whole run takes."""
    backend = FlakyBackend()
    run(digits, backend)
    return backend.operations


@pytest.mark.parametrize("share", [0.0, *np.linspace(0.01, 0.99, 14).round(3).tolist()])
def test_the_run_goes_on_wherever_the_device_fails(
    share: float, digits: Dataset, in_numpy: Session, operations: int
) -> None:
    """In perceiving, adjusting, writing, looking again or copying to the host, whatever it hits."""
    session = run(digits, FlakyBackend(fails_at=1 + int(share * operations)))
    assert type(session.backend) is Backend
    assert session.finished
    assert_same(session.state(), in_numpy.state())
    assert_same(session.metrics.state(), in_numpy.metrics.state())
    assert [each.digit for each in session.mistakes] == [each.digit for each in in_numpy.mistakes]
    (notice,) = session.notices
    assert "Imaginary 9000: operation" in notice
    assert "learning goes on in NumPy" in notice


PHASES = ["perceive", "_match", "adjust", "write", "_recruit", "state"]


@pytest.mark.parametrize("phase", PHASES)
def test_no_step_of_the_rule_is_left_half_done(
    phase: str, digits: Dataset, in_numpy: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The device fails in the middle of this step, in the layer that comes last."""
    backend, calls, step = FlakyBackend(), 0, getattr(LayerMemory, phase)

    def breaking(self: LayerMemory, *arguments: Any, **options: Any) -> Any:
        nonlocal calls
        if self._backend is backend and self.config.name == "columns":
            calls += 1
            if calls == 4:
                result = step(self, *arguments, **options)
                backend.fails_at = 0
                raise DriverError(f"in {phase} of {result}")
        return step(self, *arguments, **options)

    monkeypatch.setattr(LayerMemory, phase, breaking)
    session = run(digits, backend)
    assert calls == 4
    assert len(session.notices) == 1
    assert_same(session.state(), in_numpy.state())


def test_answers_and_copies_survive_too(digits: Dataset, in_numpy: Session) -> None:
    for ask in (
        lambda session: session.predict_proba(digits.test_images[:50]),
        lambda session: session.state()["columns_patterns"],
        lambda session: session.test_accuracy(),
    ):
        backend = FlakyBackend()
        session = run(digits, backend)
        backend.fails_at = backend.operations + 3
        np.testing.assert_array_equal(ask(session), ask(in_numpy))
        assert len(session.notices) == 1


def test_a_digit_that_went_with_the_device_is_not_shown(digits: Dataset) -> None:
    """The burst was learned and the device failed while the memories were copied: nothing to see."""
    backend = FlakyBackend()
    session = Session(digits, CONFIG, seed=1, backend=backend, limit=LIMIT)
    while session.seen < 6:
        session.advance()
    shown = trial(session)
    assert shown is not None
    assert shown.digit == 6
    backend.fails_at = backend.operations + 1
    session.state()
    assert trial(session) is None
    session.advance()
    shown = trial(session)
    assert shown is not None
    assert shown.digit == 7


def test_a_device_too_small_for_the_memories_is_left_at_once(digits: Dataset, in_numpy: Session) -> None:
    session = Session(digits, CONFIG, seed=1, backend=FlakyBackend(fails_at=1), limit=LIMIT)
    assert type(session.backend) is Backend
    assert len(session.notices) == 1
    while session.advance(32):
        pass
    assert_same(session.state(), in_numpy.state())


@pytest.mark.parametrize("extra", [1, 30, 100, 200])
def test_a_snapshot_opens_although_the_device_fails(
    extra: int, digits: Dataset, in_numpy: Session, tmp_path: Path
) -> None:
    half = Session(digits, CONFIG, seed=1, limit=LIMIT)
    while half.seen < 71:
        half.advance(1)
    save_snapshot(half, tmp_path / "run.npz")
    session = load_snapshot(tmp_path / "run.npz", digits, FlakyBackend(fails_at=extra))
    assert session.seen == 71
    while session.advance(32):
        pass
    assert len(session.notices) == 1
    assert_same(session.state(), in_numpy.state())
    assert_same(session.metrics.state(), in_numpy.metrics.state())


@pytest.mark.parametrize("after", [1, 2, 7, 40, 80])
def test_a_held_out_test_begins_again_in_numpy(after: int, digits: Dataset, in_numpy: Session) -> None:
    backend = FlakyBackend()
    session = run(digits, backend)
    examiner = Examiner(session)
    backend.fails_at = backend.operations + after
    examiner.start()
    while examiner.running:
        examiner.advance()
    assert session.metrics.history.last_test == (LIMIT, pytest.approx(in_numpy.test_accuracy()), 300)
    assert len(session.notices) == 1


def test_a_test_on_a_device_that_learning_lost_begins_again(digits: Dataset) -> None:
    backend = FlakyBackend()
    session = Session(digits, CONFIG, seed=1, backend=backend, limit=LIMIT)
    session.advance(32)
    examiner = Examiner(session)
    examiner.start()
    examiner.advance()
    backend.fails_at = backend.operations + 1
    at = session.seen + session.advance(32)
    examiner.advance()
    assert examiner.report().at == at
    assert examiner.report().done == heldout.SLICE
    assert type(HeldOutTest(session, 5).backend) is Backend


def test_errors_that_are_not_the_devices_are_not_hidden(
    digits: Dataset, monkeypatch: pytest.MonkeyPatch
) -> None:
    session = Session(digits, CONFIG, backend=FlakyBackend(), limit=LIMIT)
    with pytest.raises(ZeroDivisionError):
        session.on_device(lambda _: 1 // 0)
    with pytest.raises(DeviceLostError), FlakyBackend().guard():
        raise DriverError
    assert not session.notices
