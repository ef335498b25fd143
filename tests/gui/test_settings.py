"""What is remembered between two starts."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QByteArray, QSettings
from PySide6.QtWidgets import QApplication

from memnet_gui.appearance import Appearance
from memnet_gui.settings import Settings, fresh_settings
from memnet_gui.theme import DARK, LIGHT


def raw() -> QSettings:
    return QSettings(QSettings.defaultFormat(), QSettings.Scope.UserScope, "MemNet", "MemNet")


def test_the_first_start_finds_defaults() -> None:
    settings = Settings()
    assert settings.theme == "system"
    assert settings.folder.is_dir()
    assert not settings.hints_dismissed
    assert settings.geometry is None
    assert settings.layout is None


def test_everything_survives_a_restart(tmp_path: Path) -> None:
    settings = Settings()
    settings.theme = "light"
    settings.folder = tmp_path
    settings.hints_dismissed = True
    settings.remember_window(QByteArray(b"place"), QByteArray(b"docks"))
    raw().sync()
    again = Settings()
    assert again.theme == "light"
    assert again.folder == tmp_path
    assert again.hints_dismissed
    assert again.geometry == QByteArray(b"place")
    assert again.layout == QByteArray(b"docks")
    again.forget_layout()
    assert Settings().layout is None


def test_fresh_settings_are_forgotten_and_the_users_own_are_found_again() -> None:
    Settings().theme = "light"
    with fresh_settings():
        assert Settings().theme == "system"
        Settings().theme = "dark"
        inside = raw().fileName()
    assert Settings().theme == "light"
    assert not Path(inside).exists()


def test_nonsense_counts_as_never_set(tmp_path: Path) -> None:
    store = raw()
    store.setValue("theme", "purple")
    store.setValue("folder", str(tmp_path / "gone"))
    store.setValue("hints_dismissed", "perhaps")
    store.setValue("geometry", 7)
    settings = Settings()
    assert settings.theme == "system"
    assert settings.folder.is_dir()
    assert not settings.hints_dismissed
    assert settings.geometry is None


def test_a_chosen_theme_is_put_on_told_and_remembered(qapp: QApplication) -> None:
    settings = Settings()
    appearance = Appearance(qapp, settings)
    told: list[object] = []
    appearance.changed.connect(told.append)
    appearance.choose("light")
    assert appearance.theme is LIGHT
    assert LIGHT.panel in qapp.styleSheet()
    appearance.choose("dark")
    assert appearance.theme is DARK
    assert DARK.panel in qapp.styleSheet()
    assert told[-2:] == [LIGHT, DARK]
    assert Settings().theme == "dark"


def test_choosing_the_theme_that_is_on_redraws_nothing(qapp: QApplication) -> None:
    settings = Settings()
    settings.theme = "dark"
    appearance = Appearance(qapp, settings)
    told: list[object] = []
    appearance.changed.connect(told.append)
    appearance.choose("dark")
    assert told == []
