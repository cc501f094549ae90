"""What is of no use to somebody who asks about themselves: notes, and answers, that tell of others only; pure."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from typing import Final

from memcli.entities import RELATIONS
from memcli.generate.citations import own_terms
from memcli.generate.people import SENTENCES, names, telling
from memcli.generate.prompt import Note
from memcli.records import Hit, Origin

_ADDRESSES: Final = re.compile(r"\b(?:you|your|yours|you're|you've|you'd|you'll)\b", re.IGNORECASE)
_ASKS_MYSELF: Final = re.compile(
    r"\b(?:am|do|did|was|have|had|can|could|should|will|would|may|might)(?:n['’]?t)? I\b", re.IGNORECASE
)
_ANYBODY: Final = re.compile(rf"\b{RELATIONS}\b|(?<=[a-z,;] )(?!I\b)[A-ZÀ-Þ][a-zà-ÿ]+")
_NUMBERED: Final = re.compile(r"^\[\d+\] \([^)]*\) ")
_MYSELF: Final = re.compile(r"\b(?:I|me|we|us|I['’]\w+|we['’]\w+)\b", re.IGNORECASE)
_NOBODY: Final = frozenset("The This That It There On In At Since A An My Our Their Every Each".split())
_SOMEBODYS: Final = r"(?!(?:It|That|There|Here|He|She|What|Who|Let)\b)[A-ZÀ-Þ][\w-]+['’]s"
_RELATIVES: Final = re.compile(
    rf"\W*(?:(?i:my|our|the user['’]s)|{_SOMEBODYS}|[A-ZÀ-Þ]\w+s['’]) "
    rf"(?:\w+ ){{0,2}}?(?i:{RELATIONS})\b(?!['’]s? )"
)
_NAMED: Final = re.compile(
    r"^(?P<who>[A-ZÀ-Þ][\w-]+)(?: [A-ZÀ-Þ][\w-]+)?(?: (?:is|was|has|had|will|can|does|did|went|got|lives|\w+s|"
    r"\w+ed)\b)"
)

_ASKS_OF_MINE: Final = re.compile(r"\b(?:I|me|mine|my)\b", re.IGNORECASE)
_MINE: Final = re.compile(r"\b(?:my|I (?:have|own)(?: an?| any)?) (?P<what>[^\W\d_]+)", re.IGNORECASE)
_RELATION: Final = re.compile(rf"\b{RELATIONS}\b", re.IGNORECASE)
_ANOTHER: Final = re.compile(r"(?<=[a-z,;] )(?!I\b)[A-ZÀ-Þ][a-zà-ÿ]+")
_NOBODYS: Final = frozenset(("", "user", "human", "note", "document", "calendar"))
"""What sources without a person are called: what they say as "I" is the user's."""
_QUOTED: Final = re.compile(r"“(?P<who>[^:”]{1,40}): ")
"""How a topic quotes who said what was said in it."""
_NAMELESS: Final = "user"


def is_anothers(question: str, hit: Hit, user: str) -> bool:
    """Does a hit tell of somebody else only, where the user, called ``user``, asks about themselves?"""
    said = hit.turn.speaker if hit.turn is not None else hit.memory.about if hit.memory is not None else ""
    if hit.memory is not None and (quoted := _QUOTED.search(hit.text)):
        said = quoted["who"]
    voice = user if said.strip().lower() in _NOBODYS else said
    declared = user == _NAMELESS and hit.trust is Origin.DIRECT_USER  # the source says who the user is there
    own = declared or voice.split()[:1] == user.split()[:1]
    name = voice if own else user
    told_by_somebody = own or hit.trust is Origin.DOCUMENT
    if told_by_somebody and tells_of_anothers(question, hit.text, voice, name):
        return True
    return tells_of_another(question, hit.text, voice if hit.turn is not None else "", name)


def tells_of_anothers(question: str, line: str, voice: str, user: str) -> bool:
    """Does a note tell what somebody else has, where the question is about what is the user's?

    ``voice`` is who speaks, or of whom a memory tells: "My dog" in it is theirs, as "Priya's dog" is Priya's.
    """
    if (
        not _ASKS_OF_MINE.search(question)
        or _ANOTHER.search(question)
        or (voice != user and names(question, voice))
    ):
        return False
    what = [re.escape(match["what"]) for match in _MINE.finditer(question)]
    if voice == user:
        return bool(what) and not _has(_owners(user), what, line) and _has(_SOMEBODYS, what, line)
    related = _RELATION.search(question) is not None
    kinds = [*what, *([r"\w+"] if related else [])]  # "my film" of theirs names no dog of mine either
    if kinds and (_has(_owners(voice), kinds, line) or related):
        return _has(_owners(voice), kinds, line) and not _has(rf"(?:your|(?i:{_first(user)})['’]s)", kinds, line)
    return not (_ADDRESSES.search(line) or names(line, user))


def _owners(who: str) -> str:
    return rf"(?i:my|our|the user['’]s|{re.escape(who)}['’]s|{_first(who)}['’]s)"


def _first(who: str) -> str:
    return re.escape(who.split()[0])


def _has(owner: str, kinds: Sequence[str], line: str) -> bool:
    """Is one of some kinds of things told to be an owner's?"""
    return re.search(rf"\b{owner} (?:\w+ )?(?i:{'|'.join(kinds)})\b", line) is not None


def tells_of_another(question: str, line: str, speaker: str, user: str) -> bool:
    """Does a note tell only of somebody else, where the user asks about themselves and names nobody?

    ``line`` may be a memory's words or a turn's; ``speaker`` is empty for a memory.
    """
    if not _asks_of_myself(question):
        return False
    said = _NUMBERED.sub("", line).removeprefix(f"{speaker}: ")
    if speaker and speaker != user:
        return not (
            re.search(rf"\b{re.escape(user.split()[0])}\b", said, re.IGNORECASE) or _ADDRESSES.search(said)
        )
    sentences = [each for each in SENTENCES.split(said) if not each.rstrip().endswith("?")]
    return bool(sentences) and all(_is_anothers(each, user, spoken=bool(speaker)) for each in sentences)


def rests_on_others(cited: Collection[str], question: str, answer: str, notes: Sequence[Note]) -> bool:
    """Whether what was asked as "I" was answered from what is said of one's sister, friend or dog."""
    used = [note for note in notes if note.id in cited]
    if not used or not _asks_of_myself(question):
        return False
    own = frozenset(own_terms(answer, question))
    return all(
        _is_anothers(said, "", spoken=bool(note.speaker)) for note in used for said in telling(note, "", own)
    )


def _asks_of_myself(question: str) -> bool:
    """Does a question ask about whoever asks, and name nobody beside?"""
    return bool(_ASKS_MYSELF.search(question)) and not _ANYBODY.search(question)


def _is_anothers(sentence: str, user: str, *, spoken: bool) -> bool:
    """Is somebody else its subject, and the user named in it as theirs at most?

    Where it is not known who the user is, somebody named may be, and only a relative counts.
    """
    own = rf"(?:{re.escape(user)}|the user)" if user else "the user"
    if _MYSELF.search(sentence) if spoken else re.search(rf"\b{own}\b(?!['’]s)", sentence, re.IGNORECASE):
        return False
    if _RELATIVES.match(sentence):
        return True
    named = _NAMED.match(sentence) if user else None
    return named is not None and named["who"] not in _NOBODY and named["who"].lower() != user.lower()
