"""Two runs compared: each memory of either is told of once, and every held-out digit is counted."""

from __future__ import annotations

import gc
import math
import weakref
from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine import comparison, pacing
from engine.arrays import Floats
from engine.backend import Backend
from engine.comparison import ComparisonWork, Side
from engine.datasets import Dataset
from engine.differences import Comparison, LayerDifference, MemoryList
from engine.edits import Edits
from engine.findings import DigitList
from engine.session import Session
from engine.significance import mcnemar
from tests.engine.samples import shrunk
from tests.engine.strict import StrictBackend

Run = Callable[..., Session]


@pytest.fixture
def run(digits: Dataset) -> Run:
    """A run of the small `complementary` network, with room for all it recruits, after 40 digits unless
    it is said otherwise. Until digit 50 its columns refine their memories."""

    def run(count: int = 40, preset: str = "complementary", backend: Backend | None = None) -> Session:
        session = Session(digits, shrunk(preset, capacity=100), backend=backend)
        while session.seen < count:
            session.advance(1)
        return session

    return run


def compare(a: Session, b: Session) -> Comparison:
    work = ComparisonWork(7, Side("the one", a), Side("the other", b))
    while work.done < work.total:
        work.advance()
    found = work.result()
    assert found.request == 7
    return found


def cross(session: Session) -> Floats:
    """A drawing unlike any digit."""
    image = np.zeros(session.dataset.train_images.shape[1:], np.float32)
    image[4:24, 12:15] = image[12:15, 4:24] = 1
    return image


def bar(session: Session) -> Floats:
    """And another one."""
    image = np.zeros(session.dataset.train_images.shape[1:], np.float32)
    image[2:26, 2:26] = np.linspace(0, 1, 24)
    return image


def ids(memories: MemoryList) -> set[int]:
    return set(memories.ids.tolist())


def layer_ids(session: Session, number: int) -> set[int]:
    layer = session.network.layers[number]
    return set(layer.ids[layer.in_use()].tolist())


def totals(layer: LayerDifference) -> tuple[int, int, int, int, int]:
    """Only A, drifted, other associations, unchanged, only B."""
    return (
        layer.only_a.total,
        layer.drifted.a.total,
        layer.reassociated.a.total,
        layer.same,
        layer.only_b.total,
    )


# ── memories ──────────────────────────────────────────────────────────────────────────────────────


def test_of_two_runs_that_are_alike_nothing_differs(run: Run) -> None:
    a, b = run(), run()
    found = compare(a, b)
    for number, layer in enumerate(found.layers):
        assert totals(layer) == (0, 0, 0, a.network.layers[number].count, 0)
        assert layer.problem == ""
    assert (found.only_a_right, found.only_b_right, found.disagreements.total) == (0, 0, 0)
    assert found.p_value == 1.0
    assert found.both_right + found.both_wrong == found.tested == 300
    np.testing.assert_array_equal(found.confusion_a, found.confusion_b)


def test_what_is_taught_in_one_run_is_only_there(run: Run) -> None:
    a, b = run(), run()
    before = [layer_ids(b, number) for number in range(2)]
    Edits(b).teach("cross", image=cross(b))
    for number, layer in enumerate(compare(a, b).layers):
        assert layer.only_a.total == layer.drifted.a.total == layer.reassociated.a.total == 0
        taught = layer_ids(b, number) - before[number]
        assert ids(layer.only_b) == taught
        assert layer.only_b.total == len(taught) == b.network.layers[number].fields.count
        assert layer.only_b.taught.all()
        assert (layer.only_b.classes == 10).all()
        assert layer.same == len(before[number])


def test_the_same_drawing_taught_in_both_runs_is_the_same_memory_whatever_its_number(run: Run) -> None:
    a, b = run(), run()
    Edits(a).teach(3, image=cross(a))
    edits = Edits(b)
    edits.teach(1, image=bar(b))
    edits.teach(3, image=cross(b))
    found = compare(a, b)
    for number, layer in enumerate(found.layers):
        columns = a.network.layers[number].fields.count
        assert (layer.only_a.total, layer.only_b.total) == (0, columns)
        assert set(layer.only_b.sources.tolist()) == {-1}
    assert [taught.taught for taught in (found.a, found.b)] == [10, 20]


