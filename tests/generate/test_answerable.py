"""Whether notes answer a question: what is seen of it, and what the shipped weights make of that."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from memcli.generate import Note
from memcli.generate.answerable import Told, features, likelihood, shipped

NOTES = (
    Note(1, "t:1", "[1] (1 May 2024) Ben: I adopted a grey parrot in Graz.", "Ben", 0.6),
    Note(2, "t:2", "[2] (2 May 2024) Ana: Lovely. Here it rains, and I teach the violin.", "Ana", 0.2),
    Note(3, "m:3", "[3] (2 May 2024) Clara lives in Porto.", "", 0.1),
)
BLIND = tuple(replace(note, near=0.0) for note in NOTES)
PARROT = Told("a grey parrot", ("t:1",), doubt=-3.0)


@pytest.mark.parametrize(
    ("question", "told", "name", "value"),
    [
        ("What did Ben adopt?", PARROT, "said by another", 0),
        ("What did Ana adopt?", PARROT, "said by another", 1),
        ("What did Ana adopt?", PARROT, "of another", 1),
        ("What did Ana adopt?", replace(PARROT, cited=()), "said by another", 0),
        ("What did Ben adopt?", PARROT, "nobody's name", 0),
        ("What did Hugo adopt?", PARROT, "nobody's name", 1),
        ("What is Hugo's parrot called?", PARROT, "nobody's name", 1),
        ("What did I adopt in May, on a Friday?", PARROT, "nobody's name", 0),
        ("Where did BEN go?", PARROT, "nobody's name", 0),
        ("What did Clara adopt?", PARROT, "a name is elsewhere", 1),
        ("Where does Clara live?", replace(PARROT, text="Porto", cited=("m:3",)), "a name is elsewhere", 0),
        ("What did Ben adopt?", PARROT, "nearest of whom it asks", 0.6),
        ("What did Ben adopt?", PARROT, "nearer of another", 0),
        ("What did Ana adopt?", PARROT, "nearest of whom it asks", 0.2),
        ("What did Ana adopt?", PARROT, "nearer of another", 0.4),
        ("What was adopted?", PARROT, "nearest of whom it asks", 0.6),
        ("What did Ben adopt?", replace(PARROT, doubt=0.0), "doubt", 6),
        ("What did Ben adopt?", replace(PARROT, doubt=-99.0), "doubt", -6),
    ],
)
def test_what_is_seen_of_an_answer(question: str, told: Told, name: str, value: float) -> None:
    """A feature at a time."""
    assert features(question, told, NOTES)[name] == pytest.approx(value)


def test_what_is_seen_is_what_has_a_weight() -> None:
    """Weights of a feature that was renamed would count for nothing, and no test of an answer would show it."""
    seen = set(features("What did Ben adopt?", PARROT, NOTES))
    assert set(shipped().weights) == seen


def test_notes_that_nobody_compared_are_judged_by_the_rest() -> None:
    """An answer from the right person's note is given, from another's is less likely."""
    right = likelihood("What did Ben adopt?", PARROT, BLIND)
    assert right >= shipped().bound
    assert likelihood("What did Ana adopt?", PARROT, BLIND) < right


@pytest.mark.parametrize(
    ("question", "worse"),
    [
        ("What did Ana adopt?", PARROT),
        ("What did Hugo adopt?", PARROT),
        ("What did Ben adopt?", replace(PARROT, doubt=-0.1)),
    ],
)
def test_another_persons_fact_and_an_unsure_answer_are_less_likely(question: str, worse: Told) -> None:
    """Against the answer that Ben's own note gives to a question about Ben."""
    right = likelihood("What did Ben adopt?", PARROT, NOTES)
    assert right >= shipped().bound
    assert likelihood(question, worse, NOTES) < right


@given(
    st.text(max_size=60),
    st.text(max_size=40),
    st.floats(max_value=0, allow_nan=False, allow_infinity=False),
    st.sets(st.sampled_from(["t:1", "t:2", "m:3", "t:9"])),
    st.sampled_from([NOTES, BLIND, ()]),
)
def test_any_answer_has_a_likelihood(
    question: str, text: str, doubt: float, cited: set[str], notes: tuple[Note, ...]
) -> None:
    """Between 0 and 1, whatever the words and however small a probability."""
    assert 0.0 <= likelihood(question, Told(text, tuple(cited), doubt), notes) <= 1.0
