"""What memory answers in its own words: the note that holds all that is asked, said to the user; pure.

The embedded model is small: it answers "where do I live?" with whatever place is near. What was kept is true as it
stands, so that where it holds all that is asked, of whom it is asked, in the form that is asked for, it is the
answer (scripts/LOG.md has the figures). This joins questions (``generate``) and voices (``extract``).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Final

from memcli.extract.aloud import second_person
from memcli.generate import Reply, label
from memcli.generate.dated import with_dates
from memcli.generate.kinship import Names, holds, is_kin, names_in
from memcli.generate.wanted import Form, Wanted, wanted
from memcli.recite.told import Told, told_in
from memcli.records import Hit
from memcli.terms import terms

MOST: Final = 4
"""Notes of an answer that is a list."""
_OVER: Final = re.compile(r"\b(?:used to|formerly|previously|no longer|former|stopped|any ?more)\b", re.IGNORECASE)
_DENIED: Final = re.compile(
    r"n't\b|\b(?:not|never|no|no longer|without|cannot|stopped|quit|gave up|used to|formerly|sold|lost|off|"
    r"cancell?ed|cant|dont|doesnt|didnt|isnt|sober|instead)\b",
    re.IGNORECASE,
)
_CHANGED: Final = re.compile(
    r"\b(?:now|instead|no longer|any ?more|quit|left|off|pulled out|switched|changed|moved|sold|stopped|retired|"
    r"over|ended|gave up)\b",
    re.IGNORECASE,
)
_THEN: Final = re.compile(
    r"\b(?:used to|before|previous(?:ly)?|former(?:ly)?|earlier|originally)\b", re.IGNORECASE
)
_DID: Final = re.compile(r"\b(?:did|was|were|had)\b", re.IGNORECASE)
_THEIRS: Final = re.compile(r"\b(?P<who>\w+)'?s (?:\w+ )??(?P<what>[\w-]+)\b")
_STATES: Final = frozenset(terms("job work live reside hometown"))
"""What one has one of at a time, so that what was said last counts."""
_SINGLE: Final = frozenset((Form.WHEN, Form.AGE, Form.WHERE, Form.YES, Form.COUNT))


def recited(question: str, hits: Sequence[Hit], user: str, now: datetime) -> tuple[Reply, list[Hit]] | None:
    """The answer that notes give by their own words, and the notes it rests on; None where none does.

    Args:
        question: what is asked.
        hits: what may answer it, best first.
        user: what memories call the user.
        now: when it is asked.
    """
    asked = wanted(question)
    if asked is None or _is_of_then(question, asked):
        return None
    told = [each for hit in hits for each in told_in(hit, user, now)]
    names = names_in([each.text for each in told], user)
    best = _best([each for each in told if _answers(each, asked, names)], asked)
    best = _newer(best, told, asked, names)
    if not best:
        return None
    return Reply(_aloud(best, asked, user), tuple(each.hit.id for each in best)), [each.hit for each in best]


def _is_of_then(question: str, asked: Wanted) -> bool:
    """Is it asked what was so once, and may be so no more?"""
    states = not _STATES.isdisjoint(asked.words)
    return _THEN.search(question) is not None or (states and _DID.search(question) is not None)


def _answers(told: Told, asked: Wanted, names: Names) -> bool:
    """Does a note tell, of whom is asked, all that is asked, in the form that is asked for?"""
    if not (asked.words or asked.whose or asked.form is Form.AGE):
        return False
    if not all(holds(term, told.held, names) for term in (*asked.words, *asked.whose)):
        return False
    if asked.choice and not any(term in told.held for term in asked.sort):
        return False
    if _OVER.search(told.text) and asked.form not in (Form.YES, Form.ABOUT):
        return False
    return _of_whom(told, asked, names) and _in_form(told, asked)


def _of_whom(told: Told, asked: Wanted, names: Names) -> bool:
    """Does it tell of those who are asked about, or of the user where nobody else is?"""
    if asked.whose:
        return any(holds(term, told.leading, names) for term in asked.whose) and not _is_of_theirs(told, asked)
    mine = told.mine(names) if asked.mine and asked.form is not Form.ABOUT else ""
    if mine is None:
        first = frozenset(terms(told.opening)[:1])
        return any(holds(term, first, {}) for term in asked.words)
    of = frozenset(terms(" ".join(mine.split()[:3])))
    return not mine or asked.form is Form.WHO or any(holds(term, of, names) for term in asked.words)


def _is_of_theirs(told: Told, asked: Wanted) -> bool:
    """Does it tell of a relative or pet of whom is asked about, which is not asked about?"""
    if not asked.words and asked.form is not Form.AGE:
        return False
    known = {*asked.words, *asked.whose, *asked.sort}
    theirs = [m for m in _THEIRS.finditer(told.text) if is_kin(m["what"]) and not set(terms(m["what"])) & known]
    return any(asked.whose[-1] in terms(match["who"]) for match in theirs)


def _in_form(told: Told, asked: Wanted) -> bool:
    """Is there something in it of the kind that is asked for?"""
    if asked.form is Form.WHEN and any(term in told.held for term in asked.sort):
        return True
    if asked.form is not Form.WHO:
        return told.fills(asked.form)
    known = {*asked.words, *asked.whose, *terms(told.user)}
    who_is = not asked.words and not any(map(is_kin, asked.whose))
    return who_is or any(not set(terms(name)) <= known for name in told.names)


def _best(fitting: Sequence[Told], asked: Wanted) -> list[Told]:
    """Those that say it in the question's own words most; one, unless several are asked for."""
    wants = (*asked.words, *asked.whose, *asked.sort)
    direct = [sum(term in each.held for term in wants) for each in fitting]
    state = not _STATES.isdisjoint(asked.words)
    loose = state or asked.several or (asked.still and asked.form is Form.YES)
    top = [each for each, count in zip(fitting, direct, strict=True) if loose or count == max(direct)]
    chosen: list[Told] = []
    for each in sorted(top, key=_order(latest=loose and not asked.several)):
        if not any(_tells_the_same(each, other) for other in chosen):
            chosen.append(each)
    single = state or (asked.form in _SINGLE and not asked.several)
    return chosen[: 1 if single else MOST]


