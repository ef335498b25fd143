"""Why an answer: the memories that gave it, and which of them it hangs on.

The vote of a class is Σ activation × association over all memories that answered, so an answer can
be taken apart exactly. Runs on the engine's thread, between bursts.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from engine.arrays import Ints, freeze
from engine.findings import Explanation, Flip, LayerReasons
from engine.memory import LayerMemory
from engine.network import MemoryNetwork, Perception
from engine.observe import percept
from engine.pictures import pictures
from engine.response import Response
from engine.session import Session

SILENT = 1e-6
"""The (k + 1)-th nearest memory, whose distance is the threshold, may answer so much by rounding."""
MOST_SILENCED = 60
"""More memories than this are not silenced to see what would change: that would explain nothing."""


def explain(
    session: Session,
    request: int,
    *,
    image: npt.ArrayLike | None = None,
    source: int | None = None,
    held_out: bool = False,
) -> Explanation:
    """Take the answer to one image apart, with the memories as they are.

    Either image: (side, side[, channels]) floats in [0, 1], or source: an index in the training or,
    where `held_out`, in the test digits. Raises ValueError naming what is not one.
    """
    shown = _image(session, image, source, held_out=held_out)
    label, digit, said = None, 0, None
    if source is not None and source >= 0:
        labels = session.dataset.test_labels if held_out else session.dataset.train_labels
        label = int(labels[source])
        places = np.flatnonzero(session.stream.order[: session.seen] == source)
        if not held_out and len(places):
            digit, said = int(places[0]) + 1, int(session.answers[places[0]])

    def look(network: MemoryNetwork) -> Explanation:
        perception = network.perceive(shown[None], aside=True)
        return Explanation(
            request,
            session.seen,
            percept(network, perception, 0),
            label,
            -1 if source is None else source,
            held_out,
            digit,
            said,
            tuple(
                _reasons(network, layer, response)
                for layer, response in zip(network.layers, perception.responses, strict=True)
            ),
        )

    return session.on_device(look)


def _image(
    session: Session, image: npt.ArrayLike | None, source: int | None, *, held_out: bool
) -> npt.NDArray[Any]:
    """The one image that is meant, as `perceive` takes it."""
    if (image is None) == (source is None):
        raise ValueError("explain: give an image or the number of a digit, one of them")
    if source is None:
        return np.asarray(image)
    if not held_out:
        return session.image(source)
    if not 0 <= source < len(session.dataset.test_labels):
        raise ValueError(f"source: there is no held-out digit {source}")
    image_held_out: npt.NDArray[Any] = session.dataset.test_images[source]
    return image_held_out


def answering(network: MemoryNetwork, response: Response) -> tuple[Ints, Ints, npt.NDArray[np.float32]]:
    """Columns and slots of the memories that answered the first digit of a burst, and their activations."""
    activation = network.backend.to_host(response.activation[:, 0, :])
    columns, slots = np.nonzero(activation > SILENT)
    share = network.backend.to_host(response.share)[:, 0]
    return columns, slots, activation[columns, slots] * share[columns]


def _reasons(network: MemoryNetwork, layer: LayerMemory, response: Response) -> LayerReasons:
    columns, slots, activations = answering(network, response)
    rows = layer.rows(columns, slots)
    patterns = layer.patterns_at(columns, slots)
    fields = network.backend.to_host(response.fields)[:, 0, :-2]
    return LayerReasons(
        slots=freeze(columns * layer.config.capacity + slots),
        ids=freeze(rows.ids),
        columns=freeze(columns),
        distances=freeze(np.sqrt(((patterns - fields[columns]) ** 2).sum(axis=1))),
        activations=freeze(activations),
        associations=freeze(rows.associations),
        patterns=freeze(patterns),
        fields=freeze(np.ascontiguousarray(fields)),
        pictures=freeze(pictures(layer, columns, slots)),
        taught=freeze(rows.taught),
    )


class FlipWork:
    """Silences memories of a copy until the answer changes, then lets those speak again that need not
    be silent. Greedy, so there may be a smaller set; a step looks at the digit once."""

    kind = "flip"
    name = "Looking for what the answer hangs on"

    def __init__(
        self,
        session: Session,
        request: int,
        *,
        image: npt.ArrayLike | None = None,
        source: int | None = None,
        held_out: bool = False,
    ) -> None:
        self._image = np.array(_image(session, image, source, held_out=held_out))[None]
        self._request = request
        self._network = session.on_device(MemoryNetwork.frozen)
        self._silenced: list[tuple[int, int, int, int]] = []
        """Layer, column, slot, id."""
        self._first: int | None = None
        self._answer: int | None = None
        self._to_check: list[tuple[int, int, int, int]] = []
        self.done, self.total = 0, MOST_SILENCED + 1

    def advance(self) -> None:
        """Silence one more memory, or see whether one need be silent."""
        self.done += 1
        if self._to_check:
            self._spare()
        else:
            self._silence_strongest()

    def _silence_strongest(self) -> None:
        perception = self._look()
        probabilities = perception.probabilities[0]
        answer = int(probabilities.argmax())
        if self._first is None:
            self._first = answer
        if answer != self._first:
            self._answer = answer
            self._to_check = self._silenced[:-1]  # without the last it was not enough
            self.total = self.done + len(self._to_check)
            return
        strongest = self._strongest(perception)
        if strongest is None or len(self._silenced) >= MOST_SILENCED:
            self._silenced.clear()
            self.total = self.done
            return
        self._silenced.append(strongest)
        self._mute(strongest, muted=True)

    def _strongest(self, perception: Perception) -> tuple[int, int, int, int] | None:
        """The memory that speaks most for the answer against the runner-up."""
        runner_up = int(np.argsort(-perception.probabilities[0], kind="stable")[1])
        best, found = 0.0, None
        for number, (layer, response) in enumerate(
            zip(self._network.layers, perception.responses, strict=True)
        ):
            columns, slots, activations = answering(self._network, response)
            if not len(slots):
                continue
            associations = self._network.backend.to_host(
                self._network.backend.gather(layer.associations, columns, slots)
            )
            margins = activations * (associations[:, self._first] - associations[:, runner_up])
            place = int(margins.argmax())
            if margins[place] > best:
                column, slot = int(columns[place]), int(slots[place])
                best, found = float(margins[place]), (number, column, slot, int(layer.ids[column, slot]))
        return found

    def _spare(self) -> None:
        """Let one speak again; if the answer comes back, silence it once more."""
        candidate = self._to_check.pop(0)
        self._mute(candidate, muted=False)
        answer = int(self._look().probabilities[0].argmax())
        if answer == self._first:
            self._mute(candidate, muted=True)
        else:
            self._silenced.remove(candidate)
            self._answer = answer

    def _look(self) -> Perception:
        with self._network.backend.guard():
            return self._network.perceive(self._image, aside=True)

    def _mute(self, memory: tuple[int, int, int, int], *, muted: bool) -> None:
        layer, column, slot, _ = memory
        with self._network.backend.guard():
            self._network.layers[layer].mute(np.array([column]), np.array([slot]), muted)

    def result(self) -> Flip:
        layers, columns, slots, ids = np.array(self._silenced, np.int64).reshape(-1, 4).T
        capacities = np.array([layer.config.capacity for layer in self._network.layers])
        drawn = [
            pictures(self._network.layers[layer], np.array([column]), np.array([slot]))[0]
            for layer, column, slot, _ in self._silenced
        ]
        return Flip(
            self._request,
            freeze(layers.copy()),
            freeze(columns * capacities[layers] + slots),
            freeze(ids.copy()),
            tuple(freeze(picture) for picture in drawn),
            self._answer,
            MOST_SILENCED,
        )
