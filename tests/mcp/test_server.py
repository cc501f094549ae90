"""The server as a program sees it, through the official client."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from mcp import Client

from memcli import config
from memcli.assistant import Assistant
from memcli.mcp.server import build
from memcli.ports import FixedClock
from memcli.records import Filter, Kind, Origin
from memcli.requests import Note
from tests.cli.conftest import NOON, FakeParts

Talk = Callable[[Client], Awaitable[Any]]


@pytest.fixture
def assistant(tmp_path: Path) -> Iterator[Assistant]:
    """A memory in which the user keeps one thing."""
    parts = FakeParts(config.load(tmp_path / "home", {"MEMCLI_MODELS": str(tmp_path)}), FixedClock(NOON))
    parts.assistant.remember(Note("Miso fears the vacuum cleaner", raw=True))
    yield parts.assistant
    parts.close()


def talked(assistant: Assistant, talk: Talk, *, read_only: bool = False) -> Any:
    """What a client gets out of a talk with the server."""

    async def run() -> Any:
        async with Client(build(assistant, read_only=read_only)) as client:
            return await talk(client)

    return asyncio.run(run())


def called(assistant: Assistant, tool: str, **arguments: Any) -> Any:
    """What a tool returns; an error as its words."""

    async def talk(client: Client) -> Any:
        result = await client.call_tool(tool, arguments)
        words = result.content[0].text  # type: ignore[union-attr]  # our tools return text
        return words if result.is_error else json.loads(words)

    return talked(assistant, talk)


def newest(assistant: Assistant) -> Any:
    """The memory made last."""
    return assistant.store.list_memories(Filter(), limit=1)[0]


@pytest.mark.parametrize(
    ("read_only", "tools"),
    [
        (False, {"recall", "ask", "show", "profile", "remember", "correct", "forget"}),
        (True, {"recall", "ask", "show", "profile"}),
    ],
)
def test_a_read_only_server_offers_no_tool_that_changes_anything(
    assistant: Assistant, read_only: bool, tools: set[str]
) -> None:
    """Each tool says what it does."""

    async def talk(client: Client) -> Any:
        return (await client.list_tools()).tools

    listed = talked(assistant, talk, read_only=read_only)
    assert {tool.name for tool in listed} == tools
    assert all(tool.description for tool in listed)


def test_what_is_kept_is_recalled_with_its_trust(assistant: Assistant) -> None:
    """Both lanes, or memories only."""
    hits = called(assistant, "recall", query="vacuum cleaner")
    assert {hit["lane"] for hit in hits} == {"memory", "turn"}
    assert {hit["trust"] for hit in hits} == {"direct_user"}
    (hit,) = called(assistant, "recall", query="vacuum cleaner", memories_only=True)
    assert hit["text"] == "Miso fears the vacuum cleaner"
    assert called(assistant, "recall", query="vacuum cleaner", since="2027-01-01") == []


def test_what_a_program_writes_is_trusted_as_a_tools_words(assistant: Assistant) -> None:
    """And it is there at once."""
    (made,) = called(assistant, "remember", text="The build needs Python 3.11", tags=["build"])["kept"]
    memory = newest(assistant)
    assert (memory.id, memory.trust, memory.tags) == (made, Origin.TOOL, ("build",))
    assert called(assistant, "show", memory_id=made)["text"] == "The build needs Python 3.11"
    assert made in {hit["id"] for hit in called(assistant, "recall", query="build Python")}


def test_a_program_corrects_and_forgets_what_programs_wrote(assistant: Assistant) -> None:
    """Which the user can undo."""
    (made,) = called(assistant, "remember", text="The build needs Python 3.11")["kept"]
    called(assistant, "correct", memory_id=made, text="The build needs Python 3.12")
    assert newest(assistant).text == "The build needs Python 3.12"
    assert called(assistant, "forget", memory_id=made) == {"forgotten": [made]}
    assistant.undo()
    assert newest(assistant).id == made


@pytest.mark.parametrize("tool", ["correct", "forget"])
def test_a_program_does_not_change_what_the_user_said(assistant: Assistant, tool: str) -> None:
    """It is told to ask them."""
    mine = newest(assistant)
    arguments = {"memory_id": mine.id} | ({"text": "Miso fears nothing"} if tool == "correct" else {})
    assert "what the user said" in called(assistant, tool, **arguments)
    assert newest(assistant) == mine


@pytest.mark.parametrize(
    ("tool", "arguments", "told"),
    [
        ("show", {"memory_id": "m:zzz"}, "nothing has the id"),
        ("remember", {"text": " "}, "there is no text"),
        ("recall", {"query": "x", "since": "soon"}, "not a date"),
        ("forget", {"memory_id": "m:zzz"}, "nothing has the id"),
    ],
)
def test_errors_are_one_line(assistant: Assistant, tool: str, arguments: dict[str, Any], told: str) -> None:
    """As on the command line."""
    said = called(assistant, tool, **arguments)
    assert told in said
    assert "Traceback" not in said


def test_an_answer_names_what_it_rests_on(assistant: Assistant) -> None:
    """By ids."""
    answer = called(assistant, "ask", question="What does Miso fear?")
    assert answer["answer"]
    assert isinstance(answer["citations"], list)


def test_memories_are_resources(assistant: Assistant) -> None:
    """All of them as a list, and each with its history."""
    mine = newest(assistant)

    async def talk(client: Client) -> Any:
        listed = await client.read_resource("memory://all")
        shown = await client.read_resource(f"memory://{mine.id.removeprefix('m:')}")
        return [json.loads(each.contents[0].text) for each in (listed, shown)]  # type: ignore[union-attr]

    listed, shown = talked(assistant, talk)
    assert [memory["id"] for memory in listed] == [mine.id]
    assert [step["op"] for step in shown["history"]] == ["ADD"]


def test_the_profile_is_lines_that_are_memories(assistant: Assistant) -> None:
    """Those that a chat begins with, and no others."""
    assert called(assistant, "profile") == []
    mine = assistant.remember(Note("user is allergic to peanuts", tags=("profile",), kind=Kind.CORE, raw=True))
    (line,) = called(assistant, "profile")
    assert (line["id"], line["text"]) == (mine.changes[0].memory_id, "user is allergic to peanuts")


def test_conversations_are_resources(assistant: Assistant) -> None:
    """Listed by name; a name may have any letters."""
    assistant.remember(Note("tea is green", raw=True, session="tea & co/2"))

    async def talk(client: Client) -> Any:
        listed = await client.read_resource("session://all")
        said = await client.read_resource("session://tea%20%26%20co%2F2")
        return [json.loads(each.contents[0].text) for each in (listed, said)]  # type: ignore[union-attr]

    listed, said = talked(assistant, talk)
    assert {"tea & co/2"} < {each["session"] for each in listed}
    assert [turn["text"] for turn in said] == ["tea is green"]


def test_prompts_bring_what_is_remembered(assistant: Assistant) -> None:
    """With its id, told to be data; and the other asks what to keep."""

    async def talk(client: Client) -> Any:
        asked = await client.get_prompt("with_memory", {"question": "What does Miso fear?"})
        keep = await client.get_prompt("what_to_keep")
        return [each.messages[0].content.text for each in (asked, keep)]  # type: ignore[union-attr]

    asked, keep = talked(assistant, talk)
    assert f"[{newest(assistant).id}]" in asked
    assert "data, not instructions" in asked
    assert "`remember`" in keep


def test_the_user_says_how_far_programs_are_trusted(tmp_path: Path) -> None:
    """Less than a tool, and what tools wrote is not theirs to change either."""
    environ = {"MEMCLI_MODELS": str(tmp_path), "MEMCLI_MCP_TRUST": "document"}
    parts = FakeParts(config.load(tmp_path / "home", environ), FixedClock(NOON))
    parts.assistant.remember(Note("a tool's words", raw=True, origin=Origin.TOOL))
    assert "trusted more" in called(parts.assistant, "forget", memory_id=newest(parts.assistant).id)
    called(parts.assistant, "remember", text="words of a page")
    assert newest(parts.assistant).trust is Origin.DOCUMENT
    parts.close()
