"""Token bytes to text as it is streamed: whole characters only, and nothing from a stop string on; pure."""

from __future__ import annotations

import codecs
from collections.abc import Iterable, Iterator, Sequence


def text_of(tokens: Iterable[bytes], stop: Sequence[str] = ()) -> Iterator[str]:
    """Pieces of text, none empty, that together are the decoded bytes up to the first stop string.

    A piece is held back while it could be the beginning of a stop string, or of a character of several bytes.
    Bytes that are no UTF-8 become U+FFFD.

    Args:
        tokens: the bytes of each token, as they are decoded.
        stop: strings that end the text and are not part of it; empty ones are ignored.
    """
    stops = [each for each in stop if each]
    decoder = codecs.getincrementaldecoder("utf-8")("replace")
    held = ""
    for token in tokens:
        held += decoder.decode(token)
        safe = len(held) - _overlap(held, stops)
        end = _first(held, stops)
        if end is not None and end <= safe:  # else one that began before it may still be whole
            if held[:end]:
                yield held[:end]
            return
        if safe:
            yield held[:safe]
            held = held[safe:]
    held += decoder.decode(b"", final=True)
    end = _first(held, stops)
    if held[:end]:
        yield held[:end]


def _first(text: str, stops: Sequence[str]) -> int | None:
    """Where the first stop string begins."""
    return min((at for each in stops if (at := text.find(each)) >= 0), default=None)


def _overlap(text: str, stops: Sequence[str]) -> int:
    """The length of the longest end of the text that begins a stop string."""
    longest = max((len(each) - 1 for each in stops), default=0)
    for length in range(min(longest, len(text)), 0, -1):
        if any(each.startswith(text[-length:]) for each in stops):
            return length
    return 0
