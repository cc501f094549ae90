"""BERT's tokeniser, since llama.cpp's own is not the same one; pure, given a vocabulary.

llama.cpp drops the vowel signs of Indic scripts, keeps Hangul syllables whole and cuts overlong words into pieces,
and so gives other vectors than the model was trained to. The rules here are those of Devlin et al. 2018
(``BasicTokenizer`` and ``WordpieceTokenizer``), lower-casing, as Hugging Face's tokenizers applies them.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping
from itertools import islice
from typing import Final

LONGEST_WORD: Final = 100
"""Characters; a longer word is one unknown token."""

_MOST_CHARACTERS: Final = 65_536
"""Of a text; what lies beyond could only count if words were hundreds of characters long."""

WORD_START: Final = "\u2581"
_SPECIAL: Final = re.compile(r"(\[(?:PAD|UNK|CLS|SEP|MASK)\])")
_ASCII_WORDS: Final = re.compile(r"[a-z0-9]+|[^a-z0-9\s]")
_ASCII_CONTROLS: Final = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_CJK: Final = (
    (0x4E00, 0x9FFF), (0x3400, 0x4DBF), (0x20000, 0x2A6DF), (0x2A700, 0x2B73F), (0x2B740, 0x2B81F),
    (0x2B820, 0x2CEAF), (0xF900, 0xFAFF), (0x2F800, 0x2FA1F),
)  # fmt: skip


class WordPiece:
    """Text to token ids by greedy longest match.

    Args:
        vocabulary: BERT's own spelling of each piece (``##`` marks a continuation) to its id.
    """

    def __init__(self, vocabulary: Mapping[str, int]) -> None:
        self._ids = vocabulary
        self._unknown = vocabulary["[UNK]"]

    def encode(self, text: str, most: int) -> list[int]:
        """At most ``most`` ids, of which the first is ``[CLS]`` and the last ``[SEP]``."""
        pieces = islice(self._pieces(text[:_MOST_CHARACTERS]), most - 2)
        return [self._ids["[CLS]"], *pieces, self._ids["[SEP]"]]

    def _pieces(self, text: str) -> Iterator[int]:
        for part in _SPECIAL.split(text):
            if _SPECIAL.fullmatch(part):
                yield self._ids.get(part, self._unknown)
                continue
            for word in words(part):
                yield from self._split(word)

    def _split(self, word: str) -> list[int]:
        if len(word) > LONGEST_WORD:
            return [self._unknown]
        found: list[int] = []
        start = 0
        while start < len(word):
            end, piece = self._longest(word, start)
            if piece is None:
                return [self._unknown]
            found.append(piece)
            start = end
        return found

    def _longest(self, word: str, start: int) -> tuple[int, int | None]:
        mark = "##" if start else ""
        for end in range(len(word), start, -1):
            if (piece := self._ids.get(mark + word[start:end])) is not None:
                return end, piece
        return start, None


def bert_spelling(piece: str) -> str:
    """A GGUF marks the start of a word where BERT marks its continuation."""
    if _SPECIAL.fullmatch(piece):
        return piece
    return piece.removeprefix(WORD_START) if piece.startswith(WORD_START) else "##" + piece


def gguf_spelling(piece: str) -> str:
    """The inverse of ``bert_spelling``."""
    if _SPECIAL.fullmatch(piece):
        return piece
    return piece.removeprefix("##") if piece.startswith("##") else WORD_START + piece


def words(text: str) -> list[str]:
    """Words without accents in lower case; each punctuation mark and each Chinese character is one."""
    if text.isascii():
        return _ASCII_WORDS.findall(_ASCII_CONTROLS.sub("", text).lower())
    cleaned = "".join(_spaced(character) for character in text)
    bare = (c for c in unicodedata.normalize("NFD", cleaned) if unicodedata.category(c) != "Mn")
    return "".join(f" {c} " if _is_punctuation(c) else c.lower() for c in bare).split()


def _spaced(character: str) -> str:
    """The character in its place: controls go, spaces become plain ones, Chinese characters get room."""
    code = ord(character)
    if character in "\t\n\r":
        return " "
    if character == "\ufffd" or unicodedata.category(character) in ("Cc", "Cf", "Co", "Cs"):
        return ""
    if character.isspace():
        return " "
    return f" {character} " if any(low <= code <= high for low, high in _CJK) else character


def _is_punctuation(character: str) -> bool:
    """All of ASCII that is no letter, digit or space counts, and what Unicode calls punctuation."""
    if character.isascii():
        return not (character.isalnum() or character.isspace())
    return unicodedata.category(character).startswith("P")
