"""What fits the token budget, and in which order."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from memcli.questions import asks_for_list
from memcli.records import Hit, Lane, Role, Turn
from memcli.retrieve import pack

START = datetime(2026, 3, 2, tzinfo=UTC)


def _tokens(text: str) -> int:
    return len(text.split())


def _hit(text: str, number: int, session: str = "s", speaker: str = "Ana") -> Hit:
    at = START + timedelta(hours=number)
    turn = Turn(f"t:{number}", session, number, Role.USER, speaker, text, at)
    return Hit(Lane.TURN, turn.id, 1.0, turn=turn)


hits = st.lists(st.tuples(st.text("abc ", max_size=30), st.integers(0, 50)), max_size=20).map(
    lambda pairs: [_hit(text, number) for text, number in pairs]
)


@given(hits, st.integers(0, 100))
def test_never_over_budget_and_always_in_order_of_time(found: list[Hit], budget: int) -> None:
    """Whatever is found, what is packed fits and reads forward."""
    packed = pack(found, "what happened", _tokens, budget)
    assert sum(_tokens(hit.text) + 12 for hit in packed) <= budget
    assert [hit.at for hit in packed] == sorted(hit.at for hit in packed)


@given(hits)
def test_packed_hits_are_among_those_found(found: list[Hit]) -> None:
    """Nothing is made up and nothing comes twice."""
    packed = pack(found, "list everything", _tokens)
    assert all(any(hit is other for other in found) for hit in packed)
    assert len({id(hit) for hit in packed}) == len(packed)


def test_a_repeat_is_said_once() -> None:
    """The better ranked one stays."""
    first, again = _hit("I moved to Oslo in May", 2), _hit("I moved to Oslo in May!", 1)
    assert pack([first, again], "where", _tokens) == [first]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (_hit("I like cheese", 1), _hit("I do not like cheese", 2)),
        (_hit("Me too", 1, speaker="Ana"), _hit("Me too", 2, speaker="Ben")),
        (_hit("I paid 10 euros for lunch", 1), _hit("I paid 12 euros for lunch", 2)),
    ],
    ids=["negation", "another speaker", "another number"],
)
def test_what_differs_is_kept_apart(one: Hit, other: Hit) -> None:
    """Likeness of words is not sameness of facts."""
    assert pack([one, other], "what", _tokens) == [one, other]


def test_a_long_hit_gives_way_to_shorter_ones_behind_it() -> None:
    """One that does not fit does not end the packing."""
    long, short = _hit("word " * 100, 1), _hit("short one", 2)
    assert pack([long, short], "what", _tokens, budget=50) == [short]


def test_a_list_question_draws_from_many_sessions() -> None:
    """The second session gets its turn before the first one's third best."""
    found = [_hit(f"book number {n} of many", n, session="a") for n in range(3)]
    found.append(_hit("another book altogether", 9, session="b"))
    room = 2 * (5 + 12)
    assert {hit.turn.session for hit in pack(found, "all the books", _tokens, room) if hit.turn} == {"a", "b"}
    assert {hit.turn.session for hit in pack(found, "the book", _tokens, room) if hit.turn} == {"a"}


@pytest.mark.parametrize(
    "question",
    [
        "What martial arts has John done?",
        "Which books did Ana read?",
        "How many pets has Ben?",
        "list my trips",
        "all the places I worked at",
        "Which of them have I read?",
        "What other people did I meet?",
    ],
)
def test_list_questions_are_told_by_their_form(question: str) -> None:
    """Plurals, counting words, and what several things have."""
    assert asks_for_list(question)


@pytest.mark.parametrize(
    "question",
    ["What does Ana do?", "What is his business?", "When was the wedding?", "What did James buy?", "Who is Ben?"],
)
def test_other_questions_ask_for_one_thing(question: str) -> None:
    """An ending in s is not a plural everywhere."""
    assert not asks_for_list(question)
