from __future__ import annotations

import json
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import pytest

from memcli.errors import ModelMissingError
from memcli.models.fake import FakeChatModel
from memcli.ports import Task
from memcli.records import Message

if TYPE_CHECKING:
    from tests.chat.conftest import Desk


def events(out: str) -> list[dict[str, Any]]:
    """One JSON event per line."""
    return [json.loads(line) for line in out.splitlines()]


def test_each_line_gets_one_line_of_answer(desk: Desk) -> None:
    """Whatever the model makes of lines; blank ones are passed over."""
    desk.model = FakeChatModel(["one\ntwo", "three"])
    code, out, _ = desk.pipe("first", "", "second")
    assert (code, out) == (0, "one two\nthree\n")


def test_what_commands_tell_is_not_mixed_with_answers(desk: Desk) -> None:
    """Stdout is answers only, so that a line of it belongs to a line of input."""
    code, out, err = desk.pipe("/remember Tea at four.", "hello", "/exit", "never asked")
    assert (code, out) == (0, "All right.\n")
    assert "+ remembered" in err
    assert len(desk.model.asked) == 1


def test_json_events_tell_all_that_happens(desk: Desk) -> None:
    """The pieces make up the answer; what was kept is told by id."""
    desk.model = FakeChatModel(["At four [1]."])
    code, out, _ = desk.pipe("/remember Tea at four.", "When is tea?", flags=("--json", "--session", "s"))
    session, command, *pieces, answer, learned = events(out)
    assert code == 0
    assert (session["event"], session["session"], session["schema"]) == ("session", "s", 1)
    assert (command["event"], command["command"]) == ("command", "/remember Tea at four.")
    assert {piece["event"] for piece in pieces} == {"piece"}
    assert "".join(piece["text"] for piece in pieces) == answer["answer"]
    assert answer["event"] == "answer"
    assert answer["citations"] == [hit["id"] for hit in answer["retrieved"] if hit["text"] == "Tea at four."][:1]
    assert len(answer["kept"]) == 2
    assert answer["interrupted"] is False
    assert learned == {"event": "learned", "changes": [], "secrets": []}


def test_what_was_learned_of_a_message_is_told(desk: Desk) -> None:
    """As the changes that the store has, on stderr or as an event."""
    code, out, err = desk.pipe("My sister Ana lives in Porto.")
    assert (code, out) == (0, "All right.\n")
    assert "+ remembered" in err
    code, out, _ = desk.pipe("I started learning the cello last week.", flags=("--json",))
    assert code == 0
    assert [change["op"] for change in events(out)[-1]["changes"]] == ["ADD"]


def test_a_private_pipe_keeps_nothing(desk: Desk) -> None:
    """Neither turns nor a home."""
    code, out, _ = desk.pipe("my secret", flags=("--private", "--json"))
    assert code == 0
    *_, answer, learned = events(out)
    assert (answer["kept"], learned["changes"]) == ([], [])
    assert not desk.home.exists()


@pytest.mark.parametrize(("line", "code"), [("/nothing", 2), ("/forget m:zzzz", 3), ("/remember", 2)])
def test_a_command_that_fails_ends_the_script_with_its_code(desk: Desk, line: str, code: int) -> None:
    """As `set -e` would: what comes after might rest on it."""
    found, out, err = desk.pipe(line, "hello")
    assert (found, out) == (code, "")
    assert len(err.splitlines()) in (1, 2)


def test_a_missing_model_says_how_to_pull_it(desk: Desk) -> None:
    """Exit 5, and nothing of the message is kept."""

    def missing(messages: Sequence[Message], task: Task | None) -> str:
        raise ModelMissingError("the model x is not on this machine", hint="run `memcli models pull x`")

    desk.model = FakeChatModel(rule=missing)
    code, out, err = desk.pipe("hello")
    assert (code, out) == (5, "")
    assert "memcli models pull x" in err


def test_input_that_is_not_text_is_refused(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """Exit 7, one line."""
    code, out, err = desk.pipe("a\x00b")
    assert (code, out) == (7, "")
    assert "binary" in err


def test_who_gave_no_name_is_told_how_to(desk: Desk) -> None:
    """Once, where nobody can be asked."""
    hint = "memcli init --name NAME"
    assert hint in desk.pipe("hello")[2]
    assert hint not in desk.pipe("hello")[2]
