"""Whether a yes or a no stands in the notes that it cites: a small model says yes to whatever is asked; pure.

Measured on the answers it gave to the project's own dialogues (scripts/LOG.md). A yes needs what is asked about; a
no needs words that deny or end it, or another value of the same kind.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from typing import Final

from memcli.generate.prompt import Note
from memcli.terms import terms

_POLAR: Final = re.compile(
    r"^\W*(?:(?:and|so|but|hey|hi|ok|then)\b\W*)*"
    r"(?:am|is|are|was|were|do|does|did|has|have|had|will|can|may|must)(?:n['’]?t)?\b",
    re.IGNORECASE,
)
"""A question of fact; "would", "should" and "likely" ask for a judgement."""
_CHOICE: Final = re.compile(r"\b(?:or|likely)\b", re.IGNORECASE)
_JUDGES: Final = re.compile(r"^\W*(?P<what>yes|yeah|yep|no|nope)\b", re.IGNORECASE)
_SUBJECT: Final = re.compile(r"^\s*[A-ZÀ-Þ][\w-]*(?: and [A-ZÀ-Þ][\w-]*)?(?:['’]s)?")
_ENDS: Final = re.compile(r"\b(?:still|already|yet|again|any ?more|any longer)\b", re.IGNORECASE)
"""A question that knows of a state: whatever happened since may have ended it."""
_DENIES: Final = re.compile(
    r"\b(?:no|nope|not|never|none|nor|without|nobody|nothing|\w+n['’]t|(?:do|did|does|is|was|ca|wo)nt|quit\w*|"
    r"stopp\w+|ended|gave up|given up|"
    r"cancel\w*|called off|broke up|split up|parted|left|lost|sold|gone|dead|died|fixed|healed|cured|over|off|out|"
    r"back|wrong|instead|history|nearly|almost)\b",
    re.IGNORECASE,
)
_NOT: Final = re.compile(r"\b(?:not|never|no longer|\w+n['’]t)\b", re.IGNORECASE)
_CLAUSES: Final = re.compile(r"[,;:.!?\u2014]\s+|\s+-\s+")
_HEAD: Final = re.compile(r"^\[\d+\] \([^)]*\) ")
_FILLS: Final = frozenset(
    terms(
        "still already ever anything any yet now currently really have got get go going like want the much many "
        "today always again actually anymore longer weekend time thing something anyone anybody someone please"
    )
)
_SEVERAL: Final = re.compile(
    r"\b(?:have|got|own|allerg\w+|like|love|hate|speak|eat|drink|play|know|visit(?:ed)?|read|seen?|met|meet)\b",
    re.IGNORECASE,
)
"""What can be true of several things at once: another of them denies nothing."""
_NAMING: Final = re.compile(
    r"^\W*(?:who(?:['’]s| is)|what(?:['’]s| is)) my (?P<who>dog|cat|brother|sister|son|daughter|horse|parrot)"
    r"(?:(?:['’]s)? name| called| named)?\W*$",
    re.IGNORECASE,
)
_HARMS: Final = re.compile(r"\b(?:allerg\w+|intoleran\w+)\b", re.IGNORECASE)
"""A wrong no does harm: the clause that denies must hold all that is asked; "no nut cake" does not."""
_KINDS: Final = {
    broad: frozenset(terms(narrower))
    for broads, narrower in (
        ("kids children child", "son daughter baby toddler kid child children"),
        ("siblings", "brother sister twin"),
        ("pets animals", "dog cat puppy kitten parrot rabbit hamster horse turtle fish"),
        ("parents", "mother father mum mom dad"),
        ("married", "husband wife spouse wedding"),
        ("partner", "girlfriend boyfriend husband wife"),
    )
    for broad in terms(broads)
}
"""What one has who has one of the broader kind; a brother is no sister."""


def is_unsupported(cited: Collection[str], question: str, answer: str, notes: Sequence[Note]) -> bool:
    """Whether a question is answered with a yes or a no that none of the notes it cites bears out."""
    judged = _JUDGES.match(answer)
    if judged is None or not _POLAR.match(question) or _CHOICE.search(question):
        return False
    asked = _asked(question)
    told = [_HEAD.sub("", note.line) for note in notes if note.id in cited]
    if judged["what"].lower().startswith("y"):
        return bool(asked) and all(_NOT.search(clause) for line in told for clause in _holding(line, asked[-1]))
    return bool(asked) and not any(_denies(line, question, asked) for line in told)


def names_another(cited: Collection[str], question: str, notes: Sequence[Note]) -> bool:
    """Whether "who is my brother?" was answered from notes without a word of a brother."""
    asked = _NAMING.match(question)
    told = [set(terms(note.line)) for note in notes if note.id in cited]
    return asked is not None and not any(_holds(term, held) for term in terms(asked["who"]) for held in told)


def _asked(question: str) -> list[str]:
    """The terms of a question that decide it, the thing asked about last; of whom it asks if that is all."""
    rest = _POLAR.sub("", question)
    return [term for term in terms(_SUBJECT.sub("", rest)) if term not in _FILLS] or terms(rest)


def _denies(line: str, question: str, asked: Sequence[str]) -> bool:
    """Does a line deny or end what is asked, or tell another value of it?"""
    if _ENDS.search(question):
        return True
    about = _holding(line, asked[-1])
    if _HARMS.search(question):
        about = [clause for clause in about if all(_holds(term, set(terms(clause))) for term in asked)]
    if about or _SEVERAL.search(_POLAR.sub("", question)):
        return any(_DENIES.search(clause) for clause in about)
    held = set(terms(line))
    return any(_holds(term, held) for term in asked) or _DENIES.search(line) is not None


def _holding(line: str, term: str) -> list[str]:
    """The clauses of a line that hold a term."""
    return [clause for clause in _CLAUSES.split(line) if _holds(term, set(terms(clause)))]


def _holds(term: str, held: Collection[str]) -> bool:
    """Is a term among others, or one with the same beginning, or one of its kind?"""
    return bool({term, *_KINDS.get(term, ())} & set(held)) or any(_alike(term, other) for other in held)


def _alike(one: str, other: str) -> bool:
    """Whether they begin alike, as the stems of "allergies" and "allergic" or of "swim" and "swimmer" do."""
    short, long = sorted((one, other), key=len)
    return len(short) >= 4 and long.startswith(short) and len(long) - len(short) <= 3
