"""`stats` and `doctor`: how much there is, and whether it is well."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated, Final

import typer
from rich.text import Text

from memcli import doctor as clinic
from memcli.cli import documents
from memcli.cli.options import Json, Yes, examples
from memcli.cli.state import State, of
from memcli.doctor import Check, Verdict
from memcli.errors import CheckFailedError
from memcli.humanize import count, size
from memcli.records import StoreStats
from memcli.service import process
from memcli.wiring import Parts

app = typer.Typer()
PANEL = "Upkeep"
_MARKS: Final = {Verdict.OK: "ok", Verdict.WARNING: "warning", Verdict.FAILED: "FAILED"}
_STYLES: Final = {Verdict.OK: "green", Verdict.WARNING: "yellow", Verdict.FAILED: "bold red"}


@app.command(rich_help_panel=PANEL, epilog=examples("memcli stats", "memcli stats --json"))
def stats(ctx: typer.Context, as_json: Json = False) -> None:
    """Tell how much is kept and how large it is."""
    state = of(ctx)
    with state.assistant() as assistant:
        counted = assistant.store.stats()
    home = str(state.settings.home.root)
    if as_json:
        state.document(documents.of(home=home, **{**asdict(counted), "memories": dict(counted.memories)}))
        return
    state.show(Text.assemble((f"{name:<12}", "dim"), value) for name, value in _rows(counted, home))


@app.command(
    rich_help_panel=PANEL,
    epilog=examples(
        "memcli doctor",
        "memcli doctor --fix",
        "memcli doctor --deep --fix",
        "memcli doctor --json",
        "memcli help faults",
    ),
)
def doctor(
    ctx: typer.Context,
    fix: Annotated[bool, typer.Option("--fix", help="Mend what can be mended without losing anything.")] = False,
    deep: Annotated[
        bool, typer.Option("--deep", help="Read every value, vector, file mode and backup too; slow.")
    ] = False,
    yes: Yes = False,
    as_json: Json = False,
) -> None:
    """Check the home, the store, the models and the disk. Exits with 8 when a check fails.

    A ledger that is damaged beyond mending is replaced by the newest whole backup only if you say so, with --deep
    --fix; what can be read of the damaged one is added, and it is kept.
    """
    state = of(ctx)
    with state.parts() as parts:
        rescued = _rescued(state, parts, yes=yes) if fix and deep else []
        mended = [*rescued, *(clinic.mend(parts) if fix else [])]
        checks = clinic.examine(parts, deep=deep)
    healthy = all(check.verdict is not Verdict.FAILED for check in checks)
    if as_json:
        rows = [_row(check) for check in checks]
        state.document(documents.of(healthy=healthy, checks=rows, mended=mended))
        if not healthy:
            raise typer.Exit(CheckFailedError.exit_code)
        return
    for deed in mended:
        state.say(deed if deed.startswith(clinic.NOT_MENDED) else f"mended: {deed}")
    for check in checks:
        state.show(_lines(check))
    if not healthy:
        raise CheckFailedError(
            "something is not well", hint=None if fix else "memcli doctor --fix mends what it can"
        )


def _rescued(state: State, parts: Parts, *, yes: bool) -> list[str]:
    """The damaged ledger replaced, with the user's word: unlike elsewhere, silence is none."""
    backup = clinic.rescuable(parts)
    if backup is None:
        return []
    question = f"The ledger is damaged. Put {backup.name} in its place?"
    if not yes and not (state.interactive and state.sure(question, yes=False)):
        state.say(f"{backup.name} is whole: `memcli doctor --deep --fix --yes` puts it in the place", "yellow")
        return []
    process.stop(state.settings.home)
    return clinic.rescue_from(parts, backup)


def _rows(counted: StoreStats, home: str) -> list[tuple[str, str]]:
    kinds = ", ".join(f"{number} {status}" for status, number in counted.memories.items() if number)
    total = f"{sum(counted.memories.values()):,}"
    return [
        ("home", home),
        ("memories", f"{total} ({kinds})" if kinds else total),
        ("turns", f"{counted.turns:,} in {count(counted.sessions, 'session')}"),
        ("links", f"{counted.links:,}"),
        ("changes", f"{counted.changes:,}"),
        ("waiting", f"{count(counted.pending, 'row')} for the search tables"),
        ("size", f"{size(counted.ledger_bytes)} ledger, {size(counted.lance_bytes)} search tables"),
        ("embedder", counted.embedder or "none used yet"),
        ("schema", str(counted.schema_version)),
    ]


def _row(check: Check) -> dict[str, str | None]:
    return {"name": check.name, "status": check.verdict.value, "detail": check.detail, "hint": check.hint}


def _lines(check: Check) -> list[Text]:
    mark = (f"{_MARKS[check.verdict]:<9}", _STYLES[check.verdict])
    lines = [Text.assemble(mark, f"{check.name:<13}", check.detail)]
    return lines + ([Text(f"{'':<22}{check.hint}", "dim")] if check.hint else [])
