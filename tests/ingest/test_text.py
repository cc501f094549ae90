"""Cleaning and cutting raw input."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from memcli.errors import BadInputError
from memcli.ingest import clean, decode, segments

LIMIT = 10_000


@pytest.mark.parametrize(
    ("raw", "kept"),
    [
        ("  hello \r\nworld  ", "hello \nworld"),
        ("bell\x07 and escape\x1b[31m", "bell and escape[31m"),
        ("tab\tstays", "tab\tstays"),
        ("naïve café ☕ 北京", "naïve café ☕ 北京"),
        ("lone \ud800 surrogate", "lone  surrogate"),
    ],
)
def test_cleaning_keeps_what_can_be_read(raw: str, kept: str) -> None:
    """Control characters go, letters of every script stay."""
    assert clean(raw, LIMIT) == kept


@pytest.mark.parametrize("nothing", ["", "   ", "\n\t\n", "\x00\x01"])
def test_nothing_is_refused(nothing: str) -> None:
    """Empty input is an error, never an empty memory."""
    with pytest.raises(BadInputError, match="no text"):
        clean(nothing, LIMIT)


def test_the_limit_counts_bytes_not_characters() -> None:
    """A limit in bytes holds for scripts of several bytes a character."""
    assert clean("é" * 5, 10) == "é" * 5
    with pytest.raises(BadInputError, match="12 bytes"):
        clean("é" * 6, 10)


@pytest.mark.parametrize(
    ("raw", "said"),
    [(b"PNG\x00\x01", "binary"), (b"caf\xe9", r"not UTF-8 \(byte 3\)"), (b"\xff\xfeh\x00i\x00", "binary")],
)
def test_what_is_not_text_is_named(raw: bytes, said: str) -> None:
    """Binary data and other encodings are told apart."""
    with pytest.raises(BadInputError, match=said):
        decode(raw, "photo.png")


def test_a_byte_order_mark_is_not_text() -> None:
    """Editors on some systems write one."""
    assert decode("\ufeffhello".encode(), "x") == "hello"


@given(st.text(min_size=1, max_size=600), st.integers(min_value=5, max_value=80))
def test_segments_lose_no_word_and_keep_the_limit(text: str, limit: int) -> None:
    """Joined without spaces, the pieces are the text without spaces."""
    pieces = segments(text, limit)
    assert all(0 < len(piece) <= limit for piece in pieces)
    assert "".join("".join(pieces).split()) == "".join(text.split())


def test_cuts_prefer_paragraphs_then_sentences() -> None:
    """A piece ends where a reader would pause."""
    text = "One sentence here. Another sentence there.\n\nA new paragraph begins. It goes on."
    assert segments(text, 50)[0] == "One sentence here. Another sentence there."
    assert segments(text, 30)[0] == "One sentence here."
