"""A desktop around the program: an X display on which somebody presses keys and closes windows."""

from __future__ import annotations

import ctypes
import shutil
import subprocess

import pytest

PATIENCE = 30.0


class _ClientMessage(ctypes.Structure):
    """XClientMessageEvent, padded to the size of an XEvent."""

    _fields_ = (
        ("type", ctypes.c_int),
        ("serial", ctypes.c_ulong),
        ("send_event", ctypes.c_int),
        ("display", ctypes.c_void_p),
        ("window", ctypes.c_ulong),
        ("message_type", ctypes.c_ulong),
        ("format", ctypes.c_int),
        ("data", ctypes.c_long * 5),
        ("padding", ctypes.c_long * 24),
    )


CLIENT_MESSAGE = 33


class Desktop:
    """Hands on the X display of that name. Skips the test where there are no tools for it."""

    def __init__(self, display: str) -> None:
        if shutil.which("xdotool") is None:
            pytest.skip("needs xdotool")
        self.display = display

    def window_of(self, process: subprocess.Popen[str]) -> int:
        """The window that a process has opened, once it is there."""
        found = self._do(
            "search", "--sync", "--onlyvisible", "--all", "--pid", process.pid, "--name", "MemNet"
        )
        return int(found.split()[-1])

    def press(self, window: int, key: str) -> None:
        """Give the window the focus and strike a key."""
        self._do("windowfocus", "--sync", window, "key", key)

    def close(self, window: int) -> None:
        """Ask a window to close, as the button in its title bar does."""
        x11 = ctypes.CDLL("libX11.so.6")
        x11.XOpenDisplay.restype = display_type = ctypes.c_void_p
        x11.XInternAtom.restype = ctypes.c_ulong
        x11.XInternAtom.argtypes = [display_type, ctypes.c_char_p, ctypes.c_int]
        x11.XSendEvent.argtypes = [
            display_type, ctypes.c_ulong, ctypes.c_int, ctypes.c_long, ctypes.c_void_p,
        ]  # fmt: skip
        x11.XCloseDisplay.argtypes = [display_type]
        display = x11.XOpenDisplay(self.display.encode())
        assert display, f"no display {self.display}"
        message = _ClientMessage(type=CLIENT_MESSAGE, window=window, format=32)
        message.message_type = x11.XInternAtom(display, b"WM_PROTOCOLS", False)
        message.data[0] = x11.XInternAtom(display, b"WM_DELETE_WINDOW", False)
        x11.XSendEvent(display, window, False, 0, ctypes.byref(message))
        x11.XCloseDisplay(display)  # sends what waits first

    def _do(self, *words: object) -> str:
        return subprocess.run(
            ["xdotool", *map(str, words)],
            env={"DISPLAY": self.display},
            capture_output=True,
            text=True,
            check=True,
            timeout=PATIENCE,
        ).stdout
