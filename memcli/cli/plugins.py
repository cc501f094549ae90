"""`plugins list`: what plugins there are, what they bring, and what is wrong with those that do not work."""

from __future__ import annotations

from dataclasses import asdict

import typer
from rich.text import Text

from memcli import hooks
from memcli.cli.options import Json, examples
from memcli.cli.state import of

app = typer.Typer(
    help="Formats and more, brought by plugins.",
    epilog=examples("memcli plugins list", "memcli help plugins"),
    no_args_is_help=True, rich_markup_mode="rich",
)  # fmt: skip


@app.command("list", epilog=examples("memcli plugins list", "memcli plugins list --json"))
def list_(ctx: typer.Context, as_json: Json = False) -> None:
    """List the plugins, what they bring, and what is wrong with those that do not work."""
    state = of(ctx)
    plugins = hooks.installed()
    if as_json:
        state.document([asdict(plugin) for plugin in plugins])
        return
    state.show(_line(plugin) for plugin in plugins)


def _line(plugin: hooks.Plugin) -> Text:
    brings = [f"{verb} {', '.join(names)}" for verb, names in _brought(plugin) if names]
    package = "" if plugin.package == hooks.PROJECT else f"  ({plugin.package} {plugin.version})"
    line = Text.assemble((f"{plugin.name:<12}", "bold"), "; ".join(brings), (package, "dim"))
    return line.append(f"  does not work: {plugin.problem}", "red") if plugin.problem else line


def _brought(plugin: hooks.Plugin) -> list[tuple[str, tuple[str, ...]]]:
    return [
        ("imports", plugin.imports),
        ("exports", plugin.exports),
        ("embeds with", tuple(f"{name}:…" for name in plugin.embedders)),
        ("chats with", tuple(f"{name}:…" for name in plugin.chat_models)),
        ("adds the command", plugin.commands),
        ("runs", plugin.jobs),
        ("redacts", plugin.redactors),
    ]
