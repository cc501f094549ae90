"""Whom "he", "she" or "it" means: the last of the speaker's people and things that fits; knows words, pure.

A clause is kept alone, so that a pronoun left in it would mean nothing a month later.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from memcli.entities import RELATIONS
from memcli.extract.verbs import PAST

LOOK_BACK: Final = 4
"""Clauses that a pronoun may reach over."""
_PRONOUN: Final = re.compile(r"^(he|she|it|his|her|its)(?P<tail>'s|'re|'ve|'ll|'d)?\b(?=\s)", re.IGNORECASE)
_TELLING: Final = re.compile(
    r"^[Ii]ts \w+|^[Ii]t(?:'s| is| was)(?: on| at| in)? (?:an? (?!\w+ (?:time|idea|way|feeling|experience)\b)|"
    r"called|named|[A-Z]\w+|\d|next |this |tomorrow)"
    r"|^[Ii]t (?:leaves|starts|begins|ends|takes place|opens) "
)
_OWNERS: Final = frozenset({"his", "her", "its"})
_TAILS: Final = {"'s": " is", "'re": " are", "'ve": " have", "'ll": " will", "'d": " would"}
_PAST_TAIL: Final = re.compile(r"^ (?:been|got|had|gone|\w+ed)\b")
_MINE: Final = re.compile(
    rf"\b(?:my|our)\s+((?:(?!and\b)[\w-]+\s+){{0,2}}?{RELATIONS}(?:[- ]in[- ]law)?(?:\s+(?-i:[A-Z])\w+)?)|"
    rf"\b(?:have|has|had|got|get|getting|adopted|with|expecting|'ve|bought|found)\b.*?"
    rf"\ban?\s+(?:\w+\s+){{0,2}}?({RELATIONS})\b",
    re.IGNORECASE,
)
_THING: Final = re.compile(
    r"\b(?:my|our|an?)\s+(?:new |old |used |first |little |second-hand )*((?:\w+ )?(?:car|bike|bicycle|house|"
    r"apartment|flat|phone|laptop|computer|job|"
    r"company|boat|guitar|piano|camera|band|blog|book|project|garden|shop|store|cafe|restaurant|appointment|exam|"
    r"flight|interview|"
    r"meeting|trip|surgery|wedding|party|concert|conference|course|class|startup|studio|van|motorcycle|scooter|"
    r"course|thesis|dog|cat))\b",
    re.IGNORECASE,
)
_EVENT: Final = re.compile(
    r"\b(?P<owner>my|our|the|an?)\s+"
    r"(?P<what>(?:(?!first|last|next|same|whole)\w+ )??(?:half |school |book |choir )?"
    r"(?:marathon|race|match|exhibition|recital|funeral|ceremony|viewing|deadline|festival|operation|check-?up|game|"
    r"show|reunion|lecture|workshop|tournament|hike|barbecue|dinner|audition|rehearsal|defen[cs]e|test))\b",
    re.IGNORECASE,
)
_OBJECT: Final = re.compile(
    r"(?<=\w )(?P<who>him|her)(?=\W*$|[.,;!?]| (?:every|each|on|in|at|to|for|with|about|from|twice|once|daily|and|"
    r"because|when|while|again|now|yesterday|today|last|after|before|until|off|up|out|home|there)\b)",
    re.IGNORECASE,
)
_AS_SUBJECT: Final = {"him": "he", "her": "she"}
_NAMED_INSIDE: Final = re.compile(
    rf"\b(?:my|our|his|her|their) (?:\w+ )??{RELATIONS}\b.* (?:and|that|because|when|who)\b", re.IGNORECASE
)
"""Somebody of the same clause may be meant."""
_ONLY_SELF: Final = re.compile(
    r"^(?:i|we)(?:'\w+)? (?:\w+ ){1,3}(?:him|her)\b(?: (?:on|in|at|every|each|last|this) \w+|"
    r" yesterday| today| again)*\W*$",
    re.IGNORECASE,
)
"""A clause that says nothing but what was done to somebody who is not named."""
_NAMED: Final = re.compile(
    r"(?:^|[,;] (?:and |but )?)(?P<name>[A-ZÀ-Þ][a-zà-ÿ]+)"
    r"(?:'s (?:in|at|on|back|off|not|now|a|an|the|been|got|gone|\w+ing)\b"
    rf"| (?:is|has|will|wants|says|lives|works|plays|{'|'.join(sorted(PAST))}|\w+ed)\b)"
)
_ASKED: Final = re.compile(r"(?<!\bin )(?<!\bat )(?<!\bto )(?<!\bof )(?<=[a-z] )(?P<name>[A-ZÀ-Þ][a-zà-ÿ]+)\b")
"""Whom a question names, places aside."""
_ASKS: Final = re.compile(r"\?\W*$|^(?:so |and |but )?(?:how|where|when|what|who|which|why)\b", re.IGNORECASE)
_OF_OTHERS: Final = re.compile(
    r"\b(?:is|was|are|were|does|do|did|has|have|can|will|'s|s)(?:n't)? (?:he|she|they)\b(?=[^.!]*(?:\?|$))",
    re.IGNORECASE,
)
_FEMALE: Final = frozenset(
    "wife girlfriend mother mom mum sister daughter aunt niece grandmother grandma granddaughter godmother "
    "goddaughter landlady fiancée mother-in-law sister-in-law daughter-in-law".split()
)
_MALE: Final = frozenset(
    "husband boyfriend father dad brother son uncle nephew grandfather grandpa grandson godfather godson landlord "
    "fiancé father-in-law brother-in-law son-in-law".split()
)
_NO_NAMES: Final = frozenset(
    "I It He She We They You The This That There What Yes No So And But Then Now Today Monday Tuesday Wednesday "
    "Thursday Friday Saturday Sunday January February March April May June July August September October November "
    "December Everyone Nobody Someone Everything Nothing My Our His Her Their Who Which "
    "Where When Why How Whose Whom Is Am Are Was Were Do Does Did Has Have Had Can Could Would Should Shall Must "
    "Not Also Maybe Please Thanks Sorry Well Oh Here Now If Because While After Before Since Someone Somebody "
    "Everybody Anyone Anybody One Two Three Four Five Six Seven Eight Nine Ten Dinner Lunch Breakfast Work School "
    "Life Tonight Yesterday Tomorrow".split()
)


@dataclass(frozen=True, slots=True)
class _Referent:
    """A phrase in the first person, as it stands before a verb, and which pronouns may mean it."""

    phrase: str
    pronouns: frozenset[str]


_ANYONE: Final = frozenset({"he", "she", "his", "her"})
_SHE: Final = frozenset({"she", "her"})
_HE: Final = frozenset({"he", "his"})
_IT: Final = frozenset({"it", "its"})


def resolved(clause: str, earlier: Sequence[str]) -> str:
    """The clause with its opening pronoun replaced by whom it means, where the clauses before tell."""
    plain = clause.replace("’", "'")
    match = _PRONOUN.match(plain)
    if match is None or (plain[:2].lower() == "it" and not _TELLING.match(plain)):
        return clause
    pronoun = match.group(1).lower()
    phrase = _meant(pronoun, earlier)
    if phrase is None:
        return clause
    rest = plain[match.end() :]
    if pronoun in _OWNERS:
        return f"{phrase}'s{rest}" if _owned(rest) else clause
    tail = _TAILS.get(match["tail"] or "", "")
    return f"{phrase}{' has' if tail == ' is' and _PAST_TAIL.match(rest) else tail}{rest}"


def asked_about(said: str, speaker: str) -> str:
    """Another's question as the clause of the one who answers: "How is your sister?" may be meant by "she"."""
    if not _ASKS.search(said):
        return ""
    named = [m["name"] for m in _ASKED.finditer(said) if m["name"] not in _NO_NAMES and m["name"] != speaker]
    own = re.sub(r"\b[Yy]our\b", "my", re.sub(r"\b(?:[Mm]y|[Oo]ur)\b", "the", said))
    return f"{named[0]} is meant: {own}" if len(named) == 1 else own


