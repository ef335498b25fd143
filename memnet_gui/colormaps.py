"""Heat-map colours as small tables, without importing a plotting library.

viridis and magma are by Nathaniel Smith, Stéfan van der Walt and Eric Firing (released under CC0);
cividis is by Jamie Nuñez, Christopher Anderton and Ryan Renslow (PLoS ONE 13(7), 2018; released under
CC0). Every fifth of their 256 colours is kept here; the others are interpolated and differ from the
published ones by at most 3 levels of 255.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from engine.arrays import freeze

Table = npt.NDArray[np.uint8]
"""(256, 3) red, green, blue."""
Pixels = npt.NDArray[np.uint32]
"""0xAARRGGBB values, the layout of Qt's 32-bit pictures."""

_KNOTS = {
    "viridis": (
        "44015446085c471063481769481d6f482475472a7a46307e453781433d844142873f48893d4e8a"
        "3a538b38598c355e8d33638d31688e2e6d8e2c718e2a768e297b8e27808e25848e23898e218e8d"
        "20928c1f978b1e9c891fa18821a58524aa8328ae802eb37c35b7793dbc7446c06f50c46a5ac864"
        "65cb5e70cf577cd25089d54895d840a2da37b0dd2fbddf26cae11fd8e219e5e419f1e51dfde725"
    ),
    "cividis": (
        "00204d00245500275e002b67002e6f00316f00356e12386d1f3c6d28406c30436c36476b3d4a6b"
        "424e6b48526b4d556c52596c575c6d5b606e60646f646770696b716d6e727272747676767a7a78"
        "7f7d788481798885798d8979928d789791789c9577a19976a69d75aca174b1a573b6a971bbae6f"
        "c1b26dc6b66bccbb69d1bf66d7c463dcc860e2cd5ce8d259edd654f3db4ff9e04affe544ffea46"
    ),
    "magma": (
        "00000402020b0504160907200e0b2b140e361a104221114e29115a311165390f6e420f754a1079"
        "52137c5a167e6219806a1c81721f81792282812581892881912b81992d80a1307eaa337db2357b"
        "ba3878c23b75ca3e72d2426fd9466be04c67e75263ec5860f1605df4695cf7725cf97b5dfb8560"
        "fc8e64fd9869fea16efeaa74feb47bfebd82fec68afecf92fed89afde2a3fdebacfcf4b6fcfdbf"
    ),
}


def _through(knots: npt.NDArray[np.uint8]) -> Table:
    """A table that passes through evenly spaced (n, 3) colours."""
    at = np.linspace(0, len(knots) - 1, 256)
    channels = [np.interp(at, np.arange(len(knots)), knots[:, channel]) for channel in range(3)]
    return freeze(np.rint(np.stack(channels, axis=1)).astype(np.uint8))


def _colors(digits: str) -> npt.NDArray[np.uint8]:
    """Hexadecimal digits "rrggbbrrggbb…" → (n, 3) uint8."""
    return np.frombuffer(bytes.fromhex(digits), np.uint8).reshape(-1, 3)


VIRIDIS, CIVIDIS, MAGMA = (_through(_colors(_KNOTS[name])) for name in ("viridis", "cividis", "magma"))


def diverging(against: str, middle: str, favour: str) -> Table:
    """From one "#rrggbb" through the ground to another: −1 is `against`, 0 `middle`, +1 `favour`."""
    return _through(_colors("".join(color.removeprefix("#") for color in (against, middle, favour))))


def argb(colors: npt.NDArray[np.uint8]) -> Pixels:
    """(..., 3) colours → (...) opaque pixels."""
    red, green, blue = np.moveaxis(colors.astype(np.uint32), -1, 0)
    pixels: Pixels = np.uint32(0xFF000000) | red << np.uint32(16) | green << np.uint32(8) | blue
    return pixels


def levels(values: npt.NDArray[np.floating], low: float, high: float) -> npt.NDArray[np.uint8]:
    """Where values lie between low and high, as indices into a table; what lies outside is clipped.

    Infinity takes the last index. Raises ValueError when high is not above low.
    """
    if not high > low:
        raise ValueError(f"high: {high} is not above low, {low}")
    scaled = (np.clip(values, low, high) - low) * (255 / (high - low))
    indices: npt.NDArray[np.uint8] = np.rint(scaled).astype(np.uint8)
    return indices


class SteadyScale:
    """The end of a scale that follows the data slowly, so that colours do not flicker.

    The 98th percentile of absolute values, taken at once at first and then moved by a twentieth of
    the difference at every new look.
    """

    def __init__(self) -> None:
        self.end: float | None = None

    def follow(self, values: npt.NDArray[np.floating]) -> float:
        """Look at more values, return the end of the scale: 1 as long as there is nothing to go by."""
        size = np.abs(values[np.isfinite(values)])
        if size.size:
            rank = int(0.98 * (size.size - 1))
            end = float(np.partition(size, rank)[rank])
            self.end = end if self.end is None else self.end + (end - self.end) / 20
        return self.end or 1.0
