"""The look: a palette, one style sheet and the bundled font, all made from a `Theme`.

Sizes come from the type scale and the 4-px grid in `theme`. Every focusable control has a 2-px
border that is invisible until it has the focus, so that showing the focus moves nothing.
"""

from __future__ import annotations

from pathlib import Path

from PySide6.QtGui import QColor, QFont, QFontDatabase, QPalette
from PySide6.QtWidgets import QApplication

from memnet_gui.icons import ICONS
from memnet_gui.theme import BODY, CORNER, DISPLAY, LARGE, SMALL, Theme

FONTS = Path(__file__).resolve().parent.parent / "resources" / "fonts"
FAMILY = "Inter"


def load_font() -> QFont:
    """Register the bundled font and return it at body size, with figures of equal width.

    Where its files are missing Qt falls back to the desktop's font, so nothing is raised.
    """
    for file in sorted(FONTS.glob("*.otf")):
        QFontDatabase.addApplicationFont(str(file))
    font = QFont(FAMILY)
    font.setPixelSize(BODY)
    font.setFeature(QFont.Tag("tnum"), 1)
    return font


def apply_style(app: QApplication, theme: Theme) -> None:
    """Dress the whole application; called at the start and at every switch of theme."""
    if not app.styleSheet():
        app.setStyle("Fusion")
        app.setFont(load_font())
    app.setPalette(make_palette(theme))
    app.setStyleSheet(style_sheet(theme))


def make_palette(theme: Theme) -> QPalette:
    """The palette for what Fusion draws without the style sheet."""
    role = QPalette.ColorRole
    palette = QPalette()
    for name, color in {
        role.Window: theme.background,
        role.Base: theme.panel,
        role.AlternateBase: theme.raised,
        role.Button: theme.raised,
        role.ToolTipBase: theme.raised,
        role.WindowText: theme.text,
        role.Text: theme.text,
        role.ButtonText: theme.text,
        role.ToolTipText: theme.text,
        role.BrightText: theme.wrong,
        role.PlaceholderText: theme.tertiary,
        role.Highlight: theme.accent,
        role.HighlightedText: theme.on_accent,
        role.Link: theme.accent,
        role.LinkVisited: theme.accent,
        role.Accent: theme.accent,
        role.Mid: theme.line,
        role.Dark: theme.line,
    }.items():
        palette.setColor(name, QColor(color))
    for name in (role.WindowText, role.Text, role.ButtonText):
        palette.setColor(QPalette.ColorGroup.Disabled, name, QColor(theme.tertiary))
    return palette


def style_sheet(theme: Theme) -> str:
    """The whole style sheet in this theme's colours."""
    return "\n".join(
        part(theme) for part in (_text, _surfaces, _buttons, _inputs, _menus, _bars, _docks, _scrolling)
    )


def _mix(first: str, second: str, share: float) -> str:
    """`share` of the second colour mixed into the first."""
    a, b = QColor(first), QColor(second)
    parts = zip((a.red(), a.green(), a.blue()), (b.red(), b.green(), b.blue()), strict=True)
    return "#" + "".join(f"{round(x + (y - x) * share):02x}" for x, y in parts)


def _well(theme: Theme) -> str:
    """The ground of what is sunk into a panel: the chosen half of a segmented control."""
    return theme.background if theme.dark else theme.panel


