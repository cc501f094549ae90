"""Other memory tools' files, shaped as documented: mem0's JSON, Letta's agent files, basic-memory's notes."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

import pytest

from memcli.errors import BadInputError
from memcli.records import Kind, Origin, Role
from tests.plugins.conftest import NOW, as_json, bring

MEM0: Final[dict[str, Any]] = {
    "id": "3c90c3cc-0d44-4b50-8888-8dd25736052a",
    "memory": "Likes green tea",
    "user_id": "ann",
    "hash": "ab12",
    "metadata": {"type": "preference"},
    "categories": ["food", "food", "habits"],
    "created_at": "2025-11-07T05:31:56Z",
    "updated_at": "2025-12-07T05:31:56-08:00",
}
LETTA: Final[dict[str, Any]] = {
    "agents": [
        {
            "id": "agent-0",
            "name": "sam",
            "block_ids": ["block-0", "block-1", "block-9"],
            "messages": [
                {"id": "message-0", "role": "system", "content": [{"type": "text", "text": "You are Sam."}],
                 "created_at": "2025-10-31T22:56:56.459100+00:00"},
                {"id": "message-1", "role": "user", "content": [{"type": "text", "text": "My cat is Miso."}],
                 "created_at": "2025-10-31T22:57:00+00:00"},
                {"id": "message-2", "role": "assistant", "content": [{"type": "text", "text": "I keep this."}],
                 "tool_calls": [{"id": "1", "function": {"name": "core_memory_append", "arguments": "{}"}}],
                 "created_at": "2025-10-31T22:57:01+00:00"},
                {"id": "message-3", "role": "tool", "content": "OK", "created_at": "2025-10-31T22:57:02+00:00"},
                {"id": "message-4", "role": "assistant", "content": "What a name!",
                 "created_at": "2025-10-31T22:57:03+00:00"},
            ],
        }
    ],
    "blocks": [
        {"id": "block-0", "label": "human", "value": "\nFirst name: Ann\nCat: Miso\n\nLives in Porto.\n"},
        {"id": "block-1", "label": "persona", "value": "I am Sam."},
    ],
}  # fmt: skip
OLD_LETTA: Final[dict[str, Any]] = {
    "name": "old",
    "core_memory": [{"label": "human", "value": "Ann knits.", "created_at": "2025-03-01T00:00:00+00:00"}],
    "messages": [
        {"role": "user", "created_at": "2025-03-02T10:00:00+00:00",
         "content": [{"type": "text", "text": json.dumps({"type": "user_message", "message": "Hello there"})}]},
        {"role": "user", "created_at": "2025-03-02T10:00:01+00:00",
         "content": [{"type": "text", "text": json.dumps({"type": "heartbeat", "reason": "x"})}]},
        {"role": "assistant", "created_at": "2025-03-02T10:00:02+00:00",
         "content": [{"type": "text", "text": "The user greets me."}],
         "tool_calls": [{"function": {"name": "send_message", "arguments": json.dumps({"message": "Hi!"})}}]},
    ],
}  # fmt: skip
COFFEE: Final = """---
title: Coffee Brewing
type: note
tags: [coffee]
permalink: coffee-brewing
---
# Coffee Brewing

