"""The JSON Lines plugin by itself: hostile files, both forms, and the hooks that bring it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from memcli import hooks
from memcli.errors import BadInputError
from memcli.records import Change, Kind, Link, Mark, Memory, Origin, Role, Turn

AT = datetime(2026, 1, 5, 10, 0, tzinfo=timezone(timedelta(hours=2)))


def read(path: Path, **options: str) -> list[Turn]:
    """The turns of a file."""
    return [turn for part in hooks.importer("jsonl").read(path, options) for turn in part.turns]


def read_or_refused(path: Path) -> tuple[list[Turn], str]:
    """The turns of a file, or why it is refused."""
    try:
        return read(path), ""
    except BadInputError as error:
        return [], error.message


def lines(folder: Path, *values: object) -> Path:
    """A file of these values."""
    file = folder / "talk.jsonl"
    file.write_text("".join(json.dumps(value) + "\n" for value in values), encoding="utf-8")
    return file


def test_the_plugin_is_found_through_its_entry_point() -> None:
    """As a third party's would be."""
    assert "jsonl" in hooks.import_formats()
    assert "jsonl" in hooks.export_formats()


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ({"content": "a"}, {"text": "a", "role": Role.USER, "speaker": "user", "origin": Origin.DIRECT_USER}),
        ({"text": "a", "role": "assistant"}, {"role": Role.ASSISTANT, "origin": Origin.ASSISTANT}),
        ({"text": "a", "role": "System"}, {"role": Role.TOOL, "origin": Origin.TOOL}),
        ({"text": "a", "speaker": "Ana"}, {"speaker": "Ana"}),
        ({"text": "a", "name": "Bo"}, {"speaker": "Bo"}),
        ({"text": "a", "session": "s"}, {"session": "s"}),
        ({"text": "a", "id": 7}, {"source_id": "7"}),
        ({"text": "a", "at": AT.isoformat()}, {"at": AT}),
        ({"text": "a", "timestamp": 0}, {"at": datetime(1970, 1, 1, tzinfo=UTC)}),
        ({"text": "a", "at": "2026-01-05T10:00:00"}, {"at": datetime(2026, 1, 5, 10, 0, tzinfo=UTC)}),
        ({"content": [{"type": "text", "text": "a"}, {"type": "image"}, {"text": "b"}]}, {"text": "a\nb"}),
    ],
)
def test_what_other_tools_write_is_understood(tmp_path: Path, line: object, expected: dict[str, object]) -> None:
    """Each key by itself."""
    (turn,) = read(lines(tmp_path, line))
    assert {name: getattr(turn, name) for name in expected} == expected


def test_lines_without_a_time_follow_the_one_before_by_a_second(tmp_path: Path) -> None:
    """The first takes the time that the options name; each session has its own clock."""
    turns = read(
        lines(tmp_path, {"text": "a"}, {"text": "b", "at": 100}, {"text": "c"}, {"text": "d", "session": "x"}),
        at=AT.isoformat(),
    )
    epoch = datetime(1970, 1, 1, tzinfo=UTC)
    assert [turn.at for turn in turns] == [
        AT, epoch + timedelta(seconds=100), epoch + timedelta(seconds=101), AT,
    ]  # fmt: skip


def test_empty_messages_are_left_out_and_keep_their_place(tmp_path: Path) -> None:
    """So that the ids of the others do not depend on them being there."""
    turns = read(lines(tmp_path, {"text": "a"}, {"text": " "}, {"text": "b"}))
    assert [(turn.text, turn.position) for turn in turns] == [("a", 0), ("b", 2)]


def test_the_same_words_twice_in_a_row_are_two_turns(tmp_path: Path) -> None:
    """And the same two when read again."""
    file = lines(tmp_path, {"text": "yes"}, {"text": "yes"})
    first, second = read(file), read(file)
    assert len({turn.id for turn in first}) == 2
    assert first == second


def test_messages_with_ids_of_their_own_are_the_same_wherever_they_stand(tmp_path: Path) -> None:
    """A longer export of the same chat brings only what is new."""
    short = {turn.id for turn in read(lines(tmp_path, {"text": "a", "id": "x"}))}
    long = {turn.id for turn in read(lines(tmp_path, {"text": "0", "id": "w"}, {"text": "a", "id": "x"}))}
    assert short < long


