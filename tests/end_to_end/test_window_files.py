"""What is taken home from the window, opened again, and learned on."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from PySide6.QtCore import Qt
from PySide6.QtGui import QImage

from engine.config import preset
from engine.datasets import Dataset
from engine.frame import RunState
from engine.session import Session
from engine.snapshot import load_snapshot
from tests.end_to_end.driving import Visit, our_threads

SPACE = Qt.Key.Key_Space


def table(path: Path) -> list[list[str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.reader(file))


def test_a_snapshot_brings_the_run_back_and_it_goes_on_as_if_nothing_had_happened(
    visit: Callable[..., Visit], digits: Dataset, tmp_path: Path
) -> None:
    person = visit().become_ready()
    person.learn(1200)
    seen, score, mistakes = person.seen, person.frame.score, person.frame.mistakes
    person.save(tmp_path / "mine.npz")
    with np.load(tmp_path / "mine.npz", allow_pickle=False) as archive:
        meta = json.loads(str(archive["meta"]))
        assert meta["digits"] == seen
        assert set(archive.files) > {"meta", "mistakes"}

    person.learn(seen + 1000)
    person.open(tmp_path / "mine.npz")
    person.answer("Open")
    person.wait(lambda: person.seen == seen, "the run is back")
    person.rest()
    assert person.frame.state is RunState.PAUSED
    assert np.array_equal(person.frame.score.confusion, score.confusion)
    assert person.frame.score.memories == score.memories
    assert person.window.memory.view.mosaic is not None
    assert person.window.memory.view.mosaic.total == score.memories[0]
    assert [mistake.digit for mistake in person.frame.mistakes] == [mistake.digit for mistake in mistakes]
    person.wait(person.window.stream.mistakes.visible_mistakes, "the last mistakes are there again")

    person.step(40)
    straight = Session(digits, preset("tiny"))
    while straight.seen < seen + 40:
        straight.advance(min(32, seen + 40 - straight.seen))
    assert np.array_equal(person.frame.score.confusion, straight.metrics.confusion)
    assert sum(person.frame.score.memories) == straight.memories


def test_a_snapshot_named_on_the_command_line_is_there_when_the_window_opens(
    visit: Callable[..., Visit], tmp_path: Path
) -> None:
    person = visit().become_ready()
    person.learn(300)
    seen = person.seen
    person.save(tmp_path / "mine.npz")
    person.close()
    again = visit("small", snapshot=tmp_path / "mine.npz").become_ready()
    assert again.seen == seen
    assert again.frame.info.config.preset == "tiny"
    again.learn(seen + 100)


def test_a_grown_run_is_saved_first_where_that_is_wanted(visit: Callable[..., Visit], tmp_path: Path) -> None:
    person = visit().become_ready()
    person.key(SPACE)
    person.wait(lambda: person.seen > 1500, "it has learned much")
    person.pick(person.window.choices.presets, "Small")
    person.answer("Save first…")
    person.name_file(tmp_path / "first.npz")
    person.wait(lambda: person.frame.info.config.preset == "small", "then it begins anew")
    with np.load(tmp_path / "first.npz", allow_pickle=False) as archive:
        assert json.loads(str(archive["meta"]))["digits"] > 1500


def test_pictures_and_tables_hold_what_the_window_shows(visit: Callable[..., Visit], tmp_path: Path) -> None:
    person = visit("exemplar").become_ready()
    person.learn(400)
    person.wait(lambda: person.frame.held_out.size == 500, "a sample was tested after 300 digits")
    while person.frame.curves.digits[-1] < person.seen:  # a curve has a point for each burst that was learned
        person.step(1)
    frame = person.frame
    person.export("Mosaic", tmp_path / "mosaic.png")
    mosaic = QImage(str(tmp_path / "mosaic.png"))
    assert mosaic.width() * mosaic.height() >= frame.score.memories[0] * 28 * 28
    assert len({mosaic.pixelColor(x, 14).name() for x in range(mosaic.width())}) > 5, "there is ink on it"

    person.export("Curves", tmp_path / "curves.csv")
    head, *rows = table(tmp_path / "curves.csv")
    assert head[:4] == ["digit", "prequential", "last_1000", "memories"]
    last = rows[-1]
    assert int(last[0]) == frame.score.seen
    assert float(last[1]) == pytest.approx(frame.score.correct / frame.score.seen, abs=1e-6)
    assert int(last[3]) == frame.score.memories[0]
    assert any(row[6] == "500" for row in rows), "the test is in it"

    person.export("Confusion", tmp_path / "confusion.csv")
    head, *rows = table(tmp_path / "confusion.csv")
    counts = np.array([row[1:] for row in rows], int)
    assert np.array_equal(counts, frame.score.confusion)
    assert head[1:] == [f"said {name}" for name in frame.info.class_names]

    person.export("Picture", tmp_path / "window.png")
    assert QImage(str(tmp_path / "window.png")).size() == person.window.size()
    assert person.troubles == []


def test_the_suffix_and_the_folder_are_remembered(visit: Callable[..., Visit], tmp_path: Path) -> None:
    person = visit().become_ready()
    person.learn(200)
    (tmp_path / "home").mkdir()
    person.export("Curves", tmp_path / "home" / "mine")
    assert (tmp_path / "home" / "mine.csv").is_file()
    person.export("Confusion", Path("other"))
    assert (tmp_path / "home" / "other.csv").is_file()


def test_the_mosaic_grows_in_a_record_while_learning_goes_on(
    visit: Callable[..., Visit], tmp_path: Path
) -> None:
    person = visit().become_ready()
    person.learn(300)
    person.key(SPACE)
    person.wait(lambda: person.playing, "it learns")
    person.export("Animated record", tmp_path / "growth.gif")
    seen = person.seen
    person.wait(lambda: person.seen > seen or person.frame.state is RunState.FINISHED, "it learned on")
    with Image.open(tmp_path / "growth.gif") as gif:
        assert gif.n_frames > 20
        first = np.asarray(gif.convert("L"))
        gif.seek(gif.n_frames - 1)
        assert (np.asarray(gif.convert("L")) != first).mean() > 0.02


# Closing -----------------------------------------------------------------------------------------


def begin_to_learn(person: Visit, folder: Path) -> None:
    seen = person.seen
    person.key(SPACE)
    person.wait(lambda: person.seen > seen + 100, "it learns")


def begin_to_save(person: Visit, folder: Path) -> None:
    person.key(Qt.Key.Key_S, Qt.KeyboardModifier.ControlModifier)
    person.name_file(folder / "last.npz")


def begin_to_export(person: Visit, folder: Path) -> None:
    person.begin_export("Mosaic", folder / "mosaic.png")


def begin_to_test(person: Visit, folder: Path) -> None:
    person.click(person.window.accuracy.held_out.test_button)
    person.wait(lambda: person.frame.held_out.running, "it tests")


def everything(person: Visit, folder: Path) -> None:
    begin_to_learn(person, folder)
    begin_to_test(person, folder)
    begin_to_export(person, folder)
    begin_to_save(person, folder)


@pytest.mark.parametrize("busy", [begin_to_learn, begin_to_save, begin_to_export, begin_to_test, everything])
def test_closing_ends_every_thread_and_finishes_every_file(
    busy: Callable[[Visit, Path], None], visit: Callable[..., Visit], digits: Dataset, tmp_path: Path
) -> None:
    person = visit("exemplar").become_ready()
    person.learn(1000)
    seen = person.seen
    busy(person, tmp_path)
    person.window.close()
    person.wait(lambda: not person.window.isVisible(), "the window closes", 10)
    assert our_threads() == []
    if busy in (begin_to_save, everything):
        assert load_snapshot(tmp_path / "last.npz", digits).seen >= seen
    if busy in (begin_to_export, everything):
        assert not QImage(str(tmp_path / "mosaic.png")).isNull()
    assert not list(tmp_path.glob(".*")), "half-written files are left"


def test_closing_before_the_digits_are_loaded_waits_for_nothing_else(
    visit: Callable[..., Visit], digits: Dataset
) -> None:
    person = visit()
    person.window.close()
    person.wait(lambda: not person.window.isVisible(), "the window closes", 10)
    assert our_threads() == []
