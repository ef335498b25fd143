"""How a layer answers a burst, and the buffers that the answer lives in."""

from __future__ import annotations

import math
from dataclasses import dataclass

from engine.arrays import Ints
from engine.backend import Array, Backend


@dataclass(slots=True)
class Response:
    """How a layer answered a burst. Backend arrays, valid until the layer's scratch is used again.

    fields: (P, B, d + 2). activation: (P, B, n) over the first n slots, before it is divided by its
    sum; share: (P, B), one over that sum, or 0 where nothing answered. threshold: (P, B), θ².
    novelty: (P, B), squared distance to the nearest, inf in a column without memories.
    votes: (P, B, C). winners: (P, B) int64 host, the nearest's slot.
    """

    fields: Array
    activation: Array
    share: Array
    threshold: Array
    novelty: Array
    votes: Array
    winners: Ints

    def first(self, digits: int) -> Response:
        """The response to the first digits of the burst alone."""
        return Response(
            self.fields[:, :digits, :],
            self.activation[:, :digits, :],
            self.share[:, :digits],
            self.threshold[:, :digits],
            self.novelty[:, :digits],
            self.votes[:, :digits, :],
            self.winners[:, :digits],
        )


class Scratch:
    """Buffers for one burst, reused; a reader of its own needs a scratch of its own."""

    def __init__(self, backend: Backend) -> None:
        self._backend = backend
        self._flat: dict[str, Array] = {}

    def take(self, name: str, shape: tuple[int, ...]) -> Array:
        """An uninitialised float32 array of this shape, contiguous, over the buffer called `name`."""
        size = math.prod(shape)
        xp = self._backend.xp
        if name not in self._flat or self._flat[name].shape[0] < size:
            self._flat[name] = xp.empty(size, dtype=xp.float32)
        return xp.reshape(self._flat[name][:size], shape)
