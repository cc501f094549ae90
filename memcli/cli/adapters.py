"""`adapters`: the memory adapters of the models; knows how to ask and to print, not how they are made."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Mapping
from dataclasses import asdict
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer
from rich.text import Text

from memcli import humanize
from memcli.cli import documents
from memcli.cli.interrupt import interruptible
from memcli.cli.options import Json, Yes, examples
from memcli.cli.progress import progress
from memcli.cli.state import State, of
from memcli.errors import CheckFailedError

if TYPE_CHECKING:
    from memcli.adapters.compare import Comparison
    from memcli.adapters.shelf import Row
    from memcli.models.adapters import Card
    from memcli.models.choices import Choice
    from memcli.ports import Task

_KEYS: Final = 30
"""Columns that the name of a field takes."""
_NARROWEST: Final = 20
"""Columns that its words get at least."""

app = typer.Typer(
    help="The memory adapters: what makes a small model do extraction, update and generation.",
    epilog=examples("memcli adapters list", "memcli adapters train update", "memcli help adapters"),
    no_args_is_help=True, rich_markup_mode="rich",
)  # fmt: skip


class TaskName(StrEnum):
    """The memory operations."""

    EXTRACTION = "extraction"
    UPDATE = "update"
    GENERATION = "generation"

    @property
    def task(self) -> Task:
        return self.value


Name = Annotated[str, typer.Argument(metavar="NAME", help="An adapter's name, as `adapters list` has it.")]
NameOrTask = Annotated[
    str, typer.Argument(metavar="NAME", help="An adapter's name, or a task: then the one that it runs on.")
]
TaskArgument = Annotated[TaskName, typer.Argument(metavar="TASK", help="extraction, update or generation.")]
Limit = Annotated[
    int | None, typer.Option(min=1, help="Measure on so many of the general examples, drawn with a fixed seed.")
]


@app.command("list", epilog=examples("memcli adapters list", "memcli adapters list --json"))
def list_(ctx: typer.Context, as_json: Json = False) -> None:
    """List the adapters that come with memcli and your own, which are in use, and what the others wait for."""
    from memcli.adapters import shelf

    state = of(ctx)
    rows = shelf.rows(state.settings)
    if as_json:
        state.document([_row(row) for row in rows])
        return
    state.show(line for row in rows for line in _row_lines(row, state.width))
    if not rows:
        state.say("there are none", "dim")
    elif not state.settings.adapters:
        state.say("none is used: the setting model.adapters is off", "yellow")


@app.command(epilog=examples("memcli adapters show generation-shipped", "memcli adapters show update"))
def show(ctx: typer.Context, name: NameOrTask, as_json: Json = False) -> None:
    """Show an adapter's card: what it was made from, what was measured, its licence and limits."""
    from memcli.adapters import shelf

    state = of(ctx)
    card = shelf.named(state.settings, name)
    row = next(row for row in shelf.rows(state.settings) if row.card == card)
    chosen = [each for each in shelf.choices(state.settings, card.task) if each.base_sha256 == card.base_sha256]
    if as_json:
        past = [asdict(each) for each in chosen]
        state.document(documents.of(**_row(row), card=dict(card.about), choices=past))
        return
    told = [*_row_lines(row, state.width), *_card_lines(card, state.width)]
    state.show([*told, *(line for each in chosen for line in _choice_lines(each, state.width))])


@app.command("eval", epilog=examples("memcli adapters eval update", "memcli adapters eval --name update-1"))
def eval_(
    ctx: typer.Context,
    task: Annotated[
        TaskName | None, typer.Argument(metavar="TASK", help="Only this task's adapter.", show_default=False)
    ] = None,
    name: Annotated[str | None, typer.Option(help="Compare this one with the one in use.")] = None,
    limit: Limit = None,
    as_json: Json = False,
) -> None:
    """Measure adapters on the gate set: those in use against the base model, or one against the one in use.

    Leaves with 8 if one does not pass: the general examples may lose a point at most, your own must gain.
    """
    from memcli.adapters import shelf
    from memcli.adapters.compare import compare

    state = of(ctx)
    pairs: list[tuple[Card, Card | None]] = []
    if name is not None:
        card = shelf.find(state.settings, name)
        pairs.append((card, shelf.active(state.settings, card.task)))
    else:
        used = [shelf.active(state.settings, each.task) for each in ([task] if task else TaskName)]
        pairs += [(card, None) for card in used if card is not None]
    with state.parts() as parts, progress(state) as bar:
        found = [compare(parts, after, before, bar, limit) for after, before in pairs]
    if as_json:
        state.document([_measured(each) for each in found])
    else:
        state.show(line for each in found for line in _verdict_lines(each))
    if failed := [each.after for each in found if not each.passed]:
        raise CheckFailedError(f"the gate does not let {', '.join(failed)} pass")


