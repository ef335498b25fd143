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
        """How far learning is."""
        if self._due(report.seen, report.total):
            self._write((_bar if self._live else _line)(report, self._rate(report)))

    def count(self, words: str, done: int, total: int) -> None:
        """How much of something else is done. words: what of."""
        if self._due(done, total):
            bar = f"[{_cells(done / total)}] " if self._live else ""
            self._write(f"{bar}{done / total * 100:3.0f} %  {words}")

    def _due(self, done: int, total: int) -> bool:
        """Is there something new to see?"""
        if self._live:
            now = time.perf_counter()
            due = now - self._shown_at >= REFRESH_SECONDS or done == total
            self._shown_at = now if due else self._shown_at
            return due
        before, self._tenth = self._tenth, max(self._tenth, TENTHS * done // total)
        return self._tenth > before

    def _write(self, text: str) -> None:
        if self._live:
            self._draw(text)
        else:
            self._stream.write(text + "\n")
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
    left = (report.total - report.seen) / max(rate, 1e-9)
    return (
        f"[{_cells(share)}] {share * 100:3.0f} %  {report.seen:,}/{report.total:,} digits  "
        f"{_recent(report)}  {report.memories:,} memories  {rate:,.0f}/s  "
        f"{left // 60:.0f}:{left % 60:02.0f} left"
    )


def _cells(share: float) -> str:
    filled = round(share * BAR_CELLS)
    return "#" * filled + "-" * (BAR_CELLS - filled)


def _line(report: Report, rate: float) -> str:
    return (
        f"{report.seen / report.total * 100:3.0f} %  {report.seen:,} of {report.total:,} digits, "
        f"{_recent(report)}, {report.memories:,} memories, {rate:,.0f} digits/s"
    )


def _recent(report: Report) -> str:
    return f"{report.recent * 100:.1f} % of the last {min(report.seen, RECENT):,} right"
