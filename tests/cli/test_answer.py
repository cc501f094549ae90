"""Asking, and why an answer is what it is."""

from __future__ import annotations

from pathlib import Path

import pytest

from memcli.config import Settings
from memcli.ports import Clock
from memcli.wiring import Parts
from tests.cli.conftest import FakeParts, Line


def test_an_answer_streams_and_its_sources_follow(memcli: Line) -> None:
    """The source is shown as a listing shows it."""
    memcli.add("Miso fears the vacuum cleaner")
    out = memcli("ask", "what does Miso fear?").out
    answer, rest = out.split("\n", 1)
    assert answer.startswith("Yes [")
    assert "Sources" in rest
    assert "Miso fears the vacuum cleaner" in rest


def test_ask_json_is_one_document_and_streams_nothing(memcli: Line) -> None:
    """The keys of the contract; what is cited was injected, what was injected was retrieved."""
    memcli.add("Miso fears the vacuum cleaner")
    told = memcli("ask", "what does Miso fear?", "--json").json
    assert {"schema", "answer_id", "answer", "citations", "retrieved", "injected", "took_ms"} <= told.keys()
    retrieved = {hit["id"] for hit in told["retrieved"]}
    assert set(told["citations"]) <= set(told["injected"]) <= retrieved
    assert told["citations"]


def test_an_empty_memory_answers_that_it_does_not_know(memcli: Line) -> None:
    """No model is needed for that, and nothing is cited."""
    told = memcli("ask", "who am I?", "--json").json
    assert told["answer"]
    assert told["citations"] == told["injected"] == told["retrieved"] == []


def test_why_keeps_the_three_lists_apart(memcli: Line) -> None:
    """Cited, given, found; each hit with what spoke for it."""
    memcli.add("Miso fears the vacuum cleaner")
    asked = memcli("ask", "what does Miso fear?", "--json").json
    page = memcli("why").out
    for title in ("Cited in the answer (1)", "Given to the model, not cited", "Found, not given to the model"):
        assert title in page
    told = memcli("why", asked["answer_id"], "--json").json
    assert told["injected"] == asked["injected"]
    assert all(hit["features"] for hit in told["retrieved"])


def test_why_before_any_answer_says_so(memcli: Line) -> None:
    """Exit code 3."""
    assert "nothing was asked yet" in memcli("why", code=3).err


def test_a_memory_that_is_cited_is_reinforced_and_a_searched_one_is_not(memcli: Line) -> None:
    """Answers strengthen what they use."""
    memory = memcli.add("Miso fears the vacuum cleaner")
    memcli("search", "vacuum")
    assert memcli("show", memory, "--json").json["recalls"] == 0
    cited = memcli("ask", "what does Miso fear?", "--json").json["citations"]
    expected = 1 if memory in cited else 0
    assert memcli("show", memory, "--json").json["recalls"] == expected


def test_without_a_model_ask_says_how_to_pull_it_and_add_still_works(memcli: Line) -> None:
    """Exit code 5 for what needs a model."""

    def bare(settings: Settings, clock: Clock) -> Parts:
        return Parts(settings, clock)

    memcli.wiring = bare
    memcli.add("tea")
    assert "tea" in memcli("list").out
    error = memcli("ask", "what do I drink?", "--json", code=5).error
    assert error["label"] == "model_missing"
    assert "memcli models pull" in error["hint"]


@pytest.mark.parametrize("reply", ["It is [9].", "No brackets here."])
def test_a_citation_that_was_not_injected_is_not_shown(
    memcli: Line, monkeypatch: pytest.MonkeyPatch, reply: str
) -> None:
    """Whatever the model writes."""
    monkeypatch.setattr(FakeParts, "reply", reply)
    memcli.add("tea")
    told = memcli("ask", "what?", "--json").json
    assert "[9]" not in told["answer"]
    assert told["citations"] == []


def test_an_answer_that_rests_on_a_documents_words_says_so(memcli: Line, tmp_path: Path) -> None:
    """The least trusted of what it cites is what the answer is worth."""
    page = tmp_path / "page.txt"
    page.write_text("Miso fears the vacuum cleaner.\n", encoding="utf-8")
    memcli("import", "text", str(page))
    asked = memcli("ask", "what does Miso fear?")
    assert "rests on a document's words, not on yours" in asked.out
    assert "rests on a document's words, not on yours" in memcli("why").out
    assert memcli("ask", "what does Miso fear?", "--json").json["trust"] == "document"


def test_an_answer_from_ones_own_words_says_nothing_of_it(memcli: Line) -> None:
    """And one that cites nothing has no trust."""
    memcli.add("Miso fears the vacuum cleaner")
    assert "rests on" not in memcli("ask", "what does Miso fear?").out
    assert memcli("ask", "what does Miso fear?", "--json").json["trust"] == "direct_user"


def test_the_plain_base_can_be_asked_for(memcli: Line) -> None:
    """``--no-adapters`` is for this run alone, and no service runs it with other settings."""
    seen: list[bool] = []

    def wiring(settings: Settings, clock: Clock) -> Parts:
        seen.append(settings.adapters)
        return FakeParts(settings, clock)

    line = Line(memcli.home, wiring=wiring)
    line("--no-adapters", "ask", "who am I?", "--json")
    line("ask", "who am I?", "--json")
    assert seen == [False, True]
