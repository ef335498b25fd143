"""What exports say about a run, in words."""

from __future__ import annotations

from memnet_gui.curve_reading import UNKNOWN
from memnet_gui.exports.run import Run


def percent(share: float | None) -> str:
    """A share in [0, 1] as "97.12 %"; hundredths near the top, where they tell runs apart."""
    if share is None:
        return UNKNOWN
    return f"{100 * share:.2f} %" if 0.895 <= share < 1 else f"{100 * share:.1f} %"


def tenths(share: float) -> str:
    """A share in [0, 1] as "97 %" or "97.1 %"."""
    return f"{100 * share:.1f} %".replace(".0 %", " %")


def whole(count: float) -> str:
    return f"{count:,.0f}"


def run_line(run: Run) -> str:
    """Which run this is, in a line."""
    again = f", {run.config.fixations} fixations" if run.config.fixations else ""
    what = f"{run.config.preset}{again} · {run.data_name} · seed {run.seed}"
    return f"{what} · {run.digits:,} digits · {run.count:,} memories"
