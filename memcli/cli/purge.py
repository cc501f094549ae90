"""`purge`, and `forget --purge`: erasing for good, and the proof of it; knows no store."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from memcli.cli import documents
from memcli.cli.options import DryRun, Json, Yes, examples, start_of
from memcli.cli.state import State, of
from memcli.erasure import Plan, Scope, Verdict
from memcli.errors import BusyError, CheckFailedError, StoreError
from memcli.humanize import count, cut, one_line, short

if TYPE_CHECKING:
    from memcli.models.adapters import Card
    from memcli.ports import MemoryStore

app = typer.Typer()
Verify = Annotated[bool, typer.Option("--verify", help="Search every file for traces afterwards.")]
Backups = Annotated[bool, typer.Option("--backups", help="Replace the home's backups by one made afterwards.")]
Adapters = Annotated[bool, typer.Option("--adapters", help="Delete your own adapters that learned of it.")]
WORD: Final = "purge"
_LISTED: Final = 10
_WHAT: Final = {
    "text": "the words",
    "word": "a word that nothing else has",
    "vector": "the vector",
    "row": "the row",
}


@app.command(
    rich_help_panel="Change",
    epilog=examples(
        "memcli purge --session chat-2026-11-21-1 --verify",
        "memcli purge --before 2024-01-01 --dry-run",
        'memcli purge --query "door code" --verify',
        "memcli purge --source whatsapp --yes",
        "memcli help erasing",
    ),
)
def purge(
    ctx: typer.Context,
    before: Annotated[str | None, typer.Option(help="What was said or learned before this date.")] = None,
    session: Annotated[str | None, typer.Option(help="What was said in this conversation.")] = None,
    source: Annotated[
        str | None, typer.Option(help="What came through this: add, chat, an import's format.")
    ] = None,
    query: Annotated[str | None, typer.Option(help="What holds these words, capitals or not.")] = None,
    verify: Verify = False,
    backups: Backups = False,
    adapters: Adapters = False,
    dry_run: DryRun = False,
    yes: Yes = False,
    as_json: Json = False,
) -> None:
    """Erase for good, with everything that was made of it. Several conditions narrow; there is no undo."""
    state = of(ctx)
    scope = Scope(before=start_of(before, state), session=session, source=source, containing=query)
    with state.parts() as parts:
        erase(state, parts.store, scope, How(verify, backups, adapters, dry_run, yes, as_json))


@dataclass(frozen=True, slots=True)
class How:
    """What the options say."""

    verify: bool
    backups: bool
    adapters: bool
    dry_run: bool
    yes: bool
    as_json: bool


def erase(state: State, store: MemoryStore, scope: Scope, how: How) -> None:
    """Plan, ask, erase, search for traces, and tell.

    Raises:
        CheckFailedError: traces were found, or something could not be searched.
    """
    plan = store.plan_purge(scope)
    idle = how.dry_run or (plan.empty and not plan.losing)
    if not idle:
        _ask(state, store, plan, yes=how.yes)
    elif not how.as_json:
        _foretell(state, store, plan)
    traces = store.traces(plan) if how.verify and not idle else None
    learned = _learned(state, plan)
    if not idle:
        _carry_out(store, plan)
        _erase_learned(state, learned if how.adapters else [])
    if how.backups and not how.dry_run:  # where nothing is left to erase, an old backup may still hold it
        _renew_backups(state)
    verdict = store.verify(traces) if traces is not None else None
    if how.as_json:
        told = {**asdict(plan), "dry_run": how.dry_run, "verified": verdict and _document(verdict)}
        told |= {"learned": [card.name for card in learned], "learned_erased": how.adapters and not idle}
        state.document(documents.of(**told))
    else:
        _report(state, plan, verdict, how)
        _tell_learned(state, learned, how, idle=idle)
    if verdict is not None and not verdict.erased:
        raise _doubt(verdict)


def _carry_out(store: MemoryStore, plan: Plan) -> None:
    """Erase; what is cut off is written down, and goes on by itself."""
    try:
        store.purge(plan)
    except (BusyError, StoreError) as error:
        if not store.unfinished_purges():
            raise
        told = f"not all is erased yet: {error.message}"
        raise type(error)(
            told, hint=f"it goes on with the next command once that is mended: {error.hint}"
        ) from error


def _doubt(verdict: Verdict) -> CheckFailedError:
    """What keeps a purge from being proved: traces that were found, or places that could not be searched."""
    unread = f"{count(len(verdict.unread), 'place')} could not be searched"
    if not verdict.findings:
        hint = "the lines above say which: look there yourself, or delete the file"
        return CheckFailedError(f"nothing was found, but {unread}: that nothing is left is not proved", hint=hint)
    found = f"traces are left in {count(len({finding.place for finding in verdict.findings}), 'place')}"
    hint = "the lines above say where: erase those too, or delete the file"
    return CheckFailedError(f"{found}, and {unread}" if verdict.unread else found, hint=hint)


def _learned(state: State, plan: Plan) -> list[Card]:
    """The user's own adapters that were trained on some of what goes."""
    folder = state.settings.home.adapters
    if plan.touched and folder.is_dir():
        from memcli.adapters import shelf

        return shelf.learned_of(state.settings, plan.touched)
    return []


