"""What can be chosen about an export, without widgets: fields, their values, and what is remembered."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

Value = str | int
Options = Mapping[str, Value]
"""Values by the keys of fields."""


@dataclass(frozen=True, slots=True)
class Item:
    """One of several. why_not: what would have to be done before it can be chosen; empty where it can."""

    value: Value
    text: str
    why_not: str = ""


@dataclass(frozen=True, slots=True)
class Field:
    """Something to choose. label: with its mnemonic ("&Layer"). tip: what it does.

    when: a key and the values of it for which this field matters; None is always.
    """

    key: str
    label: str
    tip: str
    when: tuple[str, tuple[Value, ...]] | None = None

    def valid(self, value: object) -> Value:
        """The value, if it can be chosen, otherwise what is chosen at first."""
        raise NotImplementedError

    def matters(self, options: Options) -> bool:
        return self.when is None or options[self.when[0]] in self.when[1]


@dataclass(frozen=True, slots=True)
class Choose(Field):
    """One of several items; the first that can be chosen is chosen at first."""

    items: tuple[Item, ...] = ()

    def valid(self, value: object) -> Value:
        able = [item.value for item in self.items if not item.why_not] or [self.items[0].value]
        return next((known for known in able if known == value and type(known) is type(value)), able[0])


@dataclass(frozen=True, slots=True)
class Count(Field):
    """A whole number from `low` to `high`. unit: what stands behind it."""

    low: int = 1
    high: int = 1
    first: int = 1
    unit: str = ""

    def valid(self, value: object) -> Value:
        return value if type(value) is int and self.low <= value <= self.high else self.first


def completed(fields: tuple[Field, ...], remembered: Mapping[str, object]) -> dict[str, Value]:
    """A value for each field: the remembered one where it still can be chosen."""
    return {field.key: field.valid(remembered.get(field.key)) for field in fields}
