"""The frame that every panel of the window shares: a title, a note beside it, a body."""

from __future__ import annotations

from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from engine.frame import Frame
from memnet_gui.theme import GRID, Theme
from memnet_gui.widgets.read_out import ReadOut


class Panel(QFrame):
    """A titled card that is fed frames.

    Subclasses fill `self.body` (a QVBoxLayout) and implement `show_frame` and `set_theme`. The
    bridge calls `show_frame` on the window's thread, at most `refresh_hz` times a second, always
    with the newest frame (a panel with `every_frame` gets each one, since it depends on deltas).
    The header's layout is `self.header`; a dock takes its frame, `self.head`, as its title bar.
    Style comes from the application's style sheet through object names: QFrame#panel,
    QLabel#panelTitle, QLabel#panelNote, QLabel#caption (11 px, tertiary).
    """

    refresh_hz = 10
    every_frame = False

    def __init__(self, title: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("panel")
        self.setAccessibleName(title)
        self.title_label = QLabel(title.upper())
        self.title_label.setObjectName("panelTitle")
        self.note_label = ReadOut("panelNote")
        self.note_label.align_right()
        self.head = QFrame()
        self.header = QHBoxLayout(self.head)
        self.header.setContentsMargins(0, 0, 0, 0)
        self.header.setSpacing(2 * GRID)
        self.header.addWidget(self.title_label)
        self.header.addWidget(self.note_label, 1)
        self.body = QVBoxLayout(self)
        self.body.setContentsMargins(3 * GRID, 2 * GRID, 3 * GRID, 3 * GRID)
        self.body.setSpacing(2 * GRID)
        self.body.addWidget(self.head)

    def show_frame(self, frame: Frame) -> None:
        """Draw what the frame says. A `frame.info.run` other than the last one means a new run."""
        raise NotImplementedError

    def set_theme(self, theme: Theme) -> None:
        """Adopt a palette; called once before the first frame and at every switch."""
        raise NotImplementedError
