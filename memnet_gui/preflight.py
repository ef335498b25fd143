"""Can a window open here? Asked before Qt is imported, because Qt answers by aborting.

Nothing here loads Qt's libraries, or needs anything installed to be imported. `python -m
memnet_gui.preflight` prints the Debian and Ubuntu packages that are missing for the display there
is, one line, empty when none is; with the argument `x11`, those for an X11 display.
"""

from __future__ import annotations

import ctypes
import os
import shutil
import socket
import sys
import threading
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from importlib import resources, util
from pathlib import Path
from typing import Literal

from engine.doctor import Check

Kind = Literal["native", "virtual", "wayland", "x11", "none"]

SERVER_TIMEOUT = 3.0
"""Seconds that a display server has to answer."""
TRIAL_TIMEOUT = 30.0
SMALLEST_PYTHON_FOR_QT_6_12 = (3, 12)


@dataclass(frozen=True, slots=True)
class Display:
    """Where a window would open. kind: "native" (Windows, macOS), "virtual" (a Qt platform that
    needs no server, such as offscreen), "wayland", "x11", or "none" with the reason in `detail`."""

    kind: Kind
    detail: str

    @property
    def answers(self) -> bool:
        return self.kind != "none"


@dataclass(frozen=True, slots=True)
class Library:
    """A shared library that the wheels of Qt leave to the system."""

    file: str
    package: str


_EVERYWHERE = (
    Library("libglib-2.0.so.0", "libglib2.0-0"),
    Library("libGL.so.1", "libgl1"),
    Library("libEGL.so.1", "libegl1"),
    Library("libxkbcommon.so.0", "libxkbcommon0"),
    Library("libdbus-1.so.3", "libdbus-1-3"),
    Library("libfontconfig.so.1", "libfontconfig1"),
)
_X11 = (
    Library("libxcb-cursor.so.0", "libxcb-cursor0"),
    Library("libxcb-icccm.so.4", "libxcb-icccm4"),
    Library("libxcb-keysyms.so.1", "libxcb-keysyms1"),
    Library("libxcb-shape.so.0", "libxcb-shape0"),
    Library("libxkbcommon-x11.so.0", "libxkbcommon-x11-0"),
)


def find_display(environ: Mapping[str, str] = os.environ, platform: str = sys.platform) -> Display:
    """The display that Qt would use, or why there is none. Never aborts, never hangs."""
    if platform in ("win32", "darwin"):
        return Display("native", "the desktop's own")
    asked = [name.partition(":")[0] for name in environ.get("QT_QPA_PLATFORM", "").split(";") if name]
    for name in asked:
        if name != "xcb" and not name.startswith("wayland"):
            return Display("virtual", f"QT_QPA_PLATFORM={name}")
    problems = []
    if not asked or any(name.startswith("wayland") for name in asked):
        wayland = environ.get("WAYLAND_DISPLAY")
        if wayland and _wayland_answers(Path(environ.get("XDG_RUNTIME_DIR", "/"), wayland)):
            return Display("wayland", f"Wayland display {wayland}")
        if wayland:
            problems.append(f"WAYLAND_DISPLAY is {wayland}, but no compositor answers there")
    if not asked or "xcb" in asked:
        x11 = environ.get("DISPLAY")
        if x11 and _x_server_answers(x11):
            return Display("x11", f"X11 display {x11}")
        if x11:
            problems.append(f"DISPLAY is {x11}, but no X server answers there")
    return Display("none", "; ".join(problems) or "neither DISPLAY nor WAYLAND_DISPLAY is set")


def missing_libraries(kind: Kind, platform: str = sys.platform) -> tuple[Library, ...]:
    """Shared libraries without which Qt would not start on such a display."""
    if not platform.startswith("linux") or kind == "none":
        return ()
    needed = _EVERYWHERE + _X11 if kind == "x11" else _EVERYWHERE
    return tuple(library for library in needed if not _loads(library.file))


def install_line(libraries: Iterable[Library]) -> str:
    """The exact command that installs these libraries on Debian and Ubuntu."""
    sudo = "" if hasattr(os, "geteuid") and os.geteuid() == 0 else "sudo "
    return f"{sudo}apt-get install -y {' '.join(library.package for library in libraries)}"


def window_problem(display: Display) -> str | None:
    """Why Qt cannot start on this display, as a sentence that says what to do; None if it can."""
    if missing := missing_libraries(display.kind):
        files = ", ".join(library.file for library in missing)
        system = "Install them with" if shutil.which("apt-get") else "On Debian or Ubuntu, install them with"
        return (
            f"Qt needs libraries that this system does not have ({files}). {system}: {install_line(missing)}"
        )
    for module, package in (("PySide6", "PySide6-Essentials"), ("pyqtgraph", "pyqtgraph")):
        if util.find_spec(module) is None:
            return f"{package} is not installed. Install it with: {sys.executable} -m pip install {package}"
    return _unsound_qt()


