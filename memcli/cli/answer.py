"""`ask` and `why`: answers from memory, and what each rests on."""

from __future__ import annotations

import sys
from typing import Annotated

import typer
from rich.text import Text

from memcli.assistant import Assistant
from memcli.cli import documents, render
from memcli.cli.interrupt import interruptible
from memcli.cli.options import AsOf, Json, KnownAt, Since, Until, end_of, examples, start_of
from memcli.cli.state import State, of
from memcli.humanize import ago, caution, count, printable, short
from memcli.records import Answer, Filter, Memory, Turn

app = typer.Typer()
PANEL = "Find"


@app.command(
    rich_help_panel=PANEL,
    epilog=examples(
        'memcli ask "what is Miso afraid of?"',
        'memcli ask "where did I live?" --as-of 2019',
        'memcli ask "what did Ana recommend?" --since "last month" --json',
    ),
)
def ask(
    ctx: typer.Context,
    question: Annotated[str, typer.Argument(metavar="QUESTION", help="The question.")],
    k: Annotated[int | None, typer.Option("-k", min=1, max=200, help="How many finds to look at.")] = None,
    since: Since = None,
    until: Until = None,
    as_of: AsOf = None,
    known_at: KnownAt = None,
    as_json: Json = False,
) -> None:
    """Answer a question from what is kept, and say from where."""
    state = of(ctx)
    where = Filter(
        since=start_of(since, state),
        until=end_of(until, state),
        as_of=end_of(as_of, state),
        known_at=end_of(known_at, state),
    )
    with state.assistant(warm=True) as assistant, interruptible() as check:

        def listen(piece: str) -> None:
            check()
            if not as_json:
                _stream(piece)

        answer = assistant.ask(question, listen, where=where, k=k)
        check()
        if as_json:
            state.document(documents.answer(answer, state.now()))
        else:
            _sources(state, assistant, answer)


@app.command(rich_help_panel=PANEL, epilog=examples("memcli why", "memcli why a:7k2q9x --json"))
def why(
    ctx: typer.Context,
    answer_id: Annotated[str | None, typer.Argument(metavar="ANSWER", help="An answer; else the latest.")] = None,
    as_json: Json = False,
) -> None:
    """Explain an answer: what was found, what the model was given, what it used."""
    state = of(ctx)
    with state.assistant() as assistant:
        answer = assistant.why(answer_id)
    now = state.now()
    if as_json:
        state.document(documents.answer(answer, now, features=True))
        return
    about = f"{ago(answer.at, now)} · {answer.took_ms / 1000:.1f} s · {answer.model}"
    state.show([
        Text.assemble((short(answer.id), render.ID), (f"  {about}", render.DIM)),
        Text(answer.question, style="bold"),
        Text(answer.text),
        *([Text(warning, style="yellow")] if (warning := caution(answer.trust)) else []),
        *render.answer_lists(answer, now, state.width),
    ])  # fmt: skip


def _stream(piece: str) -> None:
    sys.stdout.write(printable(piece))
    sys.stdout.flush()


def _sources(state: State, assistant: Assistant, answer: Answer) -> None:
    """What the answer cites, below it."""
    sys.stdout.write("\n")
    known: dict[str, Memory | Turn] = {
        **assistant.store.memories_by_id(answer.citations),
        **assistant.store.turns_by_id(answer.citations),
    }
    cited = [known[record_id] for record_id in answer.citations if record_id in known]
    if cited:
        state.show([Text(""), Text("Sources", style="bold")])
        state.show(render.source_line(record, state.now(), state.width) for record in cited)
    if warning := caution(answer.trust):
        state.show([Text(warning, style="yellow")])
    looked = f"looked at {count(len(answer.retrieved), 'find')}, used {len(answer.injected)}"
    state.say(f"{looked}; memcli why explains it", "dim")
