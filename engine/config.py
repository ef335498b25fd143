"""What a Memory Network is made of: frozen, validated settings, and the presets."""

from __future__ import annotations

import re
from dataclasses import asdict, dataclass, replace
from typing import Any, Literal

Gate = Literal["novelty", "surprise"]

SMALLEST_SIDE, LARGEST_SIDE = 8, 64
FEWEST_CLASSES, MOST_CLASSES = 2, 62
MOST_FIXATIONS = 8
MOST_LAYERS = 16
MOST_MEMORIES = 1 << 17
FACTS = 14
"""What is kept of a memory beside its pattern and its associations, in numbers of four bytes."""
LARGEST_NETWORK = 1 << 26
"""Numbers in all memories together: 256 MiB. A snapshot of them, the network that is made from it and
what a burst of digits needs stay below 1 GiB together."""
LARGEST_GLANCE = 1 << 18
"""Numbers in all fields of one image together."""
SMALLEST_SETTING, LARGEST_SETTING = 1e-12, 1e6
"""Of those that are not 0; beyond these, what is computed from them would not stay finite in float32."""

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,39}")
"""Names become parts of file names and of what the window says, and may come from a stranger's file."""


def _require(condition: bool, message: str) -> None:
    if not condition:
        raise ValueError(message)


def _require_name(config: object, field: str) -> None:
    name = getattr(config, field)
    _require(
        isinstance(name, str) and _NAME.fullmatch(name) is not None,
        f"{field}: {str(name)[:40]!r} is not a name of 1 to 40 letters, digits, - and _",
    )


def _require_whole(config: object, *names: str) -> None:
    for name in names:
        value = getattr(config, name)
        _require(type(value) is int, f"{name}: {value!r} is not a whole number")


@dataclass(frozen=True, slots=True)
class LayerConfig:
    """One layer: all columns of one receptive-field size.

    field, stride: side of the square receptive field and distance between neighbours, in pixels.
    capacity: K, the memories that one column can hold. winners: k, how many of them answer a field.
    sharpness: exponent of the activation. contrast: added to a field's norm before dividing by it.
    centred: subtract a field's mean first (a column sees shape, not brightness).
    gate: what recruits: "novelty" (the most novel field of a burst) or "surprise" (the true label
    got too little). vigilance: the gate's threshold, a distance or a probability.
    one_shot: strength of a recruit's first association. plasticity: rate of the delta rule,
    0 for memories that never change their mind. metaplasticity: how fast that rate falls with use.
    critical_period: for how many digits winners are refined; None is for ever, 0 is never.
    homeostasis: after the critical period each column keeps a threshold of its own, nudged by at most
    this share a burst so that on average k memories answer; 0 measures the k nearest every time.
    """

    name: str
    field: int
    stride: int
    capacity: int
    winners: int
    gate: Gate
    vigilance: float
    one_shot: float
    sharpness: float = 1.0
    contrast: float = 1e-6
    centred: bool = False
    plasticity: float = 0.0
    metaplasticity: float = 0.0
    critical_period: int | None = 0
    homeostasis: float = 0.0

    def __post_init__(self) -> None:
        _require_name(self, "name")
        _require_whole(self, "field", "stride", "capacity", "winners")
        _require(self.field >= 1, f"field: {self.field} is not at least 1 pixel")
        _require(
            1 <= self.stride <= LARGEST_SIDE, f"stride: {self.stride} is not from 1 to {LARGEST_SIDE} pixels"
        )
        _require(self.capacity >= 1, f"capacity: {self.capacity} is not at least 1 memory")
        _require(
            1 <= self.winners <= MOST_MEMORIES, f"winners: {self.winners} is not from 1 to {MOST_MEMORIES:,}"
        )
        _require(
            self.gate in ("novelty", "surprise"), f"gate: {self.gate!r} is neither 'novelty' nor 'surprise'"
        )
        for name in (
            "vigilance",
            "one_shot",
            "sharpness",
            "contrast",
            "plasticity",
            "metaplasticity",
            "homeostasis",
        ):
            value = getattr(self, name)
            _require(
                type(value) in (int, float) and (value == 0 or SMALLEST_SETTING <= value <= LARGEST_SETTING),
                f"{name}: {value!r} is not 0 or a number from {SMALLEST_SETTING} to {LARGEST_SETTING:,.0f}",
            )
        _require(self.sharpness > 0, "sharpness: must be above 0")
        _require(self.contrast > 0, "contrast: must be above 0, or a blank field would divide by zero")
        _require(self.homeostasis < 1, f"homeostasis: {self.homeostasis} is not below 1")
        if self.critical_period is not None:
            _require_whole(self, "critical_period")
            _require(
                0 <= self.critical_period < 2**53,
                f"critical_period: {self.critical_period} is neither None nor a number of digits",
            )

    def grid(self, side: int) -> int:
        """Columns along one edge of an image `side` pixels wide."""
        return (side - self.field) // self.stride + 1


