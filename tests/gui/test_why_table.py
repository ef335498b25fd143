"""WHY?: the lists of memories, their sums, the difference, and the memories that an answer hangs on."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QPoint, Qt
from PySide6.QtGui import QHelpEvent
from PySide6.QtWidgets import QApplication, QToolTip
from pytestqt.qtbot import QtBot

from engine.arrays import freeze
from engine.config import PRESETS
from engine.findings import Explanation
from memnet_gui.reasons import Reasons, share_text, vote_text
from memnet_gui.theme import DARK, GRID
from memnet_gui.widgets.why_columns import HEADS
from memnet_gui.widgets.why_flip import flip_sentence, flip_thumbs
from memnet_gui.widgets.why_panel import WhyPanel
from memnet_gui.widgets.why_table import BATCH
from tests.gui.answers import make_explanation, make_flip
from tests.gui.frames import make_info
from tests.gui.panels import grab, hover
from tests.gui.whys import explaining, read

INFO = make_info(PRESETS["complementary"])
NAMES = INFO.class_names


@pytest.fixture
def panel(qtbot: QtBot) -> WhyPanel:
    """Answered 4, with nine as the runner-up."""
    return explaining(qtbot, INFO, make_explanation(INFO, answer=4, label=9))


def center(panel: WhyPanel, row: int) -> QPoint:
    return panel.first.table.row_rect(row).center().toPoint()


def without_memories(explanation: Explanation) -> Explanation:
    """The same digit before anything was learned."""
    nothing = np.s_[:0]
    layers = tuple(
        replace(
            layer,
            **{
                name: getattr(layer, name)[nothing]
                for name in (
                    "slots", "ids", "columns", "distances", "activations", "associations",
                    "patterns", "pictures", "taught",
                )
            },
        )
        for layer in explanation.layers
    )  # fmt: skip
    return replace(explanation, layers=layers)


# ── the rows ──────────────────────────────────────────────────────────────────────────────────


def test_the_strongest_votes_come_first(panel: WhyPanel) -> None:
    for part, number in ((panel.first, 4), (panel.second, 9)):
        ledger = part.table.ledger
        assert ledger is not None
        assert ledger.number == number
        votes = ledger.votes[part.table.listed]
        assert len(votes) == BATCH
        assert votes.min() >= np.sort(ledger.votes)[-BATCH] - 1


def test_against_first_begins_with_what_speaks_against_the_class(panel: WhyPanel, qtbot: QtBot) -> None:
    usual = panel.first.table.listed
    qtbot.mouseClick(panel.order.button(1), Qt.MouseButton.LeftButton)
    ledger = panel.second.table.ledger
    assert ledger is not None
    assert ledger.votes[panel.second.table.listed[0]] == ledger.votes.min() < 0
    assert set(usual).isdisjoint(panel.first.table.listed)
    qtbot.mouseClick(panel.order.button(0), Qt.MouseButton.LeftButton)
    assert panel.first.table.listed == usual


def test_a_row_tells_all_about_its_memory(panel: WhyPanel) -> None:
    table = panel.first.table
    for index in table.listed[:5]:
        memory, fact = table.memory(index), table.fact(index)
        assert f"memory {memory.id:,}" in fact
        assert ("taught by hand" in fact) == memory.taught
        assert f"distance {memory.distance:.3f}" in fact
        activation, weight = (
            float(read(word)) for word in (f"{100 * memory.activation:.1f}", f"{memory.association[4]:.3f}")
        )
        vote = float(read(fact.partition("= vote ")[2].partition(" · ")[0]))
        assert vote == pytest.approx(activation / 100 * weight, abs=0.002)
        where = "a whole digit" if memory.whole else f"column {memory.column}, rows {memory.field[0]}–"
        assert where in fact


def test_every_row_is_drawn_and_a_vote_against_in_another_colour(panel: WhyPanel, qtbot: QtBot) -> None:
    table = panel.second.table
    qtbot.mouseClick(panel.order.button(1), Qt.MouseButton.LeftButton)
    picture = table.grab().toImage()
    x = table.width() - 2
    assert picture.pixel(70, int(table.row_rect(0).bottom()) - 5) == DARK.color("against").rgb()
    qtbot.mouseClick(panel.order.button(0), Qt.MouseButton.LeftButton)
    picture = table.grab().toImage()
    assert picture.pixel(x, int(table.row_rect(0).bottom()) - 5) == DARK.color("favour").rgb()
    rows = [picture.copy(table.row_rect(row).toRect()) for row in range(table.rows)]
    assert all(one != other for one, other in pairwise(rows))


def test_more_rows_come_when_they_are_asked_for(panel: WhyPanel, qtbot: QtBot) -> None:
    table = panel.first.table
    height = table.height()
    table.setFocus()
    qtbot.keyClick(table, Qt.Key.Key_End)
    assert table.current is None
    assert "others" in table.accessibleDescription()
    qtbot.keyClick(table, Qt.Key.Key_Return)
    assert len(table.listed) == 2 * BATCH
    assert table.height() > height
    assert table.current == table.listed[BATCH]
    while len(table.listed) < table.count:
        qtbot.keyClick(table, Qt.Key.Key_End)
        qtbot.keyClick(table, Qt.Key.Key_Space)
    assert sorted(table.listed) == list(range(table.count))
    assert table.rows == table.count
    assert panel.first.sums.lines[1] == ("0 others", "0.000", "0.0 %")


def test_a_click_chooses_a_memory(panel: WhyPanel, qtbot: QtBot) -> None:
    table = panel.first.table
    memory = table.memory(table.listed[2])
    with qtbot.waitSignal(panel.memory_chosen) as chosen:
        qtbot.mouseClick(table, Qt.MouseButton.LeftButton, pos=center(panel, 2))
    assert chosen.args == [memory.layer, memory.slot]
    with qtbot.waitSignal(panel.memory_chosen) as chosen:
        qtbot.keyClick(table, Qt.Key.Key_Return)
    assert chosen.args == [memory.layer, memory.slot]


def test_arrows_walk_and_the_list_follows(panel: WhyPanel, qtbot: QtBot) -> None:
    table = panel.first.table
    for _ in range(15):
        qtbot.keyClick(table, Qt.Key.Key_Down)
    assert table.current == table.listed[15]
    assert table.accessibleDescription() == table.fact(table.listed[15])
    assert table.visibleRegion().contains(center(panel, 15))
    qtbot.keyClick(table, Qt.Key.Key_PageUp)
    assert table.current in table.listed[:15]
    qtbot.keyClick(table, Qt.Key.Key_Home)
    qtbot.keyClick(table, Qt.Key.Key_Up)
    assert table.current == table.listed[0]
    assert table.visibleRegion().contains(center(panel, 0))


def test_the_names_of_the_columns_are_explained(panel: WhyPanel, monkeypatch: pytest.MonkeyPatch) -> None:
    told = set()
    monkeypatch.setattr(QToolTip, "showText", lambda _at, words, _widget: told.add(words))
    head = panel.first.head
    for x in range(0, head.width(), 4):
        at = QPoint(x, head.height() - 4)
        QApplication.sendEvent(head, QHelpEvent(QEvent.Type.ToolTip, at, head.mapToGlobal(at)))
    assert {tip for _, _, tip in HEADS} < told


def test_a_tooltip_tells_all_about_a_row(panel: WhyPanel, monkeypatch: pytest.MonkeyPatch) -> None:
    told = []
    monkeypatch.setattr(QToolTip, "showText", lambda _at, words, _widget: told.append(words))
    table = panel.first.table
    for row in (1, BATCH):
        at = center(panel, row)
        QApplication.sendEvent(table, QHelpEvent(QEvent.Type.ToolTip, at, table.mapToGlobal(at)))
    assert told == [table.fact(table.listed[1]).replace(" · ", "\n"), ""]


# ── the sums ──────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("preset", ["complementary", "exemplar", "small"])
@pytest.mark.parametrize("against", [0, 1])
def test_all_that_is_shown_adds_up_to_the_last_digit(qtbot: QtBot, preset: str, against: int) -> None:
    info = make_info(PRESETS[preset])
    panel = explaining(qtbot, info, make_explanation(info, answer=4, label=9, seed=3))
    panel.order.button(against).click()
    for picked in (4, 0, 7):
        panel.pick(picked)
        for part in (panel.first, panel.second):
            ledger = part.table.ledger
            assert ledger is not None
            rows = [read(vote_text(int(ledger.votes[index]))) for index in part.table.listed]
            shown, others, total = (read(vote) for _, vote, _ in part.sums.lines)
            assert sum(rows) == shown
            assert shown + others == total
            assert total == read(panel.votes.number_text(ledger.number).split("  ")[0])
            assert f": {vote_text(ledger.total)} votes" in part.head.accessibleName()
            favour, said_against = (
                read(word.split()[1]) for word in part.by_sign.text().replace("against", "a").split(", ")
            )
            assert favour + said_against == total
            layers = [read(word.split()[-1]) for word in part.by_layer.text().split(", ") if word]
            assert len(layers) == (len(info.layers) if len(info.layers) > 1 else 0)
            assert sum(layers) == (total if layers else 0)
            if ledger.shares is not None:
                shares = [read(share_text(int(ledger.shares[index]))) for index in part.table.listed]
                shown, others, total = (read(share) for _, _, share in part.sums.lines)
                assert sum(shares) == shown
                assert shown + others == total


def test_sums_follow_the_rows_shown(panel: WhyPanel, qtbot: QtBot) -> None:
    before = panel.first.sums.lines
    assert before[0][0] == f"{BATCH} shown"
    qtbot.keyClick(panel.first.table, Qt.Key.Key_End)
    qtbot.keyClick(panel.first.table, Qt.Key.Key_Return)
    after = panel.first.sums.lines
    assert after[0][0] == f"{2 * BATCH} shown"
    assert after[2] == before[2]


def test_before_the_first_memory_nobody_votes(qtbot: QtBot) -> None:
    panel = explaining(qtbot, INFO, without_memories(make_explanation(INFO)))
    assert panel.first.table.count == 0
    assert panel.first.sums.lines == [
        ("0 shown", "0.000", "–"),
        ("0 others", "0.000", "–"),
        (f"vote for {NAMES[4]}", "0.000", "–"),
    ]
    for key in (Qt.Key.Key_Down, Qt.Key.Key_End, Qt.Key.Key_Return):
        qtbot.keyClick(panel.first.table, key)
    grab(panel)


# ── the difference ────────────────────────────────────────────────────────────────────────────


def test_the_strongest_memory_is_compared_at_first(panel: WhyPanel) -> None:
    table = panel.first.table
    assert f"memory {table.memory(table.listed[0]).id:,}" in panel.difference.note.text()


def test_pointing_at_a_memory_compares_it_and_frames_its_field(panel: WhyPanel, qtbot: QtBot) -> None:
    table = panel.second.table
    row = next(row for row, index in enumerate(table.listed) if not table.memory(index).whole)
    memory = table.memory(table.listed[row])
    pictures, digit = grab(panel.difference.view), grab(panel.digit.picture)
    hover(qtbot, table, table.row_rect(row).center().toPoint())
    assert f"memory {memory.id:,}" in panel.difference.note.text()
    assert f"column {memory.column}" in panel.difference.note.text()
    assert grab(panel.difference.view) != pictures
    assert grab(panel.digit.picture) != digit
    for product, number in zip(panel.difference.products, (4, 9), strict=True):
        words = product.text()
        assert words.startswith(f"for {number}: {100 * memory.activation:.1f} % × ")
        weight, vote = (read(word) for word in words.partition(" × ")[2].split(" = "))
        assert float(vote) == pytest.approx(memory.activation * float(weight), abs=0.002)


def test_a_memory_of_a_digit_that_it_equals_differs_nowhere(qtbot: QtBot) -> None:
    explanation = make_explanation(INFO, answer=4)
    layers = tuple(
        replace(layer, patterns=freeze(layer.fields[layer.columns].copy())) for layer in explanation.layers
    )
    panel = explaining(qtbot, INFO, replace(explanation, layers=layers))
    assert len(difference_colors(panel)) == 1
    assert len(difference_colors(explaining(qtbot, INFO, explanation))) > 10


def difference_colors(panel: WhyPanel) -> set[int]:
    view = panel.difference.view
    picture, left, edge = grab(view), 2 * (view.edge + 2 * GRID), view.edge
    return {picture.pixel(x, y) for x in range(left + 4, left + edge - 4) for y in range(4, edge - 4)}


# ── what it hangs on ──────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("count", "said", "sentence"),
    [
        (1, 9, "Silencing this memory would make it say 9."),
        (3, 2, "Silencing these 3 memories would make it say 2."),
        (0, None, "No set of up to 60 memories, silenced from the strongest on, changes it."),
    ],
)
def test_it_says_what_silence_would_change(count: int, said: int | None, sentence: str) -> None:
    assert flip_sentence(make_flip(make_explanation(INFO), count, said), NAMES) == sentence


def test_the_memories_it_hangs_on_stand_in_order_with_their_votes(qtbot: QtBot) -> None:
    explanation = make_explanation(INFO, answer=4)
    flip = make_flip(explanation, 3, 9)
    panel = explaining(qtbot, INFO, explanation, flip)
    ledger = panel.first.table.ledger
    assert ledger is not None
    assert panel.flip.grid.count == 3
    assert panel.flip.grid.accessibleDescription().startswith("1 of 3 · ")
    for number, thumb in enumerate(flip_thumbs(flip, Reasons(explanation, INFO), NAMES)):
        assert thumb.key == (0, int(flip.slots[number]))
        assert thumb.lines == (f"{number + 1}. {vote_text(int(ledger.votes[number]))}",)
        assert f"memory {int(flip.ids[number]):,}" in thumb.fact
    with qtbot.waitSignal(panel.memory_chosen) as chosen:
        qtbot.keyClick(panel.flip.grid, Qt.Key.Key_Return)
    assert chosen.args == [0, int(flip.slots[0])]


def test_one_that_answers_only_once_others_are_silent_is_shown_too() -> None:
    explanation = make_explanation(INFO, answer=4)
    flip = replace(make_flip(explanation, 2, 9), ids=freeze(np.array([1, 999_999], np.int64)))
    thumb = flip_thumbs(flip, Reasons(explanation, INFO), NAMES)[1]
    assert thumb.lines == ("2. 0.000",)
    assert "once others are silent" in thumb.fact
    np.testing.assert_array_equal(thumb.picture, flip.pictures[1])


def test_many_are_reached_by_scrolling(qtbot: QtBot) -> None:
    info = make_info(PRESETS["columns"])
    explanation = make_explanation(info, answer=4)
    panel = explaining(qtbot, info, explanation, make_flip(explanation, 60, 9))
    QApplication.processEvents()
    qtbot.keyClick(panel.flip.grid, Qt.Key.Key_End)
    last = panel.flip.grid.cell_rect(59).center().toPoint()
    assert panel.flip.grid.visibleRegion().contains(last)
