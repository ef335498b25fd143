"""What the window remembers between two starts."""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Literal

from PySide6.QtCore import QByteArray, QSettings, QStandardPaths

from memnet_gui.shelf import DATA_VARIABLE

ThemeChoice = Literal["system", "dark", "light"]
THEME_CHOICES: tuple[ThemeChoice, ...] = ("system", "dark", "light")


class Settings:
    """Typed access to QSettings; anything unreadable in them counts as never set."""

    def __init__(self) -> None:
        self._store = QSettings(QSettings.defaultFormat(), QSettings.Scope.UserScope, "MemNet", "MemNet")

    @property
    def theme(self) -> ThemeChoice:
        value = self._store.value("theme")
        for choice in THEME_CHOICES:
            if value == choice:
                return choice
        return "system"

    @theme.setter
    def theme(self, choice: ThemeChoice) -> None:
        self._store.setValue("theme", choice)

    @property
    def folder(self) -> Path:
        """Where a file was last saved or opened; at first the user's documents."""
        value = self._store.value("folder")
        if isinstance(value, str) and Path(value).is_dir():
            return Path(value)
        documents = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.DocumentsLocation)
        return Path(documents) if documents and Path(documents).is_dir() else Path.home()

    @folder.setter
    def folder(self, folder: Path) -> None:
        self._store.setValue("folder", str(folder))

    @property
    def export_kind(self) -> str:
        """What was exported last; empty before the first time."""
        value = self._store.value("export/last")
        return value if isinstance(value, str) else ""

    def export_options(self, kind: str) -> dict[str, object]:
        """How that kind was exported last; empty before the first time."""
        try:
            options = json.loads(str(self._store.value(f"export/{kind}")))
        except (ValueError, RecursionError):
            return {}
        return options if isinstance(options, dict) else {}

    def remember_export(self, kind: str, options: Mapping[str, object]) -> None:
        self._store.setValue("export/last", kind)
        self._store.setValue(f"export/{kind}", json.dumps(dict(options)))

    @property
    def hints_dismissed(self) -> bool:
        return self._store.value("hints_dismissed") in (True, "true")

    @hints_dismissed.setter
    def hints_dismissed(self, dismissed: bool) -> None:
        self._store.setValue("hints_dismissed", dismissed)

    @property
    def sure_from(self) -> float | None:
        """The confidence below which drawings are answered "I don't know", in [0, 1]; None if never set."""
        try:
            confidence = float(str(self._store.value("sure_from")))
        except ValueError:
            return None
        return confidence if 0 <= confidence <= 1 else None

    def remember_sure_from(self, confidence: float) -> None:
        self._store.setValue("sure_from", confidence)

    @property
    def coping(self) -> bool:
        """Are variations of the drawing shown?"""
        return self._store.value("coping", True) in (True, "true")

    def remember_coping(self, shown: bool) -> None:
        self._store.setValue("coping", shown)

    @property
    def geometry(self) -> QByteArray | None:
        """The window's place, as QWidget.saveGeometry gave it."""
        return self._bytes("geometry")

    @property
    def layout(self) -> QByteArray | None:
        """Where the panels stand, as QMainWindow.saveState gave it."""
        return self._bytes("layout")

    def remember_window(self, geometry: QByteArray, layout: QByteArray) -> None:
        self._store.setValue("geometry", geometry)
        self._store.setValue("layout", layout)

    def forget_layout(self) -> None:
        self._store.remove("layout")

    def save(self) -> None:
        """Write to disk now, instead of when Qt gets round to it."""
        self._store.sync()

    def _bytes(self, key: str) -> QByteArray | None:
        value = self._store.value(key)
        return value if isinstance(value, QByteArray) and not value.isEmpty() else None


@contextmanager
def fresh_settings() -> Iterator[None]:
    """Settings and data as at the very first start, forgotten afterwards: the user's neither matter nor
    change."""
    form, scope = QSettings.Format.IniFormat, QSettings.Scope.UserScope
    before = QSettings.defaultFormat(), str(Path(QSettings(form, scope, "MemNet").fileName()).parent)
    with tempfile.TemporaryDirectory(prefix="memnet-settings-", ignore_cleanup_errors=True) as folder:
        QSettings.setDefaultFormat(form)
        QSettings.setPath(form, scope, folder)
        data, os.environ[DATA_VARIABLE] = os.environ.get(DATA_VARIABLE), folder
        try:
            yield
        finally:
            del os.environ[DATA_VARIABLE]
            if data is not None:
                os.environ[DATA_VARIABLE] = data
            QSettings.setDefaultFormat(before[0])
            QSettings.setPath(form, scope, before[1])
