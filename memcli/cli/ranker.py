"""`ranker`: what search goes by when it ranks, and what it learned from your citations; knows no formula."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Any, Final

import typer
from rich.text import Text

from memcli.cli import documents, render
from memcli.cli.options import Json, examples
from memcli.cli.state import of
from memcli.records import RankerState, Taught

app = typer.Typer(
    help="How search ranks, and what it learned from your citations.",
    epilog=examples("memcli ranker show", "memcli ranker reset"),
    no_args_is_help=True, rich_markup_mode="rich",
)  # fmt: skip
_FIELDS: Final = ("data", "licence", "embedder", "date")


@app.command(epilog=examples("memcli ranker show", "memcli ranker show --json"))
def show(ctx: typer.Context, as_json: Json = False) -> None:
    """Show the weights of search, where they come from, and what citations taught since."""
    state = of(ctx)
    with state.assistant() as assistant:
        found = assistant.ranker()
    if as_json:
        state.document(_document(found))
    else:
        state.show(_page(found))


@app.command(epilog=examples("memcli ranker reset", "memcli ranker reset --undo"))
def reset(
    ctx: typer.Context,
    undo: Annotated[bool, typer.Option("--undo", help="Learn from all kept answers again.")] = False,
    as_json: Json = False,
) -> None:
    """Forget what search learned from citations; only answers from now on count.

    `--undo` takes a reset back: what was learned is made anew from the answers that are kept.
    """
    state = of(ctx)
    with state.assistant() as assistant:
        found = assistant.reset_search(undo=undo)
    if as_json:
        state.document(documents.of(taught=_taught(found)))
    else:
        state.say(_learned(found), "dim")


def _document(found: RankerState) -> dict[str, Any]:
    return documents.of(
        name=found.name, weights=dict(found.weights), card=dict(found.card), taught=_taught(found.taught)
    )


def _taught(found: Taught) -> dict[str, Any]:
    return {"answers": found.answers, "gain": found.gain, "in_use": found.in_use}


def _page(found: RankerState) -> Iterator[Text]:
    """The card, the weights by size, what was learned."""
    yield Text(f"{found.name}, {len(found.weights)} weights", style="bold")
    for name in _FIELDS:
        if value := found.card.get(name):
            yield Text.assemble((f"{name:<10}", render.DIM), str(value))
    yield Text("")
    for name, weight in sorted(found.weights.items(), key=lambda pair: -abs(pair[1])):
        yield Text.assemble(f"{name:<28}", (f"{weight:>+8.3f}", render.DIM))
    yield Text("")
    yield Text(_learned(found.taught))


def _learned(found: Taught) -> str:
    if not found.answers:
        return "nothing learned from citations yet"
    use = "in use" if found.in_use else "not in use: too few answers, or it foretold citations no better"
    return f"learned from {found.answers} answers with citations, gain {found.gain:+.3f}: {use}"