def _text(t: Theme) -> str:
    return f"""
QLabel {{ background: transparent; }}
QLabel#panelTitle {{ color: {t.secondary}; font-size: {SMALL}px; font-weight: 600; }}
QLabel#panelNote, QLabel#caption {{ color: {t.tertiary}; font-size: {SMALL}px; }}
QLabel#emptyState {{ color: {t.secondary}; }}
QLabel#message[level="right"] {{ color: {t.right}; }}
QLabel#message[level="unsure"] {{ color: {t.unsure}; }}
QLabel#message[level="wrong"] {{ color: {t.wrong}; }}
QLabel#preview[framed="true"] {{
    background: {t.background}; border: 1px solid {t.line}; border-radius: {CORNER}px;
}}
QLabel#display {{ font-size: {DISPLAY}px; font-weight: 600; }}
QLabel#brand {{ font-size: {LARGE}px; font-weight: 600; }}
QLabel#badge {{
    color: {t.secondary}; background: {t.panel}; border: 1px solid {t.line};
    border-radius: {CORNER}px; padding: 4px 8px; font-size: {SMALL}px;
}}
QLabel#stepNumber {{
    color: {t.on_accent}; background: {t.accent}; border-radius: 9px; font-size: {SMALL}px; font-weight: 600;
}}
QLabel#stepNumber[done="true"] {{ background: {t.right}; color: {t.background}; }}
QLabel#key {{
    background: {t.raised}; border: 1px solid {t.line}; border-radius: 4px; padding: 1px 8px;
    font-size: {SMALL}px; font-weight: 600;
}}
"""


def _surfaces(t: Theme) -> str:
    return f"""
QMainWindow, QDialog {{ background: {t.background}; }}
QFrame#panel {{ background: {t.panel}; border: 1px solid {t.line}; border-radius: {CORNER}px; }}
QFrame#panel[docked="true"] {{
    border-top: none; border-top-left-radius: 0px; border-top-right-radius: 0px;
}}
QFrame#panelHead {{
    background: {t.panel}; border: 1px solid {t.line}; border-bottom: none;
    border-top-left-radius: {CORNER}px; border-top-right-radius: {CORNER}px;
}}
QFrame#toolbar {{ background: {t.panel}; border: none; border-bottom: 1px solid {t.line}; }}
QFrame#separator {{ background: {t.line}; border: none; }}
QFrame#hints {{ background: {t.panel}; border: 1px solid {t.line}; border-radius: {CORNER}px; }}
QToolTip {{
    color: {t.text}; background: {t.raised}; border: 1px solid {t.line}; padding: 4px; font-size: {BODY}px;
}}
"""


def _buttons(t: Theme) -> str:
    hover, pressed = _mix(t.raised, t.text, 0.08), _mix(t.raised, t.text, 0.16)
    bright, deep = _mix(t.accent, t.text, 0.14), _mix(t.accent, t.background, 0.18)
    return f"""
QPushButton, QToolButton {{
    color: {t.text}; background: {t.raised}; border: 2px solid {t.raised}; border-radius: {CORNER}px;
    padding: 4px 10px; min-height: 16px;
}}
QPushButton:hover, QToolButton:hover {{ background: {hover}; border-color: {hover}; }}
QPushButton:pressed, QToolButton:pressed, QPushButton:checked, QToolButton:checked, QToolButton:open {{
    background: {pressed}; border-color: {pressed};
}}
QPushButton:disabled, QToolButton:disabled {{ color: {t.tertiary}; }}
QPushButton#primary, QPushButton:default {{
    color: {t.on_accent}; background: {t.accent}; border-color: {t.accent}; font-weight: 600;
}}
QPushButton#primary:hover, QPushButton:default:hover {{ background: {bright}; border-color: {bright}; }}
QPushButton#primary:pressed, QPushButton:default:pressed {{ background: {deep}; border-color: {deep}; }}
QPushButton#primary:disabled, QPushButton:default:disabled {{
    color: {t.tertiary}; background: {t.raised}; border-color: {t.raised};
}}
QPushButton:focus, QToolButton:focus {{ border-color: {t.accent}; }}
QPushButton#primary:focus, QPushButton:default:focus {{ border-color: {t.text}; }}
QToolButton#icon {{ padding: 4px; min-width: 16px; }}
QToolButton#bare {{ background: transparent; border-color: transparent; padding: 2px; }}
QToolButton#bare:hover {{ background: {hover}; border-color: {hover}; }}
QToolButton#bare:focus {{ border-color: {t.accent}; }}
QFrame#toolbar QPushButton, QFrame#toolbar QToolButton {{ padding: 4px 12px; min-height: 20px; }}
QFrame#toolbar QToolButton#icon {{ padding: 4px; min-width: 20px; }}
QDialogButtonBox {{ dialogbuttonbox-buttons-have-icons: 0; }}
QFileDialog QToolButton {{ padding: 2px; }}
QToolButton::menu-indicator {{ image: none; width: 0px; }}
QPushButton::menu-indicator {{ image: none; width: 0px; }}
QFrame#toolbar QToolButton[menued="true"] {{ padding-right: 28px; }}
QToolButton[menued="true"]::menu-indicator {{
    image: url({_file("chevron-down")}); width: 12px; height: 12px;
    subcontrol-origin: padding; subcontrol-position: right center; right: 10px;
}}
QToolButton[segment="true"] {{
    color: {t.secondary}; background: {t.raised}; border-color: {t.raised}; padding: 2px 8px;
}}
QToolButton[segment="true"]:hover {{ color: {t.text}; }}
QToolButton[segment="true"]:checked {{ color: {t.text}; background: {_well(t)}; font-weight: 600; }}
QToolButton[segment="true"]:focus {{ border-color: {t.accent}; }}
"""


