"""The README's pictures: the real window after 60,000 digits, in both themes, asked why, and a branch.

On a machine without a screen: xvfb-run -a python -m tests.benchmarks.screenshots docs/screenshots
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QEvent, QPointF, Qt
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QApplication

from engine.commands import Bookmark, Look, Play, Step, Teach
from engine.config import preset
from engine.datasets import load_mnist
from engine.runner import Runner
from memnet_gui.app import make_application, make_window
from memnet_gui.main_window import MainWindow
from memnet_gui.settings import THEME_CHOICES, Settings, fresh_settings

EIGHT = [
    (0.60, 0.24), (0.50, 0.18), (0.40, 0.22), (0.38, 0.32), (0.46, 0.42), (0.56, 0.50), (0.62, 0.62),
    (0.58, 0.76), (0.48, 0.82), (0.38, 0.76), (0.36, 0.64), (0.44, 0.52), (0.54, 0.42), (0.62, 0.32),
    (0.60, 0.24),
]  # fmt: skip
"""A stroke, in shares of the canvas."""
PATIENCE_SECONDS = 600.0


def take(folder: Path) -> None:
    """Write dark.png, light.png, why.png and compare.png into `folder`."""
    folder.mkdir(parents=True, exist_ok=True)
    with fresh_settings():
        app = make_application()
        settings = Settings()
        settings.hints_dismissed = True
        runner = Runner(load_mnist, preset("complementary"))
        window, startup = make_window(app, runner)
        try:
            window.resize(1440, 900)
            window.show()
            window.start()
            until(app, lambda: startup.ready_seconds is not None)
            window.bridge.post(Play())
            until(app, lambda: finished(window))
            draw(app, window)
            for theme in THEME_CHOICES[1:]:
                window._appearance.choose(theme)
                settle(app)
                window.picture().save(str(folder / f"{theme}.png"))
            ask_why(app, window)
            window.picture().save(str(folder / "why.png"))
            compare(app, window)
            window.picture().save(str(folder / "compare.png"))
        finally:
            window.close()
            runner.close()


def finished(window: MainWindow) -> bool:
    """Have all digits been learned, and all test digits answered?"""
    frame = window.bridge.frame
    return frame is not None and frame.score.seen == frame.total and frame.held_out.accuracy_at == frame.total


def draw(app: QApplication, window: MainWindow) -> None:
    """Draw an eight and wait for the answer."""
    canvas = window.draw.canvas
    corner = QPointF((canvas.width() - canvas.side) / 2, (canvas.height() - canvas.side) / 2)
    places = [corner + QPointF(x, y) * canvas.side for x, y in EIGHT]
    for number, place in enumerate((*places, places[-1])):
        kind = QEvent.Type.MouseMove
        if number == 0:
            kind = QEvent.Type.MouseButtonPress
        elif number == len(places):
            kind = QEvent.Type.MouseButtonRelease
        button = Qt.MouseButton.LeftButton
        event = QMouseEvent(
            kind, place, canvas.mapToGlobal(place), button, button, Qt.KeyboardModifier.NoModifier
        )
        app.sendEvent(canvas, event)
    until(app, lambda: window.draw.last_latency_ms is not None)


def ask_why(app: QApplication, window: MainWindow) -> None:
    """Ask for the reasons of the last mistake, and look into the memory that spoke loudest for it."""
    assert window.questions is not None
    frame = window.bridge.frame
    assert frame is not None
    window._appearance.choose("dark")
    window.questions.explain_digit(frame.mistakes[-1].source, False)
    until(app, lambda: (frame := window.bridge.frame) is not None and frame.findings.flip is not None)
    explanation = window.bridge.frame.findings.explanation if window.bridge.frame else None
    assert explanation is not None
    columns = len(explanation.layers) - 1
    reasons = explanation.layers[columns]
    loudest = int(reasons.votes[:, explanation.percept.answer].argmax())
    window.questions.inspect(columns, int(reasons.slots[loudest]))
    until(app, lambda: (frame := window.bridge.frame) is not None and frame.findings.trace is not None)
    settle(app)


def compare(app: QApplication, window: MainWindow) -> None:
    """Go back to digit 20,000, teach what is drawn as a letter, learn 10,000 more, and compare."""
    post = window.bridge.post
    post(Bookmark(20_000, "before the letter"))
    post(Look(20_000))
    until(app, lambda: shows(window, 20_000))
    image = window.draw.image
    assert image is not None
    post(Teach("&", image))
    post(Step(10_000))
    until(app, lambda: shows(window, 30_000))
    assert window.questions is not None
    settle(app)
    window.questions.compare(1, 2)
    until(app, lambda: (frame := window.bridge.frame) is not None and frame.findings.comparison is not None)
    settle(app)


def shows(window: MainWindow, digit: int) -> bool:
    """Is that digit shown, and not just headed for?"""
    frame = window.bridge.frame
    return frame is not None and frame.score.seen == digit and frame.heading is None


def until(app: QApplication, done: Callable[[], bool]) -> None:
    """Let the window live until something is so. Raises TimeoutError."""
    deadline = time.perf_counter() + PATIENCE_SECONDS
    while not done():
        app.processEvents()
        time.sleep(0.002)
        if time.perf_counter() > deadline:
            raise TimeoutError("the window did not get there")


def settle(app: QApplication, seconds: float = 1.0) -> None:
    """Let every panel show the newest frame."""
    deadline = time.perf_counter() + seconds
    until(app, lambda: time.perf_counter() > deadline)


if __name__ == "__main__":
    take(Path(sys.argv[1] if len(sys.argv) > 1 else "docs/screenshots"))
