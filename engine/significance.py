"""Is one of two classifiers better, or was it luck?"""

from __future__ import annotations

import math


def mcnemar(only_first: int, only_second: int) -> float:
    """How likely digits that just one of two equally good classifiers gets right are shared out at least
    as unevenly as this: the exact two-sided test, in (0, 1].

    only_first, only_second: digits that are right with one alone. Were both equally good, each of them
    would fall to either with probability 1/2. Q. McNemar, Psychometrika 12 (1947) 153–157; for
    classifiers that were learned once: T. G. Dietterich, Neural Computation 10 (1998) 1895–1923.
    """
    fewer, total = min(only_first, only_second), only_first + only_second
    # The binomial tail, from its largest term down: each follows from the one before.
    term = math.exp(
        math.lgamma(total + 1)
        - math.lgamma(fewer + 1)
        - math.lgamma(total - fewer + 1)
        - total * math.log(2.0)
    )
    tail = term
    for count in range(fewer, 0, -1):
        term *= count / (total - count + 1)
        tail += term
        if term < tail * 1e-17:  # no later one changes the sum
            break
    return min(1.0, 2.0 * tail)
