"""`service`: the background process, started, stopped, asked and installed; knows no protocol."""

from __future__ import annotations

import subprocess
from datetime import timedelta
from pathlib import Path
from typing import Annotated

import typer

from memcli import config
from memcli.cli import documents
from memcli.cli.options import DryRun, Json, examples
from memcli.cli.state import State, of
from memcli.humanize import ago, count
from memcli.service import process
from memcli.service.installed import Installation, installation

app = typer.Typer(
    help="The background process that keeps models warm and runs the jobs.",
    epilog=examples("memcli service status", "memcli service install --dry-run", "memcli help time"),
    no_args_is_help=True, rich_markup_mode="rich",
)  # fmt: skip
Now = Annotated[bool, typer.Option("--now/--later", help="Tell the system's service manager at once.")]


@app.command(epilog=examples("memcli service start"))
def start(ctx: typer.Context, as_json: Json = False) -> None:
    """Start it, or replace one of another version or with other settings.

    Commands that need a model start it by themselves, unless service.autostart is no.
    """
    state = of(ctx)
    process.start(state.settings.home, fingerprint=config.fingerprint(state.settings))
    _tell(state, as_json=as_json)


@app.command(epilog=examples("memcli service stop"))
def stop(ctx: typer.Context, as_json: Json = False) -> None:
    """Stop it when it has answered what it was asked."""
    state = of(ctx)
    stopped = process.stop(state.settings.home)
    if as_json:
        state.document(documents.of(stopped=stopped))
    else:
        state.say("stopped" if stopped else "it was not running")


@app.command(epilog=examples("memcli service status", "memcli service status --json"))
def status(ctx: typer.Context, as_json: Json = False) -> None:
    """Tell whether it runs, since when, and what it keeps warm."""
    _tell(of(ctx), as_json=as_json)


@app.command(epilog=examples("memcli service install --dry-run", "memcli service install --later"))
def install(ctx: typer.Context, now: Now = True, dry_run: DryRun = False, as_json: Json = False) -> None:
    """Let the system start it at every login (systemd, or launchd on macOS).

    It then ends only when idle for service.idle_minutes; set that to 0 to keep it, and its jobs, around the clock.
    """
    state = of(ctx)
    found = installation(state.settings.home, Path.home())
    if not dry_run:
        found.write()
    _done(state, found, found.enable, act=now and not dry_run, as_json=as_json)


@app.command(epilog=examples("memcli service uninstall"))
def uninstall(ctx: typer.Context, now: Now = True, dry_run: DryRun = False, as_json: Json = False) -> None:
    """Take it out of the system's hands again."""
    state = of(ctx)
    found = installation(state.settings.home, Path.home())
    _done(state, found, found.disable, act=now and not dry_run and found.file.exists(), as_json=as_json)
    if not dry_run and not found.remove():
        state.say("it was not installed")


def _done(state: State, found: Installation, commands: tuple[str, ...], *, act: bool, as_json: bool) -> None:
    """Print the file, and run the manager's commands or name them."""
    told = [command for command in commands if not (act and _ran(command))]
    if as_json:
        state.document(documents.of(file=str(found.file), text=found.text, commands=list(commands), ran=not told))
        return
    state.show([f"# {found.file}", *found.text.splitlines()])
    for command in told:
        state.say(f"then run: {command}")


def _ran(command: str) -> bool:
    """Whether the manager is there and did it; if not, the person is told the command."""
    try:
        return subprocess.run(command.split(), check=False, capture_output=True, timeout=30).returncode == 0
    except (OSError, subprocess.TimeoutExpired):
        return False


def _tell(state: State, *, as_json: bool) -> None:
    found = process.status(state.settings.home)
    if as_json:
        state.document(documents.of(running=found is not None, **(found or {})))
        return
    if found is None:
        state.show(["not running"])
        return
    now = state.now()
    since = ago(now - timedelta(seconds=float(found["uptime_s"])), now)
    warm = ", ".join(found["warm"]).replace("_", " ") or "nothing yet"
    state.show([
        f"running    process {found['pid']}, version {found['version']}, started {since}",
        f"answered   {count(int(found['requests']), 'request')}",
        f"warm       {warm}",
        f"log        {state.settings.home.service_log}",
    ])  # fmt: skip
