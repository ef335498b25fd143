"""What is compared with what: two lists to choose from."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Signal, Slot
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QComboBox, QHBoxLayout, QSizePolicy, QWidget

from engine.commands import LineAt
from engine.frame import Track
from memnet_gui.comparing import Choice, SideName, choices
from memnet_gui.theme import GRID, Theme
from memnet_gui.widgets.compare_badge import Badge

FROM_FILE = "Snapshot file…"
NOTHING = "choose what to compare"
SIDE_BY_SIDE = 560
"""From this width on the two lists stand beside each other."""


class SideChooser(QWidget):
    """A list of states of memories, the last entry of which asks for a file.

    chosen(): another one was chosen. file_wanted(): the user wants to choose a file.
    """

    chosen = Signal()
    file_wanted = Signal()

    def __init__(self, side: SideName, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        letter = side.upper()
        self.badge = Badge(side)
        self.box = QComboBox()
        self.box.setAccessibleName(f"{letter}: what is compared")
        self.box.setToolTip(f"{letter}: a line of this run, or a snapshot that was saved")
        self.box.setPlaceholderText(NOTHING)
        self.box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.box.setMinimumContentsLength(8)
        self.box.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(2 * GRID)
        row.addWidget(self.badge)
        row.addWidget(self.box, 1)
        self._offered: tuple[Choice, ...] = ()
        self._file: Choice | None = None
        self.choice: Choice | None = None
        """What is chosen; None before anything was."""
        self._list()
        self.box.activated.connect(self._activate)

    def offer(self, offered: tuple[Choice, ...]) -> None:
        """Let these be chosen; what is chosen stays, unless it is of a line that is gone."""
        if offered == self._offered or self.box.view().isVisible():
            return
        self._offered = offered
        lines = {each.target.line for each in offered if isinstance(each.target, LineAt)}
        if self.choice is not None and isinstance(self.choice.target, LineAt):
            named = {each.target: each for each in offered}
            gone = self.choice.target.line not in lines
            self.choice = None if gone else named.get(self.choice.target, self.choice)
        self._list()

    def choose(self, choice: Choice | None) -> None:
        """Choose it without telling anyone."""
        self.choice = choice
        if choice is not None and isinstance(choice.target, Path):
            self._file = choice
        self._list()

    @property
    def entries(self) -> tuple[Choice, ...]:
        """What stands in the list, but for its last entry."""
        extra = [each for each in (self._file, self.choice) if each is not None]
        return tuple(dict.fromkeys([*self._offered, *extra]))

    def _list(self) -> None:
        self.box.clear()
        for entry in self.entries:
            self.box.addItem(entry.text)
        self.box.addItem(FROM_FILE)
        at = -1 if self.choice is None else self.entries.index(self.choice)
        self.box.setCurrentIndex(at)

    @Slot(int)
    def _activate(self, index: int) -> None:
        entries = self.entries
        if index == len(entries):
            self.box.setCurrentIndex(-1 if self.choice is None else entries.index(self.choice))
            self.file_wanted.emit()
        elif entries[index] != self.choice:
            self.choice = entries[index]
            self.chosen.emit()


class Choosers(QWidget):
    """A and B, side by side where there is room for that. Asks for no width of its own: too wide for a
    moment, it is arranged anew before anybody sees it.

    chosen(): another one was chosen. file_wanted(str): a file for "a" or "b" is to be chosen.
    """

    chosen = Signal()
    file_wanted = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.sides: dict[SideName, SideChooser] = {"a": SideChooser("a"), "b": SideChooser("b")}
        self._key: tuple[object, ...] = ()
        self.setMinimumWidth(1)
        self._row = QBoxLayout(QBoxLayout.Direction.LeftToRight, self)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.setSpacing(3 * GRID)
        self._row.addWidget(self.sides["a"], 1)
        self._row.addWidget(self.sides["b"], 1)
        for chooser in self.sides.values():
            chooser.chosen.connect(self.chosen)
        self.sides["a"].file_wanted.connect(self._want_a)
        self.sides["b"].file_wanted.connect(self._want_b)

    def resizeEvent(self, event: QResizeEvent) -> None:
        wide = event.size().width() >= SIDE_BY_SIDE
        directions = QBoxLayout.Direction
        self._row.setDirection(directions.LeftToRight if wide else directions.TopToBottom)
        super().resizeEvent(event)

    def set_theme(self, theme: Theme) -> None:
        for chooser in self.sides.values():
            chooser.badge.set_theme(theme)

    def show_track(self, track: Track | None, seen: int, *, past: bool) -> None:
        """Offer the lines of the run. At first B is the one shown, and A the one that it left."""
        key = (track and (track.lines, track.line, track.bookmarks), past and seen, past)
        if key == self._key:
            return
        self._key = key
        offered = choices(track, seen, past=past)
        for chooser in self.sides.values():
            chooser.offer(offered)
        if track is not None and self.sides["a"].choice is self.sides["b"].choice is None:
            self._choose_lines(track, offered)

    def _choose_lines(self, track: Track, offered: tuple[Choice, ...]) -> None:
        by_target = {choice.target: choice for choice in offered}
        shown = next((line for line in track.lines if line.id == track.line), None)
        if shown is None:
            return
        self.sides["b"].choose(by_target[LineAt(shown.id)])
        if shown.parent is not None and LineAt(shown.parent) in by_target:
            self.sides["a"].choose(by_target[LineAt(shown.parent)])
        self.chosen.emit()

    def choose_lines(self, a: LineAt, b: LineAt) -> None:
        """Choose these two, as far as they are offered."""
        for side, target in (("a", a), ("b", b)):
            chooser = self.sides["a" if side == "a" else "b"]
            named = {choice.target: choice for choice in chooser.entries}
            chooser.choose(named.get(target))

    def set_file(self, side: SideName, path: Path) -> None:
        """Choose a snapshot."""
        self.sides[side].choose(Choice(path.name, path))
        self.chosen.emit()

    def forget_lines(self) -> None:
        """Another run: the lines of the one before are gone."""
        self._key = ()
        for chooser in self.sides.values():
            chooser.offer(())

    @property
    def targets(self) -> tuple[LineAt | Path, LineAt | Path] | None:
        """What is to be compared; None while that is not chosen, or one and the same."""
        a, b = self.sides["a"].choice, self.sides["b"].choice
        if a is None or b is None or a.target == b.target:
            return None
        return a.target, b.target

    @Slot()
    def swap(self) -> None:
        """Let A and B change places."""
        a, b = self.sides["a"].choice, self.sides["b"].choice
        self.sides["a"].choose(b)
        self.sides["b"].choose(a)
        self.chosen.emit()

    @Slot()
    def _want_a(self) -> None:
        self.file_wanted.emit("a")

    @Slot()
    def _want_b(self) -> None:
        self.file_wanted.emit("b")
