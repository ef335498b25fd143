"""A throttle hands on the newest offer, seldom enough, and never forgets the last."""

from __future__ import annotations

import pytest
from pytestqt.qtbot import QtBot

from memnet_gui.throttle import Throttle


@pytest.fixture
def received() -> list[int]:
    return []


def test_the_first_offer_passes_and_the_newest_of_the_rest_follows(qtbot: QtBot, received: list[int]) -> None:
    throttle = Throttle(40)
    throttle.due.connect(received.append)
    for value in (1, 2, 3):
        throttle.offer(value)
    assert received == [1]
    qtbot.waitUntil(lambda: received == [1, 3], timeout=2000)
    qtbot.wait(80)
    assert received == [1, 3]


def test_an_urgent_offer_passes_at_once_and_replaces_what_waited(qtbot: QtBot, received: list[int]) -> None:
    throttle = Throttle(40)
    throttle.due.connect(received.append)
    throttle.offer(1)
    throttle.offer(2)
    throttle.offer(3, at_once=True)
    assert received == [1, 3]
    qtbot.wait(80)
    assert received == [1, 3]


def test_interval_zero_hands_everything_on(qapp: object, received: list[int]) -> None:
    throttle = Throttle(0)
    throttle.due.connect(received.append)
    for value in (1, 2, 3):
        throttle.offer(value)
    assert received == [1, 2, 3]
