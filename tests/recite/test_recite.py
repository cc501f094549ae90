"""Questions that memory answers in its own words."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from memcli.recite import recited
from memcli.records import CHAT, Hit, Kind, Lane, Memory, Origin, Role, Turn

MONDAY = datetime(2026, 3, 2, 9, tzinfo=UTC)
HOME = "I live in Ghent with my boyfriend Pieter"
FATHER = "Dee's dad is Declan."


def said(number: int, text: str) -> Hit:
    """Words of the user in a chat, each later than the one before."""
    at = MONDAY + timedelta(minutes=number)
    turn = Turn(f"t:{number}", "s", number, Role.USER, "Dee", text, at, Origin.DIRECT_USER, source=CHAT)
    return Hit(Lane.TURN, turn.id, 1.0, turn=turn)


def kept(number: int, text: str) -> Hit:
    """A memory that a rule made."""
    at = MONDAY + timedelta(minutes=number)
    memory = Memory(f"m:{number}", text, Kind.CORE, created_at=at, updated_at=at, made_by="rule")
    return Hit(Lane.MEMORY, memory.id, 1.0, memory=memory)


@pytest.mark.parametrize("another", ["she lives in Bruges", "He lives in Bruges.", "they're living in Bruges"])
def test_where_she_lives_is_not_where_i_do(another: str) -> None:
    """Though it was said last."""
    known = recited("where do I live?", [said(1, HOME), said(2, another)], "Dee", MONDAY)
    assert known is not None
    assert known[0].citations == ("t:1",)


def test_what_was_put_right_is_told_and_not_the_correction() -> None:
    """However late that was said."""
    job, right = kept(1, "Dee works as a test manager."), said(2, "I meant test manager, not lead")
    assert job.memory is not None
    job = replace(job, memory=replace(job.memory, sources=("t:0", right.id)))
    known = recited("what's my job?", [right, job], "Dee", MONDAY)
    assert known is not None
    assert known[0].text == "You work as a test manager [m:1]."


@pytest.mark.parametrize(
    ("asked", "answer"),
    [
        ("Is my dad called Greg?", "Your dad is Declan [m:2]."),
        ("Is my dad called Declan?", "Yes: your dad is Declan [m:2]."),
    ],
)
def test_who_goes_by_another_name_is_named(asked: str, answer: str) -> None:
    """However many others go by that name."""
    known = recited(asked, [kept(1, "Dee's boss is called Greg."), kept(2, FATHER)], "Dee", MONDAY)
    assert known is not None
    assert known[0].text == answer
