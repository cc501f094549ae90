"""Bytes changed at random, from a seed: some anywhere, some where formats are sensitive; pure."""

from __future__ import annotations

import random
from collections.abc import Sequence
from typing import Final

_TOKENS: Final = tuple(
    token.encode("utf-8", "surrogatepass")
    for token in (
        *"{ } [ ] \" : , \\ / \n \r \t \0 ' ; -- < > & % = # ( ) * ? ! $ @ ~ `".split(" "),
        *"null true false NaN Infinity -Infinity 1e999 -1 0 1 9223372036854775808 1e308 0x10 ../ ..\\ //".split(),
        *'\\u0000 \\ud800 \u202e \u200b \ufeff 😀 İ ﷺ {"a":1} [[[[ ]]]] """ <!-- ${x} %s {0} OR 1=1'.split(),
        *"From: Content-Type: BEGIN:VCALENDAR RRULE:FREQ=SECONDLY DTSTART:00000101 9999-12-31 0000-00-00".split(),
        "2026-02-30T25:61:61+99:99",
    )
)


def mutated(source: random.Random, seeds: Sequence[bytes]) -> bytes:
    """One of the seeds with up to eight changes."""
    data = bytearray(source.choice(seeds))
    for _ in range(source.choice((1, 1, 2, 3, 5, 8))):
        _change(source, data, seeds)
    return bytes(data)


def _change(source: random.Random, data: bytearray, seeds: Sequence[bytes]) -> None:
    at = source.randrange(len(data) + 1)
    end = min(len(data), at + source.choice((1, 1, 2, 4, 16, 64, 1024)))
    match source.randrange(7):
        case 0 if at < len(data):
            data[at] = source.randrange(256)
        case 1:
            del data[at:end]
        case 2:
            data[at:at] = source.choice(_TOKENS)
        case 3:
            data[at:end] = source.choice(_TOKENS)
        case 4:
            data[at:at] = data[at:end] * source.choice((1, 2, 30))
        case 5:
            other = source.choice(seeds)
            data[at:end] = other[source.randrange(len(other) + 1) :][: source.randrange(1, 200)]
        case _:
            del data[at:]
