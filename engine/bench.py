"""How fast the engine learns, against the floor: the bare matrix products of the same shapes."""

from __future__ import annotations

import time
from typing import Any

from engine.backend import limit_blas_threads, make_backend
from engine.config import preset
from engine.datasets import load_mnist
from engine.network import LARGEST_BURST
from engine.session import Session


def bench_engine(name: str, limit: int | None = None, seed: int = 0, backend: str = "auto") -> dict[str, Any]:
    """One pass with a preset over the bundled digits; the floor is timed between its bursts.

    Both feel the same machine at the same moment, so `ratio` (time a digit over the floor's) means
    something on a busy one. The floor is only the product of fields and memories: 2 · P · K · d
    flops a digit, with K the slots in use at that moment.
    """
    with limit_blas_threads():
        session = Session(load_mnist(), preset(name), seed=seed, backend=make_backend(backend), limit=limit)
        learning = floor = 0.0
        while True:
            started = time.perf_counter()
            shown = session.advance(LARGEST_BURST)
            _wait_for_device(session)
            learning += time.perf_counter() - started
            if not shown:
                break
            floor += _floor_seconds(session)
        return {
            "preset": name,
            "backend": session.backend.description,
            "digits": session.seen,
            "digits_per_second": session.seen / learning,
            "floor_digits_per_second": session.seen / floor,
            "ratio": learning / floor,
        }


def _floor_seconds(session: Session) -> float:
    """The products that the burst just learned needed, done again and timed."""
    assert session.burst is not None
    backend, seconds = session.backend, 0.0
    for layer, response in zip(session.network.layers, session.burst.perception.responses, strict=True):
        out = backend.xp.empty_like(response.activation)
        memories = layer.patterns[:, :, : out.shape[-1]]
        _wait_for_device(session)
        started = time.perf_counter()
        backend.matmul(response.fields, memories, out)
        _wait_for_device(session)
        seconds += time.perf_counter() - started
    return seconds


def _wait_for_device(session: Session) -> None:
    if session.backend.name == "cupy":
        session.backend.xp.cuda.get_current_stream().synchronize()
