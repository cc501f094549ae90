"""`service` and `jobs` on the command line."""

from __future__ import annotations

import plistlib
from configparser import RawConfigParser
from pathlib import Path

import pytest

from memcli.paths import Home
from memcli.service import process
from memcli.service.installed import installation
from tests.cli.conftest import Line


def test_jobs_are_listed_with_their_runs(memcli: Line) -> None:
    """What never ran is due; what ran says when it comes next."""
    memcli.add("Ana lives in Porto.")
    before = {row["name"]: row for row in memcli("jobs", "list", "--json").json["jobs"]}
    assert before["decay"]["last"] is None
    assert memcli("jobs", "run", "decay").out == "decay: 0 archived\n"
    after = {row["name"]: row for row in memcli("jobs", "list", "--json").json["jobs"]}
    assert after["decay"]["last"]["outcome"] == "done"
    assert after["decay"]["next"] == "2026-03-03T12:00:00+00:00"
    assert "decay" in memcli("jobs", "list").out


def test_a_paused_job_says_so_and_can_still_be_run(memcli: Line) -> None:
    """Pausing stops the schedule only."""
    memcli("jobs", "pause", "decay")
    rows = {row["name"]: row for row in memcli("jobs", "list", "--json").json["jobs"]}
    assert rows["decay"]["paused"]
    assert rows["decay"]["next"] is None
    memcli("jobs", "run", "decay")
    memcli("jobs", "resume", "decay")
    assert not any(row["paused"] for row in memcli("jobs", "list", "--json").json["jobs"])


def test_the_history_tells_each_run_and_names_its_batch(memcli: Line) -> None:
    """Newest first, of one job or of all."""
    for job in ("decay", "flush", "decay"):
        memcli("jobs", "run", job)
    assert [run["job"] for run in memcli("jobs", "history", "--json").json] == ["decay", "flush", "decay"]
    assert len(memcli("jobs", "history", "decay", "--json").json) == 2
    assert "0 archived" in memcli("jobs", "history").out


def test_a_job_that_is_not_there_is_not_found(memcli: Line) -> None:
    """The hint names those that are."""
    ran = memcli("jobs", "run", "nonsense", code=3)
    assert "decay" in ran.err


def test_without_a_service_its_status_says_so(memcli: Line) -> None:
    """Asking starts none."""
    assert memcli("service", "status").out == "not running\n"
    assert memcli("service", "status", "--json").json == {"schema": 1, "running": False}
    assert memcli("service", "stop", "--json").json["stopped"] is False


def test_a_service_is_started_and_stopped_by_command(memcli: Line) -> None:
    """Its status tells its process; stopping waits until it is gone."""
    try:
        told = memcli("service", "start", "--json").json
        assert told["running"]
        assert "running    process" in memcli("service", "status").out
    finally:
        assert memcli("service", "stop", "--json").json["stopped"]
    assert memcli("service", "status").out == "not running\n"


@pytest.fixture
def odd_home(tmp_path: Path) -> Home:
    """A home whose name means something to every format."""
    return Home(root=tmp_path / 'my "50%" <home> & $more', models=tmp_path / "models")


def test_the_systemd_unit_starts_the_service_of_this_home(odd_home: Home, tmp_path: Path) -> None:
    """Its marks are quoted, so that the path arrives as it is."""
    found = installation(odd_home, tmp_path, "linux")
    found.write()
    unit = RawConfigParser(strict=False)
    unit.optionxform = str  # type: ignore[assignment,method-assign]  # systemd's keys have capitals
    unit.read(found.file)
    command = unit["Service"]["ExecStart"]
    assert process.PROGRAM in command
    assert '\\"50%%\\" <home> & $$more' in command
    assert found.file.parent == tmp_path / ".config/systemd/user"
    assert found.remove()
    assert not found.remove()


def test_the_launchd_agent_starts_the_service_of_this_home(odd_home: Home, tmp_path: Path) -> None:
    """It is a property list that says so."""
    found = installation(odd_home, tmp_path, "darwin")
    agent = plistlib.loads(found.text.encode())
    assert agent["ProgramArguments"][-1] == str(odd_home.root)
    assert process.PROGRAM in agent["ProgramArguments"]
    assert found.file.name == f"{agent['Label']}.plist"


def test_each_home_has_an_installation_of_its_own(tmp_path: Path) -> None:
    """Two memories of one user do not replace each other."""
    homes = [Home(root=tmp_path / name, models=tmp_path) for name in ("a", "b")]
    assert len({installation(home, tmp_path, "linux").file for home in homes}) == 2


def test_a_dry_run_prints_the_file_and_writes_nothing(
    memcli: Line, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The person reads what would be installed."""
    monkeypatch.setenv("HOME", str(tmp_path))
    ran = memcli("service", "install", "--dry-run")
    assert str(memcli.home) in ran.out
    assert not list(tmp_path.rglob("*.service"))
    assert not list(tmp_path.rglob("*.plist"))
