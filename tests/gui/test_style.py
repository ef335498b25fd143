"""The look: palettes, font, style sheet, icons."""

from __future__ import annotations

from itertools import combinations

import pytest
from PySide6.QtGui import QColor, QFontInfo, QFontMetricsF, QIcon, QPalette
from PySide6.QtWidgets import QApplication, QFrame, QLabel, QLineEdit, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from engine.config import MOST_CLASSES
from memnet_gui.icons import ICONS, app_icon, icon, picture
from memnet_gui.style import FAMILY, FONTS, apply_style, load_font, make_palette, style_sheet
from memnet_gui.theme import BODY, DARK, DISPLAY, LIGHT, SMALL, Theme


def luminance(color: QColor) -> float:
    """Relative luminance as WCAG 2 defines it."""
    parts = [value / 255 for value in (color.red(), color.green(), color.blue())]
    linear = [value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4 for value in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(first: str, second: str) -> float:
    high, low = sorted((luminance(QColor(first)), luminance(QColor(second))), reverse=True)
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("theme", [DARK, LIGHT], ids=lambda theme: theme.name)
def test_text_on_buttons_and_panels_is_legible(theme: Theme) -> None:
    assert contrast(theme.text, theme.panel) >= 7
    assert contrast(theme.secondary, theme.raised) >= 4.4
    assert contrast(theme.tertiary, theme.panel) >= 4.4
    assert contrast(theme.on_accent, theme.accent) >= 4.4


@pytest.mark.parametrize("theme", [DARK, LIGHT], ids=lambda theme: theme.name)
@pytest.mark.parametrize("ground", ["panel", "raised", "paper"])
def test_every_class_is_told_from_its_ground(theme: Theme, ground: str) -> None:
    for number in range(MOST_CLASSES):
        assert contrast(theme.class_color(number).name(), getattr(theme, ground)) >= 3, number


@pytest.mark.parametrize("theme", [DARK, LIGHT], ids=lambda theme: theme.name)
def test_no_two_classes_share_a_colour(theme: Theme) -> None:
    colors = [theme.class_color(number) for number in range(MOST_CLASSES)]
    assert [color.name() for color in colors[:10]] == list(theme.classes)
    nearest = min(
        abs(a.red() - b.red()) + abs(a.green() - b.green()) + abs(a.blue() - b.blue())
        for a, b in combinations(colors, 2)
    )
    assert nearest >= 10


def test_a_style_sheet_colours_what_widgets_are_named(qtbot: QtBot, qapp: QApplication) -> None:
    page = QWidget()
    qtbot.addWidget(page)
    panel = QFrame(page)
    panel.setObjectName("panel")
    panel.setGeometry(0, 0, 60, 60)
    primary = QPushButton("Play", page)
    primary.setObjectName("primary")
    primary.setGeometry(80, 0, 80, 28)
    page.resize(200, 80)
    for theme in (DARK, LIGHT):
        apply_style(qapp, theme)
        shot = page.grab().toImage()
        assert shot.pixelColor(30, 30) == QColor(theme.panel)
        assert shot.pixelColor(86, 14) == QColor(theme.accent)


def test_the_focus_is_visible_and_moves_nothing(qtbot: QtBot) -> None:
    page = QWidget()
    qtbot.addWidget(page)
    field, button = QLineEdit(page), QPushButton("Step", page)
    field.move(0, 0)
    button.move(0, 60)
    page.resize(200, 100)
    with qtbot.waitExposed(page):
        page.show()
    for control in (button, field):
        control.clearFocus()
        before, size = control.grab().toImage(), control.sizeHint()
        control.setFocus()
        assert control.hasFocus()
        assert control.grab().toImage() != before
        assert control.sizeHint() == size
        assert control.grab().toImage().pixelColor(control.width() // 2, 0) == QColor(DARK.accent)


def test_labels_follow_the_type_scale(qtbot: QtBot) -> None:
    for name, pixels in (("", BODY), ("caption", SMALL), ("panelTitle", SMALL), ("display", DISPLAY)):
        label = QLabel("8")
        qtbot.addWidget(label)
        label.setObjectName(name)
        label.ensurePolished()
        assert label.font().pixelSize() == pixels


def test_the_bundled_font_is_used_with_figures_of_equal_width() -> None:
    font = load_font()
    metrics = QFontMetricsF(font)
    assert QFontInfo(font).family() == FAMILY
    assert metrics.horizontalAdvance("1111") == metrics.horizontalAdvance("0000")
    assert metrics.horizontalAdvance("iiii") < metrics.horizontalAdvance("0000")


def test_the_bundled_font_is_small_and_licensed() -> None:
    files = list(FONTS.glob("*.otf"))
    assert files
    assert sum(file.stat().st_size for file in files) < 1_000_000
    assert "SIL OPEN FONT LICENSE" in (FONTS / "Inter-LICENSE.txt").read_text(encoding="utf-8")


def test_the_palette_is_made_of_the_theme() -> None:
    for theme in (DARK, LIGHT):
        palette = make_palette(theme)
        assert palette.color(QPalette.ColorRole.Window) == QColor(theme.background)
        assert palette.color(QPalette.ColorRole.Highlight) == QColor(theme.accent)
        assert palette.color(QPalette.ColorGroup.Disabled, QPalette.ColorRole.Text) == QColor(theme.tertiary)


def test_every_picture_of_the_style_sheet_is_there() -> None:
    names = {part.partition(")")[0] for part in style_sheet(DARK).split("url(")[1:]}
    assert len(names) >= 4
    for name in names:
        assert (ICONS / name.rpartition("/")[2]).is_file()


@pytest.mark.parametrize("file", sorted(ICONS.glob("*.svg")), ids=lambda file: file.stem)
def test_every_icon_draws_something(file: object) -> None:
    name = getattr(file, "stem", "")
    image = picture(name, "#ff0000", scale=2.0).toImage()
    assert (image.width(), image.height()) == (32, 32)
    drawn = {image.pixelColor(x, y).alpha() for x in range(32) for y in range(32)}
    assert max(drawn) > 200


def test_icons_take_the_colour_they_are_given_and_stay_sharp() -> None:
    image = picture("pause", "#12ab34").toImage()
    assert image.pixelColor(5, 8) == QColor("#12ab34")
    sizes = icon("play", DARK.text).availableSizes(QIcon.Mode.Normal)
    assert max(size.width() for size in sizes) == 48
    assert not app_icon().isNull()


def test_an_icon_that_is_not_there_is_an_error() -> None:
    with pytest.raises(FileNotFoundError):
        picture("no-such-icon", "#000000")
