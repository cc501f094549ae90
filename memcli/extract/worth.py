"""How much a clause is worth remembering: a linear model over what can be seen in it; pure.

The weights are in ``worth.json`` with their card, fitted by ``scripts/fit_rules.py`` on dialogues of our own.
A clause is kept from 0 up.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from memcli import logistic
from memcli.entities import RELATIONS
from memcli.logistic import Logistic
from memcli.terms import terms

_VOCABULARY: Final = "word "
"""How a weight of one word is named: "word moved"."""
_SELF: Final = re.compile(
    r"^(?:(?:before|after) that,? )?(?:[\w\s'’-]{0,40},\s*)?(?:(?!(?:you|he|she|they|it|that|this|is|are|"
    r"was)\b)[\w'’-]+\s+){0,5}?(?:i|we)(?:['’]\w+)?\s",
    re.I,
)
_ANY_SELF: Final = re.compile(r"\b(?:I|we|We|me|us|my|My|our|Our|mine|I['’]\w+|we['’]\w+)\b")
_OWNED: Final = re.compile(
    r"^(?:[\w\s'’-]{0,40},\s*)?(?:(?:one|some|both|all|most|two) of )?(?:my|our)\s|^[A-Z][\w ]* (?:is|are|"
    r"was) (?:my|our) ",
    re.I,
)
_NAMED: Final = re.compile(
    r"^(?:The |Our |My )?[A-Z][a-zà-ÿ]+(?: [A-Z][a-zà-ÿ]+)?(?:'s \w+)? (?:is|are|was|has|had|got|\w+ed|\w+s|went|"
    r"came|will)\b"
)
_ANAPHOR: Final = re.compile(r"^(?:it|that|this|these|those|he|she|they|there|his|her|its|their|one)\b", re.I)
_GENERIC: Final = re.compile(
    r"^(?:it'?s (?:important|great|nice|good|amazing|hard|always)|people|everyone|life|there(?:'s| is| are)|"
    r"the (?:world|weather|best|key|"
    r"important|thing|point|problem|idea)|nothing|something|everything|being|having|seeing|some|most|many|you)\b",
    re.I,
)
_LASTING: Final = re.compile(
    r"\b(?:(?:don'?t|do not|doesn'?t|can'?t|cannot) (?:eat|drink|smoke|drive|own|have|like|speak|work|live)|"
    r"takes? \w+ (?:now|every|daily|twice|once|for)|drinks?|eats?|walks?|cycles?|commutes?|skis?|sings?|swims?|"
    r"cooks?|bakes?|paints?|grows?|shoots?|trains?|sews?|knits?|scared of|"
    r"terrified|work(?:s|ed)? (?:nights|days|part-time|full-time|weekends|remotely)|paid|earn|rent|owe|"
    r"seeing someone|half \w+|"
    r"live[sd]?|living|work(?:s|ed|ing)? (?:at|for|as|in|with|from|on)|moved?|grew up|born|raised|own(?:s|"
    r"ed)?|bought|adopted|"
    r"married|engaged|divorced|dating|pregnant|retired|graduated|study|studied|studying|major(?:ed|ing)?|teach|"
    r"taught|speak|fluent|"
    r"play(?:s|ed|ing)? (?:the|in|for|guitar|piano|chess|tennis|football|basketball|violin|drums|video)|prefers?|"
    r"loves?|likes?|hates?|can'?t stand|"
    r"dislike|enjoy|allerg\w+|carr(?:y|ies) (?:an? )?(?:epi-?pen|inhaler|insulin)|"
    r"intolerant|diabetic|asthma|diagnosed|vegan|vegetarian|pescatarian|gluten|expecting|"
    r"smoke|quit|stopped|started|joined|"
    r"got (?:a|an|my|the|promoted|hired|fired|married|engaged|divorced|into|accepted|laid)|have (?:a|an|one|two|"
    r"three|"
    r"four|five|\d+|many|my)|"
    r"had (?:a|an|my) (?:\w+ )?(?:baby|surgery|accident|operation|daughter|son|miscarriage|stroke)|"
    r"i'?ve got (?:a|an|two|three|\d)|drive|drives|collect|volunteer(?:s|ed|ing)?|coach|run(?:s)? (?:a|an|my|"
    r"every)|believe in|afraid of|"
    r"used to|no longer|anymore|any more|always|never|usually|every (?:day|morning|week|month|year|night|weekend|"
    r"\w+day)|"
    r"am (?:a|an|\w+an|\w+ish|\w+ese|\d+|from|called|named|married|single|left-handed|colou?r)|i'?m (?:a|an|from|"
    r"\d+|called|named|married|single|"
    r"left-handed)|name is|is called|is named|goes by|passed away|died|take (?:\w+ )?(?:medication|insulin|"
    r"ibuprofen|pills|\d+|\w+in\b)|"
    r"member of|lost my|wants? to (?:become|be|learn|visit|move|study|work|start|open|write|travel|buy)|"
    r"dream(?: is|s)? |goal is|"
    r"sav(?:e|ing) (?:up )?for|learning|training for|taking (?:\w+ )?(?:class|lessons|course)\w*|favou?rite|use|"
    r"uses|subscribe\w*|"
    r"keeps? \w+s|(?:am|'m) (?:writing|building|knitting|restoring|renovating|reading|composing) (?:a|an|the|my)|"
    r"bank with|wear|weigh|am \d|"
    r"in (?:a|an|the) (?:\w+ )?(?:choir|band|club|team|orchestra|league|union|committee))\b",
    re.I,
)
_EVENT: Final = re.compile(
    r"\b(?:i|we|my \w+|our \w+|he|she|they|[A-Z][a-z]+)(?: (?:just|also|recently|finally|already|even|both|"
    r"actually))*(?:'ve| have| has)?"
    r"(?: just| recently| finally| already)? (?:went|visited|attended|met|saw|got|gave|made|took|ran|won|lost|"
    r"wrote|painted|"
    r"cooked|baked|built|fixed|broke|finished|completed|started|began|signed|joined|applied|hosted|organi[sz]ed|"
    r"celebrated|"
    r"travel+ed|flew|drove|hiked|camped|read|watched|bought|sold|booked|booking|planted|learned|learnt|taught|"
    r"spoke|"
    r"performed|published|launched|opened|passed|failed|quit|left|moved|adopted|found|had|spent|donated|raised|"
    r"called|told|"
    r"decided|tried|created|picked|set up|volunteered|helped|registered|ordered|received|inherited|sprained|"
    r"twisted|injured|"
    r"been|gone|done|seen|written|taken|given|made|caught|dropped|switched|changed|stopped|turned|graduated|"
    r"interviewed|presented|rescued|played|swam|rode|shared|upgraded|replaced|renovated|rented|lent|borrowed)\b",
    re.I,
)
_PLAN: Final = re.compile(
    r"\b(?:(?:am|is|are|'m|'re|'s|’m|’re) (?:going|planning|hoping|about|looking forward|meeting|visiting|flying|"
    r"travel+ing|moving|starting|"
    r"getting|having|hosting|taking|seeing|leaving|organi[sz]ing|considering|thinking (?:of|about)|working on|"
    r"saving|preparing|"
    r"running|attending|expecting|launching|applying|training|joining|celebrating|throwing)|will (?:be|start|"
    r"visit|move|go|have|fly|take|meet|"
    r"attend|join|turn|graduate|travel)|'ll (?:be|start|visit|move|go|have|fly|take|meet|attend|turn)|plan(?:s|"
    r"ned|ning)? to|intend to|want(?:s)? to|"
    r"hope to|(?:would|'d|’d) (?:like|love|prefer|rather)|have to|need to|appointment|interview|deadline|exam|"
    r"meeting|flight|wedding|reservation|"
    r"surgery|due|tickets?|conference|trip|vacation|holiday|party|concert|marathon)\b",
    re.I,
)
_RELATION: Final = re.compile(rf"\b{RELATIONS}\b", re.I)
_ATTRIBUTE: Final = re.compile(
    r"\b(?:birthday|anniversary|phone|number|email|e-mail|address|favou?rite|name|nickname|surname|age|height|"
    r"weight|size|blood type|job|"
    r"salary|hometown|nationality|native language|mother tongue|religion|hobb(?:y|ies)|diet|car|bike|house|"
    r"apartment|flat|office|"
    r"company|team|school|university|degree|password hint|licen[cs]e|plate|passport|timezone|time zone|pronouns|"
    r"insurance|"
    r"band|blog|channel|project|book|garden|collection|goal|dream|commute|desk|laptop|allergy|allergies|"
    r"medication|condition)\b",
    re.I,
)
_INNER_NAME: Final = re.compile(r"(?<=[a-z,;0-9] )(?!I\b|I['’])[A-Z][\w’'-]*")
_YOU: Final = re.compile(r"\b(?:you|your|yours|yourself|you['’]\w+)\b", re.I)
_OPINION: Final = re.compile(
    r"^(?:i|we) (?:really |just |also |still |do |kind of |sort of )*(?:think|believe|feel like|feel that|guess|"
    r"suppose|find (?:it|that|this)|reckon|"
    r"imagine|understand|hear|see|noticed?|heard|agree|know|admire|appreciate|hope|feel)\b(?! in\b)",
    re.I,
)
_PASSING: Final = re.compile(
    r"\b(?:right now|at the moment|just now|a minute|a second|a sec|in a bit|for now|brb|gotta|got to go|"
    r"have to go|need to go|"
    r"on my way|talk (?:to you )?(?:soon|later)|running late|about to|today was|my day|been (?:good|great|busy|"
    r"well|fine))\b",
    re.I,
)
_JUDGING: Final = re.compile(
    r"\b(?:so|very|really|such|super|pretty|totally|quite|absolutely) (?:a )?(?:great|cool|nice|awesome|amazing|"
    r"wonderful|beautiful|lovely|"
    r"fun|good|bad|interesting|helpful|important|special|powerful|inspiring|rewarding|relaxing|proud|happy|"
    r"excited|grateful|thankful)\b"
    r"|\bmeans? (?:a lot|so much|everything)\b|\bmakes? me (?:feel|happy|smile)\b",
    re.I,
)


_WORD: Final = re.compile(r"[a-zà-ÿ]+(?:'[a-z]+)?")
_PATTERNS: Final[Mapping[str, re.Pattern[str]]] = {
    "self": _SELF,
    "owned": _OWNED,
    "anaphor": _ANAPHOR,
    "generic": _GENERIC,
    "lasting": _LASTING,
    "event": _EVENT,
    "plan": _PLAN,
    "relation": _RELATION,
    "attribute": _ATTRIBUTE,
    "name": _INNER_NAME,
    "you": _YOU,
    "opinion": _OPINION,
    "passing": _PASSING,
    "judging": _JUDGING,
    "self first": re.compile(r"^(?:i|we)\b", re.I),
    "mine first": re.compile(r"^(?:my|our)\b", re.I),
    "he or she first": re.compile(r"^(?:he|she|they|his|her|their)\b", re.I),
    "it first": re.compile(r"^(?:it|that|this|there)\b", re.I),
    "name first": re.compile(r"^(?!I\b)[A-ZÀ-Þ][a-zà-ÿ]+(?:'s)? [a-z]"),
    "past": re.compile(
        r"\b(?:was|were|went|got|had|made|took|gave|found|bought|left|came|started|moved|\w{3,}ed)\b"
    ),
    "being": re.compile(r"\b(?:i am|i'm|we're|we are|is|are)\b", re.I),
    "going on": re.compile(r"\b(?:am|'m|is|are|'re|'s) \w+ing\b", re.I),
    "may be": re.compile(r"\b(?:would|could|should|might|may|maybe|perhaps|hope|wish)\b", re.I),
    "denied": re.compile(r"\b(?:not|never|no)\b|n't\b", re.I),
    "reason": re.compile(r"\b(?:because|since|so that|due to)\b", re.I),
    "reported": re.compile(r"\b(?:says?|said|told|tells|asked|asks)\b", re.I),
    "likened": re.compile(r"\blike an? \w+", re.I),
    "exclaims": re.compile(r"!\W*$"),
    "money": re.compile(r"[$€£]|\b(?:euros?|dollars?|pounds?|quid|bucks|rupees?|a month|per month)\b", re.I),
}
ASKED: Final = 3.0
"""What a person asks to remember weighs this much more: nearly always enough."""


PLAIN_WORDS: Final = 8
_NOT_PLAIN: Final = ("you", "passing", "judging", "opinion", "likened", "thin", "reported", "exclaims", "may be")


def shipped() -> Logistic:
    """The weights that come with memcli."""
    return logistic.shipped("extract", "worth")


def features(clause: str, *, dated: bool, asked: bool) -> dict[str, float]:
    """What can be seen in a clause; each 0 or 1. Every word is a feature too, under ``word``."""
    content = terms(clause)
    seen = {
        "dated": dated,
        "asked": asked,
        "number": any(c.isdigit() for c in clause),
        "thin": len(content) < (1 if _LASTING.search(clause) else 2),
        "bare": len(content) < 1,
        "rich": len(content) >= 6,
        "long": len(content) >= 12,
        "aside": not (_SELF.search(clause) or _OWNED.search(clause) or _NAMED.search(clause)),
        "named": bool(_NAMED.search(clause)) and not _OWNED.search(clause),
        "shouted": clause.isupper(),
        **{name: bool(pattern.search(clause)) for name, pattern in _PATTERNS.items()},
    }
    words = {f"{_VOCABULARY}{word}": 1.0 for word in _WORD.findall(clause.lower().replace("’", "'"))}
    return {name: float(value) for name, value in seen.items()} | words


def score(clause: str, *, dated: bool = False, asked: bool = False) -> float:
    """Worth of a clause in log-odds: it is kept from 0 up. What is asked for nearly always is."""
    model = shipped()
    if not _ANY_SELF.search(clause) and not _NAMED.search(clause) and not (dated or asked):
        return min(-0.1, model.bias)
    seen = features(clause, dated=dated, asked=asked)
    found = model.log_odds(seen)
    return max(found, 0.0 if _is_plain(clause, seen) else found) + ASKED * asked


def is_plain(clause: str) -> bool:
    """Is it a short plain statement of what lasts?"""
    return _is_plain(clause, features(clause, dated=False, asked=False))


def _is_plain(clause: str, seen: Mapping[str, float]) -> bool:
    """Is it a short plain statement of what lasts ("I like sushi"), which needs no weighing?"""
    if len(clause.split()) > PLAIN_WORDS or any(seen[name] for name in _NOT_PLAIN):
        return False
    return bool(seen["lasting"] and (seen["self first"] or seen["owned"]))
