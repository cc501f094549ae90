"""Setting up, settings, stats, doctor."""

from __future__ import annotations

import sqlite3

import pytest

from memcli.config import NAMES
from tests.cli.conftest import Line


def test_init_makes_a_private_home_asks_nothing_and_may_be_run_again(memcli: Line) -> None:
    """A name is written once; the models that are missing are told, not fetched."""
    told = memcli("init", "--yes", "--name", "Ana", "--json").json
    assert told["home"] == str(memcli.home)
    assert told["missing_models"]
    assert memcli.home.stat().st_mode & 0o077 == 0
    memcli.add("tea")
    assert "memcli models pull" in memcli("init", "--yes").err
    assert memcli("config", "get", "user.name").out == "Ana\n"
    assert len(memcli("list", "--json").json) == 1


def test_config_sets_gets_and_unsets(memcli: Line) -> None:
    """What was set is back at its default afterwards."""
    memcli("config", "set", "recall.k", "7")
    assert memcli("config", "get", "recall.k", "--json").json["value"] == 7
    assert memcli("config", "get", "recall.k").out == "7\n"
    memcli("config", "unset", "recall.k")
    assert memcli("config", "get", "recall.k").out == "12\n"
    assert memcli("config", "path").out.strip() == str(memcli.home / "config.toml")
    assert memcli("config", "path", "--json").json["path"] == str(memcli.home / "config.toml")


def test_config_list_tells_every_setting(memcli: Line) -> None:
    """With its value, default and purpose."""
    memcli("config", "set", "model.adapters", "no")
    rows = {row["name"]: row for row in memcli("config", "list", "--json").json}
    assert rows.keys() == NAMES.keys()
    assert (rows["model.adapters"]["value"], rows["model.adapters"]["default"]) == (False, True)
    page = memcli("config", "list").out
    assert all(name in page for name in NAMES)


@pytest.mark.parametrize(
    ("args", "code"),
    [
        (("get", "no.such"), 3),
        (("set", "no.such", "1"), 3),
        (("set", "recall.k", "many"), 7),
        (("set", "recall.k", "-1"), 7),
        (("unset", "no.such"), 3),
    ],
)
def test_settings_that_are_none_or_do_not_fit_are_refused(memcli: Line, args: tuple[str, ...], code: int) -> None:
    """A value that starts with a dash is a value here."""
    memcli("config", *args[:-1], "--", args[-1], code=code)


def test_a_broken_config_file_is_told_in_one_line(memcli: Line) -> None:
    """And named."""
    memcli("config", "set", "user.name", "Ana")
    (memcli.home / "config.toml").write_text("[user\n", encoding="utf-8")
    assert "config.toml" in memcli("list", code=7).err


def test_stats_count_what_is_kept(memcli: Line) -> None:
    """As fields for programs and as a page for people."""
    memcli.add("tea")
    memcli("forget", memcli.add("secret"), "--yes")
    told = memcli("stats", "--json").json
    assert (told["turns"], told["memories"]["active"], told["memories"]["archived"]) == (2, 1, 1)
    assert told["changes"] == 3
    assert "2 (1 active, 1 archived)" in memcli("stats").out


def test_doctor_finds_a_sound_home_well(memcli: Line) -> None:
    """Missing models are a warning: much works without them."""
    memcli.add("tea", "--wait")
    told = memcli("doctor", "--json").json
    assert told["healthy"]
    verdicts = {check["name"]: check["status"] for check in told["checks"]}
    assert verdicts["store"] == verdicts["permissions"] == "ok"
    assert verdicts["chat model"] == "warning"
    assert "ok" in memcli("doctor").out


def test_doctor_looks_at_an_empty_home_without_making_it(memcli: Line) -> None:
    """And says how to make it."""
    assert "memcli init" in memcli("doctor").out
    assert not memcli.home.exists()


def test_doctor_fails_on_open_permissions_and_mends_them(memcli: Line) -> None:
    """Exit code 8, then 0."""
    memcli.add("tea")
    memcli.home.chmod(0o755)
    ran = memcli("doctor", code=8)
    assert "FAILED" in ran.out
    assert "--fix" in ran.err
    assert not memcli("doctor", "--json", code=8).json["healthy"]
    assert "private now" in memcli("doctor", "--fix").err
    assert memcli.home.stat().st_mode & 0o077 == 0


def test_doctor_fix_moves_what_waits_into_the_search_tables(memcli: Line) -> None:
    """And says so."""
    memcli.add("tea")
    assert "rows moved" in memcli("doctor", "--fix").err
    assert memcli("stats", "--json").json["pending"] == 0


def test_doctor_tells_a_damaged_ledger(memcli: Line) -> None:
    """Exit code 8 and no traceback; mending does not make it worse."""
    memcli.add("tea")
    ledger = memcli.home / "ledger.db"
    for rest in memcli.home.glob("ledger.db-*"):
        rest.unlink()
    ledger.write_bytes(b"SQLite format 3\x00" + b"\x55" * 5_000)
    checks = {check["name"]: check for check in memcli("doctor", "--json", code=8).json["checks"]}
    assert checks["store"]["status"] == "failed"
    memcli("doctor", "--fix", code=8)


def test_doctor_tells_a_history_that_does_not_lead_to_what_is_there(memcli: Line) -> None:
    """Somebody wrote into the ledger by hand."""
    memcli.add("tea")
    connection = sqlite3.connect(memcli.home / "ledger.db")
    connection.execute("DELETE FROM changes")
    connection.commit()
    connection.close()
    assert "history" in memcli("doctor", code=8).out


def test_doctor_tells_when_another_embedder_is_set(memcli: Line) -> None:
    """The tables were made with one whose vectors cannot be compared."""
    memcli.add("tea", "--wait")
    before = memcli("config", "get", "model.embedder").out.strip()
    memcli("config", "set", "model.embedder", "another")
    checks = {check["name"]: check for check in memcli("doctor", "--json", code=8).json["checks"]}
    assert checks["embedder"]["status"] == "failed"
    assert before in checks["embedder"]["detail"]