def _erase_learned(state: State, cards: list[Card]) -> None:
    """Delete adapters, and whatever a killed training left; a running service has one of them open, so it ends."""
    if not state.settings.home.adapters.is_dir():
        return
    from memcli.adapters import shelf
    from memcli.service import process

    left = shelf.erase_unfinished(state.settings)
    for card in cards:
        shelf.erase(state.settings, card, state.now(), "it had learned of what was purged")
    if (cards or left) and not state.no_service:
        process.stop(state.settings.home)


def _tell_learned(state: State, cards: list[Card], how: How, *, idle: bool) -> None:
    for card in cards:
        if how.adapters and not idle:
            state.say(f"erased {card.name} too, which had learned of it; {card.task} goes back to the one before")
        else:
            told = f"{card.name} learned of it, and what it took in cannot be found"
            state.say(f"{told}: `memcli adapters erase {card.name}` deletes it", "yellow")


def _renew_backups(state: State) -> None:
    from memcli.store import backup

    if number := backup.renew(state.settings.home, state.now()):
        state.say(f"{count(number, 'backup')} replaced by one of the memory as it is now", "dim")


def _backups(state: State) -> list[Path]:
    from memcli.store import backup

    return backup.kept(state.settings.home)


def _ask(state: State, store: MemoryStore, plan: Plan, *, yes: bool) -> None:
    """Have the word typed: a single key is too easily pressed for what has no undo."""
    if yes or not state.interactive:
        return
    _foretell(state, store, plan)
    if typer.prompt(f'Type "{WORD}" to erase {_amount(plan)} for good', err=True).strip().lower() != WORD:
        raise typer.Abort


def _foretell(state: State, store: MemoryStore, plan: Plan) -> None:
    """Some of what goes, and what stays although one might think otherwise."""
    records = [(m.id, m.text) for m in store.memories_by_id(plan.memories[:_LISTED]).values()]
    records += [(t.id, t.text) for t in store.turns_by_id(plan.turns[:_LISTED]).values()]
    state.show(f"{short(one)}  {cut(one_line(text), 66)}" for one, text in records[:_LISTED])
    more = len(plan.memories) + len(plan.turns) - min(len(records), _LISTED)
    if more > 0:
        state.say(f"and {more:,} more", "dim")


def _report(state: State, plan: Plan, verdict: Verdict | None, how: How) -> None:
    if plan.empty and not plan.losing:
        state.say("there is nothing to erase", "dim")
        return
    state.say(f"{'would erase' if how.dry_run else 'erased'} {_amount(plan)}")
    if plan.shared:
        ids = ", ".join(map(short, plan.shared[:_LISTED]))
        state.say(f"kept {count(len(plan.shared), 'turn')} that other memories rest on: {ids}", "yellow")
    if plan.losing:
        state.say(
            f"{count(len(plan.losing), 'memory')} stayed and lost a source or a part of the history", "yellow"
        )
    if how.dry_run:
        state.say("nothing was changed (--dry-run)", "dim")
    elif not how.backups and (old := _backups(state)):
        told = f"{count(len(old), 'backup')} in the home may still hold it: --backups replaces them"
        state.say(told, "yellow")
    if verdict is not None:
        state.show(_verdict_lines(verdict))


def _amount(plan: Plan) -> str:
    parts = [(plan.memories, "memory"), (plan.turns, "turn"), (plan.answers, "kept answer")]
    named = [count(len(ids), name) for ids, name in parts if ids] or ["parts of histories"]
    if plan.answers:  # they may say it in other words, which no search would find
        named[-1] += " that had seen it"
    return named[0] if len(named) == 1 else f"{', '.join(named[:-1])} and {named[-1]}"


def _verdict_lines(verdict: Verdict) -> Iterator[str]:
    for finding in verdict.findings:
        yield f"{finding.place}: {finding.where}: {_WHAT[finding.what]}"
    yield from (f"not searched: {line}" for line in verdict.unread)
    looked = ", ".join(f"{number:,} {what}" for what, number in verdict.looked.items())
    if verdict.erased:
        yield f"verified: nothing is left of it ({looked})"
    if verdict.short:
        yield f"{count(verdict.short, 'text')} too short to tell from others: searched for by id alone"
    for adapter in verdict.adapters:
        yield f"{adapter} was trained on this memory: what it took in cannot be searched for"


def _document(verdict: Verdict) -> dict[str, object]:
    return {"erased": verdict.erased, **asdict(verdict)}
