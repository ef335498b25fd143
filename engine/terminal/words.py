"""What the terminal's commands say alike."""

from __future__ import annotations


def percent(share: float | None) -> str:
    """A share in [0, 1] as "97.12 %"."""
    return "not measured" if share is None else f"{share * 100:.2f} %"
