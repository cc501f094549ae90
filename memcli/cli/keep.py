"""`add`: keeping what a person says; knows no store."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Final

import typer
from rich.text import Text

from memcli import codec
from memcli.assistant import Note, Remembered
from memcli.cli import documents, render
from memcli.cli.options import Json, Ttl, end_from, examples, start_of, text_from
from memcli.cli.report import left_out
from memcli.cli.state import State, of
from memcli.errors import UsageError
from memcli.humanize import count, short
from memcli.records import Kind, Origin, Status

app = typer.Typer()
_FORMATS: Final = {
    "": "markdown",
    ".md": "markdown",
    ".csv": "csv",
    ".jsonl": "jsonl",
    ".ics": "ics",
    ".mbox": "mbox",
    ".memcli": "archive",
    ".af": "letta",
    ".txt": "text",
}
"""The format that a file's ending suggests; a folder is most likely notes."""
UNCLEAR: Final = (
    "nothing tells what is meant, so no memory was made of it: name it, or say it right after what it means"
)


@app.command(
    rich_help_panel="Keep",
    epilog=examples(
        'memcli add "Miso is afraid of the vacuum cleaner" --tag pets',
        'memcli add "Signed the lease" --when "last Friday" --kind episodic',
        'memcli add "The parcel is at number 9" --ttl 3d',
        "git log -1 --format=%B | memcli add - --tag work",
        "memcli add --file notes.txt",
    ),
)
def add(
    ctx: typer.Context,
    text: Annotated[
        str | None, typer.Argument(metavar="TEXT", help="What to keep; - reads it from a pipe.")
    ] = None,
    file: Annotated[Path | None, typer.Option("--file", help="Keep what this file says.")] = None,
    when: Annotated[
        str | None, typer.Option(help="When it happened, or will: 'yesterday', 2024-05-03, 'next friday'.")
    ] = None,
    tag: Annotated[list[str] | None, typer.Option("--tag", "-t", help="A tag; may be repeated.")] = None,
    kind: Annotated[Kind, typer.Option(help="What kind of memory it is.")] = Kind.SEMANTIC,
    ttl: Ttl = None,
    session: Annotated[str | None, typer.Option(help="The conversation it belongs to.")] = None,
    raw: Annotated[bool, typer.Option("--raw", help="Keep the words as one memory, however long.")] = False,
    wait: Annotated[bool, typer.Option("--wait", help="Return when the search tables have it too.")] = False,
    as_json: Json = False,
) -> None:
    """Keep something: a thought, a fact, a file.

    The words are kept as they are. A short text becomes a memory too; a longer one can be searched.
    """
    state = of(ctx)
    if text is not None and not raw:
        _no_path(text)
    note = Note(
        text=text_from(text, file),
        at=start_of(when, state),
        session=session,
        tags=tuple(tag or ()),
        kind=kind,
        origin=Origin.DOCUMENT if file else Origin.DIRECT_USER,
        raw=raw,
        expires_at=end_from(ttl, state),
    )
    with state.assistant() as assistant:
        kept = assistant.remember(note)
        if wait:
            assistant.store.flush(force=True)
    if as_json:
        state.document(_document(kept))
    else:
        _tell(state, kept)


def _no_path(text: str) -> None:
    """The path of something that is there is a slip, more likely than a thought."""
    try:
        path = Path(text).expanduser()
        there = ("/" in text or path.suffix) and path.exists()
    except (OSError, ValueError, RuntimeError):  # too long for a name, no such user
        return
    if there:
        keeps = "" if path.is_dir() else f"`memcli add --file {text}` keeps what it says; "
        hint = f"{keeps}did you mean `memcli import {_FORMATS.get(path.suffix.lower(), 'FORMAT')} {text}`?"
        raise UsageError(
            f"{text} is a {'folder' if path.is_dir() else 'file'}", hint=f"{hint} --raw keeps the words"
        )


def _document(kept: Remembered) -> documents.Document:
    return documents.of(
        turns=[turn.id for turn in kept.turns],
        changes=[codec.encode(change) for change in kept.changes],
        queued=kept.queued,
        secrets=list(kept.secrets),
        waiting=[{"memory": memory, "reason": reason} for memory, reason in kept.waiting.items()],
        unclear=kept.unclear,
    )


def _tell(state: State, kept: Remembered) -> None:
    """The ids and the words that were kept, as a listing shows them."""
    now, width = state.now(), state.width
    memories = [change.after for change in kept.changes if change.after and not change.link]
    lines: list[Text] = [render.memory_line(memory, now, width) for memory in memories]
    state.show(lines or [render.turn_line(turn, now, width) for turn in kept.turns])
    if kept.known:
        state.say(f"known already: {', '.join(short(memory_id) for memory_id in kept.known)}", "dim")
    made = sum(memory.status in (Status.ACTIVE, Status.QUARANTINED) for memory in memories)
    state.say(f"kept {count(len(kept.turns), 'turn')} and {count(made, 'memory')}", "dim")
    for memory_id, reason in kept.waiting.items():
        state.say(
            f"{short(memory_id)} waits in the inbox: {reason}; memcli inbox accept {short(memory_id)}", "yellow"
        )
    if kept.queued:
        state.say(
            "it could not be read for memories yet and will be tried again; memcli jobs list tells why", "yellow"
        )
    if kept.unclear:
        state.say(UNCLEAR, "yellow")
    if kept.secrets:
        state.say(left_out(kept.secrets), "yellow")