def window_checks() -> list[Check]:
    """What `doctor` says about the window."""
    display = find_display()
    missing = missing_libraries(display.kind)
    files = ", ".join(library.file for library in missing)
    checks = [
        _package_check("PySide6-Essentials", "PySide6"),
        _package_check("pyqtgraph", "pyqtgraph"),
        Check("Qt libraries", not missing, files or "all load", install_line(missing) if missing else ""),
        Check(
            "display",
            display.answers,
            display.detail,
            "" if display.answers else "log in to a desktop, or run under: xvfb-run -a",
        ),
        _resources_check(),
    ]
    if not all(check.ok for check in checks):
        return checks
    if unsound := _unsound_qt():
        return [*checks, Check("Qt version", False, unsound, "run the command named")]
    return [*checks, _trial()]


def _package_check(package: str, module: str) -> Check:
    version = _version(package)
    if util.find_spec(module) is None:
        return Check(package, False, "not installed", f"{sys.executable} -m pip install {package}")
    return Check(package, True, version or "installed")


def _version(package: str) -> str | None:
    from importlib import metadata  # noqa: PLC0415 - slow to import, and the window does not wait for it

    try:
        return metadata.version(package)
    except metadata.PackageNotFoundError:
        return None


def _qt_version() -> str:
    import PySide6  # noqa: PLC0415 - the package alone, which loads none of Qt's libraries yet

    return PySide6.__version__


def _unsound_qt() -> str | None:
    """What to do about a version of PySide6 that imports well and breaks later."""
    version, pip = _qt_version(), f"{sys.executable} -m pip install"
    if version.startswith("6.12.") and sys.version_info < SMALLEST_PYTHON_FOR_QT_6_12:
        return f"PySide6 {version} corrupts memory on this Python. Run: {pip} 'PySide6-Essentials<6.12'"
    if version == "6.9.1":
        return f"PySide6 6.9.1 breaks pyqtgraph. Run: {pip} 'PySide6-Essentials!=6.9.1'"
    return None


def _resources_check() -> Check:
    root = resources.files("resources")
    absent = [
        name
        for name, suffix in (("icons", ".svg"), ("fonts", ".otf"))
        if not (root / name).is_dir()
        or not any(entry.name.endswith(suffix) for entry in (root / name).iterdir())
    ]
    detail = f"no {' and no '.join(absent)}" if absent else "present"
    return Check("icons and font", not absent, detail, "install MemNet again" if absent else "")


def _trial() -> Check:
    """Start Qt in a process of its own: what it does there is the answer, even when it aborts."""
    import subprocess  # noqa: PLC0415 - only `doctor` starts processes

    program = "from PySide6.QtWidgets import QApplication; QApplication([])"
    try:
        trial = subprocess.run(
            [sys.executable, "-c", program],
            capture_output=True,
            text=True,
            timeout=TRIAL_TIMEOUT,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        return Check("Qt starts", False, str(error), "run it by hand to see more")
    if trial.returncode == 0:
        return Check("Qt starts", True, "yes")
    lines = trial.stderr.strip().splitlines() or [f"exit code {trial.returncode}"]
    return Check("Qt starts", False, lines[-1], "install what is named")


def _loads(file: str) -> bool:
    try:
        ctypes.CDLL(file)
    except OSError:
        return False
    return True


def _wayland_answers(path: Path) -> bool:
    with socket.socket(socket.AF_UNIX) as client:
        client.settimeout(SERVER_TIMEOUT)
        try:
            client.connect(str(path))
        except OSError:
            return False
    return True


def _x_server_answers(name: str) -> bool:
    """Connect as Qt would, but in a way that can fail. In a thread: a hung server never answers."""
    try:
        xcb = ctypes.CDLL("libxcb.so.1")
    except OSError:
        return True  # cannot be asked; the missing libraries are what the user hears about
    xcb.xcb_connect.restype = ctypes.c_void_p
    xcb.xcb_connect.argtypes = [ctypes.c_char_p, ctypes.c_void_p]
    xcb.xcb_connection_has_error.argtypes = [ctypes.c_void_p]
    xcb.xcb_disconnect.argtypes = [ctypes.c_void_p]
    answers = threading.Event()

    def ask() -> None:
        connection = xcb.xcb_connect(name.encode(), None)
        if not xcb.xcb_connection_has_error(connection):
            answers.set()
        xcb.xcb_disconnect(connection)

    asking = threading.Thread(target=ask, name="display check", daemon=True)
    asking.start()
    asking.join(SERVER_TIMEOUT)
    return answers.is_set()


if __name__ == "__main__":
    asked = sys.argv[1:]
    missing = missing_libraries("x11" if asked == ["x11"] else find_display().kind)
    sys.stdout.write(" ".join(library.package for library in missing) + "\n")
