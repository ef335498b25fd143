"""A visit: the window opens on the real digits, learns, pauses, steps, begins anew and finishes."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from PySide6.QtCore import Qt

from engine.datasets import Dataset
from engine.frame import RunState
from memnet_gui.speed_slider import speed_at, speed_text
from tests.end_to_end.driving import Visit

CONTROL = Qt.KeyboardModifier.ControlModifier
SPACE, LEFT, RIGHT = Qt.Key.Key_Space, Qt.Key.Key_Left, Qt.Key.Key_Right


@pytest.mark.parametrize("preset", ["tiny", "complementary"])
def test_space_learns_and_every_panel_shows_it_until_space_pauses(
    preset: str, visit: Callable[..., Visit], digits: Dataset
) -> None:
    person = visit(preset).become_ready()
    window = person.window
    assert person.said == "Ready. Press Space to begin."
    person.key(SPACE)
    person.wait(lambda: person.seen > 300, "digits stream by")
    person.wait(lambda: person.playing and person.said.startswith("Learning"), "it says so", 5)

    asked = person.frame.number
    person.key(SPACE)
    seconds = person.wait(lambda: person.frame.state is RunState.PAUSED, "it pauses")
    assert seconds < 0.5, f"pausing took {seconds:.2f} s and {person.frame.number - asked} frames"
    person.rest()
    seen, trial = person.seen, person.frame.trial
    person.live(0.3)
    assert person.seen == seen, "paused is paused"

    assert trial is not None
    assert trial.digit == seen
    assert np.array_equal(np.round(trial.percept.image * 255), digits.train_images[trial.source])
    sure = f"label {trial.label} · sure {100 * trial.percept.confidence:.0f} %"
    person.wait(lambda: window.stream.answer.text.endswith(sure), "the stream shows the last digit", 5)
    assert window.memory.view.mosaic is not None
    assert window.memory.view.mosaic.total == person.frame.score.memories[0] > 0
    assert len(person.frame.raster.novelty) == 200
    person.wait(lambda: window.status.digits.text() == f"{seen:,} / 60,000 digits", "the status bar too", 5)
    assert person.frame.score.confusion.sum() == seen
    assert person.frame.score.prequential > 0.5
    person.close()


def test_the_right_arrow_steps_one_digit_at_a_time(visit: Callable[..., Visit]) -> None:
    person = visit().become_ready()
    for digit in range(1, 6):
        person.step(1)
        person.rest()
        trial = person.frame.trial
        assert trial is not None
        assert trial.digit == digit
    person.key(SPACE)
    person.wait(lambda: person.seen > 100, "digits stream by")
    person.key(RIGHT)
    person.rest()
    seen = person.seen
    person.live(0.2)
    assert person.seen == seen, "a step also pauses"


def test_the_speed_slider_is_obeyed(visit: Callable[..., Visit]) -> None:
    person = visit().become_ready()
    slider = person.window.toolbar.speed.slider
    slider.setFocus(Qt.FocusReason.TabFocusReason)
    person.key(Qt.Key.Key_Home)
    assert person.window.toolbar.speed.value.text() == "1/s"
    person.window.centre.setFocus()
    for _ in range(10):
        person.key(RIGHT, CONTROL)
    speed = speed_at(40)
    person.wait(lambda: person.frame.speed == speed, "the engine knows the new speed")
    person.key(SPACE)
    person.wait(lambda: person.seen > 0, "it plays")
    first = person.seen
    person.live(1.0)
    slow = person.seen - first
    assert 0.4 * speed <= slow <= 1.3 * speed, f"{slow} digits in a second at {speed} a second"
    person.wait(lambda: person.window.toolbar.speed.value.text() == speed_text(speed), "it is shown", 5)

    slider.setFocus(Qt.FocusReason.TabFocusReason)
    person.key(Qt.Key.Key_End)
    person.wait(lambda: person.frame.speed is None, "as fast as possible")
    first = person.seen
    person.live(0.5)
    assert person.seen - first > 5 * slow


def test_a_reset_or_another_preset_begins_anew_once_it_is_agreed_to(visit: Callable[..., Visit]) -> None:
    person = visit().become_ready()
    person.learn(1500)
    grown = person.seen

    person.key(Qt.Key.Key_R, CONTROL)
    person.answer("Cancel")
    person.live(0.1)
    assert person.seen == grown

    person.key(Qt.Key.Key_R, CONTROL)
    person.answer("Reset")
    person.wait(lambda: person.seen == 0, "everything is forgotten")
    person.rest()
    assert sum(person.frame.score.memories) == 0
    assert person.window.memory.view.mosaic is not None
    assert person.window.memory.view.mosaic.total == 0
    person.wait(lambda: person.window.stream.answer.text == "No digit yet", "the stream shows none", 5)

    person.pick(person.window.choices.presets, "Small")  # nothing to lose: no question
    person.wait(lambda: person.frame.info.config.preset == "small", "the preset is another")
    person.learn(300)
    person.wait(lambda: person.window.toolbar.preset.text() == "Small", "the toolbar says so", 5)
    assert person.frame.info.layers[0].fields == 49
    assert person.window.memory.view.mosaic.total == sum(person.frame.score.memories)


def test_the_same_seed_gives_the_same_run(visit: Callable[..., Visit]) -> None:
    person = visit().become_ready()
    scores = []
    for _ in range(2):
        person.step(40)
        scores.append((person.frame.score.correct, person.frame.score.memories))
        person.key(Qt.Key.Key_R, CONTROL)
        person.wait(lambda: person.seen == 0, "it begins again")
    assert scores[0] == scores[1]


def test_after_the_last_digit_all_held_out_digits_are_tested(visit: Callable[..., Visit]) -> None:
    person = visit().become_ready()
    person.key(SPACE)
    person.wait(lambda: person.frame.state is RunState.FINISHED, "all 60,000 digits were seen", 60)
    person.wait(lambda: person.frame.held_out.size == 10_000, "the held-out digits were tested", 60)
    person.rest()
    held_out, view = person.frame.held_out, person.window.accuracy.held_out
    assert person.seen == person.frame.total == 60_000
    assert held_out.accuracy is not None
    assert held_out.accuracy > 0.9
    assert held_out.accuracy_at == 60_000
    shown = f"test {100 * held_out.accuracy:.1f} % on 10,000 digits at digit\N{NO-BREAK SPACE}60,000"
    person.wait(lambda: view.sentence.text() == shown, shown, 5)
    person.wait(lambda: person.said == "Finished: all 60,000 digits were seen, once each.", "it is said", 5)
    assert not person.window.toolbar.play.isEnabled()
    tested = person.frame.curves.test_digits.tolist()
    assert tested == sorted(tested)
    assert tested[-1] == 60_000
    assert len(tested) >= 3, "samples were tested on the way"

    person.click(view.test_button)
    person.wait(lambda: person.frame.held_out.running, "a test on demand begins")
    person.wait(lambda: not person.frame.held_out.running, "and ends")
    assert person.frame.held_out.accuracy == held_out.accuracy, "the memories are the same"
    person.close()
