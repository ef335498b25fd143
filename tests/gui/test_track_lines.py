"""What lines of a run share, and the lanes they are drawn in."""

from __future__ import annotations

from engine.frame import Line
from memnet_gui.track_lines import lanes, own_digits, shared

RUN = Line(1, "Run", None, 0, 40_000)
LETTERS = Line(2, "Letters", 1, 12_000, 30_000)
DEEPER = Line(3, "Deeper", 2, 20_000, 36_000)
EARLY = Line(4, "Early", 1, 5_000, 9_000)
LINES = (RUN, LETTERS, DEEPER, EARLY)


def test_lines_share_what_came_before_the_first_of_them_left() -> None:
    assert shared(LINES, RUN, LETTERS) == shared(LINES, LETTERS, RUN) == 12_000
    assert shared(LINES, LETTERS, DEEPER) == 20_000
    assert shared(LINES, RUN, DEEPER) == 12_000, "by the way of the branch that it left"
    assert shared(LINES, DEEPER, EARLY) == 5_000
    assert shared(LINES, RUN, RUN) == RUN.head


def test_a_branch_of_a_line_that_is_gone_shares_what_is_known() -> None:
    assert shared((RUN, DEEPER), DEEPER, RUN) == 0
    twin = Line(5, "Twin", 2, 25_000, 26_000)
    assert shared((RUN, DEEPER, twin), DEEPER, twin) == 20_000


def test_its_own_is_what_no_other_line_has() -> None:
    assert own_digits(LINES, RUN) == 28_000
    assert own_digits(LINES, LETTERS) == 10_000
    assert own_digits(LINES, DEEPER) == 16_000
    assert own_digits((RUN,), RUN) == RUN.head


def test_lanes_hold_lines_that_do_not_meet() -> None:
    placed = {line.name: (since, lane) for line, since, lane in lanes(LINES, RUN, 4, 100)}
    assert placed == {"Early": (5_000, 0), "Letters": (12_000, 0), "Deeper": (12_000, 1)}
    assert {lane for _, _, lane in lanes(LINES, RUN, 4, 5_000)} == {0, 1, 2}


def test_more_branches_than_lanes_share_the_last() -> None:
    many = (RUN, *(Line(n, f"Branch {n}", 1, 100 * n, 30_000) for n in range(2, 12)))
    found = [lane for _, _, lane in lanes(many, RUN, 3, 10)]
    assert found == [0, 1, *[2] * 8]
