"""Calendars: zones, whole days, recurrences within a window."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from memcli.errors import BadInputError
from memcli.records import Kind, Origin, Precision
from tests.plugins.conftest import bring

Write = Callable[[str, str], Path]


def calendar(*events: str) -> str:
    """A calendar of events, each given by its lines."""
    inner = "\n".join(f"BEGIN:VEVENT\nDTSTAMP:20260101T000000Z\n{event}\nEND:VEVENT" for event in events)
    return f"BEGIN:VCALENDAR\nVERSION:2.0\nPRODID:x\nX-WR-CALNAME:Home\n{inner}\nEND:VCALENDAR\n".replace(
        "\n", "\r\n"
    )


DENTIST = (
    "UID:d@x\nSUMMARY:Dentist\nLOCATION:Porto\nDTSTART;TZID=Europe/Lisbon:20260710T100000\n"
    "DTEND;TZID=Europe/Lisbon:20260710T110000\nDESCRIPTION:bring the X-rays\nATTENDEE;CN=Dr. Silva:mailto:s@x"
)


def test_an_event_is_kept_as_written_and_as_a_memory_with_its_time(written: Write) -> None:
    """In the calendar's own zone."""
    found = bring("ics", written("home.ics", calendar(DENTIST)))
    (turn,), (memory,) = found.turns, found.memories
    assert turn.text.splitlines()[0] == "Dentist (Porto)"
    assert "With: Dr. Silva" in turn.text
    assert "bring the X-rays" in turn.text
    assert (turn.session, turn.origin, turn.at.isoformat()) == (
        "Home",
        Origin.DOCUMENT,
        "2026-01-01T00:00:00+00:00",
    )
    assert (memory.text, memory.kind, memory.trust) == ("Dentist (Porto)", Kind.EPISODIC, Origin.DOCUMENT)
    assert memory.event_at is not None
    assert memory.event_at.isoformat() == "2026-07-10T10:00:00+01:00"
    assert memory.event_precision is Precision.INSTANT
    assert memory.sources == (turn.id,)


@pytest.mark.parametrize(
    ("lines", "precision", "start", "end"),
    [
        ("DTSTART;VALUE=DATE:20260501", Precision.DAY, "2026-05-01T00:00", None),
        (
            "DTSTART;VALUE=DATE:20260501\nDTEND;VALUE=DATE:20260502",
            Precision.DAY,
            "2026-05-01T00:00",
            "2026-05-01",
        ),
        (
            "DTSTART;VALUE=DATE:20260501\nDTEND;VALUE=DATE:20260504",
            Precision.RANGE,
            "2026-05-01T00:00",
            "2026-05-03",
        ),
        ("DTSTART:20260501T100000Z\nDURATION:PT1H", Precision.INSTANT, "2026-05-01T10:00", "2026-05-01"),
        ("DTSTART:20260501T100000", Precision.INSTANT, "2026-05-01T10:00", None),
    ],
)
def test_days_ranges_and_instants_are_told_apart(
    written: Write, lines: str, precision: Precision, start: str, end: str | None
) -> None:
    """The end of whole days is the day after the last."""
    (memory,) = bring("ics", written("c.ics", calendar(f"UID:1\nSUMMARY:Fair\n{lines}"))).memories
    assert memory.event_at is not None
    assert memory.event_at.isoformat()[:16] == start
    assert (memory.event_end.isoformat()[:10] if memory.event_end else None) == end
    assert memory.event_precision is precision


WEEKLY = "UID:w\nSUMMARY:Choir\nDTSTART:20260202T190000Z\nRRULE:FREQ=WEEKLY\nEXDATE:20260209T190000Z"


def test_a_recurring_event_is_a_memory_for_each_time_within_the_window(written: Write) -> None:
    """Without those that were called off or moved; summer time does not shift them."""
    moved = "UID:w\nRECURRENCE-ID:20260216T190000Z\nSUMMARY:Choir\nDTSTART:20260217T190000Z"
    off = "UID:w\nRECURRENCE-ID:20260223T190000Z\nSUMMARY:Choir\nSTATUS:CANCELLED\nDTSTART:20260223T190000Z"
    file = written("c.ics", calendar(WEEKLY, moved, off))
    found = bring("ics", file, since="2026-02-01", until="2026-03-10")
    days = sorted(f"{memory.event_at:%m-%d}" for memory in found.memories)
    assert days == ["02-02", "02-17", "03-02", "03-09"]
    assert len({memory.id for memory in found.memories}) == 4


def test_the_window_is_around_now_unless_told(written: Write) -> None:
    """Ninety days to each side."""
    memories = bring("ics", written("c.ics", calendar(WEEKLY))).memories
    assert f"{max(m.event_at for m in memories if m.event_at):%Y-%m-%d}" == "2026-05-25"


def test_reading_again_gives_the_same_ids(written: Write) -> None:
    """Though a calendar tells a new stamp with every export."""
    first = bring("ics", written("c.ics", calendar(DENTIST, WEEKLY)))
    again = bring(
        "ics", written("c.ics", calendar(DENTIST, WEEKLY).replace("DTSTAMP:20260101", "DTSTAMP:20260222"))
    )
    assert [turn.id for turn in first.turns] == [turn.id for turn in again.turns]
    assert [memory.id for memory in first.memories] == [memory.id for memory in again.memories]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (calendar(DENTIST)[:150], "cut off"),
        ("hello", "no calendar"),
        (calendar("SUMMARY:x\nDTSTART:20260501T100000Z"), "has no UID"),
        (calendar("UID:1\nSUMMARY:x"), "cannot be read"),
        (calendar("UID:1\nSUMMARY:x\nDTSTART:20261301T100000Z"), "cannot be read|not a calendar"),
        (calendar("UID:1\nSUMMARY:bomb\nDTSTART:20260101T100000Z\nRRULE:FREQ=SECONDLY"), "more than once a day"),
    ],
)
def test_what_is_no_calendar_is_refused(written: Write, text: str, told: str) -> None:
    """One clear line, and soon."""
    with pytest.raises(BadInputError, match=told):
        bring("ics", written("c.ics", text))


def test_a_window_that_ends_before_it_begins_is_refused(written: Write) -> None:
    """And one of a century."""
    file = written("c.ics", calendar(DENTIST))
    for since, until in (("2026-03-01", "2026-02-01"), ("1926-03-01", "2026-02-01")):
        with pytest.raises(BadInputError, match="since must come before until"):
            bring("ics", file, since=since, until=until)
