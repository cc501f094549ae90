"""How records look on a screen: one line of a list, or a page; pure. Meaning is in words, not in colour."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from itertools import chain
from typing import Final

from textual.content import Content

from memcli.humanize import ago, count, cut, day, moment, one_line, printable, short
from memcli.lifecycle import fades_at, retention
from memcli.records import Change, Kind, Link, Memory, Op, Origin, Status, Turn
from memcli.worddiff import word_diff

QUIET: Final = "$foreground-muted"
STRONG: Final = "bold"
ORIGINS: Final = {
    Origin.DIRECT_USER: "you",
    Origin.ASSISTANT: "the assistant",
    Origin.TOOL: "a tool",
    Origin.DOCUMENT: "a document",
    Origin.RECALLED: "recalled memory",
}
_AGE: Final = 12
_FIELD: Final = 11
_WITH_TAIL: Final = 52
_WITH_ACTOR: Final = 70
_VERSIONS: Final = 8
_SIGNS: Final = {Op.ADD: "+", Op.RESTORE: "+", Op.LINK: "+", Op.DELETE: "-", Op.ARCHIVE: "-", Op.UNLINK: "-"}


def plain(text: str) -> str:
    """A text as one line that commands no terminal."""
    return one_line(printable(text))


def memory_line(
    memory: Memory, now: datetime, width: int, told: str = "", usual: Status = Status.ACTIVE
) -> Content:
    """Age (or what is ``told``), words, and on the right, if there is room, what is not as usual about it."""
    tail = " ".join([*marks(memory, usual), *(f"#{tag}" for tag in memory.tags)]) if width >= _WITH_TAIL else ""
    tail = cut(printable(tail), max(width // 3, 8))
    room = max(width - _AGE - 1 - (len(tail) + 1 if tail else 0), 8)
    words = Content(plain(memory.text)).truncate(room, ellipsis=True, pad=True)
    age = Content.styled(f"{cut(told or ago(memory.created_at, now), _AGE):<{_AGE}} ", QUIET)
    return age + words + (Content.styled(f" {tail}", QUIET) if tail else Content(""))


def marks(memory: Memory, usual: Status = Status.ACTIVE) -> list[str]:
    """What is not as usual about a memory, in words."""
    told = ["pinned"] if memory.pinned else []
    told += [memory.status.value] if memory.status is not usual else []
    told += [memory.kind.value] if memory.kind is not Kind.SEMANTIC else []
    return told + ([f"from {memory.trust.value}"] if memory.trust is not Origin.DIRECT_USER else [])


def change_line(change: Change, now: datetime, width: int) -> Content:
    """Age, what was done, by whom, to which words."""
    memory = change.after or change.before
    words = plain(memory.text) if memory else ""
    done = f"{_SIGNS.get(change.op, '~')} {change.op.value.lower():<10} "
    by = f"{cut(change.actor, 12):<12} " if width >= _WITH_ACTOR else ""
    room = max(width - _AGE - 1 - len(done) - len(by), 8)
    shown = Content(words).truncate(room, ellipsis=True, pad=True)
    return (
        Content.styled(f"{ago(change.at, now):<{_AGE}} ", QUIET)
        + Content(done)
        + Content.styled(by, QUIET)
        + shown
    )


def field(name: str, value: str | Content) -> Content:
    """One named value of a page."""
    return Content.styled(f"{name:<{_FIELD}}", QUIET) + value


def opener(record_id: str) -> Content:
    """An id that can be clicked."""
    return Content.from_markup(f"[@click=app.open_record('{record_id}')][$accent]{short(record_id)}[/][/]")


def field_lines(memory: Memory, now: datetime) -> Iterator[Content]:
    """What a memory is and since when."""
    state = [memory.kind.value, memory.status.value, *(["pinned"] if memory.pinned else [])]
    yield field("is", " · ".join(state))
    yield from _times(memory)
    yield field("kept", f"{ago(memory.created_at, now)} by {memory.made_by}, about {printable(memory.about)}")
    yield field("trust", f"said by {ORIGINS[memory.trust]}")
    yield field("importance", f"{memory.importance:.2g}, recalled {count(memory.recalls, 'time')}")
    if memory.tags:
        yield field("tags", printable(" ".join(f"#{tag}" for tag in memory.tags)))
    if memory.supersedes:
        yield field("replaces", opener(memory.supersedes))
    yield field("id", f"{memory.id}, revision {memory.revision}")


def _times(memory: Memory) -> Iterator[Content]:
    if memory.event_at:
        yield field("happened", moment(memory.event_at, memory.event_precision))
    if memory.valid_from or memory.valid_to:
        since, until = (day(at) if at else "…" for at in (memory.valid_from, memory.valid_to))
        yield field("true", f"{since} – {until}")


def fading(memory: Memory, now: datetime, threshold: float) -> str:
    """How much is left of a memory, and when it will be gone."""
    if memory.pinned or memory.kind is Kind.CORE:
        return "retention 100 %, never fades"
    told = [f"retention {retention(memory, now) * 100:.0f} %"]
    half, gone = fades_at(memory, 0.5), fades_at(memory, threshold) if threshold else None
    told += [f"half {'since' if half < now else 'left'} {day(half)}"] if half else []
    told += [f"fades {ago(gone, now)}" if gone > now else "put away when decay runs next"] if gone else []
    return ", ".join(told)


def waiting_lines(memory: Memory, history: Sequence[Change]) -> Iterator[Content]:
    """Why a memory waits for the user's word."""
    if memory.status is Status.QUARANTINED and history:
        reason = history[-1].reason or "nobody said why"
        yield field("waits", Content.styled(printable(reason), STRONG))


