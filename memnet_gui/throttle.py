"""Fewer redraws without stale ones: hands on the newest of what it is offered, at a bounded rate."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QElapsedTimer, QObject, QTimer, Signal, Slot


class Throttle(QObject):
    """Emits `due` with the newest offer, at most once per `interval` milliseconds.

    An offer that comes too early is kept and emitted as soon as the interval is over, unless a
    newer one replaces it; so the last offer always arrives. Interval 0 hands everything on.
    """

    due = Signal(object)

    def __init__(self, interval: int, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.interval = interval
        self._newest: Any = None
        self._since = QElapsedTimer()
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self._release)

    def offer(self, value: Any, *, at_once: bool = False) -> None:
        """Emit `value` now, if it may be or `at_once` says so, else when the interval is over."""
        self._newest = value
        waited = self._since.elapsed() if self._since.isValid() else self.interval
        if at_once or waited >= self.interval:
            self._release()
        elif not self._timer.isActive():
            self._timer.start(self.interval - waited)

    @Slot()
    def _release(self) -> None:
        self._timer.stop()
        self._since.start()
        newest, self._newest = self._newest, None
        self.due.emit(newest)
