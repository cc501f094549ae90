"""What memory answers in its own words: the note that holds all that is asked, said to the user; pure.

The embedded model is small: it answers "where do I live?" with whatever place is near. What was kept is true as it
stands, so that where it holds all that is asked, of whom it is asked, in the form that is asked for, it is the
answer (scripts/LOG.md has the figures). This joins questions (``generate``) and voices (``extract``).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
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

NAMELESS: Final = "user"
MOST: Final = 6
"""Notes of an answer that is a list."""
NEAR: Final = 0.5
NEARER: Final = 0.62
ABREAST: Final = 0.1
"""Cosines of a question and a note that answers it in other words: of the user, of nobody named, and how far it
may be from the nearest. Chosen on the set that the rules were mended on (scripts/LOG.md)."""
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
_OF_ME: Final = re.compile(r"\babout me\b", re.IGNORECASE)
_REPLACED: Final = re.compile(r"\b(?:now|instead|switched|no longer|pulled out)\b", re.IGNORECASE)
_PRONOUN: Final = re.compile(r"\b(?:he|she|they|him|her|his|hers|their|them|it|its)\b", re.IGNORECASE)
_THEN: Final = re.compile(r"\b(?:used to|before|previous(?:ly)?|former(?:ly)?|earlier)\b", re.IGNORECASE)
_DID: Final = re.compile(r"\b(?:did|was|were|had)\b", re.IGNORECASE)
_CALLED: Final = re.compile(r"\b(?:called|named)\b", re.IGNORECASE)
_SUBJECT: Final = re.compile(r"^(?:the )?([\w'-]+).*", re.IGNORECASE)
_THEIRS: Final = re.compile(r"\b(?P<who>\w+)'?s (?:\w+ )??(?P<what>[\w-]+)\b")
_STATES: Final = frozenset(terms("job work live reside hometown"))
"""What one has one of at a time, so that what was said last counts."""
_SINGLE: Final = frozenset((Form.WHEN, Form.AGE, Form.WHERE, Form.YES, Form.COUNT))


def recited(
    question: str, hits: Sequence[Hit], user: str, now: datetime, before: str = ""
) -> tuple[Reply, list[Hit]] | None:
    """The answer that notes give by their own words, and the notes it rests on; None where none does.

    Args:
        question: what is asked.
        hits: what may answer it, best first.
        user: what memories call the user.
        now: when it is asked.
        before: what was asked before, which tells whom "she" means.
    """
    told = [each for hit in hits for each in told_in(hit, user, now)]
    names = names_in([each.text for each in told], user)
    for asked, may in _readings(question, before, told, names, now):
        best = _best([each for each in may if _answers(each, asked, names)], asked, names)
        if best := _newer(best, told, asked, names):
            return _reply(best, asked, user)
    own = wanted(question)
    if own is not None and not _is_of_then(question, own) and (near := _nearest(told, own, names)):
        return _reply([near], own, user)
    named = own is not None and own.of_user and own.words == ("name",) and user != NAMELESS
    return (Reply(f"You are called {user}.", ()), []) if named else None


def _reply(best: Sequence[Told], asked: Wanted, user: str) -> tuple[Reply, list[Hit]]:
    hits = [each.hit for each in best]
    return Reply(_aloud(best, asked, user), tuple(hit.id for hit in hits)), hits


def _nearest(told: Sequence[Told], asked: Wanted, names: Names) -> Told | None:
    """The note nearest in meaning, which may say it in other words; none of somebody else, none for yes or no.

    What one asks of one's own life is seldom told of nobody; of others it is, with something near.
    """
    bound = NEAR if asked.of_user else NEARER
    if asked.whose or asked.form in (Form.YES, Form.ABOUT, Form.WHY) or not told:
        return None
    least = max(bound, max(each.near for each in told) - ABREAST)
    may = [each for each in told if each.near >= least and not _OVER.search(each.text)]
    may = [each for each in may if _of_whom(each, asked, names) and _in_form(each, asked)]
    return max(may, key=lambda each: (_share(each, asked, names), each.near), default=None)


def _share(told: Told, asked: Wanted, names: Names) -> int:
    return sum(holds(term, told.held, names) for term in asked.words)


def recited_openly(
    question: str, hits: Sequence[Hit], user: str, now: datetime, before: str = ""
) -> tuple[Reply, list[Hit]] | None:
    """As ``recited``, but where a secret is the answer, it is only told where it stands."""
    from memcli.ingest.secrets import is_secret, mask

    if known := recited(question, [hit for hit in hits if not is_secret(hit.text)], user, now, before):
        return known
    masked = [hit.saying(mask(hit.text).text) for hit in hits if is_secret(hit.text)]
    secret = recited(question, masked, user, now, before) if masked else None
    return _withheld(secret) if secret else None


def _withheld(secret: tuple[Reply, list[Hit]]) -> tuple[Reply, list[Hit]]:
    """What to say instead of an answer that is a secret: where it stands."""
    hit = secret[1][0]
    words = hit.memory.sources[0] if hit.memory and hit.memory.sources else hit.id
    text = f"I don't tell secrets: `memcli show {label(words)[1:-1]}` has your words."
    return Reply(text, (hit.id,)), [hit]


def _readings(
    question: str, before: str, told: Sequence[Told], names: Names, now: datetime
) -> Iterator[tuple[Wanted, Sequence[Told]]]:
    """What a question may want to know, and the notes that may tell it, the closest reading first."""
    for text, may in _of_time(question, told, now):
        asked = wanted(text)
        if asked is None or _is_of_then(question, asked):
            continue
        asked = _of_before(asked, question, before)
        if may is not told and not (asked.words or asked.whose):
            asked = replace(asked, form=Form.ABOUT, several=True)
        elif asked.form is Form.ABOUT and not (asked.words or asked.whose or _OF_ME.search(text)):
            continue
        yield asked, may
        states = tuple(word for word in asked.words if word in _STATES)
        if asked.form is Form.COUNT and any(map(is_kin, asked.words)):
            yield replace(asked, form=Form.WHAT, several=True), may  # those who are not counted are told
        elif asked.form is Form.YES and states:
            yield replace(asked, form=Form.WHAT, words=states), may  # another home than the one asked about
        elif asked.form is Form.YES and asked.whose and _CALLED.search(question):
            called = frozenset(name for kin in asked.whose for name in names.get(kin, ()))
            yield replace(asked, form=Form.WHO, words=()), [each for each in may if called & each.leading]


def _of_time(question: str, told: Sequence[Told], now: datetime) -> Iterator[tuple[str, Sequence[Told]]]:
    """The question without a time that it names, with what happens then; then the question as it is."""
    from memcli.dates import find_dates  # its libraries are slow to load

    for span in find_dates(question, now):
        then = [each for each in told if each.happens(span.start, span.end)]
        if then and not span.recurring:
            yield f"{question[: span.first].removesuffix('on ')}{question[span.last :]}", then
    yield question, told


def _of_before(asked: Wanted, question: str, before: str) -> Wanted:
    """With whom the question before asked about, where this one only says "she"."""
    known = wanted(before) if before and not asked.whose and _PRONOUN.search(question) else None
    whose = (known.whose or tuple(filter(is_kin, known.words))) if known else ()
    return replace(asked, whose=whose, mine=known.mine) if known and whose else asked


def _is_of_then(question: str, asked: Wanted) -> bool:
    """Is it asked what was so once, and may be so no more?"""
    states = not _STATES.isdisjoint(asked.words)
    return _THEN.search(question) is not None or (states and _DID.search(question) is not None)


def _answers(told: Told, asked: Wanted, names: Names) -> bool:
    """Does a note tell, of whom is asked, all that is asked, in the form that is asked for?"""
    if not (asked.words or asked.whose or asked.form in (Form.AGE, Form.ABOUT)):
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
        named = asked.form is Form.WHO and not asked.words  # a name may stand anywhere
        leads = named or any(holds(term, told.leading, names) for term in asked.whose)
        return leads and not _is_of_theirs(told, asked)
    mine = told.mine(names) if asked.mine and asked.form is not Form.ABOUT else ""
    if mine is None:
        first = frozenset(terms(_SUBJECT.sub(r"\1", told.opening)))  # a pronoun has none
        return any(holds(term, first, {}) for term in asked.words)
    owned = mine.split()
    of = frozenset(terms(" ".join(owned[: 1 if owned and is_kin(owned[0]) else 3])))
    return (
        not mine
        or (asked.form is Form.WHO and not asked.acts)
        or (asked.form is Form.AGE and "birthday" in of)
        or any(holds(term, of, names) for term in asked.words)
    )


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
    kin = [] if asked.whose else [word for word in re.findall(r"[\w-]+", told.text) if is_kin(word)]
    return who_is or any(not set(terms(name)) <= known for name in (*told.names, *kin))


def _best(fitting: Sequence[Told], asked: Wanted, names: Names) -> list[Told]:
    """Those that say it in the question's own words most; one, unless several are asked for."""
    made_of = {turn for each in fitting if each.hit.memory for turn in each.hit.memory.sources}
    fitting = [each for each in fitting if each.hit.id not in made_of]  # "I meant manager" is not how one says it
    wants = (*asked.words, *asked.whose, *asked.sort)
    direct = [
        sum(2 * (term in each.held) for term in wants) + sum(holds(term, each.held, names) for term in asked.sort)
        for each in fitting
    ]
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
    if not best or asked.several:
        return best
    since = max(each.said_at for each in best)
    about, changed = (asked.whose or asked.words, _CHANGED) if asked.still else (asked.words, _REPLACED)
    later = [each for each in told if each.said_at > since and changed.search(each.text)]
    later = [each for each in later if _of_whom(each, asked, names)]
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
