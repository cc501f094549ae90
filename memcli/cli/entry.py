"""The program ``memcli``: lets a running service run a small command, and is the whole command line otherwise.

Loading the whole takes longer than most commands run. So a command that only reads, or only adds, goes to the
service in words, if one runs and stdout is a pipe or a file (a terminal gets its colours from here). Standard
library only, but for the settings and the client.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from memcli import __version__, config
from memcli.errors import BusyError, MemcliError
from memcli.service.client import Client
from memcli.service.protocol import socket_path

READING: Final = frozenset({"search", "list", "show", "why", "history", "log", "stats", "timeline", "forecast"})
"""Commands that take nothing from stdin, ask nothing and know no current directory."""

_OWN: Final = ("-", "--file", "--wait", "-h", "--help", "--show-completion", "--install-completion")
"""Words that only this process can do something with."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A command line that the service may run: whose home, and the words."""

    home: Path | None
    words: tuple[str, ...]


def run() -> None:
    """Run the command line and leave with its exit code."""
    asked = understood(sys.argv[1:])
    code = None if asked is None or sys.stdout.isatty() else served(asked)
    if code is None:
        from memcli.cli.main import run as whole

        whole()
    else:
        sys.exit(code)


def understood(words: Sequence[str]) -> Asked | None:
    """The command line, if it is one that a service can run as well."""
    home, quiet, rest = None, False, list(words)
    while rest and rest[0].startswith("-"):
        option, _, value = rest.pop(0).partition("=")
        if option == "--home" and (value or rest):
            home = Path(value or rest.pop(0))
        elif option in {"-q", "--quiet"}:
            quiet = True
        else:
            return None
    if not rest or any(word in _OWN or word.startswith("--file=") for word in rest):
        return None
    adds = rest[0] == "add" and len(rest) > 1 and not rest[1].startswith("-")
    if not adds and rest[0] not in READING:
        return None
    return Asked(home, (*(["--quiet"] if quiet else []), *rest))


def served(asked: Asked) -> int | None:
    """The exit code of a command that the service ran; None where none runs, or it refuses."""
    try:
        settings = config.load(asked.home)
        client = Client(socket_path(settings.home))
        if not client.alive():
            return None
        words = ["--home", str(settings.home.root), *asked.words]
        values = {"argv": words, "version": __version__, "settings": config.fingerprint(settings)}
        done = client.call("run", values)
    except BusyError as error:  # it went away in the middle: what was asked may be done, so it is not done again
        sys.stderr.write(f"memcli: {error.message}\n")
        return error.exit_code
    except (MemcliError, OSError):
        return None
    return _printed(done)


def _printed(done: Mapping[str, Any]) -> int:
    try:
        sys.stdout.write(done["out"])
        sys.stdout.flush()
    except BrokenPipeError:  # the reader of the pipe has enough; Python must not try again at exit
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    sys.stderr.write(done["err"])
    return int(done["code"] or 0)
