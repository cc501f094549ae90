"""The service as a real process: one per home, replaced by another version, gone when stopped."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator

import pytest

from memcli import config
from memcli.cli import entry
from memcli.config import Settings
from memcli.paths import Home
from memcli.service import connect, process
from memcli.service.connect import RemoteParts


@pytest.fixture
def home_settings(settings: Settings) -> Iterator[Settings]:
    """A home whose service, if a test leaves one, is stopped."""
    yield settings
    process.stop(settings.home)


def test_one_service_serves_a_home(home_settings: Settings) -> None:
    """Starting twice finds the first; stopping ends it; its log is private and holds no request's words."""
    home = home_settings.home
    assert process.status(home) is None
    process.start(home)
    first = process.status(home)
    process.start(home)
    second = process.status(home)
    assert first is not None
    assert second is not None
    assert first["pid"] == second["pid"] != os.getpid()
    rival = subprocess.run([sys.executable, "-m", "memcli.service", "--home", home.root], check=False)
    assert rival.returncode == 6
    assert process.stop(home)
    assert not process.stop(home)
    assert process.status(home) is None
    assert home.service_log.stat().st_mode & 0o077 == 0
    assert "listening" in home.service_log.read_text()


def test_another_version_is_replaced(home_settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    """After an upgrade the first command restarts the service."""
    process.start(home_settings.home)
    old = process.status(home_settings.home)
    monkeypatch.setattr(process, "__version__", "99.0")
    process.start(home_settings.home)
    new = process.status(home_settings.home)
    assert old is not None
    assert new is not None
    assert old["pid"] != new["pid"]


def test_commands_use_a_running_service_and_do_without_one(home_settings: Settings) -> None:
    """Only a command that needs models starts it."""
    assert not isinstance(connect.parts(home_settings), RemoteParts)
    warm = connect.parts(home_settings, warm=True)
    assert isinstance(warm, RemoteParts)
    assert isinstance(connect.parts(home_settings), RemoteParts)


def test_a_home_that_cannot_be_used_falls_back(settings: Settings) -> None:
    """The command itself then says what is wrong with the home."""
    settings.home.root.write_text("a file, not a directory")
    assert not isinstance(connect.parts(settings, warm=True), RemoteParts)


HEAVY = {"lancedb", "lance", "torch", "llama_cpp", "textual", "pyarrow", "numpy", "dateparser"}
SLOW = {"typer", "rich", "pydantic", "platformdirs", "tomllib", "dataclasses", "memcli.records", "memcli.config"}


@pytest.mark.parametrize(
    ("code", "heavy"),
    [
        ("import memcli.service.client, memcli.service.process", HEAVY),
        ("import memcli.cli.entry", HEAVY | SLOW),
        ("from memcli.cli.main import app; app(['--no-service', 'list'], standalone_mode=False)", HEAVY),
        (
            "from memcli.cli.main import app; app(['--no-service', '--help'], standalone_mode=False)",
            {"torch", "lance"},
        ),
    ],
)
def test_the_hot_path_loads_nothing_heavy(code: str, heavy: set[str], settings: Settings) -> None:
    """A request costs milliseconds, so its imports must too; without a service a listing stays light."""
    check = (
        f"import sys, contextlib\nwith contextlib.suppress(SystemExit):\n    {code}\n"
        f"found = {heavy!r} & set(sys.modules)\nsys.exit(str(found) if found else 0)"
    )
    home = {"MEMCLI_HOME": str(settings.home.root), "PATH": ""}
    done = subprocess.run([sys.executable, "-c", check], capture_output=True, text=True, check=False, env=home)
    assert done.returncode == 0, done.stderr


def run(home: Home, *words: str) -> subprocess.CompletedProcess[str]:
    """`memcli` as a user's shell runs it, its output into a pipe."""
    entry = "from memcli.cli.entry import run; run()"
    command = [sys.executable, "-c", entry, "--home", str(home.root), *words]
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=120)


def test_a_running_service_runs_small_commands(home_settings: Settings) -> None:
    """The words, the errors and the codes are the same with and without it."""
    home = home_settings.home
    process.start(home)
    added = run(home, "add", "Ana lives in Porto.")
    assert (added.returncode, added.stderr) == (0, "kept 1 turn and 1 memory\n")
    served = (run(home, "list"), run(home, "show", "m:nosuch", "--json"), run(home, "list", "--nonsense"))
    status = process.status(home)
    assert status is not None
    assert status["requests"] >= 4
    process.stop(home)
    for words, before in zip(
        (["list"], ["show", "m:nosuch", "--json"], ["list", "--nonsense"]), served, strict=True
    ):
        after = run(home, *words)
        assert (before.returncode, before.stdout, before.stderr) == (after.returncode, after.stdout, after.stderr)
    assert "Ana lives in Porto." in served[0].stdout
    assert [ran.returncode for ran in served] == [0, 3, 2]


@pytest.mark.parametrize(
    ("words", "served"),
    [
        (["list"], True),
        (["--home", "/x", "-q", "search", "words"], True),
        (["add", "text", "--tag", "t"], True),
        (["add", "--raw", "text"], True),
        (["add", "--tag", "t", "text"], True),
        (["add", "--tag", "t"], False),
        (["add", "--raw"], False),
        (["add", "-"], False),
        (["add", "text", "--file=x"], False),
        (["--no-service", "list"], False),
        (["forget", "m:1"], False),
        (["list", "--help"], False),
        ([], False),
    ],
)
def test_only_small_commands_are_handed_over(words: list[str], served: bool) -> None:
    """What reads a pipe, asks, or names a file stays with the process that can."""
    assert (entry.understood(words) is not None) is served


def test_a_service_with_other_settings_is_replaced(home_settings: Settings) -> None:
    """After `config set` no command is answered under the old settings."""
    connect.parts(home_settings, warm=True)
    old = process.status(home_settings.home)
    config.save(home_settings, "user.name", "Ana")
    process.start(home_settings.home, fingerprint=config.fingerprint(config.load(home_settings.home.root)))
    new = process.status(home_settings.home)
    assert old is not None
    assert new is not None
    assert old["pid"] != new["pid"]