def test_a_byte_order_mark_and_windows_line_ends_do_no_harm(tmp_path: Path) -> None:
    """As Excel and Notepad write them."""
    file = tmp_path / "talk.jsonl"
    file.write_bytes(b'\xef\xbb\xbf{"text": "a"}\r\n\r\n{"text": "b"}\r\n')
    assert [turn.text for turn in read(file)] == ["a", "b"]


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=8,
)
keys = [
    "type",
    "id",
    "text",
    "content",
    "role",
    "session",
    "at",
    "timestamp",
    "speaker",
    "position",
    "kind",
    "tags",
]
hostile = st.dictionaries(
    st.sampled_from(keys), json_values | st.sampled_from(["turn", "memory", "link", "user", "m:1", "t:1"])
)


@settings(max_examples=150, deadline=None)
@given(st.lists(hostile | json_values, max_size=3))
def test_a_strangers_file_is_read_or_refused_and_never_breaks(values: list[Any]) -> None:
    """Any JSON at all."""
    with TemporaryDirectory() as folder:
        turns, refusal = read_or_refused(lines(Path(folder), *values))
    assert all(turn.at.tzinfo for turn in turns)
    assert refusal == "" or refusal.startswith("line ")


@settings(max_examples=50, deadline=None)
@given(st.binary(max_size=200))
def test_any_bytes_are_read_or_refused(data: bytes) -> None:
    """Nothing but BadInputError comes out."""
    with TemporaryDirectory() as folder:
        file = Path(folder) / "x"
        file.write_bytes(data)
        refusal = read_or_refused(file)[1]
    assert refusal == "" or refusal.startswith("line ")


class Shelf:
    """Records to export."""

    def __init__(self, turns: list[Turn], memories: list[Memory], links: list[Link]) -> None:
        self._all = turns, memories, links

    def turns(self) -> Iterator[Turn]:
        return iter(self._all[0])

    def memories(self) -> Iterator[Memory]:
        return iter(self._all[1])

    def links(self) -> Iterator[Link]:
        return iter(self._all[2])

    def changes(self) -> Iterator[Change]:
        return iter(())

    def marks(self) -> Iterator[Mark]:
        return iter(())


names = st.text(min_size=1, max_size=20)
turns = st.builds(
    Turn, id=st.from_regex(r"t:[0-9a-z]{12}", fullmatch=True), session=names, position=st.integers(0, 99),
    role=st.sampled_from(Role), speaker=names, text=names,
    at=st.datetimes(timezones=st.just(UTC)), origin=st.sampled_from(Origin), source=names, source_id=names,
)  # fmt: skip
memories = st.builds(
    Memory, id=st.from_regex(r"m:[0-9a-z]{12}", fullmatch=True), text=names, kind=st.sampled_from(Kind),
    created_at=st.datetimes(timezones=st.just(UTC)), updated_at=st.just(AT), importance=st.floats(0, 1),
    event_at=st.none() | st.just(AT), tags=st.lists(names, max_size=3).map(tuple), pinned=st.booleans(),
)  # fmt: skip


@settings(max_examples=50, deadline=None)
@given(st.lists(turns, max_size=3), st.lists(memories, max_size=3))
def test_what_is_written_reads_back_the_same(some_turns: list[Turn], some_memories: list[Memory]) -> None:
    """Every field, in the same order."""
    links = [Link("m:a", "m:b", "about", 0.5)]
    with TemporaryDirectory() as folder:
        file = Path(folder) / "all.jsonl"
        written = hooks.exporter("jsonl").write(file, Shelf(some_turns, some_memories, links), {})
        parts = list(hooks.importer("jsonl").read(file, {}))
    assert written == len(some_turns) + len(some_memories) + 1
    assert [turn for part in parts for turn in part.turns] == some_turns
    assert [memory for part in parts for memory in part.memories] == some_memories
    assert [link for part in parts for link in part.links] == links
