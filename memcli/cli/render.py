"""How records look to a person: lines of text for a width, or one long line each for a pipe; pure.

Meaning is in words and marks, never in colour alone. ``width`` is None in a pipe: nothing is cut there.
"""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Final

from rich.text import Text

from memcli.humanize import ago, count, cut, day, moment, one_line, short
from memcli.lifecycle import retention
from memcli.records import Answer, Change, Hit, Kind, Link, Memory, Origin, Precision, Status, Turn

DIM: Final = "dim"
ID: Final = "cyan"
_INDENT: Final = 10
WIDE: Final = 110
"""Columns from which a line of the history tells who did it and of which turn."""
_HIT_LINES: Final = 4
_FIELD: Final = 11


def memory_line(memory: Memory, now: datetime, width: int | None) -> Text:
    """One memory in a listing: id, age, words, marks."""
    tail = _tail(memory)
    words = one_line(memory.text)
    if width is not None:
        words = cut(words, max(width - 23 - (len(tail) + 2 if tail else 0), 20))
    line = Text.assemble((short(memory.id), ID), "  ", (f"{ago(memory.created_at, now):<13}", DIM), words)
    return line.append(f"  {tail}", DIM) if tail else line


def turn_line(turn: Turn, now: datetime, width: int | None) -> Text:
    """One turn in a listing: id, age, who said what."""
    words = one_line(f"{turn.speaker}: {turn.text}")
    words = words if width is None else cut(words, max(width - 23, 20))
    return Text.assemble((short(turn.id), ID), "  ", (f"{ago(turn.at, now):<13}", DIM), words)


def hit_lines(hit: Hit, now: datetime, width: int | None) -> Iterator[Text]:
    """A search result: its words, and below them what it is."""
    about = _about_hit(hit, now)
    said = f"{hit.turn.speaker}: {hit.text}" if hit.turn else hit.text
    if width is None:
        yield Text.assemble((short(hit.id), ID), f"  {one_line(said)}", (f"  ({about})", DIM))
        return
    shown = textwrap.wrap(one_line(said), width - _INDENT, max_lines=_HIT_LINES, placeholder=" …")
    yield Text.assemble((f"{short(hit.id):<{_INDENT}}", ID), shown[0])
    for line in shown[1:]:
        yield Text(" " * _INDENT + line)
    yield Text(" " * _INDENT + about, style=DIM)


def source_line(record: Memory | Turn, now: datetime, width: int | None) -> Text:
    """What an answer or a memory rests on, one line."""
    return memory_line(record, now, width) if isinstance(record, Memory) else turn_line(record, now, width)


def memory_page(
    memory: Memory,
    sources: Sequence[Turn],
    links: Sequence[tuple[Link, Memory | None]],
    history: Sequence[Change],
    now: datetime,
) -> Iterator[Text]:
    """Everything about one memory."""
    yield Text.assemble((memory.id, ID), (f"  {_state_of(memory)}", DIM))
    yield Text(memory.text, style="bold")
    yield Text("")
    if memory.event_at:
        yield _field("happened", _span(memory))
    if memory.valid_from or memory.valid_to:
        since, until = (day(at) if at else "…" for at in (memory.valid_from, memory.valid_to))
        yield _field("true", f"{since} – {until}")
    yield _field("kept", f"{ago(memory.created_at, now)} by {memory.made_by}, about {memory.about}")
    yield _field("importance", f"{memory.importance:g}")
    recalled = f"recalled {count(memory.recalls, 'time')}" if memory.recalls else "never recalled yet"
    yield _field("retention", f"{retention(memory, now):.0%}, {recalled}")
    if memory.expires_at:
        held = ", held by its pin" if memory.pinned else ""
        yield _field("ends", f"{moment(memory.expires_at, Precision.INSTANT)}{held}")
    if memory.tags:
        yield _field("tags", " ".join(f"#{tag}" for tag in memory.tags))
    if memory.supersedes:
        yield _field("replaces", short(memory.supersedes))
    yield from _fields("sources", [_source(turn) for turn in sources])
    yield from _fields("links", [_link(memory, link, other) for link, other in links])
    if history:
        steps = f"{count(len(history), 'change')}, last {ago(history[-1].at, now)}"
        yield _field("history", f"{steps}  (memcli history {short(memory.id)})")


def turn_page(turn: Turn) -> Iterator[Text]:
    """Everything about one turn."""
    yield Text.assemble((turn.id, ID), (f"  turn {turn.position} of {turn.session}", DIM))
    yield Text(f"{turn.speaker}: {turn.text}", style="bold")
    yield Text("")
    yield _field("said", f"{turn.at:%Y-%m-%d %H:%M %z}")
    yield _field("came from", f"{_ORIGINS[turn.origin]}, through {turn.source}")


