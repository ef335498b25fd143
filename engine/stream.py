"""The order in which digits arrive: every digit once, shuffled by the seed."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from engine.arrays import Bytes, Ints, freeze
from engine.datasets import Dataset


@dataclass(frozen=True, slots=True, eq=False)
class Sample:
    """Consecutive digits of the stream.

    images: (B, side, side[, channels]) uint8. labels, sources (indices in the data set), digits
    (numbers in the stream, from 1): (B,) int64.
    """

    images: Bytes
    labels: Ints
    sources: Ints
    digits: Ints

    def __len__(self) -> int:
        return len(self.labels)


class Stream:
    """A single seeded pass over a data set's training digits.

    limit: stop after this many digits; None is all of them. Raises ValueError naming `limit` when
    it is below 1, `seed` when it is negative.
    """

    def __init__(self, dataset: Dataset, seed: int, limit: int | None = None) -> None:
        if limit is not None and limit < 1:
            raise ValueError(f"limit: {limit} is not at least 1 digit")
        if seed < 0:
            raise ValueError(f"seed: {seed} is negative")
        self._dataset = dataset
        self.limit = limit
        self.order: Ints = freeze(np.random.default_rng(seed).permutation(len(dataset.train_labels))[:limit])

    def __len__(self) -> int:
        return len(self.order)

    @cached_property
    def checksum(self) -> str:
        """SHA-256 in hexadecimal over the order as little-endian int64: another NumPy may shuffle
        another way, and a run can only go on in the order in which it began."""
        return hashlib.sha256(self.order.astype("<i8").tobytes()).hexdigest()

    def take(self, start: int, stop: int) -> Sample:
        """Digits number start + 1 … stop of the pass."""
        sources = self.order[start:stop]
        return Sample(
            self._dataset.train_images[sources],
            self._dataset.train_labels[sources],
            sources,
            np.arange(start, start + len(sources)) + 1,
        )