def due(at: datetime, now: datetime) -> str:
    """When a memory fades; what has faded is put away when the job for it runs next."""
    return ago(at, now) if at > now else "faded"


def source_lines(turns: Sequence[Turn], now: datetime) -> Iterator[Content]:
    """The turns a memory is from."""
    if turns:
        yield heading(f"Sources ({len(turns)})", "o opens the conversation")
    for turn in turns:
        yield opener(turn.id) + Content.styled(f"  {ago(turn.at, now)}, {printable(turn.session)}", QUIET)
        yield Content(f"  {printable(turn.speaker)}: {plain(turn.text)}")


def link_lines(memory: Memory, links: Sequence[tuple[Link, Memory | None]]) -> Iterator[Content]:
    """The memories it is tied to."""
    if links:
        yield heading(f"Links ({len(links)})", "g shows the neighbourhood")
    for link, other in links:
        there = link.target if link.source == memory.id else link.source
        arrow = "->" if link.source == memory.id else "<-"
        words = plain(other.text) if other else "removed"
        yield Content(f"{printable(link.relation)} {arrow} ") + opener(there) + Content(f"  {words}")


def version_lines(history: Sequence[Change], now: datetime) -> Iterator[Content]:
    """A memory's life, latest first, with what each step did to its words."""
    if history:
        yield heading(f"History ({len(history)})", "[-taken out-]{+put in+}")
    for change in chain(reversed(history[-_VERSIONS:])):
        reason = f": {printable(change.reason)}" if change.reason else ""
        sign = _SIGNS.get(change.op, "~")
        yield Content(f"{sign} {change.op.value.lower()} ") + Content.styled(
            f"{ago(change.at, now)} by {change.actor}{reason}", QUIET
        )
        yield from (Content("  ") + line for line in difference(change))


def difference(change: Change) -> Iterator[Content]:
    """What a change did to a memory: its words, then its other fields."""
    before, after = change.before, change.after
    if change.link is not None:
        yield Content(f"{printable(change.link.relation)} -> ") + opener(change.link.target)
        return
    if before is None or after is None:
        return
    if before.text != after.text:
        yield Content.from_rich_text(word_diff(printable(before.text), printable(after.text)))
    for name in ("kind", "status", "importance", "pinned", "tags", "event_at", "valid_to"):
        old, new = getattr(before, name), getattr(after, name)
        if old != new:
            yield Content(f"{name}: {_value(old)} -> {_value(new)}")


def _value(value: object) -> str:
    if isinstance(value, tuple):
        return printable(" ".join(map(str, value))) or "none"
    return day(value) if isinstance(value, datetime) else "none" if value is None else str(value)


def heading_line(title: str, hint: str = "") -> Content:
    """What stands above some lines of a list."""
    return Content.styled(title, "bold") + Content.styled(f"  {hint}" if hint else "", QUIET)


def heading(title: str, hint: str = "") -> Content:
    """What stands above a part of a page."""
    return (
        Content("\n")
        + Content.styled(title, "bold underline")
        + Content.styled(f"  {hint}" if hint else "", QUIET)
    )
