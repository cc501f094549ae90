"""`memcli adapters`: what it prints, what it leaves with, and that nothing is promoted that does not win."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from typer.testing import CliRunner

from memcli.adapters import shelf
from memcli.cli.adapters import _card_lines
from memcli.cli.main import app
from memcli.cli.state import State
from memcli.config import Settings
from memcli.erasure import trained_mark
from memcli.models.adapters import CARD
from memcli.ports import FixedClock
from tests.adapters.conftest import MakeAdapter
from tests.cli.conftest import NOON, Ran


@dataclass(frozen=True)
class Line:
    """A command line at the home of ``settings``, with the real models."""

    settings: Settings

    def __call__(self, *args: str, code: int = 0) -> Ran:
        env = {"MEMCLI_MODELS": str(self.settings.home.models), "COLUMNS": "100", "MEMCLI_HOME": None}
        words = ["--home", str(self.settings.home.root), "--no-service", *args]
        done = CliRunner().invoke(app, words, env=env, obj=State(clock=FixedClock(NOON)))
        ran = Ran(done.exit_code, done.stdout, done.stderr)
        assert ran.code == code, ran
        return ran


@pytest.fixture
def memcli(settings: Settings) -> Line:
    """A command line."""
    return Line(settings)


def test_the_list_has_the_keys_of_the_contract(memcli: Line, make_adapter: MakeAdapter) -> None:
    """Shipped ones and the user's own, and which are in use."""
    make_adapter("update-1")
    rows = memcli("adapters", "list", "--json").json
    assert {"base", "task", "name", "active", "metrics"} <= rows[0].keys()
    by_name = {row["name"]: row for row in rows}
    assert by_name["generation-shipped"]["active"]
    assert not by_name["update-1"]["active"]
    assert "generation-shipped" in memcli("adapters", "list").out


def test_the_list_says_what_is_asked_and_what_waits(memcli: Line) -> None:
    """All three, in a conversation, until a setting says otherwise; with adapters off none is asked."""

    def states() -> dict[str, str]:
        return {row["task"]: row["state"] for row in memcli("adapters", "list", "--json").json}

    assert set(states().values()) == {"in use"}
    memcli("config", "set", "update.vote", "rules")
    assert states() == {"extraction": "in use", "update": "waits for update.vote model", "generation": "in use"}
    memcli("config", "set", "model.adapters", "off")
    assert set(states().values()) == {"waits for model.adapters on"}


def test_a_task_shows_the_adapter_that_it_runs_on(
    memcli: Line, make_adapter: MakeAdapter, settings: Settings
) -> None:
    """The shipped one first; after a promotion one's own."""
    assert memcli("adapters", "show", "update", "--json").json["name"] == "update-shipped"
    make_adapter("update-1")
    shelf.choose(settings, "update-1", NOON, "")
    assert memcli("adapters", "show", "update", "--json").json["name"] == "update-1"


def test_a_card_hangs_from_its_keys_in_a_terminal(settings: Settings) -> None:
    """Long words go on below themselves, and nothing is cut; a pipe gets one line each."""
    lines = [line.plain for line in _card_lines(shelf.find(settings, "update-shipped"), 80)]
    assert max(map(len, lines)) <= 80
    first = next(number for number, line in enumerate(lines) if line.startswith("limits"))
    assert lines[first + 1].startswith(" " * 30)
    piped = [line.plain for line in _card_lines(shelf.find(settings, "update-shipped"), None)]
    assert "".join("".join(lines).split()) == "".join("".join(piped).split())


def test_a_card_is_shown_to_people(memcli: Line) -> None:
    """Licence, limits, and what was measured before and after."""
    page = memcli("adapters", "show", "generation-shipped").out
    for word in ("Apache-2.0", "before", "after", "limits", "data", "training"):
        assert word in page
    memcli("adapters", "show", "nothing", code=3)


@pytest.mark.model
def test_what_does_not_win_is_not_promoted(memcli: Line, make_adapter: MakeAdapter, settings: Settings) -> None:
    """An adapter without effect beats nothing: 8, and what was in use stays so."""
    make_adapter("generation-1", "generation")
    for words in (["eval", "--name", "generation-1"], ["promote", "generation-1"]):
        ran = memcli("adapters", *words, "--limit", "2", code=8)
        assert "generation-1" in ran.err
    assert shelf.choices(settings) == []


def test_there_is_no_way_back_from_the_first(memcli: Line) -> None:
    """3, as where there is nothing to undo."""
    memcli("adapters", "rollback", "generation", code=3)


def test_the_way_back_is_told_and_kept(memcli: Line, make_adapter: MakeAdapter, settings: Settings) -> None:
    """Who, when and why, in `show` too."""
    make_adapter("generation-1", "generation")
    shelf.choose(settings, "generation-1", NOON, "general 40.0 -> 41.0")
    done = memcli("adapters", "rollback", "generation", "--why", "too terse", "--json").json
    assert (done["step"], done["name"], done["who"]) == ("rollback", "generation-shipped", "user")
    page = memcli("adapters", "show", "generation-shipped").out
    assert "too terse" in page
    assert "put in use 2026-03-02 12:00 by user: general 40.0 -> 41.0" in page


def test_training_says_what_it_lacks(memcli: Line, monkeypatch: pytest.MonkeyPatch) -> None:
    """Libraries first (5, with the way to get them), then something to learn from (3)."""
    memcli("adapters", "train", "generation", code=3)
    monkeypatch.setattr("memcli.adapters.retrain.NEEDED", ("torch", "no_such_library"))
    ran = memcli("adapters", "train", "generation", code=5)
    assert "no_such_library" in ran.err
    assert "memcli[train]" in ran.err


def test_a_purge_erases_the_adapters_that_learned_of_it_only_if_asked(
    memcli: Line, make_adapter: MakeAdapter, settings: Settings
) -> None:
    """Their cards name it by hash; the way back from one in use leads to the one before it."""
    memcli("add", "My sister Ana lives in Porto")
    memcli("add", "My brother Ben lives in Faro")
    ana, ben = sorted(memcli("list", "--json").json, key=lambda memory: str(memory["text"]))
    for number, memory in enumerate((ana, ben), start=1):
        card = make_adapter(f"update-{number}").weights.with_name(CARD)
        mark = trained_mark(str(memory["id"]))
        card.write_text(f'{card.read_text()}\n[data]\nrecords = ["{mark}"]\n')
        shelf.choose(settings, f"update-{number}", NOON, "")
    half = settings.home.adapters / settings.chat_model / "update" / "update-3"
    half.mkdir()
    kept = memcli("forget", str(ana["id"]), "--purge", "--yes")
    assert "`memcli adapters erase update-1` deletes it" in " ".join(kept.err.split())
    assert not half.exists()
    told = memcli("forget", str(ben["id"]), "--purge", "--yes", "--adapters", "--json").json
    assert (told["learned"], told["learned_erased"]) == (["update-2"], True)
    assert [row.card.name for row in shelf.rows(settings) if not row.card.shipped] == ["update-1"]
    assert memcli("adapters", "erase", "update-1", "--json").json["runs_on"] == "update-shipped"
    memcli("adapters", "erase", "update-shipped", code=4)
    memcli("adapters", "erase", "update-1", code=3)
    memcli("forget", "x", "--adapters", code=2)
