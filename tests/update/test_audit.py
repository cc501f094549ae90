"""What an audit finds, and what it mends."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from memcli.records import Kind, Link, Memory, Op, Origin, Role, Status, Turn
from memcli.update import Act
from memcli.update.audit import Fault, audit, repairs, untied

NOW = datetime(2026, 3, 11, 12, tzinfo=UTC)


def memory(text: str, number: int = 1, source: str = "t:0") -> Memory:
    """A memory about Ana."""
    return Memory(f"m:{number}", text, Kind.SEMANTIC, NOW, NOW, about="Ana", sources=(source,))


def turns(origin: Origin = Origin.DIRECT_USER) -> dict[str, Turn]:
    """One source."""
    return {"t:0": Turn("t:0", "s", 0, Role.USER, "Ana", "words", NOW, origin)}


@pytest.mark.parametrize(
    ("second", "faults"),
    [
        ("Ana lives in Porto.", [Fault.REPEAT]),
        ("ana lives in Porto", [Fault.REPEAT]),
        ("Ana does not live in Porto.", []),
        ("Ana lives in Braga.", []),
        ("Ana's sister lives in Porto.", []),
        ("Ana went to Rome yesterday.", [Fault.STALE_DATE]),
    ],
)
def test_the_second_of_two_is_judged_beside_the_first(second: str, faults: list[Fault]) -> None:
    """Only what says the same is a repeat, and a relative date goes stale."""
    found = audit([memory("Ana lives in Porto."), memory(second, 2)], turns())
    assert [finding.fault for finding in found] == faults


def test_echoes_and_orphans_are_told_by_their_sources() -> None:
    """From the assistant alone, or from nowhere."""
    assert [f.fault for f in audit([memory("Ana likes jazz.")], turns(Origin.ASSISTANT))] == [Fault.ECHO]
    assert [f.fault for f in audit([memory("Ana likes jazz.")], {})] == [Fault.ORPHAN]


def test_repairs_archive_what_is_double_and_resolve_what_is_relative() -> None:
    """A pinned memory is kept before its repeat; an orphan is left to the user."""
    kept = replace(memory("Ana lives in Porto.", 3), pinned=True)
    known = [
        memory("Ana lives in Porto."),
        kept,
        memory("Ana ran yesterday.", 2),
        memory("Ana likes tea.", 4, "t:9"),
    ]
    changes = {c.memory_id: c for c in repairs(audit(known, turns()), Act("b:1", NOW, "doctor"))}
    assert set(changes) == {"m:1", "m:2"}
    assert (changes["m:1"].op, changes["m:1"].after and changes["m:1"].after.status) == (
        Op.ARCHIVE,
        Status.ARCHIVED,
    )
    assert changes["m:2"].after is not None
    assert changes["m:2"].after.text == "Ana ran on 10 March 2026."


def test_a_secret_is_found_and_taken_out() -> None:
    """By whoever knows secrets; nothing else of the memory changes."""

    def masked(text: str) -> str:
        return text.replace("hunter2", "[secret: password]")

    known = [memory("Ana's wifi password is hunter2."), memory("Ana likes tea.", 2)]
    findings = audit(known, turns(), masked)
    assert [(finding.memory.id, finding.fault) for finding in findings] == [("m:1", Fault.SECRET)]
    (change,) = repairs(findings, Act("b:1", NOW, "doctor"), masked)
    assert change.after is not None
    assert change.after.text == "Ana's wifi password is [secret: password]."


@pytest.mark.parametrize("left", [("m:1",), ("m:2",), ()])
def test_a_link_that_leads_nowhere_is_taken_away(left: tuple[str, ...]) -> None:
    """Whichever of its ends is left."""
    ends = {each: memory("Ana likes tea.", int(each[2:])) for each in left}
    (change,) = untied([Link("m:1", "m:2", "related")], ends, Act("b:1", NOW, "doctor"))
    assert (change.op, change.link and change.link.target) == (Op.UNLINK, "m:2")
    assert change.memory_id == (left[0] if left else "m:1")
