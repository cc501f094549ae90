"""What a memory tells of its user, said to them: "Ana works as a nurse." is "You work as a nurse."; pure.

The way back from ``rewrite``. There the user is named once and "they" after it, so that "they" is "you" here where
they were named as more than an owner before.
"""

from __future__ import annotations

import re
from typing import Final

from memcli.extract.rewrite import capitalised, subject_of
from memcli.extract.verbs import BASE, PAST, is_adverb

_TOKEN: Final = re.compile(r"\w+(?:['’]\w+)*|\W+")
_WITH: Final = re.compile(r"\b([Yy])ou and others\b")
"""How "we" is kept; one "you" says it too."""
_YOURS: Final = {
    "they": "you",
    "them": "you",
    "their": "your",
    "theirs": "yours",
    "themselves": "yourself",
    "themself": "yourself",
}
_AGREE: Final = {
    "is": "are",
    "was": "were",
    "has": "have",
    "does": "do",
    "goes": "go",
    "isn't": "aren't",
    "wasn't": "weren't",
    "hasn't": "haven't",
    "doesn't": "don't",
    "dies": "die",
    "lies": "lie",
    "ties": "tie",
}
_JOINS: Final = frozenset(("and", "or", "but", "then", ","))
_ACTS: Final = PAST | frozenset("to for from with of by at on about than like".split())
_NO_VERB: Final = frozenset("this always plus across yes perhaps bus gas".split())


def second_person(text: str, user: str) -> str:
    """A memory's sentence with the user as "you"; others keep their names."""
    name = re.escape(subject_of(user)).replace(r"the\ user", r"[Tt]he\ user")
    parts = re.split(rf"(\b{name}['’]s?(?!\w)|\b{name}\b)", text)
    voice = _Voice()
    said = "".join(voice.named(part) if place % 2 else voice.heard(part) for place, part in enumerate(parts))
    return capitalised(_WITH.sub(r"\1ou", said))


class _Voice:
    """One pass over a sentence; ``waits`` is for the verb of the "you" just said.

    ``acted`` says that the word before is a verb or leads to an object: a "you" after it has no verb.
    """

    def __init__(self) -> None:
        self.met = False
        self.waits = False
        self.joined = False
        self.acted = False

    def named(self, part: str) -> str:
        """The user's name, alone or as an owner's."""
        if part[-1:] in "'’" or part[-2:-1] in "'’":
            return "your"
        self.met, self.waits = True, not self.acted
        return "you"

    def heard(self, part: str) -> str:
        """What stands between two names of the user."""
        return "".join(self._token(token) for token in _TOKEN.findall(part))

    def _token(self, token: str) -> str:
        low = token.lower().replace("’", "'")
        if not token[:1].isalnum():
            self.waits = self.waits and not token.strip()
            return token
        self.acted = low in _ACTS or low.endswith("ed") or (low.endswith("s") and _base(low) in BASE)
        if self.met and low in _YOURS:
            self.waits = False
            return _YOURS[low]
        if low in _JOINS:
            self.waits, self.joined = False, True
            return token
        verb = self.waits or (self.joined and self.met and _base(low) in BASE)
        if is_adverb(low):
            return token
        self.waits = self.joined = False
        return _base(low) if verb else token


def _base(verb: str) -> str:
    """The form that goes with "you"; past forms and modals are the same."""
    if verb in _AGREE:
        return _AGREE[verb]
    if not verb.endswith("s") or verb.endswith(("ss", "us", "n't")) or verb in _NO_VERB:
        return verb
    if verb.endswith("ies"):
        return verb[:-3] + "y"
    return verb[:-2] if re.search(r"(?:ss|sh|ch|x|zz|[^aeiou]o)es$", verb) else verb[:-1]
