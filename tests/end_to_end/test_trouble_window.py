"""Trouble in the window: each a sentence in it that says what happened and what to do, and nothing lost."""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QPushButton, QWidget

from engine.commands import Save
from engine.datasets import Dataset, load_mnist
from engine.frame import RunState
from engine.memory import LayerMemory
from engine.snapshot import load_snapshot
from memnet_gui.settings import Settings
from tests.end_to_end.driving import Visit
from tests.end_to_end.wreckage import (
    DATA_DAMAGES,
    SNAPSHOT_DAMAGES,
    TRAIN_IMAGES,
    fill,
    installation,
    small_disk,
)

SPACE = Qt.Key.Key_Space
EXPORTS = {
    "Report": "html",
    "Mosaic": "png",
    "Animated record": "gif",
    "Curves": "csv",
    "Confusion": "csv",
    "Picture": "png",
}


def go_on(person: Visit) -> None:
    """It still learns."""
    person.step(1)


# Nothing to learn from ---------------------------------------------------------------------------


@pytest.mark.parametrize("said", DATA_DAMAGES)
def test_digits_that_are_not_as_they_should_be_are_said_and_the_window_stays(
    said: str, visit: Callable[..., Visit], tmp_path: Path
) -> None:
    _, data = installation(tmp_path, DATA_DAMAGES[said])
    person = visit(load=lambda: load_mnist(data))
    person.wait(lambda: person.troubles, "it is said")
    (sentence,) = person.troubles
    assert sentence.startswith(f"{TRAIN_IMAGES} {said}")
    assert sentence.endswith("install MemNet again, or restore the file.")
    assert person.said == "Learning cannot begin."
    for key in (SPACE, Qt.Key.Key_Right):
        person.key(key)
    person.key(Qt.Key.Key_R, Qt.KeyboardModifier.ControlModifier)
    person.live(0.1)
    assert person.troubles == [sentence]
    person.close()


def test_a_gpu_that_is_asked_for_must_answer(
    visit: Callable[..., Visit], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "cupy", None)
    person = visit(backend="cupy")
    person.wait(lambda: person.troubles, "it is said")
    (sentence,) = person.troubles
    assert sentence.startswith("CuPy does not import")
    assert "choose --backend numpy" in sentence
    person.close()


# Snapshots ---------------------------------------------------------------------------------------


def test_a_snapshot_that_is_none_leaves_the_run_as_it_is(
    visit: Callable[..., Visit], unreadable: dict[str, Path]
) -> None:
    person = visit().become_ready()
    person.step(50)
    for name, (_make, said) in SNAPSHOT_DAMAGES.items():
        run, seen = person.frame.info.run, person.seen
        person.window.notices.clear()
        person.window.control.open_file(unreadable[name])  # some, no file dialog would offer
        person.wait(lambda: person.troubles, f"{name} is refused")
        (sentence,) = person.troubles
        assert sentence.startswith(f"{name}.npz {said}")
        assert sentence.endswith("Nothing was changed; open another snapshot.")
        assert (person.frame.info.run, person.seen) == (run, seen)
        go_on(person)
    assert not unreadable["pickled"].with_suffix(".ran").exists(), "what is in a snapshot must never run"


def test_a_first_snapshot_that_is_none_leaves_a_window_that_can_learn_and_open_another(
    visit: Callable[..., Visit], unreadable: dict[str, Path]
) -> None:
    person = visit(snapshot=unreadable["truncated"]).become_ready()
    (sentence,) = person.troubles
    assert sentence.startswith("truncated.npz is damaged: ")
    go_on(person)
    person.open(unreadable["notes"].with_name("whole.npz"))
    person.wait(lambda: person.frame.total == 300, "another one opens")
    assert person.troubles == []


# Files that cannot be written --------------------------------------------------------------------


def assert_said(sentence: str, target: Path) -> None:
    """What happened, and what to do."""
    assert target.name in sentence
    assert "could not be written" in sentence
    assert "choose another" in sentence.lower()


def save_refused(person: Visit, target: Path) -> None:
    """Save a snapshot there: the window says that it could not."""
    person.window.notices.clear()
    person.key(Qt.Key.Key_S, Qt.KeyboardModifier.ControlModifier)
    person.name_file(target)
    person.wait(lambda: person.troubles, f"it is said that {target} cannot be written")
    (sentence,) = person.troubles
    assert_said(sentence, target)


