"""What it costs to have the whole run at hand: is play slower, how much memory, how long to go back?

python -m tests.benchmarks.timeline [preset …] learns all digits with each preset twice at once, a few
thousand digits here, then as many there: once with the timeline that the window has, once without.
Then it looks at a hundred random digits, compares eight of them bit for bit with what was there when
they were learned, and prints all figures.
"""

from __future__ import annotations

import sys
import time

import numpy as np

from engine.backend import Backend, limit_blas_threads
from engine.config import preset
from engine.datasets import load_mnist
from engine.edits import Edits
from engine.observe import Observer
from engine.replay import STRIDE
from engine.session import Session
from engine.snapshot import Snapshot
from engine.timeline import Timeline

PART = 2000
"""Digits learned in turn, so that a slow moment of the machine slows both."""
LOOKS, COMPARED = 100, 8


def measure(name: str) -> None:
    data = load_mnist()
    plain = Session(data, preset(name), backend=Backend())
    kept = Session(data, preset(name), backend=Backend())
    timeline, observer = Timeline(kept, Edits(kept)), Observer(kept, 1)
    chance = np.random.default_rng(0)
    parts = chance.choice(np.arange(1, len(data.train_labels) // PART), COMPARED, replace=False)
    witnesses = set((parts * PART).tolist())
    states, ratios = {}, []
    while not kept.finished:
        until = kept.seen + PART
        pair = [0.0, 0.0]
        for which in (0, 1) if until // PART % 2 else (1, 0):
            session, advance = ((plain, plain.advance), (kept, timeline.advance))[which]
            begun = time.perf_counter()
            while session.seen < min(until, session.total):
                advance(min(STRIDE, until - session.seen))
            pair[which] = time.perf_counter() - begun
        ratios.append((pair[0], pair[1]))
        if kept.seen in witnesses:
            states[kept.seen] = Snapshot.take(kept).arrays
    seconds = np.array(ratios).sum(axis=0)
    medians = float(np.median([there / here for here, there in ratios]))
    sys.stdout.write(f"{name}: {seconds[0]:.1f} s without, {seconds[1]:.1f} s with the timeline\n")
    sys.stdout.write(
        f"  play takes {seconds[1] / seconds[0]:.3f} times as long (median of parts {medians:.3f})\n"
    )
    sys.stdout.write(f"  history of {kept.seen:,} digits: {timeline.nbytes / 2**20:.0f} MiB\n")

    def look(digit: int) -> float:
        begun = time.perf_counter()
        timeline.look(digit)
        timeline.settle(observer.follow)
        observer.tiles()
        return time.perf_counter() - begun

    took = np.array([look(int(digit)) for digit in chance.integers(0, kept.seen, LOOKS)]) * 1000
    sys.stdout.write(
        f"  any of {LOOKS} digits: median {np.median(took):.0f}, 95 % {np.percentile(took, 95):.0f}, "
        f"longest {took.max():.0f} ms\n"
    )
    for digit, arrays in states.items():
        look(digit)
        again = Snapshot.take(kept).arrays
        same = all(again[key].tobytes() == values.tobytes() for key, values in arrays.items())
        if not same:
            raise SystemExit(f"  digit {digit:,} came back otherwise")
    sys.stdout.write(f"  {len(states)} of them bit for bit as they were\n")


def main() -> None:
    with limit_blas_threads():
        for name in sys.argv[1:] or ["complementary"]:
            measure(name)


if __name__ == "__main__":
    main()
