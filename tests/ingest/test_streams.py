"""Foreign JSON and foreign times: what is read in pieces, how deep it may go, when something was said."""

from __future__ import annotations

import io
import json
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from memcli.errors import BadInputError
from memcli.ingest.files import entries, reading
from memcli.ingest.json_stream import DEEPEST, Shallow
from memcli.ingest.talk import LONGEST_TURN, Talk, moment, zone_of
from memcli.ingest.text import SEGMENT_CHARS
from memcli.records import Origin

values = st.recursive(
    st.text(st.sampled_from('[]{}"\\a\n'), max_size=12) | st.integers(),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.text(st.sampled_from('[{"\\'), max_size=3), inner)
    ),
    max_leaves=30,
)


def drained(raw: bytes, size: int) -> bytes:
    """All of a stream, so many bytes at a time."""
    stream, read = Shallow(io.BytesIO(raw)), b""
    while chunk := stream.read(size):
        read += chunk
    return read


@given(values, st.integers(1, 40))
def test_json_passes_unchanged_however_it_is_cut(value: Any, size: int) -> None:
    """Brackets and escapes within words do not count."""
    raw = json.dumps(value, ensure_ascii=False).encode()
    assert drained(raw, size) == raw


@given(st.integers(1, 2_000), st.sampled_from(['["]]]", ', '{"[{\\"":', "["]))
def test_what_is_nested_too_deeply_is_refused(size: int, level: str) -> None:
    """At any size of the pieces; one level less passes."""
    assert drained(level.encode() * DEEPEST, size)
    with pytest.raises(BadInputError, match="nested"):
        drained(level.encode() * (DEEPEST + 1), size)


@pytest.mark.parametrize(
    ("told", "expected"),
    [
        (0, datetime(1970, 1, 1, tzinfo=UTC)),
        (1767600000.5, datetime(2026, 1, 5, 8, 0, 0, 500000, tzinfo=UTC)),
        ("1767600000", datetime(2026, 1, 5, 8, tzinfo=UTC)),
        (1767600000123, datetime(2026, 1, 5, 8, 0, 0, 123000, tzinfo=UTC)),
        ("20260105", datetime(2026, 1, 5, tzinfo=timezone(timedelta(hours=1)))),
        ("2026-01-05T08:00:00Z", datetime(2026, 1, 5, 8, tzinfo=UTC)),
        (" 2026-01-05 08:00 ", datetime(2026, 1, 5, 8, tzinfo=timezone(timedelta(hours=1)))),
    ],
)
def test_times_are_read_as_files_tell_them(told: object, expected: datetime) -> None:
    """Seconds, milliseconds, days, instants; a time without a zone is the zone's."""
    at = moment(told, timezone(timedelta(hours=1)))
    assert at == expected
    assert at.tzinfo is not None


@pytest.mark.parametrize("told", ["soon", "", None, True, [], {}, float("inf"), float("nan"), 1e300, "9" * 400])
def test_what_is_no_time_is_refused(told: object) -> None:
    """Whatever JSON may hold."""
    with pytest.raises(BadInputError, match="is not a time"):
        moment(told)


@pytest.mark.parametrize("options", [{"zone": "Nowhere"}, {"zone": "../etc/passwd"}, {"zone": "/etc"}])
def test_a_zone_that_is_none_is_refused(options: Mapping[str, str]) -> None:
    """Nor does its name lead to a file."""
    with pytest.raises(BadInputError, match="no time zone"):
        zone_of(options)


@pytest.mark.parametrize(("origin", "longest"), [(None, LONGEST_TURN), (Origin.DOCUMENT, SEGMENT_CHARS)])
def test_long_words_are_several_turns_with_ids_of_their_own(origin: Origin | None, longest: int) -> None:
    """The first keeps the source's id."""
    talk = Talk("test", "s")
    turns = talk.say("word " * 10_000, datetime(2026, 1, 1, tzinfo=UTC), "x", origin=origin)
    assert max(len(turn.text) for turn in turns) <= longest
    assert [turn.position for turn in turns] == list(range(len(turns)))
    assert [turn.source_id for turn in turns[:2]] == ["x", "x#1"]
    assert len({turn.id for turn in turns}) == len(turns) > 1


def test_what_shows_nothing_is_not_said() -> None:
    """Spaces, controls and what has no width."""
    talk = Talk("test", "s")
    for words in ("", " \n", "\x00\x07", "\u200b"):
        assert talk.say(words, datetime(2026, 1, 1, tzinfo=UTC), "x") == []


def test_what_is_wrong_is_told_with_its_place_and_its_hint() -> None:
    """The hint says what to do, wherever it was raised."""
    with pytest.raises(BadInputError) as told, reading("talk.json, message 3"):
        raise BadInputError("it has no time", hint="give -o at=…")
    assert (told.value.message, told.value.hint) == ("talk.json, message 3: it has no time", "give -o at=…")


def test_a_folder_without_a_file_that_fits_is_refused(tmp_path: Path) -> None:
    """It says what would fit, and what to give."""
    (tmp_path / "notes.txt").write_text("Rain.", encoding="utf-8")
    given = entries(tmp_path, "*.json", "*.af", hint="give the export")
    with pytest.raises(BadInputError, match=r"holds no \*\.json or \*\.af") as told, given:
        pass
    assert told.value.hint == "give the export"