def _inputs(t: Theme) -> str:
    hover = _mix(t.raised, t.text, 0.08)
    return f"""
QComboBox, QLineEdit, QSpinBox {{
    color: {t.text}; background: {t.raised}; border: 2px solid {t.raised}; border-radius: {CORNER}px;
    padding: 4px 10px; min-height: 16px; selection-background-color: {t.accent};
    selection-color: {t.on_accent};
}}
QComboBox:hover {{ background: {hover}; border-color: {hover}; }}
QComboBox:focus, QLineEdit:focus, QSpinBox:focus {{ border-color: {t.accent}; }}
QComboBox:disabled, QLineEdit:disabled, QSpinBox:disabled {{ color: {t.tertiary}; }}
QLabel:disabled {{ color: {t.tertiary}; }}
QComboBox::drop-down {{
    subcontrol-origin: padding; subcontrol-position: right center; border: none; width: 24px;
}}
QComboBox::down-arrow {{ image: url({_file("chevron-down")}); width: 12px; height: 12px; }}
QComboBox QAbstractItemView {{
    color: {t.text}; background: {t.panel}; border: 1px solid {t.line}; padding: 4px; outline: none;
    selection-background-color: {t.accent}; selection-color: {t.on_accent};
}}
QSpinBox::up-button, QSpinBox::down-button {{ border: none; background: transparent; width: 20px; }}
QSpinBox::up-arrow {{ image: url({_file("chevron-up")}); width: 10px; height: 10px; }}
QSpinBox::down-arrow {{ image: url({_file("chevron-down")}); width: 10px; height: 10px; }}
QCheckBox, QRadioButton {{ spacing: 8px; color: {t.text}; background: transparent; }}
QSlider {{ min-height: 20px; background: transparent; border: 2px solid transparent; border-radius: 6px; }}
QSlider:focus {{ border-color: {t.accent}; }}
QSlider::groove:horizontal {{ height: 4px; border-radius: 2px; background: {t.line}; }}
QSlider::sub-page:horizontal {{ height: 4px; border-radius: 2px; background: {t.accent}; }}
QSlider::handle:horizontal {{
    width: 14px; height: 14px; margin: -5px 0; border-radius: 7px; background: {t.text};
}}
QSlider::handle:horizontal:hover {{ background: {t.accent}; }}
QSlider::sub-page:horizontal:disabled, QSlider::handle:horizontal:disabled {{ background: {t.tertiary}; }}
QListWidget#kinds {{ color: {t.text}; background: transparent; border: none; outline: none; }}
QListWidget#kinds::item {{ padding: 0px 10px; border: 2px solid transparent; border-radius: {CORNER}px; }}
QListWidget#kinds::item:hover {{ background: {t.raised}; border-color: {t.raised}; }}
QListWidget#kinds::item:selected {{ color: {t.text}; background: {hover}; border-color: {hover}; }}
QListWidget#kinds:focus::item:selected {{ border-color: {t.accent}; }}
QProgressBar {{
    color: {t.secondary}; background: {t.raised}; border: none; border-radius: 4px; min-height: 8px;
    max-height: 8px; text-align: center;
}}
QProgressBar::chunk {{ background: {t.accent}; border-radius: 4px; }}
"""


