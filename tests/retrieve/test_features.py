"""What the features see, on small pools and on any pool."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from memcli.ports import Embedder
from memcli.records import Filter, Role, Turn
from memcli.retrieve import FUSION, Retriever
from memcli.retrieve.columns import mean_of_ranks, rank_within
from memcli.retrieve.features import features
from memcli.retrieve.lexical import match, pairs
from memcli.retrieve.pool import Pool, Query, Row, TermStatistics, term_counts
from memcli.retrieve.question import in_first_person, read, speaks
from memcli.retrieve.search import Library
from memcli.retrieve.traits import traits
from memcli.terms import terms

NOW = datetime(2026, 3, 9, tzinfo=UTC)
Talk = Callable[..., list[Turn]]
Shelve = Callable[..., Library]
Search = Callable[..., Pool]

LINES = (
    "Ana: Hello there, how was your week?",
    "Ben: Busy. I adopted a puppy called Biscuit.",
    "Ana: Oh lovely, what breed is the puppy?",
    "Ben: A whippet.",
    "Ana: I was in Lisbon last March, two weeks of sun.",
)


@pytest.fixture
def search(talk: Talk, shelve: Shelve, embedder: Embedder) -> Search:
    """The pool of a question over LINES, or over other turns."""

    def pool(question: str, turns: list[Turn] | None = None) -> Pool:
        return Retriever(shelve(turns or talk(*LINES)), embedder, FUSION).pool(question, Filter(), NOW)

    return pool


def _value(pool: Pool, feature: str, text: str) -> float:
    number = next(number for number, row in enumerate(pool.rows) if row.text.startswith(text))
    return float(features(pool)[feature][number])


@pytest.mark.parametrize(
    ("question", "feature", "higher", "lower"),
    [
        ("Which breed did Ben take?", "speaker_named", "A whippet", "Oh lovely"),
        ("Which breed did Ben take?", "speaker_other", "Oh lovely", "A whippet"),
        ("Which breed is the puppy?", "bm25-1", "A whippet", "Hello there"),
        ("Which breed is the puppy?", "asked_before", "A whippet", "I was in"),
        ("Which breed is the puppy?", "coverage_window3", "A whippet", "I was in"),
        ("When was Ana abroad?", "when_and_time_words", "I was in", "A whippet"),
        ("How many weeks was she away?", "how_many_and_number", "I was in", "A whippet"),
        ("Which city did she see?", "naming_and_capitals", "I was in", "A whippet"),
    ],
)
def test_a_feature_tells_the_answer_from_another_turn(
    question: str, feature: str, higher: str, lower: str, search: Search
) -> None:
    """Each speaks for the turn that it is meant to speak for."""
    pool = search(question)
    assert _value(pool, feature, higher) > _value(pool, feature, lower)


def test_a_date_in_the_question_draws_to_its_time(talk: Talk, search: Search) -> None:
    """Turns of that day stand out, and those just after it before those long after."""
    day = datetime(2026, 2, 3, 12, 0, tzinfo=UTC)
    turns = [
        *talk("Ana: I ran a race", session="a", start=day),
        *talk("Ana: I ran again", session="b", start=day + timedelta(days=5)),
        *talk("Ana: I ran once more", session="c", start=day + timedelta(days=30)),
        *talk("Ana: I ran before", session="d", start=day - timedelta(days=5)),
    ]
    pool = search("What did Ana run on 3 February 2026?", turns)
    assert [_value(pool, "in_range", text) for text in ("I ran a race", "I ran again")] == [1, 0]
    follow = [
        _value(pool, "range_follow", text) for text in ("I ran a race", "I ran again", "I ran once", "I ran bef")
    ]
    assert follow == sorted(follow, reverse=True)
    assert follow[3] == 0


@pytest.mark.parametrize(
    ("question", "role", "expected"),
    [
        ("What is my sister's name?", Role.USER, True),
        ("What is my sister's name?", Role.ASSISTANT, False),
        ("What did you recommend?", Role.ASSISTANT, True),
        ("What did you recommend?", Role.USER, False),
        ("What did Mel recommend?", Role.USER, True),
        ("What did Me recommend?", Role.USER, False),
        ("What is the capital?", Role.USER, False),
    ],
)
def test_the_speaker_is_named_by_name_or_pronoun(question: str, role: Role, expected: bool) -> None:
    """The user says "my", the assistant is "you", and "Mel" is Melanie."""
    turn = Turn("t:1", "s", 0, role, "Melanie", "Hi", NOW)
    query = Query(question, NOW, tuple(terms(question)))
    assert speaks(Row(turn), read(query, ["Melanie"])) is expected


@pytest.mark.parametrize(
    ("question", "told"),
    [
        ("What is Ana's job?", "What is my job?"),
        ("When did Ana Lopez see Ben?", "When did I see I?"),
        ("Will it rain on Anabel?", "Will it rain on Anabel?"),
        ("what will ana do", "what will ana do"),
        ("Who is Ana\u2019s aunt?", "Who is my aunt?"),
    ],
)
def test_a_question_is_told_in_the_first_person(question: str, told: str) -> None:
    """Only whole names, as they are written."""
    assert in_first_person(question, ["Ana Lopez", "Ben", "user"]) == told


def test_names_are_taken_out_of_the_topic() -> None:
    """Turns that greet a person by name are not about them."""
    question = "What does Melanie paint?"
    query = Query(question, NOW, tuple(terms(question)))
    assert read(query, ["Melanie", "Ana"]).topic == ("paint",)
    assert read(query, ["Ana"]).topic == ("melani", "paint")


def test_term_pairs_need_both_words() -> None:
    """Neighbouring question terms count where a text holds both."""
    texts = [term_counts(text) for text in ("martial arts", "arts", "martial law")]
    found = pairs(match(texts, terms("martial arts"), TermStatistics(3, 2.0, {"martial": 2, "art": 2})))
    assert found[0] > 0
    assert found[1:].tolist() == [0, 0]


def test_a_session_of_few_is_worth_less() -> None:
    """Missing ranks count as nothing."""
    values, groups = np.array([3.0, 2.0, 1.0, 3.0]), np.array([0, 0, 0, 1])
    assert rank_within(values, groups).tolist() == [0, 1, 2, 0]
    assert mean_of_ranks(values, groups, 0, 2).tolist() == [2, 2, 2, 1]


texts = st.text("abc dog? 12 .A", max_size=30)


@given(st.lists(st.tuples(st.sampled_from(["Ana", "Ben"]), texts), min_size=1, max_size=8), texts)
def test_every_feature_is_finite_for_any_pool(said: list[tuple[str, str]], question: str) -> None:
    """Empty texts, questions without words, single rows."""
    rows = tuple(
        Row(Turn(f"t:{n}", "s", n, Role.USER, speaker, text, NOW)) for n, (speaker, text) in enumerate(said)
    )
    vectors = np.zeros((len(rows), 3), dtype=np.float32)
    steps = np.arange(len(rows))[:, None] + np.arange(-2, 3)
    around = np.where((steps >= 0) & (steps < len(rows)), steps, -1)
    ones = np.ones(3, dtype=np.float32)
    query = Query(question, NOW, tuple(terms(question)), vector=ones, told=ones)
    pool = Pool(query, rows, vectors, around, TermStatistics(len(rows), 3.0))
    columns = features(pool)
    for name, column in columns.items():
        assert column.shape == (len(rows),), name
        assert np.isfinite(column).all(), name


def test_an_image_after_a_question_does_not_hide_it() -> None:
    """A note in brackets is not what was said last."""
    assert traits("Do you like it? [shares an image: a cat]")["asks"] == 1
    assert traits("I like it. Do you? Anyway.")["asks"] == 0