@app.command(epilog=examples("memcli adapters train update", "memcli adapters train update --minutes 5"))
def train(
    ctx: typer.Context,
    task: TaskArgument,
    minutes: Annotated[float, typer.Option(min=0.1, help="Train so long at most.")] = 20.0,
    limit: Limit = None,
    as_json: Json = False,
) -> None:
    """Train your own version of an adapter on what you accepted, rejected, edited, corrected and undid.

    It goes on from the adapter in use, with general examples mixed in. Ctrl-C keeps what was done: run it again to
    go on. The new version is not used before `adapters promote`.
    """
    from memcli.adapters.retrain import Recipe, retrain

    state = of(ctx)
    recipe = Recipe(minutes=minutes, threads=state.settings.threads)
    try:
        with state.parts() as parts, progress(state) as bar, interruptible() as check:
            made = retrain(parts, task.task, recipe, bar, check, limit)
    except KeyboardInterrupt:
        state.say("the training so far is kept; run it again to go on")
        raise
    if as_json:
        state.document(documents.of(**_measured(made)))
        return
    state.show(_verdict_lines(made))
    told = f"`memcli adapters promote {made.after}` puts it in use"
    state.say(told if made.passed else f"it does not beat {made.before}, which stays in use")


@app.command(epilog=examples("memcli adapters promote update-1"))
def promote(ctx: typer.Context, name: Name, limit: Limit = None, as_json: Json = False) -> None:
    """Put an adapter in use, if it beats the one in use on the gate set; the old one stays for `rollback`."""
    from memcli.adapters import compare

    state = of(ctx)
    with state.parts() as parts, progress(state) as bar:
        choice = compare.promote(parts, name, bar, limit)
    _chosen(state, choice, as_json=as_json)


@app.command(epilog=examples("memcli adapters rollback update"))
def rollback(
    ctx: typer.Context,
    task: TaskArgument,
    why: Annotated[str, typer.Option(help="A word on why, for the record.")] = "",
    as_json: Json = False,
) -> None:
    """Go back to the adapter that a task ran on before."""
    from memcli.adapters import shelf

    state = of(ctx)
    _chosen(state, shelf.roll_back(state.settings, task.task, state.now(), why), as_json=as_json)


@app.command(epilog=examples("memcli adapters erase update-1", "memcli adapters erase update-1 --yes"))
def erase(ctx: typer.Context, name: Name, yes: Yes = False, as_json: Json = False) -> None:
    """Delete an adapter of your own for good; its task goes back to the one before it. There is no undo."""
    from memcli.adapters import shelf
    from memcli.service import process

    state = of(ctx)
    card = shelf.find(state.settings, name)
    if not state.sure(f"Delete {name} for good?", yes=yes):
        raise typer.Abort
    shelf.erase(state.settings, card, state.now(), "the user's wish")
    if not state.no_service:
        process.stop(state.settings.home)
    used = shelf.active(state.settings, card.task)
    if as_json:
        state.document(documents.of(name=name, task=card.task, runs_on=used and used.name))
    else:
        state.say(f"{name} is erased; {card.task} runs on {used.name if used else 'the base model alone'}")


def _chosen(state: State, choice: Choice, *, as_json: bool) -> None:
    """Say what its task runs on now, and what that waits for; a running service has the old one, so it ends."""
    from memcli.adapters import shelf
    from memcli.service import process

    if not state.no_service:
        process.stop(state.settings.home)
    if as_json:
        state.document(documents.of(**asdict(choice)))
    else:
        state.say(choice.told)
        used = shelf.active(state.settings, choice.task)
        row = next(row for row in shelf.rows(state.settings) if row.card == used)
        if not row.used:
            state.say(f"it {row.state}", "yellow")


