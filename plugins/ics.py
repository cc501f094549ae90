"""Calendars (iCalendar, RFC 5545): a file, or the ``.ics`` files of a folder or ZIP.

An event is kept as it is written, and as a memory with its date; one that recurs as a memory for each time within
a window: options ``since`` and ``until`` (ISO dates), else 90 days to each side of now. What was cancelled is left
out.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta, tzinfo
from pathlib import Path
from typing import Any, Final, TypeAlias

from memcli.errors import BadInputError
from memcli.hooks import hookimpl
from memcli.ingest.files import Entry, entries
from memcli.ingest.talk import Talk, moment, name_of, now_of, zone_of
from memcli.ports import Imported, Importer
from memcli.records import Kind, Memory, Origin, Precision, stable_id

Calendar: TypeAlias = Any
Event: TypeAlias = Any
"""The library's components; a property of theirs may be of thirty types."""

FORMAT: Final = "ics"
AROUND_NOW: Final = timedelta(days=90)
LONGEST_WINDOW: Final = timedelta(days=3660)
MOST_TIMES: Final = 4_000
_RARE_ENOUGH: Final = ("DAILY", "WEEKLY", "MONTHLY", "YEARLY")
_DAY: Final = timedelta(days=1)


class Ics:
    """``ports.Importer``."""

    name = FORMAT

    def read(self, path: Path, options: Mapping[str, str]) -> Iterator[Imported]:
        """One calendar at a time is in memory."""
        with entries(path, "*.ics", "*.ical", "*.icalendar") as found:
            window = _Window.of(options)
            for entry in found:
                for calendar in _calendars(entry):
                    name = str(calendar.get("X-WR-CALNAME") or name_of(options, Path(entry.name)))
                    yield _read(calendar, Talk(FORMAT, name), window)


@hookimpl
def memcli_importers() -> Sequence[Importer]:
    """Calendars."""
    return [Ics()]


@dataclass(frozen=True, slots=True)
class _Window:
    """Between which times an event recurs, the present, and the zone of times that tell none."""

    since: datetime
    until: datetime
    now: datetime
    zone: tzinfo

    @classmethod
    def of(cls, options: Mapping[str, str]) -> _Window:
        now, zone = now_of(options), zone_of(options)
        since = moment(options["since"], zone) if "since" in options else now - AROUND_NOW
        until = moment(options["until"], zone) if "until" in options else now + AROUND_NOW
        if not timedelta() < until - since <= LONGEST_WINDOW:
            raise BadInputError("since must come before until, by ten years at most")
        return cls(since, until, now, zone)


def _calendars(entry: Entry) -> list[Calendar]:
    import icalendar

    raw = entry.bytes()
    if b"END:VCALENDAR" not in raw.upper():
        raise BadInputError(f"{entry.name} is no calendar, or is cut off: it has no END:VCALENDAR")
    try:
        return list(icalendar.Calendar.from_ical(raw.decode("utf-8-sig"), multiple=True))
    except (ValueError, TypeError, KeyError, IndexError, AttributeError, OSError) as error:
        told = str(error).splitlines()[0][:120] if str(error) else type(error).__name__
        raise BadInputError(f"{entry.name} is not a calendar that can be read: {told}") from error


def _read(calendar: Calendar, talk: Talk, window: _Window) -> Imported:
    memories: list[Memory] = []
    for event in calendar.walk("VEVENT"):
        try:
            memories += _event(calendar, event, talk, window)
        except (ValueError, TypeError, KeyError, AttributeError, OverflowError, OSError) as error:
            what = str(event.get("SUMMARY") or event.get("UID") or "an event")
            raise BadInputError(f"{talk.session}: {what[:60]} cannot be read: {error}") from error
    return Imported(turns=tuple(talk.turns), memories=tuple(memories), learn=False)