## Observations
- [method] Pour over gives more clarity #brewing
- [preference] Light roasts, please (by experience)
- [ ] buy a kettle
- [a link](https://example.com) to somewhere

## Relations
- requires [[Grinding]]
- see [[Nowhere]]
"""


@pytest.mark.parametrize(
    "wrap", [lambda m: [m], lambda m: {"count": 1, "results": [m]}, lambda m: {"memories": [m]}]
)
def test_memories_of_mem0_keep_their_times_and_categories(tmp_path: Path, wrap: Callable[[Any], Any]) -> None:
    """In a list, or under the key that the version at hand uses."""
    (memory,) = bring("mem0", as_json(tmp_path / "m.json", wrap(MEM0))).memories
    assert (memory.text, memory.tags, memory.trust) == ("Likes green tea", ("food", "habits"), Origin.TOOL)
    assert memory.created_at.isoformat() == "2025-11-07T05:31:56+00:00"
    assert memory.updated_at.isoformat() == "2025-12-07T05:31:56-08:00"


def test_memories_of_mem0_without_id_or_time_are_kept(tmp_path: Path) -> None:
    """Known by their words, since now."""
    first, again = (bring("mem0", as_json(tmp_path / "m.json", [{"memory": "x"}])).memories[0] for _ in range(2))
    assert (first.id, first.created_at) == (again.id, NOW)


@pytest.mark.parametrize(
    ("value", "told"),
    [
        ([{"id": "1"}], "no words"),
        (["x"], "not an object"),
        ({"users": []}, "no list of memories"),
        ([{"memory": "x", "created_at": "soon"}], "is not a time"),
        ("memories", "no list of memories"),
    ],
)
def test_what_is_not_mem0s_is_told(tmp_path: Path, value: Any, told: str) -> None:
    """With the number of the memory."""
    with pytest.raises(BadInputError, match=told):
        bring("mem0", as_json(tmp_path / "m.json", value))


def test_an_agent_file_is_a_conversation_and_memories(tmp_path: Path) -> None:
    """What was said, by whom, when; not the system's words, the tools', nor thoughts."""
    got = bring("letta", as_json(tmp_path / "sam.af", LETTA))
    assert [(turn.role, turn.text) for turn in got.turns] == [
        (Role.USER, "My cat is Miso."), (Role.ASSISTANT, "What a name!")
    ]  # fmt: skip
    assert got.turns[0].at.isoformat() == "2025-10-31T22:57:00+00:00"
    assert [(memory.text, memory.kind, memory.about, memory.trust) for memory in got.memories] == [
        ("First name: Ann\nCat: Miso", Kind.CORE, "user", Origin.TOOL),
        ("Lives in Porto.", Kind.CORE, "user", Origin.TOOL),
    ]
    assert len(bring("letta", tmp_path / "sam.af", persona="yes").memories) == 3


def test_the_older_agent_file_is_read_too(tmp_path: Path) -> None:
    """Users' words in an envelope, the agent's as a call of a tool."""
    got = bring("letta", as_json(tmp_path / "old.af", OLD_LETTA))
    assert got.texts == ["Hello there", "Hi!"]
    assert got.memories[0].created_at.isoformat() == "2025-03-01T00:00:00+00:00"


@pytest.mark.parametrize(
    ("value", "told"),
    [
        ({"blocks": []}, "no agent file"),
        ({"agents": [1]}, "no agent file"),
        ({"messages": [{"role": "user", "content": "x"}]}, "when it was said"),
        ({"messages": [{"role": "user", "content": "x", "created_at": "soon"}]}, "is not a time"),
    ],
)
def test_what_is_no_agent_file_is_told(tmp_path: Path, value: Any, told: str) -> None:
    """In one line."""
    with pytest.raises(BadInputError, match=told):
        bring("letta", as_json(tmp_path / "a.af", value))


def test_observations_and_relations_of_basic_memory_are_kept(tmp_path: Path) -> None:
    """Each observation is a memory tied to its note; a relation is a link of its name; tasks are nothing."""
    (tmp_path / "Coffee.md").write_text(COFFEE, encoding="utf-8")
    (tmp_path / "Grinding.md").write_text("---\npermalink: grinding\n---\nFiner is stronger.\n", encoding="utf-8")
    got = bring("markdown", tmp_path)
    by_text = {memory.text: memory for memory in got.memories}
    method = by_text["Coffee Brewing: Pour over gives more clarity"]
    assert method.tags == ("method", "brewing")
    assert by_text["Coffee Brewing: Light roasts, please (by experience)"].tags == ("preference",)
    assert len(by_text) == 4
    relations = sorted(link.relation for link in got.links)
    assert relations == ["observed in", "observed in", "requires"]


def test_a_list_in_anyones_vault_is_no_observation(tmp_path: Path) -> None:
    """Without a permalink, brackets are only brackets."""
    (tmp_path / "n.md").write_text("- [idea] a boat\n", encoding="utf-8")
    assert len(bring("markdown", tmp_path).memories) == 1
