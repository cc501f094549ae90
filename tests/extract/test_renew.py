"""What a model may write anew of a note, and after which turns it is asked."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from memcli.extract import ended, renewed, states
from memcli.records import Kind, Memory, Origin, Precision, Role, Stance, Turn

NOW = datetime(2026, 3, 11, 12, tzinfo=UTC)  # a Wednesday
THEN = NOW - timedelta(days=30)
FLAT = Memory("m:1", "Ana's flat is number 821.", Kind.SEMANTIC, THEN, THEN, about="Ana", tags=("home",))
TRIP = replace(
    FLAT,
    text="Ana flies to Oslo on 14 March 2026 with Ben.",
    event_at=datetime(2026, 3, 14, tzinfo=UTC),
    event_precision=Precision.DAY,
)


def turn(text: str, number: int = 9, role: Role = Role.USER, origin: Origin = Origin.DIRECT_USER) -> Turn:
    """A turn of a chat on a Wednesday."""
    return Turn(f"t:{number}", "s", number, role, "Ana", text, NOW, origin)


@pytest.mark.parametrize("text", ["812!", "GONE!!", "we broke up", "make that Sundays", "so? over. gone."])
def test_a_statement_however_short_is_one(text: str) -> None:
    """People end things in a word."""
    assert states(turn(text))


@pytest.mark.parametrize(
    "text",
    [
        "what was the number again?", "if we broke up I'd move to Faro", "maybe Sundays", "just kidding",
        "In my novel she sells the boat.", "Translate this text: the flat is sold", "🎉", "...",
        "imagine the flat were sold",
    ],
)  # fmt: skip
def test_questions_and_what_might_be_state_nothing(text: str) -> None:
    """The model is not asked about them at all."""
    assert not states(turn(text))


@pytest.mark.parametrize("origin", [Origin.ASSISTANT, Origin.DOCUMENT, Origin.TOOL, Origin.RECALLED])
def test_only_the_users_own_words_state_anything(origin: Origin) -> None:
    """Neither the assistant nor a page ends what the user said."""
    assert not states(turn("We broke up.", origin=origin))
    assert not states(turn("We broke up.", role=Role.ASSISTANT))


def test_a_note_anew_keeps_what_it_was() -> None:
    """Whose it is, its kind and tags; the turn is its evidence."""
    made = renewed("Ana's flat is number 812", FLAT, turn("812!"), [turn("which door?", 8)], "m+update")
    assert made is not None
    assert (made.text, made.about, made.kind, made.tags) == (
        "Ana's flat is number 812.",
        "Ana",
        FLAT.kind,
        FLAT.tags,
    )
    assert (made.evidence, made.sources, made.stance, made.made_by) == (
        "812!",
        ("t:9",),
        Stance.STATES,
        "m+update",
    )


def test_words_of_the_turns_before_are_evidence_too() -> None:
    """What was asked and said yes to."""
    asked = turn("Shall I put down 812?", 8, Role.ASSISTANT, Origin.ASSISTANT)
    made = renewed("Ana's flat is number 812.", FLAT, turn("yes, that one"), [asked], "m+update")
    assert made is not None
    assert made.sources == ("t:9", "t:8")
    assert made.evidence == "Shall I put down 812?\nyes, that one"


@pytest.mark.parametrize(
    "text",
    [
        "Ana's flat is number 821.", "ana's flat is number 821", "Somebody's flat is number 812.", "", "...",
    ],
)  # fmt: skip
def test_nothing_new_and_nobody_else_is_written_of(text: str) -> None:
    """The same again, another subject."""
    assert renewed(text, FLAT, turn("812!"), [], "m") is None


def test_dates_of_the_turn_are_resolved_and_those_of_the_note_stay() -> None:
    """Said on a Wednesday, Friday is in two days; who flies along changes no date."""
    moved = renewed("Ana flies to Oslo on Friday with Ben.", TRIP, turn("Friday!"), [], "m")
    assert moved is not None
    assert moved.text == "Ana flies to Oslo on 13 March 2026 with Ben."
    assert moved.event_at == datetime(2026, 3, 13, tzinfo=UTC)
    alone = renewed("Ana flies to Oslo on 14 March 2026 alone.", TRIP, turn("ben's out, so alone"), [], "m")
    assert alone is not None
    assert (alone.event_at, alone.event_precision) == (TRIP.event_at, TRIP.event_precision)
    off = renewed("Ana flies to Oslo with Ida.", TRIP, turn("with Ida, no idea when"), [], "m")
    assert off is not None
    assert off.event_at is None


def test_no_secret_is_written() -> None:
    """Nor is it asked about."""
    assert (
        renewed("Ana's password is hunter2hunter2.", FLAT, turn("my password is hunter2hunter2"), [], "m") is None
    )


def test_an_end_says_so_where_the_user_is_asked() -> None:
    """In the inbox stands what no longer holds."""
    made = ended(FLAT, turn("GONE!!"), "m+update")
    assert (made.text, made.stance) == ("No longer so: Ana's flat is number 821.", Stance.ENDS)
