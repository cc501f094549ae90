"""Logs of coding assistants."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from memcli.errors import BadInputError
from memcli.records import Role
from tests.plugins.conftest import Json, bring

Write = Callable[[str, str], Path]
AT = "2026-01-05T10:00:00.000Z"


def lines(*values: Json) -> str:
    """JSON Lines."""
    return "".join(json.dumps(value) + "\n" for value in values)


def said(kind: str, content: Json, uuid: str, **more: Json) -> Json:
    """A line as Claude Code writes it."""
    message = {"role": kind, "content": content}
    return {"type": kind, "uuid": uuid, "sessionId": "s1", "timestamp": AT, "message": message} | more


CLAUDE_CODE = lines(
    {"type": "summary", "summary": "Fixing"},
    {"type": "file-history-snapshot", "snapshot": {}},
    said("user", "Why does it fail?", "u1"),
    said("user", "<command-name>/clear</command-name>", "u2"),
    said("user", "internal", "u3", isMeta=True),
    said("assistant", [{"type": "thinking", "thinking": "hm"}, {"type": "text", "text": "A typo."}], "a1"),
    said("assistant", [{"type": "tool_use", "name": "Edit"}], "a2"),
    said("user", [{"type": "tool_result", "content": "ok"}], "u4"),
    said("assistant", [{"type": "text", "text": "side"}], "a3", isSidechain=True),
)
CODEX = lines(
    {"timestamp": AT, "type": "session_meta", "payload": {"id": "c1"}},
    {"timestamp": AT, "type": "response_item", "payload": {
        "type": "message", "role": "user", "content": [{"type": "text", "text": "<environment_context>"}]}},
    {"timestamp": AT, "type": "response_item", "payload": {
        "type": "message", "role": "user", "content": [{"type": "input_text", "text": "Why does it fail?"}]}},
    {"timestamp": AT, "type": "response_item", "payload": {"type": "reasoning", "summary": []}},
    {"timestamp": AT, "type": "event_msg", "payload": {"type": "token_count"}},
    {"timestamp": AT, "type": "response_item", "payload": {
        "type": "message", "role": "assistant", "content": [{"type": "output_text", "text": "A typo."}]}},
)  # fmt: skip
PLAIN = lines(
    {"role": "user", "content": "Why does it fail?", "timestamp": AT}, {"role": "assistant", "content": "A typo."}
)


@pytest.mark.parametrize(("log", "session"), [(CLAUDE_CODE, "s1"), (CODEX, "c1"), (PLAIN, "log")])
def test_what_was_said_is_kept_and_what_machines_did_is_not(written: Write, log: str, session: str) -> None:
    """In each of the three forms."""
    turns = bring("agent-log", written("log.jsonl", log)).turns
    assert [(turn.role, turn.text, turn.session) for turn in turns] == [
        (Role.USER, "Why does it fail?", session), (Role.ASSISTANT, "A typo.", session),
    ]  # fmt: skip


def test_all_logs_below_a_folder_are_read(tmp_path: Path, written: Write) -> None:
    """One file is one session."""
    written("p/a/1.jsonl", CLAUDE_CODE)
    written("p/b/2.jsonl", PLAIN)
    assert {turn.session for turn in bring("agent-log", tmp_path / "p").turns} == {"s1", "2"}


@pytest.mark.parametrize(
    ("log", "told"),
    [
        (CLAUDE_CODE + '{"type": "us', "line 10 is not JSON, or is cut off"),
        ("[1]\n", "line 1 is not a JSON object"),
        (lines({"role": "king", "content": "x"}), "line 1: 'king' is not a role"),
        (lines({"role": "user", "content": "x", "timestamp": "soon"}), "line 1: 'soon' is not a time"),
        ("[" * 100_000 + "\n", "line 1 is not JSON"),
    ],
)
def test_what_is_no_log_is_refused(written: Write, log: str, told: str) -> None:
    """One clear line that names the line."""
    with pytest.raises(BadInputError, match=told):
        bring("agent-log", written("log.jsonl", log))
