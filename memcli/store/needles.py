"""Many texts sought in many bytes at once: whole texts in what was decoded, pieces of them in raw pages; pure.

A raw page may hold half a text, hence the pieces: 24 bytes each, one after the other. Words that no living record
has betray a text too (its terms in an index, a quotation), so they are sought wherever words are kept.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final

from memcli.terms import terms

ANCHOR: Final = 8
"""Bytes by which a candidate place is found; what is sought is no shorter."""
_PIECE: Final = 24
_STRETCH: Final = 64
_FEW: Final = 64
_SHORT: Final = 1 << 14
_WORD: Final = 4


def sizable(text: str) -> bool:
    """Whether a text has enough letters to be told apart from others."""
    return len(" ".join(text.split()).encode()) >= ANCHOR


class Finder:
    """Byte strings of at least ``ANCHOR`` bytes, found in a pass over the data however many they are."""

    def __init__(self, sought: Iterable[bytes]) -> None:
        self.sought = tuple(dict.fromkeys(one for one in sought if len(one) >= ANCHOR))
        self._by_anchor: dict[bytes, list[bytes]] = {}
        for one in self.sought:
            self._by_anchor.setdefault(one[:ANCHOR], []).append(one)

    def places(self, data: bytes) -> Iterator[tuple[int, bytes]]:
        """(offset, what) for each that occurs: the first occurrence of few, every one of many."""
        if len(self.sought) <= _FEW:
            found = ((data.find(one), one) for one in self.sought)
            yield from ((at, one) for at, one in found if at >= 0)
            return
        for at, anchor in self._candidates(data):
            yield from ((at, one) for one in self._by_anchor[anchor] if data.startswith(one, at))

    def _candidates(self, data: bytes) -> Iterator[tuple[int, bytes]]:
        """(offset, anchor) wherever an anchor is: by slices in few data, by NumPy in many."""
        if len(data) <= _SHORT:
            for at in range(len(data) - ANCHOR + 1):
                if (anchor := data[at : at + ANCHOR]) in self._by_anchor:
                    yield at, anchor
            return
        import numpy as np

        anchors = np.frombuffer(b"".join(self._by_anchor), dtype="<u8")
        for shift in range(ANCHOR):
            words = np.frombuffer(data, dtype="<u8", offset=shift, count=(len(data) - shift) // ANCHOR)
            for place in np.flatnonzero(np.isin(words, anchors)):
                at = shift + int(place) * ANCHOR
                yield at, data[at : at + ANCHOR]


@dataclass(slots=True)
class Needles:
    """The traces of erased texts, in the spellings in which they may lie about.

    ``living`` takes what living records hold: their words and phrases give nothing away.
    """

    texts: Sequence[str]
    vectors: set[bytes] = field(default_factory=set)
    rare: set[str] = field(default_factory=set)
    _whole: Finder = field(init=False)
    _pieces: Finder = field(init=False)
    _common: set[bytes] = field(default_factory=set)
    _begins: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        long = [" ".join(text.split()) for text in self.texts if sizable(text)]
        self._whole = Finder(form for text in long for form in _spellings(text))
        self._pieces = Finder(piece for text in self.texts if sizable(text) for piece in _pieces(text))
        self.rare |= {term for text in self.texts for term in terms(text) if len(term) >= _WORD}

    def living(self, text: str) -> None:
        """Take what a living record says off the words and pieces that betray."""
        self._common.update(piece for _, piece in self._pieces.places(text.encode()))
        if self.rare:
            told = terms(text)
            self.rare.difference_update(told)
            beginnings = (term[:end] for term in told for end in range(_WORD, len(term)))
            self._begins |= self.rare.intersection(beginnings)

    def in_text(self, text: str) -> bool:
        """Whether a whole text is in another, capitals and white space apart."""
        return any(True for _ in self._whole.places(_plain(text).encode()))

    def words_in(self, text: str) -> set[str]:
        """The betraying words in a text."""
        return self.rare.intersection(terms(text)) if self.rare else set()

    def in_bytes(self, data: bytes) -> bool:
        """Whether raw bytes hold a piece of a text that no living record explains."""
        return any(piece not in self._common for _, piece in self._pieces.places(data))

    def in_pages(self, data: bytes) -> bool:
        """Whether the ledger's raw bytes do, or a vector, or a count of a betraying term.

        The cell of a term is its lane and the term, without anything between; nothing tells where it ends, so that
        "sara" is not sought where a living record says "sarah".
        """
        if self.in_bytes(data) or any(True for _ in Finder(_telling(self.vectors)).places(data)):
            return True
        cells = (lane + term.encode() for term in self.rare - self._begins for lane in (b"turn", b"memory"))
        return any(True for _ in Finder(cells).places(data))


def _telling(vectors: Iterable[bytes]) -> Iterator[bytes]:
    """The pieces of vectors that are not mostly zeros, as many a page is."""
    for vector in vectors:
        pieces = (vector[start : start + _STRETCH] for start in range(0, len(vector), _STRETCH))
        yield from (piece for piece in pieces if len(set(piece)) > _STRETCH // 2)


def _plain(text: str) -> str:
    return " ".join(text.lower().split())


def _spellings(text: str) -> Iterator[bytes]:
    """As it is said, as JSON writes it, and as index terms."""
    plain = _plain(text)
    yield plain.encode()
    yield json.dumps(plain, ensure_ascii=False)[1:-1].encode()
    yield json.dumps(plain)[1:-1].encode()
    if len(indexed := terms(text)) > 1:
        yield " ".join(indexed).encode()


def _pieces(text: str) -> Iterator[bytes]:
    for form in {text, json.dumps(text, ensure_ascii=False)[1:-1]}:
        data = form.encode()
        for start in range(0, max(len(data) - ANCHOR, 1), _PIECE):
            yield data[start : start + _PIECE]
