"""The heaviest snapshots that open, and what that takes: `python -m tests.engine.largest KIND FOLDER`."""

from __future__ import annotations

import json
import sys
import time
from dataclasses import replace
from pathlib import Path

import numpy as np

from engine.archive import LARGEST_ARCHIVE, write_archive
from engine.backend import Backend, limit_blas_threads
from engine.config import LayerConfig, NetworkConfig, preset
from engine.contents import summary
from engine.datasets import Dataset
from engine.metrics import Metrics
from engine.session import Session
from engine.snapshot import Snapshot, load_snapshot
from tests.engine.samples import separable

COLUMNS = preset("columns").layers[0]
KINDS: dict[str, tuple[LayerConfig, ...]] = {
    "large memories": (replace(COLUMNS, field=23, stride=1, capacity=3370, winners=3300),),
    "many memories": tuple(
        replace(COLUMNS, name=f"layer-{number}", field=14, stride=1, capacity=116, winners=100)
        for number in range(5)
    ),
}
LEARNED, SEEN, CLASSES = 1440, 1460, 62


def build(kind: str, dataset: Dataset, path: Path) -> None:
    """A snapshot whose network is full and has room for all that there may be, with all the classes
    there may be and drawings to the limit of the file, in an open burst."""
    layers = KINDS[kind]
    session = Session(
        dataset, NetworkConfig("largest", tuple(replace(layer, capacity=1) for layer in layers))
    )
    session.config = replace(session.config, layers=layers)
    session.class_names = (*session.class_names, *(f"class {number}" for number in range(CLASSES - 10)))
    session.metrics = Metrics(CLASSES)
    session.metrics.score(dataset.train_labels[session.stream.order[:SEEN]], np.zeros(SEEN, np.int64))
    session.metrics.novel.add(np.zeros(1000, bool))
    taken = Snapshot.take(session)
    arrays, random = dict(taken.arrays), np.random.default_rng(0)
    next_id = 1
    for layer in layers:
        columns = layer.grid(28) ** 2
        count = columns * layer.capacity
        patterns = random.integers(-60, 60, (count, layer.field**2), np.int8) / np.float32(2048)
        own = {
            "slots": np.arange(count),
            "patterns": patterns,
            "squared_norms": np.einsum("nd,nd->n", patterns, patterns),
            "associations": random.integers(-8, 8, (count, CLASSES), np.int8) / np.float32(8),
            "usage": np.ones(count, np.float32),
            "usefulness": np.ones(count, np.float32),
            "ids": next_id + np.arange(count),
            "taught": np.zeros(count, bool),
            "muted": np.zeros(count, bool),
            "thresholds": np.ones(columns, np.float32),
            "settled": np.array(0),
            **{name: np.ones(count, np.int64) for name in ("wins", "births", "sources")},
        }
        next_id += count
        arrays |= {f"{layer.name}_{name}": values for name, values in own.items()}
    arrays["next_id"] = np.array(next_id)
    room = LARGEST_ARCHIVE - sum(values.nbytes for values in arrays.values()) - (1 << 20)
    arrays["taught_images"] = np.zeros((room // 28**2, 28, 28), np.uint8)
    names = [layer.name for layer in layers]
    write_archive(path, arrays, {**taken.meta, "digits_learned": LEARNED, **summary(arrays, names)})


def _memory(kind: str) -> int:
    """Bytes in use ("VmRSS") or the most there were since the last reset ("VmHWM"); Linux only."""
    status = Path("/proc/self/status").read_text("ascii")
    return int(status.split(f"{kind}:")[1].split()[0]) << 10


def measure(dataset: Dataset, path: Path) -> dict[str, float]:
    """Open it, and play on: seconds, and bytes at most beyond what was in use before."""
    with limit_blas_threads():
        Path("/proc/self/clear_refs").write_text("5", "ascii")  # forget the peak so far
        before, begun = _memory("VmRSS"), time.perf_counter()
        session = load_snapshot(path, dataset, Backend())
        seconds, opened = time.perf_counter() - begun, _memory("VmHWM") - before
        session.advance(32)
        session.predict_proba(dataset.test_images)
        return {"seconds": seconds, "opened": opened, "played": _memory("VmHWM") - before}


if __name__ == "__main__":
    data, file = separable(28, classes=10, count=2000), Path(sys.argv[2]) / "largest.npz"
    if file.exists():
        sys.stdout.write(json.dumps(measure(data, file)) + "\n")
    else:
        build(sys.argv[1], data, file)
