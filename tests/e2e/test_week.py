"""A week of talk (tests/data/week) through the whole house with the real embedder, as `memcli help week` shows."""

from __future__ import annotations

import json
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

pytestmark = pytest.mark.model
week = import_module("week")

PAGE = Path(__file__).parents[2] / "memcli" / "cli" / "pages" / "week.md"
SAID = [json.loads(line) for line in week.WEEK.read_text(encoding="utf-8").splitlines()]


@pytest.fixture(scope="module")
def line(tmp_path_factory: pytest.TempPathFactory, models_dir: Path) -> Any:
    """The week, read and reflected upon."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("MEMCLI_MODELS", str(models_dir))
        made = week.Line(tmp_path_factory.mktemp("week") / "home")
        for words in week.READ:
            made.run(words)
    return made


def document(line: Any, words: str) -> Any:
    """What a command tells programs."""
    return json.loads(line.run(f"{words} --json"))


def test_every_line_of_the_profile_is_traced_to_what_ana_said(line: Any) -> None:
    """Where she lives, what she must not eat; nothing of the house she would buy if she won a lottery."""
    told = document(line, "profile show")
    texts = " ".join(row["text"] for row in told["lines"])
    assert "allergic to peanuts" in texts
    assert "Gaia" in texts
    assert "Madeira" not in texts
    for row in told["lines"]:
        said = [document(line, f"show {turn}") for turn in row["evidence"]]
        assert said
        assert {turn["speaker"] for turn in said} == {"Ana"}


def test_what_came_up_on_several_days_is_one_topic_with_its_quotes(line: Any) -> None:
    """Running, the wedding, the flat; and the summary of everything speaks of them first."""
    topics = document(line, "list --tag topic")
    again = [topic for topic in topics if "(2 conversations)" in topic["text"]]
    words = {word for topic in again for word in topic["keywords"]}
    assert {"run", "flat", "wedding"} <= words
    said = " ".join(" ".join(turn["content"].split()) for turn in SAID)
    for memory in (*topics, document(line, "profile show")["overall"]):
        quotes = [quote.split("”")[0] for quote in memory["text"].split("“")[1:]]
        assert quotes
        assert all(quote.removeprefix("Ana: ") in said for quote in quotes)


def test_the_timeline_is_in_order_and_the_future_does_not_fade_before_it_comes(line: Any) -> None:
    """The wedding stands in June, and is forgotten only afterwards."""
    steps = [step["step"] for step in document(line, "timeline --by day")["timeline"]]
    assert steps == sorted(steps)
    assert "2026-06-20" in steps
    fading = document(line, "forecast --days 2000 -n 200")["fading"]
    wedding = next(row for row in fading if "getting married" in row["memory"]["text"])
    assert wedding["fades_at"] > "2026-07"
    assert all(row["fades_at"] > (row["memory"]["event_at"] or "") for row in fading)


def test_the_page_shows_the_commands_of_the_script() -> None:
    """`python scripts/week.py memcli/cli/pages/week.md` renews it."""
    page = PAGE.read_text(encoding="utf-8")
    shown = page.partition(week.BEGIN)[2].partition(week.END)[0]
    assert all(f"$ memcli {words}" in shown for words in week.TOLD)
