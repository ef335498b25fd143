"""Somebody draws a letter, teaches it, sees it known, asks why, looks inside, and takes it all back."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import Qt

from engine.archive import read_archive
from engine.commands import AddClass
from memnet_gui.questions import Answers
from tests.end_to_end.driving import Visit
from tests.end_to_end.handwriting import DIGITS, letter_a
from tests.end_to_end.pen import read, write
from tests.engine.samples import assert_same

CTRL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier
ONES = [letter_a(slant, width) for slant, width in ((0.0, 0.24), (0.03, 0.26), (-0.03, 0.22), (0.015, 0.25))]


def answers_of(person: Visit) -> Answers:
    assert person.window.questions is not None
    return person.window.questions.answers


def edits(person: Visit) -> list[str]:
    return [edit.text for edit in person.frame.edits if not edit.undone]


def held_out(person: Visit) -> float:
    """Accuracy on all held-out digits now."""
    person.click(person.window.accuracy.held_out.test_button)
    person.wait(lambda: person.frame.held_out.running, "a test runs")
    person.wait(lambda: not person.frame.held_out.running, "the test is over", 60)
    assert person.frame.held_out.accuracy is not None
    return person.frame.held_out.accuracy


def name_class(person: Visit, name: str) -> None:
    """Choose a class, or make a new one, as the chooser offers it."""
    row = person.window.draw.teach_row
    place = row.chooser.findText(name)
    if place < 0:
        row.begin_naming()
        person.type(name)
        person.key(Qt.Key.Key_Return)
    else:
        row.chooser.setCurrentIndex(place)
        row.chooser.activated.emit(place)
        person.click(row.button)


def test_a_letter_taught_three_times_is_known_the_fourth_and_digits_stay_what_they_were(
    visit: Callable[..., Visit],
) -> None:
    person = visit("small").become_ready()
    person.learn(6000)
    before = held_out(person)
    for number, strokes in enumerate(ONES[:3], start=1):
        write(person, strokes)
        read(person)
        name_class(person, "A")
        person.wait(lambda n=number: edits(person).count("taught a drawing as A") == n, "it is taught")
        person.wait(lambda: read(person) == "A", "the very drawing is known")
        person.key(Qt.Key.Key_Delete)
    assert person.frame.info.class_names[-1] == "A"
    assert person.window.stream.votes.rows == 11
    write(person, ONES[3])
    person.wait(lambda: read(person) == "A", "another one is known")
    person.key(Qt.Key.Key_Delete)
    write(person, DIGITS[0])
    assert read(person) == "0"
    assert held_out(person) >= before - 0.003
    person.learn(person.seen + 500)
    assert person.troubles == []


def test_teaching_is_taken_back_bit_for_bit_with_the_keyboard(
    visit: Callable[..., Visit], tmp_path: Path
) -> None:
    person = visit("complementary").become_ready()
    person.learn(1500)
    person.window.bridge.post(AddClass("B"))  # what was seen of a burst is learned before any change
    person.wait(lambda: len(edits(person)) == 1, "a class is added")
    person.key(Qt.Key.Key_Z, CTRL)
    person.wait(lambda: not edits(person), "the class is taken back")
    person.save(path := tmp_path / "before.npz")
    write(person, ONES[0])
    read(person)
    name_class(person, "A")
    person.wait(lambda: len(edits(person)) == 2, "it is taught")
    person.wait(lambda: read(person) == "A", "it is known")
    strokes = len(ONES[0])
    for left in (1, 0):
        person.key(Qt.Key.Key_Z, CTRL)
        person.wait(lambda n=left: len(edits(person)) == n, "a change is taken back")
    assert person.window.draw.canvas.strokes
    assert person.frame.info.class_names == tuple("0123456789")
    person.save(again := tmp_path / "after.npz")
    assert_same(read_archive(path)[0], read_archive(again)[0])
    for _ in range(strokes):
        person.key(Qt.Key.Key_Z, CTRL)
    person.wait(lambda: not person.window.draw.canvas.strokes, "the strokes are taken back")
    for _ in range(strokes + 2):
        person.key(Qt.Key.Key_Z, CTRL | SHIFT)
    person.wait(lambda: len(edits(person)) == 2, "all is made again")
    person.wait(lambda: read(person) == "A", "it is known again")


def test_play_goes_on_while_somebody_teaches_and_undoes(visit: Callable[..., Visit]) -> None:
    person = visit("small").become_ready()
    person.learn(800)
    write(person, ONES[0])
    person.key(Qt.Key.Key_Space)
    person.wait(lambda: person.playing, "it plays")
    name_class(person, "A")
    person.wait(lambda: len(edits(person)) == 2, "it is taught")
    person.key(Qt.Key.Key_Z, CTRL)
    person.wait(lambda: len(edits(person)) == 1, "it is taken back")
    assert person.playing
    assert person.troubles == []


def test_w_explains_the_current_digit_and_a_click_the_others(visit: Callable[..., Visit]) -> None:
    person = visit("small").become_ready()
    person.learn(2000)
    person.step(1)
    why = answers_of(person).why
    person.key(Qt.Key.Key_W)
    person.wait(lambda: person.frame.findings.explanation is not None, "it is explained")
    explanation = person.frame.findings.explanation
    assert explanation is not None
    assert person.frame.trial is not None
    assert explanation.source == person.frame.trial.source
    assert why.isVisible()
    person.wait(lambda: person.frame.findings.flip is not None, "it is known what it hangs on")
    mistake = person.frame.mistakes[-1]
    strip = person.window.stream.mistakes
    person.click(strip, strip.thumb_rect(0).center().toPoint())
    person.wait(
        lambda: (found := person.frame.findings.explanation) is not None and found.source == mistake.source,
        "the mistake is explained",
    )
    write(person, DIGITS[3])
    read(person)
    person.click(person.window.draw.seen)
    person.wait(
        lambda: (found := person.frame.findings.explanation) is not None and found.label is None,
        "the drawing is explained",
    )


def test_a_confusion_cell_opens_its_digits_and_one_of_them_its_reasons(visit: Callable[..., Visit]) -> None:
    person = visit("small").become_ready()
    person.learn(3000)
    confusion = person.frame.score.confusion.copy()
    confusion[range(10), range(10)] = 0
    label, answer = divmod(int(confusion.argmax()), 10)
    matrix = person.window.accuracy.confusion
    person.click(matrix, matrix.rect_of((label, answer)).center().toPoint())
    digits = answers_of(person).digits
    person.wait(lambda: person.frame.findings.cell is not None and digits.isVisible(), "the digits are shown")
    cell = person.frame.findings.cell
    assert cell is not None
    assert cell.seen.total == confusion[label, answer]
    assert set(cell.seen.labels.tolist()) == {label}
    assert set(cell.seen.answers.tolist()) == {answer}


def test_a_memory_is_looked_into_silenced_measured_and_brought_back(visit: Callable[..., Visit]) -> None:
    person = visit("small").become_ready()
    person.learn(2000)
    view = person.window.memory.view
    person.click(view.viewport())
    person.wait(lambda: person.frame.inspection is not None, "a memory is chosen")
    assert person.frame.inspection is not None
    memory = person.frame.inspection
    assert person.window.questions is not None
    person.window.questions.inspect(memory.layer, memory.slot)
    inspector = answers_of(person).inspector
    person.wait(
        lambda: inspector.isVisible() and (trace := person.frame.findings.trace) and trace.id == memory.id,
        "its digits are found",
    )
    person.click(inspector.choices.mute)
    person.wait(lambda: edits(person) == [f"muted memory {memory.id:,}"], "it is muted")
    person.wait(lambda: person.frame.findings.ablation is not None, "it is measured", 60)
    assert person.frame.findings.ablation is not None
    assert person.frame.findings.ablation.ids.tolist() == [memory.id]
    assert person.frame.findings.ablation.size == 10_000
    person.key(Qt.Key.Key_Z, CTRL)
    person.wait(lambda: not edits(person), "it speaks again")
    assert person.troubles == []


@pytest.mark.parametrize("name", ["", "7", "\N{GRINNING FACE}" * 200])
def test_a_name_that_cannot_be_is_said_and_nothing_is_taught(name: str, visit: Callable[..., Visit]) -> None:
    person = visit().become_ready()
    person.learn(600)
    write(person, ONES[0])
    row = person.window.draw.teach_row
    row.begin_naming()
    row.field.setText(name)
    row.teach()
    person.live(0.3)
    assert row.problem
    assert edits(person) == []
    assert person.frame.info.class_names == tuple("0123456789")
    assert not person.window.draw.canvas.empty


def test_an_empty_canvas_cannot_be_taught(visit: Callable[..., Visit]) -> None:
    person = visit().become_ready()
    person.learn(600)
    person.click(person.window.draw.teach_row.button)
    person.live(0.3)
    assert edits(person) == []
    assert "raw something" in person.window.draw.easel.message.text()


def test_what_was_taught_is_there_again_when_the_snapshot_is_opened(
    visit: Callable[..., Visit], tmp_path: Path
) -> None:
    person = visit("small").become_ready()
    person.learn(2000)
    write(person, ONES[0])
    read(person)
    name_class(person, "A")
    person.wait(lambda: len(edits(person)) == 2, "it is taught")
    person.save(path := tmp_path / "taught.npz")
    other = visit("tiny", snapshot=path).become_ready()
    assert other.frame.info.class_names[-1] == "A"
    write(other, ONES[0])
    other.wait(lambda: read(other) == "A", "it is known")
