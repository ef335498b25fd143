"""The look over all memories: healthy runs are left in peace, each sickness is named and can be cured."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from engine import diagnosis, duplicates, pacing
from engine.backend import Backend, DeviceLostError
from engine.commands import Delete, Teach, Tune
from engine.config import PRESETS, LayerConfig, NetworkConfig, preset
from engine.datasets import Dataset
from engine.diagnosis import DiagnosisWork
from engine.duplicates import DuplicateSearch
from engine.edits import Edits
from engine.fields import ReceptiveFields
from engine.findings import Diagnosis, Hint
from engine.memory import LayerMemory
from engine.session import Session
from engine.symptoms import DUPLICATE_DISTANCE, FEWEST_DIGITS
from tests.engine.device import FlakyBackend
from tests.engine.samples import shrunk
from tests.engine.strict import StrictBackend

LONG_ENOUGH = FEWEST_DIGITS + 96


def grown(data: Dataset, config: NetworkConfig, digits: int = LONG_ENOUGH, **options: Any) -> Session:
    options.setdefault("backend", Backend())
    session = Session(data, config, limit=digits, **options)
    for _ in session.run():
        pass
    return session


def varied(name: str, layer: str = "columns", **changes: Any) -> NetworkConfig:
    """A preset with one of its layers changed."""
    config = preset(name)
    return replace(
        config,
        layers=tuple(replace(each, **changes) if each.name == layer else each for each in config.layers),
    )


def diagnosed(session: Session) -> Diagnosis:
    return finished(DiagnosisWork(session, request=7))


def finished(work: DiagnosisWork) -> Diagnosis:
    while work.done < work.total:
        work.advance()
    return work.result()


def only(session: Session) -> Hint:
    (hint,) = diagnosed(session).hints
    return hint


def kinds(session: Session) -> set[str]:
    return {hint.kind for hint in diagnosed(session).hints}


def repeated(data: Dataset, count: int, times: int) -> Dataset:
    """The first digits again and again, in an order of their own each time."""
    return replace(
        data,
        train_images=np.tile(data.train_images[:count], (times, 1, 1)),
        train_labels=np.tile(data.train_labels[:count], times),
    )


def with_noise(data: Dataset, share: float) -> Dataset:
    """Every so many digits are nothing but noise, each labelled as it was."""
    random = np.random.default_rng(5)
    images = data.train_images.copy()
    noise = random.random(len(images)) < share
    images[noise] = random.integers(0, 256, images[noise].shape, np.uint8)
    return replace(data, train_images=images)


def holding_back(data: Dataset, label: int, share: float) -> Dataset:
    """The same digits with only a share of one class."""
    random = np.random.default_rng(0)
    kept = (data.train_labels != label) | (random.random(len(data.train_labels)) < share)
    return replace(data, train_images=data.train_images[kept], train_labels=data.train_labels[kept])


# Healthy runs.


@pytest.mark.parametrize("name", PRESETS)
def test_a_healthy_run_gives_nothing_to_worry_about(name: str, digits: Dataset) -> None:
    session = grown(digits, preset(name))
    found = diagnosed(session)
    assert (found.request, found.at) == (7, LONG_ENOUGH)
    assert found.hints == ()


def test_columns_that_are_full_are_left_in_peace_while_their_memories_are_near(digits: Dataset) -> None:
    session = grown(digits, preset("tiny"))
    (layer,) = session.network.layers
    assert (layer.used == layer.config.capacity).all()
    assert diagnosed(session).hints == ()


def test_the_first_thousand_digits_are_not_judged(digits: Dataset) -> None:
    config = varied("tiny", plasticity=20.0)
    assert diagnosed(grown(digits, config, FEWEST_DIGITS - 1)).hints == ()
    assert diagnosed(grown(digits, config, FEWEST_DIGITS)).hints


def test_a_run_without_a_digit_has_no_hints(digits: Dataset) -> None:
    assert diagnosed(Session(digits, shrunk("complementary"))).hints == ()


# Full.


def test_a_surprise_gate_that_is_shut_is_told(digits: Dataset) -> None:
    hint = only(grown(digits, varied("complementary", "episodes", capacity=50)))
    assert (hint.kind, hint.layer, hint.title) == ("full", 0, "The layer episodes is full")
    assert hint.why.startswith("All 50 places are taken, so what surprises it from now on is not stored. ")
    assert hint.remedy is None
    assert not len(hint.ids)
    assert hint.remedy_text == ""


def test_columns_are_too_small_if_much_of_what_they_see_is_like_no_memory(digits: Dataset) -> None:
    hint = only(grown(digits, varied("tiny", capacity=4)))
    assert (hint.kind, hint.title) == ("full", "The layer columns is too small")
    assert "All 4 places of every column are taken" in hint.why


def test_a_full_layer_gives_back_the_places_of_what_is_double(digits: Dataset) -> None:
    config = varied("exemplar", "episodes", capacity=300, vigilance=1.5)
    session = grown(repeated(digits, 100, 12), config)
    hint = diagnosed(session).hints[0]
    assert hint.kind == "full"
    assert len(hint.ids) >= 200
    assert f"{len(hint.ids)} of them are dead or repeat another" in hint.why
    assert hint.remedy == Delete(0, tuple(hint.ids.tolist()))
    assert hint.remedy_text == f"Delete {len(hint.ids)}"
    assert "duplicates" not in kinds(session), "they are not offered twice"
    Edits(session).delete(0, hint.ids.tolist())
    assert not {"full", "duplicates"} & kinds(session)


# Duplicates.


def test_of_repeated_digits_one_each_is_kept(digits: Dataset) -> None:
    session = grown(repeated(digits, 100, 12), varied("exemplar", "episodes", vigilance=1.5))
    before = session.test_accuracy()
    hint = only(session)
    assert (hint.kind, hint.layer) == ("duplicates", 0)
    assert f"{len(hint.ids):,} of the {session.memories:,} memories" in hint.why
    assert isinstance(hint.remedy, Delete)
    layer = session.network.layers[0]
    sources = layer.sources[0, layer.ids[0] > 0] % 100
    Edits(session).delete(hint.remedy.layer, hint.remedy.ids)
    kept = layer.sources[0, layer.ids[0] > 0] % 100
    assert sorted(kept) == sorted(set(sources.tolist()))
    assert session.test_accuracy() >= before
    assert diagnosed(session).hints == ()


def test_of_two_that_are_alike_the_one_that_won_more_is_kept_and_a_taught_one_always(digits: Dataset) -> None:
    session = grown(repeated(digits, 100, 12), varied("exemplar", "episodes", vigilance=1.5))
    layer = session.network.layers[0]
    doomed = only(session).ids
    gone, kept = np.isin(layer.ids[0], doomed), (layer.ids[0] > 0) & ~np.isin(layer.ids[0], doomed)
    for number in np.unique(layer.sources[0, kept] % 100):
        alike = layer.sources[0] % 100 == number
        if (gone & alike).any():
            assert layer.wins[0, kept & alike].max() >= layer.wins[0, gone & alike].max()
    layer.taught[0, gone] = True
    assert not np.isin(only(session).ids, doomed).any()


def test_what_is_muted_is_not_among_the_memories_looked_at(digits: Dataset) -> None:
    session = grown(repeated(digits, 100, 12), varied("exemplar", "episodes", vigilance=1.5))
    Edits(session).mute(0, only(session).ids.tolist(), muted=True)
    assert diagnosed(session).hints == ()


def random_layer(count: int) -> tuple[LayerMemory, np.ndarray]:
    """Memories in tight clusters, in two columns, each a slot further than needed."""
    config = LayerConfig("few", 14, 14, count + 1, 2, "novelty", 0.3, 1.0)
    layer = LayerMemory(config, ReceptiveFields(config, 28, 1, Backend()), 4, Backend())
    random = np.random.default_rng(1)
    centres = random.random((4, 196)).astype(np.float32) / 8
    clusters = random.integers(4, size=(2, count))
    patterns = centres[clusters] + random.normal(0, 0.004, (2, count, 196)).astype(np.float32)
    layer.patterns[:2, :-2, :count] = -2 * patterns.transpose(0, 2, 1)
    layer.patterns[:2, -2, :count] = (patterns**2).sum(axis=2)
    layer.patterns[:2, -1, :count] = 1
    return layer, patterns


def test_the_search_in_blocks_finds_what_looking_one_by_one_finds(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(duplicates, "BLOCK", 7)
    layer, patterns = random_layer(60)
    columns = np.repeat([0, 1], 60)
    slots = np.concatenate([np.random.default_rng(2).permutation(60) for _ in range(2)])
    groups = columns * 2 + (np.arange(120) % 60 >= 40)
    search = DuplicateSearch(layer, Backend(), columns, slots, groups)
    assert sum(search.steps()) == 120
    expected = np.zeros(120, bool)
    for place in range(120):
        before = np.flatnonzero((groups == groups[place]) & ~expected & (np.arange(120) < place))
        own = patterns[columns[place], slots[place]]
        distances = np.linalg.norm(patterns[columns[before], slots[before]] - own, axis=1)
        expected[place] = (distances < DUPLICATE_DISTANCE).any()
    assert 20 < expected.sum() < 120
    np.testing.assert_array_equal(search.duplicate, expected)


# Dead.


def test_memories_of_noise_are_dead_and_can_be_deleted_without_harm(digits: Dataset) -> None:
    session = grown(with_noise(digits, 0.2), preset("small"), 2000)
    before = session.test_accuracy()
    hint = only(session)
    assert (hint.kind, hint.layer) == ("dead", 0)
    layer = session.network.layers[0]
    columns, slots = layer.find(hint.ids)
    assert len(columns) == len(hint.ids) > 0
    assert (layer.wins[columns, slots] == 1).all()
    assert f"the newest at digit {layer.births[columns, slots].max():,}" in hint.why
    assert isinstance(hint.remedy, Delete)
    Edits(session).delete(hint.remedy.layer, hint.remedy.ids)
    assert session.test_accuracy() >= before - 0.01
    assert diagnosed(session).hints == ()


# Starving.


def test_a_class_that_was_held_back_starves_and_is_offered_one_of_its_mistakes(digits: Dataset) -> None:
    session = grown(holding_back(digits, 9, 0.1), preset("tiny"), 1600)
    hint = only(session)
    assert (hint.kind, hint.title, hint.layer) == ("starving", "Class 9 is starving", None)
    missed = [mistake for mistake in session.mistakes if mistake.label == 9]
    assert isinstance(hint.remedy, Teach)
    assert (hint.remedy.label, hint.remedy.source) == (9, missed[-1].source)
    assert hint.remedy_text == "Teach a missed 9"
    Edits(session).teach(9, source=missed[-1].source)
    again = only(session).remedy
    assert isinstance(again, Teach)
    assert again.source == missed[-2].source, "not the same once more"


def test_without_a_mistake_at_hand_there_is_advice(digits: Dataset) -> None:
    session = grown(holding_back(digits, 9, 0.1), preset("tiny"), 1600)
    session.mistakes.clear()
    hint = only(session)
    assert hint.remedy is None
    assert hint.why.endswith("draw some and teach them.")


# Plasticity.


def test_a_plasticity_far_too_high_can_be_halved(digits: Dataset) -> None:
    session = grown(digits, varied("tiny", plasticity=20.0))
    hint = only(session)
    assert (hint.kind, hint.layer) == ("plasticity", 0)
    assert hint.remedy == Tune(0, 10.0)
    assert hint.remedy_text == "Lower it to 10"
    assert f"right {100 * (session.metrics.recent.mean or 0):.1f}\N{NO-BREAK SPACE}% of the time" in hint.why


def test_the_step_is_what_learning_a_digit_moves_its_vote_by(
    digits: Dataset, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(diagnosis, "DIGITS_LOOKED_AT", 1)
    session = grown(digits, varied("tiny", plasticity=20.0))
    why = only(session).why
    sample = session.stream.take(session.seen - 1, session.seen)
    network = session.network
    before = network.perceive(sample.images)
    label = int(before.probabilities.argmin())  # learned as what it is not: a large error
    logit = float(before.logits[0, label])
    error = -before.probabilities
    error[0, label] += 1
    network.layers[0].adjust(before.responses[0], error)
    moved = float(network.perceive(sample.images, aside=True).logits[0, label]) - logit
    assert f" {moved / error[0, label]:.1f} × its error" in why


# Slices and devices.


def test_learning_goes_on_between_slices_and_changes_nothing(
    digits: Dataset, monkeypatch: pytest.MonkeyPatch
) -> None:
    config = varied("complementary", "episodes", capacity=50)
    at_once = diagnosed(grown(digits, config, 1000))
    running = Session(digits, config, backend=Backend())
    while running.seen < 1000:
        running.advance(min(32, 1000 - running.seen))
    running.close_burst()
    monkeypatch.setattr(pacing, "SLICE_SECONDS", 0.0)
    work, slices = DiagnosisWork(running, request=7), 0
    while work.done < work.total:
        done = work.done
        work.advance()
        assert done <= work.done <= work.total
        slices += 1
        running.advance(8)
    assert slices > 100
    assert running.seen > 1500
    assert work.result().at == 1000
    assert [hint.why for hint in work.result().hints] == [hint.why for hint in at_once.hints]


@pytest.mark.parametrize("backend", [StrictBackend, FlakyBackend])
def test_another_array_module_finds_the_same(backend: Any, digits: Dataset) -> None:
    data = repeated(digits, 100, 12)
    config = shrunk("complementary", vigilance=0.9, plasticity=20.0)
    usual, other = (grown(data, config, 1010, backend=each) for each in (Backend(), backend()))
    expected, found = diagnosed(usual), diagnosed(other)
    assert [hint.why for hint in found.hints] == [hint.why for hint in expected.hints]
    assert {"plasticity", "full"} <= {hint.kind for hint in found.hints}


def test_a_device_that_fails_says_so(digits: Dataset) -> None:
    device = FlakyBackend()
    session = grown(digits, preset("tiny"), 1010, backend=device)
    work = DiagnosisWork(session, request=7)
    device.fails_at = device.operations + 20
    with pytest.raises(DeviceLostError):
        finished(work)
