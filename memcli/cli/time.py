"""`forecast` and `timeline`: what will fade, and what happened when; changes nothing."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from enum import StrEnum
from itertools import groupby
from typing import Annotated, Final

import typer
from rich.text import Text

from memcli import codec, humanize, lifecycle
from memcli.cli import complete, documents, render
from memcli.cli.options import Json, Kinds, Since, Tags, Until, end_of, examples, start_of
from memcli.cli.state import State, of
from memcli.humanize import ago, count, cut, one_line, short
from memcli.lifecycle import Fading, Knot
from memcli.ports import MemoryStore
from memcli.records import Filter, Kind, Link, Memory, Status

app = typer.Typer()
PANEL: Final = "Time"
_BARS: Final = "▁▂▃▄▅▆▇█"
_POINTS: Final = 12
_PAGE: Final = 1_000


@app.command(
    rich_help_panel=PANEL,
    epilog=examples("memcli forecast", "memcli forecast --days 90 -n 50 --json", "memcli help time"),
)
def forecast(
    ctx: typer.Context,
    days: Annotated[int, typer.Option(min=1, max=36_500, help="How far to look ahead.")] = 30,
    n: Annotated[int, typer.Option("-n", "--limit", min=1, help="How many.")] = 20,
    as_json: Json = False,
) -> None:
    """Tell what will fade, the first to go first, unless it is recalled or pinned.

    The picture is how much is left from today to the last day. What fades is archived, never erased.
    """
    state = of(ctx)
    with state.assistant() as assistant:
        memories = _every(assistant.store, Filter())
        found = lifecycle.forecast(memories, state.now(), days, state.settings.faded)
    if as_json:
        rows = [_fading(fading, state.now(), days) for fading in found[:n]]
        state.document(documents.of(days=days, count=len(found), fading=rows))
        return
    state.show(_fading_line(state, fading, days) for fading in found[:n])
    if not found:
        state.say(f"nothing fades in the next {count(days, 'day')}", "dim")
        return
    more = f"{len(found) - n} more: memcli forecast --days {days} -n {len(found)}; " if len(found) > n else ""
    state.say(f"{more}memcli pin {short(found[0].memory.id)} keeps one", "dim")


class By(StrEnum):
    """How long a step of the timeline is."""

    DAY = "day"
    MONTH = "month"
    YEAR = "year"


_STEPS: Final = {By.DAY: "%Y-%m-%d", By.MONTH: "%Y-%m", By.YEAR: "%Y"}
_TITLES: Final = {By.DAY: "%-d %B %Y", By.MONTH: "%B %Y", By.YEAR: "%Y"}


@app.command(
    rich_help_panel=PANEL,
    epilog=examples(
        "memcli timeline",
        "memcli timeline --by year",
        "memcli timeline --since 2024 --tag travel --json",
        "memcli timeline --of m:7k2q9x      (what is tied to one memory)",
        "memcli help week",
    ),
)
def timeline(
    ctx: typer.Context,
    by: Annotated[By, typer.Option(help="What stands under one heading.")] = By.MONTH,
    kind: Kinds = None,
    tag: Tags = None,
    since: Since = None,
    until: Until = None,
    tied: Annotated[
        str | None,
        typer.Option(
            "--of", metavar="ID", help="Only this memory's strand, by links.", autocompletion=complete.memories
        ),
    ] = None,
    as_json: Json = False,
) -> None:
    """Tell what happened, oldest first: every memory that has a date, or the strand of one.

    A strand is what is tied to a memory: what replaced it, what names the same, what was told in one topic.
    """
    state = of(ctx)
    if tied is not None:
        _strand(state, tied, as_json=as_json)
        return
    where = Filter(
        kinds=tuple(kind or ()), tags=tuple(tag or ()), since=start_of(since, state), until=end_of(until, state)
    )
    with state.assistant() as assistant:
        every = _every(assistant.store, where)
        events = [memory for memory in every if _happened(memory) and (kind or tag or not _sums_up(memory))]
        events.sort(key=lambda memory: (_when(memory), memory.id))
    steps = [(key, list(group)) for key, group in groupby(events, lambda memory: f"{_when(memory):{_STEPS[by]}}")]
    if as_json:
        rows = [{"step": key, "events": [documents.memory(m, state.now()) for m in group]} for key, group in steps]
        state.document(documents.of(by=by.value, timeline=rows))
        return
    for _, group in steps:
        state.show(_step(state, by, group))
    if not steps:
        state.say('nothing has a date yet: memcli add "…" --when yesterday', "dim")


def _strand(state: State, memory_id: str, *, as_json: bool) -> None:
    with state.assistant() as assistant:
        start, store = assistant.memory(memory_id), assistant.store
        knots = lifecycle.strand(start, store.links_of, store.memories_by_id)
    if as_json:
        rows = [_plain_knot(knot, state.now()) for knot in knots]
        state.document(documents.of(of=start.id, strand=rows))
        return
    state.show(_knot_line(state, knot, start) for knot in knots)
    if len(knots) == 1:
        state.say(f"nothing is tied to it: memcli link {short(start.id)} ID ties two memories", "dim")


def _plain_knot(knot: Knot, now: datetime) -> documents.Document:
    return {
        "at": lifecycle.happened(knot.memory).isoformat(),
        "memory": documents.memory(knot.memory, now),
        "link": codec.encode(knot.link) if knot.link else None,
    }


def _knot_line(state: State, knot: Knot, start: Memory) -> Text:
    memory, link = knot.memory, knot.link
    tie = _tie(memory, link) if link else ""
    words = one_line(memory.text)
    words = words if state.width is None else cut(words, max(state.width - 28 - len(tie), 20))
    style = "bold" if memory.id == start.id else "strike" if memory.status is Status.SUPERSEDED else ""
    when = f"{humanize.day(lifecycle.happened(memory)):<13}"
    line = Text.assemble((when, render.DIM), (f"{short(memory.id)}  ", render.ID), (words, style))
    return line.append(f"  ({tie})", render.DIM) if tie else line


def _tie(memory: Memory, link: Link) -> str:
    """How a memory hangs together with another: "supersedes m:…", "m:… holds it", "shares Rui with m:…"."""
    other = short(link.target if link.source == memory.id else link.source)
    if link.relation.startswith("shares "):
        return f"{link.relation} with {other}"
    if link.relation == "related":
        return f"related to {other}"
    return f"{link.relation} {other}" if link.source == memory.id else f"{other} {link.relation} it"


def _every(store: MemoryStore, where: Filter) -> list[Memory]:
    found: list[Memory] = []
    while page := store.list_memories(where, limit=_PAGE, offset=len(found)):
        found += page
    return found


def _fading(fading: Fading, now: datetime, days: int) -> documents.Document:
    curve = [round(left, 4) for left in lifecycle.curve(fading.memory, now, days, _POINTS)]
    return {
        "memory": documents.memory(fading.memory, now),
        "fades_at": fading.at.isoformat(),
        "ends": fading.ends,
        "curve": curve,
    }


def _fading_line(state: State, fading: Fading, days: int) -> Text:
    now, memory = state.now(), fading.memory
    words = one_line(memory.text)
    words = words if state.width is None else cut(words, max(state.width - 46, 20))
    when = "at the next run" if fading.at <= now else ago(fading.at, now)
    words = f"{words}  (its end)" if fading.ends else words
    return Text.assemble(
        (short(memory.id), render.ID),
        "  ",
        (picture(lifecycle.curve(memory, now, days, _POINTS)), "green"),
        (f"  {when:<15}  ", render.DIM),
        words,
    )


def picture(values: Sequence[float]) -> str:
    """Values between 0 and 1 as bars, one character each."""
    return "".join(_BARS[min(int(value * len(_BARS)), len(_BARS) - 1)] for value in values)


def _step(state: State, by: By, events: Sequence[Memory]) -> Iterator[Text]:
    yield Text(f"{_when(events[0]):{_TITLES[by]}}", style="bold")
    for memory in events:
        day = f"{_when(memory):%-d %b}" if by is not By.DAY else ""
        words = one_line(memory.text)
        words = words if state.width is None else cut(words, max(state.width - 22, 20))
        yield Text.assemble("  ", (f"{day:<8}", render.DIM), (f"{short(memory.id)}  ", render.ID), words)


def _happened(memory: Memory) -> bool:
    return memory.event_at is not None or memory.kind is Kind.EPISODIC


def _sums_up(memory: Memory) -> bool:
    """A summary tells again what has its own lines; who asks for a kind or a tag gets it all the same."""
    return memory.kind is Kind.INSIGHT


def _when(memory: Memory) -> datetime:
    return memory.event_at or memory.created_at
