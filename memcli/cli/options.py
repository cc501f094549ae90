"""What commands have in common: the options they share, dates people write, help texts; knows no command.

The JSON documents of ``--json`` follow schema version ``SCHEMA``. Keys are only ever added within a version;
what each document holds is told by `memcli help json`.
"""

from __future__ import annotations

import re
import sys
from datetime import datetime, timedelta
from pathlib import Path
from typing import Annotated, Final

import typer
from rich.markup import escape

from memcli.cli import complete
from memcli.cli.state import State
from memcli.errors import BadInputError, StoreError
from memcli.records import Kind

SCHEMA: Final = 1
STDIN: Final = "-"
NEVER: Final = "never"
_LASTING: Final = re.compile(r"(\d{1,6})\s*([hdwy])")
_UNITS: Final = {
    "h": timedelta(hours=1),
    "d": timedelta(days=1),
    "w": timedelta(weeks=1),
    "y": timedelta(days=365),
}

Json = Annotated[bool, typer.Option("--json", help="Print one JSON document instead.")]
Yes = Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Say what would happen, and do nothing.")]
MemoryId = Annotated[
    str, typer.Argument(metavar="ID", help="A memory's id, or its beginning.", autocompletion=complete.memories)
]
MemoryIds = Annotated[
    list[str],
    typer.Argument(metavar="ID", help="Memories' ids, or their beginnings.", autocompletion=complete.memories),
]
Kinds = Annotated[list[Kind] | None, typer.Option("--kind", help="Only this kind; may be repeated.")]
Tags = Annotated[list[str] | None, typer.Option("--tag", "-t", help="Only with this tag; may be repeated.")]
Since = Annotated[str | None, typer.Option(help="Not before this date; words such as 'last week' do.")]
Until = Annotated[str | None, typer.Option(help="Not after this date.")]
AsOf = Annotated[str | None, typer.Option(help="What was true then.")]
Ttl = Annotated[
    str | None,
    typer.Option(help="How long it is kept: 12h, 30d, 2w, 1y, a date, or never; then it is archived, not erased."),
]
KnownAt = Annotated[str | None, typer.Option(help="What was known then.")]


def examples(*commands: str) -> str:
    """The end of a help text: commands to copy, one a line."""
    return "\n".join(["Examples:", *(f"  [cyan]{escape(command)}[/cyan]" for command in commands)])


def start_of(text: str | None, state: State) -> datetime | None:
    """The beginning of what a person's date means.

    Raises:
        BadInputError: it is not a date.
    """
    return _span(text, state)[0] if text else None


def end_of(text: str | None, state: State) -> datetime | None:
    """The last moment of what a person's date means."""
    return _span(text, state)[1] - timedelta(microseconds=1) if text else None


def end_from(ttl: str | None, state: State) -> datetime | None:
    """When what is kept for so long is to be put away; None for ever.

    Raises:
        BadInputError: it is neither a span nor a date that is still to come.
    """
    if ttl is None or ttl == NEVER:
        return None
    found = _LASTING.fullmatch(ttl.strip())
    try:
        at = state.now() + int(found[1]) * _UNITS[found[2]] if found else end_of(ttl, state)
    except BadInputError as error:
        hint = "12h, 30d, 2w, 1y, a date such as 24 Dec 2030, or never"
        raise BadInputError(f"{ttl!r} is no time to keep it for", hint=hint) from error
    except OverflowError as error:
        raise BadInputError(f"{ttl} is longer than any calendar", hint="leave --ttl out to keep it") from error
    if at is None or at <= state.now():
        raise BadInputError(f"{ttl!r} is over already", hint="a span such as 30d or 2w, or a date to come")
    return at


def _span(text: str, state: State) -> tuple[datetime, datetime]:
    from memcli import dates  # its libraries are slow to load, and most commands are given no date

    found = dates.resolve(text, state.now())
    return found.start, found.end


def text_from(source: str | None, file: Path | None) -> str:
    """The text a person gives: as an argument, in a file, or through a pipe (``-``, or nothing on a pipe).

    Raises:
        BadInputError: there is none, it is binary, or the file cannot be read.
    """
    from memcli.ingest import decode

    if file is not None:
        return decode(read_bytes(file), str(file))
    if source is not None and source != STDIN:
        return source
    if source is None and sys.stdin.isatty():
        raise BadInputError("there is no text to keep", hint="give some text, or - to read it from a pipe")
    return decode(sys.stdin.buffer.read(), "the input")


def read_bytes(file: Path) -> bytes:
    """A file's bytes.

    Raises:
        BadInputError: there is no such file.
        StoreError: it cannot be read.
    """
    try:
        return file.read_bytes()
    except (FileNotFoundError, IsADirectoryError) as error:
        raise BadInputError(f"{file}: {error.strerror}") from error
    except OSError as error:
        raise StoreError(f"cannot read {file}: {error.strerror}") from error
