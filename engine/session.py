"""Test, then train: one pass over the stream, digit by digit or as fast as it goes. No threads.

A burst is perceived against one memory state, its digits are shown and scored one by one or all
at once, and when the last has been shown the burst is learned. So the memories after any number
of digits do not depend on how the run was played.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Any, TypeVar

import numpy as np
import numpy.typing as npt

from engine.arrays import Bytes, Floats, Ints
from engine.backend import Backend, DeviceLostError, make_backend
from engine.config import NetworkConfig
from engine.datasets import Dataset
from engine.frame import Mistake
from engine.memory import Writes
from engine.metrics import Metrics
from engine.network import LARGEST_BURST, MemoryNetwork, Perception, burst_size
from engine.stream import Sample, Stream

Result = TypeVar("Result")

MISTAKES_KEPT = 24
KEYFRAME_BURSTS = 64
"""On a device that can be lost, the memories are copied to the host this often."""


@dataclass(slots=True)
class Burst:
    """The digits at hand: `shown` of them have been scored; `learned` once the memories were written."""

    sample: Sample
    perception: Perception
    answers: Ints
    shown: int = 0
    learned: bool = False


@dataclass(frozen=True, slots=True)
class Report:
    """How a run stands after a burst. Accuracies in [0, 1]."""

    seen: int
    total: int
    prequential: float
    recent: float
    memories: int


class Session:
    """One run: a data set in a seeded order, a network, its scores.

    limit: stop after this many digits. The configuration's side, channels and classes give way to
    the data set's. Raises ValueError when a field does not fit the data set's images.
    """

    def __init__(
        self,
        dataset: Dataset,
        config: NetworkConfig,
        *,
        seed: int = 0,
        backend: Backend | None = None,
        limit: int | None = None,
    ) -> None:
        shape = dataset.train_images.shape
        self.dataset = dataset
        self.config = replace(
            config,
            side=shape[1],
            channels=shape[3] if len(shape) == 4 else 1,
            classes=max(config.classes, len(dataset.class_names)),
        )
        self.seed = seed
        self.class_names: tuple[str, ...] = dataset.class_names
        """The data's own, then those that were added by hand."""
        self.stream = Stream(dataset, seed, limit)
        self.metrics = Metrics(self.config.classes)
        self.burst: Burst | None = None
        self.mistakes: deque[Mistake] = deque(maxlen=MISTAKES_KEPT)
        self.answers: Bytes = np.zeros(len(self.stream), np.uint8)
        """What was answered to each digit of the stream; valid for the `seen` first ones."""
        self.recruits: Bytes = np.zeros(len(self.stream), np.uint8)
        """How many memories were recruited from each digit of the stream, 255 at most."""
        self.taught: list[Bytes] = []
        """Drawings that were taught; their memories' sources are −1, −2, …"""
        self.bookmarks: dict[int, str] = {}
        """Names that digits were given, by how many digits had been seen then."""
        self.notices: list[str] = []
        """Sentences for the user; whoever shows them clears the list."""
        self.on_write: Callable[[int, Writes], None] = lambda _layer, _writes: None
        """Told of each layer's writes, in order, after every burst."""
        self._keyframe: dict[str, npt.NDArray[Any]] | None = None
        self._since_keyframe: list[tuple[int, int]] = []
        backend = backend or make_backend()
        try:
            with backend.guard():
                self.network = MemoryNetwork(self.config, backend, seed)
        except DeviceLostError as lost:
            self.fall_back(lost)

    # ── what there is to see ──────────────────────────────────────────────────────────────────

    @property
    def backend(self) -> Backend:
        return self.network.backend

    @property
    def seen(self) -> int:
        return self.metrics.seen

    @property
    def learned(self) -> int:
        """Digits of bursts that were learned; those of an open burst were shown only."""
        waiting = self.burst.shown if self.burst is not None and not self.burst.learned else 0
        return self.seen - waiting

    @property
    def total(self) -> int:
        return len(self.stream)

    @property
    def finished(self) -> bool:
        return self.seen >= self.total and (self.burst is None or self.burst.learned)

    @property
    def prequential(self) -> float:
        return self.metrics.prequential or 0.0

    @property
    def prequential_first_1000(self) -> float | None:
        return self.metrics.prequential_first_1000

    @property
    def memories(self) -> int:
        return sum(layer.count for layer in self.network.layers)

    def image(self, source: int) -> Bytes:
        """(side, side[, channels]) uint8: a training digit, or, by negative numbers, what was taught.

        Raises ValueError naming `source` where there is none of that number.
        """
        if not -len(self.taught) <= source < len(self.dataset.train_labels):
            raise ValueError(f"source: there is no image {source}")
        return self.dataset.train_images[source] if source >= 0 else self.taught[-1 - source]

    def fields(self, image: npt.ArrayLike) -> list[Floats]:
        """What each layer's columns see of one image: (P, d) float32 each, as patterns are compared."""
        return self.on_device(lambda network: network.fields(image))

    # ── one pass ──────────────────────────────────────────────────────────────────────────────

    def run(self) -> Iterator[Report]:
        """Stream what is left, reporting after every burst."""
        while self.advance(LARGEST_BURST):
            yield Report(
                self.seen, self.total, self.prequential, self.metrics.recent.mean or 0.0, self.memories
            )

    def advance(self, digits: int = 1) -> int:
        """Show and score up to this many digits of the burst at hand; learn it when all were shown.

        Returns how many were shown: 0 when the pass is over. A burst lost to a failing device is
        computed again in NumPy, from the last completed burst on; `notices` says so.
        """
        if self.burst is None or self.burst.learned:
            if self.seen >= self.total:
                return 0
            self.burst = self._perceive_from(self.seen)
        burst = self.burst
        start, stop = burst.shown, min(burst.shown + digits, len(burst.sample))
        self._score(burst, start, stop)
        burst.shown = stop
        if stop == len(burst.sample):
            self._learn(burst)
        return stop - start

    def close_burst(self) -> None:
        """Learn the digits shown so far as a burst of their own; the next one begins after them."""
        if self.burst is not None and not self.burst.learned and self.burst.shown:
            self._learn(self.burst)

    def predict_proba(self, images: npt.ArrayLike) -> Floats:
        """(B, C) probabilities from the memories as they are; changes nothing."""
        return self.on_device(lambda network: network.predict_proba(images))

    def test_accuracy(self) -> float:
        """Accuracy on all held-out digits, which are never learned from."""
        answers = self.predict_proba(self.dataset.test_images).argmax(axis=1)
        return float((answers == self.dataset.test_labels).mean())

    def _perceive_from(self, start: int) -> Burst:
        sample = self.stream.take(start, min(start + burst_size(start), self.total))
        perception = self.on_device(lambda network: network.perceive(sample.images))
        return Burst(sample, perception, perception.probabilities.argmax(axis=1))

    def _score(self, burst: Burst, start: int, stop: int) -> None:
        labels, answers = burst.sample.labels[start:stop], burst.answers[start:stop]
        self.answers[self.seen : self.seen + len(answers)] = answers
        self.metrics.score(labels, answers)
        for place in start + np.flatnonzero(labels != answers):
            self.mistakes.append(
                Mistake(
                    int(burst.sample.digits[place]),
                    int(burst.sample.sources[place]),
                    self.dataset.train_images[burst.sample.sources[place]],
                    int(burst.sample.labels[place]),
                    int(burst.answers[place]),
                )
            )

    def _learn(self, burst: Burst) -> None:
        sample, shown = burst.sample, burst.shown

        def learn(network: MemoryNetwork) -> list[Writes]:
            return network.learn(
                burst.perception.first(shown),
                sample.labels[:shown],
                sample.digits[:shown],
                sample.sources[:shown],
            )

        writes = self.on_device(learn)
        burst.learned = True
        self._remember_keyframe(int(sample.digits[0]) - 1, shown)
        recruits = np.zeros(shown, np.int64)
        for number, layer_writes in enumerate(writes):
            recruits += np.bincount(layer_writes.recruiters, minlength=shown)
            self.on_write(number, layer_writes)
        first = int(sample.digits[0]) - 1
        self.recruits[first : first + shown] = np.minimum(recruits, 255)
        self.metrics.learned(recruits > 0, self.memories)

    # ── changes by hand ───────────────────────────────────────────────────────────────────────

    def edit(self, work: Callable[[MemoryNetwork], Result]) -> Result:
        """Change memories by hand, wholly or, when the device fails, in NumPy; not while a burst is open."""

        def change(network: MemoryNetwork) -> tuple[Result, dict[str, npt.NDArray[Any]] | None]:
            result = work(network)
            return result, network.state() if network.backend.volatile else None

        result, keyframe = self.on_device(change)
        if keyframe is not None:  # replaying the stream would not bring the change back
            self._keyframe = keyframe
            self._since_keyframe.clear()
        return result

    def add_class(self, name: str) -> int:
        """Room for one more class; returns its number. The digit at hand is forgotten: it was seen
        without it. Raises ValueError beyond 62 classes."""
        number = self.edit(MemoryNetwork.add_class)
        self.metrics.add_class()
        self.class_names = (*self.class_names, name)
        self.burst = None
        return number

    def drop_class(self) -> None:
        """Take the class that was added last back. Raises ValueError once it has been answered."""
        self.metrics.drop_class()
        self.edit(MemoryNetwork.drop_class)
        self.class_names = self.class_names[:-1]
        self.burst = None

    def tune(self, layer: int, plasticity: float) -> None:
        """Another rate for a layer's delta rule. Raises ValueError on one that is none."""
        layers = list(self.config.layers)
        layers[layer] = replace(layers[layer], plasticity=plasticity)
        self.config = replace(self.config, layers=tuple(layers))
        self.network.config = self.config
        self.network.layers[layer].config = layers[layer]

    # ── keep and bring back ───────────────────────────────────────────────────────────────────

    def state(self) -> dict[str, npt.NDArray[Any]]:
        """The network's memories, as host arrays."""
        return self.on_device(MemoryNetwork.state)

    def restore(
        self, state: dict[str, npt.NDArray[Any]], metrics: Metrics, mistakes: list[Mistake], learned: int
    ) -> None:
        """Go on from where another run was: `learned` digits learned, `metrics.seen` digits shown.

        Raises ValueError, leaving no half-restored network behind, when something does not fit.
        """
        shown = metrics.seen - learned
        if not (0 <= learned <= metrics.seen <= self.total and shown <= burst_size(learned)):
            raise ValueError(f"digits: {learned} learned and {metrics.seen} seen of {self.total}")
        classes = len(self.class_names)
        if metrics.confusion.shape != (classes,) * 2:
            raise ValueError(f"confusion: shape {metrics.confusion.shape} for {classes} classes")
        images = len(self.dataset.train_labels)
        for mistake in mistakes:
            in_range = 0 <= mistake.source < images and (
                0 <= min(mistake.label, mistake.answer) <= max(mistake.label, mistake.answer) < classes
            )
            if not in_range:
                raise ValueError(f"mistakes: digit {mistake.digit} is none of this data's")

        def fill(fresh: MemoryNetwork) -> None:
            fresh.restore(state)
            if fresh.classes != classes:
                raise ValueError(f"associations: with {fresh.classes} classes, not {classes}")
            for layer in fresh.layers:
                if layer.sources.min() < -len(self.taught) or layer.sources.max() >= images:
                    raise ValueError(f"{layer.config.name}_sources: beyond the {images} images of the data")

        self.resume(fill, metrics, mistakes, learned)

    def resume(
        self,
        fill: Callable[[MemoryNetwork], None],
        metrics: Metrics,
        mistakes: Iterable[Mistake],
        learned: int,
    ) -> None:
        """Be where a run was after `learned` digits were learned and `metrics.seen` shown.

        fill: brings the memories back into a new network. What it raises leaves this session unchanged.
        """

        def make(network: MemoryNetwork) -> tuple[MemoryNetwork, dict[str, npt.NDArray[Any]] | None]:
            fresh = MemoryNetwork(self.config, network.backend, self.seed)
            fill(fresh)
            return fresh, fresh.state() if network.backend.volatile else None

        self.network, self._keyframe = self.on_device(make)
        self._since_keyframe.clear()
        self.metrics = metrics
        self.mistakes = deque(mistakes, maxlen=MISTAKES_KEPT)
        self.burst = None
        if shown := metrics.seen - learned:
            self.burst = self._perceive_from(learned)
            self.burst.shown = shown
            if shown == len(self.burst.sample):  # the run had failed before it could learn them
                self._learn(self.burst)

    # ── a device that fails ───────────────────────────────────────────────────────────────────

    def on_device(self, work: Callable[[MemoryNetwork], Result]) -> Result:
        """Do it; when the device fails, go back to the last completed burst in NumPy and do it again."""
        try:
            with self.backend.guard():
                return work(self.network)
        except DeviceLostError as lost:
            self.fall_back(lost)
        return work(self.network)

    def _remember_keyframe(self, start: int, digits: int) -> None:
        if not self.backend.volatile:
            return
        self._since_keyframe.append((start, start + digits))
        if len(self._since_keyframe) >= KEYFRAME_BURSTS:
            self._keyframe = self.on_device(MemoryNetwork.state)
            self._since_keyframe.clear()

    def fall_back(self, lost: DeviceLostError) -> None:
        """Leave the device: the last host copy of the memories, and the bursts since, learned again in NumPy.

        For whoever worked with the device outside `on_device`. `burst` is gone if it was learned.
        """
        network = MemoryNetwork(self.config, Backend(), self.seed)
        if self._keyframe is not None:
            network.restore(self._keyframe)
        for start, stop in self._since_keyframe:
            sample = self.stream.take(start, stop)
            network.learn(network.perceive(sample.images), sample.labels, sample.digits, sample.sources)
        self.network = network
        self._keyframe, self._since_keyframe = None, []
        if self.burst is not None and self.burst.learned:
            self.burst = None  # what was perceived went with the device
        elif self.burst is not None:
            self.burst.perception = network.perceive(self.burst.sample.images)
        self.notices.append(
            f"The GPU stopped answering ({lost}). Nothing was lost: "
            f"learning goes on in NumPy from digit {self.seen:,}."
        )
