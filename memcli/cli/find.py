"""`search`, `list`, `show`: looking at what is kept; changes nothing."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from time import perf_counter
from typing import Annotated

import typer

from memcli.assistant import Assistant
from memcli.cli import complete, documents, render
from memcli.cli.options import AsOf, Json, Kinds, KnownAt, Since, Tags, Until, end_of, examples, start_of
from memcli.cli.state import State, of
from memcli.humanize import count
from memcli.ports import MemoryStore
from memcli.records import Filter, Kind, Lane, Link, Memory, Status, Turn
from memcli.requests import fits

app = typer.Typer()
PANEL = "Find"


@app.command(
    rich_help_panel=PANEL,
    epilog=examples(
        'memcli search "vacuum cleaner"',
        'memcli search "what did Ana say about Lisbon" --since "last month" -k 5',
        "memcli search deadline --lane memory --tag work --json",
    ),
)
def search(
    ctx: typer.Context,
    query: Annotated[str, typer.Argument(metavar="QUERY", help="Words, or a question.")],
    k: Annotated[int | None, typer.Option("-k", min=1, max=1000, help="How many results.")] = None,
    lane: Annotated[Lane | None, typer.Option(help="Only memories, or only what was said.")] = None,
    kind: Kinds = None,
    tag: Tags = None,
    session: Annotated[str | None, typer.Option(help="Only this conversation.")] = None,
    since: Since = None,
    until: Until = None,
    as_of: AsOf = None,
    known_at: KnownAt = None,
    as_json: Json = False,
) -> None:
    """Find what is kept, by meaning and by words, best first."""
    state = of(ctx)
    dates = (since, until, as_of, known_at)
    where = _where(state, kind, tag, session, dates)
    where = replace(where, lanes=(lane,) if lane else where.lanes)
    began = perf_counter()
    with state.assistant(warm=True) as assistant:
        hits = assistant.recall(query, where, k)
    took_ms = (perf_counter() - began) * 1000
    now = state.now()
    if as_json:
        found = [documents.hit(hit, now) for hit in hits]
        state.document(documents.of(query=query, hits=found, fits=fits(hits), took_ms=round(took_ms, 1)))
        return
    for hit in hits:
        state.show(render.hit_lines(hit, now, state.width))
    if not hits:
        state.say("nothing found", "dim")
    elif not fits(hits):
        state.say("nothing here fits this well; these are the nearest", "dim")


@app.command(
    "list",
    rich_help_panel=PANEL,
    epilog=examples(
        "memcli list", "memcli list --tag pets --since 2024", "memcli list --status archived -n 50 --offset 50"
    ),
)
def list_(
    ctx: typer.Context,
    n: Annotated[int, typer.Option("-n", "--limit", min=1, help="How many.")] = 20,
    offset: Annotated[int, typer.Option(min=0, help="Leave out this many first.")] = 0,
    kind: Kinds = None,
    tag: Tags = None,
    status: Annotated[list[Status] | None, typer.Option(help="Instead of the active ones.")] = None,
    every: Annotated[bool, typer.Option("--all", "-a", help="Of every status.")] = False,
    since: Since = None,
    until: Until = None,
    as_of: AsOf = None,
    known_at: KnownAt = None,
    undated: Annotated[
        bool, typer.Option("--undated", help="With --as-of: also what tells no beginning and was told later.")
    ] = False,
    as_json: Json = False,
) -> None:
    """List memories, newest first.

    --as-of is about the world: what held then, by the dates that are told. What tells no beginning counts from
    when it was told. --known-at is about memory: what had been told by then.
    """
    state = of(ctx)
    where = _where(state, kind, tag, None, (since, until, as_of, known_at))
    statuses = tuple(Status) if every else tuple(status or _statuses(where))
    where = replace(where, statuses=statuses, begun=where.as_of is not None and not undated)
    with state.assistant() as assistant:
        found = assistant.store.list_memories(where, limit=n + 1, offset=offset)
        aside = [] if as_json else list(_aside(assistant.store, where, shown=bool(found)))
    shown, now = found[:n], state.now()
    if as_json:
        state.document([documents.memory(memory, now) for memory in shown])
        return
    state.show(render.memory_line(memory, now, state.width) for memory in shown)
    if len(found) > n:
        state.say(f"there are more: memcli list -n {n} --offset {offset + n}", "dim")
    elif not shown and not aside:
        state.say('nothing here yet: memcli add "…" keeps something' if offset == 0 else "no more", "dim")
    for told in aside:
        state.say(told, "dim")


def _statuses(where: Filter) -> tuple[Status, ...]:
    """Those that are listed where none is asked for: what was refused is put away, and found by its tag."""
    from memcli.update.consensus import REFUSED

    return (Status.ARCHIVED,) if REFUSED in where.tags else where.statuses


def _aside(store: MemoryStore, where: Filter, *, shown: bool) -> Iterator[str]:
    """What the list leaves out, and what shows it."""
    if where.begun and (later := store.count(replace(where, begun=False)) - store.count(where)):
        yield f"{count(later, 'memory')} more, told later, with no beginning told: --undated shows them too"
    if not shown and (others := store.count(replace(where, statuses=tuple(Status)))):
        asked = " or ".join(status.value for status in where.statuses)
        yield f"nothing {asked}; of other statuses there are {others:,}: --all shows them"


@app.command(rich_help_panel=PANEL, epilog=examples("memcli show m:7k2q9x", "memcli show 7k2q --json"))
def show(
    ctx: typer.Context,
    record_id: Annotated[
        str,
        typer.Argument(
            metavar="ID", help="A memory's or a turn's id, or its beginning.", autocompletion=complete.memories
        ),
    ],
    as_json: Json = False,
) -> None:
    """Show one memory or turn whole: its words, sources, links and history."""
    state = of(ctx)
    with state.assistant() as assistant:
        record = assistant.record(record_id)
        if isinstance(record, Memory):
            _show_memory(state, assistant, record, as_json=as_json)
        else:
            _show_turn(state, record, as_json=as_json)


def _show_memory(state: State, assistant: Assistant, memory: Memory, *, as_json: bool) -> None:
    links, history = assistant.store.links(memory.id), assistant.store.history(memory.id)
    if as_json:
        state.document(documents.memory_shown(memory, links, history, state.now()))
        return
    sources = assistant.store.turns_by_id(memory.sources)
    others = assistant.store.memories_by_id([_other_end(link, memory) for link in links])
    pairs = [(link, others.get(_other_end(link, memory))) for link in links]
    state.show(render.memory_page(memory, list(sources.values()), pairs, history, state.now()))


def _show_turn(state: State, turn: Turn, *, as_json: bool) -> None:
    if as_json:
        state.document(documents.turn_shown(turn))
    else:
        state.show(render.turn_page(turn))


def _other_end(link: Link, memory: Memory) -> str:
    return link.target if link.source == memory.id else link.source


def _where(
    state: State,
    kind: list[Kind] | None,
    tag: list[str] | None,
    session: str | None,
    dates: tuple[str | None, str | None, str | None, str | None],
) -> Filter:
    since, until, as_of, known_at = dates
    return Filter(
        kinds=tuple(kind or ()),
        tags=tuple(tag or ()),
        session=session,
        since=start_of(since, state),
        until=end_of(until, state),
        as_of=end_of(as_of, state),
        known_at=end_of(known_at, state),
    )
