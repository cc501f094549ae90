"""The words before a statement that say how to take it ("remember that …", "actually, …"); pure tables."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

_ASKED: Final = re.compile(
    r"^(?:please |pls |can you |could you |also |and |now )*(?:(?:remember|note|keep in mind|bear in mind|"
    r"memori[sz]e|"
    r"don'?t forget(?! to\b)|never forget(?! to\b)|make a note|take note|save|store|"
    r"jot down)(?: this)?(?: for later)?(?: that\b|[:,]|(?= (?:i|my|we|our|the|"
    r"[A-Z]\w+(?:'s)? )))|(?:for (?:your|the) record|fyi|for future reference|just so you know|"
    r"you should know(?: that)?|"
    r"(?:i )?(?:just )?(?:wanted|want|thought i'?d|need) to (?:tell you|let you know|mention|share|add)(?: that)?|"
    r"(?:i )?(?:should|forgot to|must|have to) (?:mention|tell you|add)(?: that)?|let me tell you(?: that)?|"
    r"a (?:fun|quick) fact(?: about me)?|fun fact(?: about me)?|about me|(?:one|"
    r"another) thing(?: about me)?(?: is)?(?: that)?)[,:]?)\s*",
    re.IGNORECASE,
)
_CORRECTION: Final = re.compile(
    r"^(?:no+[,.!]? (?:wait[,.]? )?(?=(?:it|that|he|she|they|i|my|not|actually|on|in|at)\b)|nope,? |"
    r"actually,? (?:no,? )?|wait,? (?:no,? )?|"
    r"correction[:,]? |sorry,? (?:i (?:meant|mean)|no|it'?s|not|that was)[,:]? ?|oops,? |my (?:mistake|bad)[,:]? |"
    r"i (?:meant|misspoke|mistyped|was wrong|made a mistake)(?: to say)?[,:]? |(?:that'?s|you'?re|"
    r"this is) (?:wrong|not right|incorrect|"
    r"not (?:true|correct|quite right))[,.:;]? (?:it'?s )?|let me correct (?:that|myself)[,:]? |"
    r"to correct myself[,:]? )+",
    re.IGNORECASE,
)
_FILLER: Final = re.compile(
    r"^(?:(?:well|so|oh|ah|yeah|yes|yep|no|nope|ok|okay|right|sure|also|and|but|plus|anyway|honestly|frankly|"
    r"basically|"
    r"hey|hi|hello|btw|by the way|to be honest|tbh|you know(?: what)?|guess what|look|listen|fyi|thanks|thank you|"
    r"thanks so much|haha\w*|lol|wow|great|"
    r"cool|nice|awesome|good|luckily|unfortunately|sadly|fortunately|thankfully|speaking of which|in fact|"
    r"as i said|"
    r"as i (?:told|mentioned)(?: you)?|like i said|i (?:already )?(?:told|said|mentioned)(?: you)? (?:that|"
    r"before[,:])|"
    r"as you know|of course|absolutely|definitely|exactly|indeed|mmm?|hmm+|uh|um|man|dude|good question|"
    r"i think(?: that)? (?=my )|"
    r"good morning|good evening|good afternoon|good news|big news|great news|bad news|sad news|news|update|"
    r"quick update|same here|me too|"
    r"not really|true|ps|p\.s\.?|actually|aw+|ooh|yay|gosh|omg|lately)(?:[,!.:;–—-]+\s*|\s+(?=(?:i|my|we|"
    r"our)(?:\b|'))))+",
    re.IGNORECASE,
)
_ADDRESS: Final = re.compile(
    r"^(?:hey|hi|hello|thanks|thank you|thanks so much|wow|yeah|oh|yes|no|aw)?,? ?[A-Z]\w+[,!]\s+(?=(?:[Ii]|[Mm]y|"
    r"[Ww]e|[Oo]ur|[Tt]h\w+|[Ii]t|[Yy]ou)\b)"
)
_TAIL: Final = re.compile(
    r"(?:[,\s]+(?:you know|by the way|btw|haha\w*|lol|thanks|thank you|please|too|as well|actually|obviously|"
    r"of course|though|honestly|to be honest|tbh|"
    r"i think|i guess|right|so yeah|okay|ok|if you must know|in case you (?:were )?(?:wondering|forgot))|"
    r"\s*[:;]-?[)(DP])+\W*$",
    re.IGNORECASE,
)
_RETRACT: Final = re.compile(
    r"^(?:please |pls |ok(?:ay)?,? |actually,? |and |can you |could you |no,? )*(?:forget|delete|erase|remove|"
    r"disregard|scratch|"
    r"stop remembering|don'?t remember)\b[\s:]*(?:about |what i (?:said|told you) (?:about )?|everything (?:about|"
    r"i said about) |"
    r"(?:the fact )?that |the (?:memory|note|thing) (?:about |that )?)*(?P<what>.*)$",
    re.IGNORECASE,
)
_STANDING: Final = re.compile(
    r"^(?:please |pls |from now on,? |in future,? |in the future,? |going forward,? |hey,? )*"
    r"(?P<rule>(?:always|never)\s+(?!been|had|done|seen|was|thought|knew|heard|a\b|the\b|\w+ed\b|mind)\w.*|"
    r"(?:(?:don'?t|do not) )?(?:ever )?(?:call me|address me|speak|talk to me|answer(?: me)?|respond|reply|write)"
    r" (?:as |in |with |like |to me )?.*)$",
    re.IGNORECASE,
)
_STANDING_MARK: Final = re.compile(
    r"\b(?:always|never|from now on|in (?:the )?future|going forward|every time|each time|whenever|call me|"
    r"by default)\b",
    re.IGNORECASE,
)
_REMIND: Final = re.compile(
    r"^(?:please |pls |can you |could you )*remind me (?P<what>(?:to|about|that|of)\b.+)$", re.IGNORECASE
)


_LOOSE: Final = (
    (re.compile(r"[’‘]"), "'"),
    (re.compile(r"\bi\b(?=['\s])"), "I"),
    (re.compile(r"\b[Ii]m\b"), "I'm"),
    (re.compile(r"\b[Ii]ve\b"), "I've"),
    (
        re.compile(r"\b(dont|doesnt|didnt|cant|wont|isnt|wasnt|havent|hasnt)\b", re.IGNORECASE),
        lambda m: f"{m[1][:-1]}'t",
    ),
    (re.compile(r"\b(?<=I'm )gonna\b|\b(?<=re )gonna\b"), "going to"),
    (re.compile(r"\bI gonna\b"), "I'm going to"),
    (re.compile(r"\bwanna\b"), "want to"),
    (re.compile(r"\b(?:gotta|have gotta|'ve gotta)\b"), "have to"),
)
_DROPPED_BE: Final = re.compile(
    r"^(?:(?:just|also|finally|recently|currently|still) )?(?:going to|gonna|planning|thinking (?:of|about)|"
    r"looking forward to|working (?:on|at|as)|"
    r"learning|training|hoping to|moving|getting|studying|taking|reading|allergic)\b",
    re.IGNORECASE,
)
_DROPPED_HAVE: Final = re.compile(
    r"^(?:(?:just|also|recently|lately) )?been\b(?! (?:there|a while|great))", re.IGNORECASE
)
_DROPPED_I: Final = re.compile(
    r"^(?:(?:just|also|finally|recently|actually|even) )?(?:went|got|had|started|moved|bought|saw|met|visited|"
    r"took|finished|adopted|made|joined|"
    r"signed|tried|found|spent|lost|won|quit|left|painted|cooked|baked|attended|decided|booked|ran|passed|broke|"
    r"gave|did|came|"
    r"need to|want to|love|prefer|hate|live in|work (?:at|for|as))\b(?! (?:it|that|you|your|this|in touch)\b)",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Lead:
    """A clause without its leading words, and what they said: a memory was asked for, or something corrected."""

    text: str
    asked: bool = False
    corrects: bool = False


def tidied(text: str) -> str:
    """Chat spelling made plain: apostrophes, "im", "gonna"."""
    for pattern, plain in _LOOSE:
        text = pattern.sub(plain, text)
    return text


def with_subject(clause: str) -> str:
    """A chat clause with the "I" that was left out: "Went to the gym" -> "I went to the gym"."""
    for pattern, subject in ((_DROPPED_BE, "I'm"), (_DROPPED_HAVE, "I've"), (_DROPPED_I, "I")):
        if pattern.match(clause):
            return tidied(f"{subject} {clause[:1].lower()}{clause[1:]}")
    return clause


def lead_of(clause: str) -> Lead:
    """Take the leading and trailing talk off a clause, again and again until none is left."""
    text, asked, corrects = clause.strip(), False, False
    for _ in range(6):
        before = text
        stripped = _ASKED.sub("", text, count=1)
        asked, text = asked or stripped != text, stripped
        stripped = _CORRECTION.sub("", text, count=1)
        corrects, text = corrects or stripped != text, stripped
        text = _ADDRESS.sub("", _FILLER.sub("", text, count=1), count=1).strip()
        if text == before:
            break
    return Lead(_TAIL.sub("", text).strip() or text, asked, corrects)


def retraction(clause: str) -> str | None:
    """What is asked to be forgotten: "" is what was said last; None when nothing is."""
    match = _RETRACT.match(clause.strip())
    if match is None:
        return None
    what = match["what"].strip(" .!")
    return (
        ""
        if re.fullmatch(
            r"(?:it|that|this|about it|about that|what i (?:just )?said|the last (?:one|thing)|)", what, re.I
        )
        else what
    )


def standing_order(clause: str) -> str | None:
    """How the user wants to be served from now on ("always answer in Portuguese"), or None."""
    match = _STANDING.match(clause.strip())
    if match is None or not _STANDING_MARK.search(clause):
        return None
    return match["rule"].strip(" .!")


def reminder(clause: str) -> str | None:
    """What the user wants to be reminded of: "to call mum on Friday"; None when nothing."""
    match = _REMIND.match(clause.strip())
    return match["what"].strip(" .!") if match else None
