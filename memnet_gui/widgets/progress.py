"""How panels show that something is being computed, and let it be given up."""

from __future__ import annotations

from PySide6.QtWidgets import QProgressBar, QToolButton, QWidget


def progress_bar(about: str, parent: QWidget | None = None) -> QProgressBar:
    """A bar without figures. about: what it is the progress of, for those who do not see it."""
    bar = QProgressBar(parent)
    bar.setTextVisible(False)
    bar.setAccessibleName(about)
    return bar


def cancel_button(about: str, tip: str, parent: QWidget | None = None) -> QToolButton:
    """A small button without a text, to stand beside the bar; its icon comes with the theme."""
    button = QToolButton(parent)
    button.setObjectName("bare")
    button.setAccessibleName(about)
    button.setToolTip(tip)
    return button
