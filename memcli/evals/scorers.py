"""Answer scores that need no judge, as the LoCoMo paper's code computes them; pure, knows no dataset's file.

F1 over Porter-stemmed words, BLEU-1, and abstention. They are strict: a right answer in other words scores low.
Compare with published numbers by category id, since some papers permute the names.
"""

from __future__ import annotations

import math
import re
import string
from collections import Counter
from typing import Final

import Stemmer

from memcli.evals.datasets import ADVERSARIAL

_ARTICLES: Final = re.compile(r"\b(a|an|the|and)\b")
_PUNCTUATION: Final = str.maketrans("", "", string.punctuation)
_STEMMER: Final = Stemmer.Stemmer("porter")
_NOT_KNOWN: Final = ("no information available", "not mentioned")
"""What LoCoMo's code takes for abstention."""
_ALSO_NOT_KNOWN: Final = (
    "don't know",
    "do not know",
    "no memory of",
    "nothing in memory",
    "not sure",
    "no record",
)
"""What assistants also say when they abstain; counted apart, since the paper's code does not."""


def normalised(text: str) -> list[str]:
    """Words in lower case without punctuation and articles, Porter-stemmed (LoCoMo, ``evaluation.py``)."""
    plain = text.replace(",", "").lower().translate(_PUNCTUATION)
    return [_STEMMER.stemWord(word) for word in _ARTICLES.sub(" ", plain).split()]


def f1(answer: str, gold: str) -> float:
    """The harmonic mean of word precision and recall."""
    given, wanted = normalised(answer), normalised(gold)
    shared = (Counter(given) & Counter(wanted)).total()
    if not shared:
        return 0.0
    precision, recall = shared / len(given), shared / len(wanted)
    return 2 * precision * recall / (precision + recall)


def f1_of_parts(answer: str, gold: str) -> float:
    """For answers of several parts: each gold part's best match among the given parts, averaged (category 1)."""
    given = [part.strip() for part in answer.split(",")]
    wanted = [part.strip() for part in gold.split(",")]
    return sum(max(f1(part, want) for part in given) for want in wanted) / len(wanted)


def bleu1(answer: str, gold: str) -> float:
    """Clipped unigram precision with the brevity penalty (Papineni et al. 2002), words as in ``f1``."""
    given, wanted = normalised(answer), normalised(gold)
    if not given:
        return 0.0
    precision = (Counter(given) & Counter(wanted)).total() / len(given)
    return precision * (1.0 if len(given) >= len(wanted) else math.exp(1 - len(wanted) / len(given)))


def abstains(answer: str, *, strict: bool = True) -> bool:
    """Whether an answer says that it does not know; ``strict`` knows only the paper's two phrases."""
    phrases = _NOT_KNOWN if strict else (*_NOT_KNOWN, *_ALSO_NOT_KNOWN)
    text = answer.lower().replace("\u2019", "'")
    return any(phrase in text for phrase in phrases)


def score(answer: str, gold: str, category: str) -> float:
    """The score of one answer by its category id, 0..1.

    Category 1 splits both at commas; 3 takes the gold answer up to its first semicolon; 5 is right if the answer
    abstains; all others are plain F1.
    """
    if category == ADVERSARIAL:
        return float(abstains(answer))
    if category == "1":
        return f1_of_parts(answer, gold)
    if category == "3":
        return f1(answer, gold.split(";")[0].strip())
    return f1(answer, gold)
