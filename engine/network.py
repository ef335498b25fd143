"""The Memory Network: perceive, then learn.

After J. Ruiz and M. Gupta, "Memory Networks: Towards Fully Biologically Plausible Learning",
arXiv 2409.17282 (2024): no back-propagation, no convolution, no weight sharing, one pass.
"""

from __future__ import annotations

import copy
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from engine.backend import Array, Backend
from engine.config import MOST_CLASSES, NetworkConfig
from engine.fields import ReceptiveFields
from engine.memory import LayerMemory, Writes
from engine.response import Response, Scratch
from engine.store import Rows

Floats = npt.NDArray[np.float32]
Ints = npt.NDArray[np.int64]

LARGEST_BURST = 32
TEST_BURST = 128
"""Digits predicted at a time where nothing is learned in between; larger products are faster."""

JUDGED_BURSTS = 8
"""How useful memories are is counted over every eighth burst, which is enough to compare them."""

REHEARSALS, KNOWN = 4, 0.9
"""How often what is taught is looked at again at most, and the mean p(label) at which that ends. More
makes letters better known and digits that resemble them worse: after 8, a taught Z cost twice as many."""

NEIGHBOURS = np.array([(row, column) for row in (-1, 0, 1) for column in (-1, 0, 1) if row or column])
"""Where the eye may have moved, in pixels; it is never still."""


