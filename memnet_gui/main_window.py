"""The window: panels as docks, toolbar, notices, status bar, and the wiring between them."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Qt, QTimer, Signal, Slot
from PySide6.QtGui import (
    QAction,
    QCloseEvent,
    QDragEnterEvent,
    QDropEvent,
    QGuiApplication,
    QImage,
    QKeyEvent,
    QPaintEvent,
)
from PySide6.QtWidgets import (
    QAbstractButton,
    QComboBox,
    QLabel,
    QMainWindow,
    QSlider,
    QVBoxLayout,
    QWidget,
)

from engine.frame import Frame, RunState
from memnet_gui.actions import Actions
from memnet_gui.appearance import Appearance
from memnet_gui.bridge import Bridge, Engine
from memnet_gui.docks import TITLES, Deck, PanelDock, bring_onto_screen
from memnet_gui.explainer import Explainer
from memnet_gui.export import Exporter, FileDialogs
from memnet_gui.help import ShortcutSheet
from memnet_gui.hints import DRAW, LOOK, PLAY, HintStrip
from memnet_gui.new_run import NewRun
from memnet_gui.notices import NoticeBar
from memnet_gui.recovery import RecoveryBar
from memnet_gui.run_control import RunControl
from memnet_gui.settings import Settings
from memnet_gui.status_bar import StatusBar
from memnet_gui.theme import GRID, Theme
from memnet_gui.toolbar import Toolbar
from memnet_gui.widgets.accuracy_panel import AccuracyPanel
from memnet_gui.widgets.activation_panel import ActivationPanel
from memnet_gui.widgets.draw_panel import DrawPanel
from memnet_gui.widgets.memory_panel import MemoryPanel
from memnet_gui.widgets.panel import Panel
from memnet_gui.widgets.stream_panel import StreamPanel
from memnet_gui.widgets.timeline_strip import TimelineStrip

if TYPE_CHECKING:
    from memnet_gui.questions import Questions

USUAL_SIZE = QSize(1440, 900)
QUIET_CLOSE = 0.3
"""Seconds that closing may take without a sentence that says what is waited for."""


NOTHING_TO_SHOW = "Nothing can be learned here. In a terminal, “memnet doctor” says what is wrong."


class MainWindow(QMainWindow):
    """Everything on the window's thread. Commands go out and frames come in through the bridge.

    painted: the window was painted for the first time. ready: digits and curves are there.
    """

    refresh_hz = 60
    every_frame = True  # no notice may be missed
    painted = Signal()
    ready = Signal()

    def __init__(self, engine: Engine, settings: Settings, appearance: Appearance) -> None:
        super().__init__()
        self.setWindowTitle("MemNet")
        self.setAcceptDrops(True)
        self._engine = engine
        self._settings = settings
        self._appearance = appearance
        self._has_painted = False
        self._run: int | None = None
        self._drawing_shown = -1
        self._closing: threading.Thread | None = None
        self.questions: Questions | None = None
        """Once everything is there."""
        self.bridge = Bridge(engine, self)
        self.stream, self.memory, self.activation = StreamPanel(), MemoryPanel(), ActivationPanel()
        self.accuracy, self.draw = AccuracyPanel(), DrawPanel()
        self.panels: dict[str, Panel] = {
            "stream": self.stream,
            "memory": self.memory,
            "activation": self.activation,
            "accuracy": self.accuracy,
            "draw": self.draw,
        }
        self.docks = {name: PanelDock(name, title) for name, title in TITLES.items()}
        for name, panel in self.panels.items():
            self.docks[name].adopt(panel)
        self.deck = Deck(self.docks)
        self.choices = Actions(self, self.docks, appearance.choice)
        self.toolbar = Toolbar(self.choices)
        self.recovery = RecoveryBar()
        self.timeline = TimelineStrip()
        self.notices = NoticeBar()
        self.hints = HintStrip()
        self.nothing = QLabel(NOTHING_TO_SHOW)
        self.nothing.setObjectName("emptyState")
        self.nothing.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.nothing.setWordWrap(True)
        self.nothing.hide()
        self.status = StatusBar(self.bridge.ticks)
        dialogs = FileDialogs(self, settings)
        self.exporter = Exporter(
            dialogs, self.bridge, settings, self, self.picture, self.memory.shown, lambda: appearance.theme
        )
        self.new_run = NewRun(self, self.exporter.save_and_then, self)
        self.control = RunControl(self.bridge, self.new_run, dialogs, self)
        self._lay_out()
        explained = {**self.docks, "timeline": self.timeline, "controls": self.toolbar, "status": self.status}
        self.explainer = Explainer(explained, lambda: self.bridge.frame, self.draw.present, self)
        self._connect_panels()
        self._connect_actions()
        self.set_theme(appearance.theme)
        self.bridge.add_views([self, *self.panels.values(), self.timeline, self.toolbar, self.status])
        self._restore()

    # ── building ──────────────────────────────────────────────────────────────────────────────

    def _lay_out(self) -> None:
        margin = 2 * GRID
        self.hints.setVisible(not self._settings.hints_dismissed)
        self.centre = QWidget()
        column = QVBoxLayout(self.centre)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.toolbar)
        column.addLayout(body := QVBoxLayout(), 1)
        body.setContentsMargins(margin, margin, margin, 0)
        body.setSpacing(margin)
        body.addWidget(self.recovery)
        body.addWidget(self.notices)
        body.addWidget(self.hints)
        body.addWidget(self.deck, 1)
        body.addWidget(self.nothing, 1)
        body.addWidget(self.timeline)
        self.setCentralWidget(self.centre)
        self.setStatusBar(self.status)
        # A place for the focus to begin and to return to that takes no keys from the window.
        self.centre.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self.centre.setFocus()
        _reach_by_tab(self.centre)

    def _connect_panels(self) -> None:
        control = self.control
        self.toolbar.commanded.connect(control.post)
        self.timeline.asked.connect(control.post)
        self.memory.watch_requested.connect(control.watch)
        self.memory.inspect_requested.connect(control.inspect)
        self.memory.export_requested.connect(self.exporter.export_mosaic)
        self.activation.column_picked.connect(self._pick_column)
        self.accuracy.test_requested.connect(control.test)
        self.accuracy.cancel_test_requested.connect(control.cancel_test)
        self.draw.classify_requested.connect(control.classify)
        self.draw.sure_from_changed.connect(self._settings.remember_sure_from)
        self.draw.coping_changed.connect(self._settings.remember_coping)
        self.bridge.first_frame.connect(self._first_frame)
        self.bridge.failed.connect(self._show_failure)
        self.exporter.told.connect(self.tell)
        self.hints.dismissed.connect(self._dismiss_hints)
        self._appearance.changed.connect(self.set_theme)

    def _connect_actions(self) -> None:
        choices, control, exporter = self.choices, self.control, self.exporter
        choices.theme.chosen.connect(self._appearance.choose)
        choices.presets.chosen.connect(control.choose_preset)
        choices.data.seed_chosen.connect(control.choose_seed)
        choices.data.fixations_chosen.connect(control.choose_fixations)
        choices.export.chosen.connect(exporter.export_kind)
        pairs: tuple[tuple[QAction, Callable[[], object]], ...] = (
            (choices.export.snapshot, exporter.save_snapshot),
            (choices.show_export, exporter.export_anything),
            (choices.slower, self.toolbar.slower),
            (choices.faster, self.toolbar.faster),
            (choices.reset, control.reset),
            (choices.open, control.open),
            (choices.reset_layout, self._reset_layout),
            (choices.first_steps, self._show_hints),
            (choices.shortcuts, self._show_shortcuts),
            (choices.whats_this, self.explainer.enter),
            (choices.search, self._search),
            (choices.full_screen, self._toggle_full_screen),
            (choices.quit, self.close),
        )
        for action, slot in pairs:
            action.triggered.connect(slot)

    @Slot()
    def _complete(self) -> None:
        """Make what takes long to make and is not looked at first: the plot, and panels that answer."""
        self.accuracy.ensure_plot()
        if self.questions is not None:
            return
        from memnet_gui.questions import Questions, Sources, make_answers  # noqa: PLC0415

        answers = make_answers()
        for name, panel in answers.panels.items():
            self.docks[name].adopt(panel)
            panel.set_theme(self._appearance.theme)
            _reach_by_tab(panel)
        self.panels |= answers.panels
        sources = Sources(self.stream, self.memory, self.accuracy, self.draw, self.timeline)
        self.questions = Questions(
            sources, answers, self.bridge, self.control.chooser, self.deck.reveal, self
        )
        answers.inspector.export_requested.connect(self.exporter.export_memory)
        answers.health.count_changed.connect(self._count_hints)
        self.choices.why.triggered.connect(self.questions.explain_pointed)
        self.choices.undo.triggered.connect(answers.history.undo)
        self.choices.redo.triggered.connect(answers.history.redo)
        self.bridge.add_views(answers.panels.values())

    def _restore(self) -> None:
        """The place and arrangement of the last time, on a screen that is there."""
        self.resize(USUAL_SIZE.boundedTo(QGuiApplication.primaryScreen().availableSize()))
        geometry = self._settings.geometry
        if geometry is not None:
            self.restoreGeometry(geometry)
            bring_onto_screen(self)
        if self.deck.restore(self._settings.layout):
            self.deck.bring_onto_screens()
        if self._settings.sure_from is not None:
            self.draw.set_sure_from(self._settings.sure_from)
        self.draw.set_coping(self._settings.coping)

    # ── frames ────────────────────────────────────────────────────────────────────────────────

    def show_frame(self, frame: Frame) -> None:
        """Notices, failures, and what the first steps wait for."""
        self.new_run.follow(frame)
        self.exporter.follow(frame)
        if frame.info.run != self._run:
            self._run = frame.info.run
            self.notices.clear()
        if frame.state is RunState.FAILED and frame.failure:
            self.notices.add(
                "error", frame.failure, "Save what was learned…", self.choices.export.snapshot.trigger
            )
        for notice in frame.notices:
            self.tell(notice.level, notice.text)
        if frame.drawing is not None and frame.drawing.request != self._drawing_shown:
            self._drawing_shown = frame.drawing.request
            self.bridge.hurry(self.draw)  # whoever draws waits for this answer
            self.hints.mark(DRAW)
        if frame.past:
            self.bridge.hurry(self.timeline)  # whoever goes through the run looks at where it is
        if frame.state is RunState.PLAYING:
            self.hints.mark(PLAY)
        if frame.inspection is not None:
            self.hints.mark(LOOK)

    @Slot(str, str)
    def tell(self, level: str, text: str) -> None:
        """Say something: in passing in the status bar, or, if it matters, until it is dismissed."""
        if level == "info":
            self.status.say(text)
        else:
            self.notices.add(level, text)

    @Slot()
    def _first_frame(self) -> None:
        self._complete()  # a frame may come before the first paint
        self.ready.emit()

    @Slot(str)
    def _show_failure(self, sentence: str) -> None:
        """There will be no run any more: offer nothing that would need one, nor show it if none ever was."""
        self.hints.hide()
        self.notices.add("error", sentence)
        if self.bridge.frame is None:
            self._remember()
            self.deck.put_away()
            self.timeline.hide()
            self.nothing.show()
            self.status.fail("Learning cannot begin.")
        else:
            self.status.fail("The engine has stopped.")
        self.toolbar.without_run()
        self.choices.without_run()
        self.setAcceptDrops(False)

    @Slot(object)
    def set_theme(self, theme: Theme) -> None:
        for panel in self.panels.values():
            panel.set_theme(theme)
        self.toolbar.set_theme(theme)
        self.recovery.set_theme(theme)
        self.timeline.set_theme(theme)
        self.notices.set_theme(theme)
        self.hints.set_theme(theme)
        self.choices.theme.show_choice(self._appearance.choice)

    def picture(self) -> QImage:
        """The window as it looks now."""
        return self.grab().toImage()

    # ── what the user does ────────────────────────────────────────────────────────────────────

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Keys that no control wanted: Space plays or pauses, W asks why, others go through the run."""
        plain = event.modifiers() in (Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.KeypadModifier)
        if plain and event.key() == Qt.Key.Key_Space and not event.isAutoRepeat():
            self.toolbar.toggle_play()
        elif self.timeline.take_key(event, self.bridge.frame):
            event.accept()
        elif plain and event.key() == Qt.Key.Key_W:
            self.choices.why.trigger()
        else:
            super().keyPressEvent(event)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if _dropped_file(event) is not None:
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        path = _dropped_file(event)
        if path is None:
            return
        event.acceptProposedAction()
        if path.suffix.lower() == ".npz":
            self.control.open_file(path)
        else:
            self.tell("warning", f"{path.name} was not opened: only snapshots (.npz) can be dropped here.")

    @Slot(int, int)
    def _pick_column(self, _layer: int, column: int) -> None:
        self.memory.set_column(column)

    @Slot(int)
    def _count_hints(self, count: int) -> None:
        """How many there are stands on the tab, so that they are seen while another is in front."""
        title = TITLES["health"]
        self.docks["health"].setWindowTitle(f"{title} {count}" if count else title)

    @Slot()
    def _search(self) -> None:
        self.deck.reveal("memory")
        self.memory.begin_search()

    @Slot()
    def _reset_layout(self) -> None:
        self._settings.forget_layout()
        self.deck.arrange()

    @Slot()
    def _dismiss_hints(self) -> None:
        self._settings.hints_dismissed = True
        self.hints.hide()

    @Slot()
    def _show_hints(self) -> None:
        self._settings.hints_dismissed = False
        self.hints.begin()
        self.hints.show()

    @Slot()
    def _show_shortcuts(self) -> None:
        sheet = ShortcutSheet(self)
        sheet.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        sheet.open()

    @Slot()
    def _toggle_full_screen(self) -> None:
        self.setWindowState(self.windowState() ^ Qt.WindowState.WindowFullScreen)

    # ── life ──────────────────────────────────────────────────────────────────────────────────

    def start(self) -> None:
        """Start the engine and the frames. Call it once."""
        self.bridge.start()

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if not self._has_painted:
            self._has_painted = True
            QTimer.singleShot(0, self, self._after_first_paint)

    @Slot()
    def _after_first_paint(self) -> None:
        self.painted.emit()
        # There is something to look at: now, while the engine loads, what takes long to import.
        QTimer.singleShot(0, self, self._complete)

    def closeEvent(self, event: QCloseEvent) -> None:
        """Stop the engine, let it finish what it saves, and only then go."""
        if self._closing is None and not self.exporter.ready_to_close():
            event.ignore()
            self.status.say("Closing: finishing the export…")
            QTimer.singleShot(50, self, self.close)
            return
        if self._closing is None:
            if not self.deck.isHidden():
                self._remember()
            self._settings.save()
            self.bridge.stop()
            self._closing = threading.Thread(target=self._finish, name="memnet-closing")
            self._closing.start()
            self._closing.join(QUIET_CLOSE)
        if self._closing.is_alive():
            event.ignore()
            self.status.say("Closing: finishing what is being saved or computed…")
            self.centre.setEnabled(False)
            QTimer.singleShot(50, self, self.close)
            return
        for dock in self.docks.values():
            if dock.isFloating():
                dock.close()
        super().closeEvent(event)

    def _remember(self) -> None:
        """Where the window and its panels are, for the next time."""
        self._settings.remember_window(self.saveGeometry(), self.deck.saved())

    def _finish(self) -> None:
        """Wait for the engine and for what is being written; runs on a thread of its own."""
        self._engine.close()
        self.exporter.finish()


def _reach_by_tab(widget: QWidget) -> None:
    """Controls are reached by Tab, not by a click: after a click Space still means play."""
    for kind in (QAbstractButton, QComboBox, QSlider):
        for control in widget.findChildren(kind):
            if control.focusPolicy() != Qt.FocusPolicy.NoFocus:
                control.setFocusPolicy(Qt.FocusPolicy.TabFocus)


def _dropped_file(event: QDropEvent) -> Path | None:
    """The one local file that is being dragged, if it is one."""
    urls = event.mimeData().urls()
    return Path(urls[0].toLocalFile()) if len(urls) == 1 and urls[0].isLocalFile() else None
