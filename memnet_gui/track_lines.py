"""How the lines of a run lie to each other: what they share, and where to draw them. No Qt."""

from __future__ import annotations

from collections.abc import Sequence

from engine.frame import Line


def shared(lines: Sequence[Line], one: Line, other: Line) -> int:
    """How many digits two lines went the same way from the beginning; 0 where nobody knows."""
    path = _path(lines, one)
    return next((min(until, path[line]) for line, until in _path(lines, other).items() if line in path), 0)


def own_digits(lines: Sequence[Line], line: Line) -> int:
    """Digits of a line that no other one has."""
    return line.head - max((shared(lines, line, other) for other in lines if other is not line), default=0)


def lanes(lines: Sequence[Line], shown: Line, most: int, gap: int) -> list[tuple[Line, int, int]]:
    """(line, digit at which it leaves the one shown, lane) of all the other lines.

    Lines in a lane do not overlap and are more than `gap` digits apart, but in the last of `most` lanes,
    which takes all that is left over.
    """
    leaves = sorted(
        ((line, shared(lines, shown, line)) for line in lines if line is not shown),
        key=lambda each: (each[1], each[0].id),
    )
    ends: list[int] = []
    placed = []
    for line, since in leaves:
        lane = next((number for number, end in enumerate(ends) if end + gap < since), len(ends))
        if lane == len(ends) and lane < most:
            ends.append(line.head)
        else:
            lane = min(lane, most - 1)
            ends[lane] = max(ends[lane], line.head)
        placed.append((line, since, lane))
    return placed


def _path(lines: Sequence[Line], line: Line) -> dict[int, int]:
    """The lines that it came along, by id, and to which digit of each; itself first."""
    known = {each.id: each for each in lines}
    until = line.head
    path = {line.id: until}
    while line.parent is not None and line.parent not in path:
        until = min(until, line.forked_at)
        path[line.parent] = until
        if line.parent not in known:
            break
        line = known[line.parent]
    return path
