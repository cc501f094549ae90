"""Turns to sentences and sentences to clauses that can stand alone; knows punctuation, no meaning; pure."""

from __future__ import annotations

import re
from typing import Final

_CODE: Final = re.compile(r"```.*?(?:```|\Z)", re.DOTALL)
_QUOTED_LINE: Final = re.compile(r"^\s*>.*$", re.MULTILINE)
_URL: Final = re.compile(r"https?://\S+")
_BULLET: Final = re.compile(r"^\s*(?:[-*•]|\d{1,2}[.)])\s+")
_END: Final = re.compile(r"([.!?…]+[\"'”’)\]]*)(?=\s+|$)|([。！？])")
_ABBREVIATION: Final = re.compile(
    r"(?:^|[\s(])(?:dr|mr|mrs|ms|prof|st|sr|jr|vs|etc|e\.g|i\.e|a\.m|p\.m|approx|no|dept|inc|ltd|[A-Z]|"
    r"(?:[A-Z]\.)+[A-Z]|"
    r"jan|feb|mar|apr|jun|jul|aug|sept?|oct|nov|dec)\.$",
    re.IGNORECASE,
)
_ORDINAL: Final = re.compile(r"\b\d{1,2}\.$")
_GERMAN_MONTH: Final = re.compile(
    r"(?:Jan|Jän|Feb|Mär|Apr|Mai|Jun|Jul|Aug|Sep|Okt|Nov|Dez|Geburtstag|Stock|Klasse|Woche|Jahrhundert)"
)
_AMBIGUOUS: Final = re.compile(r"(?:\bno|[ap]\.m|etc)\.$", re.IGNORECASE)
_PICTURES: Final = re.compile(r"[\U0001f000-\U0001faff\u2600-\u27bf\ufe0f\u200d]+")
_SELF: Final = r"(?:i(?:['’](?:m|ve|ll|d))?|we(?:['’](?:re|ve|ll|d))?)"
FINITE: Final = (
    r"(?:is|are|was|were|has|have|had|will|works?|lives?|loves?|likes?|hates?|prefers?|moved|got|died|started|"
    r"went|"
    r"goes|plays?|studies|turns?|turned|wants?|needs?|can|can't|cannot|won't|isn't|aren't|wasn't|doesn't|don't|didn't|"
    r"says?|said|told|comes?|came|gets?|gave|gives|makes?|made|took|takes?|knows?|knew|thinks?|thought|left|lost|won|"
    r"found|bought|sold|broke|became|called|asked|paid|pays|eats?|ate|keeps?|kept|calls?|\w{3,}ed)"
)
_OWNED: Final = rf"(?:my|our)\s+(?:\w+\s+){{1,3}}?{FINITE}\b"
_NAMED: Final = (
    rf"(?:he|she|it|they)(?:['’](?:s|re|ve|ll|d)\s+\w|\s+(?:\w+\s+)??{FINITE}\b)|"
    rf"(?:his|her|their|its)\s+(?:\w+\s+)?{FINITE}\b|(?-i:[A-ZÀ-Þ]\w+)\s+{FINITE}\b|"
    rf"(?:the|a|this|that)\s+(?:\w+\s+){{1,2}}{FINITE}\b"
)
_JOINT: Final = re.compile(
    rf"\s*(?:;|,?\s+(?:and|but|though|although|plus|yet)(?:\s+(?:also|now|then))?|,\s*so|\s+[-–—]+)\s+"
    rf"(?={_SELF}\s+\w|{_OWNED}|{_NAMED})|\s*,\s+(?:so\s+)?(?={_SELF}\s+\w|{_OWNED}|{_NAMED})|"
    rf"\s+so\s+(?={_SELF}\s+\w)|\s+(?:so|which)\s+(?=(?:this|that|is|was)\s)",
    re.IGNORECASE,
)
_LASTING: Final = "live|work|study|own|drive|teach|speak|have"
_SHARED: Final = re.compile(
    rf"^(?P<lead>.*?)(?P<self>\b(?:i|we))\s+(?:also )?(?P<first>(?:{_LASTING}|play|run)\b[^,;]*?),?"
    rf"\s+and\s+(?:also )?(?P<second>(?:{_LASTING}|am)\s.+)$",
    re.IGNORECASE,
)
"""Two lasting facts of one subject ("I live in Porto and work as a nurse"), of which one may change alone."""
_ELLIPTIC: Final = re.compile(
    r"^(?P<lead>.*?)(?P<self>\b(?:i|we))(?P<first>(?:['’](?:m|ve|re)| am| are| have| live| work| play)\b[^,;]*?)"
    r"(?:,\s+(?:and )?|\s+and )(?P<second>(?P<since>been \w+ing\b)|(?:always |still |just |only )?"
    r"(?:carry|carried|have|had|take|took|got|use|used|bought|moved to|started|joined|\w{3,}ed) "
    r"(?:my|our|an?|the|some|two|three|\d+|to [A-Z]\w+)\b)(?P<rest>.*)$",
    re.IGNORECASE,
)
"""What one is, and what one does or did, with the subject told once ("I'm allergic to nuts, carry a pen")."""
_HAS_STATEMENT: Final = re.compile(
    rf"\b{_SELF}\s+\w|\b(?:my|our)\b.*\b{FINITE}\b|\b{FINITE}\b|\b\w{{2,}}ed\b", re.IGNORECASE
)
_QUESTION_TAIL: Final = re.compile(
    r"(?:,|;|\s[-–—])\s*(?:so |and |but )?(?:(?:can|could|would|will) (?:you|i|we)|(?:do|does|did|is|are|"
    r"should) \w+|"
    r"what|which|how|where|when|who|why|any (?:ideas?|tips?|advice|suggestions?|recommendations?))\b[^?]*\?\W*$",
    re.IGNORECASE,
)
_REQUEST_TAIL: Final = re.compile(
    r"(?:,? (?:so|and|but)|,)\s+(?:please|nothing|don'?t|do not|avoid|no more|keep|make sure)\b.*$", re.IGNORECASE
)
_DEPENDENT: Final = re.compile(
    r"^(?:when|while|after|before|since|because|as|although|though|once|until|whenever|if|unless|during|in|on|at|"
    r"last|by|for|ever since)\b",
    re.IGNORECASE,
)


