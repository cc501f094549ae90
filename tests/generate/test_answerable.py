"""Whether notes answer a question: what is seen of it, and what the shipped weights make of that."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from memcli.generate import Note
from memcli.generate.answerable import features, likelihood, shipped

NOTES = (
    Note(1, "t:1", "[1] (1 May 2024) Ben: I adopted a grey parrot in Graz.", "Ben", 0.6),
    Note(2, "t:2", "[2] (2 May 2024) Ana: Lovely. Here it rains, and I teach the violin.", "Ana", 0.2),
    Note(3, "m:3", "[3] (2 May 2024) Clara lives in Porto.", "", 0.1),
    Note(4, "m:4", "[4] (3 May 2024) Ben's parrot is called Kiwi.", "", 0.5),
)
BLIND = tuple(replace(note, near=0.0) for note in NOTES)
SURE = -3.0


@pytest.mark.parametrize(
    ("question", "name", "value"),
    [
        ("What did Ben adopt?", "nobody's name", 0),
        ("What did Hugo adopt?", "nobody's name", 1),
        ("What is Hugo's parrot called?", "nobody's name", 1),
        ("What did I adopt in May, on a Friday?", "nobody's name", 0),
        ("Where did BEN go?", "nobody's name", 0),
        ("What did Ben adopt?", "nearest of whom it asks", 0.6),
        ("What did Ben adopt?", "nearer of another", 0),
        ("What did Ana adopt?", "nearest of whom it asks", 0.2),
        ("What did Ana adopt?", "nearer of another", 0.4),
        ("What was adopted?", "nearest of whom it asks", 0.6),
        ("What was adopted?", "nearer of another", 0),
        ("What did Ben adopt?", "another's comes first", 0),
        ("What did Ana adopt?", "another's comes first", 1),
        ("What was adopted?", "another's comes first", 0),
    ],
)
def test_what_is_seen_of_a_question(question: str, name: str, value: float) -> None:
    """A feature at a time."""
    assert features(question, SURE, NOTES)[name] == pytest.approx(value)


def test_a_memory_that_names_another_is_not_of_whom_it_asks() -> None:
    """Nobody speaks in a memory: it is whose name it tells."""
    seen = features("What is Ana's parrot called?", SURE, (NOTES[1], NOTES[0], replace(NOTES[3], near=0.9)))
    assert seen["nearest of whom it asks"] == pytest.approx(0.2)
    assert seen["nearer of another"] == pytest.approx(0.7)


@pytest.mark.parametrize(("doubt", "odds"), [(0.0, 6), (-99.0, -6), (-0.6931, 0)])
def test_doubt_counts_as_log_odds_and_only_so_far(doubt: float, odds: float) -> None:
    """Certainty either way must not outweigh everything else."""
    assert features("What did Ben adopt?", doubt, NOTES)["doubt"] == pytest.approx(odds, abs=0.001)


def test_what_is_seen_is_what_has_a_weight() -> None:
    """Weights of a feature that was renamed would count for nothing, and no test of an answer would show it."""
    assert set(shipped().weights) == set(features("What did Ben adopt?", SURE, NOTES))


@pytest.mark.parametrize("notes", [NOTES, BLIND], ids=["compared", "blind"])
@pytest.mark.parametrize(("question", "doubt"), [("What did Hugo adopt?", SURE), ("What did Ben adopt?", -0.1)])
def test_a_name_that_never_came_up_and_a_model_in_doubt_make_it_less_likely(
    question: str, doubt: float, notes: tuple[Note, ...]
) -> None:
    """Than the question about Ben, which is answered, even where nobody compared the notes with it."""
    right = likelihood("What did Ben adopt?", SURE, notes)
    assert right >= shipped().bound
    assert likelihood(question, doubt, notes) < right


def test_what_another_person_told_is_no_answer() -> None:
    """Ben's note is near to what is asked of Ana, and hers are not."""
    assert likelihood("What did Ana adopt?", SURE, NOTES) < shipped().bound


@given(
    st.text(max_size=60),
    st.floats(max_value=0, allow_nan=False, allow_infinity=False),
    st.sampled_from([NOTES, BLIND, ()]),
)
def test_any_question_has_a_likelihood(question: str, doubt: float, notes: tuple[Note, ...]) -> None:
    """Between 0 and 1, whatever the words and however small a probability."""
    assert 0.0 <= likelihood(question, doubt, notes) <= 1.0


def test_what_is_better_asked_of_the_other_is_less_likely_answered() -> None:
    """Search compared both; what is among the notes counts no more then, and who is asked worse costs nothing."""
    asked = "What did Ana adopt?"
    seen = features(asked, SURE, NOTES, 2.5)
    assert seen["better asked of another"] == 2.5
    assert seen["nearer of another"] == seen["another's comes first"] == 0
    assert features(asked, SURE, NOTES, -3.0)["better asked of another"] == 0
    assert likelihood(asked, SURE, NOTES, 2.5) < likelihood(asked, SURE, NOTES, 0.0)
