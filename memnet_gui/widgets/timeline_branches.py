"""The button that names the branch shown, with a menu of what can be done with branches."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QActionGroup
from PySide6.QtWidgets import QMenu, QMessageBox, QToolButton, QWidget

from engine.commands import ForgetLine, Look
from engine.frame import Line, Track
from memnet_gui.theme import GRID
from memnet_gui.track_lines import own_digits

WIDTH = 144
HINT = "Go back and press play: that begins a branch"


class BranchButton(QToolButton):
    """Shows the name of the branch shown.

    asked(object): a command. compare_wanted(int, int): compare these two lines, by their ids.
    rename_wanted(object): this `Line` is to get another name.
    """

    asked = Signal(object)
    compare_wanted = Signal(int, int)
    rename_wanted = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._track: Track | None = None
        self._name = ""
        self.choices = QMenu(self)
        self.choices.aboutToShow.connect(self._fill)
        self.setMenu(self.choices)
        self.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.setProperty("menued", True)
        self.setFixedWidth(WIDTH)
        self.setAccessibleName("Branches")
        self.setToolTip("Branches of the run")
        self.setEnabled(False)

    def show_track(self, track: Track) -> None:
        self._track = track
        self.setEnabled(True)
        name = next(line.name for line in track.lines if line.id == track.line)
        if name != self._name:
            self._name = name
            room = WIDTH - 18 * GRID
            shown = self.fontMetrics().elidedText(name, Qt.TextElideMode.ElideRight, room)
            self.setText(f" {_escaped(shown)}")  # the style puts a name right beside its icon
            self.setAccessibleName(f"Branch: {name}")
            self.setToolTip(f"{name}: choose, name, compare or forget branches of this run")

    @Slot()
    def _fill(self) -> None:
        """The branches there are now, and what can be done with them."""
        track, menu = self._track, self.choices
        menu.clear()
        if track is None:
            return
        shown = next(line for line in track.lines if line.id == track.line)
        others = [line for line in track.lines if line is not shown]
        group = QActionGroup(menu)
        for line in track.lines:
            action = menu.addAction(
                _escaped(_title(line)), partial(self.asked.emit, Look(line.head, line.id))
            )
            action.setCheckable(True)
            action.setChecked(line is shown)
            group.addAction(action)
        menu.addSeparator()
        menu.addAction("Rename this one…", partial(self.rename_wanted.emit, shown))
        compare, forget = menu.addMenu("Compare with"), menu.addMenu("Forget")
        for line in others:
            compare.addAction(_escaped(line.name), partial(self.compare_wanted.emit, shown.id, line.id))
            own = own_digits(track.lines, line)
            forget.addAction(
                f"{_escaped(line.name)}: {own:,} digits of its own…", partial(self._ask, line, own)
            )
        for part in (compare, forget):
            part.setEnabled(bool(others))
        if not others:
            menu.addSeparator()
            menu.addAction(HINT).setEnabled(False)

    def _ask(self, line: Line, own: int) -> None:
        """What a branch has learned cannot be brought back, so it is not forgotten at a click."""
        box = QMessageBox(self.window())
        box.setWindowTitle("Forget a branch")
        box.setText(f"Forget “{line.name}”?")
        box.setInformativeText(
            f"What it learned from its last {own:,} digits, its changes and its bookmarks there cannot be "
            "brought back. All other branches stay."
        )
        forget = box.addButton("Forget", QMessageBox.ButtonRole.DestructiveRole)
        box.setDefaultButton(box.addButton(QMessageBox.StandardButton.Cancel))
        forget.clicked.connect(partial(self.asked.emit, ForgetLine(line.id)))
        box.finished.connect(box.deleteLater)
        box.open()


def _title(line: Line) -> str:
    since = "" if line.parent is None else f" · from {line.forked_at:,}"
    return f"{line.name}{since} · {line.head:,} digits"


def _escaped(text: str) -> str:
    """So that a name keeps its ampersands."""
    return text.replace("&", "&&")
