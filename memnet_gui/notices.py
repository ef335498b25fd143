"""Sentences about what went wrong: rows above the panels that block nothing and can be dismissed."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QToolButton, QVBoxLayout, QWidget

from memnet_gui.icons import icon, picture
from memnet_gui.theme import DARK, GRID, Theme

MOST_ROWS = 3
_LEVEL_COLORS = {"info": "accent", "warning": "unsure", "error": "wrong"}


class NoticeRow(QFrame):
    """One sentence, with buttons where something can be done about it."""

    dismissed = Signal(object)

    def __init__(
        self, level: str, text: str, parent: QWidget | None = None, *, can_be_dismissed: bool = True
    ) -> None:
        super().__init__(parent)
        self.setObjectName("notice")
        self.setProperty("level", level)
        self.setAccessibleName(f"{level.capitalize()}: {text}")
        self.level, self.text = level, text
        self._symbol = QLabel()
        self._symbol.setAlignment(Qt.AlignmentFlag.AlignVCenter)
        self._sentence = QLabel(text)
        self._sentence.setWordWrap(True)
        self._sentence.setTextFormat(Qt.TextFormat.PlainText)
        self._sentence.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._close = QToolButton()
        self._close.setObjectName("bare")
        self._close.setToolTip("Dismiss this message")
        self._close.setAccessibleName("Dismiss this message")
        self._close.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self._close.clicked.connect(self._dismiss)
        if not can_be_dismissed:
            self._close.hide()  # not setVisible(True) otherwise: it would be a window of its own for a moment
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(3 * GRID, GRID, GRID, GRID)
        self._row.setSpacing(2 * GRID)
        self._row.addWidget(self._symbol)
        self._row.addWidget(self._sentence, 1)
        self._row.addWidget(self._close)

    def add_action(self, label: str, act: Callable[[], object], tip: str = "") -> QPushButton:
        """A button at the end of the sentence, and what it does. tip: the label, if empty."""
        button = QPushButton(label)
        button.setAccessibleName(label)
        button.setToolTip(tip or label)
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        button.clicked.connect(act)
        self._row.insertWidget(self._row.count() - 1, button)
        return button

    def set_theme(self, theme: Theme) -> None:
        color = getattr(theme, _LEVEL_COLORS[self.level])
        self._symbol.setPixmap(picture(self.level, color, self.devicePixelRatioF()))
        self._close.setIcon(icon("close", theme.secondary))

    @Slot()
    def _dismiss(self) -> None:
        self.dismissed.emit(self)


class NoticeBar(QWidget):
    """The newest notices, worst not hidden by mildest: where a row must go, the oldest mildest goes."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = DARK
        self._rows: list[NoticeRow] = []
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(GRID)
        self.hide()

    @property
    def texts(self) -> list[str]:
        """The sentences shown, oldest first."""
        return [row.text for row in self._rows]

    def add(self, level: str, text: str, action: str = "", act: Callable[[], object] | None = None) -> None:
        """Show a sentence. level: "info", "warning" or "error". One that is shown already is not repeated.

        action, act: label of a button and what it does.
        """
        if text in self.texts:
            return
        row = NoticeRow(level if level in _LEVEL_COLORS else "info", text)
        if act is not None:
            row.add_action(action, act)
        row.set_theme(self._theme)
        row.dismissed.connect(self._remove)
        self._rows.append(row)
        self._column.addWidget(row)
        if len(self._rows) > MOST_ROWS:
            order = list(_LEVEL_COLORS)
            self._remove(min(self._rows, key=lambda row: order.index(row.level)))
        self.show()

    def clear(self) -> None:
        for row in list(self._rows):
            self._remove(row)

    def set_theme(self, theme: Theme) -> None:
        self._theme = theme
        for row in self._rows:
            row.set_theme(theme)

    @Slot(object)
    def _remove(self, row: NoticeRow) -> None:
        self._rows.remove(row)
        self._column.removeWidget(row)
        row.hide()
        row.deleteLater()
        self.setVisible(bool(self._rows))
