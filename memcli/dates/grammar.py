"""The shape of a language's date rules: tables of words, patterns over them, and a builder for each pattern.

Patterns match folded text (lower case, no accents, same length as the original). ``<month>`` in a pattern stands
for a named group of all words of the table ``month``; ``<month2>`` is a second group over the same table,
``<!month>`` the words without a group.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Final, TypeAlias

from memcli.dates.leaning import CueWords, leaning
from memcli.dates.periods import Period
from memcli.dates.span import Preference

_PLACEHOLDER: Final = re.compile(r"(?<!\?P)<(!?)([a-z]+)(\d?)>")
_NEED: Final = ("holiday", "weekday", "abbr", "month", "season", "dayword", "unit", "part")
_PRIOR: Final = 3.0  # what a preference weighs against the votes of `leaning`
_HABIT: Final = 1.05  # the present tense is outweighed where it may tell what is done every Christmas
_DIGITS: Final = {"num": r"\d{1,4}", "year": r"[12]\d{3}"}
_ACCENTS: Final = str.maketrans(
    "áàâãäåçéèêëíìîïñóòôõöúùûüý\u2019\u2018\u00a0\u202f",
    "aaaaaaceeeeiiiinooooouuuuy''  ",
)


def fold(text: str) -> str:
    """Lower case without accents; every character stays one character, so offsets hold."""
    if text.isascii():
        return text.lower()
    lowered = text.lower()
    if len(lowered) != len(text):
        lowered = "".join(c.lower() if len(c.lower()) == 1 else c for c in text)
    return lowered.translate(_ACCENTS)


@dataclass(frozen=True)
class Sight:
    """One match of a rule, as its builder sees it."""

    match: re.Match[str]
    source: str
    anchor: datetime
    language: Language
    prefer: Preference | None
    day_first: bool

    def has(self, group: str) -> bool:
        return self.match.groupdict().get(group) is not None

    def raw(self, group: str) -> str:
        """The words of a group as they were written."""
        first, last = self.match.span(group)
        return self.source[first:last]

    def value(self, group: str) -> int:
        """A group's number: of its word in the language's table, or of its digits."""
        word = self.match.group(group)
        found = self.language.words.get(group.rstrip("0123456789"), {}).get(word)
        return found if isinstance(found, int) else int(re.sub(r"\D", "", word))

    def name(self, group: str) -> str:
        """A group's name: what its word stands for in the language's table."""
        return str(self.language.words[group][self.match.group(group)])

    def direction(self) -> int:
        """Where the clause, weighed against the preference, points: -1 past, +1 future, 0 not told."""
        first = self.match.end("lead") if "lead" in self.match.re.groupindex else self.match.start()
        habit = not self.match.re.groupindex.keys().isdisjoint({"holiday", "season"})
        prior = {"past": -_PRIOR, "future": _PRIOR, None: 0.0}[self.prefer] * (_HABIT if habit else 1)
        way = prior + leaning(self.language.cues, self.source, first, self.match.end())
        return (way > 0) - (way < 0)


Builder: TypeAlias = Callable[[Sight], Period | None]
Operator: TypeAlias = Callable[[Sight, Period], Period | None]


@dataclass(frozen=True)
class Rule:
    """A pattern and what it means.

    ``role``: a ``date``; a ``clock`` time or ``part`` of the day, which join a date beside; ``recurring``.
    A ``weak`` match means something only when it joins one. ``cycle`` is how often the expression comes round
    ("week": Friday), so that the two ends of a range can be put in order and a day put in its month. A ``cased``
    rule does not take the language's doubtful words ("may", "sat") in lower case. A group ``lead`` is context, no
    part of the expression.
    """

    pattern: str
    build: Builder
    role: str = "date"
    weak: bool = False
    cycle: str = ""
    cased: bool = False


@dataclass(frozen=True)
class Prefix:
    """Words before a date that make another date of it ("the week of …", "early …")."""

    pattern: str
    build: Operator


@dataclass(frozen=True, eq=False)
class Language:
    """All that is known of a language; ``markers`` are its commonest words, by which it is recognised."""

    name: str
    markers: frozenset[str]
    words: Mapping[str, Mapping[str, int | str]]
    rules: tuple[Rule, ...]
    prefixes: tuple[Prefix, ...] = ()
    cues: CueWords = field(default_factory=lambda: CueWords({}))
    since: str = r"(?!)"
    until: str = r"(?!)"
    after: str = r"(?!)"
    before: str = r"(?!)"
    join: str = r" ?[-\u2013\u2014~] ?"
    between: str = r"(?!)"
    moved: str = r"(?!)"
    begins: str = r"(?!)"
    clock_gap: str = r",? ?"
    doubtful: frozenset[str] = frozenset()
    spaced: bool = True
    day_first: bool = True

    @cached_property
    def compiled(self) -> tuple[Compiled, ...]:
        """The rules, ready to be compiled on first use."""
        return tuple(Compiled(rule, self) for rule in self.rules)

    @cached_property
    def operators(self) -> tuple[tuple[re.Pattern[str], Operator], ...]:
        """The prefixes, compiled to match text that ends where a date begins."""
        lead = r"(?<!\w)" if self.spaced else ""
        return tuple((re.compile(f"{lead}{self.expand(p.pattern)}$"), p.build) for p in self.prefixes)

    @cached_property
    def bounds(self) -> dict[str, re.Pattern[str]]:
        """The words before a date that open it to one side, compiled likewise."""
        lead = r"(?<!\w)" if self.spaced else ""
        names = ("since", "until", "after", "before", "between", "moved", "begins")
        return {name: re.compile(f"{lead}(?:{getattr(self, name)})$") for name in names}

    @cached_property
    def joins(self) -> re.Pattern[str]:
        """What stands between the two ends of a range."""
        return re.compile(self.join)

    @cached_property
    def gap(self) -> re.Pattern[str]:
        """What stands between a date and its clock time."""
        return re.compile(self.clock_gap)

    def expand(self, pattern: str) -> str:
        """The regular expression of a pattern with placeholders."""
        return _PLACEHOLDER.sub(self._group, pattern)

    def _group(self, placeholder: re.Match[str]) -> str:
        silent, table, number = placeholder.groups()
        return (
            f"(?:{self._alternatives(table)})" if silent else f"(?P<{table}{number}>{self._alternatives(table)})"
        )

    def _alternatives(self, table: str) -> str:
        words = [re.escape(word) for word in sorted(self.words.get(table, {}), key=len, reverse=True)]
        return "|".join([*([_DIGITS[table]] if table in _DIGITS else []), *words])


class Compiled:
    """A rule with its expression, and the words without which it need not be tried."""

    def __init__(self, rule: Rule, language: Language) -> None:
        self.rule = rule
        self._language = language
        required = _top_level(rule.pattern)
        tables = [m[2] for m in _PLACEHOLDER.finditer(required) if m[2] in _NEED and "|" not in required]
        self.needs = frozenset(_last_words(language.words[tables[0]])) if tables and language.spaced else None

    @cached_property
    def expression(self) -> re.Pattern[str]:
        body = self._language.expand(self.rule.pattern)
        return re.compile(rf"(?<![\w$\u20ac\u00a3])(?:{body})(?!\w)" if self._language.spaced else body)


def _top_level(pattern: str) -> str:
    """A pattern without what stands in parentheses: what any match of it must hold."""
    depth, kept = 0, []
    for char in re.sub(r"\\.|\[[^]]*\]", "", pattern):
        depth += (char == "(") - (char == ")")
        if depth == 0:
            kept.append(char)
    return "".join(kept)


def _last_words(table: Mapping[str, int | str]) -> list[str]:
    """The words by which entries, some of several words, are noticed."""
    return [re.findall(r"\w+", entry)[-1] for entry in table]
