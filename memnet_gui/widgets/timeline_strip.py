"""The timeline: the whole run as a strip across the window, and the way to any moment and branch of it."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QPoint, QRect, QSize, Qt, Signal, Slot
from PySide6.QtGui import QFocusEvent, QKeyEvent, QResizeEvent
from PySide6.QtWidgets import (
    QApplication,
    QFrame,
    QHBoxLayout,
    QLineEdit,
    QMenu,
    QPushButton,
    QToolButton,
    QVBoxLayout,
    QWidget,
)
from shiboken6 import isValid

from engine.commands import Bookmark, Look, NameLine, Step
from engine.frame import Frame, Line, Track
from engine.names import LONGEST_NAME
from memnet_gui.icons import icon
from memnet_gui.theme import DARK, GRID, Theme
from memnet_gui.widgets.read_out import ReadOut
from memnet_gui.widgets.timeline_branches import BranchButton
from memnet_gui.widgets.timeline_legend import TimelineLegend
from memnet_gui.widgets.timeline_track import TimelineTrack

EDITOR = QSize(200, 28)
WORDS = 168
"""Width of what the strip says about the moment shown."""
CONTROL_HEIGHT = 8 * GRID
LEGEND_FROM = 1000
"""Width of the strip from which there is room for the legend."""


class NameEdit(QLineEdit):
    """Asks for a name, over whatever is to be named: Enter takes it, Esc and going elsewhere do not.

    named(str): the name, as it was typed.
    """

    named = Signal(str)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setMaxLength(LONGEST_NAME)
        self._before: QWidget | None = None
        self.returnPressed.connect(self._take)
        self.hide()

    def ask(self, name: str, place: QRect, about: str) -> None:
        """about: what is named, for those who do not see where this stands."""
        if not self.isVisible():
            self._before = QApplication.focusWidget()
        self.setAccessibleName(about)
        self.setPlaceholderText(about)
        self.setGeometry(place)
        self.setText(name)
        self.selectAll()
        self.show()
        self.raise_()
        self.setFocus(Qt.FocusReason.PopupFocusReason)

    @Slot()
    def _take(self) -> None:
        self._leave()
        self.named.emit(self.text())

    def _leave(self) -> None:
        """Give the keys back to whoever had them; else Qt would choose the next control."""
        before, self._before = self._before, None
        if before is not None and isValid(before) and before.isVisible():
            before.setFocus()
        self.hide()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self._leave()
        else:
            super().keyPressEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        if event.reason() not in (
            Qt.FocusReason.PopupFocusReason,  # its own context menu
            Qt.FocusReason.ActiveWindowFocusReason,  # looking something up elsewhere
        ):
            self.hide()


class TimelineStrip(QFrame):
    """A view of `Frame.track`, which the bridge feeds.

    asked(object): a command. compare_wanted(int, int): compare these two lines, by their ids.
    """

    refresh_hz = 10
    every_frame = False
    asked = Signal(object)
    compare_wanted = Signal(int, int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("panel")
        self.setAccessibleName("Timeline")
        self._theme = DARK
        self._track: Track | None = None
        self.legend, self.track = TimelineLegend(), TimelineTrack()
        self.where, self.when = ReadOut("moment"), ReadOut()
        self.back, self.forward, self.mark = QToolButton(), QToolButton(), QToolButton()
        self.present = QPushButton("Back to now")
        self.branch = BranchButton()
        self.menu = self.branch.choices
        self.name_edit = NameEdit(self)
        self._named: int | Line | None = None
        """The digit or the line whose name is being asked for."""
        self._lay_out()
        self._make_controls()
        self.track.wished.connect(self._look)
        self.track.menu_wanted.connect(self._show_menu)
        self.track.rename_wanted.connect(self._ask_for_bookmark)
        self.name_edit.named.connect(self._name)
        self.branch.asked.connect(self.asked)
        self.branch.compare_wanted.connect(self.compare_wanted)
        self.branch.rename_wanted.connect(self._ask_for_line)

    def _lay_out(self) -> None:
        words = QWidget()
        words.setFixedWidth(WORDS)
        column = QVBoxLayout(words)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addStretch()
        column.addWidget(self.where)
        column.addWidget(self.when)
        column.addStretch()
        row = QHBoxLayout(self)
        row.setContentsMargins(3 * GRID, GRID, 3 * GRID, GRID)
        row.setSpacing(GRID)
        row.addWidget(words)
        row.addWidget(self.legend)
        row.addWidget(self.track, 1)
        row.addSpacing(GRID)
        for control in (self.back, self.forward, self.mark, self.present, self.branch):
            control.setFixedHeight(CONTROL_HEIGHT)
            row.addWidget(control)

    def _make_controls(self) -> None:
        for button, name, tip, slot in (
            (
                self.back,
                "One digit back",
                "See all as it was one digit before (←, Shift: 100)",
                self._back,
            ),
            (self.forward, "One digit on", "See the next digit again, or learn it (→, Shift: 100)", self._on),
            (self.mark, "Bookmark", "Give the digit shown a name, to find it again (B)", self.bookmark),
        ):
            button.setObjectName("icon")
            button.setAccessibleName(name)
            button.setToolTip(tip)
            button.setAutoRepeat(button is not self.mark)
            button.clicked.connect(slot)
        self.present.setToolTip("Show the newest memories of this branch again (End)")
        self.present.clicked.connect(self.to_present)
        self.present.setObjectName("primary")
        self.present.setAccessibleName("Back to now")
        for control in (self.back, self.forward, self.mark, self.present):
            control.setEnabled(False)
        self.where.say("Timeline")
        self.when.say("Nothing learned yet")

    # ── frames ────────────────────────────────────────────────────────────────────────────────

    def show_frame(self, frame: Frame) -> None:
        """Where the run is, and all that it was."""
        track = frame.track
        if track is None:
            return
        self._track = track
        at = frame.score.seen
        self.track.show_track(track, frame.total, at, frame.heading)
        self.where.say(f"Digit {at:,} of {frame.total:,}", f"Digit {at:,}")
        self.when.say(*_when(frame, track))
        self.present.setEnabled(frame.past)
        self.back.setEnabled(at > track.earliest)
        self.forward.setEnabled(at < frame.total)
        self.mark.setEnabled(True)
        self.branch.show_track(track)

    def resizeEvent(self, event: QResizeEvent) -> None:
        self.legend.setVisible(event.size().width() >= LEGEND_FROM)
        super().resizeEvent(event)

    def set_theme(self, theme: Theme) -> None:
        self._theme = theme
        self.legend.set_theme(theme)
        self.track.set_theme(theme)
        for button, name in (
            (self.back, "back"),
            (self.forward, "step"),
            (self.mark, "flag"),
            (self.branch, "branch"),
        ):
            button.setIcon(icon(name, theme.secondary))

    # ── going elsewhere ───────────────────────────────────────────────────────────────────────

    def take_key(self, event: QKeyEvent, newest: Frame | None) -> bool:
        """← and → go through the run, with Shift by a hundred digits, Home and End to its ends; B bookmarks.

        newest: what is shown, which this view may not have been fed yet. False where it is another key.
        """
        shift = event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
        digits = {Qt.KeyboardModifier.NoModifier: 1, Qt.KeyboardModifier.ShiftModifier: 100}.get(shift)
        act = self._meaning(event.key(), digits)
        if act is None:
            return False
        if newest is not None:
            self.show_frame(newest)
        act()
        return True

    def _meaning(self, key: int, digits: int | None) -> Callable[[], object] | None:
        match key:
            case Qt.Key.Key_Left if digits:
                return partial(self.step, -digits)
            case Qt.Key.Key_Right if digits:
                return partial(self.forward_by, digits)
            case Qt.Key.Key_Home if digits == 1:
                return self.to_start
            case Qt.Key.Key_End if digits == 1:
                return self.to_present
            case Qt.Key.Key_B if digits == 1:
                return self.bookmark
        return None

    def step(self, digits: int) -> None:
        """So many digits on from the moment shown, or back."""
        self.track.step(digits)

    @Slot()
    def to_start(self) -> None:
        """The first moment that there is."""
        if self._track is not None:
            self.track.go_to(self._track.earliest)

    @Slot()
    def to_present(self) -> None:
        """The newest moment of the line that is shown."""
        self.track.to_present()

    @Slot()
    def bookmark(self) -> None:
        """Ask for a name for the digit shown."""
        self._ask_for_bookmark(self.track.playhead)

    @Slot(int)
    def _look(self, digit: int) -> None:
        self.asked.emit(Look(digit))

    @Slot()
    def _back(self) -> None:
        self.step(-1)

    @Slot()
    def _on(self) -> None:
        self.forward_by(1)

    def forward_by(self, digits: int) -> None:
        """See the next digits again, or, in the present, learn them."""
        self.track.follow(digits)
        self.asked.emit(Step(digits))

    # ── bookmarks ─────────────────────────────────────────────────────────────────────────────

    @Slot(int)
    def _ask_for_bookmark(self, digit: int) -> None:
        if self._track is None:
            return
        known = {mark.digit: mark.text for mark in self._track.bookmarks}
        self._named = digit
        scale = self.track.scale
        assert scale is not None
        left = self.track.x() + round(scale.x(digit))
        left = max(self.track.x(), min(left, self.track.geometry().right() - EDITOR.width()))
        top = (self.height() - EDITOR.height()) // 2
        self.name_edit.ask(
            known.get(digit, f"Digit {digit:,}"), QRect(QPoint(left, top), EDITOR), "Name of the bookmark"
        )

    @Slot(int, object)
    def _show_menu(self, digit: int, place: QPoint) -> None:
        """What can be done with a digit."""
        track = self._track
        if track is None:
            return
        marked = any(mark.digit == digit for mark in track.bookmarks)
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.addAction(f"Go to digit {digit:,}", partial(self.track.go_to, digit))
        menu.addAction(
            "Rename the bookmark…" if marked else "Bookmark it…", partial(self._ask_for_bookmark, digit)
        )
        if marked:
            menu.addAction("Remove the bookmark", partial(self.asked.emit, Bookmark(digit, "")))
        menu.popup(place)

    @Slot(str)
    def _name(self, text: str) -> None:
        named, self._named = self._named, None
        if isinstance(named, Line):
            if text.strip():
                self.asked.emit(NameLine(named.id, text))
        elif named is not None:
            self.asked.emit(Bookmark(named, text))

    @Slot(object)
    def _ask_for_line(self, line: Line) -> None:
        self._named = line
        right = self.branch.geometry().right()
        place = QRect(QPoint(right - EDITOR.width(), (self.height() - EDITOR.height()) // 2), EDITOR)
        self.name_edit.ask(line.name, place, "Name of the branch")


def _when(frame: Frame, track: Track) -> tuple[str, ...]:
    """How the moment shown lies to the present, longest first."""
    if frame.heading is not None:
        return f"Going to digit {frame.heading:,}…", f"To {frame.heading:,}…"
    if frame.past:
        ago = track.head - frame.score.seen
        return f"Past · {ago:,} digits ago", f"Past · −{ago:,}"
    return ("Now",) if frame.score.seen else ("Nothing learned yet",)
