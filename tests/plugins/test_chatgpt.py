"""ChatGPT's export: the tree, its branches, the files it comes in."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import pytest

from memcli.errors import BadInputError
from memcli.records import Origin, Role
from tests.plugins.conftest import Json, as_json, as_zip, bring

BEGAN = 1767600000.0


def message(own_id: str, parent: str | None, role: str, content: Json, **more: Json) -> dict[str, Json]:
    """A node of the tree; ``content`` may be the words alone."""
    told = content if isinstance(content, dict) else {"content_type": "text", "parts": [content]}
    spoken = {"id": own_id, "author": {"role": role}, "create_time": BEGAN, "content": told, "recipient": "all"}
    return {"id": own_id, "parent": parent, "children": [], "message": spoken | more}


def talk(nodes: Sequence[dict[str, Json]], leaf: str | None, **more: Json) -> dict[str, Json]:
    """A conversation of these nodes below an empty root."""
    root: dict[str, Json] = {"id": "root", "message": None, "parent": None, "children": []}
    mapping = {node["id"]: node for node in [root, *nodes]}
    whole = {"title": "Cats", "create_time": BEGAN, "mapping": mapping, "current_node": leaf, "id": "c0ffee-1234"}
    return whole | more


SIMPLE = [
    message("s", "root", "system", ""),
    message("u", "s", "user", "I adopted Miso."),
    message("a", "u", "assistant", "Congratulations!", create_time=BEGAN + 9.5),
]


def test_a_conversation_keeps_roles_times_and_its_own_ids(tmp_path: Path) -> None:
    """Its session is its title with the beginning of its id."""
    first, second = bring("chatgpt", as_json(tmp_path / "conversations.json", [talk(SIMPLE, "a")])).turns
    assert (first.text, first.role, first.origin, first.session) == (
        "I adopted Miso.", Role.USER, Origin.DIRECT_USER, "Cats (c0ffee-1)",
    )  # fmt: skip
    assert (second.role, second.origin, second.position) == (Role.ASSISTANT, Origin.ASSISTANT, 1)
    assert second.at == datetime(2026, 1, 5, 8, 0, 9, 500000, tzinfo=UTC)
    assert (first.source, first.source_id) == ("chatgpt", "u")


def test_the_shown_branch_is_the_talk_and_the_others_are_kept_beside_it(tmp_path: Path) -> None:
    """A regenerated reply is not learned from."""
    other = message("b", "u", "assistant", "Oh no!")
    file = as_json(tmp_path / "conversations.json", [talk([*SIMPLE, other], "a")])
    shown, beside = bring("chatgpt", file).parts
    assert [turn.text for turn in shown.turns] == ["I adopted Miso.", "Congratulations!"]
    assert [turn.text for turn in beside.turns] == ["Oh no!"]
    assert (shown.learn, beside.learn) == (True, False)
    assert beside.turns[0].session != shown.turns[0].session
    assert bring("chatgpt", file, alternates="no").texts == ["I adopted Miso.", "Congratulations!"]


@pytest.mark.parametrize("leaf", [None, "gone"])
def test_without_a_current_leaf_the_latest_message_is_it(tmp_path: Path, leaf: str | None) -> None:
    """Some exports name a leaf that is not there."""
    file = as_json(tmp_path / "conversations.json", [talk(SIMPLE, leaf)])
    assert bring("chatgpt", file).texts == ["I adopted Miso.", "Congratulations!"]


def test_a_tree_that_bites_its_tail_ends(tmp_path: Path) -> None:
    """Parents that go round in a circle."""
    nodes = [message("u", "a", "user", "hello"), message("a", "u", "assistant", "hi")]
    assert sorted(bring("chatgpt", as_json(tmp_path / "c.json", [talk(nodes, "a")])).texts) == ["hello", "hi"]


@pytest.mark.parametrize(
    ("node", "kept"),
    [
        (message("x", "u", "assistant", {"content_type": "code", "text": "print(1)"}), ["print(1)"]),
        (message("x", "u", "assistant", {"content_type": "code", "text": "search()"}, recipient="web"), []),
        (message("x", "u", "tool", "a page"), []),
        (message("x", "u", "assistant", {"content_type": "thoughts", "thoughts": []}), []),
        (message("x", "u", "user", "hidden", metadata={"is_visually_hidden_from_conversation": True}), []),
        (message("x", "u", "user", "no metadata", metadata=None), ["no metadata"]),
        (
            message("x", "u", "user", {"content_type": "multimodal_text",
                                       "parts": [{"content_type": "image_asset_pointer"}, "what is it?"]}),
            ["[image]\nwhat is it?"],
        ),
        (
            message("x", "u", "user", {"content_type": "multimodal_text",
                                       "parts": [{"content_type": "audio_transcription", "text": "spoken"}]}),
            ["spoken"],
        ),
    ],
)  # fmt: skip
def test_what_was_said_is_kept_and_what_machines_told_each_other_is_not(
    tmp_path: Path, node: Json, kept: list[str]
) -> None:
    """Each kind of content."""
    file = as_json(tmp_path / "conversations.json", [talk([*SIMPLE[:2], node], "x")])
    assert bring("chatgpt", file).texts[1:] == kept


def test_a_message_without_a_time_was_said_when_the_one_before_was(tmp_path: Path) -> None:
    """Exports leave some times out."""
    nodes = [message("u", "root", "user", "a"), message("v", "u", "user", "b", create_time=None)]
    first, second = bring("chatgpt", as_json(tmp_path / "c.json", [talk(nodes, "v")])).turns
    assert first.at == second.at


def test_the_zip_with_one_file_or_with_many_is_read_whole(tmp_path: Path) -> None:
    """Newer exports are cut into numbered files."""
    files = {
        f"export/conversations-{number:03}.json": json.dumps(
            [talk([message(f"u{number}", "root", "user", f"talk {number}")], f"u{number}")]
        )
        for number in range(3)
    }
    path = as_zip(tmp_path / "export.zip", {**files, "export/chat.html": "<p>", "export/user.json": "{}"})
    assert bring("chatgpt", path).texts == ["talk 0", "talk 1", "talk 2"]
    folder = tmp_path / "folder"
    folder.mkdir()
    as_json(folder / "conversations.json", [talk(SIMPLE, "a")])
    assert len(bring("chatgpt", folder).turns) == 2


def test_a_longer_export_of_the_same_talk_brings_only_what_is_new(tmp_path: Path) -> None:
    """By the messages' own ids."""
    more = message("v", "a", "user", "She sleeps.")
    short = bring("chatgpt", as_json(tmp_path / "1.json", [talk(SIMPLE, "a")])).turns
    long = bring("chatgpt", as_json(tmp_path / "2.json", [talk([*SIMPLE, more], "v")])).turns
    assert [turn.text for turn in long if turn.id not in {t.id for t in short}] == ["She sleeps."]


@pytest.mark.parametrize(
    ("value", "told"),
    [
        ([{"title": "x"}], "conversation 1: it has no messages"),
        ([talk(SIMPLE, "a", id=None)], "it has no id"),
        ([talk(SIMPLE, "a"), 7], "conversation 2"),
        ([talk([message("u", "root", "king", "x")], "u")], "'king' is not a role"),
        ([talk([message("u", "root", "user", "x", create_time="soon")], "u")], "'soon' is not a time"),
        ([talk([message("u", "root", "user", "x", create_time=1e300)], "u")], "is not a time"),
    ],
)
def test_a_conversation_that_is_not_one_is_named(tmp_path: Path, value: Json, told: str) -> None:
    """One clear line."""
    with pytest.raises(BadInputError, match=told):
        bring("chatgpt", as_json(tmp_path / "conversations.json", value))
