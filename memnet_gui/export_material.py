"""What an export is made of: gathered on the window's thread, then read by whichever thread writes it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from PySide6.QtGui import QImage

from engine.findings import Growth
from engine.frame import Inspection, Mistake, NetworkInfo
from engine.snapshot import Snapshot
from memnet_gui.export_fields import Options
from memnet_gui.exports.run import Run
from memnet_gui.mosaic_order import Choice
from memnet_gui.theme import THEMES, Theme


@dataclass(frozen=True)
class Material:
    """The run and the window as they were when the user asked.

    memories: how many, a number for each layer. shown: number of the layer in the MEMORY panel, and
    choice: what that shows and how. mistakes: the last ones. window: the whole window as it looked.
    memory: what the inspector shows. snapshot, growth: once the engine has answered.
    """

    info: NetworkInfo
    seen: int
    memories: tuple[int, ...]
    theme: Theme
    shown: int
    choice: Choice
    mistakes: tuple[Mistake, ...] = ()
    window: QImage | None = None
    memory: Inspection | None = None
    snapshot: Snapshot | None = None
    growth: Growth | None = None

    @cached_property
    def run(self) -> Run:
        """The snapshot, checked and named. Raises ArchiveError; ask for it only where there is one."""
        assert self.snapshot is not None
        return Run(self.snapshot)

    @property
    def stem(self) -> str:
        """What file names of this run begin with: "memnet-tiny-seed0-500"."""
        return f"memnet-{self.info.config.preset}-seed{self.info.seed}-{self.seen}"

    def paper(self, options: Options) -> Theme:
        """The theme that a picture is to have."""
        return THEMES.get(str(options["paper"]), self.theme)

    def layer(self, options: Options) -> int:
        """The number of the layer that was chosen; the one shown where there is only one to choose."""
        names = [layer.name for layer in self.info.layers]
        return names.index(str(options["layer"])) if options.get("layer") in names else 0