def _event(calendar: Calendar, event: Event, talk: Talk, window: _Window) -> list[Memory]:
    if str(event.get("STATUS", "")).upper() == "CANCELLED":
        return []
    uid, words = str(event.get("UID") or ""), _words(event)
    if not uid:
        raise BadInputError(f"{talk.session}: {words[:60] or 'an event'} has no UID")
    if not words:
        return []
    again = event.get("RECURRENCE-ID")
    own_id = f"{uid}/{again.dt.isoformat()}" if again is not None else uid
    noted, text = _noted(event, window), _written(event, words)
    written = talk.say(text, noted, own_id, speaker="calendar", origin=Origin.DOCUMENT)
    times = [event] if again is not None or not _recurs(event) else _times(calendar, event, window)
    sources = tuple(turn.id for turn in written)
    return [_memory(each, own_id, words, sources, window) for each in times]


def _recurs(event: Event) -> bool:
    return "RRULE" in event or "RDATE" in event


def _times(calendar: Calendar, event: Event, window: _Window) -> list[Event]:
    """The occurrences within the window that no other entry of the calendar moves."""
    import icalendar
    import recurring_ical_events

    rules = event.get("RRULE", [])
    for rule in rules if isinstance(rules, list) else [rules]:
        if rule.get("FREQ", ["DAILY"])[0] not in _RARE_ENOUGH:
            raise BadInputError(f"{event.get('SUMMARY')} recurs more than once a day")
    alone, moved = icalendar.Calendar(), _moved(calendar, str(event.get("UID")))
    alone.add_component(event)
    found = recurring_ical_events.of(alone).between(window.since, window.until)
    if len(found) > MOST_TIMES:
        raise BadInputError(
            f"{event.get('SUMMARY')} recurs more than {MOST_TIMES:,} times", hint="narrow the window"
        )
    return [each for each in found if each["DTSTART"].dt not in moved]


def _moved(calendar: Calendar, uid: str) -> set[date]:
    events = [each for each in calendar.walk("VEVENT") if str(each.get("UID")) == uid]
    return {each["RECURRENCE-ID"].dt for each in events if "RECURRENCE-ID" in each}


def _words(event: Event) -> str:
    where, what = str(event.get("LOCATION") or "").strip(), str(event.get("SUMMARY") or "").strip()
    return f"{what} ({where})" if what and where else what or where


def _written(event: Event, words: str) -> str:
    start, end = event.get("DTSTART"), event.get("DTEND")
    when = [str(each.dt) for each in (start, end) if each is not None]
    guests = event.get("ATTENDEE") or []
    names = [str(each.params.get("CN") or each).removeprefix("mailto:") for each in _many(guests)]
    told = [words, "When: " + " to ".join(when)] + (["With: " + ", ".join(names)] if names else [])
    return "\n".join(told) + f"\n\n{event.get('DESCRIPTION') or ''}".rstrip()


def _many(value: Any) -> list[Any]:  # noqa: ANN401 -- one value or a list, as the library gives them
    return value if isinstance(value, list) else [value]


def _noted(event: Event, window: _Window) -> datetime:
    """When the event was written down; never after now."""
    for name in ("CREATED", "DTSTAMP", "LAST-MODIFIED"):
        if name in event:
            return min(_instant(event[name].dt, window.zone), window.now)
    return window.now


def _instant(value: date, zone: tzinfo) -> datetime:
    if isinstance(value, datetime):
        return value if value.tzinfo else value.replace(tzinfo=zone)
    return datetime(value.year, value.month, value.day, tzinfo=zone)


def _memory(event: Event, own_id: str, words: str, sources: tuple[str, ...], window: _Window) -> Memory:
    start = event["DTSTART"].dt
    end = event["DTEND"].dt if "DTEND" in event else start + event["DURATION"].dt if "DURATION" in event else None
    whole_days = not isinstance(start, datetime)
    at, until = _instant(start, window.zone), None if end is None else _instant(end, window.zone)
    if whole_days and until is not None:  # the end of days is the day after the last
        until = until - timedelta(microseconds=1)
    several = until is not None and until - at >= _DAY
    return Memory(
        id=stable_id("m", FORMAT, own_id, start.isoformat()),
        text=words,
        kind=Kind.EPISODIC,
        created_at=window.now,
        updated_at=window.now,
        event_at=at,
        event_end=until,
        event_precision=Precision.RANGE if several else Precision.DAY if whole_days else Precision.INSTANT,
        trust=Origin.DOCUMENT,
        tags=("calendar",),
        sources=sources,
        made_by=FORMAT,
    )
