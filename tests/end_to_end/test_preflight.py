"""Can a window open? The answer, without Qt, for displays that answer, refuse and hang."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from memnet_gui import preflight
from memnet_gui.preflight import Display, find_display, missing_libraries, window_problem

pytestmark = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="asks about X11 and Wayland")


def test_an_x_server_that_answers_is_a_display(x_server: str) -> None:
    assert find_display({"DISPLAY": x_server}) == Display("x11", f"X11 display {x_server}")


def test_no_display_is_said_to_be_none() -> None:
    display = find_display({})
    assert not display.answers
    assert display.detail == "neither DISPLAY nor WAYLAND_DISPLAY is set"


def test_a_display_without_a_server_is_none() -> None:
    display = find_display({"DISPLAY": ":987"})
    assert not display.answers
    assert display.detail == "DISPLAY is :987, but no X server answers there"


def test_a_server_that_hangs_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(preflight, "SERVER_TIMEOUT", 0.2)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        number = silent.getsockname()[1] - 6000
        if number < 0:
            pytest.skip("the port is none that a display has")
        assert not find_display({"DISPLAY": f"127.0.0.1:{number}"}).answers


def test_a_compositor_that_answers_is_a_display(tmp_path: Path) -> None:
    environment = {"WAYLAND_DISPLAY": "wayland-7", "XDG_RUNTIME_DIR": str(tmp_path)}
    with socket.socket(socket.AF_UNIX) as compositor:
        compositor.bind(str(tmp_path / "wayland-7"))
        compositor.listen()
        assert find_display(environment) == Display("wayland", "Wayland display wayland-7")
    display = find_display(environment)
    assert not display.answers
    assert display.detail == "WAYLAND_DISPLAY is wayland-7, but no compositor answers there"


def test_a_dead_compositor_beside_a_living_x_server_is_x11(x_server: str) -> None:
    assert find_display({"WAYLAND_DISPLAY": "/nowhere/wayland-7", "DISPLAY": x_server}).kind == "x11"


@pytest.mark.parametrize("platform", ["offscreen", "minimal", "vnc:size=800x600", "xcb;offscreen"])
def test_qt_platforms_without_a_server_need_no_display(platform: str) -> None:
    assert find_display({"QT_QPA_PLATFORM": platform}).kind == "virtual"


def test_a_platform_asked_for_is_the_one_that_must_answer(x_server: str) -> None:
    assert not find_display({"QT_QPA_PLATFORM": "xcb"}).answers
    assert not find_display({"QT_QPA_PLATFORM": "wayland", "DISPLAY": x_server}).answers


@pytest.mark.parametrize("platform", ["win32", "darwin"])
def test_other_systems_have_their_own_display(platform: str) -> None:
    assert find_display({}, platform).kind == "native"
    assert missing_libraries("native", platform) == ()


def without(monkeypatch: pytest.MonkeyPatch, *files: str) -> None:
    monkeypatch.setattr(preflight, "_loads", lambda file: file not in files)


def test_missing_libraries_come_with_the_exact_line(monkeypatch: pytest.MonkeyPatch) -> None:
    without(monkeypatch, "libGL.so.1", "libxcb-cursor.so.0")
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    problem = window_problem(Display("x11", ":0"))
    assert problem is not None
    assert "(libGL.so.1, libxcb-cursor.so.0)" in problem
    assert problem.endswith("sudo apt-get install -y libgl1 libxcb-cursor0")
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    assert "sudo" not in str(window_problem(Display("x11", ":0")))


def test_libraries_for_x11_are_not_asked_of_other_displays(monkeypatch: pytest.MonkeyPatch) -> None:
    without(monkeypatch, "libxcb-cursor.so.0")
    assert missing_libraries("virtual") == missing_libraries("wayland") == missing_libraries("none") == ()
    assert [library.package for library in missing_libraries("x11")] == ["libxcb-cursor0"]


def test_a_library_that_is_not_there_does_not_load() -> None:
    assert preflight._loads("libc.so.6")
    assert not preflight._loads("libnothing-of-that-name.so.1")


def test_python_packages_that_are_missing_are_named(monkeypatch: pytest.MonkeyPatch) -> None:
    without(monkeypatch)
    monkeypatch.setattr(
        preflight.util, "find_spec", lambda module: None if module == "pyqtgraph" else object()
    )
    assert str(window_problem(Display("virtual", ""))).endswith("-m pip install pyqtgraph")


@pytest.mark.parametrize(
    ("version", "python", "sound"),
    [
        ("6.11.2", (3, 11), True),
        ("6.12.0", (3, 11), False),
        ("6.12.0", (3, 12), True),
        ("6.9.1", (3, 13), False),
    ],
)
def test_qt_versions_that_break_later_are_refused_now(
    version: str, python: tuple[int, int], sound: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    without(monkeypatch)
    monkeypatch.setattr(preflight, "_qt_version", lambda: version)
    monkeypatch.setattr(preflight.sys, "version_info", python)
    problem = window_problem(Display("virtual", ""))
    assert (problem is None) == sound
    if problem is not None:
        assert version in problem
        assert "pip install 'PySide6-Essentials" in problem


def test_the_packages_that_make_installs_are_printed_in_one_line() -> None:
    printed = subprocess.run(
        [sys.executable, "-m", "memnet_gui.preflight", "x11"],
        cwd=Path(__file__).resolve().parents[2],
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    assert printed.split() == [library.package for library in missing_libraries("x11")]
    assert printed.count("\n") == 1
