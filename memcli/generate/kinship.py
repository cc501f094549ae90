"""Everyday words for the same: relatives, pets, and what people are called; pure, knows no record and no model."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from typing import Final, TypeAlias

from memcli.entities import RELATIONS
from memcli.terms import terms

Names: TypeAlias = Mapping[str, frozenset[str]]
"""What relatives and pets are called, and whose name it is, as index terms."""

_BREEDS: Final = (
    "puppy collie whippet beagle labrador retriever terrier poodle spaniel malamute cockapoo dachshund corgi "
    "husky bulldog pug greyhound alsatian mongrel lurcher dalmatian boxer"
)
_MORE: Final = (
    "papa mummy gran granny nan grandma grandpa bff bf gf lad lass mate tortoise snake guinea ex-wife ex-husband "
    f"bride groom girl boy eldest youngest oldest {_BREEDS}"
)
_KIN: Final = f"{RELATIONS[:-1]}|{'|'.join(f'{word}s?' for word in _MORE.split())})"
_IS: Final = "(?:(?:,|:)|'?s| is| are| was)"
_PRONOUN: Final = "(?:is |he's |hes |she's |shes )"
_NAME: Final = (
    r"(?P<name>(?!I\b|I')[A-ZÀ-Þ][\w-]+)(?:(?:, (?P<name3>[A-ZÀ-Þ][\w-]+))?,? and (?P<name2>[A-ZÀ-Þ][\w-]+))?"
)
_CALLED: Final = (
    re.compile(rf"(?i:\b(?P<rel>{_KIN}s?){_IS}?(?: {_PRONOUN}?(?:called|named))?(?: in \w+)?) {_NAME}"),
    re.compile(
        rf"(?i:\b(?:has|have|got|adopted|bought) (?:an?|two|three|one) (?:[\w-]+ ){{0,3}}?(?P<rel>{_KIN})\b"
        rf"[\w ]{{0,24}}?(?:,|:)?(?: {_PRONOUN}?(?:called|named)| name of)?) {_NAME}"
    ),
    re.compile(
        r"(?:^|[.;,] )(?P<name>[A-ZÀ-Þ][\w-]+)(?:'s)?(?i: is)? "
        rf"(?i:(?:[\w' ]+'s|my|our) (?:\w+ ){{0,2}}?(?P<rel>{_KIN}))\b"
    ),
)
_OWNED: Final = re.compile(r"\b(?P<who>his|her|[A-ZÀ-Þ][\w-]+(?='s))(?:'s)? (?:[\w-]+ ){0,2}?$")
_IS_KIN: Final = re.compile(rf"{_KIN}s?", re.IGNORECASE)


def _likes(*tables: str) -> Mapping[str, frozenset[str]]:
    """Each word with those that say the same, as index terms; a semicolon parts the groups of a table."""
    sets = [frozenset(terms(group)) for table in tables for group in table.split(";")]
    return {term: frozenset().union(*(each for each in sets if term in each)) for each in sets for term in each}


def _kinds(*groups: tuple[str, str]) -> Mapping[str, frozenset[str]]:
    """Each of some words with narrower ones: a pet may be a dog, but no dog is a cat."""
    return {term: frozenset(terms(narrow)) for broad, narrow in groups for term in terms(broad)}


_SAME: Final = _likes(
    "job work works profession occupation employed career trade retraining; wedding remarried married "
    "marry marrying marries; mother mum mom mummy; father dad daddy papa; child children kid kids; flight "
    "fly flying flies; trip holiday vacation travel; film movie; flat apartment studio; hate stand "
    "dislike detest; like love enjoy fond; afraid scared fear terrified; study studies studying studied; "
    "university uni college; allergic allergy allergies; hometown grew born native; drive drives car "
    "vehicle; boss manager; colour color; neighbour neighbor; live home reside lives moored; birthday "
    "born; grandma gran granny nan grandmother; grandpa grandad grandfather; doctor gp; bf boyfriend; gf "
    "girlfriend; weigh weight; surname name; target aim goal; chef cook; write pen; alcohol drink sober; "
    "hurt injured; begin start; grade standard class form; come visit arrive; friend mate pal buddy bff; "
    "truck lorry rig van; fee cost price pay",
    "buy bought; drink drank; go went gone; meet met; give gave given; take took taken; see saw seen; eat "
    "ate eaten; write wrote written; break broke broken; lose lost; find found; leave left; teach taught; "
    "tell told; make made; run ran; begin began; come came; know knew; sell sold; send sent; spend spent; "
    "sleep slept; speak spoke; swim swam; drive drove; fly flew; fall fell; feel felt; keep kept; pay "
    "paid; ride rode; sing sang; sit sat; wear wore; win won; grow grew grown; draw drew; choose chose; "
    "catch caught; bring brought; build built; hear heard; hold held; hide hid hidden; get got; think "
    "thought",
)
_KINDS: Final = _kinds(
    ("child children kid kids", "son daughter baby toddler boy girl lad"),
    ("sibling siblings", "brother sister twin"),
    ("pet pets", f"dog cat kitten parrot rabbit hamster horse turtle fish tortoise budgie snake {_BREEDS}"),
    ("dog dogs", _BREEDS),
    ("cat cats", "kitten tabby"),
    ("son sons", "boy lad"),
    ("daughter daughters", "girl lass"),
    ("parent parents", "mother father mum mom dad"),
    ("partner", "wife husband girlfriend boyfriend fiancé fiancée bf gf"),
    ("spouse", "wife husband"),
    ("wed", "marri"),
    ("married marry engaged", "wife husband spouse fiancé fiancée wedding"),
    ("live home reside", "room flat apartment house rent based studio lodging moored"),
    ("breed kind", _BREEDS),
)


def names_in(texts: Iterable[str], user: str) -> Names:
    """What relatives, friends and pets of the user are called in some sentences."""
    found: dict[str, set[str]] = {}
    for match in (match for text in texts for shape in _CALLED for match in shape.finditer(text)):
        owner = _OWNED.search(match.string[: match.start("rel")])
        if owner and owner["who"].lower() not in (user.lower(), "user"):
            continue
        groups = match.groupdict()
        called = [groups[key] for key in ("name", "name2", "name3") if groups.get(key)]
        for kin in terms(groups["rel"]):
            for name in (term for word in called for term in terms(word)):
                found.setdefault(kin, set()).add(name)
                found.setdefault(name, set()).add(kin)
    return {
        term: frozenset(each for each in held if is_kin(term) or len(found[each]) == 1)
        for term, held in found.items()
    }


def is_kin(word: str) -> bool:
    """Whether a word alone says whom or which pet one has."""
    return _IS_KIN.fullmatch(word) is not None


def holds(term: str, held: Collection[str], names: Names) -> bool:
    """Is an index term among others: by itself, by one that says the same, by a narrower one, or by a name?"""
    said = {term} | _SAME.get(term, frozenset()) | _KINDS.get(term, frozenset())
    said |= {name for each in tuple(said) for name in names.get(each, ())}
    return bool(said & set(held)) or any(_begin_alike(term, other) for other in held)


def _begin_alike(one: str, other: str) -> bool:
    short, long = sorted((one, other), key=len)
    return len(short) >= 4 and long.startswith(short) and len(long) - len(short) <= 3
