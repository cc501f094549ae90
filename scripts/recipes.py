"""Reads the recipes of adapters/data: hand-written ways to say a fact, to ask for it, and the answer; pure.

A recipe file is lines. ``fact NAME`` begins a fact, ``slot: a; b; c`` lists what may fill ``{slot}``, ``pool`` a
list that all facts share. Then, by the first character of the line:

``+`` said by the person · ``<`` said to the person by the other · ``=`` a distilled memory in third person ·
``?`` question => answer · ``>`` the same, answered by the latest of several · ``^`` by the one before it ·
``*`` answered by all of them as a list · ``#`` by their number · ``x`` a question that the fact does not answer.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import Final

SLOT: Final = re.compile(r"\{([a-z_]+\d*)\}")
_SAYING: Final = {"+": "says", "<": "hears", "=": "memories"}
_ASKING: Final = "?>^*#x"


@dataclass(frozen=True, slots=True)
class Ask:
    """A question's pattern; ``kind`` is its character in the recipe, ``answer`` is empty for ``x`` and ``#``."""

    kind: str
    text: str
    answer: str = ""


@dataclass(slots=True)
class Fact:
    """A kind of fact: all ways to say it and to ask for it."""

    name: str
    topic: str
    slots: dict[str, list[str]] = field(default_factory=dict)
    says: list[str] = field(default_factory=list)
    hears: list[str] = field(default_factory=list)
    memories: list[str] = field(default_factory=list)
    asks: list[Ask] = field(default_factory=list)

    @property
    def repeats(self) -> bool:
        """Whether a person may have several of it: lists, counts, changes."""
        return any(ask.kind in "*#^" for ask in self.asks)


@dataclass(slots=True)
class Recipes:
    """Everything of one split."""

    facts: list[Fact] = field(default_factory=list)
    pools: dict[str, list[str]] = field(default_factory=dict)


def read(paths: Iterable[Path]) -> Recipes:
    """The recipes of some files, in order."""
    recipes = Recipes()
    topic = ""
    for path in paths:
        for line in path.read_text(encoding="utf-8").splitlines():
            head, _, rest = line.partition(" ")
            if head == "topic":
                topic = rest
            elif head == "fact":
                recipes.facts.append(Fact(rest, topic))
            elif head == "pool":
                name, _, values = rest.partition(": ")
                recipes.pools[name] = values.split("; ")
            elif line and head != "!":
                _add(recipes.facts[-1], head, rest)
    return recipes


def _add(fact: Fact, head: str, rest: str) -> None:
    if head in _SAYING:
        getattr(fact, _SAYING[head]).append(rest)
    elif head in _ASKING:
        text, _, answer = rest.partition(" => ")
        fact.asks.append(Ask(head, text, answer))
    elif head.endswith(":"):
        fact.slots[head[:-1]] = rest.split("; ")
    else:
        raise ValueError(f"{fact.name}: cannot read {head} {rest}")


# -- people and voices


@dataclass(frozen=True, slots=True)
class Person:
    """Someone notes are about; ``user`` is the one who keeps the memory and asks in the first person."""

    name: str
    he: str
    him: str
    his: str

    @property
    def words(self) -> Mapping[str, str]:
        return {"name": self.name, "he": self.he, "him": self.him, "his": self.his, "himself": f"{self.him}self"}


USER: Final = Person("user", "they", "them", "their")


def person(rng: Random, pools: Mapping[str, list[str]], taken: str = "") -> Person:
    """Someone by first name."""
    woman = rng.random() < 0.5
    name = rng.choice([name for name in pools["woman" if woman else "man"] if name != taken])
    return Person(name, "she", "her", "her") if woman else Person(name, "he", "him", "his")


_FIRST: Final = re.compile(r"\b(I'm|I've|I'd|I'll|I was|I|myself|my|me|mine|we've|we're|we|our|us)\b")


def third(text: str, who: Person) -> str:
    """First person words as they are told of somebody."""
    has, is_ = ("have", "are") if who is USER else ("has", "is")
    to = {
        "I'm": f"{who.he} {is_}", "I've": f"{who.he} {has}", "I'd": f"{who.he} had", "I'll": f"{who.he} will",
        "I was": f"{who.he} {'were' if who is USER else 'was'}", "I": who.he, "myself": f"{who.him}self",
        "my": who.his, "me": who.him, "mine": who.his, "we've": "they have", "we're": "they are", "we": "they",
        "our": "their", "us": "them",
    }  # fmt: skip
    return _FIRST.sub(lambda match: to[match[0]], text)


