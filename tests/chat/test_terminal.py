from __future__ import annotations

import re
import signal
import stat
from collections.abc import Sequence
from typing import TYPE_CHECKING

import pytest
from prompt_toolkit.completion import CompleteEvent
from prompt_toolkit.document import Document

from memcli.cli.line_editor import SlashCompleter
from memcli.models.fake import FakeChatModel
from memcli.ports import Task
from memcli.records import Message

if TYPE_CHECKING:
    from tests.chat.conftest import Desk

ENTER, NEWLINE, CTRL_C, CTRL_D, UP = "\r", "\x1b\r", "\x03", "\x04", "\x1b[A"


def asked(desk: Desk) -> list[str]:
    """What the model was asked last, without the notes before it."""
    return [messages[-1].content.rpartition("Message: ")[2] for messages, _ in desk.model.asked]


def test_a_reply_is_followed_by_its_sources_and_by_what_was_kept(desk: Desk) -> None:
    """Citations are ids that `show` takes."""
    desk.model = FakeChatModel(["Under the mat [1]."])
    told = desk.type(f"/remember The key is under the mat.{ENTER}Where is the key?{ENTER}{CTRL_D}")
    cited = re.search(r"Under the mat \[([mt]:\w+)\]", told)
    assert cited is not None
    assert f"sources: {cited[1]}  2 Mar 2026  The key is under the mat." in told
    assert "kept 2 turns in chat-2026-03-02-1" in told
    assert "memcli chat --session chat-2026-03-02-1" in told


@pytest.mark.parametrize(
    ("keys", "message"),
    [
        (f"one\\{ENTER}two{ENTER}", "one\ntwo"),
        (f"one{NEWLINE}two{ENTER}", "one\ntwo"),
        (f"\x1b[200~one\ntwo\x1b[201~{ENTER}", "one\ntwo"),
        (f"{ENTER}one{ENTER}", "one"),
    ],
    ids=["backslash", "alt-enter", "paste", "empty line"],
)
def test_a_message_may_have_several_lines(desk: Desk, keys: str, message: str) -> None:
    """However they were typed."""
    desk.type(keys + CTRL_D)
    assert asked(desk) == [message]


def test_ctrl_c_clears_a_line_and_does_not_leave(desk: Desk) -> None:
    """Only Ctrl-D leaves."""
    told = desk.type(f"never mind{CTRL_C}hello{ENTER}{CTRL_D}")
    assert asked(desk) == ["hello"]
    assert "Ctrl-D leaves" in told


def test_ctrl_c_stops_a_reply_and_keeps_what_was_said(desk: Desk) -> None:
    """The next message is answered as ever."""

    def interrupted(messages: Sequence[Message], task: Task | None) -> str:
        if len(desk.model.asked) == 1:
            signal.raise_signal(signal.SIGINT)
        return "one two three"

    desk.model = FakeChatModel(rule=interrupted)
    told = desk.type(f"count{ENTER}again{ENTER}{CTRL_D}", session="s")
    assert "one (stopped)" in told
    with desk.state().assistant() as assistant:
        assert [turn.text for turn in assistant.store.session_turns("s")] == [
            "count",
            "one",
            "again",
            "one two three",
        ]


def test_an_error_is_one_line_and_the_chat_goes_on(desk: Desk) -> None:
    """An unknown id, an unknown command, a prompt that does not fit."""
    told = desk.type(f"/forget m:zzzz{ENTER}/nothing{ENTER}hello{ENTER}{CTRL_D}")
    assert "there is no command /nothing" in told
    assert asked(desk) == ["hello"]


def test_history_is_kept_for_the_next_chat_and_private_to_the_user(desk: Desk) -> None:
    """The arrow key brings back what was typed in an earlier chat."""
    desk.type(f"hello there{ENTER}{CTRL_D}")
    desk.type(f"{UP}{ENTER}{CTRL_D}")
    assert asked(desk) == ["hello there", "hello there"]
    assert stat.S_IMODE((desk.home / "chat_history").stat().st_mode) == 0o600


def test_a_private_chat_leaves_no_trace(desk: Desk) -> None:
    """No turn, no history file, no home."""
    told = desk.type(f"my secret{ENTER}/exit{ENTER}", private=True)
    assert "a private chat: nothing is stored" in told
    assert "kept" not in told
    assert not desk.home.exists()


@pytest.mark.parametrize(
    ("typed", "offered"),
    [
        ("/se", ["/session", "/sessions"]),
        ("/forget m:", ["m:"]),
        ("/session tr", ["trip"]),
        ("hello /", []),
        ("h", []),
    ],
)
def test_commands_ids_and_sessions_are_completed(desk: Desk, typed: str, offered: list[str]) -> None:
    """Only in a line that begins with a slash."""
    talk = desk.talk("trip")
    talk.say("hello", lambda _: None)
    talk.command("/remember tea")
    found = list(SlashCompleter(talk).get_completions(Document(typed), CompleteEvent()))
    assert len(found) == len(offered)
    assert all(each.text.startswith(start) for each, start in zip(found, offered, strict=True))
