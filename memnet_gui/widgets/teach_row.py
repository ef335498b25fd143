"""The class to teach a drawing as: one there is, or a new one and its name; and the button that does it."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QSize, Qt, Signal, Slot
from PySide6.QtGui import QIcon, QKeyEvent, QPainter, QPixmap
from PySide6.QtWidgets import (
    QComboBox,
    QHBoxLayout,
    QLineEdit,
    QPushButton,
    QSizePolicy,
    QToolButton,
    QWidget,
)

from engine.config import MOST_CLASSES
from memnet_gui.icons import icon
from memnet_gui.theme import DARK, GRID, Theme

NEW_CLASS = "New class…"
NO_ROOM = f"All {MOST_CLASSES} classes are in use; there is no room for a new one."
_NEW = -1
_SWATCH = 10
_MOST_ROWS = 16


class Chooser(QComboBox):
    """Finds a class by typing its name: shortcuts that are a plain key wait while it has the focus."""

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent):
            plain = event.modifiers() in (Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.ShiftModifier)
            if plain and event.text().isprintable() and event.text().strip():
                event.accept()
                return True
        return super().event(event)


class NameField(QLineEdit):
    """A line for a name; Escape means never mind."""

    given_up = Signal()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.given_up.emit()
        else:
            super().keyPressEvent(event)


class TeachRow(QWidget):
    """taught(label): the button, Enter in the name's field or `teach` chose a class, int, or the name of
    a new one, str. problem_changed(sentence): what is wrong with the name; "" once nothing is.

    The class taught last stays chosen; a new one is, as soon as the run has it.
    """

    taught = Signal(object)
    problem_changed = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.problem = ""
        self._theme = DARK
        self._names: tuple[str, ...] = ()
        self._number = 0
        self._awaited = ""
        """The name of the new class that was taught, until it is among the others."""
        self.chooser = Chooser()
        self.chooser.setAccessibleName("Class to teach")
        self.chooser.setToolTip("What the drawing is. Type to find a class.")
        self.chooser.setIconSize(QSize(_SWATCH, _SWATCH))
        self.chooser.setMaxVisibleItems(_MOST_ROWS)
        self.chooser.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.chooser.setMinimumContentsLength(3)
        self.field = NameField()
        self.field.setAccessibleName("Name of the new class")
        self.field.setPlaceholderText("Name it")
        self.field.setToolTip("The new class's name, up to 24 characters. Enter teaches, Escape goes back.")
        self.back_button = QToolButton()
        self.back_button.setObjectName("icon")
        self.back_button.setAccessibleName("Back to the classes")
        self.back_button.setToolTip("Choose a class that there is (Escape)")
        self.back_button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.button = QPushButton("Teach")
        self.button.setObjectName("primary")
        self.button.setAccessibleName("Teach the drawing")
        self._lay_out()
        self.chooser.activated.connect(self._choose)
        self.field.textEdited.connect(self._check)
        self.field.returnPressed.connect(self.teach)
        self.field.given_up.connect(self.leave_naming)
        self.back_button.clicked.connect(self.leave_naming)
        self.button.clicked.connect(self.teach)

    def _lay_out(self) -> None:
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(GRID)
        filling = QSizePolicy.Policy.Expanding  # as high as the row
        for part in (self.chooser, self.field):
            part.setSizePolicy(filling, filling)
            part.setMinimumWidth(56)
            row.addWidget(part, 1)
        for button in (self.back_button, self.button):
            button.setSizePolicy(QSizePolicy.Policy.Fixed, filling)
            row.addWidget(button)
        self.field.hide()
        self.back_button.hide()

    def set_theme(self, theme: Theme) -> None:
        self._theme = theme
        self.back_button.setIcon(icon("close", theme.text))
        self._fill()

    # ── classes ───────────────────────────────────────────────────────────────────────────────

    def set_classes(self, names: Sequence[str]) -> None:
        """The run's classes; the one chosen stays chosen as long as there is one of its number."""
        if tuple(names) == self._names:
            return
        self._names = tuple(names)
        self._fill()
        if self._awaited and self._awaited in self._names:
            self._number = self._names.index(self._awaited)
            self._awaited = ""
            self.chooser.setCurrentIndex(self._number)
            if self.naming:
                self.leave_naming()
        elif self.naming:
            self._check()

    def _fill(self) -> None:
        """Every class with its colour, and the way to a new one."""
        self.chooser.clear()
        for number, name in enumerate(self._names):
            self.chooser.addItem(self._swatch(number), name, number)
        if not self._names:
            return
        self._number = min(self._number, len(self._names) - 1)
        self.chooser.setCurrentIndex(self._number)
        self.chooser.insertSeparator(len(self._names))
        self.chooser.addItem(NEW_CLASS, _NEW)
        widest = self.chooser.view().sizeHintForColumn(0) + 8 * GRID
        self.chooser.view().setMinimumWidth(widest)

    def _swatch(self, number: int) -> QIcon:
        ratio = self.devicePixelRatioF()
        picture = QPixmap(QSize(_SWATCH, _SWATCH) * ratio)
        picture.setDevicePixelRatio(ratio)
        picture.fill(Qt.GlobalColor.transparent)
        painter = QPainter(picture)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self._theme.class_color(number))
        painter.drawRoundedRect(0, 0, _SWATCH, _SWATCH, 3, 3)
        painter.end()
        return QIcon(picture)

    # ── naming ────────────────────────────────────────────────────────────────────────────────

    @property
    def naming(self) -> bool:
        """Is a name for a new class asked for?"""
        return not self.field.isHidden()

    @Slot(int)
    def _choose(self, place: int) -> None:
        if self.chooser.itemData(place) == _NEW:
            self.begin_naming()
        else:
            self._number = place
            self._say("")

    @Slot()
    def begin_naming(self) -> None:
        """Ask for a name in place of the class."""
        self.chooser.setCurrentIndex(self._number)
        if len(self._names) >= MOST_CLASSES:
            self._say(NO_ROOM)
            return
        self.chooser.hide()
        self.field.clear()
        self.field.show()
        self.back_button.show()
        self.field.setFocus(Qt.FocusReason.OtherFocusReason)
        self._say("")

    @Slot()
    def leave_naming(self) -> None:
        """Choose among the classes there are."""
        had_focus = self.field.hasFocus() or self.back_button.hasFocus()
        self.field.hide()
        self.back_button.hide()
        self.chooser.show()
        if had_focus:
            self.chooser.setFocus(Qt.FocusReason.OtherFocusReason)
        self._say("")

    @Slot()
    def _check(self) -> None:
        """What is wrong with the name as it is typed; that it is still empty is not held against it."""
        self._say(self._checked()[1] if self.field.text() else "")

    def _checked(self) -> tuple[str, str]:
        """The name as the run would have it, and what is wrong with it."""
        # Here, so that the window need not wait for the engine before it is first painted.
        from engine.edits import checked_name  # noqa: PLC0415

        try:
            return checked_name(self.field.text(), self._names), ""
        except ValueError as error:
            return "", str(error)

    def _say(self, problem: str) -> None:
        self.field.setAccessibleDescription(problem)
        if problem != self.problem:
            self.problem = problem
            self.problem_changed.emit(problem)

    # ── teaching ──────────────────────────────────────────────────────────────────────────────

    @Slot()
    def teach(self) -> None:
        """Teach the class chosen, or say what is wrong with the new one's name."""
        if not self.naming:
            if self._names:
                self.taught.emit(self._number)
            return
        name, problem = self._checked()
        self._say(problem)
        if problem:
            self.field.setFocus(Qt.FocusReason.OtherFocusReason)
        else:
            self._awaited = name
            self.taught.emit(name)
