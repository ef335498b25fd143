"""What can be searched for among memories, and what is said when it cannot."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from memnet_gui.memory_search import EVERYTHING, WORDS, Columns, QueryError, Term, parse

NAMES = ("0", "1", "7", "heart", "my letter", "Taught")
COLUMNS: Columns = {
    "class": np.array([2, 2, 3, 4, 0]),
    "wins": np.array([1, 11, 10, 40, 3]),
    "age": np.array([10, 500, 499, 3000, 0]),
    "born": np.array([2990, 2500, 2501, 0, 3000]),
    "id": np.array([1, 2, 3, 4, 4711]),
    "useful": np.array([-0.5, 0.0, 1.25, 3.0, -0.004], np.float32),
    "column": np.array([0, 24, 24, 48, 1]),
    "taught": np.array([False, False, True, False, True]),
    "muted": np.array([True, False, False, False, True]),
}


def found(text: str) -> list[int]:
    return np.flatnonzero(parse(text, NAMES).matches(COLUMNS)).tolist()


@pytest.mark.parametrize(
    ("text", "rows"),
    [
        ("", [0, 1, 2, 3, 4]),
        ("   ", [0, 1, 2, 3, 4]),
        ("7", [0, 1]),
        ("class:7", [0, 1]),
        ("class = 7", [0, 1]),
        ("heart", [2]),
        ("HEART", [2]),
        ('class:"my letter"', [3]),
        ('"my letter"', [3]),
        ("wins>10", [1, 3]),
        ("wins >= 10", [1, 2, 3]),
        ("wins:1", [0]),
        ("wins<=3", [0, 4]),
        ("age<500", [0, 2, 4]),
        ("born>2000", [0, 1, 2, 4]),
        ("born>2,500", [0, 2, 4]),
        ("id:4711", [4]),
        ("useful<0", [0, 4]),
        ("useful:0", [1, 4]),
        ("useful>-0.1", [1, 2, 3, 4]),
        ("useful>−0.1", [1, 2, 3, 4]),
        ("useful>.5", [2, 3]),
        ("column:24", [1, 2]),
        ("taught", [2, 4]),
        ("MUTED", [0, 4]),
        ("not taught", [0, 1, 3]),
        ("not not taught", [2, 4]),
        ("not class:7 not muted", [2, 3]),
        ("7 wins>10", [1]),
        ("taught muted 0", [4]),
        ("7 wins>10 wins<5", []),
        ("class:Taught", []),
    ],
)
def test_a_query_finds_the_memories_for_which_every_word_holds(text: str, rows: list[int]) -> None:
    assert found(text) == rows


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("winz>3", "“winz” is not known. Is wins meant?"),
        ("hart", "“hart” is not known. Is heart meant?"),
        ("qqq", f"“qqq” is not known. Try {', '.join(WORDS)}."),
        ("8", "There is no class “8”."),
        ("class:8", "There is no class “8”."),
        ("class>3", "A class is not more or less than another: class:0."),
        ("class:", "“class:” wants a name, as in: class:0."),
        ("wins>", "“wins” wants a number, as in: wins>10."),
        ("wins>many", "“many” is no number, which wins wants."),
        ("wins>1e999", "“1e999” is no number, which wins wants."),
        ("wins>nan", "“nan” is no number, which wins wants."),
        ("7>3", "“7” is not compared."),
        ("taught:1", "“taught” stands alone: taught, or not taught."),
        ("7 not", "“not” wants something after it, as in: not taught."),
        ("not", "“not” wants something after it, as in: not taught."),
        (">3", "“>3” cannot be read here."),
        ('class:"my', "“class:” wants a name, as in: class:0."),
        ('7 "', '“"” cannot be read here.'),
    ],
)
def test_what_cannot_be_read_is_answered_with_a_sentence(text: str, sentence: str) -> None:
    with pytest.raises(QueryError) as raised:
        parse(text, NAMES)
    assert str(raised.value) == sentence


@given(st.text(max_size=60))
def test_whatever_is_typed_is_read_or_answered(text: str) -> None:
    try:
        matches = parse(text, NAMES).matches(COLUMNS).shape == (5,)
    except QueryError as error:
        matches = str(error).endswith((".", "?"))
    assert matches


@given(
    st.sampled_from(["wins", "age", "born", "id", "column"]),
    st.sampled_from(["<", ">", "<=", ">=", ":"]),
    st.integers(-100, 10_000),
)
def test_not_finds_exactly_the_others(fact: str, relation: str, value: int) -> None:
    term = f"{fact}{relation}{value}"
    assert sorted(found(term) + found(f"not {term}")) == [0, 1, 2, 3, 4]


def test_equal_queries_are_equal_however_they_were_written() -> None:
    assert parse("wins>10  not taught", NAMES) == parse("WINS > 10 not Taught", NAMES)
    assert parse("", NAMES) == EVERYTHING
    assert not EVERYTHING
    assert parse("muted", NAMES).terms == (Term("muted"),)
