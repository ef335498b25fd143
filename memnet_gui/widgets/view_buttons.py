"""Buttons for how much of the memories is seen, and for taking the picture home."""

from __future__ import annotations

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QHBoxLayout, QToolButton, QWidget

from memnet_gui.icons import icon
from memnet_gui.theme import GRID, Theme
from memnet_gui.widgets.memory_stage import MemoryStage


class ViewButtons(QWidget):
    """Zoom and fit whatever the stage shows. export_requested(): the mosaic is wanted as a PNG."""

    export_requested = Signal()

    def __init__(self, stage: MemoryStage) -> None:
        super().__init__()
        self._stage = stage
        self.zoom_out = _button("−", "Smaller (−)")
        self.zoom_in = _button("+", "Larger (+)")
        self.fit = _button("Fit", "Show all memories, as large as they go (0)")
        self.fit.setCheckable(True)
        self.fit.setChecked(True)
        self.export = _button("PNG", "Export the mosaic as a PNG picture")
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(GRID)
        for button in (self.zoom_out, self.zoom_in, self.fit, self.export):
            row.addWidget(button)
        for button in (self.zoom_out, self.zoom_in, self.export):
            button.setObjectName("icon")
        self.zoom_out.clicked.connect(self._zoom_out)
        self.zoom_in.clicked.connect(self._zoom_in)
        self.fit.clicked.connect(self._fit)
        self.export.clicked.connect(self.export_requested)
        stage.fitted_changed.connect(self.fit.setChecked)

    def set_theme(self, theme: Theme) -> None:
        self.export.setIcon(icon("export", theme.text))

    @Slot()
    def _zoom_out(self) -> None:
        self._stage.shown.zoom_out()

    @Slot()
    def _zoom_in(self) -> None:
        self._stage.shown.zoom_in()

    @Slot()
    def _fit(self) -> None:
        self._stage.shown.fit()
        self.fit.setChecked(True)  # also where everything fitted already, and the click took it back


def _button(text: str, tooltip: str) -> QToolButton:
    button = QToolButton()
    button.setText(text)
    button.setToolTip(tooltip)
    button.setAccessibleName(tooltip.partition(" (")[0])
    return button