def without_matter(text: str) -> str:
    """The text without code, quoted lines and addresses: what is pasted is not said."""
    return _URL.sub("", _QUOTED_LINE.sub("", _CODE.sub("\n", text)))


def sentences(text: str) -> list[str]:
    """The sentences of a text, in order, bullets and pictographs taken off."""
    found: list[str] = []
    for line in without_matter(text).splitlines():
        found.extend(_of_line(_BULLET.sub("", line)))
    tidy = (" ".join(_PICTURES.sub(" ", sentence).split()) for sentence in found)
    return [sentence for sentence in tidy if any(c.isalnum() for c in sentence)]


def _of_line(line: str) -> list[str]:
    pieces: list[str] = []
    start = 0
    for match in _END.finditer(line):
        if _goes_on(line, start, match):
            continue
        pieces.append(line[start : match.end()])
        start = match.end()
    return [*pieces, line[start:]]


def _goes_on(line: str, start: int, match: re.Match[str]) -> bool:
    """Is this full stop part of an abbreviation, or a pause inside a sentence?"""
    said, rest = line[start : match.end()], line[match.end() :].lstrip()
    if match.group() == "." and _ORDINAL.search(said) and _GERMAN_MONTH.match(rest):
        return True
    if match.group() == "." and _ABBREVIATION.search(said):
        return not (_AMBIGUOUS.search(said) and rest[:1].isupper())
    return match.group().startswith(("…", "...")) and rest[:1].islower()


def clauses(sentence: str) -> list[str]:
    """A sentence cut where a new statement with a subject of its own begins; dependent openings stay whole."""
    tail = _REQUEST_TAIL.search(sentence)
    if tail is not None and _HAS_STATEMENT.search(sentence[: tail.start()]):
        sentence = sentence[: tail.start()]
    pieces: list[str] = []
    start = 0
    asked = _QUESTION_TAIL.search(sentence)
    if asked is not None and _HAS_STATEMENT.search(sentence[: asked.start()]):
        return [*clauses(sentence[: asked.start()]), sentence[asked.start() :].strip(" ,;-–—")]
    for joint in _JOINT.finditer(sentence):
        left = sentence[start : joint.start()]
        opening = _DEPENDENT.match(left) and "," not in left.rstrip(", ") and not _restarts(left)
        if opening or not _HAS_STATEMENT.search(left):
            continue
        pieces.append(left)
        start = joint.end()
    whole = [piece.strip(" ,;") for piece in [*pieces, sentence[start:]] if piece.strip(" ,;.!")]
    return [part for piece in whole for part in _each_fact(piece)]


def _each_fact(clause: str) -> list[str]:
    shared = _SHARED.match(clause)
    if shared is not None:
        return [f"{shared['lead']}{shared['self']} {shared['first']}", f"{shared['self']} {shared['second']}"]
    told = _ELLIPTIC.match(clause)
    if told is None:
        return [clause]
    again = f"{told['self']}{'’ve' if told['since'] else ''} {told['second']}{told['rest']}"
    return [f"{told['lead']}{told['self']}{told['first']}", again]


def _restarts(left: str) -> bool:
    """Does a dependent opening already hold its main clause ("When I was six we moved")?"""
    return len(re.findall(rf"\b{_SELF}\s+\w", left, re.IGNORECASE)) > 1
