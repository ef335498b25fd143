"""What works here: each question one line, and what to do where the answer is no."""

from __future__ import annotations

import json
import platform
import sys
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from importlib import util

OLDEST_PYTHON = (3, 11)


@dataclass(frozen=True, slots=True)
class Check:
    """One question. detail: what was found. remedy: what to do, if anything. required: without it
    the window does not open."""

    name: str
    ok: bool
    detail: str
    remedy: str = ""
    required: bool = True

    def __str__(self) -> str:
        mark = "ok" if self.ok else ("missing" if self.required else "none")
        remedy = f"  →  {self.remedy}" if self.remedy else ""
        return f"{mark:8} {self.name:20} {self.detail}{remedy}"


def engine_checks() -> list[Check]:
    """Python, arrays, devices and data."""
    checks = [
        Check(
            "Python",
            sys.version_info >= OLDEST_PYTHON,
            f"{platform.python_version()}, {sys.executable}",
            "" if sys.version_info >= OLDEST_PYTHON else "install Python 3.11 or newer",
        )
    ]
    missing = [name for name in ("numpy", "threadpoolctl") if util.find_spec(name) is None]
    if missing:
        line = f"{sys.executable} -m pip install {' '.join(missing)}"
        return [*checks, Check("NumPy", False, f"{' and '.join(missing)} not installed", line)]
    return [*checks, _numpy_check(), _blas_check(), *_cupy_checks(), _digits_check()]


def report(checks: Sequence[Check], *, as_json: bool) -> str:
    """All checks, one a line, and a verdict; or one JSON object."""
    ready = window_can_open(checks)
    if as_json:
        return json.dumps({"window_can_open": ready, "checks": [asdict(check) for check in checks]})
    verdict = "The window can open." if ready else "The window cannot open; `memnet learn` needs none."
    return "\n".join([*map(str, checks), "", verdict])


def window_can_open(checks: Sequence[Check]) -> bool:
    return all(check.ok for check in checks if check.required)


def _numpy_check() -> Check:
    import numpy as np  # noqa: PLC0415

    return Check("NumPy", True, np.__version__)


def _blas_check() -> Check:
    import numpy as np  # noqa: F401, PLC0415 - loads the BLAS that is asked about
    import threadpoolctl  # noqa: PLC0415

    from engine.backend import limit_blas_threads  # noqa: PLC0415

    with limit_blas_threads():
        pools = [pool for pool in threadpoolctl.threadpool_info() if pool["user_api"] == "blas"]
    names = ", ".join(
        f"{pool['internal_api']} {pool['version'] or ''} (threads used: {pool['num_threads']})"
        for pool in pools
    )
    return Check("BLAS", True, names or "none that can be limited to fewer threads", required=False)


def _cupy_checks() -> list[Check]:
    """Two questions: does CuPy import, and does a device answer?"""
    from engine.backend import cupy_problem  # noqa: PLC0415

    if util.find_spec("cupy") is None:
        remedy = "with an NVIDIA GPU: pip install 'memnet[cuda12]' or 'memnet[cuda13]'"
        return [Check("CuPy", False, "not installed; NumPy is used", remedy, required=False)]
    problem = cupy_problem()
    imports = problem is None or "does not import" not in problem
    checks = [Check("CuPy", imports, "imports" if imports else str(problem), required=False)]
    if imports:
        remedy = "" if problem is None else "check the driver with nvidia-smi; NumPy is used meanwhile"
        checks.append(Check("GPU", problem is None, problem or "a device answers", remedy, required=False))
    return checks


def _digits_check() -> Check:
    from engine.datasets import DatasetError, load_mnist  # noqa: PLC0415

    try:
        digits = load_mnist()
    except DatasetError as error:
        problem, _, remedy = str(error).partition("; ")
        return Check("digits", False, problem, remedy.rstrip("."))
    counts = f"{len(digits.train_labels):,} + {len(digits.test_labels):,}"
    return Check("digits", True, f"{counts}, checksums match")