def _menus(t: Theme) -> str:
    return f"""
QMenu {{
    color: {t.text}; background: {t.panel}; border: 1px solid {t.line}; padding: 4px;
}}
QMenu::item {{ padding: 6px 24px 6px 12px; border-radius: 4px; background: transparent; }}
QMenu::item:selected {{ background: {t.accent}; color: {t.on_accent}; }}
QMenu::item:disabled {{ color: {t.tertiary}; background: transparent; }}
QMenu::separator {{ height: 1px; background: {t.line}; margin: 4px 8px; }}
QMenu::section {{ color: {t.tertiary}; padding: 6px 12px 2px 12px; font-size: {SMALL}px; font-weight: 600; }}
QMenu::icon {{ padding-left: 8px; }}
QMenu::indicator {{ width: 12px; height: 12px; padding-left: 8px; }}
QMenu::indicator:checked {{ image: url({_file("tick")}); }}
QMenu::right-arrow {{ image: url({_file("chevron-right")}); width: 12px; height: 12px; right: 6px; }}
"""


def _bars(t: Theme) -> str:
    def notice(level: str, color: str) -> str:
        ground = _mix(t.panel, color, 0.14)
        return (
            f'QFrame#notice[level="{level}"] {{ background: {ground}; border: 1px solid {color};'
            f" border-radius: {CORNER}px; }}\n"
        )

    return (
        f"""
QStatusBar {{
    background: {t.background}; color: {t.secondary}; min-height: 24px; padding: 0 8px;
}}
QStatusBar::item {{ border: none; }}
QStatusBar QLabel {{ color: {t.secondary}; font-size: {SMALL}px; padding: 0 4px; }}
"""
        + notice("info", t.accent)
        + notice("warning", t.unsure)
        + notice("error", t.wrong)
    )


def _docks(t: Theme) -> str:
    return f"""
QMainWindow::separator {{ background: transparent; width: 8px; height: 8px; }}
QMainWindow::separator:hover {{ background: {t.accent}; }}
QDockWidget {{ color: {t.secondary}; border: none; }}
QTabBar {{ background: transparent; qproperty-drawBase: 0; }}
QTabBar::tab {{
    color: {t.secondary}; background: {t.raised}; border: 2px solid {t.raised}; border-radius: 6px;
    padding: 2px 6px; margin: 2px;
}}
QTabBar::tab:selected {{ color: {t.text}; background: {_well(t)}; }}
QTabBar::tab:focus {{ border-color: {t.accent}; }}
"""


def _scrolling(t: Theme) -> str:
    return f"""
QHeaderView::section {{
    color: {t.secondary}; background: {t.panel}; border: none; border-bottom: 1px solid {t.line};
    padding: 4px;
}}
QScrollArea {{ background: transparent; border: none; }}
QScrollBar {{ background: transparent; border: none; margin: 0px; }}
QScrollBar:vertical {{ width: 10px; }}
QScrollBar:horizontal {{ height: 10px; }}
QScrollBar::handle {{ background: {t.line}; border-radius: 3px; margin: 2px; }}
QScrollBar::handle:vertical {{ min-height: 24px; }}
QScrollBar::handle:horizontal {{ min-width: 24px; }}
QScrollBar::handle:hover {{ background: {t.tertiary}; }}
QScrollBar::add-line, QScrollBar::sub-line {{ width: 0px; height: 0px; }}
QScrollBar::add-page, QScrollBar::sub-page {{ background: transparent; }}
"""


def _file(name: str) -> str:
    """An icon's address in a style sheet, which cannot tint: these few are a grey for both themes."""
    return (ICONS / f"{name}.svg").as_posix()
