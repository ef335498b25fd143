"""What teaching a letter three times does: is a fourth known, and what does it cost the digits?

python -m tests.benchmarks.teaching [preset …] learns all digits with each preset, then teaches one
letter at a time, each to the same run, drawn three times by an unsteady hand, and prints how many of
twenty more drawings of it are recognised and by how many points accuracy on the test digits changes.
"""

from __future__ import annotations

import sys

import numpy as np

from engine.arrays import Floats
from engine.backend import Backend, limit_blas_threads
from engine.config import preset
from engine.datasets import load_mnist
from engine.edits import Edits
from engine.session import Session
from memnet_gui.drawing import Stroke, fit_strokes

Line = list[tuple[float, float]]

LETTERS: dict[str, list[Line]] = {
    "A": [[(0, 1), (0.5, 0), (1, 1)], [(0.2, 0.6), (0.8, 0.6)]],
    "E": [[(1, 0), (0, 0), (0, 1), (1, 1)], [(0, 0.5), (0.8, 0.5)]],
    "H": [[(0, 0), (0, 1)], [(1, 0), (1, 1)], [(0, 0.5), (1, 0.5)]],
    "K": [[(0, 0), (0, 1)], [(0.9, 0), (0, 0.5), (1, 1)]],
    "M": [[(0, 1), (0.1, 0), (0.5, 0.6), (0.9, 0), (1, 1)]],
    "T": [[(0, 0), (1, 0)], [(0.5, 0), (0.5, 1)]],
    "X": [[(0, 0), (1, 1)], [(1, 0), (0, 1)]],
    "Z": [[(0, 0), (1, 0), (0, 1), (1, 1)]],
}
TILT, SHEAR, STRETCH, TREMOR = 0.06, 0.06, 0.06, 0.03
"""Standard deviations of the hand: radians, share, share, and share of the letter's size a corner."""
TAUGHT, ASKED = 3, 20


def drawn(letter: str, hand: np.random.Generator) -> Floats:
    """The letter as the network sees it, drawn once more."""
    tilt, shear = hand.normal(0, TILT), hand.normal(0, SHEAR)
    size = np.array([0.35, 0.5]) * (1 + hand.normal(0, STRETCH, 2))
    turn = np.array([[np.cos(tilt), -np.sin(tilt)], [np.sin(tilt), np.cos(tilt)]])
    shape = turn @ np.array([[1, shear], [0, 1]])
    strokes = [
        Stroke((np.array(line) - 0.5 + hand.normal(0, TREMOR, (len(line), 2))) * size @ shape.T + 0.5, 0.06)
        for line in LETTERS[letter]
    ]
    image = fit_strokes(strokes)
    assert image is not None
    return image


def measure(name: str) -> None:
    """Learn all digits with a preset, then teach every letter, and print what that did."""
    session = Session(load_mnist(), preset(name), backend=Backend())
    for _ in session.run():
        pass
    before = session.test_accuracy()
    edits = Edits(session)
    known, costs = [], []
    for number, letter in enumerate(LETTERS):
        hand = np.random.default_rng(number)
        label: int | str = letter
        for _ in range(TAUGHT):
            edits.teach(label, image=drawn(letter, hand))
            label = len(session.class_names) - 1
        answers = session.predict_proba(np.stack([drawn(letter, hand) for _ in range(ASKED)])).argmax(axis=1)
        known.append(float((answers == label).mean()))
        costs.append(100 * (session.test_accuracy() - before))
        for _ in range(TAUGHT + 1):
            edits.undo()
    worst = list(LETTERS)[int(np.argmin(costs))]
    sys.stdout.write(
        f"{name:14} {100 * np.mean(known):5.1f} % of fourth drawings known, "
        f"test {100 * before:.2f} %, change {np.mean(costs):+.2f} points on average, "
        f"{min(costs):+.2f} at worst ({worst})\n"
    )


if __name__ == "__main__":
    with limit_blas_threads():
        for each in sys.argv[1:] or ("complementary", "columns", "small", "exemplar"):
            measure(each)
