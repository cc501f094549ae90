"""Text as it is streamed: whole characters, and nothing from a stop string on."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from memcli.models.decode import text_of

LETTERS = st.text("ab<é😀", max_size=30)
STOPS = st.lists(st.text("ab<é😀", max_size=4), max_size=3)


def split(data: bytes, cuts: list[int]) -> list[bytes]:
    """The bytes in pieces, cut anywhere."""
    at = sorted({0, len(data), *(cut % (len(data) + 1) for cut in cuts)})
    return [data[a:b] for a, b in pairwise(at)]


@given(LETTERS, STOPS, st.lists(st.integers(0, 1000), max_size=20))
def test_pieces_join_to_the_text_before_the_first_stop(text: str, stops: list[str], cuts: list[int]) -> None:
    """However the bytes are cut into tokens."""
    ends = [at for stop in stops if stop and (at := text.find(stop)) >= 0]
    pieces = list(text_of(split(text.encode(), cuts), stops))
    assert "".join(pieces) == text[: min(ends, default=len(text))]
    assert all(pieces)


def test_a_stop_string_within_another_waits_for_the_longer() -> None:
    """However it is cut; what began first ends the text if it becomes whole."""
    assert list(text_of([b"<a", b"<"], ["a", "<a<"])) == []
    assert list(text_of([b"<a", b"b"], ["a", "<a<"])) == ["<"]


@given(st.lists(st.binary(max_size=4), max_size=10))
def test_any_bytes_become_text(tokens: list[bytes]) -> None:
    """What is no UTF-8 is marked, not refused."""
    assert "".join(text_of(tokens)) == b"".join(tokens).decode("utf-8", "replace")


def test_a_character_is_shown_when_it_is_whole() -> None:
    """Not its first bytes."""
    assert list(text_of([b"\xf0\x9f", b"\x98\x80", b"!"])) == ["😀", "!"]


def test_nothing_is_decoded_after_a_stop() -> None:
    """The model need not run on."""

    def tokens() -> object:
        yield b"one"
        yield b"STOP"
        raise AssertionError("asked for more")

    assert list(text_of(tokens(), ["STOP"])) == ["one"]  # type: ignore[arg-type]  # a generator of bytes