def test_every_memory_is_told_of_as_the_plain_way_finds_it(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(comparison, "MOST_SHOWN", 10_000)
    a, b = run(25), run(45)
    Edits(b).delete(1, sorted(layer_ids(b, 1))[:5])
    for number, layer in enumerate(compare(a, b).layers):
        facts = []
        for session in (a, b):
            memory = session.network.layers[number]
            rows = memory.rows(*memory.in_use())
            facts.append(
                {
                    (int(column), int(source)): (id, -0.5 * pattern[:-2], association)
                    for column, source, id, pattern, association in zip(
                        rows.columns,
                        rows.sources,
                        rows.ids.tolist(),
                        rows.patterns,
                        rows.associations,
                        strict=True,
                    )
                }
            )
        first, second = facts
        assert ids(layer.only_a) == {first[key][0] for key in first.keys() - second.keys()}
        assert ids(layer.only_b) == {second[key][0] for key in second.keys() - first.keys()}
        drifted, others, same = {}, {}, 0
        for key in first.keys() & second.keys():
            drift = float(np.linalg.norm(first[key][1] - second[key][1]))
            change = float(np.abs(first[key][2] - second[key][2]).max())
            pair = (first[key][0], second[key][0])
            if drift > comparison.UNMOVED:
                drifted[pair] = drift
            elif change > comparison.UNMOVED:
                others[pair] = change
            else:
                same += 1
        assert layer.same == same
        for pairs, values, expected in (
            (layer.drifted, layer.drifted.drifts, drifted),
            (layer.reassociated, layer.reassociated.changes, others),
        ):
            assert (np.diff(values) <= 0).all()
            measured = dict(
                zip(zip(pairs.a.ids.tolist(), pairs.b.ids.tolist(), strict=True), values, strict=True)
            )
            assert measured.keys() == expected.keys()
            for pair, value in measured.items():
                assert value == pytest.approx(expected[pair], rel=1e-5)
    assert drifted
    assert others


def test_each_side_is_shown_as_it_is_in_its_own_run(run: Run) -> None:
    a, b = run(25), run(45)
    moved = compare(a, b).layers[1].drifted
    for session, memories in ((a, moved.a), (b, moved.b)):
        layer = session.network.layers[1]
        columns, positions = np.divmod(memories.slots, layer.config.capacity)
        np.testing.assert_array_equal(layer.ids[columns, positions], memories.ids)
        np.testing.assert_array_equal(layer.wins[columns, positions], memories.wins)
        np.testing.assert_array_equal(memories.columns, columns)
        assert memories.pictures.shape == (len(memories.ids), 10, 10)
        assert memories.pictures.any()
    assert (moved.a.pictures != moved.b.pictures).any()


def test_no_more_is_shown_than_is_worth_it_but_all_is_counted(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    a, b = run(40), run(200)
    everything = compare(a, b)
    monkeypatch.setattr(comparison, "MOST_SHOWN", 3)
    monkeypatch.setattr(comparison, "MOST_DIGITS", 4)
    few = compare(a, b)
    assert [totals(layer) for layer in few.layers] == [totals(layer) for layer in everything.layers]
    for layer, whole in zip(few.layers, everything.layers, strict=True):
        np.testing.assert_array_equal(layer.only_b.ids, whole.only_b.ids[:3])
        np.testing.assert_array_equal(layer.drifted.drifts, whole.drifted.drifts[:3])
    assert few.disagreements.total == everything.disagreements.total > 4
    assert len(few.disagreements.sources) == len(few.said_a) == 4


def test_a_memory_that_is_silent_in_one_run_is_not_the_same(run: Run) -> None:
    a, b = run(), run()
    one = min(layer_ids(b, 0))
    Edits(b).mute(0, [one], True)
    found = compare(a, b)
    assert ids(found.layers[0].reassociated.a) == {one}
    assert found.layers[0].reassociated.b.muted.all()
    assert found.layers[0].reassociated.changes == [0.0]
    assert (found.a.muted, found.b.muted) == (0, 1)


def test_relabelled_memories_have_other_associations(run: Run) -> None:
    a, b = run(), run()
    some = sorted(layer_ids(b, 0))[:3]
    Edits(b).relabel(0, some, 0)
    changed = compare(a, b).layers[0].reassociated
    assert ids(changed.a) == ids(changed.b) <= set(some)
    assert (changed.b.classes == 0).all()
    assert (changed.drifts == 0).all()


def test_memories_that_come_twice_from_one_image_are_matched_by_their_patterns(run: Run) -> None:
    """A digit that is taught again after its memory has drifted is a second memory of the same image."""
    a, b = run(40), run(40)
    source = int(a.stream.order[3])
    for session in (a, b):
        Edits(session).teach(2, source=source)
        while session.seen < 60:
            session.advance(1)
        Edits(session).teach(2, source=source)
    layer = a.network.layers[1]
    mine = layer.taught & (layer.sources == source)
    twice = np.flatnonzero(mine.sum(axis=1) == 2)
    assert len(twice)
    assert [totals(each)[0] + totals(each)[4] for each in compare(a, b).layers] == [0, 0]
    column = int(twice[0])
    first, second = layer.ids[column, mine[column]].tolist()
    Edits(b).delete(1, [first])
    found = compare(a, b).layers[1]
    assert ids(found.only_a) == {first}
    assert second not in ids(found.drifted.a) | ids(found.only_b)
    assert found.only_b.total == 0


def test_layers_that_cannot_be_matched_say_why(run: Run) -> None:
    whole, local, tiny = run(60), run(60, "columns"), run(60, "tiny")
    found = compare(whole, local)
    episodes, columns = found.layers
    assert episodes.problem == "Only A has this layer."
    assert totals(episodes) == (whole.network.layers[0].count, 0, 0, 0, 0)
    assert columns.problem == ""
    assert columns.same + columns.drifted.a.total + columns.reassociated.a.total > 0
    (other,) = compare(local, tiny).layers
    assert other.problem == (
        "Its receptive fields differ: 10 × 10 pixels, 9 apart, in A and 14 × 14 pixels, 9 apart, in B."
    )
    assert (other.only_a.total, other.only_b.total) == (local.memories, tiny.memories)
    backwards = compare(local, whole)
    assert [layer.name for layer in backwards.layers] == ["columns", "episodes"]
    assert backwards.layers[1].problem == "Only B has this layer."


# ── digits ────────────────────────────────────────────────────────────────────────────────────────


def test_held_out_digits_are_answered_as_each_run_would(run: Run) -> None:
    a, b = run(60), run(200)
    found = compare(a, b)
    labels = a.dataset.test_labels
    said_a, said_b = (session.predict_proba(session.dataset.test_images).argmax(axis=1) for session in (a, b))
    right_a, right_b = said_a == labels, said_b == labels
    assert found.accuracy_a == pytest.approx(right_a.mean())
    assert found.accuracy_b == pytest.approx(right_b.mean())
    counts = found.both_right, found.only_a_right, found.only_b_right, found.both_wrong
    expected = right_a & right_b, right_a & ~right_b, ~right_a & right_b, ~right_a & ~right_b
    assert counts == tuple(which.sum() for which in expected)
    for said, confusion in ((said_a, found.confusion_a), (said_b, found.confusion_b)):
        plain = np.zeros_like(confusion)
        np.add.at(plain, (labels, said), 1)
        np.testing.assert_array_equal(confusion, plain)
    shown = found.disagreements
    assert set(shown.sources.tolist()) == set(np.flatnonzero(said_a != said_b).tolist())
    np.testing.assert_array_equal(shown.answers, said_b[shown.sources])
    np.testing.assert_array_equal(found.said_a, said_a[shown.sources])
    kinds = np.select([right_a[shown.sources], right_b[shown.sources]], [0, 1], 2)
    assert (np.diff(kinds) >= 0).all()
    assert set(kinds) == {0, 1, 2}


def test_classes_are_the_same_by_name(run: Run) -> None:
    a, b = run(), run()
    for session, names in ((a, "xy"), (b, "yx")):
        edits = Edits(session)
        for name in names:
            edits.add_class(name)
        edits.teach(session.class_names.index("x"), image=cross(session))
    alike = compare(a, b)
    assert alike.class_names == (*"0123456789", "x", "y")
    assert [layer.same for layer in alike.layers] == [layer.count for layer in a.network.layers]
    assert alike.disagreements.total == 0
    last = Edits(b)
    last.add_class("z")
    last.relabel(0, [min(layer_ids(b, 0))], b.class_names.index("x"))
    found = compare(a, b)
    assert found.class_names == (*"0123456789", "x", "y", "z")
    assert found.confusion_a.shape == found.confusion_b.shape == (13, 13)
    (changed,) = found.layers[0].reassociated.b.classes.tolist()
    assert found.class_names[changed] == "x"


def test_both_runs_are_described(run: Run) -> None:
    a, b = run(25), run(45, "columns")
    Edits(b).teach(1, image=cross(b))
    found = compare(a, b)
    assert (found.a.name, found.b.name) == ("the one", "the other")
    assert (found.a.digits, found.b.digits) == (25, 45)
    assert found.a.preset == "complementary"
    assert found.b.layers == ("columns",)
    assert found.b.memories == (b.memories,)
    assert found.b.taught == 9
    assert found.a.prequential == a.metrics.prequential
    assert found.b.recent == b.metrics.recent.mean
    np.testing.assert_array_equal(found.b.curves.digits, b.metrics.history.curves().digits)


def test_runs_before_their_first_digit_can_be_compared(run: Run) -> None:
    found = compare(run(0), run(30))
    assert found.a.prequential is None
    assert found.layers[0].same == 0
    assert found.layers[0].only_b.total > 0


# ── how it is computed ────────────────────────────────────────────────────────────────────────────


def assert_mirrored(there: Comparison, back: Comparison) -> None:
    assert (there.only_a_right, there.only_b_right) == (back.only_b_right, back.only_a_right)
    assert there.p_value == back.p_value
    assert set(there.disagreements.sources.tolist()) == set(back.disagreements.sources.tolist())
    layers = {layer.name: layer for layer in back.layers}
    for layer in there.layers:
        other = layers[layer.name]
        assert totals(layer)[1:4] == totals(other)[1:4]
        assert ids(layer.only_a) == ids(other.only_b)
        assert ids(layer.only_b) == ids(other.only_a)
        for pairs, turned in ((layer.drifted, other.drifted), (layer.reassociated, other.reassociated)):
            np.testing.assert_array_equal(pairs.a.ids, turned.b.ids)
            np.testing.assert_array_equal(pairs.b.ids, turned.a.ids)
            np.testing.assert_array_equal(pairs.drifts, turned.drifts)
            np.testing.assert_array_equal(pairs.changes, turned.changes)


@pytest.mark.parametrize("preset", ["complementary", "columns", "tiny"])
def test_the_other_way_round_it_says_the_same(run: Run, preset: str) -> None:
    a, b = run(150), run(90, preset)
    Edits(a).teach("cross", image=cross(a))
    edits = Edits(b)
    edits.teach("plus", image=bar(b))
    edits.teach(3, image=cross(b))
    assert_mirrored(compare(a, b), compare(b, a))


def test_what_is_found_depends_neither_on_the_pace_nor_on_what_is_learned_meanwhile(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    a, b = run(25), run(45)
    at_once = compare(a, b)
    monkeypatch.setattr(pacing, "SLICE_SECONDS", 0.0)
    work = ComparisonWork(7, Side("the one", a), Side("the other", b))
    steps = 0
    while work.done < work.total:
        work.advance()
        steps += 1
        if steps % 3 == 0:
            a.advance(8)
            b.advance(8)
    slowly = work.result()
    assert steps > 20
    assert a.seen > 25
    assert_alike(slowly, at_once)


def assert_alike(first: object, second: object) -> None:
    """Down to the last bit, in all their fields."""
    assert type(first) is type(second)
    if isinstance(first, np.ndarray):
        np.testing.assert_array_equal(first, second)
    elif hasattr(first, "__slots__") and isinstance(
        first, (Comparison, LayerDifference, MemoryList, DigitList)
    ):
        for name in first.__slots__:
            assert_alike(getattr(first, name), getattr(second, name))
    elif isinstance(first, tuple):
        assert len(first) == len(second)  # type: ignore[arg-type]
        for one, other in zip(first, second, strict=True):  # type: ignore[call-overload]
            assert_alike(one, other)


def test_runs_over_other_data_cannot_be_compared(run: Run, few: Dataset) -> None:
    other = Session(replace(few, name="others", checksum="0" * 64), shrunk("complementary"))
    with pytest.raises(ValueError, match="the one and the other were learned from different data"):
        compare(run(30), other)


def test_it_works_on_a_device_of_its_own(run: Run, nothing_comes_home_by_itself: None) -> None:
    found = compare(run(60, backend=StrictBackend()), run(60))
    assert found.disagreements.total == 0
    assert [layer.only_a.total + layer.drifted.a.total for layer in found.layers] == [0, 0]


def test_giving_it_up_gives_the_copies_back(run: Run) -> None:
    work = ComparisonWork(7, Side("the one", run(40)), Side("the other", run(50)))
    work.advance()
    gc.disable()
    try:
        gone = weakref.ref(work)
        del work
        assert gone() is None
    finally:
        gc.enable()


# ── chance ────────────────────────────────────────────────────────────────────────────────────────


@given(first=st.integers(0, 400), second=st.integers(0, 400))
def test_the_p_value_is_the_exact_binomial_one(first: int, second: int) -> None:
    total = first + second
    tail = sum(math.comb(total, count) for count in range(min(first, second) + 1))
    assert mcnemar(first, second) == pytest.approx(min(1.0, 2 * tail / 2**total), rel=1e-9)


def test_the_p_value_of_very_many_digits_is_quick_and_finite() -> None:
    assert mcnemar(500_000, 500_000) == 1.0
    assert mcnemar(0, 1_000_000) == 0.0
    assert 0.04 < mcnemar(500_000, 502_000) < 0.05
