"""How a run is going, on standard error: a bar in a terminal, a line every tenth elsewhere."""

from __future__ import annotations

import shutil
import sys
import time
from typing import TextIO

from engine.metrics import RECENT
from engine.session import Report

REFRESH_SECONDS = 0.1
BAR_CELLS = 24
TENTHS = 10


class Progress:
    """Fed a report after every burst; writes only when there is something new to see.

    first: digits that had been seen before this run began, as in a run that is resumed.
    """

    def __init__(self, first: int = 0, stream: TextIO | None = None) -> None:
        self._stream = stream or sys.stderr
        self._live = self._stream.isatty()
        self._first = first
        self._started = time.perf_counter()
        self._shown_at = float("-inf")
        self._tenth = 0
        self._width = 0

    def show(self, report: Report) -> None:
        if self._live:
            now = time.perf_counter()
            if now - self._shown_at >= REFRESH_SECONDS or report.seen == report.total:
                self._shown_at = now
                self._draw(_bar(report, self._rate(report)))
        else:
            tenth = TENTHS * report.seen // report.total
            if tenth > self._tenth:
                self._tenth = tenth
                self._stream.write(_line(report, self._rate(report)) + "\n")
                self._stream.flush()

    def say(self, sentence: str) -> None:
        """A sentence on a line of its own, above the bar."""
        self.clear()
        self._stream.write(f"memnet: {sentence}\n")
        self._stream.flush()

    def clear(self) -> None:
        """Take the bar away."""
        if self._width:
            self._stream.write("\r" + " " * self._width + "\r")
            self._stream.flush()
            self._width = 0

    def _rate(self, report: Report) -> float:
        return (report.seen - self._first) / max(time.perf_counter() - self._started, 1e-9)

    def _draw(self, text: str) -> None:
        room = shutil.get_terminal_size().columns - 1
        self._stream.write("\r" + text[:room].ljust(min(self._width, room)))
        self._stream.flush()
        self._width = min(len(text), room)


def _bar(report: Report, rate: float) -> str:
    share = report.seen / report.total
    filled = round(share * BAR_CELLS)
    left = (report.total - report.seen) / max(rate, 1e-9)
    bar = "#" * filled + "-" * (BAR_CELLS - filled)
    return (
        f"[{bar}] {share * 100:3.0f} %  {report.seen:,}/{report.total:,} digits  "
        f"{_recent(report)}  {report.memories:,} memories  {rate:,.0f}/s  "
        f"{left // 60:.0f}:{left % 60:02.0f} left"
    )


def _line(report: Report, rate: float) -> str:
    return (
        f"{report.seen / report.total * 100:3.0f} %  {report.seen:,} of {report.total:,} digits, "
        f"{_recent(report)}, {report.memories:,} memories, {rate:,.0f} digits/s"
    )


def _recent(report: Report) -> str:
    return f"{report.recent * 100:.1f} % of the last {min(report.seen, RECENT):,} right"
