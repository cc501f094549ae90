"""`init`: a home for a memory, a name for its owner, the models if wanted."""

from __future__ import annotations

from typing import Annotated

import typer

from memcli.cli import documents
from memcli.cli.models import pull_with_bar
from memcli.cli.naming import piped_name, take_name, tell_joined
from memcli.cli.options import Json, Yes, examples
from memcli.cli.state import State, of
from memcli.paths import PRIVATE_DIR

app = typer.Typer()


@app.command(
    rich_help_panel="Keep", epilog=examples("memcli init", "memcli init --yes", "memcli init --name Ana --pull")
)
def init(
    ctx: typer.Context,
    name: Annotated[str | None, typer.Option(help="What you want to be called.")] = None,
    pull: Annotated[
        bool | None,
        typer.Option("--pull/--no-pull", help="Fetch the models that are missing.", show_default=False),
    ] = None,
    yes: Yes = False,
    as_json: Json = False,
) -> None:
    """Make a memory's home. It may be run again: what is there stays.

    A name that is given later is put into what was remembered of "the user"; `undo` takes that back.
    A name may be piped in too. With --yes nothing is asked, and nothing is fetched unless --pull says so.
    """
    state = of(ctx)
    asking = state.interactive and not yes
    home = state.settings.home
    home.ensure()
    home.root.chmod(PRIVATE_DIR)
    chosen = name or (typer.prompt("Your name", default=state.settings.user_name, err=True) if asking else None)
    if not chosen and not yes:
        chosen = piped_name()
    if chosen and chosen != state.settings.user_name:
        tell_joined(state, take_name(state, chosen), chosen)
    with state.parts() as parts:
        missing = parts.absent_models()
    if missing and (pull or (pull is None and asking and state.sure(_offer(missing), yes=False))):
        for model in missing:
            pull_with_bar(state, model)
        missing = []
    _tell(state, missing, as_json=as_json)


def _tell(state: State, missing: list[str], *, as_json: bool) -> None:
    home = str(state.settings.home.root)
    if as_json:
        state.document(documents.of(home=home, missing_models=missing))
        return
    state.say(f"your memory lives in {home}")
    for name in missing:
        state.say(f"the model {name} is not here yet: memcli models pull {name}", "dim")


def _offer(missing: list[str]) -> str:
    return f"{' and '.join(missing)} are needed to search and answer. Fetch them now?"
