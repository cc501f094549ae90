"""``python -m memcli.service --home DIR``: the service's own process: its log, its signals, its jobs."""

from __future__ import annotations

import argparse
import logging
import logging.handlers
import signal
import sys
import traceback
from collections.abc import Callable, Mapping
from pathlib import Path

from memcli import config, jobs
from memcli.errors import BusyError, MemcliError
from memcli.paths import PRIVATE_FILE, Home
from memcli.service.protocol import socket_path
from memcli.service.server import Method, Server
from memcli.store.lock import WriterLock
from memcli.wiring import Parts

LOG_BYTES = 1_000_000
PAUSE_SECONDS = 60
"""Heavy jobs wait until nobody has asked anything for so long: they would slow the answers."""
log = logging.getLogger("memcli.service")


Methods = Callable[[Parts], Mapping[str, Method]]


def main(methods: Methods = lambda _: {}) -> int:
    """Run until stopped or idle; 6 if another service of this home runs already.

    Args:
        methods: what a front end lets clients ask for beside the models.
    """
    parser = argparse.ArgumentParser(prog="memcli-service")
    parser.add_argument("--home", type=Path, required=True)
    settings = config.load(parser.parse_args().home)
    try:
        _log_to(settings.home)
        with WriterLock(settings.home.root / "service.lock").held(patience=0.0):
            _serve(settings, methods)
    except BusyError:
        return BusyError.exit_code
    except MemcliError as error:
        log.error("%s", error.message)  # noqa: TRY400 -- an explained error needs no traceback
        return error.exit_code
    except Exception as error:  # noqa: BLE001 -- a process without a terminal has only its log to fail into
        # Where it failed, and not what it said: a message might quote what a user wrote.
        log.error("failed with %s\n%s", type(error).__name__, _where(error))  # noqa: TRY400
        return 1
    return 0


def _serve(settings: config.Settings, methods: Methods) -> None:
    parts = Parts(settings)
    server = Server(
        parts,
        socket_path(settings.home.root),
        settings.idle_minutes * 60,
        methods=methods(parts),
        busy=lambda: scheduler.busy(),
    )
    quiet = jobs.quiet(settings.quiet_hours, jobs.POWER if settings.on_battery == "wait" else None)
    scheduler = jobs.Scheduler(
        jobs.every_job(),
        jobs.Runner(parts.assistant, lambda: server.stopping, jobs.PATIENCE),
        parts.store,
        parts.clock,
        lambda now: server.idle_seconds < PAUSE_SECONDS or quiet(now),
    )
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: server.stop())
    scheduler.start()
    try:
        server.serve()
    finally:
        scheduler.stop()
        parts.close()


def _where(error: BaseException) -> str:
    return "".join(traceback.format_tb(error.__traceback__))


def _log_to(home: Home) -> None:
    """A log for the user alone that never grows past two files; it holds events and never what users said."""
    home.ensure()
    handler = logging.handlers.RotatingFileHandler(home.service_log, maxBytes=LOG_BYTES, backupCount=1)
    home.service_log.chmod(PRIVATE_FILE)
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(message)s"))
    for name in ("memcli.service", "memcli.jobs"):
        logging.getLogger(name).addHandler(handler)
        logging.getLogger(name).setLevel(logging.INFO)


if __name__ == "__main__":
    sys.exit(main())