def export_refused(person: Visit, entry: str, target: Path) -> None:
    """Export there, in place of what is there: the dialog says that it could not."""
    dialog = person.begin_export(entry, target)
    assert dialog.message.text() == f"{target.name} exists already. Replace it?"
    dialog.export.click()
    person.wait(
        lambda: "could not" in dialog.message.text(), f"{entry}: it is said that {target} is not written"
    )
    assert_said(dialog.message.text(), target)
    dialog.reject()


def test_a_full_disk_costs_neither_the_run_nor_an_older_file(
    visit: Callable[..., Visit], digits: Dataset, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    person = visit().become_ready()
    person.learn(1000)
    with small_disk(tmp_path / "small", 200) as disk:
        older = {entry: disk / f"{entry}.{kind}" for entry, kind in EXPORTS.items()}
        saved = disk / "snapshot.npz"
        for path in (saved, *older.values()):
            path.write_bytes(b"what was there")
        fill(disk)
        before = sorted(disk.iterdir())
        save_refused(person, saved)
        for entry, path in older.items():
            export_refused(person, entry, path)
        assert {path.read_bytes() for path in (saved, *older.values())} == {b"what was there"}
        assert sorted(disk.iterdir()) == before, "half-written files are left"
    assert capfd.readouterr().err == "", "the window says it, not the terminal"
    go_on(person)
    person.save(tmp_path / "mine.npz")
    assert load_snapshot(tmp_path / "mine.npz", digits).seen == person.seen


def test_a_save_that_fails_while_the_window_closes_is_made_elsewhere(
    visit: Callable[..., Visit], digits: Dataset, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "gettempdir", lambda: str(tmp_path))
    person = visit().become_ready()
    person.step(20)
    person.window.control.post(Save(tmp_path / "unplugged" / "mine.npz"))
    person.close()
    (path,) = tmp_path.glob("*.npz")
    (said,) = person.runner.last_words
    assert said.startswith("mine.npz could not be written")
    assert str(path) in said
    assert load_snapshot(path, digits).seen == 20


# The engine fails --------------------------------------------------------------------------------


def test_an_error_in_the_engine_is_said_and_what_was_learned_can_be_saved(
    visit: Callable[..., Visit], digits: Dataset, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    person = visit().become_ready()
    person.learn(1500)
    learned = person.seen

    def broken(*_: Any, **__: Any) -> None:
        raise ZeroDivisionError("one over nothing")

    monkeypatch.setattr(LayerMemory, "write", broken)
    person.key(SPACE)
    person.wait(lambda: person.frame.state is RunState.FAILED, "the engine fails")
    monkeypatch.undo()
    (sentence,) = person.troubles
    assert "one over nothing" in sentence
    assert "save a snapshot" in sentence
    person.wait(lambda: not person.window.toolbar.play.isEnabled(), "there is nothing to play")

    (button,) = person.window.notices.findChildren(QPushButton)
    person.click(button)
    person.name_file(tmp_path / "kept.npz")
    person.wait(lambda: person.said.startswith("Saved kept.npz"), "it is saved")
    assert load_snapshot(tmp_path / "kept.npz", digits).seen >= learned

    person.open(tmp_path / "kept.npz")
    person.answer("Open")
    person.wait(lambda: person.frame.state is RunState.PAUSED, "what was saved is opened")
    assert person.troubles == []
    go_on(person)


# Screens -----------------------------------------------------------------------------------------


def second_screen() -> QRect:
    """Where one would be, to the right of the only screen there is."""
    return QGuiApplication.primaryScreen().geometry().translated(2000, 0)


def on_a_screen(widget: QWidget) -> bool:
    """Can the top of it be seen and grasped?"""
    top = QRect(widget.frameGeometry().topLeft(), widget.frameGeometry().size())
    top.setHeight(40)
    return any(screen.availableGeometry().intersects(top) for screen in QGuiApplication.screens())


@pytest.mark.qt_log_ignore("This plugin does not support", extend=True)
def test_a_window_and_a_panel_left_on_a_second_screen_come_back_when_it_is_gone(
    visit: Callable[..., Visit],
) -> None:
    person = visit().become_ready()
    away = second_screen()
    person.window.docks["draw"].setFloating(True)
    person.window.docks["draw"].move(away.topLeft() + QPoint(300, 200))
    person.window.move(away.topLeft() + QPoint(40, 40))
    assert not on_a_screen(person.window)
    assert not on_a_screen(person.window.docks["draw"])
    person.close()
    assert Settings().geometry is not None

    again = visit().become_ready()
    assert on_a_screen(again.window)
    draw = again.window.docks["draw"]
    assert draw.isFloating()
    assert draw.isVisible()
    assert on_a_screen(draw)
    again.learn(100)
    again.close()
    assert not draw.isVisible()
