"""Two runs in figures, side by side, and by how much the second one is ahead."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QLabel, QSizePolicy, QWidget

from engine.differences import Comparison
from memnet_gui.curve_reading import UNKNOWN
from memnet_gui.theme import GRID, Theme
from memnet_gui.widgets.compare_badge import Badge
from memnet_gui.widgets.painting import fitting, sized

_ROWS = {
    "name": "",
    "network": "network",
    "seed": "seed",
    "digits": "digits seen",
    "accuracy": "held-out digits",
    "prequential": "so far",
    "recent": "last 1,000",
    "memories": "memories",
    "taught": "taught, silent",
}
_TIPS = {
    "accuracy": "Share of the held-out digits answered rightly with these memories, now",
    "prequential": "Share of all digits seen that were answered rightly before they were learned",
    "recent": "The same over the last 1,000 digits",
    "taught": "Memories that were taught by hand, and memories that are silent",
}
_NAME_ROOM = 21 * GRID
"""Longer names are cut short."""


class FactsTable(QWidget):
    """A row for each fact: what it is, A, B, B − A."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(2 * GRID)
        self._grid.setVerticalSpacing(GRID)
        self.badges = Badge("a"), Badge("b")
        for column, badge in enumerate(self.badges, start=1):
            self._grid.addWidget(badge, 0, column, Qt.AlignmentFlag.AlignRight)
        self._grid.addWidget(self._label("B − A"), 0, 3, Qt.AlignmentFlag.AlignRight)
        self.cells: dict[str, tuple[QLabel, QLabel, QLabel]] = {}
        """A, B and the difference of each fact."""
        for row, (fact, words) in enumerate(_ROWS.items(), start=1):
            title = self._label(words)
            title.setToolTip(_TIPS.get(fact, ""))
            self._grid.addWidget(title, row, 0)
            cells = QLabel(), QLabel(), self._label("")
            for column, cell in enumerate(cells, start=1):
                cell.setFont(sized(self))
                cell.setToolTip(_TIPS.get(fact, ""))
                self._grid.addWidget(cell, row, column, Qt.AlignmentFlag.AlignRight)
            self.cells[fact] = cells
        self._grid.setColumnStretch(0, 1)

    @staticmethod
    def _label(words: str) -> QLabel:
        label = QLabel(words)
        label.setObjectName("caption")
        return label

    def set_theme(self, theme: Theme) -> None:
        for badge in self.badges:
            badge.set_theme(theme)

    def show_comparison(self, found: Comparison) -> None:
        a, b = found.a, found.b
        for fact, words in (("name", (a.name, b.name)), ("network", (a.preset, b.preset))):
            for cell, text in zip(self.cells[fact], words, strict=False):
                cell.setToolTip(text)
                cell.setText(fitting(cell.fontMetrics(), _NAME_ROOM, text))
        self._say("seed", str(a.seed), str(b.seed), "")
        self._say("taught", f"{a.taught:,}, {a.muted:,}", f"{b.taught:,}, {b.muted:,}", "")
        for fact, first, second in (
            ("digits", a.digits, b.digits),
            ("memories", sum(a.memories), sum(b.memories)),
        ):
            self._say(fact, f"{first:,}", f"{second:,}", _signed(second - first, "+,"))
        for fact, one, other in (
            ("accuracy", found.accuracy_a, found.accuracy_b),
            ("prequential", a.prequential, b.prequential),
            ("recent", a.recent, b.recent),
        ):
            change = "" if one is None or other is None else _signed(100 * (other - one), "+.2f")
            self._say(fact, _percent(one), _percent(other), change)

    def _say(self, fact: str, a: str, b: str, change: str) -> None:
        for cell, words in zip(self.cells[fact], (a, b, change), strict=True):
            cell.setText(words)


def _percent(share: float | None) -> str:
    return UNKNOWN if share is None else f"{100 * share:.2f} %"


def _signed(change: float, spec: str) -> str:
    """With a minus as wide as a plus; nothing where nothing changed."""
    words = format(change, spec)
    return words.replace("-", "\N{MINUS SIGN}") if words.strip("+-0.") else ""
