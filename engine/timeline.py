"""The run as a whole: all courses that it has taken, and any moment of them again.

A run depends on its digits, its seed and what was changed by hand at which digit, and on nothing
else. So states kept every fraction of a second, and right after each change by hand, give every
moment in between bit for bit: put the session back to one and show it the same digits again.

Everything here runs on the engine's thread. The session moves through `advance` and `travel` only.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field

from engine.arrays import Bytes, freeze
from engine.comparing import Wanted
from engine.comparison import Side
from engine.contents import MOST_BOOKMARKS
from engine.edits import Edits
from engine.frame import Curves, Line, Moment, Track
from engine.growth import GrowthWork
from engine.keyframes import Keyframe, Keyframes, bring_back
from engine.names import LONGEST_NAME, checked_words
from engine.replay import Replay
from engine.session import Session
from engine.works import SLICE_SECONDS

KEYFRAME_SECONDS = 0.2
"""A state is kept after about this much work: to do it again takes as long."""
KEYFRAME_DIGITS = 2048
"""And at the latest after this many digits, for small networks."""
LEAD_IN = 200
"""Digits shown again before the one that was asked for, so that what was seen last is there too."""
BUDGET = 256 << 20
"""Bytes that keyframes may take; beyond it every second one is given up."""
MOST_LINES = 12
TRACK_SECONDS = 0.4
"""While digits stream in, the track is put together anew this often."""


@dataclass(slots=True)
class _Course:
    """One line of the run: what was answered and recruited, what was changed, its keyframes by digit.

    curves: as they were at the head, while another moment is shown. tests: accuracy and size of
    held-out tests by digit.
    """

    id: int
    name: str
    parent: int | None
    forked_at: int
    head: int
    answers: Bytes
    recruits: Bytes
    keyframes: list[Keyframe] = field(default_factory=list)
    changes: list[Moment] = field(default_factory=list)
    bookmarks: dict[int, str] = field(default_factory=dict)
    curves: Curves | None = None
    tests: dict[int, tuple[float, int]] = field(default_factory=dict)

    def line(self) -> Line:
        return Line(self.id, self.name, self.parent, self.forked_at, self.head)

    def start(self, digit: int) -> Keyframe:
        """Where to begin on the way to a digit: the last state that leaves room for the digits before it,
        else the first."""
        early = [keyframe for keyframe in self.keyframes if keyframe.seen <= digit - LEAD_IN]
        return early[-1] if early else self.keyframes[0]

    def stops(self, after: int, until: int) -> list[Keyframe]:
        """States that were made by hand, by digit."""
        return [
            keyframe for keyframe in self.keyframes if keyframe.changed and after < keyframe.seen <= until
        ]

    def keep(self, keyframe: Keyframe) -> None:
        """After those before it; instead of one of the same digit."""
        while self.keyframes and self.keyframes[-1].seen >= keyframe.seen:
            self.keyframes.pop()
        self.keyframes.append(keyframe)


class Timeline:
    """The lines of a run, the moment of them that the session is at, and the way to others.

    session: where the run begins, or, for an opened snapshot, where it can be gone on with. jumped:
    told when the session was put back to another state.
    """

    def __init__(self, session: Session, edits: Edits, jumped: Callable[[], None] = lambda: None) -> None:
        self.session = session
        self._edits = edits
        self._jumped = jumped
        self._keyframes = Keyframes(session)
        self._ids = 1
        self._course = _Course(1, "Run", None, 0, session.seen, session.answers, session.recruits)
        self._course.bookmarks = session.bookmarks
        self._courses = {1: self._course}
        self._spent = 0.0
        self._pace = 1
        """Every so many times KEYFRAME_SECONDS a state is kept."""
        self._replay: Replay | None = None
        self._track: Track | None = None
        self._track_key: tuple[object, ...] = ()
        self._track_time = 0.0
        self._version = 0
        self._keep()

    # ── where it is ───────────────────────────────────────────────────────────────────────────

    @property
    def past(self) -> bool:
        """Is there something after the moment that is shown?"""
        return self.session.seen < self._course.head or self._replay is not None

    @property
    def heading(self) -> int | None:
        """The digit count on the way to which `travel` is."""
        return None if self._replay is None else self._replay.digit

    @property
    def earliest(self) -> int:
        """The first digit count of the line that can be brought back."""
        return self._course.keyframes[0].seen

    @property
    def nbytes(self) -> int:
        """Bytes that going back takes."""
        own = sum(keyframe.nbytes for keyframe in self._all_keyframes())
        arrays = sum(course.answers.nbytes + course.recruits.nbytes for course in self._courses.values())
        return own + self._keyframes.nbytes + arrays

    def _all_keyframes(self) -> list[Keyframe]:
        kept = {id(keyframe): keyframe for course in self._courses.values() for keyframe in course.keyframes}
        return list(kept.values())

    # ── going on ──────────────────────────────────────────────────────────────────────────────

    def advance(self, digits: int) -> int:
        """Show and learn new digits, as `Session.advance`; from the present only."""
        begun = time.perf_counter()
        shown = self.session.advance(digits)
        self._spent += time.perf_counter() - begun
        course, session = self._course, self.session
        course.head = session.seen
        if session.burst is not None and session.burst.learned:
            since = session.seen - course.keyframes[-1].seen
            if since and (
                self._spent >= KEYFRAME_SECONDS * self._pace or since >= KEYFRAME_DIGITS * self._pace
            ):
                self._keep()
        return shown

    def changed(self, text: str | None) -> None:
        """The session was changed by hand, as `text` says; None: nothing came of it, but a burst may have
        been cut short."""
        course, session = self._course, self.session
        course.head = session.seen
        if text is not None:
            course.changes.append(Moment(session.seen, text))
        self._keep(changed=True)
        self._version += 1

    def _keep(self, *, changed: bool = False) -> None:
        self._spent = 0.0
        course = self._course
        # Instead of a state of the same digit: a change made there stays one.
        last = course.keyframes[-1] if course.keyframes else None
        changed = changed or (last is not None and last.seen == self.session.seen and last.changed)
        course.keep(self._keyframes.take(self._edits.state(), changed=changed))
        if self.nbytes > BUDGET:
            self._thin()

    def _thin(self) -> None:
        """Give every second keyframe up; where there is none to give up, the earliest ones."""
        self._pace *= 2
        ends = {id(course.keyframes[place]) for course in self._courses.values() for place in (0, -1)}
        spare = [
            keyframe
            for keyframe in sorted(self._all_keyframes(), key=lambda keyframe: keyframe.seen)
            if not keyframe.changed and id(keyframe) not in ends
        ][::2]
        if spare:
            gone = {id(keyframe) for keyframe in spare}
            for course in self._courses.values():
                course.keyframes = [keyframe for keyframe in course.keyframes if id(keyframe) not in gone]
        else:
            for course in self._courses.values():
                del course.keyframes[: len(course.keyframes) // 2]
        self._keyframes.keep_only(self._all_keyframes())
        self._version += 1

    # ── going back ────────────────────────────────────────────────────────────────────────────

    def look(self, digit: int, line: int | None = None) -> None:
        """Head for the moment after `digit` digits of a line, or the nearest that there is.

        Raises ValueError with a sentence where there is no such line.
        """
        if line is not None and line not in self._courses:
            raise ValueError("That branch is gone; nothing was changed. Choose another one.")
        self._leave()
        course = self._course if line is None else self._courses[line]
        elsewhere = course is not self._course
        self._course = course
        digit = max(self.earliest, min(digit, course.head))
        start = course.start(digit)
        if elsewhere or not start.seen <= self.session.seen <= digit:
            self._put_back(start)
        self._replay = Replay(self.session, digit, course.stops(self.session.seen, digit), self._put_back)
        self._version += elsewhere

    def _leave(self) -> None:
        """Remember what only the session knows of the line."""
        course, session = self._course, self.session
        if self._replay is not None:
            return
        course.tests |= session.metrics.history.tests()
        if session.seen == course.head:
            course.curves = session.metrics.history.curves()
            if course.keyframes[-1].seen < session.seen:
                self._keep()

    def _put_back(self, keyframe: Keyframe) -> None:
        course, session = self._course, self.session
        session.answers, session.recruits = course.answers, course.recruits
        session.bookmarks = course.bookmarks
        self._keyframes.put_back(keyframe)
        self._edits.restore(keyframe.edits)
        self._jumped()

    def travel(self, follow: Callable[[], None], seconds: float = SLICE_SECONDS) -> bool:
        """Go on towards where it is heading, for about as long; returns whether it has arrived.

        follow: called after every few digits.
        """
        begun = time.perf_counter()
        while self._replay is not None:
            if self._replay.arrived:
                self._arrive()
                break
            self._replay.step(follow)
            if time.perf_counter() - begun > seconds:
                break
        return self._replay is None

    def _arrive(self) -> None:
        """What the line knows of the moment beside what the same digits gave."""
        tests, seen = self._course.tests, self.session.seen
        self.session.metrics.history.set_tests({at: tests[at] for at in sorted(tests) if at <= seen})
        self._replay = None

    def settle(self, follow: Callable[[], None]) -> None:
        """Arrive now, however long it takes."""
        while not self.travel(follow, seconds=1.0):
            pass

    # ── lines ─────────────────────────────────────────────────────────────────────────────────

    def fork(self) -> str:
        """Leave the line here: what comes next is a line of its own. Returns its name.

        Raises ValueError with a sentence where there are too many.
        """
        if len(self._courses) >= MOST_LINES:
            raise ValueError(
                f"There are {len(self._courses)} branches already; nothing was changed. "
                "Forget one that you do not need, then play on from here."
            )
        parent, seen = self._course, self.session.seen
        self._ids += 1
        self._course = _Course(
            self._ids,
            f"Branch {self._ids}",
            parent.id,
            seen,
            seen,
            parent.answers.copy(),
            parent.recruits.copy(),
            [keyframe for keyframe in parent.keyframes if keyframe.seen <= seen],
            [change for change in parent.changes if change.digit <= seen],
            {digit: name for digit, name in parent.bookmarks.items() if digit <= seen},
            tests={at: test for at, test in parent.tests.items() if at <= seen},
        )
        self._courses[self._course.id] = self._course
        session = self.session
        session.answers, session.recruits = self._course.answers, self._course.recruits
        session.bookmarks = self._course.bookmarks
        self._spent = 0.0
        self._version += 1
        return self._course.name

    def unfork(self) -> None:
        """Take `fork` back: nothing came of it. Heads for where that was."""
        gone = self._course
        assert gone.parent is not None
        self._course = self._courses[gone.parent]
        del self._courses[gone.id]
        self._put_back(self._course.start(gone.forked_at))
        self.look(gone.forked_at)

    def name_line(self, line: int, name: str) -> None:
        """Call a line so. Raises ValueError with a sentence where that cannot be."""
        if line not in self._courses:
            raise ValueError("That branch is gone; nothing was renamed.")
        self._courses[line].name = checked_words(name, LONGEST_NAME)
        self._version += 1

    def forget_line(self, line: int) -> str:
        """Give a line up; returns its name. Raises ValueError with a sentence where that cannot be."""
        if line not in self._courses:
            raise ValueError("That branch is gone already.")
        if self._courses[line] is self._course:
            raise ValueError("That branch is the one shown; nothing was forgotten. Choose another one first.")
        gone = self._courses.pop(line)
        for course in self._courses.values():
            if course.parent == line:
                course.parent, course.forked_at = gone.parent, min(course.forked_at, gone.forked_at)
        self._keyframes.keep_only(self._all_keyframes())
        self._version += 1
        return gone.name

    def bookmark(self, digit: int, name: str) -> None:
        """Name a digit of the line; an empty name takes the bookmark away. Raises ValueError with a
        sentence where that cannot be."""
        if not self.earliest <= digit <= self._course.head:
            raise ValueError(f"There is no digit {digit:,} to mark yet; nothing was changed.")
        if name.strip():
            if len(self._course.bookmarks) >= MOST_BOOKMARKS and digit not in self._course.bookmarks:
                raise ValueError(
                    f"There are {MOST_BOOKMARKS:,} bookmarks already; nothing was changed. "
                    "Take one away that you do not need."
                )
            self._course.bookmarks[digit] = checked_words(name, LONGEST_NAME)
        else:
            self._course.bookmarks.pop(digit, None)
        self._version += 1

    def side(self, line: int, digit: int | None) -> Wanted:
        """Another session that will be what a line was after a digit; None is its head.

        Raises ValueError with a sentence where there is no such line.
        """
        if line not in self._courses:
            raise ValueError("That branch is gone; nothing was compared. Choose another one.")
        self._leave()
        here, course = self.session, self._courses[line]
        name = course.name if digit is None or digit >= course.head else f"{course.name} at {digit:,}"
        digit = course.head if digit is None else max(course.keyframes[0].seen, min(digit, course.head))
        session = Session(
            here.dataset, here.config, seed=here.seed, backend=here.backend, limit=here.stream.limit
        )
        session.answers[:], session.recruits[:] = course.answers, course.recruits
        start, books = course.start(digit), self._keyframes.books()
        bring_back(session, start, books)
        replay = Replay(
            session,
            digit,
            course.stops(start.seen, digit),
            lambda keyframe: bring_back(session, keyframe, books),
        )
        return Wanted(Side(name, session), replay)

    def record(self, request: int, layer: int, pages: int) -> GrowthWork:
        """How a layer's memories came to be, up to the moment shown. Raises ValueError naming `layer`."""
        session, course = self.session, self._course
        if not 0 <= layer < len(session.network.layers):
            raise ValueError(f"layer: there is no layer {layer}")
        keyframes = [keyframe for keyframe in course.keyframes if keyframe.seen < session.seen]
        keyframes.append(self._keyframes.take(self._edits.state()))
        return GrowthWork(
            request,
            layer,
            session.network.layers[layer].config,
            keyframes,
            self._keyframes.books()[layer],
            session.metrics.history.curves(),
            pages,
        )

    # ── what there is to see ──────────────────────────────────────────────────────────────────

    def track(self, *, lazily: bool) -> Track:
        """The line that is shown. lazily: while digits stream in, it may be a moment old."""
        course = self._course
        key = (course.id, self._version, course.head)
        now = time.perf_counter()
        recent = key[:2] == self._track_key[:2] and now - self._track_time < TRACK_SECONDS
        if self._track is None or not (key == self._track_key or (lazily and recent)):
            self._track, self._track_key, self._track_time = self._put_together(course), key, now
        return self._track

    def _put_together(self, course: _Course) -> Track:
        session, head = self.session, course.head
        curves = session.metrics.history.curves() if not self.past or course.curves is None else course.curves
        labels = session.dataset.train_labels[session.stream.order[:head]]
        return Track(
            line=course.id,
            head=head,
            earliest=self.earliest,
            recruits=freeze(course.recruits[:head].copy()),
            wrong=freeze(course.answers[:head] != labels),
            curve_digits=curves.digits,
            prequential=curves.prequential,
            recent=curves.recent,
            changes=tuple(course.changes),
            bookmarks=tuple(Moment(digit, course.bookmarks[digit]) for digit in sorted(course.bookmarks)),
            lines=tuple(course.line() for course in self._courses.values()),
            bytes=self.nbytes,
        )
