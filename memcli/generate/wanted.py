"""What a question wants to know, of whom, and in what form, by its words; pure tables.

English only: a question in another language is read by the model alone.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from memcli.entities import RELATIONS
from memcli.terms import terms


class Form(StrEnum):
    """What kind of thing is asked for."""

    YES = "yes or no"
    WHEN = "a time"
    WHERE = "a place"
    WHO = "a name"
    COUNT = "a number"
    AGE = "an age"
    WHY = "a reason"
    WHAT = "a thing"
    ABOUT = "all there is"


@dataclass(frozen=True, slots=True)
class Wanted:
    """A question, read.

    ``words`` are the index terms that an answer must hold, ``sort`` those that it may say in another way ("city"
    of "which city"), or one of which it must hold where there is a ``choice``. ``whose`` are the relatives, pets
    and people it asks about, outermost first; ``mine`` says that it asks about the user, or what is theirs.
    ``acts`` says that the user is who does what is asked about ("who do I live with").
    ``still`` wants to know how it is now, ``denied`` whether something is not so.
    """

    form: Form
    mine: bool
    words: tuple[str, ...]
    whose: tuple[str, ...] = ()
    sort: tuple[str, ...] = ()
    several: bool = False
    denied: bool = False
    still: bool = False
    choice: bool = False
    acts: bool = False

    @property
    def of_user(self) -> bool:
        """Whether it asks about the user, and about nobody of theirs."""
        return self.mine and not self.whose


_LEAD: Final = re.compile(
    r"^\W*(?:(?:and|so|but|hey|hi|hello|ok|okay|well|right|please|memcli|also|now|then|actually|quick question|"
    r"sorry|wait|hm+|oh|btw|by the way)\b[\s,:.!-]*)+",
    re.IGNORECASE,
)
_ORDERS: Final = re.compile(
    r"^(?:(?:can|could|would|will) you (?:please )?)?(?:please )?"
    r"(?:(?:tell|remind|give|show) me(?! to\b)(?: again)?|"
    r"gimme|i (?:need|want|would like) to know|i need(?= (?:my|our)\b)|let me know|any idea|"
    r"(?:name|list)(?= (?:all|my|our|the|every)\b)|do you (?:still )?(?:know|remember|recall)|"
    r"i (?:forgot|forget|can't (?:remember|recall)))\b"
    r"[,:]?\s+(?:please )?(?:if |whether )?(?:of )?",
    re.IGNORECASE,
)
_THING: Final = re.compile(r"^((?:all |all of )?(?:my|our|the|\w+'s) )", re.IGNORECASE)
"""What an order asks for without a word that asks: "tell me my sister's name"."""
_INVERTED: Final = re.compile(
    r"^(what|who|where|when|which \w+|how old|how many \w+) (?!(?:is|are|was|were|do|does|did|am|has|have|had)\b)"
    r"(?P<who>.+) (?P<be>is|are|was|were|am)(?= |$)",
    re.IGNORECASE,
)
_SHORT: Final = re.compile(r"\b(what|who|where|when|how|which|there|that)'?(s|re)\b", re.IGNORECASE)
_BE: Final = {"s": "is", "re": "are"}
_SPELT: Final = (
    (r"\bwot\b", "what"),
    (r"\bwhereabouts\b", "where"),
    (r"\b(who|what) all\b", r"\1"),
    (r"\bwho or what\b", "who"),
    (r"^(?:from|until|till|since|by) (?=when\b)", ""),
    (r"\bfavorite\b", "favourite"),
    (r"\b(i|we)'(m|ve|d|re|ll)\b", r"\1"),
)
_AUX: Final = r"(?:am|is|are|was|were|do|does|did|has|have|had|can|will|'s)(?:n't)?"
_ASKS: Final = re.compile(
    rf"^(?:(?:in|on|at|for|from|to|with|until|since) )?(?:what|which|how|whose)(?: [\w'-]+){{0,4}}? {_AUX}\b|"
    rf"^(?:(?:from|until|since|till) )?(?:when|where|who|whom) {_AUX}\b|^who \w+|"
    r"^(?:my|our|the)\b(?!.*(?:\b(?:is|are|was|were|has|have)\b|'s )).{1,40}\b(?:again|please)$|"
    r"^(?:what|who|where|when|how|which)'?s\b|^(?:what|which) \w+'s |"
    rf"^(?:is|are|was|were|am|do|does|did|has|have|had|will)(?:n't)? (?:i|my|we|our|the|he|she|they|there|any|"
    rf"[\w-]+'s|(?-i:[A-ZÀ-Þ])[\w-]+)\b|^(?:is|does|did|was|has) \w+ ",
    re.IGNORECASE,
)
"""The beginning of a question that may lack its mark."""
_KNOW: Final = "(?:know|say|said|tell you|told you|remember|mention)"
_TIMES: Final = "(?:day|date|year|month|time|weekday|night|evening|morning)"
_FORMS: Final = (
    (Form.ABOUT, r"^(?:tell me|anything|what about) ?(?:about|of|on)?\b"),
    (Form.ABOUT, rf"^what (?:do|did|have) (?:you|i) {_KNOW}(?: to you)? ?(?:about|of|on)?\b"),
    (Form.AGE, r"^(?:how old|(?:what|which)(?: is| are)? (?:my|[\w' ]+'s) age\b|at what age)"),
    (Form.COUNT, r"^how (?:many|much|long|big|tall|heavy|far)"),
    (Form.COUNT, r"^(?:what|which)(?: is)? (?:the )?(?:number|amount|size|weight|price|cost) of"),
    (Form.WHEN, rf"\bwhen$|^when|^(?:at |on |in )?(?:what|which) (?:exact )?{_TIMES}\b"),
    (Form.WHEN, r"^(?:what is )?(?:the )?(?:\w+ ){0,3}?(?:date|deadline|day)\b|what day$"),
    (Form.WHERE, r"^(?:where|(?:in )?(?:what|which) (?:city|town|country|place|village|street|part)\b)"),
    (Form.WHY, r"^(?:why|how come|what for)\b"),
    (Form.WHO, r"^(?:who|whom|whose)\b|^(?:what|which)\b.*\b(?:names?|called|named)\b"),
    (Form.WHO, r"^(?:the )?names? of|^how do i know\b"),
    (Form.WHAT, r"^(?:in |on |at |for |with |to )?(?:what|which)\b"),
    (Form.YES, r"^(?:am|is|are|was|were|do|does|did|has|have|had)(?:n't)? "),
)
_NOW: Final = "(?: now| these days| nowadays)"
_IDIOMS: Final = (
    (
        rf"^(what )?(?:do|does|did|is|are|am) (.+?) (?:do|up to)(?: for (?:a living|work|money))?{_NOW}?$",
        r"\2 job",
    ),
    (r"\b(?:my |current |\w+'s )job title\b", "job"),
    (r"^(?:kind of |sort of |line of )?work (?:do|does|am|is) (.+?) (?:do|in|doing)$", r"\1 job"),
    (r"\bdate of birth\b|\bborn\b", "birthday"),
    (r"\b(?:am|is|are|was) (.+?) from(?: originally)?$", r"\1 hometown"),
    (r"\b(?:dating|going out with|seeing)$", "partner"),
    (r"\bget(?:ting|s)? married\b", "wedding"),
    (r"^how do i know\b", ""),
    (r"\blooking after\b", ""),
    (r"\b(?:how much )?money\b", ""),
)
_OTHER: Final = re.compile(
    r"\b(?:should|could|would|might|likely)\b|"
    r"^how (?!many|much|old|age|long|big|tall|heavy|far|come|do i know)",
    re.IGNORECASE,
)
_MINE: Final = re.compile(r"\b(?:i|my|me|mine|we|our|us|i'\w+)\b", re.IGNORECASE)
_TELL_ME: Final = re.compile(r"^tell me\b", re.IGNORECASE)
_SORT: Final = re.compile(
    r"^(?:in |on |at )?(?:what|which) (?:(?:kind|type|sort|exact)s? (?:of )?)?"
    r"(?P<what>(?!(?:am|is|are|was|were|do|does|did|has|have|had|my|i|the)\b)[\w-]+(?: (?!(?:i|my|the)\b)[\w-]+)?)"
    r"(?= (?:am|is|are|was|were|do|does|did|has|have|had|'s)\b|'s )",
    re.IGNORECASE,
)
_OWNER: Final = re.compile(
    r"\b(?P<who>(?!it\b|that\b|there\b|here\b|let\b|what\b|who\b|where\b|mine\b)\w+)'s?(?= )"
)
_SUBJECT: Final = re.compile(
    r"(?<!\w)(?:is|are|was|were|does|did|has|do|will) (?:(?:Dr|Mr|Mrs|Ms|Aunt|Uncle)\.? )?"
    r"(?P<who>(?!I\b)[A-ZÀ-Þ][\w-]+)"
)
_KNOWN: Final = re.compile(
    r"^(?:how do i know|who (?:is|are|was)) "
    r"(?P<who>(?!my\b|the\b|our\b|in\b|on\b)[\w-]+(?: (?-i:[A-ZÀ-Þ])[\w-]+)?)$",
    re.IGNORECASE,
)
_CHOICE: Final = re.compile(r"\b(?P<one>\w+)-? or (?P<other>\w+)\b")
_ADJECTIVES: Final = r"(?:(?:new|old|older|younger|little|big|elder|best|late|eldest|youngest|oldest|other) )*"
_KIN: Final = re.compile(
    rf"\b(?:my|our|[\w]+'s) {_ADJECTIVES}(?P<what>(?!doctor|dentist|teacher|therapist|coach|trainer|fish|family)"
    rf"{RELATIONS})\b|^(?P<bare>mum|mom|dad|papa|mummy|grandma|grandpa|gran|granny|nan)\b",
    re.IGNORECASE,
)
_BARE_OWNER: Final = re.compile(
    rf"\b(my|our) ((?:\w+ )?{RELATIONS}?)s (?=name|job|birthday|age|wife|husband|dog|cat)", re.IGNORECASE
)
_FILLS: Final = frozenset(
    terms(
        "still ever anything any yet currently current really got get many much kind type sort number amount "
        "please name names called named today nowadays exact exactly remember tell told know say said mention "
        "time day date year month weekday one something anyone anybody someone person people thing actually own "
        "old big long tall heavy far size each these up deadline night evening morning mine all last happen "
        "happening whose about again become go role title whole dr mr mrs ms see end"
    )
)
_SEVERAL: Final = re.compile(
    r"\b(?:all|every|each|list|names|(?:who|what) are|(?:what|which) (?:\w+ )?\w+s (?:do|does|did|am|are|have))\b",
    re.IGNORECASE,
)
_DENIED: Final = re.compile(r"n't\b|\b(?:not|never|no)\b", re.IGNORECASE)
_PLURALS: Final = re.compile(
    r"\b(?:kids|children|siblings|sisters|brothers|pets|dogs|cats|sons|daughters|parents)\b"
)
_STILL: Final = re.compile(r"\b(?:still|any ?more|now|these days|nowadays|currently|current)\b", re.IGNORECASE)
_ACTS: Final = re.compile(r"\b(?:do|did|am|was|will) (?:i|we)\b(?!.*\bhave\b)", re.IGNORECASE)
_OWN_NAME: Final = re.compile(r"\bmy name\b|^who am i\b|\bam i called\b", re.IGNORECASE)
_CHOOSE: Final = frozenset((Form.YES, Form.WHAT))


def asks(text: str) -> bool:
    """Whether a message asks something, with or without its question mark."""
    plain = _spelt(text).rstrip(" .!")
    return bool(re.search(r"[?？]\W*$", text) or _ASKS.search(plain) or _ORDERS.search(plain))


def wanted(text: str) -> Wanted | None:
    """What a question wants to know; None where its form is none of those that a sentence by itself answers."""
    question = _plain(text) if asks(text) else ""
    if not question or _OTHER.search(question):
        return None
    form = next((form for form, shape in _FORMS if re.search(shape, question, re.IGNORECASE)), Form.WHAT)
    choice = _CHOICE.search(question) if form in _CHOOSE else None
    whose, words, sort = _words(question, choice)
    if not words and not whose and _OWN_NAME.search(question):
        words = ["name"]
    if not words and form is Form.WHAT:
        words, sort = [term for term in sort if term not in _FILLS], []
    return Wanted(
        form=form,
        mine=_MINE.search(_TELL_ME.sub("", question)) is not None,
        words=tuple(dict.fromkeys(words)),
        whose=whose,
        sort=tuple(sort),
        several=form is Form.ABOUT or bool(_SEVERAL.search(question) or _PLURALS.search(question)),
        denied=_DENIED.search(question) is not None,
        still=_STILL.search(question) is not None,
        choice=choice is not None,
        acts=_ACTS.search(question) is not None,
    )


def _words(question: str, choice: re.Match[str] | None) -> tuple[tuple[str, ...], list[str], list[str]]:
    """Whom a question asks about, the index terms that an answer must hold, and those that it may."""
    sort = _SORT.match(question)
    rest = question[sort.end() :].removeprefix("'s").strip() if sort else question
    whose = _whose(rest)
    for shape, better in _IDIOMS:
        rest = re.sub(shape, better, rest, flags=re.IGNORECASE)
    may = terms(f"{choice['one']} {choice['other']}") if choice else terms(sort["what"]) if sort else []
    left_out = {*_FILLS, *whose, *(may if choice else ())}
    return whose, [term for term in terms(rest) if term not in left_out], may


def _spelt(text: str) -> str:
    """The words of a message without what only leads to them, spelt as usual."""
    said = _LEAD.sub("", " ".join(text.replace("’", "'").split()))
    for shape, better in _SPELT:
        said = re.sub(shape, better, said, flags=re.IGNORECASE)
    return said


def _ordered(plain: str) -> str:
    """What an order to tell asks for, as a question; anything else as it is."""
    asked = _ORDERS.sub("", plain)
    if asked == plain:
        return plain
    if re.match(r"about ", asked):
        return f"tell me {asked}"
    asked = _THING.sub(r"what is \1", asked)
    return _INVERTED.sub(lambda match: f"{match[1]} {match['be']} {match['who']}", asked)


def _plain(text: str) -> str:
    """The question alone, its short forms written out."""
    said = _ordered(_spelt(text).strip(" ?!.…"))
    said = _SHORT.sub(lambda match: f"{match[1]} {_BE[match[2].lower()]}", said)
    return _BARE_OWNER.sub(r"\1 \2's ", said).strip(" ?!.…")


def _whose(question: str) -> tuple[str, ...]:
    """The people and pets a question asks about, as index terms in the order named."""
    found = [(match.start(), match["what"] or match["bare"]) for match in _KIN.finditer(question)]
    found += [(match.start("who"), match["who"]) for match in _OWNER.finditer(question)]
    found += [
        (match.start("who"), match["who"])
        for match in (_SUBJECT.search(question), _KNOWN.search(question))
        if match
    ]
    named = [term for _, word in sorted(found) for term in terms(re.sub(r"'s?$", "", word))]
    return tuple(dict.fromkeys(named))