def change_line(change: Change, now: datetime, width: int | None) -> Text:
    """One step of a history: id, age, what was done to which memory."""
    memory = change.after or change.before
    words = one_line(memory.text) if memory else ""
    if change.link:
        words = f"{change.link.relation} -> {short(change.link.target)}  {words}"
    origin = f" from {short(change.evidence[0])}" if change.evidence else ""
    who = f"by {change.actor}{origin}"
    note = f"  {change.reason}, {who}" if width is None else f"  {who}" if width >= WIDE else ""
    words = words if width is None else cut(words, max(width - 47 - len(note), 20))
    return Text.assemble(
        (short(change.id), ID),
        "  ",
        (f"{ago(change.at, now):<13}", DIM),
        f"{_MARKS.get(change.op.value, '~')} {change.op.value.lower():<10}",
        (f"{short(change.memory_id):<{_INDENT}}", ID),
        words,
        (note, DIM),
    )


def change_title(change: Change, now: datetime) -> Text:
    """What a change was, above the difference it made."""
    about = f"  {change.op.value.lower()} {ago(change.at, now)} by {change.actor}: {change.reason}"
    return Text.assemble((short(change.id), ID), "  ", (short(change.memory_id), ID), (about, DIM))


def batch_line(changes: Sequence[Change], now: datetime, width: int | None) -> Text:
    """What one command did, undone as a whole."""
    first = changes[0]
    if len(changes) == 1:
        return change_line(first, now, width)
    told = f"{count(len(changes), 'change')}: {first.reason}"
    return Text.assemble(
        (short(first.batch), ID),
        "  ",
        (f"{ago(first.at, now):<13}", DIM),
        f"* {told}",
        (f"  by {first.actor}", DIM),
    )


def answer_lists(answer: Answer, now: datetime, width: int | None) -> Iterator[Text]:
    """Why an answer is what it is: the three lists apart, each hit with what spoke for it."""
    given = set(answer.injected)
    cited = set(answer.citations)
    lists = {
        "Cited in the answer": [h for h in answer.retrieved if h.id in cited],
        "Given to the model, not cited": [h for h in answer.retrieved if h.id in given - cited],
        "Found, not given to the model": [h for h in answer.retrieved if h.id not in given | cited],
    }
    for title, hits in lists.items():
        yield Text("")
        yield Text(f"{title} ({len(hits)})", style="bold")
        for hit in hits:
            yield from hit_lines(hit, now, width)
            if hit.features:
                yield Text(" " * _INDENT + _features(hit.features), style=DIM)


def _features(features: Mapping[str, float]) -> str:
    largest = sorted(features.items(), key=lambda pair: -abs(pair[1]))[:5]
    return " · ".join(f"{name} {value:.2f}" for name, value in largest if value)


def _about_hit(hit: Hit, now: datetime) -> str:
    if hit.turn:
        parts = [f"said {ago(hit.turn.at, now)}", hit.turn.session]
    else:
        marks = [*_marks(hit.memory), *(f"#{tag}" for tag in hit.memory.tags)] if hit.memory else []
        parts = ["memory", ago(hit.at, now), *marks]
    return " · ".join([*parts, f"score {hit.score:.2f}"])


def _tail(memory: Memory) -> str:
    marks = ", ".join(_marks(memory))
    return " ".join([*([f"({marks})"] if marks else []), *(f"#{tag}" for tag in memory.tags)])


def _marks(memory: Memory) -> list[str]:
    """What is not as usual about a memory."""
    marks = ["pinned"] if memory.pinned else []
    marks += [memory.status.value] if memory.status is not Status.ACTIVE else []
    return marks + ([memory.kind.value] if memory.kind is not Kind.SEMANTIC else [])


def _state_of(memory: Memory) -> str:
    words = [memory.kind.value, memory.status.value, *(["pinned"] if memory.pinned else [])]
    return " · ".join([*words, f"revision {memory.revision}"])


def _span(memory: Memory) -> str:
    assert memory.event_at is not None
    begin = moment(memory.event_at, memory.event_precision)
    if memory.event_end and day(memory.event_end) != day(memory.event_at):
        return f"{begin} – {moment(memory.event_end, memory.event_precision)}"
    return begin


def _source(turn: Turn) -> str:
    return f"{short(turn.id)}  {day(turn.at)}  {cut(one_line(f'{turn.speaker}: {turn.text}'), 48)}"


def _link(memory: Memory, link: Link, other: Memory | None) -> str:
    there = link.target if link.source == memory.id else link.source
    arrow = "->" if link.source == memory.id else "<-"
    return f"{link.relation} {arrow} {short(there)}  {cut(one_line(other.text), 48) if other else ''}".rstrip()


def _field(name: str, value: str) -> Text:
    return Text.assemble((f"{name:<{_FIELD}}", DIM), value)


def _fields(name: str, values: Sequence[str]) -> Iterator[Text]:
    for number, value in enumerate(values):
        yield _field(name if number == 0 else "", value)


_MARKS: Final = {
    "ADD": "+",
    "DELETE": "-",
    "PURGE": "-",
    "ARCHIVE": "-",
    "QUARANTINE": "-",
    "RESTORE": "+",
    "LINK": "+",
    "UNLINK": "-",
}
_ORIGINS: Final = {
    Origin.DIRECT_USER: "the user",
    Origin.ASSISTANT: "the assistant",
    Origin.TOOL: "a tool",
    Origin.DOCUMENT: "a document",
    Origin.RECALLED: "recalled memory",
}
