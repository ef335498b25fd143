"""Ctrl+E: one dialog for everything that can be taken home, which remembers how it was used last."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QSize, Qt, QTimer, QUrl, Signal, Slot
from PySide6.QtGui import QCloseEvent, QDesktopServices, QHideEvent, QPixmap
from PySide6.QtWidgets import (
    QDialog,
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from memnet_gui.export_fields import Value
from memnet_gui.export_form import ExportForm
from memnet_gui.export_job import Order, Outcome
from memnet_gui.export_kinds import KINDS, Kind
from memnet_gui.export_material import Material
from memnet_gui.export_sketch import Sketch, Sketcher, sketch
from memnet_gui.exports.memories import check_folder
from memnet_gui.settings import Settings
from memnet_gui.theme import GRID
from memnet_gui.widgets.progress import progress_bar

LIST_WIDTH, PREVIEW = 48 * GRID, QSize(64 * GRID, 52 * GRID)
SMALLEST = QSize(224 * GRID, 116 * GRID)
"""Room for whatever there is most to choose about."""
SKETCH_MS = 60
"""After the last change, before what it would become is sketched."""


class ExportDialog(QDialog):
    """What, how, and where to; stays open, and blocks nothing.

    ordered(Order): the user wants this written. cancelled(): but not any more. browsed(Path): the user
    wants to be asked for a place with the desktop's own dialog; `choose_place` takes the answer.
    """

    ordered = Signal(object)
    cancelled = Signal()
    browsed = Signal(object)

    def __init__(
        self,
        settings: Settings,
        parent: QWidget | None = None,
        show_folder: Callable[[QUrl], object] = QDesktopServices.openUrl,
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle("Export")
        self._settings = settings
        self._show_folder = show_folder
        self._material: Material | None = None
        self._kind = KINDS[0]
        self._busy = False
        self._replacing: Path | None = None
        """What the user was asked about, when Export was pressed last."""
        self._saved: Path | None = None
        self.sketcher = Sketcher(self)
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.setInterval(SKETCH_MS)
        self._make_controls()
        self._lay_out()
        self._connect()

    # ── building ──────────────────────────────────────────────────────────────────────────────

    def _make_controls(self) -> None:
        self.kinds = QListWidget()
        self.kinds.setObjectName("kinds")
        self.kinds.setAccessibleName("What to export")
        self.kinds.setToolTip("What to export")
        self.kinds.setFixedWidth(LIST_WIDTH)
        for kind in KINDS:
            item = QListWidgetItem(kind.name, self.kinds)
            item.setSizeHint(QSize(0, 8 * GRID))
            item.setToolTip(kind.meaning)
        self.title, self.meaning = QLabel(), QLabel()
        self.title.setObjectName("brand")
        self.meaning.setObjectName("emptyState")
        self.meaning.setWordWrap(True)
        self.form = ExportForm()
        self.preview = QLabel()
        self.preview.setObjectName("preview")
        self.preview.setFixedSize(PREVIEW)
        self.preview.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.preview.setAccessibleName("Preview")
        self.facts = QLabel()
        self.facts.setObjectName("caption")
        self.facts.setWordWrap(True)
        self.facts.setAccessibleName("What will be written")
        self.path = QLineEdit()
        self.path.setAccessibleName("Save as")
        self.path.setToolTip("Where to, and under which name")
        self.browse = QPushButton("&Browse…")
        self.browse.setToolTip("Choose the place with the desktop's own dialog")
        self.message = QLabel()
        self.message.setObjectName("message")
        self.message.setWordWrap(True)
        self.message.setTextFormat(Qt.TextFormat.PlainText)
        self.message.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.message.setAccessibleName("How it went")
        self.progress = progress_bar("Progress")
        self.show_folder = QPushButton("S&how in folder")
        self.show_folder.setToolTip("Open the folder that it was saved in")
        self.cancel = QPushButton("Ca&ncel")
        self.cancel.setToolTip("Give up what is being written; nothing is left of it")
        self.close_button = QPushButton("&Close")
        self.close_button.setToolTip("Close this dialog (Esc); what is being written goes on")
        self.export = QPushButton("&Export")
        self.export.setDefault(True)
        self.export.setMinimumWidth(24 * GRID)  # also for “Replace”
        for button in (self.browse, self.show_folder, self.cancel, self.close_button):
            button.setAutoDefault(False)

    def _lay_out(self) -> None:
        card = QFrame()
        card.setObjectName("panel")
        inside = QGridLayout(card)
        inside.setContentsMargins(4 * GRID, 3 * GRID, 4 * GRID, 4 * GRID)
        inside.setHorizontalSpacing(6 * GRID)
        inside.setVerticalSpacing(GRID)
        inside.addWidget(self.title, 0, 0, 1, 2)
        inside.addWidget(self.meaning, 1, 0, 1, 2)
        inside.setRowMinimumHeight(2, 2 * GRID)
        inside.addWidget(self.form, 3, 0, Qt.AlignmentFlag.AlignTop)
        inside.addWidget(self.preview, 3, 1, Qt.AlignmentFlag.AlignTop)
        inside.setRowMinimumHeight(4, GRID)
        inside.addWidget(self.facts, 5, 0, 1, 2)
        inside.setColumnStretch(0, 1)
        inside.setRowStretch(3, 1)
        above = QHBoxLayout()
        above.setSpacing(3 * GRID)
        above.addWidget(self.kinds)
        above.addWidget(card, 1)
        label = QLabel("Save &as")
        label.setBuddy(self.path)
        place = QHBoxLayout()
        place.setSpacing(2 * GRID)
        place.addWidget(label)
        place.addWidget(self.path, 1)
        place.addWidget(self.browse)
        self.buttons = QHBoxLayout()
        self.buttons.setSpacing(2 * GRID)
        self.buttons.addWidget(self.message, 1)
        self.buttons.addWidget(self.progress)
        for button in (self.show_folder, self.cancel, self.close_button, self.export):
            self.buttons.addWidget(button)
        self.progress.setFixedWidth(40 * GRID)
        column = QVBoxLayout(self)
        column.setContentsMargins(4 * GRID, 4 * GRID, 4 * GRID, 4 * GRID)
        column.setSpacing(3 * GRID)
        column.addLayout(above, 1)
        column.addLayout(place)
        column.addLayout(self.buttons)
        self.setMinimumSize(SMALLEST)
        self._show_idle()

    def _connect(self) -> None:
        self.kinds.currentRowChanged.connect(self._choose_kind)
        self.form.changed.connect(self._option_changed)
        self.path.textEdited.connect(self._path_edited)
        self.browse.clicked.connect(self._browse)
        self.export.clicked.connect(self._export)
        self.cancel.clicked.connect(self.cancelled)
        self.close_button.clicked.connect(self.reject)
        self.show_folder.clicked.connect(self._open_folder)
        self.sketcher.made.connect(self._show_sketch)
        self._soon.timeout.connect(self._sketch)

    # ── what there is to export ───────────────────────────────────────────────────────────────

    @property
    def kind(self) -> Kind:
        return self._kind

    @property
    def material(self) -> Material | None:
        """What is exported, but for what the engine is asked for first; None while the dialog is closed."""
        return self._material

    def begin(self, material: Material, kind: Kind | None = None) -> None:
        """Open with this to export; kind: what is chosen at first, None is what was exported last."""
        self._material = material
        if kind is None:
            kind = next((known for known in KINDS if known.id == self._settings.export_kind), KINDS[0])
        if not self._busy:
            self._say("")
        self.kinds.blockSignals(True)
        self.kinds.setCurrentRow(KINDS.index(kind))
        self.kinds.blockSignals(False)
        self._show_kind(kind, self._settings.folder)
        self.show()
        self.activateWindow()
        self.kinds.setFocus()

    def renew(self, material: Material) -> None:
        """More is known, or something has changed, about what is exported while the dialog is open."""
        before, self._material = self._material, material
        if before is not None and before.info is not material.info:
            said = self.message.text(), str(self.message.property("level") or "")
            self._show_kind(self._kind, self._folder())
            if self.export.isEnabled():  # what was said of another export may not be read yet
                self._say(*said)
        elif before is not None and bool(self._kind.why_not(before)) != bool(self._kind.why_not(material)):
            self._nothing_asked()
        self._soon.start()

    @Slot(int)
    def _choose_kind(self, row: int) -> None:
        if self._material is not None and row >= 0:
            self._show_kind(KINDS[row], self._folder())

    def _show_kind(self, kind: Kind, folder: Path) -> None:
        assert self._material is not None
        self._kind = kind
        self.title.setText(kind.name)
        self.meaning.setText(kind.meaning)
        remembered = self._settings.export_options(kind.id)
        self.form.show_fields(kind.fields(self._material.info), remembered)
        self.path.setText(str(folder / kind.file_name(self._material, self.form.options)))
        self._nothing_asked()
        self._show_sketch(Sketch(""))  # what was sketched is something else
        self._soon.start()

    # ── how and where to ──────────────────────────────────────────────────────────────────────

    @Slot(str)
    def _option_changed(self, key: str) -> None:
        if key == "format":
            path = Path(self.path.text())
            if path.suffix in self._suffixes():
                self.path.setText(str(path.with_suffix(self._suffix())))
        self._nothing_asked()
        self._soon.start()

    @Slot()
    def _path_edited(self) -> None:
        """A suffix that is typed chooses the format."""
        suffix = Path(self.path.text()).suffix.lower()
        control = self.form.controls.get("format")
        if control is not None and suffix in self._suffixes() and suffix != self._suffix():
            self.form.choose("format", suffix[1:])
            self._soon.start()
        self._nothing_asked()

    def choose_place(self, path: Path) -> None:
        """What the desktop's dialog was answered with."""
        self.path.setText(str(path))
        self._path_edited()
        self.export.setFocus()

    @Slot()
    def _browse(self) -> None:
        self.browsed.emit(self._wanted())

    def _suffix(self) -> str:
        return self._kind.suffix(self.form.options)

    def _suffixes(self) -> tuple[str, ...]:
        return self._kind.suffixes(self._material.info) if self._material is not None else ()

    def _folder(self) -> Path:
        """The folder that is written in the path, or the one that was used last."""
        folder = Path(self.path.text()).expanduser().parent
        return folder if folder.is_absolute() and folder.is_dir() else self._settings.folder

    def _wanted(self) -> Path | None:
        """The path with its suffix; None where no name is written."""
        text = self.path.text().strip()
        if not text or text.endswith(("/", "\\")):
            return None
        path = self._settings.folder / Path(text).expanduser()
        suffix = self._suffix()
        if path.suffix.lower() != suffix and not self._kind.folder:
            path = path.with_name(path.name + suffix)
        return path

    # ── exporting ─────────────────────────────────────────────────────────────────────────────

    @Slot()
    def _export(self) -> None:
        path = self._wanted()
        if self._busy or self._material is None:
            return
        if path is None:
            self._say("Write a name for the file first.", "wrong")
            self.path.setFocus()
            return
        self.path.setText(str(path))
        taken = self._in_the_way(path)
        if taken and self._replacing != path:
            self._ask(path, taken)
            return
        options: dict[str, Value] = self.form.options
        self._settings.remember_export(self._kind.id, options)
        self._settings.folder = path.parent
        self.ordered.emit(Order(self._kind, options, path, replace=bool(taken)))

    def _in_the_way(self, path: Path) -> str:
        """What stands there already, in a sentence that asks; empty where nothing does."""
        occupied = path.is_dir() and any(path.iterdir()) if self._kind.folder else path.is_file()
        return f"{path.name} exists already. Replace it?" if occupied else ""

    def _ask(self, path: Path, question: str) -> None:
        if self._kind.folder:
            try:
                check_folder(path, replace=True)
            except OSError as error:
                self._say(f"{path.name} cannot be replaced: {error}. Choose another name.", "wrong")
                self.path.setFocus()
                return
        self._replacing = path
        self.export.setText("R&eplace")
        self._say(question, "unsure")

    def _nothing_asked(self) -> None:
        """Whatever was asked or said is about something else now."""
        self._replacing = None
        if self._busy:
            return
        self.export.setText("&Export")
        self._saved = None
        self.show_folder.hide()
        problem = self._kind.why_not(self._material) if self._material is not None else ""
        self._say(problem, "unsure" if problem else "")
        self.export.setEnabled(not problem)

    @Slot(str, int, int)
    def show_progress(self, what: str, done: int, total: int) -> None:
        """Something is being exported."""
        if not self._busy:
            self._busy = True
            self._show_busy()
        self.progress.setRange(0, max(1, total))
        self.progress.setValue(done)
        self._say(what)

    @Slot(object)
    def show_outcome(self, outcome: Outcome) -> None:
        """Nothing is being exported any more."""
        self._busy = False
        self._show_idle()
        self._nothing_asked()
        path = outcome.order.path
        if outcome.written:
            self._saved = path
            self.show_folder.show()
            self._say(f"Saved {path.name}", "right")
        elif outcome.problem:
            self._say(outcome.problem, "wrong")
        else:
            self._say(f"Cancelled: {path.name} was not written.")

    def _show_busy(self) -> None:
        had_focus = self.export.hasFocus()
        self.export.setEnabled(False)
        self.show_folder.hide()
        self.progress.show()
        self.cancel.show()
        if had_focus:
            self.cancel.setFocus()

    def _show_idle(self) -> None:
        had_focus = self.cancel.hasFocus()
        self.export.setEnabled(True)
        self.progress.hide()
        self.cancel.hide()
        self.show_folder.hide()
        if had_focus:
            self.export.setFocus()

    @Slot()
    def _open_folder(self) -> None:
        if self._saved is not None:
            self._show_folder(QUrl.fromLocalFile(str(self._saved.parent)))

    def _say(self, text: str, level: str = "") -> None:
        if self.message.text() != text:
            self.message.setText(text)
        if self.message.property("level") != level:
            self.message.setProperty("level", level)
            self.message.style().polish(self.message)

    # ── the sketch ────────────────────────────────────────────────────────────────────────────

    @Slot()
    def _sketch(self) -> None:
        material, kind, options = self._material, self._kind, self.form.options
        if material is None or kind.why_not(material):
            self.sketcher.forget()
            self._show_sketch(Sketch(""))
            return
        room = (PREVIEW - QSize(2, 2)) * self.devicePixelRatioF()
        self.sketcher.ask(lambda: sketch(kind, material, options, room))

    @Slot(object)
    def _show_sketch(self, made: Sketch) -> None:
        self.facts.setText(made.problem or made.facts)
        self._frame_preview(made.image is not None)
        if made.image is None:
            self.preview.clear()
        else:
            picture = QPixmap.fromImage(made.image)
            picture.setDevicePixelRatio(self.devicePixelRatioF())
            self.preview.setPixmap(picture)

    def _frame_preview(self, framed: bool) -> None:
        if self.preview.property("framed") != framed:
            self.preview.setProperty("framed", framed)
            self.preview.style().polish(self.preview)

    # ── life ──────────────────────────────────────────────────────────────────────────────────

    def closeEvent(self, event: QCloseEvent) -> None:
        """The button of the window's frame closes it as Esc does."""
        self.reject()
        event.accept()

    def hideEvent(self, event: QHideEvent) -> None:
        """Keep nothing of the run that nobody looks at; what is being exported has its own."""
        super().hideEvent(event)
        self._soon.stop()
        self.sketcher.forget()
        self.preview.clear()
        self._material = None
