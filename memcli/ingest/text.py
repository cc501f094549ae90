"""Raw input to text that can be kept: decoded, cleaned of what no one can read, cut where paragraphs end; pure."""

from __future__ import annotations

import re
from typing import Final

from memcli.errors import BadInputError

SEGMENT_CHARS: Final = 2_000
_UNREADABLE: Final = re.compile("[\\x00-\\x08\\x0b-\\x1f\\x7f-\\x9f\\ud800-\\udfff]")
"""Unicode's categories Cc and Cs, but for tab and line feed."""
_BREAKS: Final = re.compile(r"(?<=\n)\n+|(?<=[.!?。！？])\s+|\n")


def decode(raw: bytes, name: str) -> str:
    """The text of a file or a pipe, UTF-8 with or without a byte order mark.

    Raises:
        BadInputError: it is binary, or text in another encoding.
    """
    if b"\x00" in raw:
        raise BadInputError(f"{name} is binary, not text")
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise BadInputError(
            f"{name} is not UTF-8 (byte {error.start})", hint="convert it first, for example with iconv -t UTF-8"
        ) from error


def clean(text: str, max_bytes: int) -> str:
    """The text without control characters, line ends unified, outer space taken off.

    Raises:
        BadInputError: nothing is left, or it is longer than ``max_bytes``.
    """
    size = len(text.encode("utf-8", "surrogatepass"))
    if size > max_bytes:
        raise BadInputError(
            f"the text is {size:,} bytes; at most {max_bytes:,} are taken at once",
            hint="split it, import it as a file, or raise input.max_bytes with `memcli config set`",
        )
    unified = text.replace("\r\n", "\n").replace("\r", "\n")
    kept = _UNREADABLE.sub("", unified)
    if not kept.strip():
        raise BadInputError("there is no text", hint="give some words")
    return kept.strip()


def segments(text: str, limit: int = SEGMENT_CHARS) -> list[str]:
    """The text in pieces of at most ``limit`` characters, cut at paragraphs, else sentences, else words."""
    pieces: list[str] = []
    rest = text
    while len(rest) > limit:
        cut = _cut(rest, limit)
        pieces.append(rest[:cut].strip())
        rest = rest[cut:].strip()
    return [piece for piece in [*pieces, rest] if piece]


def _cut(text: str, limit: int) -> int:
    """Where the first piece ends: the last good break in its second half, else a space, else the limit."""
    window = text[:limit]
    paragraph = window.rfind("\n\n")
    if paragraph >= limit // 2:
        return paragraph
    ends = [match.end() for match in _BREAKS.finditer(window) if match.end() >= limit // 2]
    if ends:
        return ends[-1]
    space = window.rfind(" ")
    return space if space > 0 else limit
