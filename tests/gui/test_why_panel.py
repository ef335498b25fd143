"""WHY?: what it asks, which answers it takes, and what it says about the digit."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from engine.commands import Explain
from engine.config import PRESETS
from engine.findings import Findings
from engine.frame import NetworkInfo
from memnet_gui.theme import DARK
from memnet_gui.widgets.why_flip import GIVEN_UP, LOOKING
from memnet_gui.widgets.why_panel import INVITATION, WhyPanel
from tests.gui.answers import make_explanation, make_flip
from tests.gui.frames import digit_image, make_frame, make_info
from tests.gui.panels import assert_collectable, assert_follows_the_theme, grab
from tests.gui.whys import MEDIUM, NARROW, WIDE, answer, asking, explaining, read

INFO = make_info(PRESETS["complementary"])


def grown(info: NetworkInfo, *names: str) -> NetworkInfo:
    """The same run with more classes."""
    return replace(info, class_names=(*info.class_names, *names))


# ── asking ────────────────────────────────────────────────────────────────────────────────────


def test_it_invites_to_ask_before_anything_was_asked(qtbot: QtBot) -> None:
    panel, asked = asking(qtbot, INFO)
    assert panel.pages.currentWidget() is panel.empty
    assert panel.empty.text() == INVITATION
    assert not panel.again_button.isVisible()
    panel.ask_again()
    assert asked == []
    assert panel.shown is None


def test_it_asks_about_digits_and_drawings(qtbot: QtBot) -> None:
    panel, asked = asking(qtbot, INFO)
    image = digit_image(7)
    panel.explain_source(12, True)
    panel.explain_image(image)
    digit, drawing = asked
    assert (digit.source, digit.held_out, digit.image) == (12, True, None)
    assert drawing.image is image
    assert drawing.source is None
    assert drawing.request > digit.request


def test_it_shows_the_answer_to_the_last_question_only(qtbot: QtBot) -> None:
    panel, asked = asking(qtbot, INFO)
    stranger = make_explanation(INFO, request=10**9)
    panel.show_frame(answer(INFO, stranger))
    assert panel.shown is None
    panel.explain_source(1, False)
    panel.explain_source(2, False)
    panel.show_frame(answer(INFO, replace(stranger, request=asked[0].request)))
    assert panel.shown is None
    ours = replace(stranger, request=asked[1].request)
    panel.show_frame(answer(INFO, ours))
    assert panel.shown is ours
    assert panel.pages.currentWidget() is panel.area


def test_asking_again_repeats_the_question_with_a_new_number(qtbot: QtBot) -> None:
    panel, asked = asking(qtbot, INFO)
    image = digit_image(7)
    panel.explain_image(image)
    panel.show_frame(answer(INFO, replace(make_explanation(INFO, label=None), request=asked[0].request)))
    qtbot.mouseClick(panel.again_button, Qt.MouseButton.LeftButton)
    assert asked[1].image is image
    assert asked[1].request > asked[0].request


def test_the_same_answer_is_not_taken_in_twice(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    panel, asked = asking(qtbot, INFO)
    panel.explain_source(1, False)
    found = replace(make_explanation(INFO), request=asked[0].request)
    flip = replace(make_flip(found), request=found.request)
    panel.show_frame(answer(INFO, found, flip))
    for part, name in ((panel.first, "show_class"), (panel.flip, "show_flip"), (panel.flip, "say")):
        monkeypatch.setattr(part, name, lambda *_, **__: pytest.fail("shown again"))
    for _ in range(3):
        panel.show_frame(answer(INFO, found, flip))


def test_a_new_run_forgets_what_was_asked(qtbot: QtBot) -> None:
    panel = explaining(qtbot, INFO)
    found = panel.shown
    assert found is not None
    other = replace(INFO, run=INFO.run + 1)
    panel.show_frame(make_frame(other, findings=Findings(explanation=found)))
    assert panel.shown is None
    assert panel.pages.currentWidget() is panel.empty
    assert panel.note_label.text() == ""


# ── what it says about the digit ──────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("changes", "origin", "history"),
    [
        ({"said": 9}, "digit 3,200", "label 9 · said 9 then"),
        ({}, "digit 3,200", "label 9 · said so then too"),
        ({"digit": 0, "said": None, "held_out": True}, "held-out digit 4,711", "label 9"),
        ({"digit": 0, "said": None}, "training digit 4,711, not seen yet", "label 9"),
        ({"digit": 0, "said": None, "source": -1, "label": None}, "a drawing", ""),
    ],
)
def test_it_says_which_digit_and_what_was_said_of_it(
    qtbot: QtBot, changes: dict[str, object], origin: str, history: str
) -> None:
    explanation = replace(make_explanation(INFO, answer=4, label=9), **changes)  # type: ignore[arg-type]
    panel = explaining(qtbot, INFO, explanation)
    assert panel.note_label.text() == origin
    assert panel.digit.history.text() == history
    assert panel.digit.moment.text() == "with the memories as after digit 3,200"


@pytest.mark.parametrize(("label", "verdict"), [(4, "right"), (9, "wrong"), (None, "")])
def test_the_answer_is_right_or_wrong_and_of_a_drawing_neither(
    qtbot: QtBot, label: int | None, verdict: str
) -> None:
    explanation = make_explanation(INFO, answer=4, label=label)
    panel = explaining(qtbot, INFO, explanation)
    sure = 100 * explanation.percept.confidence
    assert panel.digit.answer.text.split() == ["4", *verdict.split(), f"{sure:.1f}", "%"]
    picture = grab(panel.digit.answer)
    colors = {picture.pixel(x, y) for x in range(picture.width()) for y in range(picture.height())}
    for name in ("right", "wrong"):
        assert (DARK.color(name).rgb() in colors) == (name == verdict)


def test_every_class_has_its_votes_and_their_probability(qtbot: QtBot) -> None:
    panel = explaining(qtbot, INFO)
    assert panel.shown is not None
    rows = [panel.votes.number_text(number).split("  ") for number in range(10)]
    votes = np.array([float(read(row[0])) for row in rows])
    np.testing.assert_allclose(votes, panel.shown.votes, atol=6e-4)
    powers = np.exp(votes - votes.max())
    shown = [float(read(row[1])) / 100 for row in rows]
    np.testing.assert_allclose(powers / powers.sum(), shown, atol=1.1e-3)


def test_the_answer_stands_beside_the_runner_up(qtbot: QtBot) -> None:
    panel = explaining(qtbot, INFO, make_explanation(INFO, answer=4, label=9))
    assert "4, answer:" in panel.first.head.accessibleName()
    assert "9, runner-up, true label:" in panel.second.head.accessibleName()


def test_a_picked_class_takes_the_runner_up_s_place_and_gives_its_evidence(qtbot: QtBot) -> None:
    panel = explaining(qtbot, INFO, make_explanation(INFO, answer=4, label=9))
    before = grab(panel.digit.picture)
    with qtbot.waitSignal(panel.class_picked) as picked:
        panel.votes.picked.emit(2)
    assert picked.args == [2]
    assert panel.digit.picture.caption == "evidence for 2"
    assert "2, picked:" in panel.second.head.accessibleName()
    assert "4, answer:" in panel.first.head.accessibleName()
    assert grab(panel.digit.picture) != before
    panel.votes.picked.emit(2)
    assert panel.digit.picture.caption == "evidence for 4"
    assert "9, runner-up" in panel.second.head.accessibleName()
    assert grab(panel.digit.picture) == before


def test_the_key_of_a_class_picks_it(qtbot: QtBot) -> None:
    panel = explaining(qtbot, INFO, make_explanation(INFO, answer=4))
    for part in (panel.votes, panel.first.table, panel.flip.grid):
        qtbot.keyClick(part, Qt.Key.Key_7)
        assert panel.shown_class == 7, part
        qtbot.keyClick(part, Qt.Key.Key_4)
        assert panel.shown_class == 4, part


def test_a_pick_stays_while_the_same_digit_is_asked_about(qtbot: QtBot) -> None:
    panel, asked = asking(qtbot, INFO)
    explanation = make_explanation(INFO, answer=4)
    panel.explain_source(4711, False)
    panel.show_frame(answer(INFO, replace(explanation, request=asked[-1].request)))
    panel.pick(2)
    panel.ask_again()
    panel.show_frame(answer(INFO, replace(explanation, request=asked[-1].request)))
    assert panel.shown_class == 2
    panel.explain_source(12, False)
    panel.show_frame(answer(INFO, replace(explanation, source=12, request=asked[-1].request)))
    assert panel.shown_class == 4


def test_whole_digits_alone_have_no_map_of_evidence(qtbot: QtBot) -> None:
    info = make_info(PRESETS["exemplar"])
    panel = explaining(qtbot, info)
    assert panel.digit.picture.caption == ""
    assert "no map" in panel.digit.picture.toolTip()


# ── what it hangs on ──────────────────────────────────────────────────────────────────────────


def test_the_flip_is_waited_for_and_then_told(qtbot: QtBot) -> None:
    panel, asked = asking(qtbot, INFO)
    panel.explain_source(1, False)
    found = replace(make_explanation(INFO, answer=4), request=asked[0].request)
    panel.show_frame(answer(INFO, found))
    assert panel.flip.sentence.text() == LOOKING
    panel.show_frame(answer(INFO, found, replace(make_flip(found), request=found.request - 1)))
    assert panel.flip.sentence.text() == LOOKING
    panel.show_frame(answer(INFO, found, replace(make_flip(found, 3, 9), request=found.request)))
    assert panel.flip.sentence.text() == "Silencing these 3 memories would make it say 9."
    assert panel.flip.grid.count == 3


def test_a_search_that_was_given_up_can_be_asked_for_again(qtbot: QtBot) -> None:
    panel, asked = asking(qtbot, INFO)
    panel.explain_source(1, False)
    found = replace(make_explanation(INFO), request=asked[0].request)
    panel.show_frame(answer(INFO, found, task=None))
    assert panel.flip.sentence.text() == GIVEN_UP
    assert "Ask again" in panel.again_button.toolTip()


# ── classes, themes, sizes ────────────────────────────────────────────────────────────────────


def test_a_class_added_since_has_no_part_in_an_older_explanation(qtbot: QtBot) -> None:
    panel = explaining(qtbot, INFO)
    found = panel.shown
    assert found is not None
    panel.show_frame(make_frame(grown(INFO, "Ω"), findings=Findings(explanation=found)))
    assert panel.shown is found
    panel.pick(10)
    assert panel.shown_class == 4
    grab(panel)


def test_a_class_taken_back_keeps_its_name_in_what_it_took_part_in(qtbot: QtBot) -> None:
    wide = make_info(replace(PRESETS["complementary"], classes=11))
    named = replace(wide, class_names=(*INFO.class_names, "Ω"))
    panel = explaining(qtbot, named, make_explanation(named, answer=10, label=4))
    found = panel.shown
    assert found is not None
    assert "Ω, answer:" in panel.first.head.accessibleName()
    panel.show_frame(make_frame(INFO, findings=Findings(explanation=found)))
    assert "Ω, answer:" in panel.first.head.accessibleName()
    assert panel.digit.answer.text.startswith("Ω wrong")
    grab(panel)


@pytest.mark.parametrize("size", [WIDE, MEDIUM, NARROW])
@pytest.mark.parametrize("classes", [2, 10, 62])
def test_no_part_reaches_over_another_or_over_the_edge(
    qtbot: QtBot, size: tuple[int, int], classes: int
) -> None:
    info = make_info(replace(PRESETS["complementary"], classes=classes))
    explanation = make_explanation(info, answer=1, label=0)
    panel = explaining(qtbot, info, explanation, make_flip(explanation, answer=0), size)
    QApplication.processEvents()
    content = panel.area.widget()
    assert content is not None
    parts: list[QWidget] = [
        panel.digit,
        panel.votes_area,
        panel.first,
        panel.second,
        panel.difference,
        panel.flip,
    ]
    boxes = [part.rect().translated(part.mapTo(content, part.rect().topLeft())) for part in parts]
    for number, box in enumerate(boxes):
        assert content.rect().contains(box), parts[number]
        assert box.width() >= parts[number].minimumSizeHint().width(), parts[number]
        assert not any(box.intersects(other) for other in boxes[number + 1 :]), parts[number]
    assert content.width() <= panel.area.viewport().width()


def test_words_lie_on_a_large_picture_only(qtbot: QtBot) -> None:
    panel = explaining(qtbot, INFO, make_explanation(INFO, answer=4))
    assert panel.digit.picture.caption == "evidence for 4"
    panel.resize(*NARROW)
    assert panel.digit.picture.caption == ""
    panel.resize(*WIDE)
    assert panel.digit.picture.caption == "evidence for 4"


def test_at_its_usual_size_everything_is_in_sight(qtbot: QtBot) -> None:
    panel = explaining(qtbot, INFO)
    QApplication.processEvents()
    assert panel.area.verticalScrollBar().maximum() == 0


def test_it_follows_the_theme(qtbot: QtBot) -> None:
    panel = explaining(qtbot, INFO, flip=make_flip(make_explanation(INFO)))
    for part in (panel.digit, panel.votes, panel.first, panel.difference, panel.flip):
        assert_follows_the_theme(panel, part)


def test_tab_leads_from_part_to_part(qtbot: QtBot) -> None:
    panel = explaining(qtbot, INFO, flip=make_flip(make_explanation(INFO)))
    parts = [panel.again_button, panel.votes, panel.first.table, panel.second.table, panel.flip.grid]
    panel.activateWindow()
    panel.again_button.setFocus()
    QApplication.processEvents()
    for before, after in pairwise(parts):
        assert before.hasFocus(), before
        qtbot.keyClick(before, Qt.Key.Key_Tab)
        assert after.hasFocus(), after


def test_it_is_gone_when_nobody_holds_it(qapp: QApplication) -> None:
    def make() -> WhyPanel:
        panel = WhyPanel()
        asked: list[Explain] = []
        panel.asked.connect(asked.append)
        panel.set_theme(DARK)
        panel.show_frame(make_frame(INFO))
        panel.explain_source(1, False)
        found = replace(make_explanation(INFO), request=asked[0].request)
        panel.show_frame(answer(INFO, found, replace(make_flip(found), request=found.request)))
        return panel

    assert_collectable(make)