def asks_of_others(said: str) -> bool:
    """Does a question ask what he, she or they are: "is she single"? An answer's subject is not who gives it."""
    return bool(_OF_OTHERS.search(said.replace("’", "'")))


def with_objects(clause: str, earlier: Sequence[str]) -> str:
    """The clause with "him" and "her" as objects replaced by whom they mean; "" where nothing tells.

    Whoever is the subject of a clause is not its object, so only what was said before counts.
    """
    match = _OBJECT.search(clause.replace("’", "'"))
    if match is None or _NAMED_INSIDE.search(clause[: match.start()]):
        return clause
    phrase = _meant(_AS_SUBJECT[match["who"].lower()], earlier)
    if phrase is None:
        return "" if _ONLY_SELF.match(clause) else clause
    mine = phrase if phrase.split()[0] not in ("My", "Our") else phrase[:1].lower() + phrase[1:]
    return f"{clause[: match.start('who')]}{mine}{clause[match.end('who') :]}"


def _owned(rest: str) -> bool:
    return bool(re.match(r"\s+[\w'-]+", rest))


def _meant(pronoun: str, earlier: Sequence[str]) -> str | None:
    for clause in reversed(earlier[-LOOK_BACK:]):
        fitting = [each for each in _referents(clause) if pronoun in each.pronouns]
        if fitting:
            return fitting[-1].phrase
    return None


def _referents(clause: str) -> Iterator[_Referent]:
    """The people and things of a clause, those that a pronoun means first come last."""
    for match in _THING.finditer(clause):
        yield _Referent(f"My {match.group(1)}", _IT)
    for match in _EVENT.finditer(clause):
        owner = "My" if match["owner"].lower() in ("my", "our") else "The"
        yield _Referent(f"{owner} {match['what']}", _IT)
    owned = False
    for match in _MINE.finditer(clause):
        mine, one = match.groups()
        if mine or not owned:  # the baby that "my sister" has is hers
            yield _Referent(f"My {mine or one}", _pronouns_of(mine or one))
        owned = owned or bool(mine)
    for match in _NAMED.finditer(clause.replace("’", "'")):
        if match["name"] not in _NO_NAMES:
            yield _Referent(match["name"], _ANYONE)


def _pronouns_of(noun: str) -> frozenset[str]:
    words = {word.lower() for word in noun.split()}
    plural = any(word.endswith("s") and word not in ("boss",) for word in words)
    if words & _FEMALE:
        return _SHE
    if words & _MALE:
        return _HE
    return frozenset() if plural and not any(word[:1].isupper() for word in noun.split()) else _ANYONE
