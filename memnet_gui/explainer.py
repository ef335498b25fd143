"""F1, then a click: what the thing clicked shows, and what it says at this moment."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from html import escape

import numpy as np
from PySide6.QtCore import QEvent, QObject, Slot
from PySide6.QtWidgets import QApplication, QWhatsThis, QWidget

from engine.frame import Frame, LayerInfo, RunState
from memnet_gui.curve_reading import percent
from memnet_gui.help import WHATS_THIS
from memnet_gui.speed_slider import speed_text

NOTHING = "No digit has arrived yet."
_STATES = {
    RunState.LOADING: "loading",
    RunState.PLAYING: "playing",
    RunState.PAUSED: "paused",
    RunState.FINISHED: "finished",
    RunState.FAILED: "stopped by an error",
}


def stream_now(frame: Frame) -> str:
    trial, names = frame.trial, frame.info.class_names
    if trial is None:
        return NOTHING
    verdict = "right" if trial.correct else "wrong"
    return (
        f"Digit {trial.digit:,} is a {names[trial.label]} and was answered "
        f"{names[trial.percept.answer]}, {verdict}, with {percent(trial.percept.confidence)} of the vote; "
        f"surprise {trial.surprise:.2f}."
    )


def memory_now(frame: Frame) -> str:
    pairs = zip(frame.info.layers, frame.score.memories, strict=True)
    return f"{' and '.join(_memories(layer, count) for layer, count in pairs)} in use."


def _memories(layer: LayerInfo, count: int) -> str:
    kind = "whole digits" if layer.whole else f"memories in {layer.fields} columns"
    return f"{count:,} of up to {layer.fields * layer.capacity:,} {kind}"


def activation_now(frame: Frame) -> str:
    if frame.trial is None:
        return NOTHING
    number = max(range(len(frame.info.layers)), key=lambda n: frame.info.layers[n].fields)
    layer, response = frame.info.layers[number], frame.trial.percept.layers[number]
    if layer.whole:
        heard = int((response.winners[0] >= 0).sum())
        nearest = _distance(response.novelty[0])
        return f"{heard} of {layer.winners} winners answer; the nearest is at distance {nearest}."
    strangest = int(np.argmax(response.novelty))
    agreeing = int((response.votes.argmax(axis=1) == frame.trial.percept.answer).sum())
    return (
        f"{agreeing} of {layer.fields} columns agree with the answer; the newest field is the one of "
        f"column {strangest}, novelty {_distance(response.novelty[strangest])}."
    )


def _distance(novelty: float) -> str:
    return f"{novelty:.2f}" if np.isfinite(novelty) else "infinite, since it has no memory yet"


def accuracy_now(frame: Frame) -> str:
    score, held_out = frame.score, frame.held_out
    if score.prequential is None:
        return NOTHING
    tested = "not tested on held-out digits yet"
    if held_out.accuracy is not None:
        tested = f"{percent(held_out.accuracy)} of {held_out.size:,} held-out digits"
    return f"{percent(score.prequential)} right so far, {percent(score.recent)} of the last 1,000; {tested}."


def controls_now(frame: Frame) -> str:
    speed = "as fast as it goes" if frame.speed is None else speed_text(frame.speed)
    config = frame.info.config
    return (
        f"The run is {_STATES[frame.state]}; speed: {speed}; preset {config.preset} on {frame.info.data}, "
        f"seed {frame.info.seed}."
    )


def status_now(frame: Frame) -> str:
    return (
        f"{frame.score.seen:,} of {frame.total:,} digits seen, {frame.digits_per_second:,.0f} a second, "
        f"{sum(frame.score.memories):,} memories."
    )


def why_now(frame: Frame) -> str:
    why = frame.findings.explanation
    if why is None:
        return "Nothing has been asked yet; press W."
    name = frame.info.class_names[why.percept.answer]
    count = sum(len(layer.ids) for layer in why.layers)
    return (
        f"{count:,} memories answered, and said {name}, with {percent(why.percept.confidence)} of the vote."
    )


def digits_now(frame: Frame) -> str:
    cell = frame.findings.cell
    if cell is None:
        return "No cell of the confusion matrix has been clicked yet."
    names = frame.info.class_names
    return (
        f"Labelled {names[cell.label]}, answered {names[cell.answer]}: {cell.seen.total:,} while learning, "
        f"{cell.held_out.total:,} in the last held-out test."
    )


def inspector_now(frame: Frame) -> str:
    memory = frame.inspection
    if memory is None:
        return "No memory is chosen."
    return f"Memory {memory.id:,}, {memory.wins:,} wins, usefulness {memory.usefulness:+.2f}."


def history_now(frame: Frame) -> str:
    standing = sum(not edit.undone for edit in frame.edits)
    return f"{standing:,} changes made by hand are in force; {len(frame.edits) - standing:,} were taken back."


def health_now(frame: Frame) -> str:
    diagnosis = frame.findings.diagnosis
    if diagnosis is None:
        return "The memories have not been looked at yet."
    return f"{len(diagnosis.hints)} hints at digit {diagnosis.at:,}."


def compare_now(frame: Frame) -> str:
    found = frame.findings.comparison
    if found is None:
        return "Nothing has been compared yet."
    return f"{found.a.name} and {found.b.name} were compared on {found.tested:,} held-out digits."


def timeline_now(frame: Frame) -> str:
    track = frame.track
    if track is None or not track.head:
        return NOTHING
    branches = f", {len(track.lines)} branches" if len(track.lines) > 1 else ""
    return (
        f"Digit {frame.score.seen:,} is shown, of {track.head:,} seen{branches}; keeping the way here takes "
        f"{track.bytes / 2**20:,.0f} MiB."
    )


NOW: dict[str, Callable[[Frame], str]] = {
    "why": why_now,
    "digits": digits_now,
    "inspector": inspector_now,
    "history": history_now,
    "health": health_now,
    "compare": compare_now,
    "timeline": timeline_now,
    "stream": stream_now,
    "memory": memory_now,
    "activation": activation_now,
    "accuracy": accuracy_now,
    "controls": controls_now,
    "status": status_now,
}


class Explainer(QObject):
    """Explains widgets, named as in `WHATS_THIS`, by Qt's own "What's this?" mode.

    newest: the newest frame, or None before there is one. drawn: what is drawn and answered, in a
    sentence, which no frame knows. Values are put into the texts at the very click; only in that mode
    are the application's events looked at.
    """

    def __init__(
        self,
        widgets: Mapping[str, QWidget],
        newest: Callable[[], Frame | None],
        drawn: Callable[[], str],
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._widgets = dict(widgets)
        self._newest = newest
        self._drawn = drawn
        self._explain()

    @Slot()
    def enter(self) -> None:
        """The next click explains what it hits; Esc does not."""
        app = QApplication.instance()
        assert app is not None
        app.installEventFilter(self)
        QWhatsThis.enterWhatsThisMode()

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.WhatsThis:
            self._explain()
        elif event.type() == QEvent.Type.LeaveWhatsThisMode:
            app = QApplication.instance()
            assert app is not None
            app.removeEventFilter(self)
        return False

    def _explain(self) -> None:
        frame = self._newest()
        for name, widget in self._widgets.items():
            text = f"<p>{escape(WHATS_THIS[name])}</p>"
            if frame is not None:
                now = self._drawn() if name == "draw" else NOW[name](frame)
                text += f"<p><span style='font-weight: 600'>Now:</span> {escape(now)}</p>"
            widget.setWhatsThis(text)
