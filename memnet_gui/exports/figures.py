"""Curves and confusion matrix written as a table, a drawing or a picture, as the file's suffix says."""

from __future__ import annotations

from pathlib import Path

from engine.files import write_file
from memnet_gui.exports.confusion_figure import confusion_svg
from memnet_gui.exports.curves_figure import curves_svg
from memnet_gui.exports.run import Run
from memnet_gui.exports.tables import write_confusion, write_curves
from memnet_gui.exports.text import rendered
from memnet_gui.theme import LIGHT, Theme

SUFFIXES = (".csv", ".svg", ".png")
"""What `export_curves` and `export_confusion` write."""
PICTURE_WIDTH = 1920
"""Pixels across, where nothing else is asked for."""


def export_curves(run: Run, path: Path, theme: Theme = LIGHT, width: int = PICTURE_WIDTH) -> None:
    """Write the curves as `.csv`, `.svg` or `.png`, that many pixels wide.

    A picture's text needs a QGuiApplication (`exports.text.ready_for_text`). Raises OSError with a
    sentence where it cannot be written; an old file then stays. ValueError for any other suffix.
    """
    if _suffix(path) == ".csv":
        write_curves(run.curves, path)
    else:
        _write_drawing(curves_svg(run, theme), path, width)


def export_confusion(run: Run, path: Path, theme: Theme = LIGHT, width: int = PICTURE_WIDTH) -> None:
    """Write the confusion matrix, like `export_curves`."""
    if _suffix(path) == ".csv":
        write_confusion(run.confusion, run.class_names, path)
    else:
        _write_drawing(confusion_svg(run, theme), path, width)


def _suffix(path: Path) -> str:
    suffix = path.suffix.lower()
    if suffix not in SUFFIXES:
        raise ValueError(f"suffix: {suffix or 'none'} is not one of {', '.join(SUFFIXES)}")
    return suffix


def _write_drawing(svg: str, path: Path, width: int) -> None:
    write_file(path, svg.encode() if _suffix(path) == ".svg" else rendered(svg, width))
