"""Records to JSON and back."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from memcli import codec
from memcli.errors import BadInputError
from memcli.records import Answer, Change, Hit, Kind, Lane, Link, Memory, Op, Origin, Precision, Role, Status, Turn

texts = st.text(max_size=20)
floats = st.floats(allow_nan=False, allow_infinity=False)
offsets = st.integers(-14 * 60, 14 * 60).map(lambda minutes: timezone(timedelta(minutes=minutes)))
times = st.datetimes(min_value=datetime(1900, 1, 1), max_value=datetime(2200, 1, 1), timezones=offsets)  # noqa: DTZ001
some_texts = st.lists(texts, max_size=3).map(tuple)
turns = st.builds(
    Turn,
    id=texts,
    session=texts,
    position=st.integers(),
    role=st.sampled_from(Role),
    speaker=texts,
    text=texts,
    at=times,
    origin=st.sampled_from(Origin),
    source=texts,
    source_id=texts,
)
memories = st.builds(
    Memory,
    id=texts,
    text=texts,
    kind=st.sampled_from(Kind),
    created_at=times,
    updated_at=times,
    event_at=st.none() | times,
    event_precision=st.none() | st.sampled_from(Precision),
    valid_from=st.none() | times,
    valid_to=st.none() | times,
    importance=floats,
    status=st.sampled_from(Status),
    trust=st.sampled_from(Origin),
    tags=some_texts,
    sources=some_texts,
    supersedes=st.none() | texts,
)
links = st.builds(Link, source=texts, target=texts, relation=texts, weight=floats)
changes = st.builds(
    Change,
    id=texts,
    batch=texts,
    at=times,
    actor=texts,
    op=st.sampled_from(Op),
    memory_id=texts,
    before=st.none() | memories,
    after=st.none() | memories,
    reason=texts,
    evidence=some_texts,
    link=st.none() | links,
    undoes=st.none() | texts,
)
hits = st.builds(
    Hit,
    lane=st.sampled_from(Lane),
    id=texts,
    score=floats,
    turn=st.none() | turns,
    memory=st.none() | memories,
    features=st.dictionaries(texts, floats, max_size=2),
)
answers = st.builds(
    Answer,
    id=texts,
    question=texts,
    text=texts,
    at=times,
    citations=some_texts,
    retrieved=st.lists(hits, max_size=2).map(tuple),
    injected=some_texts,
    model=texts,
    took_ms=floats,
    session=texts,
)


@given(turns | memories | links | changes | hits | answers)
def test_every_record_comes_back_from_its_json_as_it_was(record: codec.Record) -> None:
    """Round trip, time offsets included."""
    back = codec.loads(type(record), codec.dumps(record))
    assert back == record
    assert codec.dumps(back) == codec.dumps(record)


def test_a_record_of_a_later_version_is_read_without_its_new_keys() -> None:
    """Keys are only ever added, so an older memcli may ignore them; absent ones take their defaults."""
    values = {"source": "m:1", "target": "m:2", "colour": "red"}
    assert codec.decode(Link, values) == Link(source="m:1", target="m:2")


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        (Turn, "not json"),
        (Turn, "[]"),
        (Turn, "{}"),
        (Memory, json.dumps({"id": "m:1", "text": "a", "kind": "odd", "created_at": "2026-01-01T00:00:00+00:00"})),
        (Answer, json.dumps({"id": "a:1", "question": "", "text": "", "at": "yesterday"})),
    ],
)
def test_what_is_no_record_is_bad_input(kind: type[Turn | Memory | Answer], text: str) -> None:
    """Never a foreign exception."""
    with pytest.raises(BadInputError):
        codec.loads(kind, text)


def test_times_keep_the_offset_the_speaker_saw() -> None:
    """The instant alone would lose what the clock on the wall said."""
    at = datetime(2026, 7, 1, 8, 0, tzinfo=timezone(timedelta(hours=5, minutes=30)))
    turn = Turn(id="t:1", session="s", position=0, role=Role.USER, speaker="a", text="x", at=at)
    back = codec.loads(Turn, codec.dumps(turn))
    assert back.at.utcoffset() == timedelta(hours=5, minutes=30)
    assert back.at == at.astimezone(UTC)
