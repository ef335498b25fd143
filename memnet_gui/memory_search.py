"""A tiny language for finding memories: `7 wins>10 not taught`. Pure NumPy; parsed once, matched often.

A query is any number of terms, all of which must hold:

    7  class:7  class:"my letter"       its strongest class
    wins>10  wins:1  wins<=3            digits or fields that it was nearest to
    age<500                             digits seen since it was born
    born>2000                           number of the digit that it was born at
    id:4711                             its number, which no other memory has
    useful<0                            votes for the right class less those for the others
    column:24                           its place among the receptive fields, from 0
    taught  muted                       written by hand; silent
    not taught  not class:7             the opposite of any term
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any

import numpy as np
import numpy.typing as npt

from engine.arrays import AnyArray, Flags

Columns = Mapping[str, npt.NDArray[Any]]
"""What is known of n memories: an (n,) array for each of `NUMBERS`, `FLAGS` and "class"."""

NUMBERS = ("wins", "age", "born", "id", "useful", "column")
FLAGS = ("taught", "muted")
WORDS = ("class", *NUMBERS, *FLAGS)
SHOWN_TO = 0.005
"""Usefulness is shown with two decimals: what looks the same is the same."""

_RELATIONS: dict[str, Callable[[AnyArray, float], Flags]] = {
    "<": np.less,
    ">": np.greater,
    "<=": np.less_equal,
    ">=": np.greater_equal,
}
_TERM = re.compile(
    r"""\s*
    (?P<word> "[^"]*" | [^\s"<>=:]+ )
    (?: \s* (?P<relation> <= | >= | [<>=:] ) \s* (?P<value> "[^"]*" | [^\s"<>=:]+ )? )?
    """,
    re.VERBOSE,
)
_NUMBER = re.compile(r"[+\-−]?(\d[\d,]*(\.\d*)?|\.\d+)")


class QueryError(ValueError):
    """A query that cannot be read; the message is a sentence for the user."""


@dataclass(frozen=True, slots=True)
class Term:
    """One condition. relation: ":" or one of < > <= >=. value: a class's number, where fact is "class"."""

    fact: str
    relation: str = ":"
    value: float = 1.0
    negated: bool = False

    def matches(self, columns: Columns) -> Flags:
        held = columns[self.fact]
        if self.relation != ":":
            found = _RELATIONS[self.relation](held, self.value)
        elif self.fact == "useful":
            found = np.abs(held - self.value) < SHOWN_TO
        else:
            found = held == self.value
        return ~found if self.negated else found


@dataclass(frozen=True, slots=True)
class Query:
    """Terms that must all hold; without any, every memory is found."""

    terms: tuple[Term, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.terms)

    def matches(self, columns: Columns) -> Flags:
        """(n,) which of the memories are meant."""
        found = np.ones(len(columns["class"]), bool)
        for term in self.terms:
            found &= term.matches(columns)
        return found


EVERYTHING = Query()


def parse(text: str, class_names: Sequence[str]) -> Query:
    """Read a query. Raises `QueryError` with a sentence where that is not possible."""
    terms: list[Term] = []
    negated, place = False, 0
    text = text.rstrip()
    while place < len(text):
        found = _TERM.match(text, place)
        if found is None:
            raise QueryError(f"“{text[place:].strip()}” cannot be read here.")
        place = found.end()
        word, relation, value = found.group("word"), found.group("relation"), found.group("value")
        if relation is None and word.casefold() == "not":
            negated = not negated
            continue
        terms.append(_term(word, relation, value, negated, class_names))
        negated = False
    if negated:
        raise QueryError("“not” wants something after it, as in: not taught.")
    return Query(tuple(terms))


def _term(
    word: str, relation: str | None, value: str | None, negated: bool, class_names: Sequence[str]
) -> Term:
    fact = word.casefold()
    if relation is None:
        if fact in FLAGS:
            return Term(fact, negated=negated)
        number = _class(word, class_names)
        if number is None:
            raise QueryError(_unknown(word, class_names))
        return Term("class", value=number, negated=negated)
    if fact not in WORDS:
        known = _class(word, class_names) is not None
        raise QueryError(f"“{word}” is not compared." if known else _unknown(word, class_names))
    if fact in FLAGS:
        raise QueryError(f"“{fact}” stands alone: {fact}, or not {fact}.")
    relation = ":" if relation == "=" else relation
    if fact == "class":
        return Term(fact, value=_named_class(relation, value, class_names), negated=negated)
    if value is None:
        raise QueryError(f"“{fact}” wants a number, as in: {fact}{relation}10.")
    return Term(fact, relation, _number(fact, value), negated)


def _named_class(relation: str, value: str | None, class_names: Sequence[str]) -> int:
    if relation != ":":
        raise QueryError(f"A class is not more or less than another: class:{class_names[0]}.")
    if value is None:
        raise QueryError(f"“class:” wants a name, as in: class:{class_names[0]}.")
    number = _class(value, class_names)
    if number is None:
        raise QueryError(f"There is no class “{value.strip(chr(34))}”.")
    return number


def _class(word: str, class_names: Sequence[str]) -> int | None:
    """The number of the class of that name; capitals count only where two names differ in nothing else."""
    name = word.strip('"')
    if name in class_names:
        return list(class_names).index(name)
    folded = [known.casefold() for known in class_names]
    return folded.index(name.casefold()) if name.casefold() in folded else None


def _number(fact: str, text: str) -> float:
    if not _NUMBER.fullmatch(text):
        raise QueryError(f"“{text}” is no number, which {fact} wants.")
    return float(text.replace(",", "").replace("−", "-"))


def _unknown(word: str, class_names: Sequence[str]) -> str:
    word = word.strip('"')
    if word.lstrip("+-−").isdecimal():
        return f"There is no class “{word}”."
    near = get_close_matches(word.casefold(), (*WORDS, *class_names), 1)
    return f"“{word}” is not known. " + (f"Is {near[0]} meant?" if near else f"Try {', '.join(WORDS)}.")
