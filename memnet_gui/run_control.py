"""What the user asks of the run, as commands; what would forget it goes through `NewRun` first."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import QObject, Slot

from engine.arrays import Floats
from engine.commands import (
    CancelTest,
    Classify,
    Command,
    Inspect,
    Open,
    Recover,
    Restart,
    Test,
    Watch,
)
from engine.config import PRESETS, NetworkConfig
from memnet_gui.bridge import Bridge
from memnet_gui.export import Chooser
from memnet_gui.new_run import NewRun


class RunControl(QObject):
    """Slots for the panels' and menus' signals. Lives on the window's thread."""

    def __init__(
        self, bridge: Bridge, new_run: NewRun, chooser: Chooser, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._bridge = bridge
        self._new_run = new_run
        self.chooser = chooser

    @Slot(object)
    def post(self, command: Command) -> None:
        self._bridge.post(command)

    @Slot(int)
    def watch(self, layer: int) -> None:
        self.post(Watch(layer))

    @Slot(int, object)
    def inspect(self, layer: int, slot: int | None) -> None:
        self.post(Inspect(layer, slot))

    @Slot(object, int)
    def classify(self, image: Floats, request: int) -> None:
        self.post(Classify(image, request))

    @Slot()
    def test(self) -> None:
        self.post(Test())

    @Slot()
    def cancel_test(self) -> None:
        self.post(CancelTest())

    @Slot()
    def reset(self) -> None:
        self._begin_anew("Reset and begin again with the first digit?", "Reset", Restart)

    @Slot(object)
    def choose_preset(self, name: str) -> None:
        config = self._with(PRESETS[name])
        self._begin_anew(
            f"Begin again with the preset {name.capitalize()}?", "Begin again", lambda: Restart(config=config)
        )

    @Slot(object)
    def choose_seed(self, seed: int) -> None:
        self._begin_anew(
            f"Begin again with the digits in the order of seed {seed}?",
            "Begin again",
            lambda: Restart(seed=seed),
        )

    @Slot(object)
    def choose_fixations(self, count: int) -> None:
        frame = self._bridge.frame
        if frame is not None:
            config = replace(frame.info.config, fixations=count)
            self._begin_anew(
                f"Begin again with {count} more looks at each digit?",
                "Begin again",
                lambda: Restart(config=config),
            )

    @Slot()
    def open(self) -> None:
        self.chooser.open("Open a snapshot", self.open_file)

    def open_file(self, path: Path) -> None:
        """Replace the run by a snapshot. The run stays where the file cannot be opened."""
        self._begin_anew(f"Open {path.name} in place of this run?", "Open", lambda: Open(path))

    def recover(self, folder: Path, digits: int, then: Callable[[], object]) -> None:
        """Replace the run by the one that a crash left in a folder, after so many digits, and call `then`."""

        def command() -> Command:
            then()
            return Recover(folder)

        self._begin_anew(f"Go on from digit {digits:,} in place of this run?", "Go on", command)

    def _begin_anew(self, question: str, verb: str, command: Callable[[], Command]) -> None:
        self._new_run.ask(self._bridge.frame, question, verb, lambda: self.post(command()))

    def _with(self, config: NetworkConfig) -> NetworkConfig:
        """The same network with the fixations that are chosen now."""
        frame = self._bridge.frame
        return config if frame is None else replace(config, fixations=frame.info.config.fixations)