def second(text: str) -> str:
    """First person words as they are told to the one who said them."""
    to = {
        "I'm": "you're", "I've": "you've", "I'd": "you'd", "I'll": "you'll", "I was": "you were", "I": "you",
        "myself": "yourself", "my": "your", "me": "you", "mine": "yours", "we've": "you've", "we're": "you're",
        "we": "you", "our": "your", "us": "you",
    }  # fmt: skip
    return _FIRST.sub(lambda match: to[match[0]], text)


_AUXILIARY: Final = {"does": "do", "is": "am", "has": "have", "are": "am", "were": "was"}
_SUBJECT: Final = re.compile(r"\b(does|did|is|are|has|was|were|will|would|could|can|had) \{name\}")
_OBJECT: Final = re.compile(
    r"\b(of|to|for|with|help|helps|helped|supported|make|made|gave|inspired|motivated|taught|take|took|bring|pay) "
    r"\{name\}"
)
_RELATIVE: Final = re.compile(r"\{name\}( (?:and \{person\}|\w+ed|found|saw|did|had|sells|trains|rent)\b)")


def first_person(ask: str) -> str | None:
    """A question's pattern as the person asks it of themselves; None where that needs more than rules."""
    text = ask.replace("{name}'s", "my").replace("{his}", "my").replace("{himself}", "myself")
    text = _OBJECT.sub(lambda match: f"{match[1]} me", text)
    text = _SUBJECT.sub(lambda match: f"{_AUXILIARY.get(match[1], match[1])} I", text)
    text = _RELATIVE.sub(lambda match: f"I{match[1]}", text).replace("{he}", "I")
    return None if "{name}" in text or "{him}" in text else text


# -- filling


def slots_of(pattern: str) -> set[str]:
    """The slots of a pattern, without the person's own words."""
    return set(SLOT.findall(pattern)) - {"name", "he", "him", "his", "himself", "other"}


def fill(pattern: str, values: Mapping[str, str], *, capital: bool = True) -> str:
    """A pattern with its slots filled; a sentence that begins with a slot gets its capital, if wanted."""

    def put(match: re.Match[str]) -> str:
        value = values[match[1]]
        begins = match.start() == 0 or pattern[max(0, match.start() - 2) : match.start()] in {". ", "! ", "? "}
        return value[:1].upper() + value[1:] if begins and capital else value

    return SLOT.sub(put, pattern)


_SYNONYMS: Final = {
    "buy": "purchase", "start": "begin", "started": "began", "movie": "film", "kids": "children",
    "job": "occupation", "hurt": "injure", "throw": "host", "attended": "went to", "trip": "journey",
    "afraid": "scared",
    "watch": "see", "quit": "stop", "favourite": "favorite", "sport": "athletic activity",
    "finish": "complete", "finished": "completed", "dishes": "meals", "items": "things", "town": "place",
    "photos": "pictures", "build": "make", "building": "creating", "owns": "has", "gift": "present",
    "cities": "places", "company": "employer", "open": "launch", "cook": "prepare", "car": "vehicle",
    "animal": "creature", "destress": "relieve stress", "inspired": "encouraged", "motivated": "pushed",
    "realise": "understand", "learn from": "take away from", "symbolize": "stand for",
    "discover": "find out about",
    "passed": "completed", "hike": "walk", "collect": "gather", "dream of": "hope for", "advice": "tip",
    "recommend": "suggest", "recommended": "suggested", "concert": "show", "instrument": "musical instrument",
}  # fmt: skip
_OPENINGS: Final = {
    "When did": ("What date did", "On what date did", "Around when did", "When exactly did", "when did"),
    "When was": ("What date was", "On which date was", "when was"),
    "When is": ("What date is", "when's"),
    "What is": ("What's", "what is"),
    "Where does": ("In what place does", "where does"),
    "Where did": ("In what place did", "where did"),
    "Who did": ("Whom did", "who did"),
    "How did": ("In what way did", "how did"),
    "What did": ("what did",),
}
_ASIDES: Final = ("Do you remember: ", "Quick question: ", "Tell me, ", "Do you know ", "remind me, ")


def reworded(question: str, rng: Random) -> str:
    """A question in other words now and then, so that it does not always share them with its note."""
    words = question
    for word, other in _SYNONYMS.items():
        if rng.random() < 0.45:
            words = re.sub(rf"(?<!\{{)\b{word}\b", other, words)
    opening = " ".join(words.split()[:2])
    if opening in _OPENINGS and rng.random() < 0.2:
        words = rng.choice(_OPENINGS[opening]) + words[len(opening) :]
    draw = rng.random()
    if draw < 0.04:
        words = rng.choice(_ASIDES) + words[0].lower() + words[1:]
    elif draw < 0.08:
        words = words.rstrip("?").lower() if draw < 0.06 else words.rstrip("?")
    return words
