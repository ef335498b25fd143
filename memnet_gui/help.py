"""What each panel shows, for F1 and a click, and the sheet of shortcuts."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QGridLayout, QLabel, QVBoxLayout, QWidget

from memnet_gui.theme import GRID

WHATS_THIS = {
    "stream": (
        "The digit that has just arrived: what it is, what the network said before it was told, and how "
        "surprised it was. Blue and orange patches are columns that spoke for and against the class "
        "shown."
    ),
    "memory": (
        "Every memory of the chosen layer as a picture; a fresh frame marks one that was just recruited "
        "or refined. Click one to see what it holds, and sort, filter or zoom with the controls above."
    ),
    "activation": (
        "Each column looks at one window of the digit, and its cell shows how that window was received. "
        "The raster beside it keeps the last 200 digits, one step to the right for each."
    ),
    "accuracy": (
        "How often the network was right, measured on each digit before learning it, and on held-out "
        "digits it never learns. The matrix counts what was said for each label; its diagonal is right."
    ),
    "draw": (
        "Draw a digit with mouse, pen or finger and the network answers at once. Beside it is the small "
        "picture that the network really sees, centred and scaled like its own digits."
    ),
    "why": (
        "Why a digit or a drawing is answered as it is: the memories that spoke for the answer and for the "
        "runner-up, with what each said. Their votes add up to the votes of the network."
    ),
    "digits": (
        "The digits in a cell of the confusion matrix, as they were streamed and as they were tested. "
        "Click one to see why it was answered so."
    ),
    "inspector": (
        "One memory: the digit it came from, how it changed, what it speaks for and which digits it helped. "
        "Silence, delete or relabel it, and see what held-out accuracy makes of that."
    ),
    "history": (
        "Every stroke and every change made by hand, oldest first. Click an entry to go back to it, or "
        "forward again."
    ),
    "health": (
        "What one may want to change about the memories: full layers, near-duplicates, memories that never "
        "win, classes that starve. Each says why, and can be applied and taken back."
    ),
    "compare": (
        "Two states of memories beside each other: branches of the run, moments of it, or snapshots. It says "
        "which memories only one has, which drifted, and which held-out digits they answer differently."
    ),
    "timeline": (
        "The whole run: recruits above the middle, mistakes below it, accuracy as a line, changes made by "
        "hand as diamonds, bookmarks as flags. Drag through it to see everything as it was; play from there, "
        "or change something, and a branch begins."
    ),
    "controls": (
        "Play, pause and step stream digits; the slider sets how many arrive each second. Preset, data "
        "and reset begin a new run, since one pass sees each digit only once."
    ),
    "status": (
        "What the run costs: digits seen, speed, memories, memory of the program, and time for each "
        "picture. At the right is what it is doing now."
    ),
}

SHORTCUTS = (
    ("Space", "Play or pause"),
    ("→ / ←", "One digit on, or back to how it was before; hold it for more, Shift for a hundred"),
    ("Home / End", "The beginning of the run; back to now"),
    ("B", "Bookmark the digit shown"),
    ("Ctrl+← / Ctrl+→", "Slower, faster"),
    ("Ctrl+R", "Reset: forget everything and begin again"),
    ("Ctrl+O", "Open a snapshot; dropping the file on the window does the same"),
    ("Ctrl+S", "Save a snapshot"),
    ("Ctrl+E", "Export: report, pictures, tables, an animated record"),
    ("W", "Why is the current digit, or the drawing, answered as it is?"),
    ("Ctrl+T", "Teach the drawing"),
    ("Ctrl+Z / Ctrl+Shift+Z", "Take back a stroke or a change made by hand, make it again"),
    ("Ctrl+F", "Search memories"),
    ("Ctrl+1 … Ctrl+0", "Show or hide a panel, in the order of the Panels menu"),
    ("Ctrl+D", "Compare two branches, moments or snapshots"),
    ("Tab / Shift+Tab", "Next, previous control"),
    ("F1", "Then click anything: what it shows"),
    ("F11", "Full screen, and back"),
    ("?", "This sheet"),
    ("Ctrl+Q", "Quit"),
)
PANEL_SHORTCUTS = (
    ("Arrows, + −, 0", "Memory: walk from one to the next, zoom, fit"),
    ("Del", "Draw: clear"),
    ("Ctrl+click, Shift+click", "Memory: select several"),
    ("Enter", "Memory: look inside. In lists of digits: why?"),
    ("↑ ↓, Page keys, Enter", "Timeline: from mark to mark, 1,000 digits, name a bookmark"),
    ("M, Del, R, S, E", "Inspector: mute, delete, relabel, what if it were silent, export"),
)


class ShortcutSheet(QDialog):
    """All shortcuts on one sheet."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("Shortcuts")
        column = QVBoxLayout(self)
        column.setContentsMargins(6 * GRID, 5 * GRID, 6 * GRID, 5 * GRID)
        column.setSpacing(3 * GRID)
        column.addLayout(table := QGridLayout())
        table.setHorizontalSpacing(4 * GRID)
        table.setVerticalSpacing(2 * GRID)
        table.setColumnStretch(1, 1)
        for title, rows in (("EVERYWHERE", SHORTCUTS), ("IN A PANEL", PANEL_SHORTCUTS)):
            self._add(table, title, rows)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        buttons.rejected.connect(self.reject)
        column.addWidget(buttons)

    @staticmethod
    def _add(table: QGridLayout, title: str, rows: tuple[tuple[str, str], ...]) -> None:
        heading = QLabel(title)
        heading.setObjectName("panelTitle")
        first = table.rowCount()
        table.setRowMinimumHeight(first, 6 * GRID)
        table.addWidget(heading, first, 0, 1, 2, Qt.AlignmentFlag.AlignBottom)
        for number, (keys, meaning) in enumerate(rows, start=first + 1):
            key = QLabel(keys)
            key.setObjectName("key")
            table.addWidget(key, number, 0, Qt.AlignmentFlag.AlignLeft)
            table.addWidget(QLabel(meaning), number, 1)
