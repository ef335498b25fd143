"""The row at the top: play, step, speed, preset, data, reset, export, backend, theme, help."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, Signal, Slot
from PySide6.QtGui import QAction, QResizeEvent
from PySide6.QtWidgets import (
    QAbstractButton,
    QFrame,
    QHBoxLayout,
    QLabel,
    QMenu,
    QPushButton,
    QToolButton,
    QWidget,
)

from engine.commands import Command, Pause, Play, SetSpeed, Step
from engine.frame import Frame, NetworkInfo, RunState
from memnet_gui.actions import Actions
from memnet_gui.icons import icon
from memnet_gui.key_button import KeyButton
from memnet_gui.menus import PRESET_MEANINGS
from memnet_gui.speed_slider import SpeedSlider
from memnet_gui.theme import DARK, GRID, Theme

HEIGHT, CONTROL_HEIGHT = 12 * GRID, 8 * GRID
SPEED_STEP = 4
"""Slider positions that one press of Ctrl+→ moves."""


class Toolbar(QFrame):
    """Shows what the frame says; a click only asks for it.

    commanded(Command): play, pause, step or speed. What forgets things (reset, preset, data) and
    what opens dialogs are actions and menus that the window connects. Where the window is narrow,
    the least needed buttons go; all they offer is in the menu at the right, always.
    """

    refresh_hz = 20
    every_frame = False
    commanded = Signal(object)

    def __init__(self, actions: Actions) -> None:
        super().__init__()
        self.setObjectName("toolbar")
        self.setAccessibleName("Controls")
        self.setFixedHeight(HEIGHT)
        self._theme = DARK
        self._actions = actions
        self._state = RunState.LOADING
        self._run: tuple[NetworkInfo, str, int] | None = None
        self._make_controls(actions)
        self._lay_out()
        self._show_state(RunState.LOADING)

    def show_frame(self, frame: Frame) -> None:
        if frame.state is not self._state:
            self._show_state(frame.state)
        self.speed.show_speed(frame.speed)
        run = frame.info, frame.backend, frame.total
        if run == self._run:
            return
        self._run = run
        name = frame.info.config.preset
        texts: tuple[tuple[QToolButton | QLabel, str], ...] = (
            (self.preset, name.capitalize()),
            (self.data, frame.info.data),
            (self.backend, frame.backend),
        )
        for control, text in texts:
            if control.text() != text:
                control.setText(text)
                self._fit()
        self.preset.setToolTip(f"Preset: {PRESET_MEANINGS.get(name, 'settings of its own')}")
        self._actions.presets.show_choice(name)
        self._actions.data.show_frame(frame)

    def without_run(self) -> None:
        """There is no run and there will be none."""
        running = (self.play, self.step, self.speed)
        for control in (*running, self.preset, self.data, self.reset, self.open, self.export):
            control.setEnabled(False)
        self.backend.setText("–")

    def set_theme(self, theme: Theme) -> None:
        self._theme = theme
        for button, name in self._icons.items():
            button.setIcon(icon(name, theme.text))
        self._show_state(self._state)

    @Slot()
    def toggle_play(self) -> None:
        """Ask for the opposite of what is going on."""
        if self.play.isEnabled():
            self.commanded.emit(Pause() if self._state is RunState.PLAYING else Play())

    @Slot()
    def step_once(self) -> None:
        if self.step.isEnabled():
            self.commanded.emit(Step())

    @Slot()
    def slower(self) -> None:
        self.speed.nudge(-SPEED_STEP)

    @Slot()
    def faster(self) -> None:
        self.speed.nudge(SPEED_STEP)

    def minimumSizeHint(self) -> QSize:
        return QSize(self._needed(self._droppable), HEIGHT)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _make_controls(self, actions: Actions) -> None:
        self.brand = QLabel("MemNet")
        self.brand.setObjectName("brand")
        self.play = QPushButton("Play")
        self.play.setObjectName("primary")
        self.play.clicked.connect(self.toggle_play)
        self.step = KeyButton("Step", "→")
        self.step.setAutoRepeat(True)
        self.step.setAutoRepeatDelay(400)
        self.step.setAutoRepeatInterval(80)
        self.step.clicked.connect(self.step_once)
        _describe(self.step, "Step", "Stream one digit, then pause (→, held down: digit after digit)")
        self.speed = SpeedSlider()
        self.speed.speed_asked.connect(self._ask_for_speed)
        self.preset = _menu_button("Preset", actions.presets, "Preset: what the network is made of")
        self.data = _menu_button("Data", actions.data, "Data: order of the stream, and second looks")
        self.reset = _action_button(actions.reset, "Reset")
        self.open = _action_button(actions.open, "Open")
        self.export = KeyButton("Export", "Ctrl+E")
        self.export.clicked.connect(actions.show_export.trigger)
        _describe(self.export, "Export", actions.show_export.toolTip())
        self.backend = QLabel("…")
        self.backend.setObjectName("badge")
        self.backend.setAccessibleName("Backend")
        self.backend.setFixedHeight(CONTROL_HEIGHT)
        self.backend.setToolTip("What computes: NumPy on the processor, or CuPy on a graphics card")
        self.theme_button = _icon_button("Theme", actions.theme, "Theme: follow the system, dark or light")
        self.help = _icon_button("Shortcuts", None, "Shortcuts (?). F1, then a click, explains a panel")
        self.help.clicked.connect(actions.shortcuts.trigger)
        self.more = _icon_button("More", actions.more, "Everything else: panels, layout, theme, help")
        self._icons: dict[QAbstractButton, str] = {
            self.reset: "reset",
            self.theme_button: "theme",
            self.help: "help",
            self.more: "more",
        }

    def _lay_out(self) -> None:
        separator = QFrame()
        separator.setObjectName("separator")
        separator.setFixedSize(1, 6 * GRID)
        row = QHBoxLayout(self)
        row.setContentsMargins(4 * GRID, 0, 4 * GRID, 0)
        row.setSpacing(2 * GRID)
        left: tuple[QWidget, ...] = (
            self.brand, self.play, self.step, self.speed, separator, self.preset, self.data, self.reset,
        )  # fmt: skip
        right: tuple[QWidget, ...] = (
            self.open, self.export, self.backend, self.theme_button, self.help, self.more,
        )  # fmt: skip
        for control in left + right:
            if isinstance(control, QAbstractButton):
                control.setFixedHeight(CONTROL_HEIGHT)
            if control is right[0]:
                row.addStretch(1)
            row.addWidget(control)
        row.setSizeConstraint(QHBoxLayout.SizeConstraint.SetNoConstraint)
        self._row, self._controls = row, left + right
        self._droppable: tuple[QWidget, ...] = (
            self.open, self.help, self.theme_button, self.data, self.backend, self.reset, separator,
            self.export, self.preset, self.brand, self.speed,
        )  # fmt: skip
        """The first is the first to go."""

    def _fit(self) -> None:
        """Hide as many of the least needed controls as it takes for the others to fit."""
        dropped = 0
        while self._needed(self._droppable[:dropped]) > self.width() and dropped < len(self._droppable):
            dropped += 1
        for number, control in enumerate(self._droppable):
            control.setVisible(number >= dropped)
        self._row.activate()  # at once, or the first paint would show the old places

    def _needed(self, without: tuple[QWidget, ...]) -> int:
        """Width of the row without these controls."""
        margins = self._row.contentsMargins()
        widths = [control.sizeHint().width() for control in self._controls if control not in without]
        return margins.left() + margins.right() + sum(widths) + self._row.spacing() * len(widths)

    def _show_state(self, state: RunState) -> None:
        self._state = state
        playing = state is RunState.PLAYING
        able = state in (RunState.PLAYING, RunState.PAUSED)
        self.play.setText("Pause" if playing else "Play")
        color = self._theme.on_accent if able else self._theme.tertiary
        self.play.setIcon(icon("pause" if playing else "play", color))
        tips = {
            RunState.PLAYING: "Stop the stream; what was learned stays (Space)",
            RunState.FINISHED: "Every digit was seen, once; Reset begins another run",
        }
        _describe(self.play, "Pause" if playing else "Play", tips.get(state, "Stream digits (Space)"))
        self.play.setEnabled(able)
        self.step.setEnabled(able)

    @Slot(object)
    def _ask_for_speed(self, speed: float | None) -> None:
        command: Command = SetSpeed(speed)
        self.commanded.emit(command)


def _describe(control: QWidget, name: str, tip: str) -> None:
    control.setAccessibleName(name)
    control.setToolTip(tip)
    # Reached by Tab, not by a click: after a click Space still means play.
    control.setFocusPolicy(Qt.FocusPolicy.TabFocus)


def _menu_button(text: str, menu: QMenu, tip: str) -> QToolButton:
    button = QToolButton()
    button.setText(text)
    button.setMenu(menu)
    button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
    button.setProperty("menued", True)
    _describe(button, text, tip)
    return button


def _icon_button(name: str, menu: QMenu | None, tip: str) -> QToolButton:
    button = QToolButton()
    button.setObjectName("icon")
    if menu is not None:
        button.setMenu(menu)
        button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
    _describe(button, name, tip)
    return button


def _action_button(action: QAction, text: str) -> QPushButton:
    button = QPushButton(text)
    button.clicked.connect(action.trigger)
    _describe(button, text, action.toolTip())
    return button
