"""The program ``memcli``: lets a running service run a small command, opens the TUI, or is the whole command line.

Loading the whole takes longer than most commands run. So a command that only reads, or only adds, goes to the
service in words, if one runs and stdout is a pipe or a file (a terminal gets its colours from here). Standard
library only, and little of it: the settings, which need more, are looked at by the service.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final, NamedTuple

from memcli import __version__, environment
from memcli.errors import BusyError, MemcliError
from memcli.service.client import AbsentError, Client
from memcli.service.protocol import socket_path
from memcli.tui.names import PLACES

READING: Final = frozenset({"search", "list", "show", "why", "history", "log", "stats", "timeline", "forecast"})
"""Commands that take nothing from stdin, ask nothing and know no current directory."""

_OWN: Final = ("-", "--file", "--wait", "-h", "--help", "--show-completion", "--install-completion")
"""Words that only this process can do something with."""


_VALUED: Final = frozenset({"--when", "--tag", "-t", "--kind", "--ttl", "--session"})
"""Options of ``add`` that take the word after them."""


class Asked(NamedTuple):
    """A command line that the service may run: whose home, and the words."""

    home: Path | None
    words: tuple[str, ...]


def run() -> None:
    """Run the command line and leave with its exit code."""
    if opened := screen_of(sys.argv[1:]):
        from memcli.cli import opening

        sys.exit(opening.run(opened.home, opened.screen, quiet=opened.quiet))
    asked = understood(sys.argv[1:])
    code = None if asked is None or sys.stdout.isatty() else served(asked)
    if code is None:
        from memcli.cli.main import run as whole

        whole()
    else:
        sys.exit(code)


class Opened(NamedTuple):
    """A command line that opens the TUI: whose home, at which screen."""

    home: Path | None
    screen: str
    quiet: bool


def screen_of(words: Sequence[str]) -> Opened | None:
    """The screen to open, if that is all that is asked for."""
    home, quiet, rest = _before_command(words)
    match rest:
        case ["tui"]:
            return Opened(home, PLACES[0], quiet)
        case ["tui", screen] if screen in PLACES:
            return Opened(home, screen, quiet)
    return None


def understood(words: Sequence[str]) -> Asked | None:
    """The command line, if it is one that a service can run as well."""
    home, quiet, rest = _before_command(words)
    if not rest or any(word in _OWN or word.startswith("--file=") for word in rest):
        return None
    if rest[0] not in READING and not (rest[0] == "add" and _has_text(rest[1:])):
        return None
    return Asked(home, (*(["--quiet"] if quiet else []), *rest))


def _before_command(words: Sequence[str]) -> tuple[Path | None, bool, list[str]]:
    """Home and ``--quiet``, and the words from the command on; none where other options stand before it."""
    home, quiet, rest = None, False, list(words)
    while rest and rest[0].startswith("-"):
        option, _, value = rest.pop(0).partition("=")
        if option == "--home" and (value or rest):
            home = Path(value or rest.pop(0))
        elif option in {"-q", "--quiet"}:
            quiet = True
        else:
            return None, False, []
    return home, quiet, rest


def _has_text(words: Sequence[str]) -> bool:
    """Whether one of the words is neither an option nor an option's value: else the text comes through a pipe."""
    pairs = zip(("", *words), words, strict=False)
    return any(not word.startswith("-") and before not in _VALUED for before, word in pairs)


def served(asked: Asked) -> int | None:
    """The exit code of a command that the service ran; None where none runs, or it refuses."""
    try:
        told = environment.relevant()
        root = home_of(asked, told)
        values = {"argv": ["--home", str(root), *asked.words], "version": __version__, "environ": told}
        done = Client(socket_path(root)).call("run", values)
    except AbsentError:
        return None
    except BusyError as error:  # it went away in the middle: what was asked may be done, so it is not done again
        sys.stderr.write(f"memcli: {error.message}\n")
        return error.exit_code
    except (MemcliError, OSError):
        return None
    return _printed(done)


def home_of(asked: Asked, environ: Mapping[str, str]) -> Path:
    """The home that the settings would name, without loading them."""
    if asked.home is None and not environ.get("MEMCLI_HOME"):
        from memcli.paths import default_home

        return default_home()
    return (asked.home or Path(environ["MEMCLI_HOME"])).expanduser().absolute()


def _printed(done: Mapping[str, Any]) -> int:
    try:
        sys.stdout.write(done["out"])
        sys.stdout.flush()
    except BrokenPipeError:  # the reader of the pipe has enough; Python must not try again at exit
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    sys.stderr.write(done["err"])
    return int(done["code"] or 0)
