"""The questions that the decision is fitted on: whose they are, and the notes that variants of them show."""

from __future__ import annotations

from datetime import UTC, datetime
from importlib import import_module
from random import Random

import pytest

from memcli.evals.dialogues import Asked, Dialogue, Said

cases = import_module("answerable_cases")
asked = import_module("answerable_asked")
AT = datetime(2026, 3, 2, tzinfo=UTC)
TALK = Dialogue("one", ("Ana", "Ben"), "en", "casual")
TALK.turns = [Said(1, "Ana", "I play the violin, Ben.", AT, 0), Said(2, "Ben", "I dive near Porto.", AT, 0)]
TALK.questions = [Asked("Where does Ben dive?", "near Porto", (2,)), Asked("Where does Ana work?", "")]
OTHER = Dialogue("two", ("Cleo", "Dara"), "en", "casual")
OTHER.turns = [Said(1, "Cleo", "Dara, I bake.", AT, 0)]
SWAM, DIVED = "(2 March 2026) Ana: I swam yesterday", "(3 March 2026) Ben: I dived in 2019."
NOTES = [
    {"id": "t:1", "line": f"[1] {SWAM} (1 March 2026).", "score": 0.2},
    {"id": "t:2", "line": f"[2] {DIVED}", "score": 0.9},
]


def test_people_of_a_home_go_by_the_names_of_the_first() -> None:
    """As if one pair had said it all."""
    told = cases.as_of(TALK, OTHER)
    assert told.speakers == ("Ana", "Ben")
    assert told.turns[0].speaker == "Ana"
    assert told.turns[0].text == "Ben, I bake."


def test_a_dialogue_in_which_a_third_person_has_such_a_name_keeps_its_own() -> None:
    """Else two people would be one."""
    third = Dialogue("three", ("Cleo", "Dara"), "en", "casual")
    third.turns = [Said(1, "Cleo", "My boss Ana bakes.", AT, 0)]
    assert cases.as_of(TALK, third) is third


def test_what_one_person_told_is_asked_of_the_other_and_of_nobody() -> None:
    """Both without an answer, among the writer's own questions."""
    found = [each for seed in range(30) for each in cases.questions(TALK, ["Hugo", "Ana"], Random(seed))]
    assert ("fact", "Where does Ben dive?", "near Porto", (2,)) in found
    assert ("unknown", "Where does Ana work?", "", ()) in found
    assert ("other person", "Where does Ana dive?", "", ()) in found
    assert ("nobody", "Where does Hugo dive?", "", ()) in found


@pytest.mark.parametrize(
    ("variant", "lines"),
    [
        ("", [f"[1] {SWAM} (1 March 2026).", f"[2] {DIVED}"]),
        ("plain", [f"[1] {SWAM}.", f"[2] {DIVED}"]),
        ("reversed", [f"[1] {DIVED}", f"[2] {SWAM} (1 March 2026)."]),
    ],
)
def test_a_variant_shows_other_notes_numbered_from_one(variant: str, lines: list[str]) -> None:
    """Dates that code resolved taken out, or the order turned."""
    shown = asked.varied({"question": "?", "notes": NOTES}, variant)["notes"]
    assert [note["line"] for note in shown] == lines


def test_few_notes_are_the_best_in_their_order() -> None:
    """As many as the variant shows, numbered anew."""
    notes = [{"id": f"t:{n}", "line": f"[{n}] (2 March 2026) Ana: {n}", "score": n % 3} for n in range(1, 10)]
    shown = asked.varied({"question": "?", "notes": notes}, "few")["notes"]
    assert [note["id"] for note in shown] == ["t:1", "t:2", "t:5", "t:8"]
    assert [note["line"][:3] for note in shown] == ["[1]", "[2]", "[3]", "[4]"]
