"""The people, places and things that a text names, by rule; pure, knows no record, model or store.

They are the nodes of the graph over memories (HippoRAG, section 2.2, takes them from a language model): its seeds
come from a question by the same rule, or by ``spans`` where it is written without capitals.
"""

from __future__ import annotations

import re
from typing import Final

from memcli.terms import fold

RELATIONS: Final = (
    r"(?:wife|husband|spouse|partner|girlfriend|boyfriend|fianc[eé]e?|ex|mother|mom|mum|father|dad|parents?|"
    r"sisters?|brothers?|siblings?|twin|sons?|daughters?|child|children|kids?|baby|toddler|grand(?:mother|father|"
    r"ma|pa|parents?|"
    r"sons?|daughters?|kids|children)|aunt|uncle|cousins?|nephews?|nieces?|in-laws?|step\w+|family|friends?|"
    r"best friend|"
    r"roommates?|flatmates?|housemates?|neighbou?rs?|boss|manager|colleagues?|coworkers?|co-workers?|teammates?|"
    r"mentor|therapist|doctor|"
    r"dentist|teacher|professor|coach|trainer|landlord|dogs?|cats?|pupp(?:y|ies)|kittens?|pets?|parrot|rabbit|"
    r"hamster|horse|"
    r"turtles?|fish|godmother|godfather|godson|goddaughter)"
)
"""Whom one has: relatives, friends, pets, people one goes to."""
LONGEST: Final = 4
"""Words of a name in ``spans``."""
_NAME: Final = re.compile(
    r"[A-ZÀ-Þ][\w’'-]*(?:\s+(?:of|the|de|da|do|del|van|von|la|le)\s+[A-ZÀ-Þ][\w’'-]*|\s+[A-ZÀ-Þ][\w’'-]*)*"
)
_HAS: Final = re.compile(
    rf"\b(?:(?P<owner>[A-ZÀ-Þ]\w+|[Tt]he user)['’]s?|[Tt]heir|[Mm]y|[Oo]ur) "
    rf"(?P<what>(?:[a-z]+ )?{RELATIONS})\b(?!['’]s? )"
)
_NOT_NAMES: Final = frozenset(
    "january february march april may june july august september october november december monday tuesday "
    "wednesday thursday friday saturday sunday the i i'm a an he she it they we my his her our your you "
    "when after before since while and but in on at last next this that there their as for if so then dr "
    "mr mrs ms their's yes no not also now today yesterday tomorrow what where who why how which is are "
    "was were do does did can could will would has have had to with from by of or some many most all both "
    "either neither".split()
)
_SAME: Final = {"mom": "mother", "mum": "mother", "dad": "father"}
_VERB: Final = re.compile(
    r"(?:'s \w+)? (?:is|was|has|had|will|and|the|does|goes|\w+ed|went|came|got|began|left|told|"
    r"(?:live|work|like|love|hate|play|run|want|need|prefer|speak|own|drive|teache|studie|say|think|get|make|take|"
    r"keep|use|eat|drink|sleep|write|see|know)s)\b"
)
_WORD: Final = re.compile(r"[^\W_]+(?:['’-][^\W_]+)*")


def entities_of(text: str, about: str = "") -> tuple[str, ...]:
    """The names in a text, in order, each once: "Marta", "Porto", "Ana's sister".

    ``about`` is whom the text is about, who is in every such text and so no entity of one. Months, weekdays and
    words that only begin a sentence are none either.
    """
    found: dict[str, str] = {}
    for name in (*_related(text, about), *_named(text)):
        if key_of(name) not in (key_of(about), ""):
            found.setdefault(key_of(name), name)
    return tuple(found.values())


def key_of(entity: str) -> str:
    """An entity as it is compared: "Zoë’s Café" is "zoe's cafe"."""
    return " ".join(fold(entity.replace("’", "'")).split())


def spans(text: str) -> tuple[str, ...]:
    """Every run of at most four words as an entity's key: what a question that knows no capitals may name."""
    words = [key_of(word).removesuffix("'s") for word in _WORD.findall(text)]
    runs = (words[i : i + length] for length in range(1, LONGEST + 1) for i in range(len(words) - length + 1))
    return tuple(dict.fromkeys(" ".join(run) for run in runs))


def _named(text: str) -> list[str]:
    names = []
    for match in _NAME.finditer(text):
        words = re.sub(r"['’]s$", "", match.group()).split()
        while words and words[0].lower().replace("’", "'").split("'")[0] in _NOT_NAMES:
            words.pop(0)
        while words and words[-1].lower() in _NOT_NAMES:
            words.pop()
        if words and not (_opens(text, match) and len(match.group().split()) == 1 and _is_ordinary(text, match)):
            names.append(re.sub(r"['’]s$", "", " ".join(words)))
    return names


def _opens(text: str, match: re.Match[str]) -> bool:
    """Does a sentence begin here, so that the capital says nothing?"""
    before = text[: match.start()].rstrip(" \"'“‘(")
    return not before or before[-1] in ".!?:;…\n"


def _is_ordinary(text: str, match: re.Match[str]) -> bool:
    return "'s" not in match.group().replace("’", "'") and not _VERB.match(text[match.end() :])


def _related(text: str, about: str) -> list[str]:
    """Relatives and the like as whose they are: "their mum" of a text about Ana is "Ana's mother"."""
    found = []
    for match in _HAS.finditer(text):
        named = match["owner"] or ""
        owner = named if named and named.lower() != "the user" else about or "user"
        *kind, last = match["what"].split()
        what = _SAME.get(last, last)
        keep = kind if last in ("friend",) or kind in (["older"], ["younger"]) else []
        found.append(f"{owner}'s {' '.join([*keep, what])}")
    return found
