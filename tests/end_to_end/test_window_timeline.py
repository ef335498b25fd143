"""Somebody goes back through the run, looks around there, begins a branch and compares it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest

from engine.archive import read_archive
from engine.commands import Save
from tests.end_to_end.driving import Visit
from tests.end_to_end.handwriting import letter_a
from tests.end_to_end.pen import write
from tests.engine.samples import assert_same

SHIFT = Qt.KeyboardModifier.ShiftModifier


def on_track(person: Visit, digit: int) -> QPoint:
    """Where a digit lies on the timeline's track."""
    scale = person.window.timeline.track.scale
    assert scale is not None
    return QPoint(round(scale.x(digit)), 30)


def arrive(person: Visit, digit: int) -> None:
    person.wait(lambda: person.seen == digit and person.frame.heading is None, f"digit {digit} is shown")


def saved(person: Visit, path: Path) -> dict[str, np.ndarray]:  # type: ignore[type-arg]
    """Everything that is shown now, through a file."""
    person.window.bridge.post(Save(path))
    person.wait(path.exists, "it was saved")
    arrays = read_archive(path)[0]
    # When a held-out test is over depends on the clock, not on the run.
    return {name: values for name, values in arrays.items() if not name.startswith("metrics_curve_test")}


def test_one_goes_back_and_everything_is_as_it_was(visit: Callable[..., Visit], tmp_path: Path) -> None:
    person = visit("small").become_ready()
    person.learn(3000)
    there, confusion = person.seen, person.frame.score.confusion
    then = saved(person, tmp_path / "then.npz")
    person.learn(there + 3000)
    now = person.seen
    person.wait(lambda: person.window.timeline.when.text() == "Now", "it says so")

    person.key(Qt.Key.Key_Home)
    arrive(person, 0)
    person.wait(lambda: "Past" in person.window.timeline.when.text(), "it says so")
    track = person.window.timeline.track
    QTest.mousePress(track, Qt.MouseButton.LeftButton, pos=on_track(person, 500))
    for digit in range(600, there, 150):
        QTest.mouseMove(track, on_track(person, digit))
        person.live(0.01)
    QTest.mouseRelease(track, Qt.MouseButton.LeftButton, pos=on_track(person, there))
    person.wait(lambda: abs(person.seen - there) < 60 and person.frame.heading is None, "it is near there")
    while (here := person.seen) != there:
        onward = here < there
        person.key(Qt.Key.Key_Right if onward else Qt.Key.Key_Left)
        arrive(person, here + 1 if onward else here - 1)
    np.testing.assert_array_equal(person.frame.score.confusion, confusion)
    assert person.frame.trial is not None
    assert person.frame.trial.digit == there
    assert_same(saved(person, tmp_path / "again.npz"), then)

    person.key(Qt.Key.Key_Left, SHIFT)
    arrive(person, there - 100)
    person.key(Qt.Key.Key_Right, SHIFT)
    arrive(person, there)
    person.key(Qt.Key.Key_End)
    arrive(person, now)
    person.wait(lambda: not person.window.timeline.present.isEnabled(), "there is nothing to go back to")


def test_a_branch_is_played_taught_and_compared(visit: Callable[..., Visit]) -> None:
    person = visit("small").become_ready()
    person.learn(2500)
    end = person.seen
    person.key(Qt.Key.Key_Left, SHIFT)
    arrive(person, end - 100)
    write(person, letter_a(0.0, 0.24))
    row = person.window.draw.teach_row
    row.begin_naming()
    person.type("A")
    person.key(Qt.Key.Key_Return)
    person.wait(lambda: person.frame.track is not None and len(person.frame.track.lines) == 2, "a branch")
    person.wait(lambda: person.window.timeline.branch.text().strip() == "Branch 2", "it has a name")
    assert person.frame.info.class_names[-1] == "A"
    assert not person.frame.past
    person.window.centre.setFocus()
    person.learn(person.seen + 500)

    person.window.timeline.menu.aboutToShow.emit()
    menus = {action.text(): action.menu() for action in person.window.timeline.menu.actions()}
    compare = menus["Compare with"]
    compare.actions()[0].trigger()  # type: ignore[union-attr]
    person.wait(lambda: person.frame.findings.comparison is not None, "they were compared", 60)
    found = person.frame.findings.comparison
    assert found is not None
    assert (found.a.name, found.b.name) == ("Branch 2", "Run")
    columns = person.frame.info.layers[0].fields
    assert found.a.taught == columns
    assert found.b.taught == 0
    assert person.window.questions is not None
    assert person.window.questions.answers.compare.isVisible()

    actions = {action.text(): action for action in person.window.timeline.menu.actions()}
    actions[f"Run · {end:,} digits"].trigger()
    arrive(person, end)
    assert "A" not in person.frame.info.class_names


def test_space_in_the_past_begins_a_branch_and_a_bookmark_finds_the_way_back(
    visit: Callable[..., Visit],
) -> None:
    person = visit("tiny").become_ready()
    person.learn(1500)
    person.key(Qt.Key.Key_B)
    person.type("before it went on")
    person.key(Qt.Key.Key_Return)
    person.wait(lambda: person.frame.track is not None and person.frame.track.bookmarks, "it is marked")
    marked = person.seen
    person.learn(marked + 1000)
    person.key(Qt.Key.Key_Home)
    arrive(person, 0)
    QTest.mouseClick(
        person.window.timeline.track, Qt.MouseButton.LeftButton, pos=on_track(person, marked) + QPoint(2, 0)
    )
    arrive(person, marked)
    person.learn(marked + 10)
    assert person.frame.track is not None
    assert [line.forked_at for line in person.frame.track.lines] == [0, marked]
    assert not person.troubles
