"""What users of memory systems complain about most, walked by the commands that a user types."""

from __future__ import annotations

import json
from functools import cached_property
from pathlib import Path

import pytest

from memcli.models.fake import FakeChatModel
from memcli.ports import ChatModel, Embedder
from tests.cli.conftest import FakeParts, Line


class Babbling(FakeParts):
    """A model that answers in prose, whatever it is asked for."""

    @cached_property
    def chat_model(self) -> ChatModel:
        return FakeChatModel(["Sure! Here are the facts you asked for:"] * 50)


class Unopened(FakeParts):
    """Models that must not be opened."""

    @cached_property
    def chat_model(self) -> ChatModel:
        raise AssertionError("the chat model was opened")

    @cached_property
    def embedder(self) -> Embedder:
        raise AssertionError("the embedder was opened")


def texts(memcli: Line, *args: str) -> list[str]:
    """The memories that `list` shows, oldest first."""
    return [memory["text"] for memory in memcli("list", "--json", *args).json][::-1]


def imported(memcli: Line, folder: Path, *rows: dict[str, str]) -> None:
    """Bring in lines of chat and read them."""
    file = folder / "talk.jsonl"
    file.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    memcli("import", "jsonl", str(file))
    memcli("jobs", "run", "extract")


def test_a_model_that_breaks_its_json_is_an_error_and_never_no_facts(memcli: Line) -> None:
    """The words are kept, the error is shown, and the work is tried again."""
    memcli("config", "set", "extract.method", "model")
    memcli.wiring = Babbling
    kept = memcli("add", "I live in Porto", "--json").json
    assert kept["queued"]
    assert len(kept["turns"]) == 1
    assert "jobs list tells why" in memcli("add", "I own a boat").err
    (first, _) = memcli("jobs", "list", "--json").json["queue"]["tried"]
    assert (first["turn"], bool(first["error"])) == (kept["turns"][0], True)
    assert first["error"] in memcli("jobs", "list").out


def test_telling_the_same_again_does_not_fill_the_store(memcli: Line) -> None:
    """Ten times, and in other words; the audit finds no junk."""
    for words in ["I live in Porto"] * 10 + ["My home is in Porto", "I'm based in Porto"]:
        memcli("add", words)
    assert len(texts(memcli)) == 1
    checks = {check["name"]: check for check in memcli("doctor", "--json", code=None).json["checks"]}
    assert checks["memories"]["status"] == "ok"


def test_the_same_fact_twice_deletes_nothing_and_a_flip_is_no_deletion(memcli: Line) -> None:
    """What was liked once stays in the history, and what was put right is there once."""
    memcli("add", "I love sushi")
    memcli("add", "I love sushi")
    memcli("add", "I can't stand sushi any more")
    memcli("add", "My sister Ana lives in Lyon")
    memcli("add", "My sister Ana lives in Nice, not in Lyon")
    assert texts(memcli) == ["The user can't stand sushi any more.", "The user's sister Ana lives in Nice."]
    assert "loves sushi" in memcli("log").out


def test_what_the_assistant_says_and_what_is_imagined_is_not_the_users(memcli: Line, tmp_path: Path) -> None:
    """Nor what somebody in a story says."""
    imported(
        memcli,
        tmp_path,
        {"role": "assistant", "text": "You live in Rome and you love opera.", "when": "2026-03-01T10:00:00Z"},
        {"role": "user", "text": "If I lived in Rome, I would go every week.", "when": "2026-03-01T10:01:00Z"},
        {"role": "user", "text": "In my novel I have three children.", "when": "2026-03-01T10:02:00Z"},
        {"role": "user", "text": "I have a cat.", "when": "2026-03-01T10:03:00Z"},
    )
    (memory,) = texts(memcli)
    assert "has a cat" in memory


def test_yesterday_is_the_day_before_it_was_said_and_not_before_today(memcli: Line, tmp_path: Path) -> None:
    """An import keeps the time of each turn."""
    words = "I went to the dentist yesterday."
    imported(memcli, tmp_path, {"role": "user", "text": words, "when": "2023-05-08T13:56:00Z"})
    (memory,) = memcli("list", "--json").json
    assert memory["event_at"][:10] == "2023-05-07"
    assert "7 May 2023" in memory["text"]


@pytest.mark.parametrize("words", ["Ich wohne in Köln.", "Vivo em Lisboa.", "我住在上海。"])
def test_a_fact_stays_in_the_language_it_was_told_in(memcli: Line, words: str) -> None:
    """It does not come out in English."""
    memcli("add", words)
    assert texts(memcli) == [words]


def test_adding_opens_no_model(memcli: Line) -> None:
    """So that it takes milliseconds, whatever the machine."""
    memcli.wiring = Unopened
    memcli("add", "I live in Porto")
    assert texts(memcli) == ["The user lives in Porto."]


def test_what_is_to_be_reviewed_is_saved_only_after_a_yes(memcli: Line) -> None:
    """It says why it waits, is found by no search, and a no is remembered in the history alone."""
    memcli("config", "set", "update.review", "all")
    told = memcli("add", "I live in Porto")
    assert "waits in the inbox: waits for review" in told.err
    memcli("add", "I own a boat")
    assert texts(memcli) == []
    boat, porto = [memory["id"] for memory in memcli("inbox", "list", "--json").json["memories"]]
    memcli("inbox", "accept", porto)
    memcli("inbox", "reject", boat)
    assert texts(memcli) == ["The user lives in Porto."]


def test_what_is_said_to_be_kept_is_what_is_kept(memcli: Line) -> None:
    """The answer is read back from the store, also when it is that nothing was made."""
    kept = memcli("add", "I live in Porto and work as a nurse", "--json").json
    told = [change["after"]["text"] for change in kept["changes"] if not change["link"]]
    assert told == texts(memcli)
    nothing = memcli("add", "It is on 13 September")
    assert "kept 1 turn and 0 memories" in nothing.err
    assert "nothing tells what is meant" in nothing.err
    assert texts(memcli) == told
