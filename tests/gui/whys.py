"""What the tests of WHY? share: a panel that asked, and got its answer."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from pytestqt.qtbot import QtBot

from engine.commands import Explain
from engine.findings import Explanation, Findings, Flip, Task
from engine.frame import Frame, NetworkInfo
from memnet_gui.widgets.why_panel import WhyPanel
from tests.gui.answers import make_explanation
from tests.gui.frames import make_frame
from tests.gui.panels import shown

SEARCH = Task(1, "Looking", 3, 61)
WIDE, MEDIUM, NARROW = (804, 520), (644, 420), (348, 620)


def asking(qtbot: QtBot, info: NetworkInfo, size: tuple[int, int] = WIDE) -> tuple[WhyPanel, list[Explain]]:
    """A panel of a run, and what it has asked so far."""
    panel = shown(qtbot, WhyPanel(), *size)
    asked: list[Explain] = []
    panel.asked.connect(asked.append)
    panel.show_frame(make_frame(info))
    return panel, asked


def answer(
    info: NetworkInfo, explanation: Explanation, flip: Flip | None = None, task: Task | None = SEARCH
) -> Frame:
    """A frame with what was found out."""
    return make_frame(info, findings=Findings(explanation=explanation, flip=flip), task=task)


def explaining(
    qtbot: QtBot,
    info: NetworkInfo,
    explanation: Explanation | None = None,
    flip: Flip | None = None,
    size: tuple[int, int] = WIDE,
) -> WhyPanel:
    """A panel that shows an explanation, and a flip where there is one."""
    panel, asked = asking(qtbot, info, size)
    explanation = explanation or make_explanation(info)
    if explanation.source < 0:
        panel.explain_image(explanation.percept.image)
    else:
        panel.explain_source(explanation.source, explanation.held_out)
    request = asked[-1].request
    found = None if flip is None else replace(flip, request=request)
    panel.show_frame(answer(info, replace(explanation, request=request), found))
    return panel


def read(text: str) -> Decimal:
    """A shown number, as a reader takes it."""
    return Decimal(text.replace("−", "-").replace(" %", "").replace("\N{FIGURE SPACE}", ""))
