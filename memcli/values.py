"""Of what kind a value is: an amount with its unit, a time, a name; pure tables.

What corrects or changes a value is of its kind: a dose takes the place of a dose and never of a birthday.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from difflib import SequenceMatcher
from typing import Final

NUMBER: Final = (
    r"(?:\d[\d.,]*|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|twenty|thirty|forty|fifty)"
)
_TIMES: Final = (
    r"(?:january|february|march|april|may(?= \d|$)|june|july|august|september|october|november|december|"
    r"(?:mon|tues|wednes|thurs|fri|satur|sun)days?|today|tomorrow|yesterday|noon|midnight)"
)
_TIME: Final = re.compile(
    rf"\b{_TIMES}\b|\b\d{{1,2}}(?:st|nd|rd|th)\b|\b\d{{1,2}}:\d\d\b|\b\d{{1,2}} ?[ap]m\b", re.IGNORECASE
)
_UNIT: Final = rf"(?!{_TIMES}\b|(?:st|nd|rd|th|am|pm|to|in|on|at|and|or|of|not|years? old)\b)[a-zµ°%][a-zµ]*"
_AMOUNT: Final = re.compile(rf"(?<![\w:.,]){NUMBER} ?(?P<unit>{_UNIT})(?!\w)|[€$£] ?\d", re.IGNORECASE)
_BARE: Final = re.compile(rf"^\W*{NUMBER}\W*$", re.IGNORECASE)
_NAME: Final = re.compile(r"\b[A-ZÀ-Þ][\w'’-]+")
_DOING: Final = re.compile(r"^[a-z]{2,}ing\b")
_WORD: Final = re.compile(r"\w+(?:[:.,'’-]\w+)*|[^\w\s]")


def unit_of(word: str) -> str:
    """A unit as it is compared: "Tablets" and "tablet" are one."""
    return word.lower().removesuffix("s") or word.lower()


def kinds_of(text: str) -> frozenset[str]:
    """The kinds of the values in a stretch of text; none where it is plain words."""
    if _BARE.match(text):
        return frozenset(("number",))
    found = {f"amount {unit_of(match['unit'] or 'money')}" for match in _AMOUNT.finditer(text)}
    if _TIME.search(text):
        found = {"time"}
    rest = _TIME.sub("", text)
    if _NAME.search(rest):
        found.add("name")
    return frozenset(found)


def alike(old: str, new: str) -> bool:
    """May the one take the other's place? Both are amounts, times, things done, or what has a name or a noun."""
    one, two = (kinds_of(text) - {"name"} or {"doing" if _DOING.match(text) else ""} for text in (old, new))
    return one == two or _loosely(one, two)


def _loosely(one: frozenset[str] | set[str], two: frozenset[str] | set[str]) -> bool:
    """A bare number may be a time or an amount."""
    return "number" in one | two and all(kind for kind in one | two) and "doing" not in one | two


def keeps_kinds(before: str, after: str) -> bool:
    """Does a text, told anew, put only values of a kind in each other's place?"""
    return all(_fit(*pair) for pair in _replaced(before, after))


def _fit(old: str, new: str) -> bool:
    one, two = kinds_of(old), kinds_of(new)
    return not (one and two) or bool(one & two) or _loosely(one, two)


def _replaced(before: str, after: str) -> Iterator[tuple[str, str]]:
    """The stretches of a text that others took the place of."""
    old, new = _WORD.findall(before), _WORD.findall(after)
    for op, a, b, c, d in SequenceMatcher(a=old, b=new, autojunk=False).get_opcodes():
        if op == "replace":
            yield " ".join(old[a:b]), " ".join(new[c:d])
