"""Numbers for questions to the engine: each answer carries the number of its question."""

from __future__ import annotations

import itertools

_numbers = itertools.count(1)


def next_request() -> int:
    """A number that no question of this process has had."""
    return next(_numbers)
