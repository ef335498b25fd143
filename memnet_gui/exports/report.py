"""The report of a run: one HTML file that opens anywhere, says what was learned and how to do it again."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from engine.arrays import Bytes
from engine.files import write_file
from memnet_gui.exports.confusion_figure import draw_confusion
from memnet_gui.exports.curves_figure import draw_curves
from memnet_gui.exports.page import Html, element, page, page_paint
from memnet_gui.exports.report_making import how_it_was_made, settings
from memnet_gui.exports.report_memories import memories, mosaics, most_useful, touched
from memnet_gui.exports.report_scores import bookmarks, headline, held_out_tests, mistakes, recalls
from memnet_gui.exports.run import Run

Images = Mapping[int, Bytes]
"""Training digits, (side, side[, 3]) uint8, by their index in the data set."""


def write_report(run: Run, path: Path, images: Images | None = None) -> None:
    """Write the report, whole or not at all.

    images: as many of the digits that were answered wrongly last as are at hand. May run on any thread.
    It is about 2 MB for 17,000 memories, and at most some 8 MB. Raises OSError with a sentence; an old
    file then stays.
    """
    write_file(path, report_html(run, images or {}).encode())


def report_html(run: Run, images: Images) -> str:
    """The text of the file: the same for the same run, whenever and wherever it is written."""
    title = f"{run.config.preset}, seed {run.seed}: a Memory Network after {run.digits:,} digits"
    lead = (
        f"This network saw {run.digits:,} digits of {run.data_name}, each of them once, and answered each "
        "before it was learned. It has no back-propagation, no convolution and no shared weights: what it "
        "knows, it keeps in memories that can be looked at."
    )
    sections = (
        headline(run),
        _figure(
            "Learning curves",
            "How accuracy, memories and novelty went over the digits seen.",
            Html(draw_curves(run, page_paint, alone=False).markup()),
        ),
        _figure(
            "Confusion matrix",
            "Rows are what a digit was, columns what the network said of it before it was told. "
            "Rest the pointer on a cell for its share.",
            Html(draw_confusion(run, page_paint, alone=False).markup()),
        ),
        recalls(run),
        held_out_tests(run),
        memories(run),
        mosaics(run),
        most_useful(run),
        touched(run),
        mistakes(run, images),
        bookmarks(run),
        settings(run),
        how_it_was_made(run),
    )
    return page(title, element("h1", title), element("p", lead, class_="lead"), *sections)


def _figure(title: str, words: str, drawing: Html) -> Html:
    return element("section", element("h2", title), element("p", words), element("figure", drawing))
