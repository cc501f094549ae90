"""``python -m memcli.cli.background``: the service's process, which also runs small commands for thin clients.

A command that is run here finds its libraries loaded and its store open, and its client needs neither.
"""

from __future__ import annotations

import io
import sys
import threading
from collections.abc import Mapping
from contextlib import nullcontext
from typing import Any

from typer.main import get_command

from memcli import __version__, config, environment
from memcli.cli.main import app
from memcli.cli.state import State
from memcli.config import Settings
from memcli.errors import ConflictError
from memcli.ports import Clock
from memcli.service.__main__ import main
from memcli.service.server import Method
from memcli.wiring import Parts


class Lent(Parts):
    """The service's own parts for the time of one command, which must not close them."""

    def __init__(self, parts: Parts) -> None:
        self.__dict__ = parts.__dict__

    def close(self) -> None:
        """They stay open for the next command."""


class Commands:
    """Runs commands in this process: what they print goes to the client. Reading never waits for writing."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts
        self._top = get_command(app)
        self._writing = threading.Lock()

    def run(self, values: Mapping[str, Any]) -> dict[str, object]:
        """What a command prints, and its exit code.

        Raises:
            ConflictError: the client is of another version, or its settings are others.
        """
        if values["version"] != __version__ or not self._same(dict(values["environ"])):
            raise ConflictError("the background service was started for another version or other settings")
        words = [str(word) for word in values["argv"]]
        out, err = io.StringIO(), io.StringIO()
        state = State(clock=self._parts.clock, wiring=self._lend, data=out, talk=err)
        with self._writing if "add" in words else nullcontext():
            try:
                self._top(words, obj=state)
                code: object = 0
            except SystemExit as leaving:
                code = leaving.code
        return {"out": out.getvalue(), "err": err.getvalue(), "code": code}

    def _same(self, environ: Mapping[str, str]) -> bool:
        """Whether a client in this environment has the settings of this service, its file read anew."""
        own, here = self._parts.settings, environment.variables()
        moved = "MEMCLI_MODELS" not in environ and any(environ.get(n) != here.get(n) for n in environment.PLACES)
        return not moved and config.fingerprint(config.load(own.home.root, environ)) == config.fingerprint(own)

    def _lend(self, settings: Settings, clock: Clock) -> Parts:
        """The settings are the service's own: ``run`` saw that they are the same."""
        del settings, clock
        return Lent(self._parts)


def methods(parts: Parts) -> Mapping[str, Method]:
    """What the command line adds to the service."""
    return {"run": Commands(parts).run}


if __name__ == "__main__":
    sys.exit(main(methods))