def _row(row: Row) -> documents.Document:
    card = row.card
    return {
        "base": card.base,
        "task": card.task,
        "name": card.name,
        "active": row.active,
        "used": row.used,
        "state": row.state,
        "metrics": dict(card.metrics),
        "shipped": card.shipped,
        "here": row.here,
    }


def _row_lines(row: Row, width: int | None) -> Iterator[Text]:
    """What it is called, its base and whether it is in use; below that what it gained."""
    card, mark = row.card, "*" if row.used else " "
    yield Text.assemble(f"{mark} ", (f"{card.name:<22}", "cyan"), f"  {card.base:<24}  {row.state}")
    if gains := _gains(card.metrics):
        yield from _hung("    ", gains, width, "dim")


def _gains(metrics: Mapping[str, Any]) -> str:
    """The first figures that a card compares."""
    before, after = metrics.get("before", {}), metrics.get("after", {})
    told = [f"{key.replace('_', ' ')} {before[key]:g} -> {after[key]:g}" for key in after if key in before]
    return ", ".join(told[:2])


def _card_lines(card: Card, width: int | None) -> Iterator[Text]:
    """The card as a person reads it: its words, then its tables."""
    for key in ("licence", "base_sha256", "weights_sha256", "limits"):
        if key in card.about:
            yield from _field(key, " ".join(str(card.about[key]).split()), width)
    yield from _metric_lines(card.metrics, width)
    for table in ("data", "training"):
        for key, value in card.about.get(table, {}).items():
            yield from _field(f"{table} {key}", _told(key, value), width)


def _told(key: str, value: object) -> str:
    """A value of a card in a line."""
    if key == "records" and isinstance(value, list):
        return humanize.count(len(value), "record")
    if isinstance(value, Mapping):
        return ", ".join(f"{name} {each}" for name, each in value.items())
    return ", ".join(map(str, value)) if isinstance(value, list) else " ".join(str(value).split())


def _metric_lines(metrics: Mapping[str, Any], width: int | None) -> Iterator[Text]:
    before, after = metrics.get("before", {}), metrics.get("after", {})
    if after:
        yield Text(f"{'':<{_KEYS}}{'before':>9}{'after':>9}", "dim")
    for key, value in after.items():
        old = f"{before[key]:>9g}" if key in before else f"{'':>9}"
        yield Text.assemble((f"{key.replace('_', ' '):<{_KEYS}}", "dim"), old, f"{value:>9g}")
    for key, value in metrics.items():
        if not isinstance(value, Mapping):
            yield from _field(key, " ".join(str(value).split()), width)


def _field(key: str, value: str, width: int | None) -> Iterator[Text]:
    yield from _hung(f"{key.replace('_', ' '):<{_KEYS}}", value, width, lead_style="dim")


def _hung(lead: str, words: str, width: int | None, style: str = "", *, lead_style: str = "") -> Iterator[Text]:
    """Words after a lead, and below them where they go on; in a pipe on one line."""
    lines = textwrap.wrap(words, max(width - len(lead), _NARROWEST)) if width else [words]
    for number, line in enumerate(lines or [""]):
        yield Text.assemble((lead if not number else " " * len(lead), lead_style), (line, style))


def _choice_lines(choice: Choice, width: int | None) -> Iterator[Text]:
    done = {"promote": "put in use", "rollback": "gone back to", "erase": "erased"}[choice.step]
    about = f"{done} {choice.at[:16].replace('T', ' ')} by {choice.who}"
    told = f"{about}{f': {choice.why}' if choice.why else ''}"
    yield from _hung(f"{choice.name:<22}", told, width, lead_style="cyan")


def _measured(found: Comparison) -> documents.Document:
    return {
        "task": found.task,
        "before": found.before,
        "after": found.after,
        "passed": found.passed,
        "general": asdict(found.general),
        "personal": asdict(found.personal) if found.personal.examples else None,
    }


def _verdict_lines(found: Comparison) -> Iterator[Text]:
    passed = ("passes", "green") if found.passed else ("does not pass", "red")
    yield Text.assemble((found.after, "cyan"), f" against {found.before}: ", passed)
    for name, scores in (("general", found.general), ("personal", found.personal)):
        if scores.examples:
            figures = f"{scores.before:>6.1f} -> {scores.after:>5.1f}  ({scores.gain:+.1f})"
            yield Text.assemble((f"  {name:<10}", "dim"), figures, (f"  {scores.examples} examples", "dim"))
