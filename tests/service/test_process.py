"""The service as a real process: one per home, replaced by another version, gone when stopped."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator

import pytest

from memcli.config import Settings
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


def test_the_client_imports_no_heavy_library() -> None:
    """A request costs milliseconds, so its imports must too."""
    code = (
        "import sys, memcli.service.client, memcli.service.process;"
        "heavy = {'lancedb', 'lance', 'torch', 'llama_cpp', 'textual', 'pyarrow'} & set(sys.modules);"
        "sys.exit(str(heavy) if heavy else 0)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
