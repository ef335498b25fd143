"""What a frame of the mosaic costs, whatever the number of memories. Run by hand:

    python -m tests.benchmarks.mosaic [--frames N]

A 1200 × 900 view plays `frames` frames of 50 changed tiles each, at 1,000 and at 60,000 memories, at full
tile size and fitted. The last line is one JSON object; times are medians in milliseconds.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import sys
import time
from dataclasses import replace

import numpy as np

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtWidgets import QApplication

from engine.backend import limit_blas_threads
from engine.config import PRESETS
from engine.frame import RECRUITED, Catalogue, MemoryTiles
from memnet_gui.mosaic import Mosaic
from memnet_gui.mosaic_order import Choice, Sort
from memnet_gui.widgets.mosaic_view import MosaicView
from tests.gui.frames import make_info

CHANGED = 50
WARM_UP = 30
FEW, MANY = 1_000, 60_000
VIEW = (1200, 900)


def filled(count: int) -> Mosaic:
    """A mosaic of that many whole digits of noise, with a catalogue."""
    config = PRESETS["exemplar"]
    info = make_info(replace(config, layers=(replace(config.layers[0], capacity=MANY),)))
    rng = np.random.default_rng(0)
    slots = np.arange(count)
    tiles = rng.integers(0, 256, (count, 28, 28), np.uint8)
    mosaic = Mosaic(info.layers[0])
    mosaic.take_tiles(MemoryTiles(0, True, slots, np.zeros(count, np.uint8), tiles))
    labels, wins = rng.integers(0, 10, count), rng.integers(1, 500, count)
    no = np.zeros(count, bool)
    mosaic.take_catalogue(
        Catalogue(0, slots, slots + 1, labels, wins, slots, slots, wins.astype(np.float32), no, no)
    )
    return mosaic


def timed(action: object, *arguments: object) -> float:
    assert callable(action)
    began = time.perf_counter()
    action(*arguments)
    return (time.perf_counter() - began) * 1000


def frames(app: QApplication, view: MosaicView, count: int) -> list[float]:
    """Milliseconds for each of `count` frames: taking 50 changed tiles in, drawing and painting them."""
    assert view.mosaic is not None
    rng = np.random.default_rng(1)
    in_sight = np.array([slot for slot in range(FEW) if not view.slot_rect(slot).isEmpty()])
    kinds = np.full(CHANGED, RECRUITED, np.uint8)

    def frame(tiles: MemoryTiles) -> None:
        assert view.mosaic is not None
        view.mosaic.take_tiles(tiles)
        view.advance()
        app.processEvents()

    times = []
    for _ in range(WARM_UP + count):
        slots = rng.choice(in_sight, CHANGED, replace=False)
        pictures = rng.integers(0, 256, (CHANGED, 28, 28), np.uint8)
        times.append(timed(frame, MemoryTiles(0, False, slots, kinds, pictures)))
    return times[WARM_UP:]


def repaints(view: MosaicView, count: int) -> list[float]:
    """Milliseconds for composing and painting everything in sight."""

    def repaint() -> None:
        view.refresh()
        view.viewport().repaint()

    return [timed(repaint) for _ in range(count)]


def measure(app: QApplication, count: int, length: int) -> dict[str, float]:
    view = MosaicView()
    view.resize(*VIEW)
    mosaic = filled(count)
    view.show_mosaic(mosaic)
    view.show()
    view.catch_up()
    result = {}
    for name in ("fitted", "full_size"):
        if name == "full_size":
            while view.scale.screen < 28:
                view.zoom(1)
            view.verticalScrollBar().setValue(0)
        app.processEvents()
        result[f"{name}_frame_ms"] = statistics.median(frames(app, view, length))
        result[f"{name}_repaint_ms"] = statistics.median(repaints(view, length))
    orders = []
    for number in range(length):
        mosaic.choose(Choice(Sort.WINS if number % 2 else Sort.CLASS))
        orders.append(timed(mosaic.step, 0.0))
    result["reorder_ms"] = statistics.median(orders)
    view.close()
    return result


def main() -> None:
    parser = argparse.ArgumentParser(description="What a frame of the mosaic costs.")
    parser.add_argument("--frames", type=int, default=120, help="frames to play in each case")
    length = parser.parse_args().frames
    limit_blas_threads()  # as the engine does
    app = QApplication([])
    few, many = measure(app, FEW, length), measure(app, MANY, length)
    report = {
        str(FEW): {name: round(value, 3) for name, value in few.items()},
        str(MANY): {name: round(value, 3) for name, value in many.items()},
        "ratio": {name: round(many[name] / few[name], 3) for name in few if name.endswith("frame_ms")},
    }
    sys.stdout.write(json.dumps(report) + "\n")


if __name__ == "__main__":
    main()
