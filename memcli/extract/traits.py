"""What kind of memory a fact is, how much it matters, and under which words it is filed; pure tables."""

from __future__ import annotations

import re
from typing import Final

from memcli.entities import RELATIONS, entities_of
from memcli.records import Kind
from memcli.terms import terms

KEYWORDS: Final = 6
_CORE: Final = re.compile(
    rf"'s (?:full |first |last |middle )?name is\b|\b(?:is|am) (?:called|named)\b|\bgoes by\b|\bbirthday\b|"
    rf"\bwas born\b|"
    rf"\bis \d+ years old\b|\bturn(?:s|ed) \d+\b|\bliv(?:es|ing) (?:in|at|with|on)\b|\bmoved to\b|\bworks? (?:at|"
    rf"as|for)\b|\ballerg|"
    rf"\bis (?:married|single|divorced|engaged|widowed|pregnant|retired|vegan|vegetarian)\b|\b(?:got|"
    rf"get) (?:married|divorced|engaged)\b|"
    rf"\bis from\b|\bgrew up\b|\bnative (?:language|speaker)\b|\bpronouns\b|\bdiabet|\basthma|\bdiagnosed\b|"
    rf"\bblood type\b|"
    rf"'s {RELATIONS}(?:'s name)? (?:is|are)\b|\b(?:has|have) (?:an? |\w+ )(?:\w+ )?{RELATIONS}\b|"
    rf"\bis an? (?:\w+ )?(?:\w+(?:er|or|ist|ian|ant|ent|ee)|nurse|"
    rf"chef|cook|pilot|architect|judge)\b",
    re.IGNORECASE,
)
_HOW_TO: Final = re.compile(
    r"\bwants the assistant\b|\b(?:the trick is|the way (?:to|I)|how (?:to|I)|step \d|in order to)\b|"
    r"^to \w+ .+, (?:you|first|press|run|use)\b",
    re.IGNORECASE,
)
_PAST: Final = re.compile(
    r"\b(?:went|visited|attended|met|saw|got|gave|took|ran|won|lost|made|bought|adopted|\w{3,}ed|left|flew|drove|"
    r"broke|"
    r"began|told|found|had|spent|was|were|wrote|sold|quit|passed away|died|fell|became|read|built)\b"
)
_AHEAD: Final = re.compile(
    r"\b(?:going to|will|plans? to|is (?:\w+ing)|appointment|interview|deadline|exam|meeting|flight|reminded|"
    r"wedding|due|trip)\b"
)
_GRAVE: Final = re.compile(
    r"\b(?:allerg\w*|diabet\w*|asthma|epilep\w*|cancer|surgery|diagnosed|medication|insulin|pregnant|passed away|"
    r"died|emergency|"
    r"intoleran\w*|anaphyla\w*|heart|depress\w*|anxiety)\b",
    re.IGNORECASE,
)
_WISH: Final = re.compile(
    r"\b(?:would (?:like|love)|hopes? to|wants? to|thinking (?:of|about)|considering)\b", re.IGNORECASE
)
_WORD: Final = re.compile(r"[^\W_]+(?:[-'’][^\W_]+)*")
_CALENDAR: Final = frozenset(
    "january february march april may june july august september october november december monday tuesday "
    "wednesday thursday friday saturday sunday the when after before since while but last next this that there "
    "their our then mrs their's".split()
)
_DULL: Final = frozenset(
    "user others really also just like love want go went get got make made have take took would could thing "
    "things lot "
    "day time year years week month ago today yesterday tomorrow name assistant be been new good great many much "
    "one "
    "two know think feel last next every since use used start started work works live lives is has was".split()
)


def kind_of(text: str, *, dated: bool, asked_rule: bool = False) -> Kind:
    """Core, procedural, episodic or semantic, from a fact in the third person."""
    if asked_rule or _HOW_TO.search(text):
        return Kind.PROCEDURAL
    if _CORE.search(text):
        return Kind.CORE
    happened = bool(_PAST.search(text)) and not re.search(r"\bused to\b", text)
    if (dated and (happened or _AHEAD.search(text))) or (
        happened and not re.search(r"\b(?:always|usually|favou?rite)\b", text)
    ):
        return Kind.EPISODIC
    return Kind.EPISODIC if dated and not re.search(r"\b(?:every|since|always)\b", text) else Kind.SEMANTIC


def importance_of(text: str, kind: Kind, *, asked: bool) -> float:
    """How much a fact matters, 0..1, before anything is known of its use."""
    base = {Kind.CORE: 0.8, Kind.PROCEDURAL: 0.7, Kind.EPISODIC: 0.5}.get(kind, 0.5)
    if _GRAVE.search(text):
        base = 0.9
    elif _WISH.search(text):
        base = 0.4
    return round(min(1.0, base + 0.2 * asked), 2)


def keywords_of(text: str, about: str = "") -> tuple[str, ...]:
    """At most six words that the fact is filed under: names first, then its longest content words, in order."""
    names = entities_of(text, about)
    taken = {word.lower() for name in (*names, about) for word in name.split()}
    words = [
        w
        for w in dict.fromkeys(w.lower().removesuffix("'s") for w in _WORD.findall(text))
        if w not in taken | _DULL
    ]
    content = [w for w in words if terms(w) and not w.isdigit() and len(w) > 2 and w not in _CALENDAR]
    room = max(0, KEYWORDS - len(names))
    longest = set(sorted(content, key=len, reverse=True)[:room])
    return (*names[:KEYWORDS], *(w for w in content if w in longest))
