"""`profile`: who the user is, line by line with its evidence; knows no rule that makes a line."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import Final

import typer
from rich.text import Text

from memcli import lifecycle
from memcli.assistant import Assistant
from memcli.cli import documents, render
from memcli.cli.options import Json, examples
from memcli.cli.state import State, of
from memcli.errors import MemcliError
from memcli.humanize import count, cut, one_line, short
from memcli.jobs import Runner, named
from memcli.lifecycle import KEPT_OUT, OVERALL, PROFILE, Line
from memcli.records import Filter, Memory, Outcome

app = typer.Typer(
    help="Who you are, as far as it was told.",
    epilog=examples("memcli profile show", "memcli edit m:7k2q9x", "memcli help week"),
    no_args_is_help=True, rich_markup_mode="rich",
)  # fmt: skip
_EVERY: Final = 1_000_000


@app.command(epilog=examples("memcli profile show", "memcli profile show --json"))
def show(ctx: typer.Context, as_json: Json = False) -> None:
    """Show the profile: each line is a memory, with how often it was said and how sure it is.

    Change a line with `memcli edit`; take it out with `memcli tag ID not-profile`.
    """
    state = of(ctx)
    with state.assistant() as assistant:
        _print(state, _lines(state, assistant), _overall(assistant), as_json=as_json)


@app.command(epilog=examples("memcli profile rebuild"))
def rebuild(ctx: typer.Context, as_json: Json = False) -> None:
    """Choose the lines anew from what is kept, as the job `profile` does every day."""
    state = of(ctx)
    with state.assistant() as assistant:
        done = Runner(assistant, asked=True).run(named("profile"))
        if done.outcome is Outcome.FAILED:
            raise MemcliError(f"the profile could not be rebuilt: {done.detail}")
        lines = _lines(state, assistant)
        if lines:
            state.say(done.detail, "dim")
        _print(state, lines, _overall(assistant), as_json=as_json, empty=done.detail)


def _lines(state: State, assistant: Assistant) -> list[Line]:
    memories = assistant.store.list_memories(Filter(), limit=_EVERY)
    found = lifecycle.profile(memories, state.settings.user_name, state.now())
    return [line for line in found if PROFILE in line.memory.tags]


def _overall(assistant: Assistant) -> Memory | None:
    """The summary of everything that was talked about, if there is one."""
    return next(iter(assistant.store.list_memories(Filter(tags=(OVERALL,)), limit=1)), None)


def _print(
    state: State, lines: Sequence[Line], overall: Memory | None, *, as_json: bool, empty: str | None = None
) -> None:
    """The profile, and below it what can be done; where there is none, why: ``empty``."""
    if as_json:
        told = documents.memory(overall, state.now()) if overall else None
        state.document(documents.of(overall=told, lines=[_plain(line) for line in lines]))
        return
    if overall:
        state.show([Text.assemble((short(overall.id), render.ID), "  ", one_line(overall.text)), ""])
    for topic, group in groupby(lines, lambda line: line.topic):
        state.show([Text(topic.capitalize(), style="bold"), *_rows(state, list(group))])
    if lines:
        hint = f"memcli edit {short(lines[0].memory.id)} changes a line, memcli tag ID {KEPT_OUT} takes one out"
    else:
        hint = "there is no profile yet: memcli profile rebuild makes one" if empty is None else empty
    state.say(hint, "dim")


def _rows(state: State, lines: Sequence[Line]) -> Iterator[Text]:
    for line in lines:
        words = one_line(line.memory.text)
        words = words if state.width is None else cut(words, max(state.width - 40, 20))
        said = count(max(len(line.evidence), len(line.support)), "time")
        sure = (f"  {line.confidence:.0%}, said {said}", render.DIM)
        yield Text.assemble("  ", (short(line.memory.id), render.ID), "  ", words, sure)


def _plain(line: Line) -> documents.Document:
    return {
        "topic": line.topic,
        "memory": line.memory.id,
        "text": line.memory.text,
        "count": max(len(line.evidence), len(line.support)),
        "confidence": line.confidence,
        "support": [memory.id for memory in line.support],
        "evidence": list(line.evidence),
    }
