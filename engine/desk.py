"""What the engine's thread works on: a session, how it is played, and what the window is told."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from dataclasses import replace
from pathlib import Path
from typing import TypeVar

from engine import commands as ask
from engine.archive import ArchiveError
from engine.autosave import Autosaves, recover
from engine.backend import BackendError, DeviceLostError, make_backend
from engine.changes import BY_HAND, carry_out
from engine.config import NetworkConfig
from engine.datasets import Dataset
from engine.edits import Edits
from engine.frame import Frame, Notice, RunState
from engine.generations import AUTOSAVE_SECONDS
from engine.glance import Glance, Glimpse
from engine.heldout import Examiner
from engine.inquiry import Inquiry
from engine.pace import Pace
from engine.saving import Saves, named
from engine.session import Session
from engine.snapshot import Snapshot, load_snapshot
from engine.timeline import Timeline

Result = TypeVar("Result")

GLIMPSE_SECONDS = 0.1
"""On the way to another moment, what is passed is shown this often: enough to see where one drags to."""
ON_THE_WAY = (
    ask.Look,
    ask.Step,
    ask.Pause,
    ask.SetSpeed,
    ask.Watch,
    ask.Inspect,
    ask.NameLine,
    ask.Bookmark,
    ask.Autosave,
    ask.Restart,
    ask.Open,
    ask.Recover,
)
"""What can be done before another moment of the run is reached; anything else waits until it is."""


class Desk:
    """What the engine's thread works on: the session, how it is played, what is told to the window."""

    def __init__(
        self,
        dataset: Dataset,
        config: NetworkConfig,
        seed: int,
        backend: str,
        snapshot: Path | None,
        autosave: Path | None = None,
        autosave_seconds: float = AUTOSAVE_SECONDS,
    ) -> None:
        self._dataset = dataset
        self._backend_name = backend
        self._run = 0
        self._frames = 0
        self._notice_count = 0
        self._notices: list[Notice] = []
        self._pace = Pace()
        self._saves = Saves(self._tell)
        self._autosaves = Autosaves(autosave, self._tell, seconds=autosave_seconds)
        backend_in_use = make_backend(backend)
        session: Session | None = None
        if snapshot is not None:
            try:
                session = load_snapshot(snapshot, dataset, backend_in_use)
            except ArchiveError as error:
                self._tell("error", f"{error} A new run stands ready instead.")
        self._take_over(session or Session(dataset, config, seed=seed, backend=backend_in_use))

    def _take_over(self, session: Session) -> None:
        self._session = session
        self._run += 1
        self._state = RunState.FINISHED if session.finished else RunState.PAUSED
        self._failure: str | None = None
        self._glance = Glance(session, self._run)
        self._examiner = Examiner(session)
        self._edits = Edits(session)
        self._timeline = Timeline(session, self._edits, self._jumped)
        self._inquiry = Inquiry(session, self._examiner, self._timeline)
        self._played = False
        self._shown: Frame | None = None
        self._shown_time = 0.0

    # ── work ──────────────────────────────────────────────────────────────────────────────────

    def idle_seconds(self) -> float | None:
        """How long to wait for a command: 0 when there is work to do, None for ever."""
        busy = self._timeline.heading is not None or self._examiner.busy or self._inquiry.busy
        if self._failure is None and busy:
            return 0.0
        if self._state is not RunState.PLAYING:
            if self._saves.busy:
                return 0.05
            return self._autosaves.idle_seconds() if self._failure is None else None
        return self._pace.wait_seconds()

    def work(self) -> None:
        """Stream the digits that are due, or compute a slice of the way to another moment, of an answer
        or of the held-out test.

        Never two of them, so that a frame and a command wait for one only. Answers go first: somebody
        waits for them.
        """
        background = self._inquiry if self._inquiry.busy else self._examiner
        busy = self._failure is None and background.busy
        if self._failure is None and self._timeline.heading is not None:
            self._attempt(self._travel)
        elif self._state is RunState.PLAYING and not (busy and self._played):
            self._attempt(self._play)
            self._played = True
        elif busy:
            self._attempt(background.advance)
            self._played = False
        self._saves.collect()
        at_work = self._failure is None and not self._timeline.past
        self._autosaves.follow(self._session if at_work else None)
        self._pass_notices_on()

    def _attempt(self, work: Callable[[], Result]) -> Result | None:
        """Do it. A device that fails is left; after any other error the run stops, and says so."""
        try:
            with self._session.backend.guard():
                return work()
        except DeviceLostError as lost:
            if self._session.backend.volatile:  # else it was left on the way, and the rest had not heard
                self._session.fall_back(lost)
        except Exception as error:
            self._fail(error)
        return None

    def _play(self) -> None:
        begun = time.perf_counter()
        if digits := self._pace.due():
            self._show(digits, within_a_burst=self._pace.speed is None)
            self._pace.mark(begun, self._session.seen)

    def _show(self, digits: int, *, within_a_burst: bool = False) -> None:
        while digits > 0 and self._failure is None and (shown := self._timeline.advance(digits)):
            self._attempt(self._glance.follow)
            digits = 0 if within_a_burst else digits - shown
        if self._failure is None and self._session.finished:
            self._state = RunState.FINISHED

    def give_up(self, error: Exception) -> str:
        """What would show a failure has failed itself: save what was learned where it can be found.

        Returns a sentence on what happened, what was kept and what to do.
        """
        stopped = f"The engine stopped at digit {self._session.seen:,} ({named(error)})."
        try:
            path = Snapshot.take(self._session).write_elsewhere()
        except Exception as unsaved:
            return f"{stopped} What was learned could not be saved ({named(unsaved)}). Start MemNet again."
        return f"{stopped} What was learned was saved in {path}: start MemNet again and open it."

    def _fail(self, error: Exception) -> None:
        self._state = RunState.FAILED
        if self._failure is None:
            self._failure = (
                f"The engine stopped at digit {self._session.seen:,} ({named(error)}). "
                "Everything learned so far was kept: save a snapshot, then reset to start again."
            )
            self._tell("error", self._failure)

    # ── commands ──────────────────────────────────────────────────────────────────────────────

    def apply(self, command: ask.Command) -> None:
        """Carry out one command; what cannot be done becomes a notice."""
        try:
            if self._timeline.heading is not None and not isinstance(command, ON_THE_WAY):
                self._attempt(self._settle)
            self._apply(command)
        except (ArchiveError, BackendError, ValueError, MemoryError) as error:
            self._tell("error", str(error) or named(error))
        except Exception as error:
            self._fail(error)

    def _steer(self, command: ask.Command) -> None:
        """How it is played; what does not apply now is left alone."""
        match command:
            case ask.Play() if self._state is RunState.PAUSED:
                if self._timeline.past:
                    self._tell("info", f"{self._timeline.fork()} begins here; what came after is kept.")
                self._state = RunState.PLAYING
                self._pace.begin()
            case ask.Pause() if self._state is RunState.PLAYING:
                self._state = RunState.PAUSED
            case ask.Step(digits) if self._timeline.past:
                heading = self._timeline.heading
                self._look_at((self._session.seen if heading is None else heading) + digits)
            case ask.Step(digits) if self._state in (RunState.PAUSED, RunState.PLAYING):
                self._state = RunState.PAUSED
                self._attempt(lambda: self._show(digits))
            case ask.SetSpeed(digits_per_second):
                self._pace.set(digits_per_second)

    def _apply(self, command: ask.Command) -> None:
        match command:
            case ask.Play() | ask.Pause() | ask.Step() | ask.SetSpeed():
                self._steer(command)
            case ask.Restart(config, seed, backend):
                self._restart(config, seed, backend)
            case ask.Watch() | ask.Inspect() | ask.Classify():
                self._point(command)
            case ask.Test():
                if self._failure is None:
                    self._examiner.start()
            case ask.CancelTest():
                self._examiner.cancel()
            case ask.Save() | ask.Autosave():
                self._save(command)
            case ask.Open() | ask.Recover():
                self._open(command)
            case _ if isinstance(command, BY_HAND):
                self._edit(command)
            case _:
                if not self._wander(command):
                    self._inquiry.answer(command, self._glance.observer.watched)

    def _point(self, command: ask.Command) -> None:
        """What frames are to bring from now on."""
        match command:
            case ask.Watch(layer):
                self._glance.observer.watch(layer)
            case ask.Inspect(layer, slot):
                if memory := self._glance.inspect(layer, slot):
                    self._inquiry.trace(0, memory.layer, memory.id)  # nobody numbered this question
            case ask.Classify(image, request):
                self._glance.classify(image, request)

    def _save(self, command: ask.Save | ask.Autosave) -> None:
        match command:
            case ask.Save(path):
                self._saves.begin(Snapshot.take(self._session), path)
            case ask.Autosave() if not self._timeline.past:
                self._autosaves.now(self._session)

    def _open(self, command: ask.Open | ask.Recover) -> None:
        backend = make_backend(self._backend_name)
        match command:
            case ask.Open(path):
                self._take_over(load_snapshot(path, self._dataset, backend))
                self._tell(
                    "info", f"Opened {path.name}: {self._session.seen:,} digits seen. Press play to go on."
                )
            case ask.Recover(folder):
                recovered = recover(folder, self._dataset, backend)
                self._take_over(recovered.session)
                self._autosaves.adopt(folder, recovered)
                self._tell(*recovered.sentence)

    # ── other moments ─────────────────────────────────────────────────────────────────────────

    def _wander(self, command: ask.Command) -> bool:
        """Look elsewhere in the run, or name what is there; False where it is no such command."""
        match command:
            case ask.Look(digit, line):
                self._look_at(digit, line)
            case ask.NameLine(line, name):
                self._timeline.name_line(line, name)
            case ask.ForgetLine(line):
                self._tell("info", f"Forgot {self._timeline.forget_line(line)}.")
            case ask.Bookmark(digit, name):
                self._timeline.bookmark(digit, name)
            case _:
                return False
        return True

    def _look_at(self, digit: int, line: int | None = None) -> None:
        if self._failure is not None:
            raise ValueError("The engine has stopped; save a snapshot, then reset.")
        if not self._timeline.past:
            self._autosaves.now(self._session)  # the past is not what should be found after a crash
        self._timeline.look(digit, line)
        self._state = RunState.PAUSED

    def _travel(self) -> None:
        if self._timeline.travel(self._follow_past):
            self._arrived()

    def _settle(self) -> None:
        self._timeline.settle(self._follow_past)
        self._arrived()

    def _follow_past(self) -> None:
        self._glance.follow_to(self._timeline.heading)

    def _jumped(self) -> None:
        self._glance.jumped()
        self._examiner.begin_anew()

    def _arrived(self) -> None:
        self._state = RunState.FINISHED if self._session.finished else RunState.PAUSED
        self._glance.arrived()

    # ── changes by hand ───────────────────────────────────────────────────────────────────────

    def _edit(self, command: ask.Command) -> None:
        """Change memories as the command says, between two bursts; play goes on."""
        if self._failure is not None:
            raise ValueError("Nothing was changed: the engine has stopped. Save a snapshot, then reset.")
        timeline, inquiry = self._timeline, self._inquiry
        branch = timeline.fork() if timeline.past else None
        try:
            change = carry_out(self._edits, command)
        except ValueError:
            if branch is not None:
                timeline.unfork()
                self._settle()
            else:
                timeline.changed(None)
            raise
        timeline.changed(change.text.removesuffix("."))
        if change.silenced is not None:
            layer, before = change.silenced
            inquiry.ablate(0, layer, before.ids.tolist(), before)
        self._tell("info", change.text + change.advice)
        if branch is not None:
            self._tell("info", f"{branch} begins with this; what came after is kept.")
        self._autosaves.edited()
        self._glance.changed()

    def _restart(self, config: NetworkConfig | None, seed: int | None, backend: str | None) -> None:
        name = backend or self._backend_name
        session = Session(
            self._dataset,
            config or self._session.config,
            seed=self._session.seed if seed is None else seed,
            backend=make_backend(name),
        )
        self._backend_name = name
        self._take_over(session)

    def close(self, unseen: Iterable[Frame] = ()) -> tuple[str, ...]:
        """Finish what is being saved. A save that failed unheard is made elsewhere.

        unseen: frames that nobody took, with all they would have told. Returns the errors that nobody
        has heard of, each with what became of it.
        """
        self._autosaves.finish()
        self._saves.finish()
        unheard = [notice for frame in unseen for notice in frame.notices] + self._notices
        return tuple(self._saves.last_word(notice) for notice in unheard if notice.level == "error")

    # ── telling ───────────────────────────────────────────────────────────────────────────────

    def _tell(self, level: str, text: str) -> int:
        self._notice_count += 1
        self._notices.append(Notice(self._notice_count, level, text))
        return self._notice_count

    def was_heard(self) -> None:
        """Whatever the frames so far have said was heard."""
        self._saves.was_heard(self._notices)

    def _pass_notices_on(self) -> None:
        """What the session has to say is that it rebuilt its memories elsewhere."""
        while self._session.notices:
            self._tell("warning", self._session.notices.pop(0))
            self._glance.observer.watch_anew()

    def frame(self) -> Frame:
        """Everything the window shows, as it stands; on the way to another moment, now and then."""
        now = time.perf_counter()
        travelling = self._timeline.heading is not None and self._failure is None
        if travelling and self._shown is not None and now - self._shown_time < GLIMPSE_SECONDS:
            self._shown = self._on_the_way(self._shown)
        else:
            self._shown, self._shown_time = self._look_around(), now
        return self._shown

    def _on_the_way(self, before: Frame) -> Frame:
        """What was shown last, and where it goes: copying what is on the way would only delay arriving."""
        self._frames += 1
        notices, self._notices = tuple(self._notices), []
        return replace(
            before,
            number=self._frames,
            state=self._state,
            speed=self._pace.speed,
            digits_per_second=0.0,
            tiles=None,
            catalogue=None,
            notices=notices,
            saving=self._saves.busy,
            track=self._timeline.track(lazily=True),
            past=True,
            heading=self._timeline.heading,
        )

    def _look_around(self) -> Frame:
        session, observer = self._session, self._glance.observer
        playing = self._state is RunState.PLAYING
        fast = playing and self._pace.speed is None
        self._pass_notices_on()
        seen = self._attempt(lambda: self._glance.look(playing=playing, fast=fast)) or Glimpse()
        self._pass_notices_on()
        self._frames += 1
        notices, self._notices = tuple(self._notices), []
        return Frame(
            number=self._frames,
            state=self._state,
            info=observer.info,
            backend=session.backend.description,
            total=session.total,
            speed=self._pace.speed,
            digits_per_second=self._pace.rate() if playing else 0.0,
            score=session.metrics.report(tuple(layer.count for layer in session.network.layers)),
            curves=session.metrics.history.curves(),
            held_out=self._examiner.report(),
            raster=observer.raster(),
            mistakes=tuple(session.mistakes),
            edits=self._edits.log(),
            findings=self._inquiry.findings,
            trial=seen.trial,
            tiles=seen.tiles,
            catalogue=seen.catalogue,
            inspection=seen.inspection,
            drawing=self._glance.drawing,
            notices=notices,
            task=self._inquiry.task,
            saving=self._saves.busy,
            failure=self._failure,
            track=self._timeline.track(lazily=playing),
            past=self._timeline.past,
            heading=self._timeline.heading,
        )
