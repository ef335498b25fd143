"""Where one searches among the memories: a line of words, how many they find, and what is wrong with them."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QPoint, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QAction, QKeyEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QLineEdit, QVBoxLayout, QWidget

from memnet_gui.icons import icon
from memnet_gui.memory_search import EVERYTHING, Query, QueryError, parse
from memnet_gui.theme import GRID, Theme
from memnet_gui.widgets.read_out import ReadOut

PAUSE_MS = 250
"""Words are searched for when nothing was typed for so long, or at once with Enter."""
LONGEST = 200
PLACEHOLDER = "Search: 7 wins>10"
_HELP = """<p><b>Search</b> (Ctrl+F): memories for which every word holds</p>
<table cellspacing="2">
<tr><td><b>7</b> or <b>class:7</b></td><td>of this class</td></tr>
<tr><td><b>wins&gt;10</b>, <b>wins:1</b></td><td>nearest to so many</td></tr>
<tr><td><b>age&lt;500</b></td><td>digits seen since its birth</td></tr>
<tr><td><b>born&gt;2000</b></td><td>the digit that it was born at</td></tr>
<tr><td><b>useful&lt;0</b></td><td>votes right less votes wrong</td></tr>
<tr><td><b>id:4711</b>, <b>column:24</b></td><td>its number, its place</td></tr>
<tr><td><b>taught</b>, <b>muted</b></td><td>by hand; silent</td></tr>
<tr><td><b>not taught</b></td><td>the opposite of any word</td></tr>
</table>"""


class Sentence(QFrame):
    """A sentence under the field, over whatever is there, while something is wrong with the words."""

    def __init__(self, host: QWidget) -> None:
        super().__init__(host)
        self.setObjectName("notice")
        self.setProperty("level", "warning")
        self.words = QLabel()
        self.words.setWordWrap(True)
        self.body = QVBoxLayout(self)
        self.body.setContentsMargins(2 * GRID, GRID, 2 * GRID, GRID)
        self.body.addWidget(self.words)
        self.hide()

    def stand_under(self, field: QWidget) -> None:
        """As wide as the words need, within the host."""
        host = self.parentWidget()
        assert host is not None
        room = host.width() - 6 * GRID
        margins = 4 * GRID + 2
        width = min(room, self.words.fontMetrics().horizontalAdvance(self.words.text()) + margins + GRID)
        height = self.body.heightForWidth(width)
        at = field.mapTo(host, QPoint(0, field.height() + GRID))
        self.setGeometry(max(3 * GRID, min(at.x(), host.width() - 3 * GRID - width)), at.y(), width, height)
        self.raise_()


class MemorySearchField(QWidget):
    """A line edit for `memory_search` and the number of matches beside it.

    searched(): another query is in force (`query`). left(): Enter or Esc, back to the memories.
    """

    searched = Signal()
    left = Signal()

    def __init__(self, host: QWidget) -> None:
        """host: what the sentence about wrong words lies on."""
        super().__init__()
        self.query: Query = EVERYTHING
        self._names: Sequence[str] = ()
        self.line = QLineEdit()
        self.line.setMaxLength(LONGEST)
        self.line.setPlaceholderText(PLACEHOLDER)
        self.line.setToolTip(_HELP)
        self.line.setAccessibleName("Search memories")
        self.line.installEventFilter(self)
        self.clear_action = QAction("Clear the search (Esc)", self)
        self.clear_action.setVisible(False)
        self.line.addAction(self.clear_action, QLineEdit.ActionPosition.TrailingPosition)
        self.matches = ReadOut()
        self.sentence = Sentence(host)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(2 * GRID)
        row.addWidget(self.line, 3)
        row.addWidget(self.matches, 2)
        self.line.setMinimumWidth(30 * GRID)
        self.line.setMaximumWidth(70 * GRID)
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(PAUSE_MS)
        self._pause.timeout.connect(self.apply)
        self.line.textChanged.connect(self._typed)
        self.line.returnPressed.connect(self._finish)
        self.clear_action.triggered.connect(self.clear)

    def set_theme(self, theme: Theme) -> None:
        self.clear_action.setIcon(icon("close", theme.secondary))

    @property
    def text(self) -> str:
        return self.line.text().strip()

    def list_classes(self, names: Sequence[str]) -> None:
        """The classes that can be searched for; words that meant none may do so now."""
        self._names = names
        self.apply()

    @Slot()
    def focus(self) -> None:
        """Let the user type, over what was searched for before."""
        self.line.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.line.selectAll()

    @Slot()
    def clear(self) -> None:
        self.line.clear()
        self.apply()

    @Slot()
    def apply(self) -> None:
        """Search for what the line says now; for everything where that cannot be read."""
        self._pause.stop()
        before = self.query
        try:
            self.query = parse(self.line.text(), self._names)
            self._complain("")
        except QueryError as error:
            self.query = EVERYTHING
            self._complain(str(error))
        if self.query != before:
            self.searched.emit()

    def _complain(self, words: str) -> None:
        self.line.setAccessibleDescription(words)
        if words:
            self.sentence.words.setText(words)
            self.matches.say("")
            self.sentence.stand_under(self.line)
        self.sentence.setVisible(bool(words))

    def say_matches(self, count: int, total: int) -> None:
        """How many of all memories the query finds; nothing without a query."""
        if self.query:
            self.matches.say(f"{count:,} of {total:,} found", f"{count:,} found", f"{count:,}")
        elif self.sentence.isHidden():
            self.matches.say("")

    @Slot()
    def _typed(self) -> None:
        self.clear_action.setVisible(bool(self.line.text()))
        self._pause.start()

    @Slot()
    def _finish(self) -> None:
        self.apply()
        if self.sentence.isHidden():
            self.left.emit()

    def eventFilter(self, watched: object, event: QEvent) -> bool:
        """Esc empties the line first, and leaves it then."""
        if not isinstance(event, QKeyEvent) or event.type() != QEvent.Type.KeyPress:
            return False
        if event.key() != Qt.Key.Key_Escape:
            return False
        if self.line.text():
            self.clear()
        else:
            self.left.emit()
        return True

    def moved(self) -> None:
        """The host was resized: the sentence stays under the line."""
        if not self.sentence.isHidden():
            self.sentence.stand_under(self.line)
