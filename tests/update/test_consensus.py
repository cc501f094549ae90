"""What is held against little-trusted words: denials, other memories, and what was refused."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from memcli.records import Candidate, Kind, Memory, Origin
from memcli.update import Act
from memcli.update.consensus import doubt, refused_before
from memcli.update.decide import Verdict
from memcli.update.plan import Planner, rejected
from memcli.update.rivals import Neighbour

NOW = datetime(2026, 3, 11, 12, tzinfo=UTC)
MINE = Origin.DIRECT_USER


def memory(text: str, trust: Origin = Origin.DOCUMENT, name: str = "m:1") -> Memory:
    """A memory about Ana."""
    return Memory(name, text, Kind.SEMANTIC, NOW, NOW, about="Ana", trust=trust)


def said(text: str, trust: Origin = Origin.DOCUMENT, about: str = "Ana") -> Candidate:
    """A statement, now."""
    return Candidate(text=text, about=about, said_at=NOW, evidence=text, sources=("t:1",), trust=trust)


@pytest.mark.parametrize(
    ("text", "near", "why"),
    [
        ("Ana lives in Rome.", ["Ana lives in Porto.", "Ana resides in Porto."], "disagrees with 2"),
        ("Ana lives in Rome.", ["Ana lives in Porto."], ""),
        ("Ana lives in Rome.", ["Ana lives in Porto.", "Ana resides in Rome."], ""),
        ("Ana works at Bosch.", ["Ana lives in Porto.", "Ana resides in Porto."], ""),
        ("Ana lives in Porto, Portugal.", ["Ana lives in Porto.", "Ana resides in Porto."], ""),
    ],
)
def test_a_document_that_many_contradict_waits(text: str, near: list[str], why: str) -> None:
    """One other voice is a change of the world; two that agree are a consensus."""
    found = doubt(said(text), [memory(each, name=f"m:{n}") for n, each in enumerate(near)], [])
    assert found.startswith(why)
    assert bool(found) is bool(why)


def test_what_the_user_says_is_never_doubted() -> None:
    """Nor held against what was refused."""
    near = [memory("Ana lives in Porto."), memory("Ana resides in Porto.", name="m:2")]
    assert doubt(said("Ana lives in Rome.", MINE), near, near) == ""
    assert refused_before(said("Ana lives in Porto.", MINE), near) is None


def test_foreign_words_that_deny_a_trusted_value_wait_whoever_they_speak_of() -> None:
    """The page speaks of itself and means the user."""
    near = [memory("Ana lives in Porto.", MINE)]
    assert (
        doubt(said("Page lives in Rome, not in Porto.", about="page"), near, []) == "denies what direct_user said"
    )
    assert doubt(said("Page lives in Rome, not in Oslo.", about="page"), near, []) == ""
    assert doubt(said("The bakery is open, not Porto.", about="page"), near, []) == ""


def test_a_name_known_from_refused_words_alone_waits() -> None:
    """A name that the user's own memories hold does not."""
    lesson = [memory("Ana banks with Velmora.")]
    assert doubt(said("The bridge was paid by Velmora."), [], lesson) == "speaks of what you refused"
    mine = [memory("Ana met Velmora at school.", MINE)]
    assert doubt(said("The bridge was paid by Velmora."), mine, lesson) == ""
    assert doubt(said("The bridge was paid by the town."), [], lesson) == ""


def test_a_planner_with_lessons_does_not_ask_again_what_was_refused() -> None:
    """Nothing is changed; without the lesson it is new."""
    act = Act("b:1", NOW, "rule")
    refused = rejected(memory("Ana works at Bosch."), act)[0].after
    assert refused is not None
    (again,) = Planner(lambda _: [], act, lessons=[refused]).plan([said("Ana works at Bosch.")])
    assert (again.decision.op, again.changes) == (Verdict.NOOP, ())
    (new,) = Planner(lambda _: [], act).plan([said("Ana works at Bosch.")])
    assert new.decision.op is Verdict.ADD


def test_what_a_consensus_stops_keeps_what_it_disagrees_with_in_force() -> None:
    """It waits, and names what it would have superseded."""
    old = memory("Ana lives in Porto.")
    other = replace(old, id="m:2", text="Ana resides in Porto.")
    near = [Neighbour(old), Neighbour(other)]
    (found,) = Planner(lambda _: near, Act("b:1", NOW, "rule")).plan([said("Ana lives in Rome.")])
    assert found.decision.op is Verdict.QUARANTINE
    (change,) = found.changes
    assert change.after is not None
    assert change.after.supersedes in {"m:1", "m:2"}
