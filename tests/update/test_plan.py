"""Several candidates of one turn: what they change, in an order that can be carried out."""

from __future__ import annotations

from datetime import UTC, datetime

from memcli.records import Candidate, Stance
from memcli.update import Act
from memcli.update.plan import Planner

NOW = datetime(2026, 3, 11, 12, tzinfo=UTC)
ACT = Act("b:1", NOW, "rule")
ENDING = Candidate(
    "It isn't wine after all: it's the strobing light.", "Ana", NOW, "it isn't wine", ("t:1",), stance=Stance.ENDS
)
FACT = Candidate("Ana's trigger is the strobing light.", "Ana", NOW, "it's the strobing light", ("t:1",))


def test_what_a_turn_ends_it_does_not_tell() -> None:
    """Whatever comes first, nothing is changed before it is born, and the new fact stays."""
    for candidates in ([ENDING, FACT], [FACT, ENDING]):
        settled = Planner(lambda _: [], ACT).plan(candidates)
        changes = [change for one in settled for change in one.changes if change.link is None]
        assert [change.before for change in changes] == [None, None]
        assert {change.after.text for change in changes if change.after} == {ENDING.text, FACT.text}
