"""Claude's export: conversations, attachments, projects."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from memcli.errors import BadInputError
from memcli.records import Origin, Role
from tests.plugins.conftest import Json, as_json, as_zip, bring

AT = "2026-01-05T10:00:00.123456Z"
TALK: dict[str, Json] = {
    "uuid": "aaaaaaaa-1111",
    "name": "Travel",
    "created_at": AT,
    "chat_messages": [
        {
            "uuid": "m1",
            "sender": "human",
            "created_at": AT,
            "text": "Plan Porto",
            "content": [{"type": "text", "text": "Plan Porto"}],
            "attachments": [{"file_name": "wishes.txt", "extracted_content": "a boat trip"}],
        },
        {
            "uuid": "m2",
            "sender": "assistant",
            "created_at": AT,
            "text": "",
            "content": [
                {"type": "thinking", "thinking": "hmm"},
                {"type": "text", "text": "Take a boat."},
                {"type": "tool_use", "name": "search"},
            ],
        },
        {"uuid": "m3", "sender": "human", "created_at": AT, "text": "Old exports have this only"},
    ],
}
PROJECT: dict[str, Json] = {
    "uuid": "bbbbbbbb-2222",
    "name": "House",
    "description": "Rebuilding",
    "prompt_template": "Be brief",
    "created_at": AT,
    "docs": [{"uuid": "d1", "filename": "plan.md", "content": "The roof first.", "created_at": AT}],
}


def test_a_conversation_is_kept_without_thoughts_and_tools(tmp_path: Path) -> None:
    """Attachments are documents."""
    turns = bring("claude", as_json(tmp_path / "conversations.json", [TALK])).turns
    assert [(turn.text, turn.role, turn.origin) for turn in turns] == [
        ("Plan Porto", Role.USER, Origin.DIRECT_USER),
        ("wishes.txt\n\na boat trip", Role.USER, Origin.DOCUMENT),
        ("Take a boat.", Role.ASSISTANT, Origin.ASSISTANT),
        ("Old exports have this only", Role.USER, Origin.DIRECT_USER),
    ]
    assert {turn.session for turn in turns} == {"Travel (aaaaaaaa)"}
    assert turns[0].at.microsecond == 123456


def test_the_zip_brings_conversations_and_projects(tmp_path: Path) -> None:
    """A project's instructions are the user's words, its files are documents; neither is learned from."""
    path = as_zip(
        tmp_path / "data.zip",
        {
            "conversations.json": json.dumps([TALK]),
            "projects.json": json.dumps([PROJECT]),
            "users.json": json.dumps([{"uuid": "u"}]),
        },
    )
    found = bring("claude", path)
    assert found.texts[-2:] == ["Rebuilding\n\nBe brief", "plan.md\n\nThe roof first."]
    assert [part.learn for part in found.parts] == [True, False]


@pytest.mark.parametrize(
    ("value", "told"),
    [
        ([{"name": "x", "chat_messages": []}], "no uuid"),
        ([{"uuid": "u", "name": "x"}], "neither"),
        ([{**TALK, "chat_messages": [{"uuid": "m", "sender": "human", "text": "x"}]}], "not a time"),
        ([{**TALK, "chat_messages": [{"sender": "human", "text": "x", "created_at": AT}]}], "no uuid"),
        ([3], "element 1: it is not an object"),
    ],
)
def test_what_is_no_conversation_is_named(tmp_path: Path, value: Json, told: str) -> None:
    """One clear line."""
    with pytest.raises(BadInputError, match=told):
        bring("claude", as_json(tmp_path / "conversations.json", value))
