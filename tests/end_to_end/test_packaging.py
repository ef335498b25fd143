"""What is installed is all there, and runs where the source is not."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

import pytest

from engine import __version__
from engine.datasets import MNIST_FILES

ROOT = Path(__file__).resolve().parents[2]
SOURCES = ("engine", "memnet_gui", "resources")


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Built from a copy, so that building leaves nothing in the tree."""
    source, target = tmp_path_factory.mktemp("source"), tmp_path_factory.mktemp("wheel")
    for name in SOURCES:
        shutil.copytree(ROOT / name, source / name, ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("main.py", "pyproject.toml", "README.md", "LICENSE"):
        shutil.copy(ROOT / name, source)
    subprocess.run(
        [
            sys.executable, "-m", "pip", "--disable-pip-version-check", "wheel", "--quiet",
            "--no-deps", "--no-build-isolation", "--no-index", "--wheel-dir", target, source,
        ],
        check=True,
        timeout=120,
    )  # fmt: skip
    (built,) = target.glob("*.whl")
    return built


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("installed")
    with zipfile.ZipFile(wheel) as file:
        file.extractall(folder)
    return folder


def test_every_module_and_resource_is_in_the_wheel(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as file:
        packed = set(file.namelist())
    expected = {
        path.relative_to(ROOT).as_posix()
        for name in SOURCES
        for path in (ROOT / name).rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }
    assert expected - packed == set()
    assert {f"resources/data/mnist/{name}" for name in MNIST_FILES.values()} <= packed
    stray = {name.partition("/")[0] for name in packed} - {"main.py", *SOURCES}
    assert all(name.startswith(f"memnet-{__version__}") for name in stray), "nothing else is installed"


def test_the_licences_travel_with_the_code_the_digits_and_the_font(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as file:
        licences = [name for name in file.namelist() if "/licenses/" in name]
    for ending in ("licenses/LICENSE", "mnist/LICENCE.md", "Inter-LICENSE.txt"):
        assert any(name.endswith(ending) for name in licences), ending


def test_memnet_is_the_installed_command(installed: Path) -> None:
    (entry_points,) = installed.glob("memnet-*.dist-info/entry_points.txt")
    assert "memnet = main:main" in entry_points.read_text()


def test_what_is_installed_learns_far_from_its_source(installed: Path, tmp_path: Path) -> None:
    program = "import sys, main; assert main.__file__.startswith(sys.argv.pop(1)); sys.exit(main.main())"
    learning = subprocess.run(
        [
            sys.executable, "-c", program, str(installed),
            "learn", "--preset", "tiny", "--limit", "200", "--backend", "numpy", "--json",
        ],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(installed), "PYTHONDONTWRITEBYTECODE": "1"},
        capture_output=True,
        text=True,
        check=True,
        timeout=120,
    )  # fmt: skip
    assert json.loads(learning.stdout.splitlines()[-1])["digits"] == 200


def test_broken_qt_versions_are_shut_out() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    qt = [line for line in project["dependencies"] if line.startswith("PySide6")]
    assert any("<6.12" in line and "python_version < '3.12'" in line for line in qt)
    assert all("!=6.9.1" in line for line in qt)
    assert {line.partition(">")[0] for line in project["dependencies"]} == {
        "numpy", "PySide6-Essentials", "pyqtgraph", "threadpoolctl",
    }  # fmt: skip
