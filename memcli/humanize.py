"""What people read: ages, dates, sizes, counts, shortened ids and texts; pure, knows no screen."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Final

from memcli.records import Change, Op, Origin, Precision, Status

SHORT_ID: Final = 8
_UNPRINTABLE: Final = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")
_STEPS: Final = (
    (timedelta(hours=1), "min"),
    (timedelta(days=1), "hour"),
    (timedelta(days=30), "day"),
)
_WHOSE: Final = {
    Origin.ASSISTANT: "an assistant's",
    Origin.TOOL: "a tool's",
    Origin.DOCUMENT: "a document's",
    Origin.RECALLED: "recalled",
}
_SECONDS: Final = {"min": 60, "hour": 3600, "day": 86_400}


def short(record_id: str) -> str:
    """An id as a person sees it: a prefix that every command takes."""
    return record_id[:SHORT_ID]


def ago(at: datetime, now: datetime) -> str:
    """How long ago, or in how long: "3 days ago", "in 2 hours"; a date beyond a month."""
    distance = abs(now - at)
    if distance < timedelta(minutes=1):
        return "just now"
    for bound, unit in _STEPS:
        if distance < bound:
            number = int(distance.total_seconds()) // _SECONDS[unit]
            told = f"{number} min" if unit == "min" else count(number, unit)
            return f"{told} ago" if at < now else f"in {told}"
    return day(at)


def day(at: datetime) -> str:
    """A calendar day in the offset it was said in: "8 May 2023"."""
    return f"{at.day} {at:%b %Y}"


def holds_until(change: Change) -> str:
    """Until when a memory that a change closes is still so: "until 1 Jan 2027"; nothing where it is over."""
    after = change.after if change.op is Op.SUPERSEDE else None
    if after is None or after.status is not Status.ACTIVE or after.valid_to is None:
        return ""
    return f"until {day(after.valid_to)}"


def moment(at: datetime, precision: Precision | None = None) -> str:
    """A date, as exactly as it is known."""
    match precision:
        case Precision.INSTANT:
            return f"{day(at)}, {at:%H:%M}"
        case Precision.MONTH:
            return f"{at:%B %Y}"
        case Precision.YEAR:
            return f"{at:%Y}"
    return day(at)


def count(number: int, noun: str) -> str:
    """A number with its noun: 1 turn, 2 turns, 2 memories."""
    if number == 1:
        return f"1 {noun}"
    return f"{number:,} {noun[:-1]}ies" if noun.endswith("y") and noun != "day" else f"{number:,} {noun}s"


def lasting(seconds: float) -> str:
    """How long something takes: 8 seconds, 12 minutes, 3 hours."""
    for unit, least in (("hour", 5_400), ("minute", 90)):
        if seconds >= least:
            return count(round(seconds / (least / 1.5)), unit)
    return count(max(round(seconds), 1), "second")


def size(number: int) -> str:
    """Bytes in the largest unit that leaves a number above one."""
    value, unit = float(number), "bytes"
    for larger in ("kB", "MB", "GB"):
        if value < 1000:
            break
        value, unit = value / 1000, larger
    return f"{value:,.0f} bytes" if unit == "bytes" else f"{value:,.1f} {unit}"


def fresh_name(beginning: str, taken: Iterable[str]) -> str:
    """The beginning with the number after the highest that is taken: chat-2026-01-31-2."""
    ends = [name.removeprefix(beginning) for name in taken if name.startswith(beginning)]
    return f"{beginning}{max((int(end) for end in ends if end.isdecimal()), default=0) + 1}"


def printable(text: str) -> str:
    """The text without what could command a terminal, each such character replaced by a visible one."""
    return _UNPRINTABLE.sub("\ufffd", text)


def one_line(text: str) -> str:
    """The text with its line ends and runs of space made single spaces."""
    return " ".join(text.split())


def cut(text: str, width: int) -> str:
    """The text in at most ``width`` characters, with a mark where something is missing."""
    return text if len(text) <= width else text[: max(width - 1, 0)].rstrip() + "…"


def caution(trust: Origin | None) -> str:
    """What is to be known of an answer that rests on words that are not the user's own; empty otherwise."""
    if trust is None or trust is Origin.DIRECT_USER:
        return ""
    return f"rests on {_WHOSE[trust]} words, not on yours"
