"""Words that change many times a second, in room that does not depend on them."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QLabel, QSizePolicy, QWidget

from memnet_gui.widgets.painting import fitting, stand_on_panel


class ReadOut(QWidget):
    """One line as wide as the layout makes it, showing the longest of some texts that fits.

    When a QLabel's text changes, every layout up to the window is done again. This label stands in
    a widget without a layout, which keeps the news to itself.
    """

    def __init__(self, name: str = "caption", parent: QWidget | None = None) -> None:
        """name: object name of the label, by which the style sheet knows it."""
        super().__init__(parent)
        self.label = QLabel(self)
        self.label.setObjectName(name)
        self._texts: tuple[str, ...] = ("",)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        stand_on_panel(self)

    def say(self, *texts: str) -> None:
        """Show the first of these, longest first, that fits; the last one is cut short if need be."""
        if texts != self._texts:
            self._texts = texts
            self._fit()

    def text(self) -> str:
        """What is shown."""
        return self.label.text()

    def align_right(self) -> None:
        self.label.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)

    def sizeHint(self) -> QSize:
        return QSize(0, self.label.sizeHint().height())

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def resizeEvent(self, event: QResizeEvent) -> None:
        self.label.resize(self.size())
        self._fit()
        super().resizeEvent(event)

    def _fit(self) -> None:
        self.label.ensurePolished()  # only then has it the style sheet's font
        self.label.setText(fitting(self.label.fontMetrics(), self.width(), *self._texts))
