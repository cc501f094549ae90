"""Words to index terms: the one tokeniser of index, query and ranker, so that their counts agree; pure.

Latin words are folded to lower case without accents, English stop words dropped, the rest stemmed (Porter 2).
Chinese, Japanese and Korean runs become overlapping pairs of characters, since no spaces part their words.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from typing import Final

import Stemmer

_CJK: Final = "\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af"
_TOKEN: Final = re.compile(rf"[{_CJK}]+|[^\W_{_CJK}]+(?:'[^\W_]+)?")
_CJK_RUN: Final = re.compile(rf"[{_CJK}]")

STOP_WORDS: Final = frozenset(
    """
    a about above after again all am an and any are as at be because been before being below between both but
    by can could did do does doing down during each few for from further had has have having he her here hers
    herself him himself his how i if in into is it its itself just me more most my myself no nor not now of
    off on once only or other our ours ourselves out over own same she should so some such than that the their
    theirs them themselves then there these they this those through to too under until up very was we were
    what when where which while who whom why will with would you your yours yourself yourselves ll ve re im
    dont didnt ive thats
    """.split()
)

_RANK: Final = re.compile(r"(\d+)(?:st|nd|rd|th)")


def terms(text: str) -> list[str]:
    """The index terms of a text, in order, repeats kept."""
    found: list[str] = []
    for token in _TOKEN.findall(fold(text)):
        if _CJK_RUN.match(token):
            found.extend(_pairs(token))
        elif (term := _term(token)) is not None:
            found.append(term)
    return found


def heard(text: str) -> set[str]:
    """The terms of a text, and the figures of the numbers that it tells in words or ranks ("five", "the 15th")."""
    found = set(terms(text))
    ranks = {match[1] for term in found if (match := _RANK.fullmatch(term))}
    return found | ranks | {figure for word, figure in _FIGURES.items() if word in found}


def fold(text: str) -> str:
    """Lower case, compatibility forms unified, accents taken off."""
    if text.isascii():
        return text.lower()
    decomposed = unicodedata.normalize("NFKD", text.replace("\u2019", "'"))
    return unicodedata.normalize("NFC", "".join(c for c in decomposed if not unicodedata.combining(c))).lower()


@lru_cache(maxsize=65_536)
def _term(token: str) -> str | None:
    word = token.removesuffix("'s").split("'")[0]
    if not word or word in STOP_WORDS or token.replace("'", "") in STOP_WORDS:
        return None
    return str(_STEMMER.stemWord(word))


def _pairs(run: str) -> list[str]:
    return [run] if len(run) == 1 else [run[i : i + 2] for i in range(len(run) - 1)]


_STEMMER: Final = Stemmer.Stemmer("english")


_NUMBERS: Final = "zero one two three four five six seven eight nine ten eleven twelve".split()
_FIGURES: Final = {term: str(n) for n, word in enumerate(_NUMBERS) for term in terms(word)}
