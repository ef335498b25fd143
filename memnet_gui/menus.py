"""The window's menus: preset, data, export, theme, and the one that holds everything.

Each is a QMenu used twice, under its own button in the toolbar and inside `MoreMenu`, so that
nothing is lost when the toolbar is too narrow for all buttons.
"""

from __future__ import annotations

from PySide6.QtCore import Signal, Slot
from PySide6.QtGui import QAction, QActionGroup, QKeySequence
from PySide6.QtWidgets import QInputDialog, QMenu, QWidget

from engine.config import PRESETS
from engine.frame import Frame
from memnet_gui.settings import THEME_CHOICES, ThemeChoice

PRESET_MEANINGS = {
    "complementary": "Columns and whole digits together: slow cortex, fast hippocampus. The most accurate.",
    "columns": "49 columns, each seeing a 10 × 10 window of the digit through memories of its own.",
    "exemplar": "Whole digits only, stored as they are when they surprise. The nearest to the paper.",
    "small": "Columns of 64 memories each: fast on old laptops.",
    "tiny": "Nine columns of 32 memories: for a quick look at every part.",
}
SEEDS = (0, 1, 2)
_FIXATIONS = (
    ("One look", "Each digit is looked at once"),
    ("A second look", "Each digit is looked at once more, shifted by up to a pixel"),
    ("A third look", "Each digit is looked at twice more, shifted by up to a pixel"),
)
_EXPORTS = (
    ("report", "Report…", "The run on one page that opens anywhere"),
    ("mosaic", "Mosaic of memories…", "All memories of a layer as one picture"),
    ("memories", "Every memory…", "A folder of pictures, and a table"),
    ("record", "Animated record…", "The mosaic growing, as a GIF or an MP4"),
    ("curves", "Curves…", "Accuracy, memories and novelty as a table, drawing or picture"),
    ("confusion", "Confusion matrix…", "Labels and answers as a table, drawing or picture"),
    ("window", "Picture of the window…", "The window as it looks now"),
)
_THEME_NAMES = {"system": "Follow the system", "dark": "Dark", "light": "Light"}


class ChoiceMenu(QMenu):
    """A menu of which one entry is ticked: what is, not what was last clicked.

    chosen(object): the value that the user picked.
    """

    chosen = Signal(object)

    def __init__(self, title: str, parent: QWidget | None = None) -> None:
        super().__init__(title, parent)
        self.setToolTipsVisible(True)
        self._value: object = None
        self._group = QActionGroup(self)
        self._group.triggered.connect(self._picked)

    def add_choice(self, text: str, value: object, tip: str = "") -> QAction:
        action = QAction(text, self)
        action.setCheckable(True)
        action.setData(value)
        action.setToolTip(tip)
        self._group.addAction(action)
        self.addAction(action)
        return action

    def show_choice(self, value: object) -> None:
        """Tick the entry with this value; none, where no entry has it."""
        if value != self._value:
            self._value = value
            self._tick()

    def _tick(self) -> None:
        for action in self._group.actions():
            action.setChecked(action.data() == self._value)

    @Slot(QAction)
    def _picked(self, action: QAction) -> None:
        self._tick()  # Qt has ticked what was clicked, which may yet be declined
        self.chosen.emit(action.data())


class PresetMenu(ChoiceMenu):
    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("Preset", parent)
        for name in PRESETS:
            self.add_choice(name.capitalize(), name, PRESET_MEANINGS[name])


class ThemeMenu(ChoiceMenu):
    def __init__(self, choice: ThemeChoice, parent: QWidget | None = None) -> None:
        super().__init__("Theme", parent)
        for name in THEME_CHOICES:
            self.add_choice(_THEME_NAMES[name], name)
        self.show_choice(choice)


class DataMenu(QMenu):
    """The stream's order and the fixations. seed_chosen(int), fixations_chosen(int)."""

    seed_chosen = Signal(object)
    fixations_chosen = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("Data", parent)
        self.setToolTipsVisible(True)
        self._data = QAction("", self)
        self._data.setEnabled(False)
        self.addAction(self._data)
        self.addSeparator()
        self.seeds = ChoiceMenu("Order of the stream", self)
        for seed in SEEDS:
            self.seeds.add_choice(f"Seed {seed}", seed, "The same seed gives the same order, digit by digit")
        self.seeds.addSeparator()
        self._other_seed = self.seeds.addAction("Another seed…", self._ask_for_seed)
        self.seeds.chosen.connect(self.seed_chosen)
        self.addMenu(self.seeds)
        self.fixations = ChoiceMenu("Fixations", self)
        for count, (text, tip) in enumerate(_FIXATIONS):
            self.fixations.add_choice(text, count, tip)
        self.fixations.chosen.connect(self.fixations_chosen)
        self.addMenu(self.fixations)
        self._seed = 0

    def show_frame(self, frame: Frame) -> None:
        self._seed = frame.info.seed
        self._data.setText(f"{frame.info.data} · {frame.total:,} digits, each seen once")
        self.seeds.show_choice(self._seed)
        known = self._seed in SEEDS
        self._other_seed.setText("Another seed…" if known else f"Another seed… (now {self._seed})")
        self.fixations.show_choice(frame.info.config.fixations)

    @Slot()
    def _ask_for_seed(self) -> None:
        seed, accepted = QInputDialog.getInt(
            self.parentWidget(),
            "Order of the stream",
            "Seed of the order, 0 or above:",
            self._seed,
            0,
            2**31 - 1,
        )
        if accepted:
            self.seed_chosen.emit(seed)


class ExportMenu(QMenu):
    """What can be taken home. chosen(str): the export dialog is wanted at this kind of export.

    `snapshot` is an action that the window connects: it saves without the dialog.
    """

    chosen = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("Export", parent)
        self.setToolTipsVisible(True)
        self.snapshot = self.addAction("Save snapshot…")
        self.snapshot.setToolTip("All memories and associations; can be opened again")
        self.snapshot.setShortcut(QKeySequence("Ctrl+S"))
        self.addSeparator()
        self.kinds = {kind: self._add(kind, text, tip) for kind, text, tip in _EXPORTS}

    def _add(self, kind: str, text: str, tip: str) -> QAction:
        action = self.addAction(text)
        action.setToolTip(tip)
        action.setData(kind)
        action.triggered.connect(self._choose)
        return action

    @Slot()
    def _choose(self) -> None:
        action = self.sender()
        assert isinstance(action, QAction)
        self.chosen.emit(action.data())
