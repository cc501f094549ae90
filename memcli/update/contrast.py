"""What a correction names twice, as it is and as it is not ("not A, B instead"), put into a memory; pure.

Only a value takes the place of a value of its own kind: a place, a name, a day, an amount. Words that are more
than a value ("going to Crete") lose what leads to it, so that the verb of the memory stays.
"""

from __future__ import annotations

import re
from typing import Final

from memcli.values import alike

_SIDE: Final = r"[^,.;!?]+?"
_SHAPES: Final = (
    re.compile(rf"\bnot (?P<old>{_SIDE}),? but (?:rather )?(?P<new>{_SIDE})[.!]*$", re.IGNORECASE),
    re.compile(
        rf"(?:^|\b(?:it'?s|that'?s|was|is|are|'m|'re) )not (?P<old>{_SIDE})[,.;:–—-]+ ?(?P<new>{_SIDE})[.!]*$",
        re.IGNORECASE,
    ),
    re.compile(rf"^(?:instead|in place) of (?P<old>{_SIDE}), (?P<new>{_SIDE})[.!]*$", re.IGNORECASE),
    re.compile(
        rf"^(?P<new>{_SIDE}),? (?:and )?(?:not|instead of|in place of|rather than) (?P<old>{_SIDE})[.!]*$",
        re.IGNORECASE,
    ),
    re.compile(rf"\bnot (?P<old>{_SIDE}) (?P<new>(?:it'?s|in|on|at) {_SIDE})[.!]*$", re.IGNORECASE),
)
_TO: Final = "to|in|on|at|with|for|from|by|into"
_LEAD: Final = re.compile(
    rf"^(?:(?:it'?s|it is|it was|that'?s|we'?re|i'?m|they'?re|(?:his|her|its|the|their) name is|called|named|"
    rf"rather|actually)\s+|(?:[a-z]+ing )(?:as |(?:{_TO}) )|(?:{_TO}|as) |(?:the|an?) )",
    re.IGNORECASE,
)
_SORRY: Final = re.compile(r"^(?:sorry|oops|no+)[,.!]? ", re.IGNORECASE)
_TAIL: Final = re.compile(
    r"[, ]+(?:instead|after all|actually|then|now|though|of course|please|sorry)$", re.IGNORECASE
)
_SENTENCE: Final = re.compile(
    r"(?:i|we|you|he|she|they|it|nobody|everyone)\b|.*\b(?:is|are|was|were|has|had|been|will|can't|don't|did)\b",
    re.IGNORECASE,
)
_ARTICLE: Final = re.compile(r"(?:the|an?) ", re.IGNORECASE)
_ARTICLE_LAST: Final = re.compile(r"\b(?:the|an?) $", re.IGNORECASE)
_INDEFINITE: Final = re.compile(r"\ban? $")
MOST: Final = 6
"""Words of a value; more are a sentence's."""


def contrast(said: str) -> tuple[str, str] | None:
    """What is not so and what is, as the words have it ("going to Crete", "Madeira"); None where both are not."""
    for shape in _SHAPES:
        if (match := shape.search(_SORRY.sub("", said.strip()))) is not None:
            old, new = (_TAIL.sub("", match[each].strip()) for each in ("old", "new"))
            return (old, new) if old and new else None
    return None


def swapped(text: str, said: str) -> str | None:
    """A memory with the one value for the other; None where it lacks the one, or they differ in kind."""
    told = contrast(said)
    if told is None:
        return None
    old, new = told
    new = _value(new)
    for held in _shorter(old):
        found = re.search(rf"(?<![\w-]){re.escape(held)}(?![\w-])", text, re.IGNORECASE)
        if found is not None and _fits(found.group(), new):
            return _put(text, found.span(), new)
    return None


def _value(new: str) -> str:
    """What is so without the words that lead to it; an article is the value's own."""
    while (shorter := _LEAD.sub("", new)) != new and not _ARTICLE.match(new):
        new = shorter
    return new


def _shorter(old: str) -> list[str]:
    """What is not so, without more and more of what leads to it; a verb alone is no value."""
    found = [old]
    while (shorter := _LEAD.sub("", found[-1])) != found[-1]:
        found.append(shorter)
    return found[::-1]


def _fits(old: str, new: str) -> bool:
    """Are both values, and of one kind?"""
    many = len(old.split()), len(new.split())
    if max(many) > MOST or (len(set(many)) > 1 and re.match(r"[a-z]+ing\b", old)):
        return False
    return not _SENTENCE.match(new) and not _SENTENCE.match(old) and alike(old, new)


def _put(text: str, at: tuple[int, int], new: str) -> str:
    """The new value in the place of the old, with the words that both have around it said once.

    "Test manager" for the "lead" of "a test lead" is "a test manager".
    """
    before, after, words = text[: at[0]], text[at[1] :], new.split()
    many = next((n for n in range(len(words) - 1, 0, -1) if _says(before, words[:n], r"(?<![\w-]){} $")), 0)
    words = words[many:]
    many = next((n for n in range(len(words) - 1, 0, -1) if _says(after, words[-n:], r"^ {}(?![\w-])")), 0)
    told = " ".join(words[: len(words) - many])
    if _ARTICLE.match(told):
        return _ARTICLE_LAST.sub("", before) + told[:1].lower() + told[1:] + after
    if text[at[0]].isupper() and told.islower():
        told = told.title()
    return _INDEFINITE.sub("an " if told[:1].lower() in "aeio" else "a ", before) + told + after


def _says(text: str, words: list[str], shape: str) -> bool:
    return bool(re.search(shape.format(re.escape(" ".join(words))), text, re.IGNORECASE))
