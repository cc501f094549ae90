"""The words before a statement that say how to take it ("remember that …", "actually, …"); pure tables."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from memcli.entities import RELATIONS
from memcli.extract.sentences import FINITE
from memcli.extract.verbs import BASE_LIKE_PAST, PAST

_ASKED: Final = re.compile(
    r"^(?:please |pls |can you |could you |also |and |now )*(?:(?:remember|note|keep in mind|bear in mind|"
    r"memori[sz]e|"
    r"don'?t forget(?! to\b)|never forget(?! to\b)|make a note|take note|save|store|"
    r"jot down)(?: this)?(?: for later)?(?: that\b|[:,]|(?= (?:i|my|we|our|the|"
    r"[A-Z]\w+(?:'s)? )))|(?:for (?:your|the) record|fyi|for future reference|just so you know|"
    r"you should know(?: that)?|"
    r"(?:i )?(?:just )?(?:wanted|want|thought i'?d|need) to (?:tell you|let you know|mention|share|"
    r"add)(?: that)?|"
    r"(?:i )?(?:should|forgot to|must|have to) (?:mention|tell you|add)(?: that)?|let me tell you(?: that)?|"
    r"a (?:fun|quick) fact(?: about me)?|fun fact(?: about me)?|about me|(?:one|"
    r"another) thing(?: about me)?(?: is)?(?: that)?)[,:]?)\s*",
    re.IGNORECASE,
)
_CORRECTION: Final = re.compile(
    r"^(?:no+[,.!] (?:wait[,.]? )?(?=(?:\d|one|two|three|four|five|six|seven|eight|nine|ten|the \d|"
    r"(?:january|february|march|april|may|june|july|august|september|october|november|december|"
    r"(?:mon|tues|wednes|thurs|fri|satur|sun)day)\W*$))|"
    r"sorry, (?=(?:one|two|three|four|five|six|seven|eight|nine|ten) \w+\W*$)|"
    r"no+[,.!]? (?:wait[,.]? )?(?=(?:it|that|he|she|they|i|my|not|actually|on|in|at|by|until|sorry)\b)|nope,? |"
    r"actually,? (?:no,? )?|wait,? (?:no,? )?|"
    r"correction[:,]? |sorry,? (?:(?:i (?:meant|mean)|no|it'?s|not|that was)[,:]? ?|(?=(?:the |on |"
    r"at )?\d))|oops,? |my (?:mistake|bad)[,:]? |"
    r"i (?:meant|mean(?= (?:\d|on |at |the \d))|misspoke|mistyped|was wrong|"
    r"made a mistake)(?: to say)?[,:]? |"
    r"(?:scrap|scratch|strike) that(?:\s*[,;:–—-]+\s*(?=\w)| (?=it'?s\b))|"
    r"no+,? wait[,.!:]* |(?:argh+|d'?oh|duh|whoops|hang on|hold on|er+m?|ugh)[,.!…]* (?=(?:the |on |at )*(?:\d|"
    r"(?:mon|tues|wednes|thurs|fri|satur|sun)day\b))|"
    r"(?:make (?:that|it)|(?:change|switch|move) (?:that|it) to) (?=(?:(?:the|on|at|in|from) )*(?:\d|(?:one|two|"
    r"three|four|five|six|seven|eight|nine|ten)(?: \w+)?\W*$|(?:january|february|march|april|may|june|july|"
    r"august|september|october|november|december|(?:mon|tues|wednes|thurs|fri|satur|sun)day)\W*$))|"
    r"make that (?=an? \w+\W*$)|"
    r"(?:that'?s|you'?re|"
    r"this is) (?:wrong|not right|incorrect|"
    r"not (?:true|correct|quite right))[,.:;]? (?:it'?s )?|let me correct (?:that|myself)[,:]? |"
    r"to correct myself[,:]? )+",
    re.IGNORECASE,
)
_MEANT: Final = re.compile(
    r"^(?:(?:argh+|d'?oh|duh|oops|whoops|sorry|no)[,.!] )?(?P<value>[^,.]{1,24}?),? i (?:mean|meant)\W*$",
    re.IGNORECASE,
)
"""A correction that says so last: "duh, Sunday i mean"."""
_I_MEANT: Final = re.compile(r"\bi (?:meant|mean|misspoke|mistyped)\b", re.IGNORECASE)
_FINITE: Final = re.compile(r"\b(?:is|are|was|were|has|have|had|will|do|does|did|can|could)\b", re.IGNORECASE)
_PLAIN: Final = r"(?!(?:i|we|my|our|it|it'?s|he|she|they|you|me|that|this|in|to|with|for|as)\b)[^\s,.;?!]+"
_CONTRAST: Final = re.compile(
    rf"^(?:sorry,? )?(?:not [^,.;?!]{{1,40}}(?:,| but) [^,.;?!]{{1,40}}|{_PLAIN}(?: {_PLAIN}){{0,4}}?,? (?:and )?"
    rf"(?:not|instead of|rather than) {_PLAIN}(?: {_PLAIN}){{0,4}})[.!]*$",
    re.IGNORECASE,
)
"""One value and not another, without a sentence about them."""
_FILLER: Final = re.compile(
    r"^(?:(?:well|so|oh|ah|yeah|yes|yep|no|nope|ok|okay|right|sure|also|and|but|plus|anyway|honestly|frankly|"
    r"basically|"
    r"hey|hi|hello|btw|by the way|to be honest|tbh|you know(?: what)?|guess what|look|listen|fyi|thanks|"
    r"thank you|"
    r"thanks so much|haha\w*|lol|wow|great|"
    r"cool|nice|awesome|good|luckily|unfortunately|sadly|fortunately|thankfully|speaking of which|in fact|"
    r"as i said|(?:it )?turns out(?: that)?|"
    r"as i (?:told|mentioned)(?: you)?|like i said|i (?:already )?(?:told|said|mentioned)(?: you)? (?:that|"
    r"before[,:])|"
    r"as you know|of course|absolutely|definitely|exactly|indeed|mmm?|hmm+|uh|um|man|dude|good question|"
    r"i think(?: that)? (?=my )|"
    r"good morning|good evening|good afternoon|good news|big news|great news|bad news|sad news|news|update|"
    r"quick update|same here|me too|"
    r"not really|true|ps|p\.s\.?|postscript|memo|note to self|actually|aw+|ooh|yay|gosh|omg|lately|ugh+|ehm+|"
    r"erm+|eh|"
    r"hm+|meh|phew|mate|sis|bro|dear|love|babe|honey|then|bad luck|oh no|ok so|okay so|right so|anyways|"
    r"meanwhile)"
    r"(?:[,!.:;–—-]+\s*|\s+(?=(?:i|my|we|our)(?:\b|'))))+",
    re.IGNORECASE,
)
_JOINED: Final = re.compile(
    r"^(?:(?:and|but|also|plus|so|then|oh|ok(?:ay)?|well|yeah|ugh|lol|btw|anyway|ehm|um)\s+)+"
    r"(?=(?:I|he|she|it|they|you|my|our|his|her|their|the|a|an|this|that|there)\b|(?-i:[A-Z])|\w+ed\b|now\b|"
    r"only\b)",
    re.IGNORECASE,
)
_ADDRESS: Final = re.compile(
    r"^(?:hey|hi|hello|thanks|thank you|thanks so much|wow|yeah|oh|yes|no|aw)?,? ?[A-Z]\w+[,!]\s+(?=(?:[Ii]|"
    r"[Mm]y|"
    r"[Ww]e|[Oo]ur|[Tt]h\w+|[Ii]t|[Yy]ou)\b)"
)
_TAIL: Final = re.compile(
    r"(?:[,\s]+(?:you know|by the way|btw|haha\w*|lol|thanks|thank you|please|too|as well|actually|obviously|"
    r"of course|though|honestly|to be honest|tbh|"
    r"i think|i guess|right|so yeah|okay|ok|if you must know|in case you (?:were )?(?:wondering|forgot)|jealous|"
    r"sorry|"
    r"typical|sadly|luckily|thankfully|apparently|bliss|long story|i swear|would you believe(?: it)?|"
    r"believe it or not|"
    r"fingers crossed|wish me luck|thank god|of all (?:things|people)|believe me|trust me|can you believe it|"
    r"mind you|"
    r"so there|go figure|wow|yay|hooray|ugh)|"
    r"\s*[:;]-?[)(DP])+\W*$",
    re.IGNORECASE,
)
_RETRACT: Final = re.compile(
    r"^(?:please |pls |ok(?:ay)?,? |actually,? |and |can you |could you |no,? )*(?:forget|delete|erase|remove|"
    r"disregard|scratch|(?:scrap|strike)(?= (?:it|that)\W*$)|"
    r"stop remembering|don'?t remember)\b[\s:]*(?:about |what i (?:said|told you) (?:about )?|"
    r"everything (?:about|"
    r"i said about) |"
    r"(?:the fact )?that |the (?:memory|note|thing) (?:about |that )?)*(?P<what>.*)$",
    re.IGNORECASE,
)
_TAKEN_BACK: Final = re.compile(r"((?:^|[.!?]\s+)(?:scrap|scratch|strike) that)[.!]\s+(?=\w)", re.IGNORECASE)
_REPORTED: Final = re.compile(
    rf"^(?P<who>(?:my (?:\w+ )?{RELATIONS}|(?-i:[A-ZÀ-Þ])[\w-]+)(?: (?-i:[A-ZÀ-Þ])[\w-]+)?) (?:just |once |also )?"
    r"(?:says?|said|tells|told|wrote|writes|texted|texts|admitted|replied|answered)(?: (?:to )?(?:me|us))?"
    r"(?: (?:today|yesterday|once|again))?(?:,? ?: ?|,? (?=[\"“]))[\"“]?(?P<words>[^\"”]+)[\"”]?\W*$",
    re.IGNORECASE,
)
"""What somebody else said, in their own words: "Tobias told me: I am afraid of flying"."""
_FIRST_PERSON: Final = re.compile(r"\b(?:i|my|me|mine|we|our|us)\b", re.IGNORECASE)
_NOBODY: Final = frozenset("i it he she we they you this that who everyone someone somebody".split())
_STANDING: Final = re.compile(
    r"^(?:please |pls |from now on,? |in future,? |in the future,? |going forward,? |hey,? )*"
    r"(?P<rule>(?:always|never)\s+(?!been|had|done|seen|was|thought|knew|heard|a\b|the\b|\w+ed\b|mind)\w.*|"
    r"(?:(?:don'?t|do not) )?(?:ever )?(?:call me|address me|speak|talk to me|answer(?: me)?|respond|reply|"
    r"write)"
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


_IS: Final = r"^((?!(?:it|he|she|that|this|there|here|what|who|where|how|let|one)')\w{2,}(?: [a-z]+)?)'s "
_LOOSE: Final = (
    (re.compile(r"[’‘]"), "'"),
    (re.compile(_IS + r"(?=an? |allergic to\b|off\W*$)", re.IGNORECASE), r"\1 is "),
    (re.compile(_IS + r"(?=gone (?:up|down) to\b)", re.IGNORECASE), r"\1 has "),
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
    r"flying|travell?ing|leaving|visiting|seeing (?=my\b|an?\b|the\b|someone\b)|"
    r"learning|training|hoping to|moving|getting|studying|taking|reading|allergic|"
    r"engaged to|married to|pregnant|"
    r"off (?!to\b|work|topic|course|you|we\b)(?:the |my )?\w{4,})\b",
    re.IGNORECASE,
)
_DROPPED_HAVE: Final = re.compile(
    r"^(?:(?:just|also|recently|lately) )?been\b(?! (?:there|a while|great))", re.IGNORECASE
)
_DROPPED_I: Final = re.compile(
    r"^(?:(?:just|also|finally|recently|actually|even|already|still|never|only|nearly|almost) )*"
    r"(?:need to|want to|love|prefer|hate|live in|work (?:at|for|as))\b(?! (?:it|that|you|your|this|in touch)\b)",
    re.IGNORECASE,
)
_VERB_FIRST: Final = re.compile(
    r"^(?:(?:just|also|finally|recently|actually|even|already|still|never|only|nearly|almost|both|then) )*"
    r"(?P<verb>[a-z]+)\b(?P<rest>.*)$",
    re.IGNORECASE,
)
_NO_DEED: Final = frozenset(
    "was were wasn't put set cut let shut hit hurt cost split spread read became meant felt left said lit bit "
    "used "
    "tired bored excited interested worried scared supposed married retired delayed postponed cancelled "
    "canceled moved "
    "closed opened agreed surprised disappointed exhausted confused stuck lost need red bed shed hundred indeed "
    "confirmed approved sorted noted rated related based born gone known seen broken stolen sold installed "
    "rescheduled "
    "fixed finished promised signed done paid found held told heard kept hidden bound worn blown drawn shown "
    "unfortunately".split()
)
"""Participles that may as well tell of something else: "postponed to May", "sold out"."""
_DEEDS: Final = frozenset(
    "put set cut let read left lost moved opened closed cancelled canceled sold finished signed paid found "
    "fixed "
    "installed kept told heard promised retired".split()
)
_BARE_KIN: Final = re.compile(
    r"^(?:mum|mom|mam|mama|mummy|mommy|dad|daddy|papa|nan|nana|gran|granny|grandma|grandpa|grandad|granddad)"
    rf"(?:'s\b(?! the word\b| (?-i:[A-Z]))|\s+(?:\w+\s+)?(?:{FINITE})\b)",
    re.IGNORECASE,
)
_DOING: Final = re.compile(
    r"^(?:(?:just|also|now|still|currently|only|already) )?(?!(?:morning|evening|wedding|meeting|building|ceiling|"
    r"spring|thing|string|ring|king|being|according|including|regarding|depending|considering|speaking|judging|"
    r"assuming|given|sing|bring|nothing|something|anything|everything|during|training|housing|parking|swimming|"
    r"blessing|feeling|sounding|looking|raining|snowing|missing|loving|hoping|thinking|wondering|asking|talking|"
    r"saying|joking|kidding|guessing|waiting|trying)\b)[a-z]{2,}ing "
    r"(?:(?:over|up|down|out|back|away|off|around) )?"
    r"(?:my|our|an?|the|some|two|three|\d+|to|for|in|into|from|with|at|on|(?-i:[A-Z]\w+))\b",
    re.IGNORECASE,
)
"""What one is at, with the subject left out; no sentence if a verb follows ("moving to Leeds was hard")."""
_HAS_VERB: Final = re.compile(
    r"^(?!i\b)\w+(?: (?!(?:because|that|which|who|as|since|and|but|so|if)\b)[^\s,;]+){0,6}? "
    r"(?:is|was|are|were|will|has|had|starts?|begins?|makes?|made|takes?|took)\b",
    re.IGNORECASE,
)
_MINE_DATED: Final = re.compile(
    r"^(?:(?:first|next|new|final|last|another|second) )?(?!(?:the|an?|my|our|your|his|her|their|this|that|no|it|"
    r"he|she|they|we|i|you|is|are|do|not|in|on|at|and|or|but|for|to|of)\b)(?:[a-z]+ ){0,2}?"
    r"(?:appointment|exams?|tests?|interview|scan|surgery|operation|viewing|flight|check-?up|game|match|lessons?|"
    r"defen[cs]e|dentist|physio|haircut|bloods|mot|audition|recital|hearing|rehearsal|chemo|driving test|"
    r"ultrasound|x-?ray|jab|vaccination) (?:(?:is|are|starts|begins) )?(?:on|at|in|next|this|tomorrow|today|"
    r"tonight|(?:mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)(?:day)?|\d)",
    re.IGNORECASE,
)
"""An appointment without an owner: "eye test 3 Oct", "dentist thursday 4pm"."""
_OBJECT: Final = re.compile(r"^ (?:my|our|a|an|the|to|some|two|three|\d|with|into|from|(?-i:[A-Z]))")


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


def with_correction(text: str) -> str:
    """The text with what was taken back joined to what is so: "Scratch that. It's the 14th" is one sentence."""
    return _TAKEN_BACK.sub(r"\1, ", text)


def reported(said: str) -> tuple[str, str] | None:
    """Who is quoted in the first person, and their words; None where nobody is."""
    match = _REPORTED.match(said.strip())
    if match is None or match["who"].lower() in _NOBODY or not _FIRST_PERSON.search(match["words"]):
        return None
    return match["who"], match["words"].strip()


def with_owner(clause: str) -> str:
    """A clause about a parent or grandparent who is just called that, as "my": "Mum's in hospital"."""
    return f"my {clause[:1].lower()}{clause[1:]}" if _BARE_KIN.match(clause) else clause


def with_subject(clause: str) -> str:
    """A chat clause with the "I" that was left out: "Went to the gym" -> "I went to the gym"."""
    if _BARE_KIN.match(clause):
        return with_owner(clause)
    if _MINE_DATED.match(clause):
        return f"my {clause[:1].lower()}{clause[1:]}"
    doing = () if _HAS_VERB.match(clause) else ((_DOING, "I'm"), (_DROPPED_BE, "I'm"))
    for pattern, subject in (*doing, (_DROPPED_HAVE, "I've"), (_DROPPED_I, "I")):
        if pattern.match(clause):
            return tidied(f"{subject} {clause[:1].lower()}{clause[1:]}")
    return f"I {clause[:1].lower()}{clause[1:]}" if _is_deed(clause) else clause


def _is_deed(clause: str) -> bool:
    """Does a clause begin with what somebody did, who can only be its speaker?"""
    match = _VERB_FIRST.match(clause)
    if match is None:
        return False
    verb, rest = match["verb"].lower(), match["rest"]
    if re.match(r" (?:it|that|you|your|this|in touch|by|out)\b", rest):
        return False
    if re.match(r" up (?:for|to)\b", rest) and verb == "signed":
        return True
    if verb in _NO_DEED:
        return verb in _DEEDS and bool(_OBJECT.match(rest))
    return verb in PAST or (len(verb) > 4 and verb.endswith("ed") and verb not in BASE_LIKE_PAST)


def lead_of(clause: str) -> Lead:
    """Take the leading and trailing talk off a clause, again and again until none is left."""
    text, asked, corrects = clause.strip(), False, False
    if (meant := _MEANT.match(text)) is not None:
        text, corrects = meant["value"], True
    for _ in range(6):
        before = text
        stripped = _ASKED.sub("", text, count=1)
        asked, text = asked or stripped != text, stripped
        stripped = _CORRECTION.sub("", text, count=1)
        corrects, text = corrects or stripped != text, stripped
        text = _ADDRESS.sub("", _FILLER.sub("", text, count=1), count=1).strip()
        text = _JOINED.sub("", text, count=1)
        if text == before:
            break
    return Lead(_TAIL.sub("", text).strip() or text, asked, corrects)


def means(clause: str) -> bool:
    """Does a clause name what was meant ("I meant test manager, not lead"), whatever its first word may order?"""
    lead = lead_of(tidied(clause))
    said = _I_MEANT.search(clause) if lead.corrects else re.match(r"(?:no+|nope|sorry)\b", clause.strip(), re.I)
    return bool(said) and (lead.corrects or is_contrast(lead.text))


def is_contrast(text: str) -> bool:
    """Is this one value and not another: "Madeira instead of Crete", "not Crete, Madeira"?"""
    return bool(_CONTRAST.match(text.strip())) and with_subject(text) == text and not _FINITE.search(text)


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
