"""`config`: reading and writing settings; knows none of them."""

from __future__ import annotations

from typing import Annotated

import typer
from rich.text import Text

from memcli import config
from memcli.cli import complete, documents
from memcli.cli.options import Json, examples
from memcli.cli.state import of

app = typer.Typer(
    help="Read and write settings.", epilog=examples("memcli config list", "memcli config set user.name Ana"),
    no_args_is_help=True, rich_markup_mode="rich",
)  # fmt: skip
SettingName = Annotated[str, typer.Argument(metavar="NAME", autocompletion=complete.setting_names)]


@app.command("list", epilog=examples("memcli config list", "memcli config list --json"))
def list_(ctx: typer.Context, as_json: Json = False) -> None:
    """List every setting with its value and what it does."""
    state = of(ctx)
    values = {name: config.value_of(state.settings, name) for name in config.NAMES}
    if as_json:
        state.document([
            {"name": name, "value": value, "default": config.default_of(name), "what": config.NAMES[name].what}
            for name, value in values.items()
        ])  # fmt: skip
        return
    for name, value in values.items():
        changed = value != config.default_of(name)
        line = Text.assemble(f"{name:<22}", (_plain(value), "bold" if changed else ""))
        state.show([line, Text(f"  {config.NAMES[name].what}", style="dim")])


@app.command(epilog=examples("memcli config get model.chat"))
def get(ctx: typer.Context, name: SettingName, as_json: Json = False) -> None:
    """Print one setting's value."""
    state = of(ctx)
    value = config.value_of(state.settings, name)
    if as_json:
        state.document(documents.of(name=name, value=value))
    else:
        state.show([_plain(value)])


@app.command("set", epilog=examples("memcli config set user.name Ana", "memcli config set model.threads 4"))
def set_(
    ctx: typer.Context,
    name: SettingName,
    value: Annotated[str, typer.Argument(metavar="VALUE", help="The new value.")],
) -> None:
    """Change a setting."""
    state = of(ctx)
    changed = config.save(state.settings, name, value)
    state.say(f"{name} is {_plain(config.value_of(changed, name))} now")


@app.command(epilog=examples("memcli config unset user.name"))
def unset(ctx: typer.Context, name: SettingName) -> None:
    """Give a setting its default again."""
    state = of(ctx)
    config.save(state.settings, name, None)
    state.say(f"{name} is {_plain(config.default_of(name))} again")


@app.command(epilog=examples("memcli config path", "$EDITOR $(memcli config path)"))
def path(ctx: typer.Context, as_json: Json = False) -> None:
    """Print where the settings are kept."""
    state = of(ctx)
    file = str(state.settings.home.config_file)
    if as_json:
        state.document(documents.of(path=file))
    else:
        state.show([file])


def _plain(value: config.Value) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return str(value) if value != "" else '""'