def burst_size(seen: int) -> int:
    """Digits perceived against one memory state, after `seen` digits.

    One by one at first, when each digit matters, then up to 32.
    """
    return min(LARGEST_BURST, max(1, seen // LARGEST_BURST))


@dataclass(slots=True)
class Perception:
    """A burst as it was perceived; valid until its scratch is used again.

    images: (B, side · side · channels) float32 host. probabilities: (B, C) float32 host.
    """

    images: Floats
    responses: list[Response]
    logits: Array
    probabilities: Floats

    def first(self, digits: int) -> Perception:
        """The first digits of the burst alone."""
        if digits == len(self.images):
            return self
        return Perception(
            self.images[:digits],
            [response.first(digits) for response in self.responses],
            self.logits[:digits],
            self.probabilities[:digits],
        )


class MemoryNetwork:
    """A single-pass learner that keeps what it learns as memories.

    config: layers and geometry. backend: where arrays live. seed: for the fixations' shifts.
    Raises ValueError when the seed is negative.
    """

    def __init__(self, config: NetworkConfig, backend: Backend | None = None, seed: int = 0) -> None:
        if seed < 0:
            raise ValueError(f"seed: {seed} is negative")
        self.config = config
        self.backend = backend or Backend()
        self.seed = seed
        self.classes = config.classes
        self.layers = [
            LayerMemory(
                layer,
                ReceptiveFields(layer, config.side, config.channels, self.backend),
                config.classes,
                self.backend,
            )
            for layer in config.layers
        ]
        self.next_id = 1
        self._scratch = [Scratch(self.backend) for _ in self.layers]
        self._aside = [Scratch(self.backend) for _ in self.layers]
        """For looks that must not disturb a perception still to be learned from."""

    # ── perceive ──────────────────────────────────────────────────────────────────────────────

    def perceive(self, images: npt.ArrayLike, *, aside: bool = False) -> Perception:
        """Match images against the memories and vote.

        images: (B, side, side[, channels]), [0, 1] floats or uint8. aside: keep the perception
        before this one valid. Raises ValueError naming `images` on a wrong shape or range.
        """
        pixels = self._pixels(images)
        return self._perceive(pixels, self._aside if aside else self._scratch)

    def _perceive(self, pixels: Floats, scratch: list[Scratch]) -> Perception:
        xp = self.backend.xp
        columns_of_pixels = self.backend.to_device(np.ascontiguousarray(pixels.T))
        responses = [
            layer.perceive(columns_of_pixels, buffers)
            for layer, buffers in zip(self.layers, scratch, strict=True)
        ]
        logits = sum(xp.sum(response.votes, axis=0) for response in responses)
        return Perception(pixels, responses, logits, softmax(self.backend.to_host(logits)))

    def predict_proba(self, images: npt.ArrayLike) -> Floats:
        """(B, C) float32 class probabilities; changes nothing. `images` as for `perceive`."""
        pixels = self._pixels(images)
        parts = [
            self._perceive(pixels[start : start + TEST_BURST], self._aside).probabilities
            for start in range(0, len(pixels), TEST_BURST)
        ]
        return np.concatenate(parts) if parts else np.zeros((0, self.classes), np.float32)

    def fields(self, image: npt.ArrayLike) -> list[Floats]:
        """What each layer's columns see of one image: (P, d) float32 each, as patterns are compared."""
        pixels = self.backend.to_device(np.ascontiguousarray(self._pixels(np.asarray(image)[None]).T))
        return [layer.cut(pixels)[:, 0] for layer in self.layers]

    # ── learn ─────────────────────────────────────────────────────────────────────────────────

    def learn(
        self, perception: Perception, labels: npt.ArrayLike, digits: npt.ArrayLike, sources: npt.ArrayLike
    ) -> list[Writes]:
        """Learn a burst that was perceived and scored; returns what each layer wrote.

        labels (B,) in [0, C). digits: (B,) numbers in the stream, from 1. sources: (B,) indices
        in the data set. Raises ValueError naming `labels` when one is out of range.
        """
        labels = self._labels(labels, len(perception.images))
        digits, sources = np.asarray(digits, np.int64), np.asarray(sources, np.int64)
        error = self._error(perception.probabilities, labels)
        judge = int(digits[0]) // LARGEST_BURST % JUDGED_BURSTS == 0
        writes = []
        for layer, response in zip(self.layers, perception.responses, strict=True):
            layer.adjust(response, error, judge=judge)
            writes.append(
                layer.write(response, error, perception.probabilities, labels, digits, sources, self.next_id)
            )
            self.next_id += len(writes[-1].recruiters)
        self._look_again(perception.images, labels, int(digits[0]))
        return writes

    def _look_again(self, pixels: Floats, labels: Ints, first_digit: int) -> None:
        """Fixations: the same digits, each shifted by one pixel, learned from by the delta rule alone."""
        if self.config.fixations == 0:
            return
        draws = np.random.default_rng((self.seed, first_digit))
        for look in NEIGHBOURS[draws.integers(len(NEIGHBOURS), size=(self.config.fixations, len(pixels)))]:
            # Aside: whoever shows the digit reads what was perceived at the first look.
            again = self._perceive(self._shifted(pixels, look), self._aside)
            error = self._error(again.probabilities, labels)
            for layer, response in zip(self.layers, again.responses, strict=True):
                layer.adjust(response, error)

    def _shifted(self, pixels: Floats, shifts: Ints) -> Floats:
        """(B, pixels) images, each moved by its (rows, columns) in {−1, 0, 1}; blank comes in."""
        side, channels = self.config.side, self.config.channels
        padded = np.pad(pixels.reshape(-1, side, side, channels), ((0, 0), (1, 1), (1, 1), (0, 0)))
        moved = np.stack(
            [
                image[1 - r : 1 - r + side, 1 - c : 1 - c + side]
                for image, (r, c) in zip(padded, shifts, strict=True)
            ]
        )
        return moved.reshape(pixels.shape)

    def teach(self, image: npt.ArrayLike, label: int, *, digit: int = 0, source: int = -1) -> list[Rows]:
        """Write one image as a memory of every column of every layer, at once and whatever the gates say.

        Its associations start as a recruit's do. Then the eye moves over it by a pixel, a few times,
        and the delta rule strengthens these memories alone, so that it is known again when it is not
        quite the same; nothing else that was learned changes. Where a column is full, the memory with
        the fewest wins makes room.

        image: as one of `perceive`'s. label: in [0, C). digit, source: where it came from, if
        anywhere. Returns the slots that each layer wrote, as they were before. Raises ValueError
        naming `images` or `labels`.
        """
        pixels = self._pixels(np.asarray(image)[None])
        labels = self._labels([label], 1)
        perception = self._perceive(pixels, self._aside)
        error = self.backend.to_host(self._error(perception.probabilities.copy(), labels))[0]
        target = np.zeros(self.classes, np.float32)
        target[label] = 1.0
        before = []
        for layer, response in zip(self.layers, perception.responses, strict=True):
            strength = layer.config.one_shot * (error if layer.config.gate == "novelty" else target)
            before.append(layer.inscribe(response, strength, digit, source, self.next_id))
            self.next_id += layer.fields.count
        self._rehearse(pixels, int(labels[0]), before)
        return before

    def _rehearse(self, pixels: Floats, label: int, taught: list[Rows]) -> None:
        """Look at one image from all sides until, on the whole, it is known, or often enough."""
        shifts = np.concatenate([[(0, 0)], NEIGHBOURS])
        looks = self._shifted(np.repeat(pixels, len(shifts), axis=0), shifts)
        labels = np.full(len(looks), label)
        for _ in range(REHEARSALS):
            again = self._perceive(looks, self._aside)
            if again.probabilities[:, label].mean() >= KNOWN:
                return
            error = self._error(again.probabilities, labels)
            for layer, response, rows in zip(self.layers, again.responses, taught, strict=True):
                layer.rehearse(response, error, rows.columns, rows.slots)

    def add_class(self) -> int:
        """Make room for one more class; returns its index. Raises ValueError beyond 62 classes."""
        if self.classes >= MOST_CLASSES:
            raise ValueError(
                f"classes: there are {self.classes} already, and no room for more than {MOST_CLASSES}"
            )
        for layer in self.layers:
            layer.add_class()
        self.classes += 1
        return self.classes - 1

    def drop_class(self) -> None:
        """Take the class that was added last back, with what is associated with it."""
        if self.classes <= self.config.classes:
            raise ValueError(f"classes: the first {self.config.classes} are the data's own")
        for layer in self.layers:
            layer.drop_class()
        self.classes -= 1

    def _error(self, probabilities: Floats, labels: Ints) -> Array:
        error = -probabilities
        error[np.arange(len(labels)), labels] += 1.0
        return self.backend.to_device(error)

    # ── keep and bring back ───────────────────────────────────────────────────────────────────

    def state(self) -> dict[str, npt.NDArray[Any]]:
        """Everything learned, as host arrays: the inverse of `restore`.

        For each layer, named after it: one row a memory in use (see `LayerMemory.state`).
        """
        arrays: dict[str, npt.NDArray[Any]] = {"next_id": np.array(self.next_id, np.int64)}
        for layer in self.layers:
            arrays |= {f"{layer.config.name}_{name}": values for name, values in layer.state().items()}
        return arrays

    def restore(self, state: dict[str, npt.NDArray[Any]]) -> None:
        """Take over memories from `state`, bit for bit; what was there is forgotten.

        Raises ValueError naming the array that is missing or does not fit this network.
        """
        if "next_id" not in state or state["next_id"].shape != () or state["next_id"].dtype.kind not in "iu":
            raise ValueError("next_id: missing, or not one whole number")
        for layer in self.layers:
            prefix = f"{layer.config.name}_"
            layer.restore(
                {name[len(prefix) :]: values for name, values in state.items() if name.startswith(prefix)}
            )
        classes = {layer.classes for layer in self.layers}
        if len(classes) != 1 or not self.config.classes <= max(classes) <= MOST_CLASSES:
            raise ValueError(f"associations: with {classes} classes, not {self.config.classes} or more")
        self.classes = classes.pop()
        self.next_id = int(state["next_id"])

    def fill(self, layers: Sequence[tuple[Rows, Floats, bool]], classes: int, next_id: int) -> None:
        """Hold these memories and no others: for each layer what `MemoryStore.fill` takes."""
        for layer, (rows, thresholds, settled) in zip(self.layers, layers, strict=True):
            layer.fill(rows, thresholds, settled=settled)
        self.classes = classes
        self.next_id = next_id

    def frozen(self) -> MemoryNetwork:
        """A copy of the memories as they are now, for predictions while learning goes on."""
        twin = copy.copy(self)
        twin.layers = [layer.frozen() for layer in self.layers]
        twin._aside = [Scratch(self.backend) for _ in self.layers]
        return twin

    # ── checks ────────────────────────────────────────────────────────────────────────────────

    def _pixels(self, images: npt.ArrayLike) -> Floats:
        array: npt.NDArray[Any] = np.asarray(images)
        side, channels = self.config.side, self.config.channels
        shape = (side, side) if channels == 1 else (side, side, channels)
        if array.shape[1:] != shape and array.shape[1:] != (side, side, channels):
            raise ValueError(f"images: shape {array.shape} is not (digits, {', '.join(map(str, shape))})")
        flat = (len(array), side * side * channels)
        if array.dtype == np.uint8:
            return (array.reshape(flat) / np.float32(255)).astype(np.float32, copy=False)
        if array.dtype.kind != "f":
            raise ValueError(f"images: {array.dtype} is neither uint8 nor a float type")
        pixels = array.reshape(flat).astype(np.float32, copy=False)
        if not ((pixels >= 0) & (pixels <= 1)).all():  # NaN fails too
            raise ValueError("images: values are not all numbers in [0, 1]")
        return pixels

    def _labels(self, labels: npt.ArrayLike, count: int) -> Ints:
        array = np.asarray(labels)
        if array.shape != (count,) or array.dtype.kind not in "iu":
            raise ValueError(f"labels: shape {array.shape} of {array.dtype} is not {count} whole numbers")
        array = array.astype(np.int64)
        if count and not (array.min() >= 0 and array.max() < self.classes):
            raise ValueError(f"labels: {array.min()}–{array.max()} is not within the {self.classes} classes")
        return array


def softmax(logits: npt.NDArray[Any]) -> Floats:
    """(B, C) votes → (B, C) float32 probabilities."""
    powers = np.exp(logits - logits.max(axis=1, keepdims=True))
    result: Floats = (powers / powers.sum(axis=1, keepdims=True)).astype(np.float32)
    return result