@dataclass(frozen=True, slots=True)
class NetworkConfig:
    """A whole network: image geometry, classes, layers.

    side: height and width of the square images, in pixels. channels: 1 (grey) or 3 (colour).
    fixations: how often each digit is looked at again, shifted by up to one pixel.
    """

    preset: str
    layers: tuple[LayerConfig, ...]
    fixations: int = 0
    side: int = 28
    channels: int = 1
    classes: int = 10

    def __post_init__(self) -> None:
        _require_name(self, "preset")
        _require_whole(self, "side", "channels", "classes", "fixations")
        _require(
            SMALLEST_SIDE <= self.side <= LARGEST_SIDE,
            f"side: images of {self.side} pixels are outside {SMALLEST_SIDE}–{LARGEST_SIDE}",
        )
        _require(self.channels in (1, 3), f"channels: {self.channels} is neither 1 nor 3")
        _require(
            FEWEST_CLASSES <= self.classes <= MOST_CLASSES,
            f"classes: {self.classes} is outside {FEWEST_CLASSES}–{MOST_CLASSES}",
        )
        _require(
            0 <= self.fixations <= MOST_FIXATIONS,
            f"fixations: {self.fixations} is outside 0–{MOST_FIXATIONS}",
        )
        _require(
            1 <= len(self.layers) <= MOST_LAYERS,
            f"layers: a network needs at least one layer and has {MOST_LAYERS} at most",
        )
        names = [layer.name for layer in self.layers]
        _require(len(set(names)) == len(names), f"layers: names are not distinct: {', '.join(names)}")
        for layer in self.layers:
            _require(
                layer.field <= self.side,
                f"field: {layer.field} pixels do not fit into an image of {self.side}",
            )
        fields = [layer.grid(self.side) ** 2 for layer in self.layers]
        pixels = [layer.field**2 * self.channels for layer in self.layers]
        room = [count * layer.capacity for count, layer in zip(fields, self.layers, strict=True)]
        numbers = sum(many * (d + self.classes + FACTS) for many, d in zip(room, pixels, strict=True))
        _require(
            numbers <= LARGEST_NETWORK,
            f"capacity: room for all memories takes {numbers * 4 / 2**30:,.2f} GiB; give the layers less",
        )
        _require(
            sum(room) <= MOST_MEMORIES,
            f"capacity: there is room for {sum(room):,} memories, more than {MOST_MEMORIES:,}",
        )
        seen = sum(count * d for count, d in zip(fields, pixels, strict=True))
        _require(
            seen <= LARGEST_GLANCE,
            f"field: all fields of an image are {seen:,} numbers, more than {LARGEST_GLANCE:,}; "
            "make them smaller or fewer",
        )

    def to_dict(self) -> dict[str, Any]:
        """A JSON-ready description, the inverse of `from_dict`."""
        return asdict(self)

    @staticmethod
    def from_dict(values: dict[str, Any]) -> NetworkConfig:
        """Read `to_dict`'s result. Raises ValueError on anything that is not one."""
        try:
            layers = tuple(LayerConfig(**layer) for layer in values["layers"])
            return NetworkConfig(**{**values, "layers": layers})
        except (TypeError, KeyError, AttributeError) as error:
            raise ValueError(f"config: not a network description ({error})") from error


_COLUMNS = LayerConfig(
    name="columns",
    field=10,
    stride=3,
    capacity=256,
    winners=12,
    gate="novelty",
    vigilance=0.3,
    one_shot=0.3,
    sharpness=2.0,
    contrast=1.0,
    centred=True,
    plasticity=0.5,
    metaplasticity=0.2,
    critical_period=8000,
    homeostasis=0.02,
)
_EPISODES = LayerConfig(
    name="episodes",
    field=28,
    stride=1,
    capacity=5000,
    winners=5,
    gate="surprise",
    vigilance=0.9,
    one_shot=1.0,
)

PRESETS: dict[str, NetworkConfig] = {
    config.preset: config
    for config in (
        NetworkConfig("complementary", (_EPISODES, _COLUMNS)),
        NetworkConfig("columns", (_COLUMNS,)),
        NetworkConfig("exemplar", (replace(_EPISODES, capacity=20000, one_shot=5.0),)),
        NetworkConfig("small", (replace(_COLUMNS, capacity=64, winners=8, homeostasis=0.0),)),
        NetworkConfig(
            "tiny", (replace(_COLUMNS, field=14, stride=7, capacity=32, winners=4, homeostasis=0.0),)
        ),
    )
}
DEFAULT_PRESET = "complementary"


def preset(name: str, *, fixations: int = 0) -> NetworkConfig:
    """The preset called `name`. Raises ValueError, naming the presets there are."""
    if name not in PRESETS:
        raise ValueError(f"preset: there is no {name!r}; choose one of {', '.join(PRESETS)}")
    return replace(PRESETS[name], fixations=fixations)
