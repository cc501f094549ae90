"""What citations teach: a consistent reader is followed, a random one changes nothing that is used."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from memcli.ports import Vectors
from memcli.retrieve.feedback import MOST, NEEDED, Lesson, Projection, learned, untaught
from memcli.retrieve.teaching import Teaching, taught

DIMENSIONS = 24
RECORDS, KEPT = 12, 5

TOPICS = 6

Reader = Callable[[int, NDArray[np.intp], np.random.Generator], NDArray[np.bool_]]


def units(vectors: NDArray[np.float64]) -> Vectors:
    """Rows of length 1."""
    return np.asarray(vectors / np.linalg.norm(vectors, axis=-1, keepdims=True), dtype=np.float32)


def consistent(topic: int, topics: NDArray[np.intp], draw: np.random.Generator) -> NDArray[np.bool_]:
    """Cites what is about the question's topic."""
    del draw
    return np.asarray(topics == topic, dtype=np.bool_)


def at_random(topic: int, topics: NDArray[np.intp], draw: np.random.Generator) -> NDArray[np.bool_]:
    """Cites anything."""
    del topic
    return draw.random(len(topics)) < 0.3


def lessons(reader: Reader, count: int, seed: int) -> list[Lesson]:
    """Questions with what was found for them, and what the reader cites of it.

    Each topic has a direction in questions and quite another in records: somebody who asks for "the beast" and
    means the motorbike. The ranker compares directions, and so knows nothing of it.
    """
    world, draw = np.random.default_rng(1), np.random.default_rng(seed)
    asked, said = units(world.normal(size=(2, TOPICS, DIMENSIONS)))
    made = []
    for _ in range(count):
        topic, topics = int(draw.integers(TOPICS)), draw.integers(TOPICS, size=RECORDS)
        query = units(asked[topic] + draw.normal(size=DIMENSIONS) / DIMENSIONS**0.5)
        records = units(said[topics] + draw.normal(size=(RECORDS, DIMENSIONS)) / DIMENSIONS**0.5)
        made.append(Lesson(query, records, (records @ query).astype(np.float64), reader(topic, topics, draw)))
    return made


def wanted_found(found: Projection, held_out: list[Lesson]) -> tuple[float, float]:
    """The share of what the reader would cite among the first few, without and with what was learned."""
    plain: list[float] = []
    changed: list[float] = []
    for lesson in held_out:
        wanted = lesson.cited
        if wanted.any():
            taught_scores = lesson.scores + found.change(lesson.query, lesson.records)
            for scores, shares in ((lesson.scores, plain), (taught_scores, changed)):
                shares.append(float(wanted[np.argsort(-scores)[:KEPT]].sum() / min(wanted.sum(), KEPT)))
    return float(np.mean(plain)), float(np.mean(changed))


@pytest.mark.parametrize("seed", range(5))
def test_a_consistent_reader_is_followed(seed: int) -> None:
    """After 300 answers, what the reader wants comes up more often for questions not seen before."""
    found = learned(lessons(consistent, 300, seed), DIMENSIONS)
    assert found.in_use
    plain, changed = wanted_found(found, lessons(consistent, 200, seed + 100))
    assert changed > plain + 0.1


@pytest.mark.parametrize("seed", range(8))
def test_a_random_reader_changes_nothing_that_is_used(seed: int) -> None:
    """It foretells no citation better, so it stays out of use."""
    assert not learned(lessons(at_random, 300, seed), DIMENSIONS).in_use


@pytest.mark.parametrize("seed", range(3))
def test_even_if_it_were_used_noise_would_cost_little(seed: int) -> None:
    """What was good by the plain ranker stays mostly where it was."""
    found = learned(lessons(at_random, 300, seed), DIMENSIONS)
    kept = []
    for lesson in lessons(at_random, 100, seed + 50):
        scores = 5 * lesson.scores  # as far apart as the linear ranker's
        before = set(np.argsort(-scores)[:KEPT])
        kept.append(len(before & set(np.argsort(-scores - found.change(lesson.query, lesson.records))[:KEPT])))
    assert np.mean(kept) / KEPT > 0.8


def test_few_answers_are_not_enough() -> None:
    """However consistent."""
    found = learned(lessons(consistent, NEEDED - 1, 0), DIMENSIONS)
    assert 0 < found.answers < NEEDED
    assert not found.in_use


def test_answers_that_cite_nothing_or_everything_teach_nothing() -> None:
    """There is nothing to prefer."""
    one = lessons(consistent, 1, 0)[0]
    nothing, everything = np.zeros(RECORDS, dtype=bool), np.ones(RECORDS, dtype=bool)
    each = [Lesson(one.query, one.records, one.scores, cited) for cited in (nothing, everything)]
    assert learned(each, DIMENSIONS).answers == 0


@given(st.integers(0, 50))
def test_no_score_moves_by_more_than_is_allowed(seed: int) -> None:
    """Whatever was learned, and nothing where nothing was."""
    draw = np.random.default_rng(seed)
    wild = Projection(*(draw.normal(size=(2, DIMENSIONS, DIMENSIONS)) * 10).astype(np.float32))
    query, records = units(draw.normal(size=DIMENSIONS)), units(draw.normal(size=(9, DIMENSIONS)))
    assert np.abs(wild.change(query, records)).max() <= MOST
    assert not untaught(DIMENSIONS).change(query, records).any()


def test_learning_again_gives_the_same() -> None:
    """The job may be run at any time."""
    one, other = (learned(lessons(consistent, 60, 3), DIMENSIONS) for _ in range(2))
    assert np.array_equal(one.of_query, other.of_query)
    assert one.gain == other.gain


def test_what_was_learned_is_kept_in_a_private_file(tmp_path: Path) -> None:
    """Another process sees it at once; a damaged file is nothing; an untaught one takes it away."""
    found = learned(lessons(consistent, 60, 3), DIMENSIONS)
    here, there = Teaching(tmp_path / "cache" / "ranker.npz"), Teaching(tmp_path / "cache" / "ranker.npz")
    assert there.projection() is None
    here.keep(found)
    read = there.projection()
    assert read is not None
    assert np.array_equal(read.of_record, found.of_record)
    assert taught(read).answers == found.answers
    assert here.file.stat().st_mode & 0o077 == 0
    here.file.write_bytes(b"PK damaged")
    assert there.projection() is None
    here.keep(untaught(DIMENSIONS))
    assert not here.file.exists()
