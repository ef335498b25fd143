"""What the operating system says about this process, without a third-party package."""

from __future__ import annotations

import ctypes
import os
import sys
import time
from dataclasses import dataclass
from pathlib import Path

_IMPORTED_AT = time.perf_counter()
_SYSTEM: str = sys.platform


@dataclass(frozen=True, slots=True)
class MemoryUse:
    """Memory of this process. bytes: its size; peak: it is the largest so far, not the present one."""

    bytes: int
    peak: bool

    def __str__(self) -> str:
        text = f"{self.bytes / 2**20:,.0f} MB"
        return f"{text} at most" if self.peak else text


def memory_use() -> MemoryUse | None:
    """Resident memory now on Linux and Windows, the peak on macOS and BSD, None where neither is told."""
    if _SYSTEM == "linux":
        try:
            pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
        except (OSError, ValueError, IndexError):
            return None
        return MemoryUse(pages * os.sysconf("SC_PAGE_SIZE"), peak=False)
    if _SYSTEM == "win32":
        return _windows_memory_use()
    return peak_memory_use()


def seconds_since_start() -> float:
    """Seconds since the operating system started this process.

    Linux tells the start to a hundredth of a second. Elsewhere the clock starts when this module is
    first imported, which leaves out the start of the interpreter.
    """
    if _SYSTEM == "linux":
        try:
            # The name in parentheses may hold spaces; start time is the 20th field after it.
            fields = Path("/proc/self/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
            started = int(fields[19]) / os.sysconf("SC_CLK_TCK")
            return time.clock_gettime(time.CLOCK_BOOTTIME) - started
        except (OSError, ValueError, IndexError):
            pass
    return time.perf_counter() - _IMPORTED_AT


def peak_memory_use() -> MemoryUse | None:
    """The most resident memory there has been so far; None where it is not told."""
    if _SYSTEM == "win32":
        return _windows_memory_use(peak=True)
    try:
        import resource  # noqa: PLC0415  not on Windows
    except ImportError:
        return None
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return MemoryUse(peak if _SYSTEM == "darwin" else peak * 1024, peak=True)


def _windows_memory_use(*, peak: bool = False) -> MemoryUse | None:
    class Counters(ctypes.Structure):
        """PROCESS_MEMORY_COUNTERS of psapi.h."""

        _fields_ = (
            ("cb", ctypes.c_uint32),
            ("page_fault_count", ctypes.c_uint32),
            *((name, ctypes.c_size_t) for name in (
                "peak_working_set", "working_set", "quota_peak_paged", "quota_paged",
                "quota_peak_nonpaged", "quota_nonpaged", "pagefile", "peak_pagefile",
            )),
        )  # fmt: skip

    counters = Counters(cb=ctypes.sizeof(Counters))
    kernel = ctypes.CDLL("kernel32")
    kernel.GetCurrentProcess.restype = ctypes.c_void_p
    kernel.K32GetProcessMemoryInfo.argtypes = (ctypes.c_void_p, ctypes.c_void_p, ctypes.c_uint32)
    told = kernel.K32GetProcessMemoryInfo(kernel.GetCurrentProcess(), ctypes.byref(counters), counters.cb)
    if not told:
        return None
    return MemoryUse(counters.peak_working_set if peak else counters.working_set, peak)
