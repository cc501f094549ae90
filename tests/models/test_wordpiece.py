"""Our WordPiece cuts text as Hugging Face's does."""

from __future__ import annotations

import unicodedata
from functools import cache

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from memcli.models.wordpiece import WordPiece, bert_spelling, gguf_spelling

WORDS = [
    "miso",
    "the",
    "cat",
    "naive",
    "un",
    "##aff",
    "##able",
    "##s",
    "a",
    "b",
    "##a",
    "##b",
    "中",
    "国",
    "я",
    "##я",
    "!",
]
SPECIAL = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]
LETTERS = [
    chr(code) for code in (*range(0x21, 0x7F), *range(0x905, 0x94D), *range(0x1100, 0x1113), 0x4E2D, 0x56FD)
]
VOCABULARY = {
    word: i
    for i, word in enumerate(
        dict.fromkeys([*SPECIAL, *WORDS, *LETTERS, *(f"##{letter}" for letter in LETTERS if letter.isalnum())])
    )
}


@cache
def theirs() -> object:
    """The original, with the same vocabulary."""
    from tokenizers import BertWordPieceTokenizer

    return BertWordPieceTokenizer(vocab=VOCABULARY, lowercase=True)


def is_old(character: str) -> bool:
    """Whether a character is the same in every version of Unicode, ours and the original's."""
    return unicodedata.ucd_3_2_0.category(character) == unicodedata.category(character) not in ("Cn", "Cs")


OLD_TEXT = st.text(st.characters(exclude_categories=["Cs"]).filter(is_old), max_size=60)
MIXED_TEXT = st.lists(st.sampled_from([*WORDS, *SPECIAL, " ", "\u0301", "É", "नि", "가", "ΑΣ", "\x00", "\u00ad"]))


@given(st.one_of(OLD_TEXT, MIXED_TEXT.map("".join)))
@example("unaffables Naïve CAT!")
@example("a" * 100 + " " + "a" * 101)
@example("中国a国")
@example("दुनिया")
@example("한국어")
@example("[CLS] a[MASK]b [sep]")
def test_it_agrees_with_the_original(text: str) -> None:
    """Id for id, on any text."""
    assert WordPiece(VOCABULARY).encode(text, 512) == theirs().encode(text).ids[:512]  # type: ignore[attr-defined]


@given(st.integers(3, 20))
def test_a_cut_text_keeps_its_marks(most: int) -> None:
    """The first and the last id are always the special ones."""
    ids = WordPiece(VOCABULARY).encode("a b " * 50, most)
    assert len(ids) == most
    assert (ids[0], ids[-1]) == (VOCABULARY["[CLS]"], VOCABULARY["[SEP]"])


@pytest.mark.parametrize("piece", VOCABULARY)
def test_spellings_are_inverse(piece: str) -> None:
    """A vocabulary survives its conversion."""
    assert bert_spelling(gguf_spelling(piece)) == piece