def _order(*, latest: bool) -> Callable[[Told], tuple[float, bool]]:
    """Memories before what was said, the ``latest`` of all first where one state is asked for."""
    return lambda told: (-told.said_at.timestamp() if latest else 0.0, told.spoken)


def _newer(best: list[Told], told: Sequence[Told], asked: Wanted, names: Names) -> list[Told]:
    """What was said later of an end or a change, where the question is about how it is now."""
    if not best or not asked.still:
        return best
    since = max(each.said_at for each in best)
    about = asked.whose or asked.words
    later = [each for each in told if each.said_at > since and _CHANGED.search(each.text)]
    return [each for each in later if any(holds(term, each.held, names) for term in about)][:1] or best


def _tells_the_same(one: Told, other: Told) -> bool:
    """Is one what the other was made of, or are its words all in it?"""
    made_of = other.hit.memory.sources if other.hit.memory else ()
    return one.hit.id in made_of or one.held - {"user"} <= other.held


def _aloud(best: Sequence[Told], asked: Wanted, user: str) -> str:
    """The notes, said to the user: what they said themselves is quoted."""
    said = [f"{_sentence(told, user)} {label(told.hit.id)}" for told in best]
    if asked.form is not Form.YES or asked.choice:
        return ". ".join(each[:1].upper() + each[1:] for each in said) + "."
    no = _DENIED.search(best[0].text) is not None
    first = re.sub(r"^Your?\b", lambda match: match.group().lower(), said[0])
    return f"{'No' if no is not asked.denied else 'Yes'}: {first}."


def _sentence(told: Told, user: str) -> str:
    if not told.spoken:
        return second_person(told.text, user).rstrip(".")
    return f"you said: “{with_dates(told.text, told.hit.at).rstrip('.')}”"
