"""What a note holds as far as answers go: its words, whom it tells of, what kind of thing is in it; pure.

A note is a memory's sentence, or what the user said in their own words. It joins how facts are read (``update``)
with how questions are (``generate``).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cached_property
from typing import Final

from memcli.extract import states
from memcli.extract.gate import reason_against
from memcli.generate.kinship import Names, is_kin
from memcli.generate.wanted import Form
from memcli.records import CHAT, SIMILARITY, Hit, Kind, Origin, Turn
from memcli.terms import terms
from memcli.update.slots import slots_of

_LEADING: Final = 6
"""Words from the beginning of a sentence in which it names whom it tells of."""
_SPOKEN: Final = 40
"""Words of a turn that is taken whole; a longer one is taken by its sentences."""
_SENTENCES: Final = re.compile(r"(?<=[.!?;])\s+|\n+")
_TYPED: Final = frozenset((CHAT, "add"))
_TRUE: Final = frozenset(("rule", "user"))
_IMAGINED: Final = frozenset(("hypothetical", "fiction", "joke", "question"))
"""What was kept word for word because the user asked for it, and tells nothing that is so."""
_MONTH: Final = (
    r"jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?|"
    r"nov(?:ember)?|dec(?:ember)?"
)
_WEEKDAY: Final = "(?:sun|mon|tues|wednes|thurs|fri|satur)days?"
_FEW: Final = "one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve"
_TENS: Final = r"\w+teen|twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety"
_OPENING: Final = re.compile(
    r"^(?:(?:on|in|since|before|after|from|by|at|last|next|this|every)\b[^,]{1,40}, |every \w+ (?=the user|i\b)|"
    r"(?:well|so|and|oh|ok|also|but|yeah|btw|actually|anyway|today|yesterday),? )+",
    re.IGNORECASE,
)
_HOLDS: Final = {
    Form.WHEN: re.compile(
        rf"\b(?:\d{{4}}|\d{{1,2}}(?:st|nd|rd|th)|(?:{_MONTH})\b|{_WEEKDAY}|birthday|tomorrow|yesterday|tonight|noon|"
        r"midnight|every|daily|weekly|spring|summer|autumn|winter|christmas|easter|mornings?|evenings?|nights?|"
        r"afternoons?|\d{1,2}(?::\d\d| ?[ap]m)|at \d{1,2})",
        re.IGNORECASE,
    ),
    Form.WHERE: re.compile(
        r"\b(?:in|at|near|to|on|from|behind|under|inside|above|beside|by|outside|next|between|round|around|over|"
        r"til+|then|called|named) ",
        re.IGNORECASE,
    ),
    Form.COUNT: re.compile(
        rf"\d|\b(?:an?|{_FEW}|{_TENS}|twins|triplets|no|both|hundred|dozen|half)\b", re.IGNORECASE
    ),
    Form.WHY: re.compile(
        r"\b(?:because|since (?:i|we|my|the user|it|they)|so that|due to|reason|in order to|thanks to|"
        r"as (?:i|we|my)\b)",
        re.IGNORECASE,
    ),
    Form.AGE: re.compile(
        r"(?:\b(?:is|am|im|i'm|he's|she's|'s|be|turn(?:s|ed|ing)?|aged?|at|hes|shes)) "
        rf"(?:now |just |only |nearly )?(?:\d{{1,3}}|(?:{_TENS})(?:[ -](?:{_FEW}))?|{_FEW})\b"
        rf"(?! ?(?:%|minutes?|hours?|km|miles?|euros?|pounds?|kilos?|kg|cm|am|pm|o'clock|{_MONTH})\b)|"
        r"years? old|\bborn\b|\byear-old|\bbirthday\b.*\b\d{4}",
        re.IGNORECASE,
    ),
}
"""What there must be in an answer of a form."""
_NAMES: Final = re.compile(
    rf"(?<!^)\b(?!I\b|I'|(?i:{_MONTH}|{_WEEKDAY}|on|in|at)\b)[A-ZÀ-Þ][\w-]+|"
    r"^[A-ZÀ-Þ][\w-]+(?=(?:'s| is| was| and| has| gave| does| \w+s| \w+ed)\b)"
)
_FIRST: Final = re.compile(r"^(?:the )?(?P<first>[\w-]+?)(?:'s)?(?: (?P<second>[\w-]+?)(?:'s)?)?(?= |$)")
_SPEAKS: Final = re.compile(r"(?:i|we|im|ive)(?:'\w+)?\b|(?:my|our)\b(?P<of>[\w' -]+)", re.IGNORECASE)
_SUBJECT: Final = re.compile(
    r"[\w-]+(?:'s| is| was| has)\b|(?:he|she|they|it|his|her|their|its)(?:'\w+)?\b", re.IGNORECASE
)
_DOING: Final = "drives?|teach(?:es)?|lectures?|breeds?|flies|farms?|freelances?"
_WORKS: Final = re.compile(
    rf"\b(?:for [A-Z]\w|by trade|day job|(?:{_DOING}) \w|(?:{_DOING}|serves?|runs? an?|do security|works?|"
    r"employed|is|am|I'm|been|stationed) (?:now )?at (?:an? )?[A-Z])"
)
"""Words that tell what somebody does, beside those of a slot."""
_TRADE: Final = re.compile(
    r"\ban? (?:[\w-]+ ){0,2}?(?!(?:sister|brother|mother|father|daughter|partner|summer|winter|dinner|"
    r"number)\b)\w+"
    r"(?:er|or|ist|ian|ary|eer|ant|man|woman|cook|nurse|chef|vet|clerk|guard|pilot|lead|student|apprentice)\b",
    re.IGNORECASE,
)
_BIRTHDAY: Final = re.compile(r"\b(?:will be|'ll be|be|turns?|turning) (?:\d{1,3}|\w+) on \d", re.IGNORECASE)
_SLOTS: Final = {
    "home": "live home hous address hometown citi resid",
    "employer": "job work employ compani profess occup",
    "job": "job work profess occup",
    "birthday": "birthday age",
    "age": "age",
    "bond": "marri singl relationship",
    "vehicle": "car drive",
    "diet": "diet eat",
    "studies": "studi degre subject",
    "school": "school univers studi",
}
"""The index terms that a fact of a slot holds beside its own words."""


@dataclass(frozen=True)
class Told:
    """One sentence of a memory or a turn; ``user`` is what memories call the user."""

    hit: Hit
    user: str
    said: str

    @cached_property
    def text(self) -> str:
        return " ".join(self.said.replace("’", "'").split())

    @property
    def said_at(self) -> datetime:
        """When it became known."""
        return self.hit.memory.created_at if self.hit.memory else self.hit.at

    def happens(self, start: datetime, end: datetime) -> bool:
        """Does it tell of something between two moments?"""
        memory = self.hit.memory
        if memory is None or memory.event_at is None:
            return False
        return memory.event_at < end and (memory.event_end or memory.event_at) > start

    @property
    def near(self) -> float:
        """Its cosine with the question."""
        return self.hit.features.get(SIMILARITY, 0.0)

    @property
    def spoken(self) -> bool:
        """Whether the user said it just so."""
        return self.hit.turn is not None

    @cached_property
    def held(self) -> frozenset[str]:
        """The index terms of its words, and of the slots that it fills."""
        told = re.sub(r"^(?:I am|I'm|im|I)\b", "The user is", self.text) if self.spoken else self.text
        slots = " ".join(_SLOTS.get(slot.attribute, slot.attribute) for slot in slots_of(told))
        more = " job work" if _WORKS.search(self.text) or _TRADE.search(self.text) else ""
        more += " birthday" if _BIRTHDAY.search(self.text) else ""
        return frozenset((*terms(self.text), *slots.split(), *terms(slots + more)))

    @cached_property
    def opening(self) -> str:
        """Its first words, a date before them aside."""
        return " ".join(_OPENING.sub("", self.text).split()[:_LEADING])

    @cached_property
    def leading(self) -> frozenset[str]:
        return frozenset(terms(self.opening))

    @cached_property
    def names(self) -> list[str]:
        """The words in it that look like names."""
        return _NAMES.findall(self.text)

    def fills(self, form: Form) -> bool:
        """Is there something in it of the kind that a form asks for? A name is not looked at."""
        return form not in _HOLDS or _HOLDS[form].search(self.text) is not None

    def mine(self, names: Names) -> str | None:
        """What of the user's it tells of at its beginning: nothing for themselves; None where it is another's."""
        if found := (_SPEAKS if self.spoken else self._user).match(self.opening):
            return (found["of"] or "").strip()
        first = _FIRST.match(self.opening)
        if first is None:
            return None if _SUBJECT.match(self.opening) else ""
        if kin := next((word for word in (first["first"], first["second"] or "") if is_kin(word)), ""):
            return kin
        another = set(terms(first["first"])) & set(names) or _SUBJECT.match(self.opening)
        return None if another else ""

    @property
    def _user(self) -> re.Pattern[str]:
        name = "the user" if self.user == "user" else re.escape(self.user)
        return re.compile(rf"{name}\b(?:'s?(?P<of> [\w' -]+))?", re.IGNORECASE)


def _is_of_user(turn: Turn, user: str) -> bool:
    """Did the user say it, here or in what was brought in under their name?"""
    return turn.source in _TYPED or turn.speaker.split()[:1] == user.split()[:1]


def told_in(hit: Hit, user: str, now: datetime) -> Iterator[Told]:
    """What a hit tells that may be said again as it stands: what holds now, and what the user stated.

    A small model's sentences may not: it takes one thing for another.
    """
    if hit.memory is not None:
        lasts = hit.memory.valid_to is None or hit.memory.valid_to > now
        real = reason_against(hit.text) not in _IMAGINED
        if lasts and real and hit.memory.made_by in _TRUE and hit.memory.kind is not Kind.INSIGHT:
            yield Told(hit, user, hit.text)
    elif hit.turn is not None and hit.trust is Origin.DIRECT_USER and _is_of_user(hit.turn, user):
        whole = len(hit.text.split()) <= _SPOKEN
        parts = [hit.text] if whole else _SENTENCES.split(hit.text)
        yield from (Told(hit, user, part) for part in parts if states(replace(hit.turn, text=part)))
