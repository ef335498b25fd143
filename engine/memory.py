"""The memories of one layer: match, vote, recruit, refine. The only writer of them."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from engine.arrays import Ints
from engine.backend import Array
from engine.response import Response, Scratch
from engine.store import MemoryStore, Rows

TINY = 1e-12
SAME = 1e-4
"""Squared distance below which a field and a memory are one and the same but for rounding."""
CACHED_DISTANCES = 1 << 17
"""Distances worked on at once: half a MiB stays in a core's second-level cache from pass to pass."""


@dataclass(slots=True)
class Writes:
    """What a burst wrote into a layer: columns and slots of recruits and of refined memories."""

    recruited: tuple[Ints, Ints]
    refined: tuple[Ints, Ints]
    recruiters: Ints
    """Index in the burst of the digit behind each recruit."""


class LayerMemory(MemoryStore):
    """What the memories of one layer do."""

    def perceive(self, pixels: Array, scratch: Scratch) -> Response:
        """Match a burst against the memories. pixels: (side · side · channels, B) float32."""
        backend, xp = self._backend, self._backend.xp
        columns, burst, reach = self.fields.count, pixels.shape[1], self.reach
        fields = scratch.take("fields", (columns, burst, self.fields.pixels + 2))
        self.fields.cut(pixels, fields)
        seen = self._scaled(fields, scratch) if self.settled else fields
        activation = scratch.take("activation", (columns, burst, reach))
        parts = [self._match(group, seen, activation, scratch) for group in self._groups(burst * reach)]
        share, threshold, novelty, winners, votes = (
            backend.concat(part) for part in zip(*parts, strict=True)
        )
        if self.speaking.min() == 0:
            novelty = xp.where(backend.to_device(self.speaking == 0)[:, None], xp.inf, novelty)
        return Response(fields, activation, share, threshold, novelty, votes, backend.to_host(winners))

    def cut(self, pixels: Array) -> npt.NDArray[np.float32]:
        """What each column sees of images: (P, B, d) float32 host copies, as patterns are compared.

        pixels: (side · side · channels, B) float32.
        """
        fields = self._backend.xp.empty(
            (self.fields.count, pixels.shape[1], self.fields.pixels + 2), dtype=self._backend.xp.float32
        )
        self.fields.cut(pixels, fields)
        host: npt.NDArray[np.float32] = self._backend.to_host(fields)[..., :-2]
        return host

    def distances(self, column: int, patterns: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
        """From patterns (n, d) to all slots of a column up to the last in use: (n, reach) float32.

        Slots that are unused or muted are as far as can be.
        """
        xp = self._backend.xp
        seen = self._backend.to_device(patterns)
        norms = xp.sum(seen * seen, axis=1, keepdims=True)
        factors = self._backend.concat([seen, xp.ones_like(norms), norms], axis=1)
        squared = xp.matmul(factors, self.patterns[column, :, : self.reach])
        host: npt.NDArray[np.float32] = self._backend.to_host(xp.sqrt(xp.maximum(squared, 0.0)))
        return host

    def _groups(self, distances: int) -> Iterator[slice]:
        """The columns in groups that stay in the cache, at this many distances a column."""
        size = max(1, CACHED_DISTANCES // distances)
        for first in range(0, self.fields.count, size):
            yield slice(first, min(first + size, self.fields.count))

    def _match(
        self, columns: slice, fields: Array, activation: Array, scratch: Scratch
    ) -> tuple[Array, Array, Array, Array, Array]:
        """Steps 2–4 for a group of columns.

        Fills activation[columns]; returns share, threshold, novelty, winners, votes.
        """
        backend, xp = self._backend, self._backend.xp
        answers = activation[columns, ...]
        match = self._match_settled if self.settled else self._match_nearest
        loudest, threshold, novelty, winners = match(columns, fields[columns, ...], answers, scratch)
        total = xp.matmul(loudest, xp.ones((loudest.shape[-1], 1), dtype=xp.float32))
        share = xp.where(total > 0.0, 1.0 / xp.maximum(total, TINY), 0.0)
        votes = xp.matmul(answers, backend.transposed(self.associations[columns, :, : answers.shape[-1]]))
        votes *= share
        return share[..., 0], threshold, novelty, winners, votes

    def _sharpen(self, answers: Array) -> None:
        """max(0, 1 − D²/θ²)^sharpness from 1 − D²/θ², in place."""
        self._backend.clip_to_unit(answers)
        if self.config.sharpness == 2.0:
            answers *= answers
        elif self.config.sharpness != 1.0:
            answers **= self.config.sharpness

    def _match_nearest(
        self, columns: slice, fields: Array, answers: Array, scratch: Scratch
    ) -> tuple[Array, Array, Array, Array]:
        """Answers below θ², the distance of the (k + 1)-th nearest memory.

        Fills `answers`; returns all of them that are not silent, threshold, novelty, winners.
        """
        backend = self._backend
        backend.matmul(fields, self.patterns[columns, :, : answers.shape[-1]], out=answers)
        winners = backend.xp.argmin(answers, axis=-1)
        nearest, threshold = self._nearest(columns, answers, scratch)
        answers *= -1.0 / threshold
        answers += 1.0
        self._sharpen(answers)
        loudest = 1.0 - nearest / threshold
        self._sharpen(loudest)
        return loudest, threshold[..., 0], nearest[..., 0], winners

    def _match_settled(
        self, columns: slice, fields: Array, answers: Array, _scratch: Scratch
    ) -> tuple[Array, Array, Array, Array]:
        """The same below each column's own θ², which `fields` were scaled by."""
        backend, xp = self._backend, self._backend.xp
        threshold = self.thresholds[columns, None, None]
        backend.matmul(fields, self.patterns[columns, :, : answers.shape[-1]], out=answers)
        winners = xp.argmax(answers, axis=-1)
        first = xp.reshape(xp.arange(math.prod(winners.shape)), winners.shape) * answers.shape[-1]
        best = xp.take(xp.reshape(answers, (-1,)), xp.reshape(first + winners, (-1,)))
        novelty = xp.maximum(threshold[..., 0] * (1.0 - xp.reshape(best, winners.shape)), 0.0)
        self._sharpen(answers)
        return answers, xp.broadcast_to(threshold[..., 0], winners.shape), novelty, winners

    def _nearest(self, columns: slice, distances: Array, scratch: Scratch) -> tuple[Array, Array]:
        """The k + 1 smallest distances (or fewer), ascending, and θ², the last of them: (…, 1)."""
        xp, config = self._backend.xp, self.config
        asked = min(config.winners + 1, distances.shape[-1])
        nearest = self._backend.smallest(distances, asked, scratch.take("sorted", distances.shape))
        nearest = xp.maximum(nearest, 0.0)  # rounding can take a distance of 0 below it
        threshold = nearest[..., -1:]
        speaking = self.speaking[columns]
        if speaking.min() <= config.winners + 1:
            threshold = self._young_threshold(speaking, nearest, threshold)
        return nearest, xp.maximum(threshold, TINY)

    def _scaled(self, fields: Array, scratch: Scratch) -> Array:
        """Fields whose product with the patterns is 1 − D²/θ² at once, θ² being known beforehand."""
        scaled = scratch.take("scaled", fields.shape)
        scaled[...] = fields
        scaled *= -1.0 / self.thresholds[:, None, None]
        scaled[..., -1] += 1.0
        return scaled

    def _young_threshold(self, speaking: Ints, nearest: Array, threshold: Array) -> Array:
        """θ² where a column has k + 1 memories or fewer: half as far again as its farthest."""
        backend, xp = self._backend, self._backend.xp
        last = np.clip(speaking - 1, 0, nearest.shape[-1] - 1)
        # An empty column has nothing but unused slots, all FAR: nearer than that, nothing answers.
        reach = np.where(speaking > 0, 1.5, 0.5).astype(np.float32)[:, None, None]
        index = np.broadcast_to(last[:, None, None], (*nearest.shape[:2], 1))
        farthest = xp.take_along_axis(nearest, backend.to_device(index), axis=-1)
        young = backend.to_device((speaking <= self.config.winners + 1)[:, None, None])
        return xp.where(young, backend.to_device(reach) * farthest, threshold)

    def _hold_threshold(self, response: Response, *, plastic: bool) -> None:
        """Homeostasis: after the critical period each column keeps a θ of its own.

        It begins where the (k + 1)-th nearest memory was, and is nudged so that on average k
        memories answer (counted over every eighth digit, which is enough).
        """
        xp, config = self._backend.xp, self.config
        if config.homeostasis == 0.0 or plastic or self.speaking.min() <= config.winners + 1:
            return
        if not self.settled:
            self.thresholds = xp.mean(response.threshold, axis=1)
            self.settled = True
            return
        some = response.activation[:, ::8, :]  # from 0 to 1: rounded up, each that answers counts as one
        answering = xp.sum(xp.ceil(some), axis=(1, 2)) / some.shape[1]
        lack = xp.clip(1.0 - answering / config.winners, -1.0, 1.0)
        # Where everything a column sees is blank, all its memories answer, however small θ² is.
        self.thresholds = xp.maximum(self.thresholds * (1.0 + config.homeostasis * lack), TINY)

    def adjust(self, response: Response, error: Array, *, judge: bool = False) -> None:
        """The delta rule: each memory moves its association by what it did, at its own rate.

        error: (B, C) float32, e = onehot(label) − p. judge: count first how useful each memory was:
        Σ activation × association · e, its votes for the right class less those for the others as far
        as they were expected. So much the logarithm of p(label) would rise with the memory's voice.
        """
        if self.config.plasticity == 0.0 and not judge:
            return
        backend, xp = self._backend, self._backend.xp
        _, burst, reach = response.activation.shape
        for columns in self._groups(burst * reach):
            activation, share = response.activation[columns, ...], response.share[columns, None, :]
            usage = self.usage[columns, :reach]
            change = xp.matmul(backend.transposed(error) * share, activation)
            if judge:
                self.usefulness[columns, :reach] += xp.sum(
                    change * self.associations[columns, :, :reach], axis=1
                )
            if self.config.plasticity == 0.0:
                continue
            change *= (self.config.plasticity / xp.sqrt(1.0 + self.config.metaplasticity * usage))[:, None, :]
            self.associations[columns, :, :reach] += change
            self.usage[columns, :reach] += xp.matmul(share * share, activation * activation)[:, 0, :]

    def write(
        self,
        response: Response,
        error: Array,
        probabilities: npt.NDArray[np.float32],
        labels: Ints,
        digits: Ints,
        sources: Ints,
        first_id: int,
    ) -> Writes:
        """Recruit and refine for one burst, as the layer's gate says.

        error: (B, C), e on the backend. probabilities: (B, C) host. labels, digits (numbers in
        the stream, from 1), sources (indices in the data set): (B,). Ids go up from `first_id`.
        """
        if self.config.gate == "novelty":
            columns, recruiters = self._novel(response)
            strength = self._backend.to_device(
                np.float32(self.config.one_shot) * self._backend.to_host(error)
            )
            associations = self._backend.xp.take(strength, self._backend.to_device(recruiters), axis=0)
        else:
            columns, recruiters = self._surprising(probabilities, labels)
            onehot = np.zeros((len(recruiters), self.classes), np.float32)
            onehot[np.arange(len(recruiters)), labels[recruiters]] = self.config.one_shot
            associations = self._backend.to_device(onehot)
        period = self.config.critical_period
        # What was taught by hand may be digit 0, which no period of 0 includes.
        plastic = period is None or (period > 0 and int(digits[0]) <= period)
        self._hold_threshold(response, plastic=plastic)
        refined = self._win(response, columns, recruiters, refine=plastic)
        slots = self._recruit(response, columns, recruiters, associations)
        self.ids[columns, slots] = first_id + np.arange(len(columns))
        self.births[columns, slots] = digits[recruiters]
        self.sources[columns, slots] = sources[recruiters]
        self.touched[columns, slots] = self.touched[refined] = True
        self._count(columns, slots)
        return Writes((columns, slots), refined, recruiters)

    def _novel(self, response: Response) -> tuple[Ints, Ints]:
        """Columns that recruit, and for each the digit whose field was the most novel."""
        xp, host = self._backend.xp, self._backend.to_host
        if self.used.min() == self.config.capacity:
            return np.zeros(0, np.int64), np.zeros(0, np.int64)
        most = host(xp.argmax(response.novelty, axis=1))
        novelty = np.sqrt(host(xp.max(response.novelty, axis=1)))
        columns = np.flatnonzero((novelty > self.config.vigilance) & (self.used < self.config.capacity))
        return columns, most[columns]

    def _surprising(self, probabilities: npt.NDArray[np.float32], labels: Ints) -> tuple[Ints, Ints]:
        """Every column stores each digit whose true label got too little, while there is room."""
        believed = probabilities[np.arange(len(labels)), labels]
        surprising = np.flatnonzero(believed < self.config.vigilance)
        room = self.config.capacity - self.used
        pairs = [(column, digit) for column in range(len(room)) for digit in surprising[: room[column]]]
        columns, digits = np.array(pairs, np.int64).reshape(-1, 2).T
        return columns, digits

    def _recruit(self, response: Response, columns: Ints, recruiters: Ints, associations: Array) -> Ints:
        """Write fields as new memories, in order; returns their slots."""
        if len(columns) == 0:
            return np.zeros(0, np.int64)
        slots = self.free_slots(columns)
        fields = self._backend.pick(response.fields, columns, recruiters)[:, :-2]
        self._backend.scatter(self.patterns, columns, slots, self._as_patterns(fields))
        self._backend.scatter(self.associations, columns, slots, associations)
        self.wins[columns, slots] = 1
        return slots

    def _win(self, response: Response, columns: Ints, recruiters: Ints, *, refine: bool) -> tuple[Ints, Ints]:
        """Count every win; while plastic, make each winner the running mean of what it won.

        A field that was recruited has no other winner. Moving a winner by 1/wins for one digit
        after the other gives the mean of all that it won, so the digits need not be taken in turn.
        """
        backend = self._backend
        winning = np.broadcast_to((self.speaking > 0)[:, None], response.winners.shape).copy()
        winning[columns, recruiters] = False
        slots = (np.arange(len(winning))[:, None] * self.config.capacity + response.winners)[winning]
        self.wins += np.bincount(slots, minlength=self.wins.size).reshape(self.wins.shape)
        if not (refine and len(slots)):
            return np.zeros(0, np.int64), np.zeros(0, np.int64)
        # same[p, b, c]: in column p, digits b and c have the same winner. One row for each winner,
        # the first digit's, holds the sum of what it won.
        same = (response.winners[:, :, None] == response.winners[:, None, :]) & winning[:, None, :]
        at, digits = np.nonzero(winning & (same.argmax(axis=2) == np.arange(same.shape[1])))
        sums = backend.xp.matmul(backend.to_device(same.astype(np.float32)), response.fields)
        count = same.sum(axis=2)[at, digits]
        winners = at, response.winners[at, digits]
        share = backend.to_device((count / self.wins[winners]).astype(np.float32)[:, None])
        count = backend.to_device(count.astype(np.float32)[:, None])
        pattern = -0.5 * backend.gather(self.patterns, *winners)[:, :-2]
        pattern += share * (backend.pick(sums, at, digits)[:, :-2] / count - pattern)
        backend.scatter(self.patterns, *winners, self._as_patterns(pattern))
        return winners

    # ── teach ─────────────────────────────────────────────────────────────────────────────────

    def inscribe(
        self, response: Response, association: npt.NDArray[np.float32], digit: int, source: int, first_id: int
    ) -> Rows:
        """Write the first digit of a burst as a memory of every column, whatever the gate says.

        association: (C,) float32, what all of them are associated with. Returns the slots that were
        written, one a column, as they were before.
        """
        columns = np.arange(self.fields.count)
        slots = self._places_to_teach(response)
        before = self.rows(columns, slots)
        fields = self._backend.pick(response.fields, columns, np.zeros_like(columns))[:, :-2]
        self.put(
            replace(
                self.blank_rows(columns, slots),
                patterns=self._backend.to_host(self._as_patterns(fields)),
                associations=np.tile(association, (len(columns), 1)),
                ids=first_id + columns,
                wins=np.ones_like(columns),
                births=np.full_like(columns, digit),
                sources=np.full_like(columns, source),
                taught=np.ones(len(columns), bool),
            )
        )
        return before

    def _places_to_teach(self, response: Response) -> Ints:
        """(P,) where each column writes: over what was taught for the same field, so that a teacher can
        change his mind; else into a free slot; else over the memory with the fewest wins, which is
        one that was taught only where there is nothing else."""
        columns, winners = np.arange(self.fields.count), response.winners[:, 0]
        same = self._backend.to_host(response.novelty)[:, 0] < SAME
        free = self.ids == 0
        least = np.where(self.taught, np.iinfo(np.int64).max, self.wins).argmin(axis=1)
        other = np.where(free.any(axis=1), free.argmax(axis=1), least)
        return np.where(same & self.taught[columns, winners], winners, other)

    def rehearse(self, response: Response, error: Array, columns: Ints, slots: Ints) -> None:
        """The delta rule for these memories alone, at the strength of a first association.

        error: (B, C) float32, onehot(label) − p, of the B looks that `response` is the answer to.
        """
        backend, xp = self._backend, self._backend.xp
        rate = self.config.one_shot / error.shape[0]
        spoke = backend.gather(response.activation, columns, slots)
        change = xp.matmul(spoke * response.share, error)
        associations = backend.gather(self.associations, columns, slots)
        backend.scatter(self.associations, columns, slots, associations + rate * change)

    def _as_patterns(self, fields: Array) -> Array:
        """(n, d) fields → (n, d + 2) rows as they are stored."""
        norms = self.squared_norms(fields)
        return self._backend.concat([-2.0 * fields, norms, self._backend.xp.ones_like(norms)], axis=1)
